//! Machines that muster stops to change them, and starts again.
//!
//! Nothing remembers that such a stop was muster's own: seen later it reads like a person's. So it is written on the machine
//! before the stop (`muster:resume-running`) and taken off after the start. A run that dies in between leaves the mark, and
//! the next pass starts the machine if its schedule does not want it stopped.

use jiff::{SignedDuration, Timestamp};

use super::history::History;
use super::judge::{Judged, Verdict, judge};
use super::machine::Machine;
use crate::cloud::{Change, IdRef, Instance, InstanceState, Kind};
use crate::plan::draft::{Draft, remove_tag, set_tags};
use crate::plan::model::{Action, Await, Cause, Op, Step};
use crate::plan::site::Site;
use crate::schedule::{RunState, WantedState};
use crate::tags;

/// A stop that came later than this after the mark was written is not the one it speaks of.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(1);
/// EC2 gives times of stops in whole seconds, by its own clock.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(60);
/// What the outcome says when the window ended while the machine was stopped.
const LEFT_STOPPED: &str = "left stopped: the window it ran for has ended";

/// When muster wrote that it stops the machine.
fn mark(machine: Machine<'_>) -> Option<Timestamp> {
    machine.tags().get(tags::RESUME_RUNNING)?.parse().ok()
}

/// True when the machine is stopped because a run of muster's died between its stop and its start.
pub(super) fn is_interrupted(machine: Machine<'_>, history: &History) -> bool {
    let (Some(mark), Some(stopped)) = (mark(machine), history.life.stopped) else { return false };
    let after = stopped.duration_since(mark);
    machine.run_state() == Some(RunState::Stopped) && -CLOCKS_APART <= after && after <= GOOD_FOR
}

/// Takes the mark off, once the machine was started again; last op of its start.
pub(super) fn unmark(machine: Machine<'_>) -> Option<Op> {
    let marked = machine.tags().contains_key(tags::RESUME_RUNNING);
    marked.then(|| remove_tag(machine.kind(), machine.tag_target(), tags::RESUME_RUNNING))
}

/// Takes a mark off that speaks of nothing any more.
pub(super) fn end(draft: &mut Draft<'_>, judged: &Judged<'_>) {
    let machine = judged.machine;
    let Some(op) = unmark(machine).filter(|_| is_over(draft, judged)) else { return };
    let mut step = Step::new(judged.address.clone(), judged.place.clone(), machine.kind(), Action::Tag, Cause::Schedule);
    step.id = Some(machine.id().to_owned());
    step.reason = "the change it was stopped for is over".to_owned();
    step.ops = vec![op];
    draft.push(step);
}

/// A machine on its way, or not stopped yet, may be in another run's hands.
fn is_over(draft: &Draft<'_>, judged: &Judged<'_>) -> bool {
    let Some(written) = mark(judged.machine) else { return true };
    let old = draft.input.snapshot.taken.duration_since(written) > GOOD_FOR;
    match judged.machine {
        Machine::Ec2(instance) if instance.state == InstanceState::Running => old || instance.launch_time >= written,
        Machine::Ec2(instance) if instance.state == InstanceState::Stopped => old || judged.wanted == Some(RunState::Stopped),
        _ => old,
    }
}

/// What is done to an instance that must be stopped for it: stopped, changed, and started again if it ran and nothing wants it
/// stopped. After the edge that ends its window it is not started any more, since that would look like a person's start.
#[must_use]
pub fn while_stopped<'a>(draft: &Draft<'a>, site: &Site<'a>, instance: &Instance, change: Vec<Op>) -> Vec<Op> {
    let id = IdRef::Id(instance.id.clone());
    let judged = site.view.instances.seen().iter().find(|seen| seen.id == instance.id);
    let judged = judged.and_then(|seen| judge(draft, site, Machine::Ec2(seen)));
    let again = instance.state.is_up() && !judged.as_ref().is_some_and(|judged| judged.acts(RunState::Stopped));
    let mut ops = Vec::new();
    if again {
        ops.push(written(draft, instance));
    }
    if instance.state.is_up() {
        ops.push(Op::Do(Change::StopInstances { ids: vec![id.clone()], hibernate: false }));
    }
    if instance.state != InstanceState::Stopped {
        ops.push(Op::Await(Await::Stopped(id.clone())));
    }
    ops.extend(change);
    if again {
        let start = [Op::Do(Change::StartInstances { ids: vec![id.clone()] }), Op::Await(Await::Running(id))];
        ops.extend(start_again(judged.as_ref(), instance, start.to_vec()));
    }
    ops
}

/// Writes the mark.
pub(super) fn written(draft: &Draft<'_>, instance: &Instance) -> Op {
    // The schedule's clock may be shifted; the time of the stop that follows is not.
    let now = draft.input.snapshot.taken;
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    set_tags(Kind::Instance, &instance.id, [(tags::RESUME_RUNNING.to_owned(), now.to_string())].into())
}

/// The start after a change, not past the edge that ends its window, and the end of the mark.
pub(super) fn start_again(judged: Option<&Judged<'_>>, instance: &Instance, start: Vec<Op>) -> Vec<Op> {
    let stops = judged.filter(|judged| judged.wanted == Some(RunState::Running) && !matches!(judged.verdict, Verdict::Stands(_)));
    let edge = stops.and_then(|judged| judged.next).filter(|(_, state)| *state == WantedState::Stopped);
    let skip = edge.map(|(at, _)| Op::SkipFrom { at, ops: start.len(), why: LEFT_STOPPED.to_owned() });
    let unmark = remove_tag(Kind::Instance, &instance.id, tags::RESUME_RUNNING);
    skip.into_iter().chain(start).chain([unmark]).collect()
}
