//! What an apply may do: one table from [`Change`] to grants.

use std::collections::BTreeSet;

use super::grant::When::{
    Always, Kept, KeptBy, MadeWithin, Marked, Owned, OwnedWithin, Passed, Requested, Retagged, Scheduled, Service, TaggedBy, Unclaimed,
};
use super::grant::{Grant, Target as T};
use super::scope::Part;
use crate::cloud::{Change, Kind};

/// A [`Change`] without its data, so that what a fleet may ever need can be listed before anything is planned.
/// Changes of tags are told apart by the service that is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verb {
    CreateSecurityGroup,
    AuthorizeIngress,
    RevokeIngress,
    DeleteSecurityGroup,
    StoreGeneratedKey,
    DeleteStoredKey,
    ImportKeyPair,
    DeleteKeyPair,
    RunInstance,
    StartInstances,
    StopInstances,
    TerminateInstance,
    ModifyInstanceType,
    ModifyInstanceGroups,
    ModifyInstanceMetadata,
    ModifyVolume,
    CreateSnapshot,
    TagMachine,
    TagAlarm,
    TagDatabase,
    TagParameterGroup,
    TagDbSnapshot,
    TagStoredKey,
    PutAlarm,
    ResetAlarm,
    DeleteAlarm,
    CreateParameterGroup,
    SetParameters,
    DeleteParameterGroup,
    CreateDatabase,
    ModifyDatabase,
    StartDatabase,
    StopDatabase,
    RebootDatabase,
    DeleteDatabase,
    CreateDbSnapshot,
    DeleteDbSnapshot,
    StartCluster,
    StopCluster,
    TagCluster,
    CreateClusterSnapshot,
    DeleteClusterSnapshot,
    TagClusterSnapshot,
    ScaleGroup,
    TagGroup,
    ScaleService,
    TagService,
    CreateEdgeGroup,
    DeleteEdgeGroup,
    CreateEdge,
    DeleteEdge,
    CreateRole,
    SetRoleTrust,
    DescribeRole,
    PutRolePolicy,
    DeleteRolePolicy,
    DeleteRole,
    CreateQueue,
    SetQueue,
    DeleteQueue,
    TagEdgeGroup,
    TagRole,
    TagQueue,
}

/// Every verb with the parts of muster that use it: destroy and removal are parts of applying.
const USES: &[(Verb, &[Part])] = {
    use Part::{Databases, Delivery, GeneratedKeys, Schedules, Users};
    &[
        (Verb::CreateSecurityGroup, &[Users, Databases]),
        (Verb::AuthorizeIngress, &[Users, Databases]),
        (Verb::RevokeIngress, &[Users, Databases]),
        (Verb::DeleteSecurityGroup, &[Users, Databases]),
        (Verb::StoreGeneratedKey, &[GeneratedKeys]),
        (Verb::DeleteStoredKey, &[GeneratedKeys]),
        (Verb::ImportKeyPair, &[Users]),
        (Verb::DeleteKeyPair, &[Users]),
        (Verb::RunInstance, &[Users]),
        (Verb::StartInstances, &[Users]),
        (Verb::StopInstances, &[Users]),
        (Verb::TerminateInstance, &[Users]),
        (Verb::ModifyInstanceType, &[Users]),
        (Verb::ModifyInstanceGroups, &[Users]),
        (Verb::ModifyInstanceMetadata, &[Users]),
        (Verb::ModifyVolume, &[Users]),
        (Verb::CreateSnapshot, &[Users]),
        (Verb::TagMachine, &[Users, Databases]),
        (Verb::TagAlarm, &[Users]),
        (Verb::TagDatabase, &[Databases]),
        (Verb::TagParameterGroup, &[Databases]),
        (Verb::TagDbSnapshot, &[Databases]),
        (Verb::TagStoredKey, &[GeneratedKeys]),
        (Verb::PutAlarm, &[Users]),
        (Verb::ResetAlarm, &[Users]),
        (Verb::DeleteAlarm, &[Users]),
        (Verb::CreateParameterGroup, &[Databases]),
        (Verb::SetParameters, &[Databases]),
        (Verb::DeleteParameterGroup, &[Databases]),
        (Verb::CreateDatabase, &[Databases]),
        (Verb::ModifyDatabase, &[Databases]),
        (Verb::StartDatabase, &[Databases]),
        (Verb::StopDatabase, &[Databases]),
        (Verb::RebootDatabase, &[Databases]),
        (Verb::DeleteDatabase, &[Databases]),
        (Verb::CreateDbSnapshot, &[Databases]),
        (Verb::DeleteDbSnapshot, &[Schedules]),
        (Verb::StartCluster, &[Schedules]),
        (Verb::StopCluster, &[Schedules]),
        (Verb::TagCluster, &[Schedules]),
        (Verb::CreateClusterSnapshot, &[Schedules]),
        (Verb::DeleteClusterSnapshot, &[Schedules]),
        (Verb::TagClusterSnapshot, &[Schedules]),
        (Verb::ScaleGroup, &[Schedules]),
        (Verb::TagGroup, &[Schedules]),
        (Verb::ScaleService, &[Schedules]),
        (Verb::TagService, &[Schedules]),
        (Verb::CreateEdgeGroup, &[Delivery]),
        (Verb::DeleteEdgeGroup, &[Delivery]),
        (Verb::CreateEdge, &[Delivery]),
        (Verb::DeleteEdge, &[Delivery]),
        (Verb::CreateRole, &[Delivery]),
        (Verb::SetRoleTrust, &[Delivery]),
        (Verb::DescribeRole, &[Delivery]),
        (Verb::PutRolePolicy, &[Delivery]),
        (Verb::DeleteRolePolicy, &[Delivery]),
        (Verb::DeleteRole, &[Delivery]),
        (Verb::CreateQueue, &[Delivery]),
        (Verb::SetQueue, &[Delivery]),
        (Verb::DeleteQueue, &[Delivery]),
        (Verb::TagEdgeGroup, &[Delivery]),
        (Verb::TagRole, &[Delivery]),
        (Verb::TagQueue, &[Delivery]),
    ]
};

/// The verbs that any of these parts uses.
pub(super) fn used_by(parts: &BTreeSet<Part>) -> impl Iterator<Item = Verb> {
    USES.iter().filter(|(_, users)| users.iter().any(|part| parts.contains(part))).map(|(verb, _)| *verb)
}

/// Every verb.
pub(super) fn all() -> impl Iterator<Item = Verb> {
    USES.iter().map(|(verb, _)| *verb)
}

impl Verb {
    /// The verb of a change.
    pub(super) const fn of(change: &Change) -> Self {
        match change {
            Change::CreateSecurityGroup { .. } => Self::CreateSecurityGroup,
            Change::AuthorizeIngress { .. } => Self::AuthorizeIngress,
            Change::RevokeIngress { .. } => Self::RevokeIngress,
            Change::DeleteSecurityGroup { .. } => Self::DeleteSecurityGroup,
            Change::StoreGeneratedKey { .. } => Self::StoreGeneratedKey,
            Change::DeleteStoredKey { .. } => Self::DeleteStoredKey,
            Change::ImportKeyPair { .. } => Self::ImportKeyPair,
            Change::DeleteKeyPair { .. } => Self::DeleteKeyPair,
            Change::RunInstance { .. } => Self::RunInstance,
            Change::StartInstances { .. } => Self::StartInstances,
            Change::StopInstances { .. } => Self::StopInstances,
            Change::TerminateInstance { .. } => Self::TerminateInstance,
            Change::ModifyInstanceType { .. } => Self::ModifyInstanceType,
            Change::ModifyInstanceGroups { .. } => Self::ModifyInstanceGroups,
            Change::ModifyInstanceMetadata { .. } => Self::ModifyInstanceMetadata,
            Change::ModifyVolume { .. } => Self::ModifyVolume,
            Change::CreateSnapshot { .. } => Self::CreateSnapshot,
            Change::SetTags { resource, .. } | Change::RemoveTags { resource, .. } => Self::tagging(resource.kind),
            Change::PutAlarm { .. } => Self::PutAlarm,
            Change::ResetAlarm { .. } => Self::ResetAlarm,
            Change::DeleteAlarm { .. } => Self::DeleteAlarm,
            Change::CreateParameterGroup { .. } => Self::CreateParameterGroup,
            Change::SetParameters { .. } => Self::SetParameters,
            Change::DeleteParameterGroup { .. } => Self::DeleteParameterGroup,
            Change::CreateDatabase { .. } => Self::CreateDatabase,
            Change::ModifyDatabase { .. } => Self::ModifyDatabase,
            Change::StartDatabase { .. } => Self::StartDatabase,
            Change::StopDatabase { .. } => Self::StopDatabase,
            Change::RebootDatabase { .. } => Self::RebootDatabase,
            Change::DeleteDatabase { .. } => Self::DeleteDatabase,
            Change::CreateDbSnapshot { .. } => Self::CreateDbSnapshot,
            Change::DeleteDbSnapshot { .. } => Self::DeleteDbSnapshot,
            Change::StartCluster { .. } => Self::StartCluster,
            Change::StopCluster { .. } => Self::StopCluster,
            Change::CreateClusterSnapshot { .. } => Self::CreateClusterSnapshot,
            Change::DeleteClusterSnapshot { .. } => Self::DeleteClusterSnapshot,
            Change::ScaleGroup { .. } => Self::ScaleGroup,
            Change::ScaleService { .. } => Self::ScaleService,
            Change::CreateEdgeGroup { .. } => Self::CreateEdgeGroup,
            Change::DeleteEdgeGroup { .. } => Self::DeleteEdgeGroup,
            Change::CreateEdge { .. } => Self::CreateEdge,
            Change::DeleteEdge { .. } => Self::DeleteEdge,
            Change::CreateRole { .. } => Self::CreateRole,
            Change::SetRoleTrust { .. } => Self::SetRoleTrust,
            Change::DescribeRole { .. } => Self::DescribeRole,
            Change::PutRolePolicy { .. } => Self::PutRolePolicy,
            Change::DeleteRolePolicy { .. } => Self::DeleteRolePolicy,
            Change::DeleteRole { .. } => Self::DeleteRole,
            Change::CreateQueue { .. } => Self::CreateQueue,
            Change::SetQueue { .. } => Self::SetQueue,
            Change::DeleteQueue { .. } => Self::DeleteQueue,
        }
    }

    const fn tagging(kind: Kind) -> Self {
        match kind {
            Kind::Alarm => Self::TagAlarm,
            Kind::Database => Self::TagDatabase,
            Kind::DbSnapshot => Self::TagDbSnapshot,
            Kind::ParameterGroup => Self::TagParameterGroup,
            Kind::KeyParameter => Self::TagStoredKey,
            Kind::DbCluster => Self::TagCluster,
            Kind::DbClusterSnapshot => Self::TagClusterSnapshot,
            Kind::ScalingGroup => Self::TagGroup,
            Kind::EcsService => Self::TagService,
            Kind::EdgeGroup | Kind::Edge => Self::TagEdgeGroup,
            Kind::Role => Self::TagRole,
            Kind::Queue => Self::TagQueue,
            Kind::Instance
            | Kind::Volume
            | Kind::Snapshot
            | Kind::SecurityGroup
            | Kind::KeyPair
            | Kind::Vpc
            | Kind::Subnet
            | Kind::Image
            | Kind::Quota
            | Kind::Metric
            | Kind::ForeignEdge
            | Kind::Price => Self::TagMachine,
        }
    }

    /// What AWS asks for before it does this, and on what.
    pub(super) const fn grants(self) -> &'static [Grant] {
        match self {
            Self::CreateSecurityGroup => CREATE_SECURITY_GROUP,
            Self::AuthorizeIngress => &[Grant(&["ec2:AuthorizeSecurityGroupIngress"], T::SecurityGroup, Owned)],
            Self::RevokeIngress => REVOKE_INGRESS,
            Self::DeleteSecurityGroup => &[Grant(&["ec2:DeleteSecurityGroup"], T::SecurityGroup, Owned)],
            Self::StoreGeneratedKey => STORE_GENERATED_KEY,
            Self::DeleteStoredKey => &[Grant(&["ssm:DeleteParameter"], T::KeyParameter, Always)],
            Self::TagStoredKey => &[Grant(&["ssm:AddTagsToResource", "ssm:RemoveTagsFromResource"], T::KeyParameter, Always)],
            Self::ImportKeyPair => IMPORT_KEY_PAIR,
            Self::DeleteKeyPair => &[Grant(&["ec2:DeleteKeyPair"], T::KeyPair, Owned)],
            Self::RunInstance => RUN_INSTANCE,
            Self::StartInstances => &[Grant(&["ec2:StartInstances"], T::Instance, Owned)],
            Self::StopInstances => &[Grant(&["ec2:StopInstances"], T::Instance, Owned)],
            Self::TerminateInstance => &[Grant(&["ec2:TerminateInstances"], T::Instance, Owned)],
            Self::ModifyInstanceType => &[Grant(&["ec2:ModifyInstanceAttribute"], T::Instance, Owned)],
            Self::ModifyInstanceGroups => MODIFY_INSTANCE_GROUPS,
            Self::ModifyInstanceMetadata => &[Grant(&["ec2:ModifyInstanceMetadataOptions"], T::Instance, Owned)],
            Self::ModifyVolume => &[Grant(&["ec2:ModifyVolume"], T::Volume, Owned)],
            Self::CreateSnapshot => CREATE_SNAPSHOT,
            Self::TagMachine => TAG_MACHINE,
            Self::PutAlarm => PUT_ALARM,
            Self::TagAlarm => TAG_ALARM,
            Self::ResetAlarm => &[Grant(&["cloudwatch:SetAlarmState"], T::Alarm, Owned)],
            Self::DeleteAlarm => &[Grant(&["cloudwatch:DeleteAlarms"], T::Alarm, Owned)],
            Self::CreateParameterGroup => CREATE_PARAMETER_GROUP,
            Self::SetParameters => &[Grant(&["rds:ModifyDBParameterGroup"], T::ParameterGroup, Owned)],
            Self::DeleteParameterGroup => &[Grant(&["rds:DeleteDBParameterGroup"], T::ParameterGroup, Owned)],
            Self::TagParameterGroup => TAG_PARAMETER_GROUP,
            Self::CreateDatabase => CREATE_DATABASE,
            Self::ModifyDatabase => MODIFY_DATABASE,
            Self::StartDatabase => &[Grant(&["rds:StartDBInstance"], T::Database, Owned)],
            Self::StopDatabase => &[Grant(&["rds:StopDBInstance"], T::Database, Owned)],
            Self::RebootDatabase => &[Grant(&["rds:RebootDBInstance"], T::Database, Owned)],
            Self::DeleteDatabase => &[Grant(&["rds:DeleteDBInstance"], T::Database, Owned)],
            Self::TagDatabase => TAG_DATABASE,
            Self::CreateDbSnapshot => CREATE_DB_SNAPSHOT,
            Self::TagDbSnapshot => &[Grant(&["rds:AddTagsToResource"], T::DbSnapshot, Marked)],
            Self::DeleteDbSnapshot => &[Grant(&["rds:DeleteDBSnapshot"], T::DbSnapshot, Scheduled)],
            Self::StartCluster => &[Grant(&["rds:StartDBCluster"], T::DbCluster, Scheduled)],
            Self::StopCluster => &[Grant(&["rds:StopDBCluster"], T::DbCluster, Scheduled)],
            Self::TagCluster => &[Grant(&["rds:AddTagsToResource", "rds:RemoveTagsFromResource"], T::DbCluster, Scheduled)],
            Self::CreateClusterSnapshot => CREATE_CLUSTER_SNAPSHOT,
            Self::DeleteClusterSnapshot => &[Grant(&["rds:DeleteDBClusterSnapshot"], T::DbClusterSnapshot, Scheduled)],
            Self::TagClusterSnapshot => &[Grant(&["rds:AddTagsToResource"], T::DbClusterSnapshot, Scheduled)],
            Self::ScaleGroup => &[Grant(&["autoscaling:UpdateAutoScalingGroup"], T::ScalingGroup, Scheduled)],
            Self::TagGroup => &[Grant(&["autoscaling:CreateOrUpdateTags", "autoscaling:DeleteTags"], T::ScalingGroup, Scheduled)],
            Self::ScaleService => &[Grant(&["ecs:UpdateService"], T::EcsService, Scheduled)],
            Self::TagService => &[Grant(&["ecs:TagResource", "ecs:UntagResource"], T::EcsService, Scheduled)],
            Self::CreateEdgeGroup => &[Grant(&["scheduler:CreateScheduleGroup", "scheduler:TagResource"], T::EdgeGroup, Requested)],
            Self::DeleteEdgeGroup => DELETE_EDGE_GROUP,
            Self::CreateEdge => CREATE_EDGE,
            Self::DeleteEdge => &[Grant(&["scheduler:DeleteSchedule"], T::Edge, Always)],
            Self::CreateRole => CREATE_ROLE,
            Self::SetRoleTrust => &[Grant(&["iam:UpdateAssumeRolePolicy"], T::DeliveryRole, Owned)],
            Self::DescribeRole => &[Grant(&["iam:UpdateRole"], T::DeliveryRole, Owned)],
            Self::PutRolePolicy => &[Grant(&["iam:PutRolePolicy"], T::DeliveryRole, OwnedWithin)],
            Self::DeleteRolePolicy => &[Grant(&["iam:DeleteRolePolicy"], T::DeliveryRole, Owned)],
            Self::DeleteRole => &[Grant(&["iam:DeleteRole"], T::DeliveryRole, Owned)],
            Self::CreateQueue => &[Grant(&["sqs:CreateQueue", "sqs:TagQueue"], T::DerivedQueue, Unclaimed)],
            Self::SetQueue => &[QUEUE_URL, Grant(&["sqs:SetQueueAttributes"], T::DerivedQueue, Owned)],
            Self::DeleteQueue => &[QUEUE_URL, Grant(&["sqs:DeleteQueue"], T::DerivedQueue, Owned)],
            Self::TagEdgeGroup => TAG_EDGE_GROUP,
            Self::TagRole => &[Grant(&["iam:TagRole"], T::DeliveryRole, Retagged), Grant(&["iam:UntagRole"], T::DeliveryRole, Owned)],
            Self::TagQueue => TAG_QUEUE,
        }
    }
}

// Resource types and condition keys are those of the Service Authorization Reference (K: the pages "Amazon EC2", "Amazon RDS",
// "Amazon CloudWatch", "AWS Systems Manager", "Amazon EventBridge Scheduler", "AWS Identity and Access Management" and "Amazon SQS"), read in
// June and November 2026. The changes that ask for more than one thing:

/// A group goes with everything in it, which the policy has to allow too (K: the page "Amazon EventBridge Scheduler", "API operations").
const DELETE_EDGE_GROUP: &[Grant] =
    &[Grant(&["scheduler:DeleteScheduleGroup"], T::EdgeGroup, Owned), Grant(&["scheduler:DeleteSchedule"], T::Edge, Always)];

/// Who makes a schedule hands its role to EventBridge (K: EventBridge Scheduler User Guide, "Setting up").
const CREATE_EDGE: &[Grant] =
    &[Grant(&["scheduler:CreateSchedule"], T::Edge, Always), Grant(&["iam:PassRole"], T::DeliveryRole, Passed("scheduler.amazonaws.com"))];

/// Tagged as it is made, which asks for TagRole too; that one knows nothing of a boundary (K: the page "AWS Identity and Access Management").
const CREATE_ROLE: &[Grant] =
    &[Grant(&["iam:CreateRole"], T::DeliveryRole, MadeWithin), Grant(&["iam:TagRole"], T::DeliveryRole, Requested)];

/// A queue is changed by its URL. It is asked for by name, of queues that may be gone and so carry no tag.
const QUEUE_URL: Grant = Grant(&["sqs:GetQueueUrl"], T::DerivedQueue, Always);

const TAG_QUEUE: &[Grant] =
    &[QUEUE_URL, Grant(&["sqs:TagQueue"], T::DerivedQueue, Retagged), Grant(&["sqs:UntagQueue"], T::DerivedQueue, Owned)];

/// Tags are asked for by the ARN, which the group itself tells.
const TAG_EDGE_GROUP: &[Grant] = &[
    Grant(&["scheduler:GetScheduleGroup"], T::EdgeGroup, Always),
    Grant(&["scheduler:TagResource"], T::EdgeGroup, Retagged),
    Grant(&["scheduler:UntagResource"], T::EdgeGroup, Owned),
];

const CREATE_SECURITY_GROUP: &[Grant] = &[
    Grant(&["ec2:CreateSecurityGroup"], T::SecurityGroup, Requested),
    Grant(&["ec2:CreateSecurityGroup"], T::Vpc, Always),
    Grant(&["ec2:CreateTags"], T::SecurityGroup, TaggedBy("CreateSecurityGroup")),
];

/// A rule is revoked by its id, which a second list knows and the list of groups does not.
const REVOKE_INGRESS: &[Grant] = &[
    Grant(&["ec2:DescribeSecurityGroupRules"], T::Everything, Always),
    Grant(&["ec2:RevokeSecurityGroupIngress"], T::SecurityGroup, Owned),
];

/// A put with tags is an AddTagsToResource too (K: Systems Manager API Reference, "PutParameter"). A pair that is there already is
/// known by the public half in its description, which only the list shows.
const STORE_GENERATED_KEY: &[Grant] = &[
    Grant(&["ssm:PutParameter", "ssm:AddTagsToResource"], T::KeyParameter, Always),
    Grant(&["ssm:DescribeParameters"], T::Everything, Always),
];

const IMPORT_KEY_PAIR: &[Grant] = &[
    Grant(&["ec2:ImportKeyPair"], T::DerivedKeyPair, Requested),
    Grant(&["ec2:CreateTags"], T::DerivedKeyPair, TaggedBy("ImportKeyPair")),
];

/// One for each resource type, since each has condition keys of its own (K: EC2 User Guide, "Example policies", "Launch instances").
const RUN_INSTANCE: &[Grant] = &[
    Grant(&["ec2:RunInstances"], T::Instance, Requested),
    Grant(&["ec2:RunInstances"], T::Volume, Requested),
    Grant(&["ec2:RunInstances"], T::SecurityGroup, Owned),
    Grant(&["ec2:RunInstances"], T::KeyPair, Owned),
    Grant(&["ec2:RunInstances"], T::Image, Always),
    Grant(&["ec2:RunInstances"], T::Subnet, Always),
    Grant(&["ec2:RunInstances"], T::NetworkInterface, Always),
    Grant(&["ec2:CreateTags"], T::Instance, TaggedBy("RunInstances")),
    Grant(&["ec2:CreateTags"], T::Volume, TaggedBy("RunInstances")),
];

/// The groups an instance keeps are named in the call beside ours, so any group may be; the instance is what changes.
const MODIFY_INSTANCE_GROUPS: &[Grant] =
    &[Grant(&["ec2:ModifyInstanceAttribute"], T::Instance, Owned), Grant(&["ec2:ModifyInstanceAttribute"], T::SecurityGroup, Always)];

/// CreateSnapshot takes no token, so one begun just before is looked for first.
const CREATE_SNAPSHOT: &[Grant] = &[
    Grant(&["ec2:DescribeSnapshots"], T::Everything, Always),
    Grant(&["ec2:CreateSnapshot"], T::Volume, Owned),
    Grant(&["ec2:CreateSnapshot"], T::Snapshot, Kept),
    Grant(&["ec2:CreateTags"], T::Snapshot, KeptBy("CreateSnapshot")),
];

const TAG_MACHINE: &[Grant] = &[Grant(&["ec2:CreateTags"], T::Machine, Retagged), Grant(&["ec2:DeleteTags"], T::Machine, Owned)];

/// One call makes an alarm and replaces one, whose tags it leaves as they are. The role that stops the instance is made with the first such
/// alarm of an account (K: CloudWatch API Reference, "PutMetricAlarm").
const PUT_ALARM: &[Grant] = &[
    Grant(&["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"], T::Alarm, Unclaimed),
    Grant(&["cloudwatch:PutMetricAlarm"], T::Alarm, Owned),
    Grant(&["iam:CreateServiceLinkedRole"], T::AlarmRole, Service("events.amazonaws.com")),
];

const TAG_ALARM: &[Grant] =
    &[Grant(&["cloudwatch:TagResource"], T::Alarm, Retagged), Grant(&["cloudwatch:UntagResource"], T::Alarm, Owned)];

const CREATE_PARAMETER_GROUP: &[Grant] =
    &[Grant(&["rds:CreateDBParameterGroup", "rds:AddTagsToResource"], T::DerivedParameterGroup, Unclaimed)];

const TAG_PARAMETER_GROUP: &[Grant] =
    &[Grant(&["rds:AddTagsToResource"], T::ParameterGroup, Retagged), Grant(&["rds:RemoveTagsFromResource"], T::ParameterGroup, Owned)];

/// RDS makes the secret of the master password in the caller's name (K: RDS User Guide, "Password management with Amazon RDS and AWS
/// Secrets Manager"), and its own role with the first database of an account ("Using service-linked roles for Amazon RDS").
const CREATE_DATABASE: &[Grant] = &[
    Grant(&["rds:CreateDBInstance", "rds:AddTagsToResource"], T::DerivedDatabase, Unclaimed),
    Grant(&["rds:CreateDBInstance"], T::DatabaseSurroundings, Always),
    Grant(&["secretsmanager:CreateSecret", "secretsmanager:TagResource"], T::MasterSecret, Always),
    Grant(&["kms:DescribeKey"], T::AnyKmsKey, Always),
    Grant(&["iam:CreateServiceLinkedRole"], T::DatabaseRole, Service("rds.amazonaws.com")),
];

const MODIFY_DATABASE: &[Grant] =
    &[Grant(&["rds:ModifyDBInstance"], T::Database, Owned), Grant(&["rds:ModifyDBInstance"], T::DatabaseSurroundings, Always)];

/// Tagged as it is made, which asks for AddTagsToResource too. A name that is taken is read.
const CREATE_DB_SNAPSHOT: &[Grant] = &[
    Grant(&["rds:DescribeDBSnapshots"], T::Everything, Always),
    Grant(&["rds:CreateDBSnapshot"], T::Database, Owned),
    Grant(&["rds:CreateDBSnapshot"], T::DbSnapshot, Kept),
    Grant(&["rds:AddTagsToResource"], T::DbSnapshot, Marked),
];

const TAG_DATABASE: &[Grant] =
    &[Grant(&["rds:AddTagsToResource"], T::Database, Retagged), Grant(&["rds:RemoveTagsFromResource"], T::Database, Owned)];

/// Tagged as it is made.
const CREATE_CLUSTER_SNAPSHOT: &[Grant] = &[
    Grant(&["rds:CreateDBClusterSnapshot"], T::DbCluster, Scheduled),
    Grant(&["rds:CreateDBClusterSnapshot", "rds:AddTagsToResource"], T::DbClusterSnapshot, Scheduled),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_is_used_once() {
        let verbs: BTreeSet<Verb> = USES.iter().map(|(verb, _)| *verb).collect();
        assert_eq!(verbs.len(), USES.len());
        assert_eq!(verbs.last(), Some(&Verb::TagQueue));
        assert_eq!(verbs.len(), Verb::TagQueue as usize + 1, "a verb is missing from the table");
    }

    #[test]
    fn no_verb_is_without_a_grant() {
        assert!(USES.iter().all(|(verb, parts)| !verb.grants().is_empty() && !parts.is_empty()));
    }
}
