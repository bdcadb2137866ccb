//! Groups and services: which numbers a schedule wants of them, and whether a person's numbers stand.
//!
//! AWS does not say when a group was scaled, or by whom. So whoever scales by schedule leaves behind what it gave and when
//! ([`SetTag`]): other numbers, while no edge has passed since, were given by somebody else.

use jiff::Timestamp;

use super::judge::{Judged, Verdict};
use super::machine::Machine;
use super::numbers::{Numbers, SetTag};
use super::order::Order;
use crate::cloud::Change;
use crate::plan::draft::{Draft, set_tags};
use crate::plan::model::{Action, Cause, FieldChange, Op, Risk, Step};
use crate::plan::{stoppable, words};
use crate::schedule::{Context, Manual, RunState, Schedule, Zone};
use crate::span::Span;
use crate::tags;

/// The numbers wanted of a group or service in a state.
///
/// # Errors
/// Why nobody knows them.
fn wanted(live: Numbers, judged: &Judged<'_>, state: RunState, at: Timestamp, ctx: &Context<'_>) -> Result<Numbers, String> {
    if state == RunState::Stopped {
        return Ok(live.none_of());
    }
    let base = if live.is_none() { live.remembered(judged.machine.tags()) } else { Some(live) };
    let size = judged.schedule.map(|schedule| schedule.size(at, ctx)).transpose();
    let numbers = match size.map_err(|ambiguous| format!("{ambiguous} ({})", ambiguous.span.file_line()))?.and_then(|size| size.numbers) {
        Some(capacity) => live.under(capacity, base),
        None => base,
    };
    numbers.ok_or_else(|| unknown(live, judged.schedule))
}

/// Judges what is scaled: the numbers it shall have, and what follows.
pub(super) fn judge(draft: &Draft<'_>, judged: &mut Judged<'_>, live: Numbers, context: &Context<'_>, overridden: bool) {
    let now = draft.input.now;
    let (Some(state), Some(_)) = (judged.wanted, judged.machine.run_state()) else { return };
    let wanted = match wanted(live, judged, state, now, context) {
        Ok(wanted) => wanted,
        Err(why) => return judged.verdict = Verdict::Held(why),
    };
    judged.scale = Some(wanted);
    if let Some((rule, span)) =
        judged.schedule.filter(|_| !overridden && state == RunState::Running).and_then(|it| capacity_rule(it, now, context))
    {
        (judged.rule, judged.span) = (rule, Some(span));
    }
    let set = SetTag::of(judged.machine.tags());
    let refused = stoppable::refusal(judged.machine);
    judged.verdict = if satisfied(live, wanted, set) || (refused.is_some() && live.is_none() == wanted.is_none()) {
        Verdict::Fine
    } else if let Some(why) = refused {
        Verdict::Held(why)
    } else if overridden {
        Verdict::Act(Cause::Override, judged.rule.clone())
    } else {
        judged.schedule.map_or(Verdict::Fine, |schedule| against_people(judged, schedule, set, live, wanted, context, now))
    };
}

fn unknown(live: Numbers, schedule: Option<&Schedule>) -> String {
    let name = schedule.map(|schedule| format!(" of schedule `{}`", schedule.name)).unwrap_or_default();
    format!(
        "it was scaled to {} by somebody who left no numbers to return to; scale it by hand once, or write `capacity`{name}",
        live.text()
    )
}

/// Which entry of `capacity` holds at an instant, in words, and where it stands; nothing when none does.
fn capacity_rule(schedule: &Schedule, at: Timestamp, context: &Context<'_>) -> Option<(String, Span)> {
    let sizes = &schedule.sizing.numbers;
    let zone = Zone::find(&schedule.timezone).ok()?;
    let frame = schedule.frame(&zone, context);
    match sizes.windows.iter().find(|(window, _)| window.value.contains(&frame, at)) {
        Some((window, _)) => Some((format!("capacity in `{}`", window.value), window.span.clone())),
        None => sizes.otherwise.is_some().then(|| ("capacity `else`".to_owned(), schedule.span.clone())),
    }
}

/// The bounds are kept. What it is after is given at each edge and then belongs to its own scaling policies, until the next.
fn satisfied(live: Numbers, wanted: Numbers, set: Option<SetTag>) -> bool {
    let given = set.is_some_and(|set| set.numbers == wanted);
    live == wanted || (given && live.bounds == wanted.bounds && !live.is_none() && !wanted.is_none())
}

fn against_people(
    judged: &Judged<'_>,
    schedule: &Schedule,
    set: Option<SetTag>,
    live: Numbers,
    wanted: Numbers,
    context: &Context<'_>,
    now: Timestamp,
) -> Verdict {
    let since = |set: &SetTag| next_edge(schedule, set.at, context).is_none_or(|edge| now < edge);
    let Some(set) = set.filter(|set| set.numbers == wanted && since(set)) else {
        return Verdict::Act(Cause::Schedule, judged.rule.clone());
    };
    let zone = &schedule.timezone;
    let what = format!("scaled by hand to {} since it was given {} {}", live.text(), wanted.text(), words::instant(set.at, zone));
    match (schedule.manual, next_edge(schedule, now, context)) {
        (Manual::Enforce, _) => Verdict::Act(Cause::Manual, format!("{what}; `manual: enforce` puts it back ({})", judged.rule)),
        (Manual::Hold, _) => Verdict::Stands(format!("{what}; `manual: hold` lets that stand until it is undone by hand")),
        (Manual::UntilNextEdge, Some(edge)) => {
            Verdict::Stands(format!("{what}; that stands until the next edge, {}", words::instant(edge, zone)))
        }
        (Manual::UntilNextEdge, None) => Verdict::Stands(format!(
            "{what}; that stands, since schedule `{}` has no edge to come; `manual: enforce` would put it back",
            schedule.name
        )),
    }
}

/// The first instant after another at which state or numbers change.
fn next_edge(schedule: &Schedule, after: Timestamp, context: &Context<'_>) -> Option<Timestamp> {
    let state = schedule.next_edge(after, context).map(|edge| edge.at);
    state.into_iter().chain(schedule.next_size(after, context)).min()
}

/// The step that gives a group or service its numbers.
pub(super) fn act(
    draft: &mut Draft<'_>,
    judged: &Judged<'_>,
    live: Numbers,
    wanted: Numbers,
    (cause, reason): (Cause, &str),
    order: Order,
) {
    let now = draft.input.now;
    let mut step = Step::new(judged.address.clone(), judged.place.clone(), judged.machine.kind(), Action::Scale, cause);
    step.id = Some(judged.machine.id().to_owned());
    step.reason = judged.schedule.map_or_else(|| reason.to_owned(), |schedule| format!("{reason}, by schedule `{}`", schedule.name));
    let field = if live.bounds.is_some() { "capacity" } else { "desired" };
    step.fields = vec![FieldChange { field: field.to_owned(), from: Some(live.text()), to: Some(wanted.text()) }];
    step.risk = if wanted.is_none() { Risk::Interrupts } else { Risk::None };
    step.origin = judged.span.as_ref().map(Span::file_line);
    let numbers_change =
        judged.schedule.and_then(|schedule| schedule.next_size(now, &Context { calendars: &draft.input.fleet.calendars, overrides: &[] }));
    step.deadline = judged.next.map(|(at, _)| at).into_iter().chain(numbers_change).min();
    step.ops = order.waiting();
    step.follows = order.follows;
    step.ops.extend(scale_ops(judged.machine, live, wanted));
    let given = SetTag { numbers: wanted, at: Timestamp::from_second(now.as_second()).unwrap_or(now) };
    // Written last: a run that dies before it leaves numbers that the next one still knows to be the schedule's.
    step.ops.push(set_tags(judged.machine.kind(), judged.machine.tag_target(), [(tags::RESUME_SET.to_owned(), given.text())].into()));
    draft.push(step);
}

/// Remembers, when nothing is left, and scales.
fn scale_ops(machine: Machine<'_>, live: Numbers, wanted: Numbers) -> Vec<Op> {
    let remembers = wanted.is_none() && !live.is_none();
    let remember = remembers.then(|| set_tags(machine.kind(), machine.tag_target(), live.resume_tags()));
    remember.into_iter().chain(change(machine, wanted).map(Op::Do)).collect()
}

fn change(machine: Machine<'_>, numbers: Numbers) -> Option<Change> {
    match machine {
        Machine::Group(group) => {
            let (min, max) = numbers.bounds?;
            Some(Change::ScaleGroup { name: group.name.clone(), min, desired: numbers.desired, max })
        }
        Machine::Service(service) => {
            Some(Change::ScaleService { cluster: service.cluster.clone(), service: service.name.clone(), desired: numbers.desired })
        }
        Machine::Ec2(_) | Machine::Rds(_) | Machine::Cluster(_) => None,
    }
}

/// What starts or stops a group now, because a person asked; an error when nobody knows its numbers. It leaves no word of what
/// was given: the next pass shall see a person's numbers.
pub(super) fn by_hand(draft: &Draft<'_>, judged: &Judged<'_>, live: Numbers, state: RunState) -> Result<Vec<Op>, String> {
    let context = Context { calendars: &draft.input.fleet.calendars, overrides: &[] };
    let wanted = wanted(live, judged, state, draft.input.now, &context)?;
    if state == RunState::Running && wanted.is_none() {
        return Err(format!("its schedule wants {} of it while it runs, which is nothing to start", wanted.text()));
    }
    Ok(scale_ops(judged.machine, live, wanted))
}
