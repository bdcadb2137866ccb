//! What keeps a number of machines or tasks running by itself.

use serde::{Deserialize, Serialize};

use crate::tags::Tags;

/// An Auto Scaling group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScalingGroup {
    /// Its name: what it is called by, and what its tags are set on.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Fewest instances.
    pub min: u32,
    /// Instances it is after.
    pub desired: u32,
    /// Most instances.
    pub max: u32,
    /// Instances in service.
    pub in_service: u32,
    /// AWS's word while it is being deleted; nothing else has one.
    pub status: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// A service of ECS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EcsService {
    /// Name of its cluster.
    pub cluster: String,
    /// Its name.
    pub name: String,
    /// Its ARN: what its tags are set on.
    pub arn: String,
    /// `ACTIVE`, `DRAINING`, `INACTIVE`.
    pub status: String,
    /// Tasks it is after.
    pub desired: u32,
    /// Tasks that run.
    pub running: u32,
    /// True when it keeps one task on every machine instead of a number of them.
    pub daemon: bool,
    /// Tags.
    pub tags: Tags,
}

impl EcsService {
    /// `CLUSTER/SERVICE`: unique in a place.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/{}", self.cluster, self.name)
    }
}
