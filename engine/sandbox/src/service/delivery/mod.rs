//! EventBridge Scheduler, and the roles and queues it works with.

mod authority;
mod firing;
mod policy;
mod queues;
mod roles;
mod scheduler;
mod target;

use muster_core::cloud::{Change, CloudError, ErrorKind, Receipt};

use super::Call;

/// The service that assumes the role of a schedule.
pub(crate) const SCHEDULER: &str = "scheduler.amazonaws.com";

impl Call<'_> {
    pub(super) fn deliver(self, change: &Change) -> Result<Receipt, CloudError> {
        match change {
            Change::CreateEdgeGroup { name, tags } => self.create_edge_group(name, tags),
            Change::DeleteEdgeGroup { name } => self.delete_edge_group(name),
            Change::CreateEdge { group, edge } => self.create_edge(group, edge),
            Change::DeleteEdge { group, name } => self.delete_edge(group, name),
            Change::CreateRole { name, path, description, trust, boundary, tags } => {
                self.create_role((name, path), description, trust, boundary.as_deref(), tags)
            }
            Change::SetRoleTrust { name, trust } => self.set_role_trust(name, trust),
            Change::DescribeRole { name, description } => self.describe_role(name, description),
            Change::PutRolePolicy { role, policy } => self.put_role_policy(role, policy),
            Change::DeleteRolePolicy { role } => self.delete_role_policy(role),
            Change::DeleteRole { name } => self.delete_role(name),
            Change::CreateQueue { name, retention_seconds, tags } => self.create_queue(name, *retention_seconds, tags),
            Change::SetQueue { name, retention_seconds } => self.set_queue(name, *retention_seconds),
            Change::DeleteQueue { name } => self.delete_queue(name),
            _ => Err(self.refuse(ErrorKind::Invalid, "InvalidAction", "the delivery services have no such call")),
        }
    }

    /// A parameter that a JSON service does not accept.
    fn not_valid(&self, message: impl Into<String>) -> CloudError {
        self.refuse(ErrorKind::Invalid, "ValidationException", message)
    }
}
