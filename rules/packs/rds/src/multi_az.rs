//! Standing in more than one zone.

use std::collections::BTreeMap;

use muster_rule::prelude::*;
use muster_rule::rds::{Cluster, Instance};

pub const MULTI_AZ: Rule = Rule {
    id: "multi-az",
    title: "Production database stands in one zone",
    category: Category::Reliability,
    severity: Severity::Medium,
    needs: &[Need { kind: "rds.instance", facets: &["tags"] }, Need { kind: "rds.cluster", facets: &["tags"] }],
    params: &[Param::texts(
        "production",
        &["env=prod", "env=production", "environment=prod", "environment=production", "stage=prod", "stage=production"],
        "Tags `key=value` of which a production database has one; letter case does not count. An empty list takes every database",
    )],
    risk: "When its zone fails, so does the database, for as long as the zone does; maintenance stops it, too.",
    remediation: Remediation {
        text: "Add a standby in another zone; it doubles the price of the instance. A cluster is given a second member instead.",
        command: "aws rds modify-db-instance --db-instance-identifier {resource} --multi-az --region {region}",
    },
    controls: &["CIS 3.2.4", "FSBP RDS.5", "FSBP RDS.15"],
    help: "Only production is judged: databases of development and test need no standby. A member of a cluster is what its cluster is, \
           and has its tags beside its own. Replicas are left out: their source has the standby.",
    check: Check::scope(check),
    ..Rule::EMPTY
};

fn check<'a>(ask: &Ask<'_>, batch: &Batch<'a>, found: &mut Findings<'a>) -> Result<(), Failure> {
    let production: Vec<String> = ask.params.texts("production").into_iter().map(|tag| tag.to_lowercase()).collect();
    let clusters = batch.of("rds.cluster").iter().map(|doc| Cluster(doc.body));
    let clusters: BTreeMap<_, Cluster<'_>> = clusters.filter_map(|cluster| Some((cluster.db_cluster_identifier()?, cluster))).collect();
    for doc in batch.of("rds.instance") {
        found.push(*doc, judged(&production, &clusters, Instance(doc.body)));
    }
    Ok(())
}

fn judged(production: &[String], clusters: &BTreeMap<Text<'_>, Cluster<'_>>, instance: Instance<'_>) -> Answer {
    let is_production = |tags: Object<'_>| is_production(production, tags);
    let Some(name) = instance.db_cluster_identifier() else {
        let replica = instance.read_replica_source_db_instance_identifier().is_some();
        let left_out = replica || !is_production(instance.tags());
        return if left_out { skip() } else { standing(instance.multi_az(), "no standby in another zone".to_owned()) };
    };
    let Some(cluster) = clusters.get(&name) else { return unknown(format!("its cluster {name} is not in the list of clusters")) };
    if !is_production(instance.tags()) && !is_production(cluster.tags()) {
        return skip();
    }
    standing(cluster.multi_az(), format!("cluster {name} has no member in another zone"))
}

fn standing(several: Option<bool>, otherwise: String) -> Answer {
    if several == Some(true) { pass() } else { fail(otherwise).with("MultiAZ", several) }
}

fn is_production(wanted: &[String], tags: Object<'_>) -> bool {
    let counts = |(key, value): (Text<'_>, Value<'_>)| {
        let tag = format!("{key}={}", value.text().unwrap_or_default()).to_lowercase();
        wanted.contains(&tag)
    };
    wanted.is_empty() || tags.members().any(counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn production_stands_in_two_zones() {
        let found = Case::of(&MULTI_AZ)
            .given("a", r#"{"MultiAZ": true, "Tags": {"env": "prod"}}"#)
            .given("b", r#"{"MultiAZ": false, "Tags": {"Env": "Production"}}"#)
            .given("c", r#"{"MultiAZ": false, "Tags": {"env": "dev"}}"#)
            .given("d", r#"{"MultiAZ": false, "Tags": {}}"#)
            .given("e", r#"{"MultiAZ": false, "Tags": {"env": "prod"}, "ReadReplicaSourceDBInstanceIdentifier": "a"}"#)
            .run();
        assert_eq!(found.all(), ["a pass", r#"b fail: no standby in another zone {"MultiAZ":false}"#]);
    }

    #[test]
    fn an_empty_list_takes_every_database() {
        let found = Case::of(&MULTI_AZ).params(r#"{"production": []}"#).given("a", r#"{"MultiAZ": false, "Tags": {}}"#).run();
        assert_eq!(found.of("a"), r#"fail: no standby in another zone {"MultiAZ":false}"#);
    }

    #[test]
    fn a_member_is_what_its_cluster_is() {
        let found = Case::of(&MULTI_AZ)
            .given("a", r#"{"MultiAZ": false, "DBClusterIdentifier": "shop", "Tags": {}}"#)
            .given("b", r#"{"MultiAZ": false, "DBClusterIdentifier": "lone", "Tags": {"env": "prod"}}"#)
            .given("c", r#"{"MultiAZ": false, "DBClusterIdentifier": "test", "Tags": {}}"#)
            .given("d", r#"{"MultiAZ": false, "DBClusterIdentifier": "gone", "Tags": {}}"#)
            .given_of("rds.cluster", "1", r#"{"DBClusterIdentifier": "shop", "MultiAZ": true, "Tags": {"env": "prod"}}"#)
            .given_of("rds.cluster", "2", r#"{"DBClusterIdentifier": "lone", "MultiAZ": false, "Tags": {}}"#)
            .given_of("rds.cluster", "3", r#"{"DBClusterIdentifier": "test", "MultiAZ": false, "Tags": {}}"#)
            .run();
        assert_eq!((found.of("a"), found.of("c")), ("pass", "skip"));
        assert_eq!(found.of("b"), r#"fail: cluster lone has no member in another zone {"MultiAZ":false}"#);
        assert_eq!(found.of("d"), "unknown: its cluster gone is not in the list of clusters");
    }
}
