//! Bytes from anywhere, through everything a pack goes through. A fuzzer calls [`load_and_run`]; stable tests play it the
//! corpus under `tests/corpus` and what follows from that by damage. `docs/rules/host.md` says how to hang a fuzzer on it.

use std::num::NonZeroUsize;

use muster_core::finding::{Grouping, PackId, Rule, Severity, Verdict};
use serde_json::{Map, json};

use crate::document::Document;
use crate::error::HostError;
use crate::evaluate::Job;
use crate::host::Host;
use crate::limits::Limits;
use crate::pulse::Cancel;

/// How far bytes came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Came {
    /// They are no pack.
    Refused,
    /// A pack, which does not say what its rules are.
    Undescribed,
    /// It does, and fails over the documents.
    Errored,
    /// Nothing was wrong with it.
    Through,
}

/// A host for [`load_and_run`], whose limits end a call in milliseconds.
///
/// # Errors
/// When wasmtime does not run on this machine.
pub fn host() -> Result<Host, HostError> {
    let brisk = Limits { fuel_base: 2_000_000, fuel_per_document: 10_000, fuel_per_byte: 10, memory_bytes: 1 << 20, ..Limits::default() };
    Host::new(brisk, None)
}

/// Loads `bytes`, asks them what their rules are and lets them judge four documents. It must return, whatever they are:
/// a panic, an abort or a wait without end is a fault of the host.
#[must_use]
pub fn load_and_run(host: &Host, bytes: &[u8]) -> Came {
    let id = PackId { name: "fuzz".to_owned(), version: "1.0.0".to_owned() };
    let Ok(pack) = host.load(id, bytes) else { return Came::Refused };
    let described = host.describe(&pack).is_ok();
    let (Ok(rule), Ok(documents)) = (rule(), documents()) else { return Came::Refused };
    let job = Job { pack: &pack, rule: &rule, params: &Map::new(), severity: Severity::High, documents: &documents };
    let errored = host
        .evaluate(&[job], 1_795_251_600, NonZeroUsize::MIN, &Cancel::default())
        .map_or(true, |evaluation| evaluation.findings.iter().any(|finding| finding.verdict == Verdict::Errored));
    match (described, errored) {
        (false, _) => Came::Undescribed,
        (true, true) => Came::Errored,
        (true, false) => Came::Through,
    }
}

/// A rule as a manifest would have it; what the bytes say of themselves is looked at apart.
fn rule() -> Result<Rule, muster_core::finding::RuleError> {
    let body =
        json!({"title": "t", "category": "security", "severity": "high", "grouping": Grouping::Each, "needs": [{"kind": "test.thing"}]});
    Rule::read("menagerie", &body.to_string())
}

fn documents() -> Result<Vec<Document>, crate::document::DocumentError> {
    let one = |key| Document::new("test.thing", key, key, ("123456789012", "us-east-1"), &json!({ "key": key }));
    ["p1", "f2", "n3", "s4"].into_iter().map(one).collect()
}
