//! EC2.

use muster_core::facet::Fact;
use serde_json::{Value, json};

use crate::service::{audit, collected, is_whole, names_what_is_refused};

#[test]
fn every_kind_is_whole() {
    is_whole("ec2");
}

#[test]
fn what_is_refused_is_named() {
    names_what_is_refused("ec2");
}

/// A member of a thing.
fn member(facts: &[Fact], id: &str, name: &str) -> Value {
    let fact = facts.iter().find(|fact| fact.id == id).unwrap_or_else(|| panic!("{id} is there"));
    fact.body.get(name).cloned().unwrap_or_default()
}

#[test]
fn the_world_is_seen_with_what_the_estate_lays_over_it() {
    let facts = collected(&audit(), "ec2").facts;
    let well = "i-0aa00000000000001";
    assert_eq!(member(&facts, well, "State"), json!("running"), "of the world");
    assert_eq!(member(&facts, well, "DisableApiTermination"), json!(true), "of the estate");
    assert_eq!(member(&facts, well, "TypeInfo")["DefaultVCpus"], json!(2));
    assert_eq!(member(&facts, well, "Cpu")["Days"].as_array().map(Vec::len), Some(14));
    let disk = member(&facts, well, "BlockDeviceMappings")[0]["Ebs"]["VolumeId"].as_str().expect("a volume").to_owned();
    assert_eq!(member(&facts, &disk, "Attachments")[0]["InstanceId"], json!(well));
    let group = member(&facts, well, "SecurityGroups")[0].as_str().expect("a group").to_owned();
    assert_eq!(member(&facts, &group, "GroupName"), json!("office"));
    let subnet = member(&facts, well, "SubnetId").as_str().expect("a subnet").to_owned();
    assert_eq!(member(&facts, &subnet, "Public"), json!(true));
}

#[test]
fn what_was_stopped_has_no_values_since() {
    let facts = collected(&audit(), "ec2").facts;
    let days = member(&facts, "i-0ab00000000000004", "Cpu")["Days"].clone();
    assert_eq!(days, json!([]), "stopped for longer than metrics go back");
}
