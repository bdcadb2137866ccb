//! How fast schedules answer: `cargo bench -p muster-core --bench schedule`. Prints, asserts nothing.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use muster_core::fleet::{Delivery, DeliveryBy};
use muster_core::name::Name;
use muster_core::schedule::{Context, Manual, Schedule, Sizing, WantedState, Window, Workdays};
use muster_core::span::{At, Span};

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
        other: BTreeMap::new(),
        sizing: Sizing::default(),
        after: Vec::new(),
        snooze: None,
    }
}

fn time<T>(what: &str, times: u32, mut work: impl FnMut(u32) -> T) {
    let start = Instant::now();
    (0..times).for_each(|n| _ = black_box(work(n)));
    println!("  {what:32} {:>10.2} µs", start.elapsed().as_secs_f64() * 1e6 / f64::from(times));
}

fn main() {
    let calendars = IndexMap::new();
    let ctx = Context { calendars: &calendars, overrides: &[] };
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("timestamp");
    let year = SignedDuration::from_hours(365 * 24);
    let schedules: [&[&str]; 5] = [
        &["mon-fri 09:00-19:00"],
        &["mon-thu 22:00-06:00", "workday#-1 18:00 - +14h"],
        &[
            "first sat after tue#2 02:00-08:00",
            "last fri & jan-jun 20:00-22:00",
            "day L 22:00-24:00",
            "every 2 weeks from 2026-09-07 20:00-22:00",
        ],
        &["daily 00:00-24:00"],
        &["mon-fri 00:00-24:00", "sat,sun 00:00-24:00"],
    ];
    for run in schedules {
        let schedule = schedule(run);
        println!("{}", run.join(" | "));
        time("parse", 10_000, |_| Window::parse(run[0]));
        time("decide", 10_000, |n| schedule.decide(start + SignedDuration::from_mins(37 * i64::from(n)), &ctx));
        time("next edge", 1_000, |n| schedule.next_edge(start + SignedDuration::from_mins(37 * i64::from(n)), &ctx));
        time("edges of a year", 100, |_| schedule.edges(start, start + year, &ctx));
    }
}
