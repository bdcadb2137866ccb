//! Things to judge, as `advise` hands them to rules, and the same text for native code.

use std::sync::Arc;

use muster_host::Document;
use serde_json::{Value, json};

/// Things of one kind.
pub(crate) struct Estate {
    /// What guests get.
    pub(crate) documents: Vec<Document>,
    /// What native code gets.
    pub(crate) given: Vec<Given>,
}

/// One thing.
pub(crate) struct Given {
    pub(crate) key: Arc<str>,
    /// Its JSON, canonical as in a document.
    pub(crate) body: String,
}

/// `count` things of `kind`, and its name for them.
pub(crate) fn estate(kind: &str, count: usize) -> Estate {
    let (prefix, body): (_, fn(usize) -> Value) = if kind == "s3.bucket" { ("bucket", bucket) } else { ("vol", volume) };
    let key = |n: usize| format!("{prefix}-{n:017x}");
    let document = |n: usize| Document::new(kind, &key(n), &key(n), ("123456789012", "us-east-1"), &body(n)).expect("a document");
    let given = |n: usize| Given { key: key(n).into(), body: muster_core::digest::canonical(&body(n)) };
    Estate { documents: (0..count).map(document).collect(), given: (0..count).map(given).collect() }
}

/// A volume, about 480 bytes. Every rule finds some that pass and some that fail: one in four is not encrypted, some are large, fast, old, nameless or
/// unattached; two hang on each instance.
fn volume(n: usize) -> Value {
    let id = format!("vol-{n:017x}");
    let attached = json!([{"AttachTime": "2026-01-01T00:00:00Z", "DeleteOnTermination": true, "Device": "/dev/sda1",
        "InstanceId": format!("i-{:017x}", n / 2), "State": "attached", "VolumeId": id}]);
    let (state, attachments) = if n.is_multiple_of(6) { ("available", json!([])) } else { ("in-use", attached) };
    let name = if n.is_multiple_of(5) { "scratch" } else { "lms-web" };
    let owner = if n.is_multiple_of(3) { "" } else { "payments" };
    json!({
        "Attachments": attachments, "AvailabilityZone": "us-east-1a", "CreateTime": "2026-01-01T00:00:00Z", "Encrypted": !n.is_multiple_of(4),
        "Iops": if n.is_multiple_of(9) { 16_000 } else { 3_000 }, "MultiAttachEnabled": false, "Size": 100 + (n % 7) * 100,
        "SnapshotId": format!("snap-{n:017x}"), "State": state, "Tags": {"Name": name, "env": "prod", "owner": owner},
        "Throughput": 125, "VolumeId": id, "VolumeType": if n.is_multiple_of(8) { "gp2" } else { "gp3" },
    })
}

/// A bucket, about 260 bytes; one in three keeps no versions, one in ten is for scratch.
fn bucket(n: usize) -> Value {
    let versioning =
        if n.is_multiple_of(3) { json!({"Status": "Suspended"}) } else { json!({"MFADelete": "Disabled", "Status": "Enabled"}) };
    let tags = if n.is_multiple_of(10) { json!({"env": "dev", "scratch": ""}) } else { json!({"env": "prod", "team": "payments"}) };
    json!({
        "BucketArn": format!("arn:aws:s3:::bucket-{n:017x}"), "BucketRegion": "us-east-1", "CreationDate": "2026-01-01T00:00:00Z",
        "Name": format!("bucket-{n:017x}"), "Tags": tags, "VersioningConfiguration": versioning,
    })
}
