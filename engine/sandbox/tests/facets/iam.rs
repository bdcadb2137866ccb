//! IAM.

use muster_core::facet::Home;
use serde_json::json;

use crate::service::{audit, collected, is_whole, names_what_is_refused};

#[test]
fn every_kind_is_whole() {
    is_whole("iam");
}

#[test]
fn what_is_refused_is_named() {
    names_what_is_refused("iam");
}

#[test]
fn all_of_it_belongs_to_the_account() {
    let facts = collected(&audit(), "iam");
    assert!(facts.facts.iter().all(|fact| fact.region.is_empty() && fact.account == facts.accounts["default"]));
    assert!(muster_core::facet::iam::KINDS.iter().all(|kind| kind.home == Home::Account));
    let role = facts.facts.iter().find(|fact| fact.id == "well-scheduler").expect("a role");
    let condition = &role.body["AssumeRolePolicyDocument"]["Statement"][0]["Condition"];
    assert_eq!(condition, &json!({"StringEquals": {"aws:SourceAccount": role.account}}), "the estate's account is this one");
    assert_eq!(role.arn.as_deref(), Some(format!("arn:aws:iam::{}:role/well-scheduler", role.account).as_str()));
}
