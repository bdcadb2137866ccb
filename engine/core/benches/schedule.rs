//! How fast schedules answer: `cargo bench -p muster-core --bench schedule`. Prints, asserts nothing.
#![allow(clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use indexmap::IndexMap;
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::Place;
use muster_core::fleet::{Delivery, DeliveryBy};
use muster_core::name::Name;
use muster_core::schedule::{Context, Manual, Schedule, Select, Selectors, Sizing, WantedState, Window, Workdays, Zone};
use muster_core::span::{At, Span};
use muster_core::tags::Tags;

fn schedule(run: &[&str]) -> Schedule {
    let span = Span::start_of(&Arc::from("fleet.yaml"));
    let window = |text: &&str| At::new(Window::parse(text).expect("window"), span.clone());
    Schedule {
        name: Name::new("bench").expect("name"),
        span: span.clone(),
        select: None,
        timezone: "America/New_York".to_owned(),
        run: run.iter().map(window).collect(),
        stop: Vec::new(),
        leave: Vec::new(),
        otherwise: WantedState::Stopped,
        except: Vec::new(),
        workdays: Workdays { days: (1..=5).collect(), except: None },
        manual: Manual::UntilNextEdge,
        priority: 0,
        hibernate: false,
        limit: None,
        delivery: Delivery { by: DeliveryBy::Loop, options: serde_json::Value::Null },
        rds: muster_core::schedule::RdsRules::default(),
        other: BTreeMap::new(),
        sizing: Sizing::default(),
        notify: None,
        after: Vec::new(),
        snooze: None,
    }
}

/// Prints how long one of `times` took, and by how much that is over a floor.
fn time<T>(what: &str, times: u32, floor: Option<f64>, mut work: impl FnMut(u32) -> T) -> f64 {
    let start = Instant::now();
    (0..times).for_each(|n| _ = black_box(work(n)));
    let each = start.elapsed().as_secs_f64() * 1e6 / f64::from(times);
    let over = floor.map(|floor| format!("   {:>5.1} × its floor", each / floor)).unwrap_or_default();
    println!("  {what:44} {each:>12.2} µs{over}");
    each
}

fn year() -> (Timestamp, Timestamp) {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("timestamp");
    (start, start + SignedDuration::from_hours(365 * 24))
}

/// A year of one schedule beside the conversions that no answer can do without: one from the clocks to an instant for each
/// begin and end.
fn one_schedule(run: &[&str]) {
    let calendars = IndexMap::new();
    let ctx = Context { calendars: &calendars, overrides: &[] };
    let schedule = schedule(run);
    let (from, to) = year();
    let zone = Zone::find(&schedule.timezone).expect("zone");
    println!("{}", run.join(" | "));
    let at = |n: u32| from + SignedDuration::from_mins(37 * i64::from(n));
    time("parse", 10_000, None, |_| Window::parse(run[0]));
    time("decide", 10_000, None, |n| schedule.decide(at(n), &ctx));
    time("next edge", 1_000, None, |n| schedule.next_edge(at(n), &ctx));
    let frame = schedule.frame(&zone, &ctx);
    let stretches = schedule.run.iter().flat_map(|window| window.stretches(&frame, from, to));
    let clocks: Vec<DateTime> = stretches.flat_map(|it| [it.from, it.to]).map(|at| zone.tz().to_datetime(at)).collect();
    let bare = |local: &DateTime| zone.tz().to_ambiguous_timestamp(*local).compatible().expect("instant");
    let floor = time(&format!("floor: {} bare conversions", clocks.len()), 100, None, |_| clocks.iter().map(bare).max());
    time("edges of a year", 100, Some(floor), |_| schedule.edges(from, to, &ctx));
    time("hours of a year", 100, Some(floor), |_| schedule.hours(from, to, &ctx));
}

const SCHEDULES: usize = 1_000;
const RESOURCES: usize = 100_000;

fn sets(pairs: &[(&str, String)]) -> BTreeMap<String, BTreeSet<String>> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), BTreeSet::from([value.clone()]))).collect()
}

/// A schedule for each team, in the zones of five offices.
fn teams() -> Vec<Schedule> {
    let zones = ["Asia/Seoul", "America/New_York", "Europe/London", "Australia/Lord_Howe", "UTC"];
    let select = |team: usize| Select {
        services: BTreeSet::from(["ec2".to_owned()]),
        tags: sets(&[("env", "dev".to_owned()), ("team", format!("team-{team}"))]),
        except_tags: sets(&[("keep", "*".to_owned())]),
        places: BTreeSet::new(),
    };
    let one = |team: usize| Schedule {
        name: Name::new(&format!("team-{team}")).expect("name"),
        select: Some(select(team)),
        timezone: zones[team % zones.len()].to_owned(),
        ..schedule(&["mon-fri 09:00-19:00", "workday#-1 18:00 - +14h"])
    };
    (0..SCHEDULES).map(one).collect()
}

fn tags(resource: usize) -> Tags {
    let pairs = [
        ("Name", format!("machine-{resource}")),
        ("env", if resource.is_multiple_of(10) { "prod" } else { "dev" }.to_owned()),
        ("owner", format!("user-{}", resource % 5_000)),
        ("team", format!("team-{}", resource % SCHEDULES)),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// All resources at one instant: which schedules are for each, and what they want. The floor looks up one tag of each
/// resource and reads one clock for each.
fn many() {
    let (schedules, resources): (Vec<Schedule>, Vec<Tags>) = (teams(), (0..RESOURCES).map(tags).collect());
    let calendars = IndexMap::new();
    let ctx = Context { calendars: &calendars, overrides: &[] };
    let place = Place { account: "main".to_owned(), region: "ap-northeast-2".to_owned() };
    let (now, zone) = (year().0, Zone::find("Asia/Seoul").expect("zone"));
    println!("{SCHEDULES} schedules over {RESOURCES} resources at one instant");
    let floor = time("floor: a tag and a clock of each", 5, None, |_| {
        resources.iter().filter(|tags| tags.contains_key("team") && zone.tz().to_datetime(now).hour() > 8).count()
    });
    time("select and decide", 5, Some(floor), |_| {
        let selectors = Selectors::new(&schedules);
        let of = |tags: &Tags| selectors.matching("ec2", tags, &place).into_iter().max_by_key(|schedule| schedule.priority);
        let wanted = resources.iter().filter_map(|tags| of(tags).map(|schedule| schedule.decide(now, &ctx).state));
        wanted.filter(|state| *state == WantedState::Running).count()
    });
}

fn main() {
    let schedules: [&[&str]; 6] = [
        &["mon-fri 09:00-19:00"],
        &["mon-thu 22:00-06:00", "workday#-1 18:00 - +14h"],
        &[
            "first sat after tue#2 02:00-08:00",
            "last fri & jan-jun 20:00-22:00",
            "day L 22:00-24:00",
            "every 2 weeks from 2026-09-07 20:00-22:00",
        ],
        &["daily 08:00-12:00", "daily 13:00-18:00"],
        &["daily 00:00-24:00"],
        &["mon-fri 00:00-24:00", "sat,sun 00:00-24:00"],
    ];
    schedules.into_iter().for_each(one_schedule);
    many();
}
