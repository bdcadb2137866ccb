//! Keys that are generated, given, and changed from one to the other.

use muster_core::cloud::{Kind, Need};
use muster_core::plan::Options;

use crate::world::{PUBLIC, World, calls, fleet, held, step};

fn with_key(key: &str) -> String {
    format!("fleet: lms\ncloud: {{provider: sandbox}}\nusers:\n  alice: {{ssh-from: [203.0.113.0/24], key: {key}}}\n")
}

fn public() -> String {
    with_key(&format!("'{PUBLIC}'"))
}

fn parameters(world: &World) -> Vec<String> {
    world.items(Kind::KeyParameter).into_iter().map(|item| item.id).collect()
}

#[test]
fn a_key_that_is_given_leaves_no_private_half_behind() {
    let world = World::with(&with_key("generate"));
    assert_eq!(parameters(&world).len(), 1);
    let given = fleet(&public());
    let plan = world.done(&given, &Options::default());
    let step = step(&plan, "user/alice/key");
    assert_eq!(calls(step), ["ssm:DeleteParameter", "ec2:DeleteKeyPair", "ec2:ImportKeyPair"]);
    assert_eq!(step.reason, "the private half that muster keeps is deleted");
    assert!(held(&plan, "user/alice/key")[0].starts_with("the new key counts for the next instance"), "{:?}", plan.held);
    assert_eq!(parameters(&world), [""; 0]);
    let pair = &world.view(Need::KeyPairs).keys.seen()[0].clone();
    assert_eq!(pair.public_key.as_deref(), Some(PUBLIC));
    let (read, plan) = world.read(&given, &Options::default());
    assert!(plan.is_empty() && !read.contains(&"DescribeParameters".to_owned()), "{read:?}");
}

#[test]
fn however_far_the_change_of_a_key_came_the_next_apply_ends_it() {
    for calls in 0.. {
        let world = World::with(&with_key("generate"));
        let given = fleet(&public());
        if !world.killed_after(calls, &given, &Options::default()) {
            assert!(calls > 10, "it died nowhere");
            return;
        }
        world.settle(&given, &Options::default());
        assert_eq!(parameters(&world), [""; 0], "killed after call {calls}");
        assert_eq!(world.view(Need::KeyPairs).keys.seen().len(), 1, "killed after call {calls}");
    }
}

#[test]
fn a_key_that_is_generated_again_is_stored_where_its_user_looks_for_it() {
    let world = World::with(&with_key("generate"));
    let before = parameters(&world);
    world.settle(&fleet(&public()), &Options::default());
    let renamed = with_key("generate").replace("fleet: lms\n", "fleet: school\nwas: lms\n");
    world.settle(&fleet(&renamed), &Options::default());
    assert_eq!(parameters(&world), before, "AWS names stay when a fleet is renamed");
}

#[test]
fn a_renamed_fleet_finds_the_stored_half_of_an_earlier_name_when_a_user_goes() {
    let world = World::with(&with_key("generate"));
    let renamed = fleet(&with_key("generate").replace("fleet: lms\n", "fleet: school\nwas: lms\n"));
    world.settle(&renamed, &Options::default());
    let end = Options { destroy: Some(muster_core::plan::Destroy { snapshots: false }), ..crate::world::destroying() };
    world.settle(&renamed, &end);
    assert_eq!(parameters(&world), [""; 0]);
}
