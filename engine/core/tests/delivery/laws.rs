//! What stands in EventBridge fires exactly the edges of the schedule.
//!
//! `MUSTER_CASES=100000 cargo test -p muster-core --test delivery` makes more of it than the default 300.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use muster_core::cron::Expression;
use muster_core::delivery::{Action, Timing, compile};
use muster_core::schedule::{Context, RunState, Schedule, Stretch, WantedState};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::support::{With as _, World, schedule};

const ZONES: [&str; 12] = [
    "UTC",
    "Asia/Seoul",
    "Asia/Seoul",
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Havana",
    "Africa/Cairo",
    "Antarctica/Troll",
    "Africa/Casablanca",
    "America/Nuuk",
    "Pacific/Chatham",
];
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn day(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// Conditions, of which dates count from the first day of the window.
#[derive(Debug, Clone)]
enum Condition {
    Text(String),
    Every(u8, i32),
    Dates(i32, i32),
}

impl Condition {
    fn text(&self, base: Date) -> String {
        let date = |days: i32| base.checked_add(days.days()).expect("date");
        match self {
            Self::Text(text) => text.clone(),
            Self::Every(weeks, from) => format!("every {weeks} weeks from {}", date(*from)),
            Self::Dates(first, days) => format!("{}..{}", date(*first), date(first + days)),
        }
    }
}

fn condition() -> impl Strategy<Value = Condition> {
    let weekday = || prop::sample::select(WEEKDAYS.as_slice());
    let month = || prop::sample::select(MONTHS.as_slice());
    let text = prop_oneof![
        12 => Just("mon-fri".to_owned()),
        8 => (weekday(), weekday()).prop_map(|(a, b)| format!("{a}-{b}")),
        3 => weekday().prop_map(str::to_owned),
        2 => (weekday(), 1..=5_u8).prop_map(|(day, n)| format!("{day}#{n}")),
        1 => weekday().prop_map(|day| format!("last {day}")),
        1 => (weekday(), weekday()).prop_map(|(a, b)| format!("first {a} after {b}#2")),
        2 => (1..=31_u8, 1..=31_u8).prop_map(|(a, b)| format!("day {a}-{b}")),
        1 => prop::sample::select(vec!["day L", "day L-2", "day LW", "workday#1", "workday#-1", "workday#4"]).prop_map(str::to_owned),
        1 => (1..=31_u8).prop_map(|day| format!("day {day}W")),
        2 => (month(), month()).prop_map(|(a, b)| format!("{a}-{b}")),
    ];
    prop_oneof![
        20 => text.prop_map(Condition::Text),
        1 => (2..=3_u8, -20..=20_i32).prop_map(|(weeks, from)| Condition::Every(weeks, from)),
        2 => (-60..=120_i32, 0..=90_i32).prop_map(|(first, days)| Condition::Dates(first, days)),
    ]
}

#[derive(Debug, Clone)]
struct Window {
    conditions: Vec<Condition>,
    span: String,
    zone: Option<&'static str>,
}

impl Window {
    fn text(&self, base: Date) -> String {
        let conditions: Vec<String> = self.conditions.iter().map(|condition| condition.text(base)).collect();
        format!("{} {} {}", conditions.join(" & "), self.span, self.zone.unwrap_or_default()).trim().to_owned()
    }
}

/// A time of day, more often where clocks change.
fn time() -> impl Strategy<Value = String> {
    let minutes = prop_oneof![3 => (0..=96_u32).prop_map(|quarter| quarter * 15), 2 => 0..=200_u32, 1 => (0..=24_u32).prop_map(|h| h * 60)];
    minutes.prop_map(|minutes| format!("{:02}:{:02}", minutes / 60, minutes % 60))
}

fn window() -> impl Strategy<Value = Window> {
    let span = prop_oneof![
        6 => (time(), time()).prop_map(|(a, b)| format!("{a}-{b}")),
        1 => (time(), 1..=60_u32).prop_map(|(a, hours)| format!("{a} - +{hours}h")),
    ];
    let zone = prop::option::weighted(0.08, prop::sample::select(ZONES.as_slice()));
    (vec(condition(), 0..3), span, zone).prop_map(|(conditions, span, zone)| Window { conditions, span, zone })
}

#[derive(Debug, Clone)]
struct Case {
    zone: &'static str,
    from: i64,
    days: i64,
    later: i64,
    run: Vec<Window>,
    stop: Vec<Window>,
    leave: Vec<Window>,
    otherwise: WantedState,
    exceptions: Vec<Option<RunState>>,
    calendar: BTreeSet<i32>,
    override_: Option<(RunState, Option<i64>, i64)>,
}

/// A quarter of an hour from 2024 to 2027, half of them not long before a clock change.
fn beginning() -> impl Strategy<Value = (&'static str, i64)> {
    let start: Timestamp = "2024-01-01T00:00:00Z".parse().expect("instant");
    (prop::sample::select(ZONES.as_slice()), any::<bool>(), 0..4 * 365 * 96_i64).prop_map(move |(zone, near, quarters)| {
        let at = start.as_second() + quarters * 900;
        let next = TimeZone::get(zone)
            .expect("zone")
            .following(Timestamp::from_second(at).expect("instant"))
            .next()
            .map(|change| change.timestamp());
        let soon = next.filter(|_| near).map(|change| change.as_second() - quarters % (15 * 96) * 900);
        (zone, soon.unwrap_or(at))
    })
}

fn case() -> impl Strategy<Value = Case> {
    let state = || prop_oneof![Just(RunState::Running), Just(RunState::Stopped)];
    let otherwise = prop_oneof![6 => Just(WantedState::Stopped), 1 => Just(WantedState::Running), 1 => Just(WantedState::Leave)];
    let windows =
        (vec(window(), 1..4), prop_oneof![2 => Just(Vec::new()), 1 => vec(window(), 1..2)], prop::option::weighted(0.15, window()));
    let exceptions =
        (prop_oneof![1 => Just(Vec::new()), 1 => vec(prop::option::weighted(0.8, state()), 1..3)], btree_set(-5..=60_i32, 0..5));
    let override_ = prop::option::weighted(0.3, (state(), prop::option::of(-3000..40_000_i64), 0..60_000_i64));
    let rest = (otherwise, exceptions, override_, 20..=70_i64, 0..=20_i64);
    (beginning(), windows, rest).prop_map(
        |((zone, from), (run, stop, leave), (otherwise, (exceptions, calendar), override_, days, later))| {
            let leave = leave.into_iter().collect();
            Case { zone, from, days, later, run, stop, leave, otherwise, exceptions, calendar, override_ }
        },
    )
}

impl Case {
    fn window(&self) -> Stretch {
        let from = Timestamp::from_second(self.from).expect("instant");
        Stretch { from, to: from + day(self.days) }
    }

    fn base(&self) -> Date {
        TimeZone::UTC.to_datetime(self.window().from).date()
    }

    fn schedule(&self) -> Schedule {
        let texts = |windows: &[Window]| windows.iter().map(|window| window.text(self.base())).collect::<Vec<_>>();
        let [run, stop, leave] = [&self.run, &self.stop, &self.leave].map(|windows| texts(windows));
        let [run, stop, leave] = [&run, &stop, &leave].map(|texts| texts.iter().map(String::as_str).collect::<Vec<_>>());
        let plain = schedule(self.zone, &run).stop(&stop).leave(&leave).otherwise(self.otherwise);
        self.exceptions.iter().fold(plain, |schedule, state| schedule.except("kr", *state))
    }

    fn world(&self) -> World {
        let days: Vec<Date> = self.calendar.iter().map(|days| self.base().checked_add(days.days()).expect("date")).collect();
        let world = World::default().calendar("kr", days);
        let minutes = |n: i64| self.window().from + SignedDuration::from_mins(n);
        self.override_.iter().fold(world, |world, (state, from, until)| {
            world.override_(*state, from.map(minutes), minutes(from.unwrap_or(0).max(0) + until))
        })
    }
}

fn fired(timings: &[Timing], from: Timestamp, to: Timestamp) -> BTreeSet<(Timestamp, Action)> {
    timings.iter().flat_map(|timing| timing.firings(from, to).into_iter().map(|at| (at, timing.action))).collect()
}

fn edges(schedule: &Schedule, window: Stretch, ctx: &Context<'_>) -> BTreeSet<(Timestamp, Action)> {
    let edges = schedule.edges(window.from, window.to, ctx).into_iter();
    edges.filter_map(|edge| Action::of(edge.state).map(|action| (edge.at, action))).collect()
}

/// Nothing fires against the windows in the year after, but in hours that come twice.
fn check_after(schedule: &Schedule, timings: &[Timing], to: Timestamp, ctx: &Context<'_>) -> Result<(), TestCaseError> {
    let mut plain = schedule.clone();
    plain.except.clear();
    let ctx = Context { overrides: &[], ..*ctx };
    let states = plain.states(to, to + day(366), &ctx);
    for timing in timings {
        let tz = timing.zone.tz();
        for at in timing.firings(to, to + day(365)) {
            let (_, state) = states.iter().find(|(stretch, _)| stretch.contains(at)).expect("a state");
            let repeated = tz.to_ambiguous_timestamp(tz.to_datetime(at)).is_ambiguous();
            let wanted = WantedState::from(timing.action.state());
            prop_assert!(
                *state == wanted || repeated,
                "{} {} fires at {at}, {state:?} is wanted",
                timing.action.as_str(),
                timing.expression
            );
        }
    }
    Ok(())
}

fn check(case: &Case) -> Result<(), TestCaseError> {
    let (schedule, world, window) = (case.schedule(), case.world(), case.window());
    let ctx = world.context();
    let timings = compile(&schedule, &ctx, window).expect("zone");
    prop_assert_eq!(fired(&timings, window.from, window.to), edges(&schedule, window, &ctx), "{:#?}", timings);
    for timing in &timings {
        let text = timing.expression.to_string();
        prop_assert_eq!(&Expression::parse(&text).expect("expression"), &timing.expression, "{}", text);
        prop_assert!(!text.contains(" LW ") && !text.contains(" L-"), "{text} is not in the documents");
        prop_assert!(timing.start.is_none_or(|start| timing.end.is_none_or(|end| start < end)));
        prop_assert!(!timing.firings(window.from, window.from + day(500)).is_empty(), "{text} does nothing");
    }
    check_after(&schedule, &timings, window.to, &ctx)?;
    let later = Stretch { from: window.from + day(case.later.min(case.days - 1)), ..window };
    if later.from.strftime("%Y").to_string() != window.from.strftime("%Y").to_string() {
        return Ok(()); // With a new year another one is looked back on.
    }
    let then = compile(&schedule, &ctx, later).expect("zone");
    let new: Vec<&Timing> = then.iter().filter(|timing| !timings.contains(timing)).collect();
    prop_assert!(new.is_empty(), "made anew for no reason: {:#?}, before: {:#?}", new, timings);
    Ok(())
}

#[test]
fn entries_fire_exactly_the_edges_and_stay_what_they_are() {
    let cases = std::env::var("MUSTER_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    runner.run(&case(), |case| check(&case)).unwrap_or_else(|failure| panic!("{failure}"));
}
