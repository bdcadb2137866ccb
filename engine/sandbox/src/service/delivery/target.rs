//! What a schedule calls: the universal target's ARN says which operation, its input with which parameters.

use muster_core::cloud::{Change, IdRef};
use muster_core::tags::Tags;
use serde_json::Value;

use crate::world::Region;

/// A call of a schedule.
pub(super) enum Request {
    /// To EC2 or RDS.
    Direct(Change),
    /// To Systems Manager: a runbook, the role it works with, and what it does to each resource that carries the tag now.
    Automation { document: String, role: String, changes: Vec<Change> },
}

/// The call of a target; nothing for one that AWS would not know, or that nobody here would perform.
pub(super) fn requests(target: &str, input: &str, region: &Region) -> Option<Request> {
    let (_, operation) = target.split_once(":scheduler:::aws-sdk:")?;
    let input: Value = serde_json::from_str(input).ok()?;
    let text = |member: &str| input[member].as_str().map(str::to_owned);
    let ids = || input["InstanceIds"].as_array()?.iter().map(|id| Some(IdRef::Id(id.as_str()?.to_owned()))).collect::<Option<Vec<_>>>();
    let direct = match operation {
        "ec2:startInstances" => Change::StartInstances { ids: ids()? },
        "ec2:stopInstances" => Change::StopInstances { ids: ids()?, hibernate: input["Hibernate"] == true },
        "rds:startDBInstance" => Change::StartDatabase { name: text("DbInstanceIdentifier")? },
        "rds:stopDBInstance" => Change::StopDatabase { name: text("DbInstanceIdentifier")? },
        "rds:startDBCluster" => Change::StartCluster { name: text("DbClusterIdentifier")? },
        "rds:stopDBCluster" => Change::StopCluster { name: text("DbClusterIdentifier")? },
        "ssm:startAutomationExecution" => return automation(&input, region),
        _ => return None,
    };
    Some(Request::Direct(direct))
}

fn automation(input: &Value, region: &Region) -> Option<Request> {
    let document = input["DocumentName"].as_str()?.to_owned();
    let role = input["Parameters"]["AutomationAssumeRole"][0].as_str()?.to_owned();
    let target = &input["Targets"][0];
    let key = target["Key"].as_str()?.strip_prefix("tag:")?;
    let values: Vec<&str> = target["Values"].as_array()?.iter().filter_map(Value::as_str).collect();
    let tagged = |tags: &Tags| tags.get(key).is_some_and(|value| values.contains(&value.as_str()));
    let machines = || region.machines.values().filter(|row| tagged(&row.view.tags)).map(|row| row.view.id.clone());
    let servers = || region.servers.values().filter(|row| tagged(&row.view.tags)).map(|row| row.view.name.clone());
    let changes = match document.as_str() {
        "AWS-StartEC2Instance" => machines().map(|id| Change::StartInstances { ids: vec![IdRef::Id(id)] }).collect(),
        "AWS-StopEC2Instance" => machines().map(|id| Change::StopInstances { ids: vec![IdRef::Id(id)], hibernate: false }).collect(),
        "AWS-StartRdsInstance" => servers().map(|name| Change::StartDatabase { name }).collect(),
        "AWS-StopRdsInstance" => servers().map(|name| Change::StopDatabase { name }).collect(),
        _ => return None,
    };
    Some(Request::Automation { document, role, changes })
}
