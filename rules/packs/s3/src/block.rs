//! What buckets and accounts block of public access.

use muster_rule::prelude::*;
use muster_rule::s3::{Account, Bucket, PublicAccessBlock};

/// The four settings, as AWS names them.
const SETTINGS: [&str; 4] = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

const REQUIRED: Param = Param::texts("required", &SETTINGS, "Settings that must be on").words(&SETTINGS);

pub const BUCKET: Rule = Rule {
    id: "public-access-block",
    title: "Bucket does not block public access",
    category: Category::Security,
    severity: Severity::High,
    needs: &[Need { kind: "s3.bucket", facets: &["public-access-block", "account-public-access-block"] }],
    params: &[REQUIRED],
    risk: "One careless list or policy, now or later, opens the bucket to everybody.",
    remediation: Remediation {
        text: "Turn all four settings on for the bucket, or once for the account.",
        command: "aws s3api put-public-access-block --bucket {resource} --region {region} --public-access-block-configuration \
            BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
    },
    controls: &["CIS 3.1.4", "FSBP S3.8"],
    help: "A setting counts when it is on for the bucket or for its account.",
    check: Check::each(|ask, doc| {
        let bucket = Bucket(doc.body);
        let blocks = [bucket.account_public_access_block_configuration(), bucket.public_access_block_configuration()];
        judge(ask, blocks)
    }),
};

pub const ACCOUNT: Rule = Rule {
    id: "account-public-access-block",
    title: "Account does not block public access to its buckets",
    category: Category::Security,
    severity: Severity::High,
    needs: &[Need { kind: "s3.account", facets: &[] }],
    params: &[REQUIRED],
    risk: "Every bucket depends on its own settings, those made tomorrow by hand included.",
    remediation: Remediation {
        text: "Turn all four settings on for the account once nothing is served from buckets directly.",
        command: "aws s3control put-public-access-block --account-id {account} --public-access-block-configuration \
            BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
    },
    controls: &["CIS 3.1.4", "FSBP S3.1"],
    check: Check::each(|ask, doc| judge(ask, [Account(doc.body).public_access_block_configuration()])),
    ..Rule::EMPTY
};

fn judge<const N: usize>(ask: &Ask<'_>, blocks: [Option<PublicAccessBlock<'_>>; N]) -> Answer {
    let on = |setting: &str| blocks.iter().flatten().any(|block| block.0.boolean(setting) == Some(true));
    let off: Vec<String> = ask.params.texts("required").into_iter().filter(|setting| !on(setting)).map(Text::into_owned).collect();
    match off.len() {
        0 => pass(),
        1 => fail(format!("setting {} is off", off[0])).with("Off", off),
        count => fail(format!("{count} of {} settings are off", ask.params.texts("required").len())).with("Off", off),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    const ALL: &str = r#"{"BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": true, "RestrictPublicBuckets": true}"#;
    const HALF: &str = r#"{"BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": false, "RestrictPublicBuckets": false}"#;
    const REST: &str = r#"{"BlockPublicAcls": false, "IgnorePublicAcls": false, "BlockPublicPolicy": true, "RestrictPublicBuckets": true}"#;

    fn bucket(own: &str, account: &str) -> String {
        format!(r#"{{"PublicAccessBlockConfiguration": {own}, "AccountPublicAccessBlockConfiguration": {account}}}"#)
    }

    #[test]
    fn a_setting_counts_for_bucket_or_account() {
        let found = Case::of(&BUCKET)
            .given("own", &bucket(ALL, "null"))
            .given("account", &bucket("null", ALL))
            .given("together", &bucket(HALF, REST))
            .given("half", &bucket(HALF, "null"))
            .given("none", &bucket("null", "null"))
            .run();
        assert_eq!((found.of("own"), found.of("account"), found.of("together")), ("pass", "pass", "pass"));
        assert_eq!(found.of("half"), r#"fail: 2 of 4 settings are off {"Off":["BlockPublicPolicy","RestrictPublicBuckets"]}"#);
        assert!(found.of("none").starts_with("fail: 4 of 4"));
    }

    #[test]
    fn a_policy_may_want_fewer() {
        let case = Case::of(&BUCKET).params(r#"{"required": ["IgnorePublicAcls", "RestrictPublicBuckets"]}"#);
        assert_eq!(
            case.given("half", &bucket(HALF, "null")).run().of("half"),
            r#"fail: setting RestrictPublicBuckets is off {"Off":["RestrictPublicBuckets"]}"#
        );
    }

    #[test]
    fn an_account_that_never_set_anything_blocks_nothing() {
        let set = format!(r#"{{"PublicAccessBlockConfiguration": {ALL}}}"#);
        let found = Case::of(&ACCOUNT).given("set", &set).given("unset", "{}").run();
        assert_eq!(found.of("set"), "pass");
        assert!(found.of("unset").starts_with("fail: 4 of 4 settings are off"));
    }
}
