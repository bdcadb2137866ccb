//! Machines that muster stops to change them.

use super::support::*;
use muster_core::cloud::{Change, InstanceState};
use muster_core::plan::{Op, Step};

fn office(manual: &str) -> muster_core::fleet::Fleet {
    fleet(&format!(
        "users:\n  alice: {{ssh-from: [203.0.113.0/24], key: generate, type: t3.medium, schedule: s}}\nschedules:\n  \
         s: {{run: ['mon-fri 09:00-19:00'], manual: {manual}}}\n"
    ))
}

/// The ops of the change of type, in words.
fn ops(step: &Step) -> Vec<&'static str> {
    let word = |op: &Op| match op {
        Op::Do(Change::SetTags { tags, .. }) if tags.contains_key("muster:resume-running") => Some("mark"),
        Op::Do(Change::RemoveTags { .. }) => Some("unmark"),
        Op::Do(Change::StopInstances { .. }) => Some("stop"),
        Op::Do(Change::ModifyInstanceType { .. }) => Some("modify"),
        Op::Do(Change::StartInstances { .. }) => Some("start"),
        Op::SkipFrom { .. } => Some("skip"),
        _ => None,
    };
    step.ops.iter().filter_map(word).collect()
}

fn steps(account: &Account, fleet: &muster_core::fleet::Fleet, now: &str) -> Vec<Step> {
    let plan = account.plan(fleet, now);
    plan.steps.into_iter().filter(|step| step.address.as_str() == "user/alice/instance").collect()
}

#[test]
fn it_is_marked_and_started_again_but_not_past_the_edge() {
    let account = Account::of(vec![of_user(running("i-1", "Fri 09:00", &[]), "alice")]);
    let steps = steps(&account, &office("until-next-edge"), "Fri 18:58");
    assert_eq!(ops(&steps[0]), ["mark", "stop", "modify", "skip", "start", "unmark"]);
    let skip = steps[0].ops.iter().find_map(|op| match op {
        Op::SkipFrom { at, ops, .. } => Some((*at, *ops)),
        _ => None,
    });
    assert_eq!(skip, Some((at("Fri 19:00"), 2)), "the start and the wait for it");
}

#[test]
fn it_stays_stopped_when_the_schedule_wants_that() {
    let account = Account::of(vec![of_user(running("i-1", "Fri 09:00", &[]), "alice")]);
    let steps = steps(&account, &office("until-next-edge"), "Fri 19:05");
    assert_eq!(ops(&steps[0]), ["stop", "modify"]);
    assert_eq!(steps[1].action.as_str(), "stop");
}

#[test]
fn what_a_person_started_is_started_again() {
    let account = Account::of(vec![of_user(running("i-1", "Fri 20:00", &[]), "alice")]);
    let steps = steps(&account, &office("until-next-edge"), "Fri 21:00");
    assert_eq!(ops(&steps[0]), ["mark", "stop", "modify", "start", "unmark"]);
    assert_eq!(steps.len(), 1, "the start by hand stands");
}

fn interrupted(stopped_at: &str, mark: &str) -> Account {
    let mark = at(mark).to_string();
    let mut instance = of_user(stopped("i-1", "Fri 09:00", stopped_at, &[("muster:resume-running", &mark)]), "alice");
    instance.instance_type = "t3.medium".to_owned();
    Account::of(vec![instance])
}

#[test]
fn a_run_that_died_in_between_is_finished_by_the_next() {
    let account = interrupted("Fri 12:01", "Fri 12:00");
    let begun = steps(&account, &office("until-next-edge"), "Fri 12:10");
    assert_eq!(begun.len(), 1);
    assert_eq!(begun[0].reason, "muster stopped it for a change and did not get to start it again, by schedule `s`");
    assert_eq!(ops(&begun[0]), ["start", "unmark"]);
    let late = steps(&account, &office("until-next-edge"), "Fri 20:00");
    assert_eq!(late.len(), 1);
    assert_eq!((late[0].action.as_str(), ops(&late[0])), ("tag", vec!["unmark"]), "the window is over, and so is the mark");
}

#[test]
fn without_a_schedule_it_is_started_again_too() {
    let fleet = fleet("users:\n  alice: {ssh-from: [203.0.113.0/24], key: generate, type: t3.medium}\n");
    assert_eq!(ops(&steps(&interrupted("Fri 12:01", "Fri 12:00"), &fleet, "Fri 12:10")[0]), ["start", "unmark"]);
}

#[test]
fn an_old_mark_does_not_excuse_a_later_stop() {
    let account = interrupted("Fri 15:00", "Fri 12:00");
    let says = account.says(&office("until-next-edge"), "Fri 16:00");
    assert!(says.iter().any(|line| line.starts_with("held user/alice/instance: stopped by hand")), "{says:?}");
    assert!(says.iter().any(|line| line == "tag user/alice/instance"), "and is taken off: {says:?}");
}

#[test]
fn a_mark_in_another_runs_hands_is_left() {
    let fleet = office("enforce");
    let mark = at("Fri 12:00").to_string();
    let mut instance = of_user(running("i-1", "Fri 09:00", &[("muster:resume-running", &mark)]), "alice");
    instance.instance_type = "t3.medium".to_owned();
    let tags = |account: &Account, now: &str| account.says(&fleet, now).iter().filter(|line| line.starts_with("tag")).count();
    let not_stopped_yet = Account::of(vec![instance.clone()]);
    assert_eq!((tags(&not_stopped_yet, "Fri 12:01"), tags(&not_stopped_yet, "Fri 13:30")), (0, 1));
    instance.state = InstanceState::Stopping;
    assert_eq!(tags(&Account::of(vec![instance.clone()]), "Fri 12:01"), 0);
    instance.state = InstanceState::Running;
    instance.launch_time = at("Fri 12:02");
    assert_eq!(tags(&Account::of(vec![instance]), "Fri 12:03"), 1, "started again: the run died before its last call");
}
