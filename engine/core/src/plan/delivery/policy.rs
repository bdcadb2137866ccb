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
        statements.extend(services.iter().flat_map(|service| moving(names, *service, &matching(select, None))));
        let ours = services.iter().filter(|service| post.serves.owned.contains(service));
        statements.extend(ours.flat_map(|service| moving(names, *service, &matching(select, Some(names.fleet.as_str())))));
    }
    if post.by_tag() {
        statements.extend(runbooks(names, post, &tagged(post.schedule).unwrap_or_default()));
    } else {
        let ours = json!({
            "StringEquals": {resource_tag(tags::FLEET): names.fleet.as_str()},
            "Null": {resource_tag(tags::RETIRE_AFTER): "true"},
        });
        let named = [(post.serves.users, Service::Ec2), (post.serves.databases, Service::Rds)];
        let named = named.into_iter().filter(|(named, _)| *named);
        statements.extend(named.flat_map(|(_, service)| moving(names, service, &ours)));
    }
    statements.extend(post.serves.keys.iter().map(|key| granting(names, key)));
    if let Some(queue) = &post.wiring.dead_letter {
        statements.push(json!({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue}));
    }
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// A start of an instance whose disk lies under a customer's key makes a grant for EC2, and no other (K: EBS User Guide, "Amazon EBS
/// encryption"; an alias cannot stand in `Resource`: KMS Developer Guide, "Use aliases to control access to KMS keys").
fn granting(names: &Names, key: &str) -> Value {
    let any = format!("arn:{}:kms:{}:{}:key/", names.partition, names.place.region, names.account);
    let alias = key.find("alias/").map(|at| &key[at..]);
    let resource = match alias {
        Some(_) => format!("{any}*"),
        None if key.starts_with("arn:") => key.to_owned(),
        None => format!("{any}{key}"),
    };
    let mut condition = json!({"Bool": {"kms:GrantIsForAWSResource": "true"}});
    if let Some(alias) = alias {
        condition["ForAnyValue:StringEquals"] = json!({"kms:ResourceAliases": alias});
    }
    json!({"Effect": "Allow", "Action": "kms:CreateGrant", "Resource": resource, "Condition": condition})
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
        each().flat_map(|(target, action)| target.iam_actions(action)).copied().filter(|action| is_read(action)).collect();
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

/// `select` as a condition, as [`Select::matches`] reads it, on what this fleet owns or, without an owner, on what none does.
fn matching(select: &Select, owner: Option<&str>) -> Value {
    let mut condition = Map::new();
    let mut add = |operator: &str, key: &str, value: Value| {
        let block = condition.entry(operator).or_insert_with(|| json!({}));
        block[resource_tag(key)] = value;
    };
    // The end of what was retired goes before every schedule, and so before edges that find it by its tags.
    add("Null", tags::RETIRE_AFTER, json!("true"));
    match owner {
        Some(owner) => add("StringEquals", tags::FLEET, json!(owner)),
        None => add("Null", tags::FLEET, json!("true")),
    }
    for (key, values) in &select.tags {
        match values.contains(ANY) {
            true => add("StringLike", key, json!(ANY)),
            false => add("StringEquals", key, literals(values)),
        }
    }
    for (key, values) in &select.except_tags {
        match values.contains(ANY) {
            true => add("Null", key, json!("true")),
            false => add("StringNotEquals", key, literals(values)),
        }
    }
    Value::Object(condition)
}

fn resource_tag(key: &str) -> String {
    format!("aws:ResourceTag/{key}")
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
