//! EC2 as rules see it.

use jiff::Timestamp;
use muster_core::facet::Members;
use muster_core::facet::ec2::{Attachment, Volume};

use super::members;
use crate::world::Region;

/// Every volume.
pub(super) fn volumes(region: &Region, now: Timestamp) -> Vec<Members> {
    let all = region.disks.seen(now).into_iter().map(|disk| {
        let view = &disk.view;
        let attachment = |instance: &String| Attachment {
            instance_id: instance.clone(),
            device: "/dev/sda1".to_owned(),
            state: "attached".to_owned(),
            attach_time: None,
            delete_on_termination: true,
        };
        Volume {
            volume_id: view.id.clone(),
            size: i64::from(view.size_gib),
            volume_type: view.volume_type.clone(),
            state: if view.instance.is_some() { "in-use" } else { "available" }.to_owned(),
            encrypted: view.encrypted,
            kms_key_id: view.kms_key.clone(),
            attachments: view.instance.iter().map(attachment).collect(),
            tags: Some(view.tags.clone()),
            ..Volume::default()
        }
    });
    all.map(|volume| members(&volume)).collect()
}
