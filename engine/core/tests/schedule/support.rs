//! Schedules made short.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::Timestamp;
use jiff::civil::Date;
use muster_core::fleet::{Calendar, Delivery, DeliveryBy};
use muster_core::name::Name;
use muster_core::schedule::{Context, Exception, Interval, Manual, RunState, Schedule, Sizing, WantedState, Window, Workdays};
use muster_core::span::{At, Span};
use proptest::test_runner::{Config, TestRunner};

/// As many cases as `MUSTER_CASES` says.
pub(crate) fn runner() -> TestRunner {
    let cases = std::env::var("MUSTER_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(5_000);
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

/// A line of a file that has one rule on each.
pub(crate) fn line(line: u32) -> Span {
    Span { file: Arc::from("fleet.yaml"), start: 0, end: 0, line, column: 1 }
}

pub(crate) fn name(text: &str) -> Name {
    Name::new(text).expect("name")
}

pub(crate) fn window(text: &str) -> Window {
    Window::parse(text).unwrap_or_else(|error| panic!("`{text}`: {error} at {:?}", error.range))
}

/// Windows on lines 10, 11, … (`run`), 20 … (`stop`), 30 … (`leave`).
fn windows(first: u32, texts: &[&str]) -> Vec<At<Window>> {
    texts.iter().zip(first..).map(|(text, at)| At::new(window(text), line(at))).collect()
}

/// A schedule in a zone that runs in the given windows and is stopped else.
pub(crate) fn schedule(timezone: &str, run: &[&str]) -> Schedule {
    Schedule {
        name: name("test"),
        span: line(1),
        select: None,
        timezone: timezone.to_owned(),
        run: windows(10, run),
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
        notify: None,
        after: Vec::new(),
        snooze: None,
        rds: muster_core::schedule::RdsRules::default(),
    }
}

/// What is added to [`schedule`].
pub(crate) trait With: Sized {
    fn stop(self, texts: &[&str]) -> Self;
    fn leave(self, texts: &[&str]) -> Self;
    fn otherwise(self, state: WantedState) -> Self;
    fn except(self, calendar: &str, state: Option<RunState>) -> Self;
}

impl With for Schedule {
    fn stop(mut self, texts: &[&str]) -> Self {
        self.stop = windows(20, texts);
        self
    }

    fn leave(mut self, texts: &[&str]) -> Self {
        self.leave = windows(30, texts);
        self
    }

    fn otherwise(mut self, state: WantedState) -> Self {
        self.otherwise = state;
        self
    }

    fn except(mut self, calendar: &str, state: Option<RunState>) -> Self {
        self.except.push(Exception { calendar: name(calendar), state, span: line(40) });
        self
    }
}

/// The calendars and overrides that a context borrows.
#[derive(Default)]
pub(crate) struct World {
    calendars: IndexMap<Name, Calendar>,
    overrides: Vec<Interval>,
}

impl World {
    pub(crate) fn calendar(mut self, calendar: &str, days: impl IntoIterator<Item = Date>) -> Self {
        let days: BTreeSet<Date> = days.into_iter().collect();
        self.calendars.insert(name(calendar), Calendar::of_days(name(calendar), days));
        self
    }

    pub(crate) fn override_(mut self, state: RunState, from: Option<Timestamp>, until: Timestamp) -> Self {
        self.overrides.push(Interval { from, until, state, why: "release test".to_owned() });
        self
    }

    pub(crate) fn context(&self) -> Context<'_> {
        Context { calendars: &self.calendars, overrides: &self.overrides }
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("timestamp")
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().expect("date")
}

/// The instant of a local time that is written with its zone: `2026-11-21T09:00[Asia/Seoul]`.
pub(crate) fn local(text: &str) -> Timestamp {
    text.parse::<jiff::Zoned>().expect("zoned").timestamp()
}
