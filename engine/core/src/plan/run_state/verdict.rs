//! Whether a resource is started or stopped, or a person's change stands.

use super::judge::{Judged, Verdict};
use crate::plan::draft::Draft;
use crate::plan::last_change::{self, LastChange};
use crate::plan::model::Cause;
use crate::plan::site::Site;
use crate::plan::{stoppable, words};
use crate::schedule::{Context, Manual, Schedule};

pub(super) fn verdict(draft: &Draft<'_>, site: &Site<'_>, judged: &Judged<'_>, context: &Context<'_>, overridden: bool) -> Verdict {
    let Some(wanted) = judged.wanted else { return Verdict::Fine };
    let Some(actual) = judged.machine.run_state() else { return Verdict::Fine };
    if actual == wanted {
        return Verdict::Fine;
    }
    if let Some(why) = stoppable::refusal(judged.machine) {
        return Verdict::Held(why);
    }
    if overridden {
        return Verdict::Act(Cause::Override, judged.rule.clone());
    }
    let Some(schedule) = judged.schedule else { return Verdict::Fine };
    let change = last_change::of(judged.machine, site, draft.input.now);
    if change.automatic {
        return after_a_week(draft, schedule, judged, context, &change);
    }
    against_people(draft, schedule, judged, context, &change)
}

/// RDS starts what was stopped for seven days: nobody asked for it, so it is undone unless the file says otherwise.
fn after_a_week(draft: &Draft<'_>, schedule: &Schedule, judged: &Judged<'_>, context: &Context<'_>, change: &LastChange) -> Verdict {
    let what = "RDS started it by itself after 7 days";
    if schedule.rds.restop {
        return Verdict::Act(Cause::Schedule, format!("{what}; {}", judged.rule));
    }
    until_next_edge(draft, schedule, judged, context, change, &format!("{what}, and `auto-restart: leave`"))
}

/// Acts, or lets a person's change stand.
fn against_people(draft: &Draft<'_>, schedule: &Schedule, judged: &Judged<'_>, context: &Context<'_>, change: &LastChange) -> Verdict {
    let rule = || judged.rule.clone();
    let manual = change.is_manual(schedule, context);
    if !manual {
        return Verdict::Act(Cause::Schedule, rule());
    }
    let what = change.words(&schedule.timezone);
    match schedule.manual {
        Manual::Enforce => Verdict::Act(Cause::Manual, format!("{what}; `manual: enforce` puts it back ({})", rule())),
        Manual::Hold => Verdict::Stands(format!("{what}; `manual: hold` lets that stand until it is undone by hand")),
        Manual::UntilNextEdge => until_next_edge(draft, schedule, judged, context, change, &what),
    }
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
