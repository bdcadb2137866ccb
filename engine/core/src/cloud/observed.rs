//! Resources as they were observed: the fields muster decides by, in AWS's own words.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::change::IngressRule;
use crate::tags::Tags;

/// State of an EC2 instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InstanceState {
    /// Being started.
    Pending,
    /// Running.
    Running,
    /// Being stopped.
    Stopping,
    /// Stopped.
    Stopped,
    /// Being terminated.
    ShuttingDown,
    /// Terminated; still listed for about an hour.
    Terminated,
}

impl InstanceState {
    /// AWS's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::ShuttingDown => "shutting-down",
            Self::Terminated => "terminated",
        }
    }

    /// Gone or going for good.
    #[must_use]
    pub const fn is_gone(self) -> bool {
        matches!(self, Self::ShuttingDown | Self::Terminated)
    }

    /// Running or about to.
    #[must_use]
    pub const fn is_up(self) -> bool {
        matches!(self, Self::Pending | Self::Running)
    }
}

/// An EC2 instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// `i-0abc`.
    pub id: String,
    /// AMI it was launched from.
    pub image: String,
    /// `t3.small`.
    pub instance_type: String,
    /// `x86_64` or `arm64`.
    pub architecture: String,
    /// Present state.
    pub state: InstanceState,
    /// Code of StateReason: `Client.UserInitiatedShutdown`.
    pub state_reason: Option<String>,
    /// StateTransitionReason, which ends in a time: `User initiated (2026-10-02 09:12:44 GMT)`.
    pub transition_reason: String,
    /// Last start, or the launch.
    pub launch_time: Timestamp,
    /// When the root volume was attached: the launch itself.
    pub root_attached: Option<Timestamp>,
    /// Token given to RunInstances.
    pub client_token: Option<String>,
    /// Name of its key pair.
    pub key_name: Option<String>,
    /// Its subnet.
    pub subnet: Option<String>,
    /// Its VPC.
    pub vpc: Option<String>,
    /// Ids of its security groups.
    pub groups: Vec<String>,
    /// Public IPv4 address.
    pub public_ip: Option<String>,
    /// Private IPv4 address.
    pub private_ip: Option<String>,
    /// True when IMDSv2 is required.
    pub imds_required: bool,
    /// Volume id of the root device; nothing for an instance-store root.
    pub root_volume: Option<String>,
    /// True when the root device is an EBS volume, so that the instance can stop.
    pub ebs_root: bool,
    /// True for a one-time Spot instance, which cannot stop.
    pub spot: bool,
    /// True when it was launched with hibernation configured.
    pub hibernation: bool,
    /// Tags.
    pub tags: Tags,
    /// What it is charged as: `Linux/UNIX`, `Windows`, `Red Hat Enterprise Linux`; empty when EC2 does not say.
    #[serde(default)]
    pub platform: String,
    /// True on hardware of its own, which has other prices.
    #[serde(default)]
    pub dedicated: bool,
}

/// An EBS volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// `vol-0abc`.
    pub id: String,
    /// Size in GiB.
    pub size_gib: u32,
    /// `gp3`.
    pub volume_type: String,
    /// True when encrypted.
    pub encrypted: bool,
    /// ARN of the KMS key of an encrypted volume.
    pub kms_key: Option<String>,
    /// Instance it is attached to.
    pub instance: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityGroup {
    /// `sg-0abc`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its description; cannot be changed.
    pub description: String,
    /// Its VPC.
    pub vpc: Option<String>,
    /// Ingress rules, sorted.
    pub ingress: Vec<IngressRule>,
    /// Tags.
    pub tags: Tags,
}

/// A key pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyPair {
    /// `key-0abc`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Public half in OpenSSH's form without comment, when EC2 keeps it.
    pub public_key: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// A VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vpc {
    /// `vpc-0abc`.
    pub id: String,
    /// True for the account's default one.
    pub is_default: bool,
    /// Tags.
    pub tags: Tags,
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subnet {
    /// `subnet-0abc`.
    pub id: String,
    /// Its VPC.
    pub vpc: String,
    /// Its availability zone.
    pub zone: String,
    /// True for the zone's default one.
    pub is_default: bool,
    /// Tags.
    pub tags: Tags,
}

/// A machine image that a query was resolved to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// `ami-0abc`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `x86_64` or `arm64`.
    pub architecture: String,
    /// When it was made.
    pub created: String,
    /// Device name of the root volume: `/dev/sda1`.
    pub root_device: String,
    /// Smallest root volume it accepts, in GiB.
    pub min_size_gib: u32,
    /// How it was found: `ssm:/aws/service/…`, `describe-images 099720109477`.
    pub source: String,
}

/// A CloudWatch alarm on an instance's CPU.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Its description, which carries address and digest.
    pub description: String,
    /// What it watches and does.
    pub spec: super::AlarmSpec,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    pub state: String,
}

/// State of an RDS instance.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DbState(pub String);

impl DbState {
    /// Ready for use and for changes.
    #[must_use]
    pub fn is_available(&self) -> bool {
        self.0 == "available"
    }

    /// Stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0 == "stopped"
    }
}

/// An RDS instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Database {
    /// Its identifier.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Present state.
    pub state: DbState,
    /// `mysql`, `postgres`, …
    pub engine: String,
    /// Full version: `8.0.39`.
    pub engine_version: String,
    /// `db.t4g.micro`.
    pub class: String,
    /// Storage in GiB.
    pub storage_gib: u32,
    /// `gp3`.
    pub storage_type: String,
    /// True when encrypted.
    pub encrypted: bool,
    /// Master user.
    pub master_user: String,
    /// True when RDS keeps the master password in a secret of its own.
    pub managed_password: bool,
    /// Days backups are kept.
    pub backup_retention_days: u32,
    /// `18:00-18:30`, UTC.
    pub backup_window: String,
    /// `sun:19:00-sun:19:30`, UTC.
    pub maintenance_window: String,
    /// True when it has a standby.
    pub multi_az: bool,
    /// True when it has a public address.
    pub public: bool,
    /// Security groups.
    pub groups: Vec<String>,
    /// Parameter group, and its apply status (`in-sync`, `pending-reboot`, `applying`).
    pub parameter_group: Option<(String, String)>,
    /// Subnet group.
    pub subnet_group: Option<String>,
    /// VPC.
    pub vpc: Option<String>,
    /// IAM database authentication.
    pub iam_authentication: bool,
    /// Performance Insights.
    pub performance_insights: bool,
    /// RDS's own deletion protection.
    pub deletion_protection: bool,
    /// Values that wait for the maintenance window or a reboot: field → value.
    pub pending: BTreeMap<String, String>,
    /// Endpoint `host:port`.
    pub endpoint: Option<String>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When RDS will start a stopped instance by itself.
    pub automatic_restart: Option<Timestamp>,
    /// Instance it replicates, or instances that replicate it.
    pub replicas: Vec<String>,
    /// Cluster it is a member of.
    pub cluster: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// A snapshot of an RDS instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbSnapshot {
    /// Its identifier.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Identifier of the instance it was taken of.
    pub database: String,
    /// `creating`, `available`, `failed`, …
    pub state: String,
    /// When it was taken; nothing while RDS does not say.
    pub created: Option<Timestamp>,
    /// Tags.
    pub tags: Tags,
}

/// An RDS parameter group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterGroup {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// `mysql8.0`.
    pub family: String,
    /// Its description, which carries the address; cannot be changed.
    pub description: String,
}

/// The stored private half of a generated key pair; its value is never read here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyParameter {
    /// Its name.
    pub name: String,
    /// Its description, which carries the public half.
    pub description: String,
}

/// A quota and its use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quota {
    /// Most that the account may have.
    pub limit: f64,
    /// Service Quotas code, to ask for more with.
    pub code: String,
}

/// A start or stop of an RDS instance or cluster, from its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbEvent {
    /// Identifier of the instance or cluster.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// True for a start, false for a stop.
    pub started: bool,
    /// True for a start that RDS begins by itself, because the database was stopped for seven days.
    #[serde(default)]
    pub automatic: bool,
}

/// A snapshot that a removal kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSnapshot {
    /// `snap-0abc`, or the identifier of an RDS snapshot.
    pub id: String,
    /// Address it was made of, from its tag.
    pub of: String,
    /// Volume or RDS instance it was made of.
    pub source: String,
    /// When it was begun.
    pub created: Option<Timestamp>,
    /// Size of what it was made of, in GiB: an upper bound of what it costs.
    pub size_gib: u32,
}
