//! EventBridge's schedule expressions.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A schedule expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// `at(2026-11-21T09:00:00)`: once, at a local time.
    At(DateTime),
}

/// Why an expression was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no schedule expression; write `at(2026-11-21T09:00:00)`")]
pub struct CronError {
    /// What was written.
    pub text: String,
}

impl Expression {
    /// Parses an expression.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, CronError> {
        let inner = text.trim().strip_prefix("at(").and_then(|rest| rest.strip_suffix(')'));
        inner.and_then(|time| time.parse().ok()).map(Self::At).ok_or_else(|| CronError { text: text.to_owned() })
    }

    /// The instants after `after` at which it fires.
    pub fn firings(&self, tz: &TimeZone, after: Timestamp) -> impl Iterator<Item = Timestamp> {
        let Self::At(local) = self;
        let at = tz.to_ambiguous_timestamp(*local).earlier().ok();
        at.filter(|at| *at > after).into_iter()
    }
}
