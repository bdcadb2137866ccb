//! Volumes and snapshots.

use jiff::Timestamp;
use muster_core::cloud::Instance;
use muster_core::facet::Members;
use muster_core::facet::ec2::{Attachment, Snapshot, Volume};

use super::super::members;
use crate::world::{Disk, Region};

/// Every volume.
pub(super) fn volumes(region: &Region, now: Timestamp) -> Vec<Members> {
    let all = region.disks.seen(now).into_iter().map(|disk| {
        let machine = disk.view.instance.as_deref().and_then(|id| region.machines.seen_one(id, now));
        members(&volume(disk, machine.map(|machine| &machine.view)))
    });
    all.collect()
}

fn volume(disk: &Disk, instance: Option<&Instance>) -> Volume {
    let view = &disk.view;
    let attached = instance.and_then(|instance| instance.root_attached).map(|at| at.to_string());
    let attachment = |id: &String| Attachment {
        instance_id: id.clone(),
        device: super::instances::ROOT.to_owned(),
        state: "attached".to_owned(),
        attach_time: attached.clone(),
        delete_on_termination: true,
    };
    Volume {
        volume_id: view.id.clone(),
        size: i64::from(view.size_gib),
        volume_type: view.volume_type.clone(),
        state: if view.instance.is_some() { "in-use" } else { "available" }.to_owned(),
        encrypted: view.encrypted,
        kms_key_id: view.kms_key.clone(),
        create_time: attached.clone(),
        attachments: view.instance.iter().map(attachment).collect(),
        tags: Some(view.tags.clone()),
        ..Volume::default()
    }
}

/// Every snapshot, none of them public.
pub(super) fn snapshots(region: &Region, now: Timestamp) -> Vec<Members> {
    let all = region.snapshots.seen(now).into_iter().map(|snap| Snapshot {
        snapshot_id: snap.id.clone(),
        volume_id: Some(snap.volume.clone()),
        volume_size: i64::from(snap.size_gib),
        state: "completed".to_owned(),
        start_time: snap.taken.to_string(),
        encrypted: region.disks.get(&snap.volume).is_some_and(|disk| disk.view.encrypted),
        storage_tier: Some("standard".to_owned()),
        public: Some(false),
        tags: Some(snap.tags.clone()),
    });
    all.map(|snapshot| members(&snapshot)).collect()
}
