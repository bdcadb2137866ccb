//! Lambda as rules see it: functions stand in the estate.

use std::collections::BTreeSet;

use muster_core::arn::partition;
use muster_core::cloud::{CloudError, ErrorKind};
use muster_core::facet::{FacetSpec, Fact, Gap, KindSpec, Members};
use serde_json::Value;

/// Member that Lambda fills, or says why it could not.
const ENVIRONMENT: &str = "Environment";

/// Gives every function that says none its ARN.
pub(super) fn named(account: &str, region: &str, functions: &mut [Members]) {
    for function in functions {
        let Some(name) = function.get("FunctionName").and_then(|name| name.as_str()) else { continue };
        let arn = format!("arn:{}:lambda:{region}:{account}:function:{name}", partition(region));
        function.entry("FunctionArn").or_insert_with(|| arn.into());
    }
}

/// Functions whose variables Lambda cannot decrypt for us are listed with `Environment.Error` in place of them, and stand in the estate
/// as AWS prints them: what they hold is unread.
pub(super) fn undecrypted(
    home: (&str, &str),
    (kind, facet): (&'static KindSpec, &'static FacetSpec),
    functions: &mut [Fact],
) -> Option<Gap> {
    let mut first = None;
    let mut keys = BTreeSet::new();
    for function in functions {
        let Some(error) = function.body.get(ENVIRONMENT).and_then(|environment| environment.get("Error")) else { continue };
        first.get_or_insert_with(|| refusal(error));
        function.body.remove(ENVIRONMENT);
        function.unread.insert(facet.word);
        keys.insert(function.key.clone());
    }
    first.map(|error| Gap { resources: keys, ..Gap::new(&error, home, kind.word, Some(facet.word)) })
}

fn refusal(error: &Value) -> CloudError {
    let said = |member: &str| error.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    CloudError::new(ErrorKind::Denied, "kms:Decrypt", &said("ErrorCode"), said("Message"))
}
