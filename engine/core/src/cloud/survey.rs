//! What is read to look an account over, and no plan needs: how busy machines were, what other schedules there are, what things
//! cost.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How busy an instance was: CloudWatch's `CPUUtilization`, the highest value of each hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CpuHistory {
    /// Begin of the first hour: a full hour of UTC.
    pub from: Timestamp,
    /// Percent, an hour each; nothing for an hour without a value, in which it did not run.
    pub peaks: Vec<Option<f64>>,
}

/// A schedule of EventBridge Scheduler, whoever made it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ForeignEdge {
    /// Its schedule group.
    pub group: String,
    /// Its name, unique in the group.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The whole of it, as `aws scheduler get-schedule` prints it.
    pub json: String,
}

/// What an hour of something costs: what the AWS Price List API is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PriceQuery {
    /// Region in which it runs.
    pub region: String,
    /// Instance type or class.
    pub size: String,
    /// What it is.
    pub of: PriceOf,
}

/// What has a price.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PriceOf {
    /// An instance with Linux, on shared hardware, without software that costs.
    Linux,
    /// An RDS instance.
    Database {
        /// The price list's word: `PostgreSQL`.
        engine: String,
        /// True with a standby, which costs as well.
        multi_az: bool,
    },
}

/// What the price list says to a [`PriceQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PriceAnswer {
    /// The products that fit, each the JSON of its own as `aws pricing get-products` prints it.
    Products(Vec<String>),
    /// Why it could not be asked: never a gap, since hours are there without it.
    Unread(String),
}
