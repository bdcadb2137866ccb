//! Types with others to fall back to.

use muster_core::cloud::InstanceState;

use super::World;

const FARM: &str = "schedules:
  farm: {select: {tags: {tier: app}}, run: ['mon-fri 09:00-19:00'], sizes: [{in: 'mon-fri 09:00-12:00', types: [c7i.4xlarge, c7a.4xlarge]}, {else: c7i.large}]}
";
const APP: &str = "i-0ap00000000000001";

fn state(world: &World) -> (InstanceState, String) {
    let instance = world.instance(APP);
    (instance.state, instance.instance_type)
}

#[test]
fn a_start_falls_back_and_says_so() {
    let world = World::new(FARM);
    world.at("09:00");
    world.sandbox().capacity("c7i.4xlarge", false).expect("written");
    assert_eq!(world.pass(), [format!("start ec2/{APP}: done, as c7a.4xlarge: not c7i.4xlarge (InsufficientInstanceCapacity)")]);
    assert_eq!(state(&world), (InstanceState::Running, "c7a.4xlarge".to_owned()));
    assert!(world.plan().is_empty(), "a type of the list is right");
}

#[test]
fn a_start_without_any_capacity_fails_and_is_tried_again() {
    let world = World::new(FARM);
    world.at("09:00");
    for name in ["c7i.4xlarge", "c7a.4xlarge"] {
        world.sandbox().capacity(name, false).expect("written");
    }
    let done = world.pass();
    assert!(done[0].starts_with(&format!(
        "start ec2/{APP}: failed, none could be had of c7i.4xlarge (InsufficientInstanceCapacity), c7a.4xlarge \
         (InsufficientInstanceCapacity): "
    )));
    assert_eq!(state(&world).0, InstanceState::Stopped);
    world.sandbox().capacity("c7i.4xlarge", true).expect("written");
    assert_eq!(world.pass(), [format!("start ec2/{APP}: done")]);
    assert_eq!(state(&world), (InstanceState::Running, "c7i.4xlarge".to_owned()));
}

#[test]
fn sizes_change_while_it_runs() {
    let world = World::new(FARM);
    world.at("09:00");
    world.pass();
    world.at("12:00");
    assert_eq!(world.pass(), [format!("resize ec2/{APP}: done")]);
    assert_eq!(state(&world), (InstanceState::Running, "c7i.large".to_owned()));
    assert!(world.plan().is_empty());
    world.at("19:00");
    assert_eq!(world.pass(), [format!("stop ec2/{APP}: done")], "its own restart is no start by hand");
}

/// It comes back as what it was, fails with the reason, and is not stopped again at every pass.
#[test]
fn a_resize_without_capacity_goes_back_and_does_not_flap() {
    let world = World::new(&FARM.replace("{else: c7i.large}", "{else: r7i.large}"));
    world.at("09:00");
    world.pass();
    world.sandbox().capacity("r7i.large", false).expect("written");
    world.at("12:00");
    let done = world.pass();
    assert_eq!(done, [format!("resize ec2/{APP}: failed, as c7i.4xlarge: not r7i.large (InsufficientInstanceCapacity)")]);
    assert_eq!(state(&world), (InstanceState::Running, "c7i.4xlarge".to_owned()));
    assert!(world.plan().is_empty(), "it keeps what it has until the next size");
    assert!(world.held()[0].contains("it runs as c7i.4xlarge and not as r7i.large"), "{:?}", world.held());
}

#[test]
fn what_falls_back_to_stopped_for_want_of_capacity_takes_the_next_type() {
    use super::recorder::Recorder;
    use muster_core::cloud::{Change, IdRef};

    let world = World::new(FARM);
    world.at("09:00");
    let plan = world.plan();
    // Whoever runs out between the answer and the machine: EC2 took the start, and the machine fell back.
    fn fall_back(cloud: &Recorder) {
        cloud.sandbox.fall_back(APP, "Server.InsufficientInstanceCapacity").expect("written");
    }
    fall_back(&world.cloud);
    let outcome = world.apply(&plan, jiff::SignedDuration::ZERO);
    assert_eq!(super::words(&outcome.steps[0].status), "done, as c7a.4xlarge: not c7i.4xlarge (no capacity)");
    let starts = world.cloud.take("ec2:StartInstances");
    assert_eq!(starts[0].1, Change::StartInstances { ids: vec![IdRef::Id(APP.to_owned())] });
    assert_eq!((starts.len(), state(&world)), (2, (InstanceState::Running, "c7a.4xlarge".to_owned())));
}
