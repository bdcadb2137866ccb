//! Auto Scaling groups and ECS services. Muster makes none, so the cases work on those that stand in the account
//! ([`super::STOCK`]).

use muster_core::cloud::{Change, Clock, Cloud, EcsService, ErrorKind, IdRef, Kind, Need, PlaceView, ResourceRef, ScalingGroup};
use muster_core::tags::Tags;

use super::Held;
use super::stage::{Stage, same};

async fn group<C: Cloud, K: Clock>(
    stage: &Stage<'_, C, K>,
    what: &str,
    content: impl Fn(&ScalingGroup) -> bool,
) -> Result<ScalingGroup, String> {
    let find = |view: &PlaceView| view.scaling_groups.seen().iter().find(|group| super::is_stock(&group.tags) && content(group)).cloned();
    stage.until(what, Need::ScalingGroups, find).await
}

async fn service<C: Cloud, K: Clock>(
    stage: &Stage<'_, C, K>,
    what: &str,
    content: impl Fn(&EcsService) -> bool,
) -> Result<EcsService, String> {
    let find = |view: &PlaceView| view.services.seen().iter().find(|service| super::is_stock(&service.tags) && content(service)).cloned();
    stage.until(what, Need::EcsServices, find).await
}

fn tagging(kind: Kind, id: &str) -> (Change, Change) {
    let resource = ResourceRef { kind, id: IdRef::Id(id.to_owned()) };
    let tags = Tags::from([("muster:resume-set".to_owned(), "2/4/8 at=2026-11-20T00:05:00Z".to_owned())]);
    let keys = vec!["muster:resume-set".to_owned()];
    (Change::SetTags { resource: resource.clone(), tags }, Change::RemoveTags { resource, keys })
}

fn is_tagged(tags: &Tags) -> bool {
    tags.get("muster:resume-set").is_some_and(|value| value == "2/4/8 at=2026-11-20T00:05:00Z")
}

pub(super) async fn a_group_takes_its_three_numbers<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let before = group(stage, "the group that stands in the account", |_| true).await?;
    let scale = |min, desired, max| Change::ScaleGroup { name: before.name.clone(), min, desired, max };
    let is = |min, desired, max| move |group: &ScalingGroup| (group.min, group.desired, group.max) == (min, desired, max);
    stage.done(scale(0, 0, 0)).await?;
    group(stage, "an empty group", |group| is(0, 0, 0)(group) && group.in_service == 0).await?;
    stage.done(scale(0, 0, 0)).await?;
    stage.done(scale(1, 2, 3)).await?;
    group(stage, "a group of two", is(1, 2, 3)).await?;
    stage.refused(scale(3, 3, 1), &[ErrorKind::Invalid]).await?;
    stage.refused(Change::ScaleGroup { name: stage.name("never"), min: 0, desired: 0, max: 0 }, &[ErrorKind::NotFound]).await?;
    stage.done(scale(before.min, before.desired, before.max)).await.map(|_| ())
}

pub(super) async fn a_group_is_tagged_by_its_name<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let before = group(stage, "the group that stands in the account", |_| true).await?;
    let (set, remove) = tagging(Kind::ScalingGroup, &before.name);
    stage.done(set).await?;
    group(stage, "the new tag beside the others", |group| is_tagged(&group.tags)).await?;
    stage.done(remove).await?;
    group(stage, "the tags it had", |group| group.tags == before.tags).await.map(|_| ())
}

pub(super) async fn a_service_takes_its_number<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let before = service(stage, "the service that stands in the account", |_| true).await?;
    same("a service with a number", before.daemon, false)?;
    let scale = |desired| Change::ScaleService { cluster: before.cluster.clone(), service: before.name.clone(), desired };
    stage.done(scale(0)).await?;
    service(stage, "a service without tasks", |service| service.desired == 0).await?;
    stage.done(scale(0)).await?;
    stage.done(scale(5)).await?;
    service(stage, "a service of five tasks", |service| service.desired == 5).await?;
    let never = Change::ScaleService { cluster: before.cluster.clone(), service: stage.name("never"), desired: 1 };
    stage.refused(never, &[ErrorKind::NotFound]).await?;
    stage.done(scale(before.desired)).await.map(|_| ())
}

pub(super) async fn a_service_is_tagged_by_its_arn<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let before = service(stage, "the service that stands in the account", |_| true).await?;
    let (set, remove) = tagging(Kind::EcsService, &before.arn);
    stage.done(set).await?;
    service(stage, "the new tag beside the others", |service| is_tagged(&service.tags)).await?;
    stage.done(remove).await?;
    service(stage, "the tags it had", |service| service.tags == before.tags).await.map(|_| ())
}
