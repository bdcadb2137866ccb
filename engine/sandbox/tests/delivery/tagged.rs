//! Targets that are found by tag when they fire.

use std::collections::BTreeSet;

use muster_core::cloud::{Change, InstanceState};
use muster_core::delivery::{Action, Service, Target};

use super::world::{APP, EVERYTHING, GROUP, OTHER, WEB, World, edge, trust};

fn dev(service: Service) -> Target {
    Target::Tagged { service, key: "env".to_owned(), values: BTreeSet::from(["dev".to_owned(), "qa".to_owned()]) }
}

fn office(world: &World) {
    for service in [Service::Ec2, Service::Rds] {
        world.stand(edge(dev(service), Action::Start, "cron(0 9 ? * MON-FRI *)"));
        world.stand(edge(dev(service), Action::Stop, "cron(0 19 ? * MON-FRI *)"));
    }
}

#[test]
fn whatever_carries_the_tag_then_is_meant() {
    let world = World::new();
    office(&world);
    world.at("2026-11-20T09:10:00");
    assert_eq!([APP, WEB].map(|id| world.state(id)), [InstanceState::Running; 2]);
    assert!(world.database().state.is_available());
    world.sandbox.set_tag(OTHER, "env", "qa").expect("tagged");
    world.sandbox.set_tag(WEB, "env", "prod").expect("tagged");
    world.at("2026-11-20T19:10:00");
    assert_eq!([APP, WEB, OTHER].map(|id| world.state(id)), [InstanceState::Stopped, InstanceState::Running, InstanceState::Stopped]);
    assert_eq!((world.database().state.0.as_str(), world.queue().waiting), ("stopped", 0));
}

#[test]
fn one_that_fails_leaves_none_out() {
    let world = World::new();
    office(&world);
    world.sandbox.capacity("c7i.large", false).expect("none");
    world.at("2026-11-20T10:00:00");
    assert_eq!([APP, WEB].map(|id| world.state(id)), [InstanceState::Stopped, InstanceState::Running]);
    assert_eq!(world.queue().waiting, 0, "EventBridge has delivered; the runbook says what failed");
}

#[test]
fn the_role_must_be_handed_on_and_be_assumed_by_systems_manager() {
    let without = |action: &str| EVERYTHING.iter().copied().filter(|known| *known != action).collect::<Vec<_>>();
    for (action, waiting) in [("iam:PassRole", 2), ("ssm:StartAutomationExecution", 2), ("tag:GetResources", 0)] {
        let world = World::new();
        office(&world);
        world.allow(&without(action));
        world.at("2026-11-20T10:00:00");
        assert_eq!((world.state(APP), world.queue().waiting), (InstanceState::Stopped, waiting), "without {action}");
    }
    let world = World::new();
    office(&world);
    let only_eventbridge = trust(GROUP).replace("ssm.amazonaws.com", "lambda.amazonaws.com");
    world.done(&Change::SetRoleTrust { name: "edges".to_owned(), trust: only_eventbridge });
    world.at("2026-11-20T10:00:00");
    assert_eq!((world.state(APP), world.queue().waiting), (InstanceState::Stopped, 0));
}
