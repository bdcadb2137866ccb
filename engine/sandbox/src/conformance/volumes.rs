//! Volumes and their snapshots.

use muster_core::cloud::{Change, Clock, Cloud, ErrorKind, Need, PlaceView};
use muster_core::tags::{SNAPSHOT_OF, Tags};

use super::Held;
use super::stage::{Stage, same};

pub(super) async fn a_volume_grows_and_never_shrinks<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (instance, _) = stage.running().await?;
    let id = instance.root_volume.ok_or("a running instance must have a root volume")?;
    stage.refused(Change::ModifyVolume { id: id.clone(), size_gib: Some(20), volume_type: None }, &[ErrorKind::Invalid]).await?;
    stage.done(Change::ModifyVolume { id: id.clone(), size_gib: Some(40), volume_type: None }).await?;
    let find = |view: &PlaceView| view.volumes.seen().iter().find(|volume| volume.id == id && volume.size_gib == 40).cloned();
    let volume = stage.until("the grown volume", Need::Volumes, find).await?;
    same("its type", volume.volume_type.as_str(), "gp3")?;
    stage.end(&instance.id).await
}

pub(super) async fn a_snapshot_asked_for_twice_at_once_is_one<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (instance, _) = stage.running().await?;
    let volume = instance.root_volume.ok_or("a running instance must have a root volume")?;
    let tags = Tags::from([(SNAPSHOT_OF.to_owned(), "user/conformance/instance".to_owned())]);
    let snapshot = Change::CreateSnapshot { volume: volume.clone(), description: "made by the conformance suite".to_owned(), tags };
    let first = stage.made(snapshot.clone()).await?;
    let second = stage.made(snapshot).await?;
    let kept = |view: &PlaceView| view.kept_snapshots.seen().iter().find(|kept| kept.id == first).cloned();
    let listed = stage.until("the kept snapshot in its list", Need::KeptSnapshots, kept).await?;
    same("what it was made of", (listed.of.as_str(), listed.source), ("user/conformance/instance", volume))?;
    same("its size", listed.size_gib, 30)?;
    stage.end(&instance.id).await?;
    same("the snapshot asked for again", second, first)
}
