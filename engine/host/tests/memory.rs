//! Memory comes back: after a thousand hostile runs as much is in use as after ten. Alone in its process, so that what
//! is measured is this.
#![cfg(target_os = "linux")]

#[allow(dead_code, reason = "shared with the other test binary")]
#[path = "host/support.rs"]
mod support;

use std::fs;

use muster_core::finding::Grouping;
use muster_host::Limits;
use support::{ask_with, documents, host, id, menagerie};

/// What may be kept beside, in KiB.
const KEPT_KIB: usize = 32 << 10;

/// Resident memory, in KiB.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("the status of this process");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("resident memory");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

#[test]
fn a_thousand_hostile_runs_leave_nothing_behind() {
    let limits = Limits { fuel_base: 1_000_000, fuel_per_document: 0, fuel_per_byte: 0, ..Limits::default() };
    let host = host(limits);
    let pack = host.load(id("hostile"), &menagerie()).expect("a pack");
    let kinds: Vec<_> = ["l1", "r1", "m1", "b1", "h1", "a1", "g1", "i1", "t1", "w1"].map(|key| documents([key])).into();
    let run = |number: usize| {
        let evaluation = ask_with(&host, &pack, Grouping::Each, &kinds[number % kinds.len()]);
        assert_eq!(evaluation.findings.len(), 1);
        assert!(evaluation.findings[0].fault.is_some(), "{:?}", evaluation.findings);
    };
    (0..10).for_each(run);
    let early = resident();
    (10..1_000).for_each(run);
    let late = resident();
    assert!(late <= early + KEPT_KIB, "{early} KiB after 10 runs, {late} KiB after 1,000");
}
