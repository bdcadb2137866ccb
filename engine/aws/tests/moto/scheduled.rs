//! What schedules work on and muster makes none of: groups, services, clusters.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::{SignedDuration, Timestamp};
use muster_aws::WallClock;
use muster_core::apply::{self, Settings, Status};
use muster_core::cloud::{Change, ErrorKind, Kind, Need, PlaceView};
use muster_core::fleet::{FileSource, Fleet, LoadOptions, load};
use muster_core::lock::Lock;
use muster_core::plan::{self, Options};
use muster_core::tags::{RESUME_DESIRED, RESUME_MAX, RESUME_MIN, SNAPSHOT_OF};

use crate::{World, on, tags, world};

struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        Err(format!("{relative} is not there"))
    }
}

fn fleet(world: &World) -> Fleet {
    let text = format!(
        "timezone: UTC
cloud: {{provider: aws, accounts: {{main: {{id: '{}'}}}}, regions: [{}]}}
schedules:
  office:
    select: {{services: [rds, asg, ecs], tags: {{conformance: stock}}}}
    run: ['mon-fri 08:00-20:00']
    rds: {{snapshot: {{before-stop: true, keep: 1}}}}
",
        world.account_id, world.place.region
    );
    let loaded = load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions { region: None, sandbox: false });
    loaded.fleet.unwrap_or_else(|| panic!("{}", muster_core::diag::render(&loaded.diagnostics, &loaded.sources, false, 120)))
}

/// Plans and applies as if it were `now`; answers what was done, and the calls that reading took.
async fn pass(world: &World, now: &str) -> (Vec<String>, u64) {
    let now: Timestamp = now.parse().expect("an instant");
    let (fleet, options) = (fleet(world), Options::default());
    let (snapshot, plan) = plan::read_and_plan(&world.live, &fleet, &Lock::default(), now, &options).await.expect("planned");
    assert_eq!(plan.gaps, []);
    let settings = Settings { parallelism: 4, wait_db: SignedDuration::from_mins(1), stop: Arc::new(AtomicBool::new(false)) };
    // A start or stop is not sent after its edge, and the wall clock stands elsewhere.
    let timeless = plan::Plan { steps: plan.steps.iter().cloned().map(|step| plan::Step { deadline: None, ..step }).collect(), ..plan };
    let outcome = apply::run(&world.live, &WallClock, &timeless, &settings, &mut |_| {}).await;
    for step in &outcome.steps {
        assert!(matches!(step.status, Status::Done { .. }), "{step:?}");
    }
    let done = timeless.steps.iter().map(|step| format!("{} {}", step.action.as_str(), step.address)).collect();
    (done, snapshot.calls.values().sum())
}

async fn all(world: &World) -> PlaceView {
    world.view([Need::ScalingGroups, Need::EcsServices, Need::DbClusters, Need::DbClusterSnapshots, Need::Databases]).await
}

fn numbers(view: &PlaceView) -> ((u32, u32, u32), u32, &str) {
    let group = &view.scaling_groups.seen()[0];
    ((group.min, group.desired, group.max), view.services.seen()[0].desired, &view.clusters.seen()[0].state.0)
}

#[tokio::test]
async fn a_night_and_a_morning() {
    let Some(world) = world(20).await else { return };
    world.stock().await;
    assert_eq!(pass(&world, "2026-11-20T12:00:00Z").await.0, Vec::<String>::new(), "at noon everything runs");
    let night = pass(&world, "2026-11-20T21:00:00Z").await.0;
    assert_eq!(night, ["scale asg/stock", "scale ecs/stock/stock", "snapshot rds-cluster/stock", "stop rds-cluster/stock"]);
    let view = all(&world).await;
    assert_eq!(numbers(&view), ((0, 0, 0), 0, "stopped"));
    let group = &view.scaling_groups.seen()[0];
    assert_eq!([RESUME_MIN, RESUME_DESIRED, RESUME_MAX].map(|key| group.tags[key].as_str()), ["1", "2", "4"]);
    assert!(view.databases.seen().iter().all(|database| database.state.is_stopped()), "members stop with their cluster");
    let taken: Vec<&str> = view.cluster_snapshots.seen().iter().map(|taken| taken.tags[SNAPSHOT_OF].as_str()).collect();
    assert_eq!(taken, ["rds-cluster/stock schedule=office"], "RDS's own are not listed");
    let (again, calls) = pass(&world, "2026-11-20T21:05:00Z").await;
    // The identity was asked for before: databases and clusters, groups, and three lists of ECS.
    assert_eq!((again, calls), (Vec::new(), 6));
    let morning = pass(&world, "2026-11-23T08:00:00Z").await.0;
    assert_eq!(morning, ["scale asg/stock", "scale ecs/stock/stock", "start rds-cluster/stock"]);
    assert_eq!(numbers(&all(&world).await), ((1, 2, 4), 2, "available"));
}

#[tokio::test]
async fn tags_of_groups_services_and_clusters() {
    let Some(world) = world(21).await else { return };
    world.stock().await;
    let view = all(&world).await;
    let (group, service, cluster) = (&view.scaling_groups.seen()[0], &view.services.seen()[0], &view.clusters.seen()[0]);
    assert_eq!((service.cluster.as_str(), service.path().as_str(), service.daemon), ("stock", "stock/stock", false));
    assert_eq!((cluster.engine.as_str(), cluster.members.as_slice()), ("aurora-mysql", &["stock-1".to_owned(), "stock-2".to_owned()][..]));
    assert_eq!((group.in_service, group.status.as_deref()), (2, None));
    for (kind, id) in [(Kind::ScalingGroup, &group.name), (Kind::EcsService, &service.arn), (Kind::DbCluster, &cluster.arn)] {
        let given = tags(&[("muster:override", "running until=2026-12-01T00:00:00Z by=kim")]);
        world.done(Change::SetTags { resource: on(kind, id), tags: given.clone() }).await;
        let both = world.view([Need::TagsOf(kind, id.clone())]).await.tags[id].clone();
        assert_eq!((both.len(), both["muster:override"] == given["muster:override"]), (2, true), "{kind}");
        world.done(Change::RemoveTags { resource: on(kind, id), keys: vec!["muster:override".to_owned()] }).await;
        assert_eq!(world.view([Need::TagsOf(kind, id.clone())]).await.tags[id], tags(&[("conformance", "stock")]), "{kind}");
    }
}

#[tokio::test]
async fn a_list_that_is_refused_is_a_gap_of_its_own() {
    let Some(world) = world(22).await else { return };
    world.stock().await;
    for (operation, action, kind) in [
        ("DescribeAutoScalingGroups", "autoscaling:DescribeAutoScalingGroups", Kind::ScalingGroup),
        ("ListServices", "ecs:ListServices", Kind::EcsService),
        ("DescribeServices", "ecs:DescribeServices", Kind::EcsService),
        ("DescribeDBClusters", "rds:DescribeDBClusters", Kind::DbCluster),
    ] {
        world.fault(operation, "before", 403, "AccessDenied").await;
        let snapshot = world.read([Need::ScalingGroups, Need::EcsServices, Need::DbClusters]).await;
        let found: Vec<_> = snapshot.gaps.iter().map(|gap| (gap.action.as_str(), gap.kind)).collect();
        assert_eq!(found, [(action, kind)]);
        let view = &snapshot.places[&world.place];
        let complete = [view.scaling_groups.is_complete(), view.services.is_complete(), view.clusters.is_complete()];
        assert_eq!(complete.iter().filter(|complete| **complete).count(), 2, "{operation}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let Some(world) = world(23).await else { return };
    world.stock().await;
    let never = || "never".to_owned();
    for change in [
        Change::ScaleGroup { name: never(), min: 0, desired: 0, max: 0 },
        Change::SetTags { resource: on(Kind::ScalingGroup, "never"), tags: tags(&[("a", "b")]) },
        Change::ScaleService { cluster: "stock".to_owned(), service: never(), desired: 1 },
        Change::ScaleService { cluster: never(), service: never(), desired: 1 },
        Change::StopCluster { name: never() },
    ] {
        assert_eq!(world.try_to(change.clone()).await.err(), Some(ErrorKind::NotFound), "{change:?}");
    }
    for change in [Change::DeleteDbSnapshot { name: never() }, Change::DeleteClusterSnapshot { name: never() }] {
        world.done(change).await;
    }
}
