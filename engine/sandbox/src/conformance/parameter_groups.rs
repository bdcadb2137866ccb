//! RDS parameter groups.

use std::collections::BTreeMap;

use muster_core::cloud::{Change, Clock, Cloud, DbSpec, ErrorKind, Need, PlaceView};

use super::Held;
use super::stage::{Stage, same};

fn create<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Change {
    Change::CreateParameterGroup {
        name: stage.name("pg"),
        family: "mysql8.0".to_owned(),
        description: "parameter-group/conformance".to_owned(),
        tags: stage.tags("pg"),
    }
}

pub(super) async fn a_name_is_taken_once<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    stage.done(create(stage)).await?;
    stage.refused(create(stage), &[ErrorKind::AlreadyExists]).await?;
    let find = |view: &PlaceView| view.parameter_groups.seen().first().cloned();
    let group = stage.until("the group", Need::ParameterGroups(stage.prefix()), find).await?;
    same("its family", group.family.as_str(), "mysql8.0")?;
    same("its description", group.description.as_str(), "parameter-group/conformance")?;
    stage.done(Change::DeleteParameterGroup { group: group.name.clone() }).await?;
    stage.done(Change::DeleteParameterGroup { group: group.name }).await.map(|_| ())
}

pub(super) async fn parameters_are_set_and_read<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let name = stage.name("pg");
    stage.done(create(stage)).await?;
    let wanted = BTreeMap::from([("time_zone".to_owned(), "Asia/Seoul".to_owned()), ("max_connections".to_owned(), "200".to_owned())]);
    stage.done(Change::SetParameters { group: name.clone(), parameters: wanted.clone() }).await?;
    let find = |view: &PlaceView| view.parameters.get(&name).filter(|there| **there == wanted).map(|_| ());
    stage.until("the parameters a person set, and no other", Need::Parameters(name.clone()), find).await?;
    let unknown = Change::SetParameters { group: stage.name("never"), parameters: wanted.clone() };
    stage.refused(unknown, &[ErrorKind::NotFound]).await
}

pub(super) async fn one_in_use_stays<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let name = stage.name("pg");
    stage.done(create(stage)).await?;
    let spec = DbSpec { parameter_group: Some(name.clone()), ..stage.database("db") };
    let database = stage.available(spec).await?;
    same("its group", database.parameter_group.map(|(group, _)| group), Some(name.clone()))?;
    let delete = Change::DeleteParameterGroup { group: name };
    stage.refused(delete, &[ErrorKind::WrongState, ErrorKind::DependencyViolation]).await?;
    stage.drop_database(&database.name).await
}
