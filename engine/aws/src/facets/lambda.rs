//! Lambda.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_lambda::types::{Architecture, EnvironmentResponse, FunctionConfiguration, PackageType, VpcConfigResponse};
use futures::future::{FutureExt as _, LocalBoxFuture, join_all};
use muster_core::cloud::{CloudError, ErrorKind};
use muster_core::facet::lambda::{CodeSigning, DeadLetterConfig, Environment, Function, FunctionUrl, VpcConfig};
use muster_core::facet::{Fact, KindSpec, Members, Metric};
use serde_json::{Value, json};

use super::gather::{Gather, members, whole};
use super::metrics::{Query, daily_by};
use crate::convert::text;
use crate::ec2::network;
use crate::paging;
use crate::region::Scope;

/// Most functions of a page; Lambda gives no more whatever it is asked for.
const FUNCTIONS_PAGE: i32 = 50;
/// Namespace of Lambda's own metrics, and of Lambda Insights.
const LAMBDA: &str = "AWS/Lambda";
const INSIGHTS: &str = "LambdaInsights";

type Answer = Result<Members, CloudError>;

/// Every kind of Lambda that is wanted.
pub(super) async fn gather(gather: &Gather<'_>) {
    if let Some(kind) = gather.wants("lambda.function") {
        functions(gather, kind).await;
    }
}

async fn functions(gather: &Gather<'_>, kind: &'static KindSpec) {
    let listed = paging::all("lambda:ListFunctions", async |token| page(gather.scope, token).await).await;
    let undecrypted = undecrypted(&listed.items);
    let bodies = paging::Found { items: listed.items.iter().map(|from| members(&function(from))).collect(), failures: listed.failures };
    let mut facts = gather.listed(kind, bodies);
    if facts.is_empty() {
        return;
    }
    if gather.wants_facet(kind, "environment") {
        environments(gather, kind, &listed.items, &undecrypted, &mut facts);
    }
    let mut facts = join_all(settings(gather, kind, &facts)).await.into_iter().fold(facts, super::joined);
    signing_and_metrics(gather, kind, &mut facts).await;
    gather.keep(facts);
}

/// One page of functions.
async fn page(scope: Scope<'_>, token: Option<String>) -> Result<paging::Page<FunctionConfiguration>, CloudError> {
    let request = scope.region.lambda().list_functions().max_items(FUNCTIONS_PAGE).set_marker(token);
    let page = scope.call("lambda:ListFunctions", request.send()).await?;
    Ok((page.functions().to_vec(), page.next_marker().map(str::to_owned)))
}

/// Facets that calls for each function read, each in a round of its own.
fn settings<'g>(gather: &'g Gather<'_>, kind: &'static KindSpec, facts: &[Fact]) -> Vec<LocalBoxFuture<'g, Vec<Fact>>> {
    let scope = gather.scope;
    let all = || facts.to_vec();
    let mut rounds = Vec::new();
    if gather.wants_facet(kind, "tags") {
        rounds.push(gather.each(kind, "tags", all(), async move |fact: &Fact| tags(scope, fact).await).boxed_local());
    }
    if gather.wants_facet(kind, "policy") {
        rounds.push(gather.each(kind, "policy", all(), async move |fact: &Fact| policy(scope, fact).await).boxed_local());
    }
    if gather.wants_facet(kind, "url") {
        rounds.push(gather.each(kind, "url", all(), async move |fact: &Fact| urls(scope, fact).await).boxed_local());
    }
    rounds
}

/// Facets that few calls read for all functions.
async fn signing_and_metrics(gather: &Gather<'_>, kind: &'static KindSpec, facts: &mut [Fact]) {
    let put = |signing: &BTreeMap<String, CodeSigning>, fact: &mut Fact| {
        let of_it = fact.arn.as_ref().and_then(|arn| signing.get(arn));
        fact.put("CodeSigningConfig", json!(of_it));
    };
    gather.bulk(kind, "code-signing", facts, code_signing(gather.scope), put).await;
    let queries = facts.iter().flat_map(queries).collect();
    gather.bulk(kind, "metrics", facts, daily_by(gather, queries), measured).await;
    gather.bulk(kind, "zones", facts, zones(gather.scope), placed).await;
}

fn function(from: &FunctionConfiguration) -> Function {
    let runtime = from.runtime().map(|runtime| runtime.as_str().to_owned());
    let letters = from.dead_letter_config().and_then(|config| config.target_arn());
    Function {
        function_name: text(from.function_name()),
        function_arn: text(from.function_arn()),
        runtime,
        package_type: from.package_type().map_or("Zip", PackageType::as_str).to_owned(),
        timeout: from.timeout().unwrap_or_default().into(),
        memory_size: from.memory_size().unwrap_or_default().into(),
        architectures: from.architectures().iter().map(Architecture::as_str).map(str::to_owned).collect(),
        last_modified: from.last_modified().map(rfc3339),
        dead_letter_config: letters.map(|arn| DeadLetterConfig { target_arn: arn.to_owned() }),
        vpc_config: from.vpc_config().and_then(network_of),
        ..Function::default()
    }
}

/// Lambda writes the zone without its colon: `2026-11-01T09:00:00.000+0000`.
fn rfc3339(time: &str) -> String {
    time.strip_suffix("+0000").map_or_else(|| time.to_owned(), |time| format!("{time}Z"))
}

/// A function that was once in a network still has an empty one.
fn network_of(from: &VpcConfigResponse) -> Option<VpcConfig> {
    let vpc_id = from.vpc_id().filter(|id| !id.is_empty())?;
    Some(VpcConfig { vpc_id: vpc_id.to_owned(), subnet_ids: from.subnet_ids().to_vec() })
}

/// ARNs of functions whose variables Lambda could not decrypt for us, and why.
fn undecrypted(functions: &[FunctionConfiguration]) -> BTreeMap<&str, CloudError> {
    let error = |from: &EnvironmentResponse| {
        let error = from.error()?;
        Some(CloudError::new(ErrorKind::Denied, "kms:Decrypt", error.error_code().unwrap_or_default(), text(error.message())))
    };
    functions.iter().filter_map(|from| Some((from.function_arn()?, from.environment().and_then(error)?))).collect()
}

/// Gives every function its variables, which the list brought along.
fn environments(
    gather: &Gather<'_>,
    kind: &'static KindSpec,
    listed: &[FunctionConfiguration],
    undecrypted: &BTreeMap<&str, CloudError>,
    facts: &mut [Fact],
) {
    for fact in facts {
        if let Some(error) = undecrypted.get(fact.key.as_str()) {
            fact.unread.insert("environment");
            gather.gap(kind, Some("environment"), error, BTreeSet::from([fact.key.clone()]));
            continue;
        }
        let from = listed.iter().find(|from| from.function_arn() == fact.arn.as_deref()).and_then(FunctionConfiguration::environment);
        let variables = from.and_then(EnvironmentResponse::variables);
        let environment =
            variables.map(|all| Environment { variables: all.iter().map(|(name, value)| (name.clone(), value.clone())).collect() });
        fact.put("Environment", json!(environment));
    }
}

async fn tags(scope: Scope<'_>, fact: &Fact) -> Answer {
    let request = scope.region.lambda().list_tags().resource(fact.arn.clone().unwrap_or_default());
    let answer = scope.call("lambda:ListTags", request.send()).await?;
    let tags: BTreeMap<&String, &String> = answer.tags().into_iter().flatten().collect();
    Ok(Members::from_iter([("Tags".to_owned(), json!(tags))]))
}

/// A function without a policy answers as one that is gone.
async fn policy(scope: Scope<'_>, fact: &Fact) -> Answer {
    const GET: &str = "lambda:GetPolicy";
    let request = scope.region.lambda().get_policy().function_name(&fact.id);
    let policy = match scope.call(GET, request.send()).await {
        Ok(answer) => answer.policy().map(|policy| super::document(GET, policy)).transpose()?,
        Err(error) if error.kind == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(Members::from_iter([("Policy".to_owned(), policy.unwrap_or(Value::Null))]))
}

async fn urls(scope: Scope<'_>, fact: &Fact) -> Answer {
    const LIST: &str = "lambda:ListFunctionUrlConfigs";
    let found = paging::all(LIST, async |token| {
        let request = scope.region.lambda().list_function_url_configs().function_name(&fact.id).set_marker(token);
        let page = scope.call(LIST, request.send()).await?;
        Ok((page.function_url_configs().iter().map(url).collect(), page.next_marker().map(str::to_owned)))
    })
    .await;
    Ok(Members::from_iter([("FunctionUrlConfigs".to_owned(), json!(whole(found)?))]))
}

fn url(from: &aws_sdk_lambda::types::FunctionUrlConfig) -> FunctionUrl {
    FunctionUrl {
        function_url: from.function_url().to_owned(),
        function_arn: from.function_arn().to_owned(),
        auth_type: from.auth_type().as_str().to_owned(),
    }
}

/// What is done about untrusted code, by the ARNs of functions: a list of configurations, and one of functions for each.
async fn code_signing(scope: Scope<'_>) -> Result<BTreeMap<String, CodeSigning>, CloudError> {
    const LIST: &str = "lambda:ListCodeSigningConfigs";
    let configs = paging::all(LIST, async |token| {
        let page = scope.call(LIST, scope.region.lambda().list_code_signing_configs().set_marker(token).send()).await?;
        Ok((page.code_signing_configs().iter().map(signing).collect(), page.next_marker().map(str::to_owned)))
    })
    .await;
    let mut by_function = BTreeMap::new();
    for config in whole(configs)? {
        let signed = whole(signed_by(scope, &config.code_signing_config_arn).await)?;
        by_function.extend(signed.into_iter().map(|function| (function, config.clone())));
    }
    Ok(by_function)
}

async fn signed_by(scope: Scope<'_>, config: &str) -> paging::Found<String> {
    const LIST: &str = "lambda:ListFunctionsByCodeSigningConfig";
    paging::all(LIST, async |token| {
        let request = scope.region.lambda().list_functions_by_code_signing_config().code_signing_config_arn(config).set_marker(token);
        let page = scope.call(LIST, request.send()).await?;
        Ok((page.function_arns().to_vec(), page.next_marker().map(str::to_owned)))
    })
    .await
}

fn signing(from: &aws_sdk_lambda::types::CodeSigningConfig) -> CodeSigning {
    let policy = from.code_signing_policies().and_then(|policies| policies.untrusted_artifact_on_deployment());
    CodeSigning {
        code_signing_config_arn: from.code_signing_config_arn().to_owned(),
        // Without a policy Lambda warns.
        untrusted_artifact_on_deployment: policy.map_or("Warn", |policy| policy.as_str()).to_owned(),
    }
}

/// What CloudWatch is asked of a function, by its name and the member that the answer becomes.
fn queries(fact: &Fact) -> [((String, &'static str), Query); 4] {
    let query = |member, namespace, name, dimension, stats| {
        let dimensions = vec![(dimension, fact.id.clone())];
        ((fact.id.clone(), member), Query { namespace, name, dimensions, stats })
    };
    [
        query("Invocations", LAMBDA, "Invocations", "FunctionName", &["Sum"]),
        query("Errors", LAMBDA, "Errors", "FunctionName", &["Sum"]),
        query("Duration", LAMBDA, "Duration", "FunctionName", &["Average", "p99"]),
        query("MemoryUtilization", INSIGHTS, "memory_utilization", "function_name", &["p95"]),
    ]
}

fn measured(metrics: &BTreeMap<(String, &'static str), Metric>, fact: &mut Fact) {
    for member in ["Invocations", "Errors", "Duration", "MemoryUtilization"] {
        let metric = metrics.get(&(fact.id.clone(), member)).cloned().unwrap_or_default();
        fact.put(member, json!(metric));
    }
}

/// Zones of all subnets.
async fn zones(scope: Scope<'_>) -> Result<BTreeMap<String, String>, CloudError> {
    Ok(whole(network::subnets(scope).await)?.into_iter().map(|subnet| (subnet.id, subnet.zone)).collect())
}

fn placed(zones: &BTreeMap<String, String>, fact: &mut Fact) {
    let subnets = fact.body.get("VpcConfig").and_then(|network| network.get("SubnetIds")).and_then(Value::as_array);
    let of_it: BTreeSet<&String> = subnets.into_iter().flatten().filter_map(|id| zones.get(id.as_str()?)).collect();
    let of_it = json!(of_it);
    fact.put("AvailabilityZones", of_it);
}

#[cfg(test)]
mod tests {
    use aws_sdk_lambda::types::EnvironmentError;

    use super::*;

    #[test]
    fn times_of_lambda_become_rfc_3339() {
        assert_eq!(rfc3339("2026-11-01T09:00:00.000+0000"), "2026-11-01T09:00:00.000Z");
        assert_eq!(rfc3339("2026-11-01T09:00:00Z"), "2026-11-01T09:00:00Z");
    }

    #[test]
    fn variables_that_lambda_cannot_decrypt_are_named_by_their_function() {
        let refused = EnvironmentError::builder().error_code("AccessDeniedException").message("denied").build();
        let function = |arn: &str, environment| FunctionConfiguration::builder().function_arn(arn).set_environment(environment).build();
        let read = EnvironmentResponse::builder().variables("STAGE", "lab").build();
        let sealed = EnvironmentResponse::builder().error(refused).build();
        let listed = [function("arn:f", Some(read)), function("arn:g", Some(sealed)), function("arn:h", None)];
        let found: Vec<_> = undecrypted(&listed).into_iter().map(|(arn, error)| (arn, error.action, error.code)).collect();
        assert_eq!(found, [("arn:g", "kms:Decrypt".to_owned(), "AccessDeniedException".to_owned())]);
    }

    #[test]
    fn a_function_without_a_network_or_a_queue_has_neither() {
        let left = VpcConfigResponse::builder().vpc_id("").build();
        let from =
            FunctionConfiguration::builder().function_name("f").function_arn("arn:f").timeout(3).memory_size(128).vpc_config(left).build();
        let body = function(&from);
        assert_eq!((body.vpc_config, body.dead_letter_config, body.package_type.as_str()), (None, None, "Zip"));
        assert_eq!((body.timeout, body.memory_size), (3, 128));
    }
}
