//! Tags of everything that has them.

use muster_core::cloud::{Change, Clock, Cloud, ErrorKind, IdRef, Kind, Need, PlaceView, ResourceRef};
use muster_core::tags::{AWS_LIMIT, Tags};

use super::Held;
use super::stage::{Stage, same};

fn set(kind: Kind, id: &str, key: &str, value: &str) -> Change {
    Change::SetTags { resource: resource(kind, id), tags: Tags::from([(key.to_owned(), value.to_owned())]) }
}

fn remove(kind: Kind, id: &str, key: &str) -> Change {
    Change::RemoveTags { resource: resource(kind, id), keys: vec![key.to_owned()] }
}

fn resource(kind: Kind, id: &str) -> ResourceRef {
    ResourceRef { kind, id: IdRef::Id(id.to_owned()) }
}

pub(super) async fn an_instance_is_tagged_and_untagged<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (instance, spec) = stage.running().await?;
    let id = &instance.id;
    stage.done(set(Kind::Instance, id, "muster:digest", "1:abc")).await?;
    stage.until_instance("the new tag", id, |instance| instance.tags.get("muster:digest").is_some_and(|value| value == "1:abc")).await?;
    stage.done(remove(Kind::Instance, id, "muster:digest")).await?;
    stage.done(remove(Kind::Instance, id, "muster:digest")).await?;
    stage.until_instance("the tags it had", id, |instance| instance.tags == spec.tags).await?;
    stage.refused(set(Kind::Instance, "i-0fffffffffffffff0", "a", "b"), &[ErrorKind::NotFound]).await?;
    stage.end(id).await
}

/// Sets and removes a tag of what is tagged by ARN.
async fn by_arn<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>, kind: Kind, arn: &str, first: Tags) -> Held {
    let read = |wanted: Tags| move |view: &PlaceView| view.tags.get(arn).filter(|tags| **tags == wanted).map(|_| ());
    let need = Need::TagsOf(kind, arn.to_owned());
    stage.until("the tags it was made with", need.clone(), read(first.clone())).await?;
    stage.done(set(kind, arn, "muster:digest", "1:abc")).await?;
    let mut both = first.clone();
    both.insert("muster:digest".to_owned(), "1:abc".to_owned());
    stage.until("the new tag beside them", need.clone(), read(both)).await?;
    stage.done(remove(kind, arn, "muster:digest")).await?;
    stage.until("the tags it had", need, read(first)).await
}

pub(super) async fn an_alarm_is_tagged_by_arn<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let name = stage.name("alarm");
    let spec = Box::new(stage.alarm("i-0123456789abcdef0"));
    stage.done(Change::PutAlarm { name, description: "tags".to_owned(), spec, tags: stage.tags("alarm") }).await?;
    let find = |view: &PlaceView| view.alarms.seen().first().map(|alarm| alarm.arn.clone());
    let arn = stage.until("the alarm", Need::Alarms(stage.prefix()), find).await?;
    by_arn(stage, Kind::Alarm, &arn, stage.tags("alarm")).await
}

pub(super) async fn a_parameter_group_is_tagged_by_arn<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let create = Change::CreateParameterGroup {
        name: stage.name("pg"),
        family: "mysql8.0".to_owned(),
        description: "made by the conformance suite".to_owned(),
        tags: stage.tags("pg"),
    };
    stage.done(create).await?;
    let find = |view: &PlaceView| view.parameter_groups.seen().first().map(|group| group.arn.clone());
    let arn = stage.until("the group", Need::ParameterGroups(stage.prefix()), find).await?;
    by_arn(stage, Kind::ParameterGroup, &arn, stage.tags("pg")).await
}

pub(super) async fn a_database_is_tagged_by_arn<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let database = stage.available(stage.database("db")).await?;
    stage.done(set(Kind::Database, &database.arn, "muster:digest", "1:abc")).await?;
    let tagged = stage.until_database("the new tag", &database.name, |database| database.tags.contains_key("muster:digest")).await?;
    same("the tag it was made with", tagged.tags.get("conformance"), Some(&stage.name("db")))?;
    stage.done(remove(Kind::Database, &database.arn, "muster:digest")).await?;
    stage.until_database("the tags it had", &database.name, |now| now.tags == database.tags).await?;
    stage.drop_database(&database.name).await
}

pub(super) async fn the_fifty_first_tag_is_refused<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let id = stage.group("sg").await?;
    let tags: Tags = (0..AWS_LIMIT).map(|n| (format!("key-{n}"), "value".to_owned())).collect();
    stage.refused(Change::SetTags { resource: resource(Kind::SecurityGroup, &id), tags }, &[ErrorKind::Quota, ErrorKind::Invalid]).await
}
