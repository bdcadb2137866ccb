//! What a person does to it behind muster's back.

use muster_core::cloud::{InstanceState, Need};
use muster_core::delivery::Action;
use muster_sandbox::SandboxError;

use super::world::{GROUP, OTHER, World, edge, instance};

const SEVEN: &str = "cron(0 19 ? * MON-FRI *)";

#[test]
fn a_disabled_schedule_lets_its_instant_pass() {
    let world = World::new();
    let name = world.stand(edge(instance(OTHER), Action::Stop, SEVEN));
    assert!(world.edges()[0].is_untouched());
    world.at("2026-11-20T12:00:00");
    world.sandbox.enable_edge(&name, false).expect("disabled");
    let standing = world.edges().remove(0);
    assert!(!standing.enabled && !standing.is_untouched() && standing.modified == world.now(), "{standing:?}");
    world.at("2026-11-20T20:00:00");
    assert_eq!(world.state(OTHER), InstanceState::Running);
    world.sandbox.enable_edge(&name, true).expect("enabled");
    assert!(world.edges()[0].enabled && !world.edges()[0].is_untouched(), "it was changed by hand");
    world.at("2026-11-23T20:00:00");
    assert_eq!(world.state(OTHER), InstanceState::Stopped);
}

#[test]
fn a_moved_schedule_fires_at_its_new_time() {
    let world = World::new();
    let name = world.stand(edge(instance(OTHER), Action::Stop, SEVEN));
    world.at("2026-11-20T12:00:00");
    world.sandbox.move_edge(&name, "cron(0 13 ? * MON-FRI *)").expect("moved");
    world.at("2026-11-20T13:01:00");
    assert_eq!((world.state(OTHER), world.edges()[0].is_untouched()), (InstanceState::Stopped, false));
    assert!(matches!(world.sandbox.move_edge(&name, "never"), Err(SandboxError::Refused(_))));
    assert!(matches!(world.sandbox.move_edge("none", SEVEN), Err(SandboxError::NotFound { .. })));
}

#[test]
fn whatever_stands_there_is_deleted_and_shown() {
    let world = World::new();
    let name = world.stand(edge(instance(OTHER), Action::Stop, SEVEN));
    let shown = || {
        let items = world.sandbox.show().expect("show").places.remove(0).items;
        let ours = items.into_iter().filter(|item| item.id.contains("muster") || item.id.contains("office") || item.id == "edges");
        ours.map(|item| format!("{} {} {}", item.kind.as_str(), item.id, item.text)).collect::<Vec<_>>()
    };
    assert_eq!(
        shown(),
        [
            "scheduler.group muster-lms 1 schedule".to_owned(),
            format!("scheduler.schedule {name} {SEVEN} Asia/Seoul"),
            "sqs.queue muster-lms-edges 0 messages".to_owned(),
            "iam.role edges /muster/lms/ap-northeast-2/".to_owned(),
        ]
    );
    world.sandbox.delete_delivery(&name).expect("the schedule");
    assert!(world.edges().is_empty());
    world.sandbox.delete_delivery("edges").expect("the role, with its policy");
    assert!(world.view(Need::Roles("/muster/lms/".to_owned())).roles.seen().is_empty());
    world.sandbox.delete_delivery("muster-lms-edges").expect("the queue");
    world.sandbox.delete_delivery(GROUP).expect("the group");
    assert_eq!((shown(), world.group()), (Vec::new(), None));
    assert!(matches!(world.sandbox.delete_delivery(GROUP), Err(SandboxError::NotFound { .. })));
}
