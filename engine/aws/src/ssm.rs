//! Systems Manager: public image parameters, and the private halves of generated keys.

use std::collections::BTreeSet;

use aws_sdk_ssm::types::{ParameterMetadata, ParameterStringFilter, ParameterType, ResourceTypeForTagging, Tag};
use muster_core::cloud::{CloudError, ErrorKind, KeyParameter, Receipt, SecretRef};
use muster_core::keys;
use muster_core::tags::Tags;

use crate::convert::{built, gone_is_done, receipt, text};
use crate::paging::{self, Found};
use crate::region::Scope;

const GET: &str = "ssm:GetParameter";
const PUT: &str = "ssm:PutParameter";
const DESCRIBE: &str = "ssm:DescribeParameters";
/// Most parameters of a page.
const PAGE: i32 = 50;

/// The value of a public parameter; nothing when there is none of that name.
pub(crate) async fn public_parameter(scope: Scope<'_>, name: &str) -> Result<Option<String>, CloudError> {
    let request = scope.region.ssm().get_parameter().name(name);
    match scope.call(GET, request.send()).await {
        Ok(answer) => Ok(answer.parameter().and_then(|parameter| parameter.value()).map(str::to_owned)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Parameters whose name begins with one of `prefixes`, without their values.
pub(crate) async fn key_parameters(scope: Scope<'_>, prefixes: &BTreeSet<String>) -> Found<KeyParameter> {
    describe(scope, "BeginsWith", prefixes.iter().cloned().collect()).await
}

async fn describe(scope: Scope<'_>, option: &str, names: Vec<String>) -> Found<KeyParameter> {
    paging::all(DESCRIBE, async |token| {
        let filter = ParameterStringFilter::builder().key("Name").option(option).set_values(Some(names.clone()));
        let request = scope
            .region
            .ssm()
            .describe_parameters()
            .parameter_filters(built(DESCRIBE, filter.build())?)
            .max_results(PAGE)
            .set_next_token(token);
        let page = scope.call(DESCRIBE, request.send()).await?;
        Ok((page.parameters().iter().map(key_parameter).collect(), page.next_token().map(str::to_owned)))
    })
    .await
}

fn key_parameter(from: &ParameterMetadata) -> KeyParameter {
    KeyParameter { name: text(from.name()), description: text(from.description()) }
}

/// ssm:PutParameter of a fresh pair. One that is there stays, and its public half is answered.
pub(crate) async fn store_key(scope: Scope<'_>, secret: &SecretRef, tags: &Tags) -> Result<Receipt, CloudError> {
    let pair = fresh_pair()?;
    let request = scope
        .region
        .ssm()
        .put_parameter()
        .name(&secret.parameter)
        .description(&pair.public)
        .value(pair.private())
        .r#type(ParameterType::SecureString)
        .overwrite(false)
        .set_tags((!tags.is_empty()).then_some(sdk_tags(PUT, tags)?));
    match scope.call(PUT, request.send()).await {
        Ok(answer) => Ok(Receipt { public_key: Some(pair.public), ..receipt(&answer, Some(&secret.parameter)) }),
        Err(error) if error.kind == ErrorKind::AlreadyExists => {
            let public_key = Some(stored_public(scope, secret).await?);
            Ok(Receipt { id: Some(secret.parameter.clone()), public_key, request_id: error.request_id })
        }
        Err(error) => Err(error),
    }
}

fn fresh_pair() -> Result<keys::GeneratedKey, CloudError> {
    let failed = |why: String| CloudError::new(ErrorKind::Service, PUT, "", format!("no key pair could be made: {why}"));
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| failed(error.to_string()))?;
    keys::generate(seed).map_err(|error| failed(error.to_string()))
}

/// The public half that stands in the description of a stored key.
async fn stored_public(scope: Scope<'_>, secret: &SecretRef) -> Result<String, CloudError> {
    let found = describe(scope, "Equals", vec![secret.parameter.clone()]).await;
    if let Some(error) = found.failures.into_iter().next() {
        return Err(error);
    }
    let name = &secret.parameter;
    let Some(parameter) = found.items.into_iter().find(|parameter| &parameter.name == name) else {
        return Err(CloudError::new(ErrorKind::NotFound, DESCRIBE, "", format!("{name} exists but is not listed yet; apply again")));
    };
    keys::canonical_public(&parameter.description).map_err(|_| {
        let message = format!("{name} exists and its description is no public key, so it is not muster's; remove or rename it");
        CloudError::new(ErrorKind::Invalid, PUT, "ParameterAlreadyExists", message)
    })
}

/// ssm:DeleteParameter.
pub(crate) async fn delete_key(scope: Scope<'_>, secret: &SecretRef) -> Result<Receipt, CloudError> {
    let request = scope.region.ssm().delete_parameter().name(&secret.parameter);
    gone_is_done(scope.call("ssm:DeleteParameter", request.send()).await.map(|answer| receipt(&answer, Some(&secret.parameter))))
}

/// The private half of a generated pair.
pub(crate) async fn read_secret(scope: Scope<'_>, secret: &SecretRef) -> Result<String, CloudError> {
    let request = scope.region.ssm().get_parameter().name(&secret.parameter).with_decryption(true);
    let answer = scope.call(GET, request.send()).await?;
    let missing = || CloudError::new(ErrorKind::NotFound, GET, "", format!("{} has no value", secret.parameter));
    answer.parameter().and_then(|parameter| parameter.value()).map(str::to_owned).ok_or_else(missing)
}

fn sdk_tags(action: &str, tags: &Tags) -> Result<Vec<Tag>, CloudError> {
    tags.iter().map(|(key, value)| built(action, Tag::builder().key(key).value(value).build())).collect()
}

/// ssm:AddTagsToResource.
pub(crate) async fn set_tags(scope: Scope<'_>, name: &str, tags: &Tags) -> Result<Receipt, CloudError> {
    let action = "ssm:AddTagsToResource";
    let request = scope
        .region
        .ssm()
        .add_tags_to_resource()
        .resource_type(ResourceTypeForTagging::Parameter)
        .resource_id(name)
        .set_tags(Some(sdk_tags(action, tags)?));
    let answer = scope.call(action, request.send()).await?;
    Ok(receipt(&answer, Some(name)))
}

/// ssm:RemoveTagsFromResource.
pub(crate) async fn remove_tags(scope: Scope<'_>, name: &str, keys: &[String]) -> Result<Receipt, CloudError> {
    let request = scope
        .region
        .ssm()
        .remove_tags_from_resource()
        .resource_type(ResourceTypeForTagging::Parameter)
        .resource_id(name)
        .set_tag_keys(Some(keys.to_vec()));
    gone_is_done(scope.call("ssm:RemoveTagsFromResource", request.send()).await.map(|answer| receipt(&answer, Some(name))))
}

/// ssm:ListTagsForResource.
pub(crate) async fn tags_of(scope: Scope<'_>, name: &str) -> Result<Tags, CloudError> {
    let request = scope.region.ssm().list_tags_for_resource().resource_type(ResourceTypeForTagging::Parameter).resource_id(name);
    let answer = scope.call("ssm:ListTagsForResource", request.send()).await?;
    Ok(answer.tag_list().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect())
}
