//! Auto Scaling groups and ECS services.

use futures::executor::block_on;
use muster_core::apply::{self, Settings};
use muster_core::cloud::Change;
use muster_core::plan::{Action, Cause};
use muster_core::tags;
use muster_sandbox::Faults;

use super::{World, changes, held, lines, numbers, step};

const PLAIN: &str = "  web: {select: {services: [asg, ecs], tags: {env: dev}}, run: ['mon-fri 08:00-20:00']}\n";
const SIZED: &str = "  web:
    select: {services: [asg, ecs], tags: {env: dev}}
    run: ['mon-fri 08:00-20:00']
    capacity: [{in: 'mon-fri 09:00-18:00', min: 2, desired: 4, max: 8}, {else: {min: 1, desired: 1, max: 2}}]
";

fn scale(min: u32, desired: u32, max: u32) -> Change {
    Change::ScaleGroup { name: "web".to_owned(), min, desired, max }
}

#[test]
fn a_night_and_a_morning() {
    let world = World::new(PLAIN);
    assert_eq!(lines(&world.plan()), Vec::<String>::new(), "it is half past six");
    let night = world.pass_at("2026-11-20T11:00:00Z");
    assert_eq!(lines(&night), ["scale asg/web", "scale ecs/main/api", "scale ecs/main/worker"]);
    let web = step(&night, Action::Scale, "asg/web");
    assert_eq!(web.cause, Cause::Schedule);
    assert_eq!((web.fields[0].from.as_deref(), web.fields[0].to.as_deref()), (Some("2/4/8"), Some("0/0/0")));
    assert_eq!(
        changes(web),
        ["autoscaling:CreateOrUpdateTags", "autoscaling:UpdateAutoScalingGroup", "autoscaling:CreateOrUpdateTags"],
        "the numbers are remembered before they are gone"
    );
    let group = world.group("web");
    assert_eq!(numbers(&group), (0, 0, 0));
    let remembered = [tags::RESUME_MIN, tags::RESUME_DESIRED, tags::RESUME_MAX].map(|key| group.tags[key].as_str());
    assert_eq!(remembered, ["2", "4", "8"]);
    assert_eq!((world.service("main/api").desired, world.service("main/worker").desired), (0, 0));
    assert_eq!((numbers(&world.group("shop")), world.service("shop/api").desired), ((4, 6, 20), 8), "production is not selected");
    assert!(held(&night, "ecs/main/log-agent").contains("daemon"));

    let monday = world.pass_at("2026-11-22T23:00:00Z");
    assert_eq!(lines(&monday), ["scale asg/web", "scale ecs/main/api", "scale ecs/main/worker"]);
    assert_eq!(numbers(&world.group("web")), (2, 4, 8));
    assert_eq!((world.service("main/api").desired, world.service("main/worker").desired), (3, 2));
}

#[test]
fn numbers_follow_the_windows_and_scaling_policies_go_on_in_between() {
    let world = World::new(SIZED);
    world.pass();
    assert_eq!((numbers(&world.group("web")), world.service("main/api").desired), ((1, 1, 2), 1), "after six");
    world.pass_at("2026-11-20T11:00:00Z");
    assert_eq!(numbers(&world.group("web")), (0, 0, 0));
    world.pass_at("2026-11-23T00:00:00Z");
    assert_eq!((numbers(&world.group("web")), world.service("main/api").desired), ((2, 4, 8), 4), "Monday at nine");

    // What its own policies do within the bounds is nobody's business, and neither is a service's number while it runs.
    world.hand(&scale(2, 7, 8));
    world.hand(&Change::ScaleService { cluster: "main".to_owned(), service: "api".to_owned(), desired: 9 });
    let plan = world.plan();
    assert!(plan.is_empty() && plan.held.iter().all(|held| held.address.as_str() == "ecs/main/log-agent"), "{:#?}", plan.held);
    world.pass_at("2026-11-23T09:00:00Z");
    assert_eq!((numbers(&world.group("web")), world.service("main/api").desired), ((1, 1, 2), 1), "at six each edge gives its number");
}

#[test]
fn other_bounds_by_hand_stand_until_the_next_edge() {
    let world = World::new(SIZED);
    world.pass();
    world.pass_at("2026-11-23T00:00:00Z");
    world.hand(&scale(5, 5, 5));
    let plan = world.plan();
    assert!(plan.is_empty());
    let why = held(&plan, "asg/web");
    assert!(why.contains("scaled by hand to 5/5/5 since it was given 2/4/8 Mon 2026-11-23 09:00 KST"), "{why}");
    assert!(why.contains("until the next edge, Mon 2026-11-23 18:00 KST"), "{why}");
    world.pass_at("2026-11-23T09:00:00Z");
    assert_eq!(numbers(&world.group("web")), (1, 1, 2));

    // Started by hand at night: until the morning, which gives it its own numbers again.
    world.pass_at("2026-11-23T11:00:00Z");
    world.hand(&scale(1, 1, 1));
    assert!(held(&world.plan(), "asg/web").contains("until the next edge, Tue 2026-11-24 08:00 KST"));
    world.pass_at("2026-11-23T23:00:00Z");
    assert_eq!(numbers(&world.group("web")), (1, 1, 2));
}

#[test]
fn a_group_emptied_by_hand_returns_with_the_next_window_when_its_numbers_are_known() {
    let world = World::new(PLAIN);
    world.hand(&scale(0, 0, 0));
    let why = held(&world.plan(), "asg/web").to_owned();
    assert!(why.contains("left no numbers to return to") && why.contains("`capacity` of schedule `web`"), "{why}");

    let world = World::new(PLAIN);
    world.pass_at("2026-11-20T11:00:00Z");
    world.pass_at("2026-11-22T23:00:00Z");
    world.hand(&scale(0, 0, 0));
    assert!(held(&world.plan(), "asg/web").contains("that stands until the next edge, Mon 2026-11-23 20:00 KST"));
    world.pass_at("2026-11-23T11:00:00Z");
    world.pass_at("2026-11-23T23:00:00Z");
    assert_eq!(numbers(&world.group("web")), (2, 4, 8), "what was remembered is not forgotten by a start");
}

#[test]
fn enforce_puts_back_and_hold_lets_stand() {
    for (mode, cause) in [("enforce", Some(Cause::Manual)), ("hold", None)] {
        let world = World::new(&SIZED.replace("    run:", &format!("    manual: {mode}\n    run:")));
        world.pass();
        world.pass_at("2026-11-23T00:00:00Z");
        world.hand(&scale(5, 5, 5));
        let plan = world.plan();
        assert_eq!(plan.steps.first().map(|step| step.cause), cause, "{mode}");
        if mode == "hold" {
            assert!(held(&plan, "asg/web").contains("until it is undone by hand"));
        }
    }
}

#[test]
fn two_capacities_at_once_are_held() {
    let world = World::new(
        "  web:
    select: {services: [asg], tags: {env: dev}}
    run: ['daily 00:00-24:00']
    capacity: [{in: 'mon-fri 09:00-19:00', min: 1, max: 2}, {in: 'fri 12:00-20:00', min: 3, max: 4}]
",
    );
    let plan = world.plan();
    let why = held(&plan, "asg/web");
    assert!(plan.is_empty() && why.contains("two sizes at once") && why.contains("fleet.yaml:8"), "{why}");
}

#[test]
fn an_instance_of_a_group_is_left_to_its_group() {
    let select =
        |services: &str| format!("  dev: {{select: {{services: [{services}], tags: {{env: dev}}}}, run: ['mon-fri 08:00-18:00']}}\n");
    let with_group = World::new(&select("ec2, asg")).plan();
    assert_eq!(lines(&with_group), ["scale asg/web"]);
    assert!(with_group.held.is_empty(), "{:#?}", with_group.held);
    let without = World::new(&select("ec2")).plan();
    assert!(without.is_empty() && held(&without, "ec2/i-0a500000000000001").contains("schedule the group instead"));
}

/// A run that dies after any call leaves numbers that the next one brings to the same end.
#[test]
fn a_run_may_die_anywhere() {
    for call in 0..40 {
        let world = World::new(SIZED);
        for instant in ["2026-11-20T11:00:00Z", "2026-11-23T00:00:00Z"] {
            world.sandbox.at(super::at(instant)).expect("the clock moves");
            world.sandbox.set_faults(Faults::none(call).killed_after(call));
            let run = async {
                let (_, plan) = world.read().await;
                let settings = Settings { parallelism: 4, wait_db: jiff::SignedDuration::ZERO, stop: std::sync::Arc::default() };
                apply::run(&world.sandbox, &world.sandbox, &plan, &settings, &mut |_| {}).await;
            };
            block_on(world.sandbox.until_killed(run));
            world.sandbox.set_faults(Faults::none(call));
            world.pass();
            let plan = world.plan();
            assert!(plan.is_empty(), "call {call}, {instant}: {:?} {:#?}", lines(&plan), plan.held);
        }
        assert_eq!((numbers(&world.group("web")), world.service("main/api").desired), ((2, 4, 8), 4), "call {call}");
    }
}

#[test]
fn a_plan_that_finds_nothing_asks_for_four_lists() {
    let world = World::new(PLAIN);
    let (snapshot, plan) = block_on(world.read());
    assert!(plan.is_empty());
    let asked = |name: &str| snapshot.calls.get(name).copied().unwrap_or(0);
    assert_eq!((asked("DescribeAutoScalingGroups"), asked("ListClusters"), asked("ListServices"), asked("DescribeServices")), (1, 1, 2, 2));
    assert_eq!((asked("DescribeDBClusters"), asked("DescribeDBSnapshots")), (0, 0));
    let other = World::new("  dev: {select: {services: [ec2], tags: {env: dev}}, run: ['mon-fri 08:00-20:00']}\n");
    let calls = block_on(other.read()).0.calls;
    assert!(!calls.keys().any(|name| name.contains("Scaling") || name.contains("Services") || name.contains("Cluster")), "{calls:?}");
}
