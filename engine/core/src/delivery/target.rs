//! What an entry acts on, as EventBridge Scheduler must be told.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::timing::Action;
use crate::digest::canonical;
use crate::schedule::{Schedule, Select};

/// Most values of one tag that Systems Manager takes.
const MOST_VALUES: usize = 50;
/// How many resources of one tag are worked on at once. Systems Manager's own default is 10: 500 machines, of which each
/// stop is waited for, would take over an hour.
const AT_ONCE: &str = "50";

/// A service whose resources are started and stopped by EventBridge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// EC2 instances.
    Ec2,
    /// RDS instances.
    Rds,
}

impl Service {
    /// The word of `select.services` and of addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Rds => "rds",
        }
    }
}

/// What an entry acts on.
///
/// A frozen id has entries of its own: a call with many ids fails as a whole when one of them is gone, so that one bad
/// id would leave all others running.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// An EC2 instance.
    Instance {
        /// `i-…`
        id: String,
        /// Hibernate instead of stop; only for one that can, since EC2 refuses it for others.
        hibernate: bool,
    },
    /// An RDS instance.
    Database {
        /// Its identifier.
        id: String,
    },
    /// An Aurora, `DocumentDB` or Neptune cluster.
    Cluster {
        /// Its identifier.
        id: String,
    },
    /// Whatever carries a tag when the entry fires, by a runbook of Systems Manager.
    Tagged {
        /// Of which service.
        service: Service,
        /// The key.
        key: String,
        /// Any of these values.
        values: BTreeSet<String>,
    },
}

impl Target {
    /// The part of an address that names it: `ec2/i-0abc`, `rds/reports`, `rds-cluster/main`, `ec2/tag`.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Instance { id, .. } => format!("ec2/{id}"),
            Self::Database { id } => format!("rds/{id}"),
            Self::Cluster { id } => format!("rds-cluster/{id}"),
            Self::Tagged { service, .. } => format!("{}/tag", service.as_str()),
        }
    }

    /// Service and operation as universal targets name them.
    const fn operation(&self, action: Action) -> (&'static str, &'static str) {
        match (self, action) {
            (Self::Instance { .. }, Action::Start) => ("ec2", "startInstances"),
            (Self::Instance { .. }, Action::Stop) => ("ec2", "stopInstances"),
            (Self::Database { .. }, Action::Start) => ("rds", "startDBInstance"),
            (Self::Database { .. }, Action::Stop) => ("rds", "stopDBInstance"),
            (Self::Cluster { .. }, Action::Start) => ("rds", "startDBCluster"),
            (Self::Cluster { .. }, Action::Stop) => ("rds", "stopDBCluster"),
            (Self::Tagged { .. }, _) => ("ssm", "startAutomationExecution"),
        }
    }

    /// The runbook that it is worked on with; nothing for one with an id.
    #[must_use]
    pub const fn runbook(&self, action: Action) -> Option<&'static str> {
        match self {
            Self::Tagged { service, .. } => Some(runbook(*service, action)),
            Self::Instance { .. } | Self::Database { .. } | Self::Cluster { .. } => None,
        }
    }

    /// The ARN of the target: `arn:aws:scheduler:::aws-sdk:ec2:startInstances`.
    #[must_use]
    pub fn arn(&self, action: Action, partition: &str) -> String {
        let (service, operation) = self.operation(action);
        format!("arn:{partition}:scheduler:::aws-sdk:{service}:{operation}")
    }

    /// The call's parameters as canonical JSON, named as universal targets want them (`DbInstanceIdentifier`, where the
    /// RDS API itself says `DBInstanceIdentifier`). `role` is what a runbook works with.
    #[must_use]
    pub fn input(&self, action: Action, role: &str) -> String {
        canonical(&match self {
            Self::Instance { id, hibernate: true } if action == Action::Stop => json!({"InstanceIds": [id], "Hibernate": true}),
            Self::Instance { id, .. } => json!({"InstanceIds": [id]}),
            Self::Database { id } => json!({"DbInstanceIdentifier": id}),
            Self::Cluster { id } => json!({"DbClusterIdentifier": id}),
            Self::Tagged { service, key, values } => automation(runbook(*service, action), key, values, role),
        })
    }

    /// The IAM actions that the role of the entry needs, sorted.
    #[must_use]
    pub const fn iam_actions(&self, action: Action) -> &'static [&'static str] {
        match (self, action) {
            (Self::Instance { .. }, Action::Start) => &["ec2:StartInstances"],
            (Self::Instance { .. }, Action::Stop) => &["ec2:StopInstances"],
            (Self::Database { .. }, Action::Start) => &["rds:StartDBInstance"],
            (Self::Database { .. }, Action::Stop) => &["rds:StopDBInstance"],
            (Self::Cluster { .. }, Action::Start) => &["rds:StartDBCluster"],
            (Self::Cluster { .. }, Action::Stop) => &["rds:StopDBCluster"],
            (Self::Tagged { service: Service::Ec2, .. }, Action::Start) => &EC2_START,
            (Self::Tagged { service: Service::Ec2, .. }, Action::Stop) => &EC2_STOP,
            (Self::Tagged { service: Service::Rds, .. }, Action::Start) => &RDS_START,
            (Self::Tagged { service: Service::Rds, .. }, Action::Stop) => &RDS_STOP,
        }
    }
}

// What the runbooks call, and what Systems Manager needs to find resources by tag.
const EC2_START: [&str; 6] = [
    "ec2:DescribeInstanceStatus",
    "ec2:DescribeInstances",
    "ec2:StartInstances",
    "iam:PassRole",
    "ssm:StartAutomationExecution",
    "tag:GetResources",
];
const EC2_STOP: [&str; 6] = [
    "ec2:DescribeInstanceStatus",
    "ec2:DescribeInstances",
    "ec2:StopInstances",
    "iam:PassRole",
    "ssm:StartAutomationExecution",
    "tag:GetResources",
];
const RDS_START: [&str; 5] =
    ["iam:PassRole", "rds:DescribeDBInstances", "rds:StartDBInstance", "ssm:StartAutomationExecution", "tag:GetResources"];
const RDS_STOP: [&str; 5] =
    ["iam:PassRole", "rds:DescribeDBInstances", "rds:StopDBInstance", "ssm:StartAutomationExecution", "tag:GetResources"];

const fn runbook(service: Service, action: Action) -> &'static str {
    match (service, action) {
        (Service::Ec2, Action::Start) => "AWS-StartEC2Instance",
        (Service::Ec2, Action::Stop) => "AWS-StopEC2Instance",
        (Service::Rds, Action::Start) => "AWS-StartRdsInstance",
        (Service::Rds, Action::Stop) => "AWS-StopRdsInstance",
    }
}

/// All failing leaves none out: without `MaxErrors` the first failure would end the work on the others.
fn automation(runbook: &str, key: &str, values: &BTreeSet<String>, role: &str) -> Value {
    json!({
        "DocumentName": runbook,
        "Parameters": {"AutomationAssumeRole": [role]},
        "TargetParameterName": "InstanceId",
        "Targets": [{"Key": format!("tag:{key}"), "Values": values}],
        "MaxConcurrency": AT_ONCE,
        "MaxErrors": "100%",
    })
}

/// Why resources cannot be found by tag when an entry fires.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotResolve {
    /// Users and databases name the schedule.
    #[error("`{0}` has no `select`, so there is no tag to look for; write `resolve: ids`")]
    NoSelect(String),
    /// Systems Manager says "Only one resource group or tag can be specified at a time".
    #[error(
        "`{0}` selects by {1} tag keys and Systems Manager looks for one; write `resolve: ids`, or give its resources one tag of their own"
    )]
    Keys(String, usize),
    /// Nothing can be left out.
    #[error("`{0}` leaves resources out with `except`, which Systems Manager cannot; write `resolve: ids`")]
    Except(String),
    /// A value is needed.
    #[error("`{0}` selects any value of a tag with `*`, and Systems Manager needs values; write them, or `resolve: ids`")]
    AnyValue(String),
    /// Too many values.
    #[error("`{0}` selects by {1} values of a tag and Systems Manager takes {MOST_VALUES}; write `resolve: ids`")]
    Values(String, usize),
    /// A service without a runbook that starts and stops.
    #[error("`{0}` selects `{1}`, for which there is no runbook; write `resolve: ids`, or `delivery: loop`")]
    Service(String, String),
}

/// The targets of a schedule that are found by tag when an entry fires: one for each of its services.
///
/// # Errors
/// When its `select` says more than one tag.
pub fn tagged(schedule: &Schedule) -> Result<Vec<Target>, CannotResolve> {
    let name = || schedule.name.to_string();
    let select = schedule.select.as_ref().ok_or_else(|| CannotResolve::NoSelect(name()))?;
    let (key, values) = the_tag(select, &name)?;
    let of = |word: &String| match word.as_str() {
        "ec2" => Ok(Service::Ec2),
        "rds" => Ok(Service::Rds),
        _ => Err(CannotResolve::Service(name(), word.clone())),
    };
    let services = select.services.iter().map(of);
    services.map(|service| Ok(Target::Tagged { service: service?, key: key.clone(), values: values.clone() })).collect()
}

fn the_tag<'a>(select: &'a Select, name: &dyn Fn() -> String) -> Result<(&'a String, &'a BTreeSet<String>), CannotResolve> {
    let (Some((key, values)), 1) = (select.tags.iter().next(), select.tags.len()) else {
        return Err(CannotResolve::Keys(name(), select.tags.len()));
    };
    if !select.except_tags.is_empty() {
        return Err(CannotResolve::Except(name()));
    }
    if values.contains("*") {
        return Err(CannotResolve::AnyValue(name()));
    }
    if values.len() > MOST_VALUES {
        return Err(CannotResolve::Values(name(), values.len()));
    }
    Ok((key, values))
}
