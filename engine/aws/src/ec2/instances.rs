//! Instances: reading them, and changing those that are there.

use std::collections::BTreeSet;

use aws_sdk_ec2::operation::describe_instances::DescribeInstancesOutput;
use aws_sdk_ec2::types::{
    AttributeValue, DeviceType, HttpTokensState, Instance as SdkInstance, InstanceLifecycleType, InstanceMetadataEndpointState,
    InstanceStateName, Tenancy,
};
use futures::future::join_all;
use jiff::Timestamp;
use muster_core::cloud::{CloudError, ErrorKind, IdRef, Instance, InstanceState, Receipt};

use crate::convert::{all_known, gone_is_done, receipt, text, timestamp};
use crate::paging::{self, Found};
use crate::region::Scope;

const DESCRIBE: &str = "ec2:DescribeInstances";
/// Most instances of a page.
const PAGE: i32 = 1000;
/// Instances asked for by id in one call; EC2 takes 1,000, but one bad id costs the whole call.
const BATCH: usize = 200;

/// All instances.
pub(crate) async fn all(scope: Scope<'_>) -> Found<Instance> {
    paging::all(DESCRIBE, async |token| {
        let request = scope.region.ec2().describe_instances().max_results(PAGE).set_next_token(token);
        let page = scope.call(DESCRIBE, request.send()).await?;
        Ok((instances(&page), page.next_token().map(str::to_owned)))
    })
    .await
}

/// These instances; an id that is not there is left out.
pub(crate) async fn by_ids(scope: Scope<'_>, ids: &BTreeSet<String>) -> Found<Instance> {
    let ids: Vec<String> = ids.iter().cloned().collect();
    Found::concat(join_all(ids.chunks(BATCH).map(|batch| by_batch(scope, batch.to_vec()))).await)
}

/// One batch. A bad id fails the whole call: the ids that EC2 names are dropped, and when it names none the
/// batch is halved.
async fn by_batch(scope: Scope<'_>, batch: Vec<String>) -> Found<Instance> {
    let mut found = Found::concat([]);
    let mut batches = vec![batch];
    while let Some(batch) = batches.pop() {
        let request = scope.region.ec2().describe_instances().set_instance_ids(Some(batch.clone()));
        match scope.call(DESCRIBE, request.send()).await {
            Ok(page) => found.items.extend(instances(&page)),
            Err(error) if error.kind == ErrorKind::NotFound || error.code == "InvalidInstanceID.Malformed" => {
                batches.extend(without_bad(&batch, &error.message));
            }
            Err(error) => found.failures.push(error),
        }
    }
    found
}

/// What is left to ask after EC2 refused `batch` with `message`.
fn without_bad(batch: &[String], message: &str) -> Vec<Vec<String>> {
    let named: BTreeSet<&str> = message.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).collect();
    let good: Vec<String> = batch.iter().filter(|id| !named.contains(id.as_str())).cloned().collect();
    if good.len() < batch.len() {
        return if good.is_empty() { Vec::new() } else { vec![good] };
    }
    match batch.len() {
        0 | 1 => Vec::new(),
        n => vec![batch[..n / 2].to_vec(), batch[n / 2..].to_vec()],
    }
}

fn instances(page: &DescribeInstancesOutput) -> Vec<Instance> {
    page.reservations().iter().flat_map(|reservation| reservation.instances()).map(instance).collect()
}

fn instance(from: &SdkInstance) -> Instance {
    let root_name = from.root_device_name();
    let root = from.block_device_mappings().iter().find(|device| device.device_name() == root_name).and_then(|device| device.ebs());
    Instance {
        id: text(from.instance_id()),
        image: text(from.image_id()),
        instance_type: text(from.instance_type().map(|kind| kind.as_str())),
        architecture: text(from.architecture().map(|architecture| architecture.as_str())),
        state: state(from.state().and_then(|state| state.name())),
        state_reason: from.state_reason().and_then(|reason| reason.code()).map(str::to_owned),
        transition_reason: text(from.state_transition_reason()),
        launch_time: timestamp(from.launch_time()).unwrap_or(Timestamp::UNIX_EPOCH),
        root_attached: timestamp(root.and_then(|ebs| ebs.attach_time())),
        client_token: from.client_token().filter(|token| !token.is_empty()).map(str::to_owned),
        key_name: from.key_name().map(str::to_owned),
        subnet: from.subnet_id().map(str::to_owned),
        vpc: from.vpc_id().map(str::to_owned),
        groups: sorted(from.security_groups().iter().filter_map(|group| group.group_id())),
        public_ip: from.public_ip_address().map(str::to_owned),
        private_ip: from.private_ip_address().map(str::to_owned),
        imds_required: from.metadata_options().and_then(|options| options.http_tokens()) == Some(&HttpTokensState::Required),
        root_volume: root.and_then(|ebs| ebs.volume_id()).map(str::to_owned),
        ebs_root: from.root_device_type() == Some(&DeviceType::Ebs),
        // DescribeInstances does not tell one-time requests from persistent ones; the cautious reading is that it cannot stop.
        spot: from.instance_lifecycle() == Some(&InstanceLifecycleType::Spot),
        hibernation: from.hibernation_options().and_then(|options| options.configured()).unwrap_or_default(),
        tags: super::tags(from.tags()),
        platform: text(from.platform_details()),
        dedicated: from.placement().and_then(|placement| placement.tenancy()).is_some_and(|tenancy| *tenancy != Tenancy::Default),
    }
}

fn sorted<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut ids: Vec<String> = ids.map(str::to_owned).collect();
    ids.sort();
    ids
}

/// A state this build does not know counts as one that nothing may be done in.
fn state(name: Option<&InstanceStateName>) -> InstanceState {
    match name {
        Some(InstanceStateName::Running) => InstanceState::Running,
        Some(InstanceStateName::Stopped) => InstanceState::Stopped,
        Some(InstanceStateName::Stopping) => InstanceState::Stopping,
        Some(InstanceStateName::ShuttingDown) => InstanceState::ShuttingDown,
        Some(InstanceStateName::Terminated) => InstanceState::Terminated,
        _ => InstanceState::Pending,
    }
}

/// ec2:StartInstances.
pub(crate) async fn start(scope: Scope<'_>, ids: &[IdRef]) -> Result<Receipt, CloudError> {
    let action = "ec2:StartInstances";
    let ids = all_known(action, ids)?;
    let request = scope.region.ec2().start_instances().set_instance_ids(Some(ids.clone()));
    let answer = scope.call(action, request.send()).await?;
    Ok(receipt(&answer, ids.first().map(String::as_str)))
}

/// ec2:StopInstances.
pub(crate) async fn stop(scope: Scope<'_>, ids: &[IdRef], hibernate: bool) -> Result<Receipt, CloudError> {
    let action = "ec2:StopInstances";
    let ids = all_known(action, ids)?;
    let request = scope.region.ec2().stop_instances().set_instance_ids(Some(ids.clone())).set_hibernate(hibernate.then_some(true));
    let answer = scope.call(action, request.send()).await?;
    Ok(receipt(&answer, ids.first().map(String::as_str)))
}

/// ec2:TerminateInstances.
pub(crate) async fn terminate(scope: Scope<'_>, id: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.ec2().terminate_instances().instance_ids(id);
    gone_is_done(scope.call("ec2:TerminateInstances", request.send()).await.map(|answer| receipt(&answer, Some(id))))
}

/// ec2:ModifyInstanceAttribute of the type.
pub(crate) async fn set_type(scope: Scope<'_>, id: &str, instance_type: &str) -> Result<Receipt, CloudError> {
    let value = AttributeValue::builder().value(instance_type).build();
    let request = scope.region.ec2().modify_instance_attribute().instance_id(id).instance_type(value);
    let answer = scope.call("ec2:ModifyInstanceAttribute", request.send()).await?;
    Ok(receipt(&answer, Some(id)))
}

/// ec2:ModifyInstanceAttribute of the security groups, all of them.
pub(crate) async fn set_groups(scope: Scope<'_>, id: &str, groups: &[IdRef]) -> Result<Receipt, CloudError> {
    let action = "ec2:ModifyInstanceAttribute";
    let groups = all_known(action, groups)?;
    let request = scope.region.ec2().modify_instance_attribute().instance_id(id).set_groups(Some(groups));
    let answer = scope.call(action, request.send()).await?;
    Ok(receipt(&answer, Some(id)))
}

/// ec2:ModifyInstanceMetadataOptions.
pub(crate) async fn set_metadata(scope: Scope<'_>, id: &str, required: bool) -> Result<Receipt, CloudError> {
    let request = scope
        .region
        .ec2()
        .modify_instance_metadata_options()
        .instance_id(id)
        .http_endpoint(InstanceMetadataEndpointState::Enabled)
        .http_tokens(tokens(required));
    let answer = scope.call("ec2:ModifyInstanceMetadataOptions", request.send()).await?;
    Ok(receipt(&answer, Some(id)))
}

/// EC2's word for "IMDSv2 only".
pub(super) const fn tokens(required: bool) -> HttpTokensState {
    if required { HttpTokensState::Required } else { HttpTokensState::Optional }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(n: usize) -> Vec<String> {
        (0..n).map(|i| format!("i-{i}")).collect()
    }

    #[test]
    fn named_ids_are_dropped() {
        let left = without_bad(&ids(4), "The instance IDs 'i-1, i-3' do not exist");
        assert_eq!(left, [vec!["i-0".to_owned(), "i-2".to_owned()]]);
        assert!(without_bad(&ids(1), "The instance ID 'i-0' does not exist").is_empty());
    }

    #[test]
    fn an_id_that_only_begins_like_a_named_one_stays() {
        let batch = vec!["i-1".to_owned(), "i-12".to_owned()];
        assert_eq!(without_bad(&batch, "'i-12' does not exist"), [vec!["i-1".to_owned()]]);
    }

    #[test]
    fn halving_ends() {
        let mut batches = vec![ids(5)];
        let mut calls = 0;
        while let Some(batch) = batches.pop() {
            calls += 1;
            batches.extend(without_bad(&batch, "something does not exist"));
        }
        assert_eq!(calls, 9, "a tree over five leaves has nine nodes");
    }
}
