//! Schedules of EventBridge Scheduler and their groups.

use muster_core::address::Address;
use muster_core::cloud::{Change, Clock, Cloud, EdgeGroup, ErrorKind, IdRef, Kind, Need, PlaceView, ResourceRef};
use muster_core::delivery::{Action, EdgeSpec, Target};
use muster_core::tags::Tags;

use super::Held;
use super::stage::{Stage, same};

/// More than a page of the list holds.
const MANY: usize = 105;

impl<C: Cloud, K: Clock> Stage<'_, C, K> {
    fn create_edge_group(&self, part: &str) -> Change {
        Change::CreateEdgeGroup { name: self.name(part), tags: self.tags(part) }
    }

    /// A new group.
    async fn edge_group(&self, part: &str) -> Result<String, String> {
        self.made(self.create_edge_group(part)).await
    }

    /// The group as it is read, once `content` is content with it.
    async fn read_edges(&self, what: &str, name: &str, content: impl Fn(&EdgeGroup) -> bool) -> Result<EdgeGroup, String> {
        let find = |view: &PlaceView| view.edge_groups.get(name).cloned().flatten().filter(|group| content(group));
        self.until(what, Need::EdgeGroup(name.to_owned()), find).await
    }

    async fn drop_edge_group(&self, name: &str) -> Held {
        self.done(Change::DeleteEdgeGroup { name: name.to_owned() }).await.map(|_| ())
    }

    fn edge(&self, number: usize, role: &str) -> EdgeSpec {
        EdgeSpec {
            address: Address::from_text(&format!("schedule/conformance/edge/ec2/{number}/stop-1900-mon-fri")),
            readable: "conformance-stop-1900-mon-fri".to_owned(),
            action: Action::Stop,
            expression: "cron(0 19 ? * MON-FRI *)".to_owned(),
            zone: "Asia/Seoul".to_owned(),
            start: None,
            end: None,
            delete_after: false,
            target: Target::Instance { id: "i-0123456789abcdef0".to_owned(), hibernate: false },
            partition: muster_core::arn::partition(&self.place.region).to_owned(),
            role: role.to_owned(),
            dead_letter: None,
            awaits: None,
        }
    }
}

fn create(group: &str, edge: &EdgeSpec) -> Change {
    Change::CreateEdge { group: group.to_owned(), edge: Box::new(edge.clone()) }
}

fn delete(group: &str, edge: &EdgeSpec) -> Change {
    Change::DeleteEdge { group: group.to_owned(), name: edge.name() }
}

pub(super) async fn a_group_is_made_once<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let group = stage.edge_group("group").await?;
    same("its id", &group, &stage.name("group"))?;
    stage.refused(stage.create_edge_group("group"), &[ErrorKind::AlreadyExists]).await?;
    let read = stage.read_edges("the group", &group, |_| true).await?;
    same("what stands in it", read.edges.len(), 0)?;
    stage.drop_edge_group(&group).await
}

pub(super) async fn a_group_that_is_not_there_is_an_answer<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let never = stage.name("never");
    let view = stage.view(Need::EdgeGroup(never.clone())).await?;
    same("the answer", view.edge_groups.get(&never), Some(&None))
}

pub(super) async fn a_group_that_is_gone_is_deleted_again<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    stage.drop_edge_group(&stage.name("never")).await?;
    let group = stage.edge_group("group").await?;
    stage.drop_edge_group(&group).await?;
    let gone = |view: &PlaceView| view.edge_groups.get(&group).filter(|answer| answer.is_none()).map(|_| ());
    stage.until("no group", Need::EdgeGroup(group.clone()), gone).await
}

pub(super) async fn a_group_is_tagged_by_its_arn<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (role, group) = (stage.role("role").await?, stage.edge_group("group").await?);
    let account = role.arn.split(':').nth(4).unwrap_or_default();
    let partition = muster_core::arn::partition(&stage.place.region);
    let arn = format!("arn:{partition}:scheduler:{}:{account}:schedule-group/{group}", stage.place.region);
    let resource = || ResourceRef { kind: Kind::EdgeGroup, id: IdRef::Id(arn.clone()) };
    let read = |wanted: Tags| {
        let arn = &arn;
        move |view: &PlaceView| view.tags.get(arn).filter(|tags| **tags == wanted).map(|_| ())
    };
    let need = Need::TagsOf(Kind::EdgeGroup, arn.clone());
    stage.until("the tags it was made with", need.clone(), read(stage.tags("group"))).await?;
    let more = Tags::from([("muster:fleet".to_owned(), "other".to_owned())]);
    stage.done(Change::SetTags { resource: resource(), tags: more.clone() }).await?;
    stage.until("the new tag beside them", need.clone(), read(stage.tags("group").into_iter().chain(more).collect())).await?;
    stage.done(Change::RemoveTags { resource: resource(), keys: vec!["muster:fleet".to_owned()] }).await?;
    stage.until("the tags it had", need, read(stage.tags("group"))).await?;
    stage.drop_edge_group(&group).await?;
    stage.drop_role(&role.name).await
}

pub(super) async fn one_stands_as_it_was_made<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (role, queue, group) = (stage.role("role").await?, stage.queue("queue").await?, stage.edge_group("group").await?);
    let edge = EdgeSpec { dead_letter: Some(queue.arn), ..stage.edge(1, &role.arn) };
    same("its id", stage.made(create(&group, &edge)).await?, edge.name())?;
    stage.refused(create(&group, &edge), &[ErrorKind::AlreadyExists]).await?;
    let read = stage.read_edges("the schedule", &group, |group| !group.edges.is_empty()).await?;
    let standing = &read.edges[0];
    same("its name", &standing.name, &edge.name())?;
    same("its target", &standing.target, &edge.arn())?;
    same("the end of its ARN", standing.arn.rsplit("schedule/").next(), Some(format!("{group}/{}", edge.name()).as_str()))?;
    same("whether it is as it was made", standing.is_untouched(), true)?;
    stage.done(delete(&group, &edge)).await?;
    stage.done(delete(&group, &edge)).await?;
    stage.read_edges("an empty group", &group, |group| group.edges.is_empty()).await?;
    stage.drop_edge_group(&group).await?;
    stage.drop_queue(&queue.name).await?;
    stage.drop_role(&role.name).await
}

pub(super) async fn one_needs_its_group<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let role = stage.role("role").await?;
    stage.refused(create(&stage.name("never"), &stage.edge(1, &role.arn)), &[ErrorKind::NotFound]).await?;
    stage.drop_role(&role.name).await
}

/// The role may have just been made: that it cannot be assumed says that it is not there yet.
pub(super) async fn one_needs_a_role_that_can_be_assumed<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (role, group) = (stage.role("role").await?, stage.edge_group("group").await?);
    let never = stage.edge(1, &role.arn.replace(&role.name, &stage.name("never")));
    stage.refused(create(&group, &never), &[ErrorKind::NotFound]).await?;
    stage.drop_edge_group(&group).await?;
    stage.drop_role(&role.name).await
}

pub(super) async fn one_needs_an_expression_and_a_zone<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (role, group) = (stage.role("role").await?, stage.edge_group("group").await?);
    let nonsense = EdgeSpec { expression: "cron(0 25 ? * MON-FRI *)".to_owned(), ..stage.edge(1, &role.arn) };
    stage.refused(create(&group, &nonsense), &[ErrorKind::Invalid]).await?;
    let nowhere = EdgeSpec { zone: "Asia/Nowhere".to_owned(), ..stage.edge(1, &role.arn) };
    stage.refused(create(&group, &nowhere), &[ErrorKind::Invalid]).await?;
    stage.drop_edge_group(&group).await?;
    stage.drop_role(&role.name).await
}

pub(super) async fn more_than_a_page_is_read_whole<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (role, group) = (stage.role("role").await?, stage.edge_group("group").await?);
    for number in 0..MANY {
        stage.done(create(&group, &stage.edge(number, &role.arn))).await?;
    }
    let all = stage.read_edges("all of them", &group, |group| group.edges.len() == MANY).await?;
    same("whether they are sorted by name", all.edges.is_sorted_by(|a, b| a.name < b.name), true)?;
    stage.drop_edge_group(&group).await?;
    stage.drop_role(&role.name).await
}

pub(super) async fn the_end_of_a_group_is_that_of_its_edges<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (role, group) = (stage.role("role").await?, stage.edge_group("group").await?);
    let edge = stage.edge(1, &role.arn);
    stage.done(create(&group, &edge)).await?;
    stage.drop_edge_group(&group).await?;
    let gone = |view: &PlaceView| view.edge_groups.get(&group).filter(|answer| answer.is_none()).map(|_| ());
    stage.until("no group", Need::EdgeGroup(group.clone()), gone).await?;
    stage.done(stage.create_edge_group("group")).await?;
    stage.done(create(&group, &edge)).await?;
    stage.drop_edge_group(&group).await?;
    stage.drop_role(&role.name).await
}
