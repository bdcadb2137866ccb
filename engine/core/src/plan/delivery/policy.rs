//! Who may assume a role of delivery, and what it may do: no more than the schedule declares, whatever stands there today.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::names::Names;
use super::post::Post;
use crate::delivery::{Action, Service, Target, tagged};
use crate::digest::canonical;
use crate::schedule::Select;
use crate::tags;

/// Most characters of all inline policies of a role, blanks not counted (K: IAM User Guide, "IAM and AWS STS quotas").
pub(super) const MOST_CHARACTERS: usize = 10_240;
/// Matches any value of a tag.
const ANY: &str = "*";
const BOTH: [Action; 2] = [Action::Start, Action::Stop];

/// EventBridge Scheduler for this group alone (K: EventBridge Scheduler User Guide, "Confused deputy prevention"), and Systems
/// Manager where a runbook works with the role.
pub(super) fn trust(names: &Names, post: &Post<'_>) -> Value {
    let mut statements = vec![json!({
        "Effect": "Allow",
        "Principal": {"Service": "scheduler.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": names.account, "aws:SourceArn": names.group_arn()}},
    })];
    if post.by_tag() {
        statements.push(json!({
            "Effect": "Allow",
            "Principal": {"Service": "ssm.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": names.account}},
        }));
    }
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// What the role may do. It names no id, so that machines come and go without a change of it.
pub(super) fn policy(names: &Names, post: &Post<'_>) -> Value {
    let mut statements = Vec::new();
    if let Some((select, services)) = &post.serves.selects {
        let condition = matching(select);
        statements.extend(services.iter().flat_map(|service| moving(names, *service, &condition)));
    }
    // Runbooks look for what is selected, and find nothing that is owned.
    if !post.by_tag() {
        let ours = json!({"StringEquals": {format!("aws:ResourceTag/{}", tags::FLEET): names.fleet.as_str()}});
        let owned = [(post.serves.users, Service::Ec2), (post.serves.databases, Service::Rds)];
        let owned = owned.into_iter().filter(|(named, _)| *named);
        statements.extend(owned.flat_map(|(_, service)| moving(names, service, &ours)));
    } else if let Ok(targets) = tagged(post.schedule) {
        statements.extend(runbooks(names, post, &targets));
    }
    if let Some(queue) = &post.wiring.dead_letter {
        statements.push(json!({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue}));
    }
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// Start and stop of a service's machines in the region, under a condition.
fn moving(names: &Names, service: Service, condition: &Value) -> Vec<Value> {
    let arn =
        |service: &str, resource: &str| format!("arn:{}:{service}:{}:{}:{resource}", names.partition, names.place.region, names.account);
    let of =
        |actions: [&str; 2], resource: String| json!({"Effect": "Allow", "Action": actions, "Resource": resource, "Condition": condition});
    match service {
        Service::Ec2 => vec![of(["ec2:StartInstances", "ec2:StopInstances"], arn("ec2", "instance/*"))],
        Service::Rds => vec![
            of(["rds:StartDBInstance", "rds:StopDBInstance"], arn("rds", "db:*")),
            of(["rds:StartDBCluster", "rds:StopDBCluster"], arn("rds", "cluster:*")),
        ],
    }
}

/// What a runbook needs beside start and stop: to be begun, to be handed the role, and to find what carries the tag.
fn runbooks(names: &Names, post: &Post<'_>, targets: &[Target]) -> Vec<Value> {
    let each = || targets.iter().flat_map(|target| BOTH.map(|action| (target, action)));
    let is_read = |action: &&str| action.contains(":Describe") || action.starts_with("tag:");
    let reads: BTreeSet<&str> =
        each().flat_map(|(target, action)| target.iam_actions(action)).copied().filter(|action| is_read(&action)).collect();
    let arn = |resource: &str, name: &str| format!("arn:{}:ssm:{}:*:{resource}/{name}", names.partition, names.place.region);
    let begun: BTreeSet<String> = each()
        .filter_map(|(target, action)| target.runbook(action))
        .flat_map(|name| [arn("automation-definition", &format!("{name}:*")), arn("document", name)])
        .collect();
    vec![
        json!({"Effect": "Allow", "Action": reads, "Resource": "*"}),
        json!({"Effect": "Allow", "Action": "ssm:StartAutomationExecution", "Resource": begun}),
        json!({
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": post.wiring.role,
            "Condition": {"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}},
        }),
    ]
}

/// `select` as a condition, as [`Select::matches`] reads it. What any fleet owns is no schedule's by tag alone.
fn matching(select: &Select) -> Value {
    let tag = |key: &str| format!("aws:ResourceTag/{key}");
    let mut condition = Map::new();
    let mut add = |operator: &str, key: String, value: Value| {
        let block = condition.entry(operator).or_insert_with(|| json!({}));
        block[key] = value;
    };
    add("Null", tag(tags::FLEET), json!("true"));
    for (key, values) in &select.tags {
        match values.contains(ANY) {
            true => add("StringLike", tag(key), json!(ANY)),
            false => add("StringEquals", tag(key), literals(values)),
        }
    }
    for (key, values) in &select.except_tags {
        match values.contains(ANY) {
            true => add("Null", tag(key), json!("true")),
            false => add("StringNotEquals", tag(key), literals(values)),
        }
    }
    Value::Object(condition)
}

/// Values that hold no policy variable: `${` begins one (K: IAM User Guide, "Policy variables").
fn literals(values: &BTreeSet<String>) -> Value {
    json!(values.iter().map(|value| value.replace("${", "${$}{")).collect::<Vec<_>>())
}

/// A document as IAM is told: canonical, and other scripts as escapes, since IAM takes no character beyond U+00FF.
pub(super) fn text(document: &Value) -> String {
    let mut text = String::new();
    for c in canonical(document).chars() {
        match c.is_ascii() {
            true => text.push(c),
            false => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    text
}

/// A document as it stands, in the form in which two that say the same are equal.
pub(super) fn as_canonical(document: &str) -> String {
    serde_json::from_str::<Value>(document).map_or_else(|_| document.to_owned(), |value| canonical(&value))
}

/// Length of a text as IAM counts it.
pub(super) fn length(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// What a document allows, in a few words, with eight digits of it: `ec2:StartInstances, sqs:SendMessage (1a2b3c4d)`.
pub(super) fn words(document: &str) -> String {
    let value: Value = serde_json::from_str(document).unwrap_or(Value::Null);
    let of = |value: &Value| match value {
        Value::Array(all) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>(),
        Value::String(one) => vec![one.clone()],
        _ => Vec::new(),
    };
    let statements = value["Statement"].as_array().cloned().unwrap_or_default();
    let said = |statement: &Value| {
        let services = of(&statement["Principal"]["Service"]);
        if services.is_empty() { of(&statement["Action"]) } else { services }
    };
    let all: BTreeSet<String> = statements.iter().flat_map(said).collect();
    let hash = &crate::digest::sha256_hex(as_canonical(document).as_bytes())[..8];
    format!("{} ({hash})", all.into_iter().collect::<Vec<_>>().join(", "))
}
