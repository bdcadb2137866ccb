//! Advice drawn from small facts.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::*;
use crate::facet::{self, Fact, Facts, Gap};
use crate::finding::{Finding, PackId, Rule, Severity, Verdict};
use crate::fleet::{FileSource, Fleet, LoadOptions};
use crate::policy::{Enabled, Exception, Glob, Granted, RulePattern, Scope, Where};
use crate::span::{At, Span};

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
    let given: Given<'f> = given(rule, &Scope::default(), facts);
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

fn here() -> Span {
    Span::start_of(&"our.yaml".into())
}

fn enabled(rule: Rule) -> Enabled {
    let (pack, rule, params) = (Arc::new(pack()), Arc::new(rule), Map::new());
    Enabled { pack, rule, params, severity: Severity::High, scope: Scope::default(), policy: "our".to_owned(), span: here() }
}

/// An exception of `vol-1` from every rule of the pack.
fn granted(resource: &str, until: &str) -> Granted {
    let exception = Exception {
        policy: "our".to_owned(),
        rule: At::new(RulePattern::Pack("ec2".to_owned()), here()),
        resources: vec![At::new(Glob(resource.to_owned()), here())],
        scope: Where::default(),
        owner: "lab".to_owned(),
        reason: "a test".to_owned(),
        until: At::new(until.parse().expect("a day"), here()),
        span: here(),
    };
    let ends = exception.ends(&jiff::tz::TimeZone::UTC);
    Granted { exception, scope: Scope::default(), ends }
}

fn drawn(facts: &Facts, verdicts: &[(Verdict, Value)], exceptions: &[Granted]) -> Advice {
    let (enabled, fleet) = (enabled(rule("each", &["tags"])), fleet());
    let asked = [Asked::new(&enabled, facts)];
    let findings =
        asked[0].given.facts.iter().zip(verdicts).map(|(fact, (verdict, evidence))| finding(fact, *verdict, evidence.clone())).collect();
    let at = "2026-11-21T09:00:00Z".parse().expect("an instant");
    conclude(Input { at, fleet: &fleet, facts, asked: &asked, exceptions, is_whole: true, findings, notes: Vec::new() })
}

#[test]
fn findings_are_named_as_people_name_things() {
    let ours = json!({"Tags": {"muster:fleet": "lms", "muster:address": "user/alice/instance", "Name": "x"}});
    let theirs = json!({"Tags": {"muster:fleet": "other", "muster:address": "user/alice/instance", "Name": "web disk"}});
    let facts = facts(vec![volume("vol-1", "r", ours), volume("vol-2", "r", theirs), unread("vol-3", "r")], vec![gap(Some("tags"), "r")]);
    let advice = drawn(&facts, &[(Verdict::Fail, json!({})), (Verdict::Pass, json!({}))], &[]);
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
    let advice = drawn(&facts, &[(Verdict::Pass, json!({}))], &[]);
    assert_eq!((advice.rules[0].tally.pass, advice.rules[0].not_applicable), (1, 1));
}

#[test]
fn an_exception_covers_fails_and_nothing_else() {
    let all = ["vol-1", "vol-2", "vol-3"].map(|id| volume(id, "r", json!({}))).to_vec();
    let verdicts = [(Verdict::Fail, json!({})), (Verdict::Errored, json!({})), (Verdict::Fail, json!({}))];
    let exceptions = ["vol-1", "vol-2", "vol-9"].map(|id| granted(id, "2026-12-31"));
    let advice = drawn(&facts(all, vec![]), &verdicts, &exceptions);
    let seen: Vec<Verdict> = advice.findings.iter().map(|found| found.verdict).collect();
    assert_eq!(seen, [Verdict::Exempt, Verdict::Errored, Verdict::Fail]);
    assert_eq!((advice.failing(Severity::Info), advice.findings[0].command.is_none()), (1, true));
    assert_eq!(advice.findings[0].exception.as_ref().map(|cover| (cover.owner.as_str(), cover.until.as_str())), Some(("lab", "2026-12-31")));
    let notes: Vec<&str> = advice.notes.iter().map(|note| note.message.as_str()).collect();
    assert_eq!(notes, ["the exception of lab covers nothing any more: take it out"], "vol-9 only: who knows what vol-2 would be");
}

#[test]
fn an_exception_that_is_over_counts_again_and_is_said() {
    let facts = facts(vec![volume("vol-1", "r", json!({})), volume("vol-2", "r", json!({}))], vec![]);
    let verdicts = [(Verdict::Fail, json!({})), (Verdict::Pass, json!({}))];
    let advice = drawn(&facts, &verdicts, &[granted("vol-*", "2026-11-20")]);
    assert_eq!((advice.findings[0].verdict, advice.tally.exempt), (Verdict::Fail, 0));
    assert_eq!(advice.notes, [Note { about: "our.yaml:1".to_owned(), message: "1 fail counts again: the exception of lab ended on 2026-11-20".to_owned() }]);
    let advice = drawn(&facts, &verdicts, &[granted("vol-*", "2026-11-20"), granted("arn:aws:ec2:*", "2026-11-21")]);
    assert_eq!(advice.findings[0].verdict, Verdict::Exempt, "the last day counts, and ARNs name things too");
}

#[test]
fn a_thing_of_the_fleet_is_excepted_by_its_name() {
    let tags = json!({"Tags": {"muster:fleet": "lms", "muster:address": "user/alice/instance"}});
    let facts = facts(vec![volume("vol-1", "r", tags)], vec![]);
    for (name, verdict) in [("user/alice", Verdict::Exempt), ("user/alice/instance", Verdict::Exempt), ("user/al", Verdict::Fail)] {
        assert_eq!(drawn(&facts, &[(Verdict::Fail, json!({}))], &[granted(name, "2026-12-31")]).findings[0].verdict, verdict, "{name}");
    }
}

/// Where tags decide whether a rule is asked and could not be read, its verdict is unknown, not absent.
#[test]
fn a_scope_by_tags_is_unknown_where_tags_are() {
    let facts = facts(
        vec![volume("vol-1", "r", json!({"Tags": {"env": "prod"}})), volume("vol-2", "r", json!({"Tags": {}})), unread("vol-3", "r")],
        vec![gap(Some("tags"), "r")],
    );
    let scope = Scope { tags: [("env".to_owned(), BTreeSet::from(["prod".to_owned()]))].into(), ..Scope::default() };
    let rule = rule("each", &[]);
    let given = given(&rule, &scope, &facts);
    assert_eq!((ids(&given.facts), given.unjudged.len(), given.unjudged[0].fact.id.as_str()), (text(&["vol-1"]), 1, "vol-3"));
    assert!(concerns(&rule, &scope, &facts.gaps[0]) && !concerns(&rule, &Scope::default(), &facts.gaps[0]));
}

/// A rule that joins resources sees all of them and is heard about those in its scope.
#[test]
fn joins_see_beyond_their_scope() {
    let facts = facts(vec![volume("vol-1", "r", json!({})), volume("vol-2", "s", json!({}))], vec![]);
    let scope = Scope { regions: Some(BTreeSet::from(["r".to_owned()])), ..Scope::default() };
    let rule = rule("fleet", &[]);
    let given = given(&rule, &scope, &facts);
    assert_eq!((given.facts.len(), given.judged.len()), (2, 1));
}

#[test]
fn of_two_savings_on_one_thing_the_larger_counts() {
    let saves = |amount: f64, per: &str| json!({"saves": {"amount": amount, "currency": "USD", "per": per, "confidence": "exact"}});
    let all = ["vol-1", "vol-2", "vol-3", "vol-4"].map(|id| volume(id, "r", json!({}))).to_vec();
    let verdicts =
        [(Verdict::Fail, saves(8.1, "month")), (Verdict::Fail, saves(0.2, "month")), (Verdict::Pass, saves(5.0, "month")), (Verdict::Fail, saves(9.0, "year"))];
    let advice = drawn(&facts(all, vec![]), &verdicts, &[]);
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
        assert_eq!(drawn(&facts, &[(Verdict::Fail, json!({}))], &[]).findings[0].command, None, "{id}");
    }
}
