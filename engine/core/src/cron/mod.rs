//! The schedule expressions of EventBridge Scheduler: `cron(…)`, `rate(…)` and `at(…)`.
//!
//! Written from the AWS documents ("Schedule types in EventBridge Scheduler"), since every public library tried
//! differs from them somewhere. What they say and what is decided here where they say nothing:
//!
//! - Times are local to the schedule's zone. When clocks go forward over a time of a cron expression, that run is
//!   skipped. When they go back over it, it runs once, "before the shift occurs, but does not repeat": at the first
//!   of the two instants. Both are documented.
//! - Fields are `minutes hours day-of-month month day-of-week year`; the year may be left out. One of the two day
//!   fields must be `?`. Sunday is 1. `1/10` in the minutes is the 1st, 11th, 21st, … minute. `L` in the day of the
//!   week is its last day, Saturday; `6L` the last Friday of the month. `#` stands alone in its field. All documented.
//! - `LW` and names in any case are not in the documents; users report that AWS takes them, and so they are taken.
//!   `L-3` (three days before the last) is taken on weaker evidence. `compile` writes none of them.
//! - Decided here: ranges may go round the end (`FRI-MON`, `NOV-FEB`, `22-2`), except years; a step counts from the
//!   first value to the highest of the field, or to the end of its range (`MON/2` is Monday, Wednesday, Friday);
//!   `15W` is the nearest Monday to Friday in the same month, and a month without that day (`31W` in April) has no
//!   run; `L`, `LW`, `15W` and `6L` stand alone, as `#` does; a step larger than the field's highest value is refused.
//! - `at` a time that clocks skip never fires; `at` a time that comes twice fires at the first.
//! - `rate` counts real time (a day is 24 hours) from the schedule's start date, which the expression does not hold:
//!   here from the instant asked about.

mod error;
mod fields;
mod model;
mod next;
mod parse;

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

pub use error::CronError;
pub use fields::{Field, Set, WEEKDAYS};
pub use model::{Cron, Days, Years};

/// A schedule expression. [`fmt::Display`] writes its one canonical text, which parses to an equal expression.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Expression {
    /// `cron(0 9 ? * MON-FRI *)`.
    Cron(Cron),
    /// `rate(5 minutes)`.
    Rate(Rate),
    /// `at(2026-11-21T09:00:00)`: once, at a local time.
    At(DateTime),
}

/// Every so often in real time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    /// How many, at least 1.
    pub value: u32,
    /// Of what.
    pub unit: Unit,
}

/// A unit of [`Rate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// 24 hours, whatever the clocks do.
    Day,
}

impl Unit {
    /// The word for one of it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    const fn minutes(self) -> i64 {
        match self {
            Self::Minute => 1,
            Self::Hour => 60,
            Self::Day => 24 * 60,
        }
    }
}

impl Rate {
    /// The time from one firing to the next.
    #[must_use]
    pub const fn period(self) -> SignedDuration {
        SignedDuration::from_mins(self.value as i64 * self.unit.minutes())
    }
}

impl Expression {
    /// Parses an expression; blanks around it do not matter.
    ///
    /// # Errors
    /// With the field, the text that is wrong and where it stands, why, and what is accepted.
    pub fn parse(text: &str) -> Result<Self, CronError> {
        parse::expression(text)
    }

    /// The instants after `after` at which it fires, in order: none twice, none at `after` itself.
    ///
    /// Months without a matching day cost one look each and years end with 2199, so that the first answer or the end
    /// comes within microseconds however rare the expression is.
    pub fn firings<'a>(&'a self, tz: &'a TimeZone, after: Timestamp) -> impl Iterator<Item = Timestamp> + 'a {
        let (cron, rate, once) = match self {
            Self::Cron(cron) => (Some(cron.firings(tz, after)), None, None),
            Self::Rate(rate) => (None, Some(multiples(after, rate.period())), None),
            Self::At(local) => (None, None, next::instant(tz, *local).filter(|at| *at > after)),
        };
        cron.into_iter().flatten().chain(rate.into_iter().flatten()).chain(once)
    }

    /// The first instant after `after` at which it fires.
    #[must_use]
    pub fn next(&self, tz: &TimeZone, after: Timestamp) -> Option<Timestamp> {
        self.firings(tz, after).next()
    }
}

/// `from` plus one period, two, three, …
fn multiples(from: Timestamp, period: SignedDuration) -> impl Iterator<Item = Timestamp> {
    std::iter::successors(from.checked_add(period).ok(), move |at| at.checked_add(period).ok())
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cron(cron) => write!(f, "cron({cron})"),
            Self::Rate(Rate { value, unit }) => write!(f, "rate({value} {}{})", unit.as_str(), if *value == 1 { "" } else { "s" }),
            Self::At(local) => write!(f, "at({})", local.strftime("%Y-%m-%dT%H:%M:%S")),
        }
    }
}
