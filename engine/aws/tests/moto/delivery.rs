//! What EventBridge delivers with: schedule groups, schedules, roles, queues.

use jiff::SignedDuration;
use muster_aws::WallClock;
use muster_core::address::Address;
use muster_core::cloud::{Change, Clock as _, ErrorKind, Kind, Need, ROLE_POLICY, Role, StandingEdge};
use muster_core::delivery::{Action, EdgeSpec, Target};
use muster_core::digest::canonical;
use serde_json::json;

use crate::{World, on, tags, world};

const GROUP: &str = "muster-lms";
const NAME: &str = "muster-lms-office-0a1b2c3d";
const PATH: &str = "/muster/lms/ap-northeast-2/";
const RETENTION: u32 = 1_209_600;

fn role_arn(world: &World) -> String {
    format!("arn:aws:iam::{}:role{PATH}{NAME}", world.account_id)
}

fn trust(service: &str) -> String {
    let statement = json!({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole", "Condition": {"StringLike": {"x": "100% 김"}}});
    canonical(&json!({"Version": "2012-10-17", "Statement": [statement]}))
}

fn marks() -> muster_core::tags::Tags {
    tags(&[("muster:fleet", "lms"), ("muster:address", "schedule/office/role")])
}

fn create_role() -> Change {
    let description = "muster:fleet=lms muster:address=schedule/office/role".to_owned();
    let (name, path, trust) = (NAME.to_owned(), PATH.to_owned(), trust("scheduler.amazonaws.com"));
    let boundary = Some("arn:aws:iam::aws:policy/PowerUserAccess".to_owned());
    Change::CreateRole { name, path, description, trust, boundary, tags: marks() }
}

fn edge(world: &World, id: &str) -> EdgeSpec {
    let now = WallClock.now();
    let in_days = |days: i64| now.checked_add(SignedDuration::from_hours(24 * days)).ok();
    EdgeSpec {
        address: Address::from_text(&format!("schedule/office/edge/ec2/{id}/stop-1900-mon-fri")),
        readable: "office-stop-1900-mon-fri".to_owned(),
        action: Action::Stop,
        expression: "cron(0 19 ? * MON-FRI *)".to_owned(),
        zone: "Asia/Seoul".to_owned(),
        start: in_days(-1),
        end: in_days(30),
        delete_after: true,
        target: Target::Instance { id: id.to_owned(), hibernate: false },
        partition: "aws".to_owned(),
        role: role_arn(world),
        dead_letter: Some(format!("arn:aws:sqs:ap-northeast-2:{}:{NAME}", world.account_id)),
        awaits: None,
    }
}

fn create(edge: &EdgeSpec) -> Change {
    Change::CreateEdge { group: GROUP.to_owned(), edge: Box::new(edge.clone()) }
}

fn create_group() -> Change {
    Change::CreateEdgeGroup { name: GROUP.to_owned(), tags: marks() }
}

async fn standing(world: &World) -> Option<Vec<StandingEdge>> {
    let view = world.view([Need::EdgeGroup(GROUP.to_owned())]).await;
    view.edge_groups[GROUP].clone().map(|group| group.edges)
}

/// What EventBridge was told, as its own API shows it.
async fn told(world: &World, name: &str) -> serde_json::Value {
    let backend = format!("get_backend('scheduler')[{:?}]['ap-northeast-2']", world.account_id);
    world.lab("py", &format!("result = {backend}.get_schedule({GROUP:?}, {name:?}).to_dict()")).await
}

#[tokio::test]
async fn an_edge_is_made_as_it_is_named_seen_and_pruned() {
    let Some(world) = world(30).await else { return };
    assert_eq!(standing(&world).await, None, "no group is an answer and no gap");
    world.done(create_group()).await;
    assert_eq!(standing(&world).await, Some(Vec::new()));
    world.done(create_role()).await;
    let (one, two) = (edge(&world, "i-1"), edge(&world, "i-2"));
    for edge in [&two, &one] {
        assert_eq!(world.done(create(edge)).await.id, Some(edge.name()));
    }
    assert_eq!(world.try_to(create(&one)).await.err(), Some(ErrorKind::AlreadyExists));
    let seen = standing(&world).await.expect("a group");
    let mut names = [one.name(), two.name()];
    names.sort();
    assert_eq!(seen.iter().map(|edge| edge.name.clone()).collect::<Vec<_>>(), names);
    assert!(seen.iter().all(|edge| edge.is_untouched() && edge.target == one.arn()), "{seen:?}");
    let told = told(&world, &one.name()).await;
    let expected = json!({
        "Arn": "arn:aws:scheduler:::aws-sdk:ec2:stopInstances", "RoleArn": one.role, "Input": r#"{"InstanceIds":["i-1"]}"#,
        "DeadLetterConfig": {"Arn": one.dead_letter}, "RetryPolicy": {"MaximumEventAgeInSeconds": 600, "MaximumRetryAttempts": 185},
    });
    assert_eq!(told["Target"], expected);
    let settings = ["ScheduleExpression", "ScheduleExpressionTimezone", "State", "ActionAfterCompletion", "StartDate"];
    let expected = json!([one.expression, one.zone, "ENABLED", "DELETE", null]);
    assert_eq!(json!(settings.map(|key| &told[key])), expected, "a start that is over is not sent");
    assert_eq!(told["EndDate"].as_f64().map(|end| end as i64), one.end.map(|end| end.as_second()));
    for _ in 0..2 {
        world.done(Change::DeleteEdge { group: GROUP.to_owned(), name: one.name() }).await;
    }
    world.done(create(&one)).await;
    assert_eq!(standing(&world).await.map(|edges| edges.len()), Some(2), "made again under a name that was used");
    for _ in 0..2 {
        world.done(Change::DeleteEdgeGroup { name: GROUP.to_owned() }).await;
    }
    assert_eq!(standing(&world).await, None);
}

#[tokio::test]
async fn what_somebody_disables_is_seen_in_the_listing() {
    let Some(world) = world(31).await else { return };
    world.done(create_group()).await;
    world.done(create_role()).await;
    let edge = edge(&world, "i-1");
    world.done(create(&edge)).await;
    let backend = format!("get_backend('scheduler')[{:?}]['ap-northeast-2']", world.account_id);
    world.lab("py", &format!("{backend}.get_schedule({GROUP:?}, {:?}).state = 'DISABLED'; result = True", edge.name())).await;
    let seen = standing(&world).await.expect("a group");
    assert!(!seen[0].enabled && !seen[0].is_untouched());
}

#[tokio::test]
async fn a_role_comes_back_as_it_was_asked_for() {
    let Some(world) = world(32).await else { return };
    world.done(create_role()).await;
    assert_eq!(world.try_to(create_role()).await.err(), Some(ErrorKind::AlreadyExists));
    let policy =
        canonical(&json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:StopInstances", "Resource": "*"}]}));
    world.done(Change::PutRolePolicy { role: NAME.to_owned(), policy: policy.clone() }).await;
    let list = || async { world.view([Need::Roles(PATH.to_owned())]).await.roles.seen().to_vec() };
    let expected = Role {
        name: NAME.to_owned(),
        arn: role_arn(&world),
        path: PATH.to_owned(),
        description: "muster:fleet=lms muster:address=schedule/office/role".to_owned(),
        trust: trust("scheduler.amazonaws.com"),
        policy: Some(policy),
    };
    assert_eq!(list().await, [expected], "policies are compared to the byte");
    assert!(world.view([Need::Roles("/muster/lm/".to_owned())]).await.roles.seen().is_empty(), "another fleet's path");
    world.done(Change::SetRoleTrust { name: NAME.to_owned(), trust: trust("ssm.amazonaws.com") }).await;
    world.done(Change::DescribeRole { name: NAME.to_owned(), description: "other".to_owned() }).await;
    let changed = list().await;
    assert_eq!((changed[0].trust.as_str(), changed[0].description.as_str()), (trust("ssm.amazonaws.com").as_str(), "other"));
    assert_eq!(
        world.try_to(Change::DeleteRole { name: NAME.to_owned() }).await.err(),
        Some(ErrorKind::DependencyViolation),
        "its policy first"
    );
    for _ in 0..2 {
        world.done(Change::DeleteRolePolicy { role: NAME.to_owned() }).await;
        assert_eq!(list().await.first().and_then(|role| role.policy.clone()), None, "{ROLE_POLICY}");
    }
    for _ in 0..2 {
        world.done(Change::DeleteRole { name: NAME.to_owned() }).await;
    }
    assert!(list().await.is_empty());
}

#[tokio::test]
async fn a_queue_comes_back_as_it_was_asked_for() {
    let Some(world) = world(33).await else { return };
    let queue = |retention_seconds| Change::CreateQueue { name: NAME.to_owned(), retention_seconds, tags: marks() };
    world.done(queue(RETENTION)).await;
    let list = |prefix: &'static str| async { world.view([Need::Queues(prefix.to_owned())]).await.queues.seen().to_vec() };
    let seen = list("muster-lms-").await;
    assert_eq!((seen.len(), seen[0].name.as_str(), seen[0].retention_seconds, seen[0].encrypted), (1, NAME, RETENTION, true));
    assert_eq!((seen[0].waiting, &seen[0].tags), (0, &marks()));
    assert_eq!(seen[0].arn, format!("arn:aws:sqs:ap-northeast-2:{}:{NAME}", world.account_id));
    assert!(list("muster-lms-2026-").await.is_empty());
    assert_eq!(world.try_to(queue(60)).await.err(), Some(ErrorKind::AlreadyExists), "of that name with another retention");
    world.done(Change::SetQueue { name: NAME.to_owned(), retention_seconds: 86_400 }).await;
    assert_eq!(list("muster-lms-").await[0].retention_seconds, 86_400);
    for _ in 0..2 {
        world.done(Change::DeleteQueue { name: NAME.to_owned() }).await;
    }
    assert!(list("muster-lms-").await.is_empty());
    let gone = Change::SetQueue { name: NAME.to_owned(), retention_seconds: 60 };
    assert_eq!(world.try_to(gone).await.err(), Some(ErrorKind::NotFound));
}

#[tokio::test]
async fn tags_of_groups_roles_and_queues() {
    let Some(world) = world(34).await else { return };
    world.done(create_group()).await;
    world.done(create_role()).await;
    world.done(Change::CreateQueue { name: NAME.to_owned(), retention_seconds: RETENTION, tags: marks() }).await;
    let account = &world.account_id;
    let arns = [
        (Kind::EdgeGroup, format!("arn:aws:scheduler:ap-northeast-2:{account}:schedule-group/{GROUP}")),
        (Kind::Role, role_arn(&world)),
        (Kind::Queue, format!("arn:aws:sqs:ap-northeast-2:{account}:{NAME}")),
    ];
    let names = [(Kind::EdgeGroup, GROUP.to_owned()), (Kind::Role, NAME.to_owned()), (Kind::Queue, NAME.to_owned())];
    for (kind, id) in arns.into_iter().chain(names) {
        world.done(Change::SetTags { resource: on(kind, &id), tags: tags(&[("muster:fleet", "lms-2026")]) }).await;
        let seen = world.view([Need::TagsOf(kind, id.clone())]).await.tags[&id].clone();
        assert_eq!((seen.len(), seen["muster:fleet"].as_str()), (2, "lms-2026"), "{kind}");
        world.done(Change::RemoveTags { resource: on(kind, &id), keys: vec!["muster:fleet".to_owned()] }).await;
        assert_eq!(
            world.view([Need::TagsOf(kind, id.clone())]).await.tags[&id],
            tags(&[("muster:address", "schedule/office/role")]),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn a_role_that_is_not_known_yet_is_waited_for() {
    let Some(world) = world(35).await else { return };
    world.done(create_group()).await;
    let edge = edge(&world, "i-1");
    let refused = world.live_error(create(&edge)).await;
    assert_eq!((refused.kind, refused.code.as_str()), (ErrorKind::NotFound, "ValidationException"));
    // The executor makes the same call again for as long as this says "not found" of something that it made.
    world.done(create_role()).await;
    assert_eq!(world.done(create(&edge)).await.id, Some(edge.name()));
}

#[tokio::test]
async fn a_group_of_many_pages_and_one_page_that_is_refused() {
    let Some(world) = world(36).await else { return };
    world.done(create_group()).await;
    world.done(create_role()).await;
    let edges: Vec<EdgeSpec> = (0..101).map(|n| edge(&world, &format!("i-{n}"))).collect();
    futures::future::join_all(edges.iter().map(|edge| world.done(create(edge)))).await;
    world.lab("log", "").await;
    assert_eq!(standing(&world).await.map(|edges| edges.len()), Some(101));
    assert_eq!(world.lab("log", "").await["scheduler:ListSchedules"], json!(2));
    world.fault("ListSchedules", "before", 403, "AccessDeniedException").await;
    let snapshot = world.read([Need::EdgeGroup(GROUP.to_owned())]).await;
    let gap = &snapshot.gaps[0];
    assert_eq!(
        (gap.action.as_str(), gap.kind, gap.resources.as_slice()),
        ("scheduler:ListSchedules", Kind::EdgeGroup, &[GROUP.to_owned()][..])
    );
    assert!(!snapshot.places[&world.place].edge_groups.contains_key(GROUP), "what was not read is not said to be absent");
}

#[tokio::test]
async fn an_answer_that_was_lost_leaves_one_edge() {
    let Some(world) = world(37).await else { return };
    world.done(create_group()).await;
    world.done(create_role()).await;
    let edge = edge(&world, "i-1");
    world.fault("^CreateSchedule$", "after", 500, "InternalServerException").await;
    assert_eq!(world.done(create(&edge)).await.id, Some(edge.name()), "the SDK asks again with the same token");
    assert_eq!(standing(&world).await.map(|edges| edges.len()), Some(1));
}
