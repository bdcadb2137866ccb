//! All built-in rules over 10,000 things of every kind, and what it costs to begin:
//! `cargo bench -p muster-host --bench builtin`. Prints; asserts only that one thread and two find the same.
#![allow(clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use futures::executor::block_on;
use jiff::Timestamp;
use muster_core::advise::{self, Jobs};
use muster_core::cloud::Place;
use muster_core::facet::{Collector as _, Facts};
use muster_core::finding::{PackId, Rule};
use muster_core::fleet::FileSource;
use muster_core::policy::{self, Ground, PolicyRef, Selection};
use muster_host::{BuiltIn, Cache, Cancel, Document, Evaluation, Host, Job, Limits, Pack, builtin};
use muster_sandbox::{Estate, Faults, Sandbox};

/// Things in all.
const THINGS: usize = 10_000;
/// How often a measurement is repeated; the best counts, since other work on the machine only adds.
const ROUNDS: usize = 7;

fn best<T>(mut work: impl FnMut() -> T) -> Duration {
    let timed = |work: &mut dyn FnMut() -> T| {
        let began = Instant::now();
        black_box(work());
        began.elapsed()
    };
    (0..ROUNDS).map(|_| timed(&mut work)).min().unwrap_or_default()
}

/// The built-in policies are in the binary.
struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        Err(format!("{relative} is not read here"))
    }
}

/// Every rule of every built-in pack.
fn strict() -> Selection {
    let rules = |pack: &BuiltIn| (pack.manifest.id(), pack.manifest.described().expect("a manifest").rules);
    let catalogue: Vec<(PackId, Vec<Rule>)> = builtin().iter().map(rules).collect();
    let ground = Ground {
        accounts: BTreeMap::from([("default".to_owned(), None)]),
        regions: BTreeSet::from(["us-east-1".to_owned()]),
        packs: BTreeMap::new(),
        unread: Vec::new(),
        listed: None,
        zone: jiff::tz::TimeZone::UTC,
        kinds: muster_core::facet::kind,
    };
    let selection = policy::select(&policy::read(&[PolicyRef::BuiltIn("strict")], &NoFiles), &catalogue, &ground);
    assert!(selection.is_clean(), "{:?}", selection.diagnostics);
    selection
}

/// The estate that the tests judge, its things repeated under further ids until there are enough.
fn facts(selection: &Selection) -> Facts {
    let text = include_str!("../../../examples/estates/audit.yaml");
    let sandbox = Sandbox::in_memory(Estate::parse("audit.yaml", text).expect("an estate"), Faults::default());
    let places = ["us-east-1"].map(|region| Place { account: "default".to_owned(), region: region.to_owned() });
    let seen = block_on(sandbox.collect(&advise::wanted(selection, places), &|_| {})).expect("facts");
    let mut facts = seen.clone();
    for round in 1.. {
        for fact in &seen.facts {
            if facts.facts.len() >= THINGS {
                return facts.settled();
            }
            let mut copy = fact.clone();
            copy.key = format!("{}-{round}", fact.key);
            copy.id = format!("{}-{round}", fact.id);
            facts.facts.push(copy);
        }
    }
    facts
}

fn documents(jobs: &Jobs) -> Vec<Document> {
    let document = |of: &advise::DocumentRef| {
        let home = (of.account.as_str(), of.region.as_str());
        Document::new(of.kind, &of.key, &of.id, home, &of.body.clone().into()).expect("a document")
    };
    jobs.documents.iter().map(document).collect()
}

fn load(host: &Host) -> BTreeMap<String, Pack> {
    builtin().iter().map(|pack| (pack.manifest.name.clone(), host.load(pack.manifest.id(), pack.bytes).expect("a pack"))).collect()
}

fn main() {
    let selection = strict();
    let facts = facts(&selection);
    let laid_out = advise::jobs(&selection, &facts);
    let documents = documents(&laid_out);
    let folder = tempfile::tempdir().expect("a folder");
    let cache = || Some(Cache::open(&folder.path().join("cwasm")).expect("a cache"));

    let began = Instant::now();
    let host = Host::new(Limits::default(), cache()).expect("a host");
    drop(load(&host));
    println!("start-up, cold cache   {:>9.1} ms", ms(began.elapsed()));
    let warm = best(|| load(&Host::new(Limits::default(), cache()).expect("a host")));
    println!("start-up, warm cache   {:>9.1} ms", ms(warm));

    let packs = load(&host);
    let given: Vec<Vec<Document>> =
        laid_out.plans.iter().map(|plan| plan.documents.iter().map(|at| documents[*at].clone()).collect()).collect();
    let work: Vec<Job<'_>> = laid_out.plans.iter().zip(&given).map(|(plan, given)| job(&selection, &packs, plan.enabled, given)).collect();
    println!("{} rules over {} things, {} judged", work.len(), facts.facts.len(), given.iter().map(Vec::len).sum::<usize>());
    let mut answers = Vec::new();
    for threads in [1, 2] {
        let run = || evaluate(&host, &work, facts.at, threads);
        println!("{threads} thread{}              {:>9.1} ms", if threads == 1 { " " } else { "s" }, ms(best(run)));
        answers.push(run().findings);
    }
    assert_eq!(answers[0], answers[1], "the number of threads changed what was found");
}

fn job<'a>(selection: &'a Selection, packs: &'a BTreeMap<String, Pack>, enabled: usize, documents: &'a [Document]) -> Job<'a> {
    let enabled = &selection.enabled[enabled];
    Job { pack: &packs[&enabled.pack.name], rule: &enabled.rule, params: &enabled.params, severity: enabled.severity, documents }
}

fn evaluate(host: &Host, work: &[Job<'_>], now: Timestamp, threads: usize) -> Evaluation {
    let threads = NonZeroUsize::new(threads).expect("one or two");
    host.evaluate(work, u64::try_from(now.as_second()).expect("after 1970"), threads, &Cancel::default()).expect("an evaluation")
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
