//! Networks: VPCs, subnets, security groups, interfaces and addresses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TAGS;
use crate::facet::table::{Arn, Call, FacetSpec, Home, KindSpec};
use crate::tags::Tags;

pub(super) const ADDRESS: KindSpec = KindSpec {
    word: "ec2.address",
    says: "An Elastic IP address.",
    home: Home::Region,
    id: "AllocationId",
    arn: Arn::Of("arn:{partition}:ec2:{region}:{account}:elastic-ip/{id}"),
    calls: &[Call::once("ec2:DescribeAddresses")],
    facets: &[TAGS],
    schema: |generator| Address::json_schema(generator),
};

pub(super) const SECURITY_GROUP: KindSpec = KindSpec {
    word: "ec2.security-group",
    says: "A security group.",
    home: Home::Region,
    id: "GroupId",
    arn: Arn::Of("arn:{partition}:ec2:{region}:{account}:security-group/{id}"),
    calls: &[Call::once("ec2:DescribeSecurityGroups")],
    facets: &[TAGS],
    schema: |generator| SecurityGroup::json_schema(generator),
};

pub(super) const NETWORK_INTERFACE: KindSpec = KindSpec {
    word: "ec2.network-interface",
    says: "A network interface: of an instance, a database, a load balancer, a function.",
    home: Home::Region,
    id: "NetworkInterfaceId",
    arn: Arn::Of("arn:{partition}:ec2:{region}:{account}:network-interface/{id}"),
    calls: &[Call::once("ec2:DescribeNetworkInterfaces")],
    facets: &[],
    schema: |generator| NetworkInterface::json_schema(generator),
};

pub(super) const VPC: KindSpec = KindSpec {
    word: "ec2.vpc",
    says: "A VPC.",
    home: Home::Region,
    id: "VpcId",
    arn: Arn::Of("arn:{partition}:ec2:{region}:{account}:vpc/{id}"),
    calls: &[Call::once("ec2:DescribeVpcs")],
    facets: &[
        TAGS,
        FacetSpec {
            word: "flow-logs",
            says: "Flow logs of the VPC as a whole.",
            members: &["FlowLogs"],
            calls: &[Call::once("ec2:DescribeFlowLogs")],
        },
    ],
    schema: |generator| Vpc::json_schema(generator),
};

pub(super) const SUBNET: KindSpec = KindSpec {
    word: "ec2.subnet",
    says: "A subnet.",
    home: Home::Region,
    id: "SubnetId",
    arn: Arn::Of("arn:{partition}:ec2:{region}:{account}:subnet/{id}"),
    calls: &[Call::once("ec2:DescribeSubnets")],
    facets: &[
        TAGS,
        FacetSpec {
            word: "routes",
            says: "Whether its route table, or the main one of its VPC, leads to an internet gateway.",
            members: &["Public"],
            calls: &[Call::once("ec2:DescribeRouteTables")],
        },
    ],
    schema: |generator| Subnet::json_schema(generator),
};

/// An Elastic IP address, as `aws ec2 describe-addresses` prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Address {
    /// Its id.
    pub allocation_id: String,
    /// The address.
    pub public_ip: String,
    /// That it is bound; absent when it is bound to nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub association_id: Option<String>,
    /// The instance it is bound to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub instance_id: Option<String>,
    /// The interface it is bound to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub network_interface_id: Option<String>,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
}

/// A security group, as `aws ec2 describe-security-groups` prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct SecurityGroup {
    /// Its id.
    pub group_id: String,
    /// Its name; that of the default group of a VPC is `default`.
    pub group_name: String,
    /// What it says of itself.
    pub description: String,
    /// Its VPC.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vpc_id: Option<String>,
    /// What may come in.
    pub ip_permissions: Vec<IpPermission>,
    /// What may go out.
    pub ip_permissions_egress: Vec<IpPermission>,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
}

/// What a security group lets through. Sources (targets of egress) are plain texts, without their descriptions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct IpPermission {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for every protocol.
    pub ip_protocol: String,
    /// First port; absent for every port.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from_port: Option<i64>,
    /// Last port; absent for every port.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub to_port: Option<i64>,
    /// IPv4 networks: `0.0.0.0/0`.
    pub ip_ranges: Vec<String>,
    /// IPv6 networks: `::/0`.
    pub ipv6_ranges: Vec<String>,
    /// Ids of prefix lists.
    pub prefix_list_ids: Vec<String>,
    /// Ids of security groups.
    pub user_id_group_pairs: Vec<String>,
}

/// A network interface, as `aws ec2 describe-network-interfaces` prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct NetworkInterface {
    /// Its id.
    pub network_interface_id: String,
    /// `interface`, `lambda`, `nat_gateway`, `load_balancer` and others.
    pub interface_type: String,
    /// What it says of itself: services write what it serves.
    pub description: String,
    /// `available`, `in-use`, `attaching` and others.
    pub status: String,
    /// Its VPC.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vpc_id: Option<String>,
    /// Its subnet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subnet_id: Option<String>,
    /// Ids of its security groups, sorted.
    pub groups: Vec<String>,
    /// The instance it hangs on (of its attachment).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub instance_id: Option<String>,
    /// A public IPv4 address of it: of its primary private address, else of another one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub public_ip: Option<String>,
    /// Its IPv6 addresses.
    pub ipv6_addresses: Vec<String>,
}

/// A VPC, as `aws ec2 describe-vpcs` prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Vpc {
    /// Its id.
    pub vpc_id: String,
    /// True when it is the default VPC of its region.
    pub is_default: bool,
    /// Facet `flow-logs`: those of the VPC itself; empty when there are none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub flow_logs: Option<Vec<FlowLog>>,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
}

/// A flow log, as `aws ec2 describe-flow-logs` prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct FlowLog {
    /// Its id.
    pub flow_log_id: String,
    /// `ACTIVE`, or what it is on the way to be.
    pub flow_log_status: String,
    /// `ACCEPT`, `REJECT` or `ALL`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub traffic_type: Option<String>,
    /// `FAILED` when logs do not arrive.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub deliver_logs_status: Option<String>,
}

/// A subnet, as `aws ec2 describe-subnets` prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Subnet {
    /// Its id.
    pub subnet_id: String,
    /// Its VPC.
    pub vpc_id: String,
    /// Its availability zone.
    pub availability_zone: String,
    /// True when what starts there is given a public address.
    pub map_public_ip_on_launch: bool,
    /// Facet `routes`: true when a route of its table leads to an internet gateway.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub public: Option<bool>,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
}
