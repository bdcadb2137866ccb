//! Which packs are taken, and what is said of those that are not.

use muster_core::finding::FaultKind;
use muster_host::{Limits, Origin};

use crate::support::{Guest, WIT, ask_with, component_of, documents, fault, host, id, load, menagerie, refused};
use muster_core::finding::Grouping;

fn said(bytes: &[u8]) -> String {
    refused(Limits::default(), bytes).to_string()
}

/// A component without code, with these imports and this export.
fn hollow(imports: &[&str], export: Option<&str>) -> Vec<u8> {
    let imports: String = imports.iter().map(|name| format!("(import \"{name}\" (instance))")).collect();
    let export = export.map(|name| format!("(component $c) (instance $i (instantiate $c)) (export \"{name}\" (instance $i))"));
    wat::parse_str(format!("(component {imports} {})", export.unwrap_or_default())).expect("a component")
}

#[test]
fn a_pack_says_what_its_rules_are() {
    let host = host(Limits::default());
    let pack = host.load(id("test"), &menagerie()).expect("a pack");
    assert_eq!(pack.origin, Origin::Compiled);
    assert!(pack.digest.starts_with("sha256:") && pack.digest.len() == 71, "{}", pack.digest);
    let described = host.describe(&pack).expect("rules");
    let rule = &described.rules[0];
    assert_eq!(
        (described.rules.len(), rule.id.as_str(), rule.title.as_str(), rule.subject()),
        (1, "menagerie", "The menagerie", "test.thing")
    );
    assert_eq!(described.bodies[0].len(), 97);
}

#[test]
fn what_is_no_pack_is_refused_by_what_it_is() {
    let stranger = |exports: &str| {
        format!(
            "pack test 1.2.0 is not a muster pack: it does not export `muster:rule/check`, it exports {exports}; the glue file that `muster \
             rule new` writes exports it"
        )
    };
    assert_eq!(said(&hollow(&[], None)), stranger("nothing"));
    assert_eq!(said(&hollow(&[], Some("other:thing/check@1.0.0"))), stranger("`other:thing/check@1.0.0`"));
    let core = wat::parse_str(Guest::default().wat()).expect("a module");
    assert_eq!(said(&core), "pack test 1.2.0 is a core module, not a component; `muster rule build` makes one of it");
    assert_eq!(said(b""), "pack test 1.2.0 is no WebAssembly component: it is empty");
    assert_eq!(said(b"PK\x03\x04 a zip file"), "pack test 1.2.0 is no WebAssembly component: it is a zip archive");
}

#[test]
fn another_interface_says_which_side_to_upgrade() {
    let newer = "pack test 1.2.0 speaks interface 2.1.0, this muster 1.0.0: upgrade muster";
    assert_eq!(said(&hollow(&[], Some("muster:rule/check@2.1.0"))), newer);
    let older = "pack test 1.2.0 speaks interface 0.9.0, this muster 1.0.0: build the pack again with a newer SDK";
    assert_eq!(said(&hollow(&[], Some("muster:rule/check@0.9.0"))), older);
    let log = "pack test 1.2.0 speaks interface 3.0.0, this muster 1.0.0: upgrade muster";
    assert_eq!(said(&hollow(&["muster:rule/log@3.0.0"], Some("muster:rule/check@1.0.0"))), log);
}

#[test]
fn a_real_pack_of_version_2_is_told_to_wait_for_muster() {
    let wat = Guest::default().wat().replace("@1.0.0", "@2.0.0");
    let bytes = component_of(&WIT.replace("@1.0.0", "@2.0.0"), &wat);
    assert_eq!(said(&bytes), "pack test 1.2.0 speaks interface 2.0.0, this muster 1.0.0: upgrade muster");
}

#[test]
fn a_later_minor_version_is_taken() {
    let wat = Guest::default().wat().replace("@1.0.0", "@1.7.0");
    let bytes = component_of(&WIT.replace("@1.0.0", "@1.7.0"), &wat);
    let host = host(Limits::default());
    let pack = load(&host, &bytes);
    assert_eq!(host.describe(&pack).expect("no rules").rules, []);
}

#[test]
fn imports_beyond_the_world_are_named_with_their_usual_cause() {
    let import = |name: &str| said(&hollow(&["muster:rule/log@1.0.0", name], Some("muster:rule/check@1.0.0")));
    assert_eq!(
        import("wasi:random/random@0.2.9"),
        "pack test 1.2.0 imports `wasi:random/random@0.2.9`, which rules are not given; \
         it comes from the compiler's standard library; build the pack with `muster rule build`, which takes it out"
    );
    assert_eq!(
        import("wasi:clocks/wall-clock@0.2.9"),
        "pack test 1.2.0 imports `wasi:clocks/wall-clock@0.2.9`, which rules are not given; \
         the time is the argument `now`; build the pack with `muster rule build`, which answers such calls with constants"
    );
    assert_eq!(
        import("muster:rule/prices@1.3.0"),
        "pack test 1.2.0 imports `muster:rule/prices@1.3.0`, which rules are not given; a later muster may: upgrade muster"
    );
    assert!(import("aws:sdk/ec2").contains("imports `aws:sdk/ec2`"), "{}", import("aws:sdk/ec2"));
}

#[test]
fn a_function_beyond_the_interface_does_not_link() {
    let wit =
        WIT.replace("emit: func(level: string, message: string);", "emit: func(level: string, message: string); clock: func() -> u64;");
    let clock = r#"(import "muster:rule/log@1.0.0" "clock" (func $clock (result i64)))"#;
    let wat = Guest::default().wat().replacen("(module", &format!("(module {clock}"), 1);
    let said = said(&component_of(&wit, &wat));
    assert!(said.starts_with("pack test 1.2.0 does not fit interface 1.0.0: "), "{said}");
    assert!(said.contains("clock"), "{said}");
}

/// Names fit and types do not: it shows when the pack is first called, as a fault and not as a panic.
#[test]
fn another_signature_is_a_fault_of_the_pack() {
    let wit = WIT.replace("now: u64, batch", "now: u32, batch");
    let wat = Guest::default().wat().replace("(param i32 i32 i32 i32 i64 i32", "(param i32 i32 i32 i32 i32 i32");
    let bytes = component_of(&wit, &wat);
    let host = host(Limits::default());
    let pack = load(&host, &bytes);
    let said = host.describe(&pack).expect_err("it does not fit").to_string();
    assert!(said.starts_with("pack test 1.2.0 did not describe its rules: "), "{said}");
    assert!(said.contains("type mismatch with parameters: expected `u64` found `u32`"), "{said}");
    let evaluation = ask_with(&host, &pack, Grouping::Each, &documents(["p1"]));
    assert_eq!(fault(&evaluation).kind, FaultKind::Start);
}

#[test]
fn features_that_would_make_results_differ_are_refused() {
    let with = |extra: &'static str| Guest { extra, ..Guest::default() }.component();
    for (extra, word) in [
        ("(func (result v128) (f32x4.relaxed_min (v128.const i32x4 0 0 0 0) (v128.const i32x4 0 0 0 0)))", "relaxed SIMD"),
        ("(memory $shared 1 1 shared)", "threads"),
        ("(memory $wide i64 1)", "memory64"),
    ] {
        let said = said(&with(extra));
        assert!(said.starts_with("pack test 1.2.0 does not compile: ") && said.contains(word), "{word}: {said}");
    }
}
