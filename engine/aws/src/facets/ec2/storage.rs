//! Volumes, snapshots and images of the account's own.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{
    Image as SdkImage, ImageState, PermissionGroup, Snapshot as SdkSnapshot, SnapshotAttributeName, SnapshotState, StorageTier,
    VolumeAttachment, VolumeAttachmentState, VolumeState, VolumeType,
};
use muster_core::cloud::CloudError;
use muster_core::facet::ec2::{Attachment, Image, Snapshot, Volume};
use muster_core::facet::{Fact, KindSpec, Members};

use super::super::gather::{Gather, members, whole};
use super::{PAGE, rfc3339, told};
use crate::convert::text;
use crate::paging::{self, Found};
use crate::region::Scope;

/// Most volumes of a page.
const VOLUMES_PAGE: i32 = 500;
/// The owner that is the account itself.
const SELF: &str = "self";
const SNAPSHOTS: &str = "ec2:DescribeSnapshots";
const SNAPSHOT: &str = "ec2:DescribeSnapshotAttribute";

pub(super) async fn volumes(gather: &Gather<'_>, kind: &'static KindSpec) {
    const DESCRIBE: &str = "ec2:DescribeVolumes";
    let (scope, tags) = (gather.scope, gather.wants_facet(kind, "tags"));
    let found = paging::all(DESCRIBE, async |token| {
        let request = scope.region.ec2().describe_volumes().max_results(VOLUMES_PAGE).set_next_token(token);
        let page = scope.call(DESCRIBE, request.send()).await?;
        let bodies = page.volumes().iter().map(|from| members(&volume(from, tags))).collect();
        Ok((bodies, page.next_token().map(str::to_owned)))
    });
    gather.keep(gather.listed(kind, found.await));
}

fn volume(from: &aws_sdk_ec2::types::Volume, tags: bool) -> Volume {
    Volume {
        volume_id: text(from.volume_id()),
        size: from.size().unwrap_or_default().into(),
        volume_type: text(from.volume_type().map(VolumeType::as_str)),
        state: text(from.state().map(VolumeState::as_str)),
        encrypted: from.encrypted().unwrap_or_default(),
        kms_key_id: from.kms_key_id().map(str::to_owned),
        iops: from.iops().map(i64::from),
        throughput: from.throughput().map(i64::from),
        create_time: rfc3339(from.create_time()),
        snapshot_id: told(from.snapshot_id()),
        availability_zone: from.availability_zone().map(str::to_owned),
        attachments: from.attachments().iter().map(attachment).collect(),
        tags: tags.then(|| crate::ec2::tags(from.tags())),
    }
}

fn attachment(from: &VolumeAttachment) -> Attachment {
    Attachment {
        instance_id: text(from.instance_id()),
        device: text(from.device()),
        state: text(from.state().map(VolumeAttachmentState::as_str)),
        attach_time: rfc3339(from.attach_time()),
        delete_on_termination: from.delete_on_termination().unwrap_or_default(),
    }
}

pub(super) async fn snapshots(gather: &Gather<'_>, kind: &'static KindSpec) {
    let (scope, tags) = (gather.scope, gather.wants_facet(kind, "tags"));
    let found = all_snapshots(scope, false, |from| members(&snapshot(from, tags))).await;
    let facts = gather.listed(kind, found);
    gather.keep(with_sharing(gather, kind, facts).await);
}

/// The account's own snapshots: all of them, or those that everybody may read.
async fn all_snapshots<T>(scope: Scope<'_>, public: bool, body: impl Fn(&SdkSnapshot) -> T) -> Found<T> {
    paging::all(SNAPSHOTS, async |token| {
        let request = scope.region.ec2().describe_snapshots().owner_ids(SELF).max_results(PAGE).set_next_token(token);
        let request = request.set_restorable_by_user_ids(public.then(|| vec!["all".to_owned()]));
        let page = scope.call(SNAPSHOTS, request.send()).await?;
        Ok((page.snapshots().iter().map(&body).collect(), page.next_token().map(str::to_owned)))
    })
    .await
}

/// One list names the public ones, and each of them is asked once more: nobody wants this alarm to be false.
async fn with_sharing(gather: &Gather<'_>, kind: &'static KindSpec, facts: Vec<Fact>) -> Vec<Fact> {
    if !gather.wants_facet(kind, "public") {
        return facts;
    }
    let listed = whole(all_snapshots(gather.scope, true, |from| text(from.snapshot_id())).await);
    let listed: Result<BTreeSet<String>, CloudError> = listed.map(|ids| ids.into_iter().collect());
    let sharing = async |fact: &Fact| -> Result<Members, CloudError> {
        let suspect = listed.as_ref().map_err(CloudError::clone)?.contains(&fact.id);
        let public = suspect && is_public(gather.scope, &fact.id).await?;
        Ok(Members::from_iter([("Public".to_owned(), public.into())]))
    };
    gather.each(kind, "public", facts, sharing).await
}

async fn is_public(scope: Scope<'_>, id: &str) -> Result<bool, CloudError> {
    let attribute = SnapshotAttributeName::CreateVolumePermission;
    let request = scope.region.ec2().describe_snapshot_attribute().snapshot_id(id).attribute(attribute);
    let answer = scope.call(SNAPSHOT, request.send()).await?;
    Ok(answer.create_volume_permissions().iter().any(|permission| permission.group() == Some(&PermissionGroup::All)))
}

fn snapshot(from: &SdkSnapshot, tags: bool) -> Snapshot {
    Snapshot {
        snapshot_id: text(from.snapshot_id()),
        // A copy of another region's has the id of a volume that never was.
        volume_id: told(from.volume_id()).filter(|id| id != "vol-ffffffff"),
        volume_size: from.volume_size().unwrap_or_default().into(),
        state: text(from.state().map(SnapshotState::as_str)),
        start_time: rfc3339(from.start_time()).unwrap_or_default(),
        encrypted: from.encrypted().unwrap_or_default(),
        storage_tier: from.storage_tier().map(StorageTier::as_str).map(str::to_owned),
        public: None,
        tags: tags.then(|| crate::ec2::tags(from.tags())),
    }
}

pub(super) async fn images(gather: &Gather<'_>, kind: &'static KindSpec) {
    const DESCRIBE: &str = "ec2:DescribeImages";
    let (scope, tags) = (gather.scope, gather.wants_facet(kind, "tags"));
    let found = paging::all(DESCRIBE, async |token| {
        // A disabled image still needs its snapshots.
        let request = scope.region.ec2().describe_images().owners(SELF).include_deprecated(true).include_disabled(true);
        let page = scope.call(DESCRIBE, request.max_results(PAGE).set_next_token(token).send()).await?;
        let bodies = page.images().iter().map(|from| members(&image(from, tags))).collect();
        Ok((bodies, page.next_token().map(str::to_owned)))
    });
    gather.keep(gather.listed(kind, found.await));
}

fn image(from: &SdkImage, tags: bool) -> Image {
    let snapshots = from.block_device_mappings().iter().filter_map(|device| device.ebs()?.snapshot_id());
    Image {
        image_id: text(from.image_id()),
        name: text(from.name()),
        state: text(from.state().map(ImageState::as_str)),
        creation_date: told(from.creation_date()),
        public: from.public().unwrap_or_default(),
        snapshot_ids: snapshots.map(str::to_owned).collect(),
        tags: tags.then(|| crate::ec2::tags(from.tags())),
    }
}
