//! `muster advise`.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant;

use muster_core::advice::{self, Advice, Asked, Input, Note};
use muster_core::cloud::Clock as _;
use muster_core::event::{Event, What};
use muster_core::facet::Facts;
use muster_core::finding::Verdict;
use muster_core::policy::Selection;
use muster_host::{Documents, LogLine};

use crate::advisor::judge::{self, Answers, Question};
use crate::advisor::packs::{self, Known};
use crate::advisor::{choose, collect, place, replays};
use crate::app::App;
use crate::args::{AdviceFormat, Advise};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::project::Project;
use crate::render::advice_text::{self, Frame};
use crate::render::{advice_json, count};
use crate::session::Session;
use crate::world::Access;

/// Judges the account.
pub(crate) async fn run(app: &App, args: &Advise) -> Result<Exit, CommandError> {
    let project = Project::load(app, false)?;
    let packs = packs::known(app, &project)?;
    let policies = choose::policies(&project, &args.policy)?;
    let selection = choose::select(&project, &policies, &packs);
    choose::refuse(app, &selection, &policies, false)?;
    let selection = choose::only(selection, &args.rule, &packs)?;
    let session = Session::over(app, project, Access::Read).await?;
    let began = Instant::now();
    let facts = collect::collect(app, &session.world, &collect::wanted(&session.project.fleet, &selection)).await?;
    let (advice, replays) = judged(app, &session, args, packs, &selection, &facts).await?;
    announce(app, &session, &advice);
    let frame = Frame {
        fleet: session.project.name(app),
        timezone: session.project.fleet.timezone.clone(),
        places: session.places(&facts.accounts),
        sandbox: session.is_sandbox(),
        seconds: (!session.is_sandbox()).then(|| began.elapsed().as_secs_f64()),
        policies: selection.policies.clone(),
        whole: !args.rule.is_empty(),
        resources: facts.facts.len(),
        replays,
    };
    show(app, args, &advice, &frame)?;
    Ok(verdict(&advice, args))
}

/// Asks every rule and draws the advice; beside it the folder of the replay files, if there are any.
async fn judged(
    app: &App,
    session: &Session,
    args: &Advise,
    packs: Vec<Known>,
    selection: &Selection,
    facts: &Facts,
) -> Result<(Advice, Option<String>), CommandError> {
    let asked: Vec<Asked<'_>> = selection.enabled.iter().map(|enabled| Asked::new(enabled, facts)).collect();
    let mut documents = Documents::default();
    let questions = asked.iter().map(|asked| question(asked, &mut documents)).collect::<Result<Vec<_>, _>>()?;
    if app.terminal.is_live() {
        app.terminal.redraw(&format!("asking {} about {}", count(asked.len(), "rule"), count(facts.facts.len(), "resource")));
    }
    let now = u64::try_from(session.now.as_second()).unwrap_or_default();
    let answers = judge::ask(place::host(app)?, packs, questions, now, threads(args)).await;
    if app.terminal.is_live() {
        app.terminal.redraw("");
    }
    let Answers { mut evaluation, doubts } = answers?;
    doubts.iter().for_each(|(pack, why)| app.terminal.say(&format!("note: pack {pack}: {why}")));
    documents.name(&mut evaluation.findings);
    let replays = replays::write(app, &session.project.folder, &evaluation.replays);
    let advice = advice::conclude(Input {
        at: session.now,
        fleet: &session.project.fleet,
        facts,
        asked: &asked,
        exceptions: &selection.exceptions,
        is_whole: args.rule.is_empty(),
        findings: evaluation.findings,
        notes: notes(&evaluation.log),
    });
    Ok((advice, replays))
}

fn question(asked: &Asked<'_>, documents: &mut Documents) -> Result<Question, CommandError> {
    let enabled = asked.enabled;
    let documents = documents.of(&enabled.rule, &asked.given.facts);
    let documents = documents.map_err(|error| CommandError::new(Exit::Bug, "a resource cannot be judged").because(error))?;
    let (pack, rule, params) = (Arc::clone(&enabled.pack), Arc::clone(&enabled.rule), enabled.params.clone());
    Ok(Question { pack, rule, params, severity: enabled.severity, documents })
}

fn threads(args: &Advise) -> NonZeroUsize {
    args.threads.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN)
}

/// What rules logged for a person: each warning once, however many calls repeat it.
fn notes(log: &[LogLine]) -> Vec<Note> {
    let said = log.iter().filter(|line| line.level == "warn");
    let each: BTreeSet<(String, &str)> = said.map(|line| (format!("{}/{}", line.pack.name, line.rule), line.message.as_str())).collect();
    each.into_iter().map(|(about, message)| Note { about, message: message.to_owned() }).collect()
}

/// Tells the event stream what was found; what passes is counted in the result and told to nobody.
fn announce(app: &App, session: &Session, advice: &Advice) {
    for found in advice.findings.iter().filter(|found| found.verdict != Verdict::Pass) {
        app.events.write(&Event { at: session.world.now(), what: What::Finding(Box::new(found.clone())) });
    }
}

fn show(app: &App, args: &Advise, advice: &Advice, frame: &Frame) -> Result<(), CommandError> {
    match args.format {
        AdviceFormat::Text => app.terminal.result(&advice_text::render(advice, frame, &app.terminal.out_style)),
        AdviceFormat::Json => app.terminal.json(&advice_json::document(advice, &frame.fleet, frame.sandbox)),
        AdviceFormat::Jsonl => app.terminal.script(advice_json::lines(advice, &frame.fleet, frame.sandbox).as_bytes()),
    }
}

/// The exit code of advice (semantics 9).
fn verdict(advice: &Advice, args: &Advise) -> Exit {
    let refused = advice.felt().any(|row| !row.gap.unreachable);
    let gap = match advice.felt().next() {
        Some(_) if args.allow_gaps => Exit::Done,
        Some(_) if refused => Exit::Denied,
        Some(_) => Exit::Unreachable,
        None => Exit::Done,
    };
    let errored = if advice.tally.errored > 0 { Exit::RuleErrored } else { Exit::Done };
    let failing = args.fail_on.is_some_and(|least| advice.failing(least.into()) > 0);
    Exit::of([gap, errored, if failing { Exit::Findings } else { Exit::Done }])
}
