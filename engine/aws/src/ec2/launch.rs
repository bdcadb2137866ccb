//! RunInstances.

use aws_sdk_ec2::operation::run_instances::builders::RunInstancesFluentBuilder;
use aws_sdk_ec2::types::{
    BlockDeviceMapping, EbsBlockDevice, InstanceMetadataEndpointState, InstanceMetadataOptionsRequest, InstanceMetadataTagsState,
    InstanceNetworkInterfaceSpecification, InstanceType, ResourceType, VolumeType,
};
use muster_core::cloud::{CloudError, InstanceSpec, Receipt};

use super::{instances, tag_specification};
use crate::convert::{all_known, receipt, signed};
use crate::region::Scope;

const ACTION: &str = "ec2:RunInstances";

/// Runs one instance. The token makes it one, however often it is asked for.
pub(crate) async fn run(scope: Scope<'_>, token: &str, spec: &InstanceSpec) -> Result<Receipt, CloudError> {
    let groups = all_known(ACTION, &spec.groups)?;
    let request = scope
        .region
        .ec2()
        .run_instances()
        .client_token(token)
        .min_count(1)
        .max_count(1)
        .image_id(&spec.image)
        .instance_type(InstanceType::from(spec.instance_type.as_str()))
        .key_name(&spec.key_name)
        .block_device_mappings(root_volume(spec))
        .metadata_options(metadata(spec))
        .set_tag_specifications(Some(
            tag_specification(ResourceType::Instance, &spec.tags)
                .into_iter()
                .chain(tag_specification(ResourceType::Volume, &spec.volume_tags))
                .collect(),
        ));
    let answer = scope.call(ACTION, network(request, spec, groups).send()).await?;
    Ok(receipt(&answer, answer.instances().first().and_then(|instance| instance.instance_id())))
}

fn root_volume(spec: &InstanceSpec) -> BlockDeviceMapping {
    let volume = EbsBlockDevice::builder()
        .volume_size(signed(spec.disk_gib))
        .volume_type(VolumeType::from(spec.disk_type.as_str()))
        .encrypted(spec.encrypted)
        .set_kms_key_id(spec.kms_key.clone())
        .delete_on_termination(true)
        .build();
    BlockDeviceMapping::builder().device_name(&spec.root_device).ebs(volume).build()
}

fn metadata(spec: &InstanceSpec) -> InstanceMetadataOptionsRequest {
    InstanceMetadataOptionsRequest::builder()
        .http_endpoint(InstanceMetadataEndpointState::Enabled)
        .http_tokens(instances::tokens(spec.imds_required))
        .instance_metadata_tags(InstanceMetadataTagsState::Disabled)
        .build()
}

/// Only an interface can say whether it gets a public address. A default subnet gives one by itself, so that
/// without a subnet an interface is written only to refuse it.
fn network(request: RunInstancesFluentBuilder, spec: &InstanceSpec, groups: Vec<String>) -> RunInstancesFluentBuilder {
    if spec.subnet.is_none() && spec.public_ip {
        return request.set_security_group_ids(Some(groups));
    }
    let interface = InstanceNetworkInterfaceSpecification::builder()
        .device_index(0)
        .set_subnet_id(spec.subnet.clone())
        .set_groups(Some(groups))
        .associate_public_ip_address(spec.public_ip)
        .delete_on_termination(true)
        .build();
    request.network_interfaces(interface)
}
