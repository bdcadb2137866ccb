//! EventBridge Scheduler, and the roles and queues it works with.

use muster_core::cloud::{Change, CloudError, ErrorKind, Receipt};

use super::Call;

impl Call<'_> {
    pub(super) fn deliver(self, _change: &Change) -> Result<Receipt, CloudError> {
        Err(self.refuse(ErrorKind::Service, "InternalError", "not there yet"))
    }
}
