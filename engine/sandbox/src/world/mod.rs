//! The state of the embedded account. This is what stands in `.muster/sandbox.json`.

mod cluster;
pub(crate) mod cpu;
mod db;
mod delivery;
mod machine;
mod network;
mod scaling;
pub(crate) mod types;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use muster_core::cloud::{DbEvent, ForeignEdge, KeyPair, Place, SecurityGroup, Subnet, Vpc};
use muster_core::digest::sha256_hex;
use serde::{Deserialize, Serialize};

pub(crate) use cluster::{Cluster, ClusterSnapshot};
pub(crate) use db::{DbSnapshot, Group, Server, endpoint, pending_values};
pub(crate) use delivery::{DELETED_AFTER, Delivery, Edge, GroupOfEdges, QueueRow, RoleRow, edge_key};
pub(crate) use machine::{Disk, LINUX, Machine, Snap, TokenUse};
pub(crate) use scaling::{Scaled, Tasks};

use crate::estate::{Estate, PublicImage, furnish};
use crate::table::Table;

/// Version of the file's format.
pub(crate) const FORMAT: u32 = 1;

/// Every account there is, and the time. `format` and `revision` come first in the file so that a reader can
/// tell from its first bytes whether it holds this state already.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) format: u32,
    /// Grows with every write.
    pub(crate) revision: u64,
    pub(crate) now: Timestamp,
    pub(crate) ids: Ids,
    /// IAM actions that are refused; a `*` at the end stands for anything.
    pub(crate) denied: BTreeSet<String>,
    /// So many coming calls are throttled.
    pub(crate) throttle: u64,
    /// Instance types of which there is no machine to give.
    #[serde(default)]
    pub(crate) no_capacity: BTreeSet<String>,
    pub(crate) estate: Estate,
    /// The account that holds what the estate describes without naming one.
    pub(crate) primary: String,
    /// Accounts by their name in fleet.yaml.
    pub(crate) accounts: BTreeMap<String, Account>,
    /// What was sent, oldest first; files of before notices have none.
    #[serde(default)]
    pub(crate) messages: Vec<crate::messages::Message>,
}

/// One account.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Account {
    /// Twelve digits.
    pub(crate) id: String,
    pub(crate) regions: BTreeMap<String, Region>,
    /// By name. IAM knows no regions.
    #[serde(default)]
    pub(crate) roles: Table<RoleRow>,
}

/// What one account holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Region {
    pub(crate) vpcs: Table<Vpc>,
    pub(crate) subnets: Table<Subnet>,
    pub(crate) groups: Table<SecurityGroup>,
    /// By name.
    pub(crate) keys: Table<KeyPair>,
    pub(crate) machines: Table<Machine>,
    pub(crate) disks: Table<Disk>,
    pub(crate) snapshots: Table<Snap>,
    /// What each client token was used for, for ever.
    pub(crate) tokens: BTreeMap<String, TokenUse>,
    /// By name.
    pub(crate) alarms: Table<AlarmRow>,
    /// By name.
    pub(crate) servers: Table<Server>,
    /// By name.
    pub(crate) db_snapshots: Table<DbSnapshot>,
    /// By name.
    pub(crate) parameter_groups: Table<Group>,
    pub(crate) db_events: Vec<DbEvent>,
    /// By name.
    pub(crate) secrets: Table<StoredKey>,
    /// By name.
    #[serde(default)]
    pub(crate) clusters: Table<Cluster>,
    #[serde(default)]
    pub(crate) cluster_events: Vec<DbEvent>,
    /// By name.
    #[serde(default)]
    pub(crate) cluster_snapshots: Table<ClusterSnapshot>,
    /// By name.
    #[serde(default)]
    pub(crate) scaling_groups: Table<Scaled>,
    /// By ARN.
    #[serde(default)]
    pub(crate) services: Table<Tasks>,
    /// Groups of schedules by name.
    #[serde(default)]
    pub(crate) edge_groups: Table<GroupOfEdges>,
    /// Schedules by group and name.
    #[serde(default)]
    pub(crate) edges: Table<Edge>,
    /// Calls of schedules that are still tried.
    #[serde(default)]
    pub(crate) deliveries: Vec<Delivery>,
    /// By name.
    #[serde(default)]
    pub(crate) queues: Table<QueueRow>,
    /// When queues were deleted whose names are not free again.
    #[serde(default)]
    pub(crate) deleted_queues: BTreeMap<String, Timestamp>,
    /// Schedules of EventBridge Scheduler that the estate brought along.
    #[serde(default)]
    pub(crate) foreign_edges: Vec<ForeignEdge>,
}

/// An alarm and its tags, which its list does not return.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AlarmRow {
    pub(crate) view: muster_core::cloud::Alarm,
    pub(crate) tags: muster_core::tags::Tags,
}

/// A SecureString parameter with the private half of a key pair.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredKey {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) value: String,
    pub(crate) tags: muster_core::tags::Tags,
}

impl std::fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredKey").field("name", &self.name).field("description", &self.description).finish_non_exhaustive()
    }
}

/// Where new ids come from: never the same twice, and the same again from the same seed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ids {
    seed: u64,
    drawn: u64,
}

impl Ids {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { seed, drawn: 0 }
    }

    pub(crate) const fn seed(&self) -> u64 {
        self.seed
    }

    /// 64 hexadecimal digits nobody was given before.
    pub(crate) fn fresh(&mut self) -> String {
        self.drawn += 1;
        sha256_hex(format!("{}/{}", self.seed, self.drawn).as_bytes())
    }

    /// An id of AWS's form: `i-0123456789abcdef0`.
    pub(crate) fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}-0{}", &self.fresh()[..16])
    }

    /// Bytes to make a key pair from.
    pub(crate) fn bytes(&mut self) -> [u8; 32] {
        let hex = self.fresh();
        std::array::from_fn(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap_or_default())
    }

    /// A number for a made-up address.
    pub(crate) const fn drawn(&self) -> u64 {
        self.drawn
    }
}

impl Region {
    /// Forgets what no reader is shown any more.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        self.vpcs.settle(now);
        self.subnets.settle(now);
        self.groups.settle(now);
        self.keys.settle(now);
        self.machines.settle(now);
        self.disks.settle(now);
        self.snapshots.settle(now);
        self.alarms.settle(now);
        self.servers.settle(now);
        self.db_snapshots.settle(now);
        self.parameter_groups.settle(now);
        self.secrets.settle(now);
        self.clusters.settle(now);
        self.cluster_snapshots.settle(now);
        self.scaling_groups.settle(now);
        self.services.settle(now);
        self.edge_groups.settle(now);
        self.edges.settle(now);
        self.queues.settle(now);
    }
}

impl World {
    /// A fresh account as the estate describes it.
    pub(crate) fn new(estate: Estate, accounts: &[(String, Option<String>)], now: Timestamp, seed: u64) -> Self {
        let primary = accounts.first().map_or("default", |(name, _)| name).to_owned();
        let mut world = Self {
            format: FORMAT,
            revision: 0,
            now,
            ids: Ids::new(seed),
            denied: BTreeSet::new(),
            throttle: 0,
            no_capacity: estate.no_capacity.clone(),
            estate,
            primary,
            accounts: BTreeMap::new(),
            messages: Vec::new(),
        };
        world.declare(accounts);
        for (account, region) in world.estate.homes(&world.primary) {
            world.ensure(&Place { account, region });
        }
        world
    }

    /// Adds accounts that fleet.yaml names and the world does not know yet.
    pub(crate) fn declare(&mut self, accounts: &[(String, Option<String>)]) {
        for (name, id) in accounts {
            let id = id.clone().unwrap_or_else(|| self.account_id(name));
            self.accounts.entry(name.clone()).or_insert_with(|| Account { id, ..Account::default() });
        }
    }

    /// The region of a place, made when nobody looked there before.
    pub(crate) fn ensure(&mut self, place: &Place) -> &mut Region {
        let id = self.account_id(&place.account);
        let account = self.accounts.entry(place.account.clone()).or_insert_with(|| Account { id, ..Account::default() });
        let (estate, primary, now) = (&self.estate, &self.primary, self.now);
        account
            .regions
            .entry(place.region.clone())
            .or_insert_with(|| furnish(estate, (&place.account, &account.id), primary, &place.region, now))
    }

    /// Twelve digits of an account: AWS's own example for the first one, drawn from the name for others.
    pub(crate) fn account_id(&self, account: &str) -> String {
        if let Some(known) = self.accounts.get(account) {
            return known.id.clone();
        }
        if account == self.primary {
            return "123456789012".to_owned();
        }
        let number = u64::from_str_radix(&sha256_hex(account.as_bytes())[..12], 16).unwrap_or_default();
        format!("{:012}", 200_000_000_000 + number % 700_000_000_000)
    }

    /// Every region that anybody looked at.
    pub(crate) fn regions_mut(&mut self) -> impl Iterator<Item = &mut Region> {
        self.accounts.values_mut().flat_map(|account| account.regions.values_mut())
    }

    /// Who the calls of an account come from.
    pub(crate) fn caller(&self, account: &str) -> String {
        format!("arn:aws:iam::{}:user/sandbox", self.account_id(account))
    }

    /// True when the action is on the list of refused ones.
    pub(crate) fn is_denied(&self, action: &str) -> bool {
        self.denied.iter().any(|entry| match entry.strip_suffix('*') {
            Some(start) => action.starts_with(start),
            None => entry == action,
        })
    }

    /// The public image of that id.
    pub(crate) fn image(&self, id: &str) -> Option<&PublicImage> {
        self.estate.images.iter().find(|image| image.id == id)
    }
}
