//! SQS queues.

use muster_core::cloud::{Change, Clock, Cloud, ErrorKind, IdRef, Kind, Need, PlaceView, Queue, ResourceRef};
use muster_core::tags::Tags;

use super::Held;
use super::stage::{Stage, same};

/// 14 days.
const LONGEST: u32 = 1_209_600;

impl<C: Cloud, K: Clock> Stage<'_, C, K> {
    fn create_queue(&self, part: &str, retention_seconds: u32) -> Change {
        Change::CreateQueue { name: self.name(part), retention_seconds, tags: self.tags(part) }
    }

    async fn read_queue(&self, what: &str, content: impl Fn(&Queue) -> bool) -> Result<Queue, String> {
        let find = |view: &PlaceView| view.queues.seen().iter().find(|queue| content(queue)).cloned();
        self.until(what, Need::Queues(self.prefix()), find).await
    }

    /// A new queue, as it is read.
    pub(super) async fn queue(&self, part: &str) -> Result<Queue, String> {
        self.done(self.create_queue(part, LONGEST)).await?;
        let name = self.name(part);
        self.read_queue("the queue", |queue| queue.name == name).await
    }

    /// A queue that is not needed any more.
    pub(super) async fn drop_queue(&self, name: &str) -> Held {
        self.done(Change::DeleteQueue { name: name.to_owned() }).await?;
        self.done(Change::DeleteQueue { name: name.to_owned() }).await.map(|_| ())
    }
}

pub(super) async fn it_has_what_it_was_asked_for<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let queue = stage.queue("queue").await?;
    same("its name", &queue.name, &stage.name("queue"))?;
    same("the end of its ARN", queue.arn.rsplit(':').next(), Some(queue.name.as_str()))?;
    same("how long it keeps a message", queue.retention_seconds, LONGEST)?;
    same("whether it is encrypted", queue.encrypted, true)?;
    same("messages in it", queue.waiting, 0)?;
    same("its tags", queue.tags, stage.tags("queue"))?;
    stage.drop_queue(&queue.name).await?;
    let gone = |view: &PlaceView| view.queues.seen().is_empty().then_some(());
    stage.until("no queue", Need::Queues(stage.prefix()), gone).await
}

pub(super) async fn asking_twice_makes_one<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let queue = stage.queue("queue").await?;
    stage.done(stage.create_queue("queue", LONGEST)).await?;
    stage.refused(stage.create_queue("queue", 3_600), &[ErrorKind::AlreadyExists]).await?;
    same("queues", stage.view(Need::Queues(stage.prefix())).await?.queues.seen().len(), 1)?;
    stage.drop_queue(&queue.name).await
}

pub(super) async fn what_it_keeps_is_changed<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let name = stage.queue("queue").await?.name;
    stage.done(Change::SetQueue { name: name.clone(), retention_seconds: 3_600 }).await?;
    stage.read_queue("the other time", |queue| queue.retention_seconds == 3_600 && queue.encrypted).await?;
    let never = Change::SetQueue { name: stage.name("never"), retention_seconds: 3_600 };
    stage.refused(never, &[ErrorKind::NotFound]).await?;
    stage.drop_queue(&name).await
}

pub(super) async fn one_is_tagged_by_its_name<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let name = stage.queue("queue").await?.name;
    let resource = || ResourceRef { kind: Kind::Queue, id: IdRef::Id(name.clone()) };
    let more = Tags::from([("muster:fleet".to_owned(), "other".to_owned())]);
    stage.done(Change::SetTags { resource: resource(), tags: more }).await?;
    let both = |queue: &Queue| queue.tags.len() == 2 && queue.tags.get("muster:fleet").is_some_and(|fleet| fleet == "other");
    stage.read_queue("the new tag beside the other", both).await?;
    stage.done(Change::RemoveTags { resource: resource(), keys: vec!["muster:fleet".to_owned()] }).await?;
    stage.read_queue("the tags it had", |queue| queue.tags == stage.tags("queue")).await?;
    stage.drop_queue(&name).await
}
