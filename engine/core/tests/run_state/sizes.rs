//! `sizes`: the type by window.

use super::support::*;
use muster_core::cloud::{Change, Instance};
use muster_core::plan::{Op, Way};

const BUILD: &[(&str, &str)] = &[("role", "build")];

fn farm() -> muster_core::fleet::Fleet {
    schedules(
        "  farm: {select: {tags: {role: build}}, run: ['mon-fri 06:00-22:00'], \
         sizes: [{in: 'mon-fri 08:00-18:00', types: [c7i.4xlarge, c7a.4xlarge]}, {else: c7i.large}]}\n",
    )
}

fn of_type(instance: Instance, name: &str) -> Account {
    Account::of(vec![Instance { instance_type: name.to_owned(), ..instance }])
}

fn ways(ops: &[Op]) -> Vec<(String, usize, bool)> {
    let all = ops.iter().find_map(|op| match op {
        Op::FirstOf(ways) => Some(ways.clone()),
        _ => None,
    });
    all.unwrap_or_default().into_iter().map(|Way { name, changes, retreat }| (name, changes.len(), retreat)).collect()
}

fn way(name: &str, calls: usize, retreat: bool) -> (String, usize, bool) {
    (name.to_owned(), calls, retreat)
}

#[test]
fn a_start_takes_the_first_type_there_is_capacity_for() {
    let account = of_type(stopped("i-1", "Thu 18:00", "Thu 22:00", BUILD), "c7i.large");
    let plan = account.plan(&farm(), "Fri 08:00");
    let step = only(&plan);
    assert_eq!(step.action.as_str(), "start");
    assert_eq!(step.fields[0].to.as_deref(), Some("c7i.4xlarge (else c7a.4xlarge)"));
    assert_eq!(ways(&step.ops), [way("c7i.4xlarge", 2, false), way("c7a.4xlarge", 2, false)]);
    let same = of_type(stopped("i-1", "Thu 18:00", "Thu 22:00", BUILD), "c7i.4xlarge").plan(&farm(), "Fri 08:00");
    assert_eq!(ways(&only(&same).ops), [way("c7i.4xlarge", 1, false), way("c7a.4xlarge", 2, false)], "it is of the first type already");
    assert_eq!(only(&same).fields, []);
    let single = of_type(stopped("i-1", "Thu 18:00", "Thu 22:00", BUILD), "c7i.large").plan(&farm(), "Fri 06:00");
    assert!(only(&single).ops.iter().any(|op| matches!(op, Op::Do(Change::StartInstances { .. }))), "nothing to choose, a call to share");
}

#[test]
fn a_running_machine_is_resized_at_the_edge_and_has_a_way_back() {
    let account = of_type(running("i-1", "Fri 06:00", BUILD), "c7i.large");
    assert_eq!(account.says(&farm(), "Fri 07:59"), [""; 0]);
    let plan = account.plan(&farm(), "Fri 08:00");
    let step = only(&plan);
    assert_eq!(step.action.as_str(), "resize");
    assert!(step.is_run_state(), "not in the digest");
    assert_eq!(ways(&step.ops), [way("c7i.4xlarge", 2, false), way("c7a.4xlarge", 2, false), way("c7i.large", 2, true)]);
    assert_eq!(step.ops.len(), 7, "mark, stop, wait, not past the edge, a way, wait, unmark: {:#?}", step.ops);
    let fallback = of_type(running("i-1", "Fri 06:00", BUILD), "c7a.4xlarge");
    assert_eq!(fallback.says(&farm(), "Fri 09:00"), [""; 0], "a type of the list is right");
}

#[test]
fn what_was_started_in_this_window_of_sizes_stays_as_it_is() {
    let account = of_type(running("i-1", "Fri 08:05", BUILD), "c7i.large");
    let says = account.says(&farm(), "Fri 09:00");
    assert_eq!(
        says,
        ["held ec2/i-1: it runs as c7i.large and not as c7i.4xlarge or c7a.4xlarge: it was started so Fri 2026-11-20 08:05 KST \
          (23:05 UTC), which stands until the next size; `muster stop` and `start` try again"]
    );
    assert_eq!(account.says(&farm(), "Fri 18:00"), [""; 0]);
    let yesterday = of_type(running("i-1", "Thu 08:05", BUILD), "t3.small");
    assert_eq!(yesterday.says(&farm(), "Fri 09:00"), ["resize ec2/i-1"], "sizes changed in between");
}

#[test]
fn two_sizes_at_once_touch_nothing() {
    let text = "  farm: {select: {tags: {role: build}}, run: ['daily 06:00-22:00'], \
                sizes: [{in: 'daily 08:00-18:00', types: [c7i.4xlarge]}, {in: 'fri 09:00-10:00', types: [c7i.large]}]}\n";
    let fleet = schedules(text);
    let account = of_type(running("i-1", "Fri 06:00", BUILD), "t3.small");
    let says = account.says(&fleet, "Fri 09:30");
    assert_eq!(
        says,
        ["held ec2/i-1: two sizes at once: `daily 08:00-18:00` and `fri 09:00-10:00` hold together and want different ones \
          (fleet.yaml:5), so its type is not touched; let only one of them hold at a time"]
    );
    let stopped = of_type(stopped("i-1", "Thu 06:00", "Thu 22:00", BUILD), "t3.small");
    assert!(stopped.says(&fleet, "Fri 09:30")[0].starts_with("held ec2/i-1: two sizes at once"));
}

#[test]
fn another_architecture_is_never_tried() {
    let text = "  farm: {select: {tags: {role: build}}, run: ['daily 06:00-22:00'], sizes: [{in: 'daily 08:00-18:00', types: [c7g.large, c7i.large]}]}\n";
    let plan = of_type(running("i-1", "Fri 06:00", BUILD), "t3.small").plan(&schedules(text), "Fri 09:00");
    assert_eq!(ways(&only(&plan).ops), [way("c7i.large", 2, false), way("t3.small", 2, true)]);
    let none = text.replace(", c7i.large", "");
    let says = of_type(running("i-1", "Fri 06:00", BUILD), "t3.small").says(&schedules(&none), "Fri 09:00");
    assert_eq!(says, ["held ec2/i-1: it is x86_64, and none of c7g.large is; write types of its architecture"]);
}

#[test]
fn where_no_size_applies_an_own_machine_is_what_its_entry_says() {
    let text = "users:\n  alice: {ssh-from: [203.0.113.0/24], key: generate, type: t3.medium, schedule: s}\nschedules:\n  \
                s: {run: ['daily 06:00-22:00'], sizes: [{in: 'daily 08:00-18:00', types: [t3.large]}]}\n";
    let account = |name: &str, since: &str| {
        let instance = of_user(running("i-1", since, &[]), "alice");
        of_type(instance, name)
    };
    let of_alice = |account: &Account, now: &str| {
        let plan = account.plan(&fleet(text), now);
        let steps = plan.steps.into_iter().filter(|step| step.address.as_str() == "user/alice/instance");
        steps
            .map(|step| (step.action.as_str(), step.fields.first().and_then(|field| field.to.clone()).unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    assert_eq!(of_alice(&account("t3.large", "Fri 08:00"), "Fri 09:00"), [], "never an update of its settings");
    assert_eq!(of_alice(&account("t3.medium", "Fri 06:00"), "Fri 09:00"), [("resize", "t3.large".to_owned())]);
    assert_eq!(of_alice(&account("t3.large", "Fri 08:00"), "Fri 19:00"), [("resize", "t3.medium".to_owned())]);
}
