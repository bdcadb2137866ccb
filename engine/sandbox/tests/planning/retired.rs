//! An entry that was taken out of the file and is listed again.

use muster_core::apply::Status;
use muster_core::cloud::InstanceState;
use muster_core::plan::{Action, Options};

use crate::world::{PUBLIC, World, fleet};

const INSTANCE: &str = "user/alice/instance";
const DATABASE: &str = "database/app/instance";

fn text(listed: bool) -> String {
    let (alice, app) = if listed { ("  alice: {}\n", "  app: {}\n") } else { ("", "") };
    format!(
        "fleet: lms
timezone: Asia/Seoul
cloud: {{provider: sandbox}}
schedules: {{office: {{run: ['mon-fri 09:00-19:00']}}}}
users:
  defaults: {{ssh-from: [203.0.113.0/24], key: '{PUBLIC}', schedule: office}}
  bob: {{}}
{alice}databases:
  defaults: {{engine: mysql, version: '8.0', class: db.t4g.micro, storage: {{size: 20GiB}}, master-user: admin, schedule: office}}
  grades: {{}}
{app}"
    )
}

fn at(world: &World, instant: &str) {
    world.0.at(instant.parse().expect("an instant")).expect("the clock moves");
}

/// Retires alice and app at one instant and lists them again at another; one apply each.
fn listed_again(retired: &str, listed: &str) -> World {
    let world = World::with(&text(true));
    at(&world, "2026-11-23T00:30:00Z");
    world.settle(&fleet(&text(true)), &Options::default());
    at(&world, retired);
    let plan = world.done(&fleet(&text(false)), &Options::default());
    assert_eq!(plan.steps.iter().filter(|step| step.action == Action::Retire).count(), 2, "{:#?}", plan.steps);
    assert_eq!(world.instance(INSTANCE).state, InstanceState::Stopped);
    at(&world, listed);
    world.done(&fleet(&text(true)), &Options::default());
    let again = world.plan(&fleet(&text(true)), &Options::default());
    assert!(again.is_empty() && again.held.is_empty(), "{:#?} {:#?}", again.steps, again.held);
    world
}

fn states(world: &World) -> (InstanceState, String) {
    (world.instance(INSTANCE).state, world.database(DATABASE).state.0)
}

#[test]
fn what_was_retired_in_the_evening_runs_again_by_the_apply_that_lists_it_in_its_window() {
    let world = listed_again("2026-11-23T11:00:00Z", "2026-11-24T01:00:00Z");
    assert_eq!(states(&world), (InstanceState::Running, "available".to_owned()));
}

#[test]
fn the_stop_of_a_retirement_is_not_a_person_s() {
    let world = listed_again("2026-11-23T01:00:00Z", "2026-11-23T04:00:00Z");
    assert_eq!(states(&world), (InstanceState::Running, "available".to_owned()));
}

#[test]
fn what_is_listed_again_outside_its_window_stays_down() {
    let world = listed_again("2026-11-23T01:00:00Z", "2026-11-23T11:00:00Z");
    assert_eq!(states(&world), (InstanceState::Stopped, "stopped".to_owned()));
}

#[test]
fn a_start_that_fails_leaves_the_stop_the_retirement_s() {
    let world = World::with(&text(true));
    at(&world, "2026-11-23T00:30:00Z");
    world.settle(&fleet(&text(true)), &Options::default());
    at(&world, "2026-11-23T01:00:00Z");
    world.done(&fleet(&text(false)), &Options::default());
    at(&world, "2026-11-23T04:00:00Z");
    let machine_type = world.instance(INSTANCE).instance_type;
    world.0.capacity(&machine_type, false).expect("a type");
    let outcome = world.apply(&world.plan(&fleet(&text(true)), &Options::default()));
    assert!(outcome.steps.iter().any(|step| matches!(step.status, Status::Failed { .. })), "{outcome:#?}");
    world.0.capacity(&machine_type, true).expect("a type");
    world.settle(&fleet(&text(true)), &Options::default());
    assert_eq!(states(&world), (InstanceState::Running, "available".to_owned()));
}
