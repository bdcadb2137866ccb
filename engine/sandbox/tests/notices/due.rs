//! What a warning names, and when it comes.

use super::{Town, fleet, instant};

/// Stops at 19:00 in Seoul, which is 10:00 UTC; 2026-11-20 is a Friday.
const CLASS: &str = "
schedules:
  class: {run: ['mon-fri 09:00-19:00'], select: {tags: {env: dev}}, snooze: {tag: hold-until, max: 12h}}
notify: {before-stop: 15m, to: [{sns: 'arn:aws:sns:ap-northeast-2:123456789012:ops'}]}
";

fn town(machines: &[&str]) -> Town {
    Town::new(fleet(CLASS), "2026-11-20T01:00:00Z", machines, &[])
}

#[test]
fn one_notice_names_what_runs_and_comes_once() {
    let mut town = town(&["id: i-0a, tags: {env: dev, Name: api}", "id: i-0b, tags: {env: dev}", "id: i-0c, tags: {env: prod}"]);
    assert_eq!(town.pass_at("2026-11-20T09:40:00Z").named(), [""; 0], "its instant is not reached");
    let told = town.pass_at("2026-11-20T09:46:00Z");
    assert_eq!(told.named(), ["i-0a", "i-0b"]);
    let notice = &told.warnings[0];
    assert_eq!(notice.key, "lms/class/2026-11-20T10:00:00Z");
    assert_eq!(notice.title(), "[sandbox] class stops 2 machines in 14 min");
    let stop = notice.stop().expect("a stop");
    assert_eq!((stop.at, stop.resources[0].title.as_deref()), (instant("2026-11-20T10:00:00Z"), Some("api")));
    assert_eq!(stop.snooze.as_ref().map(|snooze| snooze.tag.as_str()), Some("hold-until"));
    assert_eq!(town.pass_at("2026-11-20T09:50:00Z").named(), [""; 0], "told already");
    assert!(town.pass_at("2026-11-20T10:01:00Z").missed.is_empty());
}

#[test]
fn the_first_pass_has_no_past() {
    let mut town = town(&["id: i-0a, tags: {env: dev}"]);
    let first = town.pass_at("2026-11-20T09:50:00Z");
    assert!(first.warnings.is_empty() && first.missed.is_empty(), "{first:?}");
    assert!(town.pass_at("2026-11-20T09:55:00Z").warnings.is_empty(), "its instant was before the first pass");
}

#[test]
fn a_pass_that_comes_after_the_stop_says_so_and_sends_nothing() {
    let mut town = town(&["id: i-0a, tags: {env: dev}"]);
    town.pass_at("2026-11-20T09:40:00Z");
    let late = town.pass_at("2026-11-20T10:00:00Z");
    assert!(late.warnings.is_empty());
    assert_eq!(
        late.missed.iter().map(|missed| (missed.schedule.as_str(), missed.at)).collect::<Vec<_>>(),
        [("class", instant("2026-11-20T10:00:00Z"))]
    );
    assert!(town.pass_at("2026-11-20T10:05:00Z").missed.is_empty(), "said once");
}

#[test]
fn who_could_not_be_reached_is_tried_until_the_stop() {
    let mut town = town(&["id: i-0a, tags: {env: dev}"]);
    town.pass_at("2026-11-20T09:40:00Z");
    town.deaf = true;
    let keys: Vec<String> =
        ["2026-11-20T09:46:00Z", "2026-11-20T09:47:00Z"].into_iter().map(|at| town.pass_at(at).warnings[0].key.clone()).collect();
    assert_eq!(keys[0], keys[1], "a repeat is known by its key");
    town.restart();
    town.deaf = false;
    assert_eq!(town.pass_at("2026-11-20T09:59:00Z").named(), ["i-0a"]);
    assert!(town.pass_at("2026-11-20T09:59:30Z").warnings.is_empty());
    let after = town.pass_at("2026-11-20T10:00:00Z");
    assert!(after.warnings.is_empty() && after.missed.is_empty());
}

#[test]
fn what_the_stop_will_not_stop_is_not_named() {
    let mut town = town(&[
        "id: i-0a, tags: {env: dev}",
        "id: i-0b, tags: {env: dev, 'muster:override': 'running until=2026-11-20T12:00:00Z by=kim'}",
        "id: i-0c, tags: {env: dev, 'aws:autoscaling:groupName': web}",
        "id: i-0d, state: stopped, stopped: 2026-11-20T00:30:00Z, tags: {env: dev}",
    ]);
    town.pass_at("2026-11-20T09:40:00Z");
    assert_eq!(town.pass_at("2026-11-20T09:46:00Z").named(), ["i-0a"], "not what is overridden, held or stopped");
    town.pass_at("2026-11-20T11:40:00Z");
    let later = town.pass_at("2026-11-20T11:46:00Z");
    assert_eq!(later.named(), ["i-0b"], "the end of an override is a stop too");
    assert_eq!(later.warnings[0].key, "lms/class/2026-11-20T12:00:00Z");
}

#[test]
fn a_start_by_hand_that_will_stand_is_not_named() {
    let text = CLASS.replace("select", "manual: hold, select");
    let machines = ["id: i-0a, tags: {env: dev}", "id: i-0b, started: 2026-11-19T12:00:00Z, tags: {env: dev}"];
    let mut town = Town::new(fleet(&text), "2026-11-20T01:00:00Z", &machines, &[]);
    town.pass_at("2026-11-20T09:40:00Z");
    assert_eq!(town.pass_at("2026-11-20T09:46:00Z").named(), ["i-0a"]);
    assert!(town.pass_at("2026-11-20T10:00:00Z").missed.is_empty());
}

#[test]
fn databases_under_hold_are_asked_when_they_were_started() {
    let text = CLASS.replace("select", "manual: hold, select");
    let mut town =
        Town::new(fleet(&text), "2026-11-19T20:00:00Z", &[], &["name: reports, stopped: 2026-11-10T10:00:00Z, tags: {env: dev}"]);
    // The schedule's own start, so that no start by hand stands in the way.
    town.account.start("reports").expect("started");
    town.account.at(instant("2026-11-20T01:00:00Z")).expect("later");
    town.pass_at("2026-11-20T09:40:00Z");
    assert_eq!(town.pass_at("2026-11-20T09:46:00Z").named(), [""; 0], "started by hand at night, and `hold` lets that stand");
    let mut town =
        Town::new(fleet(&text), "2026-11-20T00:30:00Z", &[], &["name: reports, stopped: 2026-11-19T10:00:00Z, tags: {env: dev}"]);
    town.account.start("reports").expect("started");
    town.pass_at("2026-11-20T09:40:00Z");
    assert_eq!(town.pass_at("2026-11-20T09:46:00Z").named(), ["reports"], "started while the schedule wanted it running");
}

#[test]
fn two_schedules_on_one_machine_stop_nothing() {
    let text = CLASS.replace("\nnotify", "\n  other: {run: ['mon-fri 08:00-19:00'], select: {tags: {env: dev}}}\nnotify");
    let mut town = Town::new(fleet(&text), "2026-11-20T01:00:00Z", &["id: i-0a, tags: {env: dev}"], &[]);
    town.pass_at("2026-11-20T09:40:00Z");
    assert!(town.pass_at("2026-11-20T09:46:00Z").warnings.is_empty());
}

#[test]
fn a_schedule_s_own_section_replaces_the_fleet_s_whole() {
    let own = |section: &str| {
        let text = CLASS.replace("snooze", &format!("notify: {section}, snooze"));
        let mut town = Town::new(fleet(&text), "2026-11-20T01:00:00Z", &["id: i-0a, tags: {env: dev}"], &[]);
        town.pass_at("2026-11-20T08:40:00Z");
        town.pass_at("2026-11-20T09:46:00Z")
            .warnings
            .iter()
            .flat_map(|notice| notice.to.iter().map(|target| target.label()))
            .collect::<Vec<_>>()
    };
    assert_eq!(own("{to: [{exec: [page]}]}"), ["exec page"], "15 min is the default");
    assert_eq!(own("{to: []}"), [""; 0]);
    assert_eq!(own("{when: failure, to: [{exec: [page]}]}"), [""; 0]);
    assert_eq!(own("{before-stop: 10m, to: [{exec: [page]}]}"), [""; 0]);
    assert_eq!(own("{before-stop: 1h, to: [{exec: [page]}, {exec: [page]}]}"), ["exec page"], "each receiver once");
}

#[test]
fn a_new_receiver_of_an_open_warning_is_told_too_and_the_old_one_is_not_told_again() {
    let mut town = town(&["id: i-0a, tags: {env: dev}"]);
    town.pass_at("2026-11-20T09:40:00Z");
    assert_eq!(town.pass_at("2026-11-20T09:46:00Z").warnings.len(), 1);
    town.fleet = fleet(&CLASS.replace("to: [", "to: [{exec: [page]}, "));
    let second = town.pass_at("2026-11-20T09:50:00Z");
    assert_eq!(second.warnings[0].to.iter().map(|target| target.label()).collect::<Vec<_>>(), ["exec page"]);
}

#[test]
fn a_pass_that_could_not_see_leaves_its_interval_to_the_next() {
    let mut town = town(&["id: i-0a, tags: {env: dev}"]);
    town.pass_at("2026-11-20T09:40:00Z");
    town.account.deny("ec2:DescribeInstances").expect("denied");
    assert!(town.pass_at("2026-11-20T09:46:00Z").warnings.is_empty());
    town.account.allow("ec2:DescribeInstances").expect("allowed");
    assert_eq!(town.pass_at("2026-11-20T09:50:00Z").named(), ["i-0a"]);
}

#[test]
fn a_window_shorter_than_the_warning_is_announced_when_it_begins() {
    let text = CLASS.replace("09:00-19:00", "09:00-10:00").replace("15m", "3h");
    let machines = ["id: i-0a, state: stopped, stopped: 2026-11-19T10:00:00Z, tags: {env: dev}"];
    let mut town = Town::new(fleet(&text), "2026-11-19T22:00:00Z", &machines, &[]);
    assert!(town.pass_at("2026-11-19T22:10:00Z").warnings.is_empty());
    assert!(town.pass_at("2026-11-19T23:00:00Z").warnings.is_empty());
    assert_eq!(town.pass_at("2026-11-20T00:05:00Z").named(), ["i-0a"], "the pass that starts it");
    assert!(town.pass_at("2026-11-20T00:30:00Z").warnings.is_empty());
}
