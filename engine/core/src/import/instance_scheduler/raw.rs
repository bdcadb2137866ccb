//! The fields of a schedule and its periods as Instance Scheduler names them: in its command line and table
//! (`begintime`), and in its CloudFormation resource (`BeginTime`).

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A schedule with its periods.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    #[serde(default, alias = "Name")]
    pub(super) name: Option<String>,
    #[serde(default, alias = "Timezone", deserialize_with = "filled")]
    pub(super) timezone: Option<String>,
    #[serde(default, alias = "OverrideStatus", deserialize_with = "filled")]
    override_status: Option<String>,
    #[serde(default, alias = "Enforced", deserialize_with = "flag")]
    pub(super) enforced: Option<bool>,
    #[serde(default, alias = "RetainRunning", deserialize_with = "flag")]
    pub(super) retain_running: Option<bool>,
    #[serde(default, alias = "StopNewInstances", deserialize_with = "flag")]
    pub(super) stop_new_instances: Option<bool>,
    #[serde(default, alias = "Hibernate", deserialize_with = "flag")]
    pub(super) hibernate: Option<bool>,
    #[serde(default, alias = "use_maintenance_windows", alias = "UseMaintenanceWindow", deserialize_with = "flag")]
    pub(super) use_maintenance_window: Option<bool>,
    #[serde(default, alias = "ssm_maintenance_windows", alias = "SsmMaintenanceWindow", deserialize_with = "list")]
    pub(super) ssm_maintenance_window: Vec<String>,
    #[serde(default, alias = "Periods", deserialize_with = "or_default")]
    pub(super) periods: Vec<RawPeriod>,
    /// Says nothing about when.
    #[serde(default, rename = "description", alias = "Description")]
    _description: Option<Value>,
    /// Says nothing about when.
    #[serde(default, rename = "configured_in_stack")]
    _configured_in_stack: Option<Value>,
    /// `schedule`, in its table.
    #[serde(default, rename = "type")]
    _type: Option<Value>,
    /// Of versions before 3.
    #[serde(default, rename = "use_metrics", alias = "UseMetrics", alias = "Metrics")]
    _use_metrics: Option<Value>,
    /// Of versions before 3.
    #[serde(default, rename = "overwrite", alias = "Overwrite")]
    _overwrite: Option<Value>,
}

/// A period.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPeriod {
    #[serde(default, alias = "Name", deserialize_with = "filled")]
    pub(super) name: Option<String>,
    #[serde(default, alias = "BeginTime", deserialize_with = "filled")]
    pub(super) begintime: Option<String>,
    #[serde(default, alias = "EndTime", deserialize_with = "filled")]
    pub(super) endtime: Option<String>,
    #[serde(default, alias = "WeekDays", alias = "Weekdays", deserialize_with = "items")]
    pub(super) weekdays: Option<Vec<String>>,
    #[serde(default, alias = "Months", deserialize_with = "items")]
    pub(super) months: Option<Vec<String>>,
    #[serde(default, alias = "MonthDays", alias = "Monthdays", deserialize_with = "items")]
    pub(super) monthdays: Option<Vec<String>>,
    #[serde(default, alias = "instancetype", alias = "InstanceType", deserialize_with = "filled")]
    pub(super) instance_type: Option<String>,
    /// Says nothing about when.
    #[serde(default, rename = "description", alias = "Description")]
    _description: Option<Value>,
    /// Says nothing about when.
    #[serde(default, rename = "configured_in_stack")]
    _configured_in_stack: Option<Value>,
    /// `period`, in its table.
    #[serde(default, rename = "type")]
    _type: Option<Value>,
}

impl Raw {
    /// The state it is held in.
    pub(super) fn override_status(&self) -> Result<Option<&'static str>, String> {
        let Some(written) = &self.override_status else { return Ok(None) };
        match written.to_lowercase().as_str() {
            "running" => Ok(Some("running")),
            "stopped" => Ok(Some("stopped")),
            _ => Err(format!("override_status `{written}` is neither running nor stopped")),
        }
    }
}

/// Text; an empty one is as none.
fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
}

fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// `true`, or `"True"` as CloudFormation writes it.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Flag {
        Bool(bool),
        Text(String),
    }
    match Option::deserialize(deserializer)? {
        None => Ok(None),
        Some(Flag::Bool(flag)) => Ok(Some(flag)),
        Some(Flag::Text(text)) => match text.to_lowercase().as_str() {
            "true" | "yes" => Ok(Some(true)),
            "false" | "no" => Ok(Some(false)),
            _ => Err(serde::de::Error::custom(format!("`{text}` is neither true nor false"))),
        },
    }
}

/// A list, or its one item.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Scalar),
    Many(Vec<Scalar>),
}

/// Text, or a number that was meant as one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(u32),
}

impl OneOrMany {
    fn texts(self) -> Vec<String> {
        let text = |scalar| match scalar {
            Scalar::Text(text) => text,
            Scalar::Number(number) => number.to_string(),
        };
        match self {
            Self::One(one) => vec![text(one)],
            Self::Many(many) => many.into_iter().map(text).collect(),
        }
    }
}

fn items<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    Ok(Option::<OneOrMany>::deserialize(deserializer)?.map(OneOrMany::texts))
}

/// Names; none for nothing.
fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let names = items(deserializer)?.unwrap_or_default();
    Ok(names.into_iter().filter(|name| !name.trim().is_empty()).collect())
}
