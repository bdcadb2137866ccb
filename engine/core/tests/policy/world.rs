//! Rules, kinds and a fleet to hold policies against.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use muster_core::facet::{Arn, Call, FacetSpec, Home, KindSpec};
use muster_core::finding::{PackId, Rule};
use muster_core::fleet::FileSource;
use muster_core::policy::Ground;
use muster_core::span::Span;
use serde_json::{Value, json};

/// Files of a folder.
pub struct Folder(pub PathBuf);

impl FileSource for Folder {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        fs::read(self.0.join(relative)).map_err(|_| "there is no such file".to_owned())
    }
}

/// Files by name.
pub struct Files(pub BTreeMap<String, String>);

impl FileSource for Files {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        self.0.get(relative).map(|text| text.clone().into_bytes()).ok_or_else(|| "there is no such file".to_owned())
    }
}

fn rule(id: &str, kind: &str, severity: &str, params: Value) -> Rule {
    let body = json!({"title": format!("{id} is not as it should be"), "category": "security", "severity": severity, "needs": [{"kind": kind}], "params": params});
    Rule::read(id, &body.to_string()).unwrap()
}

fn pack(name: &str, rules: Vec<Rule>) -> (PackId, Vec<Rule>) {
    (PackId { name: name.to_owned(), version: "1.0.0".to_owned() }, rules)
}

fn members(members: Value) -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": members})
}

/// Four packs: one of them the user's own, one with a schema that is not understood and a kind that is not known.
pub fn catalogue() -> Vec<(PackId, Vec<Rule>)> {
    let ports = members(json!({
        "ports": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 65535}, "default": [22]},
        "mode": {"type": "string", "enum": ["strict", "loose"], "default": "strict"},
        "hidden": {"type": "boolean", "default": false},
    }));
    let tags = members(json!({
        "keys": {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 128}},
        "limits": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}, "default": {"gp2": 0.5}},
    }));
    let mut required = rule("tags", "test.instance", "low", tags);
    required.params.insert("required".to_owned(), json!(["keys"]));
    let ec2 = vec![
        rule("open-ports", "test.instance", "high", ports),
        rule("volume-encryption", "test.instance", "medium", members(json!({"min-size": {"type": "integer", "minimum": 0, "default": 0}}))),
        required,
    ];
    let iam = vec![rule("root", "test.account", "critical", json!({})), rule("mfa", "test.account", "high", json!({}))];
    let odd = vec![
        rule("pattern", "test.instance", "low", members(json!({"name": {"type": "string", "pattern": "^a"}}))),
        rule("default", "test.instance", "low", members(json!({"days": {"type": "integer", "minimum": 7, "default": 1}}))),
        rule("kind", "test.planet", "low", json!({})),
    ];
    vec![pack("ec2", ec2), pack("iam", iam), pack("naming", vec![rule("names", "test.instance", "info", json!({}))]), pack("odd", odd)]
}

const INSTANCE: KindSpec = KindSpec {
    word: "test.instance",
    says: "A machine.",
    home: Home::Region,
    id: "Id",
    arn: Arn::None,
    calls: &[Call::once("test:DescribeInstances")],
    facets: &[FacetSpec { word: "tags", says: "Its tags.", members: &["Tags"], calls: &[] }],
    schema: |generator| generator.subschema_for::<String>(),
};

const ACCOUNT: KindSpec = KindSpec { word: "test.account", says: "An account.", home: Home::Account, id: "", facets: &[], ..INSTANCE };

static KINDS: [KindSpec; 2] = [INSTANCE, ACCOUNT];

/// Two accounts, two regions, a zone ahead of UTC.
pub fn ground() -> Ground {
    let account = |name: &str, id: &str| (name.to_owned(), Some(id.to_owned()));
    let fleet: Arc<str> = "fleet.yaml".into();
    Ground {
        accounts: BTreeMap::from([account("main", "123456789012"), account("data", "210987654321")]),
        regions: ["us-east-1", "ap-northeast-2"].map(str::to_owned).into(),
        packs: BTreeMap::from([("naming".to_owned(), Span::start_of(&fleet))]),
        unread: Vec::new(),
        listed: Some(Span::start_of(&fleet)),
        zone: TimeZone::get("Asia/Seoul").unwrap(),
        kinds: |word| KINDS.iter().find(|kind| kind.word == word),
    }
}

/// 2026-11-21 18:00 in Seoul.
pub fn now() -> Timestamp {
    "2026-11-21T09:00:00Z".parse().unwrap()
}
