//! Steps that start and stop.

use super::judge::Judged;
use super::machine::Machine;
use super::numbers::Numbers;
use super::order::Order;
use super::snapshots::{BeforeStop, before_stop};
use super::{resume, scale, sizes};
use crate::address::{Address, Part};
use crate::cloud::{Change, IdRef};
use crate::plan::draft::Draft;
use crate::plan::model::{Action, Await, Cause, FieldChange, Op, Risk, Step};
use crate::plan::stoppable;
use crate::schedule::{RunState, WantedState};
use crate::span::Span;

/// Adds the step that starts or stops a machine.
pub(super) fn act(draft: &mut Draft<'_>, judged: &Judged<'_>, cause: Cause, reason: &str, order: Order) {
    if let (Some(live), Some(wanted)) = (Numbers::of(judged.machine), judged.scale) {
        return scale::act(draft, judged, live, wanted, (cause, reason), order);
    }
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
    step.ops = order.waiting();
    step.follows = order.follows;
    if running {
        let (ops, field) = start_ops(draft, judged, &types);
        step.ops.extend(ops);
        step.fields = field.into_iter().collect();
        return draft.push(step);
    }
    step.ops.extend(stop_ops(judged.machine, hibernates));
    let before = draft.sites.get(&judged.place).map(|site| before_stop(draft, site, judged)).unwrap_or_else(|| Ok(BeforeStop::default()));
    match before {
        Ok(before) => stop_after(draft, step, before),
        Err(why) => draft.hold(&judged.place, &judged.address, why, judged.span.as_ref()),
    }
}

/// A stop with the snapshot that goes before it: a step of its own, since it is a change of its own.
fn stop_after(draft: &mut Draft<'_>, mut stop: Step, before: BeforeStop) {
    if !before.take.is_empty() {
        let mut step = Step::new(stop.address.clone(), stop.place.clone(), stop.kind, Action::Snapshot, stop.cause);
        step.id.clone_from(&stop.id);
        step.reason = before.words;
        step.origin.clone_from(&stop.origin);
        step.deadline = stop.deadline;
        // What stops first has written its last by then.
        step.follows.clone_from(&stop.follows);
        step.ops = before.take;
        draft.push(step);
    }
    if let pruned @ 1.. = before.prune.len() {
        stop.reason = format!("{}; {pruned} of its older snapshots go", stop.reason);
    }
    // The old ones end once the new one is there and the stop was sent; then the stop is waited for.
    let waits = stop.ops.split_off(1.min(stop.ops.len()));
    stop.ops = before.wait.into_iter().chain(stop.ops).chain(before.prune).chain(waits).collect();
    draft.push(stop);
}

/// Which of the two a schedule with `hibernate: true` comes to.
fn how_it_stops(judged: &Judged<'_>) -> &'static str {
    match judged.machine {
        Machine::Ec2(_) if !judged.schedule.is_some_and(|schedule| schedule.hibernate) => "",
        Machine::Ec2(instance) if instance.hibernation => "; stopped instead where EC2 refuses",
        Machine::Ec2(_) => "; stopped, since it was not launched to hibernate",
        Machine::Rds(_) | Machine::Cluster(_) | Machine::Group(_) | Machine::Service(_) => "",
    }
}

fn can_hibernate(judged: &Judged<'_>) -> bool {
    let wanted = judged.schedule.is_some_and(|schedule| schedule.hibernate);
    wanted && matches!(judged.machine, Machine::Ec2(instance) if instance.hibernation)
}

/// What starts or stops a machine now, whatever its schedule says: a person asked for it.
///
/// # Errors
/// Why it cannot be done.
pub fn ops_by_hand(draft: &Draft<'_>, judged: &Judged<'_>, state: RunState) -> Result<Vec<Op>, String> {
    if let Some(why) = stoppable::refusal(judged.machine) {
        return Err(why);
    }
    match (Numbers::of(judged.machine), state) {
        (Some(live), _) => scale::by_hand(draft, judged, live, state),
        (None, RunState::Running) => {
            let types = sizes::wanted(draft.input.fleet, judged, draft.input.now).unwrap_or_default();
            Ok(start_ops(draft, judged, &types).0)
        }
        (None, RunState::Stopped) => Ok(stop_ops(judged.machine, can_hibernate(judged))),
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
        Machine::Cluster(cluster) => {
            let name = cluster.name.clone();
            (vec![Op::Do(Change::StartCluster { name: name.clone() }), Op::Await(Await::ClusterAvailable(name))], None)
        }
        // What is scaled has steps of its own.
        Machine::Group(_) | Machine::Service(_) => (Vec::new(), None),
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
        Machine::Cluster(cluster) => {
            vec![Op::Do(Change::StopCluster { name: cluster.name.clone() }), Op::Await(Await::ClusterStopped(cluster.name.clone()))]
        }
        Machine::Group(_) | Machine::Service(_) => Vec::new(),
    }
}
