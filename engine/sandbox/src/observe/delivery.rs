//! Reading of what delivery by EventBridge stands on.

use jiff::Timestamp;
use muster_core::cloud::{EdgeGroup, Need, Place, Queue, Role};

use super::{Listed, Reading};
use crate::world::{QueueRow, Region, RoleRow, World};

pub(super) const EDGES: Listed = Listed { action: "scheduler:ListSchedules", page: 100 };
pub(super) const ROLES: Listed = Listed { action: "iam:ListRoles", page: 100 };
pub(super) const QUEUES: Listed = Listed { action: "sqs:ListQueues", page: 1000 };
const ROLE_POLICY: &str = "iam:GetRolePolicy";
const QUEUE_ATTRIBUTES: &str = "sqs:GetQueueAttributes";
const QUEUE_TAGS: &str = "sqs:ListQueueTags";

impl Reading {
    /// One list answers both whether there is such a group and what stands in it.
    pub(super) fn edge_group(&mut self, region: &Region, place: &Place, now: Timestamp, name: &str) {
        let there = region.edge_groups.seen_one(name, now);
        let edges = region.edges.seen(now).into_iter().filter(|edge| edge.group == name).map(|edge| edge.view.clone());
        let group = there.map(|row| EdgeGroup { name: row.name.clone(), edges: edges.collect() });
        let pages = group.as_ref().map_or(1, |group| group.edges.len().div_ceil(EDGES.page).max(1));
        self.count(EDGES.action, pages);
        self.view(place).edge_groups.insert(name.to_owned(), group);
    }

    /// A list of names, then each role's own policy.
    pub(super) fn roles(&mut self, world: &World, place: &Place, need: &Need, path: &str) {
        let Some(account) = world.accounts.get(&place.account) else { return };
        let rows: Vec<&RoleRow> = account.roles.seen(world.now).into_iter().filter(|row| row.view.path.starts_with(path)).collect();
        if let Some(action) = refused(world, &[ROLE_POLICY], rows.is_empty()) {
            return self.refuse(world, place, need, action);
        }
        let roles: Vec<Role> = rows.iter().map(|row| row.view.clone()).collect();
        self.count(ROLE_POLICY, roles.len());
        self.take(&ROLES, place, |v| &mut v.roles, roles);
    }

    /// A list of URLs, then what each queue is.
    pub(super) fn queues(&mut self, world: &World, region: &Region, place: &Place, (need, prefix): (&Need, &str)) {
        let rows: Vec<&QueueRow> = region.queues.seen(world.now).into_iter().filter(|row| row.view.name.starts_with(prefix)).collect();
        if let Some(action) = refused(world, &[QUEUE_ATTRIBUTES, QUEUE_TAGS], rows.is_empty()) {
            return self.refuse(world, place, need, action);
        }
        let queues: Vec<Queue> = rows.iter().map(|row| row.view(world.now)).collect();
        self.count(QUEUE_ATTRIBUTES, queues.len());
        self.count(QUEUE_TAGS, queues.len());
        self.take(&QUEUES, place, |v| &mut v.queues, queues);
    }
}

/// The first of the actions that IAM refuses, when any of them is asked for at all.
fn refused(world: &World, actions: &[&'static str], nothing_to_ask: bool) -> Option<&'static str> {
    actions.iter().copied().find(|action| !nothing_to_ask && world.is_denied(action))
}
