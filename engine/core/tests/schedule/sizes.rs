//! Sizes by window: at an instant, when they change, and where they are ambiguous.

use jiff::{SignedDuration, Timestamp};
use muster_core::schedule::{Numbers, Schedule, Sizes};
use muster_core::span::At;

use super::support::{World, at, line, local, schedule, window};

fn sized(zone: &str, windows: &[(&str, &str)], otherwise: Option<&str>) -> Schedule {
    let mut schedule = schedule(zone, &["daily 00:00-24:00"]);
    let windows = windows.iter().zip(50..).map(|((text, name), n)| (At::new(window(text), line(n)), vec![(*name).to_owned()])).collect();
    schedule.sizing.types = Sizes { windows, otherwise: otherwise.map(|name| vec![name.to_owned()]) };
    schedule
}

fn size(schedule: &Schedule, at: Timestamp) -> Result<String, String> {
    let world = World::default();
    let found = schedule.size(at, &world.context()).map_err(|error| error.to_string())?;
    Ok(found.types.first().cloned().unwrap_or_default())
}

fn changes(schedule: &Schedule, mut from: Timestamp, count: usize) -> Vec<String> {
    let world = World::default();
    let mut out = Vec::new();
    for _ in 0..count {
        let Some(next) = schedule.next_size(from, &world.context()) else { break };
        out.push(next.in_tz(&schedule.timezone).expect("zone").strftime("%d %H:%M%:z").to_string());
        from = next;
    }
    out
}

#[test]
fn the_window_decides_else_the_rest() {
    let farm = sized("Europe/London", &[("mon-fri 08:00-18:00", "big"), ("sat 10:00-12:00", "middle")], Some("small"));
    assert_eq!(size(&farm, local("2026-11-23T08:00[Europe/London]")).as_deref(), Ok("big"));
    assert_eq!(size(&farm, local("2026-11-23T07:59[Europe/London]")).as_deref(), Ok("small"));
    assert_eq!(size(&farm, local("2026-11-28T11:00[Europe/London]")).as_deref(), Ok("middle"));
    let bare = sized("Europe/London", &[("mon-fri 08:00-18:00", "big")], None);
    assert_eq!(size(&bare, at("2026-11-23T20:00Z")).as_deref(), Ok(""));
    assert_eq!(changes(&farm, at("2026-11-27T09:00Z"), 4), ["27 18:00+00:00", "28 10:00+00:00", "28 12:00+00:00", "30 08:00+00:00"]);
    assert_eq!(changes(&sized("UTC", &[], Some("small")), at("2026-11-27T09:00Z"), 1), Vec::<String>::new());
}

#[test]
fn windows_that_touch_or_want_the_same_are_fine() {
    let day = sized("UTC", &[("daily 06:00-12:00", "big"), ("daily 12:00-18:00", "big"), ("mon 08:00-10:00", "big")], Some("small"));
    assert_eq!(changes(&day, at("2026-11-23T00:00Z"), 3), ["23 06:00+00:00", "23 18:00+00:00", "24 06:00+00:00"]);
    let world = World::default();
    assert_eq!(day.ambiguous_size(at("2026-01-01T00:00Z"), at("2027-01-01T00:00Z"), &world.context()), None);
}

#[test]
fn windows_that_meet_and_differ_are_ambiguous() {
    let both = sized("UTC", &[("daily 06:00-12:00", "big"), ("mon#1 11:00-13:00", "small")], None);
    let world = World::default();
    let found = both.ambiguous_size(at("2026-11-23T00:00Z"), at("2026-12-31T00:00Z"), &world.context()).expect("ambiguous");
    assert_eq!((found.first.as_str(), found.second.as_str(), found.span.line), ("daily 06:00-12:00", "mon#1 11:00-13:00", 51));
    assert!(size(&both, at("2026-12-07T11:30Z")).is_err());
    assert_eq!(size(&both, at("2026-12-07T12:00Z")).as_deref(), Ok("small"));
    assert_eq!(both.ambiguous_size(at("2026-12-08T00:00Z"), at("2026-12-31T00:00Z"), &world.context()), None);
}

/// Clocks in New York go from 02:00 back to 01:00 on 1 November 2026.
#[test]
fn windows_that_follow_each_other_are_never_ambiguous() {
    let night =
        sized("America/New_York", &[("daily 20:00-01:30", "big"), ("daily 01:30-01:45", "middle"), ("daily 01:45-06:00", "small")], None);
    let mut found = Vec::new();
    for quarter in 0..12 {
        let at = at("2026-11-01T05:00Z") + SignedDuration::from_mins(15 * quarter);
        found.push(size(&night, at).expect("one size"));
    }
    let (big, middle, small) = ("big", "middle", "small");
    assert_eq!(found, [big, big, middle, small, small, small, small, small, small, small, small, small]);
    let before = sized("America/New_York", &[("daily 00:00-01:30", "big"), ("daily 01:30-01:45", "middle")], None);
    assert_eq!(size(&before, at("2026-11-01T05:50Z")).as_deref(), Ok("middle"), "both have seen their end; the one that saw it last");
    assert_eq!(size(&before, at("2026-11-01T06:31Z")).as_deref(), Ok("middle"), "until the last 01:45");
    assert_eq!(size(&before, at("2026-11-01T06:45Z")).as_deref(), Ok(""));
}

#[test]
fn numbers_are_answered_beside_types() {
    let mut group = sized("UTC", &[("mon 08:00-18:00", "big")], None);
    let (day, night) = (Numbers { min: Some(2), desired: Some(4), max: Some(8) }, Numbers { desired: Some(1), ..Numbers::default() });
    group.sizing.numbers = Sizes { windows: vec![(At::new(window("mon 09:00-17:00"), line(60)), day)], otherwise: Some(night) };
    let world = World::default();
    let found = group.size(at("2026-11-23T08:30Z"), &world.context()).expect("size");
    assert_eq!((found.types, found.numbers), (&["big".to_owned()][..], Some(night)));
    assert_eq!(group.size(at("2026-11-23T09:30Z"), &world.context()).expect("size").numbers, Some(day));
    assert_eq!(group.next_size(at("2026-11-23T08:30Z"), &world.context()), Some(at("2026-11-23T09:00Z")));
}
