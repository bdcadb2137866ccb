//! A guest's answer, held against the interface, as findings.

use std::sync::Arc;

use muster_core::finding::{FaultKind, Finding, Verdict};
use serde_json::{Map, Value};

use crate::bindings::exports::muster::rule::check;
use crate::call::Stop;
use crate::document::{Batch, Document};
use crate::limits::Limits;
use crate::state::size;
use crate::text::clean;

use super::{Prepared, evidence};

/// Longest key or code of a guest that a message repeats, in bytes.
const QUOTED_BYTES: usize = 200;

/// The findings of one answer, in the order of the documents, and what their evidence takes in memory, in bytes.
///
/// One bad finding spoils the answer: what else the guest says of the batch is as doubtful.
pub(super) fn findings(
    prepared: &Prepared<'_>,
    batch: &Batch<'_>,
    answer: Result<Vec<check::Finding>, check::Failure>,
    limits: &Limits,
) -> Result<(Vec<Finding>, u64), Stop> {
    let raw = answer.map_err(|failure| declared(&failure))?;
    let mut finder = batch.finder();
    let mut seen = vec![false; batch.documents.len()];
    let (mut all, mut weight) = (Vec::with_capacity(raw.len().min(batch.documents.len())), 0);
    for found in raw {
        let Some(at) = finder.find(&found.subject) else {
            return Err(bad(format!("it judges {}, which it was not asked about", clean(&found.subject, QUOTED_BYTES))));
        };
        if std::mem::replace(&mut seen[at], true) {
            return Err(bad(format!("it judges {} twice", clean(&found.subject, QUOTED_BYTES))));
        }
        let finding = finding(prepared, batch.documents[at], found, limits)?;
        weight += evidence::weight(&finding.evidence);
        if weight > limits.evidence_run_bytes {
            return Err(evidence::too_much(limits));
        }
        all.push((at, finding));
    }
    all.sort_by_key(|(at, _)| *at);
    Ok((all.into_iter().map(|(_, finding)| finding).collect(), weight))
}

fn finding(prepared: &Prepared<'_>, document: &Document, found: check::Finding, limits: &Limits) -> Result<Finding, Stop> {
    let key = &found.subject;
    if found.message.len() as u64 > limits.message_bytes {
        return Err(flood(limits, "message_bytes", format!("its message about {key} has {} bytes", found.message.len())));
    }
    if found.body.len() as u64 > limits.evidence_bytes {
        return Err(flood(limits, "evidence_bytes", format!("its evidence about {key} has {} bytes", found.body.len())));
    }
    let verdict = Verdict::of_pack(&found.verdict);
    let message = if found.message.is_empty() { prepared.title.clone() } else { clean(&found.message, size(limits.message_bytes)) };
    Ok(prepared.finding(document, verdict, message, evidence::read(key, &found.body, limits)?))
}

pub(super) fn bad(cause: String) -> Stop {
    Stop::new(FaultKind::BadOutput, None, cause)
}

pub(super) fn flood(limits: &Limits, limit: &str, cause: String) -> Stop {
    Stop::new(FaultKind::Flood, Some(limits.hit(limit)), cause)
}

/// `code: message`, as the rule itself says why it cannot judge.
fn declared(failure: &check::Failure) -> Stop {
    let (code, message) = (clean(&failure.code, QUOTED_BYTES), clean(&failure.message, 1_000));
    Stop::new(FaultKind::Declared, None, if message.is_empty() { code } else { format!("{code}: {message}") })
}

impl Prepared<'_> {
    /// A finding of this rule about `document`.
    pub(super) fn finding(&self, document: &Document, verdict: Verdict, message: String, evidence: Map<String, Value>) -> Finding {
        Finding {
            rule: Arc::clone(&self.rule),
            pack: Arc::clone(&self.job.pack.id),
            verdict,
            severity: self.job.severity,
            kind: Arc::clone(&document.kind),
            key: Arc::clone(&document.key),
            resource: Arc::clone(&document.resource),
            account: Arc::clone(&document.account),
            region: Arc::clone(&document.region),
            message,
            evidence,
            fault: None,
        }
    }
}
