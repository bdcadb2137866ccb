//! Clusters, and what only databases have: snapshots, maintenance windows, the start after seven days.

use jiff::SignedDuration;
use muster_core::cloud::{Change, Need};
use muster_core::plan::{Action, Cause, Op};
use muster_core::tags::{SNAPSHOT_OF, Tags};

use super::{World, at, held, lines, step};

const PLAIN: &str = "  office: {select: {services: [rds], tags: {env: dev}}, run: ['mon-fri 08:45-19:15']}\n";
const FULL: &str = "  office:
    select: {services: [rds], tags: {team: api}}
    run: ['mon-fri 08:45-19:15']
    rds: {maintenance: honour, snapshot: {before-stop: true, keep: 3}, auto-restart: re-stop}
";

fn state(world: &World, name: &str) -> String {
    let view = world.view(Need::DatabaseByName(name.to_owned()));
    view.databases.seen()[0].state.0.clone()
}

#[test]
fn a_cluster_stops_and_starts_as_a_whole() {
    let world = World::new(PLAIN);
    let night = world.pass_at("2026-11-20T10:15:00Z");
    assert_eq!(lines(&night), ["stop rds-cluster/catalogue", "stop rds/reports"], "two members are one step");
    let why = held(&night, "rds-cluster/sessions");
    assert!(why.contains("global database sessions-world"), "{why}");
    assert!(held(&night, "rds/orders").contains("does not stop a replica or its source (orders-replica)"));
    assert_eq!(night.held.len(), 2, "members are not spoken of: {:#?}", night.held);
    assert_eq!((state(&world, "catalogue-1"), state(&world, "catalogue-2")), ("stopped".to_owned(), "stopped".to_owned()));
    let monday = world.pass_at("2026-11-22T23:45:00Z");
    assert_eq!(lines(&monday), ["start rds-cluster/catalogue", "start rds/reports"]);
    assert_eq!((state(&world, "catalogue-1"), state(&world, "reports")), ("available".to_owned(), "available".to_owned()));
}

#[test]
fn a_member_s_tag_selects_its_cluster_and_the_plan_says_so() {
    let world = World::new("  one: {select: {services: [rds], tags: {only: members}}, run: ['mon-fri 08:45-19:15']}\n");
    world.sandbox.set_tag("catalogue-2", "only", "members").expect("tagged");
    let plan = world.pass_at("2026-11-20T10:15:00Z");
    assert_eq!(lines(&plan), ["stop rds-cluster/catalogue"]);
    assert!(
        plan.notes.iter().any(|note| note.contains("rds-cluster/catalogue: selected by the tags of its member catalogue-2")),
        "{:?}",
        plan.notes
    );
}

#[test]
fn a_person_s_start_of_a_cluster_stands_until_the_next_edge() {
    let world = World::new(PLAIN);
    world.pass_at("2026-11-20T10:15:00Z");
    world.sandbox.start("catalogue").expect("started by hand");
    world.sandbox.advance(SignedDuration::from_mins(10)).expect("the clock moves");
    let plan = world.plan();
    let why = held(&plan, "rds-cluster/catalogue");
    assert!(plan.is_empty() && why.contains("started by hand") && why.contains("Mon 2026-11-23 08:45 KST"), "{why}");
    world.pass_at("2026-11-22T23:45:00Z");
    assert!(lines(&world.pass_at("2026-11-23T10:15:00Z")).contains(&"stop rds-cluster/catalogue".to_owned()));
}

#[test]
fn a_database_whose_events_cannot_be_read_is_left_alone() {
    let world = World::new(PLAIN);
    world.pass_at("2026-11-20T10:15:00Z");
    world.sandbox.start("reports").expect("started by hand");
    world.sandbox.advance(SignedDuration::from_mins(10)).expect("the clock moves");
    world.sandbox.deny("rds:DescribeEvents").expect("denied");
    let plan = world.plan();
    assert!(plan.is_empty() && held(&plan, "rds/reports").contains("its events could not be read"), "{:?} {:#?}", lines(&plan), plan.held);
    world.sandbox.allow("rds:DescribeEvents").expect("allowed");
    assert!(held(&world.plan(), "rds/reports").contains("started by hand"));
}

#[test]
fn what_comes_after_databases_that_cannot_be_listed_waits() {
    let app = "  app: {select: {services: [asg], tags: {env: dev}}, run: ['mon-fri 08:45-19:15'], after: [{schedule: office}]}\n";
    let world = World::new(&format!("{PLAIN}{app}"));
    world.pass_at("2026-11-20T10:15:00Z");
    world.sandbox.at(at("2026-11-22T23:45:00Z")).expect("the clock moves");
    world.sandbox.deny("rds:DescribeDBInstances").expect("denied");
    let why = held(&world.plan(), "asg/web").to_owned();
    assert!(why.starts_with("waits for schedule `office`") && why.contains("its databases could not be listed"), "{why}");
}

/// Snapshots of a database that carry the schedule's mark, oldest first.
fn kept(world: &World) -> Vec<String> {
    let view = world.view(Need::DbSnapshots);
    let mut mine: Vec<_> =
        view.db_snapshots.seen().iter().filter(|taken| taken.tags.get(SNAPSHOT_OF).is_some_and(|of| of == MARK)).collect();
    mine.sort_by_key(|taken| taken.created);
    mine.iter().map(|taken| taken.name.clone()).collect()
}

const MARK: &str = "rds/reports schedule=shop-dev/office";

#[test]
fn a_snapshot_is_taken_before_each_stop_and_the_newest_three_stay() {
    let world = World::new(FULL);
    let foreign = [("by-hand", Tags::new()), ("last-of-all", Tags::from([(SNAPSHOT_OF.to_owned(), "rds/reports".to_owned())]))];
    for (name, tags) in foreign.clone() {
        world.hand(&Change::CreateDbSnapshot { database: "reports".to_owned(), name: name.to_owned(), tags });
        world.sandbox.advance(SignedDuration::from_mins(10)).expect("the clock moves");
    }
    let mut seen: Vec<String> = Vec::new();
    for day in ["20", "23", "24", "25", "26"] {
        let plan = world.pass_at(&format!("2026-11-{day}T10:15:00Z"));
        assert_eq!(lines(&plan), ["snapshot rds/reports", "stop rds/reports"], "{day}");
        assert_eq!(step(&plan, Action::Snapshot, "rds/reports").cause, Cause::Schedule);
        let now = kept(&world);
        seen.extend(now.last().cloned());
        assert_eq!(now, seen[seen.len().saturating_sub(3)..], "{day}: the newest three, each taken once");
        let morning = if day == "20" { "2026-11-22T23:45:00Z".to_owned() } else { format!("2026-11-{day}T23:45:00Z") };
        world.pass_at(&morning);
    }
    let all = world.view(Need::DbSnapshots);
    assert!(foreign.iter().all(|(name, _)| all.db_snapshots.seen().iter().any(|taken| taken.name == *name)), "others' snapshots stay");
}

#[test]
fn an_old_snapshot_ends_after_the_new_one_is_there() {
    let world = World::new(&FULL.replace("keep: 3", "keep: 1"));
    world.pass_at("2026-11-20T10:15:00Z");
    world.pass_at("2026-11-22T23:45:00Z");
    let old = kept(&world);
    world.sandbox.at(at("2026-11-23T10:15:00Z")).expect("the clock moves");
    let plan = world.plan();
    let stop = step(&plan, Action::Stop, "rds/reports");
    let waits = stop.ops.iter().position(|op| matches!(op, Op::Await(plan) if format!("{plan:?}").contains("Snapshot"))).expect("a wait");
    let ends =
        stop.ops.iter().position(|op| matches!(op, Op::Do(Change::DeleteDbSnapshot { name }) if old.contains(name))).expect("an end");
    assert!(waits < ends, "{:?}", stop.ops);
    assert!(stop.reason.contains("1 of its older snapshots go"), "{}", stop.reason);
}

#[test]
fn a_pass_that_does_not_wait_leaves_the_stop_to_the_next_and_takes_no_second_snapshot() {
    let world = World::new(FULL);
    world.sandbox.at(at("2026-11-20T10:15:00Z")).expect("the clock moves");
    world.apply(&world.plan(), SignedDuration::ZERO);
    assert_eq!((state(&world, "reports"), kept(&world).len()), ("backing-up".to_owned(), 1));
    assert!(world.plan().is_empty(), "a database that is being backed up is left alone");
    world.sandbox.advance(SignedDuration::from_mins(5)).expect("the clock moves");
    let plan = world.plan();
    assert_eq!(lines(&plan), ["stop rds/reports"], "its snapshot is there");
    world.apply(&plan, SignedDuration::ZERO);
    assert_eq!((state(&world, "reports"), kept(&world).len()), ("stopping".to_owned(), 1));
}

#[test]
fn a_database_whose_snapshots_cannot_be_listed_is_not_stopped() {
    let world = World::new(FULL);
    world.sandbox.at(at("2026-11-20T10:15:00Z")).expect("the clock moves");
    world.sandbox.deny("rds:DescribeDBSnapshots").expect("denied");
    let plan = world.plan();
    assert!(plan.is_empty() && held(&plan, "rds/reports").contains("snapshots could not be listed"), "{:#?}", plan.held);
    assert!(plan.gaps_matter);
}

#[test]
fn a_cluster_is_snapshotted_too() {
    let world = World::new(&FULL.replace("team: api", "team: web").replace("keep: 3", "keep: 1"));
    for (night, morning) in [("20T10:15", "22T23:45"), ("23T10:15", "23T23:45"), ("24T10:15", "24T23:45")] {
        let plan = world.pass_at(&format!("2026-11-{night}:00Z"));
        assert_eq!(lines(&plan), ["snapshot rds-cluster/catalogue", "stop rds-cluster/catalogue"], "{night}");
        let view = world.view(Need::DbClusterSnapshots);
        let taken: Vec<_> = view.cluster_snapshots.seen().iter().map(|taken| (&taken.cluster, &taken.tags[SNAPSHOT_OF])).collect();
        assert_eq!(taken, [(&"catalogue".to_owned(), &"rds-cluster/catalogue schedule=shop-dev/office".to_owned())], "{night}");
        world.pass_at(&format!("2026-11-{morning}:00Z"));
    }
}

#[test]
fn a_database_runs_for_its_maintenance_window() {
    let world = World::new(FULL);
    world.pass_at("2026-11-20T10:15:00Z");
    // Its window is Saturday 18:00 to 18:30 UTC, Sunday three in the morning in Seoul.
    world.sandbox.at(at("2026-11-21T17:49:00Z")).expect("the clock moves");
    assert!(world.plan().is_empty());
    let start = world.pass_at("2026-11-21T17:50:00Z");
    let step_of = step(&start, Action::Start, "rds/reports");
    assert!(step_of.reason.starts_with("maintenance window sat:18:00-sat:18:30 UTC"), "{}", step_of.reason);
    assert_eq!((step_of.cause, step_of.deadline), (Cause::Schedule, Some(at("2026-11-21T18:30:00Z"))));
    world.sandbox.at(at("2026-11-21T18:29:00Z")).expect("the clock moves");
    assert!(world.plan().is_empty(), "no stop within the window");
    assert!(lines(&world.pass_at("2026-11-21T18:30:00Z")).contains(&"stop rds/reports".to_owned()));

    let ignoring = World::new(&FULL.replace("honour", "ignore"));
    ignoring.pass_at("2026-11-20T10:15:00Z");
    assert_eq!(lines(&ignoring.pass_at("2026-11-21T18:00:00Z")), Vec::<String>::new());
}

#[test]
fn a_stop_by_hand_within_the_window_stands() {
    let world = World::new(FULL);
    world.pass_at("2026-11-20T10:15:00Z");
    world.pass_at("2026-11-21T17:50:00Z");
    world.sandbox.stop("reports").expect("stopped by hand");
    world.sandbox.advance(SignedDuration::from_mins(8)).expect("the clock moves");
    let plan = world.plan();
    assert!(plan.is_empty() && held(&plan, "rds/reports").contains("stopped by hand"), "{:#?}", plan.held);
}

const ALWAYS_OFF: &str = "  off: {select: {services: [rds], tags: {team: api}}, otherwise: stopped, run: ['2027-01-04 09:00-10:00']}\n";

#[test]
fn rds_s_own_start_after_seven_days_is_shown_and_undone() {
    let world = World::new(ALWAYS_OFF);
    assert_eq!(lines(&world.pass()), ["stop rds/reports"]);
    let plan = world.plan();
    let note = plan.notes.iter().find(|note| note.starts_with("rds/reports: RDS starts it by itself")).expect("a note");
    assert!(note.contains("Fri 2026-11-27 18:") && note.contains("the first pass after that stops it again"), "{note}");
    let again = world.pass_at("2026-11-27T10:00:00Z");
    let stop = step(&again, Action::Stop, "rds/reports");
    assert_eq!(stop.cause, Cause::Schedule);
    assert!(stop.reason.starts_with("RDS started it by itself after 7 days; otherwise stopped"), "{}", stop.reason);
    // A person who starts it is somebody.
    world.sandbox.start("reports").expect("started by hand");
    world.sandbox.advance(SignedDuration::from_mins(10)).expect("the clock moves");
    assert!(held(&world.plan(), "rds/reports").contains("started by hand"));
}

#[test]
fn rds_s_own_start_may_be_left_alone() {
    let world = World::new(&ALWAYS_OFF.replace("otherwise:", "rds: {auto-restart: leave}, otherwise:"));
    world.pass();
    assert!(world.plan().notes.iter().any(|note| note.contains("`auto-restart: leave` lets it run")));
    world.sandbox.at(at("2026-11-27T10:00:00Z")).expect("the clock moves");
    let plan = world.plan();
    let why = held(&plan, "rds/reports");
    assert!(plan.is_empty() && why.contains("RDS started it by itself after 7 days, and `auto-restart: leave`"), "{why}");
}

/// One run of the database, one snapshot, one stop: whatever dies on the way, and however often.
#[test]
fn a_run_may_die_anywhere() {
    for call in 0..40 {
        let world = World::new(FULL);
        world.sandbox.at(at("2026-11-20T10:15:00Z")).expect("the clock moves");
        world.pass_killed_after(call);
        world.pass_killed_after(call + 7);
        world.pass();
        let plan = world.plan();
        assert!(plan.is_empty(), "call {call}: {:?} {:#?}", lines(&plan), plan.held);
        assert_eq!((state(&world, "reports").as_str(), kept(&world).len()), ("stopped", 1), "call {call}");
    }
}
