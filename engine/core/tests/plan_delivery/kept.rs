//! What stays, because taking it away would leave a machine without its edge or something never found again.

use jiff::Timestamp;
use muster_core::cloud::{Gap, Kind};
use muster_core::fleet::Fleet;
use muster_core::plan::{Action, Options, Plan};

use super::account::{ACCOUNT, World, held, lines};
use super::support::{at, fleet, running};

const OFFICE: &str = "schedules:
  office: {select: {tags: {env: dev}}, run: ['mon-fri 09:00-19:00'], delivery: eventbridge}
";
const DEV: [(&str, &str); 1] = [("env", "dev")];

fn noon() -> Timestamp {
    at("Mon 12:00")
}

fn applied(text: &str, machines: &[&str]) -> (Fleet, World) {
    let fleet = fleet(text);
    let mut world = World::with(machines.iter().map(|id| running(id, "Mon 09:00", &DEV)).collect());
    world.apply(&fleet, noon());
    assert_eq!(lines(&world.plan(&fleet, noon())), [""; 0], "a second plan is empty");
    (fleet, world)
}

#[test]
fn a_queue_that_is_given_up_goes_behind_the_edges_that_wrote_to_it() {
    let (_, mut world) = applied(OFFICE, &["i-1"]);
    let without = fleet(&OFFICE.replace("delivery: eventbridge", "delivery: {by: eventbridge, dead-letter: false}"));
    let plan = world.apply(&without, noon());
    assert!(lines(&plan).contains(&"delete schedule/office/queue (removed)".to_owned()), "{:?}", lines(&plan));
    assert!(world.queues.is_empty());
    assert_eq!(lines(&world.plan(&without, noon())), [""; 0]);
}

#[test]
fn a_contested_machine_keeps_its_edges_when_the_file_reads_otherwise() {
    let (_, mut world) = applied(OFFICE, &["i-1"]);
    let two = fleet(&format!("{}  other: {{select: {{tags: {{env: dev}}}}, run: ['22:00-06:00']}}\n", OFFICE.replace("19:00", "18:00")));
    world.apply(&two, noon());
    let standing: Vec<String> = world.standing().map(|(_, spec)| spec.address.to_string()).collect();
    assert_eq!(
        standing,
        ["schedule/office/edge/ec2/i-1/start-0900-mon-fri", "schedule/office/edge/ec2/i-1/stop-1900-mon-fri"],
        "without its stop it would run on"
    );
}

const ONCE: &str = "schedules:
  S: {select: {tags: {env: dev}}, run: ['2026-11-16 09:00-19:00', '2026-11-18 09:00-19:00'], delivery: eventbridge}
";

#[test]
fn an_edge_too_near_to_be_made_is_said() {
    let world = World::with(vec![running("i-1", "Mon 09:00", &DEV)]);
    let plan = world.plan(&fleet(&ONCE.replace('S', "office")), at("Mon 18:59"));
    let said = held(&plan);
    assert!(said.iter().any(|line| line.contains("stop-20261116T19") && line.contains("too near to be made")), "{said:?}");
    assert!(!lines(&plan).iter().any(|line| line.contains("20261116")), "{:?}", lines(&plan));
}

#[test]
fn what_fires_in_the_place_of_an_edge_too_near_stays_until_it_has() {
    let (_, world) = applied(&ONCE.replace('S', "office"), &["i-1"]);
    let renamed = fleet(&ONCE.replace('S', "hours"));
    let plan = world.plan(&renamed, at("Mon 18:59"));
    let gone = |plan: &Plan| plan.steps.iter().filter(|step| step.action == Action::Delete && step.kind == Kind::Edge).count();
    assert_eq!(gone(&plan), 0, "{:?}", lines(&plan));
    assert_eq!(gone(&world.plan(&renamed, at("Mon 20:00"))), 3);
}

#[test]
fn a_cron_about_to_fire_stays_beside_the_one_that_comes_in_its_place() {
    let (_, mut world) = applied(OFFICE, &["i-1"]);
    let holiday = "calendars: {kr: {dates: [2026-12-25]}}\n".to_owned()
        + &OFFICE.replace("delivery:", "except: [{calendar: kr, state: stopped}], delivery:");
    let gone = |plan: &Plan| plan.steps.iter().filter(|step| step.action == Action::Delete && step.kind == Kind::Edge).count();
    assert_eq!(gone(&world.apply(&fleet(&holiday), at("Mon 18:59"))), 0);
    assert_eq!(lines(&world.plan(&fleet(&holiday), at("Mon 18:59"))), [""; 0]);
    assert_eq!(gone(&world.apply(&fleet(&holiday), at("Mon 20:00"))), 2);
}

#[test]
fn an_edge_about_to_fire_is_replaced_after_it_has() {
    let (_, world) = applied(OFFICE, &["i-1"]);
    let without = fleet(&OFFICE.replace("delivery: eventbridge", "delivery: {by: eventbridge, dead-letter: false}"));
    let replaced =
        |now: &str| world.plan(&without, at(now)).steps.into_iter().filter(|step| step.kind == Kind::Edge).map(|step| step.address);
    let stop = "schedule/office/edge/ec2/i-1/stop-1900-mon-fri";
    assert!(!replaced("Mon 18:59").any(|address| address.as_str() == stop), "it would miss the evening");
    assert!(held(&world.plan(&without, at("Mon 18:59"))).iter().any(|line| line.starts_with(stop)));
    assert!(replaced("Mon 19:30").any(|address| address.as_str() == stop));
}

#[test]
fn two_addresses_of_one_hash_are_told_apart() {
    // Found by search: `schedule/office/edge/ec2/ID/stop-1900-mon-fri` begins with fec7aaca for both.
    let (fleet, mut world) = applied(OFFICE, &["i-0de00000000075172", "i-0de00000000102202"]);
    assert_eq!(world.standing().filter(|(edge, _)| edge.name.contains("-fec7aaca-")).count(), 2);
    world.instances.remove(0);
    let plan = world.apply(&fleet, noon());
    assert_eq!(lines(&plan).len(), 2, "{:?}", lines(&plan));
    assert!(plan.steps.iter().all(|step| step.action == Action::Delete));
    assert_eq!(lines(&world.plan(&fleet, noon())), [""; 0]);
}

#[test]
fn a_group_is_not_deleted_alone() {
    let (_, world) = applied(OFFICE, &["i-1"]);
    let options = Options { only: vec!["delivery".to_owned()], ..Options::default() };
    let plan = world.plan_with(&fleet(""), noon(), &options);
    assert_eq!(lines(&plan), [""; 0]);
    assert!(held(&plan).iter().any(|line| line.starts_with("delivery/group: the group goes after everything")), "{:?}", held(&plan));
}

#[test]
fn what_is_seen_to_stand_and_cannot_be_removed_is_a_gap() {
    let (_, mut world) = applied(OFFICE, &["i-1"]);
    world.gaps.push(Gap {
        action: "iam:ListRoles".to_owned(),
        account: ACCOUNT.to_owned(),
        region: "ap-northeast-2".to_owned(),
        kind: Kind::Role,
        resources: Vec::new(),
        rules: Vec::new(),
        error: "AccessDenied".to_owned(),
        unreachable: false,
    });
    world.cut.insert(Kind::Role);
    let plan = world.plan(&fleet(""), noon());
    assert!(plan.gaps_matter && plan.gaps.len() == 1, "its edges go on firing");
}

#[test]
fn the_digest_is_that_of_the_morning() {
    let text = "schedules:
  office: {select: {tags: {env: dev}}, run: ['every 2 weeks from 2026-11-16 & mon 12:00-19:00'], delivery: eventbridge}
";
    let world = World::with(vec![running("i-1", "Mon 09:00", &DEV)]);
    let digests = ["Mon 09:30", "Mon 13:00", "Mon 23:00"].map(|hour| world.plan(&fleet(text), at(hour)).digest);
    assert!(digests.iter().all(|digest| *digest == digests[0]), "{digests:?}");
}

#[test]
fn nothing_goes_where_nothing_could_be_made() {
    let (_, world) = applied(OFFICE, &["i-1", "i-2"]);
    let renamed = fleet(&OFFICE.replace("office:", "hours:"));
    let plan = world.plan(&renamed, noon());
    let made: Vec<_> = plan.steps.iter().filter(|step| step.kind == Kind::Edge && step.action == Action::Create).collect();
    let gone: Vec<_> = plan.steps.iter().filter(|step| step.kind == Kind::Edge && step.action == Action::Delete).collect();
    assert_eq!((made.len(), gone.len()), (4, 4));
    assert!(gone.iter().all(|step| made.iter().all(|made| step.after.contains(&made.address))), "{gone:#?}");
}
