//! Lines of `muster schedule eval`: a schedule and an instant in, what is wanted out.
//!
//! Tools ask for the same schedules over and over, so one that is asked for again is decoded once for each text it is written as.

mod members;
mod memory;
mod question;

use std::sync::Arc;

use jiff::Timestamp;

use self::memory::Memory;
use self::question::{Question, refuse};
use crate::diag::Diagnostic;
use crate::fleet::line;
use crate::yaml;

/// Keys of a line.
const KEYS: [&str; 4] = ["schedule", "at", "calendars", "overrides"];
/// Longest line that is read, in bytes.
pub const MAX_LINE_BYTES: usize = yaml::MAX_BYTES;

/// Answers lines, and remembers their schedules.
#[derive(Debug)]
pub struct Evaluator {
    timezone: Option<String>,
    file: Arc<str>,
    memory: Memory,
    /// The texts of schedule, calendars and overrides of the line at hand.
    key: String,
}

impl Evaluator {
    /// `timezone` is the fleet's, for schedules without one.
    #[must_use]
    pub fn new(timezone: Option<String>) -> Self {
        Self { timezone, file: Arc::from("line"), memory: Memory::default(), key: String::new() }
    }

    /// Answers one line with one JSON object and a line feed, appended to `out`.
    ///
    /// The object is `{state, size, rule, next: {at, state}}`, or `{error}` for a line that asks for nothing that can
    /// be answered; see `docs/schedules/eval.md`.
    pub fn answer(&mut self, line: &[u8], out: &mut Vec<u8>) {
        if let Err(error) = self.try_answer(line, out) {
            refuse(&error, out);
        }
        out.push(b'\n');
    }

    fn try_answer(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        let line = Line::read(line)?;
        line.write_key(&mut self.key);
        if let Some(place) = self.memory.place(&self.key) {
            return self.memory.answer(place, line.at, out);
        }
        let question = self.decode(&line);
        if self.memory.note(&self.key) {
            let place = self.memory.remember(&self.key, question);
            return self.memory.answer(place, line.at, out);
        }
        question?.answer(line.at, out);
        Ok(())
    }

    fn decode(&mut self, line: &Line<'_>) -> Result<Question, String> {
        let file = &self.file;
        let node = |key: &str, text: &str| yaml::from_json(file, text).map_err(|error| format!("`{key}` is not JSON: {error}"));
        let in_words = |problems: Vec<Diagnostic>| problems.iter().map(in_words).collect::<Vec<_>>().join("; also: ");
        let calendars = match line.calendars {
            Some(text) => self.memory.calendars(text, || line::calendars(&node("calendars", text)?).map_err(in_words))?,
            None => Arc::default(),
        };
        let overrides = match line.overrides {
            Some(text) => line::overrides(&node("overrides", text)?).map_err(in_words)?,
            None => Vec::new(),
        };
        let schedule = line::schedule(&node("schedule", line.schedule)?, self.timezone.as_deref(), &calendars).map_err(in_words)?;
        Ok(Question { schedule, calendars, overrides })
    }
}

/// The parts of a line as they are written.
struct Line<'a> {
    schedule: &'a str,
    at: Timestamp,
    calendars: Option<&'a str>,
    overrides: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn read(line: &'a [u8]) -> Result<Self, String> {
        if line.len() > MAX_LINE_BYTES {
            return Err(format!("this line has {} bytes; at most {MAX_LINE_BYTES} are read", line.len()));
        }
        let text = std::str::from_utf8(line).map_err(|error| format!("this line is not UTF-8 after {} bytes", error.valid_up_to()))?;
        let members = members::members(text)?;
        let mut parts: [Option<&'a str>; 4] = [None; 4];
        for (key, value) in &members {
            let Some(index) = KEYS.iter().position(|known| known == key) else {
                let near = crate::fleet::did_you_mean(key, KEYS).map(|hint| format!("; {hint}")).unwrap_or_default();
                return Err(format!("unknown key `{}`{near}; keys here: {}", key.escape_debug(), KEYS.join(", ")));
            };
            if parts[index].replace(value).is_some() {
                return Err(format!("the key `{key}` stands twice"));
            }
        }
        let [schedule, at, calendars, overrides] = parts;
        let written = |part: Option<&'a str>| part.filter(|text| *text != "null");
        Ok(Self {
            schedule: schedule.ok_or("`schedule` is missing")?,
            at: instant(at.ok_or("`at` is missing")?)?,
            calendars: written(calendars),
            overrides: written(overrides),
        })
    }

    /// What the answers depend on besides the instant.
    fn write_key(&self, key: &mut String) {
        key.clear();
        for part in [Some(self.schedule), self.calendars, self.overrides] {
            key.push_str(part.unwrap_or_default());
            // No JSON holds this byte as it is, so no two lines share a key.
            key.push('\0');
        }
    }
}

/// The instant of `at`.
fn instant(written: &str) -> Result<Timestamp, String> {
    let plain = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|text| !text.contains('\\'));
    let parsed = match plain {
        Some(text) => text.parse().ok(),
        None => serde_json::from_str(written).ok(),
    };
    parsed.ok_or_else(|| {
        let shown: String = written.chars().take(40).collect();
        format!("`at` wants an instant with its offset such as \"2026-10-02T20:00+09:00\", not {shown}")
    })
}

/// A message with its hints in one line.
pub(crate) fn in_words(problem: &Diagnostic) -> String {
    let parts = std::iter::once(&problem.message).chain(&problem.label).chain(&problem.help);
    parts.map(String::as_str).collect::<Vec<_>>().join("; ")
}
