//! Laws of reading fleet.yaml: schema and reader agree, order and comments mean nothing, no input makes it slow or panic.
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod effort;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use effort::Effort;
use muster_core::diag::render;
use muster_core::digest;
use muster_core::fleet::{FileSource, LoadOptions, Loaded, load, scaffold, schema};
use muster_core::yaml::{self, Node, Value};
use proptest::prelude::*;
use serde_json::Value as Json;

struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, _: &str) -> Result<Vec<u8>, String> {
        Err("there is no such file".to_owned())
    }
}

fn read(bytes: &[u8]) -> Loaded {
    load("fleet.yaml", bytes, &NoFiles, &LoadOptions { region: None, sandbox: true })
}

/// The target of fuzzing: whatever the bytes, an answer that can be rendered, soon, and a fleet exactly when there is no error.
pub fn fuzz_load(data: &[u8]) {
    let begun = Effort::begin();
    let loaded = read(data);
    let text = render(&loaded.diagnostics, &loaded.sources, false, 80);
    assert!(loaded.fleet.is_some() || !text.is_empty());
    assert!(begun.taken() < Duration::from_secs(5), "{} bytes took {:?}", data.len(), begun.taken());
}

fn reference() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/reference/fleet.yaml")
}

fn corpus() -> Vec<Vec<u8>> {
    let cases = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fleet/cases")).unwrap();
    let files = cases.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let mut corpus: Vec<Vec<u8>> = files.map(|path| fs::read(path).unwrap()).collect();
    corpus.extend([fs::read(reference()).unwrap(), scaffold().as_bytes().to_vec()]);
    corpus
}

#[test]
fn the_corpus_never_panics() {
    corpus().iter().for_each(|data| fuzz_load(data));
}

#[test]
fn a_file_cut_off_anywhere_is_answered() {
    let text = fs::read(reference()).unwrap();
    (0..text.len()).step_by(37).for_each(|end| fuzz_load(&text[..end]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn random_bytes_never_panic(data in proptest::collection::vec(any::<u8>(), 0..400)) {
        fuzz_load(&data);
    }

    #[test]
    fn random_yaml_like_text_never_panics(data in "[a-z:{}\\[\\],&*!|>'\"#%@` \\n\\t-]{0,200}") {
        fuzz_load(data.as_bytes());
    }

    #[test]
    fn mutated_files_never_panic(file in any::<prop::sample::Index>(), changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..8)) {
        let corpus = corpus();
        let mut data = file.get(&corpus).clone();
        for (place, byte, how) in changes {
            if data.is_empty() { break; }
            let at = place.index(data.len());
            match how {
                0 => data[at] = byte,
                1 => data.insert(at, byte),
                _ => drop(data.remove(at)),
            }
        }
        fuzz_load(&data);
    }
}

/// Files made to hurt. The slowest takes 0.4 s alone; the bound leaves room for a machine that is busy with other tests.
#[test]
fn hostile_files_are_answered_in_time() {
    let limit = yaml::MAX_BYTES;
    let head = "fleet: f\ncloud: {provider: sandbox}\n";
    let fill = |unit: &str| format!("{head}{}", unit.repeat((limit - head.len()) / unit.len()));
    let users = |body: &str| {
        (0..limit / (body.len() + 12)).fold(format!("{head}users:\n"), |mut text, n| {
            writeln!(text, "  u{n}: {body}").unwrap();
            text
        })
    };
    let hostile = [
        vec![b'x'; 10 * 1024 * 1024],
        vec![b'\n'; limit],
        vec![b' '; limit],
        vec![b'['; limit],
        vec![b'{'; limit],
        "- ".repeat(limit / 2).into_bytes(),
        "? ".repeat(limit / 2).into_bytes(),
        "a: ".repeat(limit / 3).into_bytes(),
        "&a ".repeat(limit / 3).into_bytes(),
        "'".repeat(limit).into_bytes(),
        "김".repeat(limit / 3).into_bytes(),
        format!("{head}prices: {{per-hour: {{{}}}}}\n", "a: 1, ".repeat(limit / 8)).into_bytes(),
        fill("#\n").into_bytes(),
        users("{schedule: nowhere}").into_bytes(),
        users("{tpye: t3.small}").into_bytes(),
        users("{until: 2026-12-20}").into_bytes(),
        (0..60_000)
            .fold(format!("{head}schedules:\n"), |mut text, n| {
                writeln!(text, "  s{n}: {{timezone: Asia/Xx}}").unwrap();
                text
            })
            .into_bytes(),
        (0..20_000)
            .fold(format!("{head}schedules:\n"), |mut text, n| {
                writeln!(text, "  s{n}: {{timezone: UTC, run: 'mon 09:00-10:00', after: [{{schedule: s{}}}]}}", n + 1).unwrap();
                text
            })
            .into_bytes(),
    ];
    for data in hostile {
        let begun = Effort::begin();
        fuzz_load(&data);
        let name = String::from_utf8_lossy(&data[..data.len().min(60)]).replace('\n', " ");
        assert!(begun.taken() < Duration::from_secs(5), "{name}: {:?}", begun.taken());
    }
}

fn first_message(text: &str) -> String {
    read(text.as_bytes()).diagnostics.first().map(|one| one.message.clone()).unwrap_or_default()
}

#[test]
fn limits_hold_at_their_edge() {
    let file: Arc<str> = "f".into();
    let nested = |depth: usize| yaml::parse(&file, &format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
    assert!(nested(yaml::MAX_DEPTH).0.is_some());
    assert!(nested(yaml::MAX_DEPTH + 1).1[0].message.contains("nested deeper"));
    let list = |items: usize| yaml::parse(&file, &"- x\n".repeat(items));
    assert!(list(yaml::MAX_NODES - 1).0.is_some(), "the list itself is one value");
    assert!(list(yaml::MAX_NODES).1[0].message.contains("more than"));
    assert!(!first_message(&" ".repeat(yaml::MAX_BYTES)).contains("at most"));
    assert!(first_message(&" ".repeat(yaml::MAX_BYTES + 1)).contains("at most"));
}

/// A megabyte that is repeated is refused before it is copied, at the bound exactly.
#[test]
fn text_that_aliases_repeat_is_counted() {
    let repeated = |bytes: usize, times: usize| {
        let text = format!("- &a '{}'\n{}", "x".repeat(bytes), "- *a\n".repeat(times));
        yaml::parse(&std::sync::Arc::from("fleet.yaml"), &text)
    };
    let whole = yaml::MAX_TEXT_BYTES / 8;
    // What an anchor holds is kept beside the tree, and counted so.
    assert!(repeated(whole, 6).0.is_some());
    let (tree, problems) = repeated(whole, 7);
    assert!(tree.is_none());
    assert_eq!(problems[0].message, "more than 8 MiB of text, repetitions by aliases included");
    assert!(repeated(1_000_000, 190_000).0.is_none());
}

/// Keys by walking the example along the schema: `(section, key)`. Free-form maps (tags, parameters, prices, entries) have no keys of ours.
fn keys_used(node: &Node, schema: &Json, root: &Json, used: &mut BTreeSet<String>) {
    for option in options(schema, root) {
        match &node.value {
            Value::Map(entries) if option["type"] == "object" => {
                for (key, value) in entries {
                    match option["properties"].get(key.key_text()) {
                        Some(below) => {
                            used.insert(key.key_text().to_owned());
                            keys_used(value, below, root, used);
                        }
                        None if option["additionalProperties"].is_object() => keys_used(value, &option["additionalProperties"], root, used),
                        None => {}
                    }
                }
            }
            Value::Seq(items) if option["type"] == "array" => items.iter().for_each(|item| keys_used(item, &option["items"], root, used)),
            _ => {}
        }
    }
}

/// The alternatives of a schema, references followed.
fn options<'a>(schema: &'a Json, root: &'a Json) -> Vec<&'a Json> {
    if let Some(name) = schema["$ref"].as_str() {
        return options(root.pointer(name.trim_start_matches('#')).unwrap(), root);
    }
    match schema["anyOf"].as_array() {
        Some(all) => all.iter().flat_map(|one| options(one, root)).collect(),
        None => vec![schema],
    }
}

fn keys_known(schema: &Json, known: &mut BTreeSet<String>) {
    match schema {
        Json::Object(map) => {
            if let Some(properties) = map.get("properties").and_then(Json::as_object) {
                known.extend(properties.keys().cloned());
            }
            map.values().for_each(|below| keys_known(below, known));
        }
        Json::Array(items) => items.iter().for_each(|below| keys_known(below, known)),
        _ => {}
    }
}

#[test]
fn the_reference_and_the_schema_know_the_same_keys() {
    let text = fs::read_to_string(reference()).unwrap();
    let tree = yaml::parse(&"fleet.yaml".into(), &text).0.unwrap();
    let schema = schema();
    let (mut used, mut known) = (BTreeSet::new(), BTreeSet::new());
    keys_used(&tree, &schema, &schema, &mut used);
    keys_known(&schema, &mut known);
    // Named in the reference's comments, since the file shows the other way of writing the same thing.
    let in_comments = ["endpoint", "estate", "kms-key", "name", "owner", "ssm"];
    for key in in_comments {
        assert!(text.contains(&format!("{key}:")) && !used.contains(key), "{key}");
        used.insert(key.to_owned());
    }
    assert_eq!(used, known);
}

/// What the reader refuses as an unknown key, the schema refuses too: every object is closed or free-form.
#[test]
fn the_schema_closes_every_section() {
    fn closed(schema: &Json) {
        if let Some(map) = schema.as_object() {
            if map.contains_key("properties") && map.get("type").is_some_and(|kind| kind == "object") {
                assert!(map.contains_key("additionalProperties") && map.contains_key("description"), "{schema}");
            }
            map.values().for_each(closed);
        } else if let Some(items) = schema.as_array() {
            items.iter().for_each(closed);
        }
    }
    closed(&schema());
    assert_eq!(schema()["properties"]["cloud"]["description"], "Accounts and regions.");
    assert_eq!(schema()["$defs"]["RawCloud"]["required"], serde_json::json!(["provider"]));
}

#[test]
fn order_comments_and_spelling_of_defaults_mean_nothing() {
    let one = "fleet: f\ntimezone: UTC\ncloud: {provider: sandbox}\nusers:\n  defaults: {ssh-from: [10.0.0.9/8, 10.1.0.0/16], tags: {A: '1', B: '2'}}\n  alice: {type: t3.micro, tags: {B: '3'}}\n  bob: {}\nschedules:\n  s: {run: 'mon-fri 09:00-19:00', select: {tags: {env: [dev, stage]}}}\n";
    let two = "# moved about\nschedules:\n  s:\n    select: {tags: {env: [stage, dev]}}\n    run: ['mon-fri 09:00-19:00']\nusers:\n  bob: {tags: {}}\n  alice:\n    tags: {B: '3', A: '1'}\n    type: t3.micro\n  defaults: {tags: {B: '2', A: '1'}, ssh-from: [10.1.0.0/16, 10.0.0.0/8]}\ncloud: {provider: sandbox}\ntimezone: utc\n\n\nfleet: f\n";
    let of = |text: &str| digest::digest(&read(text.as_bytes()).fleet.unwrap());
    assert_eq!(of(one), of(two));
    assert_ne!(of(one), of(&one.replace("t3.micro", "t3.small")));
}

#[test]
fn defaults_are_laid_under_entries_key_by_key() {
    let text = "fleet: f\ntimezone: Asia/Seoul\ncloud: {provider: aws, accounts: {main: {id: '123456789012'}}, regions: [ap-northeast-2, us-east-1]}\nusers:\n  defaults: {ssh-from: 10.0.0.0/8, disk: {size: 50GiB, type: gp2}, schedule: s, until-nothing: 1}\n  a: {disk: {size: 60GiB}, until: 2026-12-20, in: main/us-east-1, type: t4g.small}\n  b: {schedule: none, idle-stop: none}\nschedules: {s: {run: 'mon-fri 09:00-19:00'}}\n";
    assert!(first_message(text).contains("unknown key `until-nothing`"));
    let fleet = read(text.replace(", until-nothing: 1", "").as_bytes()).fleet.unwrap();
    let (a, b) = (&fleet.users["a"], &fleet.users["b"]);
    assert_eq!((a.disk.size_gib, a.disk.volume_type.as_str(), b.disk.size_gib), (60, "gp2", 50));
    assert_eq!((a.place.to_string(), b.place.to_string()), ("main/us-east-1".to_owned(), "main/ap-northeast-2".to_owned()));
    assert_eq!((a.architecture.as_str(), b.architecture.as_str()), ("arm64", "x86_64"));
    assert_eq!(a.until_instant.unwrap().to_string(), "2026-12-20T15:00:00Z", "midnight in Seoul after the last day");
    assert!(a.schedule.is_some() && b.schedule.is_none() && a.idle_stop.is_some() && b.idle_stop.is_none());
    assert_eq!((a.span.line, b.span.line), (6, 7));
}

#[test]
fn regions_come_from_file_then_environment_then_sandbox() {
    let of = |text: &str, region: Option<&str>, sandbox: bool| {
        let options = LoadOptions { region: region.map(str::to_owned), sandbox };
        load("fleet.yaml", text.as_bytes(), &NoFiles, &options).fleet.map(|fleet| fleet.cloud.regions)
    };
    let open = "cloud: {provider: aws}\n";
    assert_eq!(of("cloud: {provider: aws, regions: [eu-west-1]}\n", Some("us-east-1"), true), Some(vec!["eu-west-1".to_owned()]));
    assert_eq!(of(open, Some("us-east-1"), false), Some(vec!["us-east-1".to_owned()]));
    assert_eq!(of(open, None, true), Some(vec!["ap-northeast-2".to_owned()]));
    assert_eq!(of(open, None, false), None);
}

#[test]
fn secrets_are_in_no_source_and_no_message() {
    let text = "fleet: f\ncloud: {provider: sandbox}\nusers:\n  a:\n    ssh-from: 10.0.0.0/8\n    key: |\n      -----BEGIN OPENSSH PRIVATE KEY-----\n      SECRET1\n      -----END OPENSSH PRIVATE KEY-----\n  b: {ssh-from: 10.0.0.0/8, password: SECRET2, key: 'x SECRET3'}\n  c:\n    key: |\n      SECRET4\n      SECRET4\n    master-secret: {x: [SECRET5, 'SECRET5']}\nnotify: {to: [{webhook: 'https://hooks.example.com/SECRET6'}, {webhook: {env: 'https://u:SECRET7@x/'}}]}\n";
    let loaded = read(text.as_bytes());
    let all = format!("{}{:?}{:?}", render(&loaded.diagnostics, &loaded.sources, true, 100), loaded.diagnostics, loaded.sources);
    assert!(loaded.fleet.is_none() && !all.contains("SECRET"), "{all}");
}
