//! Encryption of what is stored.

use muster_rule::prelude::*;
use muster_rule::rds::{Cluster, Instance};

use crate::data::is_member;

pub const INSTANCE: Rule = Rule {
    id: "storage-encryption",
    title: "Database storage is not encrypted",
    category: Category::Security,
    severity: Severity::High,
    needs: &[Need { kind: "rds.instance", facets: &[] }],
    risk: "Whoever gets at its disks, backups or snapshots reads everything in it.",
    remediation: Remediation {
        text: "Encryption cannot be switched on: copy a snapshot with a key, restore the copy under a new name, move the clients, delete \
               the old database.",
        command: "aws rds create-db-snapshot --db-instance-identifier {resource} --db-snapshot-identifier {resource}-plain --region {region}",
    },
    controls: &["CIS 3.2.1", "FSBP RDS.3"],
    help: "Members of a cluster are left out: their storage is the cluster's, see `cluster-storage-encryption`.",
    check: Check::each(|_, doc| {
        let instance = Instance(doc.body);
        if is_member(instance) { skip() } else { encrypted(instance.storage_encrypted()) }
    }),
    ..Rule::EMPTY
};

pub const CLUSTER: Rule = Rule {
    id: "cluster-storage-encryption",
    title: "Database cluster storage is not encrypted",
    needs: &[Need { kind: "rds.cluster", facets: &[] }],
    remediation: Remediation {
        text: "Encryption cannot be switched on: restore a snapshot with a key as a new cluster, move the clients, delete the old one.",
        command: "aws rds create-db-cluster-snapshot --db-cluster-identifier {resource} --db-cluster-snapshot-identifier {resource}-plain \
                  --region {region}",
    },
    controls: &["CIS 3.2.1", "FSBP RDS.27"],
    help: "",
    check: Check::each(|_, doc| encrypted(Cluster(doc.body).storage_encrypted())),
    ..INSTANCE
};

fn encrypted(encrypted: Option<bool>) -> Answer {
    if encrypted == Some(true) { pass() } else { fail("storage not encrypted").with("StorageEncrypted", encrypted) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn storage_is_encrypted_or_not() {
        let found = Case::of(&INSTANCE)
            .given("a", r#"{"StorageEncrypted": true}"#)
            .given("b", r#"{"StorageEncrypted": false}"#)
            .given("c", r#"{"StorageEncrypted": false, "DBClusterIdentifier": "x"}"#)
            .run();
        assert_eq!((found.of("a"), found.of("c")), ("pass", "skip"));
        assert_eq!(found.of("b"), r#"fail: storage not encrypted {"StorageEncrypted":false}"#);
    }

    #[test]
    fn clusters_are_judged_alike() {
        let found = Case::of(&CLUSTER).given("a", r#"{"StorageEncrypted": true}"#).given("b", r#"{"StorageEncrypted": false}"#).run();
        assert_eq!(found.of("a"), "pass");
        assert_eq!(found.of("b"), r#"fail: storage not encrypted {"StorageEncrypted":false}"#);
    }
}
