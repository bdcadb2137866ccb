//! Volumes, and what is made of them: snapshots and images.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TAGS;
use crate::facet::table::{Arn, Call, FacetSpec, Home, KindSpec};
use crate::tags::Tags;

pub(super) const VOLUME: KindSpec = KindSpec {
    word: "ec2.volume",
    says: "An EBS volume.",
    home: Home::Region,
    id: "VolumeId",
    arn: Arn::Of("arn:{partition}:ec2:{region}:{account}:volume/{id}"),
    calls: &[Call::once("ec2:DescribeVolumes")],
    facets: &[TAGS],
    schema: |generator| Volume::json_schema(generator),
};

pub(super) const SNAPSHOT: KindSpec = KindSpec {
    word: "ec2.snapshot",
    says: "A snapshot of an EBS volume that belongs to the account.",
    home: Home::Region,
    id: "SnapshotId",
    arn: Arn::Of("arn:{partition}:ec2:{region}:{account}:snapshot/{id}"),
    calls: &[Call::once("ec2:DescribeSnapshots")],
    facets: &[
        TAGS,
        FacetSpec {
            word: "public",
            says: "Whether everybody may read it. Listed in bulk; what the list names is asked once more by itself.",
            members: &["Public"],
            calls: &[Call::once("ec2:DescribeSnapshots"), Call::each("ec2:DescribeSnapshotAttribute")],
        },
    ],
    schema: |generator| Snapshot::json_schema(generator),
};

pub(super) const IMAGE: KindSpec = KindSpec {
    word: "ec2.image",
    says: "An image (AMI) that belongs to the account.",
    home: Home::Region,
    id: "ImageId",
    arn: Arn::Of("arn:{partition}:ec2:{region}:{account}:image/{id}"),
    calls: &[Call::once("ec2:DescribeImages")],
    facets: &[TAGS],
    schema: |generator| Image::json_schema(generator),
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

/// A snapshot of the account's own, as `aws ec2 describe-snapshots --owner-ids self` prints it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Snapshot {
    /// Its id.
    pub snapshot_id: String,
    /// The volume it was taken of, which may be gone; absent when AWS no longer tells.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub volume_id: Option<String>,
    /// Size of the volume in GiB: the most that the snapshot is charged for.
    pub volume_size: i64,
    /// `pending`, `completed`, `error`, `recoverable` or `recovering`.
    pub state: String,
    /// When it was begun, RFC 3339.
    pub start_time: String,
    /// True when it is encrypted.
    pub encrypted: bool,
    /// `standard` or `archive`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub storage_tier: Option<String>,
    /// Facet `public`: everybody may make a volume of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub public: Option<bool>,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
}

/// An image of the account's own, as `aws ec2 describe-images --owners self` prints it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Image {
    /// Its id.
    pub image_id: String,
    /// Its name.
    pub name: String,
    /// `pending`, `available`, `disabled`, `failed` and others.
    pub state: String,
    /// When it was made, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub creation_date: Option<String>,
    /// Everybody may start instances of it.
    pub public: bool,
    /// Snapshots it is made of (of its block device mappings).
    pub snapshot_ids: Vec<String>,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
}
