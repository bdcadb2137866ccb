//! Schedules of EventBridge Scheduler with what they work with: groups, roles and queues.

use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::{Queue, Role, StandingEdge};
use muster_core::cron::Expression;
use muster_core::schedule::Zone;
use muster_core::tags::Tags;
use serde::{Deserialize, Serialize};

/// Time from the last invocation of a schedule to its deletion, when it is to be deleted then. The User Guide says "after its last target
/// invocation" ("Deleting a schedule"), the announcement "shortly after" (AWS Compute Blog, August 2023); neither gives a number.
pub(crate) const DELETED_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// A schedule group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct GroupOfEdges {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) tags: Tags,
}

/// A schedule, as CreateSchedule was asked for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Edge {
    pub(crate) group: String,
    pub(crate) view: StandingEdge,
    pub(crate) expression: String,
    pub(crate) zone: String,
    pub(crate) start: Option<Timestamp>,
    pub(crate) end: Option<Timestamp>,
    pub(crate) delete_after: bool,
    /// The call's parameters, JSON.
    pub(crate) input: String,
    /// ARN of the role it works with.
    pub(crate) role: String,
    /// ARN of the queue for what cannot be delivered.
    pub(crate) dead_letter: Option<String>,
    /// How long a call is tried, in seconds.
    pub(crate) max_event_age: i64,
    /// When it fires next; nothing once it has fired for the last time.
    pub(crate) next: Option<Timestamp>,
    /// When it goes by itself.
    pub(crate) expires: Option<Timestamp>,
}

/// A call that a schedule makes, until it is done or given up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delivery {
    /// The schedule as it was when it fired: deleting it afterwards takes nothing back.
    pub(crate) edge: Edge,
    /// The instant it is for.
    pub(crate) fired: Timestamp,
    /// When it is tried next.
    pub(crate) due: Timestamp,
}

/// A role, and what a list does not show of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RoleRow {
    pub(crate) view: Role,
    pub(crate) boundary: Option<String>,
    pub(crate) tags: Tags,
}

/// A queue with its messages.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct QueueRow {
    pub(crate) view: Queue,
    /// When each message in it was sent.
    pub(crate) sent: Vec<Timestamp>,
}

impl Edge {
    /// Its place in the table: names are unique within a group.
    pub(crate) fn key(&self) -> String {
        edge_key(&self.group, &self.view.name)
    }

    /// The first instant after `after` at which it fires.
    pub(crate) fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        let just_before = |start: Timestamp| start.saturating_sub(SignedDuration::from_nanos(1)).unwrap_or(start);
        let from = self.start.map_or(after, |start| after.max(just_before(start)));
        let zone = Zone::find(&self.zone).ok()?;
        let next = Expression::parse(&self.expression).ok()?.next(zone.tz(), from);
        next.filter(|at| self.end.is_none_or(|end| *at < end))
    }
}

/// Where a schedule of a group stands in the table.
pub(crate) fn edge_key(group: &str, name: &str) -> String {
    format!("{group}/{name}")
}

impl QueueRow {
    /// As the API shows it at `now`: what is older than the queue keeps is not there any more.
    pub(crate) fn view(&self, now: Timestamp) -> Queue {
        let kept = SignedDuration::from_secs(i64::from(self.view.retention_seconds));
        let waiting = self.sent.iter().filter(|sent| now.duration_since(**sent) < kept).count();
        Queue { waiting: u64::try_from(waiting).unwrap_or(u64::MAX), ..self.view.clone() }
    }
}
