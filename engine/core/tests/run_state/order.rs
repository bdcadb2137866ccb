//! `after`: starts behind another schedule, stops before it.

use super::support::*;
use muster_core::cloud::IdRef;
use muster_core::plan::{Await, Op, Options};

const DB: &[(&str, &str)] = &[("tier", "db")];
const APP: &[(&str, &str)] = &[("tier", "app")];
const WEB: &[(&str, &str)] = &[("tier", "web")];

fn tiers(ready: bool) -> muster_core::fleet::Fleet {
    schedules(&format!(
        "  db: {{select: {{tags: {{tier: db}}}}, run: ['mon-fri 09:00-19:00'], manual: enforce}}\n  \
           app: {{select: {{tags: {{tier: app}}}}, run: ['mon-fri 09:00-19:00'], manual: enforce, after: [{{schedule: db, ready: {ready}}}]}}\n  \
           web: {{select: {{tags: {{tier: web}}}}, run: ['mon-fri 09:00-19:00'], manual: enforce, after: [{{schedule: app}}]}}\n"
    ))
}

fn night(database_state: &str) -> Account {
    let instances = vec![stopped("i-app", "Thu 09:00", "Thu 19:00", APP), stopped("i-web", "Thu 09:00", "Thu 19:00", WEB)];
    Account::with(instances, vec![database("app", database_state, DB)])
        .events(vec![event("app", "Thu 09:00", true), event("app", "Thu 19:00", false)])
}

fn follows(account: &Account, fleet: &muster_core::fleet::Fleet, now: &str) -> Vec<(String, Vec<String>)> {
    let plan = account.plan(fleet, now);
    let names = |step: &muster_core::plan::Step| step.follows.iter().map(|(_, address)| address.to_string()).collect();
    plan.steps.iter().map(|step| (step.address.to_string(), names(step))).collect()
}

fn owned(lines: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    lines.iter().map(|(name, all)| ((*name).to_owned(), all.iter().map(|one| (*one).to_owned()).collect())).collect()
}

#[test]
fn starts_follow_and_stops_go_ahead() {
    let fleet = tiers(false);
    let wanted = owned(&[("ec2/i-app", &["rds/app"]), ("ec2/i-web", &["ec2/i-app"]), ("rds/app", &[])]);
    assert_eq!(follows(&night("stopped"), &fleet, "Fri 09:00"), wanted);
    let day =
        Account::with(vec![running("i-app", "Fri 09:00", APP), running("i-web", "Fri 09:00", WEB)], vec![database("app", "available", DB)])
            .events(vec![event("app", "Fri 09:00", true)]);
    let wanted = owned(&[("ec2/i-app", &["ec2/i-web"]), ("ec2/i-web", &[]), ("rds/app", &["ec2/i-app"])]);
    assert_eq!(follows(&day, &fleet, "Fri 19:00"), wanted);
}

#[test]
fn ready_waits_for_the_state_that_means_it() {
    let first = |account: &Account, ready: bool, address: &str| {
        let plan = account.plan(&tiers(ready), "Fri 09:00");
        plan.steps.iter().find(|step| step.address.as_str() == address).unwrap().ops[0].clone()
    };
    let wanted = Op::AwaitAll(vec![(place(), Await::DbAvailable("app".to_owned()))]);
    assert_eq!(first(&night("stopped"), true, "ec2/i-app"), wanted);
    assert_eq!(first(&night("starting"), true, "ec2/i-app"), wanted, "another run has begun to start it");
    assert!(matches!(first(&night("stopped"), false, "ec2/i-app"), Op::Do(_)));
    assert!(matches!(first(&night("available"), true, "ec2/i-app"), Op::Do(_)), "what is available is ready");
    let on_app = schedules(
        "  app: {select: {tags: {tier: app}}, run: ['daily 09:00-19:00']}\n  \
           web: {select: {tags: {tier: web}}, run: ['daily 09:00-19:00'], after: [{schedule: app, ready: true}]}\n",
    );
    let account = Account::of(vec![running("i-app", "Fri 09:00", APP), stopped("i-web", "Thu 09:00", "Thu 19:00", WEB)]);
    let plan = account.plan(&on_app, "Fri 09:01");
    assert_eq!(only(&plan).ops[0], Op::AwaitAll(vec![(place(), Await::Checked(IdRef::Id("i-app".to_owned())))]));
}

#[test]
fn what_is_not_up_and_will_not_be_holds_back_all_that_comes_after() {
    let mut account = night("stopped");
    let replica = vec![muster_core::cloud::Database { replicas: vec!["copy".to_owned()], ..database("app", "stopped", DB) }];
    account.view.databases = muster_core::cloud::Listing::Complete(replica);
    assert_eq!(
        account.says(&tiers(true), "Fri 09:00"),
        [
            "held ec2/i-app: waits for rds/app of schedule `db` (fleet.yaml:6): it is stopped; RDS does not stop a replica or its source (copy)",
            "held ec2/i-web: waits for ec2/i-app of schedule `app` (fleet.yaml:7): it is stopped; waits for rds/app of schedule `db` \
             (fleet.yaml:6): it is stopped; RDS does not stop a replica or its source (copy)",
            "held rds/app: RDS does not stop a replica or its source (copy)",
        ]
    );
}

#[test]
fn what_its_own_schedule_wants_stopped_holds_back_too() {
    let fleet = schedules(
        "  db: {select: {tags: {tier: db}}, run: ['mon-fri 12:00-19:00']}\n  \
           app: {select: {tags: {tier: app}}, run: ['mon-fri 09:00-19:00'], after: [{schedule: db}]}\n",
    );
    let account = Account::with(vec![stopped("i-app", "Thu 09:00", "Thu 19:00", APP)], vec![database("app", "stopped", DB)]);
    assert_eq!(
        account.says(&fleet, "Fri 09:00"),
        ["held ec2/i-app: waits for rds/app of schedule `db` (fleet.yaml:6): it is stopped (otherwise stopped)"]
    );
}

#[test]
fn what_only_leaves_out_is_not_started_by_this_plan() {
    let options = Options { only: vec!["ec2/i-app".to_owned()], ..Options::default() };
    let plan = night("stopped").plan_with(&tiers(true), "Fri 09:00", &options);
    assert_eq!(plan.steps, []);
    assert!(plan.held[0].why.ends_with("it is stopped, and `--only` leaves its start out"), "{:?}", plan.held);
}
