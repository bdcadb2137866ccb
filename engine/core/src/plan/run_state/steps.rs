//! Steps that start and stop.

use super::judge::Judged;
use super::machine::Machine;
use super::resume;
use crate::address::{Address, Part};
use crate::cloud::{Change, IdRef};
use crate::plan::draft::Draft;
use crate::plan::model::{Action, Await, Cause, Op, Risk, Step};
use crate::schedule::{RunState, WantedState};
use crate::span::Span;

pub(super) fn act(draft: &mut Draft<'_>, judged: &Judged<'_>, cause: Cause, reason: &str) {
    let running = judged.wanted == Some(RunState::Running);
    let hibernates = !running && can_hibernate(judged);
    let action = match (running, hibernates) {
        (true, _) => Action::Start,
        (false, true) => Action::Hibernate,
        (false, false) => Action::Stop,
    };
    let mut step = Step::new(judged.address.clone(), judged.place.clone(), judged.machine.kind(), action, cause);
    step.id = Some(judged.machine.id().to_owned());
    step.reason = reason.to_owned();
    if let Some(schedule) = judged.schedule {
        step.reason = format!("{reason}, by schedule `{}`", schedule.name);
    }
    if !running {
        step.reason.push_str(how_it_stops(judged));
    }
    step.risk = if running { Risk::None } else { Risk::Interrupts };
    step.origin = judged.span.as_ref().map(Span::file_line);
    // Nothing is sent after the edge that turns it around: late, it would be a change against the schedule.
    let ends = if running { WantedState::Stopped } else { WantedState::Running };
    step.deadline = judged.next.filter(|(_, state)| *state == ends).map(|(at, _)| at);
    step.ops = if running { start_ops(draft, judged) } else { stop_ops(judged.machine, hibernates) };
    draft.steps.push(step);
}

/// Which of the two a schedule with `hibernate: true` comes to.
fn how_it_stops(judged: &Judged<'_>) -> &'static str {
    match judged.machine {
        Machine::Ec2(_) if !judged.schedule.is_some_and(|schedule| schedule.hibernate) => "",
        Machine::Ec2(instance) if instance.hibernation => "; stopped instead where EC2 refuses",
        Machine::Ec2(_) => "; stopped, since it was not launched to hibernate",
        Machine::Rds(_) => "",
    }
}

fn can_hibernate(judged: &Judged<'_>) -> bool {
    let wanted = judged.schedule.is_some_and(|schedule| schedule.hibernate);
    wanted && matches!(judged.machine, Machine::Ec2(instance) if instance.hibernation)
}

/// What starts or stops a machine now, whatever its schedule says: a person asked for it.
#[must_use]
pub fn ops_by_hand(draft: &Draft<'_>, judged: &Judged<'_>, state: RunState) -> Vec<Op> {
    match state {
        RunState::Running => start_ops(draft, judged),
        RunState::Stopped => stop_ops(judged.machine, can_hibernate(judged)),
    }
}

fn start_ops(draft: &Draft<'_>, judged: &Judged<'_>) -> Vec<Op> {
    match judged.machine {
        Machine::Ec2(instance) => {
            let id = IdRef::Id(instance.id.clone());
            let mut ops = reset_alarm(draft, judged);
            ops.push(Op::Do(Change::StartInstances { ids: vec![id.clone()] }));
            ops.push(Op::Await(Await::Running(id)));
            ops.extend(resume::unmark(judged.machine));
            ops
        }
        Machine::Rds(database) => {
            vec![Op::Do(Change::StartDatabase { name: database.name.clone() }), Op::Await(Await::DbAvailable(database.name.clone()))]
        }
    }
}

/// An idle alarm that stands in ALARM would never fire again: it acts on a change of state only.
fn reset_alarm(draft: &Draft<'_>, judged: &Judged<'_>) -> Vec<Op> {
    let site = draft.sites.get(&judged.place).filter(|_| judged.owned);
    let address = Address::from_text(&format!("{}/{}", judged.address.entry(), Part::Alarm.as_str()));
    let alarms = site.and_then(|site| site.alarms.ours.get(&address)).into_iter().flatten();
    alarms.filter(|owned| owned.item.state == "ALARM").map(|owned| Op::Do(Change::ResetAlarm { name: owned.item.name.clone() })).collect()
}

/// Stops a machine and waits.
fn stop_ops(machine: Machine<'_>, hibernate: bool) -> Vec<Op> {
    match machine {
        Machine::Ec2(instance) => {
            let id = IdRef::Id(instance.id.clone());
            vec![Op::Do(Change::StopInstances { ids: vec![id.clone()], hibernate }), Op::Await(Await::Stopped(id))]
        }
        Machine::Rds(database) => {
            vec![Op::Do(Change::StopDatabase { name: database.name.clone() }), Op::Await(Await::DbStopped(database.name.clone()))]
        }
    }
}
