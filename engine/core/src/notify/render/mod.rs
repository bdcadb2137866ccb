//! The forms of a notice. Each says what it leaves out.

mod json;
mod slack;
mod sns;
mod teams;

pub use json::FORMAT;

use super::model::{Format, Target, Way};
use super::notice::Notice;

/// What a receiver is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Subject of a mail: ASCII, at most 100 characters; for topics only.
    pub subject: Option<String>,
    /// The message itself.
    pub body: String,
}

/// Lines that a form for people shows: more is a wall nobody reads.
const SHOWN: usize = 40;
/// Bytes of a message to SNS. Source: Amazon SNS API Reference, "Publish".
const SNS_MAX_BYTES: usize = 262_144;

/// Writes a notice in the form its receiver wants.
#[must_use]
pub fn message(notice: &Notice, target: &Target) -> Message {
    let subject = matches!(target.way, Way::Sns { .. }).then(|| sns::subject(notice));
    let body = match target.format {
        Format::Text => sns::text(notice),
        Format::Json => json::body(notice),
        Format::Slack => slack::body(notice),
        Format::Teams => teams::body(notice),
    };
    Message { subject, body }
}

/// The longest form that fits: `write` takes how many lines it shows.
fn fitted(lines: usize, most: usize, write: impl Fn(usize) -> String, fits: impl Fn(&str) -> bool) -> String {
    let (mut low, mut high) = (0, lines.min(most));
    let whole = write(high);
    if fits(&whole) {
        return whole;
    }
    while low < high {
        let middle = (low + high).div_ceil(2);
        if fits(&write(middle)) { low = middle } else { high = middle - 1 }
    }
    write(low)
}
