//! What delivery by EventBridge Scheduler stands on: a group with its entries, roles and queues.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::tags::Tags;

/// A schedule group of EventBridge Scheduler with everything in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EdgeGroup {
    /// Its name, unique in account and region.
    pub name: String,
    /// The schedules in it, sorted by name.
    pub edges: Vec<StandingEdge>,
}

/// A schedule of EventBridge Scheduler as a listing shows it: its name says its content, which no listing returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingEdge {
    /// Its name, unique in the group.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// False while it is disabled.
    pub enabled: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed; later than `created` is a change by hand, since muster never changes one in place.
    pub modified: Timestamp,
    /// ARN of what it calls.
    pub target: String,
}

impl StandingEdge {
    /// True when it is as it was made. Both dates are read in whole seconds, as the service shows them.
    #[must_use]
    pub fn is_untouched(&self) -> bool {
        self.enabled && self.modified.as_second() <= self.created.as_second()
    }
}

/// An IAM role under a path of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its name, unique in the account.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// `/muster/lms-2026/ap-northeast-2/`.
    pub path: String,
    /// Address and digest.
    pub description: String,
    /// Who may assume it, canonical JSON.
    pub trust: String,
    /// The inline policy [`ROLE_POLICY`], canonical JSON; nothing when it has none.
    pub policy: Option<String>,
}

/// Name of the one inline policy of a role of ours.
pub const ROLE_POLICY: &str = "muster";

/// An SQS queue under a name prefix of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// Its name, unique in account and region.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// How long it keeps a message, in seconds.
    pub retention_seconds: u32,
    /// True when SQS encrypts it with its own or a customer key.
    pub encrypted: bool,
    /// Messages in it: edges that could not be delivered.
    pub waiting: u64,
    /// Its tags.
    pub tags: Tags,
}
