//! Databases that are changed while they are stopped, and their end.

use jiff::SignedDuration;
use muster_core::apply::Status;
use muster_core::cloud::{Change, Kind};
use muster_core::plan::{Destroy, Op, Options, Plan, StepNeed};
use muster_core::tags;

use crate::world::{World, calls, destroying, fleet, held, step};

const APP: &str = "database/app/instance";

/// A database of some class, and what else its entry says. The estate's clock stands on a Friday at 19:30 in Seoul.
fn with(class: &str, more: &str) -> String {
    format!(
        "fleet: lms
timezone: Asia/Seoul
cloud: {{provider: sandbox}}
schedules: {{office: {{run: ['mon-fri 09:00-19:00'], manual: enforce}}}}
databases:
  app: {{engine: mysql, version: '8.0', class: {class}, storage: {{size: 20GiB}}, master-user: admin, allow: [{{cidr: 10.0.0.0/16}}]{more}}}
"
    )
}

/// The account after the database was made and stopped by hand.
fn stopped(text: &str) -> World {
    let world = World::with(text);
    let name = world.database(APP).name;
    if world.database(APP).state.is_available() {
        world.0.stop(&name).expect("stopped");
        world.0.advance(SignedDuration::from_mins(10)).expect("the clock moves");
    }
    assert!(world.database(APP).state.is_stopped());
    world
}

#[test]
fn a_stopped_database_is_started_for_a_change_and_stopped_again() {
    let world = stopped(&with("db.t4g.micro", ", apply: now"));
    let bigger = fleet(&with("db.t4g.small", ", apply: now"));
    let plan = world.done(&bigger, &Options::default());
    let update = step(&plan, APP);
    let expected = ["rds:StartDBInstance", "…", "rds:ModifyDBInstance", "rds:AddTagsToResource", "…", "rds:StopDBInstance", "…"];
    assert_eq!(calls(update), expected);
    assert_eq!(update.needs, [StepNeed::Start]);
    assert_eq!(update.reason, "it is stopped: started for this, and stopped again");
    let after = world.database(APP);
    assert_eq!((after.class.as_str(), after.state.0.as_str()), ("db.t4g.small", "stopped"));
    assert!(world.plan(&bigger, &Options::default()).is_empty());
}

#[test]
fn a_change_that_waits_for_its_window_leaves_a_stopped_database_stopped() {
    let world = stopped(&with("db.t4g.micro", ""));
    let bigger = fleet(&with("db.t4g.small", ""));
    world.done(&bigger, &Options::default());
    let after = world.database(APP);
    assert_eq!((after.class.as_str(), after.state.0.as_str()), ("db.t4g.micro", "stopped"));
    let plan = world.plan(&bigger, &Options::default());
    assert!(plan.is_empty(), "{:#?}", plan.steps);
    assert!(held(&plan, APP)[0].starts_with("class db.t4g.small waits for its maintenance window"), "{:?}", plan.held);
}

#[test]
fn what_is_to_run_now_is_started_once_and_stays_up() {
    let world = World::with(&with("db.t4g.micro", ", apply: now, schedule: office"));
    assert!(world.database(APP).state.is_stopped(), "it is Friday evening");
    world.0.at("2026-11-23T01:00:00Z".parse().expect("Monday, 10:00 in Seoul")).expect("the clock moves");
    let bigger = fleet(&with("db.t4g.small", ", apply: now, schedule: office"));
    // RDS has woken it after seven days at the latest; by Monday it still sleeps.
    assert!(world.database(APP).state.is_stopped());
    let plan = world.done(&bigger, &Options::default());
    let update = step(&plan, APP);
    assert_eq!(calls(update), ["rds:StartDBInstance", "…", "rds:ModifyDBInstance", "rds:AddTagsToResource"]);
    assert_eq!(update.reason, "it is stopped: started for this, and left running, as it should be now");
    assert_eq!(plan.summary.start, 0, "the start is part of the change");
    world.0.advance(SignedDuration::from_mins(10)).expect("the clock moves");
    let after = world.database(APP);
    assert_eq!((after.class.as_str(), after.state.0.as_str()), ("db.t4g.small", "available"));
    assert!(world.plan(&bigger, &Options::default()).is_empty());
}

#[test]
fn what_is_to_be_stopped_now_is_stopped_after_its_change_came_through() {
    let world = World::with(&with("db.t4g.micro", ", apply: now"));
    let night = fleet(&with("db.t4g.small", ", apply: now, schedule: office"));
    let plan = world.done(&night, &Options::default());
    assert_eq!((plan.summary.update, plan.summary.stop), (1, 1), "{:#?}", plan.steps);
    let after = world.database(APP);
    assert_eq!((after.class.as_str(), after.state.0.as_str()), ("db.t4g.small", "stopped"));
}

#[test]
fn without_a_wait_a_stop_is_left_to_a_later_apply_rather_than_sent_into_a_change() {
    let world = World::with(&with("db.t4g.micro", ", apply: now"));
    let night = fleet(&with("db.t4g.small", ", apply: now, schedule: office"));
    let plan = world.plan(&night, &Options::default());
    let outcome = world.apply_waiting(&plan, SignedDuration::ZERO);
    assert!(outcome.steps.iter().all(|step| matches!(step.status, Status::Done { .. })), "{outcome:#?}");
    world.0.advance(SignedDuration::from_mins(10)).expect("the clock moves");
    world.settle(&night, &Options::default());
    assert!(world.database(APP).state.is_stopped());
}

#[test]
fn a_database_that_rds_is_busy_with_is_held_with_its_state() {
    let world = World::with(&with("db.t4g.micro", ", apply: now"));
    world.done(&fleet(&with("db.t4g.small", ", apply: now")), &Options::default());
    assert_eq!(world.database(APP).state.0, "modifying");
    let plan = world.plan(&fleet(&with("db.t4g.medium", ", apply: now")), &Options::default());
    assert!(plan.is_empty(), "{:#?}", plan.steps);
    assert_eq!(held(&plan, APP), ["class would change, but it is modifying; the change is planned when it is available again"]);
}

fn end(snapshots: bool) -> Options {
    Options { destroy: Some(Destroy { snapshots }), ..destroying() }
}

/// Name and tags of every snapshot of a database.
fn kept(world: &World) -> Vec<(String, tags::Tags)> {
    world.items(Kind::DbSnapshot).into_iter().map(|item| (item.id, item.tags)).collect()
}

fn snapshot_name(plan: &Plan) -> String {
    let name = |op: &Op| match op {
        Op::Do(Change::CreateDbSnapshot { name, .. }) => Some(name.clone()),
        _ => None,
    };
    step(plan, APP).ops.iter().find_map(name).expect("a snapshot")
}

#[test]
fn the_last_snapshot_is_complete_and_tagged_before_anything_is_deleted() {
    for (text, first) in
        [(with("db.t4g.micro", ""), None), (with("db.t4g.micro", ", deletion-protection: true"), Some("rds:ModifyDBInstance"))]
    {
        let world = stopped(&text);
        let plan = world.done(&fleet(&text), &end(true));
        let mut expected = vec!["rds:StartDBInstance", "…"];
        expected.extend(first.into_iter().flat_map(|call| [call, "…"]));
        expected.extend(["rds:CreateDBSnapshot", "…", "rds:DeleteDBInstance", "…"]);
        assert_eq!(calls(step(&plan, APP)), expected);
        assert_eq!(step(&plan, APP).needs, [StepNeed::Snapshot, StepNeed::Start]);
        let mark = [("muster:snapshot-of".to_owned(), APP.to_owned())].into();
        assert_eq!(kept(&world), [(snapshot_name(&plan), mark)]);
    }
}

#[test]
fn wherever_a_delete_dies_its_snapshots_say_what_they_are_of() {
    let text = with("db.t4g.micro", "");
    for calls in 0.. {
        let world = World::with(&text);
        if !world.killed_after(calls, &fleet(&text), &end(true)) {
            assert!(calls > 20, "it died nowhere");
            return;
        }
        let marked = |world: &World| kept(world).iter().all(|(_, tags)| tags.get(tags::SNAPSHOT_OF).is_some_and(|of| of == APP));
        assert!(marked(&world), "killed after call {calls}: {:?}", kept(&world));
        world.0.advance(SignedDuration::from_mins(20)).expect("the clock moves");
        world.settle(&fleet(&text), &end(true));
        assert!(marked(&world) && matches!(kept(&world).len(), 1 | 2), "killed after call {calls}: {:?}", kept(&world));
    }
}

#[test]
fn a_database_that_lived_on_after_its_last_snapshot_has_another_before_it_goes() {
    let text = with("db.t4g.micro", "");
    let world = World::with(&text);
    world.0.deny("rds:DeleteDBInstance").expect("denied");
    let refused = world.plan(&fleet(&text), &end(true));
    world.apply(&refused);
    assert_eq!(kept(&world).len(), 1);
    world.0.allow("rds:DeleteDBInstance").expect("allowed");
    world.0.advance(SignedDuration::from_hours(2)).expect("the clock moves");
    let last = world.done(&fleet(&text), &end(true));
    assert_ne!(snapshot_name(&last), snapshot_name(&refused), "on the same day");
    let names: Vec<String> = kept(&world).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&snapshot_name(&last)), "{names:?}");
}

#[test]
fn a_database_made_anew_under_its_name_has_a_last_snapshot_of_its_own() {
    let text = with("db.t4g.micro", "");
    let world = World::with(&text);
    world.settle(&fleet(&text), &end(true));
    world.settle(&fleet(&text), &Options::default());
    world.settle(&fleet(&text), &end(true));
    assert_eq!(kept(&world).len(), 2, "on one day: {:?}", kept(&world));
}

#[test]
fn no_snapshot_is_taken_where_none_is_wanted() {
    for (more, snapshots) in [("", false), (", final-snapshot: false", true)] {
        let text = with("db.t4g.micro", more);
        let world = stopped(&text);
        let plan = world.done(&fleet(&text), &end(snapshots));
        assert_eq!(calls(step(&plan, APP)), ["rds:DeleteDBInstance", "…"], "it stays stopped");
        assert_eq!(step(&plan, APP).needs, []);
        assert_eq!(kept(&world), []);
    }
}
