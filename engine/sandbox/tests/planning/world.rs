//! A fleet written as text, and the account it is applied to.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use futures::executor::block_on;
use jiff::SignedDuration;
use muster_core::apply::{self, Outcome, Settings, Status};
use muster_core::cloud::{Clock as _, Database, Instance, Kind, Need, Needs, Place, PlaceView, Reader as _};
use muster_core::fleet::{FileSource, Fleet, LoadOptions, load};
use muster_core::lock::Lock;
use muster_core::plan::{self, Op, Options, Plan, Step};
use muster_sandbox::{Estate, Faults, Sandbox, ShowItem};

pub const PUBLIC: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPHPGwXk06vpFVkE+ZGV6JPKVKnauJbLjeuobyAHG/P9";

struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        Err(format!("{relative} is not there"))
    }
}

pub fn fleet(text: &str) -> Fleet {
    let loaded = load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions { region: None, sandbox: true });
    loaded.fleet.unwrap_or_else(|| panic!("{}\n{text}", muster_core::diag::render(&loaded.diagnostics, &loaded.sources, false, 120)))
}

pub fn place() -> Place {
    Place { account: "default".to_owned(), region: "ap-northeast-2".to_owned() }
}

pub fn destroying() -> Options {
    Options { allow_destroy: true, ..Options::default() }
}

pub struct World(pub Sandbox);

impl World {
    pub fn new() -> Self {
        let estate = Estate::parse("office.yaml", include_str!("../../../../examples/estates/office.yaml")).expect("estate");
        Self(Sandbox::in_memory(estate, Faults::none(1)))
    }

    /// An account to which this fleet has been applied.
    pub fn with(text: &str) -> Self {
        let world = Self::new();
        world.settle(&fleet(text), &Options::default());
        world
    }

    pub fn plan(&self, fleet: &Fleet, options: &Options) -> Plan {
        self.read(fleet, options).1
    }

    /// The plan, and the calls it took.
    pub fn read(&self, fleet: &Fleet, options: &Options) -> (Vec<String>, Plan) {
        let lock = Lock::default();
        let made = plan::read_and_plan(&self.0, fleet, &lock, self.0.now(), options);
        let (snapshot, plan) = block_on(made).expect("the account answers");
        (snapshot.calls.into_keys().collect(), plan)
    }

    /// Performs a plan, waiting for databases for as long as they take.
    pub fn apply(&self, plan: &Plan) -> Outcome {
        self.apply_waiting(plan, SignedDuration::from_hours(1))
    }

    pub fn apply_waiting(&self, plan: &Plan, wait_db: SignedDuration) -> Outcome {
        let settings = Settings { parallelism: 8, wait_db, stop: Arc::new(AtomicBool::new(false)) };
        block_on(apply::run(&self.0, &self.0, plan, &settings, &mut |_| {}))
    }

    /// Plans and applies once; every step must be done.
    pub fn done(&self, fleet: &Fleet, options: &Options) -> Plan {
        let plan = self.plan(fleet, options);
        let outcome = self.apply(&plan);
        for step in &outcome.steps {
            assert!(matches!(step.status, Status::Done { .. }), "{step:#?}");
        }
        plan
    }

    /// Applies until nothing is left to do.
    pub fn settle(&self, fleet: &Fleet, options: &Options) {
        for _ in 0..4 {
            if self.done(fleet, options).is_empty() {
                return;
            }
        }
        panic!("no empty plan: {:#?}", self.plan(fleet, options));
    }

    /// Plans and applies as long as the caller lives: it dies when its `calls`-th call has taken effect. False when it
    /// was done before that.
    pub fn killed_after(&self, calls: u64, fleet: &Fleet, options: &Options) -> bool {
        self.0.set_faults(Faults::none(1).killed_after(calls));
        let settings = Settings { parallelism: 1, wait_db: SignedDuration::from_hours(1), stop: Arc::new(AtomicBool::new(false)) };
        let done = block_on(self.0.until_killed(async {
            let made = plan::read_and_plan(&self.0, fleet, &Lock::default(), self.0.now(), options).await;
            let Ok((_, plan)) = made else { return };
            apply::run(&self.0, &self.0, &plan, &settings, &mut |_| {}).await;
        }));
        self.0.set_faults(Faults::none(1));
        done.is_none()
    }

    pub fn view(&self, need: Need) -> PlaceView {
        let mut needs = Needs::default();
        needs.add(&place(), need);
        block_on(self.0.observe(&needs)).expect("the account answers").places.remove(&place()).expect("the place was read")
    }

    /// What a fleet calls a database or instance is in its address tag.
    pub fn database(&self, address: &str) -> Database {
        let is_it = |database: &&Database| database.tags.get("muster:address").is_some_and(|text| text == address);
        self.view(Need::Databases).databases.seen().iter().find(is_it).expect("a database").clone()
    }

    pub fn instance(&self, address: &str) -> Instance {
        let is_it = |instance: &&Instance| instance.tags.get("muster:address").is_some_and(|text| text == address);
        self.view(Need::Instances).instances.seen().iter().find(is_it).expect("an instance").clone()
    }

    /// Everything of a kind, as a person is shown it.
    pub fn items(&self, kind: Kind) -> Vec<ShowItem> {
        let places = self.0.show().expect("the account is shown").places;
        places.into_iter().flat_map(|place| place.items).filter(|item| item.kind == kind).collect()
    }
}

/// The only step at an address.
pub fn step<'p>(plan: &'p Plan, address: &str) -> &'p Step {
    let found: Vec<&Step> = plan.steps.iter().filter(|step| step.address.as_str() == address).collect();
    assert_eq!(found.len(), 1, "{address} in {:#?}", plan.steps);
    found[0]
}

/// The calls of a step by their IAM actions, `…` for a wait, `?` for what is left out after an edge, `|` for ways to choose from.
pub fn calls(step: &Step) -> Vec<&'static str> {
    let call = |op: &Op| match op {
        Op::Do(change) => change.action(),
        Op::Launch { .. } => "ec2:RunInstances",
        Op::Await(_) | Op::AwaitAll(_) => "…",
        Op::SkipFrom { .. } => "?",
        Op::FirstOf(_) => "|",
    };
    step.ops.iter().map(call).collect()
}

/// Why something is held back.
pub fn held<'p>(plan: &'p Plan, address: &str) -> Vec<&'p str> {
    plan.held.iter().filter(|held| held.address.as_str() == address).map(|held| held.why.as_str()).collect()
}
