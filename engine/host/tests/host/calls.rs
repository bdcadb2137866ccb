//! What reading an account for the baseline costs: calls grow with pages, and thing by thing only where AWS has no list.

use std::collections::{BTreeMap, BTreeSet};

use futures::executor::block_on;
use muster_core::advise;
use muster_core::cloud::Place;
use muster_core::facet::{Collector as _, Home, kinds};
use muster_core::finding::{PackId, Rule};
use muster_core::fleet::FileSource;
use muster_core::policy::{self, Ground, PolicyRef, Selection};
use muster_host::{BuiltIn, builtin};
use muster_sandbox::{Estate, Faults, Sandbox};
use serde_json::{Map, Value, json};

/// Things of each kind in the large account.
const THINGS: u64 = 1_000;
/// Things on a page of the sandbox's lists.
const PAGE: u64 = 100;
/// The only operations of the baseline that are called thing by thing, and how often for each: AWS lists what they tell nowhere. (Of a
/// live account only what a list calls public is asked for the attributes of snapshots.) Each is a thousand calls more for a thousand
/// buckets, functions, instances or snapshots: whoever adds one says why.
const BY_THING: &[(&str, u64)] = &[
    ("DescribeDBClusterSnapshotAttributes", 1),
    ("DescribeDBSnapshotAttributes", 1),
    ("DescribeInstanceAttribute", 1),
    ("DescribeSnapshotAttribute", 1),
    ("GetBucketAcl", 1),
    ("GetBucketOwnershipControls", 1),
    ("GetBucketPolicy", 1),
    ("GetBucketPolicyStatus", 1),
    ("GetBucketPublicAccessBlock", 1),
    ("GetEncryptionConfiguration", 1),
    ("GetLifecycleConfiguration", 1),
    ("GetPolicy", 1),
    ("ListFunctionUrlConfigs", 1),
];

/// The built-in policies are in the binary.
struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        Err(format!("{relative} is not read here"))
    }
}

fn baseline() -> Selection {
    let rules = |pack: &BuiltIn| (pack.manifest.id(), pack.manifest.described().expect("a manifest").rules);
    let catalogue: Vec<(PackId, Vec<Rule>)> = builtin().iter().map(rules).collect();
    let ground = Ground {
        accounts: BTreeMap::from([("default".to_owned(), None)]),
        regions: BTreeSet::from(["us-east-1".to_owned()]),
        packs: BTreeMap::new(),
        unread: Vec::new(),
        listed: None,
        zone: jiff::tz::TimeZone::UTC,
        kinds: muster_core::facet::kind,
    };
    let selection = policy::select(&policy::read(&[PolicyRef::BuiltIn("baseline")], &NoFiles), &catalogue, &ground);
    assert!(selection.is_clean(), "{:?}", selection.diagnostics);
    selection
}

/// An account with so many things of every kind of which there can be many. What they are like costs no call.
fn estate(things: u64) -> Estate {
    let many = kinds().filter(|kind| kind.home != Home::File && !kind.id.is_empty());
    let body = |id: &str, n| Value::from(Map::from_iter([(id.to_owned(), json!(format!("thing-{n}")))]));
    let facts: Map<String, Value> = many.map(|kind| (kind.word.to_owned(), (0..things).map(|n| body(kind.id, n)).collect())).collect();
    let estate = json!({"now": "2026-11-21T09:00:00Z", "places": [{"region": "us-east-1", "facts": facts}]});
    Estate::parse("large.yaml", &estate.to_string()).expect("an estate")
}

/// Calls by operation.
fn calls(things: u64) -> BTreeMap<String, u64> {
    let sandbox = Sandbox::in_memory(estate(things), Faults::default());
    let place = Place { account: "default".to_owned(), region: "us-east-1".to_owned() };
    block_on(sandbox.collect(&advise::wanted(&baseline(), [place]), &|_| {})).expect("facts").calls
}

#[test]
fn calls_grow_with_pages_and_thing_by_thing_only_where_it_is_said() {
    let (none, many) = (calls(0), calls(THINGS));
    let by_thing = many.iter().map(|(name, calls)| (name.as_str(), calls / THINGS)).filter(|(_, times)| *times > 0);
    assert_eq!(by_thing.collect::<Vec<_>>(), BY_THING);
    // An empty account has one page of each list; a hundred things fill one.
    let (lists, each) = (none.values().sum::<u64>(), BY_THING.iter().map(|(_, times)| times).sum::<u64>());
    let (bound, all) = (lists * (THINGS / PAGE) + THINGS * each, many.values().sum::<u64>());
    assert!(all <= bound, "{all} calls, at most {bound} wanted: {many:?}");
}
