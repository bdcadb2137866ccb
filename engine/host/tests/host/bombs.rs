//! Components that are small as bytes and large as anything else: refused before they are compiled, by the limit they
//! would break. Each of them took a machine minutes or gigabytes.

use muster_host::{Limits, LoadError};

use crate::support::{Guest, component, host, id, leb, load, menagerie, refused, with_bytes, with_component};

/// The limit that refuses `bytes`, and how much of it there is.
fn over(bytes: &[u8]) -> (String, u64) {
    match refused(Limits::default(), bytes) {
        LoadError::Size { limit, found, .. } => (limit.name, found),
        other => panic!("{other}"),
    }
}

/// A guest with this in its module, made component without a look at it.
fn guest(extra: String) -> Vec<u8> {
    component(&Guest { extra: Box::leak(extra.into_boxed_str()), ..Guest::default() }.wat())
}

/// A good pack with a component in it that is none.
fn beside(wat: &str) -> Vec<u8> {
    with_component(&menagerie(), wat)
}

#[test]
fn a_good_component_within_a_pack_is_taken() {
    let bytes = beside("(component (core module) (core instance (instantiate 0)) (component) (instance (instantiate 0)))");
    let host = host(Limits::default());
    let pack = load(&host, &bytes);
    assert_eq!(host.describe(&pack).expect("rules").rules.len(), 1);
}

/// Four deep, two hundred each: 1.6 thousand million instances, which wasmtime writes out one by one.
#[test]
fn components_in_components() {
    let deeper = |inner: String| format!("(component {inner} {})", "(instance (instantiate 0))".repeat(200));
    let bytes = beside(&(0..4).fold("(component)".to_owned(), |inner, _| deeper(inner)));
    let (limit, found) = over(&bytes);
    assert_eq!(limit, "instances");
    assert!(bytes.len() < 12_000 && found > 1_600_000_000, "{} bytes, {found} instances", bytes.len());
}

#[test]
fn components_as_deep_as_they_are_long() {
    let empty = b"\0asm\x0d\0\x01\0";
    let deeper = |inner: Vec<u8>| [&empty[..], &[4], &leb(inner.len()), &inner].concat();
    let bomb = (0..2_000).fold(empty.to_vec(), |inner, _| deeper(inner));
    assert_eq!(over(&with_bytes(&menagerie(), &bomb)), ("nesting".to_owned(), 9), "nobody reads on");
}

/// An instance that holds the one before it twice, and so on: copies of copies, without one component in another.
#[test]
fn instances_in_instances() {
    let twice = |n: usize| format!(r#"(instance (export "a" (instance {n})) (export "b" (instance {n})))"#);
    let chain: String = (0..40).map(twice).collect();
    let (limit, found) = over(&beside(&format!("(component (instance) {chain})")));
    assert_eq!(limit, "definitions");
    assert!(found > 1 << 20, "{found}");
}

/// What gets a component may instantiate it as often as it likes, and hand it on: nobody could count.
#[test]
fn components_that_are_handed_around() {
    let odd = |wat: &str| match refused(Limits::default(), &beside(wat)) {
        LoadError::Odd { what, .. } => what,
        other => panic!("{other}"),
    };
    let takes = r#"(component $taker (import "c" (component $c)) (instance (instantiate $c)))"#;
    assert_eq!(odd(&format!("(component {takes})")), "imports a component or a module");
    assert_eq!(odd(r#"(component (component $c) (export "c" (component $c)))"#), "exports a component or a module");
    assert_eq!(
        odd("(component $o (component $c) (component (alias outer $o $c (component $d))))"),
        "takes a component or a module from around a component"
    );
    assert_eq!(odd("(component (type (component)))"), "has a type of components");
    assert_eq!(odd("(component (core module $m) (instance (export \"m\" (core module $m))))"), "has an instance of components or modules");
    let types = r#"(component (type (instance (type (instance)) (export "a" (instance (type 0))))))"#;
    assert_eq!(odd(types), "has a type of instances within instances");
    let said = refused(Limits::default(), &beside(&format!("(component {takes})"))).to_string();
    assert_eq!(said, "pack test 1.2.0 imports a component or a module, which no compiler of rules does; build it without composing it so");
}

fn instantiated(module: &str, times: usize) -> Vec<u8> {
    beside(&format!("(component (core module $m {module}) {})", "(core instance (instantiate $m))".repeat(times)))
}

/// Globals live in the host, which `memory-bytes` does not see. Nobody else's limit counts what is set up for a call.
#[test]
fn globals_of_many_instances() {
    assert_eq!(over(&instantiated(&"(global i32 (i32.const 0))".repeat(1_000_000), 200)).0, "declarations");
    let (limit, found) = over(&instantiated(&"(global i64 (i64.const 0))".repeat(200_000), 200));
    assert_eq!(limit, "instance-bytes");
    assert!(found > 200 * 200_000 * 16, "{found}");
    // The same of functions that could be referred to, and of elements that wait.
    assert_eq!(over(&instantiated(&"(func)".repeat(20_000), 200)).0, "instance-bytes");
    let elements = format!("(func $f) (elem func {})", "$f ".repeat(20_000));
    assert_eq!(over(&instantiated(&elements, 200)).0, "instance-bytes");
}

#[test]
fn images_of_tables_and_memories() {
    // Four megabytes in the host for each ten bytes.
    assert_eq!(over(&guest("(func $f) (table 1000000 funcref (ref.func $f))".to_owned())).0, "declarations");
    assert_eq!(over(&guest("(func $f) (table 1000000 funcref) (elem (i32.const 999999) $f)".to_owned())).0, "declarations");
    // Sixteen megabytes for two.
    let sparse = r#"(core module (memory 256) (data (i32.const 0) "a") (data (i32.const 16777214) "a"))"#;
    let (limit, found) = over(&beside(&format!("(component {})", sparse.repeat(5))));
    assert_eq!((limit.as_str(), found / (5 << 20)), ("image-bytes", 15), "{found}");
}

/// wasmtime makes one function of all that sets up a module.
#[test]
fn what_sets_up_a_module_counts_as_a_function() {
    let is = |extra: String, least: u64| {
        let (limit, found) = over(&guest(extra));
        assert_eq!(limit, "function-bytes");
        assert!(found > least, "{found}");
    };
    is(format!("(global i32 i32.const 0 {})", "i32.const 7 i32.add ".repeat(400_000)), 1_200_000);
    is(
        format!("(global i32 (i32.const 0)) (func $f) (table 50000 funcref) (elem (offset (global.get 0)) func {})", "$f ".repeat(40_000)),
        40_000 * 32,
    );
    is(format!("(func $f) (elem func {})", "$f ".repeat(40_000)), 40_000 * 32);
    is(format!("(global i32 (i32.const 0)) {}", r#"(data (offset (global.get 0)) "a")"#.repeat(5_000)), 5_000 * 256);
    // One segment out of place, and none is part of an image.
    is(format!(r#"{} (data (i32.const 65536) "a")"#, r#"(data (i32.const 0) "a")"#.repeat(5_000)), 5_000 * 256);
    let fits = guest(r#"(data (i32.const 0) "a")"#.repeat(5_000));
    assert!(host(Limits::default()).load(id("test"), &fits).is_ok(), "an image costs nothing");
}

/// A few KB of control flow that cost a compiler half a minute and half a gigabyte.
#[test]
fn tangled_functions() {
    let tangled = |extra: String| {
        let (limit, found) = over(&guest(extra));
        assert_eq!(limit, "control-flow");
        found
    };
    let nested = |open: &str, close: &str, times: usize| format!("(func (param i32) {}{})", open.repeat(times), close.repeat(times));
    assert!(tangled(nested("block ", "end ", 40_000)) > 800_000_000);
    assert!(tangled(nested("loop ", "end ", 20_000)) > 200_000_000);
    assert!(tangled(nested("local.get 0 if ", "end ", 20_000)) > 200_000_000);
    let locals = |loops: String| format!("(func (param i32) (local {}) {loops})", "i32 ".repeat(2_000));
    assert!(tangled(locals("loop local.get 0 br_if 0 end ".repeat(2_000))) > 64_000_000, "side by side");
    assert!(tangled(locals(format!("{}{}", "loop ".repeat(300), "local.get 0 br_if 0 end ".repeat(300)))) > 64_000_000, "one in the other");
    // A thousand values go along with each branch, and come of each call.
    let thousand = "i32 ".repeat(1_000);
    let many = format!("(func $many (result {thousand}) unreachable)");
    let branches = "local.get 0 br_if 0 ".repeat(70_000);
    assert!(tangled(format!("{many} (func (param i32) (block (result {thousand}) call $many {branches}) unreachable)")) > 70_000_000);
    assert!(tangled(format!("{many} (func {} unreachable)", "call $many ".repeat(70_000))) > 70_000_000);
}
