//! RDS instances.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::types::{DbInstance, DbSnapshot, PendingModifiedValues};
use futures::future::join_all;
use muster_core::cloud::{CloudError, Database, DbPatch, DbSpec, DbState, ErrorKind, KeptSnapshot, Receipt};
use muster_core::tags::SNAPSHOT_OF;

use super::PAGE;
use crate::convert::{all_known, gone_is_done, receipt, signed, text, timestamp, unsigned};
use crate::paging::{self, Found};
use crate::region::Scope;

const DESCRIBE: &str = "rds:DescribeDBInstances";
const DESCRIBE_SNAPSHOTS: &str = "rds:DescribeDBSnapshots";
const CREATE: &str = "rds:CreateDBInstance";
const MODIFY: &str = "rds:ModifyDBInstance";

/// All databases.
pub(crate) async fn all(scope: Scope<'_>) -> Found<Database> {
    paging::all(DESCRIBE, async |marker| {
        let request = scope.region.rds().describe_db_instances().max_records(PAGE).set_marker(marker);
        let page = scope.call(DESCRIBE, request.send()).await?;
        Ok((page.db_instances().iter().map(database).collect(), page.marker().map(str::to_owned)))
    })
    .await
}

/// These databases; one that is not there is left out.
pub(crate) async fn by_names(scope: Scope<'_>, names: &BTreeSet<String>) -> Found<Database> {
    let one = async |name: &String| Found::from_result(by_name(scope, name).await.map(|found| found.into_iter().collect()));
    Found::concat(join_all(names.iter().map(one)).await)
}

async fn by_name(scope: Scope<'_>, name: &str) -> Result<Option<Database>, CloudError> {
    let request = scope.region.rds().describe_db_instances().db_instance_identifier(name);
    match scope.call(DESCRIBE, request.send()).await {
        Ok(answer) => Ok(answer.db_instances().first().map(database)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Every manual snapshot of this account that a removal kept. RDS has no filter for tags, so all are listed; the tags
/// come with the list.
pub(crate) async fn kept_snapshots(scope: Scope<'_>) -> Found<KeptSnapshot> {
    paging::all(DESCRIBE_SNAPSHOTS, async |marker| {
        let request = scope.region.rds().describe_db_snapshots().snapshot_type("manual").max_records(PAGE).set_marker(marker);
        let page = scope.call(DESCRIBE_SNAPSHOTS, request.send()).await?;
        Ok((page.db_snapshots().iter().filter_map(kept).collect(), page.marker().map(str::to_owned)))
    })
    .await
}

/// One that failed holds nothing.
fn kept(from: &DbSnapshot) -> Option<KeptSnapshot> {
    if from.status() == Some("failed") {
        return None;
    }
    Some(KeptSnapshot {
        id: text(from.db_snapshot_identifier()),
        of: super::tags(from.tag_list()).remove(SNAPSHOT_OF)?,
        source: text(from.db_instance_identifier()),
        created: timestamp(from.snapshot_create_time()),
        size_gib: unsigned(from.allocated_storage()),
    })
}

fn database(from: &DbInstance) -> Database {
    let flag = |value: Option<bool>| value.unwrap_or_default();
    let endpoint = from.endpoint().and_then(|endpoint| Some(format!("{}:{}", endpoint.address()?, endpoint.port()?)));
    Database {
        name: text(from.db_instance_identifier()),
        arn: text(from.db_instance_arn()),
        state: DbState(text(from.db_instance_status())),
        engine: text(from.engine()),
        engine_version: text(from.engine_version()),
        class: text(from.db_instance_class()),
        storage_gib: unsigned(from.allocated_storage()),
        storage_type: text(from.storage_type()),
        encrypted: flag(from.storage_encrypted()),
        master_user: text(from.master_username()),
        managed_password: from.master_user_secret().is_some(),
        backup_retention_days: unsigned(from.backup_retention_period()),
        backup_window: text(from.preferred_backup_window()),
        maintenance_window: text(from.preferred_maintenance_window()),
        multi_az: flag(from.multi_az()),
        public: flag(from.publicly_accessible()),
        groups: groups(from),
        parameter_group: parameter_group(from),
        subnet_group: from.db_subnet_group().and_then(|group| group.db_subnet_group_name()).map(str::to_owned),
        vpc: from.db_subnet_group().and_then(|group| group.vpc_id()).map(str::to_owned),
        iam_authentication: flag(from.iam_database_authentication_enabled()),
        performance_insights: flag(from.performance_insights_enabled()),
        deletion_protection: flag(from.deletion_protection()),
        pending: from.pending_modified_values().map(pending).unwrap_or_default(),
        endpoint,
        created: timestamp(from.instance_create_time()),
        automatic_restart: timestamp(from.automatic_restart_time()),
        replicas: replicas(from),
        cluster: from.db_cluster_identifier().map(str::to_owned),
        tags: super::tags(from.tag_list()),
    }
}

fn groups(from: &DbInstance) -> Vec<String> {
    let mut groups: Vec<String> =
        from.vpc_security_groups().iter().filter_map(|group| group.vpc_security_group_id()).map(str::to_owned).collect();
    groups.sort();
    groups
}

fn parameter_group(from: &DbInstance) -> Option<(String, String)> {
    let group = from.db_parameter_groups().first()?;
    Some((text(group.db_parameter_group_name()), text(group.parameter_apply_status())))
}

fn replicas(from: &DbInstance) -> Vec<String> {
    let source = from.read_replica_source_db_instance_identifier();
    source.into_iter().map(str::to_owned).chain(from.read_replica_db_instance_identifiers().iter().cloned()).collect()
}

/// What waits for the maintenance window or a reboot, in the planner's words for fields and values. A new
/// password is left out: it is nobody's business.
fn pending(from: &PendingModifiedValues) -> BTreeMap<String, String> {
    let words = |text: Option<&str>| text.map(str::to_owned);
    let flag = |on: Option<bool>| on.map(|on| on.to_string());
    let number = |value: Option<i32>| value.map(|value| value.to_string());
    let values = [
        ("class", words(from.db_instance_class())),
        ("storage", from.allocated_storage().map(|gib| format!("{gib} GiB"))),
        ("storage.type", words(from.storage_type())),
        ("version", words(from.engine_version())),
        ("backup.retention", from.backup_retention_period().map(|days| format!("{days} d"))),
        ("multi-az", flag(from.multi_az())),
        ("iam-authentication", flag(from.iam_database_authentication_enabled())),
        ("engine", words(from.engine())),
        ("identifier", words(from.db_instance_identifier())),
        ("subnet-group", words(from.db_subnet_group_name())),
        ("port", number(from.port())),
        ("iops", number(from.iops())),
        ("storage.throughput", number(from.storage_throughput())),
    ];
    values.into_iter().filter_map(|(field, value)| Some((field.to_owned(), value?))).collect()
}

/// rds:CreateDBInstance. The master password is made and kept by RDS.
pub(crate) async fn create(scope: Scope<'_>, spec: &DbSpec) -> Result<Receipt, CloudError> {
    let groups = all_known(CREATE, &spec.groups)?;
    let request = scope
        .region
        .rds()
        .create_db_instance()
        .db_instance_identifier(&spec.name)
        .engine(&spec.engine)
        .engine_version(&spec.version)
        .db_instance_class(&spec.class)
        .allocated_storage(signed(spec.storage_gib))
        .storage_type(&spec.storage_type)
        .storage_encrypted(spec.encrypted)
        .set_kms_key_id(spec.kms_key.clone())
        .master_username(&spec.master_user)
        .manage_master_user_password(true)
        .set_db_name(spec.database_name.clone())
        .set_port(spec.port.map(i32::from))
        .set_db_parameter_group_name(spec.parameter_group.clone())
        .set_vpc_security_group_ids(Some(groups))
        .set_db_subnet_group_name(spec.subnet_group.clone())
        .backup_retention_period(signed(spec.backup_retention_days))
        .set_preferred_backup_window(spec.backup_window.clone())
        .set_preferred_maintenance_window(spec.maintenance_window.clone())
        .multi_az(spec.multi_az)
        .publicly_accessible(spec.public)
        .enable_iam_database_authentication(spec.iam_authentication)
        .enable_performance_insights(spec.performance_insights)
        .deletion_protection(spec.deletion_protection)
        // A kept snapshot must not look like the database: it carries no ownership tags.
        .copy_tags_to_snapshot(false)
        .set_tags(super::sdk_tags(&spec.tags));
    let answer = scope.call(CREATE, request.send()).await?;
    Ok(receipt(&answer, Some(&spec.name)))
}

/// rds:ModifyDBInstance.
pub(crate) async fn modify(scope: Scope<'_>, name: &str, patch: &DbPatch) -> Result<Receipt, CloudError> {
    let groups = patch.groups.as_ref().map(|groups| all_known(MODIFY, groups)).transpose()?;
    let request = scope
        .region
        .rds()
        .modify_db_instance()
        .db_instance_identifier(name)
        .apply_immediately(patch.immediately)
        .set_db_instance_class(patch.class.clone())
        .set_allocated_storage(patch.storage_gib.map(signed))
        .set_storage_type(patch.storage_type.clone())
        .set_engine_version(patch.version.clone())
        .set_backup_retention_period(patch.backup_retention_days.map(signed))
        .set_preferred_backup_window(patch.backup_window.clone())
        .set_preferred_maintenance_window(patch.maintenance_window.clone())
        .set_multi_az(patch.multi_az)
        .set_publicly_accessible(patch.public)
        .set_vpc_security_group_ids(groups)
        .set_db_parameter_group_name(patch.parameter_group.clone())
        .set_enable_iam_database_authentication(patch.iam_authentication)
        .set_enable_performance_insights(patch.performance_insights)
        .set_deletion_protection(patch.deletion_protection);
    let answer = scope.call(MODIFY, request.send()).await?;
    Ok(receipt(&answer, Some(name)))
}

/// rds:StartDBInstance.
pub(crate) async fn start(scope: Scope<'_>, name: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.rds().start_db_instance().db_instance_identifier(name);
    let result = scope.call("rds:StartDBInstance", request.send()).await.map(|answer| receipt(&answer, Some(name)));
    unless_already(scope, name, &["available", "starting"], result).await
}

/// rds:StopDBInstance.
pub(crate) async fn stop(scope: Scope<'_>, name: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.rds().stop_db_instance().db_instance_identifier(name);
    let result = scope.call("rds:StopDBInstance", request.send()).await.map(|answer| receipt(&answer, Some(name)));
    unless_already(scope, name, &["stopped", "stopping"], result).await
}

/// rds:RebootDBInstance.
pub(crate) async fn reboot(scope: Scope<'_>, name: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.rds().reboot_db_instance().db_instance_identifier(name);
    let answer = scope.call("rds:RebootDBInstance", request.send()).await?;
    Ok(receipt(&answer, Some(name)))
}

/// rds:DeleteDBInstance.
pub(crate) async fn delete(scope: Scope<'_>, name: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.rds().delete_db_instance().db_instance_identifier(name).skip_final_snapshot(true);
    let result = scope.call("rds:DeleteDBInstance", request.send()).await.map(|answer| receipt(&answer, Some(name)));
    unless_already(scope, name, &["deleting"], gone_is_done(result)).await
}

/// RDS refuses what is so already as a wrong state: such a refusal is looked into before it counts.
async fn unless_already(scope: Scope<'_>, name: &str, states: &[&str], result: Result<Receipt, CloudError>) -> Result<Receipt, CloudError> {
    match result {
        Err(error) if error.kind == ErrorKind::WrongState => match by_name(scope, name).await {
            Ok(Some(database)) if states.contains(&database.state.0.as_str()) => {
                Ok(Receipt { id: Some(name.to_owned()), public_key: None, request_id: error.request_id })
            }
            _ => Err(error),
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_named_as_the_planner_names_it_and_no_password_is() {
        let values = PendingModifiedValues::builder()
            .db_instance_class("db.t4g.small")
            .allocated_storage(40)
            .backup_retention_period(9)
            .multi_az(true)
            .master_user_password("canary")
            .build();
        let expected = [("backup.retention", "9 d"), ("class", "db.t4g.small"), ("multi-az", "true"), ("storage", "40 GiB")];
        let expected: BTreeMap<String, String> = expected.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
        assert_eq!(pending(&values), expected);
    }
}
