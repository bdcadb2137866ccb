//! Packs of every released interface, as bytes that were compiled then. See `rules/wit/museum/README.md`.

use std::fs;
use std::path::{Path, PathBuf};

use muster_core::finding::Severity;
use muster_host::{Cancel, Document, INTERFACE, Job, Limits};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::support::{NOW, WIT, component, host, id, threads};

#[derive(Deserialize)]
struct Question {
    params: Map<String, Value>,
    documents: Vec<Given>,
}

#[derive(Deserialize)]
struct Given {
    kind: String,
    key: String,
    body: Value,
}

fn museum() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/wit/museum")
}

fn folders() -> Vec<PathBuf> {
    let entries = fs::read_dir(museum()).expect("the museum").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.is_dir()).collect()
}

fn guests(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a version").map(|entry| entry.expect("an entry").path());
    let mut guests: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|extension| extension == "wasm")).collect();
    guests.sort();
    guests
}

fn documents(given: &[Given]) -> Vec<Document> {
    let one = |given: &Given| Document::new(&given.kind, &given.key, &given.key, ("123456789012", "us-east-1"), &given.body);
    given.iter().map(|given| one(given).expect("a document")).collect()
}

/// What the guest finds, as `[key, verdict, message, evidence]`.
fn findings(bytes: &[u8], question: &Question) -> Value {
    let host = host(Limits::default());
    let pack = host.load(id("museum"), bytes).expect("a pack of a released interface");
    let described = host.describe(&pack).expect("rules");
    assert_eq!((described.rules.len(), described.rules[0].id.as_str(), described.rules[0].subject()), (1, "ebs-unencrypted", "ec2.volume"));
    let documents = documents(&question.documents);
    let job = Job { pack: &pack, rule: &described.rules[0], params: &question.params, severity: Severity::High, documents: &documents };
    let evaluation = host.evaluate(&[job], NOW, threads(1), &Cancel::default()).expect("an evaluation");
    let rows = evaluation.findings.iter().map(|found| json!([&*found.key, found.verdict, found.message, found.evidence]));
    Value::Array(rows.collect())
}

fn read<T: for<'a> Deserialize<'a>>(path: &Path) -> T {
    serde_json::from_slice(&fs::read(path).expect("a file")).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_released_guest_says_what_it_always_said() {
    let mut seen = 0;
    for folder in folders() {
        let (question, expected): (Question, Value) = (read(&folder.join("batch.json")), read(&folder.join("findings.json")));
        for guest in guests(&folder) {
            assert_eq!(findings(&fs::read(&guest).expect("bytes"), &question), expected, "{}", guest.display());
            seen += 1;
        }
    }
    assert!(seen >= 3, "{seen} guests");
}

/// A guest's source, made into a component by today's tools, does the same: the interface did not drift away from them.
#[test]
fn the_source_of_a_guest_still_makes_one() {
    let folder = museum().join("1.0.0");
    let wat = fs::read_to_string(folder.join("wat/rule.wat")).expect("the source");
    assert_eq!(findings(&component(&wat), &read(&folder.join("batch.json"))), read::<Value>(&folder.join("findings.json")));
}

/// Documentation may be bettered. A word of the frozen interface may not change.
#[test]
fn the_interface_is_the_released_one() {
    let words = |wit: &str| {
        let code: Vec<&str> = wit.lines().map(str::trim).filter(|line| !line.starts_with("///") && !line.is_empty()).collect();
        code.join("\n")
    };
    let released = fs::read_to_string(museum().join(INTERFACE).join("rule.wit")).expect("the interface of this version");
    assert_eq!(words(WIT), words(&released), "rules/wit/rule.wit differs from version {INTERFACE}; see docs/rules/interface.md");
    assert!(WIT.starts_with(&format!("package muster:rule@{INTERFACE};")));
}
