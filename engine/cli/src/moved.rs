//! Which steps of an approved plan can still be done: those that a fresh plan has too, unchanged.

use std::collections::BTreeSet;

use muster_core::address::Address;
use muster_core::apply::{Status, StepOutcome};
use muster_core::plan::{Op, Plan, Step};
use muster_core::tags;
use serde_json::Value;

/// An approved plan against the present.
#[derive(Debug)]
pub(crate) struct Still {
    /// What is to be done.
    pub(crate) plan: Plan,
    /// Steps that are no longer needed, in words.
    pub(crate) satisfied: Vec<String>,
    /// Steps that are refused.
    pub(crate) refused: Vec<StepOutcome>,
}

/// Compares an approved plan with a fresh one of the same fleet.
pub(crate) fn compare(approved: &Plan, fresh: Plan) -> Still {
    let mut go = BTreeSet::new();
    let mut satisfied = Vec::new();
    let mut refused = Vec::new();
    for step in &approved.steps {
        match fresh.steps.iter().position(|now| is_same(step, now)) {
            Some(at) => {
                go.insert(at);
            }
            None => match why_moved(step, &fresh) {
                Some(why) => refused.push(outcome(step, Status::Stale { why })),
                None => satisfied.push(format!("{} {}: no longer needed", step.action.as_str(), step.address)),
            },
        }
    }
    drop_waiting(&fresh, &mut go, &mut refused);
    let steps = fresh.steps.iter().enumerate().filter(|(at, _)| go.contains(at)).map(|(_, step)| step.clone()).collect();
    Still { plan: Plan { steps, ..fresh }, satisfied, refused }
}

/// Why a step cannot be done any more; nothing when its end is reached already.
fn why_moved(step: &Step, fresh: &Plan) -> Option<String> {
    let now = fresh.steps.iter().find(|now| now.address == step.address && now.place == step.place);
    let held = fresh.held.iter().find(|held| held.address == step.address || held.address.as_str() == step.address.entry());
    match (now, held) {
        // A start or stop that is no longer due followed from the clock, which was always free to move on.
        _ if step.is_run_state() => None,
        (Some(now), _) => Some(difference(step, now)),
        (None, Some(held)) => Some(held.why.clone()),
        (None, None) => None,
    }
}

fn difference(step: &Step, now: &Step) -> String {
    if step.action != now.action {
        return format!("the plan was to {}, now it would be to {}", step.action.as_str(), now.action.as_str());
    }
    let moved: Vec<&str> =
        step.precondition.iter().filter(|(key, value)| now.precondition.get(*key) != Some(value)).map(|(key, _)| key.as_str()).collect();
    if moved.is_empty() {
        return "what has to be done for it is no longer what was planned".to_owned();
    }
    format!("{} changed since the plan was made", moved.join(", "))
}

fn is_same(step: &Step, now: &Step) -> bool {
    let same_thing = step.address == now.address && step.place == now.place && step.action == now.action;
    same_thing && step.precondition == now.precondition && comparable(step) == comparable(now)
}

/// What a step does, without the date that a removal writes, which counts from the moment of the apply, and without the stops
/// and starts that a change of settings brings along: they follow from how the machine stands then, and nobody approves them.
fn comparable(step: &Step) -> Value {
    let ops: Vec<&Op> = step.ops.iter().filter(|op| step.is_run_state() || !op.is_run_state()).collect();
    let mut value = serde_json::to_value(ops).unwrap_or_default();
    mask(&mut value);
    value
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                if key == tags::RETIRE_AFTER {
                    *inner = Value::Null;
                } else {
                    mask(inner);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

/// Takes out what would wait for a refused step, as often as that makes more wait.
fn drop_waiting(fresh: &Plan, go: &mut BTreeSet<usize>, refused: &mut Vec<StepOutcome>) {
    let mut gone: BTreeSet<Address> = refused.iter().map(|step| step.address.clone()).collect();
    loop {
        let waiting = go
            .iter()
            .copied()
            .find_map(|at| fresh.steps[at].after.iter().find(|address| gone.contains(*address)).map(|address| (at, address.clone())));
        let Some((at, address)) = waiting else { return };
        go.remove(&at);
        let step = &fresh.steps[at];
        gone.insert(step.address.clone());
        refused.push(outcome(step, Status::NotTried { why: format!("waits for {address}, which moved") }));
    }
}

fn outcome(step: &Step, status: Status) -> StepOutcome {
    StepOutcome {
        address: step.address.clone(),
        place: step.place.clone(),
        kind: step.kind,
        action: step.action,
        id: step.id.clone(),
        status,
        touched: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    #[test]
    fn an_unmoved_world_does_everything() {
        let still = compare(&sample::plan(), sample::plan());
        assert_eq!(still.plan, sample::plan());
        assert!(still.satisfied.is_empty() && still.refused.is_empty());
    }

    #[test]
    fn a_step_whose_precondition_moved_is_refused_and_what_waits_for_it_is_not_tried() {
        let approved = sample::plan();
        let mut fresh = sample::plan();
        fresh.steps[0].precondition.insert("type".to_owned(), "t3.large".to_owned());
        let mut old = approved.clone();
        old.steps[0].precondition.insert("type".to_owned(), "t3.small".to_owned());
        fresh.steps[1].after = vec![fresh.steps[0].address.clone()];
        let still = compare(&old, fresh);
        assert_eq!(still.refused.len(), 2);
        assert!(
            matches!(&still.refused[0].status, Status::Stale { why } if why == "type changed since the plan was made"),
            "{:?}",
            still.refused
        );
        assert!(matches!(&still.refused[1].status, Status::NotTried { .. }));
        assert_eq!(still.plan.steps.len(), approved.steps.len() - 2);
    }

    #[test]
    fn what_is_so_already_is_noted_and_what_the_file_never_planned_is_not_done() {
        let mut fresh = sample::plan();
        let mut approved = sample::plan();
        let extra = fresh.steps.pop().expect("a step");
        fresh.steps.retain(|step| step.address.as_str() != "user/alice/alarm");
        approved.steps.pop();
        fresh.steps.push(extra);
        let still = compare(&approved, fresh);
        assert_eq!(still.satisfied, ["create user/alice/alarm: no longer needed"]);
        assert_eq!(still.plan.steps.len(), approved.steps.len() - 1, "the step that was not approved stays out");
    }

    #[test]
    fn the_date_of_a_removal_may_move() {
        let step = |date: &str| {
            let mut step = sample::plan().steps.remove(0);
            let tags = [(tags::RETIRE_AFTER.to_owned(), date.to_owned())].into();
            let resource = muster_core::cloud::ResourceRef { kind: step.kind, id: muster_core::cloud::IdRef::Id("i-1".to_owned()) };
            step.ops = vec![Op::Do(muster_core::cloud::Change::SetTags { resource, tags })];
            step
        };
        assert!(is_same(&step("2026-12-01T00:00:00Z"), &step("2026-12-02T00:00:00Z")));
    }

    #[test]
    fn a_change_of_settings_is_the_same_whether_the_machine_runs_or_not() {
        let id = || muster_core::cloud::IdRef::Id("i-1".to_owned());
        let change =
            |name: &str| Op::Do(muster_core::cloud::Change::ModifyInstanceType { id: "i-1".to_owned(), instance_type: name.to_owned() });
        let stop = || Op::Do(muster_core::cloud::Change::StopInstances { ids: vec![id()], hibernate: false });
        let step = |ops: Vec<Op>| {
            let mut step = sample::plan().steps.remove(0);
            step.action = muster_core::plan::Action::Update;
            step.ops = ops;
            step
        };
        let wait = || Op::Await(muster_core::plan::Await::Stopped(id()));
        assert!(is_same(&step(vec![stop(), wait(), change("t3.large")]), &step(vec![change("t3.large")])));
        assert!(!is_same(&step(vec![change("t3.small")]), &step(vec![change("t3.large")])));
    }
}
