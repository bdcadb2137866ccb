//! What lint says about schedules, and what it lets pass.

use jiff::{SignedDuration, Timestamp};
use muster_core::fleet::{DeliveryBy, FileSource, Fleet, LoadOptions, load};
use muster_core::schedule::lint::{self, Code, LOOP_INTERVAL, Lint, Options};
use muster_core::schedule::{Limit, RunState, Schedule, WantedState};

use super::support::{With as _, World, at, day, schedule};

fn options(interval: SignedDuration) -> Options {
    Options { now: at("2026-11-21T00:00Z"), interval }
}

fn findings(schedule: &Schedule, world: &World) -> Vec<Lint> {
    schedule.lint(&options(LOOP_INTERVAL), &world.context())
}

fn codes(schedule: &Schedule) -> Vec<(Code, u32)> {
    findings(schedule, &World::default()).into_iter().map(|lint| (lint.code, lint.span.line)).collect()
}

fn message(schedule: &Schedule) -> String {
    findings(schedule, &World::default()).into_iter().map(|lint| lint.message).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_never_begins() {
    let dead = schedule("UTC", &["mon 09:00-10:00", "day 31 & feb 09:00-10:00", "2026-11-20 09:00-10:00", "2026-11-20 22:00-06:00"]);
    assert_eq!(codes(&dead), [(Code::NeverFires, 11), (Code::NeverFires, 12)][..]);
    assert_eq!(codes(&schedule("UTC", &["day 29 & feb 09:00-10:00", "2026-11-21..2026-11-22 00:00-24:00"])), []);
}

#[test]
fn what_a_clock_change_swallows() {
    let nights = schedule("America/New_York", &["sun 02:15-02:45", "sat 02:15-03:15", "mon-fri 02:15-02:45"]);
    assert_eq!(codes(&nights), [(Code::EmptyOnClockChange, 10)]);
    assert_eq!(message(&nights), "`sun 02:15-02:45` is empty on 2027-03-14: clocks skip it");
    assert_eq!(codes(&schedule("Asia/Seoul", &["02:15-02:45"])), []);
}

#[test]
fn the_minute_before_midnight() {
    let late = schedule("UTC", &["mon 20:00-23:59", "tue 20:00-24:00", "wed 20:00 - fri 23:59"]);
    assert_eq!(codes(&late), [(Code::MinuteBeforeMidnight, 10), (Code::MinuteBeforeMidnight, 12)]);
}

#[test]
fn a_begin_that_is_the_end() {
    let same = schedule("UTC", &["mon 09:00-09:00", "wed 00:00-24:00"]);
    assert_eq!(codes(&same), [(Code::BeginIsEnd, 10)]);
    assert_eq!(message(&same), "`mon 09:00-09:00` ends where it begins, so it lasts 24 hours");
    let week = schedule("UTC", &["mon 08:00 - mon 08:00"]);
    assert_eq!(codes(&week), [(Code::BeginIsEnd, 10), (Code::NeverStops, 1)]);
}

#[test]
fn what_never_decides() {
    let office = schedule("UTC", &["mon 09:00-19:00", "tue 09:00-19:00"]).stop(&["mon 08:00-12:00", "mon 12:00-20:00"]);
    assert_eq!(codes(&office), [(Code::Hidden, 10)]);
    let left = schedule("UTC", &["mon 09:00-19:00"]).leave(&["mon 10:00-11:00", "mon 10:00-20:00"]);
    assert_eq!(codes(&left), [(Code::Hidden, 30)]);
}

#[test]
fn what_adds_nothing_to_its_own_key() {
    let office = schedule("UTC", &["mon-fri 09:00-19:00", "tue 10:00-12:00"]);
    assert_eq!(codes(&office), [(Code::Hidden, 11)]);
    assert_eq!(message(&office), "`tue 10:00-12:00` adds nothing: the other windows of `run` cover it");
    assert_eq!(codes(&schedule("UTC", &["mon 09:00-12:00", "mon 09:00-12:00"])), [(Code::Hidden, 11)], "of two equal ones the later");
    assert_eq!(codes(&schedule("UTC", &["mon 09:00-12:00", "mon 11:00-14:00"])), [], "each adds something");
}

#[test]
fn an_exception_whose_days_are_taken() {
    let office = schedule("UTC", &["mon 09:00-19:00"]).except("kr", Some(RunState::Stopped)).except("exams", Some(RunState::Running));
    let world = World::default().calendar("kr", [day("2026-12-25"), day("2026-12-26")]).calendar("exams", [day("2026-12-25")]);
    let found = findings(&office, &world);
    assert_eq!(
        found.iter().map(|lint| (lint.code, lint.message.as_str())).collect::<Vec<_>>(),
        [(Code::Hidden, "except `exams` never decides: entries before it have all its days")]
    );
}

#[test]
fn what_starts_and_never_stops() {
    let cover = schedule("UTC", &["mon-fri 00:00-24:00", "sat,sun 00:00-24:00"]);
    assert_eq!(message(&cover), "`test` never stops anything: its windows cover all of time");
    let starts = schedule("UTC", &["mon 09:00-19:00"]).otherwise(WantedState::Leave);
    assert_eq!(message(&starts), "`test` starts things and never stops them: outside its windows it leaves them alone");
    let limited = Schedule { limit: Some(Limit { max_runtime: SignedDuration::from_hours(14) }), ..starts };
    for meant in [
        limited,
        schedule("UTC", &["daily 00:00-24:00"]),
        schedule("UTC", &[]).otherwise(WantedState::Running),
        schedule("UTC", &["mon 09:00-19:00"]).stop(&["tue 00:00-01:00"]).otherwise(WantedState::Leave),
        schedule("UTC", &[]).stop(&["tue 00:00-01:00"]).otherwise(WantedState::Leave),
    ] {
        assert_eq!(codes(&meant), [], "{meant:?}");
    }
}

#[test]
fn what_a_slow_loop_can_miss() {
    let brief = schedule("UTC", &["mon 09:00-09:10"]);
    let found = |minutes: i64| brief.lint(&options(SignedDuration::from_mins(minutes)), &World::default().context());
    assert_eq!(found(1), []);
    assert_eq!(found(10), []);
    let said: Vec<_> = found(15).into_iter().map(|lint| (lint.code, lint.message)).collect();
    let message = "run `mon 09:00-09:10` lasts 10 min at 2026-11-23T09:00:00Z, less than the 15 min between two passes";
    assert_eq!(said, [(Code::ShorterThanLoop, message.to_owned())]);
    let mut fired = schedule("UTC", &["mon 09:00-09:10"]);
    fired.delivery.by = DeliveryBy::Eventbridge;
    assert_eq!(fired.lint(&options(SignedDuration::from_mins(15)), &World::default().context()), []);
}

struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        let exams = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\nEND:VEVENT\nEND:VCALENDAR\n";
        (relative == "kr.ics").then(|| exams.into()).ok_or_else(|| "there are none".to_owned())
    }
}

fn fleet(text: &str) -> Fleet {
    let loaded = load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions { region: None, sandbox: true });
    loaded.fleet.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics))
}

fn of_fleet(text: &str, now: &str) -> Vec<String> {
    let now: Timestamp = at(now);
    let found = lint::lint(&fleet(text), &Options { now, interval: LOOP_INTERVAL });
    found.iter().map(|lint| format!("{}:{} {}: {}", lint.span.line, lint.span.column, lint.code.as_str(), lint.message)).collect()
}

#[test]
fn a_calendar_that_ends_and_a_schedule_that_nobody_names() {
    let text = "timezone: UTC
calendars:
  kr: {files: [kr.ics]}
  exams: {dates: [2026-12-07..2026-12-11]}
  unread: {dates: [2020-01-01]}
schedules:
  a: {run: ['mon 09:00-10:00'], except: [{calendar: kr, state: stopped}], workdays: {except: exams}}
";
    assert_eq!(
        of_fleet(text, "2026-10-01T00:00Z"),
        ["7:3 unnamed: nothing is moved by `a`: it has no `select`, and no user or database names it"]
    );
    assert_eq!(
        of_fleet(text, "2026-12-20T00:00Z"),
        [
            "3:16 calendar-runs-out: the calendar `kr` (kr.ics) lists no day after 2026-12-25",
            "4:18 calendar-runs-out: the calendar `exams` ended on 2026-12-11: no day since is one of it",
            "7:3 unnamed: nothing is moved by `a`: it has no `select`, and no user or database names it"
        ]
    );
}

#[test]
fn two_sizes_at_one_time() {
    let text = "timezone: UTC
schedules:
  build:
    select: {tags: {a: b}}
    run: ['daily 06:00-20:00']
    sizes: [{in: 'mon-fri 08:00-18:00', types: [c7i.xlarge]}, {in: 'mon 18:00-20:00', types: [c7i.large]}, {in: 'fri 17:00-19:00', types: [c7i.2xlarge]}, {else: c7i.large}]
";
    let message = "two sizes at once: `mon-fri 08:00-18:00` and `fri 17:00-19:00` hold together and want different ones";
    assert_eq!(of_fleet(text, "2026-11-21T00:00Z"), [format!("6:113 ambiguous-size: {message}")]);
    assert_eq!(of_fleet(&text.replace("fri 17", "fri 18"), "2026-11-21T00:00Z"), [""; 0]);
}

#[test]
fn what_the_loader_refuses_has_a_code_too() {
    let text = "timezone: Asia/Soul
schedules:
  a: {run: ['tue#6 09:00-10:00', 'mon 09:00-10:00 Mars/Olympus', 'day 32 09:00-10:00', 'mon 09:00-10:00'], timezone: UTC, manuel: hold}
";
    let loaded = load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions { region: None, sandbox: true });
    let mut found: Vec<Lint> = loaded.diagnostics.iter().filter_map(Lint::of_diagnostic).collect();
    lint::sort(&mut found);
    let codes: Vec<(u32, &str)> = found.iter().map(|lint| (lint.span.column, lint.code.as_str())).collect();
    assert_eq!(codes, [(11, "unknown-zone"), (18, "bad-window"), (51, "unknown-zone"), (71, "bad-window"), (123, "not-valid")]);
}
