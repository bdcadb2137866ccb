//! Asking rules, on threads that Ctrl-C ends.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use muster_core::advise::{DocumentRef, JobPlan, Jobs};
use muster_core::finding::PackId;
use muster_core::policy::{Enabled, Selection};
use muster_host::{Cancel, Document, DocumentError, EvaluateError, Evaluation, Host, HostError, Job, LoadError, Origin, Pack};
use serde_json::Value;

use super::packs::Known;
use super::place;
use crate::error::CommandError;
use crate::exit::Exit;

/// One rule with what it is given.
pub(crate) struct Question {
    enabled: Enabled,
    /// What it sees.
    documents: Vec<Document>,
}

/// A question for every rule that is given anything.
pub(crate) fn questions(selection: &Selection, jobs: &Jobs) -> Result<Vec<Question>, CommandError> {
    let documents = jobs.documents.iter().map(document).collect::<Result<Vec<_>, _>>();
    let documents = documents.map_err(|error| CommandError::new(Exit::Bug, "a resource cannot be judged").because(error))?;
    let question = |plan: &JobPlan| {
        let enabled = selection.enabled.get(plan.enabled).filter(|_| !plan.documents.is_empty())?;
        // Texts of documents are shared, so that ten rules that see the same hold it once.
        let documents = plan.documents.iter().filter_map(|at| documents.get(*at).cloned()).collect();
        Some(Question { enabled: enabled.clone(), documents })
    };
    Ok(jobs.plans.iter().filter_map(question).collect())
}

fn document(seen: &DocumentRef) -> Result<Document, DocumentError> {
    Document::new(seen.kind, &seen.key, &seen.id, (&seen.account, &seen.region), &Value::Object(seen.body.clone()))
}

/// What came of it.
pub(crate) struct Answers {
    /// Findings, log lines, replays.
    pub(crate) evaluation: Evaluation,
    /// Why some pack's compiled code was not taken from the cache.
    pub(crate) doubts: Vec<(PackId, String)>,
}

/// Why there are no answers.
#[derive(Debug)]
enum Trouble {
    Load(LoadError),
    Evaluate(EvaluateError),
    Host(HostError),
}

/// Loads the packs that are needed and asks every question, as of `now` (seconds since 1970).
///
/// It runs on threads of its own, so that Ctrl-C is heard meanwhile: whoever drops this future cancels it.
pub(crate) async fn ask(
    host: Host,
    packs: Vec<Known>,
    questions: Vec<Question>,
    now: u64,
    threads: NonZeroUsize,
) -> Result<Answers, CommandError> {
    let cancel = OnDrop(Cancel::default());
    let seen = cancel.0.clone();
    let work = move || answer(&host, &packs, &questions, now, threads, &seen);
    let answered = tokio::task::spawn_blocking(work).await;
    let answered = answered.map_err(|error| CommandError::new(Exit::Bug, "the rule host stopped").because(error))?;
    Ok(answered?)
}

/// Cancels what runs when nobody waits for it any more.
struct OnDrop(Cancel);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

fn answer(
    host: &Host,
    packs: &[Known],
    questions: &[Question],
    now: u64,
    threads: NonZeroUsize,
    cancel: &Cancel,
) -> Result<Answers, Trouble> {
    let _ticks = host.ticker().map_err(Trouble::Host)?;
    let wanted = |known: &&Known| questions.iter().any(|question| *question.enabled.pack == known.id);
    let mut loaded: BTreeMap<&PackId, Pack> = BTreeMap::new();
    for known in packs.iter().filter(wanted) {
        loaded.insert(&known.id, load(host, known).map_err(Trouble::Load)?);
    }
    let jobs: Vec<Job<'_>> = questions.iter().filter_map(|question| job(&loaded, question)).collect();
    let evaluation = host.evaluate(&jobs, now, threads, cancel).map_err(Trouble::Evaluate)?;
    if loaded.values().any(|pack| pack.origin == Origin::Compiled) {
        place::clean(host);
    }
    let doubts = loaded.values().filter_map(|pack| Some(((*pack.id).clone(), pack.doubt.as_ref()?.to_string()))).collect();
    Ok(Answers { evaluation, doubts })
}

fn load(host: &Host, known: &Known) -> Result<Pack, LoadError> {
    let pack = host.load(known.id.clone(), &known.bytes)?;
    match known.memory {
        Some(memory) => pack.with_memory(memory),
        None => Ok(pack),
    }
}

fn job<'a>(loaded: &'a BTreeMap<&PackId, Pack>, question: &'a Question) -> Option<Job<'a>> {
    let Enabled { pack, rule, params, severity, .. } = &question.enabled;
    Some(Job { pack: loaded.get(&**pack)?, rule, params, severity: *severity, documents: &question.documents })
}

impl From<Trouble> for CommandError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Load(error) => Self::invalid("a pack cannot be used").because(error).hint("`muster rule inspect FILE` looks at it"),
            Trouble::Evaluate(EvaluateError::Cancelled) => Self::new(Exit::Interrupted, "interrupted; nothing was changed"),
            Trouble::Evaluate(error) => Self::new(Exit::Bug, "rules could not be asked").because(error),
            Trouble::Host(error) => error.into(),
        }
    }
}
