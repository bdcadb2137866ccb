//! Steps that start and stop.

use super::judge::Judged;
use super::machine::Machine;
use super::order::Order;
use super::{resume, sizes};
use crate::address::{Address, Part};
use crate::cloud::{Change, IdRef};
use crate::plan::draft::Draft;
use crate::plan::model::{Action, Await, Cause, FieldChange, Op, Risk, Step};
use crate::schedule::{RunState, WantedState};
use crate::span::Span;

/// Adds the step that starts or stops a machine.
pub(super) fn act(draft: &mut Draft<'_>, judged: &Judged<'_>, cause: Cause, reason: &str, order: Order) {
    let running = judged.wanted == Some(RunState::Running);
    let types = if running { sizes::wanted(draft.input.fleet, judged, draft.input.now) } else { Ok(Vec::new()) };
    let types = match types {
        Ok(types) => types,
        Err(why) => return draft.hold(&judged.place, &judged.address, why, judged.span.as_ref()),
    };
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
    step.follows = order.follows;
    if !order.awaits.is_empty() {
        step.ops.push(Op::AwaitAll(order.awaits));
    }
    if running {
        let (ops, field) = start_ops(draft, judged, &types);
        step.ops.extend(ops);
        step.fields = field.into_iter().collect();
    } else {
        step.ops.extend(stop_ops(judged.machine, hibernates));
    }
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
        RunState::Running => {
            let types = sizes::wanted(draft.input.fleet, judged, draft.input.now).unwrap_or_default();
            start_ops(draft, judged, &types).0
        }
        RunState::Stopped => stop_ops(judged.machine, can_hibernate(judged)),
    }
}

/// Starts a machine, an instance as one of `types`, and waits; with the change of its type.
fn start_ops(draft: &Draft<'_>, judged: &Judged<'_>, types: &[String]) -> (Vec<Op>, Option<FieldChange>) {
    match judged.machine {
        Machine::Ec2(instance) => {
            let id = IdRef::Id(instance.id.clone());
            let (start, field) = sizes::start(instance, types);
            let mut ops = reset_alarm(draft, judged);
            ops.push(start);
            ops.push(Op::Await(Await::Running(id)));
            ops.extend(resume::unmark(judged.machine));
            (ops, field)
        }
        Machine::Rds(database) => {
            let name = database.name.clone();
            (vec![Op::Do(Change::StartDatabase { name: name.clone() }), Op::Await(Await::DbAvailable(name))], None)
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
