//! RDS.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::types::{DbCluster, DbInstance, Filter};
use futures::future::{FutureExt as _, join_all};
use muster_core::cloud::CloudError;
use muster_core::facet::rds::TRANSPORT_PARAMETERS;
use muster_core::facet::{Fact, KindSpec, Members};
use serde_json::json;

use super::gather::{Gather, members, whole};
use super::metrics::{Query, daily_by};
use super::rds_bodies as body;
use crate::paging::{self, Found};
use crate::rds::PAGE;
use crate::region::Scope;

/// Snapshots that somebody took: those that RDS takes by itself cannot be shared.
const MANUAL: &str = "manual";
/// Groups of RDS's own begin so.
const DEFAULT: &str = "default.";
/// The attribute of a snapshot that says who may restore it.
const RESTORE: &str = "restore";

/// Every kind of RDS that is wanted.
pub(super) async fn gather(gather: &Gather<'_>) {
    let tasks = vec![
        instances(gather).boxed_local(),
        clusters(gather).boxed_local(),
        snapshots(gather).boxed_local(),
        cluster_snapshots(gather).boxed_local(),
    ];
    join_all(tasks).await;
}

/// Instances, and the parameter groups that they use: one list answers for both.
async fn instances(gather: &Gather<'_>) {
    let (kind, groups) = (gather.wants("rds.instance"), gather.wants("rds.parameter-group"));
    if kind.is_none() && groups.is_none() {
        return;
    }
    let found = all_instances(gather.scope).await;
    if let Some(kind) = kind {
        instance_facts(gather, kind, &found).await;
    }
    if let Some(kind) = groups {
        parameter_groups(gather, kind, &found).await;
    }
}

async fn all_instances(scope: Scope<'_>) -> Found<DbInstance> {
    const DESCRIBE: &str = "rds:DescribeDBInstances";
    paging::all(DESCRIBE, async |marker| {
        let request = scope.region.rds().describe_db_instances().max_records(PAGE).set_marker(marker);
        let page = scope.call(DESCRIBE, request.send()).await?;
        Ok((page.db_instances().to_vec(), page.marker().map(str::to_owned)))
    })
    .await
}

async fn instance_facts(gather: &Gather<'_>, kind: &'static KindSpec, found: &Found<DbInstance>) {
    let tags = gather.wants_facet(kind, "tags");
    let bodies =
        Found { items: found.items.iter().map(|from| members(&body::instance(from, tags))).collect(), failures: found.failures.clone() };
    let mut facts = gather.listed(kind, bodies);
    for (facet, metric, member) in [("cpu", "CPUUtilization", "Cpu"), ("connections", "DatabaseConnections", "Connections")] {
        let queries = facts.iter().map(|fact| (fact.key.clone(), query(fact, metric))).collect();
        gather.bulk(kind, facet, &mut facts, daily_by(gather, queries), |found, fact| fact.put(member, json!(found.get(&fact.key)))).await;
    }
    gather.keep(facts);
}

/// What a metric of an instance was, day by day. `DocumentDB` and Neptune have namespaces of their own.
fn query(fact: &Fact, name: &'static str) -> Query {
    let namespace = match fact.body.get("Engine").and_then(|engine| engine.as_str()) {
        Some("docdb") => "AWS/DocDB",
        Some("neptune") => "AWS/Neptune",
        _ => "AWS/RDS",
    };
    Query { namespace, name, dimensions: vec![("DBInstanceIdentifier", fact.id.clone())], stats: &["Average", "Maximum"] }
}

/// The groups that people made, and those of RDS that an instance uses. Which ones are used is not known when the instances are not.
async fn parameter_groups(gather: &Gather<'_>, kind: &'static KindSpec, instances: &Found<DbInstance>) {
    const DESCRIBE: &str = "rds:DescribeDBParameterGroups";
    let scope = gather.scope;
    let used: BTreeSet<&str> =
        instances.items.iter().flat_map(DbInstance::db_parameter_groups).filter_map(|group| group.db_parameter_group_name()).collect();
    let mut found = paging::all(DESCRIBE, async |marker| {
        let request = scope.region.rds().describe_db_parameter_groups().max_records(PAGE).set_marker(marker);
        let page = scope.call(DESCRIBE, request.send()).await?;
        let groups = page.db_parameter_groups().iter().filter(|group| matters(group.db_parameter_group_name(), &used));
        Ok((groups.map(|group| members(&body::parameter_group(group))).collect(), page.marker().map(str::to_owned)))
    })
    .await;
    found.failures.extend(instances.failures.iter().cloned());
    let facts = gather.listed(kind, found);
    let facts = gather.each(kind, "parameters", facts, async |fact: &Fact| parameters(scope, &fact.id).await).await;
    gather.keep(facts);
}

fn matters(name: Option<&str>, used: &BTreeSet<&str>) -> bool {
    name.is_some_and(|name| !name.starts_with(DEFAULT) || used.contains(name))
}

/// RDS gives only the parameters that the filter names.
fn filter() -> Filter {
    let names = TRANSPORT_PARAMETERS.iter().map(|name| (*name).to_owned()).collect();
    Filter::builder().name("parameter-name").set_values(Some(names)).build()
}

async fn parameters(scope: Scope<'_>, group: &str) -> Result<Members, CloudError> {
    const DESCRIBE: &str = "rds:DescribeDBParameters";
    let found = paging::all(DESCRIBE, async |marker| {
        let request = scope.region.rds().describe_db_parameters().db_parameter_group_name(group).filters(filter()).set_marker(marker);
        let page = scope.call(DESCRIBE, request.send()).await?;
        Ok((page.parameters().to_vec(), page.marker().map(str::to_owned)))
    })
    .await;
    Ok(one("Parameters", json!(body::parameters(&whole(found)?))))
}

/// Clusters, and the parameter groups that they use.
async fn clusters(gather: &Gather<'_>) {
    let (kind, groups) = (gather.wants("rds.cluster"), gather.wants("rds.cluster-parameter-group"));
    if kind.is_none() && groups.is_none() {
        return;
    }
    let found = all_clusters(gather.scope).await;
    if let Some(kind) = kind {
        let tags = gather.wants_facet(kind, "tags");
        let items = found.items.iter().map(|from| members(&body::cluster(from, tags))).collect();
        gather.keep(gather.listed(kind, Found { items, failures: found.failures.clone() }));
    }
    if let Some(kind) = groups {
        cluster_parameter_groups(gather, kind, &found).await;
    }
}

async fn all_clusters(scope: Scope<'_>) -> Found<DbCluster> {
    const DESCRIBE: &str = "rds:DescribeDBClusters";
    paging::all(DESCRIBE, async |marker| {
        let request = scope.region.rds().describe_db_clusters().max_records(PAGE).set_marker(marker);
        let page = scope.call(DESCRIBE, request.send()).await?;
        Ok((page.db_clusters().to_vec(), page.marker().map(str::to_owned)))
    })
    .await
}

async fn cluster_parameter_groups(gather: &Gather<'_>, kind: &'static KindSpec, clusters: &Found<DbCluster>) {
    const DESCRIBE: &str = "rds:DescribeDBClusterParameterGroups";
    let scope = gather.scope;
    let used: BTreeSet<&str> = clusters.items.iter().filter_map(DbCluster::db_cluster_parameter_group).collect();
    let mut found = paging::all(DESCRIBE, async |marker| {
        let request = scope.region.rds().describe_db_cluster_parameter_groups().max_records(PAGE).set_marker(marker);
        let page = scope.call(DESCRIBE, request.send()).await?;
        let groups = page.db_cluster_parameter_groups().iter().filter(|group| matters(group.db_cluster_parameter_group_name(), &used));
        Ok((groups.map(|group| members(&body::cluster_parameter_group(group))).collect(), page.marker().map(str::to_owned)))
    })
    .await;
    found.failures.extend(clusters.failures.iter().cloned());
    let facts = gather.listed(kind, found);
    let facts = gather.each(kind, "parameters", facts, async |fact: &Fact| cluster_parameters(scope, &fact.id).await).await;
    gather.keep(facts);
}

async fn cluster_parameters(scope: Scope<'_>, group: &str) -> Result<Members, CloudError> {
    const DESCRIBE: &str = "rds:DescribeDBClusterParameters";
    let found = paging::all(DESCRIBE, async |marker| {
        let request =
            scope.region.rds().describe_db_cluster_parameters().db_cluster_parameter_group_name(group).filters(filter()).set_marker(marker);
        let page = scope.call(DESCRIBE, request.send()).await?;
        Ok((page.parameters().to_vec(), page.marker().map(str::to_owned)))
    })
    .await;
    Ok(one("Parameters", json!(body::parameters(&whole(found)?))))
}

async fn snapshots(gather: &Gather<'_>) {
    const DESCRIBE: &str = "rds:DescribeDBSnapshots";
    let Some(kind) = gather.wants("rds.snapshot") else { return };
    let (scope, tags) = (gather.scope, gather.wants_facet(kind, "tags"));
    let found = paging::all(DESCRIBE, async |marker| {
        let request = scope.region.rds().describe_db_snapshots().snapshot_type(MANUAL).max_records(PAGE).set_marker(marker);
        let page = scope.call(DESCRIBE, request.send()).await?;
        let bodies = page.db_snapshots().iter().map(|from| members(&body::snapshot(from, tags))).collect();
        Ok((bodies, page.marker().map(str::to_owned)))
    })
    .await;
    let facts = gather.listed(kind, found);
    let facts = gather.each(kind, "shared", facts, async |fact: &Fact| shared(scope, &fact.id).await).await;
    gather.keep(facts);
}

/// Who may restore a snapshot of an instance.
async fn shared(scope: Scope<'_>, name: &str) -> Result<Members, CloudError> {
    let request = scope.region.rds().describe_db_snapshot_attributes().db_snapshot_identifier(name);
    let answer = scope.call("rds:DescribeDBSnapshotAttributes", request.send()).await?;
    let all = answer.db_snapshot_attributes_result().map(|result| result.db_snapshot_attributes()).unwrap_or_default();
    let restore =
        all.iter().filter(|attribute| attribute.attribute_name() == Some(RESTORE)).flat_map(|attribute| attribute.attribute_values());
    Ok(one("Restore", json!(restore.collect::<Vec<_>>())))
}

async fn cluster_snapshots(gather: &Gather<'_>) {
    const DESCRIBE: &str = "rds:DescribeDBClusterSnapshots";
    let Some(kind) = gather.wants("rds.cluster-snapshot") else { return };
    let (scope, tags) = (gather.scope, gather.wants_facet(kind, "tags"));
    let found = paging::all(DESCRIBE, async |marker| {
        let request = scope.region.rds().describe_db_cluster_snapshots().snapshot_type(MANUAL).max_records(PAGE).set_marker(marker);
        let page = scope.call(DESCRIBE, request.send()).await?;
        let bodies = page.db_cluster_snapshots().iter().map(|from| members(&body::cluster_snapshot(from, tags))).collect();
        Ok((bodies, page.marker().map(str::to_owned)))
    })
    .await;
    let facts = gather.listed(kind, found);
    let facts = gather.each(kind, "shared", facts, async |fact: &Fact| cluster_shared(scope, &fact.id).await).await;
    gather.keep(facts);
}

/// Who may restore a snapshot of a cluster.
async fn cluster_shared(scope: Scope<'_>, name: &str) -> Result<Members, CloudError> {
    let request = scope.region.rds().describe_db_cluster_snapshot_attributes().db_cluster_snapshot_identifier(name);
    let answer = scope.call("rds:DescribeDBClusterSnapshotAttributes", request.send()).await?;
    let all = answer.db_cluster_snapshot_attributes_result().map(|result| result.db_cluster_snapshot_attributes()).unwrap_or_default();
    let restore =
        all.iter().filter(|attribute| attribute.attribute_name() == Some(RESTORE)).flat_map(|attribute| attribute.attribute_values());
    Ok(one("Restore", json!(restore.collect::<Vec<_>>())))
}

/// One member.
fn one(name: &str, value: serde_json::Value) -> Members {
    BTreeMap::from([(name.to_owned(), value)]).into_iter().collect()
}
