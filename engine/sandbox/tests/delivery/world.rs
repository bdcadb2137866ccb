//! An account with a group, a role and a queue, and schedules placed there directly.

use futures::executor::block_on;
use jiff::Timestamp;
use muster_core::address::Address;
use muster_core::cloud::{
    Change, Clock as _, Cloud as _, CloudError, Database, DbState, EdgeGroup, Instance, InstanceState, Need, Needs, Place, PlaceView,
    Queue, Reader as _, Receipt, StandingEdge,
};
use muster_core::delivery::{Action, EdgeSpec, Target};
use muster_core::fleet::{FileSource, Fleet, LoadOptions, load};
use muster_core::tags::Tags;
use muster_sandbox::{Estate, Faults, Sandbox};

pub(crate) const APP: &str = "i-0ap00000000000001";
pub(crate) const WEB: &str = "i-0we00000000000001";
pub(crate) const OTHER: &str = "i-0ot00000000000001";
pub(crate) const GROUP: &str = "muster-lms";
pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/muster/lms/ap-northeast-2/edges";
pub(crate) const QUEUE: &str = "arn:aws:sqs:ap-northeast-2:123456789012:muster-lms-edges";

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
}

pub(crate) fn place() -> Place {
    Place { account: "default".to_owned(), region: "ap-northeast-2".to_owned() }
}

/// An instant of the clocks in Seoul.
pub(crate) fn seoul(text: &str) -> Timestamp {
    format!("{text}+09:00").parse().expect("an instant")
}

struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        Err(format!("{relative} is not there"))
    }
}

/// The fleet `lms` in Seoul.
pub(crate) fn fleet(text: &str) -> Fleet {
    let text = format!("fleet: lms\ncloud: {{provider: sandbox, regions: [ap-northeast-2]}}\n{text}");
    let loaded = load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions { region: None, sandbox: true });
    loaded.fleet.unwrap_or_else(|| panic!("{}", muster_core::diag::render(&loaded.diagnostics, &loaded.sources, false, 120)))
}

/// What somebody who looks can say of a state: on or on the way there.
pub(crate) fn is_on(state: &InstanceState) -> bool {
    matches!(state, InstanceState::Pending | InstanceState::Running)
}

pub(crate) fn is_on_db(state: &DbState) -> bool {
    matches!(state.0.as_str(), "available" | "starting")
}

/// Whom the role trusts: EventBridge for the group, and Systems Manager.
pub(crate) fn trust(group: &str) -> String {
    let source = format!("arn:aws:scheduler:ap-northeast-2:123456789012:schedule-group/{group}");
    format!(
        r#"{{"Version":"2012-10-17","Statement":[
            {{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"Service":["scheduler.amazonaws.com"]}},
              "Condition":{{"StringEquals":{{"aws:SourceAccount":"123456789012","aws:SourceArn":"{source}"}}}}}},
            {{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"Service":["ssm.amazonaws.com"]}},
              "Condition":{{"StringEquals":{{"aws:SourceAccount":"123456789012"}}}}}}]}}"#
    )
}

/// A policy with these actions on everything, and with the right to send to the queue.
pub(crate) fn policy(actions: &[&str]) -> String {
    let actions: Vec<String> = actions.iter().map(|action| format!("\"{action}\"")).collect();
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{}],"Resource":["*"]}},
            {{"Effect":"Allow","Action":["sqs:SendMessage"],"Resource":["{QUEUE}"]}}]}}"#,
        actions.join(",")
    )
}

pub(crate) const EVERYTHING: [&str; 12] = [
    "ec2:StartInstances",
    "ec2:StopInstances",
    "rds:StartDBInstance",
    "rds:StopDBInstance",
    "rds:StartDBCluster",
    "rds:StopDBCluster",
    "ssm:StartAutomationExecution",
    "iam:PassRole",
    "tag:GetResources",
    "ec2:DescribeInstances",
    "ec2:DescribeInstanceStatus",
    "rds:DescribeDBInstances",
];

pub(crate) fn instance(id: &str) -> Target {
    Target::Instance { id: id.to_owned(), hibernate: false }
}

/// A schedule for a target, in Seoul.
pub(crate) fn edge(target: Target, action: Action, expression: &str) -> EdgeSpec {
    EdgeSpec {
        address: Address::from_text(&format!("schedule/office/edge/{}/{}", target.words(), action.as_str())),
        readable: format!("office-{}", action.as_str()),
        action,
        expression: expression.to_owned(),
        zone: "Asia/Seoul".to_owned(),
        start: None,
        end: None,
        delete_after: expression.starts_with("at("),
        target,
        partition: "aws".to_owned(),
        role: ROLE.to_owned(),
        dead_letter: Some(QUEUE.to_owned()),
        awaits: None,
    }
}

impl World {
    /// The account with a group, a queue and a role that may do everything.
    pub(crate) fn new() -> Self {
        Self::with(Faults::none(7))
    }

    pub(crate) fn with(faults: Faults) -> Self {
        let world = Self::bare(faults);
        world.done(&Change::CreateEdgeGroup { name: GROUP.to_owned(), tags: Tags::new() });
        world.done(&Change::CreateQueue { name: "muster-lms-edges".to_owned(), retention_seconds: 1_209_600, tags: Tags::new() });
        world.done(&role("edges"));
        world.allow(&EVERYTHING);
        world
    }

    /// The account with nothing of EventBridge in it.
    pub(crate) fn bare(faults: Faults) -> Self {
        let estate = Estate::parse("estate.yaml", include_str!("estate.yaml")).expect("estate");
        Self { sandbox: Sandbox::in_memory(estate, faults) }
    }

    pub(crate) fn perform(&self, change: &Change) -> Result<Receipt, CloudError> {
        block_on(self.sandbox.perform(&place(), change))
    }

    pub(crate) fn done(&self, change: &Change) -> Receipt {
        self.perform(change).unwrap_or_else(|error| panic!("{}: {error}", change.action()))
    }

    /// Gives the role another policy.
    pub(crate) fn allow(&self, actions: &[&str]) {
        self.done(&Change::PutRolePolicy { role: "edges".to_owned(), policy: policy(actions) });
    }

    /// Places a schedule and answers its name.
    pub(crate) fn stand(&self, edge: EdgeSpec) -> String {
        let name = edge.name();
        self.done(&Change::CreateEdge { group: GROUP.to_owned(), edge: Box::new(edge) });
        name
    }

    /// To an instant of the clocks in Seoul.
    pub(crate) fn at(&self, text: &str) {
        self.sandbox.at(seoul(text)).expect("the clock moves");
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.sandbox.now()
    }

    pub(crate) fn view(&self, need: Need) -> PlaceView {
        let mut needs = Needs::default();
        needs.add(&place(), need);
        block_on(self.sandbox.observe(&needs)).expect("read").places.remove(&place()).expect("the place")
    }

    pub(crate) fn instance(&self, id: &str) -> Instance {
        let view = self.view(Need::Instances);
        view.instances.seen().iter().find(|instance| instance.id == id).cloned().expect("the instance")
    }

    pub(crate) fn state(&self, id: &str) -> InstanceState {
        self.instance(id).state
    }

    pub(crate) fn database(&self) -> Database {
        self.view(Need::DatabaseByName("shop".to_owned())).databases.seen().first().cloned().expect("the database")
    }

    pub(crate) fn group(&self) -> Option<EdgeGroup> {
        self.view(Need::EdgeGroup(GROUP.to_owned())).edge_groups.remove(GROUP).flatten()
    }

    pub(crate) fn edges(&self) -> Vec<StandingEdge> {
        self.group().expect("the group").edges
    }

    pub(crate) fn queue(&self) -> Queue {
        self.view(Need::Queues("muster-lms-".to_owned())).queues.seen().first().cloned().expect("the queue")
    }
}

/// A role under the path of fleet and region, without a policy.
pub(crate) fn role(name: &str) -> Change {
    Change::CreateRole {
        name: name.to_owned(),
        path: "/muster/lms/ap-northeast-2/".to_owned(),
        description: "schedule/office/role".to_owned(),
        trust: trust(GROUP),
        boundary: None,
        tags: Tags::new(),
    }
}
