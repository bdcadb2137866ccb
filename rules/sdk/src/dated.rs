//! Data that ages: prices, versions that end, default limits. Each file says where it is from and of when.

use crate::json::{Object, Text, Value};
use crate::log;
use crate::time::Time;

/// Days after which a rule warns that its data is old.
pub const STALE_DAYS: i64 = 180;

/// A JSON object with `source` (where it was taken from), `as-of` (a date) and whatever else; usually from
/// `rules/data/NAME.json` by `include_str!`. Rules read it by `ask.data(&PRICES)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dated {
    name: &'static str,
    text: &'static str,
}

impl Dated {
    /// The data called `name` in warnings.
    #[must_use]
    pub const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text }
    }

    /// Its date, `2026-11-01`.
    #[must_use]
    pub fn as_of(&self) -> Option<Text<'static>> {
        self.object().text("as-of")
    }

    /// Where it is from.
    #[must_use]
    pub fn source(&self) -> Option<Text<'static>> {
        self.object().text("source")
    }

    /// All of it, whatever its age.
    pub(crate) fn object(&self) -> Object<'static> {
        Value::parse(self.text).object().unwrap_or(Object::EMPTY)
    }

    /// What it is called.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// Logs a warning when it is older than [`STALE_DAYS`] or does not say how old.
    pub(crate) fn warn_if_old(&self, now: Time) {
        let name = self.name;
        let Some(as_of) = self.as_of() else { return log::warn(&format!("data `{name}` does not say as of when it is")) };
        match Time::parse(&as_of).map(|time| now.days_since(time)) {
            Some(days) if days > STALE_DAYS => {
                log::warn(&format!("data `{name}` is as of {as_of}, {days} days old; a newer pack may judge otherwise"));
            }
            Some(_) => {}
            None => log::warn(&format!("data `{name}` is as of {as_of}, which is no date")),
        }
    }
}
