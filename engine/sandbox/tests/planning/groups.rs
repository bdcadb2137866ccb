//! What EC2 never changes in place: a group's VPC and description, a volume's key.

use muster_core::cloud::{Change, Need, SecurityGroup};
use muster_core::plan::Options;

use crate::world::{PUBLIC, World, destroying, fleet, held, place};

const GROUP: &str = "user/alice/security-group";
const MACHINE: &str = "user/alice/instance";

fn with(more: &str) -> String {
    format!("fleet: lms\ncloud: {{provider: sandbox}}\nusers:\n  alice: {{ssh-from: [203.0.113.0/24], key: '{PUBLIC}'{more}}}\n")
}

fn group(world: &World) -> SecurityGroup {
    let is_it = |group: &&SecurityGroup| group.tags.get("muster:address").is_some_and(|text| text == GROUP);
    world.view(Need::SecurityGroups).groups.seen().iter().find(is_it).expect("a group").clone()
}

#[test]
fn a_group_in_another_vpc_is_held_and_its_rules_are_mended_all_the_same() {
    let world = World::with(&with(""));
    let vpc = group(&world).vpc.expect("a VPC");
    let elsewhere = with(", network: {vpc: vpc-0e15e0e1, subnet: default}").replace("203.0.113.0/24", "198.51.100.0/24");
    let plan = world.plan(&fleet(&elsewhere), &Options::default());
    let why = format!(
        "needs replacement: vpc {vpc} → vpc-0e15e0e1; EC2 changes neither VPC nor description of a group: write the old one, or make a new entry and move over"
    );
    assert_eq!(held(&plan, GROUP), [why]);
    assert_eq!(plan.held[0].origin.as_deref(), Some("fleet.yaml:4"));
    world.apply(&plan);
    assert_eq!(group(&world).ingress[0].source, "198.51.100.0/24");
    assert!(world.plan(&fleet(&elsewhere), &Options::default()).is_empty(), "a held line is no step");
}

#[test]
fn the_group_of_a_database_does_not_move_either() {
    let database = |vpc: &str| {
        format!(
            "fleet: lms\ncloud: {{provider: sandbox}}\ndatabases:\n  app: {{engine: mysql, version: '8.0', class: db.t4g.micro, storage: {{size: 20GiB}}, master-user: admin{vpc}}}\n"
        )
    };
    let world = World::with(&database(""));
    let plan = world.plan(&fleet(&database(", network: {vpc: vpc-0e15e0e1, subnet-group: default}")), &Options::default());
    let why = held(&plan, "database/app/security-group");
    assert!(why.len() == 1 && why[0].starts_with("needs replacement: vpc vpc-"), "{why:?}");
}

/// A group made by hand under the name and with the tags of ours.
fn made_by_hand(world: &World, like: &SecurityGroup) {
    let hand = |change: &Change| world.0.hand(&place(), change).expect("done by hand");
    hand(&Change::TerminateInstance { id: world.instance(MACHINE).id });
    world.0.advance(jiff::SignedDuration::from_mins(5)).expect("the clock moves");
    hand(&Change::DeleteSecurityGroup { group: like.id.clone() });
    let vpc = like.vpc.clone().expect("a VPC");
    hand(&Change::CreateSecurityGroup { name: like.name.clone(), description: "by hand".to_owned(), vpc, tags: like.tags.clone() });
}

#[test]
fn a_description_counts_on_a_group_that_muster_named() {
    let world = World::with(&with(""));
    made_by_hand(&world, &group(&world));
    let plan = world.plan(&fleet(&with("")), &Options::default());
    let why = held(&plan, GROUP);
    assert!(why.len() == 1 && why[0].starts_with("needs replacement: description by hand → muster fleet lms, SSH of one user;"), "{why:?}");
}

#[test]
fn a_renamed_fleet_keeps_its_groups() {
    let world = World::with(&with(""));
    let renamed = fleet(&with("").replace("fleet: lms\n", "fleet: school\nwas: lms\n"));
    world.settle(&renamed, &Options::default());
    let plan = world.plan(&renamed, &Options::default());
    assert_eq!(held(&plan, GROUP), [""; 0], "its description still says the old name, which nobody minds");
}

const KEY: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
const OTHER: &str = "0987dcba-09fe-87dc-65ba-ab0987654321";

fn under(key: &str) -> String {
    with(&format!(", disk: {{kms-key: '{key}'}}"))
}

fn arn(id: &str) -> String {
    format!("arn:aws:kms:ap-northeast-2:123456789012:key/{id}")
}

#[test]
fn a_volume_under_another_key_needs_another_volume() {
    let world = World::with(&under(KEY));
    for key in [OTHER.to_owned(), arn(OTHER)] {
        let plan = world.plan(&fleet(&under(&key)), &Options::default());
        let from = if key.starts_with("arn:") { arn(KEY) } else { KEY.to_owned() };
        let why = format!(
            "needs replacement: disk.kms-key {from} → {key}; `--allow-destroy` makes a new instance in its place, after a snapshot of its root volume"
        );
        assert_eq!(held(&plan, MACHINE), [why]);
    }
    let before = world.instance(MACHINE).id;
    world.settle(&fleet(&under(OTHER)), &destroying());
    assert_ne!(world.instance(MACHINE).id, before);
}

#[test]
fn keys_are_compared_only_where_that_can_be_decided() {
    let world = World::with(&under(KEY));
    for same in [KEY.to_owned(), arn(KEY), "alias/other".to_owned(), "arn:aws:kms:ap-northeast-2:123456789012:alias/other".to_owned()] {
        let plan = world.plan(&fleet(&under(&same)), &Options::default());
        assert!(plan.is_empty() && held(&plan, MACHINE).is_empty(), "{same}: {:?} {:?}", plan.steps, plan.held);
    }
    let plan = world.plan(&fleet(&with("")), &Options::default());
    assert!(held(&plan, MACHINE).is_empty(), "the account's default may be any key: {:?}", plan.held);
}
