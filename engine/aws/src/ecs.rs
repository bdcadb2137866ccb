//! Services of ECS.

use aws_sdk_ecs::types::{SchedulingStrategy, Service, ServiceField, Tag};
use futures::future::join_all;
use muster_core::cloud::{CloudError, EcsService, Receipt};
use muster_core::tags::Tags;

use crate::convert::{gone_is_done, receipt, signed, text};
use crate::paging::{self, Found};
use crate::region::Scope;

const LIST_CLUSTERS: &str = "ecs:ListClusters";
const LIST_SERVICES: &str = "ecs:ListServices";
const DESCRIBE: &str = "ecs:DescribeServices";
const UPDATE: &str = "ecs:UpdateService";
/// Most clusters or services of a page.
const PAGE: i32 = 100;
/// Services described in one call.
const BATCH: usize = 10;

/// All services of all clusters.
pub(crate) async fn services(scope: Scope<'_>) -> Found<EcsService> {
    let clusters = paging::all(LIST_CLUSTERS, async |token| {
        let request = scope.region.ecs().list_clusters().max_results(PAGE).set_next_token(token);
        let page = scope.call(LIST_CLUSTERS, request.send()).await?;
        Ok((page.cluster_arns().to_vec(), page.next_token().map(str::to_owned)))
    })
    .await;
    let unread = Found { items: Vec::new(), failures: clusters.failures };
    let of_clusters = join_all(clusters.items.iter().map(|cluster| of_cluster(scope, cluster))).await;
    Found::concat(of_clusters.into_iter().chain([unread]))
}

async fn of_cluster(scope: Scope<'_>, cluster: &str) -> Found<EcsService> {
    let listed = paging::all(LIST_SERVICES, async |token| {
        let request = scope.region.ecs().list_services().cluster(cluster).max_results(PAGE).set_next_token(token);
        let page = scope.call(LIST_SERVICES, request.send()).await?;
        Ok((page.service_arns().to_vec(), page.next_token().map(str::to_owned)))
    })
    .await;
    let unread = Found { items: Vec::new(), failures: listed.failures };
    let described = listed.items.chunks(BATCH).map(async |batch: &[String]| Found::from_result(describe(scope, cluster, batch).await));
    Found::concat(join_all(described).await.into_iter().chain([unread]))
}

/// One batch. A service that ended since it was listed stands among the failures of the answer and is left out.
async fn describe(scope: Scope<'_>, cluster: &str, services: &[String]) -> Result<Vec<EcsService>, CloudError> {
    let request = scope.region.ecs().describe_services().cluster(cluster).set_services(Some(services.to_vec())).include(ServiceField::Tags);
    let answer = scope.call(DESCRIBE, request.send()).await?;
    Ok(answer.services().iter().map(service).collect())
}

fn service(from: &Service) -> EcsService {
    EcsService {
        cluster: last_word(from.cluster_arn()),
        name: text(from.service_name()),
        arn: text(from.service_arn()),
        status: text(from.status()),
        desired: u32::try_from(from.desired_count()).unwrap_or_default(),
        running: u32::try_from(from.running_count()).unwrap_or_default(),
        daemon: from.scheduling_strategy() == Some(&SchedulingStrategy::Daemon),
        tags: tags(from.tags()),
    }
}

/// The name at the end of a cluster's ARN: `arn:aws:ecs:…:cluster/main`.
fn last_word(arn: Option<&str>) -> String {
    arn.and_then(|arn| arn.rsplit('/').next()).unwrap_or_default().to_owned()
}

fn tags(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (text(tag.key()), text(tag.value()))).collect()
}

/// ecs:UpdateService with a number of tasks and nothing else: ECS begins no deployment for that.
pub(crate) async fn scale(scope: Scope<'_>, cluster: &str, service: &str, desired: u32) -> Result<Receipt, CloudError> {
    let request = scope.region.ecs().update_service().cluster(cluster).service(service).desired_count(signed(desired));
    let answer = scope.call(UPDATE, request.send()).await?;
    let arn = answer.service().and_then(|service| service.service_arn()).map(str::to_owned);
    Ok(receipt(&answer, arn.as_deref()))
}

/// ecs:TagResource.
pub(crate) async fn set_tags(scope: Scope<'_>, arn: &str, tags: &Tags) -> Result<Receipt, CloudError> {
    let tags = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    let request = scope.region.ecs().tag_resource().resource_arn(arn).set_tags(Some(tags));
    let answer = scope.call("ecs:TagResource", request.send()).await?;
    Ok(receipt(&answer, Some(arn)))
}

/// ecs:UntagResource.
pub(crate) async fn remove_tags(scope: Scope<'_>, arn: &str, keys: &[String]) -> Result<Receipt, CloudError> {
    let request = scope.region.ecs().untag_resource().resource_arn(arn).set_tag_keys(Some(keys.to_vec()));
    gone_is_done(scope.call("ecs:UntagResource", request.send()).await.map(|answer| receipt(&answer, Some(arn))))
}

/// ecs:ListTagsForResource.
pub(crate) async fn tags_of(scope: Scope<'_>, arn: &str) -> Result<Tags, CloudError> {
    let request = scope.region.ecs().list_tags_for_resource().resource_arn(arn);
    let answer = scope.call("ecs:ListTagsForResource", request.send()).await?;
    Ok(tags(answer.tags()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_called_by_the_last_word_of_its_arn() {
        assert_eq!(last_word(Some("arn:aws:ecs:ap-northeast-2:123456789012:cluster/main")), "main");
        assert_eq!((last_word(Some("main")), last_word(None)), ("main".to_owned(), String::new()));
    }

    #[test]
    fn a_daemon_is_told_from_a_number_of_tasks() {
        let of = |strategy| service(&Service::builder().desired_count(3).scheduling_strategy(strategy).build());
        assert!(of(SchedulingStrategy::Daemon).daemon && !of(SchedulingStrategy::Replica).daemon);
        assert_eq!(of(SchedulingStrategy::Replica).desired, 3);
    }
}
