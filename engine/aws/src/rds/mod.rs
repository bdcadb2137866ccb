//! RDS.

pub(crate) mod clusters;
pub(crate) mod databases;
pub(crate) mod events;
pub(crate) mod parameters;
pub(crate) mod snapshots;

use aws_sdk_rds::types::Tag;
use muster_core::cloud::{CloudError, Receipt};
use muster_core::tags::Tags;

use crate::convert::{gone_is_done, receipt, text};
use crate::region::Scope;

/// Most databases, groups or parameters of a page.
pub(crate) const PAGE: i32 = 100;

/// Tags by key.
pub(crate) fn tags(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (text(tag.key()), text(tag.value()))).collect()
}

fn sdk_tags(tags: &Tags) -> Option<Vec<Tag>> {
    (!tags.is_empty()).then(|| tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect())
}

/// rds:AddTagsToResource.
pub(crate) async fn set_tags(scope: Scope<'_>, arn: &str, tags: &Tags) -> Result<Receipt, CloudError> {
    let request = scope.region.rds().add_tags_to_resource().resource_name(arn).set_tags(sdk_tags(tags));
    let answer = scope.call("rds:AddTagsToResource", request.send()).await?;
    Ok(receipt(&answer, Some(arn)))
}

/// rds:RemoveTagsFromResource.
pub(crate) async fn remove_tags(scope: Scope<'_>, arn: &str, keys: &[String]) -> Result<Receipt, CloudError> {
    let request = scope.region.rds().remove_tags_from_resource().resource_name(arn).set_tag_keys(Some(keys.to_vec()));
    gone_is_done(scope.call("rds:RemoveTagsFromResource", request.send()).await.map(|answer| receipt(&answer, Some(arn))))
}

/// rds:ListTagsForResource.
pub(crate) async fn tags_of(scope: Scope<'_>, arn: &str) -> Result<Tags, CloudError> {
    let request = scope.region.rds().list_tags_for_resource().resource_name(arn);
    let answer = scope.call("rds:ListTagsForResource", request.send()).await?;
    Ok(tags(answer.tag_list()))
}
