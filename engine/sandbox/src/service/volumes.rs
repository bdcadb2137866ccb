//! ec2: volumes and their snapshots.

use jiff::SignedDuration;
use muster_core::cloud::{CloudError, ErrorKind, Receipt, is_reusable_snapshot};
use muster_core::tags::{SNAPSHOT_OF, Tags};

use super::{Call, made};
use crate::world::{Disk, Snap};

/// Types a volume can have.
const TYPES: [&str; 7] = ["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"];
/// A volume that was modified is not modified again for so long.
const COOLDOWN: SignedDuration = SignedDuration::from_hours(6);

impl Call<'_> {
    pub(super) fn modify_volume(self, id: &str, size_gib: Option<u32>, volume_type: Option<&str>) -> Result<Receipt, CloudError> {
        let disk = self.known_disk(id)?;
        let size = size_gib.unwrap_or(disk.view.size_gib);
        let volume_type = volume_type.unwrap_or(&disk.view.volume_type).to_owned();
        if size < disk.view.size_gib {
            return Err(self.invalid(format!("New size cannot be smaller than existing size: {size} GiB under {} GiB", disk.view.size_gib)));
        }
        if !TYPES.contains(&volume_type.as_str()) {
            return Err(self.invalid(format!("Volume type '{volume_type}' is not valid")));
        }
        let same = size == disk.view.size_gib && volume_type == disk.view.volume_type;
        if !same && disk.modified.is_some_and(|at| self.now.duration_since(at) < COOLDOWN) {
            let message = format!(
                "You've reached the maximum modification rate per volume limit. Wait at least 6 hours between modifications of {id}"
            );
            return Err(self.refuse(ErrorKind::WrongState, "VolumeModificationRateExceeded", message));
        }
        if let Some(disk) = self.region.disks.edit(id, self.lag).filter(|_| !same) {
            disk.view.size_gib = size;
            disk.view.volume_type = volume_type;
            disk.modified = Some(self.now);
        }
        Ok(made(id))
    }

    /// Once per volume, `muster:snapshot-of` and a few minutes: who asks again at once is answered with the one that is there.
    pub(super) fn create_snapshot(self, volume: &str, description: &str, tags: &Tags) -> Result<Receipt, CloudError> {
        self.check_tags(tags)?;
        let size_gib = self.known_disk(volume)?.view.size_gib;
        let same = |snap: &&Snap| {
            snap.volume == volume && snap.tags.get(SNAPSHOT_OF) == tags.get(SNAPSHOT_OF) && is_reusable_snapshot(snap.taken, self.now)
        };
        if let Some(snap) = self.region.snapshots.values().find(same).filter(|_| tags.contains_key(SNAPSHOT_OF)) {
            return Ok(made(&snap.id));
        }
        let id = self.ids.id("snap");
        let (volume, description) = (volume.to_owned(), description.to_owned());
        let snap = Snap { id: id.clone(), volume, description, taken: self.now, tags: tags.clone(), size_gib };
        self.region.snapshots.insert(&id, snap, self.lag);
        Ok(made(id))
    }

    fn known_disk(&self, id: &str) -> Result<&Disk, CloudError> {
        let known = self.region.disks.get(id).filter(|_| self.region.disks.is_known(id, self.now));
        known.ok_or_else(|| self.refuse(ErrorKind::NotFound, "InvalidVolume.NotFound", format!("The volume '{id}' does not exist.")))
    }
}
