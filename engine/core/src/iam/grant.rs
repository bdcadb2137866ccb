//! A permission before it is tied to a fleet: actions, on what, under which condition.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::Scope;
use super::statement::{Conditions, Statement};
use crate::cloud::Place;
use crate::tags;

/// `aws:ResourceTag/muster:fleet`.
const OWNER_OF_RESOURCE: &str = "aws:ResourceTag/muster:fleet";
/// `aws:RequestTag/muster:fleet`.
const OWNER_IN_REQUEST: &str = "aws:RequestTag/muster:fleet";
/// On a kept snapshot, which carries no fleet.
const KEPT_IN_REQUEST: &str = "aws:RequestTag/muster:snapshot-of";

/// What a grant is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Instance,
    Volume,
    SecurityGroup,
    KeyPair,
    /// Key pairs of the fleet's derived names.
    DerivedKeyPair,
    /// Everything of EC2's that muster owns and tags.
    Machine,
    Snapshot,
    Image,
    Vpc,
    Subnet,
    NetworkInterface,
    Alarm,
    KeyParameter,
    Database,
    DerivedDatabase,
    ParameterGroup,
    DerivedParameterGroup,
    /// Snapshots of databases, whose names follow the database's and so may be foreign for an adopted one.
    DbSnapshot,
    /// Calls that take no resource.
    Everything,
    /// What CreateDBInstance and ModifyDBInstance name beside the instance.
    DatabaseSurroundings,
    MasterSecret,
    AnyKmsKey,
    AlarmRole,
    DatabaseRole,
    DbCluster,
    DbClusterSnapshot,
    ScalingGroup,
    EcsService,
    /// The fleet's group of EventBridge Scheduler.
    EdgeGroup,
    /// Schedules in the fleet's group.
    Edge,
    /// Roles under the fleet's path.
    DeliveryRole,
    /// Queues of the fleet's name prefix.
    DerivedQueue,
}

impl Target {
    /// The word of the statement's id, and the patterns of the ARNs.
    const fn patterns(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Instance => ("Instances", &["arn:{partition}:ec2:{region}:{account}:instance/*"]),
            Self::Volume => ("Volumes", &["arn:{partition}:ec2:{region}:{account}:volume/*"]),
            Self::SecurityGroup => ("SecurityGroups", &["arn:{partition}:ec2:{region}:{account}:security-group/*"]),
            Self::KeyPair => ("KeyPairs", &["arn:{partition}:ec2:{region}:{account}:key-pair/*"]),
            Self::DerivedKeyPair => ("DerivedKeyPairs", &["arn:{partition}:ec2:{region}:{account}:key-pair/{prefix}*"]),
            Self::Machine => (
                "Machines",
                &[
                    "arn:{partition}:ec2:{region}:{account}:instance/*",
                    "arn:{partition}:ec2:{region}:{account}:volume/*",
                    "arn:{partition}:ec2:{region}:{account}:security-group/*",
                    "arn:{partition}:ec2:{region}:{account}:key-pair/*",
                ],
            ),
            Self::Snapshot => ("Snapshots", &["arn:{partition}:ec2:{region}::snapshot/*"]),
            Self::Image => ("Images", &["arn:{partition}:ec2:{region}::image/*"]),
            Self::Vpc => ("Vpcs", &["arn:{partition}:ec2:{region}:{account}:vpc/*"]),
            Self::Subnet => ("Subnets", &["arn:{partition}:ec2:{region}:{account}:subnet/*"]),
            Self::NetworkInterface => ("NetworkInterfaces", &["arn:{partition}:ec2:{region}:{account}:network-interface/*"]),
            Self::Alarm => ("Alarms", &["arn:{partition}:cloudwatch:{region}:{account}:alarm:{prefix}*"]),
            Self::KeyParameter => ("StoredKeys", &["arn:{partition}:ssm:{region}:{account}:parameter/muster/{fleet}/*"]),
            Self::Database => ("Databases", &["arn:{partition}:rds:{region}:{account}:db:*"]),
            Self::DerivedDatabase => ("DerivedDatabases", &["arn:{partition}:rds:{region}:{account}:db:{prefix}*"]),
            Self::DbSnapshot => ("DbSnapshots", &["arn:{partition}:rds:{region}:{account}:snapshot:*"]),
            Self::Everything => ("Lists", &["*"]),
            Self::ParameterGroup => ("ParameterGroups", &["arn:{partition}:rds:{region}:{account}:pg:*"]),
            Self::DerivedParameterGroup => ("DerivedParameterGroups", &["arn:{partition}:rds:{region}:{account}:pg:{prefix}*"]),
            Self::DatabaseSurroundings => (
                "DatabaseSurroundings",
                &[
                    "arn:{partition}:rds:{region}:{account}:og:*",
                    "arn:{partition}:rds:{region}:{account}:pg:*",
                    "arn:{partition}:rds:{region}:{account}:secgrp:*",
                    "arn:{partition}:rds:{region}:{account}:subgrp:*",
                ],
            ),
            Self::MasterSecret => ("MasterSecrets", &["arn:{partition}:secretsmanager:{region}:{account}:secret:rds!db-*"]),
            Self::AnyKmsKey => ("KmsKeys", &["arn:{partition}:kms:{region}:{account}:key/*"]),
            Self::AlarmRole => (
                "AlarmRole",
                &["arn:{partition}:iam::{account}:role/aws-service-role/events.amazonaws.com/AWSServiceRoleForCloudWatchEvents"],
            ),
            Self::DatabaseRole => {
                ("DatabaseRole", &["arn:{partition}:iam::{account}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"])
            }
            Self::DbCluster => ("DbClusters", &["arn:{partition}:rds:{region}:{account}:cluster:*"]),
            Self::DbClusterSnapshot => ("DbClusterSnapshots", &["arn:{partition}:rds:{region}:{account}:cluster-snapshot:*"]),
            Self::ScalingGroup => {
                ("ScalingGroups", &["arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:*:autoScalingGroupName/*"])
            }
            Self::EcsService => ("EcsServices", &["arn:{partition}:ecs:{region}:{account}:service/*"]),
            Self::EdgeGroup => ("EdgeGroups", &["arn:{partition}:scheduler:{region}:{account}:schedule-group/{group}"]),
            Self::Edge => ("Edges", &["arn:{partition}:scheduler:{region}:{account}:schedule/{group}/*"]),
            Self::DeliveryRole => ("DeliveryRoles", &["arn:{partition}:iam::{account}:role/muster/{fleet}/*"]),
            Self::DerivedQueue => ("DerivedQueues", &["arn:{partition}:sqs:{region}:{account}:{prefix}*"]),
        }
    }

    /// Its ARNs in these places.
    pub(super) fn arns_in(self, scope: &Scope, places: &[Place]) -> BTreeSet<String> {
        self.patterns().1.iter().flat_map(|pattern| scope.arns_in(places, pattern)).collect()
    }

    fn arns(self, scope: &Scope) -> BTreeSet<String> {
        self.patterns().1.iter().flat_map(|pattern| scope.arns(pattern)).collect()
    }
}

/// Under which condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum When {
    /// The target says enough.
    Always,
    /// The resource carries the fleet's tag, or that of a name the fleet had before.
    Owned,
    /// The request gives the new resource the fleet's tag.
    Requested,
    /// The request gives the fleet's tag, and no other fleet's stands there already: a call that may meet a thing of a derived name.
    /// Names alone do not tell fleets apart: those of `lms-2026` begin as those of `lms` do.
    Unclaimed,
    /// Tags that come with this call of the same request, which gives the fleet's tag.
    TaggedBy(&'static str),
    /// Owned, and handed to no other fleet.
    Retagged,
    /// The request marks a kept snapshot.
    Kept,
    /// The request marks a kept snapshot and writes no other tag.
    Marked,
    /// Tags that come with this call of the same request, which marks a kept snapshot.
    KeptBy(&'static str),
    /// The role is for this service.
    Service(&'static str),
    /// What a schedule selects or has made: each schedule has a statement of its own for it (`foreign`).
    Scheduled,
    /// The role is handed to this service.
    Passed(&'static str),
    /// The request gives the new role the fleet's tag, and the permissions boundary that the file names, if it does.
    MadeWithin,
    /// An owned role, held under the permissions boundary that the file names, if it does.
    OwnedWithin,
}

impl When {
    const fn word(self) -> &'static str {
        match self {
            Self::Always => "Use",
            Self::Owned => "Owned",
            Self::Requested => "Make",
            Self::Unclaimed => "New",
            Self::TaggedBy(_) => "TagNew",
            Self::Retagged => "Retag",
            Self::Kept => "Keep",
            Self::Marked => "Mark",
            Self::KeptBy(_) => "TagKept",
            Self::Service(_) => "Let",
            Self::Scheduled => "Schedule",
            Self::Passed(_) => "Pass",
            Self::MadeWithin => "MakeBounded",
            Self::OwnedWithin => "Bounded",
        }
    }

    fn conditions(self, scope: &Scope) -> Conditions {
        let none = Conditions::default();
        let ours = || scope.fleet.name.iter().map(ToString::to_string);
        let ours_or_before = || scope.names().into_iter().map(ToString::to_string);
        match self {
            Self::Always | Self::Scheduled => none,
            Self::Owned => none.with("StringEquals", OWNER_OF_RESOURCE, ours_or_before()),
            Self::Requested => none.with("StringEquals", OWNER_IN_REQUEST, ours()),
            Self::Unclaimed => Self::Requested.conditions(scope).with("StringEqualsIfExists", OWNER_OF_RESOURCE, ours_or_before()),
            Self::TaggedBy(call) => none.with("StringEquals", OWNER_IN_REQUEST, ours()).with("StringEquals", "ec2:CreateAction", [call]),
            Self::Retagged => Self::Owned.conditions(scope).with("StringEqualsIfExists", OWNER_IN_REQUEST, ours()),
            Self::Kept => none.present(KEPT_IN_REQUEST),
            Self::Marked => none.present(KEPT_IN_REQUEST).with("ForAllValues:StringEquals", "aws:TagKeys", [tags::SNAPSHOT_OF]),
            Self::KeptBy(call) => none.present(KEPT_IN_REQUEST).with("StringEquals", "ec2:CreateAction", [call]),
            Self::Passed(service) => none.with("StringEquals", "iam:PassedToService", [service]),
            Self::MadeWithin => within(scope, Self::Requested.conditions(scope)),
            Self::OwnedWithin => within(scope, Self::Owned.conditions(scope)),
            Self::Service(service) => none.with("StringEquals", "iam:AWSServiceName", [service]),
        }
    }
}

/// Who may write the policy of a role that a service uses may do whatever that role may, so the role is held under a boundary
/// (K: IAM User Guide, "Permissions boundaries for IAM entities", "Delegating responsibility to others").
fn within(scope: &Scope, conditions: Conditions) -> Conditions {
    let boundaries = scope.boundaries();
    if boundaries.is_empty() { conditions } else { conditions.with("StringEquals", "iam:PermissionsBoundary", boundaries) }
}

/// Actions, on what, under which condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grant(pub(super) &'static [&'static str], pub(super) Target, pub(super) When);

/// The grants as statements, one for each target and condition.
pub(super) fn statements<'g>(scope: &Scope, grants: impl IntoIterator<Item = &'g Grant>) -> Vec<Statement> {
    let mut actions: BTreeMap<(Target, When), BTreeSet<&'static str>> = BTreeMap::new();
    for Grant(asked, on, when) in grants.into_iter().filter(|Grant(_, _, when)| *when != When::Scheduled) {
        actions.entry((*on, *when)).or_default().extend(*asked);
    }
    let statement = |((on, when), actions): ((Target, When), _)| Statement {
        sid: format!("{}{}", when.word(), on.patterns().0),
        actions,
        resources: on.arns(scope),
        conditions: when.conditions(scope),
    };
    actions.into_iter().map(statement).collect()
}

/// What `muster adopt` and `unadopt` write: muster's own tags, on what no other fleet owns.
pub(super) fn adoption(scope: &Scope) -> Vec<Statement> {
    let keys = [tags::FLEET, tags::ADDRESS, tags::DIGEST, tags::SELF, tags::PROTECT];
    let adopt = |sid: &str, add: &'static str, remove: &'static str, on: &[Target]| {
        let resources: BTreeSet<String> = on.iter().flat_map(|target| target.arns(scope)).collect();
        let ours = || scope.fleet.name.iter().map(ToString::to_string);
        let only_ours = Conditions::default().with("ForAllValues:StringEquals", "aws:TagKeys", keys);
        let free = only_ours.clone().with("StringEqualsIfExists", OWNER_OF_RESOURCE, ours()).with("StringEquals", OWNER_IN_REQUEST, ours());
        let owned = only_ours.present("aws:TagKeys").with("StringEquals", OWNER_OF_RESOURCE, ours());
        [
            Statement { sid: format!("Adopt{sid}"), actions: [add].into(), resources: resources.clone(), conditions: free },
            Statement { sid: format!("Unadopt{sid}"), actions: [remove].into(), resources, conditions: owned },
        ]
    };
    if scope.fleet.name.is_none() {
        return Vec::new();
    }
    [
        adopt("Machines", "ec2:CreateTags", "ec2:DeleteTags", &[Target::Machine]),
        adopt("Databases", "rds:AddTagsToResource", "rds:RemoveTagsFromResource", &[Target::Database, Target::ParameterGroup]),
    ]
    .into_iter()
    .flatten()
    .collect()
}
