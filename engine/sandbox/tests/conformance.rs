//! The conformance suite against the embedded account, with and without readers that lag.

use futures::executor::block_on;
use jiff::SignedDuration;
use muster_core::cloud::Place;
use muster_sandbox::conformance::{CASES, Verdict, all};
use muster_sandbox::{Estate, Faults, Sandbox};

fn run(faults: Faults) -> Vec<String> {
    let sandbox = Sandbox::in_memory(Estate::empty().expect("estate"), faults);
    let place = Place { account: "default".to_owned(), region: "ap-northeast-2".to_owned() };
    let reports = block_on(all(&sandbox, &sandbox, &place, "x", &[]));
    assert_eq!(reports.len(), CASES.len());
    let broken = |verdict| match verdict {
        Verdict::Held => None,
        Verdict::Broken(why) => Some(why),
        Verdict::Skipped(why) => Some(format!("skipped: {why}")),
    };
    reports.into_iter().filter_map(|report| Some(format!("{}: {}", report.case, broken(report.verdict)?))).collect()
}

#[test]
fn the_sandbox_conforms() {
    let broken = run(Faults::none(1));
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_sandbox_conforms_while_readers_lag() {
    for seed in 0..8 {
        let delayed_reads = Some(SignedDuration::from_secs(20));
        let broken = run(Faults { delayed_reads, ..Faults::none(seed) });
        assert!(broken.is_empty(), "seed {seed}\n{}", broken.join("\n"));
    }
}

#[test]
fn case_names_are_unique() {
    let names: std::collections::BTreeSet<_> = CASES.iter().collect();
    assert_eq!(names.len(), CASES.len());
}
