//! RDS as rules see it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use muster_core::cloud::Database;
use muster_core::facet::rds::{
    CertificateDetails, Cluster, ClusterParameterGroup, ClusterSnapshot, Instance, ParameterGroup, Snapshot, TRANSPORT_PARAMETERS,
};
use muster_core::facet::{DAYS, Day, Members, Metric};

use super::members;
use crate::service::engines;
use crate::world::{Region, Server};

/// The certificate authority of new databases.
const AUTHORITY: &str = "rds-ca-rsa2048-g1";
/// How long the certificate of a new database is good for.
const CERTIFICATE: SignedDuration = SignedDuration::from_hours(365 * 24);
/// What the processors of a database do, in percent: average and maximum of a day. Nobody simulates queries.
const CPU: (f64, f64) = (32.0, 58.0);
/// Connections of a database: average and maximum of a day.
const CONNECTIONS: (f64, f64) = (6.0, 14.0);

/// Every instance.
pub(super) fn instances(region: &Region, now: Timestamp) -> Vec<Members> {
    region.servers.seen(now).into_iter().map(|server| members(&instance(region, server, now))).collect()
}

fn instance(region: &Region, server: &Server, now: Timestamp) -> Instance {
    let view = &server.view;
    let (cluster, source) = (view.cluster.clone(), replicated(view));
    Instance {
        db_instance_identifier: view.name.clone(),
        db_instance_arn: view.arn.clone(),
        db_instance_class: view.class.clone(),
        db_instance_status: view.state.0.clone(),
        engine: view.engine.clone(),
        engine_version: view.engine_version.clone(),
        engine_lifecycle_support: engine_lifecycle(&view.engine),
        instance_create_time: view.created.map(|at| at.to_string()),
        allocated_storage: view.storage_gib.into(),
        storage_type: Some(if cluster.is_some() { "aurora".to_owned() } else { view.storage_type.clone() }),
        storage_encrypted: view.encrypted,
        backup_retention_period: view.backup_retention_days.into(),
        multi_az: view.multi_az,
        publicly_accessible: view.public,
        deletion_protection: view.deletion_protection,
        auto_minor_version_upgrade: true,
        ca_certificate_identifier: Some(AUTHORITY.to_owned()),
        certificate_details: Some(certificate(view.created, now)),
        db_cluster_identifier: cluster,
        read_replica_source_db_instance_identifier: source,
        db_parameter_groups: group_of(view).into_iter().collect(),
        vpc_security_groups: view.groups.clone(),
        subnets: subnets(region, view.vpc.as_deref(), now),
        vpc_id: view.vpc.clone(),
        port: view.endpoint.as_ref().map(|_| server.port.into()),
        tags: Some(view.tags.clone()),
        cpu: Some(steady(view, now, CPU)),
        connections: Some(steady(view, now, CONNECTIONS)),
    }
}

/// What a replica replicates. The world knows no direction: by custom a replica bears its source's name and more.
fn replicated(view: &Database) -> Option<String> {
    view.replicas.iter().find(|other| view.name.starts_with(other.as_str())).cloned()
}

fn engine_lifecycle(engine: &str) -> Option<String> {
    let extended = ["mysql", "postgres", "aurora-mysql", "aurora-postgresql"].contains(&engine);
    extended.then(|| "open-source-rds-extended-support".to_owned())
}

/// RDS renews the certificates of its present authorities by itself, half a life before they end.
fn certificate(created: Option<Timestamp>, now: Timestamp) -> CertificateDetails {
    let ends = created.unwrap_or(now).max(now - CERTIFICATE / 2) + CERTIFICATE;
    CertificateDetails { ca_identifier: Some(AUTHORITY.to_owned()), valid_till: Some(ends.to_string()) }
}

/// The default subnet group spans the whole VPC.
fn subnets(region: &Region, vpc: Option<&str>, now: Timestamp) -> Vec<String> {
    let mut ids: Vec<String> =
        region.subnets.seen(now).into_iter().filter(|subnet| Some(subnet.vpc.as_str()) == vpc).map(|subnet| subnet.id.clone()).collect();
    ids.sort();
    ids
}

/// The same values on each whole day since the database was made; none while it is stopped.
fn steady(view: &Database, now: Timestamp, (average, maximum): (f64, f64)) -> Metric {
    let today = now.to_zoned(TimeZone::UTC).date();
    let first = view.created.map(|at| at.to_zoned(TimeZone::UTC).date());
    let days = (1..=DAYS).rev().filter_map(|back| today.checked_sub(i64::from(back).days()).ok());
    let days = days.filter(|day| !view.state.is_stopped() && first.is_none_or(|first| *day > first));
    Metric {
        days: days.map(|day| Day { day: day.to_string(), average: Some(average), maximum: Some(maximum), ..Day::default() }).collect(),
    }
}

/// Every cluster.
pub(super) fn clusters(region: &Region, now: Timestamp) -> Vec<Members> {
    let all = region.clusters.seen(now).into_iter().map(|cluster| {
        let view = &cluster.view;
        let member = view.members.iter().find_map(|name| region.servers.seen_one(name, now));
        Cluster {
            db_cluster_identifier: view.name.clone(),
            db_cluster_arn: view.arn.clone(),
            status: view.state.0.clone(),
            engine: view.engine.clone(),
            engine_version: view.engine_version.clone(),
            engine_mode: Some(view.engine_mode.clone()),
            multi_az: view.members.len() > 1,
            db_cluster_members: view.members.clone(),
            storage_encrypted: member.is_none_or(|member| member.view.encrypted),
            backup_retention_period: member.map_or(1, |member| member.view.backup_retention_days.into()),
            deletion_protection: member.is_some_and(|member| member.view.deletion_protection),
            replication_source_identifier: None,
            db_cluster_parameter_group: Some(default_group(&view.engine, &view.engine_version)),
            tags: Some(view.tags.clone()),
        }
    });
    all.map(|cluster| members(&cluster)).collect()
}

/// The snapshots that somebody took of instances.
pub(super) fn snapshots(region: &Region, now: Timestamp) -> Vec<Members> {
    let all = region.db_snapshots.seen(now).into_iter().map(|row| {
        let view = row.view(now);
        Snapshot {
            db_snapshot_identifier: view.name,
            db_snapshot_arn: view.arn,
            db_instance_identifier: view.database,
            engine: row.engine.clone(),
            allocated_storage: row.size_gib.into(),
            encrypted: row.encrypted,
            snapshot_create_time: (view.state == "available").then(|| row.taken.to_string()),
            status: view.state,
            tags: Some(view.tags),
            restore: Some(Vec::new()),
        }
    });
    all.map(|snapshot| members(&snapshot)).collect()
}

/// The snapshots that somebody took of clusters.
pub(super) fn cluster_snapshots(region: &Region, now: Timestamp) -> Vec<Members> {
    let all = region.cluster_snapshots.seen(now).into_iter().map(|row| {
        let view = row.view(now);
        let engine = region.clusters.seen_one(&row.cluster, now).map(|cluster| cluster.view.engine.clone());
        ClusterSnapshot {
            db_cluster_snapshot_identifier: view.name,
            db_cluster_snapshot_arn: view.arn,
            db_cluster_identifier: view.cluster,
            engine: engine.unwrap_or_else(|| "aurora-mysql".to_owned()),
            allocated_storage: 1,
            storage_encrypted: true,
            snapshot_create_time: (view.state == "available").then(|| row.taken.to_string()),
            status: view.state,
            tags: Some(view.tags),
            restore: Some(Vec::new()),
        }
    });
    all.map(|snapshot| members(&snapshot)).collect()
}

/// The parameter groups that people made, and those of RDS that an instance uses.
pub(super) fn parameter_groups(region: &Region, now: Timestamp) -> Vec<Members> {
    let made = region.parameter_groups.seen(now).into_iter().map(|group| ParameterGroup {
        db_parameter_group_name: group.view.name.clone(),
        db_parameter_group_arn: group.view.arn.clone(),
        parameters: Some(transport(&group.view.family, &group.parameters)),
        db_parameter_group_family: group.view.family.clone(),
    });
    let used: BTreeMap<String, String> = region.servers.seen(now).into_iter().filter_map(|server| default_of(&server.view)).collect();
    let used = used.into_iter().map(|(name, arn)| ParameterGroup {
        db_parameter_group_family: family(&name),
        parameters: Some(transport(&family(&name), &BTreeMap::new())),
        db_parameter_group_name: name,
        db_parameter_group_arn: arn,
    });
    made.chain(used).map(|group| members(&group)).collect()
}

/// The parameter groups of RDS that a cluster uses; the world has no others.
pub(super) fn cluster_parameter_groups(region: &Region, now: Timestamp) -> Vec<Members> {
    let views = region.clusters.seen(now).into_iter().map(|cluster| &cluster.view);
    let used: BTreeSet<(String, String)> = views
        .map(|view| {
            let name = default_group(&view.engine, &view.engine_version);
            let arn = sibling(&view.arn, "cluster-pg", &name);
            (name, arn)
        })
        .collect();
    let all = used.into_iter().map(|(name, arn)| ClusterParameterGroup {
        db_parameter_group_family: family(&name),
        parameters: Some(transport(&family(&name), &BTreeMap::new())),
        db_cluster_parameter_group_name: name,
        db_cluster_parameter_group_arn: arn,
    });
    all.map(|group| members(&group)).collect()
}

/// The parameter group of an instance. The world knows no families of Aurora, so that members have their engine's.
fn group_of(view: &Database) -> Option<String> {
    match &view.cluster {
        Some(_) => Some(default_group(&view.engine, &view.engine_version)),
        None => view.parameter_group.as_ref().map(|(name, _)| name.clone()),
    }
}

/// Name and ARN of the group of RDS that an instance uses.
fn default_of(view: &Database) -> Option<(String, String)> {
    let name = group_of(view).filter(|name| name.starts_with("default."))?;
    let arn = sibling(&view.arn, "pg", &name);
    Some((name, arn))
}

/// ARN of another thing of RDS in the same account and region.
fn sibling(arn: &str, kind: &str, name: &str) -> String {
    let place: Vec<&str> = arn.split(':').take(5).collect();
    format!("{}:{kind}:{name}", place.join(":"))
}

fn family(group: &str) -> String {
    group.trim_start_matches("default.").to_owned()
}

/// Aurora's families have the major version only: `aurora-mysql8.0`, `aurora-postgresql16`.
fn default_group(engine: &str, version: &str) -> String {
    let major = if engine == "aurora-mysql" { version.get(..3) } else { version.split('.').next() };
    match engine.strip_prefix("aurora-") {
        Some(_) => format!("default.{engine}{}", major.unwrap_or(version)),
        None => format!("default.{}", engines::family(engine, version)),
    }
}

/// What a group says of encrypted connections: what a person set, or what RDS sets for the family.
fn transport(family: &str, set: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let [force_ssl, require] = TRANSPORT_PARAMETERS;
    let digits = family.trim_start_matches(|c: char| !c.is_ascii_digit());
    let version: f64 = digits.parse().unwrap_or_default();
    let (name, on) = match &family[..family.len() - digits.len()] {
        "postgres" => (force_ssl, version >= 15.0),
        "aurora-postgresql" => (force_ssl, version >= 17.0),
        "mysql" | "aurora-mysql" => (require, version >= 8.4),
        "mariadb" => (require, version >= 11.8),
        "sqlserver-ex" | "sqlserver-se" => (force_ssl, false),
        _ => return BTreeMap::new(),
    };
    let value = set.get(name).cloned().unwrap_or_else(|| u8::from(on).to_string());
    BTreeMap::from([(name.to_owned(), value)])
}
