//! S3.

use serde_json::json;

use crate::service::{audit, collected, is_whole, names_what_is_refused};

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
