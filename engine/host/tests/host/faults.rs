//! What a fault says, and what is kept of a batch in which one happened.

use muster_core::finding::{Fault, FaultKind, Grouping, Verdict};
use muster_host::{Document, Limits};
use serde_json::json;

use crate::support::{ask, ask_with, document, documents, errored, fault, host, load, menagerie, short};

#[test]
fn the_bad_document_is_found_and_the_others_are_judged() {
    let mut keys: Vec<String> = (0..999).map(|n| format!("p{n}")).collect();
    keys.push("t-bad".into());
    let host = host(Limits::default());
    let pack = load(&host, &menagerie());
    let evaluation = ask_with(&host, &pack, Grouping::Each, &documents(&keys));
    assert_eq!((errored(&evaluation), evaluation.findings.len()), (vec!["t-bad"], 1_000));
    assert!(evaluation.work[0].calls <= 21, "one call, and two for each of ten halvings: {}", evaluation.work[0].calls);
    let found = fault(&evaluation);
    assert_eq!((found.among, found.group.as_str(), found.frames.is_empty()), (1, "id-p0 to id-t-bad", false));
    let replay = found.replay.clone().expect("a replay");
    assert_eq!(
        evaluation.findings.last().expect("the bad one").message,
        format!(
            "rule `menagerie` of pack test 1.2.0 trapped on id-t-bad in id-p0 to id-t-bad: \
             wasm `unreachable` instruction executed; seen again with {replay}"
        )
    );
}

#[test]
fn several_bad_documents_of_several_kinds_are_all_found() {
    let evaluation = ask(Limits { fuel_base: 20_000_000, ..Limits::default() }, &["f1", "l2", "p3", "t4", "u5", "i6", "s7"]);
    assert_eq!(short(&evaluation.findings), ["f1 fail", "i6 errored", "l2 errored", "p3 pass", "t4 errored", "u5 unknown"]);
    let kinds: Vec<FaultKind> = evaluation.findings.iter().filter_map(|finding| Some(finding.fault.as_ref()?.kind)).collect();
    assert_eq!(kinds, [FaultKind::BadOutput, FaultKind::Time, FaultKind::Trap]);
    assert_eq!((evaluation.work[0].documents, evaluation.work[0].findings), (7, 6), "s7 was passed over in silence, which is counted");
}

#[test]
fn a_silent_document_is_no_pass() {
    let evaluation = ask(Limits::default(), &["s1", "s2"]);
    assert_eq!(short(&evaluation.findings), [] as [&str; 0]);
    assert_eq!((evaluation.work[0].documents, evaluation.work[0].findings), (2, 0));
}

#[test]
fn an_empty_message_is_the_title_and_evidence_is_kept() {
    let evaluation = ask(Limits::default(), &["p1"]);
    let finding = &evaluation.findings[0];
    assert_eq!((finding.message.as_str(), serde_json::Value::Object(finding.evidence.clone())), ("The menagerie", json!({"why": 1})));
    assert_eq!(
        (&*finding.resource, &*finding.account, &*finding.region, &*finding.kind),
        ("id-p1", "123456789012", "us-east-1", "test.thing")
    );
}

/// Joins mean the whole group: nothing of it is kept, and the document that does it is still named.
#[test]
fn a_joining_rule_fails_for_its_scope_and_no_other() {
    let all: Vec<Document> =
        ["p1", "t2", "p3"].map(|key| document(key, "us-east-1")).into_iter().chain([document("p4", "eu-west-1")]).collect();
    let host = host(Limits::default());
    let pack = load(&host, &menagerie());
    let evaluation = ask_with(&host, &pack, Grouping::Scope, &all);
    assert_eq!(short(&evaluation.findings), ["p1 errored", "p3 errored", "p4 pass", "t2 errored"]);
    let found = fault(&evaluation);
    assert_eq!((found.group.as_str(), found.resource.as_deref(), found.among), ("123456789012/us-east-1", Some("id-t2"), 1));
    let evaluation = ask_with(&host, &pack, Grouping::Fleet, &all);
    assert_eq!(errored(&evaluation).len(), 4);
    assert_eq!(fault(&evaluation).group, "fleet");
}

/// Parameters are the same for all documents: halving could find nothing.
#[test]
fn bad_parameters_are_not_halved() {
    let evaluation = ask(Limits::default(), &["p1", "D2", "p3"]);
    assert_eq!((errored(&evaluation).len(), evaluation.work[0].calls), (3, 1));
    let found = fault(&evaluation);
    assert_eq!((found.kind, found.cause.as_str(), found.among), (FaultKind::Declared, "bad-params: seen", 3));
}

/// Other documents that a rule reads beside those it judges are not errored, unless there is nothing else to name.
#[test]
fn only_what_it_judges_is_errored() {
    let other = |key: &str| Document::new("test.other", key, key, ("1", "x"), &json!({})).expect("a document");
    let host = host(Limits::default());
    let pack = load(&host, &menagerie());
    let judged = |documents: &[Document]| {
        let evaluation = ask_with(&host, &pack, Grouping::Fleet, documents);
        errored(&evaluation).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(judged(&[document("p1", "x"), other("t2")]), ["p1"]);
    assert_eq!(judged(&[other("t2")]), ["t2"], "it failed, and must be seen");
}

#[test]
fn the_last_log_lines_go_with_the_fault() {
    let host = host(Limits { halving_calls: 0, ..Limits::default() });
    let pack = load(&host, &menagerie());
    let keys: Vec<String> = (0..15).map(|n| format!("q{n:02}")).chain(["t".into()]).collect();
    let evaluation = ask_with(&host, &pack, Grouping::Each, &documents(&keys));
    let found: &Fault = fault(&evaluation);
    assert_eq!((found.log.len(), found.log[0].as_str(), evaluation.log.len()), (10, "info seen", 15));
}

#[test]
fn two_documents_of_one_key_are_the_callers_mistake() {
    let host = host(Limits::default());
    let pack = load(&host, &menagerie());
    let (rule, params) = (crate::support::rule("menagerie", Grouping::Each), serde_json::Map::new());
    let documents = [document("p1", "us-east-1"), document("p1", "eu-west-1")];
    let job = muster_host::Job {
        pack: &pack,
        rule: &rule,
        params: &params,
        severity: muster_core::finding::Severity::Low,
        documents: &documents,
    };
    let error = host.evaluate(&[job], 0, crate::support::threads(1), &muster_host::Cancel::default()).expect_err("refused");
    assert_eq!(error.to_string(), "rule `menagerie` was given two documents with key p1; a finding could not say which it means");
}

#[test]
fn a_word_of_a_later_interface_is_unknown() {
    assert_eq!(ask(Limits::default(), &["u1"]).findings[0].verdict, Verdict::Unknown);
}
