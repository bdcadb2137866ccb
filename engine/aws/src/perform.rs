//! Every change, and the call that makes it.

use muster_core::cloud::{Change, CloudError, ErrorKind, Kind, Receipt, ResourceRef};
use muster_core::tags::Tags;

use crate::convert::known;
use crate::region::Scope;
use crate::{autoscaling, cloudwatch, ec2, ecs, rds, roles, scheduler, sqs, ssm};

/// Performs one change.
pub(crate) async fn perform(scope: Scope<'_>, change: &Change) -> Result<Receipt, CloudError> {
    match change {
        Change::CreateSecurityGroup { name, description, vpc, tags } => ec2::groups::create(scope, name, description, vpc, tags).await,
        Change::AuthorizeIngress { group, rules } => ec2::groups::authorize(scope, group, rules).await,
        Change::RevokeIngress { group, rule_ids } => ec2::groups::revoke(scope, group, rule_ids).await,
        Change::DeleteSecurityGroup { group } => ec2::groups::delete(scope, group).await,
        Change::StoreGeneratedKey { secret, tags } => ssm::store_key(scope, secret, tags).await,
        Change::DeleteStoredKey { secret } => ssm::delete_key(scope, secret).await,
        Change::ImportKeyPair { name, key, tags } => ec2::keys::import(scope, name, key, tags).await,
        Change::DeleteKeyPair { name } => ec2::keys::delete(scope, name).await,
        Change::RunInstance { token, spec } => ec2::launch::run(scope, token, spec).await,
        Change::StartInstances { ids } => ec2::instances::start(scope, ids).await,
        Change::StopInstances { ids, hibernate } => ec2::instances::stop(scope, ids, *hibernate).await,
        Change::TerminateInstance { id } => ec2::instances::terminate(scope, id).await,
        Change::ModifyInstanceType { id, instance_type } => ec2::instances::set_type(scope, id, instance_type).await,
        Change::ModifyInstanceGroups { id, groups } => ec2::instances::set_groups(scope, id, groups).await,
        Change::ModifyInstanceMetadata { id, required } => ec2::instances::set_metadata(scope, id, *required).await,
        Change::ModifyVolume { id, size_gib, volume_type } => ec2::volumes::modify(scope, id, *size_gib, volume_type.as_deref()).await,
        Change::CreateSnapshot { volume, description, tags } => ec2::volumes::snapshot(scope, volume, description, tags).await,
        Change::SetTags { resource, tags } => set_tags(scope, change.action(), resource, tags).await,
        Change::RemoveTags { resource, keys } => remove_tags(scope, change.action(), resource, keys).await,
        Change::PutAlarm { name, description, spec, tags } => cloudwatch::put(scope, name, description, spec, tags).await,
        Change::ResetAlarm { name } => cloudwatch::reset(scope, name).await,
        Change::DeleteAlarm { name } => cloudwatch::delete(scope, name).await,
        Change::CreateParameterGroup { name, family, description, tags } => {
            rds::parameters::create(scope, name, family, description, tags).await
        }
        Change::SetParameters { group, parameters } => rds::parameters::set(scope, group, parameters).await,
        Change::DeleteParameterGroup { group } => rds::parameters::delete(scope, group).await,
        Change::CreateDatabase { spec } => rds::databases::create(scope, spec).await,
        Change::ModifyDatabase { name, patch } => rds::databases::modify(scope, name, patch).await,
        Change::StartDatabase { name } => rds::databases::start(scope, name).await,
        Change::StopDatabase { name } => rds::databases::stop(scope, name).await,
        Change::RebootDatabase { name } => rds::databases::reboot(scope, name).await,
        Change::DeleteDatabase { name } => rds::databases::delete(scope, name).await,
        Change::CreateDbSnapshot { database, name, tags } => rds::snapshots::create(scope, database, name, tags).await,
        Change::DeleteDbSnapshot { name } => rds::snapshots::delete(scope, name).await,
        Change::StartCluster { name } => rds::clusters::start(scope, name).await,
        Change::StopCluster { name } => rds::clusters::stop(scope, name).await,
        Change::CreateClusterSnapshot { cluster, name, tags } => rds::clusters::create_snapshot(scope, cluster, name, tags).await,
        Change::DeleteClusterSnapshot { name } => rds::clusters::delete_snapshot(scope, name).await,
        Change::ScaleGroup { name, min, desired, max } => autoscaling::scale(scope, name, *min, *desired, *max).await,
        Change::ScaleService { cluster, service, desired } => ecs::scale(scope, cluster, service, *desired).await,
        Change::CreateEdgeGroup { name, tags } => scheduler::create_group(scope, name, tags).await,
        Change::DeleteEdgeGroup { name } => scheduler::delete_group(scope, name).await,
        Change::CreateEdge { group, edge } => scheduler::create(scope, group, edge).await,
        Change::DeleteEdge { group, name } => scheduler::delete(scope, group, name).await,
        Change::CreateRole { name, path, description, trust, boundary, tags } => {
            let boundary = boundary.as_deref();
            roles::create(scope, roles::NewRole { name, path, description, trust, boundary, tags }).await
        }
        Change::SetRoleTrust { name, trust } => roles::set_trust(scope, name, trust).await,
        Change::DescribeRole { name, description } => roles::describe(scope, name, description).await,
        Change::PutRolePolicy { role, policy } => roles::put_policy(scope, role, policy).await,
        Change::DeleteRolePolicy { role } => roles::delete_policy(scope, role).await,
        Change::DeleteRole { name } => roles::delete(scope, name).await,
        Change::CreateQueue { name, retention_seconds, tags } => sqs::create(scope, name, *retention_seconds, tags).await,
        Change::SetQueue { name, retention_seconds } => sqs::set(scope, name, *retention_seconds).await,
        Change::DeleteQueue { name } => sqs::delete(scope, name).await,
    }
}

/// The service that keeps the tags of a kind.
#[derive(Debug, Clone, Copy)]
enum Tagger {
    Ec2,
    Rds,
    CloudWatch,
    Ssm,
    AutoScaling,
    Ecs,
    Scheduler,
    Iam,
    Sqs,
}

const fn tagger(kind: Kind) -> Option<Tagger> {
    match kind {
        Kind::Instance | Kind::Volume | Kind::Snapshot | Kind::SecurityGroup | Kind::KeyPair | Kind::Vpc | Kind::Subnet | Kind::Image => {
            Some(Tagger::Ec2)
        }
        Kind::Database | Kind::DbSnapshot | Kind::ParameterGroup | Kind::DbCluster | Kind::DbClusterSnapshot => Some(Tagger::Rds),
        Kind::Alarm => Some(Tagger::CloudWatch),
        Kind::KeyParameter => Some(Tagger::Ssm),
        Kind::ScalingGroup => Some(Tagger::AutoScaling),
        Kind::EcsService => Some(Tagger::Ecs),
        Kind::EdgeGroup => Some(Tagger::Scheduler),
        Kind::Role => Some(Tagger::Iam),
        Kind::Queue => Some(Tagger::Sqs),
        Kind::Edge | Kind::Quota | Kind::Metric | Kind::ForeignEdge | Kind::Price => None,
    }
}

fn untaggable(action: &str, kind: Kind) -> CloudError {
    CloudError::new(ErrorKind::Invalid, action, "", format!("a {kind} has no tags, so nothing was sent"))
}

async fn set_tags(scope: Scope<'_>, action: &str, resource: &ResourceRef, tags: &Tags) -> Result<Receipt, CloudError> {
    let id = known(action, &resource.id)?;
    match tagger(resource.kind).ok_or_else(|| untaggable(action, resource.kind))? {
        Tagger::Ec2 => ec2::set_tags(scope, id, tags).await,
        Tagger::Rds => rds::set_tags(scope, id, tags).await,
        Tagger::CloudWatch => cloudwatch::set_tags(scope, id, tags).await,
        Tagger::Ssm => ssm::set_tags(scope, id, tags).await,
        Tagger::AutoScaling => autoscaling::set_tags(scope, id, tags).await,
        Tagger::Ecs => ecs::set_tags(scope, id, tags).await,
        Tagger::Scheduler => scheduler::set_tags(scope, id, tags).await,
        Tagger::Iam => roles::set_tags(scope, id, tags).await,
        Tagger::Sqs => sqs::set_tags(scope, id, tags).await,
    }
}

async fn remove_tags(scope: Scope<'_>, action: &str, resource: &ResourceRef, keys: &[String]) -> Result<Receipt, CloudError> {
    let id = known(action, &resource.id)?;
    match tagger(resource.kind).ok_or_else(|| untaggable(action, resource.kind))? {
        Tagger::Ec2 => ec2::remove_tags(scope, id, keys).await,
        Tagger::Rds => rds::remove_tags(scope, id, keys).await,
        Tagger::CloudWatch => cloudwatch::remove_tags(scope, id, keys).await,
        Tagger::Ssm => ssm::remove_tags(scope, id, keys).await,
        Tagger::AutoScaling => autoscaling::remove_tags(scope, id, keys).await,
        Tagger::Ecs => ecs::remove_tags(scope, id, keys).await,
        Tagger::Scheduler => scheduler::remove_tags(scope, id, keys).await,
        Tagger::Iam => roles::remove_tags(scope, id, keys).await,
        Tagger::Sqs => sqs::remove_tags(scope, id, keys).await,
    }
}

/// Tags of one thing; nothing when it is not there.
pub(crate) async fn tags_of(scope: Scope<'_>, kind: Kind, id: &str) -> Result<Option<Tags>, CloudError> {
    let tags = match tagger(kind).ok_or_else(|| untaggable("ec2:DescribeTags", kind))? {
        Tagger::Ec2 => ec2::tags_of(scope, id).await,
        Tagger::Rds => rds::tags_of(scope, id).await,
        Tagger::CloudWatch => cloudwatch::tags_of(scope, id).await,
        Tagger::Ssm => ssm::tags_of(scope, id).await,
        Tagger::AutoScaling => autoscaling::tags_of(scope, id).await,
        Tagger::Ecs => ecs::tags_of(scope, id).await,
        Tagger::Scheduler => scheduler::tags_of(scope, id).await,
        Tagger::Iam => roles::tags_of(scope, id).await,
        Tagger::Sqs => sqs::tags_of(scope, id).await,
    };
    match tags {
        Ok(tags) => Ok(Some(tags)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
