//! What an event does, and to what.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::raw::{Entry, RawTarget};

/// What is started and stopped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Target {
    /// By id: the service's word, then ids.
    Ids(&'static str, BTreeSet<String>),
    /// By tag.
    Tags(&'static str, BTreeMap<String, BTreeSet<String>>),
}

/// What an event wants.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wanted {
    /// On.
    Running,
    /// Off.
    Stopped,
    /// So many members or tasks.
    Numbers(Map<String, Value>),
}

/// One call.
#[derive(Debug)]
pub(super) struct Action {
    pub(super) target: Target,
    pub(super) wanted: Wanted,
}

impl Wanted {
    pub(super) const fn is_start(&self) -> bool {
        !matches!(self, Self::Stopped)
    }
}

impl Target {
    /// The `select` that means the same.
    pub(super) fn select(&self) -> Option<Value> {
        match self {
            Self::Ids(..) => None,
            Self::Tags(service, tags) => Some(json!({"services": [service], "tags": tags})),
        }
    }

    /// What to do about targets that are ids.
    pub(super) fn note(&self) -> Option<String> {
        match self {
            Self::Ids(service, ids) => {
                let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                Some(format!("its targets are ids, and a schedule selects by tag: tag {service} {} and write `select`", ids.join(", ")))
            }
            Self::Tags(..) => None,
        }
    }
}

/// What a schedule or rule does.
pub(super) fn actions(entry: &Entry) -> Result<Vec<Action>, String> {
    let actions: Vec<Action> = entry.targets().map(action).collect::<Result<_, _>>()?;
    if actions.is_empty() { Err("it has no target".to_owned()) } else { Ok(actions) }
}

fn action(target: &RawTarget) -> Result<Action, String> {
    let arn = target.arn.as_str();
    let input = target.input();
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "scheduler", _, _, call] => universal(call.strip_prefix("aws-sdk:").unwrap_or(call), &input),
        ["arn", _, "ssm", _, _, document] => {
            let name = document.trim_start_matches("automation-definition/").split(':').next().unwrap_or_default();
            automation(name, &input, None)
        }
        ["arn", _, "events", _, _, "target/stop-instance"] => by_ids("ec2", &input, Wanted::Stopped),
        _ => Err(format!("its target `{arn}` is not known to start or stop anything")),
    }
}

/// A call of the AWS API: `ec2:startInstances`.
fn universal(call: &str, input: &Value) -> Result<Action, String> {
    match call.to_ascii_lowercase().as_str() {
        "ec2:startinstances" => by_ids("ec2", input, Wanted::Running),
        "ec2:stopinstances" => by_ids("ec2", input, Wanted::Stopped),
        "rds:startdbinstance" => by_ids("rds", input, Wanted::Running),
        "rds:stopdbinstance" => by_ids("rds", input, Wanted::Stopped),
        "rds:startdbcluster" => by_ids("rds-cluster", input, Wanted::Running),
        "rds:stopdbcluster" => by_ids("rds-cluster", input, Wanted::Stopped),
        "ecs:updateservice" => by_ids("ecs", input, numbers(input, &[("desired", "DesiredCount")])?),
        "autoscaling:updateautoscalinggroup" | "autoscaling:setdesiredcapacity" => {
            let keys = [("min", "MinSize"), ("desired", "DesiredCapacity"), ("max", "MaxSize")];
            by_ids("asg", input, numbers(input, &keys)?)
        }
        "ssm:startautomationexecution" => {
            let name = field(input, "DocumentName").and_then(Value::as_str).unwrap_or_default();
            automation(name, field(input, "Parameters").unwrap_or(&Value::Null), field(input, "Targets"))
        }
        _ => Err(format!("`{call}` neither starts nor stops")),
    }
}

/// A runbook of Systems Manager.
fn automation(name: &str, parameters: &Value, targets: Option<&Value>) -> Result<Action, String> {
    let (service, wanted) = match name {
        "AWS-StartEC2Instance" => ("ec2", Wanted::Running),
        "AWS-StopEC2Instance" => ("ec2", Wanted::Stopped),
        "AWS-StartRdsInstance" => ("rds", Wanted::Running),
        "AWS-StopRdsInstance" => ("rds", Wanted::Stopped),
        "AWS-StartStopAuroraCluster" => {
            let action = texts(field(parameters, "Action").unwrap_or(&Value::Null));
            let starts = action.first().is_some_and(|action| action.eq_ignore_ascii_case("start"));
            ("rds-cluster", if starts { Wanted::Running } else { Wanted::Stopped })
        }
        _ => return Err(format!("the runbook `{name}` is not known to start or stop anything")),
    };
    match targets.map(tags).filter(|tags| !tags.is_empty()) {
        Some(tags) => Ok(Action { target: Target::Tags(if service == "rds-cluster" { "rds" } else { service }, tags), wanted }),
        None => by_ids(service, parameters, wanted),
    }
}

/// `[{Key: tag:env, Values: [dev]}]`.
fn tags(targets: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let tag = |target: &Value| {
        let key = field(target, "Key")?.as_str()?.strip_prefix("tag:")?.to_owned();
        Some((key, texts(field(target, "Values")?).into_iter().collect()))
    };
    targets.as_array().into_iter().flatten().filter_map(tag).collect()
}

/// Keys under which calls and runbooks take ids.
const ID_KEYS: [&str; 8] = [
    "InstanceIds",
    "InstanceId",
    "DbInstanceIdentifier",
    "DBInstanceIdentifier",
    "DbClusterIdentifier",
    "DBClusterIdentifier",
    "AutoScalingGroupName",
    "ClusterName",
];

fn by_ids(service: &'static str, input: &Value, wanted: Wanted) -> Result<Action, String> {
    let mut ids: BTreeSet<String> = ID_KEYS.iter().filter_map(|key| field(input, key)).flat_map(texts).collect();
    if service == "ecs" {
        let part = |key| field(input, key).and_then(Value::as_str).map(|text| text.rsplit('/').next().unwrap_or(text).to_owned());
        ids.extend(part("Service").map(|name| format!("{}/{name}", part("Cluster").unwrap_or_else(|| "default".to_owned()))));
    }
    if ids.is_empty() {
        return Err(format!("its input names no {service} to start or stop"));
    }
    Ok(Action { target: Target::Ids(service, ids), wanted })
}

/// Numbers of a group; none is a stop.
fn numbers(input: &Value, keys: &[(&str, &str)]) -> Result<Wanted, String> {
    let written = keys.iter().filter_map(|(ours, theirs)| Some(((*ours).to_owned(), field(input, theirs)?.as_u64()?)));
    let written: BTreeMap<String, u64> = written.collect();
    let deciding = written.get("desired").or_else(|| written.get("max")).or_else(|| written.get("min"));
    match deciding {
        Some(0) => Ok(Wanted::Stopped),
        Some(_) => Ok(Wanted::Numbers(written.into_iter().map(|(key, number)| (key, number.into())).collect())),
        None => Err("its input gives no number of members or tasks".to_owned()),
    }
}

/// A field, in whatever case the call or runbook has it.
fn field<'a>(input: &'a Value, key: &str) -> Option<&'a Value> {
    input.as_object()?.iter().find(|(other, _)| other.eq_ignore_ascii_case(key)).map(|(_, value)| value)
}

/// A text, or a list of them.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}
