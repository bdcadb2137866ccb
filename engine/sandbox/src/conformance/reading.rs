//! Reading.

use std::collections::BTreeSet;

use muster_core::cloud::{Change, Clock, Cloud, ImageQuery, Need, PlaceView};

use super::Held;
use super::stage::{Stage, same};

pub(super) async fn unknown_ids_are_left_out<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (instance, _) = stage.running().await?;
    let ids = BTreeSet::from([instance.id.clone(), "i-0fffffffffffffff0".to_owned(), "i-0fffffffffffffff1".to_owned()]);
    let view = stage.view(Need::InstancesById(ids)).await?;
    same("complete", view.instances.is_complete(), true)?;
    let seen: Vec<&String> = view.instances.seen().iter().map(|instance| &instance.id).collect();
    same("ids", seen, vec![&instance.id])?;
    let absent = stage.view(Need::DatabaseByName(stage.name("never"))).await?;
    same("a database that is not there", (absent.databases.is_complete(), absent.databases.seen().len()), (true, 0))?;
    stage.end(&instance.id).await
}

pub(super) async fn ubuntu_is_found_in_both_architectures<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    for architecture in ["x86_64", "arm64"] {
        let query = ImageQuery::Ubuntu2404 { architecture: architecture.to_owned() };
        let image = stage.image(query).await?.ok_or_else(|| format!("there must be an Ubuntu 24.04 for {architecture}"))?;
        same("its architecture", image.architecture.as_str(), architecture)?;
        same("its name says noble", image.name.contains("ubuntu-noble-24.04"), true)?;
        same("its root device", image.root_device.as_str(), "/dev/sda1")?;
    }
    Ok(())
}

pub(super) async fn an_image_is_found_by_id_owner_and_parameter<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let ubuntu = stage.ubuntu().await?;
    let by_id = stage.image(ImageQuery::Id(ubuntu.id.clone())).await?;
    same("by id", by_id.map(|image| image.name), Some(ubuntu.name.clone()))?;
    let newest = ImageQuery::Newest {
        owner: "099720109477".to_owned(),
        name: "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*".to_owned(),
        architecture: "x86_64".to_owned(),
    };
    same("newest of its owner", stage.image(newest).await?.map(|image| image.id), Some(ubuntu.id.clone()))?;
    let parameter = "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id".to_owned();
    same("by parameter", stage.image(ImageQuery::Ssm(parameter)).await?.map(|image| image.id), Some(ubuntu.id))?;
    let none = stage.image(ImageQuery::Id("ami-0fffffffffffffff0".to_owned())).await?;
    same("an image that is not there", none, None)
}

pub(super) async fn there_is_a_default_network<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let vpc = stage.vpc().await?;
    let view = stage.view(Need::Subnets).await?;
    let defaults = view.subnets.seen().iter().filter(|subnet| subnet.is_default && subnet.vpc == vpc).count();
    same("default subnets in two zones at least", defaults >= 2, true)
}

pub(super) async fn lists_are_sorted_and_counted<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    for part in ["b", "a", "c"] {
        stage.group(part).await?;
    }
    let three = |view: &PlaceView| {
        let ids: Vec<String> = view.groups.seen().iter().map(|group| group.id.clone()).collect();
        let mine = view.groups.seen().iter().filter(|group| group.name.starts_with(&stage.prefix())).count();
        (mine == 3).then_some(ids)
    };
    let ids = stage.until("three groups", Need::SecurityGroups, three).await?;
    same("sorted by id", ids.is_sorted(), true)
}

pub(super) async fn prefixes_narrow_a_list<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    for part in ["in-a", "in-b", "out"] {
        let spec = Box::new(stage.alarm("i-0123456789abcdef0"));
        stage.done(Change::PutAlarm { name: stage.name(part), description: part.to_owned(), spec, tags: stage.tags(part) }).await?;
    }
    let find = |view: &PlaceView| (view.alarms.seen().len() == 2).then_some(());
    stage.until("two of three alarms", Need::Alarms(stage.name("in-")), find).await
}
