//! Notices over the embedded account: what passes tell, and that they tell it once.

mod due;
mod failing;
mod year;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use muster_core::apply::{self, Settings};
use muster_core::cloud::{Clock as _, Reader as _};
use muster_core::fleet::{FileSource, Fleet, LoadOptions, load};
use muster_core::lock::Lock;
use muster_core::notify::{self, Ledger, Missed, Notice, Pass, Target};
use muster_core::plan::{self, Input, Options};
use muster_sandbox::{Estate, Faults, Sandbox};

const PLACE: &str = "cloud: {provider: sandbox, regions: [ap-northeast-2]}\n";
const IMAGES: &str = "
images:
  - {id: ami-0ab24040000000001, name: ubuntu-noble, architecture: x86_64, created: '2026-09-01T00:00:00.000Z', owner: '099720109477'}
";

struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        Err(format!("{relative} is not there"))
    }
}

/// Reads a fleet of one place.
pub fn fleet(text: &str) -> Fleet {
    let text = format!("fleet: lms\ntimezone: Asia/Seoul\n{PLACE}{text}");
    let loaded = load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions { region: None, sandbox: true });
    loaded.fleet.unwrap_or_else(|| panic!("{}\n{text}", muster_core::diag::render(&loaded.diagnostics, &loaded.sources, false, 120)))
}

/// Reads an instant.
pub fn instant(text: &str) -> Timestamp {
    text.parse().expect("instant")
}

/// An account, a fleet, and what passes remember.
pub struct Town {
    /// The account.
    pub account: Sandbox,
    /// What the file says.
    pub fleet: Fleet,
    /// What earlier passes left.
    pub ledger: Ledger,
    /// Receivers that cannot be reached.
    pub deaf: bool,
}

/// What a pass told.
#[derive(Debug, Default)]
pub struct Told {
    /// Before stops.
    pub warnings: Vec<Notice>,
    /// Of failures.
    pub failures: Vec<Notice>,
    /// Stops without a warning.
    pub missed: Vec<Missed>,
}

impl Told {
    /// Names in the only warning.
    pub fn named(&self) -> Vec<&str> {
        assert!(self.warnings.len() <= 1, "{:?}", self.warnings);
        self.warnings.iter().filter_map(Notice::stop).flat_map(|stop| stop.resources.iter().map(|one| one.name.as_str())).collect()
    }
}

impl Town {
    /// Machines as an estate has them: `{id: i-0…, tags: {…}}` and so on, one a line.
    pub fn new(fleet: Fleet, now: &str, machines: &[&str], databases: &[&str]) -> Self {
        let mut estate = format!("now: {now}\n{IMAGES}places:\n  - region: ap-northeast-2\n    instances:\n");
        let machine = |text: &&str| format!("      - {{image: ami-0ab24040000000001, type: t3.small, {text}}}\n");
        estate.extend(machines.iter().map(machine));
        estate.push_str(if machines.is_empty() { "      []\n" } else { "" });
        estate.push_str("    databases:\n");
        let database = |text: &&str| format!("      - {{engine: mysql, version: 8.0.39, class: db.t4g.micro, storage: 20, {text}}}\n");
        estate.extend(databases.iter().map(database));
        estate.push_str(if databases.is_empty() { "      []\n" } else { "" });
        let estate = Estate::parse("estate.yaml", &estate).unwrap_or_else(|error| panic!("{error}\n{estate}"));
        Self { account: Sandbox::in_memory(estate, Faults::default()), fleet, ledger: Ledger::default(), deaf: false }
    }

    /// A pass at an instant.
    pub fn pass_at(&mut self, now: &str) -> Told {
        self.account.at(instant(now)).expect("later");
        let deaf = self.deaf;
        self.pass(&mut |_, _| !deaf)
    }

    /// A pass now, as `muster apply` makes it; `send` answers whether the receiver could be reached.
    pub fn pass(&mut self, send: &mut dyn FnMut(&Notice, &Target) -> bool) -> Told {
        block_on(async {
            let (lock, options, now) = (Lock::default(), Options::default(), self.account.now());
            let read = plan::read_and_plan(&self.account, &self.fleet, &lock, now, &options).await;
            let (mut snapshot, plan) = read.expect("a reading");
            let input = Input { fleet: &self.fleet, lock: &lock, snapshot: &snapshot, now, options: &options };
            let needs = notify::reads(&Pass { input, ledger: &self.ledger, sandbox: true });
            if !needs.is_empty() {
                snapshot.merge(self.account.observe(&needs).await.expect("a reading"));
            }
            let input = Input { fleet: &self.fleet, lock: &lock, snapshot: &snapshot, now, options: &options };
            let due = notify::warnings(&Pass { input, ledger: &self.ledger, sandbox: true });
            deliver(&mut self.ledger, &due.notices, send);
            if notify::saw_everything(&snapshot) {
                self.ledger.passed(now);
            }
            let settings = Settings { parallelism: 4, wait_db: SignedDuration::ZERO, stop: Arc::new(AtomicBool::new(false)) };
            let done = apply::run(&self.account, &self.account, &plan, &settings, &mut |_| {}).await;
            let failures = notify::failures(&Pass { input, ledger: &self.ledger, sandbox: true }, &done);
            deliver(&mut self.ledger, &failures, send);
            let before = self.ledger.clone();
            notify::settle(&mut self.ledger, &Pass { input, ledger: &before, sandbox: true }, &done);
            Told { warnings: due.notices, failures, missed: due.missed }
        })
    }

    /// The process ends and another one reads what it wrote.
    pub fn restart(&mut self) {
        let written = serde_json::to_vec(&self.ledger).expect("JSON");
        self.ledger = Ledger::parse(&written).expect("as it was written");
    }
}

fn deliver(ledger: &mut Ledger, notices: &[Notice], send: &mut dyn FnMut(&Notice, &Target) -> bool) {
    for notice in notices {
        ledger.open(notice);
        for target in &notice.to {
            if send(notice, target) {
                ledger.told(notice, target);
            }
        }
    }
}
