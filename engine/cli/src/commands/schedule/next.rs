//! `muster schedule next`.

use std::io::{self, BufRead as _, BufWriter, Write as _};

use jiff::Timestamp;
use muster_core::cron::Expression;
use muster_core::schedule::Zone;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::args::ScheduleNext;
use crate::error::CommandError;
use crate::exit::Exit;

/// One question.
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

fn utc() -> String {
    "UTC".to_owned()
}

const fn a_few() -> u32 {
    5
}

/// Prints firings.
pub(crate) fn run(app: &App, args: &ScheduleNext) -> Result<Exit, CommandError> {
    if args.stdin {
        return answer_lines();
    }
    let after = args.after.or(app.global.now).unwrap_or_else(Timestamp::now);
    let question = Question { cron: args.cron.clone().unwrap_or_default(), zone: args.zone.clone(), after, n: args.n };
    let firings = firings(&question).map_err(CommandError::usage)?;
    app.terminal.script(firings.iter().map(|at| format!("{at}\n")).collect::<String>().as_bytes())?;
    Ok(Exit::Done)
}

/// Answers each line of stdin with one of stdout.
fn answer_lines() -> Result<Exit, CommandError> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        if !line.trim().is_empty() {
            serde_json::to_writer(&mut out, &answer(&line)).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}

fn answer(line: &str) -> Value {
    let question: Result<Question, String> = serde_json::from_str(line).map_err(|error| format!("not a question: {error}"));
    match question.and_then(|question| firings(&question)) {
        Ok(next) => json!({"next": next}),
        Err(error) => json!({"error": error}),
    }
}

fn firings(question: &Question) -> Result<Vec<Timestamp>, String> {
    let expression = Expression::parse(&question.cron).map_err(|error| error.to_string())?;
    let zone = Zone::find(&question.zone).map_err(|error| format!("{error}; {}", error.help()))?;
    Ok(expression.firings(zone.tz(), question.after).take(question.n as usize).collect())
}
