//! Lambda as rules see it: functions stand in the estate.

use muster_core::arn::partition;
use muster_core::facet::Members;

/// Gives every function that says none its ARN.
pub(super) fn named(account: &str, region: &str, functions: &mut [Members]) {
    for function in functions {
        let Some(name) = function.get("FunctionName").and_then(|name| name.as_str()) else { continue };
        let arn = format!("arn:{}:lambda:{region}:{account}:function:{name}", partition(region));
        function.entry("FunctionArn").or_insert_with(|| arn.into());
    }
}
