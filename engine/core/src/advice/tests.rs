//! Advice drawn from small facts.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::*;
use crate::facet::{self, Fact, Facts, Gap};
use crate::finding::{Finding, PackId, Rule, Severity, Verdict};
use crate::fleet::{FileSource, Fleet, LoadOptions};

const ACCOUNT: &str = "123456789012";

fn volume(id: &str, region: &str, body: Value) -> Fact {
    let kind = facet::kind("ec2.volume").expect("a kind");
    let mut members = body.as_object().expect("an object").clone();
    members.insert("VolumeId".to_owned(), id.into());
    Fact::new(kind, (ACCOUNT, region), members)
}

fn unread(id: &str, region: &str) -> Fact {
    Fact { unread: BTreeSet::from(["tags"]), ..volume(id, region, json!({})) }
}

fn facts(facts: Vec<Fact>, gaps: Vec<Gap>) -> Facts {
    Facts { facts, gaps, ..Facts::empty(Timestamp::UNIX_EPOCH) }
}

fn gap(facet: Option<&'static str>, region: &str) -> Gap {
    Gap {
        action: "ec2:DescribeVolumes".to_owned(),
        account: ACCOUNT.to_owned(),
        region: region.to_owned(),
        kind: "ec2.volume",
        facet,
        resources: BTreeSet::new(),
        error: "UnauthorizedOperation".to_owned(),
        unreachable: false,
    }
}

fn rule(grouping: &str, facets: &[&str]) -> Rule {
    let body = json!({
        "title": "Volume", "category": "cost", "severity": "low", "grouping": grouping,
        "needs": [{"kind": "ec2.volume", "facets": facets}],
        "remediation": {"text": "Do it.", "command": "aws ec2 delete-volume --volume-id {resource} --region {region}"},
    });
    Rule::read("unused", &body.to_string()).expect("a rule")
}

fn ids(facts: &[&Fact]) -> Vec<String> {
    facts.iter().map(|fact| fact.id.clone()).collect()
}

fn shared<'f>(rule: &Rule, facts: &'f Facts) -> (Vec<String>, Vec<(String, Vec<String>)>) {
    let given: Given<'f> = given(rule, facts, |_| true);
    let unjudged = given.unjudged.iter().map(|one| (one.fact.id.clone(), one.actions.iter().cloned().collect())).collect();
    (ids(&given.facts), unjudged)
}

fn text(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn each_misses_what_is_unread_and_nothing_else() {
    let facts = facts(vec![volume("vol-1", "r", json!({"Tags": {}})), unread("vol-2", "r")], vec![gap(Some("tags"), "r")]);
    assert_eq!(shared(&rule("each", &["tags"]), &facts), (text(&["vol-1"]), vec![("vol-2".into(), text(&["ec2:DescribeVolumes"]))]));
    assert_eq!(shared(&rule("each", &[]), &facts), (text(&["vol-1", "vol-2"]), vec![]), "who does not read tags does not miss them");
}

#[test]
fn joins_are_unknown_as_far_as_they_reach() {
    let all = || vec![volume("vol-1", "r", json!({})), unread("vol-2", "r"), volume("vol-3", "s", json!({}))];
    let (given, unjudged) = shared(&rule("scope", &["tags"]), &facts(all(), vec![gap(Some("tags"), "r")]));
    assert_eq!((given, unjudged.len()), (text(&["vol-3"]), 2), "the other region is whole");
    let (given, unjudged) = shared(&rule("fleet", &["tags"]), &facts(all(), vec![gap(Some("tags"), "r")]));
    assert_eq!((given, unjudged.len()), (text(&[]), 3));
    let whole = facts(vec![volume("vol-1", "r", json!({}))], vec![gap(None, "s")]);
    assert_eq!(shared(&rule("fleet", &[]), &whole).1, [("vol-1".to_owned(), text(&["ec2:DescribeVolumes"]))], "a list that was refused");
    assert_eq!(shared(&rule("scope", &[]), &whole).0, ["vol-1"], "is refused elsewhere");
}

struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        Err(format!("there is no {relative}"))
    }
}

fn fleet() -> Fleet {
    let text = "fleet: lms\ntimezone: UTC\ncloud: {provider: sandbox, regions: [r]}\nusers:\n  defaults: {ssh-from: [203.0.113.0/24], key: generate}\n  alice: {}\n";
    crate::fleet::load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions::default()).fleet.expect("a fleet")
}

fn finding(fact: &Fact, verdict: Verdict, evidence: Value) -> Finding {
    Finding {
        rule: "unused".into(),
        pack: Arc::new(pack()),
        verdict,
        severity: Severity::Info,
        kind: fact.kind.into(),
        key: fact.key.as_str().into(),
        resource: fact.id.as_str().into(),
        account: fact.account.as_str().into(),
        region: fact.region.as_str().into(),
        message: "nobody uses it".to_owned(),
        evidence: evidence.as_object().expect("an object").clone(),
        fault: None,
    }
}

fn pack() -> PackId {
    PackId { name: "ec2".to_owned(), version: "1.0.0".to_owned() }
}

fn drawn(facts: &Facts, verdicts: &[(Verdict, Value)], exempt: &dyn Fn(&str, &Fact) -> Option<Exempted>) -> Advice {
    let (rule, params, fleet) = (rule("each", &["tags"]), Map::new(), fleet());
    let given = given(&rule, facts, |_| true);
    let findings = given.facts.iter().zip(verdicts).map(|(fact, (verdict, evidence))| finding(fact, *verdict, evidence.clone())).collect();
    let judged = given.facts.iter().map(|fact| fact.key.as_str()).collect();
    let asked = [Asked { id: "ec2/unused".into(), pack: pack(), rule: &rule, params: &params, severity: Severity::High, origin: None, given, judged }];
    conclude(Input { at: facts.at, fleet: &fleet, facts, asked: &asked, findings, exempt, notes: Vec::new() })
}

fn nothing(_: &str, _: &Fact) -> Option<Exempted> {
    None
}

#[test]
fn findings_are_named_as_people_name_things() {
    let ours = json!({"Tags": {"muster:fleet": "lms", "muster:address": "user/alice/instance", "Name": "x"}});
    let theirs = json!({"Tags": {"muster:fleet": "other", "muster:address": "user/alice/instance", "Name": "web disk"}});
    let facts = facts(vec![volume("vol-1", "r", ours), volume("vol-2", "r", theirs), unread("vol-3", "r")], vec![gap(Some("tags"), "r")]);
    let advice = drawn(&facts, &[(Verdict::Fail, json!({})), (Verdict::Pass, json!({}))], &nothing);
    let seen: Vec<_> =
        advice.findings.iter().map(|found| (&*found.resource, found.verdict, found.name.as_deref(), found.origin.as_deref())).collect();
    assert_eq!(
        seen,
        [
            ("vol-1", Verdict::Fail, Some("user/alice/instance"), Some("fleet.yaml:6")),
            ("vol-2", Verdict::Pass, Some("web disk"), None),
            ("vol-3", Verdict::Unknown, None, None),
        ]
    );
    assert_eq!(advice.findings[0].command.as_deref(), Some("aws ec2 delete-volume --volume-id vol-1 --region r"));
    assert_eq!((advice.findings[1].command.as_deref(), advice.findings[0].severity), (None, Severity::High), "the policy's severity");
    assert_eq!(advice.findings[2].message, "not judged: ec2:DescribeVolumes was not answered");
    assert_eq!(advice.tally, Tally { pass: 1, fail: 1, unknown: 1, ..Tally::default() });
    assert_eq!((advice.failing(Severity::High), advice.failing(Severity::Critical), advice.felt().count()), (1, 0, 1));
}

#[test]
fn silence_is_not_applicable_and_no_pass() {
    let facts = facts(vec![volume("vol-1", "r", json!({})), volume("vol-2", "r", json!({}))], vec![]);
    let advice = drawn(&facts, &[(Verdict::Pass, json!({}))], &nothing);
    assert_eq!((advice.rules[0].tally.pass, advice.rules[0].not_applicable), (1, 1));
}

#[test]
fn an_exception_covers_fails_and_nothing_else() {
    let cover = |id: &str, fact: &Fact| {
        (id == "ec2/unused" && fact.id != "vol-3").then(|| Exempted {
            owner: "lab".to_owned(),
            reason: "test".to_owned(),
            until: "2026-12-31".to_owned(),
            origin: "our.yaml:9".to_owned(),
        })
    };
    let all = ["vol-1", "vol-2", "vol-3"].map(|id| volume(id, "r", json!({}))).to_vec();
    let verdicts = [(Verdict::Fail, json!({})), (Verdict::Errored, json!({})), (Verdict::Fail, json!({}))];
    let advice = drawn(&facts(all, vec![]), &verdicts, &cover);
    let seen: Vec<Verdict> = advice.findings.iter().map(|found| found.verdict).collect();
    assert_eq!(seen, [Verdict::Exempt, Verdict::Errored, Verdict::Fail]);
    assert_eq!((advice.failing(Severity::Info), advice.findings[0].command.is_none()), (1, true));
    assert_eq!(advice.findings[0].exception.as_ref().map(|cover| cover.origin.as_str()), Some("our.yaml:9"));
}

#[test]
fn of_two_savings_on_one_thing_the_larger_counts() {
    let saves = |amount: f64, per: &str| json!({"saves": {"amount": amount, "currency": "USD", "per": per, "confidence": "exact"}});
    let all = ["vol-1", "vol-2", "vol-3", "vol-4"].map(|id| volume(id, "r", json!({}))).to_vec();
    let verdicts =
        [(Verdict::Fail, saves(8.1, "month")), (Verdict::Fail, saves(0.2, "month")), (Verdict::Pass, saves(5.0, "month")), (Verdict::Fail, saves(9.0, "year"))];
    let advice = drawn(&facts(all, vec![]), &verdicts, &nothing);
    assert_eq!((advice.savings.monthly.get("USD"), advice.savings.resources), (Some(&8.3), 2));
    let mut twice = advice.findings.clone();
    twice.extend(advice.findings.iter().take(1).cloned().map(|mut found| {
        found.evidence = saves(2.0, "month").as_object().expect("an object").clone();
        found
    }));
    assert_eq!(Savings::of(&twice).monthly.get("USD"), Some(&8.3));
}

/// Whoever may create a thing chooses its name; a command that is copied must stay one command.
#[test]
fn a_name_cannot_change_the_command() {
    for id in ["a;reboot", "$(id)", "-profile", "a b", "`x`", ""] {
        let facts = facts(vec![volume(id, "r", json!({}))], vec![]);
        assert_eq!(drawn(&facts, &[(Verdict::Fail, json!({}))], &nothing).findings[0].command, None, "{id}");
    }
}
