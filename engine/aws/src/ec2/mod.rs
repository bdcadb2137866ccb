//! EC2.

pub(crate) mod checks;
pub(crate) mod groups;
pub(crate) mod images;
pub(crate) mod instances;
pub(crate) mod keys;
pub(crate) mod launch;
pub(crate) mod network;
pub(crate) mod volumes;

use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagSpecification};
use muster_core::cloud::{CloudError, Receipt};
use muster_core::tags::Tags;

use crate::convert::{gone_is_done, receipt, text};
use crate::paging;
use crate::region::Scope;

/// Tags of an answer, sorted.
pub(crate) fn tags(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (text(tag.key()), text(tag.value()))).collect()
}

fn sdk_tags(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// Tags of a thing that is about to be made; nothing when there are none, since EC2 refuses an empty list.
fn tag_specification(kind: ResourceType, tags: &Tags) -> Option<TagSpecification> {
    (!tags.is_empty()).then(|| TagSpecification::builder().resource_type(kind).set_tags(Some(sdk_tags(tags))).build())
}

/// A filter by a name of EC2.
pub(crate) fn filter(name: &str, values: impl IntoIterator<Item = String>) -> Filter {
    Filter::builder().name(name).set_values(Some(values.into_iter().collect())).build()
}

/// ec2:CreateTags.
pub(crate) async fn set_tags(scope: Scope<'_>, id: &str, tags: &Tags) -> Result<Receipt, CloudError> {
    let request = scope.region.ec2().create_tags().resources(id).set_tags(Some(sdk_tags(tags)));
    let answer = scope.call("ec2:CreateTags", request.send()).await?;
    Ok(receipt(&answer, Some(id)))
}

/// ec2:DeleteTags, by key whatever the value.
pub(crate) async fn remove_tags(scope: Scope<'_>, id: &str, keys: &[String]) -> Result<Receipt, CloudError> {
    let keys = keys.iter().map(|key| Tag::builder().key(key).build()).collect();
    let request = scope.region.ec2().delete_tags().resources(id).set_tags(Some(keys));
    gone_is_done(scope.call("ec2:DeleteTags", request.send()).await.map(|answer| receipt(&answer, Some(id))))
}

/// ec2:DescribeTags of one thing.
pub(crate) async fn tags_of(scope: Scope<'_>, id: &str) -> Result<Tags, CloudError> {
    let action = "ec2:DescribeTags";
    let found = paging::all(action, async |token| {
        let request = scope.region.ec2().describe_tags().filters(filter("resource-id", [id.to_owned()])).set_next_token(token);
        let page = scope.call(action, request.send()).await?;
        let tags = page.tags().iter().map(|tag| (text(tag.key()), text(tag.value()))).collect();
        Ok((tags, page.next_token().map(str::to_owned)))
    })
    .await;
    match found.failures.into_iter().next() {
        Some(error) => Err(error),
        None => Ok(found.items.into_iter().collect()),
    }
}
