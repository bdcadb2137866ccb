//! sqs: queues for what could not be delivered.

use jiff::SignedDuration;
use muster_core::arn::partition;
use muster_core::cloud::{CloudError, ErrorKind, Queue, Receipt};
use muster_core::tags::Tags;

use super::Call;
use crate::service::made;
use crate::world::QueueRow;

/// Longest name.
const NAME_MAX: usize = 80;
/// Seconds for which a queue may keep a message.
const RETENTION: std::ops::RangeInclusive<u32> = 60..=1_209_600;
/// "You must wait 60 seconds after deleting a queue before you can create another with the same name" (SQS API Reference, CreateQueue).
const NAME_FREE_AFTER: SignedDuration = SignedDuration::from_secs(60);

impl Call<'_> {
    pub(in crate::service) fn create_queue(self, name: &str, retention_seconds: u32, tags: &Tags) -> Result<Receipt, CloudError> {
        self.check_tags(tags)?;
        self.check_queue_name(name)?;
        self.check_queue_retention(retention_seconds)?;
        if let Some(row) = self.region.queues.get(name) {
            return self.queue_again(row, retention_seconds);
        }
        if self.region.deleted_queues.get(name).is_some_and(|at| self.now.duration_since(*at) < NAME_FREE_AFTER) {
            let message = "You must wait 60 seconds after deleting a queue before you can create another with the same name.";
            return Err(self.refuse(ErrorKind::WrongState, "QueueDeletedRecently", message));
        }
        let arn = format!("arn:{}:sqs:{}:{}:{name}", partition(self.region_name), self.region_name, self.account_id);
        let view = Queue { name: name.to_owned(), arn, retention_seconds, encrypted: true, waiting: 0, tags: tags.clone() };
        self.region.deleted_queues.remove(name);
        self.region.queues.insert(name, QueueRow { view, sent: Vec::new() }, self.lag);
        Ok(made(name))
    }

    /// A name that is taken: the same queue again when it has what is asked for.
    fn queue_again(&self, row: &QueueRow, retention_seconds: u32) -> Result<Receipt, CloudError> {
        let differs = match (row.view.retention_seconds == retention_seconds, row.view.encrypted) {
            (true, true) => return Ok(made(&row.view.name)),
            (false, _) => "MessageRetentionPeriod",
            (true, false) => "SqsManagedSseEnabled",
        };
        let message = format!("A queue already exists with the same name and a different value for attribute {differs}");
        Err(self.refuse(ErrorKind::AlreadyExists, "QueueNameExists", message))
    }

    pub(in crate::service) fn set_queue(self, name: &str, retention_seconds: u32) -> Result<Receipt, CloudError> {
        self.check_queue_retention(retention_seconds)?;
        if !self.region.queues.is_known(name, self.now) {
            let message = "The specified queue does not exist.";
            return Err(self.refuse(ErrorKind::NotFound, "AWS.SimpleQueueService.NonExistentQueue", message));
        }
        if let Some(row) = self.region.queues.edit(name, self.lag) {
            row.view.retention_seconds = retention_seconds;
            row.view.encrypted = true;
        }
        Ok(made(name))
    }

    pub(in crate::service) fn delete_queue(self, name: &str) -> Result<Receipt, CloudError> {
        if self.region.queues.remove(name, self.lag).is_some() {
            self.region.deleted_queues.insert(name.to_owned(), self.now);
        }
        Ok(made(name))
    }

    fn check_queue_name(&self, name: &str) -> Result<(), CloudError> {
        let fine = !name.is_empty() && name.len() <= NAME_MAX && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
        if fine {
            return Ok(());
        }
        let message = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
        Err(self.refuse(ErrorKind::Invalid, "InvalidParameterValue", message))
    }

    fn check_queue_retention(&self, seconds: u32) -> Result<(), CloudError> {
        if RETENTION.contains(&seconds) {
            return Ok(());
        }
        let message = "Invalid value for the parameter MessageRetentionPeriod.";
        Err(self.refuse(ErrorKind::Invalid, "InvalidAttributeValue", message))
    }
}
