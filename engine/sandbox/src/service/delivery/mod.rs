//! EventBridge Scheduler, and the roles and queues it works with.

mod authority;
mod firing;
mod policy;
mod queues;
mod roles;
mod scheduler;
mod target;

use muster_core::cloud::{CloudError, ErrorKind};

use super::Call;

/// The service that assumes the role of a schedule.
pub(crate) const SCHEDULER: &str = "scheduler.amazonaws.com";

impl Call<'_> {
    /// A parameter that a JSON service does not accept.
    fn not_valid(&self, message: impl Into<String>) -> CloudError {
        self.refuse(ErrorKind::Invalid, "ValidationException", message)
    }
}
