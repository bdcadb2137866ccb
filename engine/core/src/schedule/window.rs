//! One window as it is written: `mon-fri 09:00-19:00`.

use std::fmt::{self, Write as _};
use std::ops::Range;

use jiff::civil::{Date, DateTime};
use serde::{Serialize, Serializer};

use super::condition::{Condition, WEEKDAYS};
use super::parse;
use super::zone::Zone;

/// Minutes of a day.
pub(super) const DAY: u32 = 24 * 60;
/// Longest `+DURATION`: what lasts longer than a month is a range of dates.
pub const LONGEST_SPAN_MINUTES: u32 = 31 * DAY;

/// A parsed window. Serialises as its canonical text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    conditions: Vec<Condition>,
    span: TimeSpan,
    zone: Option<Zone>,
}

/// From when to when on the local clock, in minutes after midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeSpan {
    /// `22:00-06:00`: an end not after the begin is the next day's.
    Clock {
        /// 0 to 1440.
        begin: u16,
        /// 0 to 1440.
        end: u16,
    },
    /// `18:00 - +14h`: so much further on the local clock, as if the end had been written. A night in which the clocks
    /// change ends at the hour at which all others do.
    Lasting {
        /// 0 to 1440.
        begin: u16,
        /// At most [`LONGEST_SPAN_MINUTES`].
        minutes: u32,
    },
    /// `fri 20:00 - mon 08:00`: an end not after the begin is the next week's.
    Week {
        /// Monday is 1; also the window's only condition.
        from: u8,
        /// 0 to 1440.
        begin: u16,
        /// Monday is 1.
        to: u8,
        /// 0 to 1440.
        end: u16,
    },
}

impl TimeSpan {
    /// Minutes after midnight of the day it begins on.
    #[must_use]
    pub fn begin(self) -> u32 {
        match self {
            Self::Clock { begin, .. } | Self::Lasting { begin, .. } | Self::Week { begin, .. } => u32::from(begin),
        }
    }

    /// Minutes after the same midnight at which it ends, on a day without a clock change.
    #[must_use]
    pub fn end(self) -> u32 {
        match self {
            Self::Clock { begin, end } => u32::from(end) + if end <= begin { DAY } else { 0 },
            Self::Lasting { begin, minutes } => u32::from(begin) + minutes,
            Self::Week { from, begin, to, end } => {
                let end = u32::from((7 + to - from) % 7) * DAY + u32::from(end);
                if end <= u32::from(begin) { end + 7 * DAY } else { end }
            }
        }
    }
}

/// Why a window was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct WindowError {
    /// What is wrong, lower case.
    pub message: String,
    /// Bytes of the text that are wrong.
    pub range: Range<usize>,
    /// What would be right.
    pub help: Option<String>,
    /// It is the zone that is wrong.
    pub unknown_zone: bool,
}

impl Window {
    /// Parses a window; a zone as last word is its own.
    ///
    /// `window = [cond {'&' cond}] span [ZONE]` or `wday TIME - wday TIME [ZONE]`, in any case, with blanks around
    /// signs or without. Conditions are [`Condition`]s, `daily` is none, spans are [`TimeSpan`]s.
    ///
    /// # Errors
    /// With the range of the text that is wrong.
    pub fn parse(text: &str) -> Result<Self, WindowError> {
        parse::window(text)
    }

    pub(super) fn new(mut conditions: Vec<Condition>, span: TimeSpan, zone: Option<Zone>) -> Self {
        conditions.sort();
        conditions.dedup();
        Self { conditions, span, zone }
    }

    /// What must hold on the local date it begins on; none means every day.
    #[must_use]
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// From when to when.
    #[must_use]
    pub const fn span(&self) -> TimeSpan {
        self.span
    }

    /// Its own zone.
    #[must_use]
    pub const fn zone(&self) -> Option<&Zone> {
        self.zone.as_ref()
    }

    /// The same window without a zone of its own, under those of its conditions that `keep` keeps.
    pub(crate) fn under(&self, keep: impl Fn(&Condition) -> bool) -> Self {
        Self { conditions: self.conditions.iter().filter(|condition| keep(condition)).cloned().collect(), span: self.span, zone: None }
    }

    /// How many midnights after the first it reaches.
    pub(super) fn midnights_covered(&self) -> i32 {
        i32::try_from(self.span.end() / DAY).unwrap_or(i32::MAX)
    }

    /// True when it covers all of time, each day's stretch reaching the next one's.
    pub(super) fn is_always(&self) -> bool {
        let length = self.span.end() - self.span.begin();
        match self.span {
            TimeSpan::Week { .. } => length >= 7 * DAY,
            _ => self.conditions.is_empty() && length >= DAY,
        }
    }

    /// Begin and end on the local clock of the window that begins on `date`.
    pub(super) fn local(&self, date: Date) -> Option<(DateTime, DateTime)> {
        Some((minutes_after(date, self.span.begin())?, minutes_after(date, self.span.end())?))
    }
}

/// The civil time so many minutes after a date's midnight.
fn minutes_after(date: Date, minutes: u32) -> Option<DateTime> {
    let day = (0..minutes / DAY).try_fold(date, |day, _| day.tomorrow().ok())?;
    let part = |minutes: u32| i8::try_from(minutes).ok();
    Some(day.at(part(minutes % DAY / 60)?, part(minutes % 60)?, 0, 0))
}

struct Clock(u32);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |n: u32| char::from_digit(n, 10).unwrap_or('?');
        let (hour, minute) = (self.0 / 60, self.0 % 60);
        [digit(hour / 10), digit(hour % 10), ':', digit(minute / 10), digit(minute % 10)].into_iter().try_for_each(|c| f.write_char(c))
    }
}

impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let begin = Clock(self.begin());
        match *self {
            Self::Clock { end, .. } => write!(f, "{begin}-{}", Clock(end.into())),
            Self::Lasting { minutes, .. } => write!(f, "{begin} - +{}", duration(minutes)),
            Self::Week { to, end, .. } => write!(f, "{begin} - {} {}", WEEKDAYS[usize::from(to - 1)], Clock(end.into())),
        }
    }
}

/// `2d`, `14h`, `1h30m`.
pub(super) fn duration(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (hours, 0) if hours % 24 == 0 => format!("{}d", hours / 24),
        (hours, 0) => format!("{hours}h"),
        (0, minutes) => format!("{minutes}m"),
        (hours, minutes) => format!("{hours}h{minutes}m"),
    }
}

/// The canonical text: it parses to the same window, and equal windows have one text.
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.conditions.is_empty() {
            f.write_str("daily")?;
        }
        for (i, condition) in self.conditions.iter().enumerate() {
            write!(f, "{}{condition}", if i == 0 { "" } else { " & " })?;
        }
        write!(f, " {}", self.span)?;
        self.zone.as_ref().map_or(Ok(()), |zone| write!(f, " {zone}"))
    }
}

impl Serialize for Window {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
