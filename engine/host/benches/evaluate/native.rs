//! The rules of the guests as Rust would have them without a host: serde's derive over the same JSON, and the same findings.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use muster_core::finding::{Finding, PackId, Rule, Severity, Verdict};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::NOW;
use super::estate::{Estate, Given};

/// What is said of a thing; nothing when it is not judged.
pub(crate) type Said = Option<(Verdict, String, Value)>;
/// A rule, asked about everything at once, as those that compare things must be.
pub(crate) type Judge = fn(&[Given]) -> Vec<Said>;

/// What the host gives for `judge`'s answers.
pub(crate) fn findings(estate: &Estate, judge: Judge, kind: &str, rule: &Rule, pack: &Arc<PackId>) -> Vec<Finding> {
    let words: [Arc<str>; 4] = [rule.id.as_str().into(), kind.into(), "123456789012".into(), "us-east-1".into()];
    let finding = |(given, said): (&Given, Said)| {
        let (verdict, message, evidence) = said?;
        let [rule_id, kind, account, region] = words.clone();
        Some(Finding {
            rule: rule_id,
            pack: Arc::clone(pack),
            verdict,
            severity: Severity::High,
            kind,
            key: Arc::clone(&given.key),
            resource: Arc::clone(&given.key),
            account,
            region,
            message: if message.is_empty() { rule.title.clone() } else { message },
            evidence: evidence.as_object().cloned().unwrap_or_else(Map::new),
            fault: None,
        })
    };
    estate.given.iter().zip(judge(&estate.given)).filter_map(finding).collect()
}

fn each<'a, T: Deserialize<'a>>(given: &'a [Given], judge: impl Fn(T) -> Said) -> Vec<Said> {
    given.iter().map(|given| judge(serde_json::from_str(&given.body).expect("a body"))).collect()
}

fn pass(evidence: Value) -> Said {
    Some((Verdict::Pass, String::new(), evidence))
}

fn fail(message: impl Into<String>, evidence: Value) -> Said {
    Some((Verdict::Fail, message.into(), evidence))
}

/// What the rules read of a volume; a rule takes the members it needs and skips the others, as derived code does.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Storage {
    #[serde(default)]
    encrypted: bool,
    size: i64,
}

/// `ec2/volume-encryption`, as the pack that everybody has says it.
pub(crate) fn encryption(given: &[Given]) -> Vec<Said> {
    each(given, |volume: Storage| {
        let evidence = json!({"Encrypted": volume.encrypted, "Size": volume.size});
        if volume.encrypted || volume.size < 8 { pass(Value::Null) } else { fail("not encrypted", evidence) }
    })
}

/// The same as the guests of the museum say it.
pub(crate) fn museum(given: &[Given]) -> Vec<Said> {
    each(given, |volume: Storage| {
        let fine = volume.encrypted || volume.size < 8;
        if fine { pass(Value::Null) } else { fail("EBS volume is not encrypted", json!({"size": volume.size})) }
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tagged<'a> {
    #[serde(borrow, default)]
    tags: HashMap<Cow<'a, str>, Cow<'a, str>>,
}

/// `examples/rules/rust`.
pub(crate) fn name(given: &[Given]) -> Vec<Said> {
    each(given, |volume: Tagged<'_>| match volume.tags.get("Name") {
        None => fail("no tag `Name`", Value::Null),
        Some(name) if name.starts_with("lms-") => pass(Value::Null),
        Some(name) => fail("its name does not begin with lms-", json!({"Name": name})),
    })
}

/// `examples/rules/zig`.
pub(crate) fn owner(given: &[Given]) -> Vec<Said> {
    each(given, |volume: Tagged<'_>| {
        let there = volume.tags.get("owner").is_some_and(|owner| !owner.is_empty());
        if there { pass(Value::Null) } else { fail("no tag `owner`", Value::Null) }
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Typed<'a> {
    size: i64,
    #[serde(borrow)]
    volume_type: Cow<'a, str>,
}

/// `examples/rules/c`.
pub(crate) fn old_type(given: &[Given]) -> Vec<Said> {
    each(given, |volume: Typed<'_>| {
        let (kind, evidence) = (&volume.volume_type, json!({"VolumeType": volume.volume_type}));
        let old = matches!(&**kind, "gp2" | "io1" | "standard");
        (volume.size >= 1).then_some(())?;
        if old { fail(format!("type {kind}, gp3 wanted"), evidence) } else { pass(evidence) }
    })
}

/// `examples/rules/cpp`.
pub(crate) fn large(given: &[Given]) -> Vec<Said> {
    each(given, |volume: Storage| {
        let (size, evidence) = (volume.size, json!({"Size": volume.size}));
        if size <= 500 { pass(evidence) } else { fail(format!("size {size} GiB, at most 500 wanted"), evidence) }
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Fast {
    #[serde(default)]
    iops: Option<i64>,
    size: i64,
}

/// `examples/rules/assemblyscript`.
pub(crate) fn iops(given: &[Given]) -> Vec<Said> {
    each(given, |volume: Fast| {
        let (iops, size) = (volume.iops?, volume.size);
        let (most, evidence) = ((size * 50).max(3_000), json!({"Iops": iops, "Size": size}));
        if iops <= most {
            pass(evidence)
        } else {
            fail(format!("{iops} operations a second on {size} GiB, at most {most} wanted"), evidence)
        }
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Idle<'a> {
    #[serde(borrow)]
    state: Cow<'a, str>,
    #[serde(default)]
    create_time: Option<Timestamp>,
}

/// `examples/rules/javascript`.
pub(crate) fn forgotten(given: &[Given]) -> Vec<Said> {
    const DAY: i64 = 24 * 60 * 60;
    let now = i64::try_from(NOW).expect("this century");
    each(given, |volume: Idle<'_>| {
        if volume.state != "available" {
            return pass(Value::Null);
        }
        let Some(made) = volume.create_time else {
            return Some((Verdict::Unknown, "AWS does not say when it was made".to_owned(), Value::Null));
        };
        let (age, evidence) = ((now - made.as_second()) / DAY, json!({"CreateTime": made.to_string()}));
        if age < 7 { pass(evidence) } else { fail(format!("on no instance, {age} days old, less than 7 wanted"), evidence) }
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Disk<'a> {
    #[serde(default)]
    encrypted: bool,
    #[serde(borrow, default)]
    attachments: Vec<Attachment<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attachment<'a> {
    #[serde(borrow)]
    instance_id: Cow<'a, str>,
}

/// `examples/rules/go`.
pub(crate) fn half_encrypted(given: &[Given]) -> Vec<Said> {
    let disks: Vec<Disk<'_>> = given.iter().map(|given| serde_json::from_str(&given.body).expect("a body")).collect();
    let encrypted = disks.iter().filter(|disk| disk.encrypted).flat_map(|disk| &disk.attachments);
    let encrypted: HashSet<&str> = encrypted.map(|attached| &*attached.instance_id).collect();
    let said = |disk: &Disk<'_>| {
        let instance = &*disk.attachments.first()?.instance_id;
        if disk.encrypted || !encrypted.contains(instance) {
            return pass(Value::Null);
        }
        fail(format!("not encrypted, another volume of {instance} is"), json!({"Encrypted": false, "InstanceId": instance}))
    };
    disks.iter().map(said).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Bucket<'a> {
    #[serde(borrow, default)]
    tags: HashMap<Cow<'a, str>, Cow<'a, str>>,
    #[serde(borrow, default)]
    versioning_configuration: Option<Versioning<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Versioning<'a> {
    #[serde(borrow, default)]
    status: Option<Cow<'a, str>>,
}

/// `examples/rules/python`.
pub(crate) fn versions(given: &[Given]) -> Vec<Said> {
    each(given, |bucket: Bucket<'_>| {
        (!bucket.tags.contains_key("scratch")).then_some(())?;
        let status = bucket.versioning_configuration.and_then(|versioning| versioning.status);
        let status = status.as_deref().unwrap_or("never set");
        if status == "Enabled" {
            pass(Value::Null)
        } else {
            fail(format!("versioning {status}, Enabled wanted"), json!({"Status": status}))
        }
    })
}
