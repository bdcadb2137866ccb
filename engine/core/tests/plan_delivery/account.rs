//! An account in memory: what stands in EventBridge, IAM and SQS, changed by plans as AWS would.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use muster_core::address::Address;
use muster_core::cloud::{
    Change, EdgeGroup, Gap, Identity, Instance, InstanceSpec, Kind, Listing, PlaceView, Queue, Role, Snapshot, StandingEdge,
};
use muster_core::delivery::EdgeSpec;
use muster_core::fleet::Fleet;
use muster_core::lock::Lock;
use muster_core::plan::{Input, Op, Options, Plan, Step, plan};

use super::support::{place, running};

pub const ACCOUNT: &str = "123456789012";

/// One place of an account.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub instances: Vec<Instance>,
    pub groups: BTreeMap<String, BTreeMap<String, StandingEdge>>,
    pub roles: BTreeMap<String, Role>,
    pub queues: BTreeMap<String, Queue>,
    /// What was asked for, by name, as it was asked for.
    pub specs: BTreeMap<String, EdgeSpec>,
    pub gaps: Vec<Gap>,
    /// Kinds whose listing is cut off.
    pub cut: BTreeSet<Kind>,
    /// More of the place.
    pub view: PlaceView,
}

impl World {
    pub fn with(instances: Vec<Instance>) -> Self {
        Self { instances, ..Self::default() }
    }

    fn listing<T>(&self, kind: Kind, items: Vec<T>) -> Listing<T> {
        if self.cut.contains(&kind) { Listing::Incomplete(items) } else { Listing::Complete(items) }
    }

    pub fn snapshot(&self, fleet: &Fleet, now: Timestamp) -> Snapshot {
        let mut view = PlaceView { instances: self.listing(Kind::Instance, self.instances.clone()), ..self.view.clone() };
        if !view.databases.was_read() {
            view.databases = Listing::Complete(Vec::new());
        }
        if !view.clusters.was_read() {
            view.clusters = Listing::Complete(Vec::new());
        }
        view.volumes = Listing::Complete(Vec::new());
        view.groups = Listing::Complete(Vec::new());
        view.keys = Listing::Complete(Vec::new());
        view.alarms = Listing::Complete(Vec::new());
        view.parameter_groups = Listing::Complete(Vec::new());
        let of = |name: &String| {
            let edges = self.groups.get(name)?.values().cloned().collect();
            Some(EdgeGroup { name: name.clone(), edges })
        };
        let names = fleet.name.iter().chain(&fleet.was).map(muster_core::delivery::group_name);
        let read = names.filter(|_| !self.cut.contains(&Kind::EdgeGroup));
        view.edge_groups = read.map(|name| (name.clone(), of(&name))).collect();
        view.roles = self.listing(Kind::Role, self.roles.values().cloned().collect());
        view.queues = self.listing(Kind::Queue, self.queues.values().cloned().collect());
        let identity = Identity { account_id: ACCOUNT.to_owned(), arn: String::new() };
        Snapshot {
            places: [(place(), view)].into(),
            identities: [("default".to_owned(), identity)].into(),
            gaps: self.gaps.clone(),
            ..Snapshot::empty(now)
        }
    }

    pub fn plan(&self, fleet: &Fleet, now: Timestamp) -> Plan {
        self.plan_with(fleet, now, &Options::default())
    }

    pub fn plan_with(&self, fleet: &Fleet, now: Timestamp, options: &Options) -> Plan {
        let snapshot = self.snapshot(fleet, now);
        plan(&Input { fleet, lock: &Lock::default(), snapshot: &snapshot, now, options })
    }

    /// Plans and performs, in the order that the steps ask for.
    pub fn apply(&mut self, fleet: &Fleet, now: Timestamp) -> Plan {
        self.apply_with(fleet, now, &Options::default())
    }

    pub fn apply_with(&mut self, fleet: &Fleet, now: Timestamp, options: &Options) -> Plan {
        let plan = self.plan_with(fleet, now, options);
        self.perform(&plan, now);
        plan
    }

    pub fn perform(&mut self, plan: &Plan, now: Timestamp) {
        let mut open: Vec<&Step> = plan.steps.iter().collect();
        let mut ids = BTreeMap::new();
        while !open.is_empty() {
            let waits = |step: &Step| {
                step.after.iter().any(|address| open.iter().any(|other| other.address == *address && other.address != step.address))
            };
            let at = open.iter().position(|step| !waits(step)).unwrap_or_else(|| panic!("steps wait for each other: {open:#?}"));
            let step = open.remove(at);
            for op in &step.ops {
                self.op(step, op, &mut ids, now);
            }
        }
    }

    fn op(&mut self, step: &Step, op: &Op, ids: &mut BTreeMap<Address, String>, now: Timestamp) {
        match op {
            Op::Launch { tokens, spec } => {
                let id = format!("i-{}", self.instances.len());
                ids.insert(step.address.clone(), id.clone());
                self.instances.push(launched(&id, &tokens[0], spec, now));
            }
            Op::Do(change) => {
                let known = |address: &Address| ids.get(address).cloned().or_else(|| Some(format!("x-{address}")));
                self.change(change.clone().resolve(&known).expect("made before"), now);
            }
            _ => {}
        }
    }

    fn change(&mut self, change: Change, now: Timestamp) {
        match change {
            Change::CreateEdgeGroup { name, .. } => assert!(self.groups.insert(name, BTreeMap::new()).is_none(), "it stood"),
            Change::DeleteEdgeGroup { name } => {
                let gone = self.groups.remove(&name).expect("a group");
                assert!(gone.is_empty(), "{name} went with {gone:?}");
            }
            Change::CreateEdge { group, edge } => self.create_edge(&group, *edge, now),
            Change::DeleteEdge { group, name } => {
                self.groups.get_mut(&group).expect("a group").remove(&name).expect("an edge");
            }
            Change::CreateRole { name, path, description, trust, .. } => {
                let arn = format!("arn:aws:iam::{ACCOUNT}:role{path}{name}");
                let made = Role { name: name.clone(), arn, path, description, trust, policy: None };
                assert!(self.roles.insert(name, made).is_none(), "it stood");
            }
            Change::SetRoleTrust { name, trust } => self.role(&name).trust = trust,
            Change::DescribeRole { name, description } => self.role(&name).description = description,
            Change::PutRolePolicy { role, policy } => self.role(&role).policy = Some(policy),
            Change::DeleteRolePolicy { role } => self.role(&role).policy = None,
            Change::DeleteRole { name } => {
                let gone = self.roles.remove(&name).expect("a role");
                assert_eq!(gone.policy, None, "IAM deletes no role with a policy");
                assert!(!self.standing().any(|(_, spec)| spec.role == gone.arn), "{name} is still worked with");
            }
            Change::CreateQueue { name, retention_seconds, tags } => {
                let arn = format!("arn:aws:sqs:ap-northeast-2:{ACCOUNT}:{name}");
                let made = Queue { name: name.clone(), arn, retention_seconds, encrypted: true, waiting: 0, tags };
                assert!(self.queues.insert(name, made).is_none(), "it stood");
            }
            Change::SetQueue { name, retention_seconds } => {
                let queue = self.queues.get_mut(&name).expect("a queue");
                queue.retention_seconds = retention_seconds;
                queue.encrypted = true;
            }
            Change::DeleteQueue { name } => {
                let gone = self.queues.remove(&name).expect("a queue");
                assert!(!self.standing().any(|(_, spec)| spec.dead_letter.as_ref() == Some(&gone.arn)), "{name} is still written to");
            }
            Change::RemoveTags { resource, keys } => {
                let id = resource.id.known().unwrap_or_default().to_owned();
                for instance in self.instances.iter_mut().filter(|instance| instance.id == id) {
                    instance.tags.retain(|key, _| !keys.contains(key));
                }
            }
            Change::SetTags { resource, tags } => {
                let id = resource.id.known().unwrap_or_default().to_owned();
                for instance in self.instances.iter_mut().filter(|instance| instance.id == id) {
                    instance.tags.extend(tags.clone());
                }
            }
            _ => {}
        }
    }

    fn role(&mut self, name: &str) -> &mut Role {
        self.roles.get_mut(name).expect("a role")
    }

    fn create_edge(&mut self, group: &str, edge: EdgeSpec, now: Timestamp) {
        let role = self.roles.values().find(|role| role.arn == edge.role).expect("EventBridge refuses a role that is not there");
        assert!(role.policy.is_some() && role.trust.contains(&format!("schedule-group/{group}")), "{role:?}");
        if let Some(queue) = &edge.dead_letter {
            assert!(self.queues.values().any(|standing| standing.arn == *queue), "its queue is not there");
        }
        let name = edge.name();
        assert!(name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)), "{name}");
        let timing = edge.timing().expect("an expression that EventBridge takes");
        assert!(timing.end.is_none_or(|end| end > now), "{name} ends before it begins");
        let seen = StandingEdge {
            arn: format!("arn:aws:scheduler:ap-northeast-2:{ACCOUNT}:schedule/{group}/{name}"),
            name: name.clone(),
            enabled: true,
            created: now,
            modified: now,
            target: edge.arn(),
        };
        self.specs.insert(name.clone(), edge);
        let stood = self.groups.get_mut(group).expect("EventBridge refuses a group that is not there").insert(name, seen);
        assert!(stood.is_none(), "it stood");
    }

    /// Every edge that stands and was made by a plan.
    pub fn standing(&self) -> impl Iterator<Item = (&StandingEdge, &EdgeSpec)> {
        self.groups.values().flat_map(BTreeMap::values).filter_map(|edge| Some((edge, self.specs.get(&edge.name)?)))
    }

    pub fn edge(&mut self, begins: &str) -> &mut StandingEdge {
        let all = self.groups.values_mut().flat_map(BTreeMap::values_mut);
        all.into_iter().find(|edge| edge.name.starts_with(begins)).unwrap_or_else(|| panic!("no edge {begins}"))
    }

    /// EventBridge deletes what has fired for the last time.
    pub fn pass_to(&mut self, now: Timestamp) {
        let over: Vec<String> = self
            .standing()
            .filter(|(_, spec)| {
                let timing = spec.timing().expect("an expression");
                let far = timing.end.unwrap_or_else(|| now + jiff::SignedDuration::from_hours(24 * 800));
                spec.delete_after
                    && (timing.end.is_some_and(|end| end <= now) || (timing.end.is_none() && timing.firings(now, far).is_empty()))
            })
            .map(|(edge, _)| edge.name.clone())
            .collect();
        for edges in self.groups.values_mut() {
            edges.retain(|name, _| !over.contains(name));
        }
    }

    /// Every firing between two instants: when, what, on what.
    pub fn firings(&self, from: Timestamp, to: Timestamp) -> Vec<(Timestamp, &'static str, String)> {
        let of = |spec: &EdgeSpec| {
            let timing = spec.timing().expect("an expression");
            let target = spec.target.words();
            timing.firings(from, to).into_iter().map(move |at| (at, timing.action.as_str(), target.clone())).collect::<Vec<_>>()
        };
        let mut all: Vec<_> = self.standing().flat_map(|(_, spec)| of(spec)).collect();
        all.sort();
        all
    }
}

fn launched(id: &str, token: &str, spec: &InstanceSpec, now: Timestamp) -> Instance {
    Instance {
        id: id.to_owned(),
        client_token: Some(token.to_owned()),
        launch_time: now,
        root_attached: Some(now),
        image: spec.image.clone(),
        instance_type: spec.instance_type.clone(),
        key_name: Some(spec.key_name.clone()),
        tags: spec.tags.clone(),
        ..running(id, "Mon 09:00", &[])
    }
}

/// The steps of a plan about delivery, one a line: `create schedule/office/role (new)`.
pub fn lines(plan: &Plan) -> Vec<String> {
    let about = |step: &&Step| matches!(step.kind, Kind::EdgeGroup | Kind::Edge | Kind::Role | Kind::Queue);
    let line = |step: &Step| format!("{} {} ({})", step.action.as_str(), step.address, step.cause.as_str());
    plan.steps.iter().filter(about).map(line).collect()
}

pub fn held(plan: &Plan) -> Vec<String> {
    plan.held.iter().map(|held| format!("{}: {}", held.address, held.why)).collect()
}
