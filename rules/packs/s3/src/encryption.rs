//! How new objects are encrypted.

use muster_rule::prelude::*;
use muster_rule::s3::{Bucket, EncryptionRule};

const NEEDS: &[Need] = &[Need { kind: "s3.bucket", facets: &["encryption"] }];
const COMMAND: &str =
    "aws s3api put-bucket-encryption --bucket {resource} --region {region} --server-side-encryption-configuration file://encryption.json";

pub const DEFAULT: Rule = Rule {
    id: "default-encryption",
    title: "Bucket does not encrypt new objects",
    category: Category::Security,
    severity: Severity::High,
    needs: NEEDS,
    risk: "Objects lie in the clear on AWS's disks.",
    remediation: Remediation {
        text: "Set AES256 as default. AWS has done so for every bucket since January 2023; one without lies on a server that is not AWS's.",
        command: COMMAND,
    },
    controls: &["FSBP S3.4"],
    check: Check::each(|_, doc| match algorithm(doc) {
        Some(_) => pass(),
        None => fail("no default encryption"),
    }),
    ..Rule::EMPTY
};

pub const KMS: Rule = Rule {
    id: "kms-encryption",
    title: "Bucket is not encrypted with a key of KMS",
    category: Category::Security,
    severity: Severity::Medium,
    needs: NEEDS,
    params: &[Param::boolean("own-key", false, "AWS's own key aws/s3 does not do")],
    risk: "With S3's own keys whoever may read the bucket may read its content; no second policy stands in between, and nothing logs the use.",
    remediation: Remediation {
        text: "Set aws:kms as default, with BucketKeyEnabled; objects that are there already must be copied over themselves.",
        command: COMMAND,
    },
    controls: &["FSBP S3.17"],
    help: "Which data is worth a key of its own is yours to say: limit the rule in the policy by tags, `where: {tags: {data: confidential}}`.",
    check: Check::each(|ask, doc| {
        let Some(algorithm) = algorithm(doc) else { return fail("no default encryption, aws:kms wanted") };
        if !algorithm.starts_with("aws:kms") {
            return fail(format!("encrypted with {algorithm}, aws:kms wanted")).with("SSEAlgorithm", algorithm);
        }
        let key = rules(doc).find_map(|rule| rule.apply_server_side_encryption_by_default()?.kms_master_key_id());
        let managed = key.as_deref().is_none_or(|key| key.ends_with("alias/aws/s3"));
        if ask.params.boolean("own-key") && managed { fail("encrypted with AWS's key aws/s3, a key of your own wanted") } else { pass() }
    }),
};

pub const BUCKET_KEY: Rule = Rule {
    id: "bucket-key",
    title: "Every object of the bucket costs a call to KMS",
    category: Category::Cost,
    severity: Severity::Low,
    needs: NEEDS,
    risk: "Each read and write is a request to KMS, which is charged and throttled; a bucket key makes them a hundredth.",
    remediation: Remediation { text: "Set BucketKeyEnabled; new objects use it.", command: COMMAND },
    help: "Not judged without KMS, and not with `aws:kms:dsse`, which has no bucket keys.",
    check: Check::each(|_, doc| {
        if algorithm(doc).as_deref() != Some("aws:kms") {
            return skip();
        }
        let on = rules(doc).any(|rule| rule.bucket_key_enabled() == Some(true));
        if on { pass() } else { fail("encrypted with KMS, without a bucket key").with("BucketKeyEnabled", false) }
    }),
    ..Rule::EMPTY
};

fn rules(doc: Doc<'_>) -> impl Iterator<Item = EncryptionRule<'_>> {
    Bucket(doc.body).server_side_encryption_configuration().into_iter().flat_map(|configuration| configuration.rules())
}

/// How new objects are encrypted.
fn algorithm(doc: Doc<'_>) -> Option<Text<'_>> {
    rules(doc).find_map(|rule| rule.apply_server_side_encryption_by_default()?.sse_algorithm())
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn body(algorithm: &str, key: &str, bucket_key: bool) -> String {
        let key = if key.is_empty() { String::new() } else { format!(r#", "KMSMasterKeyID": "{key}""#) };
        format!(
            r#"{{"ServerSideEncryptionConfiguration": {{"Rules": [{{"ApplyServerSideEncryptionByDefault": {{"SSEAlgorithm": "{algorithm}"{key}}}, "BucketKeyEnabled": {bucket_key}}}]}}}}"#
        )
    }
    const NONE: &str = r#"{"ServerSideEncryptionConfiguration": null}"#;

    #[test]
    fn any_algorithm_is_a_default() {
        let found = Case::of(&DEFAULT).given("s3", &body("AES256", "", false)).given("none", NONE).run();
        assert_eq!((found.of("s3"), found.of("none")), ("pass", "fail: no default encryption"));
    }

    #[test]
    fn kms_by_whichever_key() {
        let found = Case::of(&KMS)
            .given("s3", &body("AES256", "", false))
            .given("kms", &body("aws:kms", "", true))
            .given("dsse", &body("aws:kms:dsse", "arn:aws:kms:us-east-1:1:key/k", false))
            .given("none", NONE)
            .run();
        assert_eq!(found.of("s3"), r#"fail: encrypted with AES256, aws:kms wanted {"SSEAlgorithm":"AES256"}"#);
        assert_eq!((found.of("kms"), found.of("dsse")), ("pass", "pass"));
        assert_eq!(found.of("none"), "fail: no default encryption, aws:kms wanted");
    }

    #[test]
    fn a_policy_may_want_a_key_of_ones_own() {
        let found = Case::of(&KMS)
            .params(r#"{"own-key": true}"#)
            .given("aws", &body("aws:kms", "", true))
            .given("alias", &body("aws:kms", "arn:aws:kms:us-east-1:1:alias/aws/s3", true))
            .given("own", &body("aws:kms", "alias/ours", true))
            .run();
        let wanted = "fail: encrypted with AWS's key aws/s3, a key of your own wanted";
        assert_eq!((found.of("aws"), found.of("alias"), found.of("own")), (wanted, wanted, "pass"));
    }

    #[test]
    fn a_bucket_key_matters_with_kms_only() {
        let found = Case::of(&BUCKET_KEY)
            .given("on", &body("aws:kms", "", true))
            .given("off", &body("aws:kms", "", false))
            .given("s3", &body("AES256", "", false))
            .given("dsse", &body("aws:kms:dsse", "", false))
            .run();
        assert_eq!((found.of("on"), found.of("s3"), found.of("dsse")), ("pass", "skip", "skip"));
        assert_eq!(found.of("off"), r#"fail: encrypted with KMS, without a bucket key {"BucketKeyEnabled":false}"#);
    }
}
