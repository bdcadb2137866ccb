//! Doing a plan: progress while it runs, reading back when it has, and what it makes of the exit code.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use muster_core::address::Address;
use muster_core::apply::{self, Outcome, Settings, Status, StepOutcome};
use muster_core::cloud::Clock as _;
use muster_core::event::Event;
use muster_core::plan::{Options, Plan};

use crate::app::App;
use crate::args::Perform;
use crate::error::{CommandError, exit_of};
use crate::exit::Exit;
use crate::render::outcome::{self, Tally};
use crate::render::progress::Progress;
use crate::session::Session;

/// How long the answers of an account may lag behind what was done.
const SETTLE_FOR: SignedDuration = SignedDuration::from_secs(30);
/// Time between two readings while they do.
const SETTLE_EVERY: SignedDuration = SignedDuration::from_secs(2);

/// Performs a plan, shows how it goes, and returns what became of it.
pub(crate) async fn run(app: &App, session: &Session, plan: &Plan, perform: &Perform) -> Outcome {
    app.interrupt.begin_changes();
    let settings = Settings { parallelism: usize::from(perform.parallelism), wait_db: perform.wait, stop: app.interrupt.stop_flag() };
    let mut progress = Progress::new(plan.steps.len());
    let mut sink = |event: Event| show(app, &mut progress, &event);
    apply::run(&session.world, &session.world, plan, &settings, &mut sink).await
}

fn show(app: &App, progress: &mut Progress, event: &Event) {
    app.events.write(event);
    let lines = progress.take(event, &app.terminal.err_style);
    if let Some(line) = lines.permanent {
        if app.terminal.is_live() {
            app.terminal.redraw("");
        }
        app.terminal.say(&line);
    }
    if let Some(line) = lines.moving.filter(|_| app.terminal.is_live()) {
        app.terminal.redraw(&line);
    }
}

/// Reads back what was done until the account's answers agree; what still differs is said.
pub(crate) async fn settle(app: &App, session: &Session, done: &Outcome, options: &Options) -> Result<(), CommandError> {
    let touched: BTreeSet<&Address> =
        done.steps.iter().filter(|step| step.touched && matches!(step.status, Status::Done { .. })).map(|step| &step.address).collect();
    if touched.is_empty() || done.interrupted {
        return Ok(());
    }
    let end = session.world.now() + SETTLE_FOR;
    loop {
        let fresh = session.plan(options).await?.plan;
        let differing: BTreeSet<&str> =
            fresh.steps.iter().filter(|step| touched.contains(&step.address)).map(|step| step.address.as_str()).collect();
        if differing.is_empty() {
            return Ok(());
        }
        if session.world.now() >= end {
            let list = differing.into_iter().collect::<Vec<_>>().join(", ");
            app.terminal.warn(&format!(
                "after 30 s the account does not show yet what was done: {list}; `muster plan` tells whether it does later"
            ));
            return Ok(());
        }
        session.world.sleep(SETTLE_EVERY).await;
    }
}

/// Shows the closing table on stdout.
pub(crate) fn conclude(app: &App, done: &Outcome) -> Result<(), CommandError> {
    app.terminal.result(&outcome::text(done, &app.terminal.out_style))
}

/// The exit code of an outcome (semantics 9).
pub(crate) fn verdict(outcome: &Outcome) -> Exit {
    let tally = outcome::tally(outcome);
    let bad = tally.failed + tally.stale + tally.not_tried;
    match (bad, tally.done) {
        (0, _) if !outcome.interrupted || tally.touched > 0 => Exit::Done,
        _ if outcome.interrupted && tally.touched == 0 => Exit::Interrupted,
        (_, 0) if !outcome.interrupted => nothing_done(outcome, tally),
        _ => Exit::Partial,
    }
}

fn nothing_done(outcome: &Outcome, tally: Tally) -> Exit {
    if tally.failed == 0 {
        return if tally.stale > 0 { Exit::Stale } else { Exit::Failed };
    }
    let mut causes = outcome.steps.iter().filter_map(failure);
    let Some(first) = causes.next() else { return Exit::Failed };
    if tally.stale == 0 && causes.all(|cause| cause == first) { first } else { Exit::Failed }
}

fn failure(step: &StepOutcome) -> Option<Exit> {
    match &step.status {
        Status::Failed { error, .. } => Some(error.as_ref().map_or(Exit::Failed, |error| exit_of(error.kind))),
        _ => None,
    }
}

/// Asks before anything is changed. Without a terminal nobody can answer, so `--yes` has to.
pub(crate) async fn confirm(app: &App, question: &str, yes: bool) -> Result<(), CommandError> {
    if yes {
        return Ok(());
    }
    if !app.terminal.can_ask() {
        return Err(CommandError::usage("nobody can be asked here: this is not a terminal").hint("`--yes` goes on without asking"));
    }
    match app.terminal.ask(&format!("{question} [y/N]")).await?.to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => {
            app.terminal.say("nothing was changed");
            Err(CommandError::said(Exit::Failed))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_core::cloud::{CloudError, ErrorKind, Kind, Place};
    use muster_core::plan::Action;

    fn step(status: Status, touched: bool) -> StepOutcome {
        StepOutcome {
            address: Address::from_text("user/a/instance"),
            place: Place { account: "main".to_owned(), region: "r".to_owned() },
            kind: Kind::Instance,
            action: Action::Create,
            id: None,
            status,
            touched,
        }
    }

    fn done() -> StepOutcome {
        step(Status::Done { note: None }, true)
    }

    fn failed(kind: ErrorKind) -> StepOutcome {
        step(Status::Failed { why: "no".to_owned(), error: Some(CloudError::new(kind, "ec2:RunInstances", "", "no")) }, false)
    }

    fn stale() -> StepOutcome {
        step(Status::Stale { why: "moved".to_owned() }, false)
    }

    fn of(steps: Vec<StepOutcome>, interrupted: bool) -> Exit {
        verdict(&Outcome { steps, interrupted })
    }

    #[test]
    fn exit_codes_of_outcomes() {
        let waiting = || step(Status::NotTried { why: "stopped".to_owned() }, false);
        assert_eq!(of(vec![], false), Exit::Done);
        assert_eq!(of(vec![done()], false), Exit::Done);
        assert_eq!(of(vec![done(), failed(ErrorKind::Denied)], false), Exit::Partial);
        assert_eq!(of(vec![done(), stale()], false), Exit::Partial);
        assert_eq!(of(vec![stale(), stale(), waiting()], false), Exit::Stale);
        assert_eq!(of(vec![failed(ErrorKind::Denied), failed(ErrorKind::Credentials), waiting()], false), Exit::Denied);
        assert_eq!(of(vec![failed(ErrorKind::Throttled), failed(ErrorKind::Unreachable)], false), Exit::Unreachable);
        assert_eq!(of(vec![failed(ErrorKind::Denied), failed(ErrorKind::Quota)], false), Exit::Failed);
        assert_eq!(of(vec![failed(ErrorKind::Quota)], false), Exit::Failed);
    }

    #[test]
    fn exit_codes_of_interrupted_runs() {
        let waiting = || step(Status::NotTried { why: "interrupted".to_owned() }, false);
        assert_eq!(of(vec![waiting()], true), Exit::Interrupted);
        assert_eq!(of(vec![done(), waiting()], true), Exit::Partial);
        assert_eq!(of(vec![step(Status::NotTried { why: "interrupted".to_owned() }, true), waiting()], true), Exit::Partial);
        assert_eq!(of(vec![done()], true), Exit::Done, "everything was done when the signal came");
    }
}
