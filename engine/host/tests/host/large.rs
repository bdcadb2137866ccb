//! Rules that join things, over as many things as a large account has in one region: nothing cuts their groups.

use muster_core::finding::{Severity, Verdict};
use muster_host::{Cancel, Document, Evaluation, Job, Limits, builtin_named};
use serde_json::{Value, json};

use crate::support::{NOW, host, threads};

/// Things of one kind in one region: AWS's own quota for snapshots (K: EC2 quotas, "Snapshots per Region").
const THINGS: usize = 100_000;

fn document(kind: &str, arn: &str, id: &str, body: &Value) -> Document {
    let key = format!("arn:aws:ec2:us-east-1:123456789012:{arn}/{id}");
    Document::new(kind, &key, id, ("123456789012", "us-east-1"), body).expect("a document")
}

fn snapshot(n: usize) -> Document {
    let (id, volume) = (format!("snap-{n:017x}"), format!("vol-{:017x}", n / 30));
    let body = json!({
        "SnapshotId": id, "VolumeId": volume, "VolumeSize": 100, "State": "completed", "StartTime": "2026-01-02T03:04:05Z", "Encrypted": true,
        "StorageTier": "standard", "Tags": {"Name": format!("nightly of {volume}"), "team": "web"},
    });
    document("ec2.snapshot", "snapshot", &id, &body)
}

fn volume(n: usize) -> Document {
    let id = format!("vol-{n:017x}");
    let attached = json!({
        "InstanceId": format!("i-{n:017x}"), "Device": "/dev/xvda", "State": "attached", "AttachTime": "2025-01-02T03:04:05Z", "DeleteOnTermination": true,
    });
    let body = json!({
        "VolumeId": id, "Size": 100, "VolumeType": "gp3", "State": "in-use", "Encrypted": true, "Iops": 3000, "Throughput": 125,
        "KmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab", "CreateTime": "2025-01-02T03:04:05Z",
        "SnapshotId": format!("snap-{n:017x}"), "AvailabilityZone": "us-east-1a", "Attachments": [attached],
    });
    document("ec2.volume", "volume", &id, &body)
}

fn instance(n: usize) -> Document {
    let id = format!("i-{n:017x}");
    let ebs = json!({"VolumeId": format!("vol-{n:017x}"), "AttachTime": "2025-01-02T03:04:05Z", "DeleteOnTermination": true});
    let body = json!({
        "InstanceId": id, "InstanceType": "m7i.4xlarge", "ImageId": "ami-0123456789abcdef0", "State": "stopped", "Architecture": "x86_64",
        "PlatformDetails": "Linux/UNIX", "LaunchTime": "2025-01-02T03:04:05Z", "StateTransitionReason": "User initiated (2026-01-02 03:04:05 GMT)",
        "VpcId": "vpc-0123456789abcdef0", "SubnetId": "subnet-0123456789abcdef0", "SecurityGroups": ["sg-0123456789abcdef0", "sg-0123456789abcdef1"],
        "IamInstanceProfile": {"Arn": "arn:aws:iam::123456789012:instance-profile/web"}, "Monitoring": {"State": "disabled"},
        "RootDeviceName": "/dev/xvda", "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": ebs}],
    });
    document("ec2.instance", "instance", &id, &body)
}

fn interface(n: usize) -> Document {
    let id = format!("eni-{n:017x}");
    let body = json!({
        "NetworkInterfaceId": id, "InterfaceType": "lambda", "Description": "AWS Lambda VPC ENI-0123456789abcdef", "Status": "in-use",
        "VpcId": "vpc-0123456789abcdef0", "SubnetId": "subnet-0123456789abcdef0", "Groups": [format!("sg-{:017x}", n / 100)],
        "InstanceId": format!("i-{n:017x}"), "PublicIp": "198.51.100.7",
    });
    document("ec2.network-interface", "network-interface", &id, &body)
}

fn group(n: usize) -> Document {
    let id = format!("sg-{n:017x}");
    let open = json!({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": ["0.0.0.0/0"]});
    let body =
        json!({"GroupId": id, "GroupName": format!("web-{n}"), "Description": "web", "IpPermissions": [open], "IpPermissionsEgress": []});
    document("ec2.security-group", "security-group", &id, &body)
}

/// One rule of the built-in pack `ec2` over documents, with the usual limits.
fn judged(rule: &str, documents: &[Document]) -> Evaluation {
    let (host, pack) = (host(Limits::default()), builtin_named("ec2").expect("a pack"));
    let loaded = host.load(pack.id(), pack.bytes).expect("a pack");
    let described = pack.manifest.described().expect("rules");
    let rule = described.rules.iter().find(|known| known.id == rule).expect("a rule");
    let params = serde_json::Map::new();
    let job = Job { pack: &loaded, rule, params: &params, severity: Severity::High, documents };
    host.evaluate(&[job], NOW, threads(1), &Cancel::default()).expect("an evaluation")
}

/// Every document of the kind that the rule judges has this verdict, by one call.
fn all_are(verdict: Verdict, count: usize, rule: &str, documents: &[Document]) {
    let evaluation = judged(rule, documents);
    let other = evaluation.findings.iter().find(|finding| finding.verdict != verdict);
    assert_eq!((evaluation.findings.len(), other), (count, None), "{rule}");
    assert_eq!(evaluation.work[0].calls, 1, "{rule}");
}

#[test]
fn a_hundred_thousand_snapshots_are_judged_at_once() {
    let snapshots: Vec<Document> = (0..THINGS).map(snapshot).collect();
    all_are(Verdict::Fail, THINGS, "old-snapshot", &snapshots);
}

#[test]
fn a_hundred_thousand_interfaces_are_judged_at_once() {
    let documents: Vec<Document> = (0..THINGS).map(interface).chain((0..THINGS / 100).map(group)).collect();
    all_are(Verdict::Fail, THINGS / 100, "open-ports", &documents);
}

#[test]
fn a_hundred_thousand_machines_with_their_disks_are_judged_at_once() {
    let documents: Vec<Document> = (0..THINGS).flat_map(|n| [instance(n), volume(n)]).collect();
    all_are(Verdict::Fail, THINGS, "long-stopped-instance", &documents);
}
