//! What cannot be stopped or started is held back with the reason.

use super::support::*;
use muster_core::cloud::{Database, Instance, Need};
use muster_core::lock::Lock;
use muster_core::plan::{Input, Options, follow_up};

const DEV: &[(&str, &str)] = &[("env", "dev")];

fn office(more: &str) -> muster_core::fleet::Fleet {
    schedules(&format!("  s: {{select: {{tags: {{env: dev}}}}, run: ['mon-fri 09:00-19:00']{more}}}\n"))
}

fn why(instance: Instance) -> String {
    let says = Account::of(vec![instance]).says(&office(""), "Mon 20:00");
    says.join("\n")
}

#[test]
fn instances() {
    let one = || running("i-1", "Mon 09:00", DEV);
    assert!(why(Instance { spot: true, ..one() }).contains("a one-time Spot instance cannot be stopped"));
    assert!(why(Instance { ebs_root: false, ..one() }).contains("its root is an instance store"));
    for (tag, words) in [
        ("aws:autoscaling:groupName", "an Auto Scaling group"),
        ("aws:eks:cluster-name", "an EKS node group"),
        ("eks:nodegroup-name", "an EKS node group"),
        ("AmazonECSManaged", "an ECS capacity provider"),
        ("karpenter.sh/nodepool", "a node pool of Karpenter's"),
    ] {
        let managed = running("i-1", "Mon 09:00", &[("env", "dev"), (tag, "x")]);
        assert!(why(managed).contains(&format!("held ec2/i-1: it belongs to {words}")), "{tag}");
    }
}

#[test]
fn databases() {
    let why = |database: Database| Account::with(Vec::new(), vec![database]).says(&office(""), "Mon 20:00").join("\n");
    let one = || database("app", "available", DEV);
    assert!(why(Database { replicas: vec!["copy".to_owned()], ..one() }).contains("RDS does not stop a replica or its source (copy)"));
    let sql = Database { multi_az: true, engine: "sqlserver-se".to_owned(), ..one() };
    assert!(why(sql).contains("RDS does not stop a Multi-AZ SQL Server"));
    assert_eq!(
        why(database("app", "backing-up", DEV)),
        "held rds/app: it is `backing-up`, and RDS stops only what is `available`; the first pass after that stops it"
    );
    assert!(why(database("app", "storage-optimization", DEV)).contains("while it optimizes its storage"));
    assert_eq!(why(database("app", "stopping", DEV)), "", "it is on its way");
}

/// It takes a call for each, so it is asked only of what would be stopped.
#[test]
fn stop_protection_is_asked_of_what_would_be_stopped_and_held_back() {
    let fleet = office("");
    let mut account = Account::of(vec![running("i-1", "Mon 09:00", DEV), running("i-2", "Mon 09:00", &[])]);
    let needs = |account: &Account, now: &str| {
        let snapshot = account.snapshot(now);
        let options = Options::default();
        follow_up(&Input { fleet: &fleet, lock: &Lock::default(), snapshot: &snapshot, now: at(now), options: &options }).0
    };
    let asked = needs(&account, "Mon 20:00");
    let wanted = Need::StopProtection(["i-1".to_owned()].into());
    assert!(asked[&place()].contains(&wanted), "{asked:?}");
    assert!(needs(&account, "Mon 10:00").is_empty(), "nothing is to be stopped");
    account.view.stop_protection.insert("i-1".to_owned(), false);
    assert!(needs(&account, "Mon 20:00").is_empty(), "asked once");
    assert_eq!(account.says(&fleet, "Mon 20:00"), ["stop ec2/i-1"]);
    account.view.stop_protection.insert("i-1".to_owned(), true);
    assert_eq!(
        account.says(&fleet, "Mon 20:00"),
        ["held ec2/i-1: it is protected from being stopped (`disableApiStop`); take that off in EC2, or leave it out of the `select`"]
    );
}

#[test]
fn hibernation_where_the_instance_can_and_a_stop_where_it_cannot() {
    let fleet = office(", hibernate: true");
    let step = |hibernation: bool| {
        let account = Account::of(vec![Instance { hibernation, ..running("i-1", "Mon 09:00", DEV) }]);
        let plan = account.plan(&fleet, "Mon 20:00");
        (only(&plan).action.as_str(), only(&plan).reason.clone())
    };
    assert_eq!(step(true), ("hibernate", "otherwise stopped, by schedule `s`; stopped instead where EC2 refuses".to_owned()));
    assert_eq!(step(false), ("stop", "otherwise stopped, by schedule `s`; stopped, since it was not launched to hibernate".to_owned()));
}

#[test]
fn what_was_hibernated_for_sixty_days_is_not_started() {
    let fleet = office("");
    let mut instance = stopped("i-1", "Mon 09:00", "Mon 19:00", DEV);
    instance.state_reason = Some("Client.UserInitiatedHibernate".to_owned());
    assert_eq!(Account::of(vec![instance.clone()]).says(&fleet, "Tue 09:00"), ["start ec2/i-1"]);
    instance.transition_reason = "User initiated (2026-09-17 10:00:00 GMT)".to_owned();
    assert_eq!(
        Account::of(vec![instance.clone()]).says(&fleet, "Tue 09:00"),
        ["held ec2/i-1: hibernated since Thu 2026-09-17 10:00 UTC, and EC2 keeps its memory for 60 days only; start it by hand, stop it, \
          and schedules go on"]
    );
    instance.state_reason = Some("Client.UserInitiatedShutdown".to_owned());
    assert_eq!(Account::of(vec![instance]).says(&fleet, "Tue 09:00"), ["start ec2/i-1"], "a plain stop lasts for ever");
}

#[test]
fn a_start_that_fell_back_is_tried_again_and_is_nobody_s() {
    let mut machine = stopped("i-1", "Mon 09:00", "Mon 09:01", &[("env", "dev")]);
    machine.state_reason = Some("Server.InternalError".to_owned());
    for rds in ["re-stop", "leave"] {
        let fleet =
            schedules(&format!("  s: {{select: {{tags: {{env: dev}}}}, run: ['mon-fri 09:00-19:00'], rds: {{auto-restart: {rds}}}}}\n"));
        let plan = Account::of(vec![machine.clone()]).plan(&fleet, "Mon 09:02");
        let reasons: Vec<&str> = plan.steps.iter().map(|step| step.reason.as_str()).collect();
        assert_eq!(reasons, ["run `mon-fri 09:00-19:00`, by schedule `s`"], "{rds}");
    }
}
