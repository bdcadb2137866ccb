//! One of every change, and what AWS asks IAM before it does it.

use std::collections::BTreeMap;

use super::judge::{Context, context};
use super::{delivery, *};
use crate::address::Address;
use crate::cloud::{AlarmSpec, DbPatch, DbSpec, IdRef, InstanceSpec, KeyMaterial, Kind, ResourceRef, SecretRef};
use crate::tags::Tags;

/// A question that AWS puts to IAM.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) action: &'static str,
    pub(super) resource: String,
    /// What is known when the thing is ours.
    pub(super) ours: Context,
}

impl Request {
    /// The same question about a thing of another fleet's, of nobody's, and by a call that says less.
    pub(super) fn forged(&self) -> Vec<Context> {
        let owners = [OWNED.0, MADE.0];
        let keys = || self.ours.keys().filter(|key| owners.contains(&key.as_str()));
        let other = |key: &String| {
            let mut forged = self.ours.clone();
            forged.insert(key.clone(), vec!["other".to_owned()]);
            forged
        };
        let missing = |key: &String| {
            let mut forged = self.ours.clone();
            forged.remove(key);
            forged
        };
        // Leaving out the owner is no forgery when tags of an owned thing are changed.
        let may_miss = |key: &&String| !(self.ours.contains_key(owners[0]) && key.as_str() == owners[1]);
        keys().map(other).chain(keys().filter(may_miss).map(missing)).collect()
    }
}

pub(super) const OWNED: (&str, &str) = ("aws:ResourceTag/muster:fleet", "lms");
pub(super) const MADE: (&str, &str) = ("aws:RequestTag/muster:fleet", "lms");
const KEPT: (&str, &str) = ("aws:RequestTag/muster:snapshot-of", "user/alice/instance");
/// What the schedule `office` selects.
const SELECTED: [(&str, &str); 2] = [("aws:ResourceTag/env", "dev"), ("aws:ResourceTag/owner", "kim")];
/// A snapshot that it has taken, and one that it takes.
const TAKEN: (&str, &str) = ("aws:ResourceTag/muster:snapshot-of", "rds/app schedule=lms/office");
const TAKES: (&str, &str) = ("aws:RequestTag/muster:snapshot-of", "rds-cluster/shop schedule=lms/office");

pub(super) fn ask(action: &'static str, resource: &str, known: &[(&str, &str)]) -> Request {
    let resource = match resource.split_once(' ') {
        Some(("rds", rest)) => format!("arn:aws:rds:ap-northeast-2:123456789012:{rest}"),
        Some(("alarm", rest)) => format!("arn:aws:cloudwatch:ap-northeast-2:123456789012:alarm:{rest}"),
        Some(("ssm", rest)) => format!("arn:aws:ssm:ap-northeast-2:123456789012:parameter/{rest}"),
        Some(("public", rest)) => format!("arn:aws:ec2:ap-northeast-2::{rest}"),
        Some(("role", rest)) => format!("arn:aws:iam::123456789012:role/aws-service-role/{rest}"),
        Some(("asg", rest)) => {
            format!("arn:aws:autoscaling:ap-northeast-2:123456789012:autoScalingGroup:0a1b:autoScalingGroupName/{rest}")
        }
        Some(("ecs", rest)) => format!("arn:aws:ecs:ap-northeast-2:123456789012:service/{rest}"),
        Some(("edges", rest)) => format!("arn:aws:scheduler:ap-northeast-2:123456789012:{rest}"),
        Some(("iam", rest)) => format!("arn:aws:iam::123456789012:role/muster/{rest}"),
        Some(("queue", rest)) => format!("arn:aws:sqs:ap-northeast-2:123456789012:{rest}"),
        Some(("secret", rest)) => format!("arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:{rest}"),
        _ => format!("arn:aws:ec2:ap-northeast-2:123456789012:{resource}"),
    };
    Request { action, resource, ours: context(known) }
}

/// What AWS asks, by its Service Authorization Reference; required resource types each once.
pub(super) fn requests(change: &Change) -> Vec<Request> {
    let tagging = |call| [MADE, ("ec2:CreateAction", call)];
    match change {
        Change::CreateSecurityGroup { .. } => vec![
            ask("ec2:CreateSecurityGroup", "security-group/sg-1", &[MADE]),
            ask("ec2:CreateSecurityGroup", "vpc/vpc-1", &[]),
            ask("ec2:CreateTags", "security-group/sg-1", &tagging("CreateSecurityGroup")),
        ],
        Change::AuthorizeIngress { .. } => vec![ask("ec2:AuthorizeSecurityGroupIngress", "security-group/sg-1", &[OWNED])],
        Change::RevokeIngress { .. } => vec![ask("ec2:RevokeSecurityGroupIngress", "security-group/sg-1", &[OWNED])],
        Change::DeleteSecurityGroup { .. } => vec![ask("ec2:DeleteSecurityGroup", "security-group/sg-1", &[OWNED])],
        Change::StoreGeneratedKey { secret, .. } => vec![stored("ssm:PutParameter", secret), stored("ssm:AddTagsToResource", secret)],
        Change::DeleteStoredKey { secret } => vec![stored("ssm:DeleteParameter", secret)],
        Change::ImportKeyPair { name, .. } => vec![
            ask("ec2:ImportKeyPair", &format!("key-pair/{name}"), &[MADE]),
            ask("ec2:CreateTags", &format!("key-pair/{name}"), &tagging("ImportKeyPair")),
        ],
        Change::DeleteKeyPair { name } => vec![ask("ec2:DeleteKeyPair", &format!("key-pair/{name}"), &[OWNED])],
        Change::RunInstance { .. } => vec![
            ask("ec2:RunInstances", "instance/i-1", &[MADE]),
            ask("ec2:RunInstances", "volume/vol-1", &[MADE]),
            ask("ec2:RunInstances", "security-group/sg-1", &[OWNED]),
            ask("ec2:RunInstances", "key-pair/muster-lms-alice", &[OWNED]),
            ask("ec2:RunInstances", "public image/ami-1", &[]),
            ask("ec2:RunInstances", "subnet/subnet-1", &[]),
            ask("ec2:RunInstances", "network-interface/eni-1", &[]),
            ask("ec2:CreateTags", "instance/i-1", &tagging("RunInstances")),
            ask("ec2:CreateTags", "volume/vol-1", &tagging("RunInstances")),
        ],
        Change::StartInstances { .. } => vec![ask("ec2:StartInstances", "instance/i-1", &[OWNED])],
        Change::StopInstances { .. } => vec![ask("ec2:StopInstances", "instance/i-1", &[OWNED])],
        Change::TerminateInstance { .. } => vec![ask("ec2:TerminateInstances", "instance/i-1", &[OWNED])],
        Change::ModifyInstanceType { .. } => vec![ask("ec2:ModifyInstanceAttribute", "instance/i-1", &[OWNED])],
        Change::ModifyInstanceGroups { .. } => vec![
            ask("ec2:ModifyInstanceAttribute", "instance/i-1", &[OWNED]),
            ask("ec2:ModifyInstanceAttribute", "security-group/sg-foreign", &[]),
        ],
        Change::ModifyInstanceMetadata { .. } => vec![ask("ec2:ModifyInstanceMetadataOptions", "instance/i-1", &[OWNED])],
        Change::ModifyVolume { .. } => vec![ask("ec2:ModifyVolume", "volume/vol-1", &[OWNED])],
        Change::CreateSnapshot { .. } => vec![
            ask("ec2:CreateSnapshot", "volume/vol-1", &[OWNED, KEPT]),
            ask("ec2:CreateSnapshot", "public snapshot/snap-1", &[KEPT]),
            ask("ec2:CreateTags", "public snapshot/snap-1", &[KEPT, ("ec2:CreateAction", "CreateSnapshot")]),
        ],
        Change::SetTags { resource, .. } | Change::RemoveTags { resource, .. } => vec![tags_of(change.action(), resource)],
        Change::PutAlarm { name, .. } => vec![
            ask("cloudwatch:PutMetricAlarm", &format!("alarm {name}"), &[MADE]),
            ask("cloudwatch:PutMetricAlarm", &format!("alarm {name}"), &[OWNED]),
            ask("cloudwatch:TagResource", &format!("alarm {name}"), &[MADE]),
            ask(
                "iam:CreateServiceLinkedRole",
                "role events.amazonaws.com/AWSServiceRoleForCloudWatchEvents",
                &[("iam:AWSServiceName", "events.amazonaws.com")],
            ),
        ],
        Change::ResetAlarm { name } => vec![ask("cloudwatch:SetAlarmState", &format!("alarm {name}"), &[OWNED])],
        Change::DeleteAlarm { name } => vec![ask("cloudwatch:DeleteAlarms", &format!("alarm {name}"), &[OWNED])],
        Change::CreateParameterGroup { name, .. } => vec![
            ask("rds:CreateDBParameterGroup", &format!("rds pg:{name}"), &[MADE]),
            ask("rds:AddTagsToResource", &format!("rds pg:{name}"), &[MADE]),
        ],
        Change::SetParameters { group, .. } => vec![ask("rds:ModifyDBParameterGroup", &format!("rds pg:{group}"), &[OWNED])],
        Change::DeleteParameterGroup { group } => vec![ask("rds:DeleteDBParameterGroup", &format!("rds pg:{group}"), &[OWNED])],
        Change::CreateDatabase { spec } => vec![
            ask("rds:CreateDBInstance", &format!("rds db:{}", spec.name), &[MADE]),
            ask("rds:CreateDBInstance", "rds pg:default.mysql8.0", &[]),
            ask("rds:CreateDBInstance", "rds subgrp:default", &[]),
            ask("rds:AddTagsToResource", &format!("rds db:{}", spec.name), &[MADE]),
            ask("secretsmanager:CreateSecret", "secret rds!db-1234", &[]),
            ask("secretsmanager:TagResource", "secret rds!db-1234", &[]),
            ask(
                "iam:CreateServiceLinkedRole",
                "role rds.amazonaws.com/AWSServiceRoleForRDS",
                &[("iam:AWSServiceName", "rds.amazonaws.com")],
            ),
        ],
        Change::ModifyDatabase { name, .. } => {
            vec![database("rds:ModifyDBInstance", name), ask("rds:ModifyDBInstance", "rds pg:mine", &[])]
        }
        Change::StartDatabase { name } => vec![database("rds:StartDBInstance", name)],
        Change::StopDatabase { name } => vec![database("rds:StopDBInstance", name)],
        Change::RebootDatabase { name } => vec![database("rds:RebootDBInstance", name)],
        Change::DeleteDatabase { name } => vec![database("rds:DeleteDBInstance", name)],
        Change::DeleteDbSnapshot { name } => vec![ask("rds:DeleteDBSnapshot", &format!("rds snapshot:{name}"), &[TAKEN])],
        Change::StartCluster { name } => vec![ask("rds:StartDBCluster", &format!("rds cluster:{name}"), &SELECTED)],
        Change::StopCluster { name } => vec![ask("rds:StopDBCluster", &format!("rds cluster:{name}"), &SELECTED)],
        Change::CreateClusterSnapshot { cluster, name, .. } => vec![
            ask("rds:CreateDBClusterSnapshot", &format!("rds cluster:{cluster}"), &SELECTED),
            ask("rds:CreateDBClusterSnapshot", &format!("rds cluster-snapshot:{name}"), &[TAKES]),
            ask("rds:AddTagsToResource", &format!("rds cluster-snapshot:{name}"), &[TAKES, ("aws:TagKeys", "muster:snapshot-of")]),
        ],
        Change::DeleteClusterSnapshot { name } => {
            vec![ask("rds:DeleteDBClusterSnapshot", &format!("rds cluster-snapshot:{name}"), &[TAKEN])]
        }
        Change::ScaleGroup { name, .. } => vec![ask("autoscaling:UpdateAutoScalingGroup", &format!("asg {name}"), &SELECTED)],
        Change::ScaleService { cluster, service, .. } => vec![ask("ecs:UpdateService", &format!("ecs {cluster}/{service}"), &SELECTED)],
        Change::CreateDbSnapshot { database: of, name, .. } => vec![
            database("rds:CreateDBSnapshot", of),
            ask("rds:CreateDBSnapshot", &format!("rds snapshot:{name}"), &[KEPT]),
            ask("rds:AddTagsToResource", &format!("rds snapshot:{name}"), &[KEPT, ("aws:TagKeys", "muster:snapshot-of")]),
        ],
        Change::CreateEdgeGroup { .. }
        | Change::DeleteEdgeGroup { .. }
        | Change::CreateEdge { .. }
        | Change::DeleteEdge { .. }
        | Change::CreateRole { .. }
        | Change::SetRoleTrust { .. }
        | Change::DescribeRole { .. }
        | Change::PutRolePolicy { .. }
        | Change::DeleteRolePolicy { .. }
        | Change::DeleteRole { .. }
        | Change::CreateQueue { .. }
        | Change::SetQueue { .. }
        | Change::DeleteQueue { .. } => delivery::requests(change),
    }
}

fn stored(action: &'static str, secret: &SecretRef) -> Request {
    ask(action, &format!("ssm {}", secret.parameter.trim_start_matches('/')), &[])
}

fn database(action: &'static str, name: &str) -> Request {
    ask(action, &format!("rds db:{name}"), &[OWNED])
}

fn tags_of(action: &'static str, resource: &ResourceRef) -> Request {
    match resource.kind {
        Kind::Alarm => ask(action, "alarm muster-lms-alice", &[OWNED]),
        Kind::KeyParameter => ask(action, "ssm muster/lms/muster-lms-alice", &[]),
        Kind::DbSnapshot => ask(action, "rds snapshot:app-last", &[KEPT, ("aws:TagKeys", "muster:snapshot-of")]),
        Kind::Database => ask(action, "rds db:app", &[OWNED]),
        Kind::ParameterGroup => ask(action, "rds pg:muster-lms-app", &[OWNED]),
        Kind::DbCluster => ask(action, "rds cluster:shop", &marked("muster:override")),
        Kind::ScalingGroup => ask(action, "asg web", &marked("muster:resume-set")),
        Kind::EcsService => ask(action, "ecs main/api", &marked("muster:resume-desired")),
        Kind::EdgeGroup => ask(action, delivery::GROUP, &[OWNED]),
        Kind::Role => ask(action, delivery::ROLE, &[OWNED]),
        Kind::Queue => ask(action, delivery::QUEUE, &[OWNED]),
        _ => ask(action, "instance/i-1", &[OWNED]),
    }
}

/// A schedule's own mark on what it selects.
fn marked(key: &'static str) -> [(&'static str, &'static str); 3] {
    [SELECTED[0], SELECTED[1], ("aws:TagKeys", key)]
}

/// One of every change.
pub(super) fn every() -> Vec<Change> {
    let text = |text: &str| text.to_owned();
    let (name, id) = (|| text("muster-lms-alice"), || text("x-1"));
    let group = || IdRef::Id(text("sg-1"));
    let secret = || SecretRef { parameter: text("/muster/lms/muster-lms-alice") };
    let resource = |kind| ResourceRef { kind, id: IdRef::Of(Address::from_text("user/alice/instance")) };
    let tagged = [Kind::Instance, Kind::Volume, Kind::SecurityGroup, Kind::KeyPair, Kind::Alarm, Kind::Database].into_iter().chain([
        Kind::DbSnapshot,
        Kind::ParameterGroup,
        Kind::KeyParameter,
        Kind::DbCluster,
        Kind::ScalingGroup,
        Kind::EcsService,
        Kind::EdgeGroup,
        Kind::Role,
        Kind::Queue,
    ]);
    let set = tagged.clone().map(|kind| Change::SetTags { resource: resource(kind), tags: Tags::new() });
    // The mark of a kept snapshot stays.
    let removed = tagged.filter(|kind| *kind != Kind::DbSnapshot);
    let tagging = set.chain(removed.map(|kind| Change::RemoveTags { resource: resource(kind), keys: Vec::new() }));
    let mut all = vec![
        Change::CreateSecurityGroup { name: name(), description: text("d"), vpc: text("vpc-1"), tags: Tags::new() },
        Change::AuthorizeIngress { group: group(), rules: Vec::new() },
        Change::RevokeIngress { group: group(), rule_ids: Vec::new() },
        Change::DeleteSecurityGroup { group: id() },
        Change::StoreGeneratedKey { secret: secret(), tags: Tags::new() },
        Change::DeleteStoredKey { secret: secret() },
        Change::ImportKeyPair { name: name(), key: KeyMaterial::Generated, tags: Tags::new() },
        Change::DeleteKeyPair { name: name() },
        Change::RunInstance { token: text("t"), spec: Box::new(instance()) },
        Change::StartInstances { ids: Vec::new() },
        Change::StopInstances { ids: Vec::new(), hibernate: false },
        Change::TerminateInstance { id: id() },
        Change::ModifyInstanceType { id: id(), instance_type: text("t3.small") },
        Change::ModifyInstanceGroups { id: id(), groups: vec![group()] },
        Change::ModifyInstanceMetadata { id: id(), required: true },
        Change::ModifyVolume { id: id(), size_gib: Some(40), volume_type: None },
        Change::CreateSnapshot { volume: id(), description: text("d"), tags: Tags::new() },
        Change::PutAlarm { name: name(), description: text("d"), spec: Box::new(alarm()), tags: Tags::new() },
        Change::ResetAlarm { name: name() },
        Change::DeleteAlarm { name: name() },
        Change::CreateParameterGroup { name: name(), family: text("mysql8.0"), description: text("d"), tags: Tags::new() },
        Change::SetParameters { group: name(), parameters: BTreeMap::new() },
        Change::DeleteParameterGroup { group: name() },
        Change::CreateDatabase { spec: Box::new(database_spec()) },
        Change::ModifyDatabase { name: name(), patch: Box::new(DbPatch::default()) },
        Change::StartDatabase { name: name() },
        Change::StopDatabase { name: name() },
        Change::RebootDatabase { name: name() },
        Change::DeleteDatabase { name: name() },
        Change::DeleteDbSnapshot { name: name() },
        Change::StartCluster { name: name() },
        Change::StopCluster { name: name() },
        Change::CreateClusterSnapshot { cluster: text("shop"), name: name(), tags: Tags::new() },
        Change::DeleteClusterSnapshot { name: name() },
        Change::ScaleGroup { name: text("web"), min: 1, desired: 2, max: 4 },
        Change::ScaleService { cluster: text("main"), service: text("api"), desired: 2 },
        Change::CreateDbSnapshot { database: name(), name: text("app-last"), tags: Tags::new() },
    ];
    all.extend(tagging);
    all.extend(delivery::every());
    all
}

fn instance() -> InstanceSpec {
    InstanceSpec {
        image: "ami-1".into(),
        root_device: "/dev/sda1".into(),
        instance_type: "t3.small".into(),
        subnet: None,
        groups: Vec::new(),
        key_name: "muster-lms-alice".into(),
        disk_gib: 30,
        disk_type: "gp3".into(),
        encrypted: true,
        kms_key: None,
        imds_required: true,
        public_ip: true,
        tags: Tags::new(),
        volume_tags: Tags::new(),
    }
}

fn alarm() -> AlarmSpec {
    AlarmSpec {
        instance: IdRef::Id("i-1".into()),
        namespace: "AWS/EC2".into(),
        metric: "CPUUtilization".into(),
        statistic: "Average".into(),
        comparison: "LessThanThreshold".into(),
        threshold: 5.0,
        period_seconds: 300,
        periods: 6,
        missing_data: "notBreaching".into(),
        actions: Vec::new(),
        actions_enabled: true,
    }
}

fn database_spec() -> DbSpec {
    DbSpec {
        name: "muster-lms-app".into(),
        engine: "mysql".into(),
        version: "8.0".into(),
        class: "db.t4g.micro".into(),
        storage_gib: 20,
        storage_type: "gp3".into(),
        encrypted: true,
        kms_key: None,
        master_user: "admin".into(),
        database_name: None,
        port: None,
        parameter_group: None,
        groups: Vec::new(),
        subnet_group: None,
        backup_retention_days: 7,
        backup_window: None,
        maintenance_window: None,
        multi_az: false,
        public: false,
        iam_authentication: false,
        performance_insights: false,
        deletion_protection: false,
        tags: Tags::new(),
    }
}
