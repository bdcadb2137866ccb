//! Timings, compiled once for all machines that share a schedule and its overrides.

use std::collections::HashMap;
use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};

use crate::delivery::{Options, Timing, compile, until};
use crate::fleet::Fleet;
use crate::name::Name;
use crate::plan::words;
use crate::schedule::{Context, Interval, RunState, Schedule, Stretch, Zone};

/// An edge so near is left to whoever else looks after it: EventBridge fires by the minute, and refuses what lies behind it.
const TOO_NEAR: SignedDuration = SignedDuration::from_mins(2);
/// Edges that fired so long ago, and stand, are left to EventBridge, which deletes them. A cron ends an hour before the firing
/// that it must not have, which for a monthly one is a month after its last.
const LEFT_ALONE: SignedDuration = SignedDuration::from_hours(24 * 40);

/// A timing, and what becomes of it now.
#[derive(Debug, Clone)]
pub(super) struct Timed {
    /// When.
    pub(super) timing: Timing,
    /// Its first firing that is far enough ahead; without one it is not made any more.
    pub(super) first: Option<Timestamp>,
    /// A firing that is ahead and too near, of one without any after it.
    pub(super) too_near: Option<Timestamp>,
    /// It fires before one that is made now surely counts.
    pub(super) is_due: bool,
}

/// Timings of a schedule under overrides.
#[derive(Debug, Clone)]
pub(super) struct Compiled {
    /// All of them, those that were over lately included.
    pub(super) all: Vec<Timed>,
    /// Where the window ended a month ago: what fires first after it is a renewal.
    pub(super) renewed_from: Timestamp,
    /// Where the window ends, in words.
    pub(super) ahead_to: String,
}

type Key = (Name, Vec<(Option<Timestamp>, Timestamp, RunState)>);

/// Compiles, and remembers.
#[derive(Debug)]
pub(super) struct Compiler<'a> {
    fleet: &'a Fleet,
    now: Timestamp,
    known: HashMap<Key, Rc<Compiled>>,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(fleet: &'a Fleet, now: Timestamp) -> Self {
        Self { fleet, now, known: HashMap::new() }
    }

    /// The timings of a schedule for machines with these overrides.
    ///
    /// # Errors
    /// When the schedule's zone does not exist, which the loader refuses.
    pub(super) fn of(&mut self, schedule: &Schedule, options: Options, overrides: &[Interval]) -> Result<Rc<Compiled>, String> {
        let key = (schedule.name.clone(), overrides.iter().map(|interval| (interval.from, interval.until, interval.state)).collect());
        if let Some(known) = self.known.get(&key) {
            return Ok(Rc::clone(known));
        }
        let compiled = Rc::new(compiled(self.fleet, schedule, options, overrides, self.now)?);
        self.known.insert(key, Rc::clone(&compiled));
        Ok(compiled)
    }
}

fn compiled(fleet: &Fleet, schedule: &Schedule, options: Options, overrides: &[Interval], now: Timestamp) -> Result<Compiled, String> {
    let zone = Zone::find(&schedule.timezone).map_err(|error| error.to_string())?;
    let window = Stretch { from: before(now, LEFT_ALONE), to: until(now, options.horizon, &zone) };
    let ctx = Context { calendars: &fleet.calendars, overrides };
    let timings = compile(schedule, &ctx, window).map_err(|error| error.to_string())?;
    let soon = now.checked_add(TOO_NEAR).unwrap_or(now);
    let timed = |timing: Timing| {
        let first = timing.firings(soon, window.to).first().copied();
        let due = timing.firings(now, soon).first().copied();
        Timed { first, too_near: due.filter(|_| first.is_none()), is_due: due.is_some(), timing }
    };
    Ok(Compiled {
        all: timings.into_iter().map(timed).collect(),
        renewed_from: month_before(window.to, &zone),
        ahead_to: words::instant(window.to, &schedule.timezone),
    })
}

fn before(now: Timestamp, long: SignedDuration) -> Timestamp {
    now.checked_sub(long).unwrap_or(Timestamp::MIN)
}

/// The beginning of the local month that ends at an instant.
fn month_before(end: Timestamp, zone: &Zone) -> Timestamp {
    let last = zone.tz().to_datetime(before(end, SignedDuration::from_hours(24))).date();
    last.first_of_month().to_zoned(zone.tz().clone()).map_or(end, |begin| begin.timestamp())
}
