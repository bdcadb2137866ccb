//! `sizes`: which type an instance has in which window, with others to fall back to when there is no capacity.
//!
//! The type is then run state. It is set at a start, and by stopping, changing and starting a machine that runs with another
//! one. A machine that was started within the present window of sizes keeps its type until the next: so a type that a person
//! chose, or that was left after a search for capacity, does not cost an interruption at every pass.

use jiff::Timestamp;

use super::judge::{Judged, Verdict};
use super::machine::Machine;
use super::{resume, snooze};
use crate::address::Part;
use crate::cloud::{Change, IdRef, Instance, Kind};
use crate::fleet::{Fleet, architecture_of};
use crate::plan::draft::Draft;
use crate::plan::model::{Action, Await, Cause, FieldChange, Op, Risk, Step, StepNeed, Way};
use crate::plan::{stoppable, words};
use crate::schedule::{Context, RunState, Schedule};
use crate::span::Span;

/// The types that are wanted of an instance now, best first; none when nobody says.
///
/// # Errors
/// Windows that want different types hold at once, or none of the types fits the machine.
pub(super) fn wanted(fleet: &Fleet, judged: &Judged<'_>, now: Timestamp) -> Result<Vec<String>, String> {
    let (Machine::Ec2(instance), Some(schedule)) = (judged.machine, judged.schedule) else { return Ok(Vec::new()) };
    if schedule.sizing.types.is_empty() {
        return Ok(Vec::new());
    }
    let size = schedule
        .size(now, &frame(fleet))
        .map_err(|two| format!("{two} ({}), so its type is not touched; let only one of them hold at a time", two.span.file_line()))?;
    let types = if size.types.is_empty() { entry_type(fleet, judged).into_iter().collect() } else { size.types.to_vec() };
    let fits = |name: &&String| architecture_of(name).is_none_or(|architecture| architecture == instance.architecture);
    let fitting: Vec<String> = types.iter().filter(fits).cloned().collect();
    if fitting.is_empty() && !types.is_empty() {
        return Err(format!("it is {}, and none of {} is; write types of its architecture", instance.architecture, types.join(", ")));
    }
    Ok(fitting)
}

/// Windows of sizes know no overrides.
const fn frame(fleet: &Fleet) -> Context<'_> {
    Context { calendars: &fleet.calendars, overrides: &[] }
}

/// What a user's entry says counts wherever no size does.
fn entry_type(fleet: &Fleet, judged: &Judged<'_>) -> Option<String> {
    let is_users = judged.owned && judged.address.section() == "user" && judged.address.part() == Some(Part::Instance.as_str());
    let user = fleet.users.get(judged.address.entry_name()).filter(|_| is_users)?;
    Some(user.instance_type.value.clone())
}

/// The start of an instance as one of `types`, and the change of its type that the plan shows.
pub(super) fn start(instance: &Instance, types: &[String]) -> (Op, Option<FieldChange>) {
    let plain = Change::StartInstances { ids: vec![IdRef::Id(instance.id.clone())] };
    match types {
        [] => (Op::Do(plain), None),
        [one] if *one == instance.instance_type => (Op::Do(plain), None),
        _ => {
            let change = field(instance, types).filter(|_| types.first() != Some(&instance.instance_type));
            (Op::FirstOf(types.iter().enumerate().map(|(at, name)| way(instance, name, at == 0, false)).collect()), change)
        }
    }
}

/// `first` leaves the call out that would set the type it has.
fn way(instance: &Instance, name: &str, first: bool, retreat: bool) -> Way {
    let change = Change::ModifyInstanceType { id: instance.id.clone(), instance_type: name.to_owned() };
    let start = Change::StartInstances { ids: vec![IdRef::Id(instance.id.clone())] };
    let keeps = first && name == instance.instance_type;
    let changes = if keeps { vec![start] } else { vec![change, start] };
    Way { name: name.to_owned(), changes, retreat }
}

fn field(instance: &Instance, types: &[String]) -> Option<FieldChange> {
    let to = types.first()?;
    let others = types.iter().skip(1).map(String::as_str).collect::<Vec<_>>().join(", ");
    let to = if others.is_empty() { to.clone() } else { format!("{to} (else {others})") };
    Some(FieldChange { field: "type".to_owned(), from: Some(instance.instance_type.clone()), to: Some(to) })
}

/// Plans the change of type of a machine that runs as it should, with a type it should not have.
pub(super) fn resize(draft: &mut Draft<'_>, judged: &Judged<'_>) {
    let (Machine::Ec2(instance), Some(schedule)) = (judged.machine, judged.schedule) else { return };
    let runs = judged.machine.run_state() == Some(RunState::Running) && judged.wanted == Some(RunState::Running);
    if !runs || judged.verdict != Verdict::Fine {
        return;
    }
    let span = schedule.sizing.types.windows.first().map_or(&schedule.span, |(window, _)| &window.span);
    match wanted(draft.input.fleet, judged, draft.input.now) {
        Ok(types) if types.is_empty() || types.contains(&instance.instance_type) => {}
        Ok(types) => match why_not(draft, judged, instance, schedule, &types) {
            Some(why) => draft.hold(&judged.place, &judged.address, why, Some(span)),
            None => step(draft, judged, instance, &types, span),
        },
        Err(why) => draft.hold(&judged.place, &judged.address, why, Some(span)),
    }
}

fn why_not(draft: &Draft<'_>, judged: &Judged<'_>, instance: &Instance, schedule: &Schedule, types: &[String]) -> Option<String> {
    let now = draft.input.now;
    let since = schedule.next_size(instance.launch_time, &frame(draft.input.fleet)).filter(|at| *at <= now);
    if since.is_none() {
        return Some(format!(
            "it runs as {} and not as {}: it was started so {}, which stands until the next size; `muster stop` and `start` try again",
            instance.instance_type,
            types.join(" or "),
            words::instant(instance.launch_time, &schedule.timezone)
        ));
    }
    let refused = stoppable::refusal(judged.machine)
        .or_else(|| stoppable::refusal_now(draft.sites.get(&judged.place)?, judged.machine, RunState::Stopped, now));
    refused.or_else(|| {
        let until = snooze::until(schedule, &instance.tags, since, now)?;
        Some(format!("its tag puts the change of its type off until {}", words::instant(until, &schedule.timezone)))
    })
}

fn step(draft: &mut Draft<'_>, judged: &Judged<'_>, instance: &Instance, types: &[String], span: &Span) {
    let mut step = Step::new(judged.address.clone(), judged.place.clone(), Kind::Instance, Action::Resize, Cause::Schedule);
    step.id = Some(instance.id.clone());
    step.reason = judged.schedule.map(|schedule| format!("sizes of schedule `{}`", schedule.name)).unwrap_or_default();
    step.fields = field(instance, types).into_iter().collect();
    step.needs = vec![StepNeed::Stop];
    step.risk = Risk::Interrupts;
    step.origin = Some(span.file_line());
    step.ops = resize_ops(draft, judged, instance, types);
    draft.push(step);
}

/// Stop, change, start. Without capacity for any of the types it comes back as what it was.
fn resize_ops(draft: &Draft<'_>, judged: &Judged<'_>, instance: &Instance, types: &[String]) -> Vec<Op> {
    let id = IdRef::Id(instance.id.clone());
    let back = way(instance, &instance.instance_type, false, true);
    let ways = types.iter().map(|name| way(instance, name, false, false)).chain([back]).collect();
    let mut ops = vec![
        resume::written(draft, instance),
        Op::Do(Change::StopInstances { ids: vec![id.clone()], hibernate: false }),
        Op::Await(Await::Stopped(id.clone())),
    ];
    ops.extend(resume::start_again(Some(judged), instance, vec![Op::FirstOf(ways), Op::Await(Await::Running(id))]));
    ops
}
