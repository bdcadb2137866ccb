//! Kinds of Lambda.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::metric::Metric;
use super::table::{Arn, Call, FacetSpec, Home, KindSpec};
use crate::tags::Tags;

/// Every kind of this service.
pub static KINDS: &[KindSpec] = &[FUNCTION];

const FUNCTION: KindSpec = KindSpec {
    word: "lambda.function",
    says: "A Lambda function, as its newest code and settings (`$LATEST`) are.",
    home: Home::Region,
    id: "FunctionName",
    arn: Arn::Member("FunctionArn"),
    calls: &[Call::once("lambda:ListFunctions")],
    facets: &[
        FacetSpec { word: "tags", says: "Its tags.", members: &["Tags"], calls: &[Call::each("lambda:ListTags")] },
        FacetSpec {
            word: "environment",
            says: "Its environment variables, values included. Under a customer key they take `kms:Decrypt` on it, too.",
            members: &["Environment"],
            calls: &[],
        },
        FacetSpec { word: "policy", says: "Who may invoke it.", members: &["Policy"], calls: &[Call::each("lambda:GetPolicy")] },
        FacetSpec {
            word: "url",
            says: "Its function URLs, those of aliases included.",
            members: &["FunctionUrlConfigs"],
            calls: &[Call::each("lambda:ListFunctionUrlConfigs")],
        },
        FacetSpec {
            word: "code-signing",
            says: "What is done about code that nobody trusted signed.",
            members: &["CodeSigningConfig"],
            calls: &[Call::once("lambda:ListCodeSigningConfigs"), Call::once("lambda:ListFunctionsByCodeSigningConfig")],
        },
        FacetSpec {
            word: "metrics",
            says: "How often it ran, failed and how long that took, day by day.",
            members: &["Invocations", "Errors", "Duration", "MemoryUtilization"],
            calls: &[Call::once("cloudwatch:GetMetricData")],
        },
        FacetSpec {
            word: "zones",
            says: "The availability zones of its subnets.",
            members: &["AvailabilityZones"],
            calls: &[Call::once("ec2:DescribeSubnets")],
        },
    ],
    schema: |generator| Function::json_schema(generator),
};

/// A function, as `aws lambda list-functions` and the calls of its facets print it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Function {
    /// Its name.
    pub function_name: String,
    /// Its ARN, without version.
    pub function_arn: String,
    /// `python3.13`, `nodejs24.x` …; absent for a container image.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub runtime: Option<String>,
    /// `Zip` or `Image`.
    pub package_type: String,
    /// Seconds a run may take, 1 to 900.
    pub timeout: i64,
    /// MB a run may use, 128 to 10240; CPU comes in proportion.
    pub memory_size: i64,
    /// `x86_64` or `arm64`; one.
    pub architectures: Vec<String>,
    /// When code or settings last changed, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_modified: Option<String>,
    /// Where events go of which asynchronous runs failed; absent when they are dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dead_letter_config: Option<DeadLetterConfig>,
    /// The network it runs in; absent when it is none of the account's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vpc_config: Option<VpcConfig>,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
    /// Facet `environment`; null when there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub environment: Option<Option<Environment>>,
    /// Facet `policy`: the document of the function itself, not of versions and aliases; null when there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub policy: Option<Option<Value>>,
    /// Facet `url`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub function_url_configs: Option<Vec<FunctionUrl>>,
    /// Facet `code-signing`; null when anything is deployed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code_signing_config: Option<Option<CodeSigning>>,
    /// Facet `metrics`: runs; sums.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub invocations: Option<Metric>,
    /// Facet `metrics`: runs that failed, time-outs included; sums.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub errors: Option<Metric>,
    /// Facet `metrics`: milliseconds that runs took; averages and `P99`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub duration: Option<Metric>,
    /// Facet `metrics`: percent of its memory that runs used, by Lambda Insights; `P95`. No days where Insights is off.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub memory_utilization: Option<Metric>,
    /// Facet `zones`: zones of the subnets in `VpcConfig`, each once, sorted; empty without a network.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub availability_zones: Option<Vec<String>>,
}

/// Where events go of which asynchronous runs failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct DeadLetterConfig {
    /// A queue or topic.
    pub target_arn: String,
}

/// The network a function runs in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct VpcConfig {
    /// Its VPC.
    pub vpc_id: String,
    /// Subnets.
    pub subnet_ids: Vec<String>,
}

/// Environment variables.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Environment {
    /// Values by name.
    pub variables: BTreeMap<String, String>,
}

/// A function URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct FunctionUrl {
    /// The URL.
    pub function_url: String,
    /// The function, or an alias of it.
    pub function_arn: String,
    /// `AWS_IAM`, or `NONE` for everybody whom the policy lets in.
    pub auth_type: String,
}

/// What is done about code that nobody trusted signed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CodeSigning {
    /// The configuration.
    pub code_signing_config_arn: String,
    /// `Enforce` refuses it, `Warn` deploys it and notes that.
    pub untrusted_artifact_on_deployment: String,
}
