//! Volumes and their snapshots.

use aws_sdk_ec2::types::{ResourceType, SnapshotState, VolumeType};
use jiff::Timestamp;
use muster_core::cloud::{CloudError, KeptSnapshot, Receipt, Volume, is_reusable_snapshot};
use muster_core::tags::{SNAPSHOT_OF, Tags};

use super::{filter, tag_specification};
use crate::convert::{receipt, signed, text, timestamp, unsigned};
use crate::paging::{self, Found};
use crate::region::Scope;

const DESCRIBE: &str = "ec2:DescribeVolumes";
const DESCRIBE_SNAPSHOTS: &str = "ec2:DescribeSnapshots";
/// Most snapshots of a page.
const SNAPSHOTS_PAGE: i32 = 1000;
/// Most volumes of a page.
const PAGE: i32 = 500;

/// All volumes.
pub(crate) async fn all(scope: Scope<'_>) -> Found<Volume> {
    paging::all(DESCRIBE, async |token| {
        let request = scope.region.ec2().describe_volumes().max_results(PAGE).set_next_token(token);
        let page = scope.call(DESCRIBE, request.send()).await?;
        Ok((page.volumes().iter().map(volume).collect(), page.next_token().map(str::to_owned)))
    })
    .await
}

fn volume(from: &aws_sdk_ec2::types::Volume) -> Volume {
    Volume {
        id: text(from.volume_id()),
        size_gib: unsigned(from.size()),
        volume_type: text(from.volume_type().map(VolumeType::as_str)),
        encrypted: from.encrypted().unwrap_or_default(),
        kms_key: from.kms_key_id().map(str::to_owned),
        instance: from.attachments().iter().find_map(|attachment| attachment.instance_id()).map(str::to_owned),
        tags: super::tags(from.tags()),
    }
}

/// ec2:ModifyVolume.
pub(crate) async fn modify(scope: Scope<'_>, id: &str, size_gib: Option<u32>, volume_type: Option<&str>) -> Result<Receipt, CloudError> {
    let request =
        scope.region.ec2().modify_volume().volume_id(id).set_size(size_gib.map(signed)).set_volume_type(volume_type.map(VolumeType::from));
    let answer = scope.call("ec2:ModifyVolume", request.send()).await?;
    Ok(receipt(&answer, Some(id)))
}

/// ec2:CreateSnapshot, which has no token of its own: one of the same thing begun just before counts.
pub(crate) async fn snapshot(scope: Scope<'_>, volume: &str, description: &str, tags: &Tags) -> Result<Receipt, CloudError> {
    if let Some(of) = tags.get(SNAPSHOT_OF)
        && let Some(id) = recent_snapshot(scope, volume, of).await?
    {
        return Ok(Receipt { id: Some(id), ..Receipt::default() });
    }
    let request = scope
        .region
        .ec2()
        .create_snapshot()
        .volume_id(volume)
        .description(description)
        .set_tag_specifications(tag_specification(ResourceType::Snapshot, tags).map(|tags| vec![tags]));
    let answer = scope.call("ec2:CreateSnapshot", request.send()).await?;
    Ok(receipt(&answer, answer.snapshot_id()))
}

/// Every snapshot of this account that a removal kept.
pub(crate) async fn kept_snapshots(scope: Scope<'_>) -> Found<KeptSnapshot> {
    paging::all(DESCRIBE_SNAPSHOTS, async |token| {
        let request = scope
            .region
            .ec2()
            .describe_snapshots()
            .owner_ids("self")
            .filters(filter("tag-key", [SNAPSHOT_OF.to_owned()]))
            .max_results(SNAPSHOTS_PAGE)
            .set_next_token(token);
        let page = scope.call(DESCRIBE_SNAPSHOTS, request.send()).await?;
        Ok((page.snapshots().iter().filter_map(kept).collect(), page.next_token().map(str::to_owned)))
    })
    .await
}

/// One that failed holds nothing, and one without the tag is not ours to list, whatever the filter let through.
fn kept(from: &aws_sdk_ec2::types::Snapshot) -> Option<KeptSnapshot> {
    if from.state() == Some(&SnapshotState::Error) {
        return None;
    }
    Some(KeptSnapshot {
        id: text(from.snapshot_id()),
        of: super::tags(from.tags()).remove(SNAPSHOT_OF)?,
        source: text(from.volume_id()),
        created: timestamp(from.start_time()),
        size_gib: unsigned(from.volume_size()),
    })
}

/// The newest snapshot of `volume` for the address `of` that did not fail and is young enough to be its last.
async fn recent_snapshot(scope: Scope<'_>, volume: &str, of: &str) -> Result<Option<String>, CloudError> {
    let now = Timestamp::now();
    let found = paging::all(DESCRIBE_SNAPSHOTS, async |token| {
        let request = scope
            .region
            .ec2()
            .describe_snapshots()
            .owner_ids("self")
            .filters(filter("volume-id", [volume.to_owned()]))
            .filters(filter(&format!("tag:{SNAPSHOT_OF}"), [of.to_owned()]))
            .set_next_token(token);
        let page = scope.call(DESCRIBE_SNAPSHOTS, request.send()).await?;
        let sound = page.snapshots().iter().filter(|snapshot| snapshot.state() != Some(&SnapshotState::Error));
        let begun = sound.filter_map(|snapshot| Some((timestamp(snapshot.start_time())?, text(snapshot.snapshot_id()))));
        Ok((begun.filter(|(begun, _)| is_reusable_snapshot(*begun, now)).collect(), page.next_token().map(str::to_owned)))
    })
    .await;
    match (found.items.into_iter().max(), found.failures.into_iter().next()) {
        (Some((_, id)), _) => Ok(Some(id)),
        (None, Some(error)) => Err(error),
        (None, None) => Ok(None),
    }
}
