//! IAM roles.

use muster_core::cloud::{Change, Clock, Cloud, ErrorKind, IdRef, Kind, Need, PlaceView, ResourceRef, Role};
use muster_core::digest::canonical;
use muster_core::tags::Tags;
use serde_json::{Value, json};

use super::Held;
use super::stage::{Stage, same};

/// Who may assume it: one service.
fn trust(service: &str) -> Value {
    let statement = json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}});
    json!({"Version": "2012-10-17", "Statement": [statement]})
}

fn policy(action: &str) -> String {
    canonical(&json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}))
}

impl<C: Cloud, K: Clock> Stage<'_, C, K> {
    fn path(&self) -> String {
        format!("/conformance/{}/", self.prefix())
    }

    fn create_role(&self, part: &str) -> Change {
        Change::CreateRole {
            name: self.name(part),
            path: self.path(),
            description: "role/conformance".to_owned(),
            trust: canonical(&trust("scheduler.amazonaws.com")),
            boundary: None,
            tags: self.tags(part),
        }
    }

    async fn read_role(&self, what: &str, content: impl Fn(&Role) -> bool) -> Result<Role, String> {
        let find = |view: &PlaceView| view.roles.seen().iter().find(|role| content(role)).cloned();
        self.until(what, Need::Roles(self.path()), find).await
    }

    /// A new role that EventBridge may assume, as it is read.
    pub(super) async fn role(&self, part: &str) -> Result<Role, String> {
        self.done(self.create_role(part)).await?;
        let name = self.name(part);
        self.read_role("the role", |role| role.name == name).await
    }

    /// A role that is not needed any more.
    pub(super) async fn drop_role(&self, name: &str) -> Held {
        self.done(Change::DeleteRolePolicy { role: name.to_owned() }).await?;
        self.done(Change::DeleteRole { name: name.to_owned() }).await?;
        self.done(Change::DeleteRole { name: name.to_owned() }).await.map(|_| ())
    }
}

pub(super) async fn a_name_is_taken_once<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let role = stage.role("role").await?;
    stage.refused(stage.create_role("role"), &[ErrorKind::AlreadyExists]).await?;
    same("its path", role.path, stage.path())?;
    same("its description", role.description.as_str(), "role/conformance")?;
    same("its trust", role.trust, canonical(&trust("scheduler.amazonaws.com")))?;
    same("its policy", role.policy, None)?;
    same("the end of its ARN", role.arn.rsplit("role/").next(), Some(format!("{}{}", &stage.path()[1..], role.name).as_str()))?;
    stage.drop_role(&role.name).await?;
    let gone = |view: &PlaceView| view.roles.seen().is_empty().then_some(());
    stage.until("no role", Need::Roles(stage.path()), gone).await
}

pub(super) async fn what_it_says_is_replaced<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let name = stage.role("role").await?.name;
    let trust = canonical(&trust("ssm.amazonaws.com"));
    stage.done(Change::SetRoleTrust { name: name.clone(), trust: trust.clone() }).await?;
    stage.done(Change::DescribeRole { name: name.clone(), description: "another".to_owned() }).await?;
    for action in ["ec2:StartInstances", "ec2:StopInstances"] {
        stage.done(Change::PutRolePolicy { role: name.clone(), policy: policy(action) }).await?;
    }
    let said = policy("ec2:StopInstances");
    let content = |role: &Role| role.trust == trust && role.description == "another" && role.policy.as_ref() == Some(&said);
    stage.read_role("what was put last", content).await?;
    stage.drop_role(&name).await
}

pub(super) async fn one_with_a_policy_stays<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let name = stage.role("role").await?.name;
    stage.done(Change::PutRolePolicy { role: name.clone(), policy: policy("ec2:StartInstances") }).await?;
    stage.refused(Change::DeleteRole { name: name.clone() }, &[ErrorKind::DependencyViolation, ErrorKind::WrongState]).await?;
    stage.drop_role(&name).await
}

pub(super) async fn an_unknown_one_is_refused<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let never = || stage.name("never");
    stage.refused(Change::PutRolePolicy { role: never(), policy: policy("ec2:StartInstances") }, &[ErrorKind::NotFound]).await?;
    stage.refused(Change::DescribeRole { name: never(), description: "none".to_owned() }, &[ErrorKind::NotFound]).await?;
    stage.done(Change::DeleteRolePolicy { role: never() }).await?;
    stage.done(Change::DeleteRole { name: never() }).await.map(|_| ())
}

pub(super) async fn one_is_tagged_by_its_name<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let name = stage.role("role").await?.name;
    let resource = || ResourceRef { kind: Kind::Role, id: IdRef::Id(name.clone()) };
    let read = |wanted: Tags| {
        let name = &name;
        move |view: &PlaceView| view.tags.get(name).filter(|tags| **tags == wanted).map(|_| ())
    };
    let need = Need::TagsOf(Kind::Role, name.clone());
    stage.until("the tags it was made with", need.clone(), read(stage.tags("role"))).await?;
    let more = Tags::from([("muster:fleet".to_owned(), "other".to_owned())]);
    stage.done(Change::SetTags { resource: resource(), tags: more.clone() }).await?;
    stage.until("the new tag beside them", need.clone(), read(stage.tags("role").into_iter().chain(more).collect())).await?;
    stage.done(Change::RemoveTags { resource: resource(), keys: vec!["muster:fleet".to_owned()] }).await?;
    stage.until("the tags it had", need, read(stage.tags("role"))).await?;
    stage.drop_role(&name).await
}
