//! S3: what is asked. `s3_bodies` turns the answers into bodies.
//!
//! IAM's names differ from the operations': GetBucketEncryption needs s3:GetEncryptionConfiguration, ListBuckets s3:ListAllMyBuckets.

use futures::future::{FutureExt as _, LocalBoxFuture, join_all};
use muster_core::cloud::CloudError;
use muster_core::facet::s3::PublicAccessBlock;
use muster_core::facet::{Fact, KindSpec, Members};
use serde_json::{Value, json};

use super::gather::{Gather, whole};
use super::metrics::{Query, daily_by};
use super::s3_bodies as body;
use crate::paging::{self, Found};
use crate::region::Scope;

/// What AWS answers where a setting was never made, rather than an empty one.
const UNSET: [&str; 7] = [
    "NoSuchTagSet",
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchBucketPolicy",
    "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
    "NoSuchLifecycleConfiguration",
    "ObjectLockConfigurationNotFoundError",
];
/// Member that tells whether access control lists count.
const OWNERSHIP: &str = "OwnershipControls";

type Answer = Result<Members, CloudError>;

/// Every kind of S3 that is wanted.
pub(super) async fn gather(gather: &Gather<'_>) {
    let mut tasks = Vec::new();
    if let Some(kind) = gather.wants("s3.bucket") {
        tasks.push(buckets(gather, kind).boxed_local());
    }
    if let Some(kind) = gather.wants("s3.account") {
        tasks.push(account(gather, kind).boxed_local());
    }
    join_all(tasks).await;
}

async fn account(gather: &Gather<'_>, kind: &'static KindSpec) {
    let block = account_block(gather).await.map(|block| vec![body::account(block)]);
    let facts = gather.listed(kind, Found::from_result(block));
    gather.keep(facts);
}

async fn buckets(gather: &Gather<'_>, kind: &'static KindSpec) {
    let facts = gather.listed(kind, gather.shared.buckets.here(gather.scope).await);
    if facts.is_empty() {
        return;
    }
    let scope = gather.scope;
    // Whether lists count is known before they are asked for; the rest is asked for at once.
    let facts = gather.each(kind, "ownership", facts, async |fact: &Fact| ownership(scope, &fact.id).await).await;
    let parts = join_all(settings(gather, kind, &facts)).await;
    let mut facts = parts.into_iter().fold(facts, super::joined);
    gather.bulk(kind, "account-public-access-block", &mut facts, account_block(gather), |block, fact| body::under(*block, fact)).await;
    let sizes = daily_by(gather, facts.iter().map(size_query).collect());
    gather.bulk(kind, "size", &mut facts, sizes, |sizes, fact| body::sized(sizes.get(&fact.id), fact)).await;
    gather.keep(facts);
}

/// Facets that a call for each bucket reads, each in a round of its own.
fn settings<'g>(gather: &'g Gather<'_>, kind: &'static KindSpec, facts: &[Fact]) -> Vec<LocalBoxFuture<'g, Vec<Fact>>> {
    /// One round for each facet that is wanted.
    macro_rules! rounds {
        ($($facet:literal: $ask:expr),+ $(,)?) => {{
            let mut rounds = Vec::new();
            $(if gather.wants_facet(kind, $facet) {
                let facts = facts.to_vec();
                rounds.push(gather.each(kind, $facet, facts, async move |fact: &Fact| $ask(gather.scope, fact).await).boxed_local());
            })+
            rounds
        }};
    }
    rounds! {
        "tags": tags,
        "public-access-block": block,
        "policy": policy,
        "policy-status": policy_status,
        "acl": acl,
        "encryption": encryption,
        "versioning": versioning,
        "lifecycle": lifecycle,
        "logging": logging,
        "intelligent-tiering": tiering,
        "object-lock": object_lock,
    }
}

/// The answer, or nothing for a setting that was never made.
fn set<T>(answer: Result<T, CloudError>) -> Result<Option<T>, CloudError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if UNSET.contains(&error.code.as_str()) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The one member that a facet brings.
fn one(member: &str, value: impl Into<Value>) -> Members {
    Members::from_iter([(member.to_owned(), value.into())])
}

async fn tags(scope: Scope<'_>, fact: &Fact) -> Answer {
    let request = scope.region.s3().get_bucket_tagging().bucket(&fact.id);
    let answer = set(scope.call("s3:GetBucketTagging", request.send()).await)?;
    Ok(one("Tags", answer.map_or_else(|| json!({}), |answer| body::tags(answer.tag_set()))))
}

async fn block(scope: Scope<'_>, fact: &Fact) -> Answer {
    let request = scope.region.s3().get_public_access_block().bucket(&fact.id);
    let answer = set(scope.call("s3:GetBucketPublicAccessBlock", request.send()).await)?;
    let block = answer.as_ref().and_then(|answer| answer.public_access_block_configuration()).map(body::block);
    Ok(one("PublicAccessBlockConfiguration", json!(block)))
}

async fn policy(scope: Scope<'_>, fact: &Fact) -> Answer {
    const GET: &str = "s3:GetBucketPolicy";
    let request = scope.region.s3().get_bucket_policy().bucket(&fact.id);
    let answer = set(scope.call(GET, request.send()).await)?;
    let document = answer.as_ref().and_then(|answer| answer.policy()).map(|policy| super::document(GET, policy)).transpose()?;
    Ok(one("Policy", json!(document)))
}

async fn policy_status(scope: Scope<'_>, fact: &Fact) -> Answer {
    let request = scope.region.s3().get_bucket_policy_status().bucket(&fact.id);
    let answer = set(scope.call("s3:GetBucketPolicyStatus", request.send()).await)?;
    let status = answer.as_ref().and_then(|answer| answer.policy_status());
    Ok(one("PolicyStatus", json!(status.map(|status| json!({"IsPublic": status.is_public().unwrap_or_default()})))))
}

/// The list, unless the ownership that was read before says that it does not count.
async fn acl(scope: Scope<'_>, fact: &Fact) -> Answer {
    if body::enforced(&fact.body) {
        return Ok(Members::from_iter([("Owner".to_owned(), Value::Null), ("Grants".to_owned(), Value::Null)]));
    }
    let request = scope.region.s3().get_bucket_acl().bucket(&fact.id);
    let answer = scope.call("s3:GetBucketAcl", request.send()).await?;
    let owner = answer.owner().and_then(|owner| owner.id()).map(|id| json!({"ID": id}));
    let grants: Vec<_> = answer.grants().iter().map(body::grant).collect();
    Ok(Members::from_iter([("Owner".to_owned(), json!(owner)), ("Grants".to_owned(), json!(grants))]))
}

async fn ownership(scope: Scope<'_>, bucket: &str) -> Answer {
    let request = scope.region.s3().get_bucket_ownership_controls().bucket(bucket);
    let answer = set(scope.call("s3:GetBucketOwnershipControls", request.send()).await)?;
    Ok(one(OWNERSHIP, json!(answer.as_ref().and_then(|answer| answer.ownership_controls()).map(body::ownership))))
}

async fn encryption(scope: Scope<'_>, fact: &Fact) -> Answer {
    let request = scope.region.s3().get_bucket_encryption().bucket(&fact.id);
    let answer = set(scope.call("s3:GetEncryptionConfiguration", request.send()).await)?;
    let rules = answer.as_ref().and_then(|answer| answer.server_side_encryption_configuration()).map(body::encryption);
    Ok(one("ServerSideEncryptionConfiguration", json!(rules)))
}

async fn versioning(scope: Scope<'_>, fact: &Fact) -> Answer {
    let request = scope.region.s3().get_bucket_versioning().bucket(&fact.id);
    let answer = scope.call("s3:GetBucketVersioning", request.send()).await?;
    Ok(one("VersioningConfiguration", json!(body::versioning(&answer))))
}

async fn lifecycle(scope: Scope<'_>, fact: &Fact) -> Answer {
    let request = scope.region.s3().get_bucket_lifecycle_configuration().bucket(&fact.id);
    let answer = set(scope.call("s3:GetLifecycleConfiguration", request.send()).await)?;
    Ok(one("LifecycleConfiguration", json!(answer.map(|answer| body::lifecycle(answer.rules())))))
}

async fn logging(scope: Scope<'_>, fact: &Fact) -> Answer {
    let request = scope.region.s3().get_bucket_logging().bucket(&fact.id);
    let answer = scope.call("s3:GetBucketLogging", request.send()).await?;
    Ok(one("LoggingEnabled", json!(answer.logging_enabled().map(body::logging))))
}

async fn tiering(scope: Scope<'_>, fact: &Fact) -> Answer {
    const LIST: &str = "s3:GetIntelligentTieringConfiguration";
    let all = paging::all(LIST, async |token| {
        let request = scope.region.s3().list_bucket_intelligent_tiering_configurations().bucket(&fact.id).set_continuation_token(token);
        let page = scope.call(LIST, request.send()).await?;
        let found = page.intelligent_tiering_configuration_list().iter().map(body::tiering).collect();
        Ok((found, page.next_continuation_token().map(str::to_owned)))
    })
    .await;
    Ok(one("IntelligentTieringConfigurationList", json!(whole(all)?)))
}

async fn object_lock(scope: Scope<'_>, fact: &Fact) -> Answer {
    let request = scope.region.s3().get_object_lock_configuration().bucket(&fact.id);
    let answer = set(scope.call("s3:GetBucketObjectLockConfiguration", request.send()).await)?;
    let lock = answer.as_ref().and_then(|answer| answer.object_lock_configuration()).map(body::object_lock);
    Ok(one("ObjectLockConfiguration", json!(lock)))
}

/// What the account blocks of public access: one answer for its own fact and for its buckets in all regions.
async fn account_block(gather: &Gather<'_>) -> Result<Option<PublicAccessBlock>, CloudError> {
    gather.shared.block.get_or_init(|| asked_block(gather.scope, gather.account)).await.clone()
}

async fn asked_block(scope: Scope<'_>, account: &str) -> Result<Option<PublicAccessBlock>, CloudError> {
    let request = scope.region.s3control().get_public_access_block().account_id(account);
    let answer = set(scope.call("s3:GetAccountPublicAccessBlock", request.send()).await)?;
    Ok(answer.as_ref().and_then(|answer| answer.public_access_block_configuration()).map(body::account_block))
}

/// Bytes in class Standard: CloudWatch has one value a day.
fn size_query(fact: &Fact) -> (String, Query) {
    let dimensions = vec![("BucketName", fact.id.clone()), ("StorageType", "StandardStorage".to_owned())];
    (fact.id.clone(), Query { namespace: "AWS/S3", name: "BucketSizeBytes", dimensions, stats: &["Average"] })
}
