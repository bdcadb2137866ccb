//! Reading: from needs to a snapshot, with the calls it would have cost and the gaps where something is refused.

mod delivery;

use std::collections::BTreeSet;

use jiff::Timestamp;
use muster_core::cloud::{
    CloudError, ErrorKind, Gap, Identity, Image, ImageQuery, KeyParameter, Kind, Listing, Need, Place, PlaceView, PriceAnswer, Quota,
    QuotaKind, Snapshot,
};

use crate::estate::PublicImage;
use crate::service::{self, tag_reader};
use crate::survey;
use crate::world::{DbSnapshot, Region, Snap, World};

/// Where Canonical publishes the newest Ubuntu 24.04 of an architecture.
const UBUNTU_PARAMETER: &str = "/aws/service/canonical/ubuntu/server/24.04/stable/current";
/// Canonical's account.
const CANONICAL: &str = "099720109477";

/// A snapshot in the making.
pub(crate) struct Reading {
    snapshot: Snapshot,
}

/// What one listing costs and needs.
struct Listed {
    action: &'static str,
    /// Items a page holds.
    page: usize,
}

const INSTANCES: Listed = Listed { action: "ec2:DescribeInstances", page: 1000 };
const VOLUMES: Listed = Listed { action: "ec2:DescribeVolumes", page: 500 };
const GROUPS: Listed = Listed { action: "ec2:DescribeSecurityGroups", page: 1000 };
const KEYS: Listed = Listed { action: "ec2:DescribeKeyPairs", page: usize::MAX };
const VPCS: Listed = Listed { action: "ec2:DescribeVpcs", page: 1000 };
const SUBNETS: Listed = Listed { action: "ec2:DescribeSubnets", page: 1000 };
const ALARMS: Listed = Listed { action: "cloudwatch:DescribeAlarms", page: 100 };
const DATABASES: Listed = Listed { action: "rds:DescribeDBInstances", page: 100 };
const DB_EVENTS: Listed = Listed { action: "rds:DescribeEvents", page: 100 };
const PARAMETER_GROUPS: Listed = Listed { action: "rds:DescribeDBParameterGroups", page: 100 };
const PARAMETERS: Listed = Listed { action: "rds:DescribeDBParameters", page: 100 };
const KEY_PARAMETERS: Listed = Listed { action: "ssm:DescribeParameters", page: 50 };
const IMAGES: Listed = Listed { action: "ec2:DescribeImages", page: 1000 };
const QUOTAS: Listed = Listed { action: "servicequotas:ListServiceQuotas", page: usize::MAX };
const SNAPSHOTS: Listed = Listed { action: "ec2:DescribeSnapshots", page: 1000 };
const DB_SNAPSHOTS: Listed = Listed { action: "rds:DescribeDBSnapshots", page: 100 };
const CLUSTERS: Listed = Listed { action: "rds:DescribeDBClusters", page: 100 };
const CLUSTER_EVENTS: Listed = Listed { action: "rds:DescribeEvents", page: 100 };
const CLUSTER_SNAPSHOTS: Listed = Listed { action: "rds:DescribeDBClusterSnapshots", page: 100 };
const SCALING_GROUPS: Listed = Listed { action: "autoscaling:DescribeAutoScalingGroups", page: 100 };
const SERVICES: Listed = Listed { action: "ecs:DescribeServices", page: 10 };
/// Clusters, and services of one, that a page holds.
const ECS_PAGE: usize = 100;
const SSM_PARAMETER: &str = "ssm:GetParameter";
const STOP_PROTECTION: &str = "ec2:DescribeInstanceAttribute";
const STATUS_CHECKS: Listed = Listed { action: "ec2:DescribeInstanceStatus", page: 100 };

/// The IAM action that a need asks for first.
pub(crate) const fn action(need: &Need) -> &'static str {
    match need {
        Need::Instances | Need::InstancesById(_) => INSTANCES.action,
        Need::Volumes => VOLUMES.action,
        Need::SecurityGroups => GROUPS.action,
        Need::KeyPairs => KEYS.action,
        Need::Vpcs => VPCS.action,
        Need::Subnets => SUBNETS.action,
        Need::Image(ImageQuery::Ssm(_)) => SSM_PARAMETER,
        Need::Image(_) => IMAGES.action,
        Need::Alarms(_) => ALARMS.action,
        Need::Databases | Need::DatabaseByName(_) => DATABASES.action,
        Need::DatabaseEvents => DB_EVENTS.action,
        Need::ParameterGroups(_) => PARAMETER_GROUPS.action,
        Need::Parameters(_) => PARAMETERS.action,
        Need::TagsOf(kind, _) => tag_reader(*kind),
        Need::KeyParameters(_) => KEY_PARAMETERS.action,
        Need::Quota(_) => QUOTAS.action,
        Need::KeptDbSnapshots => DB_SNAPSHOTS.action,
        Need::KeptSnapshots => SNAPSHOTS.action,
        Need::StopProtection(_) => STOP_PROTECTION,
        Need::StatusChecks(_) => STATUS_CHECKS.action,
        Need::DbSnapshotByName(_) => DB_SNAPSHOTS.action,
        Need::DbClusters => CLUSTERS.action,
        Need::DbClusterEvents => CLUSTER_EVENTS.action,
        Need::DbSnapshots => DB_SNAPSHOTS.action,
        Need::DbClusterSnapshots => CLUSTER_SNAPSHOTS.action,
        Need::ScalingGroups => SCALING_GROUPS.action,
        Need::EcsServices => SERVICES.action,
        Need::EdgeGroup(_) => delivery::EDGES.action,
        Need::Roles(_) => delivery::ROLES.action,
        Need::Queues(_) => delivery::QUEUES.action,
        Need::CpuHistory { .. } => survey::CPU,
        Need::EventBridgeSchedules => survey::LIST_EDGES,
        Need::Prices(_) => survey::PRICES,
    }
}

/// The kind that is unknown when a need is not answered, and which of it.
fn subject(need: &Need) -> (Kind, Vec<String>) {
    match need {
        Need::Instances => (Kind::Instance, Vec::new()),
        Need::InstancesById(ids) => (Kind::Instance, ids.iter().cloned().collect()),
        Need::Volumes => (Kind::Volume, Vec::new()),
        Need::SecurityGroups => (Kind::SecurityGroup, Vec::new()),
        Need::KeyPairs => (Kind::KeyPair, Vec::new()),
        Need::Vpcs => (Kind::Vpc, Vec::new()),
        Need::Subnets => (Kind::Subnet, Vec::new()),
        Need::Image(_) => (Kind::Image, Vec::new()),
        Need::Alarms(_) => (Kind::Alarm, Vec::new()),
        Need::Databases | Need::DatabaseEvents => (Kind::Database, Vec::new()),
        Need::DatabaseByName(name) => (Kind::Database, vec![name.clone()]),
        Need::ParameterGroups(_) => (Kind::ParameterGroup, Vec::new()),
        Need::Parameters(group) => (Kind::ParameterGroup, vec![group.clone()]),
        Need::TagsOf(kind, arn) => (*kind, vec![arn.clone()]),
        Need::KeyParameters(_) => (Kind::KeyParameter, Vec::new()),
        Need::Quota(_) => (Kind::Quota, Vec::new()),
        Need::KeptSnapshots => (Kind::Snapshot, Vec::new()),
        Need::KeptDbSnapshots => (Kind::DbSnapshot, Vec::new()),
        Need::StopProtection(ids) | Need::StatusChecks(ids) => (Kind::Instance, ids.iter().cloned().collect()),
        Need::DbSnapshotByName(name) => (Kind::DbSnapshot, vec![name.clone()]),
        Need::DbClusters | Need::DbClusterEvents => (Kind::DbCluster, Vec::new()),
        Need::DbSnapshots => (Kind::DbSnapshot, Vec::new()),
        Need::DbClusterSnapshots => (Kind::DbClusterSnapshot, Vec::new()),
        Need::ScalingGroups => (Kind::ScalingGroup, Vec::new()),
        Need::EcsServices => (Kind::EcsService, Vec::new()),
        Need::EdgeGroup(name) => (Kind::EdgeGroup, vec![name.clone()]),
        Need::Roles(_) => (Kind::Role, Vec::new()),
        Need::Queues(_) => (Kind::Queue, Vec::new()),
        Need::CpuHistory { instances, .. } => (Kind::Metric, instances.iter().cloned().collect()),
        Need::EventBridgeSchedules => (Kind::ForeignEdge, Vec::new()),
        Need::Prices(_) => (Kind::Price, Vec::new()),
    }
}

impl Reading {
    pub(crate) const fn new(taken: Timestamp) -> Self {
        Self { snapshot: Snapshot::empty(taken) }
    }

    pub(crate) fn finish(mut self) -> Snapshot {
        self.snapshot.gaps.sort();
        self.snapshot.gaps.dedup();
        self.snapshot
    }

    /// Asks who the credentials of an account belong to, once.
    pub(crate) fn identify(&mut self, world: &mut World, place: &Place, declared: Option<&str>) -> Result<(), CloudError> {
        world.ensure(place);
        self.snapshot.places.entry(place.clone()).or_default();
        if self.snapshot.identities.contains_key(&place.account) {
            return Ok(());
        }
        self.count("sts:GetCallerIdentity", 1);
        let identity = Identity { account_id: world.account_id(&place.account), arn: world.caller(&place.account) };
        if let Some(declared) = declared.filter(|id| *id != identity.account_id) {
            let message = format!("the sandbox's account {} is {}, fleet.yaml declares {declared}", place.account, identity.account_id);
            return Err(CloudError::new(ErrorKind::WrongAccount, "sts:GetCallerIdentity", "", message));
        }
        self.snapshot.identities.insert(place.account.clone(), identity);
        Ok(())
    }

    /// Answers one need, or notes that it is refused.
    pub(crate) fn read(&mut self, world: &mut World, place: &Place, need: &Need) {
        world.ensure(place);
        let world = &*world;
        let region = world.accounts.get(&place.account).and_then(|account| account.regions.get(&place.region));
        let Some(region) = region else { return };
        if let Need::Image(query) = need {
            return self.image(world, place, need, query);
        }
        let action = action(need);
        if world.is_denied(action) {
            return self.refuse(world, place, need, action);
        }
        self.list(world, region, place, need);
    }

    /// Notes that IAM refuses an action.
    fn refuse(&mut self, world: &World, place: &Place, need: &Need, action: &str) {
        let error = service::denied(action, action, &world.caller(&place.account));
        self.fail(world, place, need, &error, "");
    }

    /// Notes that a need could not be answered, and why.
    pub(crate) fn fail(&mut self, world: &World, place: &Place, need: &Need, error: &CloudError, request_id: &str) {
        self.count(&error.action, 1);
        let view = self.snapshot.places.entry(place.clone()).or_default();
        let text = if error.code.is_empty() { error.message.clone() } else { format!("{}: {}", error.code, error.message) };
        if let Need::Quota(_) = need {
            view.quota_notes.insert(format!("{}: {text}", error.action));
            return;
        }
        if let Need::Prices(queries) = need {
            let unread = || PriceAnswer::Unread(format!("{}: {text}", error.action));
            view.prices.extend(queries.iter().map(|query| (query.clone(), unread())));
            return;
        }
        unknown(view, need);
        let (kind, resources) = subject(need);
        let error_text = if request_id.is_empty() || error.code.is_empty() { text } else { format!("{text} (request {request_id})") };
        self.snapshot.gaps.push(Gap {
            action: error.action.clone(),
            account: world.account_id(&place.account),
            region: place.region.clone(),
            kind,
            resources,
            rules: Vec::new(),
            error: error_text,
            unreachable: matches!(error.kind, ErrorKind::Throttled | ErrorKind::Unreachable | ErrorKind::Service),
        });
    }

    pub(crate) fn count(&mut self, action: &str, calls: usize) {
        let operation = action.split_once(':').map_or(action, |(_, operation)| operation);
        *self.snapshot.calls.entry(operation.to_owned()).or_default() += u64::try_from(calls).unwrap_or(u64::MAX);
    }

    /// Takes a listing into the view and counts its pages.
    fn take<T: PartialEq>(&mut self, listed: &Listed, place: &Place, field: impl Fn(&mut PlaceView) -> &mut Listing<T>, rows: Vec<T>) {
        self.count(listed.action, rows.len().div_ceil(listed.page).max(1));
        let listing = field(self.snapshot.places.entry(place.clone()).or_default());
        *listing = match std::mem::take(listing) {
            Listing::NotRead => Listing::Complete(rows),
            Listing::Complete(there) => Listing::Complete(union(there, rows)),
            Listing::Incomplete(there) => Listing::Incomplete(union(there, rows)),
        };
    }

    fn list(&mut self, world: &World, region: &Region, place: &Place, need: &Need) {
        let now = world.now;
        match need {
            Need::Instances => self.take(&INSTANCES, place, |v| &mut v.instances, machines(region, now, |_| true)),
            Need::InstancesById(ids) => self.take(&INSTANCES, place, |v| &mut v.instances, machines(region, now, |id| ids.contains(id))),
            Need::Volumes => self.take(&VOLUMES, place, |v| &mut v.volumes, views(region.disks.seen(now), |row| &row.view)),
            Need::SecurityGroups => self.take(&GROUPS, place, |v| &mut v.groups, views(region.groups.seen(now), |row| row)),
            Need::KeyPairs => {
                let mut keys = views(region.keys.seen(now), |row| row);
                keys.sort_by(|a, b| a.id.cmp(&b.id));
                self.take(&KEYS, place, |v| &mut v.keys, keys);
            }
            Need::Vpcs => self.take(&VPCS, place, |v| &mut v.vpcs, views(region.vpcs.seen(now), |row| row)),
            Need::Subnets => self.take(&SUBNETS, place, |v| &mut v.subnets, views(region.subnets.seen(now), |row| row)),
            Need::Alarms(prefix) => {
                let mut rows = views(region.alarms.seen(now), |row| &row.view);
                rows.retain(|alarm| alarm.name.starts_with(prefix));
                self.take(&ALARMS, place, |v| &mut v.alarms, rows);
            }
            Need::KeyParameters(prefix) => {
                let rows = region.secrets.seen(now).into_iter().filter(|row| row.name.starts_with(prefix));
                let rows = rows.map(|row| KeyParameter { name: row.name.clone(), description: row.description.clone() }).collect();
                self.take(&KEY_PARAMETERS, place, |v| &mut v.key_parameters, rows);
            }
            Need::TagsOf(kind, arn) => self.tags((world, region), place, *kind, arn),
            Need::Quota(kind) => self.quota(world, place, *kind),
            Need::Image(_) => {}
            Need::StopProtection(ids) => self.stop_protection(region, place, now, ids),
            Need::StatusChecks(ids) => self.status_checks(region, place, now, ids),
            Need::Databases
            | Need::DatabaseByName(_)
            | Need::DatabaseEvents
            | Need::ParameterGroups(_)
            | Need::Parameters(_)
            | Need::DbSnapshotByName(_) => self.list_rds(region, place, now, need),
            Need::KeptSnapshots => {
                let rows = region.snapshots.seen(now).into_iter().filter_map(Snap::kept).collect();
                self.take(&SNAPSHOTS, place, |v| &mut v.kept_snapshots, rows);
            }
            Need::KeptDbSnapshots => {
                let rows = region.db_snapshots.seen(now).into_iter().filter_map(DbSnapshot::kept).collect();
                self.take(&DB_SNAPSHOTS, place, |v| &mut v.kept_db_snapshots, rows);
            }
            Need::DbClusters | Need::DbClusterEvents | Need::DbSnapshots | Need::DbClusterSnapshots => {
                self.list_clusters(region, place, now, need);
            }
            Need::ScalingGroups => {
                self.take(&SCALING_GROUPS, place, |v| &mut v.scaling_groups, views(region.scaling_groups.seen(now), |row| &row.view));
            }
            Need::EcsServices => self.list_services(region, place, now),
            Need::EdgeGroup(name) => self.edge_group(region, place, now, name),
            Need::Roles(path) => self.roles(world, place, need, path),
            Need::Queues(prefix) => self.queues(world, region, place, (need, prefix)),
            Need::CpuHistory { instances, from, hours } => self.cpu(region, place, now, instances, (*from, *hours)),
            Need::EventBridgeSchedules if world.is_denied(survey::GET_EDGE) => self.refuse(world, place, need, survey::GET_EDGE),
            Need::EventBridgeSchedules => self.edges(region, place),
            Need::Prices(queries) => self.prices(world, place, queries),
        }
    }

    fn list_rds(&mut self, region: &Region, place: &Place, now: Timestamp, need: &Need) {
        match need {
            Need::Databases => self.take(&DATABASES, place, |v| &mut v.databases, views(region.servers.seen(now), |row| &row.view)),
            Need::DatabaseByName(name) => {
                let row = region.servers.seen_one(name, now).map(|row| row.view.clone());
                self.take(&DATABASES, place, |v| &mut v.databases, row.into_iter().collect());
            }
            Need::DbSnapshotByName(name) => {
                let row = region.db_snapshots.seen_one(name, now).map(|row| row.view(now));
                self.take(&DB_SNAPSHOTS, place, |v| &mut v.db_snapshots, row.into_iter().collect());
            }
            Need::DatabaseEvents => self.take(&DB_EVENTS, place, |v| &mut v.db_events, region.db_events.clone()),
            Need::ParameterGroups(prefix) => {
                let mut rows = views(region.parameter_groups.seen(now), |row| &row.view);
                rows.retain(|group| group.name.starts_with(prefix));
                self.take(&PARAMETER_GROUPS, place, |v| &mut v.parameter_groups, rows);
            }
            Need::Parameters(group) => {
                self.count(PARAMETERS.action, 1);
                if let Some(row) = region.parameter_groups.seen_one(group, now) {
                    self.view(place).parameters.insert(group.clone(), row.parameters.clone());
                }
            }
            _ => {}
        }
    }

    /// One call for each; one that is not there is refused, which says nothing about it.
    fn stop_protection(&mut self, region: &Region, place: &Place, now: Timestamp, ids: &BTreeSet<String>) {
        self.count(STOP_PROTECTION, ids.len());
        for machine in ids.iter().filter_map(|id| region.machines.seen_one(id, now)) {
            self.view(place).stop_protection.insert(machine.view.id.clone(), machine.stop_protected);
        }
    }

    fn status_checks(&mut self, region: &Region, place: &Place, now: Timestamp, ids: &BTreeSet<String>) {
        self.count(STATUS_CHECKS.action, ids.len().div_ceil(STATUS_CHECKS.page).max(1));
        let checked = ids.iter().filter_map(|id| region.machines.seen_one(id, now)).filter(|machine| machine.is_checked(now));
        let checked: Vec<String> = checked.map(|machine| machine.view.id.clone()).collect();
        self.view(place).checked.extend(checked);
    }

    fn list_clusters(&mut self, region: &Region, place: &Place, now: Timestamp, need: &Need) {
        match need {
            Need::DbClusters => self.take(&CLUSTERS, place, |v| &mut v.clusters, views(region.clusters.seen(now), |row| &row.view)),
            Need::DbClusterEvents => self.take(&CLUSTER_EVENTS, place, |v| &mut v.cluster_events, region.cluster_events.clone()),
            Need::DbSnapshots => {
                let rows = region.db_snapshots.seen(now).into_iter().map(|row| row.view(now)).collect();
                self.take(&DB_SNAPSHOTS, place, |v| &mut v.db_snapshots, rows);
            }
            _ => {
                let rows = region.cluster_snapshots.seen(now).into_iter().map(|row| row.view(now)).collect();
                self.take(&CLUSTER_SNAPSHOTS, place, |v| &mut v.cluster_snapshots, rows);
            }
        }
    }

    /// Three lists, as ECS has them: clusters, the services of each, and what they are.
    fn list_services(&mut self, region: &Region, place: &Place, now: Timestamp) {
        let rows = views(region.services.seen(now), |row| &row.view);
        let mut clusters: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
        rows.iter().for_each(|service| *clusters.entry(&service.cluster).or_default() += 1);
        self.count("ecs:ListClusters", clusters.len().div_ceil(ECS_PAGE).max(1));
        clusters.values().for_each(|services| self.count("ecs:ListServices", services.div_ceil(ECS_PAGE)));
        let described: usize = clusters.values().map(|services| services.div_ceil(SERVICES.page)).sum();
        self.count(SERVICES.action, described);
        let listing = &mut self.view(place).services;
        *listing = match std::mem::take(listing) {
            Listing::Incomplete(there) => Listing::Incomplete(union(there, rows)),
            Listing::NotRead | Listing::Complete(_) => Listing::Complete(rows),
        };
    }

    fn tags(&mut self, (world, region): (&World, &Region), place: &Place, kind: Kind, arn: &str) {
        self.count(tag_reader(kind), 1);
        let (name, now) = (service::name_of(kind, arn), world.now);
        let role = || world.accounts.get(&place.account).and_then(|account| account.roles.seen_one(name, now));
        let tags = match kind {
            Kind::Alarm => region.alarms.seen_one(name, now).map(|row| row.tags.clone()),
            Kind::ParameterGroup => region.parameter_groups.seen_one(name, now).map(|row| row.tags.clone()),
            Kind::KeyParameter => region.secrets.seen_one(name, now).map(|row| row.tags.clone()),
            Kind::Database => region.servers.seen_one(name, now).map(|row| row.view.tags.clone()),
            Kind::DbSnapshot => region.db_snapshots.seen_one(name, now).map(|row| row.tags.clone()),
            Kind::DbCluster => region.clusters.seen_one(name, now).map(|row| row.view.tags.clone()),
            Kind::DbClusterSnapshot => region.cluster_snapshots.seen_one(name, now).map(|row| row.tags.clone()),
            Kind::ScalingGroup => region.scaling_groups.seen_one(arn, now).map(|row| row.view.tags.clone()),
            Kind::EcsService => region.services.seen_one(arn, now).map(|row| row.view.tags.clone()),
            Kind::EdgeGroup => region.edge_groups.seen_one(name, now).map(|row| row.tags.clone()),
            Kind::Queue => region.queues.seen_one(name, now).map(|row| row.view.tags.clone()),
            Kind::Role => role().map(|row| row.tags.clone()),
            _ => None,
        };
        if let Some(tags) = tags {
            self.view(place).tags.insert(arn.to_owned(), tags);
        }
    }

    /// One call answers all quotas of a service.
    fn quota(&mut self, world: &World, place: &Place, kind: QuotaKind) {
        let (service, code) = quota_code(kind);
        let asked = |have: &QuotaKind| quota_code(*have).0 == service;
        if !self.view(place).quotas.keys().any(asked) {
            self.count(QUOTAS.action, 1);
        }
        let quota = Quota { limit: world.estate.quotas.limit(kind), code: code.to_owned() };
        self.view(place).quotas.insert(kind, quota);
    }

    pub(crate) fn view(&mut self, place: &Place) -> &mut PlaceView {
        self.snapshot.places.entry(place.clone()).or_default()
    }

    /// Resolves an image query: a parameter first where there is one, then the image itself.
    fn image(&mut self, world: &World, place: &Place, need: &Need, query: &ImageQuery) {
        let found = match query {
            ImageQuery::Id(id) => Ok((Some(id.clone()), format!("id {id}"))),
            ImageQuery::Ssm(name) if world.is_denied(SSM_PARAMETER) => Err(name),
            ImageQuery::Ssm(name) => Ok((self.parameter(world, name), format!("ssm:{name}"))),
            ImageQuery::Newest { owner, name, architecture } => Ok(newest(world, owner, name, architecture)),
            ImageQuery::Ubuntu2404 { architecture } => Ok(self.ubuntu(world, architecture)),
        };
        let Ok((id, source)) = found else { return self.refuse(world, place, need, SSM_PARAMETER) };
        if world.is_denied(IMAGES.action) {
            return self.refuse(world, place, need, IMAGES.action);
        }
        self.count(IMAGES.action, 1);
        let image = id.and_then(|id| world.image(&id)).map(|image| view_of(image, &source));
        self.view(place).images.insert(query.clone(), image);
    }

    fn parameter(&mut self, world: &World, name: &str) -> Option<String> {
        self.count(SSM_PARAMETER, 1);
        world.estate.parameters.get(name).cloned()
    }

    /// The public parameter, or Canonical's newest image when it cannot be read.
    fn ubuntu(&mut self, world: &World, architecture: &str) -> (Option<String>, String) {
        let word = if architecture == "arm64" { "arm64" } else { "amd64" };
        let name = format!("{UBUNTU_PARAMETER}/{word}/hvm/ebs-gp3/ami-id");
        if !world.is_denied(SSM_PARAMETER)
            && let Some(id) = self.parameter(world, &name)
        {
            return (Some(id), format!("ssm:{name}"));
        }
        newest(world, CANONICAL, &format!("ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{word}-server-*"), architecture)
    }
}

/// Marks what a need would have filled as not to be trusted.
fn unknown(view: &mut PlaceView, need: &Need) {
    match need {
        Need::Instances | Need::InstancesById(_) => distrust(&mut view.instances),
        Need::Volumes => distrust(&mut view.volumes),
        Need::SecurityGroups => distrust(&mut view.groups),
        Need::KeyPairs => distrust(&mut view.keys),
        Need::Vpcs => distrust(&mut view.vpcs),
        Need::Subnets => distrust(&mut view.subnets),
        Need::Alarms(_) => distrust(&mut view.alarms),
        Need::Databases | Need::DatabaseByName(_) => distrust(&mut view.databases),
        Need::DatabaseEvents => distrust(&mut view.db_events),
        Need::ParameterGroups(_) => distrust(&mut view.parameter_groups),
        Need::KeyParameters(_) => distrust(&mut view.key_parameters),
        Need::KeptDbSnapshots => distrust(&mut view.kept_db_snapshots),
        Need::KeptSnapshots => distrust(&mut view.kept_snapshots),
        Need::DbSnapshotByName(_) => distrust(&mut view.db_snapshots),
        Need::DbClusters => distrust(&mut view.clusters),
        Need::DbClusterEvents => distrust(&mut view.cluster_events),
        Need::DbSnapshots => distrust(&mut view.db_snapshots),
        Need::DbClusterSnapshots => distrust(&mut view.cluster_snapshots),
        Need::ScalingGroups => distrust(&mut view.scaling_groups),
        Need::EcsServices => distrust(&mut view.services),
        Need::Roles(_) => distrust(&mut view.roles),
        Need::Queues(_) => distrust(&mut view.queues),
        Need::EdgeGroup(_) => {}
        Need::EventBridgeSchedules => distrust(&mut view.eventbridge),
        Need::CpuHistory { .. } | Need::Prices(_) => {}
        Need::Image(_) | Need::Parameters(_) | Need::TagsOf(..) | Need::Quota(_) => {}
        Need::StopProtection(_) | Need::StatusChecks(_) => {}
    }
}

fn distrust<T>(listing: &mut Listing<T>) {
    *listing = match std::mem::take(listing) {
        Listing::NotRead => Listing::Incomplete(Vec::new()),
        Listing::Complete(rows) | Listing::Incomplete(rows) => Listing::Incomplete(rows),
    };
}

fn union<T: PartialEq>(mut there: Vec<T>, more: Vec<T>) -> Vec<T> {
    let new: Vec<T> = more.into_iter().filter(|row| !there.contains(row)).collect();
    there.extend(new);
    there
}

fn views<R, T: Clone>(rows: Vec<&R>, view: impl Fn(&R) -> &T) -> Vec<T> {
    rows.into_iter().map(|row| view(row).clone()).collect()
}

fn machines(region: &Region, now: Timestamp, wanted: impl Fn(&String) -> bool) -> Vec<muster_core::cloud::Instance> {
    let seen = region.machines.seen(now).into_iter();
    seen.filter(|row| !row.forgotten && wanted(&row.view.id)).map(|row| row.view.clone()).collect()
}

fn newest(world: &World, owner: &str, pattern: &str, architecture: &str) -> (Option<String>, String) {
    let fits = |image: &&PublicImage| image.owner == owner && image.architecture == architecture && matches(pattern, &image.name);
    let image = world.estate.images.iter().filter(fits).max_by(|a, b| (&a.created, &a.id).cmp(&(&b.created, &b.id)));
    (image.map(|image| image.id.clone()), format!("describe-images {owner}"))
}

fn view_of(image: &PublicImage, source: &str) -> Image {
    Image {
        id: image.id.clone(),
        name: image.name.clone(),
        architecture: image.architecture.clone(),
        created: image.created.clone(),
        root_device: image.root_device.clone(),
        min_size_gib: image.min_size,
        source: source.to_owned(),
    }
}

/// True when `text` fits a pattern in which `*` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    let parts: Vec<&str> = pattern.split('*').collect();
    let [first, middle @ .., last] = parts.as_slice() else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// Service and code of a quota.
pub(crate) const fn quota_code(kind: QuotaKind) -> (&'static str, &'static str) {
    match kind {
        QuotaKind::StandardVcpus => ("ec2", "L-1216C47A"),
        QuotaKind::SecurityGroups => ("vpc", "L-E79EC296"),
        QuotaKind::RulesPerGroup => ("vpc", "L-0EA8095F"),
        QuotaKind::Alarms => ("monitoring", "L-2B86AAC5"),
        QuotaKind::DbInstances => ("rds", "L-7B6409FD"),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_as_in_describe_images() {
        assert!(matches("ubuntu/*-24.04-amd64-*", "ubuntu/images/ubuntu-noble-24.04-amd64-server-20260901"));
        assert!(matches("exact", "exact") && !matches("exact", "exactly"));
        assert!(!matches("a*b", "a") && matches("*", "") && !matches("ab*ba", "aba"));
    }
}
