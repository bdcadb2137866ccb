//! Policies and ownership.

use muster_rule::prelude::*;
use muster_rule::s3::Bucket;
use rule_policy::{Statement, statements};

use crate::public::is_enforced;

/// A policy is put as a whole, so the one that stands there comes first; without an edit, or when the get fails, nothing is put.
const COMMAND: &str = "aws s3api get-bucket-policy --bucket {resource} --region {region} --query Policy --output text > policy.json && \
    ${EDITOR:-vi} policy.json && aws s3api put-bucket-policy --bucket {resource} --region {region} --policy file://policy.json";

pub const SECURE_TRANSPORT: Rule = Rule {
    id: "secure-transport",
    title: "Bucket answers requests without TLS",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "s3.bucket", facets: &["policy"] }],
    risk: "A client that is set up wrongly sends and fetches objects, and signatures that are good for minutes, in the clear.",
    remediation: Remediation {
        text: "Add a statement to the policy that denies everybody s3:* on the bucket and its objects where aws:SecureTransport is false. \
            The put replaces the whole policy: add to what the get printed; of a bucket without one the get fails, and policy.json is yours \
            to write before the put.",
        command: COMMAND,
    },
    controls: &["CIS 3.1.1", "FSBP S3.5"],
    check: Check::each(|_, doc| {
        let Some(policy) = Bucket(doc.body).policy().and_then(Value::object) else { return fail("no policy denies requests without TLS") };
        let objects = format!("{}/", doc.key);
        match (denies(policy, |deny| deny.reaches(doc.key)), denies(policy, |deny| deny.reaches_all(&objects))) {
            (true, true) => pass(),
            (false, true) => fail("requests without TLS are denied for objects, not for the bucket"),
            (true, false) => fail("requests without TLS are denied for the bucket, not for its objects"),
            (false, false) => fail("no statement denies requests without TLS"),
        }
    }),
    ..Rule::EMPTY
};

/// True when everybody is denied everything without TLS on what `reaches` asks for. What denies some actions, under further conditions, or
/// all but a few, leaves a way open.
fn denies(policy: Object<'_>, reaches: impl Fn(Statement<'_>) -> bool) -> bool {
    let plain = |statement: Statement<'_>| !statement.allows() && statement.wants_only("Bool", "aws:SecureTransport", "false");
    let all = statements(policy).filter(|statement| plain(*statement) && statement.names_everybody() && statement.covers_all("s3"));
    all.into_iter().any(reaches)
}

pub const CROSS_ACCOUNT: Rule = Rule {
    id: "cross-account-access",
    title: "Policy lets another account take control of the bucket",
    category: Category::Security,
    severity: Severity::High,
    needs: &[Need { kind: "s3.bucket", facets: &["policy", "acl"] }],
    params: &[
        Param::texts(
            "actions",
            &["s3:DeleteBucketPolicy", "s3:PutBucketAcl", "s3:PutBucketPolicy", "s3:PutEncryptionConfiguration", "s3:PutObjectAcl"],
            "Actions that no other account may be allowed; add s3:GetObject or s3:PutObject to judge content too",
        ),
        Param::texts("trusted", &[], "Ids of accounts, and canonical ones of users, that may be allowed them"),
    ],
    risk: "Whoever gets into the other account can open this bucket, or lock its owner out.",
    remediation: Remediation {
        text: "Name the actions that the other account needs, and none that changes policy, lists or encryption. \
            The put replaces the whole policy: change what the get printed.",
        command: COMMAND,
    },
    controls: &["FSBP S3.6"],
    help: "Everybody of another account counts as that account. A canonical user counts unless it is the owner, whom the access control \
        list names; where lists are off AWS is not asked for it, and the answer is that nobody knows.",
    check: Check::each(|ask, doc| {
        let Some(policy) = Bucket(doc.body).policy().and_then(Value::object) else { return skip() };
        let (actions, trusted) = (ask.params.texts("actions"), ask.params.texts("trusted"));
        let gives = |statement: &Statement<'_>| statement.allows() && actions.iter().any(|action| statement.covers(action));
        let given: Vec<Statement<'_>> = statements(policy).filter(gives).collect();
        let suspect = |id: &String| !trusted.iter().any(|known| known == id);
        let owner = Bucket(doc.body).owner().and_then(|owner| owner.id());
        let users: Vec<String> = canonical(&given).into_iter().filter(|id| suspect(id) && owner.as_deref() != Some(&**id)).collect();
        let mut others: Vec<String> = given.iter().flat_map(|one| one.other_accounts(doc.account())).filter(suspect).collect();
        others.extend(users.iter().filter(|_| owner.is_some()).cloned());
        others.sort();
        others.dedup();
        match others.as_slice() {
            [] if !users.is_empty() => unknown("it is not known whether the canonical user of its policy is the owner"),
            [] => pass(),
            [other] => fail(format!("account {other} may change how the bucket is protected")).with("Accounts", others),
            _ => fail(format!("{} other accounts may change how the bucket is protected", others.len())).with("Accounts", others),
        }
    }),
    ..Rule::EMPTY
};

/// Canonical ids of users that statements name.
fn canonical(statements: &[Statement<'_>]) -> Vec<String> {
    // A bare star is of every sort.
    let named = statements.iter().flat_map(|statement| statement.principals("CanonicalUser")).filter(|id| id != "*");
    named.map(Text::into_owned).collect()
}

pub const ACL: Rule = Rule {
    id: "acl-disabled",
    title: "Access control lists count in the bucket",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "s3.bucket", facets: &["ownership"] }],
    risk: "Each object can open itself, and objects that others put there are theirs: the policy does not tell who reads what.",
    remediation: Remediation {
        text: "Move grants to the policy, then set one rule of ownership, BucketOwnerEnforced.",
        command: "aws s3api put-bucket-ownership-controls --bucket {resource} --region {region} --ownership-controls file://ownership.json",
    },
    controls: &["FSBP S3.12"],
    check: Check::each(|_, doc| {
        let bucket = Bucket(doc.body);
        if is_enforced(bucket) {
            return pass();
        }
        let ownership = bucket.ownership_controls().and_then(|controls| controls.rules().next()).and_then(|rule| rule.object_ownership());
        match ownership {
            Some(ownership) => fail(format!("ownership is {ownership}, BucketOwnerEnforced wanted")).with("ObjectOwnership", ownership),
            None => fail("ownership was never set, BucketOwnerEnforced wanted").with("ObjectOwnership", None::<bool>),
        }
    }),
    ..Rule::EMPTY
};

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    const KEY: &str = "arn:aws:s3:::b";

    fn verdict(rule: &Rule, statement: &str) -> String {
        let body = format!(r#"{{"Policy": {{"Statement": [{statement}]}}}}"#);
        Case::of(rule).given(KEY, &body).run().of(KEY).to_owned()
    }

    fn deny(resource: &str) -> String {
        format!(
            r#"{{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": {resource}, "Condition": {{"Bool": {{"aws:SecureTransport": "false"}}}}}}"#
        )
    }

    #[test]
    fn tls_is_wanted_for_bucket_and_objects() {
        let judge = |statement: &str| verdict(&SECURE_TRANSPORT, statement);
        assert_eq!(judge(&deny(r#"["arn:aws:s3:::b", "arn:aws:s3:::b/*"]"#)), "pass");
        assert_eq!(judge(&[deny(r#""arn:aws:s3:::b""#), deny(r#""arn:aws:s3:::b/*""#)].join(",")), "pass");
        assert_eq!(judge(&deny(r#""arn:aws:s3:::b/*""#)), "fail: requests without TLS are denied for objects, not for the bucket");
        assert_eq!(judge(&deny(r#""arn:aws:s3:::b""#)), "fail: requests without TLS are denied for the bucket, not for its objects");
        assert_eq!(judge(&deny(r#""arn:aws:s3:::other*""#)), "fail: no statement denies requests without TLS");
        let one = deny(r#"["arn:aws:s3:::b", "arn:aws:s3:::b/*"]"#).replace(r#""*", "Action""#, r#"{"AWS": "111122223333"}, "Action""#);
        assert_eq!(judge(&one), "fail: no statement denies requests without TLS");
        let both = deny(r#"["arn:aws:s3:::b", "arn:aws:s3:::b/*"]"#);
        let but_one = both.replace(r#""Principal": "*""#, r#""NotPrincipal": {"AWS": "111122223333"}"#);
        assert_eq!(judge(&but_one), "fail: no statement denies requests without TLS");
        for further in [
            r#""aws:SecureTransport": "false", "aws:ViaAWSService": "false""#,
            r#""aws:SecureTransport": "false"}, "Null": {"aws:Referer": "true""#,
        ] {
            let partly = both.replace(r#""aws:SecureTransport": "false""#, further);
            assert_eq!(judge(&partly), "fail: no statement denies requests without TLS", "{further}");
        }
        let probes = both.replace(r#""s3:*""#, r#"["s3:ListBucket", "s3:GetObject", "s3:PutObject"]"#);
        assert_eq!(judge(&probes), "fail: no statement denies requests without TLS", "DeleteObject and the rest are let through");
        assert_eq!(judge(&both.replace("b/*", "b/o*")), "fail: requests without TLS are denied for the bucket, not for its objects");
        assert_eq!(judge(&both.replace(r#""s3:*""#, r#"["s3:GetObject", "*"]"#)), "pass");
        assert_eq!(judge(&deny(r#""*""#)), "pass");
        assert_eq!(judge(&deny(r#""arn:aws:s3:::b*""#)), "pass");
        assert_eq!(
            Case::of(&SECURE_TRANSPORT).given(KEY, r#"{"Policy": null}"#).run().of(KEY),
            "fail: no policy denies requests without TLS"
        );
    }

    #[test]
    fn another_account_may_read_but_not_take_over() {
        let allow = |who: &str, action: &str| format!(r#"{{"Effect": "Allow", "Principal": {{"AWS": "{who}"}}, "Action": "{action}"}}"#);
        let judge = |statement: &str| verdict(&CROSS_ACCOUNT, statement);
        assert_eq!(judge(&allow("arn:aws:iam::444455556666:root", "s3:GetObject")), "pass");
        assert_eq!(judge(&allow("arn:aws:iam::123456789012:role/own", "s3:*")), "pass");
        assert_eq!(
            judge(&allow("444455556666", "s3:Put*")),
            r#"fail: account 444455556666 may change how the bucket is protected {"Accounts":["444455556666"]}"#
        );
        let two = [allow("444455556666", "s3:*"), allow("777788889999", "s3:*")].join(",");
        assert!(judge(&two).starts_with("fail: 2 other accounts"));
        let body = format!(r#"{{"Policy": {{"Statement": [{}]}}}}"#, allow("444455556666", "s3:*"));
        let trusting = Case::of(&CROSS_ACCOUNT)
            .params(r#"{"trusted": ["444455556666"]}"#)
            .given("b", &body)
            .given("none", r#"{"Policy": null}"#)
            .run();
        assert_eq!((trusting.of("b"), trusting.of("none")), ("pass", "skip"));
    }

    #[test]
    fn everybody_of_another_account_is_that_account() {
        let judge = |conditions: &str| {
            verdict(&CROSS_ACCOUNT, &format!(r#"{{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Condition": {{{conditions}}}}}"#))
        };
        let foreign = r#"fail: account 444455556666 may change how the bucket is protected {"Accounts":["444455556666"]}"#;
        assert_eq!(judge(r#""StringEquals": {"aws:PrincipalAccount": "444455556666"}"#), foreign);
        assert_eq!(judge(r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/*"}"#), foreign);
        assert_eq!(judge(r#""StringEquals": {"aws:PrincipalAccount": "123456789012"}"#), "pass");
    }

    #[test]
    fn a_canonical_user_is_the_owner_or_foreign() {
        let statement = r#"{"Effect": "Allow", "Principal": {"CanonicalUser": "0aa"}, "Action": "s3:*"}"#;
        let body = |owner: &str| format!(r#"{{"Policy": {{"Statement": [{statement}]}}, "Owner": {owner}}}"#);
        let case = |params: &str| {
            let case = Case::of(&CROSS_ACCOUNT).params(params);
            case.given("own", &body(r#"{"ID": "0aa"}"#)).given("other", &body(r#"{"ID": "0ab"}"#)).given("off", &body("null")).run()
        };
        let found = case("{}");
        assert_eq!(found.of("own"), "pass");
        assert_eq!(found.of("other"), r#"fail: account 0aa may change how the bucket is protected {"Accounts":["0aa"]}"#);
        assert_eq!(found.of("off"), "unknown: it is not known whether the canonical user of its policy is the owner");
        let trusting = case(r#"{"trusted": ["0aa"]}"#);
        assert_eq!((trusting.of("other"), trusting.of("off")), ("pass", "pass"));
    }

    #[test]
    fn lists_are_off_by_ownership() {
        let body = |ownership: &str| format!(r#"{{"OwnershipControls": {{"Rules": [{{"ObjectOwnership": "{ownership}"}}]}}}}"#);
        let found = Case::of(&ACL)
            .given("off", &body("BucketOwnerEnforced"))
            .given("on", &body("ObjectWriter"))
            .given("old", r#"{"OwnershipControls": null}"#)
            .run();
        assert_eq!(found.of("off"), "pass");
        assert_eq!(found.of("on"), r#"fail: ownership is ObjectWriter, BucketOwnerEnforced wanted {"ObjectOwnership":"ObjectWriter"}"#);
        assert_eq!(found.of("old"), r#"fail: ownership was never set, BucketOwnerEnforced wanted {"ObjectOwnership":null}"#);
    }
}
