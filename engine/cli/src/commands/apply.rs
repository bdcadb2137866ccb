//! `muster apply`.

use std::path::Path;

use muster_core::apply::{Outcome, StepOutcome};
use muster_core::plan::{Options, Plan};
use serde_json::json;

use crate::app::App;
use crate::args::{Apply, Format, Notices, Perform};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::moved;
use crate::notify::Telling;
use crate::perform;
use crate::planfile::PlanFile;
use crate::render::{count, outcome, plan_json, short_digest};
use crate::session::{self, Made, Session};
use crate::world::Access;

/// What was decided to be done.
pub(crate) struct Task {
    /// The plan.
    pub(crate) made: Made,
    /// What it was made with, for reading back.
    pub(crate) options: Options,
    /// Steps that were asked for and are not done.
    pub(crate) refused: Vec<StepOutcome>,
    /// True when what was approved is named, so that nobody is asked again.
    pub(crate) approved: bool,
}

/// Makes the account what the file says.
pub(crate) async fn run(app: &App, args: &Apply) -> Result<Exit, CommandError> {
    let session = Session::planning(app, args.planning.strict, Access::Write).await?;
    let task = match (&args.file, &args.expect) {
        (Some(path), _) => from_file(app, &session, path).await?,
        (None, Some(digest)) => expected(app, &session, args, digest).await?,
        (None, None) => fresh(&session, session.options(&args.planning)).await?,
    };
    session::refuse_unknown(&session, &task.made)?;
    session::refuse_unlocked(&session, &task.made)?;
    session::refuse_contested(&session, &task.made, args.planning.strict)?;
    session::announce(app, &session, &task.made.plan);
    let gaps = session::gap_exit(&task.made.plan, args.planning.allow_gaps);
    carry_out(
        app,
        &session,
        task,
        &Manner {
            format: args.planning.format,
            perform: &args.perform,
            gaps,
            shown: false,
            again: "muster apply",
            notices: Some(&args.notices),
        },
    )
    .await
}

/// How a task is carried out and shown.
pub(crate) struct Manner<'a> {
    /// Form of the result.
    pub(crate) format: Format,
    /// How steps are performed.
    pub(crate) perform: &'a Perform,
    /// What gaps make of the exit code.
    pub(crate) gaps: Exit,
    /// True when the plan was shown already.
    pub(crate) shown: bool,
    /// The command that does what is left.
    pub(crate) again: &'static str,
    /// What is told; nothing when this is no pass.
    pub(crate) notices: Option<&'a Notices>,
}

/// Shows what a task would do; in JSON it is part of the one document at the end.
pub(crate) fn preview(app: &App, session: &Session, task: &Task, format: Format) -> Result<(), CommandError> {
    if format == Format::Json { Ok(()) } else { super::plan::show(app, session, &task.made, format) }
}

/// Shows, asks, does, reads back and concludes.
pub(crate) async fn carry_out(app: &App, session: &Session, task: Task, manner: &Manner<'_>) -> Result<Exit, CommandError> {
    let mut done = Outcome::default();
    if !manner.shown {
        preview(app, session, &task, manner.format)?;
    }
    if !task.made.plan.is_empty() {
        let question = format!("do {}?", count(task.made.plan.steps.len(), "step"));
        perform::confirm(app, &question, manner.perform.yes || task.approved).await.map_err(|error| {
            if error.message.is_empty() { error } else { error.hint("`muster apply --expect DIGEST` does exactly what was approved") }
        })?;
    }
    // Warnings first: they are about stops to come, and a run may take long.
    let mut telling = match manner.notices {
        Some(flags) => Telling::begin(app, session, flags, &task.made, &task.options).await,
        None => None,
    };
    if !task.made.plan.is_empty() {
        done = perform::run(app, session, &task.made.plan, manner.perform).await;
        if let Err(error) = perform::settle(app, session, &done, &task.options).await {
            // What was done is said all the same: it is done, and a script must see it.
            app.terminal.warn(&format!("what was done could not be read back: {}; `muster plan` looks again", error.message));
        }
    }
    if let Some(telling) = &mut telling {
        telling.end(&done).await;
    }
    let told = telling.map(|telling| telling.json());
    done.steps.extend(task.refused);
    let exit = Exit::of([perform::verdict(&done), manner.gaps]);
    if manner.format == Format::Json {
        let plan = plan_json::render(&task.made.plan, &session.frame(app, &task.made));
        let mut answer = json!({"plan": plan, "outcome": outcome::json(&done, exit.code())});
        told.into_iter().for_each(|told| answer["notices"] = told);
        app.terminal.json(&answer)?;
    } else if !done.steps.is_empty() {
        perform::conclude(app, &done)?;
    }
    if !outcome::is_only_refused(&done) {
        hint(app, exit, manner.again);
    }
    Ok(exit)
}

/// The one command that gets on from here.
fn hint(app: &App, exit: Exit, again: &str) {
    match exit {
        Exit::Partial | Exit::Failed | Exit::Unreachable => app.terminal.say(&format!("next: `{again}` again does what is left")),
        Exit::Stale => app.terminal.say("next: `muster plan`, and approve what it shows now"),
        Exit::Denied => app.terminal.say("next: `muster iam --apply` prints the policy this fleet needs"),
        _ => {}
    }
}

async fn fresh(session: &Session, options: Options) -> Result<Task, CommandError> {
    let made = session.plan(&options).await?;
    Ok(Task { made, options, refused: Vec::new(), approved: false })
}

/// The short form that is shown for reading, or anything else that is no digest, would never be met.
fn refuse_malformed(digest: &str) -> Result<(), CommandError> {
    let hex = digest.strip_prefix("sandbox-").unwrap_or(digest).strip_prefix("sha256:");
    if hex.is_some_and(|hex| !hex.is_empty() && hex.chars().all(|c| c.is_ascii_hexdigit())) {
        return Ok(());
    }
    Err(CommandError::usage(format!("`{digest}` is no digest of a plan"))
        .hint("`muster plan` ends with the command that holds the whole of it"))
}

/// Goes on only if a fresh plan has the approved digest.
async fn expected(app: &App, session: &Session, args: &Apply, digest: &str) -> Result<Task, CommandError> {
    refuse_malformed(digest)?;
    let task = fresh(session, session.options(&args.planning)).await?;
    let now = session.digest(&task.made.plan);
    if now == digest {
        return Ok(Task { approved: true, ..task });
    }
    if digest.starts_with("sandbox-") != session.is_sandbox() {
        let (of, here) = if session.is_sandbox() { ("a live account", "the sandbox") } else { ("the sandbox", "a live account") };
        return Err(CommandError::new(Exit::Stale, format!("that digest is of a plan made on {of}, this is {here}"))
            .hint("what was tried on one is never approved for the other: run `muster plan` here and approve its digest"));
    }
    super::plan::show(app, session, &task.made, args.planning.format)?;
    let message =
        format!("the plan is no longer the approved one: {} was approved, now it is {}", short_digest(digest), short_digest(&now));
    Err(CommandError::new(Exit::Stale, message)
        .hint("the plan above is the present one; fleet.yaml, fleet.lock, the account, or a flag (`--only`, `--allow-destroy`) differs")
        .hint(format!("approve it with `muster apply{} --expect {now}`", session.frame(app, &task.made).flags)))
}

/// Does the steps of a plan file that nothing has moved under.
async fn from_file(app: &App, session: &Session, path: &Path) -> Result<Task, CommandError> {
    let file = PlanFile::read(path)?;
    if file.sandbox != session.is_sandbox() {
        let of = if file.sandbox { "the sandbox" } else { "a live account" };
        return Err(CommandError::new(Exit::Stale, format!("{} is a plan of {of}, this is another kind of account", path.display()))
            .hint("write a plan here with `muster plan --out FILE`"));
    }
    let options = Options { hold_run_state: None, ..file.plan.options.clone() };
    let made = session.plan(&options).await?;
    refuse_other_fleet(path, &file.plan, &made.plan)?;
    let still = moved::compare(&file.plan, made.plan);
    for line in &still.satisfied {
        app.terminal.say(line);
    }
    Ok(Task { made: Made { plan: recounted(still.plan), ..made }, options, refused: still.refused, approved: true })
}

fn refuse_other_fleet(path: &Path, approved: &Plan, now: &Plan) -> Result<(), CommandError> {
    let what = if approved.accounts != now.accounts {
        "the account is another one"
    } else if approved.fleet_digest != now.fleet_digest {
        "fleet.yaml or fleet.lock say something else"
    } else {
        return Ok(());
    };
    Err(CommandError::new(Exit::Stale, format!("{} no longer fits: {what} than when it was made", path.display()))
        .hint("look at a fresh `muster plan --out FILE` and apply that"))
}

/// The summary of the steps that are left.
fn recounted(mut plan: Plan) -> Plan {
    plan.summary = muster_core::plan::Summary::of(&plan.steps, plan.held.len(), plan.gaps.len());
    plan
}
