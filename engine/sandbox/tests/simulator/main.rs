//! Seeded runs over random fleets: faults at any call, death after any call, delayed reads, two runs at once.
//!
//! `MUSTER_SEEDS=100000 cargo test -p muster-sandbox --test simulator` runs more of them,
//! `MUSTER_SEED=4711` one of them. A failing seed is named in the panic.

mod fleets;
mod interleave;
mod laws;
mod random;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use futures::executor::block_on;
use jiff::SignedDuration;
use muster_core::apply::{self, Settings};
use muster_core::cloud::{Clock as _, CloudError, Reader};
use muster_core::fleet::Fleet;
use muster_core::lock::Lock;
use muster_core::plan::{self, Options, Plan};
use muster_sandbox::{Estate, Faults, Sandbox};

use fleets::Draft;
use interleave::Interleaved;
use random::Random;

/// Seeds of a normal test run.
const SEEDS: u64 = 2_000;
/// Passes with faults; after them the account behaves and the fleet must converge.
const WILD_PASSES: usize = 4;
/// Passes without faults within which a plan must be empty: one to apply, one that a delayed read spoilt, one to see.
const CALM_PASSES: usize = 4;
/// Every delayed read has arrived after this.
const SETTLED: SignedDuration = SignedDuration::from_secs(30);

fn settings() -> Settings {
    Settings { parallelism: 8, wait_db: SignedDuration::from_mins(30), stop: Arc::new(AtomicBool::new(false)) }
}

fn seeds() -> Vec<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    match number("MUSTER_SEED") {
        Some(seed) => vec![seed],
        None => (0..number("MUSTER_SEEDS").unwrap_or(SEEDS)).collect(),
    }
}

async fn read<R: Reader>(reader: &R, sandbox: &Sandbox, fleet: &Fleet, options: &Options) -> Result<Plan, CloudError> {
    plan::read_and_plan(reader, fleet, &Lock::default(), sandbox.now(), options).await.map(|(_, plan)| plan)
}

/// Plan and apply once, whatever happens on the way.
async fn pass(sandbox: &Sandbox, fleet: &Fleet, options: &Options) {
    let run = async {
        let Ok(plan) = read(sandbox, sandbox, fleet, options).await else { return };
        apply::run(sandbox, sandbox, &plan, &settings(), &mut |_| {}).await;
    };
    sandbox.until_killed(run).await;
}

/// Two runs of the same fleet, their calls interleaved by `seed`.
async fn race(sandbox: &Sandbox, fleet: &Fleet, options: &Options, seed: u64) {
    let run = |seed| async move {
        let cloud = Interleaved::new(sandbox, seed);
        let Ok(plan) = read(&cloud, sandbox, fleet, options).await else { return };
        apply::run(&cloud, &cloud, &plan, &settings(), &mut |_| {}).await;
    };
    sandbox.until_killed(async { futures::join!(run(seed), run(seed ^ 0x55)) }).await;
}

/// Applies without faults until the plan is empty.
async fn converge(sandbox: &Sandbox, fleet: &Fleet, options: &Options, seed: u64) -> Plan {
    sandbox.set_faults(Faults { delayed_reads: Some(SignedDuration::from_secs(20)), ..Faults::none(seed) });
    let mut last = None;
    for _ in 0..CALM_PASSES {
        sandbox.sleep(SETTLED).await;
        let plan = read(sandbox, sandbox, fleet, options)
            .await
            .unwrap_or_else(|error| panic!("seed {seed}: a calm account does not answer: {error}"));
        if plan.is_empty() {
            return plan;
        }
        let outcome = apply::run(sandbox, sandbox, &plan, &settings(), &mut |_| {}).await;
        last = Some((plan, outcome));
    }
    panic!("seed {seed}: no empty plan after {CALM_PASSES} calm passes; the last one: {last:#?}");
}

async fn wild(sandbox: &Sandbox, fleet: &Fleet, options: &Options, random: &mut Random) {
    for _ in 0..WILD_PASSES {
        let faults = Faults::seeded(random.next(), 60);
        let faults = if random.chance(50) { faults.killed_after(random.below(80)) } else { faults };
        sandbox.set_faults(faults);
        if random.chance(30) {
            race(sandbox, fleet, options, random.next()).await;
        } else {
            pass(sandbox, fleet, options).await;
        }
    }
}

async fn simulate(seed: u64) {
    let mut random = Random::new(seed);
    let estate = Estate::parse("office.yaml", include_str!("../../../../examples/estates/office.yaml")).expect("estate");
    let sandbox = Sandbox::in_memory(estate, Faults::none(seed));
    let before = laws::foreign(&sandbox).await;
    let mut draft = Draft::random(&mut random);
    let options = Options { allow_destroy: true, ..Options::default() };
    for _ in 0..3 {
        let fleet = draft.load();
        wild(&sandbox, &fleet, &options, &mut random).await;
        let plan = converge(&sandbox, &fleet, &options, seed).await;
        laws::hold(&sandbox, &fleet, &plan, seed).await;
        draft.edit(&mut random);
        if random.chance(50) {
            sandbox.advance(SignedDuration::from_hours(i64::try_from(random.below(40 * 24)).unwrap_or(1))).expect("the clock moves");
        }
    }
    laws::untouched(&before, &laws::foreign(&sandbox).await, seed);
}

#[test]
fn any_fleet_converges_under_any_fault() {
    for seed in seeds() {
        block_on(simulate(seed));
    }
}

#[test]
fn the_end_of_a_fleet_leaves_nothing_but_what_was_asked_to_stay() {
    for seed in seeds().into_iter().take(200) {
        block_on(async {
            let mut random = Random::new(seed);
            let estate = Estate::parse("office.yaml", include_str!("../../../../examples/estates/office.yaml")).expect("estate");
            let sandbox = Sandbox::in_memory(estate, Faults::none(seed));
            let fleet = Draft::random(&mut random).load();
            let options = Options { allow_destroy: true, ..Options::default() };
            converge(&sandbox, &fleet, &options, seed).await;
            let end = Options { destroy: Some(plan::Destroy { snapshots: random.chance(50) }), ..options };
            wild(&sandbox, &fleet, &end, &mut random).await;
            converge(&sandbox, &fleet, &end, seed).await;
            laws::nothing_owned(&sandbox, &fleet, seed).await;
        });
    }
}
