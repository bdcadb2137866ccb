//! Memory comes back: after many hostile runs, loads and answers as much is in use as after a few. Alone in its process,
//! and in one test, so that what is measured is this.
#![cfg(target_os = "linux")]

#[allow(dead_code, reason = "shared with the other test binary")]
#[path = "host/support.rs"]
mod support;

use std::fs;

use muster_core::finding::Grouping;
use muster_host::Limits;
use support::{Guest, ask_with, documents, host, id, menagerie, with_component};

/// What may be kept beside, in KiB.
const KEPT_KIB: usize = 32 << 10;

/// Resident memory, in KiB.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("the status of this process");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("resident memory");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

/// Does `work` so often, and fails when more is in use at the end than after the first ten.
fn comes_back(what: &str, times: usize, mut work: impl FnMut(usize)) {
    (0..10).for_each(&mut work);
    let early = resident();
    (10..times).for_each(&mut work);
    let late = resident();
    assert!(late <= early + KEPT_KIB, "{what}: {early} KiB after 10, {late} KiB after {times}");
}

#[test]
fn what_was_taken_comes_back() {
    hostile_runs();
    packs_that_are_compiled();
    packs_that_are_refused();
    large_answers();
}

fn hostile_runs() {
    let limits = Limits { fuel_base: 1_000_000, fuel_per_document: 0, fuel_per_byte: 0, ..Limits::default() };
    let host = host(limits);
    let pack = host.load(id("hostile"), &menagerie()).expect("a pack");
    let kinds: Vec<_> = ["l1", "r1", "m1", "b1", "h1", "a1", "g1", "i1", "t1", "w1"].map(|key| documents([key])).into();
    comes_back("runs", 1_000, |number| {
        let evaluation = ask_with(&host, &pack, Grouping::Each, &kinds[number % kinds.len()]);
        assert_eq!(evaluation.findings.len(), 1);
        assert!(evaluation.findings[0].fault.is_some(), "{:?}", evaluation.findings);
    });
}

/// Each is another component, so that nothing is compiled only once.
fn packs_that_are_compiled() {
    let host = host(Limits::default());
    comes_back("packs", 150, |number| {
        let extra = format!("(global i64 (i64.const {number})) {}", "(func (param i32) (result i32) local.get 0)".repeat(200));
        let bytes = Guest { extra: Box::leak(extra.into_boxed_str()), ..Guest::default() }.component();
        let pack = host.load(id("good"), &bytes).expect("a pack");
        assert!(host.describe(&pack).is_ok());
    });
}

/// Before the compiler, by it, and by the linker.
fn packs_that_are_refused() {
    let host = host(Limits::default());
    let bomb = with_component(&menagerie(), &format!("(component (component) {})", "(instance (instantiate 0))".repeat(400)));
    let invalid = Guest { extra: "(func (result i32) i64.const 0)", ..Guest::default() }.component();
    let other = with_component(&menagerie(), "(component)");
    let unlinked = replaced(&other, b"emit", b"omit");
    for (number, bytes) in [&bomb, &invalid, &unlinked].into_iter().enumerate() {
        comes_back("refused packs", 150, |_| assert!(host.load(id("bad"), bytes).is_err(), "{number}"));
    }
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> = bytes.windows(from.len()).enumerate().filter(|(_, window)| *window == from).map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "{from:?} stands nowhere");
    places.into_iter().for_each(|at| bytes[at..at + to.len()].copy_from_slice(to));
    bytes
}

/// A thousand findings with evidence of 900 values each, kept and let go.
fn large_answers() {
    let host = host(Limits { fuel_base: 1_000_000_000, ..Limits::default() });
    let pack = host.load(id("large"), &menagerie()).expect("a pack");
    let keys = documents((0..1_000).map(|number| format!("E{number}")));
    comes_back("answers", 30, |_| {
        let evaluation = ask_with(&host, &pack, Grouping::Each, &keys);
        assert!(evaluation.findings.len() == 1_000 && evaluation.findings.iter().all(|finding| finding.evidence.len() == 1));
    });
}
