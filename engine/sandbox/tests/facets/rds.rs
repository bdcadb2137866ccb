//! RDS.

use muster_core::facet::Fact;
use serde_json::{Value, json};

use crate::service::{audit, collected, is_whole, names_what_is_refused};

#[test]
fn every_kind_is_whole() {
    is_whole("rds");
}

#[test]
fn what_is_refused_is_named() {
    names_what_is_refused("rds");
}

/// A member of a thing.
fn member(facts: &[Fact], id: &str, name: &str) -> Value {
    let fact = facts.iter().find(|fact| fact.id == id).unwrap_or_else(|| panic!("{id} is there"));
    fact.body.get(name).cloned().unwrap_or_default()
}

#[test]
fn the_world_is_seen_with_what_the_estate_lays_over_it() {
    let facts = collected(&audit(), "rds").facts;
    assert_eq!(member(&facts, "well-orders", "MultiAZ"), json!(true), "of the world");
    assert_eq!(member(&facts, "well-orders", "Port"), json!(5432));
    assert_eq!(member(&facts, "well-orders", "DBParameterGroups"), json!(["default.postgres16"]));
    assert_eq!(member(&facts, "default.postgres16", "Parameters"), json!({"rds.force_ssl": "1"}), "a group of RDS's that is used");
    assert_eq!(member(&facts, "ill-reports", "CACertificateIdentifier"), json!("rds-ca-2019"), "of the estate");
    assert_eq!(member(&facts, "ill-sessions-1", "DBClusterIdentifier"), json!("ill-sessions"));
    assert_eq!(member(&facts, "ill-sessions", "MultiAZ"), json!(false), "one member");
    assert_eq!(member(&facts, "well-catalogue", "MultiAZ"), json!(true), "two of them");
}

#[test]
fn a_database_of_yesterday_has_no_whole_day_yet() {
    let facts = collected(&audit(), "rds").facts;
    assert_eq!(member(&facts, "odd-new", "Cpu"), json!({"Days": []}));
    assert_eq!(member(&facts, "well-orders", "Cpu")["Days"].as_array().map(Vec::len), Some(8));
}
