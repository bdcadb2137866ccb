//! The embedded account as a whole: time, faults, gaps, hands.

use std::collections::BTreeSet;

use futures::executor::block_on;
use futures::future::join;
use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::{
    Change, Clock, Cloud, DbPatch, DbSpec, ErrorKind, IdRef, ImageQuery, IngressRule, InstanceSpec, InstanceState, KeyMaterial, Kind,
    Listing, Need, Needs, Place, PlaceView, QuotaKind, Reader, SecretRef, Snapshot,
};
use muster_core::tags::Tags;
use muster_sandbox::{Estate, Fault, Faults, Sandbox, SandboxError};

const OFFICE: &str = include_str!("../../../examples/estates/office.yaml");

fn office(faults: Faults) -> Sandbox {
    Sandbox::in_memory(Estate::parse("office.yaml", OFFICE).expect("estate"), faults)
}

fn empty(faults: Faults) -> Sandbox {
    Sandbox::in_memory(Estate::empty().expect("estate"), faults)
}

fn seoul() -> Place {
    Place { account: "default".to_owned(), region: "ap-northeast-2".to_owned() }
}

fn read(sandbox: &Sandbox, wanted: &[Need]) -> Snapshot {
    let mut needs = Needs::default();
    wanted.iter().for_each(|need| needs.add(&seoul(), need.clone()));
    block_on(sandbox.observe(&needs)).expect("snapshot")
}

fn view(sandbox: &Sandbox, need: Need) -> PlaceView {
    read(sandbox, &[need]).places.remove(&seoul()).expect("place")
}

fn vpc(sandbox: &Sandbox) -> String {
    view(sandbox, Need::Vpcs).vpcs.seen()[0].id.clone()
}

fn group(name: &str, vpc: &str) -> Change {
    Change::CreateSecurityGroup { name: name.to_owned(), description: "d".to_owned(), vpc: vpc.to_owned(), tags: Tags::new() }
}

fn stop(id: &str) -> Change {
    Change::StopInstances { ids: vec![IdRef::Id(id.to_owned())], hibernate: false }
}

fn spec(sandbox: &Sandbox) -> InstanceSpec {
    let key = muster_core::keys::generate([1; 32]).expect("key").public;
    let import = Change::ImportKeyPair { name: "k".to_owned(), key: KeyMaterial::Public(key), tags: Tags::new() };
    let _ = block_on(sandbox.perform(&seoul(), &import));
    InstanceSpec {
        image: "ami-0ab24040000000001".to_owned(),
        root_device: "/dev/sda1".to_owned(),
        instance_type: "t3.small".to_owned(),
        subnet: None,
        groups: Vec::new(),
        key_name: "k".to_owned(),
        disk_gib: 30,
        disk_type: "gp3".to_owned(),
        encrypted: true,
        kms_key: None,
        imds_required: true,
        public_ip: true,
        tags: Tags::from([("a".to_owned(), "b".to_owned())]),
        volume_tags: Tags::new(),
    }
}

fn launch(token: &str, spec: &InstanceSpec) -> Change {
    Change::RunInstance { token: token.to_owned(), spec: Box::new(spec.clone()) }
}

fn database(name: &str) -> DbSpec {
    DbSpec {
        name: name.to_owned(),
        engine: "mysql".to_owned(),
        version: "8.0".to_owned(),
        class: "db.t4g.micro".to_owned(),
        storage_gib: 20,
        storage_type: "gp3".to_owned(),
        encrypted: true,
        kms_key: None,
        master_user: "admin".to_owned(),
        database_name: None,
        port: None,
        parameter_group: None,
        groups: Vec::new(),
        subnet_group: None,
        backup_retention_days: 7,
        backup_window: None,
        maintenance_window: Some("sun:19:00-sun:19:30".to_owned()),
        multi_az: false,
        public: false,
        iam_authentication: false,
        performance_insights: false,
        deletion_protection: false,
        tags: Tags::new(),
    }
}

fn kind(answer: Result<muster_core::cloud::Receipt, muster_core::cloud::CloudError>) -> Option<(ErrorKind, String)> {
    answer.err().map(|error| (error.kind, error.code))
}

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

fn server(sandbox: &Sandbox, name: &str) -> muster_core::cloud::Database {
    view(sandbox, Need::DatabaseByName(name.to_owned())).databases.seen()[0].clone()
}

#[test]
fn states_of_an_instance_move_with_the_clock_only() {
    let sandbox = office(Faults::none(1));
    let id = "i-0de00000000000001";
    let state = |sandbox: &Sandbox| view(sandbox, Need::InstancesById(BTreeSet::from([id.to_owned()]))).instances.seen()[0].state;
    block_on(sandbox.perform(&seoul(), &stop(id))).expect("stop");
    assert_eq!(state(&sandbox), InstanceState::Stopping);
    sandbox.advance(SignedDuration::from_secs(39)).expect("advance");
    assert_eq!(state(&sandbox), InstanceState::Stopping);
    sandbox.advance(SignedDuration::from_secs(1)).expect("advance");
    assert_eq!(state(&sandbox), InstanceState::Stopped);
    let instance = view(&sandbox, Need::Instances).instances.seen().iter().find(|i| i.id == id).cloned().expect("instance");
    assert_eq!(instance.transition_reason, "User initiated (2026-11-20 10:30:00 GMT)");
}

#[test]
fn those_who_wait_side_by_side_wait_together() {
    let sandbox = office(Faults::none(1));
    let began = sandbox.now();
    block_on(join(async { sandbox.sleep(minutes(3)).await }, async {
        for _ in 0..5 {
            sandbox.sleep(minutes(1)).await;
        }
    }));
    assert_eq!(sandbox.now().duration_since(began), minutes(5), "three and five minutes side by side are five");
}

#[test]
fn a_terminated_instance_leaves_the_list_after_an_hour_and_its_token_stays_used() {
    let sandbox = empty(Faults::none(1));
    let spec = spec(&sandbox);
    let id = block_on(sandbox.perform(&seoul(), &launch("t", &spec))).expect("run").id.expect("id");
    sandbox.advance(minutes(1)).expect("advance");
    block_on(sandbox.perform(&seoul(), &Change::TerminateInstance { id: id.clone() })).expect("terminate");
    sandbox.advance(minutes(1)).expect("advance");
    let listed = view(&sandbox, Need::Instances).instances.seen().to_vec();
    assert_eq!((listed[0].state, listed[0].groups.len()), (InstanceState::Terminated, 0));
    assert!(view(&sandbox, Need::Volumes).volumes.seen().is_empty(), "the root volume goes with its instance");
    assert_eq!(block_on(sandbox.perform(&seoul(), &launch("t", &spec))).expect("same").id, Some(id));
    sandbox.advance(minutes(61)).expect("advance");
    assert!(view(&sandbox, Need::Instances).instances.seen().is_empty());
    let again = kind(block_on(sandbox.perform(&seoul(), &launch("t", &spec))));
    assert_eq!(again, Some((ErrorKind::TokenMismatch, "IdempotentInstanceTerminated".to_owned())));
}

#[test]
fn a_stopped_database_starts_by_itself_after_a_week() {
    let sandbox = office(Faults::none(1));
    sandbox.stop("reports-dev").expect("stopping what is stopped changes nothing");
    let stopped: Timestamp = "2026-11-18T10:02:00Z".parse().expect("instant");
    assert_eq!(server(&sandbox, "reports-dev").automatic_restart, stopped.checked_add(SignedDuration::from_hours(168)).ok());
    sandbox.at("2026-11-25T10:02:00Z".parse().expect("instant")).expect("at");
    assert_eq!(server(&sandbox, "reports-dev").state.0, "starting");
    sandbox.advance(minutes(5)).expect("advance");
    assert!(server(&sandbox, "reports-dev").state.is_available());
    let events = view(&sandbox, Need::DatabaseEvents).db_events.seen().to_vec();
    let seen: Vec<_> = events.iter().map(|event| (event.started, event.automatic)).collect();
    assert_eq!(seen, [(false, false), (true, true), (true, false)], "RDS says first that it begins: {events:?}");
}

#[test]
fn a_class_waits_for_the_window_and_comes_into_force_in_it() {
    let sandbox = empty(Faults::none(1));
    block_on(sandbox.perform(&seoul(), &Change::CreateDatabase { spec: Box::new(database("app")) })).expect("create");
    assert_eq!((server(&sandbox, "app").state.0.as_str(), server(&sandbox, "app").endpoint), ("creating", None));
    sandbox.advance(minutes(6)).expect("advance");
    let patch = DbPatch { class: Some("db.t4g.small".to_owned()), backup_retention_days: Some(14), ..DbPatch::default() };
    block_on(sandbox.perform(&seoul(), &Change::ModifyDatabase { name: "app".to_owned(), patch: Box::new(patch) })).expect("modify");
    let waiting = server(&sandbox, "app");
    assert_eq!((waiting.class.as_str(), waiting.pending.len(), waiting.backup_retention_days), ("db.t4g.micro", 1, 14));
    sandbox.at("2026-11-22T19:00:00Z".parse().expect("instant")).expect("at");
    assert_eq!(server(&sandbox, "app").state.0, "modifying");
    sandbox.advance(minutes(5)).expect("advance");
    let changed = server(&sandbox, "app");
    assert_eq!((changed.class.as_str(), changed.pending.len(), changed.state.0.as_str()), ("db.t4g.small", 0, "available"));
}

#[test]
fn a_static_parameter_waits_for_a_reboot() {
    let sandbox = empty(Faults::none(1));
    let create = |name: &str, family: &str| Change::CreateParameterGroup {
        name: name.to_owned(),
        family: family.to_owned(),
        description: "d".to_owned(),
        tags: Tags::new(),
    };
    block_on(sandbox.perform(&seoul(), &create("pg", "postgres16"))).expect("group");
    let spec =
        DbSpec { engine: "postgres".to_owned(), version: "16".to_owned(), parameter_group: Some("pg".to_owned()), ..database("app") };
    let wrong = DbSpec { engine: "mysql".to_owned(), version: "8.0".to_owned(), ..spec.clone() };
    let refused = kind(block_on(sandbox.perform(&seoul(), &Change::CreateDatabase { spec: Box::new(wrong) })));
    assert_eq!(refused, Some((ErrorKind::Invalid, "InvalidParameterCombination".to_owned())), "the family is another engine's");
    block_on(sandbox.perform(&seoul(), &Change::CreateDatabase { spec: Box::new(spec) })).expect("create");
    sandbox.advance(minutes(6)).expect("advance");
    let status = |sandbox: &Sandbox| server(sandbox, "app").parameter_group.expect("group").1;
    let set = |key: &str| Change::SetParameters { group: "pg".to_owned(), parameters: [(key.to_owned(), "7".to_owned())].into() };
    block_on(sandbox.perform(&seoul(), &set("work_mem"))).expect("dynamic");
    assert_eq!(status(&sandbox), "in-sync");
    block_on(sandbox.perform(&seoul(), &set("max_connections"))).expect("static");
    assert_eq!(status(&sandbox), "pending-reboot");
    block_on(sandbox.perform(&seoul(), &Change::RebootDatabase { name: "app".to_owned() })).expect("reboot");
    sandbox.advance(minutes(1)).expect("advance");
    assert_eq!(status(&sandbox), "in-sync");
}

#[test]
fn quotas_refuse_and_are_read() {
    let estate = Estate::empty().expect("estate").with_quota(QuotaKind::StandardVcpus, 3.0).with_quota(QuotaKind::SecurityGroups, 1.0);
    let sandbox = Sandbox::in_memory(estate, Faults::none(1));
    let spec = spec(&sandbox);
    block_on(sandbox.perform(&seoul(), &launch("a", &spec))).expect("two of three vCPUs");
    let second = kind(block_on(sandbox.perform(&seoul(), &launch("b", &spec))));
    assert_eq!(second, Some((ErrorKind::Quota, "VcpuLimitExceeded".to_owned())));
    let vpc = vpc(&sandbox);
    let third = kind(block_on(sandbox.perform(&seoul(), &group("more", &vpc))));
    assert_eq!(third.map(|(kind, _)| kind), Some(ErrorKind::Quota), "the default group counts");
    let snapshot = read(&sandbox, &[Need::Quota(QuotaKind::SecurityGroups), Need::Quota(QuotaKind::RulesPerGroup)]);
    assert_eq!(snapshot.calls["ListServiceQuotas"], 1, "one call for each service");
    assert!((snapshot.places[&seoul()].quotas[&QuotaKind::SecurityGroups].limit - 1.0).abs() < f64::EPSILON);
}

#[test]
fn the_refusals_of_spot_instances_and_wrong_machines() {
    let sandbox = office(Faults::none(1));
    let spot = kind(block_on(sandbox.perform(&seoul(), &stop("i-05b00000000000001"))));
    assert_eq!(spot, Some((ErrorKind::Invalid, "UnsupportedOperation".to_owned())));
    let spec = spec(&sandbox);
    let arm = InstanceSpec { instance_type: "t4g.small".to_owned(), ..spec.clone() };
    assert_eq!(kind(block_on(sandbox.perform(&seoul(), &launch("t", &arm)))).map(|(kind, _)| kind), Some(ErrorKind::Invalid));
    let small = InstanceSpec { disk_gib: 7, ..spec.clone() };
    let refused = kind(block_on(sandbox.perform(&seoul(), &launch("t", &small))));
    assert_eq!(refused, Some((ErrorKind::Invalid, "InvalidBlockDeviceMapping".to_owned())));
    let nowhere = InstanceSpec { key_name: "nobody".to_owned(), ..spec };
    let refused = kind(block_on(sandbox.perform(&seoul(), &launch("t", &nowhere))));
    assert_eq!(refused, Some((ErrorKind::NotFound, "InvalidKeyPair.NotFound".to_owned())), "a refused launch leaves its token free");
}

#[test]
fn a_denied_reading_is_a_gap_and_never_an_empty_account() {
    let sandbox = office(Faults::none(1));
    sandbox.deny("ec2:DescribeVolumes").expect("deny");
    let snapshot = read(&sandbox, &[Need::Instances, Need::Volumes]);
    let place = &snapshot.places[&seoul()];
    assert!(place.instances.is_complete() && place.volumes == Listing::Incomplete(Vec::new()));
    let gap = &snapshot.gaps[0];
    assert_eq!((gap.action.as_str(), gap.kind, gap.unreachable), ("ec2:DescribeVolumes", Kind::Volume, false));
    assert_eq!(gap.account, "123456789012");
    assert!(sandbox.allow("ec2:DescribeVolumes").expect("allow"));
    assert!(read(&sandbox, &[Need::Volumes]).gaps.is_empty());
}

#[test]
fn a_denied_change_names_the_action_that_is_missing() {
    let sandbox = empty(Faults::none(1));
    let spec = spec(&sandbox);
    sandbox.deny("ec2:CreateTags").expect("deny");
    let error = block_on(sandbox.perform(&seoul(), &launch("t", &spec))).expect_err("tags are part of the launch");
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Denied, "UnauthorizedOperation"));
    assert!(error.message.contains("ec2:CreateTags") && error.request_id.is_some(), "{error:?}");
    sandbox.deny("rds:*").expect("deny");
    let error = block_on(sandbox.perform(&seoul(), &Change::StopDatabase { name: "x".to_owned() })).expect_err("a whole service");
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Denied, "AccessDenied"));
}

#[test]
fn an_unreadable_quota_is_a_note_and_ubuntu_has_a_second_way() {
    let sandbox = office(Faults::none(1));
    sandbox.deny("servicequotas:ListServiceQuotas").expect("deny");
    sandbox.deny("ssm:GetParameter").expect("deny");
    let query = ImageQuery::Ubuntu2404 { architecture: "arm64".to_owned() };
    let snapshot = read(&sandbox, &[Need::Quota(QuotaKind::Alarms), Need::Image(query.clone())]);
    assert!(snapshot.gaps.is_empty());
    let place = &snapshot.places[&seoul()];
    assert_eq!((place.quota_notes.len(), place.quotas.len()), (1, 0));
    let image = place.images[&query].as_ref().expect("image");
    assert_eq!((image.id.as_str(), image.source.as_str()), ("ami-0ab24040000000002", "describe-images 099720109477"));
    let parameter = ImageQuery::Ssm("/aws/service/x".to_owned());
    assert_eq!(read(&sandbox, &[Need::Image(parameter)]).gaps[0].action, "ssm:GetParameter");
}

#[test]
fn a_reading_costs_what_it_costs_on_aws() {
    let sandbox = empty(Faults::none(1));
    for n in 0..101 {
        let spec = muster_core::cloud::AlarmSpec {
            instance: IdRef::Id("i-0123456789abcdef0".to_owned()),
            namespace: "AWS/EC2".to_owned(),
            metric: "CPUUtilization".to_owned(),
            statistic: "Average".to_owned(),
            comparison: "LessThanThreshold".to_owned(),
            threshold: 5.0,
            period_seconds: 300,
            periods: 6,
            missing_data: "notBreaching".to_owned(),
            actions: Vec::new(),
            actions_enabled: true,
        };
        let put = Change::PutAlarm { name: format!("a-{n}"), description: String::new(), spec: Box::new(spec), tags: Tags::new() };
        block_on(sandbox.perform(&seoul(), &put)).expect("alarm");
    }
    let needs = [
        Need::Instances,
        Need::Volumes,
        Need::SecurityGroups,
        Need::KeyPairs,
        Need::Vpcs,
        Need::Alarms("a-".to_owned()),
        Need::Databases,
        Need::ParameterGroups("muster-".to_owned()),
        Need::Parameters("pg".to_owned()),
    ];
    let snapshot = read(&sandbox, &needs);
    assert_eq!(snapshot.calls["DescribeAlarms"], 2, "a hundred a page");
    assert_eq!(snapshot.calls["GetCallerIdentity"], 1);
    assert_eq!(snapshot.calls.values().sum::<u64>(), 11, "the ten of semantics 10 and a second page: {:?}", snapshot.calls);
}

#[test]
fn faults_fall_where_they_were_ordered() {
    let sandbox = empty(Faults::none(1));
    let vpc = vpc(&sandbox);
    let order = [(0, Fault::Before), (1, Fault::Throttled), (2, Fault::LostAnswer), (3, Fault::After)];
    sandbox.set_faults(Faults { fail_at: order.into(), ..Faults::none(1) });
    let mut kinds = Vec::new();
    for name in ["before", "throttled", "lost", "after", "fine"] {
        kinds.push(kind(block_on(sandbox.perform(&seoul(), &group(name, &vpc)))).map(|(kind, _)| kind));
    }
    use ErrorKind::{Service, Throttled, Unreachable};
    assert_eq!(kinds, [Some(Unreachable), Some(Throttled), Some(Unreachable), Some(Service), None]);
    let mut names: Vec<String> = view(&sandbox, Need::SecurityGroups).groups.seen().iter().map(|group| group.name.clone()).collect();
    names.sort();
    assert_eq!(names, ["after", "default", "fine", "lost"], "a lost answer hides a change that was made");
    assert_eq!(sandbox.calls(), 6);
}

#[test]
fn a_fault_in_a_reading_is_a_gap_that_says_unreachable() {
    let sandbox = office(Faults { fail_at: [(0, Fault::Throttled), (1, Fault::Before)].into(), ..Faults::none(1) });
    let snapshot = read(&sandbox, &[Need::Instances, Need::Volumes, Need::Vpcs]);
    assert_eq!(snapshot.gaps.iter().filter(|gap| gap.unreachable).count(), 2);
    assert!(!snapshot.places[&seoul()].instances.is_complete() && snapshot.places[&seoul()].vpcs.is_complete());
    sandbox.throttle(1).expect("throttle");
    assert_eq!(read(&sandbox, &[Need::Instances, Need::Volumes]).gaps.len(), 1, "one call was ordered to be throttled");
}

#[test]
fn a_killed_caller_is_never_answered_and_its_change_stands() {
    let sandbox = empty(Faults::none(1));
    let vpc = vpc(&sandbox);
    sandbox.set_faults(Faults::none(1).killed_after(1));
    let run = async {
        for name in ["one", "two", "three"] {
            sandbox.perform(&seoul(), &group(name, &vpc)).await.expect("group");
        }
    };
    assert_eq!(block_on(sandbox.until_killed(run)), None);
    assert!(sandbox.is_killed());
    sandbox.set_faults(Faults::none(1));
    assert_eq!(view(&sandbox, Need::SecurityGroups).groups.seen().len(), 3, "default, one and two");
    assert_eq!(block_on(sandbox.until_killed(async { 7 })), Some(7));
}

#[test]
fn the_same_seed_makes_the_same_account() {
    let ids = |seed| {
        let sandbox = empty(Faults::none(seed));
        let spec = spec(&sandbox);
        block_on(sandbox.perform(&seoul(), &launch("t", &spec))).expect("run").id
    };
    assert_eq!(ids(3), ids(3));
    assert_ne!(ids(3), ids(4));
}

#[test]
fn readers_lag_and_fresh_ids_are_unknown_for_a_while() {
    let lagging = Faults { delayed_reads: Some(SignedDuration::from_secs(30)), ..Faults::none(5) };
    let sandbox = empty(lagging);
    let vpc = vpc(&sandbox);
    let id = block_on(sandbox.perform(&seoul(), &group("new", &vpc))).expect("create").id.expect("id");
    assert_eq!(view(&sandbox, Need::SecurityGroups).groups.seen().len(), 1, "readers see the default group only");
    let rule = IngressRule { protocol: "tcp".to_owned(), from_port: 22, to_port: 22, source: "10.0.0.0/8".to_owned(), rule_id: None };
    let authorize = Change::AuthorizeIngress { group: IdRef::Id(id), rules: vec![rule] };
    assert_eq!(kind(block_on(sandbox.perform(&seoul(), &authorize))).map(|(kind, _)| kind), Some(ErrorKind::NotFound));
    assert_eq!(kind(block_on(sandbox.perform(&seoul(), &group("new", &vpc)))).map(|(kind, _)| kind), Some(ErrorKind::AlreadyExists));
    sandbox.advance(SignedDuration::from_secs(31)).expect("advance");
    block_on(sandbox.perform(&seoul(), &authorize)).expect("known by now");
}

#[test]
fn hands_change_the_account_past_every_denial() {
    let sandbox = office(Faults::none(1));
    sandbox.deny("ec2:*").expect("deny");
    sandbox.stop("i-0de00000000000001").expect("stop");
    sandbox.set_tag("i-0de00000000000001", "env", "prod").expect("tag");
    sandbox.set_tag("shop", "owner", "kim").expect("tag of a database");
    sandbox.advance(minutes(1)).expect("advance");
    let show = sandbox.show().expect("show");
    let item = |id: &str| show.places[0].items.iter().find(|item| item.id == id).cloned().expect("item");
    assert!(item("i-0de00000000000001").text.starts_with("stopped t3.medium"));
    assert_eq!(item("i-0de00000000000001").tags["env"], "prod");
    assert_eq!(item("shop").tags["owner"], "kim");
    assert_eq!(show.denied, ["ec2:*"]);
    sandbox.start("i-0de00000000000001").expect("start");
    let missing = sandbox.stop("i-0none").expect_err("unknown");
    assert_eq!(missing.to_string(), "the sandbox has no instance, database or cluster `i-0none`; `muster sandbox show` lists what it has");
    let past = sandbox.at("2020-01-01T00:00:00Z".parse().expect("instant")).expect_err("past");
    assert!(matches!(past, SandboxError::Past { .. }), "{past}");
}

#[test]
fn other_accounts_are_other_accounts() {
    let accounts = [("main".to_owned(), Some("111111111111".to_owned())), ("data".to_owned(), None)];
    let sandbox = Sandbox::in_memory_with(Estate::parse("office.yaml", OFFICE).expect("estate"), &accounts, Faults::none(1));
    let mut needs = Needs::default();
    let place = |account: &str| Place { account: account.to_owned(), region: "ap-northeast-2".to_owned() };
    needs.add(&place("main"), Need::Instances);
    needs.add(&place("data"), Need::Instances);
    let snapshot = block_on(sandbox.observe(&needs)).expect("snapshot");
    assert_eq!(snapshot.identities["main"].account_id, "111111111111");
    assert_eq!(snapshot.places[&place("main")].instances.seen().len(), 8, "the first account holds the estate");
    assert!(snapshot.places[&place("data")].instances.seen().is_empty());
    assert_ne!(snapshot.identities["data"].account_id, "111111111111");
    assert_eq!(snapshot.calls["GetCallerIdentity"], 2);
}

#[test]
fn a_private_key_shows_in_nothing_but_its_own_reading() {
    let sandbox = empty(Faults::none(1));
    let secret = SecretRef { parameter: "/muster/f/k".to_owned() };
    let store = Change::StoreGeneratedKey { secret: secret.clone(), tags: Tags::new() };
    block_on(sandbox.perform(&seoul(), &store)).expect("store");
    let private = block_on(sandbox.read_secret(&seoul(), &secret)).expect("private half");
    let line = private.lines().nth(1).expect("a line of the key");
    let seen = format!("{sandbox:?} {:?} {:?}", sandbox.show(), read(&sandbox, &[Need::KeyParameters("/".to_owned())]));
    assert!(!seen.contains(line) && !seen.contains("PRIVATE KEY"), "a secret got out");
    sandbox.deny("kms:Decrypt").expect("deny");
    let error = block_on(sandbox.read_secret(&seoul(), &secret)).expect_err("not decrypted");
    assert_eq!(error.kind, ErrorKind::Denied);
}
