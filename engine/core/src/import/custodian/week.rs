//! Events of a week, and the windows between them.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, ToSpan as _};

use super::tag::Event;
use crate::import::draft::clock;
use crate::schedule::{Condition, Mask};

/// Hours of a week.
const HOURS: usize = 168;
/// Days after which every event of the week has come by.
const WEEK: i64 = 7;
/// Days of one window; it may not last longer than 31.
const LONGEST: i64 = 28;

/// The state after each hour's events: by the last event, for ever the same.
pub(super) struct Week {
    /// What happens in an hour; true is a start.
    events: [Option<bool>; HOURS],
    clashes: bool,
}

/// Windows with dates, for days without events.
#[derive(Debug, Default)]
pub(super) struct Exceptions {
    /// Running although the week says stopped.
    pub(super) running: Vec<String>,
    /// Stopped although the week says running.
    pub(super) stopped: Vec<String>,
}

impl Week {
    pub(super) fn new(on: &[Event], off: &[Event]) -> Self {
        let mut week = Self { events: [None; HOURS], clashes: false };
        for (list, starts) in [(on, true), (off, false)] {
            for (days, hour) in list {
                for day in (0..7_usize).filter(|day| days >> day & 1 == 1) {
                    let before = week.events[day * 24 + usize::from(*hour)].replace(starts);
                    week.clashes |= before == Some(!starts);
                }
            }
        }
        week
    }

    /// Whether a start and a stop fall into one hour.
    pub(super) fn clashes(&self) -> bool {
        self.clashes
    }

    /// The last event before or in an hour, going round the week; nothing when there is none at all.
    fn state(&self, hour: usize) -> Option<bool> {
        (0..HOURS).find_map(|back| self.events[(hour + HOURS - back) % HOURS])
    }

    /// First hours and lengths of running.
    fn runs(&self) -> Vec<(usize, usize)> {
        let runs = |hour: usize| self.state(hour % HOURS) == Some(true);
        let begins = (0..HOURS).filter(|hour| runs(*hour) && !runs(hour + HOURS - 1));
        begins.map(|begin| (begin, (0..HOURS).take_while(|further| runs(begin + further)).count())).collect()
    }

    /// The week as windows: days that are alike in one, what lasts longer than a day by its two ends.
    pub(super) fn windows(&self) -> Vec<String> {
        if (0..HOURS).all(|hour| self.state(hour) == Some(true)) {
            return vec!["daily 00:00-24:00".to_owned()];
        }
        let mut daily: Vec<(usize, usize, Mask)> = Vec::new();
        let mut longer = Vec::new();
        for (begin, length) in self.runs() {
            let (day, hour) = (begin / 24, begin % 24);
            if length > 24 {
                longer.push(format!("{} - {}", at(begin), at((begin + length) % HOURS)));
                continue;
            }
            let place = daily.iter().position(|(other, others, _)| (*other, *others) == (hour, length));
            let place = place.unwrap_or_else(|| {
                daily.push((hour, length, Mask::EMPTY));
                daily.len() - 1
            });
            daily[place].2.insert(weekday(day));
        }
        let window = |(hour, length, days): (usize, usize, Mask)| {
            format!(
                "{} {}-{}",
                named(days),
                hour_text(hour),
                if hour + length == 24 { "24:00".to_owned() } else { hour_text((hour + length) % 24) }
            )
        };
        daily.into_iter().map(window).chain(longer).collect()
    }

    /// What days without events change, as windows of their dates.
    pub(super) fn exceptions(&self, skipped: &BTreeSet<Date>) -> Exceptions {
        let mut out = Exceptions::default();
        let mut days = skipped.iter().copied().peekable();
        while let Some(first) = days.next() {
            // A week after the last of neighbouring days everything is as ever again.
            let mut end = after(first);
            while let Some(next) = days.next_if(|next| *next <= end) {
                end = after(next);
            }
            self.compare(first, end, skipped, &mut out);
        }
        out
    }

    /// Walks hour by hour with and without the events of skipped days, and writes down where the two differ.
    fn compare(&self, first: Date, end: Date, skipped: &BTreeSet<Date>, out: &mut Exceptions) {
        let mut state = self.state((index(first) + HOURS - 1) % HOURS);
        let mut differs: Option<(DateTime, bool)> = None;
        for date in first.series(1.day()).take_while(|date| *date <= end) {
            for hour in 0..24_usize {
                let place = index(date) + hour;
                if !skipped.contains(&date) {
                    state = self.events[place].or(state);
                }
                let differing = state.filter(|state| self.state(place) != Some(*state));
                if differs.map(|(_, state)| state) != differing {
                    let now = date.at(i8::try_from(hour).unwrap_or(0), 0, 0, 0);
                    differs.take().into_iter().for_each(|(begin, state)| out.add(begin, now, state));
                    differs = differing.map(|state| (now, state));
                }
            }
        }
    }
}

impl Exceptions {
    fn add(&mut self, begin: DateTime, end: DateTime, running: bool) {
        let windows = if running { &mut self.running } else { &mut self.stopped };
        let mut hours = end.duration_since(begin).as_hours();
        let mut date = begin.date();
        while hours > 0 {
            let part = hours.min(24 * LONGEST);
            windows.push(format!("{date} {} - +{part}h", hour_text(usize::from(begin.hour().unsigned_abs()))));
            date = date.checked_add(SignedDuration::from_hours(part)).unwrap_or(Date::MAX);
            hours -= part;
        }
    }
}

/// The day by which every event of the week has come by since `date`.
fn after(date: Date) -> Date {
    date.checked_add(SignedDuration::from_hours(24 * (WEEK + 1))).unwrap_or(Date::MAX)
}

/// The first hour of a date's weekday.
fn index(date: Date) -> usize {
    usize::from(date.weekday().to_monday_zero_offset().unsigned_abs()) * 24
}

fn weekday(day: usize) -> u8 {
    u8::try_from(day % 7 + 1).unwrap_or(1)
}

fn named(days: Mask) -> String {
    if days.is_full(7) { "daily".to_owned() } else { Condition::Weekdays { days, nth: BTreeSet::new() }.to_string() }
}

/// `fri 19:00`.
fn at(hour: usize) -> String {
    format!("{} {}", named(Mask::range(weekday(hour / 24), weekday(hour / 24), 7)), hour_text(hour % 24))
}

fn hour_text(hour: usize) -> String {
    clock(u16::try_from(hour * 60).unwrap_or(0))
}
