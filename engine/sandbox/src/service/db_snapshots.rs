//! rds: snapshots of instances.

use muster_core::cloud::{CloudError, ErrorKind, Receipt};
use muster_core::tags::Tags;

use super::{Call, made};
use crate::world::DbSnapshot;

/// Longest identifier of a snapshot.
const NAME_MAX: usize = 255;

impl Call<'_> {
    pub(super) fn create_db_snapshot(mut self, database: &str, name: &str, tags: &Tags) -> Result<Receipt, CloudError> {
        self.check_tags(tags)?;
        self.check_snapshot_name(name)?;
        self.available(database, "snapshotted")?;
        self.take_snapshot(database, name, tags.clone());
        self.enter(database, "backing-up")?;
        Ok(made(name))
    }

    pub(super) fn check_snapshot_name(&self, name: &str) -> Result<(), CloudError> {
        self.check_identifier(name, NAME_MAX)?;
        if self.region.db_snapshots.get(name).is_none() {
            return Ok(());
        }
        let message = format!("Cannot create the snapshot because a snapshot with the identifier {name} already exists.");
        Err(self.refuse(ErrorKind::AlreadyExists, "DBSnapshotAlreadyExists", message))
    }

    /// Begins a snapshot.
    pub(super) fn take_snapshot(&mut self, database: &str, name: &str, tags: Tags) {
        let arn = format!("arn:aws:rds:{}:{}:snapshot:{name}", self.region_name, self.account_id);
        let row = DbSnapshot { name: name.to_owned(), arn, database: database.to_owned(), taken: self.now, tags };
        self.region.db_snapshots.insert(name, row, self.lag);
    }
}
