//! S3.

use serde_json::json;

use crate::service::{audit, collected, collected_in, is_whole, names_what_is_refused};

#[test]
fn every_kind_is_whole() {
    is_whole("s3");
}

#[test]
fn what_is_refused_is_named() {
    names_what_is_refused("s3");
}

#[test]
fn what_an_account_blocks_is_said_of_each_of_its_buckets() {
    let facts = collected(&audit(), "s3").facts;
    let block = |kind: &str, member: &str| {
        let all: Vec<_> = facts.iter().filter(|fact| fact.kind == kind).map(|fact| fact.body[member].clone()).collect();
        all
    };
    let account = block("s3.account", "PublicAccessBlockConfiguration");
    assert_eq!(account[0]["BlockPublicAcls"], json!(true));
    assert!(block("s3.bucket", "AccountPublicAccessBlockConfiguration").iter().all(|said| *said == account[0]));
}

#[test]
fn buckets_have_names_that_are_unique_in_the_world() {
    let facts = collected(&audit(), "s3").facts;
    let kept = facts.iter().find(|fact| fact.id == "well-kept").expect("a bucket");
    assert_eq!((kept.key.as_str(), kept.region.as_str()), ("arn:aws:s3:::well-kept", "us-east-1"));
}

#[test]
fn an_account_is_asked_once_whatever_its_regions() {
    let found = collected_in(&audit(), "s3", &["us-east-1", "eu-west-1"]);
    assert_eq!((found.calls["GetAccountPublicAccessBlock"], found.calls["ListAllMyBuckets"]), (1, 2));
    assert_eq!(found.facts.iter().filter(|fact| fact.kind == "s3.account").count(), 1);
    let buckets = found.facts.iter().filter(|fact| fact.kind == "s3.bucket");
    let regions: std::collections::BTreeSet<_> = buckets.map(|bucket| bucket.region.as_str()).collect();
    assert_eq!(regions.len(), 2, "buckets of both are told what it blocks");
}
