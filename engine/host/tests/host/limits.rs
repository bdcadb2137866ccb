//! Every limit at its boundary: with this much it works, with one less it does not, and the fault names the limit.

use std::sync::atomic::{AtomicBool, Ordering};

use muster_core::finding::{FaultKind, Grouping, Verdict};
use muster_host::{Cancel, DescribeError, Evaluation, Host, Limits, LoadError, MEMORY_MAX_BYTES, TABLE, TICK};

use crate::support::{
    Guest, ask, ask_with, component, documents, errored, fault, host, id, load, menagerie, refused, short, with_component,
};

/// The tests below, by the limit they are about. Whoever adds a limit adds a line.
const TESTED: &[(&str, fn())] = &[
    ("component_bytes", component_bytes),
    ("functions", functions),
    ("function_bytes", function_bytes),
    ("control_flow", control_flow),
    ("nesting", nesting),
    ("definitions", definitions),
    ("declarations", declarations),
    ("image_bytes", image_bytes),
    ("compile_ticks", compile_ticks),
    ("rules", rules),
    ("rule_bytes", rule_bytes),
    ("chunk_documents", chunk_documents),
    ("batch_bytes", batch_bytes),
    ("group_bytes", group_bytes),
    ("fuel_base", fuel_base),
    ("fuel_per_document", fuel_per_document),
    ("fuel_per_byte", fuel_per_byte),
    ("call_ticks", call_ticks),
    ("memory_bytes", memory_bytes),
    ("memory_per_byte", memory_per_byte),
    ("table_elements", table_elements),
    ("instances", instances),
    ("instance_bytes", instance_bytes),
    ("memories", memories),
    ("tables", tables),
    ("component_handles", component_handles),
    ("hostcall_bytes", hostcall_bytes),
    ("hostcall_per_document", hostcall_per_document),
    ("log_lines", log_lines),
    ("log_bytes", log_bytes),
    ("message_bytes", message_bytes),
    ("evidence_bytes", evidence_bytes),
    ("evidence_values", evidence_values),
    ("evidence_run_bytes", evidence_run_bytes),
    ("halving_calls", halving_calls),
    ("replays", replays),
];

#[test]
fn every_limit_has_its_test() {
    let tested: Vec<&str> = TESTED.iter().map(|(name, _)| *name).collect();
    let limits: Vec<&str> = TABLE.iter().map(|limit| limit.name).collect();
    assert_eq!(tested, limits);
}

fn defaults() -> Limits {
    Limits::default()
}

/// What loading found too much of, with the limit at nothing.
fn found(limits: Limits, bytes: &[u8]) -> u64 {
    match refused(limits, bytes) {
        LoadError::Size { found, .. } => found,
        other => panic!("{other}"),
    }
}

/// Loads with exactly as much as there is, and not with one less.
fn size_at_boundary(with: impl Fn(u64) -> Limits, name: &str) {
    let bytes = menagerie();
    let found = found(with(0), &bytes);
    assert!(host(with(found)).load(id("test"), &bytes).is_ok(), "{name}: {found} is allowed");
    let said = refused(with(found - 1), &bytes).to_string();
    assert!(said.contains(&format!("at most {}", found - 1)) && said.contains(&format!("(limit {name})")), "{said}");
}

/// The least value with which `passes`, by bisection; the limit's default is enough.
fn least(name: &str, passes: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, TABLE.iter().find(|limit| limit.name == name).expect("a limit").value);
    assert!(passes(high), "{name} at {high}");
    while low < high {
        let middle = low + (high - low) / 2;
        if passes(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

fn clean(evaluation: &Evaluation) -> bool {
    evaluation.findings.iter().all(|finding| finding.verdict != Verdict::Errored)
}

/// The least value with which these documents are judged, and the fault with one less.
fn call_at_boundary(name: &str, keys: &[&str], kind: FaultKind, with: impl Fn(u64) -> Limits) -> u64 {
    let least = least(name, |value| clean(&ask(with(value), keys)));
    let below = ask(with(least - 1), keys);
    let fault = below.findings.iter().find_map(|finding| finding.fault.as_deref()).expect("a fault");
    assert_eq!(fault.kind, kind, "{fault}");
    least
}

/// As [`call_at_boundary`], for limits that faults name with their value.
fn named_at_boundary(name: &str, keys: &[&str], kind: FaultKind, with: impl Fn(u64) -> Limits) -> u64 {
    let least = call_at_boundary(name, keys, kind, &with);
    named_below(name, kind, least, &ask(with(least - 1), keys));
    least
}

/// The fault of a call that had one less than the least it needs.
fn named_below(name: &str, kind: FaultKind, least: u64, below: &Evaluation) {
    let fault = below.findings.iter().find_map(|finding| finding.fault.as_deref()).expect("a fault");
    let limit = fault.limit.as_ref().unwrap_or_else(|| panic!("{fault}"));
    assert_eq!((fault.kind, limit.name.replace('-', "_").as_str(), limit.value), (kind, name, least - 1), "{fault}");
}

/// As [`named_at_boundary`], for a component that a host with less would not have loaded: another host did.
fn loaded_elsewhere(name: &str, bytes: &[u8], with: impl Fn(u64) -> Limits) -> u64 {
    let pack = load(&host(defaults()), bytes);
    let judged = |value| ask_with(&host(with(value)), &pack, Grouping::Each, &documents(["p1"]));
    let least = least(name, |value| clean(&judged(value)));
    named_below(name, FaultKind::Space, least, &judged(least - 1));
    least
}

#[test]
fn component_bytes() {
    let least = menagerie().len() as u64;
    let with = |component_bytes| Limits { component_bytes, ..defaults() };
    assert_eq!(found(with(0), &menagerie()), least);
    size_at_boundary(with, "component-bytes");
}

#[test]
fn functions() {
    size_at_boundary(|functions| Limits { functions, ..defaults() }, "functions");
}

#[test]
fn function_bytes() {
    size_at_boundary(|function_bytes| Limits { function_bytes, ..defaults() }, "function-bytes");
}

#[test]
fn control_flow() {
    size_at_boundary(|control_flow| Limits { control_flow, ..defaults() }, "control-flow");
}

/// The encoder wraps what is exported into one component more.
#[test]
fn nesting() {
    let loads = |nesting, bytes: &[u8]| host(Limits { nesting, ..defaults() }).load(id("test"), bytes).map(|pack| pack.digest);
    assert!(loads(2, &menagerie()).is_ok());
    let said = loads(1, &menagerie()).expect_err("one deeper").to_string();
    assert_eq!(said, "pack test 1.2.0 has 2 components, at most 1 are compiled (limit nesting)");
    let deeper = with_component(&menagerie(), "(component (component))");
    assert!(loads(3, &deeper).is_ok() && loads(2, &deeper).is_err());
}

#[test]
fn definitions() {
    size_at_boundary(|definitions| Limits { definitions, ..defaults() }, "definitions");
}

#[test]
fn declarations() {
    size_at_boundary(|declarations| Limits { declarations, ..defaults() }, "declarations");
}

#[test]
fn image_bytes() {
    size_at_boundary(|image_bytes| Limits { image_bytes, ..defaults() }, "image-bytes");
    // From the first text at 1024 to the end of the last at 2048.
    assert_eq!(found(Limits { image_bytes: 0, ..defaults() }, &menagerie()), 2048 + 97 - 1024);
}

/// A guest that takes a compiler a while: one long function.
fn slow_to_compile() -> Vec<u8> {
    let steps = "i32.const 7 i32.xor local.get 0 i32.mul ".repeat(40_000);
    let extra: &'static str = Box::leak(format!("(func (param i32) (result i32) local.get 0 {steps})").into_boxed_str());
    Guest { extra, ..Guest::default() }.component()
}

/// Ticks as fast as it can until `work` is done.
fn hurried<R>(host: &Host, work: impl FnOnce() -> R) -> R {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                host.tick();
            }
        });
        let result = work();
        done.store(true, Ordering::Relaxed);
        result
    })
}

#[test]
fn compile_ticks() {
    let bytes = slow_to_compile();
    let host = host(Limits { compile_ticks: 3, ..defaults() });
    let error = hurried(&host, || host.load(id("slow"), &bytes)).expect_err("three ticks are not enough");
    assert_eq!(error.to_string(), "pack slow 1.2.0 was not compiled in time (limit compile-ticks (3 ticks of 10 ms))");
    // Nobody ticks: time stands still, and it may take as long as it takes.
    assert!(host.load(id("slow"), &bytes).is_ok());
}

fn describes(limits: Limits) -> Result<usize, DescribeError> {
    let host = host(limits);
    let pack = load(&host, &menagerie());
    host.describe(&pack).map(|described| described.rules.len())
}

#[test]
fn rules() {
    assert_eq!(describes(Limits { rules: 1, ..defaults() }).expect("one rule"), 1);
    let said = describes(Limits { rules: 0, ..defaults() }).expect_err("one too many").to_string();
    assert_eq!(said, "pack test 1.2.0 did not describe its rules: it has 1 rules; limit rules (0 rules)");
}

#[test]
fn rule_bytes() {
    let exact = 97 + "menagerie".len() as u64;
    assert_eq!(describes(Limits { rule_bytes: exact, ..defaults() }).expect("it fits"), 1);
    let said = describes(Limits { rule_bytes: exact - 1, ..defaults() }).expect_err("too long").to_string();
    assert_eq!(said, "pack test 1.2.0 did not describe its rules: a rule describes itself in 97 bytes; limit rule-bytes (105 bytes)");
}

#[test]
fn chunk_documents() {
    let calls = |count: usize, chunk_documents| {
        let host = host(Limits { chunk_documents, ..defaults() });
        let pack = load(&host, &menagerie());
        let keys: Vec<String> = (0..count).map(|n| format!("p{n}")).collect();
        ask_with(&host, &pack, Grouping::Each, &documents(&keys)).work[0].calls
    };
    assert_eq!((calls(6, 3), calls(7, 3), calls(6, 6), calls(6, 5)), (2, 3, 1, 2));
}

#[test]
fn batch_bytes() {
    let least = named_at_boundary("batch_bytes", &["p1"], FaultKind::Space, |batch_bytes| Limits { batch_bytes, ..defaults() });
    assert_eq!(least, r#"test.thingp1123456789012/us-east-1{"key":"p1"}"#.len() as u64);
}

/// A group that no chunk could hold is judged whole, up to a limit of its own; beyond it nobody is asked about parts of it.
#[test]
fn group_bytes() {
    let all = documents(["p1", "p2", "p3"]);
    let one = r#"test.thingp1123456789012/us-east-1{"key":"p1"}"#.len() as u64;
    let judged = |grouping, group_bytes| {
        let host = host(Limits { batch_bytes: one, group_bytes, ..defaults() });
        ask_with(&host, &load(&host, &menagerie()), grouping, &all)
    };
    for grouping in [Grouping::Scope, Grouping::Fleet] {
        let whole = judged(grouping, 3 * one);
        assert_eq!((short(&whole.findings), whole.work[0].calls), (vec!["p1 pass".into(), "p2 pass".into(), "p3 pass".into()], 1));
        let over = judged(grouping, 3 * one - 1);
        assert_eq!((errored(&over), over.work[0].calls), (vec!["p1", "p2", "p3"], 1));
        let fault = fault(&over);
        assert_eq!(fault.limit.as_ref().map(ToString::to_string), Some(format!("group-bytes ({} bytes)", 3 * one - 1)));
        assert_eq!((fault.kind, fault.cause.as_str()), (FaultKind::Space, &*format!("its 3 documents have {} bytes together", 3 * one)));
    }
    assert_eq!(judged(Grouping::Each, 0).work[0].calls, 3, "chunks know nothing of it");
}

/// What a call over these keys needs when only one of the three parts of its fuel is there.
fn fuel_at_boundary(name: &str, keys: &[&str], with: impl Fn(u64) -> Limits) -> u64 {
    let least = call_at_boundary(name, keys, FaultKind::Time, &with);
    // The same call ends at the same place every time.
    for _ in 0..3 {
        assert!(clean(&ask(with(least), keys)) && !clean(&ask(with(least - 1), keys)), "{name} at {least}");
    }
    let fault = fault(&ask(with(least - 1), &keys[..1])).clone();
    assert_eq!(fault.limit.expect("a limit").name, "fuel");
    least
}

#[test]
fn fuel_base() {
    let with = |fuel_base| Limits { fuel_base, fuel_per_document: 0, fuel_per_byte: 0, ..defaults() };
    let least = fuel_at_boundary("fuel_base", &["p1"], with);
    let used = ask(defaults(), &["p1"]).work[0].fuel;
    assert!(least <= used && least * 2 > used, "it used {used}, and needs {least}");
}

#[test]
fn fuel_per_document() {
    let with = |fuel_per_document| Limits { fuel_base: 0, fuel_per_document, fuel_per_byte: 0, ..defaults() };
    fuel_at_boundary("fuel_per_document", &["p1"], with);
}

#[test]
fn fuel_per_byte() {
    let with = |fuel_per_byte| Limits { fuel_base: 0, fuel_per_document: 0, fuel_per_byte, ..defaults() };
    fuel_at_boundary("fuel_per_byte", &["p1"], with);
}

#[test]
fn call_ticks() {
    // Fuel that would last for hours: only time can end this.
    let limits = Limits { call_ticks: 3, fuel_base: u64::MAX / 2, ..defaults() };
    let host = host(limits);
    let pack = load(&host, &menagerie());
    let evaluation = hurried(&host, || ask_with(&host, &pack, Grouping::Each, &documents(["l1"])));
    let fault = fault(&evaluation);
    assert_eq!((fault.kind, fault.cause.as_str()), (FaultKind::Time, "the time of a call is over"));
    assert_eq!(fault.limit.as_ref().expect("a limit").to_string(), "call-ticks (3 ticks of 10 ms)");
}

/// `k1` takes one page more than the two it has.
#[test]
fn memory_bytes() {
    let page = 65_536;
    let with = |memory_bytes| Limits { memory_bytes, memory_per_byte: 0, ..defaults() };
    let judged = |memory_bytes| short(&ask(with(memory_bytes), &["k1"]).findings);
    assert_eq!(judged(3 * page), ["k1 pass"]);
    assert_eq!(judged(3 * page - 1), ["k1 fail"], "the guest is told no, and may live with it");
    let start = ask(with(2 * page - 1), &["k1"]);
    let fault = fault(&start);
    assert_eq!((fault.kind, fault.limit.as_ref().map(|limit| limit.name.as_str())), (FaultKind::Space, Some("memory-bytes")));
}

/// The same page, of which only the batch's own bytes are missing.
#[test]
fn memory_per_byte() {
    let (page, batch) = (65_536, r#"test.thingk1123456789012/us-east-1{"key":"k1"}"#.len() as u64);
    let judged = |missing| short(&ask(Limits { memory_bytes: 3 * page - missing, memory_per_byte: 3, ..defaults() }, &["k1"]).findings);
    assert_eq!((judged(3 * batch), judged(3 * batch + 1)), (vec!["k1 pass".to_owned()], vec!["k1 fail".to_owned()]));
}

/// fleet.lock may give one pack more, within bounds; the replay file then carries it.
#[test]
fn more_memory_for_one_pack() {
    let limits = Limits { fuel_base: 20_000_000, ..defaults() };
    let host = host(limits);
    let refused = |bytes| load(&host, &menagerie()).with_memory(bytes).map(|pack| pack.digest).expect_err("refused").to_string();
    assert_eq!(
        refused(MEMORY_MAX_BYTES + 1),
        "pack test 1.2.0 is given 536870913 bytes of memory; an entry of fleet.lock may say 67108864 to 536870912"
    );
    assert!(refused(defaults().memory_bytes - 1).contains("67108863"));
    // `h` needs a hundred MiB for its message: refused by memory without the entry, by what one call may hand over with it.
    let limit = |pack| fault(&ask_with(&host, &pack, Grouping::Each, &documents(["h1"]))).limit.clone().expect("a limit").name;
    assert_eq!(limit(load(&host, &menagerie())), "memory-bytes");
    let roomy = || load(&host, &menagerie()).with_memory(MEMORY_MAX_BYTES).expect("within bounds");
    assert_eq!(limit(roomy()), "hostcall-bytes");
    let evaluation = ask_with(&host, &roomy(), Grouping::Each, &documents(["h1"]));
    let replay = muster_host::Replay::decode(&evaluation.replays[0].encode()).expect("a replay");
    assert!(host.replay(&replay).expect("it runs").same());
}

#[test]
fn table_elements() {
    let judged = |table_elements| short(&ask(Limits { table_elements, ..defaults() }, &["j1"]).findings);
    // The component encoder adds a table of its own for the imports.
    let least = least("table_elements", |elements| judged(elements) == ["j1 pass"]);
    assert_eq!(judged(least), ["j1 pass"]);
    assert_eq!(judged(least - 1), ["j1 fail"]);
}

/// Refused before anything is compiled, and, should wasmtime make more of them than are counted, when it does.
#[test]
fn instances() {
    let with = |instances| Limits { instances, ..defaults() };
    size_at_boundary(with, "instances");
    let made = loaded_elsewhere("instances", &menagerie(), with);
    // The pack itself and what wraps its exports are components.
    assert_eq!(made + 2, found(with(0), &menagerie()));
}

#[test]
fn instance_bytes() {
    size_at_boundary(|instance_bytes| Limits { instance_bytes, ..defaults() }, "instance-bytes");
}

#[test]
fn memories() {
    assert_eq!(named_at_boundary("memories", &["p1"], FaultKind::Space, |memories| Limits { memories, ..defaults() }), 1);
}

#[test]
fn tables() {
    assert!(named_at_boundary("tables", &["p1"], FaultKind::Space, |tables| Limits { tables, ..defaults() }) >= 1);
}

/// Handles of a resource that the guest made for itself, all of them alive.
#[test]
fn component_handles() {
    let makes = r#"(component
        (type $thing (resource (rep i32)))
        (core func $new (canon resource.new $thing))
        (core module $m
          (import "" "new" (func $new (param i32) (result i32)))
          (func $start (local i32)
            (loop $more
              (drop (call $new (i32.const 0)))
              (local.set 0 (i32.add (local.get 0) (i32.const 1)))
              (br_if $more (i32.lt_u (local.get 0) (i32.const 300)))))
          (start $start))
        (core instance (instantiate $m (with "" (instance (export "new" (func $new)))))))"#;
    let with = |component_handles| Limits { component_handles, ..defaults() };
    assert_eq!(loaded_elsewhere("component_handles", &with_component(&menagerie(), makes), with), 300);
}

#[test]
fn hostcall_bytes() {
    named_at_boundary("hostcall_bytes", &["p1", "p2"], FaultKind::Flood, |hostcall_bytes| Limits {
        hostcall_bytes,
        hostcall_per_document: 0,
        halving_calls: 0,
        ..defaults()
    });
}

#[test]
fn hostcall_per_document() {
    let with = |hostcall_per_document| Limits { hostcall_bytes: 0, hostcall_per_document, halving_calls: 0, ..defaults() };
    let least = call_at_boundary("hostcall_per_document", &["p1", "p2"], FaultKind::Flood, with);
    assert!(clean(&ask(with(least), &["p1", "p2", "p3", "p4"])), "twice the documents, twice the findings");
}

#[test]
fn log_lines() {
    let with = |log_lines| Limits { log_lines, halving_calls: 0, ..defaults() };
    assert_eq!(named_at_boundary("log_lines", &["q1", "q2", "q3"], FaultKind::Flood, with), 3);
    assert_eq!(ask(with(3), &["q1", "q2", "q3"]).log.len(), 3);
}

#[test]
fn log_bytes() {
    let with = |log_bytes| Limits { log_bytes, halving_calls: 0, ..defaults() };
    assert_eq!(named_at_boundary("log_bytes", &["q1", "q2", "q3"], FaultKind::Flood, with), 3 * ("info".len() + "seen".len()) as u64);
}

#[test]
fn message_bytes() {
    let with = |message_bytes| Limits { message_bytes, ..defaults() };
    assert_eq!(named_at_boundary("message_bytes", &["v1"], FaultKind::Flood, with), "seen".len() as u64);
}

#[test]
fn evidence_bytes() {
    let with = |evidence_bytes| Limits { evidence_bytes, ..defaults() };
    assert_eq!(named_at_boundary("evidence_bytes", &["p1"], FaultKind::Flood, with), r#"{"why":1}"#.len() as u64);
}

/// `{"why":1}` is an object and a number.
#[test]
fn evidence_values() {
    let with = |evidence_values| Limits { evidence_values, ..defaults() };
    assert_eq!(named_at_boundary("evidence_values", &["p1"], FaultKind::Flood, with), 2);
}

/// Two calls of one rule, whose evidence counts together; another rule's does not.
#[test]
fn evidence_run_bytes() {
    let with = |evidence_run_bytes| Limits { evidence_run_bytes, chunk_documents: 1, ..defaults() };
    let one = named_at_boundary("evidence_run_bytes", &["p1"], FaultKind::Flood, with);
    let two = named_at_boundary("evidence_run_bytes", &["p1", "p2"], FaultKind::Flood, with);
    assert_eq!(two, 2 * one);
    let below = ask(with(two - 1), &["p1", "p2", "f3"]);
    assert_eq!(short(&below.findings), ["f3 errored", "p1 errored", "p2 errored"], "all or nothing");
}

#[test]
fn halving_calls() {
    let keys = ["p1", "p2", "p3", "p4", "p5", "p6", "p7", "t8"];
    let errors = |halving_calls| ask(Limits { halving_calls, ..defaults() }, &keys);
    // Eight, four, two, one: two calls each.
    let enough = errors(6);
    assert_eq!((errored(&enough), enough.work[0].calls), (vec!["t8"], 7));
    let short = errors(5);
    assert_eq!((errored(&short), short.work[0].calls), (vec!["p7", "t8"], 5));
    assert_eq!((fault(&short).resource.clone(), fault(&short).among), (None, 2));
    assert_eq!(errored(&errors(0)).len(), 8);
}

#[test]
fn replays() {
    let keys = ["p1", "t2", "p3", "t4", "p5", "t6"];
    for count in [0, 1, 2, 3, 4] {
        let evaluation = ask(Limits { replays: count, ..defaults() }, &keys);
        let named = evaluation.findings.iter().filter(|finding| finding.fault.as_ref().is_some_and(|fault| fault.replay.is_some()));
        let expected = usize::try_from(count.min(3)).expect("a few");
        assert_eq!((evaluation.replays.len(), named.count()), (expected, expected));
    }
}

/// Recursion has no field in [`Limits`]: the stack is part of the engine.
#[test]
fn stack() {
    let evaluation = ask(defaults(), &["p1", "r2"]);
    let fault = fault(&evaluation);
    assert_eq!((fault.kind, fault.resource.as_deref()), (FaultKind::Space, Some("id-r2")));
    assert_eq!(fault.limit.as_ref().expect("a limit").to_string(), "wasm-stack-bytes (1048576 bytes)");
    // The deepest recursion that fits, found by halving: one deeper is the guest's trap, by name.
    let host = host(Limits { fuel_base: u64::MAX / 2, ..defaults() });
    let recursed = |depth: usize| ask_with(&host, &load(&host, &recursing(depth)), Grouping::Each, &documents(["p1"]));
    let (mut fits, mut over) = (1_usize, 1 << 20);
    while fits + 1 < over {
        let middle = fits.midpoint(over);
        if clean(&recursed(middle)) { fits = middle } else { over = middle }
    }
    let below = recursed(over);
    let fault = self::fault(&below);
    assert_eq!((fault.kind, fault.limit.as_ref().map(|limit| limit.name.as_str())), (FaultKind::Space, Some("wasm-stack-bytes")));
    let frame = (1 << 20) / over;
    assert!((16..=128).contains(&frame), "a frame of such a function has some words, and {over} of {frame} bytes are the stack");
}

/// Calls itself so often: a function that is all frame.
fn recursing(depth: usize) -> Vec<u8> {
    let deep = r#"(func $deep (param i32) (result i32)
        (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 0)) (else (i32.add (call $deep (i32.sub (local.get 0) (i32.const 1))) (i32.const 1)))))"#;
    let evaluate = format!("(drop (call $deep (i32.const {depth}))) (i32.store (i32.const 64) (i32.const 0)) (i32.const 64)");
    component(&Guest { extra: deep, evaluate: Box::leak(evaluate.into_boxed_str()), ..Guest::default() }.wat())
}

/// Not a limit of a pack, and yet what ends one: nothing else would end this loop.
#[test]
fn cancelling_ends_what_runs() {
    let host = host(Limits { fuel_base: u64::MAX / 2, call_ticks: u64::MAX, ..defaults() });
    let pack = load(&host, &menagerie());
    let cancel = Cancel::default();
    let rule = crate::support::rule("menagerie", Grouping::Each);
    let (params, documents) = (serde_json::Map::new(), documents(["l1"]));
    let severity = muster_core::finding::Severity::Low;
    let job = muster_host::Job { pack: &pack, rule: &rule, params: &params, severity, documents: &documents };
    let ended = std::thread::scope(|scope| {
        let running = scope.spawn(|| host.evaluate(&[job], 0, std::num::NonZeroUsize::MIN, &cancel));
        for _ in 0..50 {
            std::thread::sleep(TICK);
            host.tick();
        }
        assert!(!running.is_finished(), "half a second of ticks does not end it");
        cancel.cancel();
        while !running.is_finished() {
            std::thread::sleep(TICK);
            host.tick();
        }
        running.join().expect("no panic")
    });
    assert_eq!(ended.expect_err("cancelled").to_string(), "the rules were cancelled");
}

#[test]
fn what_is_cancelled_before_it_begins_does_not_begin() {
    let host = host(defaults());
    let pack = load(&host, &menagerie());
    let (rule, params, documents) = (crate::support::rule("menagerie", Grouping::Each), serde_json::Map::new(), documents(["p1"]));
    let severity = muster_core::finding::Severity::Low;
    let job = muster_host::Job { pack: &pack, rule: &rule, params: &params, severity, documents: &documents };
    let cancel = Cancel::default();
    cancel.cancel();
    let said = host.evaluate(&[job], 0, std::num::NonZeroUsize::MIN, &cancel).expect_err("cancelled").to_string();
    assert_eq!(said, "the rules were cancelled");
}
