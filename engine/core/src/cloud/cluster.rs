//! An RDS cluster as it was observed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::observed::DbState;
use crate::tags::Tags;

/// An RDS cluster: Aurora, DocumentDB or Neptune, which share the API, or a Multi-AZ DB cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbCluster {
    /// Its identifier.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Present state.
    pub state: DbState,
    /// `aurora-mysql`, `docdb`, `neptune`; `mysql` or `postgres` for a Multi-AZ DB cluster.
    pub engine: String,
    /// Full version.
    pub engine_version: String,
    /// `provisioned`, `serverless`, …
    pub engine_mode: String,
    /// Identifiers of its member instances, sorted.
    pub members: Vec<String>,
    /// `sun:19:00-sun:19:30`, UTC.
    pub maintenance_window: String,
    /// Clusters in other regions that replicate it, or that it replicates.
    pub replicas: Vec<String>,
    /// The global database it belongs to.
    pub global: Option<String>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When RDS will start a stopped cluster by itself.
    pub automatic_restart: Option<Timestamp>,
    /// `host:port` of the writer.
    pub endpoint: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// A snapshot of an RDS cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbClusterSnapshot {
    /// Its identifier.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Identifier of the cluster it was taken of.
    pub cluster: String,
    /// `creating`, `available`, `failed`, …
    pub state: String,
    /// When it was taken; nothing while RDS does not say.
    pub created: Option<Timestamp>,
    /// Tags.
    pub tags: Tags,
}
