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

#[test]
fn credentials_say_when_they_were_reported() {
    let facts = collected(&audit(), "iam").facts;
    let at = |kind: &str, id: &str| {
        let fact = facts.iter().find(|fact| fact.kind == kind && (id.is_empty() || fact.id == id)).expect("a fact");
        fact.body["Credentials"]["GeneratedTime"].clone()
    };
    assert_eq!(at("iam.root", ""), json!("2026-11-21T05:10:00Z"), "as the estate says");
    assert_eq!(at("iam.user", "well-kim"), json!("2026-11-21T09:00:00Z"), "else now");
    assert_eq!(at("iam.user", "odd-new"), json!(null), "of what no report knows");
}
