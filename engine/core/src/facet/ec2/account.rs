//! What an account has set for a region as a whole.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::facet::table::{Arn, Call, FacetSpec, Home, KindSpec};

pub(super) const ACCOUNT: KindSpec = KindSpec {
    word: "ec2.account",
    says: "What the account has set for EC2 in a region. There is one in each.",
    home: Home::Region,
    id: "",
    arn: Arn::None,
    // Every collection asks who it is; nothing further lists what there is one of.
    calls: &[Call::once("sts:GetCallerIdentity")],
    facets: &[
        FacetSpec {
            word: "ebs-encryption",
            says: "Whether new volumes are encrypted whatever is asked for.",
            members: &["EbsEncryptionByDefault"],
            calls: &[Call::once("ec2:GetEbsEncryptionByDefault")],
        },
        FacetSpec {
            word: "snapshot-sharing",
            says: "Whether snapshots can be made public.",
            members: &["SnapshotBlockPublicAccessState"],
            calls: &[Call::once("ec2:GetSnapshotBlockPublicAccessState")],
        },
        FacetSpec {
            word: "image-sharing",
            says: "Whether images can be made public.",
            members: &["ImageBlockPublicAccessState"],
            calls: &[Call::once("ec2:GetImageBlockPublicAccessState")],
        },
        FacetSpec {
            word: "imds-defaults",
            says: "How the metadata service of new instances is set where nobody says.",
            members: &["InstanceMetadataDefaults"],
            calls: &[Call::once("ec2:GetInstanceMetadataDefaults")],
        },
    ],
    schema: |generator| Account::json_schema(generator),
};

/// What an account has set for EC2 in a region.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Account {
    /// Facet `ebs-encryption`: true when new volumes are encrypted whatever is asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ebs_encryption_by_default: Option<bool>,
    /// Facet `snapshot-sharing`: `block-all-sharing`, `block-new-sharing` or `unblocked`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub snapshot_block_public_access_state: Option<String>,
    /// Facet `image-sharing`: `block-new-sharing` or `unblocked`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub image_block_public_access_state: Option<String>,
    /// Facet `imds-defaults`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub instance_metadata_defaults: Option<MetadataDefaults>,
}

/// How the metadata service of new instances is set where nobody says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct MetadataDefaults {
    /// `required` or `optional`; absent when the account has no preference.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub http_tokens: Option<String>,
    /// `enabled` or `disabled`; absent when the account has no preference.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub http_endpoint: Option<String>,
}
