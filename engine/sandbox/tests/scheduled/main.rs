//! Schedules over what is not ours, on an account with everything they reach: groups, services, clusters, databases.

mod databases;
mod groups;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use muster_core::apply::{self, Outcome, Settings};
use muster_core::cloud::{Change, Clock as _, EcsService, Need, Needs, Place, PlaceView, Reader as _, ScalingGroup, Snapshot};
use muster_core::fleet::{FileSource, Fleet, LoadOptions, load};
use muster_core::lock::Lock;
use muster_core::plan::{self, Action, Op, Options, Plan, Step};
use muster_sandbox::{Estate, Faults, Sandbox};

const PLATFORM: &str = include_str!("../../../../examples/estates/platform.yaml");

struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        Err(format!("{relative} is not there"))
    }
}

/// An account and the schedules over it.
struct World {
    sandbox: Sandbox,
    fleet: Fleet,
}

fn place() -> Place {
    Place { account: "default".to_owned(), region: "ap-northeast-2".to_owned() }
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

impl World {
    /// The platform's account under these schedules.
    fn new(schedules: &str) -> Self {
        let estate = Estate::parse("platform.yaml", PLATFORM).expect("estate");
        Self { sandbox: Sandbox::in_memory(estate, Faults::none(7)), fleet: fleet(schedules) }
    }

    async fn read(&self) -> (Snapshot, Plan) {
        let options = Options::default();
        plan::read_and_plan(&self.sandbox, &self.fleet, &Lock::default(), self.sandbox.now(), &options).await.expect("planned")
    }

    fn plan(&self) -> Plan {
        block_on(self.read()).1
    }

    /// Plans and applies, waiting for databases; everything must succeed.
    fn pass(&self) -> Plan {
        let plan = self.plan();
        let outcome = self.apply(&plan, SignedDuration::from_mins(30));
        let failed: Vec<_> = outcome.steps.iter().filter(|step| !matches!(step.status, apply::Status::Done { .. })).collect();
        assert!(failed.is_empty(), "{failed:#?}");
        plan
    }

    fn apply(&self, plan: &Plan, wait_db: SignedDuration) -> Outcome {
        let settings = Settings { parallelism: 8, wait_db, stop: Arc::new(AtomicBool::new(false)) };
        block_on(apply::run(&self.sandbox, &self.sandbox, plan, &settings, &mut |_| {}))
    }

    /// Moves the clock to an instant and passes; nothing may be left to do then.
    fn pass_at(&self, instant: &str) -> Plan {
        self.sandbox.at(at(instant)).expect("the clock moves");
        let plan = self.pass();
        let again = self.plan();
        assert!(again.is_empty(), "{instant}: {:#?}", lines(&again));
        plan
    }

    fn view(&self, need: Need) -> PlaceView {
        let mut needs = Needs::default();
        needs.add(&place(), need);
        block_on(self.sandbox.observe(&needs)).expect("read").places.remove(&place()).expect("the place")
    }

    fn group(&self, name: &str) -> ScalingGroup {
        let view = self.view(Need::ScalingGroups);
        view.scaling_groups.seen().iter().find(|group| group.name == name).cloned().expect("the group")
    }

    fn service(&self, path: &str) -> EcsService {
        let view = self.view(Need::EcsServices);
        view.services.seen().iter().find(|service| service.path() == path).cloned().expect("the service")
    }

    fn hand(&self, change: &Change) {
        self.sandbox.hand(&place(), change).expect("done by hand");
    }
}

fn fleet(schedules: &str) -> Fleet {
    let text =
        format!("fleet: shop-dev\ntimezone: Asia/Seoul\ncloud: {{provider: sandbox, regions: [ap-northeast-2]}}\nschedules:\n{schedules}");
    let loaded = load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions { region: None, sandbox: true });
    loaded.fleet.unwrap_or_else(|| panic!("{}", muster_core::diag::render(&loaded.diagnostics, &loaded.sources, false, 120)))
}

fn numbers(group: &ScalingGroup) -> (u32, u32, u32) {
    (group.min, group.desired, group.max)
}

/// `scale asg/web`, one for each step.
fn lines(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(|step| format!("{} {}", step.action.as_str(), step.address)).collect()
}

fn step<'p>(plan: &'p Plan, action: Action, address: &str) -> &'p Step {
    let found = plan.steps.iter().find(|step| step.action == action && step.address.as_str() == address);
    found.unwrap_or_else(|| panic!("no {} {address} in {:?}; held {:#?}", action.as_str(), lines(plan), plan.held))
}

fn held<'p>(plan: &'p Plan, address: &str) -> &'p str {
    let found = plan.held.iter().find(|held| held.address.as_str() == address);
    &found.unwrap_or_else(|| panic!("{address} is not held: {:#?}", plan.held)).why
}

fn changes(step: &Step) -> Vec<&'static str> {
    step.ops.iter().filter_map(|op| if let Op::Do(change) = op { Some(change.action()) } else { None }).collect()
}
