//! Instance Scheduler's own way to decide, written down again from its source, against the imported schedule.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};
use muster_core::eval::Evaluator;
use muster_core::import::Source;
use serde_json::{Value, json};

use super::support::{Chance, ZONES, cases, clocks_change, decided, instant, schedule, tz, wall};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Running,
    Any,
    Stopped,
}

#[derive(Debug, Default)]
struct Period {
    begin: Option<(i8, i8)>,
    end: Option<(i8, i8)>,
    weekdays: Option<String>,
    months: Option<String>,
    monthdays: Option<String>,
    kind: Option<String>,
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// `RunningPeriod.get_desired_state`.
fn state_of(period: &Period, now: DateTime) -> State {
    let date = now.date();
    let on = |list: &Option<String>, holds: fn(&str, Date) -> bool| {
        list.as_ref().is_none_or(|list| list.split(',').any(|item| holds(item, date)))
    };
    if !(on(&period.monthdays, monthday) && on(&period.months, month) && on(&period.weekdays, weekday)) {
        return State::Stopped;
    }
    let time = (now.hour(), now.minute());
    match (period.begin, period.end) {
        (None, None) => State::Running,
        (None, Some(end)) => {
            if time >= end {
                State::Stopped
            } else {
                State::Any
            }
        }
        (Some(begin), None) => {
            if time >= begin {
                State::Running
            } else {
                State::Any
            }
        }
        (Some(begin), Some(end)) => {
            if begin <= time && time < end {
                State::Running
            } else {
                State::Stopped
            }
        }
    }
}

/// `_range_to_discrete_values`, the pointer moved step by step.
fn in_range(value: i8, range: &str, low: i8, high: i8, number: impl Fn(&str) -> i8) -> bool {
    let (range, step) = range.split_once('/').map_or((range, 1), |(range, step)| (range, step.parse().unwrap()));
    let (start, end) = match range.split_once('-') {
        Some((start, "L")) => (number(start), high),
        Some((start, end)) => (number(start), number(end)),
        None => (number(range), high),
    };
    if start > high {
        return false;
    }
    let (mut pointer, mut wraps) = (start, start > end);
    let mut found = false;
    while wraps || pointer <= end {
        found |= pointer == value && (low..=high).contains(&pointer);
        pointer += step;
        if wraps && pointer > high {
            pointer -= high - low + 1;
            wraps = false;
        }
    }
    found
}

fn is_range(item: &str) -> bool {
    item.contains('-') || item.contains('/')
}

fn month(item: &str, date: Date) -> bool {
    let number =
        |text: &str| MONTHS.iter().position(|name| *name == text).map_or_else(|| text.parse().unwrap(), |at| i8::try_from(at).unwrap() + 1);
    if is_range(item) { in_range(date.month(), item, 1, 12, number) } else { number(item) == date.month() }
}

fn monthday(item: &str, date: Date) -> bool {
    let (last, number) = (date.days_in_month(), |text: &str| text.parse::<i8>().unwrap());
    if item == "L" {
        return date.day() == last;
    }
    if let Some(day) = item.strip_suffix('W') {
        // Where the month lacks the day Instance Scheduler fails; no such day is what it should say.
        let Ok(target) = Date::new(date.year(), date.month(), number(day)) else { return false };
        let nearest = match target.weekday().to_monday_zero_offset() {
            5 if target.day() == 1 => target.day() + 2,
            5 => target.day() - 1,
            6 if target.day() == last => target.day() - 2,
            6 => target.day() + 1,
            _ => target.day(),
        };
        return date.day() == nearest;
    }
    if is_range(item) { in_range(date.day(), item, 1, last, number) } else { number(item) == date.day() }
}

fn weekday(item: &str, date: Date) -> bool {
    let today = date.weekday().to_monday_zero_offset();
    let number =
        |text: &str| DAYS.iter().position(|name| *name == text).map_or_else(|| text.parse().unwrap(), |at| i8::try_from(at).unwrap());
    if item == "L" {
        return today == 6;
    }
    if let Some((day, n)) = item.split_once('#') {
        let first = date
            .first_of_month()
            .series(jiff::Span::new().days(1))
            .find(|day2| day2.weekday().to_monday_zero_offset() == number(day))
            .unwrap();
        return first.day() + 7 * (n.parse::<i8>().unwrap() - 1) == date.day();
    }
    if let Some(day) = item.strip_suffix('L') {
        return today == number(day) && date.day() + 7 > date.days_in_month();
    }
    if is_range(item) { in_range(today, item, 0, 6, number) } else { number(item) == today }
}

/// `InstanceSchedule._get_desired_state_at_time`.
fn at_time(periods: &[Period], now: DateTime) -> (State, Option<String>) {
    let states: Vec<State> = periods.iter().map(|period| state_of(period, now)).collect();
    let running: Vec<&Period> =
        periods.iter().zip(&states).filter(|(_, state)| **state == State::Running).map(|(period, _)| period).collect();
    if let Some(first) = running.first() {
        let mut latest = *first;
        for period in &running {
            if period.begin.is_some() && (latest.begin.is_none() || period.begin > latest.begin) {
                latest = period;
            }
        }
        return (State::Running, latest.kind.clone());
    }
    (if states.contains(&State::Any) { State::Any } else { State::Stopped }, None)
}

/// `InstanceSchedule.get_desired_state`.
fn desired(periods: &[Period], now: DateTime) -> (State, Option<String>) {
    let found = at_time(periods, now);
    if periods.len() > 1 && found.0 == State::Stopped {
        let minute = SignedDuration::from_mins(1);
        let (before, after) = (at_time(periods, now - minute), at_time(periods, now + minute));
        if before.0 == State::Running && after.0 == State::Running {
            return after;
        }
    }
    found
}

fn time(chance: &mut Chance) -> (i8, i8) {
    const TIMES: [(i8, i8); 14] =
        [(0, 0), (0, 1), (1, 30), (2, 0), (2, 30), (6, 0), (9, 0), (12, 0), (12, 1), (12, 2), (18, 30), (20, 0), (23, 58), (23, 59)];
    TIMES[usize::try_from(chance.below(14)).unwrap()]
}

fn list(chance: &mut Chance, mut item: impl FnMut(&mut Chance) -> String) -> Option<String> {
    let count = chance.below(4);
    (count > 0).then(|| (0..count.min(2)).map(|_| item(chance)).collect::<Vec<_>>().join(","))
}

fn weekdays(chance: &mut Chance) -> String {
    let (a, b) = (chance.pick(&DAYS), chance.pick(&DAYS));
    match chance.below(10) {
        0 => a.to_owned(),
        1 => chance.below(7).to_string(),
        2 => format!("{a}#{}", 1 + chance.below(5)),
        3 => format!("{a}L"),
        4 => "L".to_owned(),
        5 => format!("{a}/{}", 1 + chance.below(4)),
        6 => format!("{a}-{b}/{}", 1 + chance.below(3)),
        7 => "mon-fri".to_owned(),
        _ => format!("{a}-{b}"),
    }
}

fn months(chance: &mut Chance) -> String {
    let (a, b) = (chance.pick(&MONTHS), chance.pick(&MONTHS));
    match chance.below(4) {
        0 => a.to_owned(),
        1 => format!("{a}/{}", 1 + chance.below(5)),
        2 => format!("{a}-{b}/{}", 1 + chance.below(5)),
        _ => format!("{a}-{b}"),
    }
}

fn monthdays(chance: &mut Chance) -> String {
    let (a, b) = (1 + chance.below(31), 1 + chance.below(31));
    let (low, high) = (a.min(b), a.max(b));
    match chance.below(8) {
        0 => a.to_string(),
        1 => "L".to_owned(),
        2 => format!("{a}W"),
        3 => format!("{a}-L"),
        4 => format!("{a}/{}", 1 + chance.below(16)),
        5 => format!("{low}-{high}/{}", 1 + chance.below(9)),
        _ => format!("{low}-{high}"),
    }
}

fn period(chance: &mut Chance) -> Period {
    let (a, b) = (time(chance), time(chance));
    let (begin, end) = (a.min(b), a.max(b));
    let mut period = Period {
        begin: (!chance.one_in(4)).then_some(begin),
        end: (!chance.one_in(4)).then_some(end),
        weekdays: list(chance, weekdays),
        months: if chance.one_in(3) { list(chance, months) } else { None },
        monthdays: if chance.one_in(3) { list(chance, monthdays) } else { None },
        kind: chance.one_in(2).then(|| chance.pick(&["t3.micro", "m7i.large", "c7g.xlarge"]).to_owned()),
    };
    if period.begin.is_none() && period.end.is_none() && period.weekdays.is_none() {
        period.weekdays = Some("mon-fri".to_owned());
    }
    period
}

fn line(zone: &str, periods: &[Period]) -> Value {
    let text = |(hour, minute): (i8, i8)| format!("{hour:02}:{minute:02}");
    let periods: Vec<Value> = periods
        .iter()
        .enumerate()
        .map(|(n, period)| {
            json!({
                "name": format!("p{n}"), "begintime": period.begin.map(text), "endtime": period.end.map(text), "weekdays": period.weekdays,
                "months": period.months, "monthdays": period.monthdays, "instance_type": period.kind,
            })
        })
        .collect();
    json!({"timezone": zone, "periods": periods})
}

/// Where clocks go back they differ on purpose, and a note says so; everywhere else they are the same.
#[test]
fn it_decides_as_instance_scheduler_does() {
    let (mut compared, mut differed) = (0, 0);
    for seed in 0..cases() {
        let mut chance = Chance::new(seed);
        let zone = chance.pick(&ZONES);
        let periods: Vec<Period> = (0..1 + chance.below(4)).map(|_| period(&mut chance)).collect();
        let line = line(zone, &periods);
        let (schedule, notes) = schedule(Source::InstanceScheduler, &line);
        let (tz, mut evaluator) = (tz(zone), Evaluator::new(None));
        let minute = |(hour, minute): (i8, i8)| 60 * i64::from(hour) + i64::from(minute);
        let mut times: Vec<i64> = periods.iter().flat_map(|period| period.begin.into_iter().chain(period.end)).map(minute).collect();
        times.extend([0, 1439]);
        for _ in 0..40 {
            let at = instant(&mut chance, &tz, &times);
            let (state, kind) = desired(&periods, wall(&tz, at));
            let wanted = match state {
                State::Running => ("running".to_owned(), kind),
                State::Any => ("leave".to_owned(), None),
                State::Stopped => ("stopped".to_owned(), None),
            };
            let found = decided(&mut evaluator, &schedule, at);
            compared += 1;
            if found != wanted {
                differed += 1;
                let said = notes.iter().any(|note| note.contains("clocks go back"));
                assert!(
                    said && clocks_change(&tz, at, 26, 26),
                    "seed {seed}, {at} ({} {zone}): {found:?}, Instance Scheduler {wanted:?}\n{line}\n{schedule}\n{notes:?}",
                    wall(&tz, at)
                );
            }
        }
    }
    assert!(compared > 1_000 && differed * 50 < compared, "{differed} of {compared} differ where clocks go back");
}
