//! IAM roles that EventBridge Scheduler works with. IAM is one for all regions, which the SDK's endpoints know.

use std::collections::BTreeSet;

use aws_sdk_iam::types::{Role as SdkRole, Tag};
use futures::future::join_all;
use muster_core::cloud::{CloudError, ErrorKind, ROLE_POLICY, Receipt, Role};
use muster_core::digest::canonical;
use muster_core::percent::decoded;
use muster_core::tags::Tags;

use crate::convert::{built, gone_is_done, receipt, text};
use crate::paging::{self, Found};
use crate::region::Scope;

const LIST: &str = "iam:ListRoles";
const GET_POLICY: &str = "iam:GetRolePolicy";
const LIST_TAGS: &str = "iam:ListRoleTags";
const CREATE: &str = "iam:CreateRole";
const SET_TAGS: &str = "iam:TagRole";
/// Most roles of a page.
const PAGE: i32 = 1000;

/// Roles under any of `paths`, each with its inline policy.
pub(crate) async fn roles(scope: Scope<'_>, paths: &BTreeSet<String>) -> Found<Role> {
    Found::concat(join_all(paths.iter().map(|path| under(scope, path))).await)
}

async fn under(scope: Scope<'_>, path: &str) -> Found<Role> {
    let listed = paging::all(LIST, async |marker| {
        let request = scope.region.iam().list_roles().path_prefix(path).max_items(PAGE).set_marker(marker);
        let page = scope.call(LIST, request.send()).await?;
        Ok((page.roles().iter().map(role).collect(), page.marker().map(str::to_owned)))
    })
    .await;
    let unread = Found { items: Vec::new(), failures: listed.failures };
    let read = listed.items.into_iter().map(async |role: Role| {
        let whole = policy(scope, &role.name).await.map(|policy| vec![Role { policy, ..role }]);
        Found::from_result(whole)
    });
    Found::concat(join_all(read).await.into_iter().chain([unread]))
}

fn role(from: &SdkRole) -> Role {
    Role {
        name: from.role_name().to_owned(),
        arn: from.arn().to_owned(),
        path: from.path().to_owned(),
        description: text(from.description()),
        trust: document(from.assume_role_policy_document().unwrap_or_default()),
        policy: None,
    }
}

/// The inline policy of a role; nothing when it has none, or is gone itself since it was listed.
async fn policy(scope: Scope<'_>, role: &str) -> Result<Option<String>, CloudError> {
    let request = scope.region.iam().get_role_policy().role_name(role).policy_name(ROLE_POLICY);
    match scope.call(GET_POLICY, request.send()).await {
        Ok(answer) => Ok(Some(document(answer.policy_document()))),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A policy document as IAM answers it, percent-encoded (K: IAM API Reference, "GetRolePolicy"), as canonical JSON. What is no JSON
/// stays as it is and differs from anything muster writes.
fn document(encoded: &str) -> String {
    let plain = decoded(encoded);
    serde_json::from_str::<serde_json::Value>(&plain).map_or(plain, |value| canonical(&value))
}

/// What a new role is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewRole<'a> {
    pub(crate) name: &'a str,
    pub(crate) path: &'a str,
    pub(crate) description: &'a str,
    pub(crate) trust: &'a str,
    /// ARN of a permissions boundary.
    pub(crate) boundary: Option<&'a str>,
    pub(crate) tags: &'a Tags,
}

/// iam:CreateRole.
pub(crate) async fn create(scope: Scope<'_>, new: NewRole<'_>) -> Result<Receipt, CloudError> {
    let request = scope
        .region
        .iam()
        .create_role()
        .role_name(new.name)
        .path(new.path)
        .description(new.description)
        .assume_role_policy_document(new.trust)
        .set_permissions_boundary(new.boundary.map(str::to_owned))
        .set_tags((!new.tags.is_empty()).then_some(sdk_tags(CREATE, new.tags)?));
    let answer = scope.call(CREATE, request.send()).await?;
    Ok(receipt(&answer, Some(new.name)))
}

/// iam:UpdateAssumeRolePolicy.
pub(crate) async fn set_trust(scope: Scope<'_>, name: &str, trust: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.iam().update_assume_role_policy().role_name(name).policy_document(trust);
    let answer = scope.call("iam:UpdateAssumeRolePolicy", request.send()).await?;
    Ok(receipt(&answer, Some(name)))
}

/// iam:UpdateRole, the description and nothing else.
pub(crate) async fn describe(scope: Scope<'_>, name: &str, description: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.iam().update_role().role_name(name).description(description);
    let answer = scope.call("iam:UpdateRole", request.send()).await?;
    Ok(receipt(&answer, Some(name)))
}

/// iam:PutRolePolicy.
pub(crate) async fn put_policy(scope: Scope<'_>, role: &str, policy: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.iam().put_role_policy().role_name(role).policy_name(ROLE_POLICY).policy_document(policy);
    let answer = scope.call("iam:PutRolePolicy", request.send()).await?;
    Ok(receipt(&answer, Some(role)))
}

/// iam:DeleteRolePolicy.
pub(crate) async fn delete_policy(scope: Scope<'_>, role: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.iam().delete_role_policy().role_name(role).policy_name(ROLE_POLICY);
    gone_is_done(scope.call("iam:DeleteRolePolicy", request.send()).await.map(|answer| receipt(&answer, Some(role))))
}

/// iam:DeleteRole.
pub(crate) async fn delete(scope: Scope<'_>, name: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.iam().delete_role().role_name(name);
    gone_is_done(scope.call("iam:DeleteRole", request.send()).await.map(|answer| receipt(&answer, Some(name))))
}

fn sdk_tags(action: &str, tags: &Tags) -> Result<Vec<Tag>, CloudError> {
    tags.iter().map(|(key, value)| built(action, Tag::builder().key(key).value(value).build())).collect()
}

/// The name at the end of a role's ARN, or the name itself.
fn name_of(role: &str) -> &str {
    role.rsplit('/').next().unwrap_or_default()
}

/// iam:TagRole, by name or ARN.
pub(crate) async fn set_tags(scope: Scope<'_>, role: &str, tags: &Tags) -> Result<Receipt, CloudError> {
    let request = scope.region.iam().tag_role().role_name(name_of(role)).set_tags(Some(sdk_tags(SET_TAGS, tags)?));
    let answer = scope.call(SET_TAGS, request.send()).await?;
    Ok(receipt(&answer, Some(role)))
}

/// iam:UntagRole, by name or ARN.
pub(crate) async fn remove_tags(scope: Scope<'_>, role: &str, keys: &[String]) -> Result<Receipt, CloudError> {
    let request = scope.region.iam().untag_role().role_name(name_of(role)).set_tag_keys(Some(keys.to_vec()));
    gone_is_done(scope.call("iam:UntagRole", request.send()).await.map(|answer| receipt(&answer, Some(role))))
}

/// iam:ListRoleTags, by name or ARN.
pub(crate) async fn tags_of(scope: Scope<'_>, role: &str) -> Result<Tags, CloudError> {
    let found = paging::all(LIST_TAGS, async |marker| {
        let request = scope.region.iam().list_role_tags().role_name(name_of(role)).set_marker(marker);
        let page = scope.call(LIST_TAGS, request.send()).await?;
        let tags: Vec<(String, String)> = page.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect();
        Ok((tags, page.marker().map(str::to_owned)))
    })
    .await;
    match found.failures.into_iter().next() {
        Some(error) => Err(error),
        None => Ok(found.items.into_iter().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_as_canonical_json() {
        let encoded = "%7B%22Version%22%3A%222012-10-17%22%2C%20%22Statement%22%3A%5B%5D%7D";
        assert_eq!(document(encoded), r#"{"Statement":[],"Version":"2012-10-17"}"#);
        assert_eq!(document("{\"b\": \"1+1\", \"a\": 2}"), r#"{"a":2,"b":"1+1"}"#, "a plus is no blank");
        assert_eq!(document("%EA%B9%80"), "김", "no JSON, and still text");
    }

    #[test]
    fn a_role_is_called_by_the_last_word_of_its_arn() {
        assert_eq!(["arn:aws:iam::123456789012:role/muster/lms/x/office", "office"].map(name_of), ["office"; 2]);
    }
}
