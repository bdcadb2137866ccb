//! Everything muster can ever do to an account.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::needs::Kind;
use crate::address::Address;
use crate::delivery::EdgeSpec;
use crate::tags::Tags;

/// A snapshot of a volume counts as the one asked for when it was begun so long before the call: enough for a run that died to be
/// repeated without a second one, and too little for a machine that lived on to have done work that is in none.
pub const SNAPSHOT_REUSE: SignedDuration = SignedDuration::from_mins(10);

/// Whether a snapshot begun at `begun` may stand for one asked for at `now`. Clocks may disagree, so one from the future counts as old
/// as it is ahead.
#[must_use]
pub fn is_reusable_snapshot(begun: Timestamp, now: Timestamp) -> bool {
    now.duration_since(begun).abs() <= SNAPSHOT_REUSE
}

/// An AWS id that is known now, or will be once another step of the same plan is done.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdRef {
    /// Known: `sg-0abc`.
    Id(String),
    /// The id of what the step at this address makes.
    Of(Address),
}

impl IdRef {
    /// The id, when it is known.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        match self {
            Self::Id(id) => Some(id),
            Self::Of(_) => None,
        }
    }

    fn resolve(&mut self, lookup: &impl Fn(&Address) -> Option<String>) -> Result<(), Address> {
        if let Self::Of(address) = self {
            *self = Self::Id(lookup(address).ok_or_else(|| address.clone())?);
        }
        Ok(())
    }
}

/// Where a public key comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyMaterial {
    /// Known now, in OpenSSH's form.
    Public(String),
    /// Made by the [`Change::StoreGeneratedKey`] before it in the same step.
    Generated,
}

/// The SSM parameter that holds the private half of a generated key pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretRef {
    /// `/muster/{fleet}/{AWS name}`.
    pub parameter: String,
}

impl SecretRef {
    /// The name of the pair it belongs to.
    #[must_use]
    pub fn pair(&self) -> &str {
        self.parameter.rsplit('/').next().unwrap_or_default()
    }
}

/// An ingress rule of a security group. Sorted and canonical: a CIDR has its host bits cleared.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct IngressRule {
    /// `tcp`, `udp`, `icmp`, `-1`.
    pub protocol: String,
    /// First port, -1 for all.
    pub from_port: i32,
    /// Last port, -1 for all.
    pub to_port: i32,
    /// CIDR (`203.0.113.0/24`), prefix list (`pl-…`), group (`sg-…`), or `@ADDRESS`: the group a step makes.
    pub source: String,
    /// `sgr-0abc` of an observed rule; nothing in a wanted one.
    pub rule_id: Option<String>,
}

impl IngressRule {
    /// The rule without its id, for comparing.
    #[must_use]
    pub fn wanted(&self) -> Self {
        Self { rule_id: None, ..self.clone() }
    }
}

/// What RunInstances is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceSpec {
    /// AMI id.
    pub image: String,
    /// Device name of the image's root volume.
    pub root_device: String,
    /// `t3.small`.
    pub instance_type: String,
    /// Subnet, or nothing for the default one of some zone.
    pub subnet: Option<String>,
    /// Security groups.
    pub groups: Vec<IdRef>,
    /// Name of the key pair.
    pub key_name: String,
    /// Root volume in GiB.
    pub disk_gib: u32,
    /// `gp3`.
    pub disk_type: String,
    /// True when the root volume is encrypted.
    pub encrypted: bool,
    /// KMS key of the root volume; nothing for the account's default.
    pub kms_key: Option<String>,
    /// True when IMDSv2 is required.
    pub imds_required: bool,
    /// True when it gets a public address.
    pub public_ip: bool,
    /// Tags of the instance.
    pub tags: Tags,
    /// Tags of its root volume.
    pub volume_tags: Tags,
}

/// An idle alarm: CPU under a threshold stops the instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlarmSpec {
    /// Instance it watches.
    pub instance: IdRef,
    /// `AWS/EC2`.
    pub namespace: String,
    /// `CPUUtilization`.
    pub metric: String,
    /// `Average`.
    pub statistic: String,
    /// `LessThanThreshold`.
    pub comparison: String,
    /// Percent.
    pub threshold: f64,
    /// Seconds of one period.
    pub period_seconds: i32,
    /// Periods that must all be under the threshold.
    pub periods: i32,
    /// `notBreaching`.
    pub missing_data: String,
    /// `arn:aws:automate:ap-northeast-2:ec2:stop`, and whatever else was put there.
    pub actions: Vec<String>,
    /// False when the alarm may not act.
    pub actions_enabled: bool,
}

/// What CreateDBInstance is asked for. The master password is RDS's own secret, always.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbSpec {
    /// Identifier.
    pub name: String,
    /// `mysql`.
    pub engine: String,
    /// Version or prefix: `8.0`.
    pub version: String,
    /// `db.t4g.micro`.
    pub class: String,
    /// GiB.
    pub storage_gib: u32,
    /// `gp3`.
    pub storage_type: String,
    /// True when encrypted.
    pub encrypted: bool,
    /// KMS key; nothing for the account's default.
    pub kms_key: Option<String>,
    /// Master user.
    pub master_user: String,
    /// Name of the first database.
    pub database_name: Option<String>,
    /// Port; nothing for the engine's own.
    pub port: Option<u16>,
    /// Parameter group; nothing for the family's default.
    pub parameter_group: Option<String>,
    /// Security groups.
    pub groups: Vec<IdRef>,
    /// Subnet group; nothing for the default.
    pub subnet_group: Option<String>,
    /// Days.
    pub backup_retention_days: u32,
    /// `18:00-18:30`, UTC.
    pub backup_window: Option<String>,
    /// `sun:19:00-sun:19:30`, UTC.
    pub maintenance_window: Option<String>,
    /// Standby in another zone.
    pub multi_az: bool,
    /// Public address.
    pub public: bool,
    /// IAM database authentication.
    pub iam_authentication: bool,
    /// Performance Insights.
    pub performance_insights: bool,
    /// RDS's own deletion protection.
    pub deletion_protection: bool,
    /// Tags.
    pub tags: Tags,
}

/// Fields of a database to change; nothing means leave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbPatch {
    /// Instance class.
    pub class: Option<String>,
    /// Storage in GiB.
    pub storage_gib: Option<u32>,
    /// Storage type.
    pub storage_type: Option<String>,
    /// Engine version.
    pub version: Option<String>,
    /// Backup retention in days.
    pub backup_retention_days: Option<u32>,
    /// Backup window, UTC.
    pub backup_window: Option<String>,
    /// Maintenance window, UTC.
    pub maintenance_window: Option<String>,
    /// Standby.
    pub multi_az: Option<bool>,
    /// Public address.
    pub public: Option<bool>,
    /// Security groups, all of them.
    pub groups: Option<Vec<IdRef>>,
    /// Parameter group.
    pub parameter_group: Option<String>,
    /// IAM authentication.
    pub iam_authentication: Option<bool>,
    /// Performance Insights.
    pub performance_insights: Option<bool>,
    /// Deletion protection.
    pub deletion_protection: Option<bool>,
    /// True: at once; false: in the maintenance window.
    pub immediately: bool,
}

/// A resource whose tags are changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceRef {
    /// Its kind, which decides the service that is asked.
    pub kind: Kind,
    /// EC2: the id. RDS, CloudWatch, ECS: the ARN. SSM: the parameter's name. Auto Scaling: the group's name.
    pub id: IdRef,
}

/// Everything muster can ever do to an account. Each is one mutating API call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "do")]
pub enum Change {
    /// ec2:CreateSecurityGroup. Receipt: its id.
    CreateSecurityGroup {
        /// Name: the idempotency token.
        name: String,
        /// Description; cannot be changed later.
        description: String,
        /// VPC.
        vpc: String,
        /// Tags.
        tags: Tags,
    },
    /// ec2:AuthorizeSecurityGroupIngress. A rule that is there counts as done.
    AuthorizeIngress {
        /// Group.
        group: IdRef,
        /// Rules; a source `@ADDRESS` is the group of that address.
        rules: Vec<IngressRule>,
    },
    /// ec2:RevokeSecurityGroupIngress. A rule that is gone counts as done.
    RevokeIngress {
        /// Group.
        group: IdRef,
        /// `sgr-…` ids.
        rule_ids: Vec<String>,
    },
    /// ec2:DeleteSecurityGroup.
    DeleteSecurityGroup {
        /// Its id.
        group: String,
    },
    /// ssm:PutParameter of a fresh ed25519 private key as SecureString, its public half in the description,
    /// never overwriting. Receipt: the public half; that of the parameter already there when there is one.
    StoreGeneratedKey {
        /// Where.
        secret: SecretRef,
        /// Tags.
        tags: Tags,
    },
    /// ssm:DeleteParameter.
    DeleteStoredKey {
        /// Which.
        secret: SecretRef,
    },
    /// ec2:ImportKeyPair. Receipt: its id.
    ImportKeyPair {
        /// Name: the idempotency token.
        name: String,
        /// Public half.
        key: KeyMaterial,
        /// Tags.
        tags: Tags,
    },
    /// ec2:DeleteKeyPair.
    DeleteKeyPair {
        /// Its name.
        name: String,
    },
    /// ec2:RunInstances, one instance. Receipt: its id.
    RunInstance {
        /// Client token: one link of the chain of its address.
        token: String,
        /// What to run.
        spec: Box<InstanceSpec>,
    },
    /// ec2:StartInstances.
    StartInstances {
        /// Which.
        ids: Vec<IdRef>,
    },
    /// ec2:StopInstances.
    StopInstances {
        /// Which.
        ids: Vec<IdRef>,
        /// Hibernate instead, where the instance can.
        hibernate: bool,
    },
    /// ec2:TerminateInstances.
    TerminateInstance {
        /// Which.
        id: String,
    },
    /// ec2:ModifyInstanceAttribute, instance type; the instance must be stopped.
    ModifyInstanceType {
        /// Which.
        id: String,
        /// New type.
        instance_type: String,
    },
    /// ec2:ModifyInstanceAttribute, security groups.
    ModifyInstanceGroups {
        /// Which.
        id: String,
        /// All groups it shall have.
        groups: Vec<IdRef>,
    },
    /// ec2:ModifyInstanceMetadataOptions.
    ModifyInstanceMetadata {
        /// Which.
        id: String,
        /// True: IMDSv2 only.
        required: bool,
    },
    /// ec2:ModifyVolume.
    ModifyVolume {
        /// Which.
        id: String,
        /// New size in GiB, or nothing.
        size_gib: Option<u32>,
        /// New type, or nothing.
        volume_type: Option<String>,
    },
    /// ec2:CreateSnapshot of a volume, once per tag `muster:snapshot-of` and [`SNAPSHOT_REUSE`]. Receipt: its id.
    CreateSnapshot {
        /// Volume.
        volume: String,
        /// Description.
        description: String,
        /// Tags.
        tags: Tags,
    },
    /// ec2:CreateTags, rds:AddTagsToResource, cloudwatch:TagResource, ssm:AddTagsToResource,
    /// autoscaling:CreateOrUpdateTags or ecs:TagResource.
    SetTags {
        /// On what.
        resource: ResourceRef,
        /// Which.
        tags: Tags,
    },
    /// ec2:DeleteTags, rds:RemoveTagsFromResource, cloudwatch:UntagResource, ssm:RemoveTagsFromResource,
    /// autoscaling:DeleteTags or ecs:UntagResource.
    RemoveTags {
        /// From what.
        resource: ResourceRef,
        /// Keys.
        keys: Vec<String>,
    },
    /// cloudwatch:PutMetricAlarm, which makes or replaces it. Tags count only when it makes it.
    PutAlarm {
        /// Name: the idempotency token.
        name: String,
        /// Address and digest.
        description: String,
        /// What it watches.
        spec: Box<AlarmSpec>,
        /// Tags.
        tags: Tags,
    },
    /// cloudwatch:SetAlarmState to OK: an alarm that stands in ALARM does not fire again.
    ResetAlarm {
        /// Its name.
        name: String,
    },
    /// cloudwatch:DeleteAlarms.
    DeleteAlarm {
        /// Its name.
        name: String,
    },
    /// rds:CreateDBParameterGroup.
    CreateParameterGroup {
        /// Name: the idempotency token.
        name: String,
        /// Engine family.
        family: String,
        /// Address; cannot be changed later.
        description: String,
        /// Tags.
        tags: Tags,
    },
    /// rds:ModifyDBParameterGroup, at most 20 parameters a call.
    SetParameters {
        /// Group.
        group: String,
        /// Parameter → value; static ones come into force after a reboot.
        parameters: BTreeMap<String, String>,
    },
    /// rds:DeleteDBParameterGroup.
    DeleteParameterGroup {
        /// Its name.
        group: String,
    },
    /// rds:CreateDBInstance.
    CreateDatabase {
        /// What.
        spec: Box<DbSpec>,
    },
    /// rds:ModifyDBInstance.
    ModifyDatabase {
        /// Which.
        name: String,
        /// What changes.
        patch: Box<DbPatch>,
    },
    /// rds:StartDBInstance.
    StartDatabase {
        /// Which.
        name: String,
    },
    /// rds:StopDBInstance.
    StopDatabase {
        /// Which.
        name: String,
    },
    /// rds:RebootDBInstance.
    RebootDatabase {
        /// Which.
        name: String,
    },
    /// rds:DeleteDBInstance, without a last snapshot of RDS's own: that one could not be tagged as it is made.
    DeleteDatabase {
        /// Which.
        name: String,
    },
    /// rds:CreateDBSnapshot, tagged as it is made; the database must be `available`. Receipt: its name.
    CreateDbSnapshot {
        /// Of which database.
        database: String,
        /// Name: the idempotency token.
        name: String,
        /// Tags, `muster:snapshot-of` among them: by that a repeated call knows its own snapshot.
        tags: Tags,
    },
    /// rds:DeleteDBSnapshot. One that is gone counts as done.
    DeleteDbSnapshot {
        /// Its name.
        name: String,
    },
    /// rds:StartDBCluster: the cluster and all its members.
    StartCluster {
        /// Which.
        name: String,
    },
    /// rds:StopDBCluster: the cluster and all its members.
    StopCluster {
        /// Which.
        name: String,
    },
    /// rds:CreateDBClusterSnapshot, tagged as it is made; the cluster must be `available`. Receipt: its name.
    CreateClusterSnapshot {
        /// Of which cluster.
        cluster: String,
        /// Name: the idempotency token.
        name: String,
        /// Tags, `muster:snapshot-of` among them: by that a repeated call knows its own snapshot.
        tags: Tags,
    },
    /// rds:DeleteDBClusterSnapshot. One that is gone counts as done.
    DeleteClusterSnapshot {
        /// Its name.
        name: String,
    },
    /// autoscaling:UpdateAutoScalingGroup, its three numbers together.
    ScaleGroup {
        /// Which.
        name: String,
        /// Fewest instances.
        min: u32,
        /// Instances it is after.
        desired: u32,
        /// Most instances.
        max: u32,
    },
    /// ecs:UpdateService, the number of tasks and nothing else, so that no deployment begins.
    ScaleService {
        /// Name of its cluster.
        cluster: String,
        /// Its name.
        service: String,
        /// Tasks it is after.
        desired: u32,
    },
    /// scheduler:CreateScheduleGroup.
    CreateEdgeGroup {
        /// Name: the idempotency token.
        name: String,
        /// Tags.
        tags: Tags,
    },
    /// scheduler:DeleteScheduleGroup, with everything in it. One that is gone counts as done.
    DeleteEdgeGroup {
        /// Its name.
        name: String,
    },
    /// scheduler:CreateSchedule. The name says the content, so one that is there counts as done. Receipt: its name.
    CreateEdge {
        /// The group it stands in.
        group: String,
        /// What it is.
        edge: Box<EdgeSpec>,
    },
    /// scheduler:DeleteSchedule. One that is gone counts as done.
    DeleteEdge {
        /// The group it stands in.
        group: String,
        /// Its name.
        name: String,
    },
    /// iam:CreateRole. Receipt: its name.
    CreateRole {
        /// Name: the idempotency token.
        name: String,
        /// `/muster/lms-2026/ap-northeast-2/`.
        path: String,
        /// Address and digest.
        description: String,
        /// Who may assume it, canonical JSON.
        trust: String,
        /// ARN of a permissions boundary.
        boundary: Option<String>,
        /// Tags.
        tags: Tags,
    },
    /// iam:UpdateAssumeRolePolicy.
    SetRoleTrust {
        /// Name of the role.
        name: String,
        /// Who may assume it, canonical JSON.
        trust: String,
    },
    /// iam:UpdateRole, the description and nothing else.
    DescribeRole {
        /// Name of the role.
        name: String,
        /// Address and digest.
        description: String,
    },
    /// iam:PutRolePolicy of [`ROLE_POLICY`](super::ROLE_POLICY), which makes or replaces it.
    PutRolePolicy {
        /// Name of the role.
        role: String,
        /// The policy, canonical JSON.
        policy: String,
    },
    /// iam:DeleteRolePolicy of [`ROLE_POLICY`](super::ROLE_POLICY). One that is gone counts as done.
    DeleteRolePolicy {
        /// Name of the role.
        role: String,
    },
    /// iam:DeleteRole; its inline policy must be gone. One that is gone counts as done.
    DeleteRole {
        /// Its name.
        name: String,
    },
    /// sqs:CreateQueue, encrypted with SQS's own key. Receipt: its name.
    CreateQueue {
        /// Name: the idempotency token.
        name: String,
        /// How long it keeps a message, in seconds.
        retention_seconds: u32,
        /// Tags.
        tags: Tags,
    },
    /// sqs:SetQueueAttributes: retention, and encryption with SQS's own key.
    SetQueue {
        /// Its name.
        name: String,
        /// How long it keeps a message, in seconds.
        retention_seconds: u32,
    },
    /// sqs:DeleteQueue, with what is in it. One that is gone counts as done; its name is free again after 60 seconds.
    DeleteQueue {
        /// Its name.
        name: String,
    },
}

impl Change {
    /// Replaces every reference to a step by the id that step made.
    ///
    /// # Errors
    /// The address that has no id yet.
    pub fn resolve(mut self, lookup: &impl Fn(&Address) -> Option<String>) -> Result<Self, Address> {
        match &mut self {
            Self::AuthorizeIngress { group, rules } => {
                group.resolve(lookup)?;
                for rule in rules {
                    if let Some(address) = rule.source.strip_prefix('@') {
                        let address = Address::from_text(address);
                        rule.source = lookup(&address).ok_or(address)?;
                    }
                }
            }
            Self::RevokeIngress { group, .. } => group.resolve(lookup)?,
            Self::RunInstance { spec, .. } => resolve_all(&mut spec.groups, lookup)?,
            Self::StartInstances { ids } | Self::StopInstances { ids, .. } => resolve_all(ids, lookup)?,
            Self::ModifyInstanceGroups { groups, .. } => resolve_all(groups, lookup)?,
            Self::SetTags { resource, .. } | Self::RemoveTags { resource, .. } => resource.id.resolve(lookup)?,
            Self::PutAlarm { spec, .. } => spec.instance.resolve(lookup)?,
            Self::CreateDatabase { spec } => resolve_all(&mut spec.groups, lookup)?,
            Self::ModifyDatabase { patch, .. } => resolve_all(patch.groups.as_deref_mut().unwrap_or_default(), lookup)?,
            Self::CreateEdge { edge, .. } => {
                if let Some(address) = edge.awaits.take() {
                    let id = lookup(&address).ok_or(address)?;
                    edge.settle(&id);
                }
            }
            Self::CreateSecurityGroup { .. }
            | Self::DeleteSecurityGroup { .. }
            | Self::StoreGeneratedKey { .. }
            | Self::DeleteStoredKey { .. }
            | Self::ImportKeyPair { .. }
            | Self::DeleteKeyPair { .. }
            | Self::TerminateInstance { .. }
            | Self::ModifyInstanceType { .. }
            | Self::ModifyInstanceMetadata { .. }
            | Self::ModifyVolume { .. }
            | Self::CreateSnapshot { .. }
            | Self::ResetAlarm { .. }
            | Self::DeleteAlarm { .. }
            | Self::CreateParameterGroup { .. }
            | Self::SetParameters { .. }
            | Self::DeleteParameterGroup { .. }
            | Self::StartDatabase { .. }
            | Self::StopDatabase { .. }
            | Self::RebootDatabase { .. }
            | Self::DeleteDatabase { .. }
            | Self::CreateDbSnapshot { .. }
            | Self::DeleteDbSnapshot { .. }
            | Self::StartCluster { .. }
            | Self::StopCluster { .. }
            | Self::CreateClusterSnapshot { .. }
            | Self::DeleteClusterSnapshot { .. }
            | Self::ScaleGroup { .. }
            | Self::ScaleService { .. }
            | Self::CreateEdgeGroup { .. }
            | Self::DeleteEdgeGroup { .. }
            | Self::DeleteEdge { .. }
            | Self::CreateRole { .. }
            | Self::SetRoleTrust { .. }
            | Self::DescribeRole { .. }
            | Self::PutRolePolicy { .. }
            | Self::DeleteRolePolicy { .. }
            | Self::DeleteRole { .. }
            | Self::CreateQueue { .. }
            | Self::SetQueue { .. }
            | Self::DeleteQueue { .. } => {}
        }
        Ok(self)
    }

    /// True for a start or a stop, which is not sent after the edge that ends what it was for.
    #[must_use]
    pub const fn is_power(&self) -> bool {
        matches!(
            self,
            Self::StartInstances { .. }
                | Self::StopInstances { .. }
                | Self::StartDatabase { .. }
                | Self::StopDatabase { .. }
                | Self::StartCluster { .. }
                | Self::StopCluster { .. }
                | Self::ScaleGroup { .. }
                | Self::ScaleService { .. }
        )
    }

    /// The IAM action it needs; tags may need another (see `iam`).
    #[must_use]
    pub const fn action(&self) -> &'static str {
        match self {
            Self::CreateSecurityGroup { .. } => "ec2:CreateSecurityGroup",
            Self::AuthorizeIngress { .. } => "ec2:AuthorizeSecurityGroupIngress",
            Self::RevokeIngress { .. } => "ec2:RevokeSecurityGroupIngress",
            Self::DeleteSecurityGroup { .. } => "ec2:DeleteSecurityGroup",
            Self::StoreGeneratedKey { .. } => "ssm:PutParameter",
            Self::DeleteStoredKey { .. } => "ssm:DeleteParameter",
            Self::ImportKeyPair { .. } => "ec2:ImportKeyPair",
            Self::DeleteKeyPair { .. } => "ec2:DeleteKeyPair",
            Self::RunInstance { .. } => "ec2:RunInstances",
            Self::StartInstances { .. } => "ec2:StartInstances",
            Self::StopInstances { .. } => "ec2:StopInstances",
            Self::TerminateInstance { .. } => "ec2:TerminateInstances",
            Self::ModifyInstanceType { .. } | Self::ModifyInstanceGroups { .. } => "ec2:ModifyInstanceAttribute",
            Self::ModifyInstanceMetadata { .. } => "ec2:ModifyInstanceMetadataOptions",
            Self::ModifyVolume { .. } => "ec2:ModifyVolume",
            Self::CreateSnapshot { .. } => "ec2:CreateSnapshot",
            Self::SetTags { resource, .. } => match resource.kind {
                Kind::Alarm => "cloudwatch:TagResource",
                Kind::Database | Kind::DbSnapshot | Kind::ParameterGroup | Kind::DbCluster | Kind::DbClusterSnapshot => {
                    "rds:AddTagsToResource"
                }
                Kind::KeyParameter => "ssm:AddTagsToResource",
                Kind::ScalingGroup => "autoscaling:CreateOrUpdateTags",
                Kind::EcsService => "ecs:TagResource",
                Kind::EdgeGroup => "scheduler:TagResource",
                Kind::Role => "iam:TagRole",
                Kind::Queue => "sqs:TagQueue",
                _ => "ec2:CreateTags",
            },
            Self::RemoveTags { resource, .. } => match resource.kind {
                Kind::Alarm => "cloudwatch:UntagResource",
                Kind::Database | Kind::DbSnapshot | Kind::ParameterGroup | Kind::DbCluster | Kind::DbClusterSnapshot => {
                    "rds:RemoveTagsFromResource"
                }
                Kind::KeyParameter => "ssm:RemoveTagsFromResource",
                Kind::ScalingGroup => "autoscaling:DeleteTags",
                Kind::EcsService => "ecs:UntagResource",
                Kind::EdgeGroup => "scheduler:UntagResource",
                Kind::Role => "iam:UntagRole",
                Kind::Queue => "sqs:UntagQueue",
                _ => "ec2:DeleteTags",
            },
            Self::PutAlarm { .. } => "cloudwatch:PutMetricAlarm",
            Self::ResetAlarm { .. } => "cloudwatch:SetAlarmState",
            Self::DeleteAlarm { .. } => "cloudwatch:DeleteAlarms",
            Self::CreateParameterGroup { .. } => "rds:CreateDBParameterGroup",
            Self::SetParameters { .. } => "rds:ModifyDBParameterGroup",
            Self::DeleteParameterGroup { .. } => "rds:DeleteDBParameterGroup",
            Self::CreateDatabase { .. } => "rds:CreateDBInstance",
            Self::ModifyDatabase { .. } => "rds:ModifyDBInstance",
            Self::StartDatabase { .. } => "rds:StartDBInstance",
            Self::StopDatabase { .. } => "rds:StopDBInstance",
            Self::RebootDatabase { .. } => "rds:RebootDBInstance",
            Self::DeleteDatabase { .. } => "rds:DeleteDBInstance",
            Self::CreateDbSnapshot { .. } => "rds:CreateDBSnapshot",
            Self::DeleteDbSnapshot { .. } => "rds:DeleteDBSnapshot",
            Self::StartCluster { .. } => "rds:StartDBCluster",
            Self::StopCluster { .. } => "rds:StopDBCluster",
            Self::CreateClusterSnapshot { .. } => "rds:CreateDBClusterSnapshot",
            Self::DeleteClusterSnapshot { .. } => "rds:DeleteDBClusterSnapshot",
            Self::ScaleGroup { .. } => "autoscaling:UpdateAutoScalingGroup",
            Self::ScaleService { .. } => "ecs:UpdateService",
            Self::CreateEdgeGroup { .. } => "scheduler:CreateScheduleGroup",
            Self::DeleteEdgeGroup { .. } => "scheduler:DeleteScheduleGroup",
            Self::CreateEdge { .. } => "scheduler:CreateSchedule",
            Self::DeleteEdge { .. } => "scheduler:DeleteSchedule",
            Self::CreateRole { .. } => "iam:CreateRole",
            Self::SetRoleTrust { .. } => "iam:UpdateAssumeRolePolicy",
            Self::DescribeRole { .. } => "iam:UpdateRole",
            Self::PutRolePolicy { .. } => "iam:PutRolePolicy",
            Self::DeleteRolePolicy { .. } => "iam:DeleteRolePolicy",
            Self::DeleteRole { .. } => "iam:DeleteRole",
            Self::CreateQueue { .. } => "sqs:CreateQueue",
            Self::SetQueue { .. } => "sqs:SetQueueAttributes",
            Self::DeleteQueue { .. } => "sqs:DeleteQueue",
        }
    }
}

fn resolve_all(ids: &mut [IdRef], lookup: &impl Fn(&Address) -> Option<String>) -> Result<(), Address> {
    ids.iter_mut().try_for_each(|id| id.resolve(lookup))
}
