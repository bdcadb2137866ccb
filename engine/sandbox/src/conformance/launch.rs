//! RunInstances and its client token.

use muster_core::cloud::{Change, Clock, Cloud, ErrorKind, IdRef, InstanceSpec, InstanceState, Need, PlaceView};

use super::Held;
use super::stage::{Stage, same};

fn run(token: String, spec: &InstanceSpec) -> Change {
    Change::RunInstance { token, spec: Box::new(spec.clone()) }
}

pub(super) async fn a_token_makes_one_instance<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (first, spec) = stage.running().await?;
    let again = stage.made(run(stage.name("token"), &spec)).await?;
    same("the answer to the same token", &again, &first.id)?;
    let other = stage.made(run(stage.name("other"), &spec)).await?;
    if other == first.id {
        return Err("another token must make another instance".to_owned());
    }
    stage.end(&first.id).await?;
    stage.end(&other).await
}

pub(super) async fn a_token_with_other_parameters_is_refused<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (instance, spec) = stage.running().await?;
    let other = InstanceSpec { instance_type: "t3.medium".to_owned(), ..spec };
    stage.refused(run(stage.name("token"), &other), &[ErrorKind::TokenMismatch]).await?;
    stage.end(&instance.id).await
}

pub(super) async fn a_token_outlives_its_instance<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (instance, spec) = stage.running().await?;
    stage.end(&instance.id).await?;
    stage.reach(&instance.id, InstanceState::Terminated).await?;
    match stage.perform(&run(stage.name("token"), &spec)).await {
        Ok(receipt) => same("the answer to the token of a terminated instance", receipt.id, Some(instance.id)),
        Err(error) if error.kind == ErrorKind::TokenMismatch => Ok(()),
        Err(error) => Err(format!("the token of a terminated instance must answer it or be refused for it, not {error}")),
    }
}

pub(super) async fn an_instance_has_what_it_was_asked_for<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (instance, spec) = stage.running().await?;
    let id = instance.id.clone();
    same("type", instance.instance_type.as_str(), "t3.small")?;
    same("architecture", instance.architecture.as_str(), "x86_64")?;
    same("image", &instance.image, &spec.image)?;
    same("key pair", instance.key_name, Some(spec.key_name))?;
    same("groups", instance.groups.into_iter().map(IdRef::Id).collect(), spec.groups)?;
    same("IMDSv2", instance.imds_required, true)?;
    same("client token", instance.client_token, Some(stage.name("token")))?;
    same("tags", instance.tags, spec.tags)?;
    same("public address", instance.public_ip.is_some(), true)?;
    same("VPC", instance.vpc, Some(stage.vpc().await?))?;
    same("root on EBS", instance.ebs_root, true)?;
    let find = |view: &PlaceView| view.volumes.seen().iter().find(|volume| Some(&volume.id) == instance.root_volume.as_ref()).cloned();
    let volume = stage.until("its root volume", Need::Volumes, find).await?;
    same("volume", (volume.size_gib, volume.volume_type.as_str(), volume.encrypted), (30, "gp3", true))?;
    same("volume tags", volume.tags, spec.volume_tags)?;
    same("volume's instance", volume.instance.as_ref(), Some(&id))?;
    stage.end(&id).await
}

pub(super) async fn an_unknown_image_is_refused<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let spec = InstanceSpec { image: "ami-0fffffffffffffff0".to_owned(), ..stage.spec().await? };
    stage.refused(run(stage.name("token"), &spec), &[ErrorKind::NotFound, ErrorKind::Invalid]).await
}

pub(super) async fn an_unknown_group_is_refused<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let spec = InstanceSpec { groups: vec![IdRef::Id("sg-0fffffffffffffff0".to_owned())], ..stage.spec().await? };
    stage.refused(run(stage.name("token"), &spec), &[ErrorKind::NotFound]).await
}
