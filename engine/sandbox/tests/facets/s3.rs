//! S3.

use futures::executor::block_on;
use muster_core::cloud::Place;
use muster_core::facet::{Collector as _, Wanted};
use muster_sandbox::{Estate, Faults, Sandbox};
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
    assert_eq!((found.calls["GetAccountPublicAccessBlock"], found.calls["ListAllMyBuckets"]), (1, 1));
    assert_eq!(found.facts.iter().filter(|fact| fact.kind == "s3.account").count(), 1);
    let buckets = found.facts.iter().filter(|fact| fact.kind == "s3.bucket");
    let regions: std::collections::BTreeSet<_> = buckets.map(|bucket| bucket.region.as_str()).collect();
    assert_eq!(regions.len(), 2, "buckets of both are told what it blocks");
}

/// One list names them all, so one that nobody asks about is known of, and no region costs a list more.
#[test]
fn buckets_of_every_region_are_listed_once() {
    let estate = "places:\n  - region: us-east-1\n    facts: {s3.bucket: [{Name: a}]}\n  - region: eu-west-1\n    facts: {s3.bucket: [{Name: b}, {Name: c}]}\n";
    let sandbox = Sandbox::in_memory(Estate::parse("estate.yaml", estate).expect("an estate"), Faults::default());
    let places = ["us-east-1", "us-west-2"].map(|region| Place { account: "default".to_owned(), region: region.to_owned() });
    let mut wanted = Wanted::default();
    wanted.add(&places, "s3.bucket", []);
    let facts = block_on(sandbox.collect(&wanted, &|_| ())).expect("facts");
    assert_eq!((facts.facts.len(), facts.calls["ListAllMyBuckets"]), (1, 1));
    let [spread] = facts.spread.as_slice() else { panic!("{:?}", facts.spread) };
    assert_eq!((spread.account.as_str(), spread.kind), ("default", "s3.bucket"));
    assert_eq!(
        spread.regions.iter().filter(|(_, things)| **things > 0).map(|(a, b)| (a.as_str(), *b)).collect::<Vec<_>>(),
        [("eu-west-1", 2), ("us-east-1", 1)]
    );
}
