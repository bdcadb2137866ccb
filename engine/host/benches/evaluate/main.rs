//! What a rule costs beside the same rule in Rust over the same JSON, in one run, for every language:
//! `cargo bench -p muster-host --bench evaluate [-- NAME…]`. Prints, asserts only that both find the same.
//!
//! Components that are not checked in are made by `tests/languages/run.py --keep FOLDER` and found by `MUSTER_LANGUAGES=FOLDER`.
#![allow(clippy::print_stdout)]

mod estate;
mod native;

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use estate::{Estate, estate};
use muster_core::finding::{PackId, Severity};
use muster_host::{Cache, Cancel, Host, Job, Limits, Pack, builtin_named};
use native::Judge;
use serde_json::{Value, json};

/// Documents of one measurement.
const SIZES: [usize; 4] = [1, 100, 1_000, 10_000];
/// How long one measurement is repeated; the best counts, since other work on the machine only adds.
const BUDGET: Duration = Duration::from_millis(700);
const NOW: u64 = 1_795_251_600;

fn best<T>(mut work: impl FnMut() -> T) -> Duration {
    let (began, mut best, mut rounds) = (Instant::now(), Duration::MAX, 0);
    while rounds < 5 || began.elapsed() < BUDGET {
        let start = Instant::now();
        black_box(work());
        best = best.min(start.elapsed());
        rounds += 1;
    }
    best
}

/// A guest and what it is asked.
struct Subject {
    name: String,
    bytes: Vec<u8>,
    rule: &'static str,
    params: Value,
    kind: &'static str,
    /// The same rule in Rust.
    native: Judge,
}

fn micros(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e6)
}

fn load(host: &Host, bytes: &[u8], name: &str) -> Pack {
    host.load(PackId { name: name.replace(", ", "-").replace(' ', "-"), version: "1.0.0".to_owned() }, bytes).expect("a pack")
}

/// The time of one load with an empty cache, and with a full one.
fn start(bytes: &[u8], name: &str) -> (Duration, Duration) {
    let place = tempfile::tempdir().expect("a folder");
    let host = || Host::new(Limits::default(), Some(Cache::open(&place.path().join("c")).expect("a cache"))).expect("a host");
    let began = Instant::now();
    load(&host(), bytes, name);
    let cold = began.elapsed();
    let warm = host();
    (cold, best(|| load(&warm, bytes, name)))
}

fn measure(subject: &Subject) {
    let Subject { name, bytes, kind, .. } = subject;
    let (cold, warm) = start(bytes, name);
    println!("{name}: {} bytes, cold {} ms, from the cache {} µs", bytes.len(), cold.as_millis(), micros(warm));
    let host = Host::new(Limits::default(), None).expect("a host");
    let pack = load(&host, bytes, name);
    println!("  describe, with thread, store and instance {} µs", micros(best(|| host.describe(&pack).expect("rules"))));
    for size in SIZES {
        compare(&host, &pack, subject, &estate(kind, size));
    }
}

/// One line: native, one thread, two.
fn compare(host: &Host, pack: &Pack, subject: &Subject, estate: &Estate) {
    let described = host.describe(pack).expect("rules");
    let rule = described.rules.iter().find(|rule| rule.id == subject.rule).expect("the rule");
    let params = subject.params.as_object().cloned().unwrap_or_default();
    let run = |threads| {
        let job = Job { pack, rule, params: &params, severity: Severity::High, documents: &estate.documents };
        host.evaluate(&[job], NOW, NonZeroUsize::new(threads).expect("threads"), &Cancel::default()).expect("an evaluation")
    };
    let native = || native::findings(estate, subject.native, subject.kind, rule, &pack.id);
    let evaluation = run(1);
    assert_eq!(evaluation.findings, native(), "{} finds what Rust finds", subject.name);
    let fuel = evaluation.work[0].fuel / estate.documents.len() as u64;
    let (plain, one, two) = (best(native), best(|| run(1)), best(|| run(2)));
    let times = |time: Duration| time.as_secs_f64() / plain.as_secs_f64();
    println!(
        "  {:>6} documents: native {:>9} µs, one thread {:>9} µs = {:>5.2} ×, two {:>9} µs = {:>5.2} ×, {fuel} fuel each",
        estate.documents.len(),
        micros(plain),
        micros(one),
        times(one),
        micros(two),
        times(two)
    );
}

/// The guests of the museum: one rule, by hand or by generated bindings, with no SDK.
fn museum(name: &str) -> Subject {
    let path = root().join(format!("rules/wit/museum/1.0.0/{name}.wasm"));
    let bytes = std::fs::read(path).expect("a guest");
    let params = json!({"min_size": 8});
    Subject { name: format!("museum, {name}"), bytes, rule: "ebs-unencrypted", params, kind: "ec2.volume", native: native::museum }
}

/// By the SDK, in the pack that everybody has.
fn sdk() -> Subject {
    let bytes = builtin_named("ec2").expect("a pack").bytes.to_vec();
    let params = json!({"min-size": 8});
    Subject { name: "pack ec2".to_owned(), bytes, rule: "volume-encryption", params, kind: "ec2.volume", native: native::encryption }
}

/// The examples, each in the way its language has of reading JSON: languages, rules, parameters, kinds, and the same in Rust.
fn languages() -> [(&'static str, &'static str, Value, &'static str, Judge); 8] {
    [
        ("rust", "volume-name", json!({"prefix": "lms-"}), "ec2.volume", native::name),
        ("c", "old-type", json!({"min-size": 1}), "ec2.volume", native::old_type),
        ("cpp", "large-volume", json!({"max-size": 500}), "ec2.volume", native::large),
        ("zig", "owner-tag", json!({"tag": "owner"}), "ec2.volume", native::owner),
        ("assemblyscript", "iops-for-size", json!({"free": 3_000, "per-gib": 50}), "ec2.volume", native::iops),
        ("javascript", "forgotten-volume", json!({"days": 7}), "ec2.volume", native::forgotten),
        ("go", "half-encrypted", json!({}), "ec2.volume", native::half_encrypted),
        ("python", "bucket-versions", json!({"unless-tag": "scratch"}), "s3.bucket", native::versions),
    ]
}

/// The component of a language, checked in or kept by who built it.
fn component(language: &str) -> Option<Vec<u8>> {
    let file = format!("example-{language}.wasm");
    let kept = std::env::var_os("MUSTER_LANGUAGES").map(|folder| PathBuf::from(folder).join(&file));
    let checked_in = root().join("examples/rules").join(language).join(file);
    kept.into_iter().chain([checked_in]).find_map(|path| std::fs::read(path).ok())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn subjects() -> Vec<Subject> {
    let mut subjects = vec![sdk(), museum("rust"), museum("c"), museum("wat")];
    for (name, rule, params, kind, native) in languages() {
        match component(name) {
            Some(bytes) => subjects.push(Subject { name: name.to_owned(), bytes, rule, params, kind, native }),
            None => println!("SKIPPED {name}: no component; `tests/languages/run.py --keep FOLDER`, then MUSTER_LANGUAGES=FOLDER"),
        }
    }
    subjects
}

fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    for subject in subjects().iter().filter(|subject| chosen.is_empty() || chosen.contains(&subject.name)) {
        measure(subject);
    }
}
