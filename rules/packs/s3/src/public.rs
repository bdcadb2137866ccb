//! What everybody can do with a bucket.
//!
//! A list or policy that opens a bucket counts only where nothing blocks it: what the account blocks counts for all of its buckets,
//! and lists count for nothing where the owner of the bucket owns every object.

use muster_rule::prelude::*;
use muster_rule::s3::{Bucket, Grant, PublicAccessBlock};
use rule_policy::{Statement, statements};

const NEEDS: &[Need] =
    &[Need { kind: "s3.bucket", facets: &["public-access-block", "account-public-access-block", "policy", "acl", "ownership"] }];
const BLOCK: &str = "aws s3api put-public-access-block --bucket {resource} --region {region} --public-access-block-configuration \
    BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true";

pub const READ: Rule = Rule {
    id: "public-access",
    title: "Everybody can read or list the bucket",
    category: Category::Security,
    severity: Severity::Critical,
    needs: NEEDS,
    risk: "Anybody on the internet can fetch what is in it; names of buckets are guessed and listed within hours.",
    remediation: Remediation {
        text: "Block public access. What must be public goes out through CloudFront with an origin access control.",
        command: BLOCK,
    },
    controls: &["CIS 3.1.4", "FSBP S3.2"],
    help: "Judged from the access control list, the policy and what bucket and account block. A condition counts as narrowing when it pins \
        who asks (account, organization, network, source) to values without wildcards; the referer does not.",
    check: Check::each(|_, doc| judge(Bucket(doc.body), "read", &["READ", "READ_ACP", "FULL_CONTROL"], READS)),
    ..Rule::EMPTY
};

pub const WRITE: Rule = Rule {
    id: "public-write",
    title: "Everybody can write to the bucket",
    category: Category::Security,
    severity: Severity::Critical,
    needs: NEEDS,
    risk: "Anybody can replace, delete or add objects: malware is served in your name, and you pay for what is stored.",
    remediation: Remediation { text: "Block public access; let those who upload sign their requests.", command: BLOCK },
    controls: &["CIS 3.1.4", "FSBP S3.3"],
    check: Check::each(|_, doc| judge(Bucket(doc.body), "write", &["WRITE", "WRITE_ACP", "FULL_CONTROL"], WRITES)),
    ..Rule::EMPTY
};

/// Actions by which content leaves.
const READS: &[&str] = &[
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:GetObjectAttributes",
    "s3:GetObjectTagging",
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:GetBucketAcl",
    "s3:GetBucketPolicy",
];
/// Actions by which content or control is lost.
const WRITES: &[&str] = &[
    "s3:PutObject",
    "s3:PutObjectAcl",
    "s3:PutObjectTagging",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:AbortMultipartUpload",
    "s3:RestoreObject",
    "s3:ReplicateObject",
    "s3:ReplicateDelete",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutLifecycleConfiguration",
    "s3:DeleteBucket",
];

fn judge(bucket: Bucket<'_>, verb: &str, permissions: &[&str], actions: &[&str]) -> Answer {
    let (grants, statements) = (grants(bucket, permissions), public(bucket, actions));
    let ways = match (grants.is_empty(), statements.is_empty()) {
        (true, true) => return pass(),
        (false, true) => "its access control list",
        (true, false) => "its policy",
        (false, false) => "its access control list and its policy",
    };
    fail(format!("everybody can {verb} by {ways}")).with("Grants", grants).with("Statements", statements)
}

/// True when bucket or account block it.
fn blocked<'a>(bucket: Bucket<'a>, by: fn(PublicAccessBlock<'a>) -> Option<bool>) -> bool {
    let blocks = [bucket.account_public_access_block_configuration(), bucket.public_access_block_configuration()];
    blocks.into_iter().flatten().any(|block| by(block) == Some(true))
}

/// True when access control lists count for nothing.
pub(crate) fn is_enforced(bucket: Bucket<'_>) -> bool {
    let rules = bucket.ownership_controls().into_iter().flat_map(|controls| controls.rules());
    rules.filter_map(|rule| rule.object_ownership()).any(|ownership| ownership == "BucketOwnerEnforced")
}

/// Grants of these permissions to everybody that nothing blocks: `AllUsers READ`.
fn grants(bucket: Bucket<'_>, permissions: &[&str]) -> Vec<String> {
    if is_enforced(bucket) || blocked(bucket, PublicAccessBlock::ignore_public_acls) {
        return Vec::new();
    }
    let wanted = |permission: &str| permissions.contains(&permission);
    let all = bucket.grants().filter_map(|grant| Some((group(grant)?, grant.permission().filter(|permission| wanted(permission))?)));
    all.map(|(group, permission)| format!("{group} {permission}")).collect()
}

/// `AllUsers` or `AuthenticatedUsers`, which is everybody with an AWS account.
fn group(grant: Grant<'_>) -> Option<String> {
    let uri = grant.grantee()?.uri()?;
    let group = uri.strip_prefix("http://acs.amazonaws.com/groups/global/")?;
    Some(group.to_owned())
}

/// Statements that let everybody do one of these, and that nothing blocks: by name, or by number from 1.
fn public(bucket: Bucket<'_>, actions: &[&str]) -> Vec<String> {
    let Some(policy) = bucket.policy().and_then(Value::object) else { return Vec::new() };
    if blocked(bucket, PublicAccessBlock::restrict_public_buckets) {
        return Vec::new();
    }
    let open = |statement: Statement<'_>| statement.is_public() && actions.iter().any(|action| statement.covers(action));
    let all = (1..).zip(statements(policy)).filter(|(_, statement)| open(*statement));
    all.map(|(at, statement)| if statement.sid().is_empty() { at.to_string() } else { statement.sid().into_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    const OPEN_ACL: &str = r#""Owner": {"ID": "o"}, "Grants": [{"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}]"#;
    const OPEN_POLICY: &str =
        r#""Policy": {"Statement": [{"Sid": "Site", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}]}"#;
    const NO_ACL: &str = r#""Owner": {"ID": "o"}, "Grants": []"#;
    const NO_BLOCK: &str =
        r#""PublicAccessBlockConfiguration": null, "AccountPublicAccessBlockConfiguration": null, "OwnershipControls": null"#;

    fn body(parts: &[&str]) -> String {
        format!("{{{}}}", parts.join(","))
    }

    #[test]
    fn lists_and_policies_open_what_nothing_blocks() {
        let found = Case::of(&READ)
            .given("acl", &body(&[OPEN_ACL, NO_BLOCK, r#""Policy": null"#]))
            .given("policy", &body(&[NO_ACL, NO_BLOCK, OPEN_POLICY]))
            .given("both", &body(&[OPEN_ACL, NO_BLOCK, OPEN_POLICY]))
            .given("closed", &body(&[NO_ACL, NO_BLOCK, r#""Policy": null"#]))
            .run();
        assert_eq!(found.of("acl"), r#"fail: everybody can read by its access control list {"Grants":["AllUsers READ"],"Statements":[]}"#);
        assert_eq!(found.of("policy"), r#"fail: everybody can read by its policy {"Grants":[],"Statements":["Site"]}"#);
        assert!(found.of("both").contains("by its access control list and its policy"));
        assert_eq!(found.of("closed"), "pass");
    }

    #[test]
    fn what_the_account_blocks_counts_for_the_bucket() {
        let block = |who: &str, ignore: bool, restrict: bool| {
            let (this, other) = if who == "bucket" { ("", "Account") } else { ("Account", "") };
            format!(
                r#""{this}PublicAccessBlockConfiguration": {{"BlockPublicAcls": false, "BlockPublicPolicy": false, "IgnorePublicAcls": {ignore}, "RestrictPublicBuckets": {restrict}}}, "{other}PublicAccessBlockConfiguration": null, "OwnershipControls": null"#
            )
        };
        let found = Case::of(&READ)
            .given("account", &body(&[OPEN_ACL, OPEN_POLICY, &block("account", true, true)]))
            .given("bucket", &body(&[OPEN_ACL, OPEN_POLICY, &block("bucket", true, true)]))
            .given("half", &body(&[OPEN_ACL, OPEN_POLICY, &block("bucket", true, false)]))
            .run();
        assert_eq!((found.of("account"), found.of("bucket")), ("pass", "pass"));
        assert_eq!(found.of("half"), r#"fail: everybody can read by its policy {"Grants":[],"Statements":["Site"]}"#);
    }

    #[test]
    fn lists_count_for_nothing_where_the_owner_owns_everything() {
        let enforced = r#""PublicAccessBlockConfiguration": null, "AccountPublicAccessBlockConfiguration": null, "Policy": null, "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}"#;
        let found = Case::of(&READ)
            .given("b", &body(&[OPEN_ACL, enforced]))
            .given("null", &body(&[r#""Owner": null, "Grants": null"#, enforced]))
            .run();
        assert_eq!((found.of("b"), found.of("null")), ("pass", "pass"));
    }

    #[test]
    fn writing_is_another_matter_than_reading() {
        let policy = |action: &str| {
            format!(r#""Policy": {{"Statement": {{"Effect": "Allow", "Principal": {{"AWS": "*"}}, "Action": "{action}"}}}}"#)
        };
        let everything = policy("s3:*");
        let upload = policy("s3:Put*");
        let acl = r#""Owner": {"ID": "o"}, "Grants": [{"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}, "Permission": "FULL_CONTROL"}]"#;
        let case = |rule| {
            Case::of(rule)
                .given("read", &body(&[NO_ACL, NO_BLOCK, OPEN_POLICY]))
                .given("all", &body(&[NO_ACL, NO_BLOCK, &everything]))
                .given("upload", &body(&[NO_ACL, NO_BLOCK, &upload]))
                .given("acl", &body(&[acl, NO_BLOCK, r#""Policy": null"#]))
                .run()
        };
        let (write, read) = (case(&WRITE), case(&READ));
        assert_eq!(write.of("read"), "pass");
        assert_eq!(write.of("all"), r#"fail: everybody can write by its policy {"Grants":[],"Statements":["1"]}"#);
        assert!(write.of("acl").contains("AuthenticatedUsers FULL_CONTROL") && read.of("acl").starts_with("fail"));
        assert_eq!((read.of("upload"), write.of("upload").starts_with("fail")), ("pass", true));
    }

    #[test]
    fn a_grant_to_one_account_is_not_public() {
        let grant = r#""Owner": {"ID": "o"}, "Grants": [{"Grantee": {"Type": "CanonicalUser", "ID": "x"}, "Permission": "FULL_CONTROL"}, {"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}, "Permission": "WRITE"}]"#;
        let found = Case::of(&WRITE).given("b", &body(&[grant, NO_BLOCK, r#""Policy": null"#])).run();
        assert_eq!(found.of("b"), "pass");
    }
}
