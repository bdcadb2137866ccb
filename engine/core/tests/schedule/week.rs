//! The data of a week chart.

use muster_core::schedule::{RunState, Schedule, WantedState};

use super::support::{With as _, World, day, schedule};

/// A date, its running bars from and to a minute of the clock, and its running minutes.
type Row = (String, Vec<(u16, u16)>, i64);

/// The rows of a week.
fn bars(schedule: &Schedule, date: &str, world: &World) -> Vec<Row> {
    let week = schedule.week(day(date), &world.context()).expect("zone");
    let running = |day: &muster_core::schedule::WeekDay| {
        day.bars.iter().filter(|bar| bar.state == WantedState::Running).map(|bar| (bar.begin, bar.end)).collect()
    };
    week.days.iter().map(|day| (day.date.to_string(), running(day), day.running().as_mins())).collect()
}

#[test]
fn a_week_has_its_bars_day_by_day() {
    let office = schedule("Asia/Seoul", &["mon-wed 09:00-19:00", "fri 22:00-06:00"]).except("kr", Some(RunState::Stopped));
    let world = World::default().calendar("kr", [day("2026-11-25")]);
    let expected = [
        ("2026-11-23", vec![(540, 1140)], 600),
        ("2026-11-24", vec![(540, 1140)], 600),
        ("2026-11-25", vec![], 0),
        ("2026-11-26", vec![], 0),
        ("2026-11-27", vec![(1320, 1440)], 120),
        ("2026-11-28", vec![(0, 360)], 360),
        ("2026-11-29", vec![], 0),
    ];
    assert_eq!(bars(&office, "2026-11-26", &world), expected.map(|(date, bars, minutes)| (date.to_owned(), bars, minutes)));
    let week = office.week(day("2026-11-23"), &world.context()).expect("zone");
    assert_eq!(week.days[2].exception.as_deref(), Some("except `kr`: stopped"));
    assert_eq!((week.running().as_hours(), week.length().as_hours()), (28, 168));
}

#[test]
fn a_week_of_a_clock_change_is_as_long_as_it_was() {
    let nights = schedule("America/New_York", &["daily 00:00-06:00"]);
    let world = World::default();
    let week = |date: &str| nights.week(day(date), &world.context()).expect("zone");
    assert_eq!((week("2026-03-02").length().as_hours(), week("2026-03-02").running().as_hours()), (167, 41));
    assert_eq!((week("2026-10-26").length().as_hours(), week("2026-10-26").running().as_hours()), (169, 43));
    let apia = schedule("Pacific/Apia", &["daily 00:00-24:00"]).week(day("2011-12-30"), &world.context()).expect("zone");
    assert_eq!(apia.days.len(), 6);
    let repeated = schedule("America/New_York", &["01:15-01:45"]);
    assert_eq!(bars(&repeated, "2026-11-01", &world)[6], ("2026-11-01".to_owned(), vec![(75, 105)], 90));
}
