//! Kinds that cannot be stopped or started, with the reason (semantics 8).

use jiff::{SignedDuration, Timestamp};

use super::last_change::Life;
use super::run_state::{Machine, STORAGE_OPTIMIZING};
use super::site::Site;
use super::words;
use crate::cloud::{Database, DbCluster, Instance};
use crate::schedule::RunState;

/// Tags by which AWS, or a controller of a cluster, marks an instance that something else starts and stops.
const MANAGED_BY: [(&str, &str); 7] = [
    (super::run_state::GROUP_OF, "an Auto Scaling group, which would replace it"),
    ("eks:cluster-name", "an EKS node group"),
    ("aws:eks:cluster-name", "an EKS node group"),
    ("aws:ecs:clusterName", "an ECS capacity provider"),
    ("eks:nodegroup-name", "an EKS node group"),
    ("AmazonECSManaged", "an ECS capacity provider"),
    ("karpenter.sh/nodepool", "a node pool of Karpenter's, which would replace it"),
];
/// EC2 does not keep an instance hibernated for longer (K: EC2 User Guide, "Hibernate your instance", limitations).
const HIBERNATED_AT_MOST: SignedDuration = SignedDuration::from_hours(60 * 24);
/// StateReason of an instance that was hibernated.
const HIBERNATED: &str = "Client.UserInitiatedHibernate";
/// States of a database out of which it comes by itself, to what was asked of it last.
const UNDER_WAY: [&str; 5] = ["creating", "starting", "stopping", "rebooting", "deleting"];

/// Why a machine can be neither started nor stopped; nothing when it can.
#[must_use]
pub fn refusal(machine: Machine<'_>) -> Option<String> {
    match machine {
        Machine::Ec2(instance) => of_instance(instance),
        Machine::Rds(database) => of_database(database),
        Machine::Cluster(cluster) => of_cluster(cluster),
        Machine::Group(_) => None,
        Machine::Service(service) => service
            .daemon
            .then(|| "a daemon service runs one task on each machine and has no number of tasks; leave it out of the `select`".to_owned()),
    }
}

/// Why a machine that can be started and stopped in general may not be at `now`.
pub(super) fn refusal_now(site: &Site<'_>, machine: Machine<'_>, wanted: RunState, now: Timestamp) -> Option<String> {
    let Machine::Ec2(instance) = machine else { return None };
    match wanted {
        RunState::Stopped => is_protected(site, &instance.id).then(|| {
            "it is protected from being stopped (`disableApiStop`); take that off in EC2, or leave it out of the `select`".to_owned()
        }),
        RunState::Running => hibernated_too_long(instance, now),
    }
}

/// Why a database that is in neither state stays as it is; nothing while it is on its way.
pub(super) fn busy(machine: Machine<'_>, wanted: RunState) -> Option<String> {
    let state = match machine {
        Machine::Rds(database) => database.state.0.as_str(),
        Machine::Cluster(cluster) => cluster.state.0.as_str(),
        Machine::Ec2(_) | Machine::Group(_) | Machine::Service(_) => return None,
    };
    if UNDER_WAY.contains(&state) || wanted == RunState::Running {
        return None;
    }
    Some(format!("it is `{state}`, and RDS stops only what is `available`; the first pass after that stops it"))
}

fn is_protected(site: &Site<'_>, id: &str) -> bool {
    site.view.stop_protection.get(id).copied().unwrap_or_default()
}

fn hibernated_too_long(instance: &Instance, now: Timestamp) -> Option<String> {
    let since = Life::of_instance(instance).stopped.filter(|_| instance.state_reason.as_deref() == Some(HIBERNATED))?;
    (now.duration_since(since) > HIBERNATED_AT_MOST).then(|| {
        let since = words::instant(since, "UTC");
        format!("hibernated since {since}, and EC2 keeps its memory for 60 days only; start it by hand, stop it, and schedules go on")
    })
}

fn of_instance(instance: &Instance) -> Option<String> {
    if instance.spot {
        return Some("a one-time Spot instance cannot be stopped; leave it out of the `select`".to_owned());
    }
    if !instance.ebs_root {
        return Some("its root is an instance store, which a stop would lose; leave it out of the `select`".to_owned());
    }
    let managed = MANAGED_BY.iter().find(|(tag, _)| instance.tags.contains_key(*tag));
    managed.map(|(_, by)| format!("it belongs to {by}; schedule the group instead"))
}

fn of_database(database: &Database) -> Option<String> {
    if let Some(cluster) = &database.cluster {
        return Some(format!("it is a member of cluster {cluster}, which is stopped as a whole"));
    }
    if !database.replicas.is_empty() {
        return Some(format!("RDS does not stop a replica or its source ({})", database.replicas.join(", ")));
    }
    if database.state.0 == STORAGE_OPTIMIZING {
        return Some("RDS does not stop it while it optimizes its storage, which takes hours; a later plan does".to_owned());
    }
    (database.multi_az && database.engine.starts_with("sqlserver")).then(|| "RDS does not stop a Multi-AZ SQL Server".to_owned())
}

/// Engines whose clusters stop as a whole; every other cluster is a Multi-AZ DB cluster (K: Amazon Aurora User Guide, "Stopping
/// and starting an Amazon Aurora DB cluster", Amazon RDS User Guide, "Limitations of Multi-AZ DB clusters").
const STOPPABLE_CLUSTERS: [&str; 3] = ["aurora", "docdb", "neptune"];

fn of_cluster(cluster: &DbCluster) -> Option<String> {
    if !STOPPABLE_CLUSTERS.iter().any(|engine| cluster.engine.starts_with(engine)) {
        return Some(format!("RDS does not stop a Multi-AZ DB cluster ({}); leave it out of the `select`", cluster.engine));
    }
    if cluster.engine_mode == "serverless" {
        return Some("Aurora Serverless v1 cannot be stopped; it pauses by itself when it is set so".to_owned());
    }
    if let Some(global) = &cluster.global {
        return Some(format!("RDS does not stop a cluster of the global database {global}"));
    }
    (!cluster.replicas.is_empty())
        .then(|| format!("RDS does not stop a cluster that is replicated across regions ({})", cluster.replicas.join(", ")))
}
