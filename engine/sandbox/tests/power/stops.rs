//! Stops: shared calls, hibernation, protection, and starts that fall back.

use std::fmt::Write as _;

use muster_core::cloud::{Change, InstanceState};

use super::World;
use super::recorder::no_hibernation;

const WEB: &str = "i-0we00000000000001";

#[test]
fn newborn_machines_share_the_call_that_stops_them() {
    let mut users = String::from("users:\n  defaults: {ssh-from: [203.0.113.0/24], key: generate, schedule: day}\n");
    (0..50).for_each(|n| writeln!(users, "  u{n:02}: {{}}").expect("text"));
    let world = World::new(&format!("{users}schedules:\n  day: {{run: ['mon-fri 09:00-19:00']}}\n"));
    let failed: Vec<String> = world.pass().into_iter().filter(|line| !line.ends_with(": done")).collect();
    assert!(failed.is_empty(), "{failed:?}");
    let stops = world.cloud.take("ec2:StopInstances");
    let machines: usize = stops.iter().map(|(_, change)| if let Change::StopInstances { ids, .. } = change { ids.len() } else { 0 }).sum();
    assert_eq!(machines, 50);
    assert!(stops.len() <= 8, "{} calls for fifty machines", stops.len());
    assert!(world.plan().is_empty());
}

#[test]
fn hibernation_and_what_is_left_when_it_is_refused() {
    let text = "schedules:\n  web: {select: {tags: {tier: web}}, run: ['mon-fri 09:00-19:00'], hibernate: true}\n";
    let world = World::new(text);
    world.at("09:00");
    world.pass();
    world.at("19:00");
    assert_eq!(world.pass(), [format!("hibernate ec2/{WEB}: done")]);
    assert_eq!(world.instance(WEB).state_reason.as_deref(), Some("Client.UserInitiatedHibernate"));
    let world = World::new(text);
    world.at("09:00");
    world.pass();
    world.at("19:00");
    world.cloud.refuse(no_hibernation);
    let done = world.pass();
    assert_eq!(
        done,
        [format!(
            "hibernate ec2/{WEB}: done, stopped instead of hibernated: The instance is not ready to hibernate yet; retry in a few minutes"
        )]
    );
    assert_eq!(world.instance(WEB).state, InstanceState::Stopped);
}

#[test]
fn what_is_protected_from_stops_is_held_back() {
    let world = World::new("schedules:\n  kept: {select: {tags: {tier: kept}}, run: ['mon-fri 09:00-10:00'], manual: enforce}\n");
    assert!(world.plan().is_empty());
    assert!(world.held()[0].contains("protected from being stopped"), "{:?}", world.held());
    assert_eq!(world.cloud.take("ec2:StopInstances"), []);
}

#[test]
fn a_start_that_falls_back_says_why_and_names_the_key() {
    let text = "users:\n  alice: {ssh-from: [203.0.113.0/24], key: generate, disk: {kms-key: alias/disks}, schedule: day}\n\
                schedules:\n  day: {run: ['mon-fri 09:00-19:00']}\n";
    let world = World::new(text);
    world.pass();
    world.at("09:00");
    world.sandbox().deny("kms:CreateGrant").expect("denied");
    let done = world.pass();
    let id =
        world.view(muster_core::cloud::Need::Instances).instances.seen().iter().find(|i| i.key_name.is_some()).expect("hers").id.clone();
    assert_eq!(
        done,
        [format!(
            "start user/alice/instance: failed, {id} fell back to stopped: Client.InternalError; this is what a missing kms:CreateGrant on \
             the key of an encrypted volume looks like, see `muster iam`"
        )]
    );
    world.sandbox().allow("kms:CreateGrant").expect("allowed");
    assert_eq!(world.pass(), ["start user/alice/instance: done"]);
}
