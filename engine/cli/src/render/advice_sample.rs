//! Advice to be shown by tests: two rules about volumes, and what a test says they found.

use std::sync::Arc;

use muster_core::advise;
use muster_core::facet::{self, Fact, Facts, Gap};
use muster_core::finding::{Finding, PackId, Rule, Severity, Verdict};
use muster_core::fleet::{FileSource, Fleet, LoadOptions};
use muster_core::policy::{self, Ground, Policies, Selection};
use serde_json::{Value, json};

use super::advice::{Frame, Remark, Shown};

const POLICY: &str = "policy: our\nrules:\n  ec2/volume-encryption: on\n  ec2/unattached: on\nexceptions:\n  - {rule: ec2/*, resource: vol-3, owner: lab, reason: holds nothing, until: 2026-12-31}\n";

/// A policy and nothing beside it.
struct Policy;

impl FileSource for Policy {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        if relative == "our.yaml" { Ok(POLICY.as_bytes().to_vec()) } else { Err("there is no such file".to_owned()) }
    }
}

fn fleet() -> Fleet {
    let text = "fleet: lms-2026\ntimezone: Asia/Seoul\ncloud: {provider: sandbox, regions: [ap-northeast-2]}\nadvisor: {policies: [our.yaml]}\nusers:\n  defaults: {ssh-from: [203.0.113.0/24], key: generate}\n  alice: {}\n";
    muster_core::fleet::load("fleet.yaml", text.as_bytes(), &Policy, &LoadOptions::default()).fleet.expect("a fleet")
}

fn rule_of(id: &str, title: &str, severity: &str, command: &str) -> Rule {
    let body = json!({
        "title": title, "category": "cost", "severity": severity, "needs": [{"kind": "ec2.volume", "facets": ["tags"]}],
        "risk": "It costs.", "controls": ["FSBP EC2.1"], "remediation": {"text": "Delete it.", "command": command},
    });
    Rule::read(id, &body.to_string()).expect("a rule")
}

fn pack() -> PackId {
    PackId { name: "ec2".to_owned(), version: "1.0.0".to_owned() }
}

fn selection(policies: &Policies, fleet: &Fleet) -> Selection {
    let rules = vec![
        rule_of("volume-encryption", "EBS volume is not encrypted", "high", "aws ec2 create-snapshot --volume-id {resource}"),
        rule_of("unattached", "EBS volume is attached to nothing", "low", "aws ec2 set --region {region}"),
    ];
    policy::select(policies, &[(pack(), rules)], &Ground::of(fleet))
}

/// A volume; `vol-1` is of the fleet.
pub(super) fn volume(id: &str) -> Fact {
    let kind = facet::kind("ec2.volume").expect("a kind");
    let tags = if id == "vol-1" { json!({"muster:fleet": "lms-2026", "muster:address": "user/alice/instance"}) } else { json!({}) };
    let body = json!({"VolumeId": id, "Size": 8, "Tags": tags});
    Fact::new(kind, ("123456789012", "ap-northeast-2"), body.as_object().expect("an object").clone())
}

/// The machine that starts from vol-1, which proves whose that is.
fn machine() -> Fact {
    let ebs = json!([{"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": "vol-1"}}]);
    let tags = json!({"muster:fleet": "lms-2026", "muster:address": "user/alice/instance", "muster:self": "i-1"});
    let body = json!({"InstanceId": "i-1", "RootDeviceName": "/dev/xvda", "BlockDeviceMappings": ebs, "Tags": tags});
    let kind = facet::kind("ec2.instance").expect("a kind");
    Fact::new(kind, ("123456789012", "ap-northeast-2"), body.as_object().expect("an object").clone())
}

/// What a rule says of it.
pub(super) fn found(rule: &str, fact: &Fact, verdict: Verdict, message: &str, evidence: Value) -> Finding {
    Finding {
        rule: rule.into(),
        pack: Arc::new(pack()),
        verdict,
        severity: if rule == "unattached" { Severity::Low } else { Severity::High },
        kind: fact.kind.into(),
        key: fact.key.as_str().into(),
        resource: fact.id.as_str().into(),
        account: fact.account.as_str().into(),
        region: fact.region.as_str().into(),
        message: message.to_owned(),
        evidence: evidence.as_object().expect("an object").clone(),
        fault: None,
    }
}

/// What stands around the advice.
pub(super) fn frame() -> Frame {
    Frame {
        fleet: "lms-2026".to_owned(),
        timezone: Some("Asia/Seoul".to_owned()),
        places: vec!["main (1234…9012) ap-northeast-2".to_owned()],
        sandbox: false,
        seconds: Some(0.42),
        calls: 3,
        resources: 4,
        narrowed: false,
        replays: None,
        policy: "muster iam --advise".to_owned(),
        remarks: vec![Remark { about: "ec2/unattached".to_owned(), message: "its prices are of 2026-01-01".to_owned() }],
    }
}

/// A call that was refused.
pub(super) fn refused(action: &str, region: &str, facet: Option<&'static str>, resources: &[&Fact]) -> Gap {
    Gap {
        action: action.to_owned(),
        account: "123456789012".to_owned(),
        region: region.to_owned(),
        kind: "ec2.volume",
        facet,
        resources: resources.iter().map(|fact| fact.key.clone()).collect(),
        error: format!("UnauthorizedOperation: User: arn:aws:iam::123456789012:user/kim is not authorized to perform: {action}"),
        unreachable: false,
    }
}

/// Shows the advice on what `findings` makes of these facts.
pub(super) fn shown<T>(facts: Facts, frame: &Frame, findings: impl Fn(&[Fact]) -> Vec<Finding>, show: impl Fn(&Shown<'_>) -> T) -> T {
    let fleet = fleet();
    let selection = selection(&fleet.advisor.read, &fleet);
    assert!(selection.is_clean(), "{:?}", selection.diagnostics);
    let (at, facts) = (facts.at, facts.settled());
    let volumes: Vec<Fact> = facts.facts.iter().filter(|fact| fact.kind == "ec2.volume").cloned().collect();
    let advice = advise::settle(&selection, &fleet, &facts, &advise::jobs(&selection, &facts), findings(&volumes), at);
    show(&Shown::new(&advice, &selection, &facts, frame))
}

/// These volumes, and what could not be read.
pub(super) fn facts(ids: &[&str], gaps: Vec<Gap>) -> Facts {
    let at = "2026-11-21T09:02:00Z".parse().expect("an instant");
    Facts { facts: ids.iter().map(|id| volume(id)).chain([machine()]).collect(), gaps, ..Facts::empty(at) }
}
