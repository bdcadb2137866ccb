//! Kinds of EC2.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::table::{Arn, Call, FacetSpec, Home, KindSpec};
use crate::tags::Tags;

/// Every kind of this service.
pub static KINDS: &[KindSpec] = &[VOLUME];

const TAGS: FacetSpec = FacetSpec { word: "tags", says: "Its tags.", members: &["Tags"], calls: &[] };

const VOLUME: KindSpec = KindSpec {
    word: "ec2.volume",
    says: "An EBS volume.",
    home: Home::Region,
    id: "VolumeId",
    arn: Arn::Of("arn:{partition}:ec2:{region}:{account}:volume/{id}"),
    calls: &[Call::once("ec2:DescribeVolumes")],
    facets: &[TAGS],
    schema: |generator| Volume::json_schema(generator),
};

/// An EBS volume, as `aws ec2 describe-volumes` prints it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Volume {
    /// Its id.
    pub volume_id: String,
    /// Size in GiB.
    pub size: i64,
    /// `gp2`, `gp3`, `io1`, `io2`, `st1`, `sc1` or `standard`.
    pub volume_type: String,
    /// `creating`, `available`, `in-use`, `deleting`, `deleted` or `error`.
    pub state: String,
    /// True when it is encrypted.
    pub encrypted: bool,
    /// ARN of the key it is encrypted with; absent when it is not encrypted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kms_key_id: Option<String>,
    /// Input and output operations a second; absent for types without.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub iops: Option<i64>,
    /// MiB a second; absent for types without.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub throughput: Option<i64>,
    /// When it was made, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub create_time: Option<String>,
    /// Snapshot it was made from; absent when it began empty.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub snapshot_id: Option<String>,
    /// Availability zone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub availability_zone: Option<String>,
    /// Instances it hangs on.
    pub attachments: Vec<Attachment>,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
}

/// An instance that a volume hangs on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Attachment {
    /// The instance.
    pub instance_id: String,
    /// Device name: `/dev/xvda`.
    pub device: String,
    /// `attaching`, `attached`, `detaching` or `busy`.
    pub state: String,
    /// Since when, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub attach_time: Option<String>,
    /// True when it goes with the instance.
    pub delete_on_termination: bool,
}
