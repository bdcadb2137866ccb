//! Laws: plan, apply, plan is empty, at any instant of a year; and what stands fires what the schedule says.

use jiff::{SignedDuration, Timestamp};
use muster_core::fleet::Fleet;
use muster_core::plan::Cause;
use muster_core::schedule::{Context, WantedState};

use super::account::{World, lines};
use super::support::{fleet, running};

const FILES: [&str; 4] = [
    "schedules:
  s: {select: {tags: {env: dev}}, timezone: Europe/London, run: ['mon-fri 01:30-19:00'], delivery: eventbridge}\n",
    "calendars: {kr: {dates: [2027-01-01, 2027-02-08, 2027-03-01, 2027-05-05, 2027-06-06, 2027-10-03, 2027-12-25]}}
schedules:
  s: {select: {tags: {env: dev}}, timezone: Asia/Seoul, run: ['mon-sat 09:00-18:30'], except: [{calendar: kr, state: stopped}], delivery: {by: both, horizon: 40d}}\n",
    "schedules:
  s: {select: {tags: {env: dev}}, timezone: America/New_York, run: ['every 2 weeks from 2026-09-07 & mon 20:00-23:00', 'first sat after tue#2 02:00-08:00', 'daily 02:15-02:45'], delivery: {by: eventbridge, dead-letter: false}}
overrides:
  - {select: {tags: {env: dev}}, state: running, from: '2027-04-01T00:00Z', until: '2027-04-04T00:00Z', reason: release}\n",
    "schedules:
  s: {select: {tags: {env: dev}}, timezone: Australia/Lord_Howe, run: ['fri 20:00 - mon 08:00', 'workday#-1 18:00 - +14h'], delivery: eventbridge}\n",
];

fn rng(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// The edges of the schedule in a stretch, as EventBridge would act on them.
fn edges(fleet: &Fleet, from: Timestamp, to: Timestamp) -> Vec<(Timestamp, &'static str)> {
    let schedule = &fleet.schedules["s"];
    let overrides: Vec<_> = fleet
        .overrides
        .iter()
        .map(|written| muster_core::schedule::Interval {
            from: written.from,
            until: written.until,
            state: written.state,
            why: String::new(),
        })
        .collect();
    let ctx = Context { calendars: &fleet.calendars, overrides: &overrides };
    let of = |edge: muster_core::schedule::Edge| match edge.state {
        WantedState::Running => Some((edge.at, "start")),
        WantedState::Stopped => Some((edge.at, "stop")),
        WantedState::Leave => None,
    };
    schedule.edges(from, to, &ctx).into_iter().filter_map(of).collect()
}

/// A year of applies at random instants, hours and weeks apart, with the clocks' changes in it.
fn year(text: &str, seed: u64) {
    let fleet = fleet(text);
    let mut world = World::with(vec![running("i-1", "Mon 09:00", &[("env", "dev")])]);
    let begin: Timestamp = "2026-11-20T00:00:00Z".parse().expect("an instant");
    let (mut now, mut state) = (begin, seed);
    let end = begin + SignedDuration::from_hours(24 * 380);
    while now < end {
        let plan = world.apply(&fleet, now);
        assert!(plan.steps.iter().all(|step| step.cause != Cause::Drift), "nobody touched anything by {now}: {:#?}", lines(&plan));
        let again = world.plan(&fleet, now);
        assert!(lines(&again).is_empty(), "at {now}: {:#?}", lines(&again));
        let step = i64::try_from(rng(&mut state) % (24 * 40 * 3_600)).expect("small");
        let next = now + SignedDuration::from_secs(1_200 + step);
        // An edge that was too near to be made is somebody else's; EventBridge fires all others.
        let from = now + SignedDuration::from_mins(2);
        // Two crons may fire at one instant: a start of what runs is nothing.
        let mut fired: Vec<_> = world.firings(from, next).into_iter().map(|(at, action, _)| (at, action)).collect();
        fired.dedup();
        assert_eq!(fired, edges(&fleet, from, next), "between {now} and {next}");
        world.pass_to(next);
        now = next;
    }
}

#[test]
fn a_year_of_applies() {
    for (at, text) in FILES.iter().enumerate() {
        year(text, 0x9e37_79b9_7f4a_7c15 ^ (u64::try_from(at).expect("small") << 7));
    }
}

#[test]
fn between_two_months_there_is_nothing_to_do() {
    for text in FILES {
        let fleet = fleet(text);
        let mut world = World::with(vec![running("i-1", "Mon 09:00", &[("env", "dev")])]);
        let begin: Timestamp = "2027-03-01T15:00:00Z".parse().expect("an instant");
        world.apply(&fleet, begin);
        let mut changed = 0;
        for steps in 1..30 {
            let now = begin + SignedDuration::from_mins(steps * (21 * 60 + 17));
            world.pass_to(now);
            let plan = world.apply(&fleet, now);
            changed += usize::from(!lines(&plan).is_empty());
        }
        assert!(changed <= 1, "the window grows once a month, not {changed} times: {text}");
    }
}
