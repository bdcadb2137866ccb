//! A fleet, a pack, facts about volumes, and a host that answers as a test says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use muster_core::advise::{Advice, DocumentRef, Jobs, jobs, settle};
use muster_core::facet::{Fact, Facts, Gap, kind};
use muster_core::finding::{Finding, PackId, Rule, Verdict};
use muster_core::fleet::{FileSource, Fleet, LoadOptions, load};
use muster_core::policy::{Ground, PolicyRef, Selection, read, select};
use serde_json::{Map, Value, json};

pub const ACCOUNT: &str = "123456789012";
pub const HOME: &str = "us-east-1";
pub const AWAY: &str = "eu-west-1";

struct Files(BTreeMap<String, String>);

impl FileSource for Files {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        self.0.get(relative).map(|text| text.clone().into_bytes()).ok_or_else(|| "there is no such file".to_owned())
    }
}

const FLEET: &str = "\
fleet: lms
timezone: Asia/Seoul
cloud:
  provider: aws
  accounts: {main: {id: '123456789012'}}
  regions: [us-east-1, eu-west-1]
users:
  defaults: {ssh-from: 10.0.0.0/8, key: generate}
  alice: {type: t3.small}
";

pub fn fleet() -> Fleet {
    let loaded = load("fleet.yaml", FLEET.as_bytes(), &Files(BTreeMap::new()), &LoadOptions::default());
    assert!(loaded.fleet.is_some(), "{:?}", loaded.diagnostics);
    loaded.fleet.unwrap()
}

/// Rules about volumes: alone, with tags, a whole account and region at once, all of the fleet at once. About policies of buckets,
/// of each and of all at once. And about root users, who are of no region.
pub fn catalogue() -> Vec<(PackId, Vec<Rule>)> {
    let about = |kind: &str, id: &str, severity: &str, grouping: &str, facets: &[&str]| {
        let body = json!({
            "title": format!("{id} is wrong"), "category": "cost", "severity": severity, "grouping": grouping,
            "needs": [{"kind": kind, "facets": facets}], "risk": format!("{id} costs"), "controls": ["CIS 1.1"],
            "remediation": {"text": format!("Mend {id}."), "command": "mend {resource}"},
        });
        Rule::read(id, &body.to_string()).unwrap()
    };
    let rule = |id: &str, severity: &str, grouping: &str, facets: &[&str]| about("ec2.volume", id, severity, grouping, facets);
    let rules = vec![
        rule("alone", "high", "each", &[]),
        rule("again", "critical", "each", &[]),
        rule("tagged", "medium", "each", &["tags"]),
        rule("together", "low", "scope", &["tags"]),
        rule("whole", "info", "fleet", &[]),
    ];
    let buckets = vec![about("s3.bucket", "open", "high", "each", &["policy"]), about("s3.bucket", "all", "high", "scope", &["policy"])];
    let pack = |name: &str| PackId { name: name.to_owned(), version: "1.0.0".to_owned() };
    let root = vec![about("iam.root", "root", "high", "each", &[])];
    vec![(pack("ec2"), rules), (pack("iam"), root), (pack("s3"), buckets)]
}

/// What a policy selects. `text` is everything behind its name.
pub fn selection(text: &str) -> Selection {
    let policies =
        read(&[PolicyRef::File("our.yaml".to_owned())], &Files(BTreeMap::from([("our.yaml".to_owned(), format!("policy: our\n{text}"))])));
    let selection = select(&policies, &catalogue(), &Ground::of(&fleet()));
    assert!(selection.is_clean(), "{:?}", selection.diagnostics);
    selection
}

/// A volume; `tags` as `key=value`.
pub fn volume(region: &str, id: &str, tags: &[&str]) -> Fact {
    let tags: BTreeMap<&str, &str> = tags.iter().map(|tag| tag.split_once('=').unwrap()).collect();
    let body = json!({"VolumeId": id, "Size": 8, "Tags": tags});
    Fact::new(kind("ec2.volume").unwrap(), (ACCOUNT, region), body.as_object().unwrap().clone())
}

/// A machine of a fleet's alice that starts from a volume; `proof` is its `muster:self`.
pub fn machine(fleet: &str, root: &str, proof: &str) -> Fact {
    let body = json!({
        "InstanceId": "i-1", "State": "running", "RootDeviceName": "/dev/xvda",
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": root}}],
        "Tags": {"muster:fleet": fleet, "muster:address": "user/alice/instance", "muster:self": proof},
    });
    Fact::new(kind("ec2.instance").unwrap(), (ACCOUNT, HOME), body.as_object().unwrap().clone())
}

/// A volume with its tags unread.
pub fn untold(region: &str, id: &str) -> Fact {
    let mut fact = volume(region, id, &[]);
    fact.body.remove("Tags");
    fact.unread = BTreeSet::from(["tags"]);
    fact
}

/// A bucket whose policy could not be read, and why; `tags` are nothing where they could not be read either.
pub fn closed_bucket(id: &str, tags: Option<Value>) -> (Fact, Gap) {
    let mut fact = Fact::new(kind("s3.bucket").unwrap(), (ACCOUNT, HOME), Map::from_iter([("Name".to_owned(), json!(id))]));
    fact.unread = BTreeSet::from(["policy"]);
    match tags {
        Some(tags) => fact.put("Tags", tags),
        None => drop(fact.unread.insert("tags")),
    }
    let gap = Gap { action: "s3:GetBucketPolicy".to_owned(), kind: "s3.bucket", ..refused(HOME, Some("policy"), &[&fact]) };
    (fact, gap)
}

/// A refused call: of the list, or of a facet.
pub fn refused(region: &str, facet: Option<&'static str>, resources: &[&Fact]) -> Gap {
    Gap {
        action: if facet.is_some() { "ec2:DescribeTags" } else { "ec2:DescribeVolumes" }.to_owned(),
        account: ACCOUNT.to_owned(),
        region: region.to_owned(),
        kind: "ec2.volume",
        facet,
        resources: resources.iter().map(|fact| fact.key.clone()).collect(),
        error: "UnauthorizedOperation: not allowed".to_owned(),
        unreachable: false,
    }
}

pub fn facts(facts: Vec<Fact>, gaps: Vec<Gap>) -> Facts {
    let accounts = BTreeMap::from([("main".to_owned(), ACCOUNT.to_owned())]);
    Facts { facts, gaps, accounts, ..Facts::empty(now()) }.settled()
}

/// 2026-11-21 18:00 in Seoul.
pub fn now() -> Timestamp {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

/// What the host would say: `answer` gives the verdict and evidence of a document, or nothing.
pub fn judged(selection: &Selection, jobs: &Jobs, answer: impl Fn(&str, &DocumentRef) -> Option<(Verdict, Value)>) -> Vec<Finding> {
    let mut all = Vec::new();
    for plan in &jobs.plans {
        let enabled = &selection.enabled[plan.enabled];
        for document in plan.documents.iter().map(|at| &jobs.documents[*at]) {
            let Some((verdict, evidence)) = answer(&enabled.rule.id, document) else { continue };
            all.push(Finding {
                rule: enabled.rule.id.as_str().into(),
                pack: Arc::clone(&enabled.pack),
                verdict,
                severity: enabled.severity,
                kind: document.kind.into(),
                key: document.key.as_str().into(),
                resource: document.id.as_str().into(),
                account: document.account.as_str().into(),
                region: document.region.as_str().into(),
                message: "size 8".to_owned(),
                evidence: evidence.as_object().cloned().unwrap_or_else(Map::new),
                fault: None,
            });
        }
    }
    all
}

/// The whole way, with every document failing.
pub fn all_fail(selection: &Selection, facts: &Facts) -> Advice {
    advice(selection, facts, |_, _| Some((Verdict::Fail, json!({"Size": 8}))))
}

pub fn advice(selection: &Selection, facts: &Facts, answer: impl Fn(&str, &DocumentRef) -> Option<(Verdict, Value)>) -> Advice {
    let jobs = jobs(selection, facts);
    let judged = judged(selection, &jobs, answer);
    settle(selection, &fleet(), facts, &jobs, judged, now())
}

/// `rule verdict resource`, one a finding.
pub fn said(advice: &Advice) -> Vec<String> {
    advice.findings.iter().map(|one| format!("{} {} {}", one.finding.rule, one.finding.verdict, one.finding.resource)).collect()
}
