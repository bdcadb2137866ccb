//! Trying a case: the rule is asked twice alike, in the opposite order, and of one document at a time, and must say the same, at the same cost.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use muster_core::facet::{self, Fact};
use muster_core::finding::{Finding, Rule, Verdict};
use serde_json::Value;

use super::case::{Case, Expected};
use crate::document::{Document, DocumentError};
use crate::error::EvaluateError;
use crate::evaluate::{Evaluation, Job, Run};
use crate::host::{Host, Pack};
use crate::limits::Limits;
use crate::pulse::Cancel;

/// What came of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// How it ended.
    pub outcome: Outcome,
    /// What the rule found, as a case writes it, by resource.
    pub found: Vec<Expected>,
    /// Lines it logged: level and text.
    pub log: Vec<(String, String)>,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// As expected.
    Passed,
    /// Otherwise: the findings that were expected and are missing or differ, and those that nobody expected.
    Differs {
        /// Expected, not found.
        missing: Vec<Expected>,
        /// Found, not expected.
        surplus: Vec<Expected>,
    },
    /// Not the same each time.
    Unstable(&'static str),
    /// The rule did not come to an end: what the faults say.
    Errored(Vec<String>),
}

/// Why a case could not be tried.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// What is given is no document.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The host could not ask.
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
}

/// What `rule` sees of facts: base members and those of the facets it declared, nothing else.
///
/// # Errors
/// When an account or region is no plain word.
pub fn documents(rule: &Rule, facts: &[Fact]) -> Result<Vec<Document>, DocumentError> {
    let one = |fact: &Fact| {
        let declared: BTreeSet<&str> =
            rule.needs.iter().filter(|need| need.kind == fact.kind).flat_map(|need| need.facets.iter().map(String::as_str)).collect();
        let body = facet::kind(fact.kind).map_or_else(|| fact.body.clone(), |kind| fact.projected(kind, &declared));
        Document::new(fact.kind, &fact.key, &fact.id, (&fact.account, &fact.region), &Value::Object(body))
    };
    facts.iter().filter(|fact| rule.needs.iter().any(|need| need.kind == fact.kind)).map(one).collect()
}

/// Tries a case of a pack with these `rules`.
///
/// # Errors
/// When what is given is no document, two documents share a key, or the host could not ask.
pub fn try_case(host: &Host, pack: &Pack, rules: &[Rule], case: &Case) -> Result<Tried, TrialError> {
    let rule = &rules[case.rule];
    let mut given = documents(rule, &case.given)?;
    let asking = Asking { host, pack, rule, case };
    let whole = asking.ask(&given, host.limits, false)?;
    let again = asking.ask(&given, host.limits, false)?;
    let alone = asking.ask(&given, Limits { chunk_documents: 1, ..host.limits }, false)?;
    given.sort_by(|a, b| (&b.kind, &b.key).cmp(&(&a.kind, &a.key)));
    let turned = asking.ask(&given, host.limits, true)?;
    let found: Vec<Expected> = whole.findings.iter().map(|finding| found(finding, &rule.title)).collect();
    let log = whole.log.iter().map(|line| (line.level.clone(), line.message.clone())).collect();
    Ok(Tried { outcome: outcome(&whole, [&again, &turned, &alone], &found, case), found, log })
}

struct Asking<'a> {
    host: &'a Host,
    pack: &'a Pack,
    rule: &'a Rule,
    case: &'a Case,
}

impl Asking<'_> {
    fn ask(&self, documents: &[Document], limits: Limits, as_given: bool) -> Result<Evaluation, EvaluateError> {
        let Self { host, pack, rule, case } = self;
        let job = Job { pack, rule, params: &case.params, severity: rule.severity, documents };
        let now = u64::try_from(case.now.as_second()).unwrap_or(0);
        host.run(&[job], &Run { limits, now, cancel: &Cancel::default(), as_given }, NonZeroUsize::MIN)
    }
}

fn outcome(whole: &Evaluation, [again, turned, alone]: [&Evaluation; 3], found: &[Expected], case: &Case) -> Outcome {
    let faults: BTreeSet<String> =
        whole.findings.iter().filter_map(|finding| finding.fault.as_ref()).map(|fault| fault.cause.clone()).collect();
    if !faults.is_empty() {
        return Outcome::Errored(faults.into_iter().collect());
    }
    if bytes(whole) != bytes(again) || whole.work != again.work {
        return Outcome::Unstable("it says something else, or takes other fuel, when it is asked the same again");
    }
    if bytes(whole) != bytes(turned) {
        return Outcome::Unstable("it says something else when the documents stand in the opposite order");
    }
    if bytes(whole) != bytes(alone) {
        return Outcome::Unstable("it says something else of a document when others stand beside it");
    }
    let (missing, surplus) = (without(&case.expect, found), without(found, &case.expect));
    if missing.is_empty() && surplus.is_empty() { Outcome::Passed } else { Outcome::Differs { missing, surplus } }
}

/// What of `all` is left when each of `others` has taken one away: two resources may share a name, and a finding.
fn without(all: &[Expected], others: &[Expected]) -> Vec<Expected> {
    let mut left = all.to_vec();
    for other in others {
        if let Some(at) = left.iter().position(|one| one == other) {
            left.remove(at);
        }
    }
    left
}

/// The findings as bytes, which is how two runs are compared.
fn bytes(evaluation: &Evaluation) -> Vec<u8> {
    // Findings are plain data whose maps have text as keys.
    serde_json::to_vec(&evaluation.findings).unwrap_or_default()
}

/// As a case writes it. A pass without words has the rule's title for a message, which says what is wrong when it fails: not here.
fn found(finding: &Finding, title: &str) -> Expected {
    let wordless = finding.verdict == Verdict::Pass && finding.message == title;
    let message = if wordless { String::new() } else { finding.message.clone() };
    Expected {
        resource: finding.resource.to_string(),
        verdict: finding.verdict.word().to_owned(),
        message,
        evidence: finding.evidence.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::author::case::read;
    use muster_core::finding::PackId;

    const MUSEUM: &[u8] = include_bytes!("../../../../rules/wit/museum/1.0.0/c.wasm");

    fn tried(text: &str) -> Tried {
        let host = Host::new(Limits::default(), None).expect("a host");
        let pack = host.load(PackId { name: "museum".into(), version: "1.0.0".into() }, MUSEUM).expect("a pack");
        let mut rules = host.describe(&pack).expect("rules").rules;
        rules[0].params =
            serde_json::json!({"properties": {"min_size": {"type": "integer", "default": 8}}}).as_object().expect("an object").clone();
        try_case(&host, &pack, &rules, &read("a.yaml", text.as_bytes(), &rules).expect("a case")).expect("tried")
    }

    const GIVEN: &str =
        "given:\n  - body: {VolumeId: vol-1, Size: 8, Encrypted: false}\n  - body: {VolumeId: vol-2, Size: 8, Encrypted: true}\n";

    #[test]
    fn a_case_passes_when_every_finding_is_as_expected() {
        let text = format!(
            "{GIVEN}expect:\n  - {{resource: vol-2, verdict: pass}}\n  \
             - {{resource: vol-1, verdict: fail, message: EBS volume is not encrypted, evidence: {{size: 8}}}}\n"
        );
        assert_eq!(tried(&text).outcome, Outcome::Passed);
    }

    #[test]
    fn a_finding_lost_for_one_of_two_namesakes_shows() {
        let one = Expected { resource: "grades".into(), verdict: "fail".into(), message: String::new(), evidence: serde_json::Map::new() };
        let (once, twice) = (vec![one.clone()], vec![one.clone(), one.clone()]);
        assert_eq!(without(&twice, &once), once);
        assert!(without(&once, &twice).is_empty() && without(&twice, &twice).is_empty());
    }

    #[test]
    fn what_differs_is_named_from_both_sides() {
        let tried = tried(&format!("{GIVEN}expect:\n  - {{resource: vol-1, verdict: pass}}\n"));
        let Outcome::Differs { missing, surplus } = tried.outcome else { panic!("{tried:?}") };
        assert_eq!((missing.len(), missing[0].verdict.as_str()), (1, "pass"));
        assert_eq!(surplus, tried.found);
    }
}
