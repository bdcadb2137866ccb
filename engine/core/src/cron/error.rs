//! Why an expression was refused.

use std::fmt;
use std::ops::Range;

use super::fields::Field;

/// Why an expression was refused: field, text and place, reason, and what is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronError {
    /// The field that is wrong.
    pub field: Field,
    /// The part of it that is wrong; empty where something is missing.
    pub text: String,
    /// Where that stands, in bytes of the whole expression.
    pub range: Range<usize>,
    /// Why, lower case.
    pub why: String,
    /// What would be right.
    pub accepted: String,
}

impl CronError {
    pub(super) fn new(field: Field, whole: &str, range: Range<usize>, why: impl Into<String>) -> Self {
        let text = whole.get(range.clone()).unwrap_or_default().to_owned();
        Self { field, text, range, why: why.into(), accepted: field.accepts().to_owned() }
    }

    pub(super) fn instead(mut self, accepted: impl Into<String>) -> Self {
        self.accepted = accepted.into();
        self
    }
}

/// ``day-of-week `8` at character 17: …; accepted: …``.
impl fmt::Display for CronError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field.as_str())?;
        if !self.text.is_empty() {
            write!(f, " `{}`", self.text)?;
        }
        write!(f, " at character {}: {}; accepted: {}", self.range.start + 1, self.why, self.accepted)
    }
}

impl std::error::Error for CronError {}
