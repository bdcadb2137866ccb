//! Kinds of RDS, which are also those of Aurora, `DocumentDB` and Neptune: they share the API.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::metric::Metric;
use super::table::{Arn, Call, FacetSpec, Home, KindSpec};
use crate::tags::Tags;

/// Every kind of this service.
pub static KINDS: &[KindSpec] = &[INSTANCE, CLUSTER, SNAPSHOT, CLUSTER_SNAPSHOT, PARAMETER_GROUP, CLUSTER_PARAMETER_GROUP];

/// Parameters that say whether connections must be encrypted: `PostgreSQL` and SQL Server know the first, MySQL and `MariaDB` the
/// second.
pub const TRANSPORT_PARAMETERS: [&str; 2] = ["rds.force_ssl", "require_secure_transport"];

const TAGS: FacetSpec = FacetSpec { word: "tags", says: "Its tags.", members: &["Tags"], calls: &[] };

const INSTANCE: KindSpec = KindSpec {
    word: "rds.instance",
    says: "A DB instance, on its own or in a cluster.",
    home: Home::Region,
    id: "DBInstanceIdentifier",
    arn: Arn::Member("DBInstanceArn"),
    calls: &[Call::once("rds:DescribeDBInstances")],
    facets: &[
        TAGS,
        FacetSpec {
            word: "cpu",
            says: "How busy its processors were on each of the last 14 days.",
            members: &["Cpu"],
            calls: &[Call::once("cloudwatch:GetMetricData")],
        },
        FacetSpec {
            word: "connections",
            says: "How many connections it had on each of the last 14 days.",
            members: &["Connections"],
            calls: &[Call::once("cloudwatch:GetMetricData")],
        },
    ],
    schema: |generator| Instance::json_schema(generator),
};

const CLUSTER: KindSpec = KindSpec {
    word: "rds.cluster",
    says: "A DB cluster: Aurora, DocumentDB, Neptune or Multi-AZ.",
    home: Home::Region,
    id: "DBClusterIdentifier",
    arn: Arn::Member("DBClusterArn"),
    calls: &[Call::once("rds:DescribeDBClusters")],
    facets: &[TAGS],
    schema: |generator| Cluster::json_schema(generator),
};

const SNAPSHOT: KindSpec = KindSpec {
    word: "rds.snapshot",
    says: "A snapshot that somebody took of a DB instance.",
    home: Home::Region,
    id: "DBSnapshotIdentifier",
    arn: Arn::Member("DBSnapshotArn"),
    calls: &[Call::once("rds:DescribeDBSnapshots")],
    facets: &[TAGS, shared(&[Call::each("rds:DescribeDBSnapshotAttributes")])],
    schema: |generator| Snapshot::json_schema(generator),
};

const CLUSTER_SNAPSHOT: KindSpec = KindSpec {
    word: "rds.cluster-snapshot",
    says: "A snapshot that somebody took of a DB cluster.",
    home: Home::Region,
    id: "DBClusterSnapshotIdentifier",
    arn: Arn::Member("DBClusterSnapshotArn"),
    calls: &[Call::once("rds:DescribeDBClusterSnapshots")],
    facets: &[TAGS, shared(&[Call::each("rds:DescribeDBClusterSnapshotAttributes")])],
    schema: |generator| ClusterSnapshot::json_schema(generator),
};

const PARAMETER_GROUP: KindSpec = KindSpec {
    word: "rds.parameter-group",
    says: "A parameter group of DB instances: those people made, and those of RDS that an instance uses.",
    home: Home::Region,
    id: "DBParameterGroupName",
    arn: Arn::Member("DBParameterGroupArn"),
    calls: &[Call::once("rds:DescribeDBParameterGroups"), Call::once("rds:DescribeDBInstances")],
    facets: &[parameters(&[Call::each("rds:DescribeDBParameters")])],
    schema: |generator| ParameterGroup::json_schema(generator),
};

const CLUSTER_PARAMETER_GROUP: KindSpec = KindSpec {
    word: "rds.cluster-parameter-group",
    says: "A parameter group of DB clusters: those people made, and those of RDS that a cluster uses.",
    home: Home::Region,
    id: "DBClusterParameterGroupName",
    arn: Arn::Member("DBClusterParameterGroupArn"),
    calls: &[Call::once("rds:DescribeDBClusterParameterGroups"), Call::once("rds:DescribeDBClusters")],
    facets: &[parameters(&[Call::each("rds:DescribeDBClusterParameters")])],
    schema: |generator| ClusterParameterGroup::json_schema(generator),
};

const fn shared(calls: &'static [Call]) -> FacetSpec {
    FacetSpec { word: "shared", says: "Who may restore it.", members: &["Restore"], calls }
}

const fn parameters(calls: &'static [Call]) -> FacetSpec {
    FacetSpec { word: "parameters", says: "Its parameters about encrypted connections.", members: &["Parameters"], calls }
}

/// A DB instance, as `aws rds describe-db-instances` prints it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Instance {
    /// Its identifier.
    #[serde(rename = "DBInstanceIdentifier")]
    pub db_instance_identifier: String,
    /// Its ARN.
    #[serde(rename = "DBInstanceArn")]
    pub db_instance_arn: String,
    /// `db.t4g.micro`.
    #[serde(rename = "DBInstanceClass")]
    pub db_instance_class: String,
    /// `available`, `stopped`, `modifying`, …
    #[serde(rename = "DBInstanceStatus")]
    pub db_instance_status: String,
    /// `mysql`, `postgres`, `aurora-mysql`, …
    pub engine: String,
    /// Full version: `8.0.39`.
    pub engine_version: String,
    /// `open-source-rds-extended-support` or `open-source-rds-extended-support-disabled`; absent for engines without.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub engine_lifecycle_support: Option<String>,
    /// When it was made, RFC 3339; absent while it is being made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub instance_create_time: Option<String>,
    /// Storage in GiB; 1 for members of an Aurora cluster.
    pub allocated_storage: i64,
    /// `gp2`, `gp3`, `io1`, `io2`, `standard` or `aurora`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub storage_type: Option<String>,
    /// True when its storage is encrypted.
    pub storage_encrypted: bool,
    /// Days automated backups are kept; 0 when there are none.
    pub backup_retention_period: i64,
    /// True when it has a standby in another zone.
    #[serde(rename = "MultiAZ")]
    pub multi_az: bool,
    /// True when its name resolves to a public address.
    pub publicly_accessible: bool,
    /// True when a deletion is refused.
    pub deletion_protection: bool,
    /// True when RDS brings minor versions by itself.
    pub auto_minor_version_upgrade: bool,
    /// Certificate authority of its certificate: `rds-ca-rsa2048-g1`.
    #[serde(rename = "CACertificateIdentifier", skip_serializing_if = "Option::is_none", default)]
    pub ca_certificate_identifier: Option<String>,
    /// Its certificate; absent when RDS does not say.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub certificate_details: Option<CertificateDetails>,
    /// Cluster it is a member of; absent when it stands alone.
    #[serde(rename = "DBClusterIdentifier", skip_serializing_if = "Option::is_none", default)]
    pub db_cluster_identifier: Option<String>,
    /// Instance it replicates; absent when it is no replica.
    #[serde(rename = "ReadReplicaSourceDBInstanceIdentifier", skip_serializing_if = "Option::is_none", default)]
    pub read_replica_source_db_instance_identifier: Option<String>,
    /// Names of its parameter groups.
    #[serde(rename = "DBParameterGroups")]
    pub db_parameter_groups: Vec<String>,
    /// Ids of its security groups, sorted.
    pub vpc_security_groups: Vec<String>,
    /// Ids of the subnets of its subnet group, sorted: where it may stand.
    pub subnets: Vec<String>,
    /// Its VPC; absent outside of one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vpc_id: Option<String>,
    /// Port of its endpoint; absent while it has none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub port: Option<i64>,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
    /// Facet `cpu`: `CPUUtilization`, average and maximum of each day, in percent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cpu: Option<Metric>,
    /// Facet `connections`: `DatabaseConnections`, average and maximum of each day.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub connections: Option<Metric>,
}

/// The certificate that a database shows its clients.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CertificateDetails {
    /// Certificate authority: `rds-ca-rsa2048-g1`.
    #[serde(rename = "CAIdentifier", skip_serializing_if = "Option::is_none", default)]
    pub ca_identifier: Option<String>,
    /// When it expires, RFC 3339.
    #[serde(rename = "ValidTill", skip_serializing_if = "Option::is_none", default)]
    pub valid_till: Option<String>,
}

/// A DB cluster, as `aws rds describe-db-clusters` prints it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Cluster {
    /// Its identifier.
    #[serde(rename = "DBClusterIdentifier")]
    pub db_cluster_identifier: String,
    /// Its ARN.
    #[serde(rename = "DBClusterArn")]
    pub db_cluster_arn: String,
    /// `available`, `stopped`, …
    pub status: String,
    /// `aurora-mysql`, `aurora-postgresql`, `docdb`, `neptune`; `mysql` or `postgres` for a Multi-AZ cluster.
    pub engine: String,
    /// Full version: `8.0.mysql_aurora.3.08.0`.
    pub engine_version: String,
    /// `provisioned` or `serverless`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub engine_mode: Option<String>,
    /// True when its members stand in several zones.
    #[serde(rename = "MultiAZ")]
    pub multi_az: bool,
    /// Identifiers of its members, sorted.
    #[serde(rename = "DBClusterMembers")]
    pub db_cluster_members: Vec<String>,
    /// True when its storage is encrypted.
    pub storage_encrypted: bool,
    /// Days automated backups are kept.
    pub backup_retention_period: i64,
    /// True when a deletion is refused.
    pub deletion_protection: bool,
    /// Cluster it replicates; absent when it is no replica.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replication_source_identifier: Option<String>,
    /// Name of its parameter group.
    #[serde(rename = "DBClusterParameterGroup", skip_serializing_if = "Option::is_none", default)]
    pub db_cluster_parameter_group: Option<String>,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
}

/// A manual snapshot of a DB instance, as `aws rds describe-db-snapshots` prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Snapshot {
    /// Its identifier.
    #[serde(rename = "DBSnapshotIdentifier")]
    pub db_snapshot_identifier: String,
    /// Its ARN.
    #[serde(rename = "DBSnapshotArn")]
    pub db_snapshot_arn: String,
    /// The instance it was taken of, which may be gone.
    #[serde(rename = "DBInstanceIdentifier")]
    pub db_instance_identifier: String,
    /// `creating`, `available` or `failed`.
    pub status: String,
    /// `mysql`, `postgres`, …
    pub engine: String,
    /// Storage of the instance when it was taken, in GiB.
    pub allocated_storage: i64,
    /// True when it is encrypted.
    pub encrypted: bool,
    /// When it was taken, RFC 3339; absent while it is being taken.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub snapshot_create_time: Option<String>,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
    /// Facet `shared`: ids of accounts that may restore it; `all` stands for everybody.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub restore: Option<Vec<String>>,
}

/// A manual snapshot of a DB cluster, as `aws rds describe-db-cluster-snapshots` prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ClusterSnapshot {
    /// Its identifier.
    #[serde(rename = "DBClusterSnapshotIdentifier")]
    pub db_cluster_snapshot_identifier: String,
    /// Its ARN.
    #[serde(rename = "DBClusterSnapshotArn")]
    pub db_cluster_snapshot_arn: String,
    /// The cluster it was taken of, which may be gone.
    #[serde(rename = "DBClusterIdentifier")]
    pub db_cluster_identifier: String,
    /// `creating`, `available` or `failed`.
    pub status: String,
    /// `aurora-mysql`, `aurora-postgresql`, …
    pub engine: String,
    /// Storage of the cluster when it was taken, in GiB; 0 or 1 where RDS does not say.
    pub allocated_storage: i64,
    /// True when it is encrypted.
    pub storage_encrypted: bool,
    /// When it was taken, RFC 3339; absent while it is being taken.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub snapshot_create_time: Option<String>,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
    /// Facet `shared`: ids of accounts that may restore it; `all` stands for everybody.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub restore: Option<Vec<String>>,
}

/// A parameter group of DB instances, as `aws rds describe-db-parameter-groups` prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ParameterGroup {
    /// Its name.
    #[serde(rename = "DBParameterGroupName")]
    pub db_parameter_group_name: String,
    /// Its ARN.
    #[serde(rename = "DBParameterGroupArn")]
    pub db_parameter_group_arn: String,
    /// `postgres16`, `mysql8.0`, …
    #[serde(rename = "DBParameterGroupFamily")]
    pub db_parameter_group_family: String,
    /// Facet `parameters`: the values of those of [`TRANSPORT_PARAMETERS`] that the family has. A parameter without a value is left
    /// out.
    #[serde(rename = "Parameters", skip_serializing_if = "Option::is_none", default)]
    pub parameters: Option<BTreeMap<String, String>>,
}

/// A parameter group of DB clusters, as `aws rds describe-db-cluster-parameter-groups` prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterParameterGroup {
    /// Its name.
    #[serde(rename = "DBClusterParameterGroupName")]
    pub db_cluster_parameter_group_name: String,
    /// Its ARN.
    #[serde(rename = "DBClusterParameterGroupArn")]
    pub db_cluster_parameter_group_arn: String,
    /// `aurora-postgresql16`, `aurora-mysql8.0`, …
    #[serde(rename = "DBParameterGroupFamily")]
    pub db_parameter_group_family: String,
    /// Facet `parameters`: the values of those of [`TRANSPORT_PARAMETERS`] that the family has. A parameter without a value is left
    /// out.
    #[serde(rename = "Parameters", skip_serializing_if = "Option::is_none", default)]
    pub parameters: Option<BTreeMap<String, String>>,
}
