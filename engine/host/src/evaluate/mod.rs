//! Rules over documents: many calls, on some threads, to one sorted list of findings.
//!
//! First every group is asked once, in parallel. Then, rule by rule, groups that failed are halved with one budget of
//! calls per rule. Both steps give the same answer whatever the number of threads; only time limits could not, and fuel
//! is there so that they do not decide.

mod evidence;
mod group;
mod judge;
pub(crate) mod pool;
mod settle;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use muster_core::digest::canonical;
use muster_core::finding::{FaultKind, Finding, PackId, Rule, Severity};
use serde_json::{Map, Value};

use crate::call::{self, Question, Stop};
use crate::document::{Batch, Document};
use crate::error::EvaluateError;
use crate::host::{Host, Pack};
use crate::limits::Limits;
use crate::pulse::Cancel;
use crate::replay::Replay;
use crate::state::{Line, size};
use crate::text::{ascii, clean};

use group::{Group, groups, sorted};
use settle::Settling;

/// Documents below which calls go to one thread together: a new store takes the kernel's lock on the address space, and
/// two threads making small calls were slower than one.
const BUNDLE_DOCUMENTS: usize = 250;

/// One rule to run.
pub struct Job<'a> {
    /// The pack it stands in.
    pub pack: &'a Pack,
    /// What the pack said of it.
    pub rule: &'a Rule,
    /// Its parameters, already held against the rule's schema.
    pub params: &'a Map<String, Value>,
    /// How much a fail matters: the rule's own word or the policy's.
    pub severity: Severity,
    /// What it reads, of all kinds it needs, in any order.
    pub documents: &'a [Document],
}

/// What came of all jobs.
#[derive(Debug, Default)]
pub struct Evaluation {
    /// Sorted by [`Finding::order`].
    pub findings: Vec<Finding>,
    /// What the guests logged, in the order of jobs and groups.
    pub log: Vec<LogLine>,
    /// To see faults again.
    pub replays: Vec<Replay>,
    /// One entry for each job, in their order.
    pub work: Vec<Work>,
}

/// A line a rule logged. Escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Whose.
    pub pack: Arc<PackId>,
    /// Its rule.
    pub rule: Arc<str>,
    /// What was being judged.
    pub group: String,
    /// The pack's word: debug, info, warn.
    pub level: String,
    /// The line.
    pub message: String,
}

/// What a job took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Whose.
    pub pack: Arc<PackId>,
    /// Its rule.
    pub rule: Arc<str>,
    /// Documents of the kind it judges.
    pub documents: usize,
    /// Findings, errored ones included. Fewer than documents: the rule had nothing to say of some.
    pub findings: usize,
    /// Calls, those of halving included.
    pub calls: u64,
    /// Fuel of all calls.
    pub fuel: u64,
    /// Most linear memory that one of its first calls had, in bytes.
    pub memory: u64,
    /// Log lines beyond what is kept of one rule.
    pub log_dropped: usize,
}

/// A job with what all its calls share.
pub(crate) struct Prepared<'a> {
    pub(crate) job: &'a Job<'a>,
    pub(crate) rule: Arc<str>,
    pub(crate) params: String,
    title: String,
    groups: Vec<Group<'a>>,
    /// What the evidence of its findings takes so far, in bytes.
    evidence: AtomicU64,
}

/// What all calls of one evaluation share.
pub(crate) struct Run<'a> {
    pub(crate) limits: Limits,
    pub(crate) now: u64,
    pub(crate) cancel: &'a Cancel,
    /// Documents stay as they are given, which only a trial wants: a rule must not count on their order.
    pub(crate) as_given: bool,
}

/// One call's outcome.
pub(crate) struct Asked {
    pub(crate) answer: Result<Vec<Finding>, Stop>,
    pub(crate) log: Vec<Line>,
    pub(crate) fuel: u64,
    pub(crate) memory: u64,
}

impl Host {
    /// Runs all jobs as of `now` (seconds since 1970) on up to `threads` threads. The result does not depend on them.
    ///
    /// # Errors
    /// When it is cancelled, when two documents of a job share a key, or when no thread could be started. Whatever
    /// happens inside a guest is a finding.
    pub fn evaluate(&self, jobs: &[Job<'_>], now: u64, threads: NonZeroUsize, cancel: &Cancel) -> Result<Evaluation, EvaluateError> {
        self.run(jobs, &Run { limits: self.limits, now, cancel, as_given: false }, threads)
    }

    pub(crate) fn run(&self, jobs: &[Job<'_>], run: &Run<'_>, threads: NonZeroUsize) -> Result<Evaluation, EvaluateError> {
        let prepared = jobs.iter().map(|job| Prepared::new(job, run)).collect::<Result<Vec<_>, _>>()?;
        let asked = ask_all(&prepared, run, threads)?;
        let merged: Vec<_> = prepared.iter().zip(asked).collect();
        let settled = pool::map(merged, threads, |(prepared, asked)| settle(run, prepared, asked))?;
        let mut all = Evaluation::default();
        for one in settled {
            let (findings, log, replays, work) = one?;
            all.findings.extend(findings);
            all.log.extend(log);
            all.replays.extend(replays);
            all.work.push(work);
        }
        all.findings.sort_by(|a, b| a.order().cmp(&b.order()));
        Ok(all)
    }
}

impl<'a> Prepared<'a> {
    fn new(job: &'a Job<'a>, run: &Run<'_>) -> Result<Self, EvaluateError> {
        let (limits, documents) = (&run.limits, if run.as_given { job.documents.iter().collect() } else { sorted(job.documents) });
        unique(&job.rule.id, &documents)?;
        Ok(Self {
            job,
            rule: job.rule.id.as_str().into(),
            params: ascii(&canonical(job.params)),
            title: clean(&job.rule.title, size(limits.message_bytes)),
            groups: groups(documents, job.rule.grouping, limits),
            evidence: AtomicU64::new(0),
        })
    }

    /// Adds evidence to that of all findings so far, unless it is too much: then the rule has no more.
    fn kept(&self, findings: Vec<Finding>, weight: u64, limits: &Limits) -> Result<Vec<Finding>, Stop> {
        let before = self.evidence.fetch_add(weight, Ordering::Relaxed);
        if before.saturating_add(weight) > limits.evidence_run_bytes { Err(evidence::too_much(limits)) } else { Ok(findings) }
    }
}

/// Keys name documents across all kinds of a job.
fn unique(rule: &str, documents: &[&Document]) -> Result<(), EvaluateError> {
    let mut keys: Vec<&str> = documents.iter().map(|document| &*document.key).collect();
    keys.sort_unstable();
    match keys.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(EvaluateError::KeyTwice { rule: rule.to_owned(), key: pair[0].to_owned() }),
        None => Ok(()),
    }
}

/// Asks every group of every job once. For each job, what came of its groups in order.
fn ask_all(prepared: &[Prepared<'_>], run: &Run<'_>, threads: NonZeroUsize) -> Result<Vec<Vec<Asked>>, EvaluateError> {
    let ask = |bundle: Vec<(usize, usize)>| -> Vec<(usize, Asked)> {
        bundle.into_iter().map(|(job, group)| (job, run.ask(&prepared[job], &prepared[job].groups[group].documents))).collect()
    };
    let mut all: Vec<Vec<Asked>> = prepared.iter().map(|_| Vec::new()).collect();
    for (job, asked) in pool::map(bundles(prepared), threads, ask)?.into_iter().flatten() {
        if asked.answer.as_ref().err() == Some(&Stop::Cancelled) {
            return Err(EvaluateError::Cancelled);
        }
        all[job].push(asked);
    }
    Ok(all)
}

/// Groups by job and number, small ones together.
fn bundles(prepared: &[Prepared<'_>]) -> Vec<Vec<(usize, usize)>> {
    let (mut all, mut bundle, mut documents) = (Vec::new(), Vec::new(), 0);
    for (job, one) in prepared.iter().enumerate() {
        for (number, group) in one.groups.iter().enumerate() {
            bundle.push((job, number));
            documents += group.documents.len();
            if documents >= BUNDLE_DOCUMENTS {
                all.push(std::mem::take(&mut bundle));
                documents = 0;
            }
        }
    }
    all.push(bundle);
    all
}

impl Run<'_> {
    /// Asks a rule about some documents.
    pub(crate) fn ask(&self, prepared: &Prepared<'_>, documents: &[&Document]) -> Asked {
        if self.cancel.is_cancelled() {
            return Asked { answer: Err(Stop::Cancelled), log: Vec::new(), fuel: 0, memory: 0 };
        }
        let bytes: u64 = documents.iter().map(|document| document.bytes()).sum();
        let (limit, most) = self.limits.of_batch(prepared.job.rule.grouping);
        if bytes > most {
            let cause = format!("its {} documents have {bytes} bytes together", documents.len());
            let stop = Stop::new(FaultKind::Space, Some(self.limits.hit(limit)), cause);
            return Asked { answer: Err(stop), log: Vec::new(), fuel: 0, memory: 0 };
        }
        let batch = Batch::new(documents);
        let question = Question { rule: &prepared.rule, params: &prepared.params, now: self.now };
        let done = call::evaluate(prepared.job.pack, self.limits, self.cancel, question, &batch);
        let answer = done.answer.and_then(|answer| {
            let (findings, weight) = judge::findings(prepared, &batch, answer, &self.limits)?;
            prepared.kept(findings, weight, &self.limits)
        });
        Asked { answer, log: done.log, fuel: done.fuel, memory: done.memory }
    }
}

type Settled = (Vec<Finding>, Vec<LogLine>, Vec<Replay>, Work);

/// One job's findings, log and replays, with what failed halved.
fn settle(run: &Run<'_>, prepared: &Prepared<'_>, asked: Vec<Asked>) -> Result<Settled, EvaluateError> {
    let mut settling = Settling::new(run, prepared);
    // Which groups were too much depends on the threads; that some were does not. So none of them counts.
    let flooded = prepared.evidence.load(Ordering::Relaxed) > run.limits.evidence_run_bytes;
    let (mut lines, mut calls, mut fuel, mut memory) = (Vec::new(), 0, 0, 0);
    for (group, asked) in prepared.groups.iter().zip(asked) {
        calls += 1;
        fuel += asked.fuel;
        memory = asked.memory.max(memory);
        lines.extend(asked.log.iter().map(|line| prepared.line(group, line)));
        match asked.answer {
            Ok(_) if flooded => settling.settle(group, evidence::too_much(&run.limits), asked.log)?,
            Ok(findings) => settling.findings.extend(findings),
            Err(stop) => settling.settle(group, stop, asked.log)?,
        }
    }
    let kept = size(run.limits.log_lines);
    let log_dropped = lines.len().saturating_sub(kept);
    lines.truncate(kept);
    let subject = prepared.job.rule.subject();
    let work = Work {
        pack: Arc::clone(&prepared.job.pack.id),
        rule: Arc::clone(&prepared.rule),
        documents: prepared.job.documents.iter().filter(|document| *document.kind == *subject).count(),
        findings: settling.findings.len(),
        calls: calls + settling.calls,
        fuel: fuel + settling.fuel,
        memory,
        log_dropped,
    };
    Ok((settling.findings, lines, settling.replays, work))
}

impl Prepared<'_> {
    fn line(&self, group: &Group<'_>, line: &Line) -> LogLine {
        LogLine {
            pack: Arc::clone(&self.job.pack.id),
            rule: Arc::clone(&self.rule),
            group: group.name.clone(),
            level: clean(&line.level, 20),
            message: clean(&line.message, 4_096),
        }
    }
}
