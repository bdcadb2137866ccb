//! What an account has set for a region as a whole.

use muster_core::cloud::CloudError;
use muster_core::facet::ec2::MetadataDefaults;
use muster_core::facet::{Fact, KindSpec, Members};
use serde_json::{Value, json};

use super::super::gather::Gather;
use crate::convert::text;
use crate::region::Scope;

pub(super) async fn gather(gather: &Gather<'_>, kind: &'static KindSpec) {
    let scope = gather.scope;
    let mut facts = vec![Fact::new(kind, gather.home(kind), Members::new())];
    let put = |member: &'static str| move |value: &Value, fact: &mut Fact| fact.put(member, value.clone());
    gather.bulk(kind, "ebs-encryption", &mut facts, encryption(scope), put("EbsEncryptionByDefault")).await;
    gather.bulk(kind, "snapshot-sharing", &mut facts, snapshots(scope), put("SnapshotBlockPublicAccessState")).await;
    gather.bulk(kind, "image-sharing", &mut facts, images(scope), put("ImageBlockPublicAccessState")).await;
    gather.bulk(kind, "imds-defaults", &mut facts, metadata(scope), put("InstanceMetadataDefaults")).await;
    gather.keep(facts);
}

async fn encryption(scope: Scope<'_>) -> Result<Value, CloudError> {
    let request = scope.region.ec2().get_ebs_encryption_by_default();
    let answer = scope.call("ec2:GetEbsEncryptionByDefault", request.send()).await?;
    Ok(answer.ebs_encryption_by_default().unwrap_or_default().into())
}

async fn snapshots(scope: Scope<'_>) -> Result<Value, CloudError> {
    let request = scope.region.ec2().get_snapshot_block_public_access_state();
    let answer = scope.call("ec2:GetSnapshotBlockPublicAccessState", request.send()).await?;
    Ok(text(answer.state().map(|state| state.as_str())).into())
}

async fn images(scope: Scope<'_>) -> Result<Value, CloudError> {
    let request = scope.region.ec2().get_image_block_public_access_state();
    let answer = scope.call("ec2:GetImageBlockPublicAccessState", request.send()).await?;
    Ok(text(answer.image_block_public_access_state()).into())
}

/// What the account prefers; a member is absent when it prefers nothing.
async fn metadata(scope: Scope<'_>) -> Result<Value, CloudError> {
    let request = scope.region.ec2().get_instance_metadata_defaults();
    let answer = scope.call("ec2:GetInstanceMetadataDefaults", request.send()).await?;
    let defaults = answer.account_level();
    Ok(json!(MetadataDefaults {
        http_tokens: defaults.and_then(|level| level.http_tokens()).map(|tokens| tokens.as_str().to_owned()),
        http_endpoint: defaults.and_then(|level| level.http_endpoint()).map(|endpoint| endpoint.as_str().to_owned()),
    }))
}
