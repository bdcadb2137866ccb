//! What the account accepts and refuses, and how it is read.

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::{Change, ErrorKind, IdRef, Kind, Need, Needs, Place, Reader as _, ResourceRef, Snapshot};
use muster_core::delivery::{Action, EdgeSpec};
use muster_core::tags::Tags;
use muster_sandbox::{Estate, Fault, Faults, Sandbox};

use super::world::{APP, GROUP, QUEUE, ROLE, World, edge, instance, place, policy, role, trust};

fn code(world: &World, change: &Change) -> (ErrorKind, String) {
    let error = world.perform(change).expect_err("refused");
    (error.kind, error.code)
}

fn create(edge: EdgeSpec) -> Change {
    Change::CreateEdge { group: GROUP.to_owned(), edge: Box::new(edge) }
}

fn stop() -> EdgeSpec {
    edge(instance(APP), Action::Stop, "cron(0 19 ? * MON-FRI *)")
}

fn queue(retention_seconds: u32) -> Change {
    Change::CreateQueue { name: "muster-lms-edges".to_owned(), retention_seconds, tags: Tags::new() }
}

fn needs(of: &Place, wanted: &[Need]) -> Needs {
    let mut needs = Needs::default();
    wanted.iter().for_each(|need| needs.add(of, need.clone()));
    needs
}

fn all() -> [Need; 3] {
    [Need::EdgeGroup(GROUP.to_owned()), Need::Roles("/muster/lms/".to_owned()), Need::Queues("muster-lms-".to_owned())]
}

fn read(world: &World) -> Snapshot {
    block_on(world.sandbox.observe(&needs(&place(), &all()))).expect("read")
}

#[test]
fn a_schedule_is_looked_at_before_it_stands() {
    let world = World::new();
    let refused = |edge: EdgeSpec| code(&world, &create(edge));
    let invalid = (ErrorKind::Invalid, "ValidationException".to_owned());
    assert_eq!(refused(EdgeSpec { expression: "cron(0 25 * * ? *)".to_owned(), ..stop() }), invalid);
    assert_eq!(refused(EdgeSpec { zone: "Asia/Soul".to_owned(), ..stop() }), invalid);
    assert_eq!(refused(EdgeSpec { end: Some(world.now()), ..stop() }), invalid);
    let foreign = EdgeSpec { role: ROLE.replace("edges", "none"), ..stop() };
    assert_eq!(refused(foreign), (ErrorKind::NotFound, "ValidationException".to_owned()));
    world.done(&Change::SetRoleTrust { name: "edges".to_owned(), trust: trust("muster-lms-2") });
    let error = world.perform(&create(stop())).expect_err("refused");
    assert_eq!(error.message, "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.");
    world.done(&Change::SetRoleTrust { name: "edges".to_owned(), trust: trust(GROUP) });
    let over = world.now().checked_sub(SignedDuration::from_hours(1)).ok();
    world.done(&create(EdgeSpec { start: over, dead_letter: Some("arn:aws:sqs:::nowhere".to_owned()), ..stop() }));
    assert_eq!(world.edges().len(), 1, "a start that is over is not sent, and nobody looks whether the queue is one");
}

#[test]
fn a_role_is_held_to_iam_s_limits() {
    let world = World::new();
    let put = |text: String| Change::PutRolePolicy { role: "edges".to_owned(), policy: text };
    let sized = |length: usize| {
        let empty = policy(&["ec2:*"]);
        let blanks = empty.chars().filter(|c| c.is_whitespace()).count();
        empty.replace("ec2:*", &"x".repeat(length + "ec2:*".len() + blanks - empty.len()))
    };
    world.done(&put(sized(10_240)));
    assert_eq!(code(&world, &put(sized(10_241))), (ErrorKind::Quota, "LimitExceeded".to_owned()));
    assert_eq!(code(&world, &put("{".to_owned())), (ErrorKind::Invalid, "MalformedPolicyDocument".to_owned()));
    assert_eq!(code(&world, &role("edges")), (ErrorKind::AlreadyExists, "EntityAlreadyExists".to_owned()));
    let delete = Change::DeleteRole { name: "edges".to_owned() };
    assert_eq!(code(&world, &delete), (ErrorKind::DependencyViolation, "DeleteConflict".to_owned()));
    world.done(&Change::DeleteRolePolicy { role: "edges".to_owned() });
    world.done(&delete);
}

#[test]
fn roles_are_the_account_s_and_queues_the_region_s() {
    let world = World::new();
    let tokyo = Place { region: "ap-northeast-1".to_owned(), ..place() };
    let there = block_on(world.sandbox.observe(&needs(&tokyo, &all()))).expect("read").places.remove(&tokyo).expect("Tokyo");
    assert_eq!(there.roles.seen().iter().map(|role| role.arn.as_str()).collect::<Vec<_>>(), [ROLE]);
    assert!(there.queues.seen().is_empty() && there.edge_groups[GROUP].is_none());
    let other = block_on(muster_core::cloud::Cloud::perform(&world.sandbox, &tokyo, &role("edges"))).expect_err("taken");
    assert_eq!(other.kind, ErrorKind::AlreadyExists);
}

#[test]
fn the_name_of_a_deleted_queue_is_free_after_a_minute() {
    let world = World::new();
    assert_eq!(world.queue().arn, QUEUE);
    assert_eq!(world.done(&queue(1_209_600)).id.as_deref(), Some("muster-lms-edges"), "the same again");
    assert_eq!(code(&world, &queue(60)), (ErrorKind::AlreadyExists, "QueueNameExists".to_owned()));
    assert_eq!(code(&world, &queue(59)).0, ErrorKind::Invalid);
    world.done(&Change::DeleteQueue { name: "muster-lms-edges".to_owned() });
    assert_eq!(code(&world, &queue(60)), (ErrorKind::WrongState, "QueueDeletedRecently".to_owned()));
    world.sandbox.advance(SignedDuration::from_secs(60)).expect("the clock moves");
    world.done(&queue(60));
}

#[test]
fn calls_are_counted_as_the_services_take_them() {
    let world = World::new();
    (0..101).for_each(|n| drop(world.stand(edge(instance(&format!("i-{n:03}")), Action::Stop, "cron(0 19 ? * MON-FRI *)"))));
    let calls = read(&world).calls;
    let counted = ["ListSchedules", "ListRoles", "GetRolePolicy", "ListQueues", "GetQueueAttributes", "ListQueueTags"];
    assert_eq!(counted.map(|call| calls.get(call).copied().unwrap_or_default()), [2, 1, 1, 1, 1, 1]);
    let empty = read(&World::bare(Faults::none(1))).calls;
    assert_eq!(counted.map(|call| empty.get(call).copied().unwrap_or_default()), [1, 1, 0, 1, 0, 0]);
}

#[test]
fn what_is_refused_is_a_gap_and_nothing_is_made_of_it() {
    for (denied, kind) in [
        ("scheduler:ListSchedules", Kind::EdgeGroup),
        ("iam:GetRolePolicy", Kind::Role),
        ("sqs:GetQueueAttributes", Kind::Queue),
        ("sqs:ListQueueTags", Kind::Queue),
    ] {
        let world = World::new();
        world.sandbox.deny(denied).expect("denied");
        let snapshot = read(&world);
        assert_eq!(snapshot.gaps.iter().map(|gap| (gap.action.as_str(), gap.kind)).collect::<Vec<_>>(), [(denied, kind)]);
        let view = &snapshot.places[&place()];
        assert_eq!(view.edge_groups.contains_key(GROUP), kind != Kind::EdgeGroup, "{denied}");
        assert_eq!((view.roles.is_complete(), view.queues.is_complete()), (kind != Kind::Role, kind != Kind::Queue), "{denied}");
    }
    let world = World::new();
    for action in ["iam:PassRole", "scheduler:CreateSchedule"] {
        world.sandbox.deny(action).expect("denied");
        let error = world.perform(&create(stop())).expect_err("refused");
        assert!(error.kind == ErrorKind::Denied && error.message.contains(action), "{error}");
        world.sandbox.allow(action).expect("allowed");
    }
}

#[test]
fn faults_strike_here_too() {
    let world = World::new();
    world.sandbox.set_faults(Faults { fail_at: [(0, Fault::Throttled), (1, Fault::Before)].into(), ..Faults::none(1) });
    assert_eq!(code(&world, &create(stop())), (ErrorKind::Throttled, "ThrottlingException".to_owned()));
    assert_eq!(code(&world, &create(stop())).0, ErrorKind::Unreachable);
    assert!(world.edges().is_empty(), "nothing was done");
    world.sandbox.set_faults(Faults { fail_at: [(0, Fault::LostAnswer)].into(), ..Faults::none(1) });
    assert_eq!(code(&world, &create(stop())).0, ErrorKind::Unreachable);
    assert_eq!(code(&world, &create(stop())), (ErrorKind::AlreadyExists, "ConflictException".to_owned()), "it was done");
}

#[test]
fn readers_lag_and_a_role_is_not_assumed_at_once() {
    let late = Faults { delayed_reads: Some(SignedDuration::from_secs(30)), ..Faults::none(11) };
    let world = World::bare(late);
    world.done(&Change::CreateEdgeGroup { name: GROUP.to_owned(), tags: Tags::new() });
    world.done(&role("edges"));
    assert_eq!(code(&world, &create(stop())).0, ErrorKind::NotFound, "neither is known everywhere");
    world.sandbox.advance(SignedDuration::from_secs(30)).expect("the clock moves");
    world.done(&create(stop()));
    assert!(world.edges().is_empty(), "not shown yet");
    world.sandbox.advance(SignedDuration::from_secs(30)).expect("the clock moves");
    assert_eq!(world.edges().len(), 1);
}

#[test]
fn tags_are_set_by_name_and_by_arn() {
    let world = World::new();
    let arn = "arn:aws:scheduler:ap-northeast-2:123456789012:schedule-group/muster-lms";
    for (kind, id) in [(Kind::EdgeGroup, arn), (Kind::EdgeGroup, GROUP), (Kind::Role, "edges"), (Kind::Queue, QUEUE)] {
        let tags = Tags::from([("muster:fleet".to_owned(), id.to_owned())]);
        let resource = ResourceRef { kind, id: IdRef::Id(id.to_owned()) };
        world.done(&Change::SetTags { resource: resource.clone(), tags: tags.clone() });
        assert_eq!(world.view(Need::TagsOf(kind, id.to_owned())).tags.get(id), Some(&tags));
        world.done(&Change::RemoveTags { resource, keys: vec!["muster:fleet".to_owned()] });
        assert_eq!(world.view(Need::TagsOf(kind, id.to_owned())).tags.get(id), Some(&Tags::new()));
    }
    let never = ResourceRef { kind: Kind::Queue, id: IdRef::Id("never".to_owned()) };
    assert_eq!(code(&world, &Change::SetTags { resource: never, tags: Tags::new() }).0, ErrorKind::NotFound);
}

/// A file of a build that knew nothing of EventBridge.
#[test]
fn a_file_of_before_is_read() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("sandbox.json");
    let wall: Timestamp = "2026-11-21T09:00:00Z".parse().expect("instant");
    let open = || Sandbox::open(&path, &Estate::empty().expect("estate"), &[], wall).expect("open");
    let first = open();
    first.hand(&place(), &Change::CreateEdgeGroup { name: GROUP.to_owned(), tags: Tags::new() }).expect("made");
    let mut file: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).expect("file")).expect("JSON");
    let account = file["accounts"]["default"].as_object_mut().expect("account");
    assert!(account.remove("roles").is_some());
    let region = account["regions"]["ap-northeast-2"].as_object_mut().expect("region");
    for member in ["edge_groups", "edges", "deliveries", "queues", "deleted_queues"] {
        assert!(region.remove(member).is_some(), "{member}");
    }
    // Its first bytes say which revision it is, so their order is kept.
    let head = format!("{{\"format\":{},\"revision\":{},", file["format"], file["revision"]);
    let rest = file.as_object_mut().expect("object");
    rest.remove("format");
    rest.remove("revision");
    std::fs::write(&path, format!("{head}{}", &file.to_string()[1..])).expect("written");
    let again = open();
    let snapshot = block_on(again.observe(&needs(&place(), &all()))).expect("read");
    assert!(snapshot.gaps.is_empty() && snapshot.places[&place()].edge_groups[GROUP].is_none());
    again.hand(&place(), &role("edges")).expect("made");
    assert_eq!(open().show().expect("show").places[0].items.iter().filter(|item| item.kind == Kind::Role).count(), 1);
}
