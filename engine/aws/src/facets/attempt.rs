//! One small call of each list and setting that rules read, to see whether it is allowed. Nothing of the answers is kept.

use std::collections::BTreeSet;

use futures::future::{FutureExt as _, LocalBoxFuture, join_all};
use muster_core::cloud::{CloudError, ErrorKind};
use muster_core::facet::Attempt;

use crate::region::Scope;

/// Fewest things that EC2 and Systems Manager give on a page.
const FEW: i32 = 5;
/// The fewest of RDS.
const FEW_RDS: i32 = 20;
/// The version of every launch template that counts when none is named.
const DEFAULT: &str = "$Default";
/// This account's own, among what others share.
const SELF: &str = "self";
/// What S3 answers where the account blocks nothing.
const UNSET: &str = "NoSuchPublicAccessBlockConfiguration";

/// Makes a call in a place, given the account's id.
type Ask = for<'a> fn(Scope<'a>, &'a str) -> LocalBoxFuture<'a, Result<(), CloudError>>;

/// The table from actions to requests.
macro_rules! asks {
    ($($action:literal: |$region:ident, $account:pat_param| $request:expr;)+) => {
        const ASKS: &[(&str, Ask)] = &[$((
            $action,
            |scope, account| {
                let ($region, $account) = (scope.region, account);
                let request = $request;
                async move { scope.call($action, request.send()).await.map(drop) }.boxed_local()
            },
        )),+];
    };
}

asks! {
    "cloudwatch:DescribeAlarms": |region, _| region.cloudwatch().describe_alarms().max_records(1);
    "ec2:DescribeAddresses": |region, _| region.ec2().describe_addresses();
    "ec2:DescribeFlowLogs": |region, _| region.ec2().describe_flow_logs().max_results(FEW);
    "ec2:DescribeImages": |region, _| region.ec2().describe_images().owners(SELF).max_results(FEW);
    "ec2:DescribeInstanceTypes": |region, _| region.ec2().describe_instance_types().max_results(FEW);
    "ec2:DescribeInstances": |region, _| region.ec2().describe_instances().max_results(FEW);
    "ec2:DescribeLaunchTemplateVersions": |region, _| region.ec2().describe_launch_template_versions().versions(DEFAULT).max_results(FEW);
    "ec2:DescribeLaunchTemplates": |region, _| region.ec2().describe_launch_templates().max_results(FEW);
    "ec2:DescribeNetworkInterfaces": |region, _| region.ec2().describe_network_interfaces().max_results(FEW);
    "ec2:DescribeRouteTables": |region, _| region.ec2().describe_route_tables().max_results(FEW);
    "ec2:DescribeSecurityGroups": |region, _| region.ec2().describe_security_groups().max_results(FEW);
    "ec2:DescribeSnapshots": |region, _| region.ec2().describe_snapshots().owner_ids(SELF).max_results(FEW);
    "ec2:DescribeSubnets": |region, _| region.ec2().describe_subnets().max_results(FEW);
    "ec2:DescribeVolumes": |region, _| region.ec2().describe_volumes().max_results(FEW);
    "ec2:DescribeVpcs": |region, _| region.ec2().describe_vpcs().max_results(FEW);
    "ec2:GetEbsEncryptionByDefault": |region, _| region.ec2().get_ebs_encryption_by_default();
    "ec2:GetImageBlockPublicAccessState": |region, _| region.ec2().get_image_block_public_access_state();
    "ec2:GetInstanceMetadataDefaults": |region, _| region.ec2().get_instance_metadata_defaults();
    "ec2:GetSnapshotBlockPublicAccessState": |region, _| region.ec2().get_snapshot_block_public_access_state();
    "iam:GetAccountAuthorizationDetails": |region, _| region.iam().get_account_authorization_details().max_items(1);
    "iam:GetAccountPasswordPolicy": |region, _| region.iam().get_account_password_policy();
    "iam:GetAccountSummary": |region, _| region.iam().get_account_summary();
    "iam:ListVirtualMFADevices": |region, _| region.iam().list_virtual_mfa_devices().max_items(1);
    "lambda:ListCodeSigningConfigs": |region, _| region.lambda().list_code_signing_configs().max_items(1);
    "lambda:ListFunctions": |region, _| region.lambda().list_functions().max_items(1);
    "rds:DescribeDBClusterParameterGroups": |region, _| region.rds().describe_db_cluster_parameter_groups().max_records(FEW_RDS);
    "rds:DescribeDBClusterSnapshots": |region, _| region.rds().describe_db_cluster_snapshots().max_records(FEW_RDS);
    "rds:DescribeDBClusters": |region, _| region.rds().describe_db_clusters().max_records(FEW_RDS);
    "rds:DescribeDBInstances": |region, _| region.rds().describe_db_instances().max_records(FEW_RDS);
    "rds:DescribeDBParameterGroups": |region, _| region.rds().describe_db_parameter_groups().max_records(FEW_RDS);
    "rds:DescribeDBSnapshots": |region, _| region.rds().describe_db_snapshots().max_records(FEW_RDS);
    "s3:GetAccountPublicAccessBlock": |region, account| region.s3control().get_public_access_block().account_id(account);
    "s3:ListAllMyBuckets": |region, _| region.s3().list_buckets().max_buckets(1);
    "ssm:DescribeInstanceInformation": |region, _| region.ssm().describe_instance_information().max_results(FEW);
    "sts:GetCallerIdentity": |region, _| region.sts().get_caller_identity();
}

/// Makes them all, each once.
pub(super) async fn all(scope: Scope<'_>, account: &str, actions: &BTreeSet<&'static str>) -> Attempt {
    let chosen = ASKS.iter().filter(|(action, _)| actions.contains(action));
    let asked = chosen.map(|(action, ask)| ask(scope, account).map(move |ended| (*action, ended)));
    let mut attempt = Attempt::default();
    for (action, ended) in join_all(asked).await {
        attempt.add(action, ended.or_else(answered));
    }
    attempt
}

/// That there is no such setting is an answer.
fn answered(error: CloudError) -> Result<(), CloudError> {
    if error.kind == ErrorKind::NotFound || error.code == UNSET { Ok(()) } else { Err(error) }
}

#[cfg(test)]
mod tests {
    use muster_core::cloud::Place;
    use muster_core::facet::{Wanted, kinds};

    use super::*;

    #[test]
    fn whatever_a_rule_may_read_at_once_can_be_tried() {
        let place = Place { account: "main".to_owned(), region: "us-east-1".to_owned() };
        let mut wanted = Wanted::default();
        kinds().for_each(|kind| wanted.add([&place], kind.word, kind.facets.iter().map(|facet| facet.word)));
        assert_eq!(ASKS.iter().map(|(action, _)| *action).collect::<BTreeSet<_>>(), wanted.attempts());
    }

    #[test]
    fn what_was_never_set_is_an_answer() {
        let ended = |kind, code| answered(CloudError::new(kind, "s3:GetAccountPublicAccessBlock", code, "")).is_ok();
        assert!(ended(ErrorKind::Invalid, UNSET) && ended(ErrorKind::NotFound, "NoSuchEntity"));
        assert!(!ended(ErrorKind::Denied, "AccessDenied") && !ended(ErrorKind::Invalid, "InvalidRequest"));
    }
}
