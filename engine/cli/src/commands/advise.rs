//! `muster advise`.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::time::Instant;

use jiff::Timestamp;
use muster_core::advise::{self, Advice};
use muster_core::cloud::Clock as _;
use muster_core::event::{Event, What};
use muster_core::facet::Facts;
use muster_core::finding::Verdict;
use muster_core::policy::{Ground, Selection};
use muster_host::LogLine;

use crate::advisor::choose::{self, Chosen};
use crate::advisor::judge::{self, Answers, Loaded};
use crate::advisor::{collect, place, replays};
use crate::app::App;
use crate::args::{AdviceFormat, Advise};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::project::Project;
use crate::render::advice::{Frame, Remark, Shown};
use crate::render::{advice_json, advice_text, count};
use crate::session::Session;
use crate::world::Access;

/// Judges the account.
pub(crate) async fn run(app: &App, args: &Advise) -> Result<Exit, CommandError> {
    let project = Project::load(app, false)?;
    let Chosen { policies, selection, packs } = choose::chosen(app, &project, &args.policy, &args.rule)?;
    choose::refuse_idle(app, &project, &policies, (&selection, &Ground::of(&project.fleet)))?;
    let loaded = judge::load(app, &project, place::host(app)?, packs, &selection).await?;
    let session = Session::over(app, project, Access::Read).await?;
    let began = Instant::now();
    let fleet = &session.project.fleet;
    let facts = collect::collect(app, &session.world, fleet, &collect::wanted(fleet, &selection), session.now).await?;
    choose::refuse_strangers(app, &session.project, &policies, (&selection, &facts.accounts))?;
    let judged = draw(app, &session, args, loaded, &selection, &facts).await?;
    announce(app, session.world.now(), &judged.advice);
    let frame = Frame {
        fleet: session.project.name(app),
        timezone: fleet.timezone.clone(),
        places: session.places(&facts.accounts),
        sandbox: session.is_sandbox(),
        seconds: (!session.is_sandbox()).then(|| began.elapsed().as_secs_f64()),
        calls: facts.calls.values().sum(),
        resources: facts.facts.len(),
        narrowed: !args.rule.is_empty(),
        replays: judged.replays,
        remarks: judged.remarks,
        policy: policy_command(args),
    };
    let shown = Shown::new(&judged.advice, &selection, &facts, &frame);
    show(app, args, &shown)?;
    Ok(verdict(&judged.advice, args))
}

/// The command that prints the IAM policy for what the same flags read.
fn policy_command(args: &Advise) -> String {
    let flags = args.policy.iter().map(|policy| ("policy", policy)).chain(args.rule.iter().map(|rule| ("rule", rule)));
    let words = flags.map(|(flag, value)| {
        let plain = value.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
        format!(" --{flag} {}", if plain { value.clone() } else { format!("'{}'", value.replace('\'', "'\\''")) })
    });
    format!("muster iam --advise{}", words.collect::<String>())
}

/// What came of asking.
struct Judged {
    advice: Advice,
    /// What rules logged for a person.
    remarks: Vec<Remark>,
    /// Where replay files are, when there are any.
    replays: Option<String>,
}

/// Asks every rule and draws the advice.
async fn draw(
    app: &App,
    session: &Session,
    args: &Advise,
    loaded: Loaded,
    selection: &Selection,
    facts: &Facts,
) -> Result<Judged, CommandError> {
    let jobs = advise::jobs(selection, facts);
    let questions = judge::questions(selection, &jobs)?;
    if app.terminal.is_live() {
        app.terminal.redraw(&format!("asking {} about {}", count(questions.len(), "rule"), count(facts.facts.len(), "resource")));
    }
    let now = u64::try_from(session.now.as_second()).unwrap_or_default();
    let answers = judge::ask(loaded, questions, now, threads(args)).await;
    if app.terminal.is_live() {
        app.terminal.redraw("");
    }
    let Answers { mut evaluation, doubts } = answers?;
    doubts.iter().for_each(|(pack, why)| app.terminal.say(&format!("note: pack {pack}: {why}")));
    let replays = replays::write(app, &session.project.folder, &evaluation.replays, &mut evaluation.findings);
    let remarks = remarks(&evaluation.log);
    let advice = advise::settle(selection, &session.project.fleet, facts, &jobs, evaluation.findings, session.now);
    Ok(Judged { advice, remarks, replays })
}

fn threads(args: &Advise) -> NonZeroUsize {
    args.threads.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN)
}

/// What rules logged for a person: each warning once, however many calls repeat it.
fn remarks(log: &[LogLine]) -> Vec<Remark> {
    let said = log.iter().filter(|line| line.level == "warn");
    let each: BTreeSet<(String, &str)> = said.map(|line| (format!("{}/{}", line.pack.name, line.rule), line.message.as_str())).collect();
    each.into_iter().map(|(about, message)| Remark { about, message: message.to_owned() }).collect()
}

/// Tells the event stream what was found; what passes is counted in the result and told to nobody.
fn announce(app: &App, at: Timestamp, advice: &Advice) {
    for advised in advice.findings.iter().filter(|advised| advised.finding.verdict != Verdict::Pass) {
        let finding = &advised.finding;
        let what = What::Finding {
            rule: advised.id.to_string(),
            verdict: finding.verdict,
            severity: finding.severity,
            kind: finding.kind.to_string(),
            resource: finding.resource.to_string(),
            arn: advised.arn.clone(),
            account: finding.account.to_string(),
            region: finding.region.to_string(),
            message: finding.message.clone(),
        };
        app.events.write(&Event { at, what });
    }
}

fn show(app: &App, args: &Advise, shown: &Shown<'_>) -> Result<(), CommandError> {
    match args.format {
        AdviceFormat::Text => app.terminal.result(&advice_text::render(shown, &app.terminal.out_style)),
        AdviceFormat::Json => app.terminal.json(&advice_json::document(shown)),
        AdviceFormat::Jsonl => app.terminal.script(advice_json::lines(shown).as_bytes()),
    }
}

/// The exit code of advice (semantics 9).
fn verdict(advice: &Advice, args: &Advise) -> Exit {
    let refused = advice.felt().any(|need| !need.gap.unreachable);
    let gap = match advice.felt().next() {
        Some(_) if args.allow_gaps => Exit::Done,
        Some(_) if refused => Exit::Denied,
        Some(_) => Exit::Unreachable,
        None => Exit::Done,
    };
    let errored = advice.of(Verdict::Errored).next().map_or(Exit::Done, |_| Exit::RuleErrored);
    let failing = args.fail_on.is_some_and(|least| advice.worst().is_some_and(|worst| worst >= least.into()));
    Exit::of([gap, errored, if failing { Exit::Findings } else { Exit::Done }])
}
