//! Reading: every need of every place at once, and a gap for whatever did not answer.

use std::collections::BTreeSet;

use futures::future::{FutureExt as _, LocalBoxFuture, join_all};
use jiff::Timestamp;
use muster_core::cloud::{
    CloudError, ErrorKind, Gap, ImageQuery, Kind, Listing, Need, Needs, Place, PlaceView, PriceQuery, QuotaKind, Snapshot,
};

use crate::account::Verified;
use crate::count::Counts;
use crate::live::Live;
use crate::paging::Found;
use crate::region::Scope;
use crate::{autoscaling, cloudwatch, ec2, ecs, pricing, quotas, rds, roles, scheduler, scheduler_survey, sqs, ssm};

/// Reads `needs`.
pub(crate) async fn observe(live: &Live, needs: &Needs) -> Result<Snapshot, CloudError> {
    let mut snapshot = Snapshot::empty(Timestamp::now());
    let counts = Counts::default();
    let refused = identities(live, needs, &counts, &mut snapshot).await?;
    let parts = join_all(needs.0.iter().filter(|(place, _)| snapshot.identities.contains_key(&place.account)).map(|(place, needs)| {
        let account = snapshot.account_id(&place.account);
        read_place(live, place, needs, account, &counts)
    }))
    .await;
    for part in parts {
        snapshot.merge(part?);
    }
    for (account, error) in &refused {
        snapshot.merge(unread_account(needs, account, error));
    }
    snapshot.gaps.sort();
    snapshot.calls = counts.into_map();
    Ok(snapshot)
}

/// Asks every account who we are there. Answers the accounts that said no; an error when all did, or when
/// one turned out to be another account than the declared one.
async fn identities(live: &Live, needs: &Needs, counts: &Counts, snapshot: &mut Snapshot) -> Result<Vec<(String, CloudError)>, CloudError> {
    let mut names: BTreeSet<&str> = needs.0.keys().map(|place| place.account.as_str()).collect();
    if names.is_empty() {
        names = live.accounts().collect();
    }
    let answers = join_all(names.iter().map(|name| live.verified(name, counts))).await;
    let mut refused = Vec::new();
    for (name, answer) in names.iter().zip(answers) {
        match answer {
            Ok(Verified { identity, skew_seconds, .. }) => {
                if snapshot.identities.is_empty() {
                    snapshot.clock_skew_seconds = skew_seconds;
                }
                snapshot.identities.insert((*name).to_owned(), identity);
            }
            Err(error) if error.kind == ErrorKind::WrongAccount => return Err(error),
            Err(error) => refused.push(((*name).to_owned(), error)),
        }
    }
    match refused.first() {
        Some((_, error)) if snapshot.identities.is_empty() => Err(error.clone()),
        _ => Ok(refused),
    }
}

/// Everything that was asked of an account that would not say who we are: lists of which nothing was seen.
fn unread_account(needs: &Needs, account: &str, error: &CloudError) -> Snapshot {
    let mut snapshot = Snapshot::empty(Timestamp::UNIX_EPOCH);
    for (place, needs) in needs.0.iter().filter(|(place, _)| place.account == account) {
        let view = snapshot.places.entry(place.clone()).or_default();
        needs.iter().for_each(|need| distrust(view, need));
        snapshot.gaps.extend(needs.iter().map(|need| gap(place, account, kind_of(need), Vec::new(), error)));
    }
    snapshot
}

/// Notes that a list was asked for and not seen. What is no list has no entry then, which says the same.
fn distrust(view: &mut PlaceView, need: &Need) {
    match need {
        Need::Instances | Need::InstancesById(_) => view.instances = Listing::Incomplete(Vec::new()),
        Need::Volumes => view.volumes = Listing::Incomplete(Vec::new()),
        Need::SecurityGroups => view.groups = Listing::Incomplete(Vec::new()),
        Need::KeyPairs => view.keys = Listing::Incomplete(Vec::new()),
        Need::Vpcs => view.vpcs = Listing::Incomplete(Vec::new()),
        Need::Subnets => view.subnets = Listing::Incomplete(Vec::new()),
        Need::Alarms(_) => view.alarms = Listing::Incomplete(Vec::new()),
        Need::Databases | Need::DatabaseByName(_) => view.databases = Listing::Incomplete(Vec::new()),
        Need::DatabaseEvents => view.db_events = Listing::Incomplete(Vec::new()),
        Need::ParameterGroups(_) => view.parameter_groups = Listing::Incomplete(Vec::new()),
        Need::KeyParameters(_) => view.key_parameters = Listing::Incomplete(Vec::new()),
        Need::Quota(_) => drop(view.quota_notes.insert("the account cannot be read, so its quotas are unknown".to_owned())),
        Need::DbSnapshotByName(_) | Need::DbSnapshots => view.db_snapshots = Listing::Incomplete(Vec::new()),
        Need::DbClusters => view.clusters = Listing::Incomplete(Vec::new()),
        Need::DbClusterEvents => view.cluster_events = Listing::Incomplete(Vec::new()),
        Need::DbClusterSnapshots => view.cluster_snapshots = Listing::Incomplete(Vec::new()),
        Need::ScalingGroups => view.scaling_groups = Listing::Incomplete(Vec::new()),
        Need::EcsServices => view.services = Listing::Incomplete(Vec::new()),
        Need::Roles(_) => view.roles = Listing::Incomplete(Vec::new()),
        Need::Queues(_) => view.queues = Listing::Incomplete(Vec::new()),
        Need::EdgeGroup(_) => {}
        Need::KeptDbSnapshots => view.kept_db_snapshots = Listing::Incomplete(Vec::new()),
        Need::KeptSnapshots => view.kept_snapshots = Listing::Incomplete(Vec::new()),
        Need::EventBridgeSchedules => view.eventbridge = Listing::Incomplete(Vec::new()),
        Need::CpuHistory { .. } | Need::Prices(_) => {}
        Need::Image(_) | Need::Parameters(_) | Need::TagsOf(_, _) | Need::StopProtection(_) | Need::StatusChecks(_) => {}
    }
}

async fn read_place(live: &Live, place: &Place, needs: &BTreeSet<Need>, account: &str, counts: &Counts) -> Result<Snapshot, CloudError> {
    let region = live.region(place)?;
    let wanted = Wanted::of(needs);
    let parts = join_all(Reading { scope: Scope::new(&region, counts), account }.tasks(&wanted)).await;
    let mut snapshot = Snapshot::empty(Timestamp::UNIX_EPOCH);
    snapshot.places.insert(place.clone(), PlaceView::default());
    for part in parts {
        let mut one = Snapshot::empty(Timestamp::UNIX_EPOCH);
        one.places.insert(place.clone(), part.view);
        one.gaps = part.gaps;
        snapshot.merge(one);
    }
    Ok(snapshot)
}

/// The needs of a place, those that one reading serves put together.
#[derive(Debug, Default)]
struct Wanted {
    instances: bool,
    instance_ids: BTreeSet<String>,
    volumes: bool,
    groups: bool,
    keys: bool,
    vpcs: bool,
    subnets: bool,
    images: BTreeSet<ImageQuery>,
    alarm_prefixes: BTreeSet<String>,
    databases: bool,
    database_names: BTreeSet<String>,
    database_events: bool,
    parameter_group_prefixes: BTreeSet<String>,
    parameters: BTreeSet<String>,
    tags: BTreeSet<(Kind, String)>,
    key_prefixes: BTreeSet<String>,
    quotas: BTreeSet<QuotaKind>,
    kept_snapshots: bool,
    kept_db_snapshots: bool,
    db_snapshot_names: BTreeSet<String>,
    db_snapshots: bool,
    clusters: bool,
    cluster_events: bool,
    cluster_snapshots: bool,
    scaling_groups: bool,
    services: bool,
    edge_groups: BTreeSet<String>,
    role_paths: BTreeSet<String>,
    queue_prefixes: BTreeSet<String>,
    stop_protection: BTreeSet<String>,
    status_checks: BTreeSet<String>,
    cpu: BTreeSet<(BTreeSet<String>, Timestamp, u16)>,
    eventbridge: bool,
    prices: BTreeSet<PriceQuery>,
}

impl Wanted {
    fn of(needs: &BTreeSet<Need>) -> Self {
        let mut wanted = Self::default();
        for need in needs {
            wanted.add(need);
        }
        wanted
    }

    fn add(&mut self, need: &Need) {
        match need {
            Need::Instances => self.instances = true,
            Need::InstancesById(ids) => self.instance_ids.extend(ids.iter().cloned()),
            Need::Volumes => self.volumes = true,
            Need::SecurityGroups => self.groups = true,
            Need::KeyPairs => self.keys = true,
            Need::Vpcs => self.vpcs = true,
            Need::Subnets => self.subnets = true,
            Need::Image(query) => drop(self.images.insert(query.clone())),
            Need::Alarms(prefix) => drop(self.alarm_prefixes.insert(prefix.clone())),
            Need::Databases => self.databases = true,
            Need::DatabaseByName(name) => drop(self.database_names.insert(name.clone())),
            Need::DatabaseEvents => self.database_events = true,
            Need::ParameterGroups(prefix) => drop(self.parameter_group_prefixes.insert(prefix.clone())),
            Need::Parameters(group) => drop(self.parameters.insert(group.clone())),
            Need::TagsOf(kind, arn) => drop(self.tags.insert((*kind, arn.clone()))),
            Need::KeyParameters(prefix) => drop(self.key_prefixes.insert(prefix.clone())),
            Need::Quota(quota) => drop(self.quotas.insert(*quota)),
            Need::KeptDbSnapshots => self.kept_db_snapshots = true,
            Need::KeptSnapshots => self.kept_snapshots = true,
            Need::DbSnapshotByName(name) => drop(self.db_snapshot_names.insert(name.clone())),
            Need::DbSnapshots => self.db_snapshots = true,
            Need::DbClusters => self.clusters = true,
            Need::DbClusterEvents => self.cluster_events = true,
            Need::DbClusterSnapshots => self.cluster_snapshots = true,
            Need::ScalingGroups => self.scaling_groups = true,
            Need::EcsServices => self.services = true,
            Need::EdgeGroup(name) => drop(self.edge_groups.insert(name.clone())),
            Need::Roles(path) => drop(self.role_paths.insert(path.clone())),
            Need::Queues(prefix) => drop(self.queue_prefixes.insert(prefix.clone())),
            Need::StopProtection(ids) => self.stop_protection.extend(ids.iter().cloned()),
            Need::StatusChecks(ids) => self.status_checks.extend(ids.iter().cloned()),
            Need::CpuHistory { instances, from, hours } => drop(self.cpu.insert((instances.clone(), *from, *hours))),
            Need::EventBridgeSchedules => self.eventbridge = true,
            Need::Prices(queries) => self.prices.extend(queries.iter().cloned()),
        }
    }
}

/// What is unknown when a need is not met.
const fn kind_of(need: &Need) -> Kind {
    match need {
        Need::Instances | Need::InstancesById(_) => Kind::Instance,
        Need::Volumes => Kind::Volume,
        Need::SecurityGroups => Kind::SecurityGroup,
        Need::KeyPairs => Kind::KeyPair,
        Need::Vpcs => Kind::Vpc,
        Need::Subnets => Kind::Subnet,
        Need::Image(_) => Kind::Image,
        Need::Alarms(_) => Kind::Alarm,
        Need::Databases | Need::DatabaseByName(_) | Need::DatabaseEvents => Kind::Database,
        Need::ParameterGroups(_) | Need::Parameters(_) => Kind::ParameterGroup,
        Need::TagsOf(kind, _) => *kind,
        Need::KeyParameters(_) => Kind::KeyParameter,
        Need::Quota(_) => Kind::Quota,
        Need::KeptSnapshots => Kind::Snapshot,
        Need::KeptDbSnapshots => Kind::DbSnapshot,
        Need::DbSnapshotByName(_) | Need::DbSnapshots => Kind::DbSnapshot,
        Need::DbClusters | Need::DbClusterEvents => Kind::DbCluster,
        Need::DbClusterSnapshots => Kind::DbClusterSnapshot,
        Need::ScalingGroups => Kind::ScalingGroup,
        Need::EcsServices => Kind::EcsService,
        Need::EdgeGroup(_) => Kind::EdgeGroup,
        Need::Roles(_) => Kind::Role,
        Need::Queues(_) => Kind::Queue,
        Need::StopProtection(_) | Need::StatusChecks(_) => Kind::Instance,
        Need::CpuHistory { .. } => Kind::Metric,
        Need::EventBridgeSchedules => Kind::ForeignEdge,
        Need::Prices(_) => Kind::Price,
    }
}

fn gap(place: &Place, account: &str, kind: Kind, resources: Vec<String>, error: &CloudError) -> Gap {
    Gap {
        action: error.action.clone(),
        account: account.to_owned(),
        region: place.region.clone(),
        kind,
        resources,
        rules: Vec::new(),
        error: words(error),
        unreachable: error.kind.is_uncertain(),
    }
}

/// Code and message of a refusal. The account's credentials are proven by the time a region is read, so a
/// region that does not know them is one that the account has not switched on.
fn words(error: &CloudError) -> String {
    match error.code.as_str() {
        "" => error.message.clone(),
        "AuthFailure" => format!("AuthFailure: {}; is the region switched on for this account?", error.message),
        code => format!("{code}: {}", error.message),
    }
}

/// What one reading adds to a place.
#[derive(Debug, Default)]
struct Part {
    view: PlaceView,
    gaps: Vec<Gap>,
}

type Task<'a> = LocalBoxFuture<'a, Part>;

/// One place being read.
#[derive(Debug, Clone, Copy)]
struct Reading<'a> {
    scope: Scope<'a>,
    /// Account id.
    account: &'a str,
}

impl<'a> Reading<'a> {
    fn tasks(self, wanted: &'a Wanted) -> Vec<Task<'a>> {
        let mut tasks = self.compute(wanted);
        tasks.extend(self.network(wanted));
        tasks.extend(self.rds(wanted));
        tasks.extend(self.clusters(wanted));
        tasks.extend(self.scaled(wanted));
        tasks.extend(self.delivery(wanted));
        tasks.extend(self.rest(wanted));
        tasks.extend(self.surveyed(wanted));
        tasks
    }

    fn compute(self, wanted: &'a Wanted) -> Vec<Task<'a>> {
        let mut tasks: Vec<Task<'a>> = Vec::new();
        let scope = self.scope;
        if wanted.instances {
            tasks.push(self.list(Kind::Instance, &[], ec2::instances::all(scope), |i| &i.id, |view, list| view.instances = list));
        } else if !wanted.instance_ids.is_empty() {
            let ids: Vec<&str> = wanted.instance_ids.iter().map(String::as_str).collect();
            let found = ec2::instances::by_ids(scope, &wanted.instance_ids);
            tasks.push(self.list(Kind::Instance, &ids, found, |i| &i.id, |view, list| view.instances = list));
        }
        if wanted.volumes {
            tasks.push(self.list(Kind::Volume, &[], ec2::volumes::all(scope), |v| &v.id, |view, list| view.volumes = list));
        }
        if wanted.keys {
            tasks.push(self.list(Kind::KeyPair, &[], ec2::keys::all(scope), |k| &k.id, |view, list| view.keys = list));
        }
        tasks.extend(wanted.images.iter().map(|query| self.image(query)));
        tasks.extend(wanted.stop_protection.iter().map(|id| self.stop_protection(id)));
        if !wanted.status_checks.is_empty() {
            tasks.push(self.status_checks(&wanted.status_checks));
        }
        tasks
    }

    fn network(self, wanted: &'a Wanted) -> Vec<Task<'a>> {
        let mut tasks: Vec<Task<'a>> = Vec::new();
        let scope = self.scope;
        if wanted.groups {
            tasks.push(self.list(Kind::SecurityGroup, &[], ec2::groups::all(scope), |g| &g.id, |view, list| view.groups = list));
        }
        if wanted.vpcs {
            tasks.push(self.list(Kind::Vpc, &[], ec2::network::vpcs(scope), |v| &v.id, |view, list| view.vpcs = list));
        }
        if wanted.subnets {
            tasks.push(self.list(Kind::Subnet, &[], ec2::network::subnets(scope), |s| &s.id, |view, list| view.subnets = list));
        }
        tasks
    }

    fn rds(self, wanted: &'a Wanted) -> Vec<Task<'a>> {
        let mut tasks: Vec<Task<'a>> = Vec::new();
        let scope = self.scope;
        if wanted.databases {
            tasks.push(self.list(Kind::Database, &[], rds::databases::all(scope), |d| &d.name, |view, list| view.databases = list));
        } else if !wanted.database_names.is_empty() {
            let names: Vec<&str> = wanted.database_names.iter().map(String::as_str).collect();
            let found = rds::databases::by_names(scope, &wanted.database_names);
            tasks.push(self.list(Kind::Database, &names, found, |d| &d.name, |view, list| view.databases = list));
        }
        if wanted.database_events {
            tasks.push(self.list(Kind::Database, &[], rds::events::of_databases(scope), |e| &e.at, |view, list| view.db_events = list));
        }
        if !wanted.parameter_group_prefixes.is_empty() {
            let found = rds::parameters::groups(scope, &wanted.parameter_group_prefixes);
            tasks.push(self.list(Kind::ParameterGroup, &[], found, |g| &g.name, |view, list| view.parameter_groups = list));
        }
        if wanted.db_snapshots {
            tasks.push(self.list(Kind::DbSnapshot, &[], rds::snapshots::all(scope), |s| &s.name, |view, list| view.db_snapshots = list));
        } else if !wanted.db_snapshot_names.is_empty() {
            let names: Vec<&str> = wanted.db_snapshot_names.iter().map(String::as_str).collect();
            let found = rds::snapshots::by_names(scope, &wanted.db_snapshot_names);
            tasks.push(self.list(Kind::DbSnapshot, &names, found, |s| &s.name, |view, list| view.db_snapshots = list));
        }
        tasks.extend(wanted.parameters.iter().map(|group| self.parameters(group)));
        tasks
    }

    fn clusters(self, wanted: &'a Wanted) -> Vec<Task<'a>> {
        let mut tasks: Vec<Task<'a>> = Vec::new();
        let scope = self.scope;
        if wanted.clusters {
            tasks.push(self.list(Kind::DbCluster, &[], rds::clusters::all(scope), |c| &c.name, |view, list| view.clusters = list));
        }
        if wanted.cluster_events {
            let found = rds::events::of_clusters(scope);
            tasks.push(self.list(Kind::DbCluster, &[], found, |e| &e.at, |view, list| view.cluster_events = list));
        }
        if wanted.cluster_snapshots {
            let found = rds::clusters::snapshots(scope);
            tasks.push(self.list(Kind::DbClusterSnapshot, &[], found, |s| &s.name, |view, list| view.cluster_snapshots = list));
        }
        tasks
    }

    fn scaled(self, wanted: &'a Wanted) -> Vec<Task<'a>> {
        let mut tasks: Vec<Task<'a>> = Vec::new();
        let scope = self.scope;
        if wanted.scaling_groups {
            let found = autoscaling::groups(scope);
            tasks.push(self.list(Kind::ScalingGroup, &[], found, |g| &g.name, |view, list| view.scaling_groups = list));
        }
        if wanted.services {
            tasks.push(self.list(Kind::EcsService, &[], ecs::services(scope), |s| &s.arn, |view, list| view.services = list));
        }
        tasks
    }

    /// What delivery by EventBridge stands on.
    fn delivery(self, wanted: &'a Wanted) -> Vec<Task<'a>> {
        let mut tasks: Vec<Task<'a>> = wanted.edge_groups.iter().map(|name| self.edge_group(name)).collect();
        let scope = self.scope;
        if !wanted.role_paths.is_empty() {
            let found = roles::roles(scope, &wanted.role_paths);
            tasks.push(self.list(Kind::Role, &[], found, |r| &r.name, |view, list| view.roles = list));
        }
        if !wanted.queue_prefixes.is_empty() {
            let found = sqs::queues(scope, &wanted.queue_prefixes);
            tasks.push(self.list(Kind::Queue, &[], found, |q| &q.name, |view, list| view.queues = list));
        }
        tasks
    }

    fn edge_group(self, name: &'a str) -> Task<'a> {
        let put = |view: &mut PlaceView, group| drop(view.edge_groups.insert(name.to_owned(), group));
        self.one(Kind::EdgeGroup, name.to_owned(), scheduler::group(self.scope, name), put)
    }

    fn rest(self, wanted: &'a Wanted) -> Vec<Task<'a>> {
        let mut tasks: Vec<Task<'a>> = Vec::new();
        let scope = self.scope;
        if !wanted.alarm_prefixes.is_empty() {
            let found = cloudwatch::alarms(scope, &wanted.alarm_prefixes);
            tasks.push(self.list(Kind::Alarm, &[], found, |a| &a.name, |view, list| view.alarms = list));
        }
        if !wanted.key_prefixes.is_empty() {
            let found = ssm::key_parameters(scope, &wanted.key_prefixes);
            tasks.push(self.list(Kind::KeyParameter, &[], found, |p| &p.name, |view, list| view.key_parameters = list));
        }
        tasks.extend(wanted.tags.iter().map(|(kind, arn)| self.tags(*kind, arn)));
        if !wanted.quotas.is_empty() {
            tasks.push(self.quotas(&wanted.quotas));
        }
        tasks.extend(self.kept(wanted));
        tasks
    }

    /// What only a survey asks for.
    fn surveyed(self, wanted: &'a Wanted) -> Vec<Task<'a>> {
        let mut tasks: Vec<Task<'a>> = wanted.cpu.iter().map(|(ids, from, hours)| self.cpu(ids, *from, *hours)).collect();
        if wanted.eventbridge {
            let found = scheduler_survey::all(self.scope);
            tasks.push(self.list(Kind::ForeignEdge, &[], found, |edge| &edge.arn, |view, list| view.eventbridge = list));
        }
        if !wanted.prices.is_empty() {
            tasks.push(self.prices(&wanted.prices));
        }
        tasks
    }

    fn cpu(self, ids: &'a BTreeSet<String>, from: Timestamp, hours: u16) -> Task<'a> {
        async move {
            let found = cloudwatch::cpu(self.scope, ids, from, hours).await;
            let view = PlaceView { cpu: found.items.into_iter().collect(), ..PlaceView::default() };
            let gaps = found.failures.iter().map(|error| self.gap(Kind::Metric, ids.iter().cloned().collect(), error)).collect();
            Part { view, gaps }
        }
        .boxed_local()
    }

    /// Prices: what cannot be read has its reason beside it and is no gap.
    fn prices(self, queries: &'a BTreeSet<PriceQuery>) -> Task<'a> {
        async move {
            let prices = pricing::read(self.scope, queries).await;
            Part { view: PlaceView { prices, ..PlaceView::default() }, gaps: Vec::new() }
        }
        .boxed_local()
    }

    /// Snapshots that removals kept.
    fn kept(self, wanted: &'a Wanted) -> Vec<Task<'a>> {
        let mut tasks: Vec<Task<'a>> = Vec::new();
        if wanted.kept_snapshots {
            let found = ec2::volumes::kept_snapshots(self.scope);
            tasks.push(self.list(Kind::Snapshot, &[], found, |s| &s.id, |view, list| view.kept_snapshots = list));
        }
        if wanted.kept_db_snapshots {
            let found = rds::databases::kept_snapshots(self.scope);
            tasks.push(self.list(Kind::DbSnapshot, &[], found, |s| &s.id, |view, list| view.kept_db_snapshots = list));
        }
        tasks
    }

    /// Reads a list.
    fn list<T: 'a, K: Ord + 'a>(
        self,
        kind: Kind,
        resources: &[&str],
        found: impl Future<Output = Found<T>> + 'a,
        key: impl Fn(&T) -> &K + 'a,
        put: impl FnOnce(&mut PlaceView, Listing<T>) + 'a,
    ) -> Task<'a> {
        let resources: Vec<String> = resources.iter().map(|&name| name.to_owned()).collect();
        async move {
            let (listing, failures) = found.await.into_listing(key);
            let mut part = Part::default();
            put(&mut part.view, listing);
            part.gaps = failures.iter().map(|error| self.gap(kind, resources.clone(), error)).collect();
            part
        }
        .boxed_local()
    }

    /// Reads one thing; what could not be read leaves a gap that names it.
    fn one<T: 'a>(
        self,
        kind: Kind,
        resource: String,
        read: impl Future<Output = Result<T, CloudError>> + 'a,
        put: impl FnOnce(&mut PlaceView, T) + 'a,
    ) -> Task<'a> {
        async move {
            let mut part = Part::default();
            match read.await {
                Ok(value) => put(&mut part.view, value),
                Err(error) => part.gaps.push(self.gap(kind, vec![resource], &error)),
            }
            part
        }
        .boxed_local()
    }

    fn stop_protection(self, id: &'a str) -> Task<'a> {
        let put = |view: &mut PlaceView, protected| {
            view.stop_protection.insert(id.to_owned(), protected);
        };
        self.one(Kind::Instance, id.to_owned(), ec2::checks::stop_protected(self.scope, id), put)
    }

    fn status_checks(self, ids: &'a BTreeSet<String>) -> Task<'a> {
        async move {
            let found = ec2::checks::passed(self.scope, ids).await;
            let view = PlaceView { checked: found.items.into_iter().collect(), ..PlaceView::default() };
            let gaps = found.failures.iter().map(|error| self.gap(Kind::Instance, ids.iter().cloned().collect(), error)).collect();
            Part { view, gaps }
        }
        .boxed_local()
    }

    fn image(self, query: &'a ImageQuery) -> Task<'a> {
        let put = |view: &mut PlaceView, image| drop(view.images.insert(query.clone(), image));
        self.one(Kind::Image, ec2::images::words(query), ec2::images::resolve(self.scope, query), put)
    }

    fn parameters(self, group: &'a str) -> Task<'a> {
        let put = |view: &mut PlaceView, values| {
            if let Some(values) = values {
                view.parameters.insert(group.to_owned(), values);
            }
        };
        self.one(Kind::ParameterGroup, group.to_owned(), rds::parameters::user_set(self.scope, group), put)
    }

    fn tags(self, kind: Kind, arn: &'a str) -> Task<'a> {
        let put = |view: &mut PlaceView, tags| {
            if let Some(tags) = tags {
                view.tags.insert(arn.to_owned(), tags);
            }
        };
        self.one(kind, arn.to_owned(), crate::perform::tags_of(self.scope, kind, arn), put)
    }

    /// Quotas: what cannot be read is a note, never a gap.
    fn quotas(self, wanted: &'a BTreeSet<QuotaKind>) -> Task<'a> {
        async move {
            let (quotas, quota_notes) = quotas::read(self.scope, wanted).await;
            Part { view: PlaceView { quotas, quota_notes, ..PlaceView::default() }, gaps: Vec::new() }
        }
        .boxed_local()
    }

    fn gap(self, kind: Kind, resources: Vec<String>, error: &CloudError) -> Gap {
        gap(self.scope.place(), self.account, kind, resources, error)
    }
}
