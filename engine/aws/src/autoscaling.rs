//! Auto Scaling groups.

use aws_sdk_autoscaling::types::{AutoScalingGroup, Filter, LifecycleState, Tag, TagDescription};
use muster_core::cloud::{CloudError, ErrorKind, Receipt, ScalingGroup};
use muster_core::tags::Tags;

use crate::convert::{receipt, signed, text, unsigned};
use crate::paging::{self, Found};
use crate::region::Scope;

const DESCRIBE: &str = "autoscaling:DescribeAutoScalingGroups";
const DESCRIBE_TAGS: &str = "autoscaling:DescribeTags";
const UPDATE: &str = "autoscaling:UpdateAutoScalingGroup";
const SET_TAGS: &str = "autoscaling:CreateOrUpdateTags";
const REMOVE_TAGS: &str = "autoscaling:DeleteTags";
/// Most groups of a page.
const PAGE: i32 = 100;
/// What a tag's resource is called.
const GROUP: &str = "auto-scaling-group";

/// All groups.
pub(crate) async fn groups(scope: Scope<'_>) -> Found<ScalingGroup> {
    paging::all(DESCRIBE, async |token| {
        let request = scope.region.autoscaling().describe_auto_scaling_groups().max_records(PAGE).set_next_token(token);
        let page = scope.call(DESCRIBE, request.send()).await?;
        Ok((page.auto_scaling_groups().iter().map(group).collect(), page.next_token().map(str::to_owned)))
    })
    .await
}

fn group(from: &AutoScalingGroup) -> ScalingGroup {
    let in_service = from.instances().iter().filter(|instance| instance.lifecycle_state() == Some(&LifecycleState::InService)).count();
    ScalingGroup {
        name: text(from.auto_scaling_group_name()),
        arn: text(from.auto_scaling_group_arn()),
        min: unsigned(from.min_size()),
        desired: unsigned(from.desired_capacity()),
        max: unsigned(from.max_size()),
        in_service: u32::try_from(in_service).unwrap_or(u32::MAX),
        status: from.status().map(str::to_owned),
        tags: tags(from.tags()),
    }
}

fn tags(tags: &[TagDescription]) -> Tags {
    tags.iter().map(|tag| (text(tag.key()), text(tag.value()))).collect()
}

/// autoscaling:UpdateAutoScalingGroup: the three numbers, in one call, so that no one of them is ever outside the others.
pub(crate) async fn scale(scope: Scope<'_>, name: &str, min: u32, desired: u32, max: u32) -> Result<Receipt, CloudError> {
    let request = scope
        .region
        .autoscaling()
        .update_auto_scaling_group()
        .auto_scaling_group_name(name)
        .min_size(signed(min))
        .desired_capacity(signed(desired))
        .max_size(signed(max));
    let answer = scope.call(UPDATE, request.send()).await.map_err(unknown)?;
    Ok(receipt(&answer, Some(name)))
}

/// autoscaling:CreateOrUpdateTags. Nothing of muster's is handed on to instances.
pub(crate) async fn set_tags(scope: Scope<'_>, name: &str, tags: &Tags) -> Result<Receipt, CloudError> {
    let tags = tags.iter().map(|(key, value)| tag(name, key).value(value).propagate_at_launch(false).build()).collect();
    let request = scope.region.autoscaling().create_or_update_tags().set_tags(Some(tags));
    let answer = scope.call(SET_TAGS, request.send()).await.map_err(unknown)?;
    Ok(receipt(&answer, Some(name)))
}

/// autoscaling:DeleteTags.
pub(crate) async fn remove_tags(scope: Scope<'_>, name: &str, keys: &[String]) -> Result<Receipt, CloudError> {
    let tags = keys.iter().map(|key| tag(name, key).build()).collect();
    let request = scope.region.autoscaling().delete_tags().set_tags(Some(tags));
    let answer = scope.call(REMOVE_TAGS, request.send()).await.map_err(unknown)?;
    Ok(receipt(&answer, Some(name)))
}

fn tag(name: &str, key: &str) -> aws_sdk_autoscaling::types::builders::TagBuilder {
    Tag::builder().resource_id(name).resource_type(GROUP).key(key)
}

/// autoscaling:DescribeTags of one group.
pub(crate) async fn tags_of(scope: Scope<'_>, name: &str) -> Result<Tags, CloudError> {
    let found = paging::all(DESCRIBE_TAGS, async |token| {
        let filter = Filter::builder().name(GROUP).values(name).build();
        let request = scope.region.autoscaling().describe_tags().filters(filter).max_records(PAGE).set_next_token(token);
        let page = scope.call(DESCRIBE_TAGS, request.send()).await?;
        Ok((page.tags().to_vec(), page.next_token().map(str::to_owned)))
    })
    .await;
    match found.failures.into_iter().next() {
        Some(error) => Err(error),
        None => Ok(tags(&found.items)),
    }
}

/// Auto Scaling has no code of its own for a group that is not there: `ValidationError` is all it says, and why in words.
fn unknown(error: CloudError) -> CloudError {
    let absent = error.code == "ValidationError" && error.message.contains("not found");
    if absent { CloudError { kind: ErrorKind::NotFound, ..error } } else { error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_that_is_not_there_is_told_by_the_words() {
        let of = |message: &str| unknown(CloudError::new(ErrorKind::Invalid, UPDATE, "ValidationError", message)).kind;
        assert_eq!(of("AutoScalingGroup name not found - null"), ErrorKind::NotFound);
        assert_eq!(of("Desired capacity:9 must be between the specified min size:1 and max size:4"), ErrorKind::Invalid);
    }
}
