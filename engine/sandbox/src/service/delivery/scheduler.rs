//! scheduler: groups and the schedules in them.

use muster_core::arn::partition;
use muster_core::cloud::{CloudError, ErrorKind, Receipt, StandingEdge};
use muster_core::cron::Expression;
use muster_core::delivery::{EdgeSpec, NAME_LIMIT};
use muster_core::schedule::Zone;
use muster_core::tags::Tags;

use super::policy::{facts, trusts};
use super::{Call, SCHEDULER};
use crate::service::made;
use crate::world::{DELETED_AFTER, Edge, GroupOfEdges, edge_key};

/// What IAM says no to and EventBridge words thus, whether the role is not there, not there yet, or trusts somebody else.
const NOT_ASSUMABLE: &str = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.";

impl Call<'_> {
    pub(in crate::service) fn create_edge_group(self, name: &str, tags: &Tags) -> Result<Receipt, CloudError> {
        self.check_tags(tags)?;
        self.check_edge_name("name", name)?;
        if self.region.edge_groups.get(name).is_some() {
            return Err(self.conflict(format!("Schedule group {name} already exists.")));
        }
        let row = GroupOfEdges { name: name.to_owned(), arn: self.group_arn(name), tags: tags.clone() };
        self.region.edge_groups.insert(name, row, self.lag);
        Ok(made(name))
    }

    /// The group and everything in it. Calls that are being tried go on being tried.
    pub(in crate::service) fn delete_edge_group(self, name: &str) -> Result<Receipt, CloudError> {
        let within: Vec<String> = self.region.edges.values().filter(|edge| edge.group == name).map(Edge::key).collect();
        for key in within {
            self.region.edges.remove(&key, self.lag);
        }
        self.region.edge_groups.remove(name, self.lag);
        Ok(made(name))
    }

    pub(in crate::service) fn create_edge(self, group: &str, spec: &EdgeSpec) -> Result<Receipt, CloudError> {
        if spec.awaits.is_some() {
            return Err(self.not_valid("the id is that of a step which is not done yet"));
        }
        let mut edge = self.edge(group, spec);
        let name = edge.view.name.clone();
        self.check_edge_name("name", &name)?;
        self.check_edge(&edge)?;
        if self.region.edge_groups.get(group).is_none() || !self.region.edge_groups.is_known(group, self.now) {
            let message = format!("Schedule group {group} does not exist.");
            return Err(self.refuse(ErrorKind::NotFound, "ResourceNotFoundException", message));
        }
        if self.region.edges.get(&edge.key()).is_some() {
            return Err(self.conflict(format!("Schedule {name} already exists.")));
        }
        self.check_execution_role(&edge)?;
        edge.next = edge.next_after(self.now);
        edge.expires = (edge.delete_after && edge.next.is_none()).then(|| self.now.checked_add(DELETED_AFTER).ok()).flatten();
        self.region.edges.insert(&edge_key(group, &name), edge, self.lag);
        Ok(made(name))
    }

    pub(in crate::service) fn delete_edge(self, group: &str, name: &str) -> Result<Receipt, CloudError> {
        self.region.edges.remove(&edge_key(group, name), self.lag);
        Ok(made(name))
    }

    /// What stands there when CreateSchedule has accepted it.
    fn edge(&self, group: &str, spec: &EdgeSpec) -> Edge {
        let name = spec.name();
        let (partition, region, account) = (partition(self.region_name), self.region_name, &self.account_id);
        let view = StandingEdge {
            arn: format!("arn:{partition}:scheduler:{region}:{account}:schedule/{group}/{name}"),
            name,
            enabled: true,
            created: self.now,
            modified: self.now,
            target: spec.arn(),
        };
        Edge {
            group: group.to_owned(),
            view,
            expression: spec.expression.clone(),
            zone: spec.zone.clone(),
            start: spec.start_at(self.now),
            end: spec.end,
            delete_after: spec.delete_after,
            input: spec.input(),
            role: spec.role.clone(),
            dead_letter: spec.dead_letter.clone(),
            max_event_age: EdgeSpec::max_event_age_seconds(),
            next: None,
            expires: None,
        }
    }

    /// What EventBridge looks at in a schedule itself. It does not look whether the queue is one. A start that is over is never sent.
    fn check_edge(&self, edge: &Edge) -> Result<(), CloudError> {
        if Expression::parse(&edge.expression).is_err() {
            return Err(self.not_valid(format!("Invalid Schedule Expression {}.", edge.expression)));
        }
        if Zone::find(&edge.zone).is_err() {
            return Err(self.not_valid(format!("Invalid Schedule Expression Timezone {}.", edge.zone)));
        }
        if edge.end.is_some_and(|end| end <= self.now || edge.start.is_some_and(|start| end <= start)) {
            return Err(self.not_valid("The EndDate you specify must come after the StartDate, and must be in the future."));
        }
        Ok(())
    }

    /// The role must be there and let EventBridge assume it. One that has just been made may not be there yet, which the same answer
    /// says; it counts as not found, so that whoever made it waits.
    fn check_execution_role(&self, edge: &Edge) -> Result<(), CloudError> {
        let name = edge.role.rsplit('/').next().unwrap_or_default();
        let role = self.roles.get(name).filter(|row| row.view.arn == edge.role && self.roles.is_known(name, self.now));
        let group = self.group_arn(&edge.group);
        let source = facts([("aws:SourceAccount", self.account_id.as_str()), ("aws:SourceArn", group.as_str())]);
        if role.is_some_and(|row| trusts(&row.view.trust, SCHEDULER, &source)) {
            return Ok(());
        }
        Err(self.refuse(ErrorKind::NotFound, "ValidationException", NOT_ASSUMABLE))
    }

    pub(crate) fn group_arn(&self, name: &str) -> String {
        format!("arn:{}:scheduler:{}:{}:schedule-group/{name}", partition(self.region_name), self.region_name, self.account_id)
    }

    fn check_edge_name(&self, member: &str, name: &str) -> Result<(), CloudError> {
        let fine = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if !name.is_empty() && name.len() <= NAME_LIMIT && name.chars().all(fine) {
            return Ok(());
        }
        Err(self.not_valid(format!(
            "1 validation error detected: Value '{name}' at '{member}' failed to satisfy constraint: Member must satisfy regular expression \
             pattern: ^[0-9a-zA-Z-_.]+$"
        )))
    }

    fn conflict(&self, message: String) -> CloudError {
        self.refuse(ErrorKind::AlreadyExists, "ConflictException", message)
    }
}
