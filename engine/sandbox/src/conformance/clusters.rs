//! RDS clusters. Muster makes none, so the cases work on the one that stands in the account ([`super::STOCK`]).

use muster_core::cloud::{Change, Clock, Cloud, DbCluster, ErrorKind, Need, PlaceView};
use muster_core::tags::{SNAPSHOT_OF, Tags};

use super::Held;
use super::stage::{Stage, same};

async fn stock<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Result<DbCluster, String> {
    let find = |view: &PlaceView| view.clusters.seen().iter().find(|cluster| super::is_stock(&cluster.tags)).cloned();
    let found = stage.until("the cluster that stands in the account", Need::DbClusters, find).await?;
    until(stage, &found.name, "an available cluster", |cluster| cluster.state.is_available()).await
}

async fn until<C: Cloud, K: Clock>(
    stage: &Stage<'_, C, K>,
    name: &str,
    what: &str,
    content: impl Fn(&DbCluster) -> bool,
) -> Result<DbCluster, String> {
    let find = |view: &PlaceView| view.clusters.seen().iter().find(|cluster| cluster.name == name && content(cluster)).cloned();
    stage.until(what, Need::DbClusters, find).await
}

pub(super) async fn it_stops_and_starts_with_its_members<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let cluster = stock(stage).await?;
    let name = cluster.name.clone();
    same("members", cluster.members.len(), 2)?;
    let (start, stop) = (Change::StartCluster { name: name.clone() }, Change::StopCluster { name: name.clone() });
    // What is so already counts as done, whoever did it.
    stage.done(start.clone()).await?;
    stage.done(stop.clone()).await?;
    until(stage, &name, "a stopped cluster", |cluster| cluster.state.is_stopped()).await?;
    for member in &cluster.members {
        let stopped = stage.until_database("a stopped member", member, |database| database.state.is_stopped()).await?;
        same("the cluster of a member", stopped.cluster.as_ref(), Some(&name))?;
    }
    stage.done(stop).await?;
    stage.done(start).await?;
    until(stage, &name, "an available cluster", |cluster| cluster.state.is_available()).await?;
    for member in &cluster.members {
        stage.until_database("an available member", member, |database| database.state.is_available()).await?;
    }
    Ok(())
}

pub(super) async fn a_member_is_not_stopped_alone<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let cluster = stock(stage).await?;
    let member = cluster.members.first().ok_or("a cluster with members")?;
    stage.refused(Change::StopDatabase { name: member.clone() }, &[ErrorKind::WrongState, ErrorKind::Invalid]).await
}

pub(super) async fn a_snapshot_is_taken_once_and_ended<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (cluster, name) = (stock(stage).await?.name, stage.name("snapshot"));
    let tags = Tags::from([(SNAPSHOT_OF.to_owned(), format!("rds-cluster/{cluster} schedule=conformance"))]);
    let take = Change::CreateClusterSnapshot { cluster: cluster.clone(), name: name.clone(), tags: tags.clone() };
    stage.done(take.clone()).await?;
    let complete =
        |view: &PlaceView| view.cluster_snapshots.seen().iter().find(|taken| taken.name == name && taken.state == "available").cloned();
    let taken = stage.until("a complete snapshot", Need::DbClusterSnapshots, complete).await?;
    same("what it is of", (&taken.cluster, &taken.tags), (&cluster, &tags))?;
    same("a time", taken.created.is_some(), true)?;
    until(stage, &cluster, "an available cluster", |cluster| cluster.state.is_available()).await?;
    stage.refused(take, &[ErrorKind::AlreadyExists]).await?;
    let end = Change::DeleteClusterSnapshot { name: name.clone() };
    stage.done(end.clone()).await?;
    let gone = |view: &PlaceView| view.cluster_snapshots.seen().iter().all(|taken| taken.name != name).then_some(());
    stage.until("a list without it", Need::DbClusterSnapshots, gone).await?;
    stage.done(end).await.map(|_| ())
}

pub(super) async fn an_unknown_one_is_refused<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    stage.refused(Change::StopCluster { name: stage.name("never") }, &[ErrorKind::NotFound]).await?;
    stage.refused(Change::StartCluster { name: stage.name("never") }, &[ErrorKind::NotFound]).await
}
