//! IAM's own simulator, for `muster doctor`.

use std::collections::BTreeMap;

use aws_sdk_iam::types::{EvaluationResult, PolicyEvaluationDecisionType};
use muster_core::cloud::{CloudError, ErrorKind};

use crate::paging;
use crate::region::Scope;

const SIMULATE: &str = "iam:SimulatePrincipalPolicy";
/// Actions of one call; IAM takes at most 128 KB of them.
const BATCH: usize = 100;

/// Which of `actions` the caller may do and which not; an action that IAM's simulator cannot tell is left out.
pub(crate) async fn simulate(scope: Scope<'_>, caller: &str, actions: &[String]) -> Result<BTreeMap<String, bool>, CloudError> {
    let Some(principal) = principal(caller) else {
        // The root user is not simulated: nothing but an organization's policy stops it.
        return Ok(actions.iter().map(|action| (action.clone(), true)).collect());
    };
    let mut allowed = BTreeMap::new();
    for batch in actions.chunks(BATCH) {
        let found = paging::all(SIMULATE, async |marker| page(scope, &principal, batch, marker).await).await;
        if let Some(error) = found.failures.into_iter().next() {
            return Err(error);
        }
        allowed.extend(found.items);
    }
    Ok(allowed)
}

async fn page(
    scope: Scope<'_>,
    principal: &str,
    actions: &[String],
    marker: Option<String>,
) -> Result<paging::Page<(String, bool)>, CloudError> {
    let request = scope
        .region
        .iam()
        .simulate_principal_policy()
        .policy_source_arn(principal)
        .set_action_names(Some(actions.to_vec()))
        .set_marker(marker);
    let page = scope.call(SIMULATE, request.send()).await?;
    let results = page.evaluation_results().iter().filter_map(verdict);
    Ok((results.collect(), page.marker().map(str::to_owned)))
}

/// Allowed or not; nothing for a refusal that hangs on a condition the question did not speak of (a tag).
fn verdict(result: &EvaluationResult) -> Option<(String, bool)> {
    let allowed = *result.eval_decision() == PolicyEvaluationDecisionType::Allowed;
    (allowed || result.missing_context_values().is_empty()).then(|| (result.eval_action_name().to_owned(), allowed))
}

/// The user or role behind a caller's ARN; nothing for the root user. A session names its role without the
/// path, so a role with a path is not found, which the simulator then says.
fn principal(caller: &str) -> Option<String> {
    if caller.ends_with(":root") {
        return None;
    }
    let Some((head, session)) = caller.split_once(":assumed-role/") else { return Some(caller.to_owned()) };
    let role = session.split('/').next().unwrap_or_default();
    Some(format!("{}:role/{role}", head.replacen(":sts:", ":iam:", 1)))
}

/// A caller whose permissions cannot be simulated.
pub(crate) fn is_unsupported(error: &CloudError) -> bool {
    matches!(error.kind, ErrorKind::Denied | ErrorKind::NotFound | ErrorKind::Invalid | ErrorKind::Service)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_hangs_on_a_tag_is_no_verdict() {
        let result = |decision: &str, missing: Option<&str>| {
            let built = EvaluationResult::builder().eval_action_name("ec2:StopInstances").eval_decision(decision.into());
            built.set_missing_context_values(missing.map(|key| vec![key.to_owned()])).build().expect("a whole result")
        };
        assert_eq!(verdict(&result("allowed", Some("aws:ResourceTag/x"))).map(|(_, allowed)| allowed), Some(true));
        assert_eq!(verdict(&result("implicitDeny", None)).map(|(_, allowed)| allowed), Some(false));
        assert_eq!(verdict(&result("implicitDeny", Some("aws:ResourceTag/x"))), None);
    }

    #[test]
    fn principals_behind_callers() {
        let role = "arn:aws:sts::123456789012:assumed-role/muster-plan/session";
        assert_eq!(principal(role).as_deref(), Some("arn:aws:iam::123456789012:role/muster-plan"));
        let user = "arn:aws:iam::123456789012:user/kim";
        assert_eq!(principal(user).as_deref(), Some(user));
        assert_eq!(principal("arn:aws:iam::123456789012:root"), None);
    }
}
