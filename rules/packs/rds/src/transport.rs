//! Encryption of connections, which parameter groups ask for.

use std::collections::BTreeMap;

use muster_rule::prelude::*;
use muster_rule::rds::{Cluster, ClusterParameterGroup, Instance, ParameterGroup};

use crate::data::is_member;

pub const INSTANCE: Rule = Rule {
    id: "transport-encryption",
    title: "Database takes connections that are not encrypted",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "rds.instance", facets: &[] }, Need { kind: "rds.parameter-group", facets: &["parameters"] }],
    risk: "Passwords and data of clients that do not ask for encryption can be read on the way.",
    remediation: Remediation {
        text: "Set rds.force_ssl (PostgreSQL, SQL Server) or require_secure_transport (MySQL, MariaDB) to 1 in a parameter group of your \
               own, after its clients were seen to encrypt: it counts for every database of the group, and refuses the others at once. SQL \
               Server takes it at the next reboot, with `ApplyMethod=pending-reboot`.",
        command: "aws rds modify-db-parameter-group --db-parameter-group-name GROUP --parameters \
                  ParameterName=PARAMETER,ParameterValue=1,ApplyMethod=immediate --region {region}",
    },
    controls: &[],
    help: "Engines without such a parameter are left out, and members of clusters: see `cluster-transport-encryption`.",
    check: Check::scope(|_, batch, found| {
        let groups = batch.of("rds.parameter-group").iter().map(|doc| ParameterGroup(doc.body));
        let groups: Groups<'_> = groups.filter_map(|group| Some((group.db_parameter_group_name()?, group.parameters()))).collect();
        for doc in batch.of("rds.instance") {
            let instance = Instance(doc.body);
            let group = instance.db_parameter_groups().next();
            found.push(*doc, if is_member(instance) { skip() } else { judged(instance.engine(), group, &groups) });
        }
        Ok(())
    }),
    ..Rule::EMPTY
};

pub const CLUSTER: Rule = Rule {
    id: "cluster-transport-encryption",
    title: "Database cluster takes connections that are not encrypted",
    needs: &[Need { kind: "rds.cluster", facets: &[] }, Need { kind: "rds.cluster-parameter-group", facets: &["parameters"] }],
    remediation: Remediation {
        text: "Set rds.force_ssl (PostgreSQL) or require_secure_transport (MySQL) to 1 in a cluster parameter group of your own, after its clients \
               were seen to encrypt: it counts for every cluster of the group, and refuses the others at once.",
        command: "aws rds modify-db-cluster-parameter-group --db-cluster-parameter-group-name GROUP --parameters \
                  ParameterName=PARAMETER,ParameterValue=1,ApplyMethod=immediate --region {region}",
    },
    help: "Engines without such a parameter are left out.",
    check: Check::scope(|_, batch, found| {
        let groups = batch.of("rds.cluster-parameter-group").iter().map(|doc| ClusterParameterGroup(doc.body));
        let groups: Groups<'_> = groups.filter_map(|group| Some((group.db_cluster_parameter_group_name()?, group.parameters()))).collect();
        for doc in batch.of("rds.cluster") {
            let cluster = Cluster(doc.body);
            found.push(*doc, judged(cluster.engine(), cluster.db_cluster_parameter_group(), &groups));
        }
        Ok(())
    }),
    ..INSTANCE
};

/// Parameters by the group's name.
type Groups<'a> = BTreeMap<Text<'a>, Object<'a>>;

/// The parameter of an engine that refuses plain connections.
fn parameter(engine: &str) -> Option<&'static str> {
    match engine {
        "mysql" | "mariadb" | "aurora-mysql" => Some("require_secure_transport"),
        "postgres" | "aurora-postgresql" => Some("rds.force_ssl"),
        _ if engine.starts_with("sqlserver") => Some("rds.force_ssl"),
        _ => None,
    }
}

fn judged(engine: Option<Text<'_>>, group: Option<Text<'_>>, groups: &Groups<'_>) -> Answer {
    let Some(parameter) = parameter(&engine.unwrap_or_default()) else { return skip() };
    let Some(group) = group else { return unknown("its parameter group is not known") };
    let Some(parameters) = groups.get(&group) else { return unknown(format!("parameter group {group} is not in the list")) };
    let value = parameters.text(parameter);
    let on = value.as_deref().is_some_and(|value| value == "1" || value.eq_ignore_ascii_case("on"));
    if on {
        return pass();
    }
    let shown = value.as_deref().unwrap_or("not set");
    fail(format!("{parameter} is {shown} in {group}, 1 wanted")).with("ParameterGroup", &group).with("Value", &value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn group(name: &str, parameters: &str) -> String {
        format!(r#"{{"DBParameterGroupName": "{name}", "Parameters": {{{parameters}}}}}"#)
    }

    #[test]
    fn the_engine_of_an_instance_says_which_parameter_counts() {
        let found = Case::of(&INSTANCE)
            .given("a", r#"{"Engine": "postgres", "DBParameterGroups": ["pg"]}"#)
            .given("b", r#"{"Engine": "mysql", "DBParameterGroups": ["my"]}"#)
            .given("c", r#"{"Engine": "mariadb", "DBParameterGroups": ["maria"]}"#)
            .given("d", r#"{"Engine": "oracle-se2", "DBParameterGroups": ["ora"]}"#)
            .given("e", r#"{"Engine": "sqlserver-ex", "DBParameterGroups": ["gone"]}"#)
            .given("f", r#"{"Engine": "mysql", "DBParameterGroups": ["on"]}"#)
            .given("g", r#"{"Engine": "aurora-mysql", "DBParameterGroups": ["my"], "DBClusterIdentifier": "c"}"#)
            .given_of("rds.parameter-group", "1", &group("pg", r#""rds.force_ssl": "1""#))
            .given_of("rds.parameter-group", "2", &group("my", r#""require_secure_transport": "0""#))
            .given_of("rds.parameter-group", "3", &group("maria", ""))
            .given_of("rds.parameter-group", "4", &group("on", r#""require_secure_transport": "ON""#))
            .run();
        assert_eq!((found.of("a"), found.of("f"), found.of("d"), found.of("g")), ("pass", "pass", "skip", "skip"));
        assert_eq!(found.of("b"), r#"fail: require_secure_transport is 0 in my, 1 wanted {"ParameterGroup":"my","Value":"0"}"#);
        assert_eq!(
            found.of("c"),
            r#"fail: require_secure_transport is not set in maria, 1 wanted {"ParameterGroup":"maria","Value":null}"#
        );
        assert_eq!(found.of("e"), "unknown: parameter group gone is not in the list");
    }

    #[test]
    fn clusters_have_groups_of_their_own() {
        let found = Case::of(&CLUSTER)
            .given("a", r#"{"Engine": "aurora-postgresql", "DBClusterParameterGroup": "x"}"#)
            .given("b", r#"{"Engine": "aurora-mysql", "DBClusterParameterGroup": "y"}"#)
            .given("c", r#"{"Engine": "docdb", "DBClusterParameterGroup": "z"}"#)
            .given_of("rds.cluster-parameter-group", "1", r#"{"DBClusterParameterGroupName": "x", "Parameters": {"rds.force_ssl": "1"}}"#)
            .given_of("rds.cluster-parameter-group", "2", r#"{"DBClusterParameterGroupName": "y", "Parameters": {}}"#)
            .run();
        assert_eq!((found.of("a"), found.of("c")), ("pass", "skip"));
        assert!(found.of("b").starts_with("fail: require_secure_transport is not set in y, 1 wanted {"));
    }
}
