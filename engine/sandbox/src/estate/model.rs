//! What stands in an estate file.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use muster_core::cloud::{InstanceState, QuotaKind};
use muster_core::tags::Tags;
use serde::{Deserialize, Serialize};

use crate::world::cpu::Load;
use crate::world::{LINUX, types};

/// What an embedded account holds before muster comes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Estate {
    /// Where its clock starts; nothing for the wall clock at reset.
    pub(crate) now: Option<Timestamp>,
    /// Limits of the account.
    pub(crate) quotas: Quotas,
    /// Instance types of which there is no machine to give.
    pub(crate) no_capacity: BTreeSet<String>,
    /// Public images, the same in every region.
    pub(crate) images: Vec<PublicImage>,
    /// SSM public parameters, the same in every region.
    pub(crate) parameters: BTreeMap<String, String>,
    /// What stands where.
    pub(crate) places: Vec<Home>,
    /// What the price list says of an hour of a type or class, in USD, the same in every region; the rest is not in it.
    pub(crate) price_list: BTreeMap<String, f64>,
}

/// Limits of an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Quotas {
    standard_vcpus: f64,
    security_groups: f64,
    rules_per_group: f64,
    alarms: f64,
    db_instances: f64,
}

/// A public image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PublicImage {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) architecture: String,
    pub(crate) created: String,
    pub(crate) owner: String,
    #[serde(default = "root_device")]
    pub(crate) root_device: String,
    #[serde(default = "min_size")]
    pub(crate) min_size: u32,
}

/// One account and region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Home {
    /// Account by its name in fleet.yaml; nothing for the first.
    #[serde(default)]
    pub(crate) account: Option<String>,
    pub(crate) region: String,
    #[serde(default)]
    pub(crate) groups: Vec<GroupEntry>,
    #[serde(default)]
    pub(crate) instances: Vec<InstanceEntry>,
    #[serde(default)]
    pub(crate) databases: Vec<DatabaseEntry>,
    #[serde(default)]
    pub(crate) clusters: Vec<ClusterEntry>,
    #[serde(default)]
    pub(crate) scaling_groups: Vec<ScalingGroupEntry>,
    #[serde(default)]
    pub(crate) services: Vec<ServiceEntry>,
    /// Schedules of EventBridge Scheduler, as `aws scheduler get-schedule` prints them.
    #[serde(default)]
    pub(crate) eventbridge: Vec<serde_json::Map<String, serde_json::Value>>,
    /// What rules read and the world does not hold, by kind: bodies with every facet. One that bears the id of something in the
    /// world is laid over it.
    #[serde(default)]
    pub(crate) facts: BTreeMap<String, Vec<muster_core::facet::Members>>,
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct GroupEntry {
    pub(crate) name: String,
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) ingress: Vec<RuleEntry>,
    #[serde(default)]
    pub(crate) tags: Tags,
}

/// An ingress rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct RuleEntry {
    #[serde(default = "tcp")]
    pub(crate) protocol: String,
    pub(crate) port: i32,
    pub(crate) from: String,
}

/// An instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct InstanceEntry {
    #[serde(default)]
    pub(crate) id: Option<String>,
    pub(crate) image: String,
    #[serde(rename = "type")]
    pub(crate) instance_type: String,
    #[serde(default = "running")]
    pub(crate) state: InstanceState,
    /// Launched so long ago; nothing for a day before the clock starts.
    #[serde(default)]
    pub(crate) launched: Option<Timestamp>,
    /// Last start; nothing when it was never stopped.
    #[serde(default)]
    pub(crate) started: Option<Timestamp>,
    /// Last stop of a stopped one.
    #[serde(default)]
    pub(crate) stopped: Option<Timestamp>,
    /// Security groups by name; nothing for the default one.
    #[serde(default)]
    pub(crate) groups: Vec<String>,
    #[serde(default = "gp2")]
    pub(crate) disk_type: String,
    #[serde(default = "min_size")]
    pub(crate) disk_size: u32,
    #[serde(default)]
    pub(crate) encrypted: bool,
    #[serde(default)]
    pub(crate) imds_required: bool,
    #[serde(default)]
    pub(crate) public_ip: bool,
    #[serde(default)]
    pub(crate) spot: bool,
    /// Launched with hibernation configured.
    #[serde(default)]
    pub(crate) hibernation: bool,
    /// `disableApiStop`.
    #[serde(default)]
    pub(crate) stop_protection: bool,
    /// What it is charged as.
    #[serde(default = "linux")]
    pub(crate) platform: String,
    /// How busy it is.
    #[serde(default)]
    pub(crate) cpu: Load,
    #[serde(default)]
    pub(crate) tags: Tags,
}

/// A database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct DatabaseEntry {
    pub(crate) name: String,
    pub(crate) engine: String,
    pub(crate) version: String,
    pub(crate) class: String,
    pub(crate) storage: u32,
    #[serde(default)]
    pub(crate) stopped: Option<Timestamp>,
    #[serde(default)]
    pub(crate) encrypted: bool,
    #[serde(default)]
    pub(crate) public: bool,
    #[serde(default)]
    pub(crate) backup_retention: u32,
    #[serde(default)]
    pub(crate) deletion_protection: bool,
    #[serde(default)]
    pub(crate) multi_az: bool,
    /// Instances it replicates or that replicate it, by name.
    #[serde(default)]
    pub(crate) replicas: Vec<String>,
    /// `sun:19:00-sun:19:30`, UTC.
    #[serde(default = "maintenance_window")]
    pub(crate) maintenance_window: String,
    #[serde(default)]
    pub(crate) tags: Tags,
}

/// A cluster with its members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ClusterEntry {
    pub(crate) name: String,
    pub(crate) engine: String,
    pub(crate) version: String,
    pub(crate) members: Vec<MemberEntry>,
    #[serde(default)]
    pub(crate) stopped: Option<Timestamp>,
    /// The global database it belongs to.
    #[serde(default)]
    pub(crate) global: Option<String>,
    /// `sun:19:00-sun:19:30`, UTC.
    #[serde(default = "maintenance_window")]
    pub(crate) maintenance_window: String,
    #[serde(default)]
    pub(crate) tags: Tags,
}

/// A member of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct MemberEntry {
    pub(crate) name: String,
    pub(crate) class: String,
    #[serde(default)]
    pub(crate) tags: Tags,
}

/// An Auto Scaling group: its numbers, without its instances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ScalingGroupEntry {
    pub(crate) name: String,
    pub(crate) min: u32,
    pub(crate) desired: u32,
    pub(crate) max: u32,
    #[serde(default)]
    pub(crate) tags: Tags,
}

/// A service of ECS: its number, without its tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ServiceEntry {
    pub(crate) cluster: String,
    pub(crate) name: String,
    pub(crate) desired: u32,
    #[serde(default)]
    pub(crate) daemon: bool,
    #[serde(default)]
    pub(crate) tags: Tags,
}

impl Default for Quotas {
    /// Those of an account that has asked for a class of students.
    fn default() -> Self {
        Self { standard_vcpus: 1152.0, security_groups: 2500.0, rules_per_group: 60.0, alarms: 5000.0, db_instances: 40.0 }
    }
}

impl Quotas {
    /// The limit of one kind.
    pub(crate) const fn limit(&self, kind: QuotaKind) -> f64 {
        match kind {
            QuotaKind::StandardVcpus => self.standard_vcpus,
            QuotaKind::SecurityGroups => self.security_groups,
            QuotaKind::RulesPerGroup => self.rules_per_group,
            QuotaKind::Alarms => self.alarms,
            QuotaKind::DbInstances => self.db_instances,
        }
    }
}

impl Estate {
    /// The same estate with another limit, for tests that run into it.
    #[must_use]
    pub fn with_quota(mut self, kind: QuotaKind, limit: f64) -> Self {
        let field = match kind {
            QuotaKind::StandardVcpus => &mut self.quotas.standard_vcpus,
            QuotaKind::SecurityGroups => &mut self.quotas.security_groups,
            QuotaKind::RulesPerGroup => &mut self.quotas.rules_per_group,
            QuotaKind::Alarms => &mut self.quotas.alarms,
            QuotaKind::DbInstances => &mut self.quotas.db_instances,
        };
        *field = limit;
        self
    }

    /// Account and region of everything it describes; `first` is the account of places that name none.
    pub(crate) fn homes(&self, first: &str) -> Vec<(String, String)> {
        self.places.iter().map(|home| (home.account.clone().unwrap_or_else(|| first.to_owned()), home.region.clone())).collect()
    }

    /// Checks what no type can say.
    pub(super) fn check(&self) -> Result<(), String> {
        self.places.iter().try_for_each(|home| {
            home.instances.iter().try_for_each(|entry| self.check_instance(home, entry))?;
            home.scaling_groups.iter().try_for_each(check_group)
        })
    }

    fn check_instance(&self, home: &Home, entry: &InstanceEntry) -> Result<(), String> {
        let Some(image) = self.images.iter().find(|image| image.id == entry.image) else {
            return Err(format!("instance of image `{}`: `images` has none of that id", entry.image));
        };
        let Some((architecture, _)) = types::describe(&entry.instance_type) else {
            return Err(format!("instance type `{}` is not offered in the sandbox", entry.instance_type));
        };
        if architecture != image.architecture {
            return Err(format!("type `{}` is {architecture}, image `{}` is {}", entry.instance_type, image.id, image.architecture));
        }
        match entry.groups.iter().find(|name| !home.groups.iter().any(|group| group.name == **name)) {
            Some(name) => Err(format!("security group `{name}` is not among the groups of {}", home.region)),
            None => Ok(()),
        }
    }
}

fn check_group(entry: &ScalingGroupEntry) -> Result<(), String> {
    if entry.min <= entry.desired && entry.desired <= entry.max {
        return Ok(());
    }
    Err(format!("group `{}`: `min` ≤ `desired` ≤ `max` does not hold", entry.name))
}

fn maintenance_window() -> String {
    "sat:18:00-sat:18:30".to_owned()
}

fn root_device() -> String {
    "/dev/sda1".to_owned()
}

const fn min_size() -> u32 {
    8
}

fn tcp() -> String {
    "tcp".to_owned()
}

fn gp2() -> String {
    "gp2".to_owned()
}

fn linux() -> String {
    LINUX.to_owned()
}

const fn running() -> InstanceState {
    InstanceState::Running
}
