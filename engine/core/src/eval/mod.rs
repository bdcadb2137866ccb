//! Lines of `muster schedule eval`: a schedule and an instant in, what is wanted out.
//!
//! Tools ask for the same schedules over and over, so a schedule is decoded once for each text it is written as.

mod members;

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::diag::Diagnostic;
use crate::fleet::{Calendar, line};
use crate::name::Name;
use crate::schedule::{Context, Interval, Numbers, Schedule, Size, WantedState};
use crate::yaml;

/// Keys of a line.
const KEYS: [&str; 4] = ["schedule", "at", "calendars", "overrides"];
/// Longest line that is read, in bytes.
pub const MAX_LINE_BYTES: usize = yaml::MAX_BYTES;
/// Bytes of texts whose schedules are remembered; a longer memory would not be a bounded one.
const REMEMBERED_BYTES: usize = 16 * 1024 * 1024;

/// Answers lines, and remembers their schedules.
#[derive(Debug)]
pub struct Evaluator {
    timezone: Option<String>,
    file: Arc<str>,
    /// By the texts of schedule, calendars and overrides.
    read: HashMap<String, Result<Question, String>>,
    read_bytes: usize,
    key: String,
}

/// What a line asks about, decoded.
#[derive(Debug)]
struct Question {
    schedule: Schedule,
    calendars: IndexMap<Name, Calendar>,
    overrides: Vec<Interval>,
}

/// The answer to a line.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Answer<'a> {
    state: WantedState,
    size: Option<Sized<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    fallbacks: &'a [String],
    rule: String,
    next: Option<Next>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_size: Option<NextSize<'a>>,
}

#[derive(Debug, Serialize)]
struct Next {
    at: Timestamp,
    state: WantedState,
}

#[derive(Debug, Serialize)]
struct NextSize<'a> {
    at: Timestamp,
    size: Option<Sized<'a>>,
}

#[derive(Debug, Serialize)]
struct Refusal<'a> {
    error: &'a str,
}

/// A size as one value: a type, numbers, or both in one object.
#[derive(Debug, Clone, Copy)]
struct Sized<'a>(Size<'a>);

impl Serialize for Sized<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Both<'a> {
            r#type: &'a str,
            #[serde(flatten)]
            numbers: Numbers,
        }
        match (self.0.types.first(), self.0.numbers) {
            (Some(first), None) => serializer.serialize_str(first),
            (None, Some(numbers)) => numbers.serialize(serializer),
            (Some(first), Some(numbers)) => Both { r#type: first, numbers }.serialize(serializer),
            (None, None) => serializer.serialize_none(),
        }
    }
}

/// Nothing when nothing is said.
fn sized(size: Size<'_>) -> Option<Sized<'_>> {
    (size != Size::default()).then_some(Sized(size))
}

impl Evaluator {
    /// `timezone` is the fleet's, for schedules without one.
    #[must_use]
    pub fn new(timezone: Option<String>) -> Self {
        Self { timezone, file: Arc::from("line"), read: HashMap::new(), read_bytes: 0, key: String::new() }
    }

    /// Answers one line with one JSON object and a line feed, appended to `out`.
    ///
    /// The object is `{state, size, rule, next: {at, state}}`, or `{error}` for a line that asks for nothing that can
    /// be answered; see `docs/schedules/eval.md`.
    pub fn answer(&mut self, line: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        let answered = self.try_answer(line, out);
        if let Err(error) = answered {
            out.truncate(start);
            // Text is always JSON; only a writer that fails could fail, and a vector does not.
            let _ = serde_json::to_writer(&mut *out, &Refusal { error: &error });
        }
        out.push(b'\n');
    }

    fn try_answer(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        let line = Line::read(line)?;
        let question = self.question(&line)?;
        let answer = question.answer(line.at)?;
        serde_json::to_writer(out, &answer).map_err(|error| error.to_string())
    }

    /// The question of a line, decoded or remembered.
    fn question(&mut self, line: &Line<'_>) -> Result<&Question, String> {
        self.key.clear();
        for part in [Some(line.schedule), line.calendars, line.overrides] {
            self.key.push_str(part.unwrap_or_default());
            // No JSON holds this byte as it is, so no two lines share a key.
            self.key.push('\0');
        }
        if !self.read.contains_key(&self.key) {
            if self.read_bytes + self.key.len() > REMEMBERED_BYTES {
                self.read.clear();
                self.read_bytes = 0;
            }
            self.read_bytes += self.key.len();
            let question = Question::read(line, &self.file, self.timezone.as_deref());
            self.read.insert(self.key.clone(), question);
        }
        match self.read.get(&self.key) {
            Some(Ok(question)) => Ok(question),
            Some(Err(error)) => Err(error.clone()),
            None => Err("the schedule was not remembered".to_owned()),
        }
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

impl Question {
    fn read(line: &Line<'_>, file: &Arc<str>, timezone: Option<&str>) -> Result<Self, String> {
        let node = |key: &str, text: &str| yaml::from_json(file, text).map_err(|error| format!("`{key}` is not JSON: {error}"));
        let in_words = |problems: Vec<Diagnostic>| problems.iter().map(in_words).collect::<Vec<_>>().join("; also: ");
        let calendars = match line.calendars {
            Some(text) => line::calendars(&node("calendars", text)?).map_err(in_words)?,
            None => IndexMap::new(),
        };
        let overrides = match line.overrides {
            Some(text) => line::overrides(&node("overrides", text)?).map_err(in_words)?,
            None => Vec::new(),
        };
        let schedule = line::schedule(&node("schedule", line.schedule)?, timezone, &calendars).map_err(in_words)?;
        Ok(Self { schedule, calendars, overrides })
    }

    fn answer(&self, at: Timestamp) -> Result<Answer<'_>, String> {
        let ctx = Context { calendars: &self.calendars, overrides: &self.overrides };
        let size = self.schedule.size(at, &ctx).map_err(|error| error.to_string())?;
        let decision = self.schedule.decide(at, &ctx);
        let next = self.schedule.next_edge(at, &ctx).map(|edge| Next { at: edge.at, state: edge.state });
        let next_size = self.schedule.next_size(at, &ctx).map(|at| {
            let size = self.schedule.size(at, &ctx).ok().and_then(sized);
            NextSize { at, size }
        });
        let fallbacks = size.types.get(1..).unwrap_or_default();
        Ok(Answer { state: decision.state, size: sized(size), fallbacks, rule: decision.rule, next, next_size })
    }
}

/// A message with its hints in one line.
fn in_words(problem: &Diagnostic) -> String {
    let parts = std::iter::once(&problem.message).chain(&problem.label).chain(&problem.help);
    parts.map(String::as_str).collect::<Vec<_>>().join("; ")
}
