//! RDS clusters and their snapshots, and how they move over time. Members move with their cluster.

use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::{DbCluster, DbClusterSnapshot, DbEvent, DbState};
use muster_core::tags::Tags;
use serde::{Deserialize, Serialize};

/// RDS starts a stopped cluster by itself after this.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long RDS keeps events.
const EVENTS_KEPT: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How long a snapshot takes.
const SNAPSHOT_LASTS: SignedDuration = SignedDuration::from_mins(3);
/// Minutes that a state lasts before it ends by itself.
const LASTS: [(&str, i64); 3] = [("starting", 6), ("stopping", 6), ("backing-up", 3)];

/// A cluster and what the API does not show of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Cluster {
    pub(crate) view: DbCluster,
    /// When the present state ends by itself.
    pub(crate) due: Option<Timestamp>,
}

/// A snapshot of a cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ClusterSnapshot {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) cluster: String,
    pub(crate) taken: Timestamp,
    pub(crate) tags: Tags,
}

impl ClusterSnapshot {
    /// As the API shows it at `now`.
    pub(crate) fn view(&self, now: Timestamp) -> DbClusterSnapshot {
        let state = if now.duration_since(self.taken) < SNAPSHOT_LASTS { "creating" } else { "available" };
        DbClusterSnapshot {
            name: self.name.clone(),
            arn: self.arn.clone(),
            cluster: self.cluster.clone(),
            state: state.to_owned(),
            created: Some(self.taken),
            tags: self.tags.clone(),
        }
    }
}

impl Cluster {
    /// Puts it into a state that ends by itself, or does not.
    pub(crate) fn enter(&mut self, state: &str, now: Timestamp) {
        let minutes = LASTS.iter().find(|(name, _)| *name == state).map(|(_, minutes)| *minutes);
        self.view.state = DbState(state.to_owned());
        self.view.automatic_restart = (state == "stopped").then(|| now.checked_add(WEEK).ok()).flatten();
        let ends = minutes.and_then(|minutes| now.checked_add(SignedDuration::from_mins(minutes)).ok());
        self.due = ends.or(self.view.automatic_restart);
    }

    /// Moves on to `now` and notes the starts and stops on the way.
    fn advance(&mut self, now: Timestamp, events: &mut Vec<DbEvent>) {
        while let Some(at) = self.due.filter(|at| *at <= now) {
            let state = self.view.state.0.clone();
            let mut note = |started, automatic| events.push(DbEvent { name: self.view.name.clone(), at, started, automatic });
            match state.as_str() {
                "stopping" => {
                    note(false, false);
                    self.enter("stopped", at);
                }
                "stopped" => {
                    note(true, true);
                    self.enter("starting", at);
                }
                "starting" => {
                    note(true, false);
                    self.enter("available", at);
                }
                _ => self.enter("available", at),
            }
        }
    }
}

impl super::Region {
    /// Moves every cluster on to `now`, and its members with it.
    pub(crate) fn advance_clusters(&mut self, now: Timestamp) {
        let before = self.cluster_events.len();
        for cluster in self.clusters.values_mut() {
            cluster.advance(now, &mut self.cluster_events);
        }
        if self.cluster_events.len() != before {
            self.cluster_events.sort_by(|a, b| (a.at, &a.name).cmp(&(b.at, &b.name)));
        }
        self.cluster_events.retain(|event| now.duration_since(event.at) <= EVENTS_KEPT);
        self.move_members();
    }

    /// Gives the members of every cluster its state. RDS shows a snapshot of the cluster on the cluster alone.
    pub(crate) fn move_members(&mut self) {
        for server in self.servers.values_mut() {
            let cluster = server.view.cluster.as_ref().and_then(|name| self.clusters.get(name));
            if let Some(cluster) = cluster.filter(|cluster| cluster.view.state.0 != "backing-up") {
                server.view.state.clone_from(&cluster.view.state);
            }
        }
    }
}
