//! What recurs: the edges of a year of each kind, as days by local time.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use indexmap::IndexMap;
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};

use super::timing::Action;
use crate::cron::{Days, Set};
use crate::schedule::{Condition, Context, Schedule, Stretch, Window};

/// A year of each kind: by its first weekday, Monday first, without and with a leap day. What conditions ask of a day, and
/// of the weeks before it, is the same in all years of a kind.
const YEARS: [i16; 14] = [2001, 2002, 2003, 2009, 2010, 2005, 2006, 2024, 2008, 2020, 2004, 2016, 2000, 2012];
/// A Monday.
const SOME_MONDAY: Date = Date::constant(2001, 1, 8);

/// A month of one of the [`YEARS`].
pub(super) struct Month {
    /// 1 to 12.
    pub(super) number: u32,
    /// Sunday is 1.
    first_weekday: u32,
    last: u32,
}

impl Month {
    pub(super) fn days(&self, days: Days) -> Set {
        days.in_month(self.first_weekday, self.last)
    }
}

/// The months of all [`YEARS`].
pub(super) static MONTHS: LazyLock<Vec<Month>> = LazyLock::new(|| {
    let firsts = YEARS.iter().flat_map(|year| (1..=12).filter_map(|month| Date::new(*year, month, 1).ok()));
    firsts
        .map(|first| Month { number: number(first.month()), first_weekday: weekday(first), last: number(first.days_in_month()) })
        .collect()
});

/// Edges that share these can share a cron.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) action: Action,
}

/// Days, for each of the [`MONTHS`].
pub(super) type MonthDays = Vec<Set>;

/// The edges of a schedule that has only windows which recur, in UTC as a zone in which clocks never change.
pub(super) fn slots(schedule: &Schedule) -> BTreeMap<Slot, MonthDays> {
    let windows = || schedule.run.iter().chain(&schedule.stop).chain(&schedule.leave);
    if windows().all(|window| is_weekly(window)) { weekly(schedule) } else { yearly(schedule) }
}

fn is_weekly(window: &Window) -> bool {
    window.conditions().iter().all(|condition| matches!(condition, Condition::Weekdays { nth, .. } if nth.is_empty()))
}

/// A week is like every other.
fn weekly(schedule: &Schedule) -> BTreeMap<Slot, MonthDays> {
    let mut weekdays: BTreeMap<Slot, Set> = BTreeMap::new();
    for (slot, date) in edges(schedule, SOME_MONDAY, 7) {
        weekdays.entry(slot).or_default().insert(weekday(date));
    }
    let months = |weekdays| MONTHS.iter().map(|month| month.days(Days::of_week(weekdays))).collect();
    weekdays.into_iter().map(|(slot, weekdays)| (slot, months(weekdays))).collect()
}

fn yearly(schedule: &Schedule) -> BTreeMap<Slot, MonthDays> {
    let mut slots: BTreeMap<Slot, MonthDays> = BTreeMap::new();
    for (at, year) in YEARS.iter().enumerate() {
        let Ok(first) = Date::new(*year, 1, 1) else { continue };
        for (slot, date) in edges(schedule, first, i64::from(first.days_in_year())) {
            let days = slots.entry(slot).or_insert_with(|| vec![Set::default(); MONTHS.len()]);
            days[at * 12 + number(date.month()) as usize - 1].insert(number(date.day()));
        }
    }
    slots
}

/// The edges on so many days from a date on.
fn edges(schedule: &Schedule, first: Date, days: i64) -> impl Iterator<Item = (Slot, Date)> + use<> {
    let calendars = IndexMap::new();
    let ctx = Context { calendars: &calendars, overrides: &[] };
    let range = range(first, days);
    let edges = range.map_or_else(Vec::new, |range| schedule.edges(range.from, range.to, &ctx));
    edges.into_iter().filter_map(|edge| {
        let local = jiff::tz::Offset::UTC.to_datetime(edge.at);
        Some((slot(local, Action::of(edge.state)?), local.date()))
    })
}

/// From just before a date's midnight to just before that of the day after so many days.
fn range(first: Date, days: i64) -> Option<Stretch> {
    let midnight = jiff::tz::Offset::UTC.to_timestamp(first.at(0, 0, 0, 0)).ok()?;
    let from = midnight.checked_sub(SignedDuration::from_secs(1)).ok()?;
    Some(Stretch { from, to: from.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX) })
}

pub(super) fn slot(local: DateTime, action: Action) -> Slot {
    Slot { hour: number(local.hour()), minute: number(local.minute()), action }
}

fn weekday(date: Date) -> u32 {
    number(date.weekday().to_sunday_one_offset())
}

/// Calendar numbers are never negative.
fn number(n: i8) -> u32 {
    u32::from(n.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_is_a_year_of_each_kind() {
        let kind = |year: &i16| {
            let first = Date::new(*year, 1, 1).expect("date");
            (weekday(first), first.in_leap_year())
        };
        assert_eq!(YEARS.iter().map(kind).collect::<BTreeSet<_>>().len(), 14);
        assert_eq!((MONTHS.len(), weekday(SOME_MONDAY)), (14 * 12, 2));
    }
}
