//! Failures are told once.

use super::{Town, fleet};

const CLASS: &str = "
schedules:
  class: {run: ['mon-fri 09:00-19:00'], select: {tags: {env: dev}}}
notify: {when: failure, to: [{sns: 'arn:aws:sns:ap-northeast-2:123456789012:ops'}]}
";

fn town() -> Town {
    let machines = ["id: i-0a, tags: {env: dev}", "id: i-0b, tags: {env: dev}"];
    Town::new(fleet(CLASS), "2026-11-20T10:30:00Z", &machines, &[])
}

#[test]
fn one_notice_for_each_schedule_until_something_else_fails() {
    let mut town = town();
    town.account.deny("ec2:StopInstances").expect("denied");
    let first = town.pass_at("2026-11-20T10:31:00Z");
    assert_eq!(first.failures.len(), 1, "{:?}", first.failures);
    assert_eq!(first.failures[0].title(), "[sandbox] 2 steps of schedule/class failed");
    assert!(first.failures[0].key.starts_with("lms/failure/schedule/class/2026-11-20T10:31:00Z/"), "{}", first.failures[0].key);
    assert!(town.pass_at("2026-11-20T10:32:00Z").failures.is_empty(), "the same again is not told");
    town.restart();
    assert!(town.pass_at("2026-11-20T10:33:00Z").failures.is_empty());
}

#[test]
fn what_fails_anew_after_it_was_well_is_told_anew() {
    let mut town = town();
    town.account.deny("ec2:StopInstances").expect("denied");
    let first = town.pass_at("2026-11-20T10:31:00Z").failures.remove(0);
    town.account.allow("ec2:StopInstances").expect("allowed");
    assert!(town.pass_at("2026-11-20T10:32:00Z").failures.is_empty());
    town.account.deny("ec2:StartInstances").expect("denied");
    let other = town.pass_at("2026-11-23T01:00:00Z").failures.remove(0);
    assert_ne!(first.key, other.key);
    town.account.allow("ec2:StartInstances").expect("allowed");
    assert!(town.pass_at("2026-11-23T01:05:00Z").failures.is_empty());
    town.account.deny("ec2:StopInstances").expect("denied");
    let again = town.pass_at("2026-11-23T10:31:00Z").failures.remove(0);
    assert_ne!(first.key, again.key, "a receiver that drops repeats must not drop this one");
}

#[test]
fn who_could_not_be_reached_is_told_by_a_later_pass_under_the_same_key() {
    let mut town = town();
    town.account.deny("ec2:StopInstances").expect("denied");
    town.deaf = true;
    let first = town.pass_at("2026-11-20T10:31:00Z").failures.remove(0);
    town.deaf = false;
    let second = town.pass_at("2026-11-20T10:32:00Z").failures.remove(0);
    assert_eq!(first.key, second.key);
    assert!(town.pass_at("2026-11-20T10:33:00Z").failures.is_empty());
}

#[test]
fn nobody_is_told_of_failures_when_the_section_leaves_them_out() {
    let text = CLASS.replace("when: failure", "when: before-stop");
    let mut town = Town::new(fleet(&text), "2026-11-20T10:30:00Z", &["id: i-0a, tags: {env: dev}"], &[]);
    town.account.deny("ec2:StopInstances").expect("denied");
    assert!(town.pass_at("2026-11-20T10:31:00Z").failures.is_empty());
}
