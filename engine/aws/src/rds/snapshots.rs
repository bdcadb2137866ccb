//! Snapshots of RDS instances.

use std::collections::BTreeSet;

use futures::future::join_all;
use muster_core::cloud::{CloudError, DbSnapshot, ErrorKind, Receipt};
use muster_core::tags::Tags;

use super::PAGE;
use crate::convert::{gone_is_done, receipt, text, timestamp};
use crate::paging::{self, Found};
use crate::region::Scope;

const DESCRIBE: &str = "rds:DescribeDBSnapshots";

/// Snapshots that somebody took, not those RDS takes by itself.
const MANUAL: &str = "manual";

/// All snapshots that somebody took.
pub(crate) async fn all(scope: Scope<'_>) -> Found<DbSnapshot> {
    paging::all(DESCRIBE, async |marker| {
        let request = scope.region.rds().describe_db_snapshots().snapshot_type(MANUAL).max_records(PAGE).set_marker(marker);
        let page = scope.call(DESCRIBE, request.send()).await?;
        Ok((page.db_snapshots().iter().map(snapshot).collect(), page.marker().map(str::to_owned)))
    })
    .await
}

/// These snapshots; one that is not there is left out.
pub(crate) async fn by_names(scope: Scope<'_>, names: &BTreeSet<String>) -> Found<DbSnapshot> {
    let one = async |name: &String| Found::from_result(by_name(scope, name).await);
    Found::concat(join_all(names.iter().map(one)).await)
}

async fn by_name(scope: Scope<'_>, name: &str) -> Result<Vec<DbSnapshot>, CloudError> {
    let request = scope.region.rds().describe_db_snapshots().db_snapshot_identifier(name);
    match scope.call(DESCRIBE, request.send()).await {
        Ok(answer) => Ok(answer.db_snapshots().iter().map(snapshot).collect()),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn snapshot(from: &aws_sdk_rds::types::DbSnapshot) -> DbSnapshot {
    DbSnapshot {
        name: text(from.db_snapshot_identifier()),
        arn: text(from.db_snapshot_arn()),
        database: text(from.db_instance_identifier()),
        state: text(from.status()),
        created: timestamp(from.snapshot_create_time()),
        tags: super::tags(from.tag_list()),
    }
}

/// rds:CreateDBSnapshot, with its tags in the same call.
pub(crate) async fn create(scope: Scope<'_>, database: &str, name: &str, tags: &Tags) -> Result<Receipt, CloudError> {
    let request = scope
        .region
        .rds()
        .create_db_snapshot()
        .db_instance_identifier(database)
        .db_snapshot_identifier(name)
        .set_tags(super::sdk_tags(tags));
    let answer = scope.call("rds:CreateDBSnapshot", request.send()).await?;
    Ok(receipt(&answer, Some(name)))
}

/// rds:DeleteDBSnapshot.
pub(crate) async fn delete(scope: Scope<'_>, name: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.rds().delete_db_snapshot().db_snapshot_identifier(name);
    gone_is_done(scope.call("rds:DeleteDBSnapshot", request.send()).await.map(|answer| receipt(&answer, Some(name))))
}
