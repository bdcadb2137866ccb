//! The last snapshot of a root volume: taken anew when the machine lived on, and once when a run is repeated at once.

use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::{Clock as _, Need, SNAPSHOT_REUSE};
use muster_core::plan::{Destroy, Options};

use crate::world::{PUBLIC, World, destroying, fleet};

const TERMINATE: &str = "ec2:TerminateInstances";

fn text() -> String {
    format!("fleet: lms\ncloud: {{provider: sandbox}}\nusers:\n  alice: {{ssh-from: [203.0.113.0/24], key: '{PUBLIC}'}}\n")
}

fn end() -> Options {
    Options { destroy: Some(Destroy { snapshots: true }), ..destroying() }
}

/// When each kept snapshot was begun, oldest first.
fn begun(world: &World) -> Vec<Timestamp> {
    let view = world.view(Need::KeptSnapshots);
    let mut all: Vec<Timestamp> = view.kept_snapshots.seen().iter().filter_map(|kept| kept.created).collect();
    all.sort();
    all
}

/// Every snapshot after a destroy that was refused at its end, and another so much later.
fn destroyed_again_after(pause: SignedDuration) -> (Timestamp, Vec<Timestamp>) {
    let (world, fleet) = (World::with(&text()), fleet(&text()));
    world.0.deny(TERMINATE).expect("denied");
    world.apply(&world.plan(&fleet, &end()));
    assert_eq!(begun(&world).len(), 1, "the machine lives on, and has a snapshot");
    world.0.allow(TERMINATE).expect("allowed");
    world.0.advance(pause).expect("the clock moves");
    let again = world.0.now();
    world.settle(&fleet, &end());
    (again, begun(&world))
}

#[test]
fn a_machine_that_lived_on_is_not_deleted_on_an_old_snapshot() {
    for pause in [SNAPSHOT_REUSE + SignedDuration::from_secs(1), SignedDuration::from_hours(3)] {
        let (again, begun) = destroyed_again_after(pause);
        assert_eq!(begun.len(), 2, "after {pause}: {begun:?}");
        assert!(begun[1] >= again, "the last one holds what was written in between: {begun:?}, {again}");
    }
}

#[test]
fn a_destroy_that_is_repeated_at_once_takes_no_second_snapshot() {
    assert_eq!(destroyed_again_after(SignedDuration::from_mins(1)).1.len(), 1);
}

#[test]
fn wherever_a_destroy_dies_a_repeated_one_ends_with_one_snapshot() {
    for calls in 0.. {
        let (world, fleet) = (World::with(&text()), fleet(&text()));
        if !world.killed_after(calls, &fleet, &end()) {
            assert!(calls > 10, "it died nowhere");
            return;
        }
        world.settle(&fleet, &end());
        assert_eq!(begun(&world).len(), 1, "killed after call {calls}");
    }
}
