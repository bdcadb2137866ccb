//! How fast the planner is: `cargo bench -p muster-sandbox --bench plan [-- STUDENTS…]`. Prints, asserts nothing.
//!
//! Fleets of students are applied to the embedded account, read, and planned again: a no-op plan over five resources
//! a student. The floor beside it is one pass over the same reading, a clone of it, in the same run.
#![allow(clippy::print_stdout)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use futures::executor::block_on;
use jiff::SignedDuration;
use muster_core::apply::{self, Settings};
use muster_core::cloud::{Clock as _, Snapshot};
use muster_core::fleet::{FileSource, Fleet, LoadOptions, load};
use muster_core::lock::Lock;
use muster_core::plan::{self, Input, Options};
use muster_sandbox::{Estate, Faults, Sandbox};

/// Security group, key pair, instance, root volume and alarm.
const RESOURCES_OF_A_STUDENT: usize = 5;
const STUDENTS: [usize; 4] = [200, 1_000, 4_000, 20_000];
const REPEATS: u32 = 5;
const HEAD: &str = "fleet: bench
timezone: Asia/Seoul
cloud: {provider: sandbox, regions: [ap-northeast-2]}
schedules: {class: {run: ['mon-fri 09:00-19:00']}}
users:
  defaults: {type: t3.small, ssh-from: [203.0.113.0/24], schedule: class, key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPHPGwXk06vpFVkE+ZGV6JPKVKnauJbLjeuobyAHG/P9'}
";
const ESTATE: &str = "quotas: {standard-vcpus: 1e9, security-groups: 1e9, rules-per-group: 1e9, alarms: 1e9, db-instances: 1e9}\n";

struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        Err(format!("{relative} is not there"))
    }
}

fn fleet(students: usize) -> Fleet {
    let mut text = HEAD.to_owned();
    (0..students).for_each(|n| writeln!(text, "  student-{n:05}: {{}}").expect("a string takes it"));
    let loaded = load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions { region: None, sandbox: true });
    loaded.fleet.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics.first()))
}

/// The account as an apply leaves it, and the reading that a plan of it needs.
async fn applied(fleet: &Fleet) -> (Snapshot, jiff::Timestamp) {
    let estate = Estate::parse("bench.yaml", ESTATE).expect("estate");
    let sandbox = Sandbox::in_memory(estate, Faults::none(1));
    let settings = Settings { parallelism: 8, wait_db: SignedDuration::ZERO, stop: Arc::new(AtomicBool::new(false)) };
    let (options, lock) = (Options::default(), Lock::default());
    for _ in 0..2 {
        let (snapshot, plan) = plan::read_and_plan(&sandbox, fleet, &lock, sandbox.now(), &options).await.expect("read");
        if plan.is_empty() {
            return (snapshot, sandbox.now());
        }
        apply::run(&sandbox, &sandbox, &plan, &settings, &mut |_| {}).await;
    }
    let (snapshot, plan) = plan::read_and_plan(&sandbox, fleet, &lock, sandbox.now(), &options).await.expect("read");
    assert!(plan.is_empty(), "{:?} {:?}", plan.summary, plan.held.first());
    (snapshot, sandbox.now())
}

fn fastest<T>(mut work: impl FnMut() -> T) -> Duration {
    let once = |_| {
        let began = Instant::now();
        black_box(work());
        began.elapsed()
    };
    (0..REPEATS).map(once).min().unwrap_or_default()
}

/// Most memory this process had at once, in MiB, where the system says so.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}

fn sizes() -> Vec<usize> {
    let asked: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    if asked.is_empty() { STUDENTS.to_vec() } else { asked }
}

fn main() {
    println!("{:>9} {:>12} {:>12} {:>12} {:>14} {:>12}", "resources", "load", "plan", "floor", "ns a resource", "peak MiB");
    let options = Options::default();
    for students in sizes() {
        let loading = fastest(|| fleet(students));
        let fleet = fleet(students);
        let (snapshot, now) = block_on(applied(&fleet));
        let lock = Lock::default();
        let planning = fastest(|| plan::plan(&Input { fleet: &fleet, lock: &lock, snapshot: &snapshot, now, options: &options }));
        let floor = fastest(|| snapshot.clone());
        let resources = students * RESOURCES_OF_A_STUDENT;
        let each = planning.as_nanos() / resources as u128;
        let peak = peak_mib().map_or_else(|| "?".to_owned(), |mib| mib.to_string());
        println!("{resources:>9} {loading:>12.1?} {planning:>12.1?} {floor:>12.1?} {each:>14} {peak:>12}");
    }
}
