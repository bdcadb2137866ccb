//! Kinds of CloudWatch.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::table::{Arn, Call, Home, KindSpec};

/// Every kind of this service.
pub static KINDS: &[KindSpec] = &[ALARM];

const ALARM: KindSpec = KindSpec {
    word: "cloudwatch.alarm",
    says: "An alarm on a metric, or on other alarms.",
    home: Home::Region,
    id: "AlarmName",
    arn: Arn::Member("AlarmArn"),
    calls: &[Call::once("cloudwatch:DescribeAlarms")],
    facets: &[],
    schema: |generator| Alarm::json_schema(generator),
};

/// An alarm, as `aws cloudwatch describe-alarms` prints it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Alarm {
    /// Its name.
    pub alarm_name: String,
    /// Its ARN.
    pub alarm_arn: String,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    pub state_value: String,
    /// False when none of its actions is taken.
    pub actions_enabled: bool,
    /// ARNs of what it does in state `ALARM`.
    pub alarm_actions: Vec<String>,
    /// ARNs of what it does in state `OK`.
    #[serde(rename = "OKActions")]
    pub ok_actions: Vec<String>,
    /// ARNs of what it does in state `INSUFFICIENT_DATA`.
    pub insufficient_data_actions: Vec<String>,
    /// `AWS/RDS`; absent for a composite alarm and for one on an expression.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub namespace: Option<String>,
    /// `CPUUtilization`; absent as `Namespace`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub metric_name: Option<String>,
    /// What it watches; empty as `Namespace` is absent.
    pub dimensions: Vec<Dimension>,
    /// Rule of a composite alarm: `ALARM(a) OR ALARM(b)`; absent for others.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub alarm_rule: Option<String>,
}

/// A name and a value that tell a metric from others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Dimension {
    /// `DBInstanceIdentifier`.
    pub name: String,
    /// `reports`.
    pub value: String,
}
