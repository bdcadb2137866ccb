//! When events happen, and the windows between them.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, date};

use super::raw::Entry;
use super::target::Wanted;
use crate::cron::{Cron, Days as CronDays, Expression, Years};
use crate::import::clocks::zone;
use crate::import::days::{Days, text};
use crate::import::draft::{DAY, clock, dated, span};
use crate::schedule::{Condition, LONGEST_SPAN_MINUTES, Mask, MonthDay, Nth, Zone};

/// What starts or stops more often on one day is no start or stop.
const MOST_TIMES: usize = 24;
/// Days within which a stop must follow its start.
const LONGEST_DAYS: u16 = 31;

/// Why a start is passed over.
const SAME_MINUTE: &str = "a start and a stop happen in the same minute; which comes last is chance in EventBridge, here the stop";
/// What the table of days cannot say.
const LEAP_YEARS: &str = "a window from January into March ends by the calendar of common years; in leap years look at it again";

/// A start or a stop.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) name: String,
    pub(super) wanted: Wanted,
    pub(super) when: When,
    pub(super) zone: Zone,
    /// Local times of the first and before the last.
    pub(super) bounds: (Option<DateTime>, Option<DateTime>),
}

/// When it happens, on the clocks of its zone.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a handful of them live while one file is read")]
pub(super) enum When {
    /// On days, at minutes of the day.
    Often { days: Days, own: Vec<Condition>, minutes: Vec<u16>, years: Years },
    /// Once.
    Once(DateTime),
}

impl Event {
    pub(super) fn read(entry: &Entry, wanted: Wanted, notes: &mut Vec<String>) -> Result<Self, String> {
        let zone = zone(entry.schedule_expression_timezone.as_deref().unwrap_or("UTC"))?;
        let flexible = entry.flexible_time_window.as_ref().filter(|window| window.mode.as_deref() == Some("FLEXIBLE"));
        if let Some(window) = flexible {
            let minutes = window.maximum_window_in_minutes.unwrap_or(1);
            notes.push(format!("`{}` may be up to {minutes} minutes late (flexible time window); here edges are on time", entry.name()));
        }
        let when = match Expression::parse(&entry.schedule_expression).map_err(|error| error.to_string())? {
            Expression::Cron(cron) => often(&cron)?,
            Expression::At(at) => once(at, &zone, &entry.name(), notes)?,
            Expression::Rate(_) => return Err("`rate` has no time of day, and a window begins at one".to_owned()),
        };
        let local = |at: &jiff::Timestamp| zone.tz().to_datetime(*at);
        let bounds = (entry.start_date.as_ref().map(local), entry.end_date.as_ref().map(local));
        Ok(Self { name: entry.name(), wanted, when, bounds, zone })
    }

    /// Minutes of the day at which it happens.
    pub(super) fn minutes(&self) -> Vec<u16> {
        match &self.when {
            When::Often { minutes, .. } => minutes.clone(),
            When::Once(at) => vec![minute_of(*at)],
        }
    }

    /// An hour from each time on.
    pub(super) fn hours(&self) -> Vec<String> {
        match &self.when {
            When::Once(at) => dated(Some(*at), at.checked_add(1.hours()).ok()),
            When::Often { own, minutes, .. } => {
                minutes.iter().map(|minute| format!("{} {}", self.conditions(own.clone(), *minute), span(*minute, minute + 60))).collect()
            }
        }
    }

    /// Conditions with the years and the bounds of an event at a minute.
    fn conditions(&self, mut conditions: Vec<Condition>, minute: u16) -> String {
        if let When::Often { years, .. } = &self.when
            && *years != Years::every()
        {
            conditions
                .push(Condition::Dates(years.ranges().iter().map(|(first, last)| (date(*first, 1, 1), date(*last, 12, 31))).collect()));
        }
        let late = |bound: DateTime| minute_of(bound) > minute;
        let first = self.bounds.0.map(|bound| if late(bound) { bound.date().tomorrow().unwrap_or(Date::MAX) } else { bound.date() });
        let last = self.bounds.1.map(|bound| if late(bound) { bound.date() } else { bound.date().yesterday().unwrap_or(Date::MIN) });
        if first.is_some() || last.is_some() {
            let (first, last) = (first.unwrap_or(date(1, 1, 1)), last.unwrap_or(date(9999, 12, 30)));
            conditions.push(Condition::Dates(vec![(first, last.max(first))]));
        }
        text(&conditions)
    }
}

fn minute_of(at: DateTime) -> u16 {
    u16::from(at.hour().unsigned_abs()) * 60 + u16::from(at.minute().unsigned_abs())
}

fn once(at: DateTime, zone: &Zone, name: &str, notes: &mut Vec<String>) -> Result<When, String> {
    if matches!(zone.tz().to_ambiguous_timestamp(at).offset(), jiff::tz::AmbiguousOffset::Gap { .. }) {
        return Err(format!("clocks in {zone} skip {at}, so it never happens"));
    }
    let whole = at.date().at(at.hour(), at.minute(), 0, 0);
    if whole != at {
        notes.push(format!("windows have no seconds: `{name}` is taken to be at {}", clock(minute_of(at))));
    }
    Ok(When::Once(whole))
}

fn often(cron: &Cron) -> Result<When, String> {
    let small = |n: u32| u16::try_from(n).unwrap_or(0);
    let mut minutes: Vec<u16> =
        cron.hours.iter().flat_map(|hour| cron.minutes.iter().map(move |minute| small(hour) * 60 + small(minute))).collect();
    minutes.sort_unstable();
    if minutes.len() > MOST_TIMES {
        return Err(format!("it happens {} times a day; what starts and stops has at most {MOST_TIMES}", minutes.len()));
    }
    let days = Days::of(|day| cron.months.contains(u32::from(day.month())) && on(cron.days, day));
    Ok(When::Often { days, own: own(cron), minutes, years: cron.years.clone() })
}

/// Whether a day is one of the expression's.
fn on(days: CronDays, day: crate::import::days::Day) -> bool {
    let (number, last, weekday) = (u32::from(day.number), u32::from(day.last()), (u32::from(day.weekday) + 1) % 7 + 1);
    let nearest = |n: u32| u8::try_from(n).ok().and_then(|n| day.nearest(n)) == Some(day.number);
    match days {
        CronDays::OfMonth(set) => set.contains(number),
        CronDays::BeforeLast(n) => number + n == last,
        CronDays::Nearest(n) => nearest(n),
        CronDays::NearestLast => nearest(last),
        CronDays::OfWeek(set) => set.contains(weekday),
        CronDays::LastOfWeek(wanted) => weekday == wanted && number + 7 > last,
        CronDays::Nth { weekday: wanted, n } => weekday == wanted && (number - 1) / 7 + 1 == n,
    }
}

/// The days in words of their own.
fn own(cron: &Cron) -> Vec<Condition> {
    let small = |n: u32| u8::try_from(n).unwrap_or(1);
    // Sunday is 1 there and 7 here.
    let weekday = |n: u32| small((n + 5) % 7 + 1);
    let mask = |numbers: &mut dyn Iterator<Item = u8>| {
        numbers.fold(Mask::EMPTY, |mut mask, n| {
            mask.insert(n);
            mask
        })
    };
    let nth =
        |n: u32, place: Option<u8>| Condition::Weekdays { days: Mask::EMPTY, nth: BTreeSet::from([Nth { weekday: weekday(n), n: place }]) };
    let special = |day: MonthDay| Condition::MonthDays { days: Mask::EMPTY, special: BTreeSet::from([day]) };
    let mut out = match cron.days {
        CronDays::OfMonth(set) => {
            let days = mask(&mut set.iter().map(small));
            if days.is_full(31) { Vec::new() } else { vec![Condition::MonthDays { days, special: BTreeSet::new() }] }
        }
        CronDays::BeforeLast(n) => vec![special(MonthDay::BeforeLast(small(n)))],
        CronDays::Nearest(n) => vec![special(MonthDay::Nearest(small(n)))],
        CronDays::NearestLast => vec![special(MonthDay::NearestLast)],
        CronDays::OfWeek(set) => vec![Condition::Weekdays { days: mask(&mut set.iter().map(weekday)), nth: BTreeSet::new() }],
        CronDays::LastOfWeek(n) => vec![nth(n, None)],
        CronDays::Nth { weekday, n } => vec![nth(weekday, Some(small(n)))],
    };
    let months = mask(&mut cron.months.iter().map(small));
    out.extend((!months.is_full(12)).then_some(Condition::Months(months)));
    out
}

/// Windows from each start to the stop that follows it.
///
/// # Errors
/// When single and recurring events meet, or when no stop follows a start within a month.
pub(super) fn windows(starts: &[&Event], stops: &[&Event], notes: &mut Vec<String>) -> Result<Vec<String>, String> {
    let once = |event: &&&Event| matches!(event.when, When::Once(_));
    let single = starts.iter().chain(stops).filter(once).count();
    match single {
        0 => recurring(starts, stops, notes),
        n if n == starts.len() + stops.len() => Ok(single_windows(starts, stops)),
        _ => Err(When::MIXED.to_owned()),
    }
}

fn single_windows(starts: &[&Event], stops: &[&Event]) -> Vec<String> {
    let times = |events: &[&Event], starts: bool| {
        let at = |event: &&Event| if let When::Once(at) = event.when { Some((at, starts)) } else { None };
        events.iter().filter_map(at).collect::<Vec<_>>()
    };
    let mut all = [times(starts, true), times(stops, false)].concat();
    all.sort_unstable();
    let (mut out, mut since) = (Vec::new(), None);
    for (at, starts) in all {
        match (since, starts) {
            (None, true) => since = Some(at),
            (Some(begin), false) => {
                out.extend(if begin < at { dated(Some(begin), Some(at)) } else { Vec::new() });
                since = None;
            }
            _ => {}
        }
    }
    out.extend(since.into_iter().flat_map(|begin| dated(Some(begin), None)));
    out
}

fn recurring(starts: &[&Event], stops: &[&Event], notes: &mut Vec<String>) -> Result<Vec<String>, String> {
    let mut out = Vec::new();
    for start in starts {
        let When::Often { days, own, minutes, .. } = &start.when else { continue };
        for minute in minutes {
            for (hit, length) in
                followed(*days, *minute, stops, notes).ok_or_else(|| format!("no stop follows `{}` within 31 days", start.name))?
            {
                let lists = if hit == *days { vec![own.clone()] } else { hit.conditions() };
                out.extend(lists.into_iter().map(|list| written(start, list, *minute, length)));
            }
        }
    }
    Ok(out)
}

/// For each day of a start how long it is until the next stop; nothing when one has none within 31 days.
fn followed(days: Days, minute: u16, stops: &[&Event], notes: &mut Vec<String>) -> Option<Vec<(Days, u32)>> {
    let mut stops: Vec<(u16, Days)> = stops.iter().flat_map(|stop| stop_times(stop)).collect();
    stops.sort_by_key(|(minute, _)| *minute);
    let (mut rest, mut out) = (days, Vec::new());
    for later in 0..=LONGEST_DAYS {
        for (end, there) in &mut stops {
            let length = (u32::from(later) * u32::from(DAY) + u32::from(*end)).checked_sub(u32::from(minute));
            if let Some(length) = length {
                let hit = rest.and(*there);
                rest = rest.without(*there);
                match length {
                    _ if hit.is_empty() => {}
                    0 => notes.push(SAME_MINUTE.to_owned()),
                    1..=LONGEST_SPAN_MINUTES => out.push((hit, length)),
                    _ => return None,
                }
                if crosses_february(&hit, later) {
                    notes.push(LEAP_YEARS.to_owned());
                }
            }
        }
        if rest.is_empty() {
            return Some(out);
        }
        stops.iter_mut().for_each(|(_, there)| *there = there.eves());
    }
    None
}

/// Whether so many days later than a day in January it is March: a day earlier in leap years, which January does not know.
fn crosses_february(hit: &Days, later: u16) -> bool {
    let crosses = Days::of(|day| day.month() == 1 && u16::from(day.number) + later > 31 + 28);
    !hit.and(crosses).is_empty()
}

fn stop_times(stop: &Event) -> Vec<(u16, Days)> {
    match &stop.when {
        When::Often { days, minutes, .. } => minutes.iter().map(|minute| (*minute, *days)).collect(),
        When::Once(_) => Vec::new(),
    }
}

/// A window of a length: within a day and a night by its times, from one weekday to another by both, else by its length.
fn written(start: &Event, list: Vec<Condition>, minute: u16, length: u32) -> String {
    let end = u32::from(minute) + length;
    let within = u16::try_from(end).ok().filter(|_| length <= u32::from(DAY) && end <= 2 * u32::from(DAY));
    let single = match list.as_slice() {
        [Condition::Weekdays { days, nth }] if days.len() == 1 && nth.is_empty() => (1..=7).find(|day| days.contains(*day)),
        _ => None,
    };
    let conditions = start.conditions(list, minute);
    match (within, single) {
        (Some(end), _) => format!("{conditions} {}", span(minute, end)),
        (None, Some(day)) if length < 7 * u32::from(DAY) && start.bounds == (None, None) => {
            let later = u8::try_from(end / u32::from(DAY)).unwrap_or(0);
            let to =
                Condition::Weekdays { days: Mask::range((day - 1 + later) % 7 + 1, (day - 1 + later) % 7 + 1, 7), nth: BTreeSet::new() };
            format!("{conditions} {} - {to} {}", clock(minute), clock(u16::try_from(end % u32::from(DAY)).unwrap_or(0)))
        }
        _ => format!("{conditions} {} - +{length}m", clock(minute)),
    }
}
