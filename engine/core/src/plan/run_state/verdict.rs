//! Whether a resource is started or stopped, or a person's change stands.

use jiff::Timestamp;

use super::history::History;
use super::judge::{Judged, Verdict};
use super::machine::Machine;
use crate::plan::draft::Draft;
use crate::plan::last_change::LastChange;
use crate::plan::model::Cause;
use crate::plan::site::Site;
use crate::plan::{stoppable, words};
use crate::schedule::{Context, Manual, RunState, Schedule};
use crate::tags;

/// Why a database is left alone without its events: a person's change would be undone.
const EVENTS_UNREAD: &str =
    "its events could not be read, so nobody knows whether a person started or stopped it last; allow rds:DescribeEvents, or plan again";

/// True when it was asked when a database was last started and stopped, and not all of the answer came.
fn are_events_unread(site: &Site<'_>, machine: Machine<'_>) -> bool {
    let events = match machine {
        Machine::Rds(_) => &site.view.db_events,
        Machine::Cluster(_) => &site.view.cluster_events,
        Machine::Ec2(_) | Machine::Group(_) | Machine::Service(_) => return false,
    };
    events.was_read() && !events.is_complete()
}

/// What follows from what is wanted and what is.
pub(super) fn verdict(draft: &Draft<'_>, site: &Site<'_>, judged: &Judged<'_>, history: &History, context: &Context<'_>) -> Verdict {
    let now = draft.input.now;
    if let Err(otherwise) = may_act(site, judged, now) {
        return otherwise;
    }
    if judged.overridden {
        return Verdict::Act(Cause::Override, judged.rule.clone());
    }
    let Some(schedule) = judged.schedule else { return Verdict::Fine };
    if are_events_unread(site, judged.machine) {
        return Verdict::Held(EVENTS_UNREAD.to_owned());
    }
    // A start that fell back is nobody's either, and is tried again.
    if history.change.automatic && history.change.to == RunState::Running {
        return after_a_week(draft, schedule, judged, context, &history.change);
    }
    against_people(draft, schedule, judged, context, &history.change)
}

/// RDS starts what was stopped for seven days: nobody asked for it, so it is undone unless the file says otherwise.
fn after_a_week(draft: &Draft<'_>, schedule: &Schedule, judged: &Judged<'_>, context: &Context<'_>, change: &LastChange) -> Verdict {
    let what = "RDS started it by itself after 7 days";
    if schedule.rds.restop {
        return Verdict::Act(Cause::Schedule, format!("{what}; {}", judged.rule));
    }
    until_next_edge(draft, schedule, judged, context, change, &format!("{what}, and `auto-restart: leave`"))
}

/// The same for a state that muster brought about itself: nobody's change is in the way.
pub(super) fn by_own_doing(site: &Site<'_>, judged: &Judged<'_>, now: Timestamp, interrupted: bool) -> Verdict {
    if let Err(otherwise) = may_act(site, judged, now) {
        return otherwise;
    }
    let cause = if judged.overridden { Cause::Override } else { Cause::Schedule };
    let reason =
        if interrupted { "muster stopped it for a change and did not get to start it again".to_owned() } else { judged.rule.clone() };
    Verdict::Act(cause, reason)
}

/// Whether there is something to do and nothing that forbids it.
fn may_act(site: &Site<'_>, judged: &Judged<'_>, now: Timestamp) -> Result<RunState, Verdict> {
    let wanted = judged.wanted.ok_or(Verdict::Fine)?;
    let Some(actual) = judged.machine.run_state() else {
        return Err(stoppable::busy(judged.machine, wanted).map_or(Verdict::Fine, Verdict::Held));
    };
    if actual == wanted {
        return Err(Verdict::Fine);
    }
    let refusal = stoppable::refusal(judged.machine).or_else(|| stoppable::refusal_now(site, judged.machine, wanted, now));
    refusal.map_or(Ok(wanted), |why| Err(Verdict::Held(why)))
}

/// Acts, or lets a person's change stand.
fn against_people(draft: &Draft<'_>, schedule: &Schedule, judged: &Judged<'_>, context: &Context<'_>, change: &LastChange) -> Verdict {
    let rule = || judged.rule.clone();
    let manual = change.is_manual(schedule, context);
    if !manual || is_of_retirement(judged, change) {
        return Verdict::Act(Cause::Schedule, rule());
    }
    let what = change.words(&schedule.timezone);
    match schedule.manual {
        Manual::Enforce => Verdict::Act(Cause::Manual, format!("{what}; `manual: enforce` puts it back ({})", rule())),
        Manual::Hold => Verdict::Stands(format!("{what}; `manual: hold` lets that stand until it is undone by hand")),
        Manual::UntilNextEdge => until_next_edge(draft, schedule, judged, context, change, &what),
    }
}

/// True of the stop of a machine that was retired and is listed again: the retirement stopped it, not a person.
fn is_of_retirement(judged: &Judged<'_>, change: &LastChange) -> bool {
    change.to == RunState::Stopped && judged.machine.tags().contains_key(tags::RETIRE_AFTER)
}

fn until_next_edge(
    draft: &Draft<'_>,
    schedule: &Schedule,
    judged: &Judged<'_>,
    context: &Context<'_>,
    change: &LastChange,
    what: &str,
) -> Verdict {
    let superseded = schedule.next_edge(change.earliest, context).is_some_and(|edge| edge.at <= draft.input.now);
    if superseded {
        return Verdict::Act(Cause::Schedule, judged.rule.clone());
    }
    match judged.next {
        Some((at, _)) => Verdict::Stands(format!("{what}; that stands until the next edge, {}", words::instant(at, &schedule.timezone))),
        None => Verdict::Stands(format!(
            "{what}; that stands, since schedule `{}` has no edge to come; `manual: enforce` would put it back",
            schedule.name
        )),
    }
}
