//! `after`: who waits for whom, and what a failure does to the others.

use jiff::SignedDuration;

use super::World;

const TIERS: &str = "schedules:
  db: {select: {tags: {tier: db}}, run: ['mon-fri 09:00-19:00']}
  app: {select: {tags: {tier: app}}, run: ['mon-fri 09:00-19:00'], after: [{schedule: db, ready: true}]}
  web: {select: {tags: {tier: web}}, run: ['mon-fri 09:00-19:00'], after: [{schedule: app, ready: true}]}
";
const APP: &str = "i-0ap00000000000001";
const WEB: &str = "i-0we00000000000001";

#[test]
fn each_tier_starts_when_the_one_before_is_ready() {
    let world = World::new(TIERS);
    world.at("09:00");
    let done = world.pass();
    assert_eq!(done, [format!("start ec2/{APP}: done"), format!("start ec2/{WEB}: done"), "start rds/shop: done".to_owned()]);
    let started = world.cloud.take("rds:StartDBInstance")[0].0;
    let calls = world.cloud.take("ec2:StartInstances");
    assert_eq!(calls.len(), 2);
    let minutes = |at: jiff::Timestamp| at.duration_since(started).as_secs() / 60;
    assert!(minutes(calls[0].0) >= 3, "the database is available first: {:?}", calls[0].0);
    let checks = calls[1].0.duration_since(world.instance(APP).launch_time);
    assert!(checks >= SignedDuration::from_secs(110), "the app has passed its checks first: {checks:?}");
    assert!(world.plan().is_empty());
}

#[test]
fn without_waiting_the_rest_is_left_to_a_later_apply() {
    let two = TIERS.lines().filter(|line| !line.trim_start().starts_with("web:")).collect::<Vec<_>>().join("\n");
    let world = World::new(&two);
    world.at("09:00");
    let done = world.pass_waiting(SignedDuration::ZERO);
    assert_eq!(
        done,
        [
            format!("start ec2/{APP}: done, waits for shop available; a later apply does it"),
            "start rds/shop: done, under way, not waited for; `--wait 20m` waits".to_owned(),
        ]
    );
    assert_eq!(world.cloud.take("ec2:StartInstances"), []);
}

#[test]
fn they_stop_in_the_reverse_order() {
    let world = World::new(TIERS);
    world.at("09:00");
    world.pass();
    world.cloud.take("ec2:StopInstances");
    world.at("19:00");
    world.pass();
    let stops = world.cloud.take("ec2:StopInstances");
    let first = |at: usize| format!("{:?}", stops[at].1);
    assert!(first(0).contains(WEB) && first(1).contains(APP), "{stops:?}");
    let database = world.cloud.take("rds:StopDBInstance");
    assert!(database[0].0 > stops[1].0);
    assert!(world.plan().is_empty());
}

#[test]
fn what_comes_after_a_failure_is_not_tried() {
    let world = World::new(TIERS);
    world.at("09:00");
    world.sandbox().deny("rds:StartDBInstance").expect("denied");
    let done = world.pass();
    assert_eq!(done[0], format!("start ec2/{APP}: not tried, rds/shop was not done"));
    assert_eq!(done[1], format!("start ec2/{WEB}: not tried, ec2/{APP} was not done"));
    assert!(done[2].starts_with("start rds/shop: failed, User: "), "{done:?}");
}
