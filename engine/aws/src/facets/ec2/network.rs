//! Networks: addresses, security groups, interfaces, VPCs and subnets.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{IpPermission as SdkPermission, NetworkInterface as SdkInterface, RouteTable, SecurityGroup as SdkGroup};
use muster_core::cloud::CloudError;
use muster_core::facet::ec2::{Address, FlowLog, IpPermission, NetworkInterface, SecurityGroup, Subnet, Vpc};
use muster_core::facet::{Fact, KindSpec, Members};
use serde_json::{Value, json};

use super::super::gather::{Gather, members, whole};
use super::{PAGE, sorted, told};
use crate::convert::text;
use crate::paging::{self, Found};
use crate::region::Scope;

const ADDRESSES: &str = "ec2:DescribeAddresses";
const GROUPS: &str = "ec2:DescribeSecurityGroups";
const INTERFACES: &str = "ec2:DescribeNetworkInterfaces";
const VPCS: &str = "ec2:DescribeVpcs";
const SUBNETS: &str = "ec2:DescribeSubnets";
const ROUTES: &str = "ec2:DescribeRouteTables";
const FLOW_LOGS: &str = "ec2:DescribeFlowLogs";
/// Most route tables of a page.
const ROUTES_PAGE: i32 = 100;

pub(super) async fn addresses(gather: &Gather<'_>, kind: &'static KindSpec) {
    let tags = gather.wants_facet(kind, "tags");
    let answer = gather.scope.call(ADDRESSES, gather.scope.region.ec2().describe_addresses().send()).await;
    let bodies = answer.map(|answer| answer.addresses().iter().map(|from| members(&address(from, tags))).collect());
    gather.keep(gather.listed(kind, Found::from_result(bodies)));
}

fn address(from: &aws_sdk_ec2::types::Address, tags: bool) -> Address {
    Address {
        allocation_id: text(from.allocation_id()),
        public_ip: text(from.public_ip()),
        association_id: told(from.association_id()),
        instance_id: told(from.instance_id()),
        network_interface_id: told(from.network_interface_id()),
        tags: tags.then(|| crate::ec2::tags(from.tags())),
    }
}

pub(super) async fn groups(gather: &Gather<'_>, kind: &'static KindSpec) {
    let (scope, tags) = (gather.scope, gather.wants_facet(kind, "tags"));
    let found = paging::all(GROUPS, async |token| {
        let request = scope.region.ec2().describe_security_groups().max_results(PAGE).set_next_token(token);
        let page = scope.call(GROUPS, request.send()).await?;
        let bodies = page.security_groups().iter().map(|from| members(&group(from, tags))).collect();
        Ok((bodies, page.next_token().map(str::to_owned)))
    });
    gather.keep(gather.listed(kind, found.await));
}

fn group(from: &SdkGroup, tags: bool) -> SecurityGroup {
    SecurityGroup {
        group_id: text(from.group_id()),
        group_name: text(from.group_name()),
        description: text(from.description()),
        vpc_id: told(from.vpc_id()),
        ip_permissions: from.ip_permissions().iter().map(permission).collect(),
        ip_permissions_egress: from.ip_permissions_egress().iter().map(permission).collect(),
        tags: tags.then(|| crate::ec2::tags(from.tags())),
    }
}

fn permission(from: &SdkPermission) -> IpPermission {
    IpPermission {
        ip_protocol: text(from.ip_protocol()),
        from_port: from.from_port().map(i64::from),
        to_port: from.to_port().map(i64::from),
        ip_ranges: sorted(from.ip_ranges().iter().filter_map(|range| range.cidr_ip())),
        ipv6_ranges: sorted(from.ipv6_ranges().iter().filter_map(|range| range.cidr_ipv6())),
        prefix_list_ids: sorted(from.prefix_list_ids().iter().filter_map(|list| list.prefix_list_id())),
        user_id_group_pairs: sorted(from.user_id_group_pairs().iter().filter_map(|pair| pair.group_id())),
    }
}

pub(super) async fn interfaces(gather: &Gather<'_>, kind: &'static KindSpec) {
    let scope = gather.scope;
    let found = paging::all(INTERFACES, async |token| {
        let request = scope.region.ec2().describe_network_interfaces().max_results(PAGE).set_next_token(token);
        let page = scope.call(INTERFACES, request.send()).await?;
        let bodies = page.network_interfaces().iter().map(|from| members(&interface(from))).collect();
        Ok((bodies, page.next_token().map(str::to_owned)))
    });
    gather.keep(gather.listed(kind, found.await));
}

fn interface(from: &SdkInterface) -> NetworkInterface {
    NetworkInterface {
        network_interface_id: text(from.network_interface_id()),
        interface_type: text(from.interface_type().map(|kind| kind.as_str())),
        description: text(from.description()),
        status: text(from.status().map(|status| status.as_str())),
        vpc_id: told(from.vpc_id()),
        subnet_id: told(from.subnet_id()),
        groups: sorted(from.groups().iter().filter_map(|group| group.group_id())),
        instance_id: told(from.attachment().and_then(|attachment| attachment.instance_id())),
        public_ip: public_ip(from),
        ipv6_addresses: sorted(from.ipv6_addresses().iter().filter_map(|address| address.ipv6_address())),
    }
}

/// That of its primary private address, else that of the first other one that has one.
fn public_ip(from: &SdkInterface) -> Option<String> {
    let others = from.private_ip_addresses().iter().filter_map(|address| address.association());
    told(from.association().into_iter().chain(others).find_map(|association| association.public_ip()))
}

pub(super) async fn vpcs(gather: &Gather<'_>, kind: &'static KindSpec) {
    let (scope, tags) = (gather.scope, gather.wants_facet(kind, "tags"));
    let found = paging::all(VPCS, async |token| {
        let request = scope.region.ec2().describe_vpcs().max_results(PAGE).set_next_token(token);
        let page = scope.call(VPCS, request.send()).await?;
        // A VPC that another account shares is that account's to judge: its flow logs are not shown here.
        let ours = page.vpcs().iter().filter(|from| from.owner_id().is_none_or(|owner| owner == gather.account));
        let bodies = ours.map(|from| members(&vpc(from, tags))).collect();
        Ok((bodies, page.next_token().map(str::to_owned)))
    });
    let mut facts = gather.listed(kind, found.await);
    let put = |logs: &BTreeMap<String, Vec<FlowLog>>, fact: &mut Fact| {
        let mine = logs.get(&fact.id).cloned().unwrap_or_default();
        fact.put("FlowLogs", json!(mine));
    };
    gather.bulk(kind, "flow-logs", &mut facts, flow_logs(scope), put).await;
    gather.keep(facts);
}

fn vpc(from: &aws_sdk_ec2::types::Vpc, tags: bool) -> Vpc {
    Vpc {
        vpc_id: text(from.vpc_id()),
        is_default: from.is_default().unwrap_or_default(),
        flow_logs: None,
        tags: tags.then(|| crate::ec2::tags(from.tags())),
    }
}

/// Flow logs by what they are of: VPCs, subnets and interfaces.
async fn flow_logs(scope: Scope<'_>) -> Result<BTreeMap<String, Vec<FlowLog>>, CloudError> {
    let pages = paging::all(FLOW_LOGS, async |token| {
        let request = scope.region.ec2().describe_flow_logs().max_results(PAGE).set_next_token(token);
        let page = scope.call(FLOW_LOGS, request.send()).await?;
        let logs = page.flow_logs().iter().map(|from| (text(from.resource_id()), flow_log(from))).collect();
        Ok((logs, page.next_token().map(str::to_owned)))
    });
    let mut by_resource: BTreeMap<String, Vec<FlowLog>> = BTreeMap::new();
    for (resource, log) in whole(pages.await)? {
        by_resource.entry(resource).or_default().push(log);
    }
    Ok(by_resource)
}

fn flow_log(from: &aws_sdk_ec2::types::FlowLog) -> FlowLog {
    FlowLog {
        flow_log_id: text(from.flow_log_id()),
        flow_log_status: text(from.flow_log_status()),
        traffic_type: from.traffic_type().map(|kind| kind.as_str().to_owned()),
        deliver_logs_status: told(from.deliver_logs_status()),
    }
}

pub(super) async fn subnets(gather: &Gather<'_>, kind: &'static KindSpec) {
    let (scope, tags) = (gather.scope, gather.wants_facet(kind, "tags"));
    let found = paging::all(SUBNETS, async |token| {
        let request = scope.region.ec2().describe_subnets().max_results(PAGE).set_next_token(token);
        let page = scope.call(SUBNETS, request.send()).await?;
        let bodies: Vec<Members> = page.subnets().iter().map(|from| members(&subnet(from, tags))).collect();
        Ok((bodies, page.next_token().map(str::to_owned)))
    });
    let mut facts = gather.listed(kind, found.await);
    gather
        .bulk(kind, "routes", &mut facts, routes(scope), |routes, fact| {
            let vpc = fact.body.get("VpcId").and_then(Value::as_str).unwrap_or_default();
            let public = routes.is_public(&fact.id, vpc);
            fact.put("Public", public);
        })
        .await;
    gather.keep(facts);
}

fn subnet(from: &aws_sdk_ec2::types::Subnet, tags: bool) -> Subnet {
    Subnet {
        subnet_id: text(from.subnet_id()),
        vpc_id: text(from.vpc_id()),
        availability_zone: text(from.availability_zone()),
        map_public_ip_on_launch: from.map_public_ip_on_launch().unwrap_or_default(),
        public: None,
        tags: tags.then(|| crate::ec2::tags(from.tags())),
    }
}

/// What leads to an internet gateway.
#[derive(Debug, Default)]
struct Routes {
    /// Subnets with a table of their own, and whether it does.
    subnets: BTreeMap<String, bool>,
    /// VPCs whose main table does.
    vpcs: BTreeSet<String>,
}

impl Routes {
    /// A subnet without a table of its own has the main one of its VPC.
    fn is_public(&self, subnet: &str, vpc: &str) -> bool {
        self.subnets.get(subnet).copied().unwrap_or_else(|| self.vpcs.contains(vpc))
    }

    fn add(&mut self, table: &RouteTable) {
        // A gateway may also be a virtual private one, or an endpoint.
        let leads = table.routes().iter().any(|route| route.gateway_id().is_some_and(|id| id.starts_with("igw-")));
        for association in table.associations() {
            if let Some(subnet) = association.subnet_id() {
                self.subnets.insert(subnet.to_owned(), leads);
            } else if leads && association.main() == Some(true) {
                self.vpcs.insert(text(table.vpc_id()));
            }
        }
    }
}

async fn routes(scope: Scope<'_>) -> Result<Routes, CloudError> {
    let pages = paging::all(ROUTES, async |token| {
        let request = scope.region.ec2().describe_route_tables().max_results(ROUTES_PAGE).set_next_token(token);
        let page = scope.call(ROUTES, request.send()).await?;
        Ok((page.route_tables().to_vec(), page.next_token().map(str::to_owned)))
    });
    let mut routes = Routes::default();
    whole(pages.await)?.iter().for_each(|table| routes.add(table));
    Ok(routes)
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{NetworkInterfaceAssociation, NetworkInterfacePrivateIpAddress, Route, RouteTableAssociation};

    use super::*;

    #[test]
    fn a_public_address_may_belong_to_a_secondary_private_one() {
        let association = |ip: &str| NetworkInterfaceAssociation::builder().public_ip(ip).build();
        let private = |ip: &str| NetworkInterfacePrivateIpAddress::builder().association(association(ip)).build();
        let bare = NetworkInterfacePrivateIpAddress::builder().primary(true).build();
        let second = SdkInterface::builder().private_ip_addresses(bare.clone()).private_ip_addresses(private("198.51.100.2"));
        assert_eq!(interface(&second.clone().build()).public_ip.as_deref(), Some("198.51.100.2"));
        let both = second.association(association("198.51.100.1")).build();
        assert_eq!(interface(&both).public_ip.as_deref(), Some("198.51.100.1"));
        assert_eq!(interface(&SdkInterface::builder().private_ip_addresses(bare).build()).public_ip, None);
    }

    #[test]
    fn a_subnet_has_its_own_table_or_the_main_one() {
        let table = |gateway: &str, association: RouteTableAssociation| {
            let route = Route::builder().destination_cidr_block("0.0.0.0/0").gateway_id(gateway).build();
            RouteTable::builder().vpc_id("vpc-1").routes(route).associations(association).build()
        };
        let of = |subnet: &str| RouteTableAssociation::builder().subnet_id(subnet).build();
        let mut routes = Routes::default();
        routes.add(&table("igw-1", RouteTableAssociation::builder().main(true).build()));
        routes.add(&table("local", of("subnet-1")));
        routes.add(&table("igw-1", of("subnet-2")));
        let public = ["subnet-1", "subnet-2", "subnet-3"].map(|subnet| routes.is_public(subnet, "vpc-1"));
        assert_eq!(public, [false, true, true]);
        assert!(!routes.is_public("subnet-4", "vpc-2"));
    }
}
