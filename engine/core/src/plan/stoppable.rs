//! Kinds that cannot be stopped or started, with the reason (semantics 8).

use super::run_state::Machine;
use crate::cloud::{Database, Instance};

/// Tags by which AWS marks an instance that something else starts and stops.
const MANAGED_BY: [(&str, &str); 4] = [
    ("aws:autoscaling:groupName", "an Auto Scaling group, which would replace it"),
    ("eks:cluster-name", "an EKS node group"),
    ("aws:eks:cluster-name", "an EKS node group"),
    ("aws:ecs:clusterName", "an ECS capacity provider"),
];

/// Why a machine can be neither started nor stopped; nothing when it can.
#[must_use]
pub fn refusal(machine: Machine<'_>) -> Option<String> {
    match machine {
        Machine::Ec2(instance) => of_instance(instance),
        Machine::Rds(database) => of_database(database),
    }
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
    (database.multi_az && database.engine.starts_with("sqlserver")).then(|| "RDS does not stop a Multi-AZ SQL Server".to_owned())
}
