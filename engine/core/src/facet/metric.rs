//! What CloudWatch measured, by day.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Days of metrics that facets ask for.
pub const DAYS: u32 = 14;

/// A metric over the last [`DAYS`] days, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Metric {
    /// Days on which there was a value; a day without one is left out.
    pub days: Vec<Day>,
}

/// One day (UTC) of a metric.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Day {
    /// The day: `2026-11-20`.
    pub day: String,
    /// Average of the day, in the metric's unit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub average: Option<f64>,
    /// What 95 of 100 values of the day are at most, in the metric's unit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p95: Option<f64>,
    /// What 99 of 100 values of the day are at most, in the metric's unit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p99: Option<f64>,
    /// Highest value of the day, in the metric's unit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub maximum: Option<f64>,
    /// Sum of the day, in the metric's unit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sum: Option<f64>,
}
