//! Asking rules, on threads that Ctrl-C ends.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use muster_core::finding::{PackId, Rule, Severity};
use muster_host::{Cancel, Document, EvaluateError, Evaluation, Host, HostError, Job, LoadError, Origin, Pack};
use serde_json::{Map, Value};

use super::packs::Known;
use super::place;
use crate::error::CommandError;
use crate::exit::Exit;

/// One rule with what it is given.
pub(crate) struct Question {
    /// Which pack.
    pub(crate) pack: Arc<PackId>,
    /// Which rule of it.
    pub(crate) rule: Arc<Rule>,
    /// Its parameters.
    pub(crate) params: Map<String, Value>,
    /// How much a fail matters.
    pub(crate) severity: Severity,
    /// What it sees.
    pub(crate) documents: Vec<Document>,
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
    let wanted = |known: &&Known| questions.iter().any(|question| *question.pack == known.id && !question.documents.is_empty());
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

/// Nothing for a rule that has nothing to judge: its pack may not even be loaded.
fn job<'a>(loaded: &'a BTreeMap<&PackId, Pack>, question: &'a Question) -> Option<Job<'a>> {
    let Question { pack, rule, params, severity, documents } = question;
    let pack = loaded.get(&**pack).filter(|_| !documents.is_empty())?;
    Some(Job { pack, rule, params, severity: *severity, documents })
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
