//! Addresses whose ids a step needs from other steps.

use std::collections::BTreeSet;

use super::model::{Await, Op, Step};
use crate::address::Address;
use crate::cloud::{Change, IdRef};

/// Addresses, other than the step's own when it makes it, that its ops refer to.
#[must_use]
pub fn of(step: &Step) -> BTreeSet<Address> {
    let found = std::cell::RefCell::new(BTreeSet::new());
    for op in &step.ops {
        match op {
            Op::Do(change) => collect(change, &found),
            Op::Launch { spec, .. } => spec.groups.iter().for_each(|id| add(id, &found)),
            Op::Await(until) => awaited(until, &found),
            Op::SkipFrom { .. } => {}
            Op::AwaitAll(states) => states.iter().for_each(|(_, until)| awaited(until, &found)),
            Op::FirstOf(ways) => ways.iter().flat_map(|way| &way.changes).for_each(|change| collect(change, &found)),
        }
    }
    let mut found = found.into_inner();
    if step.makes() {
        found.remove(&step.address);
    }
    found
}

fn awaited(until: &Await, found: &std::cell::RefCell<BTreeSet<Address>>) {
    match until {
        Await::Running(id) | Await::Stopped(id) | Await::Checked(id) => add(id, found),
        Await::Terminated(_)
        | Await::DbAvailable(_)
        | Await::DbStopped(_)
        | Await::DbGone(_)
        | Await::DbSnapshotAvailable(_)
        | Await::DbSettled(_) => {}
        Await::ClusterAvailable(_) | Await::ClusterStopped(_) | Await::ClusterSnapshotAvailable(_) => {}
    }
}

fn add(id: &IdRef, found: &std::cell::RefCell<BTreeSet<Address>>) {
    if let IdRef::Of(address) = id {
        found.borrow_mut().insert(address.clone());
    }
}

/// Resolving with a look-up that knows everything shows what is looked up.
fn collect(change: &Change, found: &std::cell::RefCell<BTreeSet<Address>>) {
    let note = |address: &Address| {
        found.borrow_mut().insert(address.clone());
        Some(String::new())
    };
    let resolved = change.clone().resolve(&note);
    debug_assert!(resolved.is_ok(), "the look-up answers for every address");
}
