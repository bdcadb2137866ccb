//! The changes of delivery by EventBridge, what AWS asks IAM before each, and what a permissions boundary adds.

use super::changes::{MADE, OWNED, Request, ask};
use super::fixture::{full, name};
use super::*;
use crate::address::Address;
use crate::delivery::{Action, EdgeSpec, Target};
use crate::fleet::{Delivery, DeliveryBy};
use crate::tags::Tags;

pub(super) const GROUP: &str = "edges schedule-group/muster-lms";
pub(super) const ROLE: &str = "iam lms/ap-northeast-2/muster-lms-office-0a1b2c3d";
pub(super) const QUEUE: &str = "queue muster-lms-office-0a1b2c3d";
const EDGE: &str = "edges schedule/muster-lms/office-start-0900-mon-fri-0a1b2c3d-4e5f6a7b";
const PASSED: (&str, &str) = ("iam:PassedToService", "scheduler.amazonaws.com");
const BOUNDARY: &str = "arn:aws:iam::123456789012:policy/edges";

/// What AWS asks, by its Service Authorization Reference: the pages "Amazon EventBridge Scheduler", "AWS Identity and Access Management" and
/// "Amazon SQS".
pub(super) fn requests(change: &Change) -> Vec<Request> {
    match change {
        Change::CreateEdgeGroup { .. } => {
            vec![ask("scheduler:CreateScheduleGroup", GROUP, &[MADE]), ask("scheduler:TagResource", GROUP, &[MADE])]
        }
        Change::DeleteEdgeGroup { .. } => {
            vec![ask("scheduler:DeleteScheduleGroup", GROUP, &[OWNED]), ask("scheduler:DeleteSchedule", EDGE, &[])]
        }
        Change::CreateEdge { .. } => vec![ask("scheduler:CreateSchedule", EDGE, &[]), ask("iam:PassRole", ROLE, &[PASSED])],
        Change::DeleteEdge { .. } => vec![ask("scheduler:DeleteSchedule", EDGE, &[])],
        Change::CreateRole { .. } => vec![ask("iam:CreateRole", ROLE, &[MADE]), ask("iam:TagRole", ROLE, &[MADE])],
        Change::SetRoleTrust { .. } => vec![ask("iam:UpdateAssumeRolePolicy", ROLE, &[OWNED])],
        Change::DescribeRole { .. } => vec![ask("iam:UpdateRole", ROLE, &[OWNED])],
        Change::PutRolePolicy { .. } => vec![ask("iam:PutRolePolicy", ROLE, &[OWNED])],
        Change::DeleteRolePolicy { .. } => vec![ask("iam:DeleteRolePolicy", ROLE, &[OWNED])],
        Change::DeleteRole { .. } => vec![ask("iam:DeleteRole", ROLE, &[OWNED])],
        Change::CreateQueue { .. } => vec![ask("sqs:CreateQueue", QUEUE, &[MADE]), ask("sqs:TagQueue", QUEUE, &[MADE])],
        Change::SetQueue { .. } => vec![ask("sqs:GetQueueUrl", QUEUE, &[]), ask("sqs:SetQueueAttributes", QUEUE, &[OWNED])],
        Change::DeleteQueue { .. } => vec![ask("sqs:GetQueueUrl", QUEUE, &[]), ask("sqs:DeleteQueue", QUEUE, &[OWNED])],
        other => panic!("{other:?} is no change of delivery"),
    }
}

/// One of every change.
pub(super) fn every() -> Vec<Change> {
    let text = |text: &str| text.to_owned();
    let (group, name) = (|| text("muster-lms"), || text("muster-lms-office-0a1b2c3d"));
    vec![
        Change::CreateEdgeGroup { name: group(), tags: Tags::new() },
        Change::DeleteEdgeGroup { name: group() },
        Change::CreateEdge { group: group(), edge: Box::new(edge()) },
        Change::DeleteEdge { group: group(), name: edge().name() },
        Change::CreateRole {
            name: name(),
            path: text("/muster/lms/ap-northeast-2/"),
            description: text("d"),
            trust: text("{}"),
            boundary: None,
            tags: Tags::new(),
        },
        Change::SetRoleTrust { name: name(), trust: text("{}") },
        Change::DescribeRole { name: name(), description: text("d") },
        Change::PutRolePolicy { role: name(), policy: text("{}") },
        Change::DeleteRolePolicy { role: name() },
        Change::DeleteRole { name: name() },
        Change::CreateQueue { name: name(), retention_seconds: 1_209_600, tags: Tags::new() },
        Change::SetQueue { name: name(), retention_seconds: 1_209_600 },
        Change::DeleteQueue { name: name() },
    ]
}

fn edge() -> EdgeSpec {
    EdgeSpec {
        address: Address::from_text("schedule/office/edge/ec2/i-1/start-0900-mon-fri"),
        readable: "office-start-0900-mon-fri".into(),
        action: Action::Start,
        expression: "cron(0 9 ? * MON-FRI *)".into(),
        zone: "Asia/Seoul".into(),
        start: None,
        end: None,
        delete_after: false,
        target: Target::Instance { id: "i-1".into(), hibernate: false },
        partition: "aws".into(),
        role: "arn:aws:iam::123456789012:role/muster/lms/ap-northeast-2/muster-lms-office-0a1b2c3d".into(),
        dead_letter: None,
        awaits: None,
    }
}

fn bounded(schedules: &[&str]) -> Fleet {
    let mut fleet = full();
    for schedule in schedules {
        fleet.schedules[&name(schedule)].delivery = Delivery { by: DeliveryBy::Both, options: json!({"boundary": BOUNDARY}) };
    }
    fleet
}

fn puts_policy(fleet: &Fleet, boundary: &[(&str, &str)]) -> bool {
    let known: Vec<_> = [OWNED].iter().chain(boundary).copied().collect();
    let asked = ask("iam:PutRolePolicy", ROLE, &known);
    allows(&of(fleet).apply, asked.action, &asked.resource, &asked.ours)
}

#[test]
fn a_role_reaches_no_further_than_its_boundary() {
    let fleet = bounded(&["class"]);
    let within = ("iam:PermissionsBoundary", BOUNDARY);
    let other = ("iam:PermissionsBoundary", "arn:aws:iam::aws:policy/AdministratorAccess");
    assert!(puts_policy(&fleet, &[within]) && !puts_policy(&fleet, &[]) && !puts_policy(&fleet, &[other]));
    let apply = of(&fleet).apply;
    let makes = |boundary: &[(&str, &str)]| {
        let asked = ask("iam:CreateRole", ROLE, &[MADE].iter().chain(boundary).copied().collect::<Vec<_>>());
        allows(&apply, asked.action, &asked.resource, &asked.ours)
    };
    assert!(makes(&[within]) && !makes(&[]) && !makes(&[other]));
    let tagged = ask("iam:TagRole", ROLE, &[MADE]);
    assert!(allows(&apply, tagged.action, &tagged.resource, &tagged.ours), "the tags of a new role know of no boundary");
    let taken_away = ["iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary", "iam:AttachRolePolicy"];
    assert!(taken_away.iter().all(|action| !actions_of(&apply).contains(*action)));
}

#[test]
fn one_schedule_without_a_boundary_leaves_the_door_open_and_is_named() {
    let mut fleet = bounded(&["class"]);
    assert_eq!(risks(&fleet), Vec::<String>::new());
    fleet.schedules[&name("office")].delivery.by = DeliveryBy::Eventbridge;
    assert!(puts_policy(&fleet, &[]));
    let said = "whoever holds the apply policy writes the policies of the roles that EventBridge works with, and so can have it do anything in \
                the account: `office` names no boundary; `delivery: {by: …, boundary: arn:aws:iam::123456789012:policy/NAME}` holds the roles, \
                and this policy, under a policy of yours";
    assert_eq!(risks(&fleet), [said]);
    fleet.name = None;
    assert_eq!(risks(&fleet), Vec::<String>::new(), "without a name nothing is delivered");
}

#[test]
fn a_role_is_handed_to_the_scheduler_only() {
    let apply = of(&full()).apply;
    let passes = |service| {
        let asked = ask("iam:PassRole", ROLE, &[("iam:PassedToService", service)]);
        allows(&apply, asked.action, &asked.resource, &asked.ours)
    };
    assert!(passes("scheduler.amazonaws.com") && !passes("ec2.amazonaws.com") && !passes("ssm.amazonaws.com"));
    let foreign = "arn:aws:iam::123456789012:role/admin";
    assert!(!allows(&apply, "iam:PassRole", foreign, &context(&[PASSED])));
}

#[test]
fn a_fleet_whose_name_begins_anothers_reaches_none_of_its_edges() {
    let apply = of(&full()).apply;
    let theirs = [
        ("scheduler:CreateSchedule", "edges schedule/muster-lms-2026/office-0a1b2c3d-4e5f6a7b"),
        ("scheduler:DeleteSchedule", "edges schedule/muster-lms-2026/office-0a1b2c3d-4e5f6a7b"),
        ("scheduler:DeleteScheduleGroup", "edges schedule-group/muster-lms-2026"),
        ("iam:PutRolePolicy", "iam lms-2026/ap-northeast-2/muster-lms-2026-office-0a1b2c3d"),
    ];
    for (action, resource) in theirs {
        let asked = ask(action, resource, &[OWNED]);
        assert!(!allows(&apply, action, &asked.resource, &asked.ours), "{action}");
    }
    // The name of their queue begins as ours do; the tag tells them apart.
    for action in ["sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:CreateQueue"] {
        let asked = ask(action, "queue muster-lms-2026-office-0a1b2c3d", &[("aws:ResourceTag/muster:fleet", "lms-2026"), MADE]);
        assert!(!allows(&apply, action, &asked.resource, &asked.ours), "{action}");
    }
}

#[test]
fn every_plan_of_a_fleet_looks_for_edges_and_only_delivery_reads_more() {
    let plain = actions_of(&of(&fixture::bare()).plan);
    assert!(plain.contains("scheduler:ListSchedules") && !plain.contains("iam:ListRoles") && !plain.contains("sqs:ListQueues"));
    let delivered = actions_of(&of(&full()).plan);
    for action in ["iam:ListRoles", "iam:GetRolePolicy", "sqs:ListQueues", "sqs:GetQueueAttributes", "sqs:ListQueueTags"] {
        assert!(delivered.contains(action), "{action}");
    }
}
