//! What a pass may ask for at all: the changes that a year of schedules consists of. Whether one of them was due is said in
//! [`super::verify`]; anything else destroys or makes something that nobody asked for.

use jiff::Timestamp;
use muster_core::cloud::Change;
use muster_core::plan::Op;

use super::town::{BEGIN, instant};
use super::verify::Pass;
use super::year::Year;

/// How many snapshots `db-office` keeps.
const KEEP: usize = 3;
/// Codes by which the script makes calls fail: faults of the recorder, throttling, denied actions, and types of which there is none.
const ORDERED: [&str; 8] = [
    "Throttling",
    "NoAnswer",
    "InternalError",
    "RequestLimitExceeded",
    "UnauthorizedOperation",
    "AccessDenied",
    "AccessDeniedException",
    "InsufficientInstanceCapacity",
];

/// A snapshot before a stop, which muster took.
#[derive(Debug, Clone)]
pub struct Taken {
    who: usize,
    of_cluster: bool,
    name: String,
    /// When it was deleted.
    gone: Option<Timestamp>,
}

/// True for a code that the script orders.
pub fn is_ordered(code: &str) -> bool {
    ORDERED.contains(&code)
}

/// Why a change has no place in the year; nothing when it may have one. `known` of what it is about are of the two hundred.
pub fn objection(year: &Year<'_>, pass: &Pass, change: &Change, known: usize) -> Option<&'static str> {
    let births = pass.at == instant(BEGIN);
    let all_known = |known: bool| (!known).then_some("it is about something that is none of the two hundred");
    match change {
        Change::StartInstances { ids } | Change::StopInstances { ids, .. } => all_known(known == ids.len()),
        Change::StartDatabase { .. }
        | Change::StopDatabase { .. }
        | Change::StartCluster { .. }
        | Change::StopCluster { .. }
        | Change::ScaleGroup { .. }
        | Change::ScaleService { .. }
        | Change::ModifyInstanceType { .. }
        | Change::CreateDbSnapshot { .. }
        | Change::CreateClusterSnapshot { .. } => all_known(known > 0),
        // What is made with an instance carries tags too, and is none of the two hundred.
        Change::SetTags { .. } | Change::RemoveTags { .. } => all_known(known > 0 || births),
        Change::DeleteDbSnapshot { name } => of_snapshot(year, pass, name, false),
        Change::DeleteClusterSnapshot { name } => of_snapshot(year, pass, name, true),
        Change::CreateSecurityGroup { .. }
        | Change::AuthorizeIngress { .. }
        | Change::ImportKeyPair { .. }
        | Change::RunInstance { .. } => (!births).then_some("everybody was born in the first pass"),
        _ => Some("nothing in the file, and nobody, asks for it"),
    }
}

/// Why a snapshot may not go. One that is already gone may be deleted again, when the answer to the first time was lost.
fn of_snapshot(year: &Year<'_>, pass: &Pass, name: &str, of_cluster: bool) -> Option<&'static str> {
    let Some(at) = year.taken.iter().rposition(|taken| taken.name == name && taken.of_cluster == of_cluster) else {
        return Some("no schedule took it");
    };
    let who = year.taken[at].who;
    // One that goes in this pass counts for those older than it: they were judged when it was there.
    let stood = |taken: &&Taken| taken.who == who && taken.gone.is_none_or(|gone| gone >= pass.at);
    let newer = year.taken[at + 1..].iter().filter(stood).count();
    // One of the same run that is too old by now makes room for another of its name.
    let may_go = year.taken[at].gone.is_some() || newer >= KEEP || is_taken_anew(pass, name);
    (!may_go).then_some("it is one of those that its schedule keeps")
}

fn is_taken_anew(pass: &Pass, again: &str) -> bool {
    let takes =
        |op: &Op| matches!(op, Op::Do(Change::CreateDbSnapshot { name, .. } | Change::CreateClusterSnapshot { name, .. }) if name == again);
    pass.plan.iter().flat_map(|plan| &plan.steps).any(|step| step.ops.iter().any(takes))
}

/// Remembers snapshots that came and went.
pub fn remember(year: &mut Year<'_>, change: &Change, at: Timestamp, who: Option<usize>) {
    let mut take = |name: &String, of_cluster| year.taken.extend(who.map(|who| Taken { who, of_cluster, name: name.clone(), gone: None }));
    match change {
        Change::CreateDbSnapshot { name, .. } => take(name, false),
        Change::CreateClusterSnapshot { name, .. } => take(name, true),
        Change::DeleteDbSnapshot { name } => went(year, name, false, at),
        Change::DeleteClusterSnapshot { name } => went(year, name, true, at),
        _ => {}
    }
}

fn went(year: &mut Year<'_>, name: &str, of_cluster: bool, at: Timestamp) {
    let found = year.taken.iter_mut().rfind(|taken| taken.name == name && taken.of_cluster == of_cluster);
    if let Some(taken) = found {
        taken.gone.get_or_insert(at);
    }
}
