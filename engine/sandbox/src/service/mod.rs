//! What each call does, one file per service. Every refusal comes before the first write, so that a failed
//! call leaves the account as it was.

mod alarms;
mod clusters;
mod databases;
mod db_snapshots;
pub(crate) mod delivery;
pub(crate) mod engines;
mod groups;
mod instances;
mod keys;
mod launch;
mod parameter_groups;
mod scaling;
mod secrets;
mod tags;
mod volumes;

pub(crate) use tags::name_of;

use std::collections::BTreeSet;

use jiff::Timestamp;
use muster_core::cloud::{Change, CloudError, ErrorKind, IdRef, Kind, Place, QuotaKind, Receipt};
use muster_core::tags::{AWS_LIMIT, Tags};

use crate::estate::Estate;
use crate::table::{Lag, Table};
use crate::world::{Ids, Region, RoleRow, World};

/// What every call is given: where and when it runs, and what it may use.
pub(crate) struct Call<'a> {
    pub(crate) action: &'static str,
    pub(crate) now: Timestamp,
    pub(crate) lag: Lag,
    pub(crate) account_id: String,
    pub(crate) region_name: &'a str,
    pub(crate) region: &'a mut Region,
    /// The account's roles, which all its regions share.
    pub(crate) roles: &'a mut Table<RoleRow>,
    pub(crate) ids: &'a mut Ids,
    pub(crate) estate: &'a Estate,
    pub(crate) no_capacity: &'a BTreeSet<String>,
    /// The caller may not make the grant that a volume under a customer key needs at a start.
    pub(crate) no_grant: bool,
}

/// Performs a change in a place.
pub(crate) fn perform(world: &mut World, place: &Place, change: &Change, lag: Lag) -> Result<Receipt, CloudError> {
    if let Some(action) = actions(change).into_iter().find(|action| world.is_denied(action)) {
        return Err(denied(action, change.action(), &world.caller(&place.account)));
    }
    world.ensure(place);
    let Some(call) = Call::of(world, place, change.action(), lag) else {
        return Err(CloudError::new(ErrorKind::Service, change.action(), "InternalError", "the region was not made"));
    };
    call.dispatch(change)
}

impl<'a> Call<'a> {
    /// A call of the world's present; nothing in a region that nobody has looked at.
    fn of(world: &'a mut World, place: &'a Place, action: &'static str, lag: Lag) -> Option<Self> {
        let (account_id, no_grant) = (world.account_id(&place.account), world.is_denied("kms:CreateGrant"));
        let World { accounts, ids, estate, now, no_capacity, .. } = world;
        let account = accounts.get_mut(&place.account)?;
        let (region, roles) = (account.regions.get_mut(&place.region)?, &mut account.roles);
        Some(Self { action, now: *now, lag, account_id, region_name: &place.region, region, roles, ids, estate, no_capacity, no_grant })
    }
}

impl Call<'_> {
    fn dispatch(self, change: &Change) -> Result<Receipt, CloudError> {
        match change {
            Change::CreateSecurityGroup { name, description, vpc, tags } => self.create_group(name, description, vpc, tags),
            Change::AuthorizeIngress { group, rules } => self.authorize(group, rules),
            Change::RevokeIngress { group, rule_ids } => self.revoke(group, rule_ids),
            Change::DeleteSecurityGroup { group } => self.delete_group(group),
            Change::StoreGeneratedKey { secret, tags } => self.store_key(secret, tags),
            Change::DeleteStoredKey { secret } => self.delete_stored_key(secret),
            Change::ImportKeyPair { name, key, tags } => self.import_key(name, key, tags),
            Change::DeleteKeyPair { name } => self.delete_key(name),
            Change::RunInstance { token, spec } => self.run_instance(token, spec),
            Change::StartInstances { ids } => self.start_instances(ids),
            Change::StopInstances { ids, hibernate } => self.stop_instances(ids, *hibernate),
            Change::TerminateInstance { id } => self.terminate(id),
            Change::ModifyInstanceType { id, instance_type } => self.modify_type(id, instance_type),
            Change::ModifyInstanceGroups { id, groups } => self.modify_groups(id, groups),
            Change::ModifyInstanceMetadata { id, required } => self.modify_metadata(id, *required),
            Change::ModifyVolume { id, size_gib, volume_type } => self.modify_volume(id, *size_gib, volume_type.as_deref()),
            Change::CreateSnapshot { volume, description, tags } => self.create_snapshot(volume, description, tags),
            Change::SetTags { resource, tags } => self.set_tags(resource, tags),
            Change::RemoveTags { resource, keys } => self.remove_tags(resource, keys),
            Change::PutAlarm { name, description, spec, tags } => self.put_alarm(name, description, spec, tags),
            Change::ResetAlarm { name } => self.reset_alarm(name),
            Change::DeleteAlarm { name } => self.delete_alarm(name),
            Change::CreateParameterGroup { name, family, description, tags } => {
                self.create_parameter_group(name, family, description, tags)
            }
            Change::SetParameters { group, parameters } => self.set_parameters(group, parameters),
            Change::DeleteParameterGroup { group } => self.delete_parameter_group(group),
            Change::CreateDatabase { spec } => self.create_database(spec),
            Change::ModifyDatabase { name, patch } => self.modify_database(name, patch),
            Change::StartDatabase { name } => self.start_database(name),
            Change::StopDatabase { name } => self.stop_database(name),
            Change::RebootDatabase { name } => self.reboot_database(name),
            Change::DeleteDatabase { name } => self.delete_database(name),
            Change::CreateDbSnapshot { database, name, tags } => self.create_db_snapshot(database, name, tags),
            Change::DeleteDbSnapshot { name } => self.delete_db_snapshot(name),
            Change::StartCluster { name } => self.start_cluster(name),
            Change::StopCluster { name } => self.stop_cluster(name),
            Change::CreateClusterSnapshot { cluster, name, tags } => self.create_cluster_snapshot(cluster, name, tags),
            Change::DeleteClusterSnapshot { name } => self.delete_cluster_snapshot(name),
            Change::ScaleGroup { name, min, desired, max } => self.scale_group(name, *min, *desired, *max),
            Change::ScaleService { cluster, service, desired } => self.scale_service(cluster, service, *desired),
            Change::CreateEdgeGroup { name, tags } => self.create_edge_group(name, tags),
            Change::DeleteEdgeGroup { name } => self.delete_edge_group(name),
            Change::CreateEdge { group, edge } => self.create_edge(group, edge),
            Change::DeleteEdge { group, name } => self.delete_edge(group, name),
            Change::CreateRole { name, path, description, trust, boundary, tags } => {
                self.create_role((name, path), description, trust, boundary.as_deref(), tags)
            }
            Change::SetRoleTrust { name, trust } => self.set_role_trust(name, trust),
            Change::DescribeRole { name, description } => self.describe_role(name, description),
            Change::PutRolePolicy { role, policy } => self.put_role_policy(role, policy),
            Change::DeleteRolePolicy { role } => self.delete_role_policy(role),
            Change::DeleteRole { name } => self.delete_role(name),
            Change::CreateQueue { name, retention_seconds, tags } => self.create_queue(name, *retention_seconds, tags),
            Change::SetQueue { name, retention_seconds } => self.set_queue(name, *retention_seconds),
            Change::DeleteQueue { name } => self.delete_queue(name),
        }
    }

    /// A refusal in AWS's terms.
    fn refuse(&self, kind: ErrorKind, code: &str, message: impl Into<String>) -> CloudError {
        CloudError::new(kind, self.action, code, message)
    }

    /// A parameter that AWS does not accept.
    fn invalid(&self, message: impl Into<String>) -> CloudError {
        self.refuse(ErrorKind::Invalid, "InvalidParameterValue", message)
    }

    /// The id behind a reference, which the executor must know by now.
    fn id<'r>(&self, reference: &'r IdRef) -> Result<&'r str, CloudError> {
        reference.known().ok_or_else(|| self.invalid("the id is that of a step which is not done yet"))
    }

    fn id_list(&self, references: &[IdRef]) -> Result<Vec<String>, CloudError> {
        references.iter().map(|reference| self.id(reference).map(str::to_owned)).collect()
    }

    /// Refuses more tags than AWS keeps, and those AWS keeps for itself.
    fn check_tags(&self, tags: &Tags) -> Result<(), CloudError> {
        if let Some(key) = tags.keys().find(|key| key.starts_with("aws:")) {
            return Err(self.invalid(format!("Tag keys starting with 'aws:' are reserved for internal use: {key}")));
        }
        if tags.len() > AWS_LIMIT {
            let message = format!("The maximum number of tags for a resource has been reached: {} of {AWS_LIMIT}", tags.len());
            return Err(self.refuse(ErrorKind::Quota, "TagLimitExceeded", message));
        }
        Ok(())
    }

    /// Refuses when `wanted` more would go over a limit of the account.
    fn check_quota(&self, kind: QuotaKind, used: usize, wanted: usize, code: &str, what: &str) -> Result<(), CloudError> {
        let limit = self.estate.quotas.limit(kind);
        let after = u32::try_from(used + wanted).map_or(f64::INFINITY, f64::from);
        if after <= limit {
            return Ok(());
        }
        Err(self.refuse(ErrorKind::Quota, code, format!("The maximum number of {what} has been reached: {used} of {limit}")))
    }
}

/// A receipt that names what was made.
fn made(id: impl Into<String>) -> Receipt {
    Receipt { id: Some(id.into()), ..Receipt::default() }
}

/// Every IAM action a change needs: its own, and that of the tags it sets or the role it hands on while it creates.
fn actions(change: &Change) -> Vec<&'static str> {
    let tagging = match change {
        Change::CreateSecurityGroup { tags, .. } | Change::ImportKeyPair { tags, .. } | Change::CreateSnapshot { tags, .. } => {
            (!tags.is_empty()).then_some("ec2:CreateTags")
        }
        Change::RunInstance { spec, .. } => (!(spec.tags.is_empty() && spec.volume_tags.is_empty())).then_some("ec2:CreateTags"),
        Change::StoreGeneratedKey { tags, .. } => (!tags.is_empty()).then_some("ssm:AddTagsToResource"),
        Change::PutAlarm { tags, .. } => (!tags.is_empty()).then_some("cloudwatch:TagResource"),
        Change::CreateParameterGroup { tags, .. } | Change::CreateDbSnapshot { tags, .. } => {
            (!tags.is_empty()).then_some("rds:AddTagsToResource")
        }
        Change::CreateDatabase { spec } => (!spec.tags.is_empty()).then_some("rds:AddTagsToResource"),
        Change::CreateClusterSnapshot { tags, .. } => (!tags.is_empty()).then_some("rds:AddTagsToResource"),
        Change::CreateEdgeGroup { tags, .. } => (!tags.is_empty()).then_some("scheduler:TagResource"),
        Change::CreateEdge { .. } => Some("iam:PassRole"),
        Change::CreateRole { tags, .. } => (!tags.is_empty()).then_some("iam:TagRole"),
        Change::CreateQueue { tags, .. } => (!tags.is_empty()).then_some("sqs:TagQueue"),
        _ => None,
    };
    std::iter::once(change.action()).chain(tagging).collect()
}

/// IAM's refusal, with the code of the service that was asked.
pub(crate) fn denied(denied: &str, call: &str, caller: &str) -> CloudError {
    let code = match call.split(':').next() {
        Some("ec2") => "UnauthorizedOperation",
        Some("ssm" | "ecs" | "scheduler") => "AccessDeniedException",
        Some("sns") => "AuthorizationError",
        _ => "AccessDenied",
    };
    let message = format!("User: {caller} is not authorized to perform: {denied} because no identity-based policy allows it");
    CloudError::new(ErrorKind::Denied, call, code, message)
}

/// One call too many, with the code of the service that was asked.
pub(crate) fn throttled(call: &str) -> CloudError {
    let code = match call.split(':').next() {
        Some("ec2") => "RequestLimitExceeded",
        Some("scheduler") => "ThrottlingException",
        Some("sqs") => "RequestThrottled",
        _ => "Throttling",
    };
    CloudError::new(ErrorKind::Throttled, call, code, "Request limit exceeded.")
}

/// The action that reads a kind's tags, for kinds whose list returns none.
pub(crate) const fn tag_reader(kind: Kind) -> &'static str {
    match kind {
        Kind::Alarm => "cloudwatch:ListTagsForResource",
        Kind::KeyParameter => "ssm:ListTagsForResource",
        Kind::Database | Kind::DbSnapshot | Kind::ParameterGroup | Kind::DbCluster | Kind::DbClusterSnapshot => "rds:ListTagsForResource",
        Kind::ScalingGroup => "autoscaling:DescribeTags",
        Kind::EcsService => "ecs:ListTagsForResource",
        Kind::EdgeGroup | Kind::Edge => "scheduler:ListTagsForResource",
        Kind::Role => "iam:ListRoleTags",
        Kind::Queue => "sqs:ListQueueTags",
        _ => "ec2:DescribeTags",
    }
}
