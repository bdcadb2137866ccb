//! RDS instances.

use muster_core::cloud::{Change, Clock, Cloud, DbPatch, DbSpec, ErrorKind, Need, PlaceView};
use muster_core::tags::{SNAPSHOT_OF, Tags};

use super::Held;
use super::stage::{Stage, same};

fn create(spec: &DbSpec) -> Change {
    Change::CreateDatabase { spec: Box::new(spec.clone()) }
}

fn modify(name: &str, patch: DbPatch) -> Change {
    Change::ModifyDatabase { name: name.to_owned(), patch: Box::new(patch) }
}

fn stop(name: &str) -> Change {
    Change::StopDatabase { name: name.to_owned() }
}

pub(super) async fn a_name_is_taken_once<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let spec = stage.database("db");
    stage.done(create(&spec)).await?;
    stage.refused(create(&spec), &[ErrorKind::AlreadyExists]).await?;
    let name = spec.name.clone();
    stage.until_database("an available database", &name, |database| database.state.is_available()).await?;
    stage.drop_database(&name).await
}

pub(super) async fn it_has_what_it_was_asked_for<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let spec = stage.database("db");
    let database = stage.available(spec.clone()).await?;
    same("engine", &database.engine, &spec.engine)?;
    same("version with the prefix asked for", database.engine_version.starts_with("8.0"), true)?;
    same("class", &database.class, &spec.class)?;
    same("storage", (database.storage_gib, database.storage_type.as_str(), database.encrypted), (20, "gp3", true))?;
    same("master user", database.master_user.as_str(), "admin")?;
    same("RDS's own secret", database.managed_password, true)?;
    same("retention", database.backup_retention_days, 7)?;
    same("windows", (database.backup_window, database.maintenance_window), ("18:00-18:30".to_owned(), "sun:19:00-sun:19:30".to_owned()))?;
    same("standby and public address", (database.multi_az, database.public), (false, false))?;
    same("tags", database.tags, spec.tags)?;
    same("port in its endpoint", database.endpoint.is_some_and(|endpoint| endpoint.ends_with(":3307")), true)?;
    stage.drop_database(&spec.name).await
}

pub(super) async fn it_stops_and_starts<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let name = stage.available(stage.database("db")).await?.name;
    // What is so already counts as done, whoever did it.
    stage.done(Change::StartDatabase { name: name.clone() }).await?;
    stage.done(stop(&name)).await?;
    stage.until_database("a stopped database", &name, |database| database.state.is_stopped()).await?;
    stage.done(stop(&name)).await?;
    stage.done(Change::StartDatabase { name: name.clone() }).await?;
    stage.until_database("an available database", &name, |database| database.state.is_available()).await?;
    stage.refused(stop(&stage.name("never")), &[ErrorKind::NotFound]).await?;
    stage.drop_database(&name).await
}

pub(super) async fn it_is_not_stopped_while_it_is_being_made<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let spec = stage.database("db");
    stage.done(create(&spec)).await?;
    stage.refused(stop(&spec.name), &[ErrorKind::WrongState]).await?;
    stage.until_database("an available database", &spec.name, |database| database.state.is_available()).await?;
    stage.drop_database(&spec.name).await
}

pub(super) async fn deletion_protection_protects<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let spec = DbSpec { deletion_protection: true, ..stage.database("db") };
    let name = stage.available(spec).await?.name;
    let delete = Change::DeleteDatabase { name: name.clone(), final_snapshot: None };
    stage.refused(delete, &[ErrorKind::Invalid, ErrorKind::WrongState]).await?;
    let off = DbPatch { deletion_protection: Some(false), immediately: true, ..DbPatch::default() };
    stage.done(modify(&name, off)).await?;
    stage.until_database("no protection", &name, |database| !database.deletion_protection && database.state.is_available()).await?;
    stage.drop_database(&name).await
}

pub(super) async fn a_class_waits_for_the_window<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let name = stage.available(stage.database("db")).await?.name;
    stage.done(modify(&name, DbPatch { class: Some("db.t4g.small".to_owned()), ..DbPatch::default() })).await?;
    let waiting = stage.until_database("a pending class", &name, |database| database.pending.contains_key("class")).await?;
    same("the class in force", waiting.class.as_str(), "db.t4g.micro")?;
    same("the class that waits", waiting.pending.get("class").map(String::as_str), Some("db.t4g.small"))?;
    stage.drop_database(&name).await
}

pub(super) async fn a_class_changes_at_once_when_asked<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let name = stage.available(stage.database("db")).await?.name;
    let patch =
        DbPatch { class: Some("db.t4g.small".to_owned()), backup_retention_days: Some(14), immediately: true, ..DbPatch::default() };
    stage.done(modify(&name, patch)).await?;
    let reached = |database: &muster_core::cloud::Database| {
        database.class == "db.t4g.small" && database.backup_retention_days == 14 && database.state.is_available()
    };
    stage.until_database("the new class", &name, reached).await?;
    stage.refused(modify(&stage.name("never"), DbPatch::default()), &[ErrorKind::NotFound]).await?;
    stage.drop_database(&name).await
}

pub(super) async fn a_snapshot_is_tagged_as_it_is_made<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (database, name) = (stage.available(stage.database("db")).await?.name, stage.name("kept"));
    let tags = Tags::from([(SNAPSHOT_OF.to_owned(), "database/app/instance".to_owned())]);
    let snapshot = |database: &str| Change::CreateDbSnapshot { database: database.to_owned(), name: name.clone(), tags: tags.clone() };
    stage.done(snapshot(&database)).await?;
    let complete = |view: &PlaceView| view.db_snapshots.seen().iter().find(|taken| taken.state == "available").cloned();
    let taken = stage.until("a complete snapshot", Need::DbSnapshotByName(name.clone()), complete).await?;
    same("name and database", (&taken.name, &taken.database), (&name, &database))?;
    same("tags", taken.tags, tags.clone())?;
    stage.until_database("an available database", &database, |database| database.state.is_available()).await?;
    stage.refused(snapshot(&database), &[ErrorKind::AlreadyExists]).await?;
    let never = stage.view(Need::DbSnapshotByName(stage.name("never"))).await?;
    same("a name that is not there", never.db_snapshots.seen().len(), 0)?;
    stage.drop_database(&database).await
}

pub(super) async fn a_stopped_one_is_not_snapshotted<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let database = stage.available(stage.database("db")).await?.name;
    stage.done(stop(&database)).await?;
    stage.until_database("a stopped database", &database, |database| database.state.is_stopped()).await?;
    let snapshot = Change::CreateDbSnapshot { database: database.clone(), name: stage.name("kept"), tags: stage.tags("kept") };
    stage.refused(snapshot, &[ErrorKind::WrongState]).await?;
    stage.drop_database(&database).await
}

pub(super) async fn it_ends_with_a_snapshot<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (name, snapshot) = (stage.available(stage.database("db")).await?.name, stage.name("final"));
    let delete = |name: &str| Change::DeleteDatabase { name: name.to_owned(), final_snapshot: Some(snapshot.clone()) };
    stage.done(delete(&name)).await?;
    let gone = |view: &PlaceView| view.databases.seen().is_empty().then_some(());
    stage.until("a list without it", Need::DatabaseByName(name.clone()), gone).await?;
    stage.done(delete(&name)).await?;
    let other = stage.available(stage.database("other")).await?.name;
    // The name is taken, which proves that the snapshot was made.
    stage.refused(delete(&other), &[ErrorKind::AlreadyExists]).await?;
    stage.drop_database(&other).await
}
