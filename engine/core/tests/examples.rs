//! The example fleets load without a remark and do what their comments say.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use muster_core::diag::render;
use muster_core::fleet::{FileSource, Fleet, LoadOptions, cases, load};
use muster_core::schedule::lint::{LOOP_INTERVAL, Options, lint};
use muster_core::schedule::{Context, WantedState};

struct Folder(PathBuf);

impl FileSource for Folder {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        fs::read(self.0.join(relative)).map_err(|_| "there is no such file".to_owned())
    }
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name)
}

fn fleet(name: &str) -> Fleet {
    let folder = folder(name);
    let text = fs::read(folder.join("fleet.yaml")).expect("a fleet");
    let loaded = load("fleet.yaml", &text, &Folder(folder), &LoadOptions::default());
    assert!(loaded.diagnostics.is_empty(), "{}", render(&loaded.diagnostics, &loaded.sources, false, 120));
    loaded.fleet.expect("a fleet")
}

fn findings(fleet: &Fleet, now: &str) -> Vec<String> {
    let now: Timestamp = now.parse().expect("instant");
    lint(fleet, &Options { now, interval: LOOP_INTERVAL })
        .into_iter()
        .map(|lint| format!("{}: {}", lint.code.as_str(), lint.message))
        .collect()
}

fn days(fleet: &Fleet, calendar: &str, year: i16) -> Vec<String> {
    let calendar = fleet.calendars.values().find(|it| it.name.as_str() == calendar).expect("a calendar");
    calendar.days.iter().filter(|day| day.year() == year).map(|day| day.strftime("%m-%d").to_string()).collect()
}

/// From the official lists: fixed days, lunar days by the Korean meridian, elections, substitutes.
#[test]
fn korean_holidays_of_two_years() {
    let fleet = fleet("calendars");
    let wanted = "01-01 02-16 02-17 02-18 03-01 03-02 05-01 05-05 05-24 05-25 06-03 06-06 07-17 08-15 08-17 09-24 09-25 09-26 10-03 10-05 10-09 12-25";
    assert_eq!(days(&fleet, "kr", 2026).join(" "), wanted);
    let wanted = "01-01 02-06 02-07 02-08 02-09 03-01 05-01 05-03 05-05 05-13 06-06 07-17 07-19 08-15 08-16 09-14 09-15 09-16 10-03 10-04 10-09 10-11 12-25 12-27";
    assert_eq!(days(&fleet, "kr", 2027).join(" "), wanted);
}

/// Federal holidays with the days on which they are observed (5 U.S.C. 6103).
#[test]
fn american_holidays_of_two_years() {
    let fleet = fleet("calendars");
    assert_eq!(days(&fleet, "us", 2026).join(" "), "01-01 01-19 02-16 05-25 06-19 07-03 07-04 09-07 10-12 11-11 11-26 12-25");
    assert_eq!(
        days(&fleet, "us", 2027).join(" "),
        "01-01 01-18 02-15 05-31 06-18 06-19 07-04 07-05 09-06 10-11 11-11 11-25 12-24 12-25 12-31"
    );
}

#[test]
fn offices_close_on_their_own_holidays_and_calendars_are_said_to_end() {
    let fleet = fleet("calendars");
    let state = |schedule: &str, at: &str| {
        let schedule = fleet.schedules.values().find(|it| it.name.as_str() == schedule).expect("a schedule");
        schedule.decide(at.parse().expect("instant"), &Context { calendars: &fleet.calendars, overrides: &[] }).state
    };
    assert_eq!(state("seoul", "2027-02-09T10:00+09:00"), WantedState::Stopped, "the substitute of Seollal");
    assert_eq!(state("seoul", "2026-11-26T10:00+09:00"), WantedState::Running, "Thanksgiving is a day like any other");
    assert_eq!(state("new-york", "2026-11-26T10:00-05:00"), WantedState::Stopped);
    assert_eq!(state("payroll", "2026-09-28T10:00+09:00"), WantedState::Running, "behind it come 29 and 30");
    assert_eq!(state("payroll", "2026-12-29T10:00+09:00"), WantedState::Running);
    assert_eq!(findings(&fleet, "2026-12-18T00:00Z"), [""; 0]);
    assert_eq!(
        findings(&fleet, "2027-11-15T00:00Z"),
        [
            "calendar-runs-out: the calendar `kr` (kr.ics) lists no day after 2027-12-27",
            "calendar-runs-out: the calendar `us` (us.ics) lists no day after 2027-12-31",
            "calendar-runs-out: the calendar `shutdown` ended on 2026-12-31: no day since is one of it",
        ]
    );
}

#[test]
fn the_short_form_of_the_korean_calendar_has_the_same_days() {
    let of = |name: &str| -> BTreeSet<Date> {
        let fleet = fleet(name);
        let kr = fleet.calendars.values().find(|it| it.name.as_str() == "kr").expect("a calendar");
        kr.days.iter().copied().filter(|day| day.year() <= 2027).collect()
    };
    let own: Date = "2026-12-31".parse().expect("date");
    let mut wanted = of("calendars");
    wanted.insert(own);
    assert_eq!(of("schedules"), wanted);
}

#[test]
fn five_schedules_decide_as_their_cases_say() {
    let fleet = fleet("schedules");
    assert_eq!(fleet.schedules.len(), 5);
    assert_eq!(findings(&fleet, "2026-11-20T01:00Z"), [""; 0]);
    let bytes = fs::read(folder("schedules").join("schedules.test.yaml")).expect("cases");
    let cases = cases("schedules.test.yaml", &bytes, &fleet)
        .unwrap_or_else(|(problems, sources)| panic!("{}", render(&problems, &sources, false, 120)));
    assert!(cases.len() >= 15);
    let ctx = Context { calendars: &fleet.calendars, overrides: &[] };
    for case in cases {
        let decision = case.schedule.decide(case.at, &ctx);
        assert_eq!(decision.state, case.expect, "{}: {}", case.span, decision.rule);
    }
}

#[test]
fn a_build_farm_has_its_size_by_window() {
    let fleet = fleet("schedules");
    let farm = fleet.schedules.values().find(|it| it.name.as_str() == "build-farm").expect("a schedule");
    let types = |at: &str| {
        let ctx = Context { calendars: &fleet.calendars, overrides: &[] };
        farm.size(at.parse().expect("instant"), &ctx).expect("one size").types.to_vec()
    };
    assert_eq!(types("2026-11-23T09:00Z"), ["c7i.4xlarge", "c7a.4xlarge"]);
    assert_eq!(types("2026-11-23T19:00Z"), ["c7i.large"]);
}
