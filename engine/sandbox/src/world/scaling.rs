//! Auto Scaling groups and ECS services: numbers, and how what runs follows them. The machines and tasks themselves are not there,
//! only how many.

use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::{EcsService, ScalingGroup};
use serde::{Deserialize, Serialize};

/// Until an instance of a group is in service, or gone.
const INSTANCE_MOVES: SignedDuration = SignedDuration::from_mins(3);
/// Until a task runs, or is gone.
const TASK_MOVES: SignedDuration = SignedDuration::from_mins(1);

/// A group and when its instances are as many as it wants.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Scaled {
    pub(crate) view: ScalingGroup,
    pub(crate) due: Option<Timestamp>,
}

/// A service and when its tasks are as many as it wants.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Tasks {
    pub(crate) view: EcsService,
    pub(crate) due: Option<Timestamp>,
}

impl Scaled {
    /// Takes other numbers.
    pub(crate) fn scale(&mut self, min: u32, desired: u32, max: u32, now: Timestamp) {
        (self.view.min, self.view.desired, self.view.max) = (min, desired, max);
        self.due = (self.view.in_service != desired).then(|| now.checked_add(INSTANCE_MOVES).ok()).flatten();
    }
}

impl Tasks {
    /// Takes another number.
    pub(crate) fn scale(&mut self, desired: u32, now: Timestamp) {
        self.view.desired = desired;
        self.due = (self.view.running != desired).then(|| now.checked_add(TASK_MOVES).ok()).flatten();
    }
}

impl super::Region {
    /// Moves every group and service on to `now`.
    pub(crate) fn advance_scaled(&mut self, now: Timestamp) {
        for group in self.scaling_groups.values_mut().filter(|group| group.due.is_some_and(|at| at <= now)) {
            group.view.in_service = group.view.desired;
            group.due = None;
        }
        for service in self.services.values_mut().filter(|service| service.due.is_some_and(|at| at <= now)) {
            service.view.running = service.view.desired;
            service.due = None;
        }
    }
}
