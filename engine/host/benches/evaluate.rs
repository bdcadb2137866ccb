//! What a rule costs beside the same rule in Rust over the same JSON, in one run:
//! `cargo bench -p muster-host --bench evaluate`. Prints, asserts only that both find the same.
#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use muster_core::finding::{Finding, PackId, Rule, Severity, Verdict};
use muster_host::{Cache, Cancel, Document, Host, Job, Limits, Pack, builtin_named};
use serde::Deserialize;
use serde_json::{Map, Value, json};

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

/// A volume as EC2 describes it, 559 bytes; every fourth is not encrypted.
fn body(n: usize) -> Value {
    json!({
        "Attachments": [{"AttachTime": "2026-01-01T00:00:00Z", "Device": "/dev/sda1", "InstanceId": format!("i-{n:017x}"), "State": "attached",
            "VolumeId": format!("vol-{n:017x}"), "DeleteOnTermination": true}],
        "AvailabilityZone": "us-east-1a", "CreateTime": "2026-01-01T00:00:00.000Z", "Encrypted": !n.is_multiple_of(4), "Size": 100 + n % 7,
        "SnapshotId": format!("snap-{n:017x}"), "State": "in-use", "VolumeId": format!("vol-{n:017x}"), "Iops": 3000, "VolumeType": "gp3",
        "MultiAttachEnabled": false, "Throughput": 125,
        "Tags": [{"Key": "Name", "Value": "web"}, {"Key": "env", "Value": "prod"}, {"Key": "team", "Value": "payments"}],
    })
}

/// A document and what native code reads of it.
struct Estate {
    documents: Vec<Document>,
    native: Vec<Native>,
}

struct Native {
    key: Arc<str>,
    body: String,
}

fn estate(count: usize) -> Estate {
    let key = |n: usize| format!("vol-{n:017x}");
    let document = |n: usize| Document::new("ec2.volume", &key(n), &key(n), ("123456789012", "us-east-1"), &body(n)).expect("a document");
    let native = |n: usize| Native { key: key(n).into(), body: muster_core::digest::canonical(&body(n)) };
    Estate { documents: (0..count).map(document).collect(), native: (0..count).map(native).collect() }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Volume {
    #[serde(default)]
    encrypted: bool,
    size: i64,
}

/// A guest and what it is asked.
struct Subject {
    name: &'static str,
    bytes: Vec<u8>,
    rule: &'static str,
    params: Value,
    /// What it says of a volume that fails.
    said: &'static str,
    /// And what evidence it gives.
    evidence: fn(&Volume) -> Value,
}

/// The rule as Rust would have it, and the same findings as the host gives.
fn native(estate: &Estate, subject: &Subject, rule: &Rule, pack: &Arc<PackId>) -> Vec<Finding> {
    let words: [Arc<str>; 4] = [rule.id.as_str().into(), "ec2.volume".into(), "123456789012".into(), "us-east-1".into()];
    let judge = |given: &Native| {
        let volume: Volume = serde_json::from_str(&given.body).expect("a volume");
        let fine = volume.encrypted || volume.size < 8;
        let [rule_id, kind, account, region] = words.clone();
        Finding {
            rule: rule_id,
            pack: Arc::clone(pack),
            verdict: if fine { Verdict::Pass } else { Verdict::Fail },
            severity: Severity::High,
            kind,
            key: Arc::clone(&given.key),
            resource: Arc::clone(&given.key),
            account,
            region,
            message: if fine { rule.title.clone() } else { subject.said.to_owned() },
            evidence: if fine { Map::new() } else { (subject.evidence)(&volume).as_object().cloned().unwrap_or_default() },
            fault: None,
        }
    };
    estate.native.iter().map(judge).collect()
}

fn micros(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e6)
}

fn load(host: &Host, bytes: &[u8], name: &str) -> Pack {
    host.load(PackId { name: name.to_owned(), version: "1.0.0".to_owned() }, bytes).expect("a pack")
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

fn measure(subject: &Subject, estates: &[Estate]) {
    let Subject { name, bytes, params, .. } = subject;
    let (cold, warm) = start(bytes, name);
    println!("{name}: {} bytes, cold {} ms, from the cache {} µs", bytes.len(), cold.as_millis(), micros(warm));
    let host = Host::new(Limits::default(), None).expect("a host");
    let pack = load(&host, bytes, name);
    let described = host.describe(&pack).expect("rules");
    println!("  describe, with thread, store and instance {} µs", micros(best(|| host.describe(&pack).expect("rules"))));
    let rule = described.rules.iter().find(|rule| rule.id == subject.rule).expect("the rule");
    let params = params.as_object().cloned().unwrap_or_default();
    for estate in estates {
        let run = |threads| {
            let job = Job { pack: &pack, rule, params: &params, severity: Severity::High, documents: &estate.documents };
            host.evaluate(&[job], NOW, NonZeroUsize::new(threads).expect("threads"), &Cancel::default()).expect("an evaluation")
        };
        let evaluation = run(1);
        assert_eq!(evaluation.findings, native(estate, subject, rule, &pack.id), "{name} finds what Rust finds");
        let fuel = evaluation.work[0].fuel / estate.documents.len() as u64;
        let plain = best(|| native(estate, subject, rule, &pack.id));
        let (one, two) = (best(|| run(1)), best(|| run(2)));
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
}

fn museum(name: &'static str) -> Subject {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../rules/wit/museum/1.0.0/{name}.wasm"));
    let bytes = std::fs::read(path).expect("a guest");
    let evidence = |volume: &Volume| json!({"size": volume.size});
    Subject { name, bytes, rule: "ebs-unencrypted", params: json!({"min_size": 8}), said: "EBS volume is not encrypted", evidence }
}

/// The same rule by the SDK, in the pack that everybody has.
fn sdk() -> Subject {
    let bytes = builtin_named("ec2").expect("a pack").bytes.to_vec();
    let evidence = |volume: &Volume| json!({"Encrypted": volume.encrypted, "Size": volume.size});
    Subject { name: "ec2", bytes, rule: "volume-encryption", params: json!({"min-size": 8}), said: "not encrypted", evidence }
}

fn main() {
    let estates = SIZES.map(estate);
    for subject in [sdk(), museum("rust"), museum("c"), museum("wat")] {
        measure(&subject, &estates);
    }
}
