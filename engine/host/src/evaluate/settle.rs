//! What is done about a group that failed: halve it until the document that does it stands alone.

use std::sync::Arc;

use muster_core::finding::{Fault, FaultKind, Finding, Grouping, Verdict};
use serde_json::Map;

use crate::call::Stop;
use crate::document::Document;
use crate::error::EvaluateError;
use crate::limits::Limits;
use crate::replay::Replay;
use crate::state::Line;

use super::group::Group;
use super::{Asked, Prepared, Run, evidence};

/// Log lines that go into a fault.
const LAST_LINES: usize = 10;

/// The failing groups of one rule, in order. One budget of calls for all of them, so what is found does not depend on
/// which thread came first.
pub(super) struct Settling<'a> {
    run: &'a Run<'a>,
    prepared: &'a Prepared<'a>,
    calls_left: u64,
    pub(super) findings: Vec<Finding>,
    pub(super) replays: Vec<Replay>,
    pub(super) calls: u64,
    pub(super) fuel: u64,
}

/// A batch that failed, and how.
struct Failed<'a> {
    documents: &'a [&'a Document],
    stop: Stop,
    log: Vec<Line>,
}

impl<'a> Settling<'a> {
    pub(super) fn new(run: &'a Run<'a>, prepared: &'a Prepared<'a>) -> Self {
        let calls_left = run.limits.halving_calls;
        Self { run, prepared, calls_left, findings: Vec::new(), replays: Vec::new(), calls: 0, fuel: 0 }
    }

    /// Settles one group that ended with `stop`.
    pub(super) fn settle(&mut self, group: &Group<'a>, stop: Stop, log: Vec<Line>) -> Result<(), EvaluateError> {
        let failed = Failed { documents: &group.documents, stop, log };
        if hopeless(&failed.stop) {
            self.errored(group, &failed, failed.documents);
            return Ok(());
        }
        match self.prepared.job.rule.grouping {
            Grouping::Each => self.halve(group, failed),
            Grouping::Scope | Grouping::Fleet => self.narrow(group, failed),
        }
    }

    /// Each document is judged alone, so halves give the same verdicts as the whole: those that come through are kept.
    fn halve(&mut self, group: &Group<'_>, failed: Failed<'_>) -> Result<(), EvaluateError> {
        if failed.documents.len() < 2 || self.calls_left < 2 {
            self.errored(group, &failed, failed.documents);
            return Ok(());
        }
        let (left, right) = failed.documents.split_at(failed.documents.len() / 2);
        for half in [left, right] {
            // What the other half took away is missing here.
            if self.calls_left == 0 {
                self.errored(group, &failed, half);
                continue;
            }
            match self.ask(half)? {
                Ok(findings) => self.findings.extend(findings),
                Err(failed) => self.halve(group, failed)?,
            }
        }
        Ok(())
    }

    /// A rule that joins documents means the whole group: halves only tell which document does it, and nothing they find
    /// is kept.
    fn narrow(&mut self, group: &Group<'_>, failed: Failed<'_>) -> Result<(), EvaluateError> {
        let whole = failed.documents;
        let mut smallest = failed;
        while smallest.documents.len() > 1 && self.calls_left >= 2 {
            let (left, right) = smallest.documents.split_at(smallest.documents.len() / 2);
            smallest = match (self.ask(left)?, self.ask(right)?) {
                (Err(half), _) | (Ok(_), Err(half)) => half,
                (Ok(_), Ok(_)) => break,
            };
        }
        self.errored(group, &smallest, whole);
        Ok(())
    }

    fn ask<'b>(&mut self, documents: &'b [&'b Document]) -> Result<Result<Vec<Finding>, Failed<'b>>, EvaluateError> {
        self.calls_left = self.calls_left.saturating_sub(1);
        self.calls += 1;
        let Asked { answer, log, fuel, .. } = self.run.ask(self.prepared, documents);
        self.fuel += fuel;
        match answer {
            Ok(findings) => Ok(Ok(findings)),
            Err(Stop::Cancelled) => Err(EvaluateError::Cancelled),
            Err(stop) => Ok(Err(Failed { documents, stop, log })),
        }
    }

    /// An errored finding on every resource of `about` that the rule should have judged.
    fn errored(&mut self, group: &Group<'_>, failed: &Failed<'_>, about: &[&Document]) {
        let Stop::Fault { kind, limit, cause, frames } = &failed.stop else { return };
        let mut fault = Fault {
            pack: (*self.prepared.job.pack.id).clone(),
            rule: self.prepared.rule.to_string(),
            group: group.name.clone(),
            kind: *kind,
            limit: limit.clone(),
            cause: cause.clone(),
            resource: match failed.documents {
                [one] => Some(one.resource.to_string()),
                _ => None,
            },
            among: failed.documents.len(),
            frames: frames.clone(),
            log: last_lines(&failed.log),
            replay: None,
        };
        // One call of a rule that said too much in all its calls shows nothing.
        fault.replay = if evidence::is_too_much(&failed.stop) { None } else { self.keep(&fault, failed.documents) };
        let fault = Arc::new(fault);
        let subject = self.prepared.job.rule.subject();
        let judged = |document: &&&Document| *document.kind == *subject;
        // A rule that was given nothing of the kind it judges failed all the same, and must be seen.
        let any = about.iter().any(|document| judged(&document));
        for document in about.iter().filter(|document| !any || judged(document)) {
            let mut finding = self.prepared.finding(document, Verdict::Errored, fault.to_string(), Map::new());
            finding.fault = Some(Arc::clone(&fault));
            self.findings.push(finding);
        }
    }

    /// Keeps what is needed to see the fault again, and says its file's name.
    fn keep(&mut self, fault: &Fault, documents: &[&Document]) -> Option<String> {
        if self.replays.len() as u64 >= self.run.limits.replays {
            return None;
        }
        let replay = Replay::of(self.prepared, self.run, fault, documents);
        let name = replay.file_name();
        self.replays.push(replay);
        Some(name)
    }
}

/// Whether fewer documents could change nothing.
fn hopeless(stop: &Stop) -> bool {
    match stop {
        // The rule as a whole has said too much.
        stop if evidence::is_too_much(stop) => true,
        Stop::Fault { kind: FaultKind::Declared, cause, .. } => cause.starts_with("bad-params"),
        // Its rule was not asked: no document is to blame.
        Stop::Fault { limit: Some(limit), .. } if limit.name == "group-bytes" => true,
        Stop::Fault { kind, .. } => *kind == FaultKind::Start,
        Stop::Cancelled => true,
    }
}

fn last_lines(log: &[Line]) -> Vec<String> {
    let from = log.len().saturating_sub(LAST_LINES);
    let max = crate::state::size(Limits::default().message_bytes);
    log[from..].iter().map(|line| crate::text::clean(&format!("{} {}", line.level, line.message), max)).collect()
}
