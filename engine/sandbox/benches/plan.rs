//! How fast the planner is: `cargo bench -p muster-sandbox --bench plan [-- [students|machines] N…]`. Prints, asserts nothing.
//!
//! Fleets of students are planned from nothing, applied to the embedded account, read, and planned again: a no-op plan over
//! five resources a student. Then machines that nobody owns, each under one of 1,000 schedules that select by tag. The floor
//! beside each is one pass over the same reading, a clone of it, in the same run. `adds MiB` is what the plan takes beside what
//! it is made from, at its highest.
#![allow(clippy::print_stdout)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use muster_core::apply::{self, Settings};
use muster_core::cloud::{Clock as _, Identity, Instance, InstanceState, Listing, Place, PlaceView, Snapshot};
use muster_core::fleet::{FileSource, Fleet, LoadOptions, load};
use muster_core::lock::Lock;
use muster_core::plan::{self, Input, Options};
use muster_sandbox::{Estate, Faults, Sandbox};

/// Security group, key pair, instance, root volume and alarm.
const RESOURCES_OF_A_STUDENT: usize = 5;
const STUDENTS: [usize; 4] = [40, 1_000, 4_000, 20_000];
/// Students that are applied at once: what they take is not measured here.
const BATCH: usize = 500;
const MACHINES: [usize; 3] = [1_000, 10_000, 100_000];
const SCHEDULES: usize = 1_000;
const REPEATS: u32 = 5;
const HEAD: &str = "fleet: bench
timezone: Asia/Seoul
cloud: {provider: sandbox, regions: [ap-northeast-2]}
schedules: {class: {run: ['mon-fri 09:00-19:00']}}
users:
  defaults: {type: t3.small, ssh-from: [203.0.113.0/24], schedule: class, idle-stop: {cpu-below: 5, periods: 6, period: 5m}, key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPHPGwXk06vpFVkE+ZGV6JPKVKnauJbLjeuobyAHG/P9'}
";
const ESTATE: &str = "images:
  - id: ami-0ab24040000000001
    name: ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260901
    architecture: x86_64
    created: '2026-09-01T00:00:00.000Z'
    owner: '099720109477'
parameters:
  /aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id: ami-0ab24040000000001
quotas: {standard-vcpus: 1e9, security-groups: 1e9, rules-per-group: 1e9, alarms: 1e9, db-instances: 1e9}
";

struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        Err(format!("{relative} is not there"))
    }
}

fn fleet(students: usize) -> Fleet {
    let mut text = HEAD.to_owned();
    (0..students).for_each(|n| writeln!(text, "  student-{n:05}: {{}}").expect("a string takes it"));
    parsed(&text)
}

fn parsed(text: &str) -> Fleet {
    let loaded = load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions { region: None, sandbox: true });
    loaded.fleet.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics.first()))
}

/// The account as applies leave it, and the reading that a plan of it needs.
async fn applied(students: usize, sandbox: &Sandbox) -> Snapshot {
    for some in (BATCH..students).step_by(BATCH) {
        apply_to(&fleet(some), sandbox).await;
    }
    apply_to(&fleet(students), sandbox).await
}

async fn apply_to(fleet: &Fleet, sandbox: &Sandbox) -> Snapshot {
    let settings = Settings { parallelism: 8, wait_db: SignedDuration::ZERO, stop: Arc::new(AtomicBool::new(false)) };
    let (options, lock) = (Options::default(), Lock::default());
    for _ in 0..3 {
        let (snapshot, plan) = plan::read_and_plan(sandbox, fleet, &lock, sandbox.now(), &options).await.expect("read");
        if plan.is_empty() {
            assert!(plan.held.is_empty(), "{:?}", plan.held.first());
            return snapshot;
        }
        apply::run(sandbox, sandbox, &plan, &settings, &mut |_| {}).await;
    }
    panic!("the plan does not become empty");
}

fn fastest<T>(mut work: impl FnMut() -> T) -> Duration {
    let once = |_| {
        let began = Instant::now();
        black_box(work());
        began.elapsed()
    };
    (0..REPEATS).map(once).min().unwrap_or_default()
}

/// A field of this process's status in MiB, where the system has it.
fn status_mib(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}

/// By how much the most memory that some work had at once is over what there was before it, in MiB.
fn adds_mib<T>(work: impl FnOnce() -> T) -> String {
    let before = status_mib("VmRSS:");
    // Sets the highest back to what is now (proc(5), clear_refs).
    let reset = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    black_box(work());
    let most = status_mib("VmHWM:").filter(|_| reset);
    before.zip(most).map_or_else(|| "?".to_owned(), |(before, most)| most.saturating_sub(before).to_string())
}

/// Plans of one fleet over one reading.
struct Case<'c> {
    what: String,
    resources: usize,
    fleet: &'c Fleet,
    snapshot: &'c Snapshot,
    now: Timestamp,
}

impl Case<'_> {
    fn print(&self) {
        let (options, lock) = (Options::default(), Lock::default());
        let input = Input { fleet: self.fleet, lock: &lock, snapshot: self.snapshot, now: self.now, options: &options };
        let adds = adds_mib(|| plan::plan(&input));
        let plan = plan::plan(&input);
        let steps = (plan.steps.len(), plan.held.len());
        drop(plan);
        let planning = fastest(|| plan::plan(&input));
        let floor = fastest(|| self.snapshot.clone());
        let times = planning.as_secs_f64() / floor.as_secs_f64();
        let each = planning.as_nanos() / self.resources as u128;
        let Self { what, resources, .. } = self;
        println!("{what:34} {resources:>9} {planning:>12.1?} {times:>7.1} × {each:>12} {adds:>9}   {} steps, {} held", steps.0, steps.1);
    }
}

fn loading(resources: usize, fleet: &Fleet, load: impl FnMut() -> Fleet) {
    let loading = fastest(load);
    let what = format!("load {} users, {} schedules", fleet.users.len(), fleet.schedules.len());
    println!("{what:34} {resources:>9} {loading:>12.1?}");
}

fn students(count: usize) {
    let fleet = fleet(count);
    let resources = count * RESOURCES_OF_A_STUDENT;
    loading(resources, &fleet, || self::fleet(count));
    let estate = Estate::parse("bench.yaml", ESTATE).expect("estate");
    let sandbox = Sandbox::in_memory(estate, Faults::none(1));
    let (options, lock) = (Options::default(), Lock::default());
    let (snapshot, _) = block_on(plan::read_and_plan(&sandbox, &fleet, &lock, sandbox.now(), &options)).expect("read");
    Case { what: "students, from nothing".to_owned(), resources, fleet: &fleet, snapshot: &snapshot, now: sandbox.now() }.print();
    let snapshot = block_on(applied(count, &sandbox));
    Case { what: "students, as they should be".to_owned(), resources, fleet: &fleet, snapshot: &snapshot, now: sandbox.now() }.print();
}

/// A schedule for each team, each in its zone.
fn teams() -> Fleet {
    let mut text = "fleet: bench\ntimezone: Asia/Seoul\ncloud: {provider: sandbox, regions: [ap-northeast-2]}\nschedules:\n".to_owned();
    let zones = ["Asia/Seoul", "America/New_York", "Europe/London", "Australia/Lord_Howe", "UTC"];
    for team in 0..SCHEDULES {
        let zone = zones[team % zones.len()];
        let select = format!("{{tags: {{env: dev, team: team-{team}}}, except: {{tags: {{keep: '*'}}}}}}");
        writeln!(text, "  team-{team}: {{timezone: {zone}, run: ['mon-fri 09:00-19:00'], select: {select}}}").expect("a string takes it");
    }
    parsed(&text)
}

/// A machine that runs since it was launched, before anybody looks.
fn machine(number: usize, launch_time: Timestamp) -> Instance {
    let pairs = [
        ("Name", format!("machine-{number}")),
        ("env", "dev".to_owned()),
        ("owner", format!("user-{}", number % 5_000)),
        ("team", format!("team-{}", number % SCHEDULES)),
    ];
    Instance {
        id: format!("i-{number:017x}"),
        image: "ami-0123456789abcdef0".to_owned(),
        instance_type: "t3.small".to_owned(),
        architecture: "x86_64".to_owned(),
        platform: "Linux/UNIX".to_owned(),
        dedicated: false,
        state: InstanceState::Running,
        state_reason: None,
        transition_reason: String::new(),
        launch_time,
        root_attached: Some(launch_time),
        client_token: None,
        key_name: None,
        subnet: None,
        vpc: None,
        groups: Vec::new(),
        public_ip: None,
        private_ip: None,
        imds_required: true,
        root_volume: None,
        ebs_root: true,
        spot: false,
        hibernation: false,
        tags: pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
    }
}

/// Saturday: what runs is to be stopped everywhere.
const SATURDAY: Timestamp = Timestamp::constant(1_792_238_400, 0);

fn machines(count: usize) {
    let fleet = teams();
    loading(count, &fleet, teams);
    let mut snapshot = Snapshot::empty(SATURDAY);
    let launch = SATURDAY - SignedDuration::from_hours(40);
    let view = PlaceView { instances: Listing::Complete((0..count).map(|n| machine(n, launch)).collect()), ..PlaceView::default() };
    snapshot.places.insert(Place { account: "default".to_owned(), region: "ap-northeast-2".to_owned() }, view);
    snapshot.identities.insert("default".to_owned(), Identity { account_id: "123456789012".to_owned(), arn: String::new() });
    let working = SATURDAY - SignedDuration::from_hours(24);
    let case = |what: &str, now| Case { what: what.to_owned(), resources: count, fleet: &fleet, snapshot: &snapshot, now };
    case("1,000 schedules, in the week", working).print();
    case("1,000 schedules, at the weekend", SATURDAY).print();
}

/// `students 200 machines 1000`; a number alone is of students.
fn main() {
    println!("{:34} {:>9} {:>12} {:>9} {:>12} {:>9}", "", "resources", "plan", "floor", "ns each", "adds MiB");
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if words.is_empty() {
        STUDENTS.into_iter().for_each(students);
        MACHINES.into_iter().for_each(machines);
    }
    let mut measure: fn(usize) = students;
    for word in &words {
        match (word.as_str(), word.parse()) {
            ("students", _) => measure = students,
            ("machines", _) => measure = machines,
            (_, Ok(count)) => measure(count),
            (other, Err(_)) => println!("`{other}` is neither `students`, `machines` nor a number"),
        }
    }
}
