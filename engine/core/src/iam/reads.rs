//! What a plan may read: one table from [`Need`] to IAM actions.

use std::collections::BTreeSet;

use super::scope::{Part, Scope};
use super::statement::{Conditions, Statement};
use crate::cloud::{ImageQuery, Kind, Need, QuotaKind};
use crate::fleet::{Fleet, ImageChoice, VpcChoice};

/// Where Canonical publishes its images (K: Ubuntu on AWS, "Find Ubuntu images"); AWS owns the parameters, so the account in
/// their ARN is empty.
const CANONICAL_PARAMETERS: &str = "arn:{partition}:ssm:{region}:*:parameter/aws/service/canonical/ubuntu/*";

/// The IAM actions that a need takes.
#[must_use]
pub fn actions(need: &Need) -> &'static [&'static str] {
    match need {
        Need::Instances | Need::InstancesById(_) => &["ec2:DescribeInstances"],
        Need::Volumes => &["ec2:DescribeVolumes"],
        Need::SecurityGroups => &["ec2:DescribeSecurityGroups"],
        Need::KeyPairs => &["ec2:DescribeKeyPairs"],
        Need::Vpcs => &["ec2:DescribeVpcs"],
        Need::Subnets => &["ec2:DescribeSubnets"],
        Need::Image(ImageQuery::Id(_) | ImageQuery::Newest { .. }) => &["ec2:DescribeImages"],
        Need::Image(ImageQuery::Ssm(_) | ImageQuery::Ubuntu2404 { .. }) => &["ec2:DescribeImages", "ssm:GetParameter"],
        Need::Alarms(_) => &["cloudwatch:DescribeAlarms"],
        Need::Databases | Need::DatabaseByName(_) => &["rds:DescribeDBInstances"],
        Need::DatabaseEvents => &["rds:DescribeEvents"],
        Need::ParameterGroups(_) => &["rds:DescribeDBParameterGroups"],
        Need::Parameters(_) => &["rds:DescribeDBParameters"],
        Need::TagsOf(kind, _) => tag_actions(*kind),
        Need::KeyParameters(_) => &["ssm:DescribeParameters"],
        Need::Quota(_) => &["servicequotas:ListServiceQuotas"],
        Need::KeptDbSnapshots => &["rds:DescribeDBSnapshots"],
        Need::KeptSnapshots => &["ec2:DescribeSnapshots"],
        Need::StopProtection(_) => &["ec2:DescribeInstanceAttribute"],
        Need::StatusChecks(_) => &["ec2:DescribeInstanceStatus"],
        Need::DbSnapshotByName(_) => &["rds:DescribeDBSnapshots"],
        Need::DbClusters => &["rds:DescribeDBClusters"],
        Need::DbClusterEvents => &["rds:DescribeEvents"],
        Need::DbSnapshots => &["rds:DescribeDBSnapshots"],
        Need::DbClusterSnapshots => &["rds:DescribeDBClusterSnapshots"],
        Need::ScalingGroups => &["autoscaling:DescribeAutoScalingGroups"],
        Need::EcsServices => &["ecs:DescribeServices", "ecs:ListClusters", "ecs:ListServices"],
        Need::EdgeGroup(_) => &["scheduler:ListSchedules"],
        Need::Roles(_) => &["iam:GetRolePolicy", "iam:ListRoles"],
        Need::Queues(_) => &["sqs:GetQueueAttributes", "sqs:ListQueueTags", "sqs:ListQueues"],
        Need::CpuHistory { .. } => &["cloudwatch:GetMetricData"],
        Need::EventBridgeSchedules => &["scheduler:GetSchedule", "scheduler:ListSchedules"],
        Need::Prices(_) => &["pricing:GetProducts"],
    }
}

/// What every sort of need takes. Names and ids are examples: no action depends on them.
pub(super) fn every_action() -> impl Iterator<Item = &'static str> {
    let plain = [
        Need::Instances,
        Need::Volumes,
        Need::SecurityGroups,
        Need::KeyPairs,
        Need::Vpcs,
        Need::Subnets,
        Need::Image(ImageQuery::Ssm(String::new())),
        Need::Alarms(String::new()),
        Need::Databases,
        Need::DatabaseEvents,
        Need::ParameterGroups(String::new()),
        Need::Parameters(String::new()),
        Need::KeyParameters(String::new()),
        Need::Quota(QuotaKind::StandardVcpus),
        Need::KeptSnapshots,
        Need::KeptDbSnapshots,
        Need::EdgeGroup(String::new()),
        Need::Roles(String::new()),
        Need::Queues(String::new()),
    ];
    let tags = [Kind::Alarm, Kind::ParameterGroup, Kind::KeyParameter].map(|kind| Need::TagsOf(kind, String::new()));
    plain.into_iter().chain(tags).chain(measuring()).chain([Need::EventBridgeSchedules]).flat_map(|need| actions(&need)).copied()
}

/// The action that lists the tags of one resource.
const fn tag_actions(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Alarm => &["cloudwatch:ListTagsForResource"],
        Kind::Database | Kind::DbSnapshot | Kind::ParameterGroup | Kind::DbCluster | Kind::DbClusterSnapshot => {
            &["rds:ListTagsForResource"]
        }
        Kind::KeyParameter => &["ssm:ListTagsForResource"],
        Kind::ScalingGroup => &["autoscaling:DescribeTags"],
        Kind::EcsService => &["ecs:ListTagsForResource"],
        Kind::EdgeGroup | Kind::Edge => &["scheduler:ListTagsForResource"],
        Kind::Role => &["iam:ListRoleTags"],
        Kind::Queue => &["sqs:ListQueueTags"],
        Kind::Instance
        | Kind::Volume
        | Kind::Snapshot
        | Kind::SecurityGroup
        | Kind::KeyPair
        | Kind::Vpc
        | Kind::Subnet
        | Kind::Image
        | Kind::Quota
        | Kind::Metric
        | Kind::ForeignEdge
        | Kind::Price => &["ec2:DescribeTags"],
    }
}

/// Every sort of need that planning and applying this fleet can have: the planner's own first round, and what its later rounds may
/// add. Names and ids in the latter are examples: no action depends on them.
fn needs(scope: &Scope) -> BTreeSet<Need> {
    let fleet = scope.fleet;
    let mut needs: BTreeSet<Need> = crate::plan::needs(fleet).0.into_values().flatten().collect();
    if fleet.name.is_some() {
        needs.extend([Need::Parameters(String::new()), Need::TagsOf(Kind::ParameterGroup, String::new())]);
        // Edges that an earlier file has left would go on stopping machines, so every plan looks for them.
        needs.insert(Need::EdgeGroup(String::new()));
    }
    if scope.parts().contains(&Part::Delivery) {
        needs.extend([Need::Roles(String::new()), Need::Queues(String::new())]);
    }
    if schedules_databases(fleet) {
        needs.insert(Need::DatabaseEvents);
    }
    if selects_databases(fleet) {
        needs.extend([Need::DbClusters, Need::DbClusterEvents]);
    }
    if schedules_databases(fleet) && fleet.schedules.values().any(|schedule| schedule.rds.snapshot.is_some()) {
        needs.extend([Need::DbSnapshots, Need::DbClusterSnapshots]);
    }
    if schedules_instances(fleet) {
        needs.insert(Need::StopProtection(BTreeSet::new()));
    }
    if fleet.schedules.values().flat_map(|schedule| &schedule.after).any(|after| after.ready) {
        needs.insert(Need::StatusChecks(BTreeSet::new()));
    }
    if fleet.prices.as_ref().is_some_and(|prices| prices.api) {
        needs.insert(Need::Prices(BTreeSet::new()));
    }
    if !scope.parts().is_empty() {
        needs.insert(Need::Quota(QuotaKind::SecurityGroups));
    }
    if fleet.users.values().any(|user| matches!(user.network.subnet.value, VpcChoice::Tags(_))) {
        needs.insert(Need::Subnets);
    }
    needs.extend(scope.images().into_iter().map(|image| Need::Image(query(image))));
    needs
}

/// True when a schedule can be about a database: its last start or stop is then read from RDS's events.
fn schedules_databases(fleet: &Fleet) -> bool {
    selects_databases(fleet) || fleet.databases.values().any(|database| database.schedule.is_some())
}

/// True when a schedule or an override can stop an instance: whether it is protected from that is read first.
fn schedules_instances(fleet: &Fleet) -> bool {
    let selects = |select: &crate::schedule::Select| select.services.contains("ec2");
    let overridden = fleet.overrides.iter().any(|written| match &written.subject {
        crate::fleet::Subject::Select(select) => selects(select),
        crate::fleet::Subject::Only(_) => true,
    });
    let selected = fleet.schedules.values().filter_map(|schedule| schedule.select.as_ref()).any(selects);
    overridden || selected || !fleet.users.is_empty()
}

fn selects_databases(fleet: &Fleet) -> bool {
    fleet.schedules.values().filter_map(|schedule| schedule.select.as_ref()).any(|select| select.services.contains("rds"))
}

fn query(image: &ImageChoice) -> ImageQuery {
    match image {
        ImageChoice::Ubuntu2404 => ImageQuery::Ubuntu2404 { architecture: String::new() },
        ImageChoice::Id(id) => ImageQuery::Id(id.clone()),
        ImageChoice::Ssm(path) => ImageQuery::Ssm(path.clone()),
        ImageChoice::Newest { owner, name } => ImageQuery::Newest { owner: owner.clone(), name: name.clone(), architecture: String::new() },
    }
}

/// The statements of the plan role.
///
/// Describe and list calls take no resource (K: Service Authorization Reference, "Amazon EC2", "Amazon CloudWatch"), and
/// `status --everywhere` makes them in every region, so they are not tied to places. Reading a parameter could read a
/// secret, so it is tied to the parameters that name images.
pub(super) fn statements(scope: &Scope) -> Vec<Statement> {
    let mut reading: BTreeSet<&'static str> = needs(scope).iter().flat_map(actions).copied().collect();
    // Who the credentials belong to is compared with fleet.yaml before anything else is read.
    reading.insert("sts:GetCallerIdentity");
    let reads_parameters = reading.remove("ssm:GetParameter");
    let everywhere =
        Statement { sid: "Read".to_owned(), actions: reading, resources: ["*".to_owned()].into(), conditions: Conditions::default() };
    let images = reads_parameters.then(|| Statement {
        sid: "ReadImageParameters".to_owned(),
        actions: ["ssm:GetParameter"].into(),
        resources: image_parameters(scope),
        conditions: Conditions::default(),
    });
    std::iter::once(everywhere).chain(images).collect()
}

/// What `status --everywhere` reads beyond a plan. These calls take no resource either (K: the same pages).
pub(super) fn everywhere() -> Statement {
    let kept = [Need::KeptSnapshots, Need::KeptDbSnapshots];
    let reading = kept.iter().flat_map(actions).copied().chain(["ec2:DescribeRegions"]);
    Statement {
        sid: "ReadEverywhere".to_owned(),
        actions: reading.collect(),
        resources: ["*".to_owned()].into(),
        conditions: Conditions::default(),
    }
}

/// What a survey of an account reads, of all regions, prices included. These calls take no resource, but for GetSchedule, whose
/// names nobody knows beforehand (K: Service Authorization Reference, "Amazon EventBridge Scheduler", "AWS Price List").
pub(super) fn survey() -> Statement {
    let place = crate::cloud::Place { account: String::new(), region: String::new() };
    let lists = crate::survey::needs(std::slice::from_ref(&place)).0.into_values().flatten();
    let needs = lists.chain(measuring());
    let actions = needs.flat_map(|need| actions(&need)).copied().chain(["ec2:DescribeRegions", "sts:GetCallerIdentity"]);
    Statement {
        sid: "Survey".to_owned(),
        actions: actions.collect(),
        resources: ["*".to_owned()].into(),
        conditions: Conditions::default(),
    }
}

/// What is read of machines that were found.
fn measuring() -> [Need; 2] {
    let cpu = Need::CpuHistory { instances: BTreeSet::new(), from: jiff::Timestamp::UNIX_EPOCH, hours: 0 };
    [cpu, Need::Prices(BTreeSet::new())]
}

fn image_parameters(scope: &Scope) -> BTreeSet<String> {
    let pattern = |image: &ImageChoice| match image {
        ImageChoice::Ubuntu2404 => Some(CANONICAL_PARAMETERS.to_owned()),
        ImageChoice::Ssm(path) => Some(parameter_pattern(path)),
        ImageChoice::Id(_) | ImageChoice::Newest { .. } => None,
    };
    scope.images().into_iter().filter_map(pattern).flat_map(|pattern| scope.arns(&pattern)).collect()
}

/// ARN of a parameter by its name or path; those under `/aws/` are AWS's own and belong to no account.
fn parameter_pattern(path: &str) -> String {
    let account = if path.starts_with("/aws/") { "*" } else { "{account}" };
    format!("arn:{{partition}}:ssm:{{region}}:{account}:parameter/{}", path.trim_start_matches('/'))
}
