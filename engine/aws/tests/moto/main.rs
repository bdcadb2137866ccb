//! The live account against a moto server: `python tests/moto/server.py PORT`, then
//! `MUSTER_MOTO_ENDPOINT=http://127.0.0.1:PORT cargo test -p muster-aws --test moto`.
//!
//! Every test works in an AWS account of its own, which it reaches through AssumeRole. They take turns, since
//! the server's faults and counts belong to everyone.

#![expect(clippy::print_stdout, reason = "a skipped test says why")]

mod conformance;
mod delivery;
mod scheduled;
mod survey;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use muster_aws::{ConnectOptions, Live, Role, base_config};
use muster_core::cloud::{
    AlarmSpec, Change, Cloud as _, CloudError, DbPatch, DbSpec, ErrorKind, IdRef, ImageQuery, IngressRule, InstanceSpec, InstanceState,
    KeyMaterial, Kind, Need, Needs, Place, PlaceView, QuotaKind, Reader as _, Receipt, ResourceRef, SecretRef, Snapshot,
};
use muster_core::fleet::{AccountDecl, CloudDecl, RoleDecl};
use muster_core::tags::Tags;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{Mutex, MutexGuard};

const REGION: &str = "ap-northeast-2";
const PUBLIC: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP1Kl96bAEUPqaNYp/XycbNzXnoKSm6VNCGEEjm9ZNZp";

static TURN: Mutex<()> = Mutex::const_new(());
/// Begins the account ids of this run, so that a server can be used again.
static RUN: LazyLock<u64> = LazyLock::new(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()));

/// One account of the server, and the turn of its test.
struct World {
    live: Live,
    place: Place,
    endpoint: String,
    account_id: String,
    _turn: MutexGuard<'static, ()>,
}

/// The world of a test, or nothing and a printed reason when there is no server.
async fn world(test: u32) -> Option<World> {
    let Ok(endpoint) = std::env::var("MUSTER_MOTO_ENDPOINT") else {
        println!("skipped: MUSTER_MOTO_ENDPOINT names no moto server");
        return None;
    };
    let turn = TURN.lock().await;
    let account_id = format!("{:010}{test:02}", *RUN);
    let live = connect(&endpoint, &account_id, &account_id).await;
    let place = Place { account: "main".to_owned(), region: REGION.to_owned() };
    let world = World { live, place, endpoint, account_id, _turn: turn };
    world.lab("faults", "[]").await;
    world.lab("log", "").await;
    Some(world)
}

async fn connect(endpoint: &str, declared: &str, actual: &str) -> Live {
    let key = Credentials::new("testing", "testing", None, None, "static");
    let base = base_config(REGION).await.to_builder().credentials_provider(SharedCredentialsProvider::new(key)).build();
    let arn = format!("arn:aws:iam::{actual}:role/muster");
    let account = AccountDecl {
        id: Some(declared.to_owned()),
        role: Some(RoleDecl { plan: arn.clone(), apply: arn }),
        external_id: Some("lms".to_owned()),
    };
    let cloud = CloudDecl {
        provider: None,
        accounts: [("main".to_owned(), account)].into(),
        regions: vec![REGION.to_owned()],
        endpoint: Some(endpoint.to_owned()),
        estate: None,
    };
    Live::with_config(&base, &cloud, &ConnectOptions::new(Role::Apply)).await.expect("connects")
}

impl World {
    /// Asks the server's control API; an empty body is a GET.
    async fn lab(&self, path: &str, body: &str) -> serde_json::Value {
        let host = self.endpoint.trim_start_matches("http://");
        let method = if body.is_empty() { "GET" } else { "POST" };
        let mut stream = tokio::net::TcpStream::connect(host).await.expect("the server listens");
        let request = format!("{method} /lab/{path} HTTP/1.0\r\nHost: {host}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("answered");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
        assert!(head.contains(" 200 "), "{path}: {answer}");
        serde_json::from_str(body).expect("JSON")
    }

    /// Puts into the account what muster makes none of: a group, a service and a cluster of two members, each called `stock`.
    async fn stock(&self) {
        let source = format!("import stock; stock.make({:?}, {REGION:?}); result = True", self.account_id);
        assert_eq!(self.lab("py", &source).await, serde_json::Value::Bool(true));
    }

    async fn fault(&self, operation: &str, when: &str, status: u16, code: &str) {
        let fault = format!(r#"[{{"match": "{operation}", "times": 1, "when": "{when}", "status": {status}, "code": "{code}"}}]"#);
        self.lab("faults", &fault).await;
    }

    async fn read(&self, needs: impl IntoIterator<Item = Need>) -> Snapshot {
        let mut wanted = Needs::default();
        needs.into_iter().for_each(|need| wanted.add(&self.place, need));
        self.live.observe(&wanted).await.expect("observed")
    }

    async fn view(&self, needs: impl IntoIterator<Item = Need>) -> PlaceView {
        let mut snapshot = self.read(needs).await;
        assert_eq!(snapshot.gaps, [], "nothing stays unread");
        snapshot.places.remove(&self.place).expect("the place was read")
    }

    async fn try_to(&self, change: Change) -> Result<Receipt, ErrorKind> {
        self.live.perform(&self.place, &change).await.map_err(|error| error.kind)
    }

    async fn live_error(&self, change: Change) -> CloudError {
        self.live.perform(&self.place, &change).await.expect_err("refused")
    }

    async fn done(&self, change: Change) -> Receipt {
        let words = change.action();
        self.live.perform(&self.place, &change).await.unwrap_or_else(|error| panic!("{words}: {error}"))
    }

    async fn id_of(&self, change: Change) -> String {
        self.done(change).await.id.expect("a receipt with an id")
    }

    async fn default_vpc(&self) -> String {
        let view = self.view([Need::Vpcs]).await;
        view.vpcs.seen().iter().find(|vpc| vpc.is_default).expect("a default VPC").id.clone()
    }

    async fn group(&self, name: &str) -> String {
        self.id_of(create_group(name, &self.default_vpc().await)).await
    }

    /// An instance with group and key of its own: its id, and the spec it was made from.
    async fn instance(&self, name: &str) -> (String, InstanceSpec) {
        let group = self.group(name).await;
        self.done(import_key(name)).await;
        let spec = self.spec(name, &group).await;
        (self.id_of(run(name, &spec)).await, spec)
    }

    async fn spec(&self, name: &str, group: &str) -> InstanceSpec {
        let query = ImageQuery::Ubuntu2404 { architecture: "x86_64".to_owned() };
        let view = self.view([Need::Image(query.clone())]).await;
        let image = view.images[&query].clone().expect("Ubuntu 24.04");
        assert!(image.source.starts_with("ssm:/aws/service/canonical/"), "{}", image.source);
        InstanceSpec {
            image: image.id,
            root_device: image.root_device,
            instance_type: "t3.small".to_owned(),
            subnet: None,
            groups: vec![IdRef::Id(group.to_owned())],
            key_name: name.to_owned(),
            disk_gib: 30,
            disk_type: "gp3".to_owned(),
            encrypted: true,
            kms_key: None,
            imds_required: true,
            public_ip: true,
            tags: tags(&[("muster:address", "user/alice/instance"), ("Name", "alice")]),
            volume_tags: tags(&[("muster:address", "user/alice/instance")]),
        }
    }
}

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn create_group(name: &str, vpc: &str) -> Change {
    Change::CreateSecurityGroup {
        name: name.to_owned(),
        description: "a user of muster".to_owned(),
        vpc: vpc.to_owned(),
        tags: tags(&[("muster:fleet", "t")]),
    }
}

fn import_key(name: &str) -> Change {
    Change::ImportKeyPair { name: name.to_owned(), key: KeyMaterial::Public(PUBLIC.to_owned()), tags: tags(&[("muster:fleet", "t")]) }
}

fn run(token: &str, spec: &InstanceSpec) -> Change {
    Change::RunInstance { token: token.to_owned(), spec: Box::new(spec.clone()) }
}

fn ssh(source: &str) -> IngressRule {
    IngressRule { protocol: "tcp".to_owned(), from_port: 22, to_port: 22, source: source.to_owned(), rule_id: None }
}

fn on(kind: Kind, id: &str) -> ResourceRef {
    ResourceRef { kind, id: IdRef::Id(id.to_owned()) }
}

#[tokio::test]
async fn security_groups() {
    let Some(world) = world(1).await else { return };
    let id = world.group("muster-t-a").await;
    let vpc = world.default_vpc().await;
    assert_eq!(world.try_to(create_group("muster-t-a", &vpc)).await, Err(ErrorKind::AlreadyExists));
    let group = IdRef::Id(id.clone());
    let allow =
        |sources: &[&str]| Change::AuthorizeIngress { group: group.clone(), rules: sources.iter().map(|source| ssh(source)).collect() };
    world.done(allow(&["203.0.113.0/24"])).await;
    world.done(allow(&["203.0.113.0/24"])).await;
    world.done(allow(&["203.0.113.0/24", "198.51.100.7/32", id.as_str()])).await;

    let view = world.view([Need::SecurityGroups]).await;
    let seen = view.groups.seen().iter().find(|group| group.id == id).expect("listed");
    let rules: BTreeSet<IngressRule> = seen.ingress.iter().map(IngressRule::wanted).collect();
    assert_eq!(rules, [ssh("203.0.113.0/24"), ssh("198.51.100.7/32"), ssh(&id)].into());
    assert_eq!((seen.name.as_str(), seen.tags["muster:fleet"].as_str()), ("muster-t-a", "t"));

    let rule_ids: Vec<String> = seen.ingress.iter().filter(|rule| rule.source != id).filter_map(|rule| rule.rule_id.clone()).collect();
    let revoke = Change::RevokeIngress { group: group.clone(), rule_ids };
    world.done(revoke.clone()).await;
    world.done(revoke).await;
    let view = world.view([Need::SecurityGroups]).await;
    let seen = view.groups.seen().iter().find(|group| group.id == id).expect("listed");
    assert_eq!(seen.ingress.iter().map(IngressRule::wanted).collect::<Vec<_>>(), [ssh(&id)]);

    world.done(Change::SetTags { resource: on(Kind::SecurityGroup, &id), tags: tags(&[("a", "b")]) }).await;
    world.done(Change::RemoveTags { resource: on(Kind::SecurityGroup, &id), keys: vec!["muster:fleet".to_owned()] }).await;
    let view = world.view([Need::SecurityGroups, Need::TagsOf(Kind::SecurityGroup, id.clone())]).await;
    assert_eq!(view.tags[&id], tags(&[("a", "b")]));
    world.done(Change::DeleteSecurityGroup { group: id.clone() }).await;
    world.done(Change::DeleteSecurityGroup { group: id.clone() }).await;
    assert!(world.view([Need::SecurityGroups]).await.groups.seen().iter().all(|group| group.id != id));
}

#[tokio::test]
async fn keys() {
    let Some(world) = world(2).await else { return };
    let secret = SecretRef { parameter: "/muster/t/muster-t-alice".to_owned() };
    let store = Change::StoreGeneratedKey { secret: secret.clone(), tags: tags(&[("muster:fleet", "t")]) };
    let first = world.done(store.clone()).await.public_key.expect("a public half");
    let second = world.done(store).await.public_key.expect("a public half");
    assert_eq!(first, second, "a resumed run gets the pair that is there");
    let private = world.live.read_secret(&world.place, &secret).await.expect("readable");
    assert!(private.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----"));
    let key = KeyMaterial::Public(first.clone());
    let import = Change::ImportKeyPair { name: "muster-t-alice".to_owned(), key, tags: tags(&[("muster:fleet", "t")]) };
    world.done(import.clone()).await;
    assert_eq!(world.try_to(import).await, Err(ErrorKind::AlreadyExists));

    let view = world.view([Need::KeyPairs, Need::KeyParameters("/muster/t/".to_owned())]).await;
    assert_eq!(view.keys.seen()[0].public_key.as_ref(), Some(&first));
    assert_eq!(
        (view.key_parameters.seen()[0].name.as_str(), &view.key_parameters.seen()[0].description),
        (secret.parameter.as_str(), &first)
    );
    let parameter = on(Kind::KeyParameter, &secret.parameter);
    world.done(Change::SetTags { resource: parameter.clone(), tags: tags(&[("a", "b")]) }).await;
    world.done(Change::RemoveTags { resource: parameter, keys: vec!["muster:fleet".to_owned()] }).await;
    let view = world.view([Need::TagsOf(Kind::KeyParameter, secret.parameter.clone())]).await;
    assert_eq!(view.tags[&secret.parameter], tags(&[("a", "b")]));
    for _ in 0..2 {
        world.done(Change::DeleteKeyPair { name: "muster-t-alice".to_owned() }).await;
        world.done(Change::DeleteStoredKey { secret: secret.clone() }).await;
    }
    let view = world.view([Need::KeyPairs, Need::KeyParameters("/muster/t/".to_owned())]).await;
    assert_eq!((view.keys.seen().len(), view.key_parameters.seen().len()), (0, 0));
    let gone = world.live.read_secret(&world.place, &secret).await.expect_err("gone");
    assert_eq!((gone.kind, gone.action.as_str()), (ErrorKind::NotFound, "ssm:GetParameter"));
}

#[tokio::test]
async fn instances() {
    let Some(world) = world(3).await else { return };
    let (id, spec) = world.instance("alice").await;
    assert_eq!(world.id_of(run("alice", &spec)).await, id, "a token makes one instance");
    let other = InstanceSpec { instance_type: "t3.medium".to_owned(), ..spec.clone() };
    assert_eq!(world.try_to(run("alice", &other)).await, Err(ErrorKind::TokenMismatch));

    let view = world.view([Need::Instances, Need::Volumes]).await;
    assert_eq!(view.instances.seen().len(), 1);
    let seen = &view.instances.seen()[0];
    assert_eq!((seen.id.as_str(), seen.instance_type.as_str(), seen.state), (id.as_str(), "t3.small", InstanceState::Running));
    assert_eq!((seen.client_token.as_deref(), seen.key_name.as_deref()), (Some("alice"), Some("alice")));
    assert_eq!((&seen.tags, seen.imds_required, seen.ebs_root), (&spec.tags, true, true));
    assert!(seen.public_ip.is_some(), "a public address");
    let volume = view.volumes.seen().iter().find(|volume| Some(&volume.id) == seen.root_volume.as_ref()).expect("the root volume");
    assert_eq!((volume.size_gib, volume.volume_type.as_str(), volume.encrypted, &volume.tags), (30, "gp3", true, &spec.volume_tags));

    let ids = vec![IdRef::Id(id.clone())];
    world.done(Change::StopInstances { ids: ids.clone(), hibernate: false }).await;
    world.done(Change::StopInstances { ids: ids.clone(), hibernate: false }).await;
    world.done(Change::ModifyInstanceType { id: id.clone(), instance_type: "t3.medium".to_owned() }).await;
    let group = world.group("second").await;
    world.done(Change::ModifyInstanceGroups { id: id.clone(), groups: vec![IdRef::Id(group.clone())] }).await;
    world.done(Change::ModifyInstanceMetadata { id: id.clone(), required: false }).await;
    world.done(Change::ModifyVolume { id: volume.id.clone(), size_gib: Some(40), volume_type: None }).await;
    world.done(Change::SetTags { resource: on(Kind::Instance, &id), tags: tags(&[("Name", "bob")]) }).await;
    let unknown = "i-0000000000000dead".to_owned();
    let view = world.view([Need::InstancesById([id.clone(), unknown].into()), Need::Volumes]).await;
    let seen = &view.instances.seen()[0];
    assert_eq!((view.instances.seen().len(), view.instances.is_complete()), (1, true), "an unknown id is left out");
    assert_eq!((seen.state, seen.instance_type.as_str()), (InstanceState::Stopped, "t3.medium"));
    assert_eq!((&seen.groups, seen.imds_required, seen.tags["Name"].as_str()), (&vec![group], false, "bob"));
    assert!(seen.transition_reason.starts_with("User initiated ("), "{}", seen.transition_reason);
    assert_eq!(view.volumes.seen().iter().find(|seen| seen.id == volume.id).expect("listed").size_gib, 40);

    world.done(Change::StartInstances { ids: ids.clone() }).await;
    let wanted = tags(&[("muster:snapshot-of", "user/alice/instance")]);
    let snapshot = Change::CreateSnapshot { volume: volume.id.clone(), description: "before removal".to_owned(), tags: wanted };
    let first = world.id_of(snapshot.clone()).await;
    assert_eq!(world.id_of(snapshot).await, first, "one snapshot a day");
    world.done(Change::TerminateInstance { id: id.clone() }).await;
    world.done(Change::TerminateInstance { id: id.clone() }).await;
    world.done(Change::TerminateInstance { id: "i-0000000000000dead".to_owned() }).await;
    assert_eq!(world.try_to(Change::StartInstances { ids }).await, Err(ErrorKind::WrongState));
    assert!(world.view([Need::Instances]).await.instances.seen()[0].state.is_gone());
}

#[tokio::test]
async fn a_lost_answer_makes_one_instance() {
    let Some(world) = world(4).await else { return };
    let (_, spec) = world.instance("first").await;
    for (when, status) in [("cut", 500), ("after", 500), ("before", 503)] {
        world.fault("RunInstances", when, status, "RequestLimitExceeded").await;
        world.done(run(when, &spec)).await;
    }
    assert_eq!(world.view([Need::Instances]).await.instances.seen().len(), 4);
}

fn idle(instance: &str) -> AlarmSpec {
    AlarmSpec {
        instance: IdRef::Id(instance.to_owned()),
        namespace: "AWS/EC2".to_owned(),
        metric: "CPUUtilization".to_owned(),
        statistic: "Average".to_owned(),
        comparison: "LessThanThreshold".to_owned(),
        threshold: 5.0,
        period_seconds: 300,
        periods: 6,
        missing_data: "notBreaching".to_owned(),
        actions: vec![format!("arn:aws:automate:{REGION}:ec2:stop")],
        actions_enabled: true,
    }
}

fn put_alarm(name: &str, spec: &AlarmSpec) -> Change {
    Change::PutAlarm {
        name: name.to_owned(),
        description: "muster user/alice/alarm 1:abc".to_owned(),
        spec: Box::new(spec.clone()),
        tags: tags(&[("muster:fleet", "t")]),
    }
}

#[tokio::test]
async fn alarms() {
    let Some(world) = world(5).await else { return };
    let (id, _) = world.instance("alice").await;
    let spec = idle(&id);
    assert_eq!(world.done(put_alarm("muster-t-alice", &spec)).await.id.as_deref(), Some("muster-t-alice"));
    world.done(put_alarm("other-alarm", &spec)).await;
    let changed = AlarmSpec { threshold: 7.5, actions_enabled: false, ..spec };
    world.done(put_alarm("muster-t-alice", &changed)).await;
    let view = world.view([Need::Alarms("muster-t-".to_owned())]).await;
    assert_eq!(view.alarms.seen().len(), 1, "only the prefix asked for");
    let seen = &view.alarms.seen()[0];
    assert_eq!((&seen.spec, seen.description.as_str()), (&changed, "muster user/alice/alarm 1:abc"));

    world.done(Change::ResetAlarm { name: "muster-t-alice".to_owned() }).await;
    world.done(Change::SetTags { resource: on(Kind::Alarm, &seen.arn), tags: tags(&[("a", "b")]) }).await;
    world.done(Change::RemoveTags { resource: on(Kind::Alarm, &seen.arn), keys: vec!["muster:fleet".to_owned()] }).await;
    let view = world.view([Need::Alarms("muster-t-".to_owned()), Need::TagsOf(Kind::Alarm, seen.arn.clone())]).await;
    assert_eq!((view.alarms.seen()[0].state.as_str(), &view.tags[&seen.arn]), ("OK", &tags(&[("a", "b")])));
    for _ in 0..2 {
        world.done(Change::DeleteAlarm { name: "muster-t-alice".to_owned() }).await;
    }
    assert_eq!(world.view([Need::Alarms("muster-t-".to_owned())]).await.alarms.seen(), []);
}

#[tokio::test]
async fn alarms_come_in_pages() {
    let Some(world) = world(6).await else { return };
    for n in 0..120 {
        world.done(put_alarm(&format!("muster-t-{n:03}"), &idle("i-0abc"))).await;
    }
    let snapshot = world.read([Need::Alarms("muster-t-".to_owned())]).await;
    let alarms = &snapshot.places[&world.place].alarms;
    assert_eq!((alarms.seen().len(), alarms.is_complete()), (120, true));
    assert_eq!(snapshot.calls["DescribeAlarms"], 2);
}

fn db(name: &str, group: Option<&str>, security_group: &str) -> DbSpec {
    DbSpec {
        name: name.to_owned(),
        engine: "mysql".to_owned(),
        version: "8.0".to_owned(),
        class: "db.t4g.micro".to_owned(),
        storage_gib: 20,
        storage_type: "gp3".to_owned(),
        encrypted: true,
        kms_key: None,
        master_user: "root_user".to_owned(),
        database_name: Some("app".to_owned()),
        port: Some(3307),
        parameter_group: group.map(str::to_owned),
        groups: vec![IdRef::Id(security_group.to_owned())],
        subnet_group: None,
        backup_retention_days: 7,
        backup_window: Some("18:00-18:30".to_owned()),
        maintenance_window: Some("sun:19:00-sun:19:30".to_owned()),
        multi_az: false,
        public: false,
        iam_authentication: true,
        performance_insights: false,
        deletion_protection: false,
        tags: tags(&[("muster:fleet", "t")]),
    }
}

#[tokio::test]
async fn databases() {
    let Some(world) = world(7).await else { return };
    let group = world.group("muster-t-db").await;
    let create = Change::CreateDatabase { spec: Box::new(db("muster-t-app", None, &group)) };
    world.done(create.clone()).await;
    assert_eq!(world.try_to(create).await, Err(ErrorKind::AlreadyExists));
    let by_name = |name: &str| Need::DatabaseByName(name.to_owned());
    let view = world.view([by_name("muster-t-app"), by_name("muster-t-none")]).await;
    assert_eq!((view.databases.seen().len(), view.databases.is_complete()), (1, true), "an absent one is left out");
    let seen = view.databases.seen()[0].clone();
    assert_eq!((seen.class.as_str(), seen.storage_gib, seen.encrypted, seen.managed_password), ("db.t4g.micro", 20, true, true));
    assert_eq!((&seen.tags, &seen.groups, seen.public), (&tags(&[("muster:fleet", "t")]), &vec![group], false));
    assert!(seen.engine_version.starts_with("8.0") && seen.state.is_available());

    let patch = DbPatch { class: Some("db.t4g.small".to_owned()), ..DbPatch::default() };
    world.done(Change::ModifyDatabase { name: seen.name.clone(), patch: Box::new(patch) }).await;
    let patch = DbPatch { backup_retention_days: Some(9), immediately: true, ..DbPatch::default() };
    world.done(Change::RebootDatabase { name: seen.name.clone() }).await;
    world.done(Change::ModifyDatabase { name: seen.name.clone(), patch: Box::new(patch) }).await;
    for _ in 0..2 {
        world.done(Change::StopDatabase { name: seen.name.clone() }).await;
    }
    assert!(world.view([Need::Databases]).await.databases.seen()[0].state.is_stopped());
    assert_eq!(world.view([Need::Databases]).await.databases.seen()[0].backup_retention_days, 9);
    for _ in 0..2 {
        world.done(Change::StartDatabase { name: seen.name.clone() }).await;
    }
    let events = world.read([Need::DatabaseEvents]).await;
    assert_eq!((&events.gaps[..], events.calls["DescribeEvents"]), (&[][..], 1));
    assert!(events.places[&world.place].db_events.is_complete());
    world.done(Change::SetTags { resource: on(Kind::Database, &seen.arn), tags: tags(&[("a", "b")]) }).await;
    world.done(Change::RemoveTags { resource: on(Kind::Database, &seen.arn), keys: vec!["muster:fleet".to_owned()] }).await;
    assert_eq!(world.view([Need::Databases]).await.databases.seen()[0].tags, tags(&[("a", "b")]));
    let kept = tags(&[("muster:snapshot-of", "database/app/instance")]);
    let name = "muster-t-app-20261120-0a1b".to_owned();
    let snapshot = Change::CreateDbSnapshot { database: seen.name.clone(), name: name.clone(), tags: kept.clone() };
    world.done(snapshot.clone()).await;
    assert_eq!(world.try_to(snapshot).await, Err(ErrorKind::AlreadyExists));
    let view = world.view([Need::DbSnapshotByName(name), Need::DbSnapshotByName("muster-t-never".to_owned())]).await;
    let taken: Vec<_> = view.db_snapshots.seen().iter().map(|taken| (taken.state.as_str(), &taken.database, &taken.tags)).collect();
    assert_eq!(taken, [("available", &seen.name, &kept)]);
    for _ in 0..2 {
        world.done(Change::DeleteDatabase { name: seen.name.clone() }).await;
    }
    assert_eq!(world.try_to(Change::StartDatabase { name: seen.name }).await, Err(ErrorKind::NotFound));
}

#[tokio::test]
async fn a_change_that_waits_is_seen_as_pending() {
    let Some(world) = world(8).await else { return };
    let group = world.group("muster-t-db").await;
    world.done(Change::CreateDatabase { spec: Box::new(db("muster-t-app", None, &group)) }).await;
    let patch = DbPatch { class: Some("db.t4g.small".to_owned()), storage_gib: Some(40), ..DbPatch::default() };
    world.done(Change::ModifyDatabase { name: "muster-t-app".to_owned(), patch: Box::new(patch) }).await;
    let view = world.view([Need::Databases]).await;
    let seen = &view.databases.seen()[0];
    assert_eq!(seen.class, "db.t4g.micro");
    let pending: BTreeMap<String, String> = tags(&[("class", "db.t4g.small"), ("storage", "40 GiB")]);
    assert_eq!(seen.pending, pending);
}

#[tokio::test]
async fn parameter_groups() {
    let Some(world) = world(9).await else { return };
    let security_group = world.group("muster-t-db").await;
    let name = "muster-t-seoul";
    let create = Change::CreateParameterGroup {
        name: name.to_owned(),
        family: "mysql8.0".to_owned(),
        description: "muster parameter-group/seoul".to_owned(),
        tags: tags(&[("muster:fleet", "t")]),
    };
    world.done(create.clone()).await;
    assert_eq!(world.try_to(create).await, Err(ErrorKind::AlreadyExists));
    let parameters = tags(&[("time_zone", "Asia/Seoul"), ("max_connections", "200")]);
    world.done(Change::SetParameters { group: name.to_owned(), parameters: parameters.clone() }).await;
    let needs =
        [Need::ParameterGroups("muster-t-".to_owned()), Need::Parameters(name.to_owned()), Need::Parameters("muster-t-no".to_owned())];
    let view = world.view(needs).await;
    let seen = &view.parameter_groups.seen()[0];
    assert_eq!((seen.name.as_str(), seen.family.as_str(), seen.description.as_str()), (name, "mysql8.0", "muster parameter-group/seoul"));
    assert_eq!(view.parameters, [(name.to_owned(), parameters)].into(), "a group that is not there has no entry and no gap");
    let view = world.view([Need::TagsOf(Kind::ParameterGroup, seen.arn.clone())]).await;
    assert_eq!(view.tags[&seen.arn], tags(&[("muster:fleet", "t")]));

    world.done(Change::CreateDatabase { spec: Box::new(db("muster-t-app", Some(name), &security_group)) }).await;
    let delete = Change::DeleteParameterGroup { group: name.to_owned() };
    assert_eq!(world.try_to(delete.clone()).await, Err(ErrorKind::DependencyViolation));
    world.done(Change::DeleteDatabase { name: "muster-t-app".to_owned() }).await;
    for _ in 0..2 {
        world.done(delete.clone()).await;
    }
}

/// What a no-op plan of class-50 asks: semantics 10.
fn no_op() -> Vec<Need> {
    vec![
        Need::Instances,
        Need::Volumes,
        Need::SecurityGroups,
        Need::KeyPairs,
        Need::Vpcs,
        Need::Alarms("muster-t-".to_owned()),
        Need::Databases,
        Need::ParameterGroups("muster-t-".to_owned()),
        Need::Parameters("muster-t-seoul".to_owned()),
    ]
}

#[tokio::test]
async fn a_no_op_plan_costs_ten_calls_and_the_server_agrees() {
    let Some(world) = world(10).await else { return };
    let snapshot = world.read(no_op()).await;
    let mut served: BTreeMap<String, u64> = serde_json::from_value(world.lab("log", "").await).expect("counts");
    served.remove("sts:AssumeRole");
    let served: BTreeMap<String, u64> =
        served.into_iter().map(|(name, n)| (name.split(':').next_back().unwrap_or_default().to_owned(), n)).collect();
    assert_eq!(snapshot.calls, served);
    assert_eq!(snapshot.calls.values().sum::<u64>(), 10, "{:?}", snapshot.calls);
    assert!(snapshot.clock_skew_seconds.abs() <= 2, "{}", snapshot.clock_skew_seconds);
    assert_eq!(snapshot.account_id("main"), world.account_id);
    assert_eq!(world.read([Need::Vpcs]).await.calls, [("DescribeVpcs".to_owned(), 1)].into(), "the identity is asked for once");
}

#[tokio::test]
async fn a_refused_read_is_a_gap_and_nothing_else_is_lost() {
    let Some(world) = world(11).await else { return };
    world.fault("DescribeVolumes", "before", 403, "UnauthorizedOperation").await;
    let snapshot = world.read(no_op()).await;
    let view = &snapshot.places[&world.place];
    assert!(!view.volumes.is_complete() && view.volumes.was_read());
    assert!(view.instances.is_complete() && view.groups.is_complete() && view.databases.is_complete());
    assert_eq!(snapshot.gaps.len(), 1);
    let gap = &snapshot.gaps[0];
    assert_eq!((gap.action.as_str(), gap.kind, gap.unreachable), ("ec2:DescribeVolumes", Kind::Volume, false));
    assert_eq!((gap.account.as_str(), gap.region.as_str()), (world.account_id.as_str(), REGION));
    assert!(gap.error.starts_with("UnauthorizedOperation: "), "{}", gap.error);
}

#[tokio::test]
async fn images_and_quotas() {
    let Some(world) = world(12).await else { return };
    let architecture = "arm64".to_owned();
    let owner = "099720109477".to_owned();
    let queries = [
        ImageQuery::Ubuntu2404 { architecture: architecture.clone() },
        ImageQuery::Newest {
            owner: owner.clone(),
            name: "ubuntu/images/*noble-24.04-arm64*".to_owned(),
            architecture: architecture.clone(),
        },
        ImageQuery::Newest { owner, name: "no-such-image-*".to_owned(), architecture },
        ImageQuery::Id("ami-00000000000000bad".to_owned()),
        ImageQuery::Ssm("/no/such/parameter".to_owned()),
    ];
    let view = world.view(queries.iter().cloned().map(Need::Image)).await;
    let newest = view.images[&queries[0]].clone().expect("Ubuntu");
    assert_eq!(view.images[&queries[1]].as_ref().map(|image| &image.id), Some(&newest.id), "both ways find the same");
    assert!(newest.architecture == "arm64" && !newest.root_device.is_empty());
    assert!(queries[2..].iter().all(|query| view.images[query].is_none()));

    world.fault("GetParameter", "before", 403, "AccessDeniedException").await;
    let view = world.view([Need::Image(queries[0].clone())]).await;
    let found = view.images[&queries[0]].clone().expect("the way around");
    assert_eq!((found.id, found.source.as_str()), (newest.id, "describe-images 099720109477"));

    let kinds = [QuotaKind::StandardVcpus, QuotaKind::SecurityGroups, QuotaKind::RulesPerGroup, QuotaKind::Alarms, QuotaKind::DbInstances];
    let snapshot = world.read(kinds.map(Need::Quota)).await;
    let view = &snapshot.places[&world.place];
    assert_eq!((view.quotas.len(), &view.quota_notes), (5, &BTreeSet::new()));
    assert_eq!((view.quotas[&QuotaKind::StandardVcpus].code.as_str(), snapshot.calls["ListServiceQuotas"]), ("L-1216C47A", 4));
    world.fault("ListServiceQuotas", "before", 403, "AccessDeniedException").await;
    let view = world.view([Need::Quota(QuotaKind::DbInstances)]).await;
    assert!(view.quotas.is_empty() && view.quota_notes.iter().any(|note| note.contains("L-7B6409FD")), "a note and no gap");
}

#[tokio::test]
async fn another_account_than_the_declared_one_is_not_read() {
    let Some(world) = world(13).await else { return };
    let live = connect(&world.endpoint, "100000000099", &world.account_id).await;
    let mut needs = Needs::default();
    needs.add(&world.place, Need::Instances);
    let error = live.observe(&needs).await.expect_err("wrong account");
    assert_eq!(error.kind, ErrorKind::WrongAccount);
    assert!(error.message.contains("100000000099") && error.message.contains(&world.account_id), "{}", error.message);
    let change = Change::DeleteKeyPair { name: "x".to_owned() };
    assert_eq!(live.perform(&world.place, &change).await.expect_err("wrong account").kind, ErrorKind::WrongAccount);
    let served = world.lab("log", "").await;
    let operations: Vec<&String> = served.as_object().expect("counts").keys().collect();
    assert!(operations.iter().all(|name| name.ends_with("AssumeRole") || name.ends_with("GetCallerIdentity")), "{operations:?}");
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_noticed() {
    let Some(world) = world(14).await else { return };
    world.lab("config", r#"{"clock_skew": 3600}"#).await;
    let snapshot = world.read([Need::Vpcs]).await;
    world.lab("config", r#"{"clock_skew": 0}"#).await;
    assert!((3598..=3602).contains(&snapshot.clock_skew_seconds), "{}", snapshot.clock_skew_seconds);
}

#[tokio::test]
async fn what_doctor_asks() {
    let Some(world) = world(15).await else { return };
    assert_eq!(world.live.identity("main").await.expect("identity").account_id, world.account_id);
    let regions = world.live.enabled_regions("main").await.expect("regions");
    assert!(regions.contains(&REGION.to_owned()) && regions.is_sorted());
    assert!(world.live.clock_skew_seconds("main").await.expect("skew").abs() <= 2);
    let actions = ["ec2:RunInstances".to_owned(), "ec2:StopInstances".to_owned()];
    let allowed = world.live.permissions("main", &actions).await.expect("answered").expect("a simulator");
    assert_eq!(allowed, actions.iter().map(|action| (action.clone(), true)).collect());
    world.fault("SimulatePrincipalPolicy", "before", 403, "AccessDenied").await;
    assert_eq!(world.live.permissions("main", &actions).await, Ok(None), "no permission to ask is no failure");
    let unknown = Place { account: "nobody".to_owned(), region: REGION.to_owned() };
    let mut needs = Needs::default();
    needs.add(&unknown, Need::Vpcs);
    assert!(world.live.observe(&needs).await.expect_err("no such account").message.contains("`nobody`"));
}
