//! What schedules become, by examples.

use muster_core::delivery::{Timing, compile};
use muster_core::schedule::{RunState, Schedule, Stretch};

use super::support::{With as _, World, at, day, local, schedule};

/// The timings from a local time for so many days, one a line.
fn compiled(schedule: &Schedule, world: &World, from: &str, days: i64) -> Vec<String> {
    let from = local(&format!("{from}[{}]", schedule.timezone));
    let window = Stretch { from, to: from + jiff::SignedDuration::from_hours(24 * days) };
    compile(schedule, &world.context(), window).expect("zone").iter().map(|timing| line(timing, &schedule.timezone)).collect()
}

fn line(timing: &Timing, zone: &str) -> String {
    let own = if timing.zone.name() == zone { String::new() } else { format!(" {}", timing.zone) };
    let date = |at: jiff::Timestamp| timing.zone.tz().to_datetime(at).strftime("%Y-%m-%dT%H:%M").to_string();
    let start = timing.start.map(|at| format!(" from {}", date(at))).unwrap_or_default();
    let end = timing.end.map(|at| format!(" until {}", date(at))).unwrap_or_default();
    format!("{} {}{own}{start}{end}", timing.action.as_str(), timing.expression)
}

fn plain(zone: &str, run: &[&str]) -> Vec<String> {
    compiled(&schedule(zone, run), &World::default(), "2026-11-21T12:00", 90)
}

#[test]
fn office_hours_are_two_crons() {
    assert_eq!(plain("Asia/Seoul", &["mon-fri 09:00-19:00"]), ["start cron(0 9 ? * MON-FRI *)", "stop cron(0 19 ? * MON-FRI *)"]);
    assert_eq!(plain("America/New_York", &["mon-fri 09:00-19:00"]).len(), 2, "a clock change does not show at these hours");
    let both = ["start cron(0 20 ? * FRI *)", "stop cron(0 8 ? * MON *)"];
    assert_eq!(plain("UTC", &["fri 20:00 - mon 08:00"]), both);
    assert_eq!(plain("UTC", &["fri 20:00-24:00", "sat 00:00 - +48h", "mon 00:00-08:00"]), both, "windows are united before");
    assert!(plain("UTC", &["daily 00:00-24:00"]).is_empty(), "always on has no edge");
    assert_eq!(plain("UTC", &["22:00-06:00"]), ["start cron(0 22 * * ? *)", "stop cron(0 6 * * ? *)"]);
}

#[test]
fn what_cron_can_say_is_said_by_it() {
    assert_eq!(plain("UTC", &["tue#2 02:00-08:00"]), ["start cron(0 2 ? * 3#2 *)", "stop cron(0 8 ? * 3#2 *)"]);
    assert_eq!(plain("UTC", &["last fri 20:00-22:00"]), ["start cron(0 20 ? * 6L *)", "stop cron(0 22 ? * 6L *)"]);
    assert_eq!(plain("UTC", &["day L 20:00-22:00"]), ["start cron(0 20 L * ? *)", "stop cron(0 22 L * ? *)"]);
    assert_eq!(plain("UTC", &["day 31 20:00-22:00"]), ["start cron(0 20 31 * ? *)", "stop cron(0 22 31 * ? *)"]);
    assert_eq!(plain("UTC", &["day 15W 20:00-22:00"]), ["start cron(0 20 15W * ? *)", "stop cron(0 22 15W * ? *)"]);
    assert_eq!(plain("UTC", &["day 31W 20:00-22:00"])[0], "start cron(0 20 31W JAN,MAR,MAY,JUL,AUG,OCT,DEC ? *)", "April is not asked");
    assert_eq!(plain("UTC", &["workday#1 20:00-22:00"]), ["start cron(0 20 1W * ? *)", "stop cron(0 22 1W * ? *)"]);
    assert_eq!(plain("UTC", &["day L 22:00-24:00"]), ["start cron(0 22 L * ? *)", "stop cron(0 0 1 * ? *)"]);
    assert_eq!(plain("UTC", &["mon & nov-feb 10:00-12:00"])[0], "start cron(0 10 ? JAN,FEB,NOV,DEC MON *)");
    assert_eq!(plain("UTC", &["mon & day 1-7 10:00-12:00"])[0], "start cron(0 10 ? * 2#1 *)");
}

#[test]
fn what_cron_cannot_say_is_at() {
    let patch = plain("UTC", &["first sat after tue#2 02:00-08:00"]);
    assert_eq!(
        patch,
        ["start at(2026-12-12T02:00:00)", "start at(2027-01-16T02:00:00)", "start at(2027-02-13T02:00:00)"]
            .into_iter()
            .chain(["stop at(2026-12-12T08:00:00)", "stop at(2027-01-16T08:00:00)", "stop at(2027-02-13T08:00:00)"])
            .collect::<Vec<_>>()
    );
    let fortnight = plain("UTC", &["every 2 weeks from 2026-09-07 & mon 20:00-22:00"]);
    assert!(fortnight.len() == 12 && fortnight.iter().all(|line| line.contains("at(")), "{fortnight:?}");
    let dates = plain("UTC", &["2026-11-27..2026-11-30 00:00-24:00"]);
    assert_eq!(dates, ["start at(2026-11-27T00:00:00)", "stop at(2026-12-01T00:00:00)"]);
}

/// Nights of January to June: those that end in another month than they begin are the hard part.
#[test]
fn months_that_cron_can_say_wholly_are_crons_and_the_rest_is_at() {
    let nights = plain("UTC", &["mon-thu & jan-jun 22:00-06:00"]);
    assert!(nights.contains(&"start cron(0 22 ? JAN-JUN MON-THU *)".to_owned()), "{nights:?}");
    assert!(nights.contains(&"stop cron(0 6 ? FEB-JUN TUE-FRI *)".to_owned()), "{nights:?}");
    assert!(nights.iter().filter(|line| line.starts_with("stop at(2027-01-")).count() > 10, "{nights:?}");
}

#[test]
fn around_a_holiday_crons_end_and_begin() {
    let office = schedule("Asia/Seoul", &["mon-fri 09:00-19:00"]).except("kr", Some(RunState::Stopped));
    let world = World::default().calendar("kr", ["2026-12-25", "2027-01-01", "2027-01-02"].map(day));
    assert_eq!(
        compiled(&office, &world, "2026-11-21T12:00", 90),
        [
            "start cron(0 9 ? * MON-FRI *) until 2026-12-25T08:00",
            "stop cron(0 19 ? * MON-FRI *) until 2026-12-25T18:00",
            "start cron(0 9 ? * MON-FRI *) from 2026-12-25T10:00 until 2027-01-01T08:00",
            "stop cron(0 19 ? * MON-FRI *) from 2026-12-25T20:00 until 2027-01-01T18:00",
            "start cron(0 9 ? * MON-FRI *) from 2027-01-01T10:00",
            "stop cron(0 19 ? * MON-FRI *) from 2027-01-01T20:00",
        ]
    );
    let exams = schedule("Asia/Seoul", &["mon-fri 09:00-19:00"]).except("kr", Some(RunState::Running));
    let lines = compiled(&exams, &world, "2026-11-21T12:00", 90);
    assert!(
        lines.contains(&"start at(2026-12-25T00:00:00)".to_owned()) && lines.contains(&"stop at(2026-12-26T00:00:00)".to_owned()),
        "{lines:?}"
    );
}

#[test]
fn an_override_is_at_and_keeps_crons_out() {
    let office = schedule("Asia/Seoul", &["mon-fri 09:00-19:00"]);
    let release = World::default().override_(RunState::Running, Some(at("2026-11-24T05:00:00Z")), at("2026-11-24T15:30:30.5Z"));
    assert_eq!(
        compiled(&office, &release, "2026-11-21T12:00", 90),
        [
            "start cron(0 9 ? * MON-FRI *)",
            "stop at(2026-11-25T00:30:31)",
            "stop cron(0 19 ? * MON-FRI *) until 2026-11-24T18:00",
            "stop cron(0 19 ? * MON-FRI *) from 2026-11-24T20:00",
        ]
    );
}

#[test]
fn begins_and_ends_in_a_spring_gap_are_at() {
    let nights = schedule("America/New_York", &["02:30-05:00"]);
    let lines = compiled(&nights, &World::default(), "2027-03-01T12:00", 60);
    assert_eq!(lines, ["start at(2027-03-14T03:00:00)", "start cron(30 2 * * ? *)", "stop cron(0 5 * * ? *)"]);
}

/// EventBridge fires at the first 01:30, a window ends at the last one: the cron must not fire that day.
#[test]
fn an_end_in_the_repeated_hour_is_at_in_utc() {
    let evenings = schedule("America/New_York", &["20:00-01:30"]);
    let lines = compiled(&evenings, &World::default(), "2026-10-20T12:00", 60);
    assert_eq!(
        lines,
        [
            "start cron(0 20 * * ? *)",
            "stop at(2026-11-01T06:30:00) UTC",
            "stop cron(30 1 * * ? *) from 2025-11-02T01:30 until 2026-11-01T00:30",
            "stop cron(30 1 * * ? *) from 2026-11-01T01:30",
        ]
    );
    let mornings = compiled(&schedule("America/New_York", &["01:30-05:00"]), &World::default(), "2026-10-20T12:00", 60);
    assert_eq!(mornings, ["start cron(30 1 * * ? *)", "stop cron(0 5 * * ? *)"], "a begin is at the first one anyway");
}

#[test]
fn nothing_fires_to_leave() {
    let patching = schedule("UTC", &["sat 02:00-08:00"]).otherwise(muster_core::schedule::WantedState::Leave);
    assert_eq!(compiled(&patching, &World::default(), "2026-11-21T12:00", 90), ["start cron(0 2 ? * SAT *)"]);
}

#[test]
fn a_season_has_crons_with_dates() {
    let season = plain("UTC", &["2026-12-01..2027-03-31 & mon-fri 09:00-19:00"]);
    assert_eq!(
        season,
        [
            "start cron(0 9 ? * MON-FRI *) from 2026-11-30T10:00 until 2027-04-01T08:00",
            "stop cron(0 19 ? * MON-FRI *) from 2026-11-30T20:00 until 2027-04-01T18:00"
        ]
    );
    let more = plain("UTC", &["mon-fri 09:00-19:00", "2026-12-01..2027-03-31 & sat 09:00-19:00"]);
    assert_eq!(more.len(), 4, "{more:?}");
}

#[test]
fn each_zone_has_its_own_crons() {
    let lines = plain("Asia/Seoul", &["mon-fri 09:00-19:00", "sat 10:00-13:00 Europe/London"]);
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(lines.contains(&"start cron(0 10 ? * SAT *) Europe/London".to_owned()), "{lines:?}");
    let overlapping = plain("Asia/Seoul", &["mon-fri 09:00-19:00", "mon-fri 09:00-18:00 Europe/London"]);
    assert_eq!(overlapping, ["start cron(0 9 ? * MON-FRI *)", "stop cron(0 18 ? * MON-FRI *) Europe/London"]);
}
