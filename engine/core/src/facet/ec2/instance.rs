//! Instances.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TAGS;
use crate::facet::metric::Metric;
use crate::facet::table::{Arn, Call, FacetSpec, Home, KindSpec};
use crate::tags::Tags;

pub(super) const INSTANCE: KindSpec = KindSpec {
    word: "ec2.instance",
    says: "An instance that is not terminated.",
    home: Home::Region,
    id: "InstanceId",
    arn: Arn::Of("arn:{partition}:ec2:{region}:{account}:instance/{id}"),
    calls: &[Call::once("ec2:DescribeInstances")],
    facets: &[
        TAGS,
        FacetSpec { word: "client-token", says: "The token of the request that made it.", members: &["ClientToken"], calls: &[] },
        FacetSpec { word: "imds", says: "How its metadata service is set.", members: &["MetadataOptions"], calls: &[] },
        FacetSpec {
            word: "termination-protection",
            says: "Whether an API call may terminate it.",
            members: &["DisableApiTermination"],
            calls: &[Call::each("ec2:DescribeInstanceAttribute")],
        },
        FacetSpec {
            word: "user-data",
            says: "What it was given to run at its first start.",
            members: &["UserData"],
            calls: &[Call::each("ec2:DescribeInstanceAttribute")],
        },
        FacetSpec {
            word: "cpu",
            says: "How busy it was, in percent.",
            members: &["Cpu"],
            calls: &[Call::once("cloudwatch:GetMetricData")],
        },
        FacetSpec {
            word: "network-traffic",
            says: "What it sent and received, in bytes.",
            members: &["NetworkIn", "NetworkOut"],
            calls: &[Call::once("cloudwatch:GetMetricData")],
        },
        FacetSpec { word: "type", says: "What its type is.", members: &["TypeInfo"], calls: &[Call::once("ec2:DescribeInstanceTypes")] },
        FacetSpec {
            word: "ssm",
            says: "What Systems Manager knows of it.",
            members: &["InstanceInformation"],
            calls: &[Call::once("ssm:DescribeInstanceInformation")],
        },
        FacetSpec {
            word: "image",
            says: "The image it was started from.",
            members: &["Image"],
            calls: &[Call::once("ec2:DescribeImages")],
        },
    ],
    schema: |generator| Instance::json_schema(generator),
};

/// An instance, as `aws ec2 describe-instances` prints it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Instance {
    /// Its id.
    pub instance_id: String,
    /// `t3.medium`.
    pub instance_type: String,
    /// The image it was started from.
    pub image_id: String,
    /// `pending`, `running`, `shutting-down`, `stopping` or `stopped`.
    pub state: String,
    /// `x86_64`, `arm64`, `i386` and others.
    pub architecture: String,
    /// What it is charged as: `Linux/UNIX`, `Windows`.
    pub platform_details: String,
    /// When it was last started, RFC 3339.
    pub launch_time: String,
    /// Why it is in its state, with a time where a user caused it: `User initiated (2026-11-02 19:00:07 GMT)`; absent when empty.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub state_transition_reason: Option<String>,
    /// Its VPC.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vpc_id: Option<String>,
    /// Its subnet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subnet_id: Option<String>,
    /// Its public IPv4 address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub public_ip_address: Option<String>,
    /// Its first IPv6 address, which is a public one wherever routes allow it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ipv6_address: Option<String>,
    /// Ids of its security groups, sorted.
    pub security_groups: Vec<String>,
    /// The role it can act as.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub iam_instance_profile: Option<Profile>,
    /// `spot` or `scheduled`; absent for an ordinary one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub instance_lifecycle: Option<String>,
    /// Whether CloudWatch is told every minute.
    pub monitoring: Monitoring,
    /// Device that it starts from: `/dev/xvda`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub root_device_name: Option<String>,
    /// EBS volumes that hang on it.
    pub block_device_mappings: Vec<BlockDevice>,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
    /// Facet `client-token`: what the request was told apart by, with which muster knows its own again; null when it had none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub client_token: Option<Option<String>>,
    /// Facet `imds`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub metadata_options: Option<MetadataOptions>,
    /// Facet `termination-protection`: true when no API call can terminate it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub disable_api_termination: Option<bool>,
    /// Facet `user-data`: the decoded text, what is no UTF-8 replaced; null when it was given none. Compressed data stays compressed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_data: Option<Option<String>>,
    /// Facet `cpu`: CPUUtilization, average and maximum of each day, in percent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cpu: Option<Metric>,
    /// Facet `network-traffic`: sum of each day, in bytes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub network_in: Option<Metric>,
    /// Facet `network-traffic`: sum of each day, in bytes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub network_out: Option<Metric>,
    /// Facet `type`; null when the region does not offer the type any more.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub type_info: Option<Option<TypeInfo>>,
    /// Facet `ssm`; null when Systems Manager does not know it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub instance_information: Option<Option<SsmInfo>>,
    /// Facet `image`; null when it is gone or no longer shared.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub image: Option<Option<ImageInfo>>,
}

/// The role of an instance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Profile {
    /// ARN of the instance profile.
    pub arn: String,
}

/// Whether CloudWatch is told every minute.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Monitoring {
    /// `enabled`, `pending`, `disabling` or `disabled`.
    pub state: String,
}

/// A volume of an instance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BlockDevice {
    /// `/dev/xvda`.
    pub device_name: String,
    /// The volume.
    pub ebs: EbsDevice,
}

/// Which volume it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct EbsDevice {
    /// Its id.
    pub volume_id: String,
    /// Since when it hangs there, RFC 3339: of the root volume, since the instance was first launched.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub attach_time: Option<String>,
    /// True when it goes with the instance.
    pub delete_on_termination: bool,
}

/// How the metadata service of an instance or launch template is set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct MetadataOptions {
    /// `required` (version 2 only) or `optional`; absent where a launch template leaves it open.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub http_tokens: Option<String>,
    /// `enabled` or `disabled`; absent where a launch template leaves it open.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub http_endpoint: Option<String>,
    /// How many network hops an answer may travel: 1 keeps it from containers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub http_put_response_hop_limit: Option<i64>,
}

/// What a type is, out of `aws ec2 describe-instance-types`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct TypeInfo {
    /// True when AWS counts it among the current generation.
    pub current_generation: bool,
    /// `x86_64`, `arm64`.
    pub supported_architectures: Vec<String>,
    /// vCPUs.
    pub default_v_cpus: i64,
    /// Memory in MiB.
    pub size_in_mi_b: i64,
}

/// What Systems Manager knows of an instance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct SsmInfo {
    /// `Online`, `ConnectionLost` or `Inactive`.
    pub ping_status: String,
    /// When its agent last reported, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_ping_date_time: Option<String>,
}

/// The image of an instance, whoever owns it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ImageInfo {
    /// Its name; absent when the owner gave none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// Account that owns it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner_id: Option<String>,
    /// When it was made, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub creation_date: Option<String>,
    /// From when on it is deprecated, RFC 3339; absent when no date is set.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub deprecation_time: Option<String>,
}
