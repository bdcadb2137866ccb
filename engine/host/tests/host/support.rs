//! Guests, hosts and documents for tests.

use std::num::NonZeroUsize;

use muster_core::finding::{Fault, Finding, Grouping, PackId, Rule, Severity, Verdict};
use muster_host::{Cancel, Document, Evaluation, Host, Job, Limits, LoadError, Pack};
use serde_json::{Map, json};
use wasmparser::{Parser, Payload};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The interface as it is frozen.
pub const WIT: &str = include_str!("../../../../rules/wit/rule.wit");
/// See `tests/guests/menagerie.wat`.
const MENAGERIE: &str = include_str!("../guests/menagerie.wat");
/// Saturday 21 November 2026, 09:00 UTC.
pub const NOW: u64 = 1_795_251_600;

/// A component of a core module in WAT and a world in WIT.
pub fn component_of(wit: &str, wat: &str) -> Vec<u8> {
    let mut core = wat::parse_str(wat).expect("WAT that parses");
    let mut resolve = Resolve::default();
    let package = resolve.push_str("rule.wit", wit).expect("WIT that parses");
    let world = resolve.select_world(&[package], Some("pack")).expect("the world `pack`");
    embed_component_metadata(&mut core, &resolve, world, StringEncoding::UTF8).expect("metadata");
    ComponentEncoder::default().module(&core).expect("a module of the world").encode().expect("a component")
}

/// A component of the frozen interface.
pub fn component(wat: &str) -> Vec<u8> {
    component_of(WIT, wat)
}

/// The guest that does everything.
pub fn menagerie() -> Vec<u8> {
    component(MENAGERIE)
}

/// A core module with the two exports; each part can be replaced.
pub struct Guest {
    pub memory: &'static str,
    pub extra: &'static str,
    pub describe: &'static str,
    pub evaluate: &'static str,
}

impl Default for Guest {
    fn default() -> Self {
        Self {
            memory: r#"(memory (export "memory") 1)"#,
            extra: "",
            // No rules; no findings.
            describe: "(i32.store (i32.const 16) (i32.const 32)) (i32.store (i32.const 20) (i32.const 0)) (i32.const 16)",
            evaluate: "(i32.store (i32.const 64) (i32.const 0)) (i32.const 64)",
        }
    }
}

impl Guest {
    pub fn wat(&self) -> String {
        let Self { memory, extra, describe, evaluate } = self;
        format!(
            r#"(module {memory} {extra}
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
              (func (export "muster:rule/check@1.0.0#describe") (result i32) {describe})
              (func (export "muster:rule/check@1.0.0#evaluate") (param i32 i32 i32 i32 i64 i32 i32 i32 i32) (result i32) {evaluate}))"#
        )
    }

    pub fn component(&self) -> Vec<u8> {
        component(&self.wat())
    }
}

/// `base` with one more component in it, which is instantiated once. It gets nothing, and nobody uses it.
pub fn with_component(base: &[u8], wat: &str) -> Vec<u8> {
    with_bytes(base, &wat::parse_str(wat).expect("WAT that parses"))
}

/// The same of a component as bytes.
pub fn with_bytes(base: &[u8], inner: &[u8]) -> Vec<u8> {
    let (mut depth, mut before) = (0, 0);
    for payload in Parser::new(0).parse_all(base) {
        match payload.expect("a component") {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentSection { .. } if depth == 1 => before += 1,
            _ => {}
        }
    }
    let instantiate = [&[1, 0][..], &leb(before), &[0]].concat();
    [base, &[4][..], &leb(inner.len()), inner, &[5][..], &leb(instantiate.len()), &instantiate].concat()
}

/// A number as WebAssembly writes it.
pub fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(u8::try_from(number & 0x7f).expect("seven bits") | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).expect("seven bits"));
    bytes
}

pub fn host(limits: Limits) -> Host {
    Host::new(limits, None).expect("a host")
}

pub fn id(name: &str) -> PackId {
    PackId { name: name.to_owned(), version: "1.2.0".to_owned() }
}

pub fn load(host: &Host, bytes: &[u8]) -> Pack {
    host.load(id("test"), bytes).expect("a pack")
}

/// What loading says when it refuses.
pub fn refused(limits: Limits, bytes: &[u8]) -> LoadError {
    host(limits).load(id("test"), bytes).map(|pack| pack.digest).expect_err("refused")
}

pub fn rule(id: &str, grouping: Grouping) -> Rule {
    let body = json!({"title": "The menagerie", "category": "security", "severity": "high", "grouping": grouping, "needs": [{"kind": "test.thing"}]});
    Rule::read(id, &body.to_string()).expect("a rule")
}

/// A document for each key, in one scope.
pub fn documents<S: AsRef<str>>(keys: impl IntoIterator<Item = S>) -> Vec<Document> {
    keys.into_iter().map(|key| document(key.as_ref(), "us-east-1")).collect()
}

pub fn document(key: &str, region: &str) -> Document {
    Document::new("test.thing", key, &format!("id-{key}"), ("123456789012", region), &json!({"key": key})).expect("a document")
}

/// One rule of the menagerie over documents with these keys.
pub fn ask_with(host: &Host, pack: &Pack, grouping: Grouping, documents: &[Document]) -> Evaluation {
    let rule = rule("menagerie", grouping);
    let job = Job { pack, rule: &rule, params: &Map::new(), severity: Severity::High, documents };
    host.evaluate(&[job], NOW, NonZeroUsize::MIN, &Cancel::default()).expect("an evaluation")
}

pub fn ask(limits: Limits, keys: &[&str]) -> Evaluation {
    let host = host(limits);
    let pack = load(&host, &menagerie());
    ask_with(&host, &pack, Grouping::Each, &documents(keys))
}

/// The one fault of an evaluation.
pub fn fault(evaluation: &Evaluation) -> &Fault {
    let faults: Vec<&Fault> = evaluation.findings.iter().filter_map(|finding| finding.fault.as_deref()).collect();
    let first = faults.first().unwrap_or_else(|| panic!("no fault in {:?}", short(&evaluation.findings)));
    assert!(faults.iter().all(|fault| fault == first), "{faults:?}");
    first
}

/// `key verdict` of each finding.
pub fn short(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{} {}", finding.key, finding.verdict)).collect()
}

pub fn errored(evaluation: &Evaluation) -> Vec<&str> {
    let errored = evaluation.findings.iter().filter(|finding| finding.verdict == Verdict::Errored);
    errored.map(|finding| &*finding.key).collect()
}

pub fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).expect("more than none")
}

/// A small generator for tests that must be the same every time: splitmix64.
pub struct Seeded(pub u64);

impl Seeded {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("below a usize")
    }
}
