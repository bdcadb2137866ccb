//! Kinds of S3.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::metric::Metric;
use super::table::{Arn, Call, FacetSpec, Home, KindSpec};
use crate::tags::Tags;

/// Every kind of this service.
pub static KINDS: &[KindSpec] = &[BUCKET, ACCOUNT];

/// One answer for an account, its buckets in all regions included.
const ACCOUNT_BLOCK: &[Call] = &[Call::once_in_account("s3:GetAccountPublicAccessBlock")];

/// A facet that one call for each bucket reads.
const fn setting(word: &'static str, says: &'static str, members: &'static [&'static str], calls: &'static [Call]) -> FacetSpec {
    FacetSpec { word, says, members, calls }
}

const BUCKET: KindSpec = KindSpec {
    word: "s3.bucket",
    says: "A general purpose bucket.",
    home: Home::Region,
    id: "Name",
    arn: Arn::Of("arn:{partition}:s3:::{id}"),
    // AWS says the region of each bucket in the list. Servers that do not are asked s3:GetBucketLocation, which no policy for AWS needs.
    calls: &[Call::once_in_account("s3:ListAllMyBuckets")],
    facets: &[
        setting("tags", "Its tags.", &["Tags"], &[Call::each("s3:GetBucketTagging")]),
        setting(
            "public-access-block",
            "What it blocks of public access by itself.",
            &["PublicAccessBlockConfiguration"],
            &[Call::each("s3:GetBucketPublicAccessBlock")],
        ),
        setting(
            "account-public-access-block",
            "What its account blocks of public access, which counts for every bucket.",
            &["AccountPublicAccessBlockConfiguration"],
            ACCOUNT_BLOCK,
        ),
        setting("policy", "Its policy.", &["Policy"], &[Call::each("s3:GetBucketPolicy")]),
        setting("policy-status", "Whether AWS calls its policy public.", &["PolicyStatus"], &[Call::each("s3:GetBucketPolicyStatus")]),
        setting("acl", "Its access control list.", &["Owner", "Grants"], &[Call::each("s3:GetBucketAcl")]),
        setting(
            "ownership",
            "Who owns what others put there, and whether access control lists count.",
            &["OwnershipControls"],
            &[Call::each("s3:GetBucketOwnershipControls")],
        ),
        setting(
            "encryption",
            "How new objects are encrypted unless they say otherwise.",
            &["ServerSideEncryptionConfiguration"],
            &[Call::each("s3:GetEncryptionConfiguration")],
        ),
        setting("versioning", "Whether it keeps versions.", &["VersioningConfiguration"], &[Call::each("s3:GetBucketVersioning")]),
        setting(
            "lifecycle",
            "What becomes of objects as they age.",
            &["LifecycleConfiguration"],
            &[Call::each("s3:GetLifecycleConfiguration")],
        ),
        setting("logging", "Where its access log goes.", &["LoggingEnabled"], &[Call::each("s3:GetBucketLogging")]),
        setting(
            "intelligent-tiering",
            "Its archive tiers of Intelligent-Tiering.",
            &["IntelligentTieringConfigurationList"],
            &[Call::each("s3:GetIntelligentTieringConfiguration")],
        ),
        setting(
            "object-lock",
            "Whether objects can be held.",
            &["ObjectLockConfiguration"],
            &[Call::each("s3:GetBucketObjectLockConfiguration")],
        ),
        setting(
            "size",
            "How much it holds in class Standard, day by day.",
            &["StandardStorageBytes"],
            &[Call::once("cloudwatch:GetMetricData")],
        ),
    ],
    schema: |generator| Bucket::json_schema(generator),
};

const ACCOUNT: KindSpec = KindSpec {
    word: "s3.account",
    says: "What an account sets for all of its buckets.",
    home: Home::Account,
    id: "",
    arn: Arn::None,
    calls: ACCOUNT_BLOCK,
    facets: &[],
    schema: |generator| Account::json_schema(generator),
};

/// What an account sets for all of its buckets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Account {
    /// What it blocks of public access; absent when nothing was ever set.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub public_access_block_configuration: Option<PublicAccessBlock>,
}

/// A bucket, as `aws s3api list-buckets` and the calls of its facets print it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// When it was made or its policy last set (AWS does not tell which), RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub creation_date: Option<String>,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
    /// Facet `public-access-block`; null when nothing was ever set.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub public_access_block_configuration: Option<Option<PublicAccessBlock>>,
    /// Facet `account-public-access-block`; null when nothing was ever set.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account_public_access_block_configuration: Option<Option<PublicAccessBlock>>,
    /// Facet `policy`: the document; null when there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub policy: Option<Option<Value>>,
    /// Facet `policy-status`; null when there is no policy.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub policy_status: Option<Option<PolicyStatus>>,
    /// Facet `acl`: who owns it; null when the list does not count.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<Option<Owner>>,
    /// Facet `acl`: who was granted what; null when the list does not count, which is so when the ownership is
    /// `BucketOwnerEnforced`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub grants: Option<Option<Vec<Grant>>>,
    /// Facet `ownership`; null in buckets older than these controls, in which lists count.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ownership_controls: Option<Option<OwnershipControls>>,
    /// Facet `encryption`; null when there is no rule, which AWS has not allowed since 2023.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub server_side_encryption_configuration: Option<Option<Encryption>>,
    /// Facet `versioning`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub versioning_configuration: Option<Versioning>,
    /// Facet `lifecycle`; null when there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lifecycle_configuration: Option<Option<Lifecycle>>,
    /// Facet `logging`; null when it is off.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub logging_enabled: Option<Option<LoggingEnabled>>,
    /// Facet `intelligent-tiering`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub intelligent_tiering_configuration_list: Option<Vec<IntelligentTiering>>,
    /// Facet `object-lock`; null when it is off.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub object_lock_configuration: Option<Option<ObjectLock>>,
    /// Facet `size`: bytes in class Standard, `BucketSizeBytes` of CloudWatch, averages. A bucket that holds none has no days.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub standard_storage_bytes: Option<Metric>,
}

/// What is blocked of public access.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct PublicAccessBlock {
    /// New public access control lists are refused.
    pub block_public_acls: bool,
    /// Public access control lists do not count.
    pub ignore_public_acls: bool,
    /// New public policies are refused.
    pub block_public_policy: bool,
    /// A public policy lets in nobody but the account and AWS's services.
    pub restrict_public_buckets: bool,
}

/// What AWS makes of a policy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyStatus {
    /// True when it is public.
    pub is_public: bool,
}

/// An owner of buckets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Owner {
    /// Canonical user id.
    #[serde(rename = "ID")]
    pub id: String,
}

/// An entry of an access control list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Grant {
    /// To whom.
    pub grantee: Grantee,
    /// `FULL_CONTROL`, `READ`, `WRITE`, `READ_ACP` or `WRITE_ACP`.
    pub permission: String,
}

/// Whom an access control list lets in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Grantee {
    /// `CanonicalUser` or `Group`.
    #[serde(rename = "Type")]
    pub kind: String,
    /// Canonical user id of an account.
    #[serde(rename = "ID", skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    /// A group: `http://acs.amazonaws.com/groups/global/AllUsers`.
    #[serde(rename = "URI", skip_serializing_if = "Option::is_none", default)]
    pub uri: Option<String>,
}

/// Who owns what others put there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct OwnershipControls {
    /// One rule.
    pub rules: Vec<OwnershipRule>,
}

/// Who owns what others put there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct OwnershipRule {
    /// `BucketOwnerEnforced` (access control lists do not count), `BucketOwnerPreferred` or `ObjectWriter`.
    pub object_ownership: String,
}

/// How new objects are encrypted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Encryption {
    /// One rule.
    pub rules: Vec<EncryptionRule>,
}

/// How new objects are encrypted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct EncryptionRule {
    /// Unless the writer says otherwise.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub apply_server_side_encryption_by_default: Option<EncryptionDefault>,
    /// True when one key of the bucket stands for a call to KMS for each object.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bucket_key_enabled: Option<bool>,
}

/// How a new object is encrypted unless its writer says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EncryptionDefault {
    /// `AES256`, `aws:kms` or `aws:kms:dsse`.
    #[serde(rename = "SSEAlgorithm")]
    pub sse_algorithm: String,
    /// Key id, alias or ARN; absent for AWS's own key.
    #[serde(rename = "KMSMasterKeyID", skip_serializing_if = "Option::is_none", default)]
    pub kms_master_key_id: Option<String>,
}

/// Whether versions are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Versioning {
    /// `Enabled` or `Suspended`; absent when it was never on.
    #[serde(rename = "Status", skip_serializing_if = "Option::is_none", default)]
    pub status: Option<String>,
    /// `Enabled` or `Disabled`: whether deleting a version takes MFA; absent when that was never set.
    #[serde(rename = "MFADelete", skip_serializing_if = "Option::is_none", default)]
    pub mfa_delete: Option<String>,
}

/// What becomes of objects as they age.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Lifecycle {
    /// Every rule.
    pub rules: Vec<LifecycleRule>,
}

/// A rule of a lifecycle.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct LifecycleRule {
    /// Its name.
    #[serde(rename = "ID", skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    /// `Enabled` or `Disabled`.
    pub status: String,
    /// True when it is about every object: no prefix, no tag, no size. Muster derives it from `Filter` and `Prefix`.
    pub whole_bucket: bool,
    /// When objects are deleted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expiration: Option<Expiration>,
    /// To which classes they go.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub transitions: Vec<Transition>,
    /// When versions are deleted that are no longer the newest.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub noncurrent_version_expiration: Option<NoncurrentExpiration>,
    /// When uploads are given up that were begun and not ended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub abort_incomplete_multipart_upload: Option<AbortUploads>,
}

/// When objects are deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Expiration {
    /// Days after their creation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub days: Option<i64>,
    /// On a date, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub date: Option<String>,
    /// True when delete markers go that hide nothing any more.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expired_object_delete_marker: Option<bool>,
}

/// To which class objects go, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Transition {
    /// Days after their creation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub days: Option<i64>,
    /// `INTELLIGENT_TIERING`, `STANDARD_IA`, `GLACIER` …
    pub storage_class: String,
}

/// When versions are deleted that are no longer the newest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct NoncurrentExpiration {
    /// Days after a newer version came.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub noncurrent_days: Option<i64>,
    /// So many of them are kept all the same.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub newer_noncurrent_versions: Option<i64>,
}

/// When uploads are given up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AbortUploads {
    /// Days after they were begun.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub days_after_initiation: Option<i64>,
}

/// Where an access log goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct LoggingEnabled {
    /// Bucket of the same account and region.
    pub target_bucket: String,
    /// How keys begin there.
    pub target_prefix: String,
}

/// Archive tiers of Intelligent-Tiering.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct IntelligentTiering {
    /// Its name.
    pub id: String,
    /// `Enabled` or `Disabled`.
    pub status: String,
}

/// Whether objects can be held.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ObjectLock {
    /// `Enabled`.
    pub object_lock_enabled: String,
    /// What holds new objects.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rule: Option<ObjectLockRule>,
}

/// What holds new objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ObjectLockRule {
    /// How, and how long.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub default_retention: Option<Retention>,
}

/// How, and how long, new objects are held.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Retention {
    /// `GOVERNANCE` or `COMPLIANCE`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mode: Option<String>,
    /// So many days.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub days: Option<i64>,
    /// So many years.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub years: Option<i64>,
}
