//! Lambda.

use std::collections::BTreeSet;

use crate::service::{audit, collected, collected_in, is_whole, names_what_is_refused};

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

#[test]
fn variables_under_a_key_of_others_are_unread() {
    let found = collected_in(&audit(), "lambda", &["eu-west-1"]);
    let sealed = found.facts.iter().find(|fact| fact.id == "odd-sealed").expect("a function");
    assert!(sealed.unread.contains("environment") && !sealed.body.contains_key("Environment"));
    let [gap] = &found.gaps[..] else { panic!("one gap: {:?}", found.gaps) };
    assert_eq!((gap.action.as_str(), gap.facet, gap.unreachable), ("kms:Decrypt", Some("environment"), false));
    assert_eq!(gap.resources, BTreeSet::from([sealed.key.clone()]));
    assert!(gap.error.starts_with("AccessDeniedException: Lambda was unable to decrypt"), "{}", gap.error);
}
