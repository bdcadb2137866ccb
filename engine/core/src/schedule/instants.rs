//! From local windows to real time.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::clocks::Clocks;
use super::condition::{Condition, Day};
use super::model::Workdays;
use super::window::Window;

/// A half-open stretch of real time: `from` belongs to it, `to` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Stretch {
    /// First instant.
    pub from: Timestamp,
    /// First instant after.
    pub to: Timestamp,
}

impl Stretch {
    /// All of time.
    pub const ALWAYS: Self = Self { from: Timestamp::MIN, to: Timestamp::MAX };

    /// Whether an instant lies in it.
    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }

    /// How long it lasts.
    #[must_use]
    pub fn length(&self) -> SignedDuration {
        self.to.duration_since(self.from)
    }
}

/// What a window must be told to become instants.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Zone of windows without their own.
    pub tz: &'a TimeZone,
    /// What `workday` counts.
    pub workdays: &'a Workdays,
    /// Days that do not count as workdays.
    pub holidays: Option<&'a BTreeSet<Date>>,
}

impl Frame<'_> {
    pub(super) fn is_workday(&self, date: Date) -> bool {
        self.workdays.days.contains(&date.weekday().to_monday_one_offset()) && self.holidays.is_none_or(|days| !days.contains(&date))
    }

    /// Which workday of its month a workday is: 1 is the first, or, from the end, -1 the last.
    pub(super) fn workday_number(&self, date: Date, from_end: bool) -> i8 {
        let next = |date: &Date| if from_end { date.tomorrow() } else { date.yesterday() };
        let month = std::iter::successors(Some(date), |date| next(date).ok()).take_while(|other| other.month() == date.month());
        let count = month.filter(|date| self.is_workday(*date)).fold(0, |count: i8, _| count + 1);
        if from_end { -count } else { count }
    }
}

/// The dates from `first` to `last`, both included.
pub(super) fn dates(first: Date, last: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |date| date.tomorrow().ok()).take_while(move |date| *date <= last)
}

/// `date` moved by `days`, or the end of the calendar.
pub(super) fn shifted(date: Date, days: i32) -> Date {
    let end = if days < 0 { Date::MIN } else { Date::MAX };
    date.checked_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(end)
}

impl Window {
    /// The stretches that contain or touch an instant from `from` to `to`, in order of time.
    ///
    /// One for each local date on which the window begins; they may overlap when its span is longer than a day.
    pub fn stretches<'a>(&'a self, frame: &'a Frame<'a>, from: Timestamp, to: Timestamp) -> impl Iterator<Item = Stretch> + 'a {
        let mut clocks = Clocks::new(self.zone().map_or(frame.tz, |zone| zone.tz()));
        self.dates_between(&clocks, from, to)
            .filter(|date| self.begins_on(*date, frame))
            .filter_map(move |date| self.stretch(&mut clocks, date))
            .filter(move |stretch| stretch.from <= to && from <= stretch.to)
    }

    /// As [`Window::stretches`], with clocks of the frame's zone that several windows share.
    pub(super) fn stretches_by(&self, clocks: &mut Clocks<'_>, frame: &Frame<'_>, from: Timestamp, to: Timestamp, out: &mut Vec<Stretch>) {
        if self.zone().is_some() {
            out.extend(self.stretches(frame, from, to));
            return;
        }
        for date in self.dates_between(clocks, from, to).filter(|date| self.begins_on(*date, frame)) {
            out.extend(self.stretch(clocks, date).filter(|stretch| stretch.from <= to && from <= stretch.to));
        }
    }

    /// The dates on which a stretch may begin that touches an instant from `from` to `to`.
    fn dates_between(&self, clocks: &Clocks<'_>, from: Timestamp, to: Timestamp) -> impl Iterator<Item = Date> + use<> {
        // A day on either side, because clocks that go back may have shown a later date before.
        let mut first = shifted(clocks.date(from), -1 - self.midnights_covered());
        let mut last = shifted(clocks.date(to), 1);
        for (earliest, latest) in self.conditions().iter().filter_map(Condition::bounds) {
            (first, last) = (first.max(earliest), last.min(latest));
        }
        dates(first, last)
    }

    /// Whether an instant lies in the window.
    #[must_use]
    pub fn contains(&self, frame: &Frame<'_>, at: Timestamp) -> bool {
        self.stretches(frame, at, at).any(|stretch| stretch.contains(at))
    }

    /// When clocks that went back had shown the end of one of the window's stretches before: it runs on to the last time.
    pub(super) fn ended_once(&self, frame: &Frame<'_>, stretch: &Stretch, at: Timestamp) -> Option<Timestamp> {
        let tz = self.zone().map_or(frame.tz, |zone| zone.tz());
        Clocks::new(tz).first(tz.to_datetime(stretch.to)).filter(|end| *end <= at)
    }

    /// Whether all conditions hold on a local date.
    #[must_use]
    pub fn begins_on(&self, date: Date, frame: &Frame<'_>) -> bool {
        let day = Day::new(date);
        self.conditions().iter().all(|condition| condition.holds(day, frame))
    }

    /// The stretch that begins on a date; none when a clock change leaves nothing of it.
    pub(super) fn stretch(&self, clocks: &mut Clocks<'_>, date: Date) -> Option<Stretch> {
        let (begin, end) = self.local(date)?;
        let stretch = Stretch { from: clocks.first(begin)?, to: clocks.last(end)? };
        (stretch.from < stretch.to).then_some(stretch)
    }
}
