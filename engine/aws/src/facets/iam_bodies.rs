//! From IAM's answers to bodies.

use aws_sdk_iam::types::{
    AttachedPermissionsBoundary, AttachedPolicy as SdkAttached, GroupDetail, ManagedPolicyDetail, PolicyDetail, RoleDetail, Tag, UserDetail,
};
use aws_smithy_types::DateTime;
use muster_core::cloud::{CloudError, ErrorKind};
use muster_core::facet::Members;
use muster_core::facet::iam::{AttachedPolicy, Group, InlinePolicy, PermissionsBoundary, Policy, Role, RoleLastUsed, User};
use muster_core::percent::decoded;
use muster_core::tags::Tags;
use serde_json::Value;

use super::gather::members;
use crate::convert::{text, timestamp};

const DETAILS: &str = "iam:GetAccountAuthorizationDetails";

/// A user.
///
/// # Errors
/// When a policy document in it is none.
pub(super) fn user(from: &UserDetail, tags: bool) -> Result<Members, CloudError> {
    Ok(members(&User {
        user_name: text(from.user_name()),
        arn: text(from.arn()),
        path: text(from.path()),
        create_date: time(from.create_date()),
        group_list: from.group_list().to_vec(),
        attached_managed_policies: attached(from.attached_managed_policies()),
        user_policy_list: inline(from.user_policy_list())?,
        permissions_boundary: from.permissions_boundary().and_then(boundary),
        tags: tags.then(|| tag_map(from.tags())),
        credentials: None,
    }))
}

/// A group.
///
/// # Errors
/// As [`user`].
pub(super) fn group(from: &GroupDetail) -> Result<Members, CloudError> {
    Ok(members(&Group {
        group_name: text(from.group_name()),
        arn: text(from.arn()),
        path: text(from.path()),
        attached_managed_policies: attached(from.attached_managed_policies()),
        group_policy_list: inline(from.group_policy_list())?,
    }))
}

/// A role.
///
/// # Errors
/// As [`user`].
pub(super) fn role(from: &RoleDetail, tags: bool) -> Result<Members, CloudError> {
    let used = from.role_last_used();
    Ok(members(&Role {
        role_name: text(from.role_name()),
        arn: text(from.arn()),
        path: text(from.path()),
        create_date: time(from.create_date()),
        assume_role_policy_document: document(from.assume_role_policy_document())?,
        attached_managed_policies: attached(from.attached_managed_policies()),
        role_policy_list: inline(from.role_policy_list())?,
        permissions_boundary: from.permissions_boundary().and_then(boundary),
        role_last_used: RoleLastUsed {
            last_used_date: used.and_then(|used| time(used.last_used_date())),
            region: used.and_then(|used| used.region()).map(str::to_owned),
        },
        tags: tags.then(|| tag_map(from.tags())),
    }))
}

/// A policy of the account, with the document of the version in force.
///
/// # Errors
/// As [`user`].
pub(super) fn policy(from: &ManagedPolicyDetail) -> Result<Members, CloudError> {
    let version = from.policy_version_list().iter().find(|version| version.is_default_version());
    Ok(members(&Policy {
        policy_name: text(from.policy_name()),
        arn: text(from.arn()),
        path: text(from.path()),
        default_version_id: text(from.default_version_id()),
        attachment_count: from.attachment_count().unwrap_or_default().into(),
        permissions_boundary_usage_count: from.permissions_boundary_usage_count().unwrap_or_default().into(),
        create_date: time(from.create_date()),
        update_date: time(from.update_date()),
        document: document(version.and_then(|version| version.document()))?,
    }))
}

/// A document as IAM gives it, percent-encoded (K: IAM API Reference, "GetAccountAuthorizationDetails"), as an object. A server that
/// does not encode is read, too: JSON as IAM takes it has no bare percent sign but in strings, where two digits rarely follow.
fn document(encoded: Option<&str>) -> Result<Members, CloudError> {
    let text = encoded.unwrap_or_default();
    let plain = if text.trim_start().starts_with('{') { text.to_owned() } else { decoded(text) };
    match serde_json::from_str(&plain) {
        Ok(Value::Object(document)) => Ok(document),
        _ => Err(CloudError::new(ErrorKind::Unreachable, DETAILS, "", "a policy document in the answer is no JSON object")),
    }
}

fn inline(policies: &[PolicyDetail]) -> Result<Vec<InlinePolicy>, CloudError> {
    let one = |from: &PolicyDetail| {
        Ok(InlinePolicy { policy_name: text(from.policy_name()), policy_document: document(from.policy_document())? })
    };
    policies.iter().map(one).collect()
}

fn attached(policies: &[SdkAttached]) -> Vec<AttachedPolicy> {
    policies.iter().map(|from| AttachedPolicy { policy_name: text(from.policy_name()), policy_arn: text(from.policy_arn()) }).collect()
}

fn boundary(from: &AttachedPermissionsBoundary) -> Option<PermissionsBoundary> {
    from.permissions_boundary_arn().map(|arn| PermissionsBoundary { permissions_boundary_arn: arn.to_owned() })
}

fn tag_map(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

fn time(at: Option<&DateTime>) -> Option<String> {
    timestamp(at).map(|at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_decoded() {
        let plain = r#"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
        let encoded =
            "%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3A%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D";
        let wanted: Value = serde_json::from_str(plain).expect("JSON");
        for text in [plain, encoded] {
            assert_eq!(document(Some(text)).map(Value::Object).as_ref(), Ok(&wanted));
        }
        for text in [None, Some(""), Some("%5B%5D"), Some("no document")] {
            assert_eq!(document(text).expect_err("no document").action, DETAILS);
        }
    }
}
