//! Instances after their launch.

use muster_core::cloud::{Change, Clock, Cloud, ErrorKind, IdRef, InstanceState};

use super::Held;
use super::stage::{Stage, same};

fn stop(id: &str) -> Change {
    Change::StopInstances { ids: vec![IdRef::Id(id.to_owned())], hibernate: false }
}

fn start(id: &str) -> Change {
    Change::StartInstances { ids: vec![IdRef::Id(id.to_owned())] }
}

pub(super) async fn it_stops_and_starts<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (first, _) = stage.running().await?;
    stage.done(stop(&first.id)).await?;
    let stopped = stage.reach(&first.id, InstanceState::Stopped).await?;
    same("public address of a stopped instance", stopped.public_ip, None)?;
    same("begin of its transition reason", stopped.transition_reason.starts_with("User initiated ("), true)?;
    stage.done(start(&first.id)).await?;
    let again = stage.reach(&first.id, InstanceState::Running).await?;
    same("root volume after a start", again.root_volume, first.root_volume)?;
    stage.end(&first.id).await
}

pub(super) async fn stopping_twice_is_one_stop<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (instance, _) = stage.running().await?;
    stage.done(stop(&instance.id)).await?;
    stage.done(stop(&instance.id)).await?;
    stage.reach(&instance.id, InstanceState::Stopped).await?;
    stage.done(stop(&instance.id)).await?;
    stage.done(start(&instance.id)).await?;
    stage.reach(&instance.id, InstanceState::Running).await?;
    stage.done(start(&instance.id)).await?;
    stage.end(&instance.id).await
}

pub(super) async fn a_terminated_one_does_not_start<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (instance, _) = stage.running().await?;
    stage.end(&instance.id).await?;
    stage.reach(&instance.id, InstanceState::Terminated).await?;
    stage.refused(start(&instance.id), &[ErrorKind::WrongState]).await?;
    stage.refused(stop(&instance.id), &[ErrorKind::WrongState]).await
}

pub(super) async fn terminating_twice_is_one_end<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (instance, _) = stage.running().await?;
    stage.end(&instance.id).await?;
    stage.end(&instance.id).await?;
    stage.reach(&instance.id, InstanceState::Terminated).await?;
    stage.end(&instance.id).await
}

pub(super) async fn the_type_changes_when_stopped_only<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (instance, _) = stage.running().await?;
    let resize = Change::ModifyInstanceType { id: instance.id.clone(), instance_type: "t3.medium".to_owned() };
    stage.refused(resize.clone(), &[ErrorKind::WrongState]).await?;
    stage.done(stop(&instance.id)).await?;
    stage.reach(&instance.id, InstanceState::Stopped).await?;
    stage.done(resize).await?;
    stage.until_instance("the new type", &instance.id, |instance| instance.instance_type == "t3.medium").await?;
    stage.end(&instance.id).await
}

pub(super) async fn groups_and_metadata_change_while_it_runs<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (instance, _) = stage.running().await?;
    let more = stage.group("more").await?;
    let mut wanted: Vec<String> = instance.groups.iter().cloned().chain([more]).collect();
    let groups = wanted.iter().cloned().map(IdRef::Id).collect();
    stage.done(Change::ModifyInstanceGroups { id: instance.id.clone(), groups }).await?;
    stage.done(Change::ModifyInstanceMetadata { id: instance.id.clone(), required: false }).await?;
    let changed = stage
        .until_instance("two groups and IMDS optional", &instance.id, |instance| instance.groups.len() == 2 && !instance.imds_required)
        .await?;
    let mut groups = changed.groups;
    groups.sort();
    wanted.sort();
    same("its groups", groups, wanted)?;
    stage.end(&instance.id).await
}

pub(super) async fn an_unknown_id_is_refused<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let id = "i-0fffffffffffffff0";
    stage.refused(start(id), &[ErrorKind::NotFound]).await?;
    stage.refused(stop(id), &[ErrorKind::NotFound]).await?;
    stage.refused(Change::ModifyInstanceMetadata { id: id.to_owned(), required: true }, &[ErrorKind::NotFound]).await
}
