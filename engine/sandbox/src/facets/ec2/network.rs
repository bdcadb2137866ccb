//! The default network, security groups, and interfaces of what the world runs.

use jiff::Timestamp;
use muster_core::cloud::{IngressRule, SecurityGroup as Group};
use muster_core::digest::sha256_hex;
use muster_core::facet::Members;
use muster_core::facet::ec2::{IpPermission, NetworkInterface, SecurityGroup, Subnet, Vpc};

use super::super::members;
use crate::world::{Machine, Region, Server};

/// Every security group.
pub(super) fn groups(region: &Region, now: Timestamp) -> Vec<Members> {
    region.groups.seen(now).into_iter().map(|group| members(&security_group(group))).collect()
}

fn security_group(group: &Group) -> SecurityGroup {
    SecurityGroup {
        group_id: group.id.clone(),
        group_name: group.name.clone(),
        description: group.description.clone(),
        vpc_id: group.vpc.clone(),
        ip_permissions: group.ingress.iter().map(permission).collect(),
        ip_permissions_egress: vec![everywhere()],
        tags: Some(group.tags.clone()),
    }
}

/// What EC2 lets out of a new group.
fn everywhere() -> IpPermission {
    IpPermission { ip_protocol: "-1".to_owned(), ip_ranges: vec!["0.0.0.0/0".to_owned()], ..IpPermission::default() }
}

fn permission(rule: &IngressRule) -> IpPermission {
    let port = |port: i32| (port >= 0).then(|| i64::from(port));
    let mut permission = IpPermission {
        ip_protocol: rule.protocol.clone(),
        from_port: port(rule.from_port),
        to_port: port(rule.to_port),
        ..IpPermission::default()
    };
    let source = rule.source.clone();
    match source.as_str() {
        id if id.starts_with("sg-") => permission.user_id_group_pairs.push(source),
        id if id.starts_with("pl-") => permission.prefix_list_ids.push(source),
        cidr if cidr.contains(':') => permission.ipv6_ranges.push(source),
        _ => permission.ip_ranges.push(source),
    }
    permission
}

/// An interface for each instance and each database instance.
pub(super) fn interfaces(region: &Region, now: Timestamp) -> Vec<Members> {
    let machines = region.machines.seen(now).into_iter().filter(|machine| machine.holds_groups()).map(of_machine);
    let servers = region.servers.seen(now).into_iter().map(|server| of_server(server, region));
    machines.chain(servers).map(|interface| members(&interface)).collect()
}

fn id(owner: &str) -> String {
    format!("eni-0{}", &sha256_hex(owner.as_bytes())[..16])
}

fn of_machine(machine: &Machine) -> NetworkInterface {
    let view = &machine.view;
    NetworkInterface {
        network_interface_id: id(&view.id),
        interface_type: "interface".to_owned(),
        status: "in-use".to_owned(),
        vpc_id: view.vpc.clone(),
        subnet_id: view.subnet.clone(),
        groups: view.groups.clone(),
        instance_id: Some(view.id.clone()),
        public_ip: view.public_ip.clone(),
        ..NetworkInterface::default()
    }
}

fn of_server(server: &Server, region: &Region) -> NetworkInterface {
    let view = &server.view;
    NetworkInterface {
        network_interface_id: id(&view.arn),
        interface_type: "interface".to_owned(),
        description: "RDSNetworkInterface".to_owned(),
        status: "in-use".to_owned(),
        vpc_id: view.vpc.clone(),
        subnet_id: region.default_subnet().map(str::to_owned),
        groups: view.groups.clone(),
        ..NetworkInterface::default()
    }
}

/// Every VPC, without a flow log.
pub(super) fn vpcs(region: &Region, now: Timestamp) -> Vec<Members> {
    let all = region.vpcs.seen(now).into_iter();
    let vpc = |from: &muster_core::cloud::Vpc| Vpc {
        vpc_id: from.id.clone(),
        is_default: from.is_default,
        flow_logs: Some(Vec::new()),
        tags: Some(from.tags.clone()),
    };
    all.map(|from| members(&vpc(from))).collect()
}

/// Every subnet. The default ones lead to the internet, as in a new account.
pub(super) fn subnets(region: &Region, now: Timestamp) -> Vec<Members> {
    let all = region.subnets.seen(now).into_iter();
    let subnet = |from: &muster_core::cloud::Subnet| Subnet {
        subnet_id: from.id.clone(),
        vpc_id: from.vpc.clone(),
        availability_zone: from.zone.clone(),
        map_public_ip_on_launch: from.is_default,
        public: Some(from.is_default),
        tags: Some(from.tags.clone()),
    };
    all.map(|from| members(&subnet(from))).collect()
}
