//! Automated backups.

use muster_rule::prelude::*;
use muster_rule::rds::{Cluster, Instance};

use crate::data::{days, is_member};

const DAYS: Param = Param::integer("days", 7, "Days that backups are kept at least").min(1).max(35);
const RISK: &str = "What is deleted or spoilt and noticed after a weekend cannot be brought back.";

pub const RETENTION: Rule = Rule {
    id: "backup-retention",
    title: "Database keeps too few days of backups",
    category: Category::Reliability,
    severity: Severity::Medium,
    needs: &[Need { kind: "rds.instance", facets: &[] }],
    params: &[DAYS],
    risk: RISK,
    remediation: Remediation {
        text: "Raise the retention period: write the days that are wanted, 7 unless a policy says otherwise. From one number to another it counts \
               at once and stops nothing. From 0 it counts from the next maintenance window, when input and output stand still for seconds to \
               minutes and a full backup begins.",
        command: "aws rds modify-db-instance --db-instance-identifier {resource} --backup-retention-period DAYS --region {region}",
    },
    controls: &["FSBP RDS.11"],
    help: "Replicas are left out, since their source is backed up, and so are members of clusters: see `cluster-backup-retention`.",
    check: Check::each(|ask, doc| {
        let instance = Instance(doc.body);
        let replica = instance.read_replica_source_db_instance_identifier().is_some();
        if replica || is_member(instance) { skip() } else { retention(ask, instance.backup_retention_period()) }
    }),
    ..Rule::EMPTY
};

pub const CLUSTER_RETENTION: Rule = Rule {
    id: "cluster-backup-retention",
    title: "Database cluster keeps too few days of backups",
    needs: &[Need { kind: "rds.cluster", facets: &[] }],
    remediation: Remediation {
        text: "Raise the retention period of the cluster: write the days that are wanted, 7 unless a policy says otherwise. It counts from the \
               next maintenance window at the latest.",
        command: "aws rds modify-db-cluster --db-cluster-identifier {resource} --backup-retention-period DAYS --region {region}",
    },
    controls: &[],
    help: "Clusters that replicate another one are left out.",
    check: Check::each(|ask, doc| {
        let cluster = Cluster(doc.body);
        let replica = cluster.replication_source_identifier().is_some();
        if replica { skip() } else { retention(ask, cluster.backup_retention_period()) }
    }),
    ..RETENTION
};

fn retention(ask: &Ask<'_>, kept: Option<i64>) -> Answer {
    let (kept, wanted) = (kept.unwrap_or(0), ask.params.integer("days"));
    if kept >= wanted {
        return pass();
    }
    let message = if kept == 0 {
        format!("no automated backups, at least {} wanted", days(wanted))
    } else {
        format!("retention {}, at least {wanted} wanted", days(kept))
    };
    fail(message).with("BackupRetentionPeriod", kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn backups_are_kept_for_a_week() {
        let found = Case::of(&RETENTION)
            .given("a", r#"{"BackupRetentionPeriod": 7}"#)
            .given("b", r#"{"BackupRetentionPeriod": 6}"#)
            .given("c", r#"{"BackupRetentionPeriod": 0}"#)
            .given("d", r#"{"BackupRetentionPeriod": 1}"#)
            .run();
        assert_eq!(found.of("a"), "pass");
        assert_eq!(found.of("b"), r#"fail: retention 6 days, at least 7 wanted {"BackupRetentionPeriod":6}"#);
        assert_eq!(found.of("c"), r#"fail: no automated backups, at least 7 days wanted {"BackupRetentionPeriod":0}"#);
        assert_eq!(found.of("d"), r#"fail: retention 1 day, at least 7 wanted {"BackupRetentionPeriod":1}"#);
    }

    #[test]
    fn replicas_and_members_are_not_judged() {
        let found = Case::of(&RETENTION)
            .given("a", r#"{"BackupRetentionPeriod": 0, "ReadReplicaSourceDBInstanceIdentifier": "b"}"#)
            .given("b", r#"{"BackupRetentionPeriod": 1, "DBClusterIdentifier": "c"}"#)
            .run();
        assert_eq!((found.of("a"), found.of("b")), ("skip", "skip"));
    }

    #[test]
    fn clusters_are_judged_alike() {
        let found = Case::of(&CLUSTER_RETENTION)
            .params(r#"{"days": 14}"#)
            .given("a", r#"{"BackupRetentionPeriod": 14}"#)
            .given("b", r#"{"BackupRetentionPeriod": 13}"#)
            .given("c", r#"{"BackupRetentionPeriod": 1, "ReplicationSourceIdentifier": "arn"}"#)
            .run();
        assert_eq!((found.of("a"), found.of("c")), ("pass", "skip"));
        assert_eq!(found.of("b"), r#"fail: retention 13 days, at least 14 wanted {"BackupRetentionPeriod":13}"#);
    }
}
