//! Instances, and the facets that their list itself answers.

use aws_sdk_ec2::types::{Instance as SdkInstance, InstanceMetadataOptionsResponse, InstanceStateName};
use muster_core::facet::ec2::{BlockDevice, EbsDevice, Instance, MetadataOptions, Monitoring, Profile};
use muster_core::facet::{KindSpec, Members};

use super::super::gather::{Gather, members};
use super::{PAGE, instance_facets, rfc3339, sorted, told};
use crate::convert::text;
use crate::paging::{self, Found};
use crate::region::Scope;

const DESCRIBE: &str = "ec2:DescribeInstances";

pub(super) async fn gather(gather: &Gather<'_>, kind: &'static KindSpec) {
    let [tags, token, imds] = ["tags", "client-token", "imds"].map(|facet| gather.wants_facet(kind, facet));
    let wanted = Wanted { tags, token, imds };
    let facts = gather.listed(kind, all(gather.scope, wanted).await);
    gather.keep(instance_facets::added(gather, kind, facts).await);
}

/// Facets that the list itself answers.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    tags: bool,
    token: bool,
    imds: bool,
}

async fn all(scope: Scope<'_>, wanted: Wanted) -> Found<Members> {
    paging::all(DESCRIBE, async |token| {
        let request = scope.region.ec2().describe_instances().max_results(PAGE).set_next_token(token);
        let page = scope.call(DESCRIBE, request.send()).await?;
        let seen = page.reservations().iter().flat_map(|reservation| reservation.instances()).filter(|from| !is_terminated(from));
        Ok((seen.map(|from| members(&instance(from, wanted))).collect(), page.next_token().map(str::to_owned)))
    })
    .await
}

fn is_terminated(from: &SdkInstance) -> bool {
    from.state().and_then(|state| state.name()) == Some(&InstanceStateName::Terminated)
}

fn instance(from: &SdkInstance, wanted: Wanted) -> Instance {
    let state = from.state().and_then(|state| state.name()).map(InstanceStateName::as_str);
    let monitoring = from.monitoring().and_then(|monitoring| monitoring.state()).map(|state| state.as_str());
    Instance {
        instance_id: text(from.instance_id()),
        instance_type: text(from.instance_type().map(|kind| kind.as_str())),
        image_id: text(from.image_id()),
        state: text(state),
        architecture: text(from.architecture().map(|architecture| architecture.as_str())),
        platform_details: text(from.platform_details()),
        launch_time: rfc3339(from.launch_time()).unwrap_or_default(),
        state_transition_reason: told(from.state_transition_reason()),
        vpc_id: told(from.vpc_id()),
        subnet_id: told(from.subnet_id()),
        public_ip_address: told(from.public_ip_address()),
        ipv6_address: told(from.ipv6_address()),
        security_groups: sorted(from.security_groups().iter().filter_map(|group| group.group_id())),
        iam_instance_profile: from.iam_instance_profile().map(|profile| Profile { arn: text(profile.arn()) }),
        instance_lifecycle: from.instance_lifecycle().map(|lifecycle| lifecycle.as_str().to_owned()),
        monitoring: Monitoring { state: text(monitoring) },
        root_device_name: told(from.root_device_name()),
        block_device_mappings: devices(from),
        tags: wanted.tags.then(|| crate::ec2::tags(from.tags())),
        client_token: wanted.token.then(|| told(from.client_token())),
        metadata_options: from.metadata_options().filter(|_| wanted.imds).map(metadata),
        ..Instance::default()
    }
}

fn devices(from: &SdkInstance) -> Vec<BlockDevice> {
    let devices = from.block_device_mappings().iter().filter_map(|device| {
        let ebs = device.ebs()?;
        let ebs = EbsDevice {
            volume_id: text(ebs.volume_id()),
            attach_time: rfc3339(ebs.attach_time()),
            delete_on_termination: ebs.delete_on_termination().unwrap_or_default(),
        };
        Some(BlockDevice { device_name: text(device.device_name()), ebs })
    });
    devices.collect()
}

fn metadata(from: &InstanceMetadataOptionsResponse) -> MetadataOptions {
    MetadataOptions {
        http_tokens: from.http_tokens().map(|tokens| tokens.as_str().to_owned()),
        http_endpoint: from.http_endpoint().map(|endpoint| endpoint.as_str().to_owned()),
        http_put_response_hop_limit: from.http_put_response_hop_limit().map(i64::from),
    }
}
