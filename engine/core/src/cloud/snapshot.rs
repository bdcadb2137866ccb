//! What was observed, when, and what could not be read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::cluster::{DbCluster, DbClusterSnapshot};
use super::delivery::{EdgeGroup, Queue, Role};
use super::needs::{ImageQuery, Kind, QuotaKind};
use super::observed::{
    Alarm, Database, DbEvent, DbSnapshot, Image, Instance, KeptSnapshot, KeyPair, KeyParameter, ParameterGroup, Quota, SecurityGroup,
    Subnet, Volume, Vpc,
};
use super::scaling::{EcsService, ScalingGroup};
use super::survey::{CpuHistory, ForeignEdge, PriceAnswer, PriceQuery};
use crate::tags::Tags;

/// One account and region, by the account's name in fleet.yaml (`default` when the file declares none).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Name of the account in fleet.yaml.
    pub account: String,
    /// AWS region.
    pub region: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account, self.region)
    }
}

/// Who the credentials of an account belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Twelve digits.
    pub account_id: String,
    /// ARN of user or role.
    pub arn: String,
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Gap {
    /// The IAM action that was refused or did not answer: `ec2:DescribeVolumes`.
    pub action: String,
    /// Account id, or its name when not even that is known.
    pub account: String,
    /// Region.
    pub region: String,
    /// Kind of resource that is unknown because of it.
    pub kind: Kind,
    /// Which ones: empty means all of that kind in the place.
    pub resources: Vec<String>,
    /// Rules that needed it.
    pub rules: Vec<String>,
    /// AWS's words.
    pub error: String,
    /// True when it was throttling or the network rather than a permission: another exit code.
    pub unreachable: bool,
}

/// A list that is either complete or not to be trusted as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub enum Listing<T> {
    /// Nobody asked for it.
    #[default]
    NotRead,
    /// Everything there is.
    Complete(Vec<T>),
    /// A page is missing: what stands here exists, what does not stand here is unknown.
    Incomplete(Vec<T>),
}

impl<T> Listing<T> {
    /// What was seen, complete or not.
    #[must_use]
    pub fn seen(&self) -> &[T] {
        match self {
            Self::NotRead => &[],
            Self::Complete(items) | Self::Incomplete(items) => items,
        }
    }

    /// True when absence here means absence in the account.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        matches!(self, Self::Complete(_))
    }

    /// True when it was asked for.
    #[must_use]
    pub const fn was_read(&self) -> bool {
        !matches!(self, Self::NotRead)
    }

    /// Takes over `newer` when that was read.
    fn replace_with(&mut self, newer: Self) {
        if newer.was_read() {
            *self = newer;
        }
    }
}

/// What was observed in one place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PlaceView {
    /// EC2 instances.
    pub instances: Listing<Instance>,
    /// EBS volumes.
    pub volumes: Listing<Volume>,
    /// Security groups.
    pub groups: Listing<SecurityGroup>,
    /// Key pairs.
    pub keys: Listing<KeyPair>,
    /// VPCs.
    pub vpcs: Listing<Vpc>,
    /// Subnets.
    pub subnets: Listing<Subnet>,
    /// Alarms of the fleet's name prefix.
    pub alarms: Listing<Alarm>,
    /// RDS instances.
    pub databases: Listing<Database>,
    /// Starts and stops of RDS instances, oldest first.
    pub db_events: Listing<DbEvent>,
    /// RDS parameter groups.
    pub parameter_groups: Listing<ParameterGroup>,
    /// Parameters a person set, by group; only groups that could be read stand here.
    pub parameters: BTreeMap<String, BTreeMap<String, String>>,
    /// Stored keys.
    pub key_parameters: Listing<KeyParameter>,
    /// Images by query; `None` when nothing matches. A query that failed is absent and a gap.
    #[serde(with = "pairs")]
    pub images: BTreeMap<ImageQuery, Option<Image>>,
    /// Tags by ARN, of kinds whose lists return none.
    pub tags: BTreeMap<String, Tags>,
    /// Quotas that could be read.
    pub quotas: BTreeMap<QuotaKind, Quota>,
    /// Why quotas could not be read: a note, never a gap.
    pub quota_notes: BTreeSet<String>,
    /// Snapshots of volumes that removals kept.
    pub kept_snapshots: Listing<KeptSnapshot>,
    /// Snapshots of databases that removals kept.
    pub kept_db_snapshots: Listing<KeptSnapshot>,
    /// Whether an instance is protected from being stopped, for those that were asked about.
    #[serde(default)]
    pub stop_protection: BTreeMap<String, bool>,
    /// Instances that have passed both status checks, of those that were asked about.
    #[serde(default)]
    pub checked: BTreeSet<String>,
    /// Snapshots of RDS instances that were asked for.
    #[serde(default)]
    pub db_snapshots: Listing<DbSnapshot>,
    /// RDS clusters.
    #[serde(default)]
    pub clusters: Listing<DbCluster>,
    /// Starts and stops of RDS clusters, oldest first.
    #[serde(default)]
    pub cluster_events: Listing<DbEvent>,
    /// Snapshots of RDS clusters.
    #[serde(default)]
    pub cluster_snapshots: Listing<DbClusterSnapshot>,
    /// Auto Scaling groups.
    #[serde(default)]
    pub scaling_groups: Listing<ScalingGroup>,
    /// ECS services, sorted by ARN.
    #[serde(default)]
    pub services: Listing<EcsService>,
    /// Schedule groups by name; `None` when there is none of that name. One that could not be read as a whole is absent and a gap.
    #[serde(default)]
    pub edge_groups: BTreeMap<String, Option<EdgeGroup>>,
    /// IAM roles under the paths that were asked for.
    #[serde(default)]
    pub roles: Listing<Role>,
    /// SQS queues of the prefixes that were asked for.
    #[serde(default)]
    pub queues: Listing<Queue>,
    /// How busy instances were, of those that were asked about; one that CloudWatch knows nothing of has no hour with a value.
    #[serde(default)]
    pub cpu: BTreeMap<String, CpuHistory>,
    /// Schedules of EventBridge Scheduler, by group and name.
    #[serde(default)]
    pub eventbridge: Listing<ForeignEdge>,
    /// What the price list says, of what was asked.
    #[serde(default, with = "pairs")]
    pub prices: BTreeMap<PriceQuery, PriceAnswer>,
}

impl PlaceView {
    fn merge(&mut self, newer: Self) {
        self.instances.replace_with(newer.instances);
        self.volumes.replace_with(newer.volumes);
        self.groups.replace_with(newer.groups);
        self.keys.replace_with(newer.keys);
        self.vpcs.replace_with(newer.vpcs);
        self.subnets.replace_with(newer.subnets);
        self.alarms.replace_with(newer.alarms);
        self.databases.replace_with(newer.databases);
        self.db_events.replace_with(newer.db_events);
        self.parameter_groups.replace_with(newer.parameter_groups);
        self.key_parameters.replace_with(newer.key_parameters);
        self.parameters.extend(newer.parameters);
        self.images.extend(newer.images);
        self.tags.extend(newer.tags);
        self.quotas.extend(newer.quotas);
        self.quota_notes.extend(newer.quota_notes);
        self.kept_snapshots.replace_with(newer.kept_snapshots);
        self.kept_db_snapshots.replace_with(newer.kept_db_snapshots);
        self.stop_protection.extend(newer.stop_protection);
        self.checked.extend(newer.checked);
        self.db_snapshots.replace_with(newer.db_snapshots);
        self.clusters.replace_with(newer.clusters);
        self.cluster_events.replace_with(newer.cluster_events);
        self.cluster_snapshots.replace_with(newer.cluster_snapshots);
        self.scaling_groups.replace_with(newer.scaling_groups);
        self.services.replace_with(newer.services);
        self.edge_groups.extend(newer.edge_groups);
        self.roles.replace_with(newer.roles);
        self.queues.replace_with(newer.queues);
        self.cpu.extend(newer.cpu);
        self.eventbridge.replace_with(newer.eventbridge);
        self.prices.extend(newer.prices);
    }
}

/// Everything that was observed, and everything that could not be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// When reading began.
    pub taken: Timestamp,
    /// The cloud's clock minus ours in seconds, from the Date header of the first answer.
    pub clock_skew_seconds: i64,
    /// Who the credentials belong to, by account name.
    pub identities: BTreeMap<String, Identity>,
    /// What was seen, by place.
    #[serde(with = "pairs")]
    pub places: BTreeMap<Place, PlaceView>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// Calls made, by API operation.
    pub calls: BTreeMap<String, u64>,
}

impl Snapshot {
    /// A snapshot of nothing.
    #[must_use]
    pub const fn empty(taken: Timestamp) -> Self {
        Self {
            taken,
            clock_skew_seconds: 0,
            identities: BTreeMap::new(),
            places: BTreeMap::new(),
            gaps: Vec::new(),
            calls: BTreeMap::new(),
        }
    }

    /// Adds a later, narrower reading: its lists win, its gaps and calls are added.
    pub fn merge(&mut self, newer: Self) {
        self.identities.extend(newer.identities);
        for (place, view) in newer.places {
            self.places.entry(place).or_default().merge(view);
        }
        self.gaps.extend(newer.gaps);
        self.gaps.sort();
        self.gaps.dedup();
        for (operation, count) in newer.calls {
            *self.calls.entry(operation).or_default() += count;
        }
    }

    /// Twelve digits of an account, or its name while they are unknown.
    #[must_use]
    pub fn account_id<'a>(&'a self, account: &'a str) -> &'a str {
        self.identities.get(account).map_or(account, |identity| &identity.account_id)
    }
}

/// Maps whose keys are not strings, as lists of pairs in JSON.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<K: Serialize, V: Serialize, S: Serializer>(map: &BTreeMap<K, V>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(super) fn deserialize<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<K, V>, D::Error> {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}
