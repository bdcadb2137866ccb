//! What a schedule, or an override of the file, may do to things that are not ours: a statement of its own, tied to the tags its
//! `select` names.

use std::collections::BTreeSet;

use super::scope::Scope;
use super::statement::{Conditions, Statement};
use crate::digest::sha256_hex;
use crate::fleet::{Fleet, Subject};
use crate::schedule::{Schedule, Select};
use crate::tags;

/// Matches any value of a tag.
const ANY: &str = "*";

/// A service that schedules reach, by the word of `select.services`.
struct Service {
    word: &'static str,
    pattern: &'static str,
    run_state: [&'static str; 2],
    tagging: [&'static str; 2],
}

const SERVICES: [Service; 2] = [
    Service {
        word: "ec2",
        pattern: "arn:{partition}:ec2:{region}:{account}:instance/*",
        run_state: ["ec2:StartInstances", "ec2:StopInstances"],
        tagging: ["ec2:CreateTags", "ec2:DeleteTags"],
    },
    Service {
        word: "rds",
        pattern: "arn:{partition}:rds:{region}:{account}:db:*",
        run_state: ["rds:StartDBInstance", "rds:StopDBInstance"],
        tagging: ["rds:AddTagsToResource", "rds:RemoveTagsFromResource"],
    },
];

/// The statements of every schedule and every override of the file that selects by tag.
pub(super) fn statements(scope: &Scope) -> Vec<Statement> {
    let fleet = scope.fleet;
    let schedules = fleet.schedules.values().filter_map(|schedule| Some((sid(schedule), schedule.select.as_ref()?)));
    let overrides = fleet.overrides.iter().enumerate().filter_map(|(n, written)| match &written.subject {
        Subject::Select(select) => Some((format!("Override{n}"), select)),
        Subject::Only(_) => None,
    });
    schedules.chain(overrides).flat_map(|(sid, select)| of_select(scope, &sid, select)).collect()
}

fn of_select(scope: &Scope, sid: &str, select: &Select) -> Vec<Statement> {
    let (places, conditions) = (places(scope.fleet, select), matching(select));
    let services = SERVICES.iter().filter(|service| select.services.contains(service.word));
    services
        .flat_map(|service| {
            let resources = scope.arns_in(&places, service.pattern);
            let sid = format!("{sid}{}", service.word.to_uppercase());
            [run_state(service, &sid, &resources, &conditions), marking(service, &sid, &resources, &conditions)]
        })
        .collect()
}

fn run_state(service: &Service, sid: &str, resources: &BTreeSet<String>, conditions: &Conditions) -> Statement {
    Statement { sid: sid.to_owned(), actions: service.run_state.into(), resources: resources.clone(), conditions: conditions.clone() }
}

/// The two sorts of tags that a schedule's work leaves on what it does not own.
fn marking(service: &Service, sid: &str, resources: &BTreeSet<String>, conditions: &Conditions) -> Statement {
    let keys = [tags::OVERRIDE, "muster:resume-*"];
    // Without the second condition a request that names no key would pass: ForAllValues holds for an empty set.
    let conditions = conditions.clone().with("ForAllValues:StringLike", "aws:TagKeys", keys).present("aws:TagKeys");
    Statement { sid: format!("{sid}Tags"), actions: service.tagging.into(), resources: resources.clone(), conditions }
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
