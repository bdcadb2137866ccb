//! Crons that may serve: what recurs, season by season and zone by zone.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::pattern::{Pattern, cover};
use super::reference::{Slot, slots};
use super::timing::Action;
use crate::cron::{Cron, Years};
use crate::schedule::{Condition, Schedule, Window, Zone};
use crate::span::At;

/// A range of dates shorter than this is not worth crons of its own, in days.
const SHORTEST_SEASON: i32 = 28;

/// A cron, and what it would do.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    pub(super) cron: Cron,
    pub(super) zone: Zone,
    pub(super) action: Action,
    /// Whether windows without dates ask for it, so that it may go on after the window.
    pub(super) lasting: bool,
}

/// A candidate as it is found.
struct Found {
    zone: Zone,
    slot: Slot,
    pattern: Pattern,
    lasting: bool,
}

impl Found {
    fn candidate(self) -> Candidate {
        let Pattern { days, months } = self.pattern;
        let one = |n: u32| std::iter::once(n).collect();
        let cron = Cron { minutes: one(self.slot.minute), hours: one(self.slot.hour), days, months, years: Years::every() };
        Candidate { cron, zone: self.zone, action: self.slot.action, lasting: self.lasting }
    }
}

/// All candidates between two instants: those of windows without dates, then those that a season adds.
pub(super) fn candidates(schedule: &Schedule, zone: &Zone, from: Timestamp, to: Timestamp) -> Vec<Candidate> {
    let mut found = Vec::new();
    add(&mut found, schedule, zone, None);
    let date = |at: Timestamp| zone.tz().to_datetime(at).date();
    for season in seasons(schedule, date(from), date(to)) {
        add(&mut found, schedule, zone, Some(season));
    }
    found.into_iter().map(Found::candidate).collect()
}

/// Adds what recurs in a season, or what recurs always, without what is there already.
fn add(found: &mut Vec<Found>, schedule: &Schedule, zone: &Zone, season: Option<Date>) {
    let windows = || schedule.run.iter().chain(&schedule.stop).chain(&schedule.leave);
    let mut zones: Vec<&Zone> = Vec::new();
    for own in windows().filter(|window| recurs(window, season)).map(|window| window.zone().unwrap_or(zone)) {
        if !zones.contains(&own) {
            zones.push(own);
        }
    }
    for zone_of in zones {
        for (slot, wanted) in slots(&recurring(schedule, zone, zone_of, season)) {
            let known: Vec<Pattern> = found.iter().filter(|it| it.slot == slot && it.zone == *zone_of).map(|it| it.pattern).collect();
            let new = cover(&wanted, &known).into_iter();
            found.extend(new.map(|pattern| Found { zone: zone_of.clone(), slot, pattern, lasting: season.is_none() }));
        }
    }
}

/// The schedule with only those windows that recur on the clocks of one zone.
fn recurring(schedule: &Schedule, zone: &Zone, zone_of: &Zone, season: Option<Date>) -> Schedule {
    let keep = |windows: &[At<Window>]| {
        let kept = windows.iter().filter(|window| window.zone().unwrap_or(zone) == zone_of && recurs(window, season));
        kept.map(|window| At::new(window.under(|condition| !matches!(condition, Condition::Dates(_))), window.span.clone())).collect()
    };
    let mut recurring = schedule.clone();
    (recurring.run, recurring.stop, recurring.leave) = (keep(&schedule.run), keep(&schedule.stop), keep(&schedule.leave));
    recurring.except.clear();
    recurring.workdays.except = None;
    "UTC".clone_into(&mut recurring.timezone);
    recurring
}

/// Whether a window recurs by the calendar alone: always, or in the season that holds a date.
fn recurs(window: &Window, season: Option<Date>) -> bool {
    window.conditions().iter().all(|condition| match condition {
        Condition::EveryWeeks { .. } => false,
        Condition::Dates(ranges) => {
            season.is_some_and(|date| ranges.iter().any(|range| is_long(*range) && (range.0..=range.1).contains(&date)))
        }
        _ => true,
    })
}

fn is_long((first, last): (Date, Date)) -> bool {
    (last - first).get_days() >= SHORTEST_SEASON
}

/// The first date of each season from `from` to `to`: a new one begins where a long range of dates begins or ends.
/// Empty when no window has such a range.
fn seasons(schedule: &Schedule, from: Date, to: Date) -> BTreeSet<Date> {
    let windows = schedule.run.iter().chain(&schedule.stop).chain(&schedule.leave);
    let ranges = windows.flat_map(|window| window.conditions()).filter_map(|condition| match condition {
        Condition::Dates(ranges) => Some(ranges),
        _ => None,
    });
    let long = ranges.flatten().filter(|range| is_long(**range) && range.1 >= from);
    let begins = long.flat_map(|(first, last)| [Some((*first).max(from)), last.tomorrow().ok()]);
    begins.flatten().filter(|date| (from..=to).contains(date)).collect()
}
