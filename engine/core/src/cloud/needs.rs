//! What to read.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Place, PriceQuery};

/// A kind of resource, in the facet's word; the word stands in JSON output and in rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// An EC2 instance.
    #[serde(rename = "ec2.instance")]
    Instance,
    /// An EBS volume.
    #[serde(rename = "ec2.volume")]
    Volume,
    /// A snapshot of a volume.
    #[serde(rename = "ec2.snapshot")]
    Snapshot,
    /// A security group.
    #[serde(rename = "ec2.security-group")]
    SecurityGroup,
    /// A key pair.
    #[serde(rename = "ec2.key-pair")]
    KeyPair,
    /// A VPC.
    #[serde(rename = "ec2.vpc")]
    Vpc,
    /// A subnet.
    #[serde(rename = "ec2.subnet")]
    Subnet,
    /// A machine image.
    #[serde(rename = "ec2.image")]
    Image,
    /// A CloudWatch alarm.
    #[serde(rename = "cloudwatch.alarm")]
    Alarm,
    /// An RDS instance.
    #[serde(rename = "rds.instance")]
    Database,
    /// A snapshot of an RDS instance.
    #[serde(rename = "rds.snapshot")]
    DbSnapshot,
    /// An RDS parameter group.
    #[serde(rename = "rds.parameter-group")]
    ParameterGroup,
    /// The private half of a generated key pair.
    #[serde(rename = "ssm.parameter")]
    KeyParameter,
    /// A quota of the account.
    #[serde(rename = "servicequotas.quota")]
    Quota,
    /// An RDS cluster: Aurora, DocumentDB, Neptune.
    #[serde(rename = "rds.cluster")]
    DbCluster,
    /// A snapshot of an RDS cluster.
    #[serde(rename = "rds.cluster-snapshot")]
    DbClusterSnapshot,
    /// An Auto Scaling group.
    #[serde(rename = "autoscaling.group")]
    ScalingGroup,
    /// A service of ECS.
    #[serde(rename = "ecs.service")]
    EcsService,
    /// A schedule group of EventBridge Scheduler.
    #[serde(rename = "scheduler.group")]
    EdgeGroup,
    /// A schedule of EventBridge Scheduler.
    #[serde(rename = "scheduler.schedule")]
    Edge,
    /// An IAM role.
    #[serde(rename = "iam.role")]
    Role,
    /// An SQS queue.
    #[serde(rename = "sqs.queue")]
    Queue,
    /// A metric of CloudWatch.
    #[serde(rename = "cloudwatch.metric")]
    Metric,
    /// A schedule of EventBridge Scheduler that is not this fleet's.
    #[serde(rename = "scheduler.foreign-schedule")]
    ForeignEdge,
    /// A product of the AWS Price List.
    #[serde(rename = "pricing.product")]
    Price,
}

impl Kind {
    /// The facet's word: `ec2.instance`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Instance => "ec2.instance",
            Self::Volume => "ec2.volume",
            Self::Snapshot => "ec2.snapshot",
            Self::SecurityGroup => "ec2.security-group",
            Self::KeyPair => "ec2.key-pair",
            Self::Vpc => "ec2.vpc",
            Self::Subnet => "ec2.subnet",
            Self::Image => "ec2.image",
            Self::Alarm => "cloudwatch.alarm",
            Self::Database => "rds.instance",
            Self::DbSnapshot => "rds.snapshot",
            Self::ParameterGroup => "rds.parameter-group",
            Self::KeyParameter => "ssm.parameter",
            Self::Quota => "servicequotas.quota",
            Self::DbCluster => "rds.cluster",
            Self::DbClusterSnapshot => "rds.cluster-snapshot",
            Self::ScalingGroup => "autoscaling.group",
            Self::EcsService => "ecs.service",
            Self::EdgeGroup => "scheduler.group",
            Self::Edge => "scheduler.schedule",
            Self::Role => "iam.role",
            Self::Queue => "sqs.queue",
            Self::Metric => "cloudwatch.metric",
            Self::ForeignEdge => "scheduler.foreign-schedule",
            Self::Price => "pricing.product",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How an image is chosen, for one architecture.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImageQuery {
    /// A literal AMI id: only its root device and architecture are asked for.
    Id(String),
    /// An SSM public parameter that holds an AMI id.
    Ssm(String),
    /// Newest image of an owner whose name matches a pattern.
    Newest {
        /// Account id of the owner.
        owner: String,
        /// Name pattern with `*`.
        name: String,
        /// `x86_64` or `arm64`.
        architecture: String,
    },
    /// Ubuntu 24.04 of Canonical: the SSM public parameter, or DescribeImages when that cannot be read.
    Ubuntu2404 {
        /// `x86_64` or `arm64`.
        architecture: String,
    },
}

/// A quota that a create can run into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuotaKind {
    /// Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) vCPUs; Service Quotas code `L-1216C47A`.
    StandardVcpus,
    /// Security groups per region; `L-E79EC296`.
    SecurityGroups,
    /// Inbound rules per security group; `L-0EA8095F`.
    RulesPerGroup,
    /// CloudWatch alarms; `L-2B86AAC5`.
    Alarms,
    /// RDS instances; `L-7B6409FD`.
    DbInstances,
}

/// One thing to read in a place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// All EC2 instances, terminated ones included as long as EC2 lists them.
    Instances,
    /// These instances only; an id that is not there is left out, not an error.
    InstancesById(BTreeSet<String>),
    /// All EBS volumes.
    Volumes,
    /// All security groups with their ingress rules.
    SecurityGroups,
    /// All key pairs with the public half.
    KeyPairs,
    /// All VPCs.
    Vpcs,
    /// All subnets.
    Subnets,
    /// The image a query stands for.
    Image(ImageQuery),
    /// Alarms whose name begins so.
    Alarms(String),
    /// All RDS instances with their tags.
    Databases,
    /// One RDS instance; absent is an empty list.
    DatabaseByName(String),
    /// Starts and stops of RDS instances in the last 14 days, which is as long as RDS keeps them.
    DatabaseEvents,
    /// RDS parameter groups whose name begins so.
    ParameterGroups(String),
    /// The parameters a person set (Source=user) in one group.
    Parameters(String),
    /// Tags of one parameter group or alarm, by ARN: their lists return none.
    TagsOf(Kind, String),
    /// SSM parameters of generated keys whose name begins so; never their values.
    KeyParameters(String),
    /// A quota and how much of it is used.
    Quota(QuotaKind),
    /// Snapshots of volumes that a removal kept, told by their tag [`crate::tags::SNAPSHOT_OF`].
    KeptSnapshots,
    /// Snapshots of RDS instances that a removal kept, told in the same way.
    KeptDbSnapshots,
    /// Whether these instances are protected from being stopped: one call each.
    StopProtection(BTreeSet<String>),
    /// Whether these instances have passed EC2's status checks.
    StatusChecks(BTreeSet<String>),
    /// One snapshot of an RDS instance; absent is an empty list.
    DbSnapshotByName(String),
    /// All RDS clusters with their members and tags.
    DbClusters,
    /// Starts and stops of RDS clusters in the last 14 days.
    DbClusterEvents,
    /// All snapshots of RDS instances that somebody took, with their tags.
    DbSnapshots,
    /// All snapshots of RDS clusters that somebody took, with their tags.
    DbClusterSnapshots,
    /// All Auto Scaling groups with their tags.
    ScalingGroups,
    /// All services of all ECS clusters with their tags.
    EcsServices,
    /// A schedule group of EventBridge Scheduler and what stands in it; absent is an answer.
    EdgeGroup(String),
    /// IAM roles under a path, each with its inline policy.
    Roles(String),
    /// SQS queues whose name begins so, each with its attributes and tags.
    Queues(String),
    /// How busy these instances were: [`super::CpuHistory`] of each.
    CpuHistory {
        /// Which.
        instances: BTreeSet<String>,
        /// Begin of the first hour: a full hour of UTC.
        from: Timestamp,
        /// How many hours; at most 15 days are kept in the detail that is asked for.
        hours: u16,
    },
    /// All schedules of all groups of EventBridge Scheduler, whole.
    EventBridgeSchedules,
    /// What these cost, of the AWS Price List API.
    Prices(BTreeSet<PriceQuery>),
}

/// What to read, by place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs(pub BTreeMap<Place, BTreeSet<Need>>);

impl Needs {
    /// Adds a need of one place.
    pub fn add(&mut self, place: &Place, need: Need) {
        self.0.entry(place.clone()).or_default().insert(need);
    }

    /// True when there is nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.values().all(BTreeSet::is_empty)
    }
}
