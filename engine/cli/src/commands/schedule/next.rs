//! `muster schedule next`.

use std::collections::HashMap;
use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};

use jiff::Timestamp;
use muster_core::cron::Expression;
use muster_core::schedule::Zone;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::args::{FIRINGS, ScheduleNext};
use crate::error::CommandError;
use crate::exit::Exit;

/// Most firings of one answer.
const MOST: u32 = 10_000;

/// A line of stdin.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    cron: String,
    #[serde(default = "utc")]
    zone: String,
    after: Timestamp,
    #[serde(default = "a_few")]
    n: u32,
}

/// A line of stdout.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Next(Vec<Timestamp>),
    Error(String),
}

fn utc() -> String {
    "UTC".to_owned()
}

const fn a_few() -> u32 {
    FIRINGS
}

/// Prints firings.
pub(crate) fn run(app: &App, args: &ScheduleNext) -> Result<Exit, CommandError> {
    if args.stdin {
        return answer_lines();
    }
    let after = args.after.or(app.global.now).unwrap_or_else(Timestamp::now);
    let question = Question { cron: args.cron.clone().unwrap_or_default(), zone: args.zone.clone(), after, n: args.n };
    let firings = Zones::default().firings(&question).map_err(CommandError::usage)?;
    app.terminal.script(firings.iter().map(|at| format!("{at}\n")).collect::<String>().as_bytes())?;
    Ok(Exit::Done)
}

/// Answers each line of stdin with one of stdout.
fn answer_lines() -> Result<Exit, CommandError> {
    let mut input = BufReader::with_capacity(1 << 16, io::stdin().lock());
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let (mut line, mut zones) = (Vec::new(), Zones::default());
    while input.read_until(b'\n', &mut line).map_err(|error| CommandError::failed("stdin could not be read").because(error))? > 0 {
        if !line.trim_ascii().is_empty() {
            serde_json::to_writer(&mut out, &zones.answer(&line)).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        }
        line.clear();
        // Whoever asks line by line waits for the answer; whoever sends all at once gets answers by the block.
        if input.buffer().is_empty() {
            out.flush()?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// The zones asked for so far: to read one takes longer than to answer a question.
#[derive(Default)]
struct Zones(HashMap<String, Zone>);

impl Zones {
    fn answer(&mut self, line: &[u8]) -> Answer {
        let question: Result<Question, String> = serde_json::from_slice(line).map_err(|error| format!("this line is no question: {error}"));
        question.and_then(|question| self.firings(&question)).map_or_else(Answer::Error, Answer::Next)
    }

    fn firings(&mut self, question: &Question) -> Result<Vec<Timestamp>, String> {
        let expression = Expression::parse(&question.cron).map_err(|error| error.to_string())?;
        if !(1..=MOST).contains(&question.n) {
            return Err(format!("n `{}`: it must be from 1 to {MOST}", question.n));
        }
        let zone = self.find(&question.zone)?;
        Ok(expression.firings(zone.tz(), question.after).take(question.n as usize).collect())
    }

    fn find(&mut self, name: &str) -> Result<&Zone, String> {
        if !self.0.contains_key(name) {
            let zone = Zone::find(name).map_err(|error| format!("{error}; {}", error.help()))?;
            self.0.insert(name.to_owned(), zone);
        }
        Ok(&self.0[name])
    }
}
