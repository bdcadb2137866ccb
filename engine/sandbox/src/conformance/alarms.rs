//! Alarms.

use muster_core::cloud::{Alarm, AlarmSpec, Change, Clock, Cloud, ErrorKind, Need, PlaceView};

use super::Held;
use super::stage::{Stage, same};

fn put<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>, description: &str, threshold: f64) -> Change {
    let spec = AlarmSpec { threshold, ..stage.alarm("i-0123456789abcdef0") };
    Change::PutAlarm { name: stage.name("alarm"), description: description.to_owned(), spec: Box::new(spec), tags: stage.tags("alarm") }
}

async fn read<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>, description: &str) -> Result<Alarm, String> {
    let find = |view: &PlaceView| view.alarms.seen().iter().find(|alarm| alarm.description == description).cloned();
    stage.until("the alarm", Need::Alarms(stage.prefix()), find).await
}

pub(super) async fn putting_makes_and_replaces<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    stage.done(put(stage, "one", 5.0)).await?;
    let first = read(stage, "one").await?;
    same("what was put", first.spec, stage.alarm("i-0123456789abcdef0"))?;
    stage.done(put(stage, "two", 10.0)).await?;
    let second = read(stage, "two").await?;
    same("its threshold", second.spec.threshold, 10.0)?;
    same("its ARN", second.arn, first.arn)?;
    same("alarms", stage.view(Need::Alarms(stage.prefix())).await?.alarms.seen().len(), 1)
}

pub(super) async fn it_is_reset_and_deleted<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let name = stage.name("alarm");
    stage.refused(Change::ResetAlarm { name: stage.name("never") }, &[ErrorKind::NotFound]).await?;
    stage.done(put(stage, "one", 5.0)).await?;
    stage.done(Change::ResetAlarm { name: name.clone() }).await?;
    let reset = |view: &PlaceView| view.alarms.seen().iter().find(|alarm| alarm.state == "OK").map(|_| ());
    stage.until("the alarm at OK", Need::Alarms(stage.prefix()), reset).await?;
    stage.done(Change::DeleteAlarm { name: name.clone() }).await?;
    stage.done(Change::DeleteAlarm { name }).await?;
    let gone = |view: &PlaceView| view.alarms.seen().is_empty().then_some(());
    stage.until("no alarm", Need::Alarms(stage.prefix()), gone).await
}
