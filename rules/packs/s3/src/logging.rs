//! Logs of access.

use std::collections::BTreeSet;

use muster_rule::prelude::*;
use muster_rule::s3::Bucket;

pub const LOGGING: Rule = Rule {
    id: "access-logging",
    title: "Nobody records who reads the bucket",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "s3.bucket", facets: &["logging"] }],
    risk: "After a leak nobody can tell what was fetched, when and by whom.",
    remediation: Remediation {
        text: "Send the access log to a bucket of the same account and region that keeps nothing but logs.",
        command: "aws s3api put-bucket-logging --bucket {resource} --region {region} --bucket-logging-status file://logging.json",
    },
    controls: &["FSBP S3.9"],
    help: "A bucket that takes the logs of others is not judged: a log of itself would grow for ever. Data events of CloudTrail record \
        access as well and are not looked at.",
    check: Check::scope(check),
    ..Rule::EMPTY
};

/// Logs stay in account and region, so one scope shows every bucket that takes some.
fn check<'a>(_: &Ask<'_>, batch: &Batch<'a>, found: &mut Findings<'a>) -> Result<(), Failure> {
    let docs = batch.of("s3.bucket");
    let targets: BTreeSet<String> = docs.iter().filter_map(|doc| target(*doc)).collect();
    for doc in docs {
        let name = Bucket(doc.body).name().unwrap_or_default();
        found.push(*doc, if targets.contains(&*name) { skip() } else { judge(*doc) });
    }
    Ok(())
}

/// The bucket that its log goes to, unless that is itself.
fn target(doc: Doc<'_>) -> Option<String> {
    let bucket = Bucket(doc.body);
    let target = bucket.logging_enabled()?.target_bucket()?;
    (Some(&target) != bucket.name().as_ref()).then(|| target.into_owned())
}

fn judge(doc: Doc<'_>) -> Answer {
    if target(doc).is_some() {
        return pass();
    }
    match Bucket(doc.body).logging_enabled() {
        Some(_) => fail("the access log goes to the bucket itself, and so records its own writing"),
        None => fail("no access log"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn body(name: &str, target: &str) -> String {
        let logging = if target.is_empty() { "null".to_owned() } else { format!(r#"{{"TargetBucket": "{target}", "TargetPrefix": ""}}"#) };
        format!(r#"{{"Name": "{name}", "LoggingEnabled": {logging}}}"#)
    }

    #[test]
    fn every_bucket_has_a_log_but_those_that_take_logs() {
        let found = Case::of(&LOGGING)
            .given("a", &body("a", "logs"))
            .given("b", &body("b", ""))
            .given("logs", &body("logs", ""))
            .given("own", &body("own", "own"))
            .scope("123456789012/eu-west-1")
            .given("far", &body("far", ""))
            .run();
        assert_eq!((found.of("a"), found.of("logs")), ("pass", "skip"));
        assert_eq!((found.of("b"), found.of("far")), ("fail: no access log", "fail: no access log"));
        assert!(found.of("own").starts_with("fail: the access log goes to the bucket itself"));
    }

    #[test]
    fn a_log_of_another_account_exempts_nobody() {
        let found =
            Case::of(&LOGGING).given("a", &body("a", "logs")).scope("210987654321/us-east-1").given("logs", &body("logs", "")).run();
        assert_eq!(found.of("logs"), "fail: no access log");
    }
}
