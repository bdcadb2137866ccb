//! What the tests share: chance, clocks, and questions to an imported schedule.

use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};
use muster_core::eval::Evaluator;
use muster_core::import::{Source, answer};
use serde_json::{Value, json};

/// Zones with every kind of clock change, and without.
pub(crate) const ZONES: [&str; 10] = [
    "UTC",
    "Asia/Seoul",
    "America/New_York",
    "Europe/London",
    "America/Havana",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Cairo",
    "America/Santiago",
    "Pacific/Auckland",
];

/// As many schedules as `MUSTER_CASES` says.
pub(crate) fn cases() -> u64 {
    std::env::var("MUSTER_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(150)
}

/// Chance that is the same on every machine.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }

    /// Below a number.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }

    /// True once in so many times.
    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

pub(crate) fn tz(name: &str) -> TimeZone {
    TimeZoneDatabase::bundled().get(name).unwrap()
}

/// The answer of an import.
pub(crate) fn imported(source: Source, line: &Value) -> Value {
    let mut out = Vec::new();
    answer(source, line.to_string().as_bytes(), &mut out);
    assert_eq!(out.pop(), Some(b'\n'));
    serde_json::from_slice(&out).unwrap()
}

/// A schedule and its notes; an error fails the test.
pub(crate) fn schedule(source: Source, line: &Value) -> (Value, Vec<String>) {
    let found = imported(source, line);
    assert!(found["error"].is_null(), "{line}\n{found}");
    let notes = found["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap().to_owned()).collect();
    (found["schedule"].clone(), notes)
}

/// State, and size when there is one.
pub(crate) fn decided(evaluator: &mut Evaluator, schedule: &Value, at: Timestamp) -> (String, Option<String>) {
    let mut out = Vec::new();
    evaluator.answer(json!({"schedule": schedule, "at": at}).to_string().as_bytes(), &mut out);
    let found: Value = serde_json::from_slice(&out).unwrap();
    assert!(found["error"].is_null(), "{schedule} {found}");
    (found["state"].as_str().unwrap().to_owned(), found["size"].as_str().map(str::to_owned))
}

/// An instant: mostly near an edge of the day that `times` (minutes) name, mostly not near a clock change.
pub(crate) fn instant(chance: &mut Chance, tz: &TimeZone, times: &[i64]) -> Timestamp {
    let start: Timestamp = "2024-01-01T00:00:00Z".parse().unwrap();
    let day = start + SignedDuration::from_hours(24 * i64::try_from(chance.below(4 * 366)).unwrap());
    let date = if chance.one_in(6) { near_change(chance, tz, day) } else { tz.to_datetime(day).date() };
    let minute = if chance.one_in(4) {
        i64::try_from(chance.below(1440)).unwrap()
    } else {
        times[usize::try_from(chance.below(times.len() as u64)).unwrap()]
    };
    let seconds = [-60, -1, 0, 1, 59, 60, 120][usize::try_from(chance.below(7)).unwrap()];
    let local = date.at(0, 0, 0, 0) + SignedDuration::from_secs(60 * minute + seconds);
    let ambiguous = tz.to_ambiguous_timestamp(local);
    if chance.one_in(2) { ambiguous.earlier() } else { ambiguous.later() }.unwrap()
}

fn near_change(chance: &mut Chance, tz: &TimeZone, day: Timestamp) -> jiff::civil::Date {
    let change = tz.following(day).next().map_or(day, |change| change.timestamp());
    let off = i64::try_from(chance.below(3)).unwrap() - 1;
    tz.to_datetime(change + SignedDuration::from_hours(24 * off)).date()
}

/// The wall clock.
pub(crate) fn wall(tz: &TimeZone, at: Timestamp) -> DateTime {
    tz.to_datetime(at)
}

/// Whether clocks change within so many hours before or after.
pub(crate) fn clocks_change(tz: &TimeZone, at: Timestamp, before: i64, after: i64) -> bool {
    let from = at - SignedDuration::from_hours(before);
    tz.following(from).next().is_some_and(|change| change.timestamp() <= at + SignedDuration::from_hours(after))
}
