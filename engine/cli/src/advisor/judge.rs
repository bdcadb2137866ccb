//! Asking rules, on threads that Ctrl-C ends.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use muster_core::advise::{DocumentRef, JobPlan, Jobs};
use muster_core::diag::Diagnostic;
use muster_core::finding::PackId;
use muster_core::policy::{Enabled, Selection};
use muster_host::{Cancel, Document, DocumentError, EvaluateError, Evaluation, Host, HostError, Job, LoadError, Origin, Pack};
use serde_json::Value;

use super::aside::aside;
use super::packs::{self, Known};
use super::place;
use crate::app::App;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::project::Project;

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

/// Packs that can be asked, with the host that runs them.
pub(crate) struct Loaded {
    host: Host,
    packs: BTreeMap<PackId, Pack>,
}

/// Loads the packs whose rules were chosen. What is wrong with one is shown at its line of the fleet file and ends the command
/// with 65: that is known before anything is read of an account.
pub(crate) async fn load(
    app: &App,
    project: &Project,
    host: Host,
    packs: Vec<Known>,
    selection: &Selection,
) -> Result<Loaded, CommandError> {
    let chosen = |known: &Known| selection.enabled.iter().any(|enabled| *enabled.pack == known.id);
    let packs: Vec<Known> = packs.into_iter().filter(chosen).collect();
    let (loaded, unusable) = aside(move || compile(host, packs)).await??;
    if unusable.is_empty() {
        return Ok(loaded);
    }
    let problems = unusable.into_iter().map(|(known, error)| problem(&known, error)).collect::<Result<Vec<_>, _>>()?;
    Err(packs::refused(app, project, &problems))
}

/// Packs that can be asked, and those that cannot with the reason.
type Compiled = (Loaded, Vec<(Known, LoadError)>);

fn compile(host: Host, known: Vec<Known>) -> Result<Compiled, HostError> {
    let ticks = host.ticker()?;
    let (mut packs, mut unusable) = (BTreeMap::new(), Vec::new());
    for known in known {
        match one(&host, &known) {
            Ok(pack) => drop(packs.insert(known.id, pack)),
            Err(error) => unusable.push((known, error)),
        }
    }
    if packs.values().any(|pack| pack.origin == Origin::Compiled) {
        place::clean(&host);
    }
    drop(ticks);
    Ok((Loaded { host, packs }, unusable))
}

fn one(host: &Host, known: &Known) -> Result<Pack, LoadError> {
    let pack = host.load(known.id.clone(), &known.bytes)?;
    match known.memory {
        Some(memory) => pack.with_memory(memory),
        None => Ok(pack),
    }
}

/// What is wrong with a pack of the fleet file. Nobody but us can mend a built-in one.
fn problem(known: &Known, error: LoadError) -> Result<Diagnostic, CommandError> {
    let Some(at) = &known.at else {
        return Err(CommandError::new(Exit::Bug, "a built-in pack cannot be loaded").because(error));
    };
    Ok(packs::unusable(&error, at))
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
    Evaluate(EvaluateError),
    Host(HostError),
}

/// Asks every question, as of `now` (seconds since 1970).
///
/// It runs on threads of its own, so that Ctrl-C is heard meanwhile: whoever drops this future cancels it.
pub(crate) async fn ask(loaded: Loaded, questions: Vec<Question>, now: u64, threads: NonZeroUsize) -> Result<Answers, CommandError> {
    let cancel = OnDrop(Cancel::default());
    let seen = cancel.0.clone();
    Ok(aside(move || answer(&loaded, &questions, now, threads, &seen)).await??)
}

/// Cancels what runs when nobody waits for it any more.
struct OnDrop(Cancel);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

fn answer(loaded: &Loaded, questions: &[Question], now: u64, threads: NonZeroUsize, cancel: &Cancel) -> Result<Answers, Trouble> {
    let Loaded { host, packs } = loaded;
    let _ticks = host.ticker().map_err(Trouble::Host)?;
    let jobs: Vec<Job<'_>> = questions.iter().filter_map(|question| job(packs, question)).collect();
    let evaluation = host.evaluate(&jobs, now, threads, cancel).map_err(Trouble::Evaluate)?;
    let doubts = packs.values().filter_map(|pack| Some(((*pack.id).clone(), pack.doubt.as_ref()?.to_string()))).collect();
    Ok(Answers { evaluation, doubts })
}

fn job<'a>(loaded: &'a BTreeMap<PackId, Pack>, question: &'a Question) -> Option<Job<'a>> {
    let Enabled { pack, rule, params, severity, .. } = &question.enabled;
    Some(Job { pack: loaded.get(&**pack)?, rule, params, severity: *severity, documents: &question.documents })
}

impl From<Trouble> for CommandError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Evaluate(EvaluateError::Cancelled) => Self::new(Exit::Interrupted, "interrupted; nothing was changed"),
            Trouble::Evaluate(error) => Self::new(Exit::Bug, "rules could not be asked").because(error),
            Trouble::Host(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use muster_core::span::Span;

    use super::*;

    fn known(at: Option<Span>) -> Known {
        let id = PackId { name: "our".to_owned(), version: "1.0.0".to_owned() };
        Known { id, rules: Vec::new(), bytes: Cow::Borrowed(b""), memory: Some(1), at }
    }

    #[test]
    fn a_pack_that_does_not_load_is_told_at_its_line() {
        let error = || LoadError::Memory { pack: "our 1.0.0".to_owned(), bytes: 1, least: 2, most: 3 };
        let file = "fleet.yaml".into();
        let told = problem(&known(Some(Span::start_of(&file))), error()).expect("a diagnostic");
        assert!(told.message.contains("our 1.0.0"), "{}", told.message);
        assert_eq!(told.span, Some(Span::start_of(&file)));
        assert_eq!(problem(&known(None), error()).expect_err("ours to mend").exit, Exit::Bug);
    }
}
