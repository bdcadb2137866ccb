//! Starts, stops and changes of type as they are carried out: order, readiness, capacity, and what a run leaves that dies half-way.

mod interrupted;
mod order;
mod recorder;
mod sizes;
mod stops;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use muster_core::apply::{self, Outcome, Settings, Status};
use muster_core::cloud::{Clock as _, Instance, Need, Needs, Place, PlaceView, Reader as _};
use muster_core::fleet::{FileSource, Fleet, LoadOptions, load};
use muster_core::lock::Lock;
use muster_core::plan::{self, Options, Plan};
use muster_sandbox::{Estate, Faults, Sandbox};

use recorder::Recorder;

struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        Err(format!("{relative} is not there"))
    }
}

/// An account, the fleet over it, and every call that was made.
struct World {
    cloud: Recorder,
    fleet: Fleet,
}

fn place() -> Place {
    Place { account: "default".to_owned(), region: "ap-northeast-2".to_owned() }
}

fn fleet(text: &str) -> Fleet {
    let text = format!("fleet: lms\ntimezone: Asia/Seoul\ncloud: {{provider: sandbox, regions: [ap-northeast-2]}}\n{text}");
    let loaded = load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions { region: None, sandbox: true });
    loaded.fleet.unwrap_or_else(|| panic!("{}", muster_core::diag::render(&loaded.diagnostics, &loaded.sources, false, 120)))
}

impl World {
    fn new(text: &str) -> Self {
        let estate = Estate::parse("estate.yaml", include_str!("estate.yaml")).expect("estate");
        Self { cloud: Recorder::new(Sandbox::in_memory(estate, Faults::none(7))), fleet: fleet(text) }
    }

    fn sandbox(&self) -> &Sandbox {
        &self.cloud.sandbox
    }

    /// To an instant of that Friday, in Seoul.
    fn at(&self, time: &str) {
        let instant: Timestamp = format!("2026-11-20T{time}:00+09:00").parse().expect("instant");
        self.sandbox().at(instant).expect("the clock moves");
    }

    fn plan(&self) -> Plan {
        let (options, lock) = (Options::default(), Lock::default());
        let read = plan::read_and_plan(&self.cloud, &self.fleet, &lock, self.sandbox().now(), &options);
        block_on(read).expect("planned").1
    }

    fn apply(&self, plan: &Plan, wait_db: SignedDuration) -> Outcome {
        let settings = Settings { parallelism: 8, wait_db, stop: Arc::new(AtomicBool::new(false)) };
        block_on(apply::run(&self.cloud, self.sandbox(), plan, &settings, &mut |_| {}))
    }

    /// Plans and applies, waiting for databases; what became of each step, in words.
    fn pass(&self) -> Vec<String> {
        self.pass_waiting(SignedDuration::from_mins(30))
    }

    fn pass_waiting(&self, wait_db: SignedDuration) -> Vec<String> {
        let plan = self.plan();
        let outcome = self.apply(&plan, wait_db);
        outcome.steps.iter().map(|step| format!("{} {}: {}", step.action.as_str(), step.address, words(&step.status))).collect()
    }

    fn view(&self, need: Need) -> PlaceView {
        let mut needs = Needs::default();
        needs.add(&place(), need);
        block_on(self.sandbox().observe(&needs)).expect("read").places.remove(&place()).expect("the place")
    }

    fn instance(&self, id: &str) -> Instance {
        let view = self.view(Need::Instances);
        view.instances.seen().iter().find(|instance| instance.id == id).cloned().expect("the instance")
    }

    fn held(&self) -> Vec<String> {
        self.plan().held.iter().map(|held| format!("{}: {}", held.address, held.why)).collect()
    }
}

fn words(status: &Status) -> String {
    match status {
        Status::Done { note: None } => "done".to_owned(),
        Status::Done { note: Some(note) } => format!("done, {note}"),
        Status::Failed { why, .. } => format!("failed, {why}"),
        Status::NotTried { why } => format!("not tried, {why}"),
        Status::Stale { why } => format!("stale, {why}"),
        Status::Refused { why } => format!("refused, {why}"),
    }
}
