//! rds: snapshots of instances.

use muster_core::arn::partition;
use muster_core::cloud::{CloudError, ErrorKind, Receipt};
use muster_core::tags::Tags;

use super::{Call, made};
use crate::world::DbSnapshot;

/// Longest identifier of a snapshot.
const NAME_MAX: usize = 255;

impl Call<'_> {
    pub(super) fn create_db_snapshot(self, database: &str, name: &str, tags: &Tags) -> Result<Receipt, CloudError> {
        self.check_tags(tags)?;
        self.check_identifier(name, NAME_MAX)?;
        if self.region.db_snapshots.get(name).is_some() {
            let message = format!("Cannot create the snapshot because a snapshot with the identifier {name} already exists.");
            return Err(self.refuse(ErrorKind::AlreadyExists, "DBSnapshotAlreadyExists", message));
        }
        let of = &self.available(database, "snapshotted")?.view;
        let (size_gib, engine, encrypted) = (of.storage_gib, of.engine.clone(), of.encrypted);
        let arn = format!("arn:{}:rds:{}:{}:snapshot:{name}", partition(self.region_name), self.region_name, self.account_id);
        let (taken, tags) = (self.now, tags.clone());
        let row = DbSnapshot { name: name.to_owned(), arn, database: database.to_owned(), taken, tags, size_gib, engine, encrypted };
        self.region.db_snapshots.insert(name, row, self.lag);
        self.enter(database, "backing-up")?;
        Ok(made(name))
    }
}
