//! Waiting: what is waited for, and what a reading says about it.

use jiff::{SignedDuration, Timestamp};

use crate::cloud::{DbClusterSnapshot, DbSnapshot, Gap, Instance, InstanceState, Kind, Need, Needs, Place, Snapshot};
use crate::plan::Await;

/// Longest wait for an instance. A Windows machine may take ten minutes to stop.
pub const INSTANCE_LIMIT: SignedDuration = SignedDuration::from_mins(15);
/// Longest wait for a database that something else needs.
pub const DATABASE_LIMIT: SignedDuration = SignedDuration::from_mins(60);
/// A start that is not even `pending` after this has been refused silently (semantics 8: two minutes).
const START_LIMIT: SignedDuration = SignedDuration::from_mins(2);
/// Code of StateReason after StopInstances (EC2 API Reference, StateReason).
const STOPPED_ON_REQUEST: &str = "Client.UserInitiatedShutdown";
/// Shortest pause between two readings.
const PAUSE_MIN: SignedDuration = SignedDuration::from_millis(500);
/// Longest.
const PAUSE_MAX: SignedDuration = SignedDuration::from_secs(10);

/// One thing that is waited for.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The step.
    pub step: usize,
    /// Where.
    pub place: Place,
    /// What.
    pub until: Await,
    /// Since when.
    pub since: Timestamp,
    /// Not longer than this.
    pub limit: SignedDuration,
    /// Running out of time is no failure: a later apply goes on.
    pub soft: bool,
    /// The step made the machine: whatever ends its run came after it.
    pub newborn: bool,
    /// A reading that asks for it has begun; one that began before says nothing about it.
    pub asked: bool,
    /// True once the instance was seen on its way, so that falling back means failure.
    pub seen_moving: bool,
}

/// What a reading says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reached {
    /// It is so.
    Yes,
    /// Not yet.
    NotYet,
    /// It will not be so any more; why.
    Never(String),
    /// It will not be so, since AWS had no machine of that type to give after all; why.
    NoCapacity(String),
}

/// Pause before the next reading: a quarter of the youngest wait, within bounds.
#[must_use]
pub fn pause(waiting: &[Waiting], now: Timestamp) -> SignedDuration {
    let youngest = waiting.iter().map(|wait| now.duration_since(wait.since)).min().unwrap_or(SignedDuration::ZERO);
    (youngest / 4).clamp(PAUSE_MIN, PAUSE_MAX)
}

/// One reading for everything that is waited for.
#[must_use]
pub fn needs(waiting: &[Waiting]) -> Needs {
    let mut needs = Needs::default();
    let mut instances: std::collections::BTreeMap<&Place, std::collections::BTreeSet<String>> = std::collections::BTreeMap::new();
    let mut checks = instances.clone();
    let mut databases: std::collections::BTreeMap<&Place, Vec<&String>> = std::collections::BTreeMap::new();
    for wait in waiting {
        match &wait.until {
            Await::Running(id) | Await::Stopped(id) => instances.entry(&wait.place).or_default().extend(id.known().map(str::to_owned)),
            Await::Terminated(id) => {
                instances.entry(&wait.place).or_default().insert(id.clone());
            }
            Await::DbAvailable(name) | Await::DbStopped(name) | Await::DbGone(name) => databases.entry(&wait.place).or_default().push(name),
            Await::Checked(id) => {
                instances.entry(&wait.place).or_default().extend(id.known().map(str::to_owned));
                checks.entry(&wait.place).or_default().extend(id.known().map(str::to_owned));
            }
            Await::DbSnapshotAvailable(name) => needs.add(&wait.place, Need::DbSnapshotByName(name.clone())),
            Await::ClusterAvailable(_) | Await::ClusterStopped(_) => needs.add(&wait.place, Need::DbClusters),
            Await::ClusterSnapshotAvailable(_) => needs.add(&wait.place, Need::DbClusterSnapshots),
        }
    }
    for (place, ids) in checks {
        needs.add(place, Need::StatusChecks(ids));
    }
    for (place, ids) in instances {
        needs.add(place, Need::InstancesById(ids));
    }
    for (place, names) in databases {
        match names.as_slice() {
            [one] => needs.add(place, Need::DatabaseByName((*one).clone())),
            _ => needs.add(place, Need::Databases),
        }
    }
    needs
}

/// What a reading says about one wait.
pub fn judge(wait: &mut Waiting, snapshot: &Snapshot, now: Timestamp) -> Reached {
    let Some(view) = snapshot.places.get(&wait.place) else { return Reached::NotYet };
    let instance = |id: &str| view.instances.seen().iter().find(|instance| instance.id == id);
    let database = |name: &str| view.databases.seen().iter().find(|database| database.name == name);
    let cluster = |name: &str| view.clusters.seen().iter().find(|cluster| cluster.name == name);
    match &wait.until {
        Await::Running(id) if wait.newborn && id.known().and_then(instance).is_some_and(stopped_on_request) => Reached::Yes,
        Await::Running(id) => running(id.known().and_then(instance), &mut wait.seen_moving, now.duration_since(wait.since)),
        Await::Stopped(id) => stopped(id.known().and_then(instance)),
        Await::Terminated(id) if !view.instances.is_complete() => {
            keep(instance(id).is_some_and(|instance| instance.state == InstanceState::Terminated))
        }
        Await::Terminated(id) => keep(instance(id).is_none_or(|instance| instance.state == InstanceState::Terminated)),
        Await::DbAvailable(name) => keep(database(name).is_some_and(|database| database.state.is_available())),
        Await::DbStopped(name) => keep(database(name).is_some_and(|database| database.state.is_stopped())),
        Await::DbGone(name) => keep(view.databases.is_complete() && database(name).is_none()),
        Await::Checked(id) => {
            let up = running(id.known().and_then(instance), &mut wait.seen_moving, now.duration_since(wait.since));
            if up == Reached::Yes { keep(id.known().is_some_and(|id| view.checked.contains(id))) } else { up }
        }
        Await::DbSnapshotAvailable(name) => match refused(wait, snapshot, Kind::DbSnapshot) {
            Some(why) => Reached::Never(why),
            None => snapshot_taken(view.db_snapshots.seen().iter().find(|taken| taken.name == *name)),
        },
        Await::ClusterAvailable(name) => keep(cluster(name).is_some_and(|cluster| cluster.state.is_available())),
        Await::ClusterStopped(name) => keep(cluster(name).is_some_and(|cluster| cluster.state.is_stopped())),
        Await::ClusterSnapshotAvailable(name) => match refused(wait, snapshot, Kind::DbClusterSnapshot) {
            Some(why) => Reached::Never(why),
            None => cluster_snapshot_taken(view.cluster_snapshots.seen().iter().find(|taken| taken.name == *name)),
        },
    }
}

const fn keep(reached: bool) -> Reached {
    if reached { Reached::Yes } else { Reached::NotYet }
}

fn running(instance: Option<&Instance>, seen_moving: &mut bool, waited: SignedDuration) -> Reached {
    let Some(instance) = instance else { return Reached::NotYet };
    match instance.state {
        InstanceState::Running => Reached::Yes,
        InstanceState::Pending => {
            *seen_moving = true;
            Reached::NotYet
        }
        InstanceState::Stopped | InstanceState::ShuttingDown | InstanceState::Terminated if *seen_moving || waited > START_LIMIT => {
            fell_back(instance)
        }
        _ => Reached::NotYet,
    }
}

/// A new machine that is stopped on request did run: another run of the same fleet was faster with the stop.
fn stopped_on_request(instance: &Instance) -> bool {
    let down = matches!(instance.state, InstanceState::Stopping | InstanceState::Stopped);
    down && instance.state_reason.as_deref() == Some(STOPPED_ON_REQUEST)
}

fn fell_back(instance: &Instance) -> Reached {
    let reason = instance.state_reason.as_deref().unwrap_or("EC2 gives no reason");
    if reason.contains("InsufficientInstanceCapacity") {
        return Reached::NoCapacity(format!("{} fell back to {}: {reason}", instance.id, instance.state.as_str()));
    }
    let key = if reason.contains("InvalidState") || reason.contains("KMS") || reason.contains("Client.InternalError") {
        "; this is what a missing kms:CreateGrant on the key of an encrypted volume looks like, see `muster iam`"
    } else {
        ""
    };
    Reached::Never(format!("{} fell back to {}: {reason}{key}", instance.id, instance.state.as_str()))
}

fn cluster_snapshot_taken(taken: Option<&DbClusterSnapshot>) -> Reached {
    match taken.map(|taken| taken.state.as_str()) {
        Some("available") => Reached::Yes,
        Some("failed") => Reached::Never("RDS could not take the snapshot; the cluster is as it was".to_owned()),
        _ => Reached::NotYet,
    }
}

fn stopped(instance: Option<&Instance>) -> Reached {
    match instance.map(|instance| instance.state) {
        Some(InstanceState::Stopped) => Reached::Yes,
        Some(InstanceState::ShuttingDown | InstanceState::Terminated) => Reached::Never("it was terminated meanwhile".to_owned()),
        _ => Reached::NotYet,
    }
}

/// Why a kind that planning does not read cannot be watched at all: waiting for it would only end by its limit.
fn refused(wait: &Waiting, snapshot: &Snapshot, kind: Kind) -> Option<String> {
    let account = snapshot.account_id(&wait.place.account);
    let here = |gap: &&Gap| gap.kind == kind && gap.account == account && gap.region == wait.place.region && !gap.unreachable;
    snapshot.gaps.iter().find(here).map(|gap| format!("it cannot be watched, {}: {}", gap.action, gap.error))
}

fn snapshot_taken(taken: Option<&DbSnapshot>) -> Reached {
    match taken.map(|taken| (taken, taken.state.as_str())) {
        Some((_, "available")) => Reached::Yes,
        Some((taken, "failed")) => Reached::Never(format!("RDS could not take the snapshot {}; the database is as it was", taken.name)),
        _ => Reached::NotYet,
    }
}

/// What is waited for, in words.
#[must_use]
pub fn words(until: &Await) -> String {
    match until {
        Await::Running(_) => "running".to_owned(),
        Await::Stopped(_) => "stopped".to_owned(),
        Await::Terminated(_) => "terminated".to_owned(),
        Await::DbAvailable(name) => format!("{name} available"),
        Await::DbStopped(name) => format!("{name} stopped"),
        Await::DbGone(name) => format!("{name} deleted"),
        Await::Checked(id) => format!("{} running and checked", id.known().unwrap_or("the instance")),
        Await::DbSnapshotAvailable(name) => format!("snapshot {name} complete"),
        Await::ClusterAvailable(name) => format!("cluster {name} available"),
        Await::ClusterStopped(name) => format!("cluster {name} stopped"),
        Await::ClusterSnapshotAvailable(name) => format!("snapshot {name} complete"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::{IdRef, Listing, PlaceView};

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn place() -> Place {
        Place { account: "main".to_owned(), region: "ap-northeast-2".to_owned() }
    }

    fn machine(state: InstanceState, reason: Option<&str>) -> Instance {
        let value = serde_json::json!({
            "id": "i-1", "image": "ami-1", "instance_type": "t3.small", "architecture": "x86_64", "state": "stopped", "state_reason": reason,
            "transition_reason": "", "launch_time": NOW, "groups": [], "imds_required": true, "ebs_root": true, "spot": false,
            "hibernation": false, "tags": {},
        });
        Instance { state, ..serde_json::from_value(value).expect("an instance") }
    }

    fn judged(newborn: bool, state: InstanceState, reason: Option<&str>) -> Reached {
        let mut wait = Waiting {
            step: 0,
            place: place(),
            until: Await::Running(IdRef::Id("i-1".to_owned())),
            since: NOW,
            limit: INSTANCE_LIMIT,
            soft: false,
            newborn,
            asked: true,
            seen_moving: false,
        };
        let view = PlaceView { instances: Listing::Complete(vec![machine(state, reason)]), ..PlaceView::default() };
        let snapshot = Snapshot { places: [(place(), view)].into(), ..Snapshot::empty(NOW) };
        judge(&mut wait, &snapshot, NOW)
    }

    #[test]
    fn a_new_machine_that_another_run_stopped_has_been_made() {
        assert_eq!(judged(true, InstanceState::Stopping, Some(STOPPED_ON_REQUEST)), Reached::Yes);
        assert_eq!(judged(true, InstanceState::Stopped, Some(STOPPED_ON_REQUEST)), Reached::Yes);
    }

    #[test]
    fn a_start_of_a_stopped_machine_waits_while_readers_lag() {
        assert_eq!(judged(false, InstanceState::Stopped, Some(STOPPED_ON_REQUEST)), Reached::NotYet);
    }

    #[test]
    fn a_new_machine_that_stopped_for_want_of_its_key_is_waited_out() {
        assert_eq!(judged(true, InstanceState::Stopped, Some("Client.InternalError")), Reached::NotYet);
    }
}
