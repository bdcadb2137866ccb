//! What RDS does with a running database only: starting it for that, and stopping it again.

use super::draft::Draft;
use super::model::{Action, Await, Op, Step, StepNeed};
use super::words;
use crate::cloud::{Change, Database};

/// True while RDS itself is still making or changing it, and refuses anything else.
#[must_use]
pub fn is_on_the_way(state: &str) -> bool {
    matches!(state, "creating" | "starting" | "modifying" | "backing-up" | "rebooting" | "configuring-enhanced-monitoring" | "upgrading")
}

/// Makes a database `available`; nothing to do when it is. Of a state that neither time nor a start ends (`failed`,
/// `storage-full`) RDS has the word.
#[must_use]
pub fn wake(database: &Database) -> Vec<Op> {
    let mut ops = settle(database);
    if matches!(database.state.0.as_str(), "stopped" | "stopping") {
        ops.push(Op::Do(Change::StartDatabase { name: database.name.clone() }));
        ops.push(Op::Await(Await::DbAvailable(database.name.clone())));
    }
    ops
}

/// Waits for what is under way.
#[must_use]
pub fn settle(database: &Database) -> Vec<Op> {
    let name = || database.name.clone();
    match database.state.0.as_str() {
        "stopping" => vec![Op::Await(Await::DbStopped(name()))],
        state if is_on_the_way(state) => vec![Op::Await(Await::DbAvailable(name()))],
        _ => Vec::new(),
    }
}

/// True when nothing but its run state can keep it from being changed: it is up, down, or on the way between the two.
#[must_use]
pub fn is_changeable(database: &Database) -> bool {
    matches!(database.state.0.as_str(), "available" | "stopped" | "starting" | "stopping")
}

/// Brings the starts and stops along that a change of settings needs (semantics of the digest: they are part of that step,
/// whatever the run state). What was stopped is stopped again, unless it is started now in any case: then it stays up, and no
/// step of its own starts it.
pub fn bring_along(draft: &mut Draft<'_>) {
    let mut done_by_others = Vec::new();
    for at in 0..draft.steps.len() {
        let Some(database) = woken(draft, &draft.steps[at]) else { continue };
        if matches!(database.state.0.as_str(), "stopped" | "stopping") {
            let start = follower(draft, at, |step| step.action == Action::Start).filter(|_| is_last(draft, at));
            wrap(&mut draft.steps[at], database, start.is_some());
            done_by_others.extend(start);
        } else {
            draft.steps[at].ops.splice(0..0, wake(database));
            if let Some(stop) = follower(draft, at, |step| step.action == Action::Stop) {
                draft.steps[stop].ops.insert(0, Op::Await(Await::DbSettled(database.name.clone())));
            }
        }
    }
    let mut at = 0..;
    draft.steps.retain(|_| !at.next().is_some_and(|at| done_by_others.contains(&at)));
}

/// The database that a step needs up.
fn woken<'a>(draft: &Draft<'a>, step: &Step) -> Option<&'a Database> {
    let name = step.id.as_ref().filter(|_| step.needs.contains(&StepNeed::Start))?;
    let databases = &draft.sites.get(&step.place)?.view.databases;
    databases.seen().iter().find(|database| database.name == *name)
}

/// A later step of the same machine.
fn follower(draft: &Draft<'_>, at: usize, is_it: impl Fn(&Step) -> bool) -> Option<usize> {
    let same = |step: &Step| step.address == draft.steps[at].address && step.place == draft.steps[at].place;
    (at + 1..draft.steps.len()).find(|later| same(&draft.steps[*later]) && is_it(&draft.steps[*later]))
}

/// True when no other step needs it up after this one.
fn is_last(draft: &Draft<'_>, at: usize) -> bool {
    follower(draft, at, |step| step.needs.contains(&StepNeed::Start)).is_none()
}

fn wrap(step: &mut Step, database: &Database, stays_up: bool) {
    let name = || database.name.clone();
    step.ops.splice(0..0, wake(database));
    let what = if stays_up {
        "it is stopped: started for this, and left running, as it should be now"
    } else {
        let stop =
            [Op::Await(Await::DbSettled(name())), Op::Do(Change::StopDatabase { name: name() }), Op::Await(Await::DbStopped(name()))];
        step.ops.extend(stop);
        "it is stopped: started for this, and stopped again"
    };
    step.reason = words::joined(&step.reason, what);
}
