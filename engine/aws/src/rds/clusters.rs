//! RDS clusters (Aurora, DocumentDB, Neptune) and their snapshots.

use aws_sdk_rds::types::{DbCluster as SdkCluster, DbClusterSnapshot as SdkSnapshot};
use muster_core::cloud::{CloudError, DbCluster, DbClusterSnapshot, DbState, ErrorKind, Receipt};
use muster_core::tags::Tags;

use super::PAGE;
use crate::convert::{gone_is_done, receipt, text, timestamp};
use crate::paging::{self, Found};
use crate::region::Scope;

const DESCRIBE: &str = "rds:DescribeDBClusters";
const DESCRIBE_SNAPSHOTS: &str = "rds:DescribeDBClusterSnapshots";
/// Snapshots that somebody took, not those RDS takes by itself.
const MANUAL: &str = "manual";

/// All clusters.
pub(crate) async fn all(scope: Scope<'_>) -> Found<DbCluster> {
    paging::all(DESCRIBE, async |marker| {
        let request = scope.region.rds().describe_db_clusters().max_records(PAGE).set_marker(marker);
        let page = scope.call(DESCRIBE, request.send()).await?;
        Ok((page.db_clusters().iter().map(cluster).collect(), page.marker().map(str::to_owned)))
    })
    .await
}

async fn by_name(scope: Scope<'_>, name: &str) -> Result<Option<DbCluster>, CloudError> {
    let request = scope.region.rds().describe_db_clusters().db_cluster_identifier(name);
    match scope.call(DESCRIBE, request.send()).await {
        Ok(answer) => Ok(answer.db_clusters().first().map(cluster)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn cluster(from: &SdkCluster) -> DbCluster {
    let mut members: Vec<String> =
        from.db_cluster_members().iter().filter_map(|member| member.db_instance_identifier()).map(str::to_owned).collect();
    members.sort();
    let source = from.replication_source_identifier().filter(|source| !source.is_empty());
    DbCluster {
        name: text(from.db_cluster_identifier()),
        arn: text(from.db_cluster_arn()),
        state: DbState(text(from.status())),
        engine: text(from.engine()),
        engine_version: text(from.engine_version()),
        engine_mode: text(from.engine_mode()),
        members,
        maintenance_window: text(from.preferred_maintenance_window()),
        replicas: source.into_iter().map(str::to_owned).chain(from.read_replica_identifiers().iter().cloned()).collect(),
        global: from.global_cluster_identifier().filter(|global| !global.is_empty()).map(str::to_owned),
        created: timestamp(from.cluster_create_time()),
        automatic_restart: timestamp(from.automatic_restart_time()),
        endpoint: from.endpoint().and_then(|host| Some(format!("{host}:{}", from.port()?))),
        tags: super::tags(from.tag_list()),
    }
}

/// rds:StartDBCluster.
pub(crate) async fn start(scope: Scope<'_>, name: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.rds().start_db_cluster().db_cluster_identifier(name);
    let result = scope.call("rds:StartDBCluster", request.send()).await.map(|answer| receipt(&answer, Some(name)));
    unless_already(scope, name, &["available", "starting"], result).await
}

/// rds:StopDBCluster.
pub(crate) async fn stop(scope: Scope<'_>, name: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.rds().stop_db_cluster().db_cluster_identifier(name);
    let result = scope.call("rds:StopDBCluster", request.send()).await.map(|answer| receipt(&answer, Some(name)));
    unless_already(scope, name, &["stopped", "stopping"], result).await
}

/// RDS refuses what is so already as a wrong state: such a refusal is looked into before it counts.
async fn unless_already(scope: Scope<'_>, name: &str, states: &[&str], result: Result<Receipt, CloudError>) -> Result<Receipt, CloudError> {
    match result {
        Err(error) if error.kind == ErrorKind::WrongState => match by_name(scope, name).await {
            Ok(Some(cluster)) if states.contains(&cluster.state.0.as_str()) => {
                Ok(Receipt { id: Some(name.to_owned()), public_key: None, request_id: error.request_id })
            }
            _ => Err(error),
        },
        other => other,
    }
}

/// All snapshots that somebody took.
pub(crate) async fn snapshots(scope: Scope<'_>) -> Found<DbClusterSnapshot> {
    paging::all(DESCRIBE_SNAPSHOTS, async |marker| {
        let request = scope.region.rds().describe_db_cluster_snapshots().snapshot_type(MANUAL).max_records(PAGE).set_marker(marker);
        let page = scope.call(DESCRIBE_SNAPSHOTS, request.send()).await?;
        Ok((page.db_cluster_snapshots().iter().map(snapshot).collect(), page.marker().map(str::to_owned)))
    })
    .await
}

fn snapshot(from: &SdkSnapshot) -> DbClusterSnapshot {
    DbClusterSnapshot {
        name: text(from.db_cluster_snapshot_identifier()),
        arn: text(from.db_cluster_snapshot_arn()),
        cluster: text(from.db_cluster_identifier()),
        state: text(from.status()),
        created: timestamp(from.snapshot_create_time()),
        tags: super::tags(from.tag_list()),
    }
}

/// rds:CreateDBClusterSnapshot, with its tags in the same call.
pub(crate) async fn create_snapshot(scope: Scope<'_>, cluster: &str, name: &str, tags: &Tags) -> Result<Receipt, CloudError> {
    let request = scope
        .region
        .rds()
        .create_db_cluster_snapshot()
        .db_cluster_identifier(cluster)
        .db_cluster_snapshot_identifier(name)
        .set_tags(super::sdk_tags(tags));
    let answer = scope.call("rds:CreateDBClusterSnapshot", request.send()).await?;
    Ok(receipt(&answer, Some(name)))
}

/// rds:DeleteDBClusterSnapshot.
pub(crate) async fn delete_snapshot(scope: Scope<'_>, name: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.rds().delete_db_cluster_snapshot().db_cluster_snapshot_identifier(name);
    gone_is_done(scope.call("rds:DeleteDBClusterSnapshot", request.send()).await.map(|answer| receipt(&answer, Some(name))))
}
