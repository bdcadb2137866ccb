//! Runs that die between the stop and the start of a machine they change: the next one finishes it.

use futures::executor::block_on;
use muster_core::apply::{self, Settings};
use muster_core::cloud::{Clock as _, InstanceState};
use muster_core::tags;
use muster_sandbox::{Faults, Sandbox};

use super::{World, fleet};

const APP: &str = "i-0ap00000000000001";

/// Applies the plan and dies after its n-th call; answers whether it did.
fn dies_after(world: &World, call: u64) -> bool {
    let plan = world.plan();
    let sandbox: &Sandbox = world.sandbox();
    sandbox.set_faults(Faults::none(7).killed_after(call));
    let settings = Settings { parallelism: 8, wait_db: jiff::SignedDuration::ZERO, stop: std::sync::Arc::default() };
    let done = block_on(sandbox.until_killed(apply::run(&world.cloud, sandbox, &plan, &settings, &mut |_| {})));
    sandbox.set_faults(Faults::none(7));
    done.is_none()
}

/// Two passes, by which everything is as it should be.
fn settle(world: &World) {
    for _ in 0..3 {
        block_on(world.sandbox().sleep(jiff::SignedDuration::from_secs(90)));
        world.pass();
    }
    assert!(world.plan().is_empty(), "{:#?}", world.plan().steps);
    assert!(world.held().iter().all(|line| !line.contains("by hand")), "{:?}", world.held());
}

#[test]
fn a_change_of_type_by_the_file() {
    let text = |name: &str| {
        format!(
            "users:\n  alice: {{ssh-from: [203.0.113.0/24], key: generate, type: {name}, schedule: day}}\nschedules:\n  day: {{run: ['mon-fri 09:00-19:00']}}\n"
        )
    };
    let mut deaths = 0;
    for call in 0.. {
        let mut world = World::new(&text("t3.small"));
        world.at("09:00");
        world.pass();
        world.at("10:00");
        world.fleet = fleet(&text("t3.medium"));
        if !dies_after(&world, call) {
            break;
        }
        deaths += 1;
        settle(&world);
        let view = world.view(muster_core::cloud::Need::Instances);
        let hers = view.instances.seen().iter().find(|instance| instance.key_name.is_some()).expect("hers");
        assert_eq!((hers.state, hers.instance_type.as_str()), (InstanceState::Running, "t3.medium"), "killed after call {call}");
        assert!(!hers.tags.contains_key(tags::RESUME_RUNNING), "killed after call {call}");
    }
    assert!(deaths >= 6, "mark, stop, reading, modify, start, unmark: {deaths}");
}

#[test]
fn a_change_of_type_by_schedule() {
    let text = "schedules:\n  farm: {select: {tags: {tier: app}}, run: ['mon-fri 09:00-19:00'], sizes: [{in: 'mon-fri 09:00-12:00', types: [c7i.4xlarge]}, {else: c7a.large}]}\n";
    let mut deaths = 0;
    for call in 0.. {
        let world = World::new(text);
        world.at("09:00");
        world.pass();
        world.at("12:00");
        if !dies_after(&world, call) {
            break;
        }
        deaths += 1;
        settle(&world);
        let machine = world.instance(APP);
        assert_eq!((machine.state, machine.instance_type.as_str()), (InstanceState::Running, "c7a.large"), "killed after call {call}");
        assert!(!machine.tags.contains_key(tags::RESUME_RUNNING), "killed after call {call}");
    }
    assert!(deaths >= 6, "{deaths}");
}

/// The window ends while it is stopped for the change: it stays stopped, and nothing looks like a start by hand.
#[test]
fn a_change_at_the_edge_leaves_it_stopped() {
    let text = |name: &str| {
        format!(
            "users:\n  alice: {{ssh-from: [203.0.113.0/24], key: generate, type: {name}, schedule: day}}\nschedules:\n  day: {{run: ['mon-fri 09:00-19:00']}}\n"
        )
    };
    let mut world = World::new(&text("t3.small"));
    world.at("09:00");
    world.pass();
    world.fleet = fleet(&text("t3.medium"));
    let instant: jiff::Timestamp = "2026-11-20T18:59:50+09:00".parse().expect("instant");
    world.sandbox().at(instant).expect("the clock moves");
    assert_eq!(world.pass(), ["update user/alice/instance: done, left stopped: the window it ran for has ended"]);
    assert!(world.plan().is_empty());
    assert!(world.held().is_empty(), "{:?}", world.held());
}
