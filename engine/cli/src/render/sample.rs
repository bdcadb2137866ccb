//! A hand-made plan with one of everything, for the tests of the renderers.

use std::collections::BTreeMap;

use muster_core::address::Address;
use muster_core::cloud::{Gap, InstanceSpec, Kind, Place};
use muster_core::plan::{Action, Cause, FieldChange, Held, Op, Options, Plan, Risk, Step, StepNeed, Summary};

use super::words::Frame;
use crate::reach::Remarks;

fn place() -> Place {
    Place { account: "main".to_owned(), region: "ap-northeast-2".to_owned() }
}

fn step(address: &str, kind: Kind, action: Action, cause: Cause, reason: &str, line: u32) -> Step {
    let mut step = Step::new(Address::from_text(address), place(), kind, action, cause);
    reason.clone_into(&mut step.reason);
    step.origin = Some(format!("fleet.yaml:{line}"));
    step
}

fn launch() -> Op {
    let spec = InstanceSpec {
        image: "ami-0abc".to_owned(),
        root_device: "/dev/sda1".to_owned(),
        instance_type: "t3.small".to_owned(),
        subnet: None,
        groups: Vec::new(),
        key_name: "k".to_owned(),
        disk_gib: 30,
        disk_type: "gp3".to_owned(),
        encrypted: true,
        kms_key: None,
        imds_required: true,
        public_ip: true,
        tags: BTreeMap::new(),
        volume_tags: BTreeMap::new(),
    };
    Op::Launch { tokens: vec!["t".to_owned()], spec: Box::new(spec) }
}

fn resized() -> Step {
    let fields = vec![FieldChange { field: "type".to_owned(), from: Some("t3.small".to_owned()), to: Some("t3.medium".to_owned()) }];
    let base = step("user/alice/instance", Kind::Instance, Action::Update, Cause::File, "", 31);
    Step { fields, risk: Risk::Interrupts, needs: vec![StepNeed::Stop], id: Some("i-0a1".to_owned()), ..base }
}

fn steps() -> Vec<Step> {
    let new = |part: &str, kind| step(&format!("user/김철수/{part}"), kind, Action::Create, Cause::New, "", 34);
    vec![
        resized(),
        step("user/alice/alarm", Kind::Alarm, Action::Create, Cause::Drift, "deleted outside, or an earlier apply did not finish", 31),
        new("security-group", Kind::SecurityGroup),
        new("key", Kind::KeyPair),
        Step { ops: vec![launch()], ..new("instance", Kind::Instance) },
        Step {
            id: Some("i-0e5".to_owned()),
            risk: Risk::Destroys,
            needs: vec![StepNeed::Snapshot],
            origin: None,
            ..step("user/eve/instance", Kind::Instance, Action::Delete, Cause::Removed, "its grace period ended", 1)
        },
        step("database/reports/instance", Kind::Database, Action::Stop, Cause::Schedule, "db-office wants it stopped since 19:15", 58),
    ]
}

/// A plan with one of everything.
pub(crate) fn plan() -> Plan {
    let held = Held {
        address: Address::from_text("user/bob.lee"),
        place: place(),
        why: "look-alike i-0d1e carries our tags without proof; `muster adopt user/bob.lee i-0d1e` or remove its tags".to_owned(),
        origin: Some("fleet.yaml:35".to_owned()),
    };
    let summary = Summary { create: 4, update: 1, delete: 1, stop: 1, held: 1, ..Summary::default() };
    Plan { steps: steps(), held: vec![held], summary, ..empty() }
}

/// A plan of nothing.
pub(crate) fn empty() -> Plan {
    Plan {
        format: 1,
        now: "2026-11-21T09:02:00Z".parse().expect("an instant"),
        digest: format!("sha256:{}", "9f2c".repeat(16)),
        fleet_digest: format!("sha256:{}", "f1ee".repeat(16)),
        accounts: BTreeMap::from([("main".to_owned(), "123456789012".to_owned())]),
        options: Options::default(),
        summary: Summary::default(),
        steps: Vec::new(),
        held: Vec::new(),
        gaps: Vec::new(),
        gaps_matter: false,
        notes: Vec::new(),
    }
}

/// A plan that makes an alarm for each of `n` users.
pub(crate) fn many(n: usize) -> Plan {
    let one = |at: usize| step(&format!("user/u{at}/alarm"), Kind::Alarm, Action::Create, Cause::New, "", 1);
    Plan { steps: (0..n).map(one).collect(), summary: Summary { create: n, ..Summary::default() }, ..empty() }
}

/// Something that could not be read.
pub(crate) fn gap() -> Gap {
    Gap {
        action: "ec2:DescribeVolumes".to_owned(),
        account: "123456789012".to_owned(),
        region: "ap-northeast-2".to_owned(),
        kind: Kind::Volume,
        resources: Vec::new(),
        rules: Vec::new(),
        error: "UnauthorizedOperation".to_owned(),
        unreachable: false,
    }
}

/// Around it.
pub(crate) fn frame() -> Frame {
    Frame {
        fleet: "lms-2026".to_owned(),
        timezone: Some("Asia/Seoul".to_owned()),
        places: vec!["main (1234…9012) ap-northeast-2".to_owned()],
        sandbox: false,
        calls: 10,
        seconds: Some(0.4),
        price: Some("+0.052 USD/h".to_owned()),
        digest: empty().digest,
        next: true,
        flags: String::new(),
        reach: Remarks::default(),
        links: None,
    }
}
