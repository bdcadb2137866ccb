//! Key pairs.

use aws_sdk_ec2::types::{KeyPairInfo, ResourceType};
use aws_smithy_types::Blob;
use muster_core::cloud::{CloudError, ErrorKind, KeyMaterial, KeyPair, Receipt};
use muster_core::keys::canonical_public;
use muster_core::tags::Tags;

use super::tag_specification;
use crate::convert::{gone_is_done, receipt, text};
use crate::paging::Found;
use crate::region::Scope;

const IMPORT: &str = "ec2:ImportKeyPair";

/// All key pairs, which EC2 answers in one page.
pub(crate) async fn all(scope: Scope<'_>) -> Found<KeyPair> {
    let request = scope.region.ec2().describe_key_pairs().include_public_key(true);
    let answer = scope.call("ec2:DescribeKeyPairs", request.send()).await;
    Found::from_result(answer.map(|answer| answer.key_pairs().iter().map(key_pair).collect()))
}

fn key_pair(from: &KeyPairInfo) -> KeyPair {
    KeyPair {
        id: text(from.key_pair_id()),
        name: text(from.key_name()),
        public_key: from.public_key().and_then(|key| canonical_public(key).ok()),
        tags: super::tags(from.tags()),
    }
}

/// ec2:ImportKeyPair.
pub(crate) async fn import(scope: Scope<'_>, name: &str, key: &KeyMaterial, tags: &Tags) -> Result<Receipt, CloudError> {
    let KeyMaterial::Public(public) = key else {
        let message = "the pair has not been made yet, so nothing was sent";
        return Err(CloudError::new(ErrorKind::Invalid, IMPORT, "", message));
    };
    let request = scope
        .region
        .ec2()
        .import_key_pair()
        .key_name(name)
        .public_key_material(Blob::new(public.as_bytes()))
        .set_tag_specifications(tag_specification(ResourceType::KeyPair, tags).map(|tags| vec![tags]));
    let answer = scope.call(IMPORT, request.send()).await?;
    Ok(Receipt { public_key: Some(public.clone()), ..receipt(&answer, answer.key_pair_id()) })
}

/// ec2:DeleteKeyPair.
pub(crate) async fn delete(scope: Scope<'_>, name: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.ec2().delete_key_pair().key_name(name);
    gone_is_done(scope.call("ec2:DeleteKeyPair", request.send()).await.map(|answer| receipt(&answer, Some(name))))
}
