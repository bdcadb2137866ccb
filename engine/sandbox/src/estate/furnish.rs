//! From an estate's words to the first state of a region.
//!
//! Ids follow from account, region and name alone, so a region that is looked at before anything is written
//! there is the same one in every process.

use jiff::{SignedDuration, Timestamp};
use muster_core::arn::partition;
use muster_core::cloud::{
    Database, DbCluster, DbEvent, DbState, EcsService, ForeignEdge, IngressRule, Instance, InstanceState, ScalingGroup, SecurityGroup,
    Subnet, Volume, Vpc,
};
use muster_core::digest::sha256_hex;
use muster_core::tags::Tags;

use super::Estate;
use super::model::{ClusterEntry, DatabaseEntry, GroupEntry, InstanceEntry, MemberEntry, ScalingGroupEntry, ServiceEntry};
use crate::world::{Cluster, Disk, Ids, Machine, Region, Scaled, Server, Tasks, types};

/// Zones of a region.
const ZONES: [&str; 4] = ["a", "b", "c", "d"];
/// Age of an instance that the estate gives no date.
const AGE: SignedDuration = SignedDuration::from_hours(24);

/// The first state of a region: the default network, and what `homes` names there.
pub(crate) fn furnish(estate: &Estate, account: (&str, &str), primary: &str, region: &str, now: Timestamp) -> Region {
    let (name, account_id) = account;
    let mut builder = Builder { made: Region::default(), region, account_id, now };
    builder.network();
    let mine = estate.places.iter().filter(|home| home.region == region && home.account.as_deref().unwrap_or(primary) == name);
    for home in mine {
        home.groups.iter().for_each(|entry| builder.group(entry));
        home.instances.iter().enumerate().for_each(|(n, entry)| builder.instance(estate, n, entry));
        home.databases.iter().for_each(|entry| builder.database(entry));
        home.clusters.iter().for_each(|entry| builder.cluster(entry));
        home.scaling_groups.iter().for_each(|entry| builder.scaling_group(entry));
        home.services.iter().for_each(|entry| builder.service(entry));
        home.eventbridge.iter().for_each(|entry| builder.edge(entry));
    }
    builder.made
}

struct Builder<'a> {
    made: Region,
    region: &'a str,
    account_id: &'a str,
    now: Timestamp,
}

impl Builder<'_> {
    fn id(&self, prefix: &str, name: &str) -> String {
        let hash = sha256_hex(format!("{}/{}/{prefix}/{name}", self.account_id, self.region).as_bytes());
        format!("{prefix}-0{}", &hash[..16])
    }

    /// The default VPC, a default subnet in each zone and the default group, as in a new account.
    fn network(&mut self) {
        let vpc = Vpc { id: self.id("vpc", "default"), is_default: true, tags: Tags::new() };
        for letter in ZONES {
            let zone = format!("{}{letter}", self.region);
            let subnet = Subnet { id: self.id("subnet", letter), vpc: vpc.id.clone(), zone, is_default: true, tags: Tags::new() };
            self.made.subnets.insert(&subnet.id.clone(), subnet, None);
        }
        self.made.vpcs.insert(&vpc.id.clone(), vpc, None);
        let default = GroupEntry {
            name: "default".to_owned(),
            description: "default VPC security group".to_owned(),
            ingress: Vec::new(),
            tags: Tags::new(),
        };
        self.group(&default);
    }

    fn group(&mut self, entry: &GroupEntry) {
        let rules = entry.ingress.iter().map(|rule| IngressRule {
            protocol: rule.protocol.clone(),
            from_port: rule.port,
            to_port: rule.port,
            source: rule.from.clone(),
            rule_id: Some(self.id("sgr", &format!("{}/{}/{}/{}", entry.name, rule.protocol, rule.port, rule.from))),
        });
        let mut ingress: Vec<IngressRule> = rules.collect();
        ingress.sort();
        let group = SecurityGroup {
            id: self.id("sg", &entry.name),
            name: entry.name.clone(),
            description: entry.description.clone(),
            vpc: self.made.default_vpc().map(str::to_owned),
            ingress,
            tags: entry.tags.clone(),
        };
        self.made.groups.insert(&group.id.clone(), group, None);
    }

    fn instance(&mut self, estate: &Estate, n: usize, entry: &InstanceEntry) {
        let id = entry.id.clone().unwrap_or_else(|| self.id("i", &n.to_string()));
        let volume = self.id("vol", &id);
        let launched = entry.launched.or_else(|| self.now.checked_sub(AGE).ok()).unwrap_or(self.now);
        let mut names = entry.groups.clone();
        if names.is_empty() {
            names.push("default".to_owned());
        }
        let mut groups: Vec<String> = names.iter().map(|name| self.id("sg", name)).collect();
        groups.sort();
        let mut ids = Ids::new(u64::from_str_radix(&sha256_hex(id.as_bytes())[..15], 16).unwrap_or_default());
        let image = estate.images.iter().find(|image| image.id == entry.image);
        let view = Instance {
            image: entry.image.clone(),
            instance_type: entry.instance_type.clone(),
            architecture: types::describe(&entry.instance_type).map_or("x86_64", |(architecture, _)| architecture).to_owned(),
            state: entry.state,
            state_reason: entry.stopped.map(|_| "Client.UserInitiatedShutdown".to_owned()),
            transition_reason: entry.stopped.map(stopped_by_user).unwrap_or_default(),
            launch_time: entry.started.unwrap_or(launched),
            root_attached: Some(launched),
            client_token: Some(id.clone()),
            key_name: None,
            subnet: self.made.default_subnet().map(str::to_owned),
            vpc: self.made.default_vpc().map(str::to_owned),
            groups,
            public_ip: (entry.public_ip && entry.state == InstanceState::Running).then(|| ids.public_ip()),
            private_ip: Some(ids.private_ip()),
            imds_required: entry.imds_required,
            root_volume: image.map(|_| volume.clone()),
            ebs_root: true,
            spot: entry.spot,
            hibernation: entry.hibernation,
            tags: entry.tags.clone(),
            platform: entry.platform.clone(),
            dedicated: false,
            id: id.clone(),
        };
        let disk = Volume {
            id: volume.clone(),
            size_gib: entry.disk_size,
            volume_type: entry.disk_type.clone(),
            encrypted: entry.encrypted,
            kms_key: entry.encrypted.then(|| default_key(self.region, self.account_id, "ebs")),
            instance: Some(id.clone()),
            tags: Tags::new(),
        };
        self.made.disks.insert(&volume, Disk { view: disk, modified: None }, None);
        let machine = Machine { stop_protected: entry.stop_protection, cpu: entry.cpu, ..Machine::new(view, entry.public_ip) };
        self.made.machines.insert(&id, machine, None);
    }

    fn database(&mut self, entry: &DatabaseEntry) {
        let arn = format!("arn:{}:rds:{}:{}:db:{}", partition(self.region), self.region, self.account_id, entry.name);
        let port = crate::service::engines::port(&entry.engine).unwrap_or(3306);
        let family = crate::service::engines::family(&entry.engine, &entry.version);
        let view = Database {
            name: entry.name.clone(),
            state: DbState("available".to_owned()),
            engine: entry.engine.clone(),
            engine_version: crate::service::engines::resolve(&entry.engine, &entry.version).unwrap_or_else(|| entry.version.clone()),
            class: entry.class.clone(),
            storage_gib: entry.storage,
            storage_type: "gp2".to_owned(),
            encrypted: entry.encrypted,
            master_user: "admin".to_owned(),
            managed_password: false,
            backup_retention_days: entry.backup_retention,
            backup_window: "17:00-17:30".to_owned(),
            maintenance_window: entry.maintenance_window.clone(),
            multi_az: entry.multi_az,
            public: entry.public,
            groups: vec![self.id("sg", "default")],
            parameter_group: Some((format!("default.{family}"), "in-sync".to_owned())),
            subnet_group: Some("default".to_owned()),
            vpc: self.made.default_vpc().map(str::to_owned),
            iam_authentication: false,
            performance_insights: false,
            deletion_protection: entry.deletion_protection,
            pending: std::collections::BTreeMap::new(),
            endpoint: Some(crate::world::endpoint(&entry.name, &arn, port)),
            created: self.now.checked_sub(AGE).ok(),
            automatic_restart: None,
            replicas: entry.replicas.clone(),
            cluster: None,
            tags: entry.tags.clone(),
            arn,
        };
        let mut server = Server { view, due: None, applying: None, deferred: None, port, gone: false };
        if let Some(at) = entry.stopped {
            server.enter("stopped", at);
            self.made.db_events.push(muster_core::cloud::DbEvent { name: entry.name.clone(), at, started: false, automatic: false });
        }
        self.made.servers.insert(&entry.name, server, None);
    }
}

impl Builder<'_> {
    fn cluster(&mut self, entry: &ClusterEntry) {
        let arn = format!("arn:aws:rds:{}:{}:cluster:{}", self.region, self.account_id, entry.name);
        let port = crate::service::engines::port(&entry.engine).unwrap_or(3306);
        let view = DbCluster {
            name: entry.name.clone(),
            state: DbState("available".to_owned()),
            engine: entry.engine.clone(),
            engine_version: entry.version.clone(),
            engine_mode: "provisioned".to_owned(),
            members: entry.members.iter().map(|member| member.name.clone()).collect(),
            maintenance_window: entry.maintenance_window.clone(),
            replicas: Vec::new(),
            global: entry.global.clone(),
            created: self.now.checked_sub(AGE).ok(),
            automatic_restart: None,
            endpoint: Some(crate::world::endpoint(&format!("{}.cluster", entry.name), &arn, port)),
            tags: entry.tags.clone(),
            arn,
        };
        entry.members.iter().for_each(|member| self.member(entry, member));
        let mut cluster = Cluster { view, due: None };
        if let Some(at) = entry.stopped {
            cluster.enter("stopped", at);
            self.made.cluster_events.push(DbEvent { name: entry.name.clone(), at, started: false, automatic: false });
        }
        self.made.clusters.insert(&entry.name, cluster, None);
        self.made.move_members();
    }

    /// A member is an instance that moves with its cluster.
    fn member(&mut self, cluster: &ClusterEntry, entry: &MemberEntry) {
        let instance = DatabaseEntry {
            name: entry.name.clone(),
            engine: cluster.engine.clone(),
            version: cluster.version.clone(),
            class: entry.class.clone(),
            storage: 1,
            stopped: None,
            encrypted: true,
            public: false,
            backup_retention: 1,
            deletion_protection: false,
            multi_az: false,
            replicas: Vec::new(),
            maintenance_window: cluster.maintenance_window.clone(),
            tags: entry.tags.clone(),
        };
        self.database(&instance);
        if let Some(server) = self.made.servers.edit(&entry.name, None) {
            server.view.cluster = Some(cluster.name.clone());
        }
    }

    fn scaling_group(&mut self, entry: &ScalingGroupEntry) {
        let (name, id) = (&entry.name, self.id("asg", &entry.name));
        let view = ScalingGroup {
            name: name.clone(),
            arn: format!("arn:aws:autoscaling:{}:{}:autoScalingGroup:{id}:autoScalingGroupName/{name}", self.region, self.account_id),
            min: entry.min,
            desired: entry.desired,
            max: entry.max,
            in_service: entry.desired,
            status: None,
            tags: entry.tags.clone(),
        };
        self.made.scaling_groups.insert(name, Scaled { view, due: None }, None);
    }

    fn service(&mut self, entry: &ServiceEntry) {
        let arn = format!("arn:aws:ecs:{}:{}:service/{}/{}", self.region, self.account_id, entry.cluster, entry.name);
        let view = EcsService {
            cluster: entry.cluster.clone(),
            name: entry.name.clone(),
            status: "ACTIVE".to_owned(),
            desired: entry.desired,
            running: entry.desired,
            daemon: entry.daemon,
            tags: entry.tags.clone(),
            arn,
        };
        self.made.services.insert(&view.arn.clone(), Tasks { view, due: None }, None);
    }
}

impl Builder<'_> {
    /// A schedule of EventBridge Scheduler, in the group that it names or in `default`.
    fn edge(&mut self, entry: &serde_json::Map<String, serde_json::Value>) {
        let text = |key: &str| entry.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
        let group = text("GroupName").unwrap_or_else(|| "default".to_owned());
        let name = text("Name").unwrap_or_default();
        let (partition, region, account) = (partition(self.region), self.region, self.account_id);
        let arn = format!("arn:{partition}:scheduler:{region}:{account}:schedule/{group}/{name}");
        let json = serde_json::Value::Object(entry.clone()).to_string();
        self.made.foreign_edges.push(ForeignEdge { group, name, arn, json });
    }
}

/// EC2's words for a stop by a user.
fn stopped_by_user(at: Timestamp) -> String {
    format!("User initiated ({} GMT)", at.strftime("%Y-%m-%d %H:%M:%S"))
}

/// ARN of a key of the account.
pub(crate) fn key_arn(region: &str, account_id: &str, id: &str) -> String {
    format!("arn:{}:kms:{region}:{account_id}:key/{id}", partition(region))
}

/// ARN of the key that AWS keeps for a service of the account.
pub(crate) fn default_key(region: &str, account_id: &str, service: &str) -> String {
    let hash = sha256_hex(format!("{account_id}/{region}/aws/{service}").as_bytes());
    let id = format!("{}-{}-4{}-a{}-{}", &hash[..8], &hash[8..12], &hash[13..16], &hash[17..20], &hash[20..32]);
    key_arn(region, account_id, &id)
}
