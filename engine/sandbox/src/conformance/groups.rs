//! Security groups.

use muster_core::cloud::{Change, Clock, Cloud, ErrorKind, IdRef, Need};

use super::Held;
use super::stage::{Stage, same, ssh_from};

fn authorize(group: &str, source: &str) -> Change {
    Change::AuthorizeIngress { group: IdRef::Id(group.to_owned()), rules: vec![ssh_from(source)] }
}

pub(super) async fn a_name_is_taken_once<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let create = stage.create_group("sg", &stage.vpc().await?);
    let id = stage.made(create.clone()).await?;
    stage.refused(create, &[ErrorKind::AlreadyExists]).await?;
    let group = stage.read_group("a new group", &id, |_| true).await?;
    same("its name", group.name, stage.name("sg"))?;
    same("its tags", group.tags, stage.tags("sg"))?;
    same("its rules", group.ingress, Vec::new())
}

pub(super) async fn rules_are_added_once<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let id = stage.group("sg").await?;
    stage.done(authorize(&id, "203.0.113.0/24")).await?;
    stage.done(authorize(&id, "203.0.113.0/24")).await?;
    let both = vec![ssh_from("203.0.113.0/24"), ssh_from("198.51.100.0/24")];
    stage.done(Change::AuthorizeIngress { group: IdRef::Id(id.clone()), rules: both }).await?;
    let group = stage.read_group("two rules", &id, |group| group.ingress.len() == 2).await?;
    if group.ingress.iter().any(|rule| rule.rule_id.is_none()) {
        return Err("every observed rule must have an id".to_owned());
    }
    let sources: Vec<String> = group.ingress.into_iter().map(|rule| rule.source).collect();
    same("sources, sorted", sources, vec!["198.51.100.0/24".to_owned(), "203.0.113.0/24".to_owned()])
}

pub(super) async fn a_cidr_is_stored_without_host_bits<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let id = stage.group("sg").await?;
    stage.done(authorize(&id, "10.1.2.3/16")).await?;
    let group = stage.read_group("a rule", &id, |group| !group.ingress.is_empty()).await?;
    same("its source", group.ingress[0].source.as_str(), "10.1.0.0/16")
}

pub(super) async fn rules_are_revoked_by_id<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let id = stage.group("sg").await?;
    stage.done(authorize(&id, "203.0.113.0/24")).await?;
    let group = stage.read_group("a rule", &id, |group| !group.ingress.is_empty()).await?;
    let rule_ids: Vec<String> = group.ingress.into_iter().filter_map(|rule| rule.rule_id).collect();
    let revoke = Change::RevokeIngress { group: IdRef::Id(id.clone()), rule_ids };
    stage.done(revoke.clone()).await?;
    stage.read_group("no rule", &id, |group| group.ingress.is_empty()).await?;
    // What is gone counts as done.
    stage.done(revoke).await.map(|_| ())
}

pub(super) async fn a_group_that_is_named_by_a_rule_stays<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (inner, outer) = (stage.group("inner").await?, stage.group("outer").await?);
    stage.done(authorize(&inner, &outer)).await?;
    stage.refused(Change::DeleteSecurityGroup { group: outer.clone() }, &[ErrorKind::DependencyViolation]).await?;
    stage.done(Change::DeleteSecurityGroup { group: inner }).await?;
    stage.done(Change::DeleteSecurityGroup { group: outer }).await.map(|_| ())
}

pub(super) async fn a_group_in_use_stays<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let (instance, _) = stage.running().await?;
    let group = instance.groups[0].clone();
    stage.refused(Change::DeleteSecurityGroup { group: group.clone() }, &[ErrorKind::DependencyViolation]).await?;
    stage.end(&instance.id).await?;
    stage.reach(&instance.id, muster_core::cloud::InstanceState::Terminated).await?;
    stage.done(Change::DeleteSecurityGroup { group }).await.map(|_| ())
}

pub(super) async fn what_is_gone_is_deleted_again<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let group = stage.group("sg").await?;
    stage.done(Change::DeleteSecurityGroup { group: group.clone() }).await?;
    stage.done(Change::DeleteSecurityGroup { group: group.clone() }).await?;
    let gone = |view: &muster_core::cloud::PlaceView| view.groups.seen().iter().all(|there| there.id != group).then_some(());
    stage.until("a list without it", Need::SecurityGroups, gone).await?;
    stage.done(Change::DeleteKeyPair { name: stage.name("never") }).await?;
    stage.done(Change::DeleteAlarm { name: stage.name("never") }).await?;
    stage.done(Change::DeleteDatabase { name: stage.name("never") }).await?;
    stage.done(Change::DeleteParameterGroup { group: stage.name("never") }).await?;
    stage.done(Change::TerminateInstance { id: "i-0123456789abcdef0".to_owned() }).await.map(|_| ())
}
