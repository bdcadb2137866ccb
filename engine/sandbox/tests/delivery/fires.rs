//! What a schedule does at its instant, and what becomes of it when it cannot.

use jiff::SignedDuration;
use muster_core::cloud::{Change, InstanceState, Need};
use muster_core::delivery::{Action, EdgeSpec, Target};

use super::world::{APP, EVERYTHING, GROUP, OTHER, WEB, World, edge, instance, seoul, trust};

const NINE: &str = "cron(0 9 ? * MON-FRI *)";
const SEVEN: &str = "cron(0 19 ? * MON-FRI *)";

#[test]
fn it_starts_and_stops_as_a_call_does() {
    let world = World::new();
    world.stand(edge(instance(APP), Action::Start, NINE));
    world.stand(edge(instance(APP), Action::Stop, SEVEN));
    world.at("2026-11-20T08:59:59");
    assert_eq!(world.state(APP), InstanceState::Stopped);
    world.at("2026-11-20T09:00:00");
    assert_eq!((world.state(APP), world.instance(APP).launch_time), (InstanceState::Pending, seoul("2026-11-20T09:00:00")));
    world.at("2026-11-20T19:30:00");
    let app = world.instance(APP);
    assert_eq!(app.state, InstanceState::Stopped);
    assert_eq!(app.transition_reason, "User initiated (2026-11-20 10:00:00 GMT)");
    world.at("2026-11-23T08:00:00");
    assert_eq!(world.instance(APP).launch_time, seoul("2026-11-20T09:00:00"), "no start on a weekend");
    world.at("2026-11-24T03:00:00");
    assert_eq!(world.instance(APP).transition_reason, "User initiated (2026-11-23 10:00:00 GMT)", "many firings in one step");
    assert_eq!(world.queue().waiting, 0);
}

#[test]
fn hibernation_databases_and_clusters_are_called_too() {
    let world = World::new();
    world.stand(edge(instance(WEB), Action::Start, NINE));
    world.stand(edge(Target::Instance { id: WEB.to_owned(), hibernate: true }, Action::Stop, SEVEN));
    world.stand(edge(Target::Database { id: "shop".to_owned() }, Action::Start, NINE));
    world.stand(edge(Target::Cluster { id: "main".to_owned() }, Action::Stop, SEVEN));
    world.at("2026-11-20T09:01:00");
    assert_eq!(world.database().state.0, "starting");
    world.at("2026-11-20T19:01:00");
    assert_eq!(world.instance(WEB).state_reason.as_deref(), Some("Client.UserInitiatedHibernate"));
    assert_eq!(world.view(Need::DbClusters).clusters.seen()[0].state.0, "stopping");
    assert!(world.database().state.is_available() && world.queue().waiting == 0);
}

#[test]
fn one_bad_id_fails_alone() {
    let world = World::new();
    world.stand(edge(instance("i-0fffffffffffffff0"), Action::Stop, SEVEN));
    world.stand(edge(instance(OTHER), Action::Stop, SEVEN));
    world.at("2026-11-20T19:00:30");
    assert_eq!((world.state(OTHER), world.queue().waiting), (InstanceState::Stopping, 0));
    world.at("2026-11-20T19:09:59");
    assert_eq!(world.queue().waiting, 0, "it is tried for ten minutes");
    world.at("2026-11-20T19:11:00");
    assert_eq!((world.state(OTHER), world.queue().waiting), (InstanceState::Stopped, 1));
    world.at("2026-11-23T19:11:00");
    assert_eq!(world.queue().waiting, 2, "one more each day, and none at the weekend");
    world.at("2026-12-05T00:00:00");
    assert_eq!(world.queue().waiting, 10, "a message is kept for 14 days: ten working days");
}

#[test]
fn what_ends_within_ten_minutes_is_outlived_and_a_later_start_is_not_sent() {
    for (minutes, state, waiting) in [(6, InstanceState::Running, 0), (15, InstanceState::Stopped, 1)] {
        let world = World::new();
        world.stand(edge(instance(APP), Action::Start, NINE));
        world.sandbox.capacity("c7i.large", false).expect("none");
        world.at("2026-11-20T09:00:00");
        world.sandbox.advance(SignedDuration::from_mins(minutes)).expect("the clock moves");
        world.sandbox.capacity("c7i.large", true).expect("some");
        world.at("2026-11-20T10:00:00");
        assert_eq!((world.state(APP), world.queue().waiting), (state, waiting), "capacity after {minutes} minutes");
    }
}

#[test]
fn a_role_that_may_not_does_not() {
    let without = |action: &str| EVERYTHING.iter().copied().filter(|known| *known != action).collect::<Vec<_>>();
    let world = World::new();
    world.stand(edge(instance(OTHER), Action::Stop, SEVEN));
    world.allow(&without("ec2:StopInstances"));
    world.at("2026-11-20T20:00:00");
    assert_eq!((world.state(OTHER), world.queue().waiting), (InstanceState::Running, 1));
    world.done(&Change::SetRoleTrust { name: "edges".to_owned(), trust: trust("muster-lms-2") });
    world.allow(&EVERYTHING);
    world.at("2026-11-23T20:00:00");
    assert_eq!((world.state(OTHER), world.queue().waiting), (InstanceState::Running, 1), "who cannot assume the role cannot send either");
    world.done(&Change::SetRoleTrust { name: "edges".to_owned(), trust: trust(GROUP) });
    world.at("2026-11-24T20:00:00");
    assert_eq!(world.state(OTHER), InstanceState::Stopped, "right again, it works again");
}

#[test]
fn conditions_on_tags_are_read_when_it_fires() {
    let world = World::new();
    let policy = r#"{"Statement":[{"Effect":"Allow","Action":["ec2:StopInstances"],
        "Resource":["arn:aws:ec2:ap-northeast-2:123456789012:instance/*"],
        "Condition":{"StringEquals":{"aws:ResourceTag/env":["prod"]},"Null":{"aws:ResourceTag/muster:fleet":["true"]}}}]}"#;
    world.done(&Change::PutRolePolicy { role: "edges".to_owned(), policy: policy.to_owned() });
    world.stand(edge(instance(OTHER), Action::Stop, SEVEN));
    world.sandbox.set_tag(OTHER, "env", "qa").expect("tagged");
    world.at("2026-11-20T20:00:00");
    assert_eq!(world.state(OTHER), InstanceState::Running);
    world.sandbox.set_tag(OTHER, "env", "prod").expect("tagged");
    world.at("2026-11-23T20:00:00");
    assert_eq!(world.state(OTHER), InstanceState::Stopped);
}

#[test]
fn it_goes_after_its_last_firing() {
    let world = World::new();
    world.stand(edge(instance(OTHER), Action::Stop, "at(2026-11-20T19:00:00)"));
    let until = EdgeSpec { end: Some(seoul("2026-11-24T12:00:00")), delete_after: true, ..edge(instance(APP), Action::Start, NINE) };
    world.stand(until);
    world.stand(edge(instance("i-0fffffffffffffff0"), Action::Stop, "at(2026-11-20T19:00:00)"));
    let standing = || world.edges().len();
    world.at("2026-11-20T19:00:00");
    assert_eq!(standing(), 3);
    world.at("2026-11-20T19:02:00");
    assert_eq!(standing(), 2, "it has fired");
    world.at("2026-11-20T19:12:00");
    assert_eq!((standing(), world.queue().waiting), (1, 1), "it was given up");
    world.at("2026-11-24T08:00:00");
    assert_eq!(standing(), 1);
    world.at("2026-11-24T09:02:00");
    assert_eq!(standing(), 0, "none is left before its end");
}

/// RDS refuses to stop what is stopped, where EC2 says yes: in EventBridge that is an edge which could not be delivered.
#[test]
fn a_database_that_is_so_already_counts_as_not_delivered() {
    let world = World::new();
    world.stand(edge(Target::Database { id: "shop".to_owned() }, Action::Stop, SEVEN));
    world.stand(edge(instance(APP), Action::Stop, SEVEN));
    world.at("2026-11-20T20:00:00");
    assert_eq!((world.database().state.0.as_str(), world.queue().waiting), ("stopped", 1));
}

/// A start that comes late is no start by hand, and neither is a late stop.
#[test]
fn it_comes_within_a_minute() {
    let late = muster_sandbox::Faults { late_schedules: Some(SignedDuration::from_secs(59)), ..muster_sandbox::Faults::none(3) };
    let world = World::with(late);
    let daily = "cron(0 9 * * ? *)";
    world.stand(edge(instance(APP), Action::Start, daily));
    world.stand(edge(instance(APP), Action::Stop, "cron(0 10 * * ? *)"));
    let mut lateness = Vec::new();
    for day in 20..30 {
        world.at(&format!("2026-11-{day}T09:30:00"));
        lateness.push(world.instance(APP).launch_time.duration_since(seoul(&format!("2026-11-{day}T09:00:00"))).as_secs());
    }
    assert!(lateness.iter().all(|seconds| (0..60).contains(seconds)), "{lateness:?}");
    lateness.sort_unstable();
    lateness.dedup();
    assert!(lateness.len() > 4, "{lateness:?}");
}
