//! From answers of S3 to bodies.

use aws_sdk_s3::operation::get_bucket_versioning::GetBucketVersioningOutput;
use aws_sdk_s3::types::{self as sdk, LifecycleRuleFilter};
use muster_core::facet::s3::{
    AbortUploads, Account, Bucket, Encryption, EncryptionDefault, EncryptionRule, Expiration, Grant, Grantee, IntelligentTiering,
    Lifecycle, LifecycleRule, LoggingEnabled, NoncurrentExpiration, ObjectLock, ObjectLockRule, OwnershipControls, OwnershipRule,
    PublicAccessBlock, Retention, Transition, Versioning,
};
use muster_core::facet::{Fact, Members, Metric};
use serde_json::{Value, json};

use super::gather::members;
use crate::convert::{text, timestamp};

/// What the list says of a bucket.
pub(super) fn bucket(from: &sdk::Bucket) -> Members {
    let creation_date = timestamp(from.creation_date()).map(|time| time.to_string());
    members(&Bucket { name: text(from.name()), creation_date, ..Bucket::default() })
}

pub(super) fn account(block: Option<PublicAccessBlock>) -> Members {
    members(&Account { public_access_block_configuration: block })
}

/// Says of a bucket what its account blocks.
pub(super) fn under(block: Option<PublicAccessBlock>, fact: &mut Fact) {
    fact.put("AccountPublicAccessBlockConfiguration", json!(block));
}

/// Says of a bucket how much it holds.
pub(super) fn sized(size: Option<&Metric>, fact: &mut Fact) {
    fact.put("StandardStorageBytes", json!(size.cloned().unwrap_or_default()));
}

pub(super) fn tags(from: &[sdk::Tag]) -> Value {
    from.iter().map(|tag| (tag.key().to_owned(), Value::from(tag.value()))).collect::<Members>().into()
}

pub(super) fn block(from: &sdk::PublicAccessBlockConfiguration) -> PublicAccessBlock {
    PublicAccessBlock {
        block_public_acls: from.block_public_acls().unwrap_or_default(),
        ignore_public_acls: from.ignore_public_acls().unwrap_or_default(),
        block_public_policy: from.block_public_policy().unwrap_or_default(),
        restrict_public_buckets: from.restrict_public_buckets().unwrap_or_default(),
    }
}

pub(super) fn account_block(from: &aws_sdk_s3control::types::PublicAccessBlockConfiguration) -> PublicAccessBlock {
    PublicAccessBlock {
        block_public_acls: from.block_public_acls().unwrap_or_default(),
        ignore_public_acls: from.ignore_public_acls().unwrap_or_default(),
        block_public_policy: from.block_public_policy().unwrap_or_default(),
        restrict_public_buckets: from.restrict_public_buckets().unwrap_or_default(),
    }
}

pub(super) fn grant(from: &sdk::Grant) -> Grant {
    let grantee = |from: &sdk::Grantee| Grantee {
        kind: from.r#type().as_str().to_owned(),
        id: from.id().map(str::to_owned),
        uri: from.uri().map(str::to_owned),
    };
    Grant { grantee: from.grantee().map(grantee).unwrap_or_default(), permission: text(from.permission().map(sdk::Permission::as_str)) }
}

pub(super) fn ownership(from: &sdk::OwnershipControls) -> OwnershipControls {
    let rule = |from: &sdk::OwnershipControlsRule| OwnershipRule { object_ownership: from.object_ownership().as_str().to_owned() };
    OwnershipControls { rules: from.rules().iter().map(rule).collect() }
}

/// True when the ownership was read and says that access control lists do not count.
pub(super) fn enforced(bucket: &Members) -> bool {
    let rules = bucket.get("OwnershipControls").and_then(|controls| controls.get("Rules")).and_then(Value::as_array);
    rules.into_iter().flatten().any(|rule| rule.get("ObjectOwnership").and_then(Value::as_str) == Some("BucketOwnerEnforced"))
}

pub(super) fn encryption(from: &sdk::ServerSideEncryptionConfiguration) -> Encryption {
    let default = |from: &sdk::ServerSideEncryptionByDefault| EncryptionDefault {
        sse_algorithm: from.sse_algorithm().as_str().to_owned(),
        kms_master_key_id: from.kms_master_key_id().map(str::to_owned),
    };
    let rule = |from: &sdk::ServerSideEncryptionRule| EncryptionRule {
        apply_server_side_encryption_by_default: from.apply_server_side_encryption_by_default().map(default),
        bucket_key_enabled: from.bucket_key_enabled(),
    };
    Encryption { rules: from.rules().iter().map(rule).collect() }
}

pub(super) fn versioning(from: &GetBucketVersioningOutput) -> Versioning {
    Versioning {
        status: from.status().map(|status| status.as_str().to_owned()),
        mfa_delete: from.mfa_delete().map(|status| status.as_str().to_owned()),
    }
}

pub(super) fn lifecycle(from: &[sdk::LifecycleRule]) -> Lifecycle {
    Lifecycle { rules: from.iter().map(lifecycle_rule).collect() }
}

fn lifecycle_rule(from: &sdk::LifecycleRule) -> LifecycleRule {
    let noncurrent = |from: &sdk::NoncurrentVersionExpiration| NoncurrentExpiration {
        noncurrent_days: from.noncurrent_days().map(i64::from),
        newer_noncurrent_versions: from.newer_noncurrent_versions().map(i64::from),
    };
    let abort =
        |from: &sdk::AbortIncompleteMultipartUpload| AbortUploads { days_after_initiation: from.days_after_initiation().map(i64::from) };
    LifecycleRule {
        id: from.id().map(str::to_owned),
        status: from.status().as_str().to_owned(),
        whole_bucket: whole_bucket(from),
        expiration: from.expiration().map(expiration),
        transitions: from.transitions().iter().map(transition).collect(),
        noncurrent_version_expiration: from.noncurrent_version_expiration().map(noncurrent),
        abort_incomplete_multipart_upload: from.abort_incomplete_multipart_upload().map(abort),
    }
}

/// True when neither the filter nor the prefix of old rules leaves anything out.
#[expect(deprecated, reason = "rules older than filters have their prefix there")]
fn whole_bucket(from: &sdk::LifecycleRule) -> bool {
    let everything = |filter: &LifecycleRuleFilter| {
        let sized = filter.object_size_greater_than().is_some_and(|size| size > 0) || filter.object_size_less_than().is_some();
        filter.and().is_none() && filter.tag().is_none() && !sized && filter.prefix().unwrap_or_default().is_empty()
    };
    from.filter().is_none_or(everything) && from.prefix().unwrap_or_default().is_empty()
}

fn expiration(from: &sdk::LifecycleExpiration) -> Expiration {
    Expiration {
        days: from.days().map(i64::from),
        date: timestamp(from.date()).map(|time| time.to_string()),
        expired_object_delete_marker: from.expired_object_delete_marker(),
    }
}

fn transition(from: &sdk::Transition) -> Transition {
    let storage_class = text(from.storage_class().map(sdk::TransitionStorageClass::as_str));
    Transition { days: from.days().map(i64::from), storage_class }
}

pub(super) fn logging(from: &sdk::LoggingEnabled) -> LoggingEnabled {
    LoggingEnabled { target_bucket: from.target_bucket().to_owned(), target_prefix: from.target_prefix().to_owned() }
}

pub(super) fn tiering(from: &sdk::IntelligentTieringConfiguration) -> IntelligentTiering {
    IntelligentTiering { id: from.id().to_owned(), status: from.status().as_str().to_owned() }
}

pub(super) fn object_lock(from: &sdk::ObjectLockConfiguration) -> ObjectLock {
    let retention = |from: &sdk::DefaultRetention| Retention {
        mode: from.mode().map(|mode| mode.as_str().to_owned()),
        days: from.days().map(i64::from),
        years: from.years().map(i64::from),
    };
    let rule = |from: &sdk::ObjectLockRule| ObjectLockRule { default_retention: from.default_retention().map(retention) };
    ObjectLock { object_lock_enabled: text(from.object_lock_enabled().map(sdk::ObjectLockEnabled::as_str)), rule: from.rule().map(rule) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_do_not_count_where_the_owner_owns_everything() {
        let body = |ownership: &str| members(&json!({"OwnershipControls": {"Rules": [{"ObjectOwnership": ownership}]}}));
        assert!(enforced(&body("BucketOwnerEnforced")) && !enforced(&body("ObjectWriter")) && !enforced(&Members::new()));
    }

    #[test]
    fn a_rule_with_a_tag_is_not_about_the_whole_bucket() {
        let rule = |filter: LifecycleRuleFilter| {
            sdk::LifecycleRule::builder().status(sdk::ExpirationStatus::Enabled).filter(filter).build().expect("a rule")
        };
        let tag = sdk::Tag::builder().key("a").value("b").build().expect("a tag");
        assert!(lifecycle_rule(&rule(LifecycleRuleFilter::builder().prefix("").build())).whole_bucket);
        assert!(!lifecycle_rule(&rule(LifecycleRuleFilter::builder().prefix("log/").build())).whole_bucket);
        assert!(!lifecycle_rule(&rule(LifecycleRuleFilter::builder().tag(tag).build())).whole_bucket);
    }
}
