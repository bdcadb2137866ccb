//! What `muster advise` reads: the actions of the facet table, each on as little as AWS lets a policy name.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::Scope;
use super::statement::{Conditions, Statement};
use crate::facet::{Wanted, kinds};

/// Buckets have names of their own in a partition (K: Service Authorization Reference, "Amazon S3").
const BUCKETS: (&str, &str) = ("AdviseBuckets", "arn:{partition}:s3:::*");
/// What is asked of one function (K: the same, "AWS Lambda").
const FUNCTIONS: (&str, &str) = ("AdviseFunctions", "arn:{partition}:lambda:{region}:{account}:function:*");
/// What is asked of one signing configuration (K: the same page).
const SIGNING: (&str, &str) = ("AdviseCodeSigning", "arn:{partition}:lambda:{region}:{account}:code-signing-config:*");
/// Everything else: lists, and calls that take no resource (K: the same, "Amazon EC2", "Amazon RDS", "AWS Identity and Access
/// Management", "Amazon CloudWatch").
const ANYTHING: (&str, &str) = ("Advise", "*");

/// Statement and resource of an action.
fn bounds(action: &str) -> (&'static str, &'static str) {
    match action.split_once(':') {
        Some(("s3", "ListAllMyBuckets" | "GetAccountPublicAccessBlock")) => ANYTHING,
        Some(("s3", _)) => BUCKETS,
        Some(("lambda", "GetAccountSettings" | "ListFunctions" | "ListCodeSigningConfigs" | "ListEventSourceMappings")) => ANYTHING,
        Some(("lambda", "GetCodeSigningConfig" | "ListFunctionsByCodeSigningConfig")) => SIGNING,
        Some(("lambda", _)) => FUNCTIONS,
        _ => ANYTHING,
    }
}

/// The statements for what is wanted.
pub(super) fn statements(scope: &Scope, wanted: &Wanted) -> Vec<Statement> {
    // Who the credentials belong to is compared with fleet.yaml before anything else is read.
    let actions = wanted.actions().into_iter().chain(["sts:GetCallerIdentity"]);
    let mut by_bounds: BTreeMap<(&str, &str), BTreeSet<&'static str>> = BTreeMap::new();
    for action in actions {
        by_bounds.entry(bounds(action)).or_default().insert(action);
    }
    let statement = |((sid, resource), actions): ((&str, &str), BTreeSet<&'static str>)| Statement {
        sid: sid.to_owned(),
        actions,
        resources: if resource == ANYTHING.1 { [resource.to_owned()].into() } else { scope.arns(resource) },
        conditions: Conditions::default(),
    };
    by_bounds.into_iter().map(statement).collect()
}

/// Every action of the table.
pub(super) fn every_action() -> impl Iterator<Item = &'static str> {
    kinds().flat_map(|kind| kind.calls.iter().chain(kind.facets.iter().flat_map(|facet| facet.calls))).map(|call| call.action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_bound_as_narrowly_as_it_can_be() {
        for (action, sid) in [
            ("s3:ListAllMyBuckets", "Advise"),
            ("s3:GetEncryptionConfiguration", "AdviseBuckets"),
            ("lambda:ListFunctions", "Advise"),
            ("lambda:GetPolicy", "AdviseFunctions"),
            ("lambda:GetCodeSigningConfig", "AdviseCodeSigning"),
            ("ec2:DescribeVolumes", "Advise"),
            ("iam:GetCredentialReport", "Advise"),
        ] {
            assert_eq!(bounds(action).0, sid, "{action}");
        }
    }

    /// A table of reads: nothing in it can change an account, but for the report that IAM makes for whoever asks.
    #[test]
    fn the_table_only_reads() {
        let reads = |action: &str| {
            let operation = action.split_once(':').map_or("", |(_, operation)| operation);
            ["Describe", "Get", "List", "Lookup"].iter().any(|verb| operation.starts_with(verb)) || action == "iam:GenerateCredentialReport"
        };
        assert_eq!(every_action().find(|action| !reads(action)), None);
    }
}
