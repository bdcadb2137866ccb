//! EC2.

use aws_sdk_ec2::types::{VolumeAttachmentState, VolumeState, VolumeType};
use futures::future::{FutureExt as _, join_all};
use muster_core::facet::ec2::{Attachment, Volume};
use muster_core::facet::{KindSpec, Members};

use super::gather::{Gather, members};
use crate::convert::{text, timestamp};
use crate::paging::{self, Found};
use crate::region::Scope;

/// Most volumes of a page.
const VOLUMES_PAGE: i32 = 500;

/// Every kind of EC2 that is wanted.
pub(super) async fn gather(gather: &Gather<'_>) {
    let mut tasks = Vec::new();
    if let Some(kind) = gather.wants("ec2.volume") {
        tasks.push(volumes(gather, kind).boxed_local());
    }
    join_all(tasks).await;
}

async fn volumes(gather: &Gather<'_>, kind: &'static KindSpec) {
    let facts = gather.listed(kind, all_volumes(gather.scope, gather.wants_facet(kind, "tags")).await);
    gather.keep(facts);
}

async fn all_volumes(scope: Scope<'_>, tags: bool) -> Found<Members> {
    const DESCRIBE: &str = "ec2:DescribeVolumes";
    paging::all(DESCRIBE, async |token| {
        let request = scope.region.ec2().describe_volumes().max_results(VOLUMES_PAGE).set_next_token(token);
        let page = scope.call(DESCRIBE, request.send()).await?;
        let bodies = page.volumes().iter().map(|from| members(&volume(from, tags))).collect();
        Ok((bodies, page.next_token().map(str::to_owned)))
    })
    .await
}

fn volume(from: &aws_sdk_ec2::types::Volume, tags: bool) -> Volume {
    let attachment = |from: &aws_sdk_ec2::types::VolumeAttachment| Attachment {
        instance_id: text(from.instance_id()),
        device: text(from.device()),
        state: text(from.state().map(VolumeAttachmentState::as_str)),
        attach_time: timestamp(from.attach_time()).map(|time| time.to_string()),
        delete_on_termination: from.delete_on_termination().unwrap_or_default(),
    };
    Volume {
        volume_id: text(from.volume_id()),
        size: from.size().unwrap_or_default().into(),
        volume_type: text(from.volume_type().map(VolumeType::as_str)),
        state: text(from.state().map(VolumeState::as_str)),
        encrypted: from.encrypted().unwrap_or_default(),
        kms_key_id: from.kms_key_id().map(str::to_owned),
        iops: from.iops().map(i64::from),
        throughput: from.throughput().map(i64::from),
        create_time: timestamp(from.create_time()).map(|time| time.to_string()),
        snapshot_id: from.snapshot_id().filter(|id| !id.is_empty()).map(str::to_owned),
        availability_zone: from.availability_zone().map(str::to_owned),
        attachments: from.attachments().iter().map(attachment).collect(),
        tags: tags.then(|| crate::ec2::tags(from.tags())),
    }
}
