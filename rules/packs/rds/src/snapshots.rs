//! Snapshots that somebody took.

use muster_rule::prelude::*;
use muster_rule::rds::{ClusterSnapshot, Snapshot};

use crate::data::{ENGINES, days};

pub const PUBLIC: Rule = Rule {
    id: "public-snapshot",
    title: "Database snapshot is public",
    category: Category::Security,
    severity: Severity::Critical,
    needs: &[Need { kind: "rds.snapshot", facets: &["shared"] }],
    risk: "Everybody with an AWS account can restore it and read the whole database; people look for such snapshots.",
    remediation: Remediation {
        text: "Take the right to restore away from everybody, then treat what is in it as known to others.",
        command: "aws rds modify-db-snapshot-attribute --db-snapshot-identifier {resource} --attribute-name restore --values-to-remove all \
                  --region {region}",
    },
    controls: &["FSBP RDS.1"],
    check: Check::each(|_, doc| shared(doc.body)),
    ..Rule::EMPTY
};

pub const CLUSTER_PUBLIC: Rule = Rule {
    id: "public-cluster-snapshot",
    title: "Database cluster snapshot is public",
    needs: &[Need { kind: "rds.cluster-snapshot", facets: &["shared"] }],
    remediation: Remediation {
        text: PUBLIC.remediation.text,
        command: "aws rds modify-db-cluster-snapshot-attribute --db-cluster-snapshot-identifier {resource} --attribute-name restore \
                  --values-to-remove all --region {region}",
    },
    ..PUBLIC
};

pub const ENCRYPTION: Rule = Rule {
    id: "snapshot-encryption",
    title: "Database snapshot is not encrypted",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "rds.snapshot", facets: &[] }],
    risk: "Whoever is given it, by sharing or by mistake, reads everything in it.",
    remediation: Remediation {
        text: "Copy it with a key, then delete the one without.",
        command: "aws rds copy-db-snapshot --source-db-snapshot-identifier {resource} --target-db-snapshot-identifier {resource}-encrypted \
                  --kms-key-id alias/aws/rds --region {region}",
    },
    controls: &["FSBP RDS.4"],
    check: Check::each(|_, doc| encrypted("Encrypted", Snapshot(doc.body).encrypted())),
    ..Rule::EMPTY
};

pub const CLUSTER_ENCRYPTION: Rule = Rule {
    id: "cluster-snapshot-encryption",
    title: "Database cluster snapshot is not encrypted",
    needs: &[Need { kind: "rds.cluster-snapshot", facets: &[] }],
    remediation: Remediation {
        text: "A copy of it cannot be encrypted: restore it with a key as a new cluster, take a snapshot of that, then delete that cluster and the \
               snapshot without. Fill in the engine of the snapshot.",
        command: "aws rds restore-db-cluster-from-snapshot --db-cluster-identifier {resource}-encrypted --snapshot-identifier {resource} \
                  --engine ENGINE --kms-key-id alias/aws/rds --region {region}",
    },
    check: Check::each(|_, doc| encrypted("StorageEncrypted", ClusterSnapshot(doc.body).storage_encrypted())),
    ..ENCRYPTION
};

pub const UNUSED: Rule = Rule {
    id: "unused-snapshot",
    title: "Manual database snapshot is old",
    category: Category::Cost,
    severity: Severity::Low,
    needs: &[Need { kind: "rds.snapshot", facets: &["tags"] }],
    params: &[
        Param::integer("days", 30, "Days after which a snapshot counts as forgotten").min(1),
        Param::texts(
            "keep",
            &["keep", "retention", "muster:*"],
            "Keys of tags that say a snapshot is kept on purpose; one that ends in `*` stands for all that begin so",
        ),
    ],
    risk: "A manual snapshot stays, and is paid for, until somebody deletes it.",
    remediation: Remediation {
        text: "Check that its source still exists: of one that is gone it may be the last copy. Then delete it, or give it a tag `keep` with \
               the reason.",
        command: "aws rds describe-db-snapshots --db-snapshot-identifier {resource} --region {region}",
    },
    controls: &[],
    help: "`UsdPerMonthAtMost` is by the size of the database. What a snapshot really costs AWS does not tell: each holds what changed since the \
           one before, and is charged only beyond the size of the database. So nothing is counted as saved.",
    check: Check::each(|ask, doc| {
        let snapshot = Snapshot(doc.body);
        unused(ask, "instance", (snapshot.snapshot_create_time(), snapshot.allocated_storage(), snapshot.tags()))
    }),
    ..Rule::EMPTY
};

pub const CLUSTER_UNUSED: Rule = Rule {
    id: "unused-cluster-snapshot",
    title: "Manual database cluster snapshot is old",
    needs: &[Need { kind: "rds.cluster-snapshot", facets: &["tags"] }],
    remediation: Remediation {
        text: UNUSED.remediation.text,
        command: "aws rds describe-db-cluster-snapshots --db-cluster-snapshot-identifier {resource} --region {region}",
    },
    check: Check::each(|ask, doc| {
        let snapshot = ClusterSnapshot(doc.body);
        unused(ask, "cluster", (snapshot.snapshot_create_time(), snapshot.allocated_storage(), snapshot.tags()))
    }),
    ..UNUSED
};

fn shared(body: Object<'_>) -> Answer {
    let Some(restore) = body.list("Restore") else { return unknown("who may restore it is not known") };
    if restore.texts().any(|account| account == "all") { fail("everybody may restore it").with("Restore", restore) } else { pass() }
}

fn encrypted(member: &'static str, encrypted: Option<bool>) -> Answer {
    match encrypted {
        Some(true) => pass(),
        other => fail("snapshot not encrypted").with(member, other),
    }
}

/// Whether there is a tag of this key, or of one that begins so when the key ends in `*`.
fn carries(tags: Object<'_>, key: &str) -> bool {
    match key.strip_suffix('*') {
        Some(start) => tags.members().any(|(name, _)| name.starts_with(start)),
        None => tags.get(key).is_some(),
    }
}

/// Judges by the time it was taken, its size in GiB, and its tags. One that is still being taken has no time.
fn unused(ask: &Ask<'_>, what: &str, (taken, size, tags): (Option<Time>, Option<i64>, Object<'_>)) -> Answer {
    let Some(taken) = taken else { return skip() };
    if ask.params.texts("keep").into_iter().any(|key| carries(tags, &key)) {
        return skip();
    }
    let (age, limit) = (ask.now.days_since(taken), ask.params.integer("days"));
    if age <= limit {
        return pass();
    }
    let size = size.unwrap_or(0);
    let answer =
        fail(format!("{} old, at most {limit} wanted", days(age))).with("SnapshotCreateTime", taken).with("AllocatedStorage", size);
    let price = ask.data(&ENGINES).object("usd-per-snapshot-gib-month").and_then(|prices| prices.number(what));
    // A cluster that grows by itself has no size of its own: RDS says 0 or 1.
    match price.filter(|_| size > 1) {
        Some(price) => answer.with("UsdPerMonthAtMost", (price * size as f64 * 100.0).round() / 100.0),
        None => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn everybody_is_too_many() {
        for rule in [&PUBLIC, &CLUSTER_PUBLIC] {
            let found = Case::of(rule)
                .given("a", r#"{"Restore": []}"#)
                .given("b", r#"{"Restore": ["all"]}"#)
                .given("c", r#"{"Restore": ["210987654321"]}"#)
                .run();
            assert_eq!(found.all(), ["a pass", r#"b fail: everybody may restore it {"Restore":["all"]}"#, "c pass"]);
        }
    }

    #[test]
    fn snapshots_are_encrypted() {
        let found = Case::of(&ENCRYPTION).given("a", r#"{"Encrypted": true}"#).given("b", r#"{"Encrypted": false}"#).run();
        assert_eq!(found.all(), ["a pass", r#"b fail: snapshot not encrypted {"Encrypted":false}"#]);
        let case = Case::of(&CLUSTER_ENCRYPTION).given("a", r#"{"StorageEncrypted": true}"#).given("b", r#"{"StorageEncrypted": false}"#);
        assert_eq!(case.run().all(), ["a pass", r#"b fail: snapshot not encrypted {"StorageEncrypted":false}"#]);
    }

    #[test]
    fn a_snapshot_is_old_after_a_month() {
        let body = |taken: &str, tags: &str| format!(r#"{{"SnapshotCreateTime": "{taken}", "AllocatedStorage": 100, "Tags": {{{tags}}}}}"#);
        let found = Case::of(&UNUSED)
            .given("a", &body("2026-10-22T08:59:59Z", ""))
            .given("b", &body("2026-10-21T08:59:59Z", ""))
            .given("c", &body("2020-01-01", r#""keep": "audit""#))
            .given("d", r#"{"AllocatedStorage": 8, "Tags": {}}"#)
            .run();
        assert_eq!((found.of("a"), found.of("c"), found.of("d")), ("pass", "skip", "skip"));
        let evidence = r#"{"AllocatedStorage":100,"SnapshotCreateTime":"2026-10-21T08:59:59Z","UsdPerMonthAtMost":9.5}"#;
        assert_eq!(found.of("b"), format!("fail: 31 days old, at most 30 wanted {evidence}"), "what it saves is not known");
    }

    #[test]
    fn what_muster_took_is_kept() {
        let body = r#"{"SnapshotCreateTime": "2020-01-01", "AllocatedStorage": 8, "Tags": {"muster:fleet": "shop"}}"#;
        for rule in [&UNUSED, &CLUSTER_UNUSED] {
            assert_eq!(Case::of(rule).given("a", body).run().of("a"), "skip");
            assert!(Case::of(rule).params(r#"{"keep": ["muster"]}"#).given("a", body).run().of("a").starts_with("fail: "));
            assert!(rule.remediation.command.contains(" describe-db-") && rule.remediation.text.contains("its source still exists"));
        }
    }

    #[test]
    fn a_cluster_that_says_no_size_costs_an_unknown_sum() {
        let body = |size: u32| format!(r#"{{"SnapshotCreateTime": "2026-01-01", "AllocatedStorage": {size}, "Tags": {{}}}}"#);
        let found = Case::of(&CLUSTER_UNUSED).given("a", &body(1)).given("b", &body(100)).run();
        assert!(found.of("a").starts_with("fail: ") && !found.of("a").contains("Usd"));
        assert!(found.of("b").ends_with(r#""UsdPerMonthAtMost":2.1}"#), "{}", found.of("b"));
    }
}
