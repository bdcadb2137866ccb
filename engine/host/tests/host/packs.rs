//! The built-in packs through the host: what they say of themselves, and that they judge as their sources do.

use muster_core::finding::{Rule, Severity};
use muster_host::{BuiltIn, Cancel, Described, Document, Evaluation, Job, Limits, builtin, builtin_named};
use serde_json::{Map, Value, json};

use crate::support::{NOW, host, threads};

fn described(pack: &BuiltIn) -> Described {
    let host = host(Limits::default());
    host.describe(&host.load(pack.id(), pack.bytes).expect("a pack")).expect("rules")
}

/// Whoever changes a rule must build its pack: the manifest is what `describe` of the bytes says, and that is what the
/// sources say.
#[test]
fn manifests_are_what_the_bytes_and_the_sources_say() {
    let sources = [
        ("ec2", pack_ec2::RULES),
        ("fleet", pack_fleet::RULES),
        ("iam", pack_iam::RULES),
        ("lambda", pack_lambda::RULES),
        ("rds", pack_rds::RULES),
        ("s3", pack_s3::RULES),
    ];
    assert_eq!(builtin().len(), sources.len());
    for (pack, (name, rules)) in builtin().iter().zip(sources) {
        assert_eq!(pack.manifest.name, name);
        let manifest = pack.manifest.described().expect("rules");
        assert_eq!(described(pack).rules, manifest.rules, "{name}");
        let mut source: Vec<Rule> = rules.iter().map(|rule| Rule::read(rule.id, &muster_rule::describe(rule)).expect("a rule")).collect();
        source.sort_by(|a, b| a.id.cmp(&b.id));
        assert_eq!(manifest.rules, source, "{name}: run `cargo xtask packs {name}`");
    }
}

fn volume(key: &str, body: &Value) -> Document {
    Document::new("ec2.volume", key, key, ("123456789012", "us-east-1"), body).expect("a document")
}

/// One rule of the pack `ec2` over volumes.
fn evaluate(rule: &str, params: &Value, documents: &[Document]) -> Evaluation {
    let (host, pack) = (host(Limits::default()), builtin_named("ec2").expect("a pack"));
    let loaded = host.load(pack.id(), pack.bytes).expect("a pack");
    let described = pack.manifest.described().expect("rules");
    let rule = described.rules.iter().find(|known| known.id == rule).expect("a rule");
    let params = params.as_object().cloned().unwrap_or_default();
    let job = Job { pack: &loaded, rule, params: &params, severity: Severity::High, documents };
    host.evaluate(&[job], NOW, threads(1), &Cancel::default()).expect("an evaluation")
}

fn rows(evaluation: &Evaluation) -> Value {
    evaluation.findings.iter().map(|found| json!([&*found.key, found.verdict, found.message, found.evidence])).collect()
}

#[test]
fn a_rule_judges_as_a_component() {
    let documents = [
        volume("vol-1", &json!({"Encrypted": true, "Size": 8})),
        volume("vol-2", &json!({"Encrypted": false, "Size": 8, "Tags": {"이름": "\"웹\" \u{1f600}"}})),
        volume("vol-3", &json!({"Encrypted": false, "Size": 1})),
    ];
    let evaluation = evaluate("volume-encryption", &json!({"min-size": 2}), &documents);
    let fail = json!(["vol-2", "fail", "not encrypted", {"Encrypted": false, "Size": 8}]);
    assert_eq!(rows(&evaluation), json!([["vol-1", "pass", "EBS volume is not encrypted", Map::new()], fail]));
    assert_eq!((evaluation.work[0].documents, evaluation.work[0].findings), (3, 2), "one is not judged");
}

/// A document that is not what its kind says has no verdict, whatever the rule made of it; the others keep theirs.
#[test]
fn a_document_of_another_shape_is_errored_alone() {
    let documents = [volume("vol-1", &json!({"Encrypted": true, "Size": 8})), volume("vol-2", &json!({"Encrypted": "no", "Size": 8}))];
    let evaluation = evaluate("volume-encryption", &json!({}), &documents);
    let verdicts: Vec<String> = evaluation.findings.iter().map(|found| format!("{} {}", found.key, found.verdict)).collect();
    assert_eq!(verdicts, ["vol-1 pass", "vol-2 errored"]);
    let said = &evaluation.findings[1].message;
    assert!(said.contains("bad-input: `Encrypted` is no boolean in vol-2"), "{said}");
}
