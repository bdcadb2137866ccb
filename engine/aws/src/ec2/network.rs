//! VPCs and subnets, which muster only reads.

use muster_core::cloud::{Subnet, Vpc};

use crate::convert::text;
use crate::paging::{self, Found};
use crate::region::Scope;

const VPCS: &str = "ec2:DescribeVpcs";
const SUBNETS: &str = "ec2:DescribeSubnets";
/// Most VPCs or subnets of a page.
const PAGE: i32 = 1000;

/// All VPCs.
pub(crate) async fn vpcs(scope: Scope<'_>) -> Found<Vpc> {
    paging::all(VPCS, async |token| {
        let request = scope.region.ec2().describe_vpcs().max_results(PAGE).set_next_token(token);
        let page = scope.call(VPCS, request.send()).await?;
        Ok((page.vpcs().iter().map(vpc).collect(), page.next_token().map(str::to_owned)))
    })
    .await
}

/// All subnets.
pub(crate) async fn subnets(scope: Scope<'_>) -> Found<Subnet> {
    paging::all(SUBNETS, async |token| {
        let request = scope.region.ec2().describe_subnets().max_results(PAGE).set_next_token(token);
        let page = scope.call(SUBNETS, request.send()).await?;
        Ok((page.subnets().iter().map(subnet).collect(), page.next_token().map(str::to_owned)))
    })
    .await
}

fn vpc(from: &aws_sdk_ec2::types::Vpc) -> Vpc {
    Vpc { id: text(from.vpc_id()), is_default: from.is_default().unwrap_or_default(), tags: super::tags(from.tags()) }
}

fn subnet(from: &aws_sdk_ec2::types::Subnet) -> Subnet {
    Subnet {
        id: text(from.subnet_id()),
        vpc: text(from.vpc_id()),
        zone: text(from.availability_zone()),
        is_default: from.default_for_az().unwrap_or_default(),
        tags: super::tags(from.tags()),
    }
}
