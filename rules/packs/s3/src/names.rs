//! Names of buckets that can be foretold.

use std::collections::{BTreeMap, BTreeSet};

use muster_rule::prelude::*;
use muster_rule::s3::Bucket;

/// How services name the bucket that they make for an account in a region, and whose it is.
const FORETOLD: [(&str, &str); 7] = [
    ("aws-athena-query-results-{account}-{region}", "Athena"),
    ("aws-codestar-{region}-{account}", "CodeStar"),
    ("aws-emr-studio-{account}-{region}", "EMR Studio"),
    ("aws-glue-assets-{account}-{region}", "Glue"),
    ("cdk-hnb659fds-assets-{account}-{region}", "CDK"),
    ("elasticbeanstalk-{region}-{account}", "Elastic Beanstalk"),
    ("sagemaker-{region}-{account}", "SageMaker"),
];

pub const SHADOW: Rule = Rule {
    id: "shadow-names",
    title: "Somebody else could claim a bucket name that a service will use",
    category: Category::Security,
    severity: Severity::Low,
    needs: &[Need { kind: "s3.bucket", facets: &[] }],
    risk: "The service writes scripts and data to a bucket of a name that anybody can foretell; whoever made it first reads or replaces them.",
    remediation: Remediation {
        text: "Make each bucket that `Unclaimed` names in the region of its name, before somebody else does; pin aws:ResourceAccount in the \
            roles of the service.",
        command: "aws s3 mb s3://NAME --region REGION",
    },
    help: "Judged of buckets that a service made for this account: the same name must be taken in every other region in which the account \
        has buckets.",
    check: Check::fleet(check),
    ..Rule::EMPTY
};

/// What an account has, over all regions.
#[derive(Default)]
struct Owned<'a> {
    names: BTreeSet<Text<'a>>,
    regions: BTreeSet<&'a str>,
}

fn check<'a>(_: &Ask<'_>, batch: &Batch<'a>, found: &mut Findings<'a>) -> Result<(), Failure> {
    let docs = batch.of("s3.bucket");
    let mut accounts: BTreeMap<&str, Owned<'_>> = BTreeMap::new();
    for doc in docs {
        let owned = accounts.entry(doc.account()).or_default();
        owned.names.extend(Bucket(doc.body).name());
        owned.regions.insert(doc.region());
    }
    for doc in docs {
        found.push(*doc, accounts.get(doc.account()).map_or_else(skip, |owned| judge(*doc, owned)));
    }
    Ok(())
}

fn judge(doc: Doc<'_>, owned: &Owned<'_>) -> Answer {
    let name = Bucket(doc.body).name().unwrap_or_default();
    let written = |pattern: &str, region: &str| pattern.replace("{account}", doc.account()).replace("{region}", region);
    let Some((pattern, service)) = FORETOLD.iter().find(|(pattern, _)| written(pattern, doc.region()) == name) else { return skip() };
    let others = owned.regions.iter().filter(|region| **region != doc.region()).map(|region| written(pattern, region));
    let free: Vec<String> = others.filter(|name| !owned.names.contains(name.as_str())).collect();
    match free.as_slice() {
        [] => pass(),
        [one] => fail(format!("the bucket that {service} would use, {one}, is not ours")).with("Unclaimed", free),
        _ => fail(format!("{} buckets that {service} would use are not ours", free.len())).with("Unclaimed", free),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn body(name: &str) -> String {
        format!(r#"{{"Name": "{name}"}}"#)
    }

    #[test]
    fn a_name_must_be_ours_in_every_region_we_are_in() {
        let found = Case::of(&SHADOW)
            .given("glue", &body("aws-glue-assets-123456789012-us-east-1"))
            .given("cdk", &body("cdk-hnb659fds-assets-123456789012-us-east-1"))
            .given("own", &body("our-data"))
            .given("strange", &body("aws-glue-assets-999999999999-us-east-1"))
            .scope("123456789012/eu-west-1")
            .given("cdk-eu", &body("cdk-hnb659fds-assets-123456789012-eu-west-1"))
            .run();
        let said = "fail: the bucket that Glue would use, aws-glue-assets-123456789012-eu-west-1, is not ours";
        assert_eq!(found.of("glue"), format!(r#"{said} {{"Unclaimed":["aws-glue-assets-123456789012-eu-west-1"]}}"#));
        assert_eq!((found.of("cdk"), found.of("cdk-eu")), ("pass", "pass"));
        assert_eq!((found.of("own"), found.of("strange")), ("skip", "skip"));
    }

    #[test]
    fn one_region_has_no_other_to_claim_and_accounts_do_not_mix() {
        let found = Case::of(&SHADOW)
            .given("glue", &body("aws-glue-assets-123456789012-us-east-1"))
            .scope("210987654321/eu-west-1")
            .given("far", &body("data"))
            .run();
        assert_eq!((found.of("glue"), found.of("far")), ("pass", "skip"));
    }
}
