//! What a line asks about, decoded, and its answers.

use std::sync::Arc;

use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};

use crate::fleet::Calendar;
use crate::name::Name;
use crate::schedule::{Context, Interval, Look, Numbers, Schedule, Size, SizeLook, WantedState};

/// Calendars by name.
pub(super) type Calendars = IndexMap<Name, Calendar>;

/// The shortest time.
const INSTANT: SignedDuration = SignedDuration::from_nanos(1);

/// What a line asks about, decoded.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) schedule: Schedule,
    pub(super) calendars: Arc<Calendars>,
    pub(super) overrides: Vec<Interval>,
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

#[derive(Debug, Serialize)]
struct Refusal<'a> {
    error: &'a str,
}

/// Writes an error. Text is always JSON, and a vector takes every byte.
pub(super) fn refuse(error: &str, out: &mut Vec<u8>) {
    let _ = serde_json::to_writer(out, &Refusal { error });
}

impl Question {
    /// Writes the answer for an instant, and says until before when it is the same.
    pub(super) fn answer(&self, at: Timestamp, out: &mut Vec<u8>) -> Timestamp {
        let ctx = Context { calendars: &self.calendars, overrides: &self.overrides };
        let Look { decision, next, until } = self.schedule.look(at, &ctx);
        let SizeLook { size, next: resized } = self.schedule.look_at_size(at, &ctx);
        let until = resized.map_or(until, |resized| resized.min(until));
        let size = match size {
            Ok(size) => size,
            Err(error) => {
                refuse(&error.to_string(), out);
                // A clock that goes back may settle it before any window ends.
                return until.min(at.saturating_add(INSTANT).unwrap_or(until));
            }
        };
        let next = next.map(|edge| Next { at: edge.at, state: edge.state });
        let next_size = resized.map(|at| NextSize { at, size: self.schedule.size(at, &ctx).ok().and_then(sized) });
        let fallbacks = size.types.get(1..).unwrap_or_default();
        let answer = Answer { state: decision.state, size: sized(size), fallbacks, rule: decision.rule, next, next_size };
        // As with an error, nothing of this can fail.
        let _ = serde_json::to_writer(out, &answer);
        until
    }
}
