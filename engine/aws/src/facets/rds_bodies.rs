//! From RDS's answers to bodies.

use std::collections::BTreeMap;

use aws_sdk_rds::types::{
    CertificateDetails as SdkCertificate, DbCluster, DbClusterParameterGroup, DbClusterSnapshot, DbInstance, DbParameterGroup, DbSnapshot,
    Parameter,
};
use aws_smithy_types::DateTime;
use muster_core::facet::rds::{CertificateDetails, Cluster, ClusterParameterGroup, ClusterSnapshot, Instance, ParameterGroup, Snapshot};

use crate::convert::{text, timestamp};
use crate::rds;

/// An instance; its tags come with the list.
pub(super) fn instance(from: &DbInstance, tags: bool) -> Instance {
    let flag = |value: Option<bool>| value.unwrap_or_default();
    let subnets = from.db_subnet_group().map(|group| group.subnets()).unwrap_or_default();
    Instance {
        db_instance_identifier: text(from.db_instance_identifier()),
        db_instance_arn: text(from.db_instance_arn()),
        db_instance_class: text(from.db_instance_class()),
        db_instance_status: text(from.db_instance_status()),
        engine: text(from.engine()),
        engine_version: text(from.engine_version()),
        engine_lifecycle_support: some(from.engine_lifecycle_support()),
        instance_create_time: time(from.instance_create_time()),
        allocated_storage: from.allocated_storage().unwrap_or_default().into(),
        storage_type: some(from.storage_type()),
        storage_encrypted: flag(from.storage_encrypted()),
        backup_retention_period: from.backup_retention_period().unwrap_or_default().into(),
        multi_az: flag(from.multi_az()),
        publicly_accessible: flag(from.publicly_accessible()),
        deletion_protection: flag(from.deletion_protection()),
        auto_minor_version_upgrade: flag(from.auto_minor_version_upgrade()),
        ca_certificate_identifier: some(from.ca_certificate_identifier()),
        certificate_details: from.certificate_details().map(certificate),
        db_cluster_identifier: some(from.db_cluster_identifier()),
        read_replica_source_db_instance_identifier: some(from.read_replica_source_db_instance_identifier()),
        db_parameter_groups: ids(from.db_parameter_groups().iter().map(|group| group.db_parameter_group_name())),
        vpc_security_groups: ids(from.vpc_security_groups().iter().map(|group| group.vpc_security_group_id())),
        subnets: ids(subnets.iter().map(|subnet| subnet.subnet_identifier())),
        vpc_id: from.db_subnet_group().and_then(|group| some(group.vpc_id())),
        port: from.endpoint().and_then(|endpoint| endpoint.port()).map(i64::from),
        tags: tags.then(|| rds::tags(from.tag_list())),
        cpu: None,
        connections: None,
    }
}

fn certificate(from: &SdkCertificate) -> CertificateDetails {
    CertificateDetails { ca_identifier: some(from.ca_identifier()), valid_till: time(from.valid_till()) }
}

/// A cluster.
pub(super) fn cluster(from: &DbCluster, tags: bool) -> Cluster {
    Cluster {
        db_cluster_identifier: text(from.db_cluster_identifier()),
        db_cluster_arn: text(from.db_cluster_arn()),
        status: text(from.status()),
        engine: text(from.engine()),
        engine_version: text(from.engine_version()),
        engine_mode: some(from.engine_mode()),
        multi_az: from.multi_az().unwrap_or_default(),
        db_cluster_members: ids(from.db_cluster_members().iter().map(|member| member.db_instance_identifier())),
        storage_encrypted: from.storage_encrypted().unwrap_or_default(),
        backup_retention_period: from.backup_retention_period().unwrap_or_default().into(),
        deletion_protection: from.deletion_protection().unwrap_or_default(),
        replication_source_identifier: some(from.replication_source_identifier()),
        db_cluster_parameter_group: some(from.db_cluster_parameter_group()),
        tags: tags.then(|| rds::tags(from.tag_list())),
    }
}

/// A snapshot of an instance.
pub(super) fn snapshot(from: &DbSnapshot, tags: bool) -> Snapshot {
    Snapshot {
        db_snapshot_identifier: text(from.db_snapshot_identifier()),
        db_snapshot_arn: text(from.db_snapshot_arn()),
        db_instance_identifier: text(from.db_instance_identifier()),
        status: text(from.status()),
        engine: text(from.engine()),
        allocated_storage: from.allocated_storage().unwrap_or_default().into(),
        encrypted: from.encrypted().unwrap_or_default(),
        snapshot_create_time: time(from.snapshot_create_time()),
        tags: tags.then(|| rds::tags(from.tag_list())),
        restore: None,
    }
}

/// A snapshot of a cluster.
pub(super) fn cluster_snapshot(from: &DbClusterSnapshot, tags: bool) -> ClusterSnapshot {
    ClusterSnapshot {
        db_cluster_snapshot_identifier: text(from.db_cluster_snapshot_identifier()),
        db_cluster_snapshot_arn: text(from.db_cluster_snapshot_arn()),
        db_cluster_identifier: text(from.db_cluster_identifier()),
        status: text(from.status()),
        engine: text(from.engine()),
        allocated_storage: from.allocated_storage().unwrap_or_default().into(),
        storage_encrypted: from.storage_encrypted().unwrap_or_default(),
        snapshot_create_time: time(from.snapshot_create_time()),
        tags: tags.then(|| rds::tags(from.tag_list())),
        restore: None,
    }
}

/// A group of parameters of instances.
pub(super) fn parameter_group(from: &DbParameterGroup) -> ParameterGroup {
    ParameterGroup {
        db_parameter_group_name: text(from.db_parameter_group_name()),
        db_parameter_group_arn: text(from.db_parameter_group_arn()),
        db_parameter_group_family: text(from.db_parameter_group_family()),
        parameters: None,
    }
}

/// A group of parameters of clusters.
pub(super) fn cluster_parameter_group(from: &DbClusterParameterGroup) -> ClusterParameterGroup {
    ClusterParameterGroup {
        db_cluster_parameter_group_name: text(from.db_cluster_parameter_group_name()),
        db_cluster_parameter_group_arn: text(from.db_cluster_parameter_group_arn()),
        db_parameter_group_family: text(from.db_parameter_group_family()),
        parameters: None,
    }
}

/// Values by name. A server that does not know the filter answers with every parameter, of which only the wanted count.
pub(super) fn parameters(from: &[Parameter]) -> BTreeMap<String, String> {
    let known = |name: &str| muster_core::facet::rds::TRANSPORT_PARAMETERS.contains(&name);
    let pair = |parameter: &Parameter| Some((parameter.parameter_name()?.to_owned(), parameter.parameter_value()?.to_owned()));
    from.iter().filter_map(pair).filter(|(name, _)| known(name)).collect()
}

/// Sorted.
fn ids<'a>(all: impl Iterator<Item = Option<&'a str>>) -> Vec<String> {
    let mut all: Vec<String> = all.flatten().map(str::to_owned).collect();
    all.sort();
    all
}

fn some(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

fn time(at: Option<&DateTime>) -> Option<String> {
    timestamp(at).map(|at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_without_a_value_and_strangers_are_left_out() {
        let parameter = |name: &str, value: Option<&str>| {
            Parameter::builder().parameter_name(name).set_parameter_value(value.map(str::to_owned)).build()
        };
        let all = [parameter("rds.force_ssl", Some("1")), parameter("require_secure_transport", None), parameter("port", Some("5432"))];
        assert_eq!(parameters(&all), BTreeMap::from([("rds.force_ssl".to_owned(), "1".to_owned())]));
    }

    #[test]
    fn what_rds_does_not_say_is_absent() {
        let bare = instance(&DbInstance::builder().db_instance_identifier("a").db_cluster_identifier("").build(), true);
        assert_eq!((bare.db_cluster_identifier, bare.port, bare.tags.map(|tags| tags.len())), (None, None, Some(0)));
    }
}
