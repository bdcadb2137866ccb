//! Deletion protection, and minor versions by themselves.

use muster_rule::prelude::*;
use muster_rule::rds::{Cluster, Instance};

use crate::data::is_member;

pub const INSTANCE: Rule = Rule {
    id: "deletion-protection",
    title: "Database can be deleted by one call",
    category: Category::Reliability,
    severity: Severity::Medium,
    needs: &[Need { kind: "rds.instance", facets: &[] }],
    risk: "A slip of a script or of a hand deletes the database, and its automated backups with it.",
    remediation: Remediation {
        text: "Switch deletion protection on; it costs nothing and stops nothing else.",
        command: "aws rds modify-db-instance --db-instance-identifier {resource} --deletion-protection --region {region}",
    },
    controls: &["FSBP RDS.8"],
    help: "Members of a cluster are left out: the cluster is protected, see `cluster-deletion-protection`.",
    check: Check::each(|_, doc| {
        let instance = Instance(doc.body);
        if is_member(instance) { skip() } else { protected(instance.deletion_protection()) }
    }),
    ..Rule::EMPTY
};

pub const CLUSTER: Rule = Rule {
    id: "cluster-deletion-protection",
    title: "Database cluster can be deleted by one call",
    needs: &[Need { kind: "rds.cluster", facets: &[] }],
    remediation: Remediation {
        text: "Switch deletion protection of the cluster on; it costs nothing and stops nothing else.",
        command: "aws rds modify-db-cluster --db-cluster-identifier {resource} --deletion-protection --region {region}",
    },
    controls: &["FSBP RDS.7"],
    help: "",
    check: Check::each(|_, doc| protected(Cluster(doc.body).deletion_protection())),
    ..INSTANCE
};

pub const MINOR_UPGRADES: Rule = Rule {
    id: "minor-upgrades",
    title: "Database does not take minor versions by itself",
    category: Category::Security,
    severity: Severity::Low,
    needs: &[Need { kind: "rds.instance", facets: &[] }],
    risk: "Minor versions mend security faults; without them the database keeps the faults it has.",
    remediation: Remediation {
        text: "Let RDS bring minor versions in the maintenance window, or plan them yourself and except the database.",
        command: "aws rds modify-db-instance --db-instance-identifier {resource} --auto-minor-version-upgrade --region {region}",
    },
    controls: &["CIS 3.2.2", "FSBP RDS.13"],
    check: Check::each(|_, doc| match Instance(doc.body).auto_minor_version_upgrade() {
        Some(true) => pass(),
        other => fail("minor versions are not brought automatically").with("AutoMinorVersionUpgrade", other),
    }),
    ..Rule::EMPTY
};

fn protected(protected: Option<bool>) -> Answer {
    match protected {
        Some(true) => pass(),
        other => fail("deletion protection is off").with("DeletionProtection", other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn deletion_is_refused_or_not() {
        let found = Case::of(&INSTANCE)
            .given("a", r#"{"DeletionProtection": true}"#)
            .given("b", r#"{"DeletionProtection": false}"#)
            .given("c", r#"{"DeletionProtection": false, "DBClusterIdentifier": "x"}"#)
            .run();
        assert_eq!((found.of("a"), found.of("c")), ("pass", "skip"));
        assert_eq!(found.of("b"), r#"fail: deletion protection is off {"DeletionProtection":false}"#);
        let found = Case::of(&CLUSTER).given("a", r#"{"DeletionProtection": true}"#).given("b", r#"{"DeletionProtection": false}"#).run();
        assert_eq!(found.all(), ["a pass", r#"b fail: deletion protection is off {"DeletionProtection":false}"#]);
    }

    #[test]
    fn minor_versions_come_or_do_not() {
        let found = Case::of(&MINOR_UPGRADES)
            .given("a", r#"{"AutoMinorVersionUpgrade": true}"#)
            .given("b", r#"{"AutoMinorVersionUpgrade": false}"#)
            .run();
        assert_eq!(found.of("a"), "pass");
        assert_eq!(found.of("b"), r#"fail: minor versions are not brought automatically {"AutoMinorVersionUpgrade":false}"#);
    }
}
