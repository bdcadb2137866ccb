//! What a schedule, or an override of the file, may do to things that are not ours: a statement of its own, tied to the tags its
//! `select` names.

use std::collections::BTreeSet;

use super::grant::Target;
use super::scope::Scope;
use super::statement::{Conditions, Statement};
use crate::digest::sha256_hex;
use crate::fleet::{Fleet, Subject};
use crate::plan::mark::SnapshotTag;
use crate::schedule::{Schedule, Select};
use crate::tags;

/// Matches any value of a tag.
const ANY: &str = "*";

/// A service that schedules reach, by the word of `select.services`.
struct Service {
    word: &'static str,
    /// What the statement's id says.
    sid: &'static str,
    target: Target,
    run_state: &'static [&'static str],
    tagging: &'static [&'static str],
}

/// Condition keys are those of the Service Authorization Reference (K: "Amazon EC2 Auto Scaling", "Amazon Elastic Container
/// Service" and the pages `verbs` names).
const SERVICES: [Service; 5] = [
    Service {
        word: "ec2",
        sid: "EC2",
        target: Target::Instance,
        run_state: &["ec2:StartInstances", "ec2:StopInstances"],
        tagging: &["ec2:CreateTags", "ec2:DeleteTags"],
    },
    Service {
        word: "rds",
        sid: "RDS",
        target: Target::Database,
        run_state: &["rds:StartDBInstance", "rds:StopDBInstance"],
        tagging: &["rds:AddTagsToResource", "rds:RemoveTagsFromResource"],
    },
    Service {
        word: "rds",
        sid: "RDSClusters",
        target: Target::DbCluster,
        run_state: &["rds:StartDBCluster", "rds:StopDBCluster"],
        tagging: &["rds:AddTagsToResource", "rds:RemoveTagsFromResource"],
    },
    Service {
        word: "asg",
        sid: "ASG",
        target: Target::ScalingGroup,
        run_state: &["autoscaling:UpdateAutoScalingGroup"],
        tagging: &["autoscaling:CreateOrUpdateTags", "autoscaling:DeleteTags"],
    },
    Service {
        word: "ecs",
        sid: "ECS",
        target: Target::EcsService,
        run_state: &["ecs:UpdateService"],
        tagging: &["ecs:TagResource", "ecs:UntagResource"],
    },
];

/// What a snapshot before a stop is taken of.
const SNAPSHOT_SOURCES: [Target; 2] = [Target::Database, Target::DbCluster];
/// The snapshots themselves.
const SNAPSHOTS: [Target; 2] = [Target::DbSnapshot, Target::DbClusterSnapshot];

/// The statements of every schedule, and of every override of the file that selects by tag.
pub(super) fn statements(scope: &Scope) -> Vec<Statement> {
    let fleet = scope.fleet;
    let schedules = fleet.schedules.values().filter_map(|schedule| Some((sid(schedule), schedule.select.as_ref()?)));
    let overrides = fleet.overrides.iter().enumerate().filter_map(|(n, written)| match &written.subject {
        Subject::Select(select) => Some((format!("Override{n}"), select)),
        Subject::Only(_) => None,
    });
    let selecting = schedules.chain(overrides).flat_map(|(sid, select)| of_select(scope, &sid, select));
    selecting.chain(fleet.schedules.values().flat_map(|schedule| snapshots(scope, schedule))).collect()
}

fn of_select(scope: &Scope, sid: &str, select: &Select) -> Vec<Statement> {
    let (places, conditions) = (places(scope.fleet, select), matching(select));
    let services = SERVICES.iter().filter(|service| select.services.contains(service.word));
    services
        .flat_map(|service| {
            let resources = service.target.arns_in(scope, &places);
            let sid = format!("{sid}{}", service.sid);
            [run_state(service, &sid, &resources, &conditions), marking(service, &sid, &resources, &conditions)]
        })
        .collect()
}

fn run_state(service: &Service, sid: &str, resources: &BTreeSet<String>, conditions: &Conditions) -> Statement {
    statement(sid, service.run_state, resources, conditions)
}

/// The two sorts of tags that a schedule's work leaves on what it does not own.
fn marking(service: &Service, sid: &str, resources: &BTreeSet<String>, conditions: &Conditions) -> Statement {
    let keys = [tags::OVERRIDE, "muster:resume-*"];
    // Without the second condition a request that names no key would pass: ForAllValues holds for an empty set.
    let conditions = conditions.clone().with("ForAllValues:StringLike", "aws:TagKeys", keys).present("aws:TagKeys");
    statement(&format!("{sid}Tags"), service.tagging, resources, &conditions)
}

fn statement(sid: &str, actions: &[&'static str], resources: &BTreeSet<String>, conditions: &Conditions) -> Statement {
    let actions = actions.iter().copied().collect();
    Statement { sid: sid.to_owned(), actions, resources: resources.clone(), conditions: conditions.clone() }
}

/// What `snapshot: {before-stop: true}` needs: snapshots of what is selected, which carry the schedule's own mark, and an end of
/// those alone. Snapshots of owned databases are taken by the statements of databases.
fn snapshots(scope: &Scope, schedule: &Schedule) -> Vec<Statement> {
    let named = scope.fleet.databases.values().any(|database| database.schedule.as_ref().is_some_and(|name| name.value == schedule.name));
    let select = schedule.select.as_ref().filter(|select| select.services.contains("rds"));
    if schedule.rds.snapshot.is_none() || (select.is_none() && !named) {
        return Vec::new();
    }
    let sid = sid(schedule);
    let places = select.map_or_else(|| scope.fleet.cloud.places(), |select| places(scope.fleet, select));
    let arns = |targets: [Target; 2]| targets.iter().flat_map(|target| target.arns_in(scope, &places)).collect::<BTreeSet<_>>();
    let take = ["rds:CreateDBSnapshot", "rds:CreateDBClusterSnapshot"];
    let source = select.map(|select| statement(&format!("{sid}Snapshots"), &take, &arns(SNAPSHOT_SOURCES), &matching(select)));
    let mark = literal(&format!("*{}", SnapshotTag::ending(scope.fleet.name.as_ref(), &schedule.name)));
    let key = |of: &str| format!("{of}/{}", tags::SNAPSHOT_OF);
    let marked = Conditions::default().with("StringLike", &key("aws:RequestTag"), [&mark]).with(
        "ForAllValues:StringEquals",
        "aws:TagKeys",
        [tags::SNAPSHOT_OF],
    );
    let make = [take[0], take[1], "rds:AddTagsToResource"];
    let own = Conditions::default().with("StringLike", &key("aws:ResourceTag"), [&mark]);
    let end = ["rds:DeleteDBSnapshot", "rds:DeleteDBClusterSnapshot"];
    let made = statement(&format!("{sid}NewSnapshots"), &make, &arns(SNAPSHOTS), &marked);
    let ended = statement(&format!("{sid}OldSnapshots"), &end, &arns(SNAPSHOTS), &own);
    source.into_iter().chain([made, ended]).collect()
}

/// `select` as conditions: every key of `tags` matches and no key of `except` does, as [`Select::matches`] reads it.
fn matching(select: &Select) -> Conditions {
    // What any fleet owns is no schedule's by tag alone; our own things have statements of their own.
    let mut conditions = Conditions::default().absent("aws:ResourceTag/muster:fleet");
    for (key, values) in &select.tags {
        conditions = match values.contains(ANY) {
            true => conditions.with("StringLike", &resource_tag(key), [ANY]),
            false => conditions.with("StringEquals", &resource_tag(key), values.iter().map(|value| literal(value))),
        };
    }
    for (key, values) in &select.except_tags {
        conditions = match values.contains(ANY) {
            true => conditions.absent(&resource_tag(key)),
            false => conditions.with("StringNotEquals", &resource_tag(key), values.iter().map(|value| literal(value))),
        };
    }
    conditions
}

fn resource_tag(key: &str) -> String {
    format!("aws:ResourceTag/{key}")
}

/// A value that holds no policy variable: `${` begins one (K: IAM User Guide, "Policy variables").
fn literal(value: &str) -> String {
    value.replace("${", "${$}{")
}

fn places(fleet: &Fleet, select: &Select) -> Vec<crate::cloud::Place> {
    let all = fleet.cloud.places();
    if select.places.is_empty() { all } else { select.places.iter().cloned().collect() }
}

/// Statement ids take ASCII letters and digits only, so the hash keeps schedules of other scripts apart.
fn sid(schedule: &Schedule) -> String {
    let readable: String = schedule.name.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
    format!("Schedule{readable}{}", &sha256_hex(schedule.name.as_str().as_bytes())[..4])
}
