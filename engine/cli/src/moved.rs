//! Which steps of an approved plan can still be done: those that a fresh plan has too, unchanged.

use std::collections::BTreeSet;

use muster_core::address::Address;
use muster_core::apply::{Status, StepOutcome};
use muster_core::cloud::Change;
use muster_core::plan::{Op, Plan, Step};
use muster_core::tags;

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
    same_thing && step.precondition == now.precondition && step.needs == now.needs && comparable(step) == comparable(now)
}

/// What a step does, without what was always free to move on: dates, and in a step about settings the stops and starts it brings
/// along. Those are in its `needs`; which of them are due is decided by the state the machine is in when it is done.
fn comparable(step: &Step) -> Vec<Op> {
    let counts = |op: &&Op| step.is_run_state() || !op.is_run_state();
    step.ops.iter().filter(counts).cloned().map(undated).collect()
}

/// An op without the minute it was planned in: a removal's date counts from the moment of the apply, and a last snapshot is named
/// after its minute. That there is a date, and a snapshot, still counts.
fn undated(mut op: Op) -> Op {
    match &mut op {
        Op::Do(Change::SetTags { tags, .. }) => {
            for key in [tags::RETIRE_AFTER, tags::RESUME_SET] {
                if let Some(value) = tags.get_mut(key) {
                    value.clear();
                }
            }
        }
        Op::Do(Change::CreateDbSnapshot { name, .. }) => name.clear(),
        _ => {}
    }
    op
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
    use muster_core::cloud::IdRef;
    use muster_core::plan::{Action, Await};

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
    fn the_date_of_a_removal_and_of_a_scaling_may_move() {
        let step = |key: &str, value: &str| {
            let mut step = sample::plan().steps.remove(0);
            let tags = [(key.to_owned(), value.to_owned())].into();
            let resource = muster_core::cloud::ResourceRef { kind: step.kind, id: IdRef::Id("i-1".to_owned()) };
            step.ops = vec![Op::Do(Change::SetTags { resource, tags })];
            step
        };
        assert!(is_same(&step(tags::RETIRE_AFTER, "2026-12-01T00:00:00Z"), &step(tags::RETIRE_AFTER, "2026-12-02T00:00:00Z")));
        let set = |at: &str| step(tags::RESUME_SET, &format!("2/4/8 at={at}"));
        assert!(is_same(&set("2026-12-01T00:00:00Z"), &set("2026-12-01T00:05:00Z")));
        assert!(!is_same(&step("Name", "one"), &step("Name", "two")));
    }

    fn with_ops(ops: Vec<Op>) -> Step {
        Step { ops, ..sample::plan().steps.remove(0) }
    }

    #[test]
    fn the_name_of_a_last_snapshot_may_move_and_what_it_is_of_may_not() {
        let end = |database: &str, name: &str, of: &str| {
            let tags = [(tags::SNAPSHOT_OF.to_owned(), of.to_owned())].into();
            let snapshot = Change::CreateDbSnapshot { database: database.to_owned(), name: name.to_owned(), tags };
            let complete = Op::Await(Await::DbSnapshotAvailable(name.to_owned()));
            with_ops(vec![Op::Do(snapshot), complete, Op::Do(Change::DeleteDatabase { name: database.to_owned() })])
        };
        let planned = end("app", "app-20261120-0930-0a1b", "database/app/instance");
        assert!(is_same(&planned, &end("app", "app-20261120-0931-0a1b", "database/app/instance")));
        assert!(!is_same(&planned, &end("app", "app-20261120-0930-0a1b", "database/other/instance")));
        assert!(!is_same(&planned, &end("other", "app-20261120-0930-0a1b", "database/app/instance")));
        assert!(!is_same(&planned, &with_ops(vec![Op::Do(Change::DeleteDatabase { name: "app".to_owned() })])), "a snapshot was approved");
    }

    #[test]
    fn a_machine_that_stopped_meanwhile_is_changed_all_the_same() {
        let id = || IdRef::Id("i-1".to_owned());
        let modify = |to: &str| Op::Do(Change::ModifyInstanceType { id: "i-1".to_owned(), instance_type: to.to_owned() });
        let stop = || Op::Do(Change::StopInstances { ids: vec![id()], hibernate: false });
        let running = with_ops(vec![stop(), Op::Await(Await::Stopped(id())), modify("t3.medium")]);
        assert!(is_same(&running, &with_ops(vec![modify("t3.medium")])));
        assert!(!is_same(&running, &with_ops(vec![modify("t3.large")])));
        let alone = |ops| Step { action: Action::Stop, ..with_ops(ops) };
        assert!(!is_same(&alone(vec![stop()]), &alone(Vec::new())), "what a stop itself does counts");
    }

    #[test]
    fn what_a_step_needs_is_approved_too() {
        let planned = with_ops(Vec::new());
        assert!(!is_same(&planned, &Step { needs: Vec::new(), ..planned.clone() }));
    }
}
