//! Schedules as `scheduler:GetSchedule` gives them, rules as `events:DescribeRule` with their targets.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// One of them, or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Raw {
    Many {
        #[serde(alias = "Schedules", alias = "rules", alias = "Rules")]
        schedules: Vec<Entry>,
    },
    One(Box<Entry>),
}

impl Raw {
    pub(super) fn entries(self) -> Vec<Entry> {
        match self {
            Self::Many { schedules } => schedules,
            Self::One(entry) => vec![*entry],
        }
    }
}

/// What is read of one; the API's other fields (ARNs, dates of change, retry policies) say nothing about when.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Entry {
    #[serde(default)]
    name: Option<String>,
    pub(super) schedule_expression: String,
    /// Schedules only; rules are in UTC.
    #[serde(default)]
    pub(super) schedule_expression_timezone: Option<String>,
    #[serde(default, deserialize_with = "instant")]
    pub(super) start_date: Option<Timestamp>,
    #[serde(default, deserialize_with = "instant")]
    pub(super) end_date: Option<Timestamp>,
    #[serde(default)]
    pub(super) state: Option<String>,
    #[serde(default)]
    pub(super) flexible_time_window: Option<Flexible>,
    #[serde(default)]
    target: Option<RawTarget>,
    #[serde(default)]
    targets: Vec<RawTarget>,
}

/// How late an event may be.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Flexible {
    #[serde(default)]
    pub(super) mode: Option<String>,
    #[serde(default)]
    pub(super) maximum_window_in_minutes: Option<u32>,
}

/// What is called.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RawTarget {
    pub(super) arn: String,
    /// JSON in a text, as the API has it, or JSON itself.
    #[serde(default)]
    input: Option<Value>,
}

impl Entry {
    pub(super) fn name(&self) -> String {
        self.name.clone().unwrap_or_else(|| "schedule".to_owned())
    }

    pub(super) fn targets(&self) -> impl Iterator<Item = &RawTarget> {
        self.target.iter().chain(&self.targets)
    }
}

impl RawTarget {
    /// What the call is given; nothing where it is not JSON.
    pub(super) fn input(&self) -> Value {
        match &self.input {
            Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
            Some(value) => value.clone(),
            None => Value::Null,
        }
    }
}

/// RFC 3339, or seconds since 1970 as some tools print the API's dates.
fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Instant {
        Text(Timestamp),
        Seconds(f64),
    }
    match Option::deserialize(deserializer)? {
        None => Ok(None),
        Some(Instant::Text(at)) => Ok(Some(at)),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a fraction of a second is no part of an API's date; what is too large is refused"
        )]
        Some(Instant::Seconds(seconds)) => Timestamp::from_second(seconds as i64).map(Some).map_err(serde::de::Error::custom),
    }
}
