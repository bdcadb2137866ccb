//! When a cron expression fires: month by month, never minute by minute.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::fields::Set;
use super::model::Cron;

/// The instant of a local time: the first of two, none for a time that clocks skip.
pub(super) fn instant(tz: &TimeZone, local: DateTime) -> Option<Timestamp> {
    match tz.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => offset.to_timestamp(local).ok(),
        AmbiguousOffset::Gap { .. } => None,
    }
}

impl Cron {
    /// The instants after `after`, in order.
    ///
    /// Of local times in order the first instants are in order too, so that no local time before the one shown at
    /// `after` can have its first instant after it.
    pub(super) fn firings<'a>(&'a self, tz: &'a TimeZone, after: Timestamp) -> impl Iterator<Item = Timestamp> + 'a {
        let shown = tz.to_datetime(after);
        let (today, now) = (shown.date(), (number(shown.hour()), number(shown.minute())));
        let times = move |date: Date| self.times(if date == today { now } else { (0, 0) }).map(move |(h, m)| local(date, h, m));
        let days = self.days_from(today);
        days.flat_map(times).filter_map(|local| instant(tz, local)).filter(move |at| *at > after)
    }

    /// Hours and minutes of a day, from one on.
    fn times(&self, from: (u32, u32)) -> impl Iterator<Item = (u32, u32)> + '_ {
        let hours = self.hours.iter().filter(move |hour| *hour >= from.0);
        hours.flat_map(|hour| self.minutes.iter().map(move |minute| (hour, minute))).filter(move |time| *time >= from)
    }

    /// The dates of the expression from a date on, until its last year is over.
    fn days_from(&self, from: Date) -> impl Iterator<Item = Date> + '_ {
        let first_month = (from.year(), number(from.month()));
        let months = std::iter::successors(self.month_from(first_month), |(year, month)| self.month_from((*year, month + 1)));
        let dates = move |(year, month): (i16, u32)| {
            let set = first_of(year, month).map_or_else(Set::default, |first| self.days_of(first));
            set.iter().filter_map(move |day| Date::new(year, small(month), small(day)).ok())
        };
        months.flat_map(dates).filter(move |date| *date >= from)
    }

    /// The first month of the expression that is not before one; months of 13 are next January.
    fn month_from(&self, (year, month): (i16, u32)) -> Option<(i16, u32)> {
        let this_year = self.years.next_from(year)?;
        let from = if this_year == year { month } else { 1 };
        if let Some(month) = self.months.next_from(from) {
            return Some((this_year, month));
        }
        Some((self.years.next_from(this_year + 1)?, self.months.next_from(1)?))
    }

    fn days_of(&self, first: Date) -> Set {
        let weekday = u32::from(first.weekday().to_sunday_one_offset().unsigned_abs());
        self.days.in_month(weekday, number(first.days_in_month()))
    }
}

fn first_of(year: i16, month: u32) -> Option<Date> {
    Date::new(year, small(month), 1).ok()
}

fn local(date: Date, hour: u32, minute: u32) -> DateTime {
    date.at(small(hour), small(minute), 0, 0)
}

/// Calendar numbers of jiff are small and never negative.
fn number(n: i8) -> u32 {
    u32::from(n.unsigned_abs())
}

/// Calendar numbers here are below 64.
fn small(n: u32) -> i8 {
    i8::try_from(n).unwrap_or(i8::MAX)
}
