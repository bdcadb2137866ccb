//! The algebra against the calendar of `oracle`, in many zones and mostly around clock changes.
//!
//! 5,000 schedules by default; `MUSTER_CASES=100000 cargo test -p muster-core --test schedule` makes more of them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use muster_core::schedule::{self as subject, Edge, RunState, WantedState};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

use super::oracle::{self, Condition, MonthDay, Span, Weekdays, Window};
use super::support::{With as _, World, schedule};

const ZONES: [&str; 30] = [
    "UTC",
    "Asia/Seoul",
    "Europe/London",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Havana",
    "Africa/Cairo",
    "America/St_Johns",
    "Asia/Tehran",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "America/Asuncion",
    "Asia/Pyongyang",
    "Antarctica/Troll",
    "Europe/Volgograd",
    "Asia/Gaza",
    "Pacific/Chatham",
    "America/Nuuk",
    "Asia/Amman",
    "Pacific/Kwajalein",
    "America/Santiago",
    "Europe/Dublin",
    "America/Caracas",
    "Europe/Istanbul",
    "Pacific/Fakaofo",
    "Asia/Kolkata",
    "Pacific/Norfolk",
];
/// Changes that a draw over all zones and years would meet too seldom: skipped days, half hours, zones that moved for
/// good, and clocks that change at midnight. The first instant of the new time, near enough.
const NOTABLE: [(&str, &str); 20] = [
    ("Pacific/Apia", "2011-12-30T10:00Z"),
    ("Pacific/Fakaofo", "2011-12-30T11:00Z"),
    ("Pacific/Kwajalein", "1993-08-21T12:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T15:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T15:30Z"),
    ("Asia/Pyongyang", "2015-08-14T15:00Z"),
    ("Asia/Pyongyang", "2018-05-04T15:00Z"),
    ("America/Caracas", "2007-12-09T07:00Z"),
    ("America/Caracas", "2016-05-01T07:00Z"),
    ("Europe/Istanbul", "2016-09-06T21:00Z"),
    ("Asia/Kathmandu", "1985-12-31T18:30Z"),
    ("America/Sao_Paulo", "2018-11-04T03:00Z"),
    ("America/Sao_Paulo", "2018-02-18T02:00Z"),
    ("America/Havana", "2026-03-08T05:00Z"),
    ("America/Havana", "2026-11-01T05:00Z"),
    ("Africa/Cairo", "2026-04-23T22:00Z"),
    ("Africa/Cairo", "2026-10-29T21:00Z"),
    ("Asia/Beirut", "2026-03-28T22:00Z"),
    ("Asia/Beirut", "2026-10-24T21:00Z"),
    ("America/St_Johns", "2010-11-07T02:31Z"),
];
const MINUTES_1980: i64 = 10 * 365 * 1440;
const MINUTES_2037: i64 = 67 * 365 * 1440;

/// All minutes at which a zone's clocks change, from 1980 to 2037.
fn changes(zone: &str) -> Vec<i64> {
    let tz = TimeZone::get(zone).expect("zone");
    let start = Timestamp::from_second(MINUTES_1980 * 60).expect("instant");
    let minutes = tz.following(start).map(|change| change.timestamp().as_second() / 60);
    minutes.take_while(|minute| *minute < MINUTES_2037).collect()
}

/// Zone and minute of a change: one of [`NOTABLE`], or any of any zone.
fn change() -> impl Strategy<Value = (&'static str, i64)> {
    let zones: Vec<(&'static str, Vec<i64>)> =
        ZONES.iter().map(|zone| (*zone, changes(zone))).filter(|(_, changes)| !changes.is_empty()).collect();
    let any = (any::<prop::sample::Index>(), any::<prop::sample::Index>()).prop_map(move |(zone, change)| {
        let (zone, changes) = zone.get(&zones);
        (*zone, *change.get(changes))
    });
    let minute = |at: &str| at.parse::<Timestamp>().expect("instant").as_second() / 60;
    let notable = prop::sample::select(NOTABLE.as_slice()).prop_map(move |(zone, at)| (zone, minute(at)));
    prop_oneof![2 => any, 1 => notable]
}

/// Zone, and a range of at most nine days: half of them over a clock change or a skipped day.
fn place_and_time() -> impl Strategy<Value = (&'static str, i64, i64)> {
    let anywhere = (prop::sample::select(ZONES.as_slice()), MINUTES_1980..MINUTES_2037);
    let length = 1..=9 * 1440_i64;
    let over_change = (change(), length.clone(), 0..100_i64).prop_map(|((zone, minute), length, percent)| {
        let from = minute - length * percent / 100;
        (zone, from, from + length)
    });
    prop_oneof![over_change, (anywhere, length).prop_map(|((zone, from), length)| (zone, from, from + length))]
}

fn weekday() -> impl Strategy<Value = u8> {
    1..=7_u8
}

fn nth() -> impl Strategy<Value = (u8, Option<u8>)> {
    (weekday(), prop::option::weighted(0.8, 1..=5_u8))
}

fn weekdays() -> impl Strategy<Value = Weekdays> {
    prop_oneof![3 => (weekday(), weekday()).prop_map(|(a, b)| Weekdays::Range(a, b)), 1 => nth().prop_map(Weekdays::Nth)]
}

fn month_day() -> impl Strategy<Value = MonthDay> {
    prop_oneof![
        4 => (1..=31_u8, 1..=31_u8).prop_map(|(a, b)| MonthDay::Range(a, b)),
        1 => (1..=31_u8).prop_map(MonthDay::ToLast),
        2 => (0..=30_u8).prop_map(MonthDay::BeforeLast),
        2 => (1..=31_u8).prop_map(MonthDay::Nearest),
        1 => Just(MonthDay::LastWeekday),
    ]
}

fn workday() -> impl Strategy<Value = i8> {
    (1..=23_i8, any::<bool>()).prop_map(|(n, end)| if end { -n } else { n })
}

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        8 => vec(weekdays(), 1..3).prop_map(Condition::Weekdays),
        2 => vec(nth().prop_map(Weekdays::Nth), 1..3).prop_map(Condition::Weekdays),
        2 => (1..=5_u8, weekday(), nth()).prop_map(|(n, day, anchor)| Condition::After(n, day, anchor)),
        5 => vec(month_day(), 1..3).prop_map(Condition::MonthDays),
        2 => vec(workday(), 1..3).prop_map(Condition::Workdays),
        2 => vec((1..=12_u8, 1..=12_u8), 1..3).prop_map(Condition::Months),
        1 => (1..=4_u16, -30..=5_i32).prop_map(|(n, from)| Condition::Every(n, from)),
        2 => vec((-3..=9_i32, 0..=5_i32), 1..3).prop_map(Condition::Dates),
    ]
}

/// A time of day, more often where clocks change.
fn time() -> impl Strategy<Value = u32> {
    prop_oneof![2 => 0..=1440_u32, 3 => 0..=200_u32, 2 => (0..=24_u32).prop_map(|hour| hour * 60), 1 => 1380..=1440_u32]
}

fn span() -> impl Strategy<Value = Span> {
    prop_oneof![
        6 => (time(), time()).prop_map(|(a, b)| Span::Clock(a, b)),
        2 => (time(), 1..=180_u32).prop_map(|(a, minutes)| Span::Lasting(a, minutes)),
        1 => (time(), 1..=8 * 24_u32).prop_map(|(a, hours)| Span::Lasting(a, hours * 60)),
        2 => (weekday(), time(), weekday(), time()).prop_map(|(a, begin, b, end)| Span::Week(a, begin, b, end)),
    ]
}

fn window() -> impl Strategy<Value = Window> {
    let zone = prop::option::weighted(0.1, prop::sample::select(ZONES.as_slice()));
    (vec(condition(), 0..3), span(), zone).prop_map(|(mut conditions, span, zone)| {
        if matches!(span, Span::Week(..)) {
            conditions.clear();
        }
        Window { conditions, span, zone }
    })
}

fn state() -> impl Strategy<Value = RunState> {
    prop_oneof![Just(RunState::Running), Just(RunState::Stopped)]
}

fn days() -> impl Strategy<Value = BTreeSet<i32>> {
    btree_set(-2..=10_i32, 0..4)
}

#[derive(Debug, Clone)]
struct Case {
    schedule: oracle::Schedule,
    from: i64,
    to: i64,
    base: Date,
    style: u8,
}

fn case() -> impl Strategy<Value = Case> {
    let windows = (vec(window(), 0..4), vec(window(), 0..3), vec(window(), 0..2));
    let otherwise = prop_oneof![3 => Just(WantedState::Stopped), 1 => Just(WantedState::Running), 1 => Just(WantedState::Leave)];
    let workdays = (btree_set(1..=7_i8, 1..7), any::<bool>());
    let calendars = (vec((0..2_usize, prop::option::of(state())), 0..3), days(), days());
    let overrides = vec((state(), prop::option::of(-2000..9000_i64), -500..12_000_i64), 0..3);
    let rest = (otherwise, workdays, calendars, prop::option::weighted(0.3, overrides), any::<u8>());
    (place_and_time(), windows, rest).prop_map(|((zone, from, to), (run, stop, leave), rest)| {
        let (otherwise, (workdays, except_workdays), (except, first, second), overrides, style) = rest;
        let base = TimeZone::UTC.to_datetime(instant(from)).date();
        let (calendars, overrides) = ([first, second], overrides.unwrap_or_default());
        let schedule = oracle::Schedule { zone, run, stop, leave, otherwise, workdays, except_workdays, except, calendars, overrides };
        Case { schedule, from, to, base, style }
    })
}

fn instant(minute: i64) -> Timestamp {
    Timestamp::from_second(minute * 60).expect("instant")
}

impl Case {
    fn texts(&self, windows: &[Window]) -> Vec<String> {
        windows.iter().map(|window| window.text(self.base, self.style)).collect()
    }

    /// The same schedule, by way of its text.
    fn subject(&self) -> subject::Schedule {
        let it = &self.schedule;
        let [run, stop, leave] = [&it.run, &it.stop, &it.leave].map(|windows| self.texts(windows));
        let [run, stop, leave] = [&run, &stop, &leave].map(|texts| texts.iter().map(String::as_str).collect::<Vec<_>>());
        let mut schedule = schedule(it.zone, &run).stop(&stop).leave(&leave).otherwise(it.otherwise);
        for (calendar, meaning) in &it.except {
            schedule = schedule.except(["a", "b"][*calendar], *meaning);
        }
        schedule.workdays.days.clone_from(&it.workdays);
        schedule.workdays.except = it.except_workdays.then(|| super::support::name("a"));
        schedule
    }

    fn world(&self) -> World {
        let days = |n: usize| {
            let base = self.base;
            self.schedule.calendars[n]
                .iter()
                .map(move |days| base.checked_add(jiff::Span::new().days(*days)).expect("date"))
                .collect::<Vec<_>>()
        };
        let world = World::default().calendar("a", days(0)).calendar("b", days(1));
        self.schedule.overrides.iter().fold(world, |world, (state, begin, end)| {
            world.override_(*state, begin.map(|begin| instant(self.from + begin)), instant(self.from + end))
        })
    }
}

/// The changes between neighbouring minutes.
fn edges(states: &[WantedState], from: i64) -> Vec<Edge> {
    let pairs = states.windows(2).zip(from + 1..).filter(|(pair, _)| pair[0] != pair[1]);
    pairs.map(|(pair, minute)| Edge { at: instant(minute), state: pair[1] }).collect()
}

fn check(case: &Case) -> Result<(), TestCaseError> {
    let states = oracle::states(&case.schedule, case.from, case.to, case.base);
    let (subject, world) = (case.subject(), case.world());
    let (from, to, ctx) = (instant(case.from), instant(case.to), world.context());
    let expected = edges(&states, case.from);
    prop_assert_eq!(&subject.edges(from, to, &ctx), &expected, "edges");
    let running = states[..states.len() - 1].iter().filter(|state| **state == WantedState::Running).count();
    prop_assert_eq!(subject.hours_running(from, to, &ctx).as_secs(), i64::try_from(running).expect("minutes") * 60, "hours");
    match (expected.first(), subject.next_edge(from, &ctx)) {
        (Some(first), next) => prop_assert_eq!(Some(*first), next, "next edge"),
        (None, next) => prop_assert!(next.is_none_or(|edge| edge.at > to), "an edge inside: {:?}", next),
    }
    for minute in moments(&expected, case) {
        let state = states[usize::try_from(minute - case.from).expect("minute")];
        let at = Timestamp::from_second(minute * 60 + minute % 60).expect("instant");
        let decision = subject.decide(at, &ctx);
        prop_assert_eq!(decision.state, state, "at {}", at);
        let trace = subject.trace(at, None, &ctx);
        let decides: Vec<_> = trace.iter().filter(|rule| rule.decides).map(|rule| (rule.wants, &rule.span)).collect();
        prop_assert_eq!(decides, [(Some(state), &decision.span)], "the trace at {}", at);
    }
    Ok(())
}

/// The minutes on either side of each edge, and a few between.
fn moments(edges: &[Edge], case: &Case) -> Vec<i64> {
    let at_edges = edges.iter().map(|edge| edge.at.as_second() / 60).flat_map(|minute| [minute - 1, minute]);
    let between = (0..8).map(|n| case.from + (case.to - case.from) * n / 8);
    at_edges.chain(between).chain([case.to]).collect()
}

#[test]
fn the_algebra_agrees_with_a_calendar_read_minute_by_minute() {
    let mut runner = super::support::runner();
    let outcome = runner.run(&case(), |case| check(&case));
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn the_notable_changes_are_changes() {
    for (zone, at) in NOTABLE {
        let minute = at.parse::<Timestamp>().expect("instant").as_second() / 60;
        let near = changes(zone).into_iter().find(|change| (change - minute).abs() <= 60);
        assert!(near.is_some(), "{zone} {at}");
    }
}

#[test]
fn equal_windows_have_one_text_and_it_parses_back() {
    let mut runner = super::support::runner();
    let base = jiff::civil::date(2026, 11, 21);
    let outcome = runner.run(&(window(), any::<u8>()), |(window, style)| {
        let parsed = super::support::window(&window.text(base, style));
        let text = parsed.to_string();
        prop_assert_eq!(&super::support::window(&text), &parsed);
        prop_assert_eq!(&super::support::window(&window.text(base, 0)).to_string(), &text);
        prop_assert_eq!(serde_json::to_value(&parsed).expect("json"), serde_json::json!(text));
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
