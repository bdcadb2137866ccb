//! Lambda.

use crate::service::{audit, collected, is_whole, names_what_is_refused};

#[test]
fn every_kind_is_whole() {
    is_whole("lambda");
}

#[test]
fn what_is_refused_is_named() {
    names_what_is_refused("lambda");
}

#[test]
fn functions_have_the_arn_of_their_place() {
    let facts = collected(&audit(), "lambda").facts;
    let kept = facts.iter().find(|fact| fact.id == "well-kept").expect("a function");
    assert_eq!(kept.key, format!("arn:aws:lambda:us-east-1:{}:function:well-kept", kept.account));
    assert_eq!(kept.tags().get("team").map(String::as_str), Some("web"));
}
