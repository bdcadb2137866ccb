//! Guests that mean harm. Each time: the host lives, the other rule's findings stay as they were, and the fault says
//! what happened, where, and at which limit.

use muster_core::finding::{FaultKind, Finding, Grouping, Severity};
use muster_host::{Cancel, Evaluation, Job, Limits};
use serde_json::Map;

use crate::support::{Guest, NOW, component, documents, errored, evidence, fault, host, id, load, menagerie, rule, short, threads};

/// Limits under which a hostile call ends soon; everything else as it is.
fn brisk() -> Limits {
    Limits { fuel_base: 20_000_000, ..Limits::default() }
}

/// Runs hostile documents beside a healthy rule of another pack, and gives the healthy findings apart.
fn beside_a_healthy_rule(limits: Limits, keys: &[&str]) -> (Evaluation, Vec<Finding>) {
    beside(&menagerie(), limits, keys)
}

fn beside(hostile: &[u8], limits: Limits, keys: &[&str]) -> (Evaluation, Vec<Finding>) {
    let host = host(limits);
    let (good, bad) = (host.load(id("good"), &menagerie()).expect("a pack"), host.load(id("bad"), hostile).expect("a pack"));
    let (healthy, hostile) = (documents((0..300).map(|n| format!("{}{n}", ["p", "f", "u", "s"][n % 4]))), documents(keys));
    let (rule, params) = (rule("menagerie", Grouping::Each), Map::new());
    let job = |pack, documents| Job { pack, rule: &rule, params: &params, severity: Severity::High, documents };
    let run = |jobs: &[Job<'_>]| host.evaluate(jobs, NOW, threads(2), &Cancel::default()).expect("an evaluation");
    let alone = run(&[job(&good, &healthy)]);
    assert_eq!(alone.findings.len(), 225, "three of four say something");
    let mut both = run(&[job(&bad, &hostile), job(&good, &healthy)]);
    let (good, bad): (Vec<Finding>, Vec<Finding>) = both.findings.into_iter().partition(|finding| finding.pack.name == "good");
    assert_eq!(good, alone.findings, "the healthy rule's findings");
    both.findings = bad;
    (both, good)
}

/// One bad document among good ones: it alone is errored, and how.
fn one_bad(limits: Limits, bad: &str) -> (FaultKind, Option<String>, String) {
    one_bad_of(&menagerie(), limits, bad)
}

fn one_bad_of(pack: &[u8], limits: Limits, bad: &str) -> (FaultKind, Option<String>, String) {
    let (evaluation, _) = beside(pack, limits, &["f1", "p2", bad, "p7"]);
    assert_eq!(errored(&evaluation), [bad]);
    assert_eq!(evaluation.findings.len(), 4, "{:?}", short(&evaluation.findings));
    let fault = fault(&evaluation);
    assert_eq!((fault.resource.clone(), fault.pack.name.as_str(), fault.rule.as_str()), (Some(format!("id-{bad}")), "bad", "menagerie"));
    assert!(fault.replay.is_some() && !evaluation.replays.is_empty());
    (fault.kind, fault.limit.as_ref().map(|limit| limit.name.clone()), fault.cause.clone())
}

fn is(found: (FaultKind, Option<String>, String), kind: FaultKind, limit: Option<&str>, cause: &str) {
    assert_eq!((found.0, found.1.as_deref()), (kind, limit), "{}", found.2);
    assert!(found.2.contains(cause), "{}", found.2);
}

#[test]
fn endless_loop() {
    is(one_bad(brisk(), "l3"), FaultKind::Time, Some("fuel"), "all fuel consumed by WebAssembly");
}

#[test]
fn endless_recursion() {
    is(one_bad(brisk(), "r3"), FaultKind::Space, Some("wasm-stack-bytes"), "call stack exhausted");
}

#[test]
fn memory_bomb() {
    is(one_bad(brisk(), "m3"), FaultKind::Space, Some("memory-bytes"), "after it was refused more");
}

#[test]
fn table_growth() {
    is(one_bad(brisk(), "b3"), FaultKind::Space, Some("table-elements"), "after it was refused more");
}

#[test]
fn findings_flood() {
    // Two million findings do not fit into its memory; with more memory they do not come across.
    is(one_bad(brisk(), "F3"), FaultKind::Space, Some("memory-bytes"), "");
    let roomy = Limits { memory_bytes: 448 << 20, fuel_base: 1_000_000_000, ..brisk() };
    is(one_bad(roomy, "F3"), FaultKind::Flood, Some("hostcall-bytes"), "too much at once");
}

#[test]
fn strings_of_100_mb() {
    is(one_bad(brisk(), "h3"), FaultKind::Space, Some("memory-bytes"), "");
    let roomy = Limits { memory_bytes: 448 << 20, ..brisk() };
    is(one_bad(roomy, "h3"), FaultKind::Flood, Some("hostcall-bytes"), "too much at once");
}

#[test]
fn one_string_in_thousands_of_findings() {
    is(one_bad(brisk(), "a3"), FaultKind::Flood, Some("hostcall-bytes"), "too much at once");
}

#[test]
fn log_floods() {
    is(one_bad(brisk(), "g3"), FaultKind::Flood, Some("log-lines"), "too many log lines");
    let fits = Limits { hostcall_bytes: 32 << 20, ..brisk() };
    is(one_bad(fits, "L3"), FaultKind::Flood, Some("log-bytes"), "too much log text");
    let narrow = Limits { hostcall_bytes: 8 << 20, ..brisk() };
    is(one_bad(narrow, "L3"), FaultKind::Flood, Some("hostcall-bytes"), "too much at once");
}

#[test]
fn invalid_utf_8() {
    is(one_bad(brisk(), "i3"), FaultKind::BadOutput, None, "invalid utf-8 sequence");
}

#[test]
fn pointers_out_of_bounds() {
    is(one_bad(brisk(), "y3"), FaultKind::BadOutput, None, "out of bounds");
    is(one_bad(brisk(), "o3"), FaultKind::Trap, None, "out of bounds memory access");
}

#[test]
fn traps() {
    is(one_bad(brisk(), "t3"), FaultKind::Trap, None, "wasm `unreachable` instruction executed");
    is(one_bad(brisk(), "z3"), FaultKind::Trap, None, "integer divide by zero");
}

#[test]
fn answers_that_are_none() {
    is(one_bad(brisk(), "x3"), FaultKind::BadOutput, None, "it judges seen, which it was not asked about");
    is(one_bad(brisk(), "w3"), FaultKind::BadOutput, None, "it judges w3 twice");
    is(one_bad(brisk(), "e3"), FaultKind::BadOutput, None, "its evidence about e3 is no JSON object");
    is(one_bad(brisk(), "d3"), FaultKind::Declared, None, "bad-input: seen");
}

/// A document that is quoted in full would stand in the message of every other one that was not judged for it.
#[test]
fn what_is_quoted_of_a_guest_is_short() {
    let keys: Vec<String> = ["S0".to_owned()].into_iter().chain((1..500).map(|n| format!("p{n}"))).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let (evaluation, _) = beside(&evidence(), Limits { halving_calls: 0, ..brisk() }, &keys);
    assert_eq!(errored(&evaluation).len(), 500);
    let longest = evaluation.findings.iter().map(|finding| finding.message.len()).max();
    assert!(longest < Some(1_500), "{longest:?} bytes");
    assert!(fault(&evaluation).cause.starts_with("its evidence about S0 is no JSON object: invalid type: string \"xxx"));
}

/// 16 KB of text, 570 KB in memory.
#[test]
fn evidence_of_thousands_of_values() {
    is(one_bad_of(&evidence(), brisk(), "B3"), FaultKind::Flood, Some("evidence-values"), "its evidence about B3 has 8002 values");
}

/// Each finding is within its limits, and all of them together are not: the rule is errored as a whole, whichever thread
/// came first.
#[test]
fn evidence_that_never_ends() {
    let keys: Vec<String> = (0..10_000).map(|n| format!("E{n}")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let (evaluation, _) = beside(&evidence(), brisk(), &keys);
    assert_eq!((errored(&evaluation).len(), evaluation.work[0].calls, evaluation.replays.len()), (10_000, 10, 0));
    let faults: Vec<_> = evaluation.findings.iter().filter_map(|finding| finding.fault.as_deref()).collect();
    assert!(faults.iter().all(|fault| fault.kind == FaultKind::Flood && fault.cause == "its evidence takes too much memory in one run"));
    assert_eq!(faults[0].limit.as_ref().expect("a limit").to_string(), "evidence-run-bytes (268435456 bytes)");
    let (again, _) = beside(&evidence(), brisk(), &keys);
    assert_eq!(again.findings, evaluation.findings);
}

#[test]
fn text_that_steers_a_terminal_is_escaped() {
    let (evaluation, _) = beside_a_healthy_rule(brisk(), &["c1"]);
    assert_eq!(evaluation.findings[0].message, r"\u{1b}\u{a}\u{202e}");
}

/// There is nothing to probe: no import gives time or randomness (`interface.rs`), and the same call says the same.
#[test]
fn time_and_randomness() {
    let verdicts = |now| {
        let host = host(brisk());
        let pack = load(&host, &menagerie());
        let (rule, params, documents) = (rule("menagerie", Grouping::Each), Map::new(), documents(["n1", "q2", "p3", "v4"]));
        let job = Job { pack: &pack, rule: &rule, params: &params, severity: Severity::Low, documents: &documents };
        let evaluation = host.evaluate(&[job], now, threads(1), &Cancel::default()).expect("an evaluation");
        (evaluation.findings, evaluation.log, evaluation.work)
    };
    assert_eq!(verdicts(NOW), verdicts(NOW), "findings, log and fuel");
    assert_ne!(verdicts(NOW).0, verdicts(NOW + 1).0, "the time it was given is the one thing that tells");
}

fn describing(guest: &Guest) -> String {
    let host = host(brisk());
    let pack = load(&host, &guest.component());
    let said = host.describe(&pack).expect_err("it does not describe").to_string();
    // The host lives.
    let healthy = load(&host, &menagerie());
    assert_eq!(host.describe(&healthy).expect("rules").rules.len(), 1);
    said.strip_prefix("pack test 1.2.0 did not describe its rules: ").unwrap_or(&said).to_owned()
}

#[test]
fn traps_in_describe() {
    let describe = |describe: &'static str| describing(&Guest { describe, ..Guest::default() });
    assert_eq!(describe("unreachable"), "wasm `unreachable` instruction executed");
    assert_eq!(describe("(loop (br 0)) unreachable"), "all fuel consumed by WebAssembly; limit fuel (20000000 fuel)");
    assert!(describe("(i32.const 17)").contains("not aligned"), "{}", describe("(i32.const 17)"));
    assert!(describe("(i32.const -16)").contains("out of bounds"), "{}", describe("(i32.const -16)"));
    let four_billion = "(i32.store (i32.const 16) (i32.const 0)) (i32.store (i32.const 20) (i32.const -1)) (i32.const 16)";
    assert!(describe(four_billion).contains("out of bounds"), "{}", describe(four_billion));
}

#[test]
fn what_happens_before_the_first_call() {
    let start = |extra: &'static str| describing(&Guest { extra, ..Guest::default() });
    assert_eq!(start("(func $s (loop (br 0))) (start $s)"), "all fuel consumed by WebAssembly; limit fuel (20000000 fuel)");
    assert_eq!(start("(func $s unreachable) (start $s)"), "wasm `unreachable` instruction executed");
    let table = start("(table 300000 funcref)");
    assert!(table.contains("table minimum size") && table.ends_with("; limit table-elements (262144 elements)"), "{table}");
    let memory = describing(&Guest { memory: r#"(memory (export "memory") 65536)"#, ..Guest::default() });
    assert!(memory.contains("memory minimum size") && memory.ends_with("; limit memory-bytes (67108864 bytes)"), "{memory}");
}

#[test]
fn rules_that_are_none() {
    let wat = include_str!("../guests/menagerie.wat");
    let said = |wat: String| {
        let host = host(brisk());
        let pack = load(&host, &component(&wat));
        host.describe(&pack).expect_err("refused").to_string()
    };
    let urgent = said(wat.replace(r#"\"severity\":\"high\""#, r#"\"severity\":\"huge\""#));
    assert!(urgent.starts_with("pack test 1.2.0: rule `menagerie` describes itself wrongly: unknown variant `huge`"), "{urgent}");
    let name = said(wat.replace("\\aemenagerie", "\\aeMenagerie"));
    assert!(name.starts_with("pack test 1.2.0: `Menagerie` is no id of a rule"), "{name}");
}

/// A rule that fails on everything ends with the budget of calls, not with the patience of whoever waits.
#[test]
fn a_rule_that_always_fails_is_asked_so_often_and_no_more() {
    let keys: Vec<String> = (0..500).map(|n| format!("t{n}")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let (evaluation, _) = beside_a_healthy_rule(brisk(), &keys);
    assert_eq!(errored(&evaluation).len(), 500, "none is passed over");
    assert!(evaluation.work[0].calls <= 1 + Limits::default().halving_calls, "{}", evaluation.work[0].calls);
    assert_eq!(evaluation.replays.len(), 3);
}
