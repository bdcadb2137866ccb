//! What everybody can do with a bucket.
//!
//! A list or policy that opens a bucket counts only where nothing blocks it: what the account blocks counts for all of its buckets,
//! and lists count for nothing where the owner of the bucket owns every object.

use muster_rule::prelude::*;
use muster_rule::s3::{Bucket, Grant, PublicAccessBlock};
use rule_policy::{Statement, matches, statements, takes_all};

const NEEDS: &[Need] = &[Need {
    kind: "s3.bucket",
    facets: &["public-access-block", "account-public-access-block", "policy", "policy-status", "acl", "ownership"],
}];
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
        who asks (account, organization, network, source) to values without wildcards and policy variables; the referer does not. Every action \
        that begins with Get, List or Describe is reading, all others are for `public-write` to tell. Where AWS itself calls the policy public \
        and no statement was found to be, the statements about everybody count in spite of their conditions.",
    check: Check::each(|_, doc| judge(Bucket(doc.body), Verb::Read)),
    ..Rule::EMPTY
};

pub const WRITE: Rule = Rule {
    id: "public-write",
    title: "Everybody can write to the bucket, or change it",
    category: Category::Security,
    severity: Severity::Critical,
    needs: NEEDS,
    risk: "Anybody can replace, delete or add objects, or turn off what protects them: malware is served in your name, and you pay for what is \
        stored.",
    remediation: Remediation { text: "Block public access; let those who upload sign their requests.", command: BLOCK },
    controls: &["CIS 3.1.4", "FSBP S3.3"],
    help: "Judged as `public-access` is, by every action that does more than read. `Actions` says which, as the policy writes them.",
    check: Check::each(|_, doc| judge(Bucket(doc.body), Verb::Write)),
    ..Rule::EMPTY
};

/// Most actions that a message names; the evidence has all.
const NAMED: usize = 3;

/// What somebody does with a bucket: everything S3 knows is one of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Read,
    Write,
}

impl Verb {
    const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// Permissions of access control lists by which it is done.
    const fn permissions(self) -> &'static [&'static str] {
        match self {
            Self::Read => &["READ", "READ_ACP", "FULL_CONTROL"],
            Self::Write => &["WRITE", "WRITE_ACP", "FULL_CONTROL"],
        }
    }

    /// True when a pattern of actions takes in one of this verb, of those that S3 has today or will have.
    fn is_of(self, pattern: &str) -> bool {
        match self {
            Self::Read => reads(pattern) || READS.iter().any(|action| matches(pattern, action)),
            Self::Write => !reads(pattern),
        }
    }

    /// True when all actions but those of `patterns` have one of this verb.
    fn is_left(self, patterns: &[Text<'_>]) -> bool {
        match self {
            Self::Read => READS.iter().any(|action| !patterns.iter().any(|pattern| matches(pattern, action))),
            // No list of names is the whole of what changes something.
            Self::Write => !patterns.iter().any(|pattern| takes_all(pattern, "s3:")),
        }
    }
}

/// Actions that read, as samples for patterns of which the verb is not written out: `s3:*Acl`.
const READS: &[&str] = &[
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:GetObjectAcl",
    "s3:GetObjectAttributes",
    "s3:GetObjectTagging",
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:ListBucketMultipartUploads",
    "s3:GetBucketAcl",
    "s3:GetBucketPolicy",
    "s3:GetEncryptionConfiguration",
    "s3:GetLifecycleConfiguration",
];

/// True for a pattern of nothing but actions that read. Their names begin with a verb, and G and L begin no other one of S3.
fn reads(pattern: &str) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    let name = pattern.strip_prefix("s3:").unwrap_or(&pattern);
    let (written, open) = name.split_once(['*', '?']).map_or((name, false), |(written, _)| (written, true));
    let begins = |verb: &str| open && !written.is_empty() && verb.starts_with(written);
    ["get", "list", "describe"].iter().any(|verb| written.starts_with(verb)) || ["get", "list"].into_iter().any(begins)
}

fn judge(bucket: Bucket<'_>, verb: Verb) -> Answer {
    let (grants, opened) = (grants(bucket, verb.permissions()), Opened::by(bucket, verb));
    let ways = match (grants.is_empty(), opened.statements.is_empty()) {
        (true, true) => return pass(),
        (true, false) if opened.by_aws_alone => return doubted(&opened, verb),
        (false, true) => "its access control list".to_owned(),
        (true, false) => format!("its policy ({})", opened.named()),
        (false, false) => format!("its access control list and its policy ({})", opened.named()),
    };
    fail(format!("everybody can {} by {ways}", verb.word()))
        .with("Grants", grants)
        .with("Statements", opened.statements)
        .with("Actions", opened.actions)
}

/// AWS is who lets people in, so its word counts more than what was read here.
fn doubted(opened: &Opened, verb: Verb) -> Answer {
    fail(format!("AWS calls its policy public, by which everybody can {} ({})", verb.word(), opened.named()))
        .with("IsPublic", true)
        .with("Statements", opened.statements.clone())
        .with("Actions", opened.actions.clone())
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

/// What a policy opens to everybody, where nothing blocks it.
#[derive(Default)]
struct Opened {
    /// By name, or by number from 1.
    statements: Vec<String>,
    /// As they are written, sorted; `all but s3:Get*` of what is left.
    actions: Vec<String>,
    /// True when AWS calls it public, and no statement was found to be.
    by_aws_alone: bool,
}

impl Opened {
    fn by(bucket: Bucket<'_>, verb: Verb) -> Self {
        let Some(policy) = bucket.policy().and_then(Value::object) else { return Self::default() };
        if blocked(bucket, PublicAccessBlock::restrict_public_buckets) {
            return Self::default();
        }
        let all: Vec<_> = (1..).zip(statements(policy)).filter(|(_, statement)| statement.allows()).collect();
        let by_aws_alone = called_public(bucket) && !all.iter().any(|(_, statement)| statement.is_public());
        // What AWS means can be a statement about everybody, whose condition it does not take for one; else it is any.
        let about_everybody = all.iter().any(|(_, statement)| statement.is_for_everybody());
        let counts = |statement: Statement<'_>| {
            if by_aws_alone { !about_everybody || statement.is_for_everybody() } else { statement.is_public() }
        };
        let mut opened = Self { by_aws_alone, ..Self::default() };
        for (at, statement) in all.into_iter().filter(|(_, statement)| counts(*statement)) {
            opened.add(at, statement, verb);
        }
        opened.actions.sort();
        opened.actions.dedup();
        opened
    }

    fn add(&mut self, at: usize, statement: Statement<'_>, verb: Verb) {
        let patterns: Vec<Text<'_>> = statement.actions().collect();
        let actions: Vec<String> = match statement.spares() {
            true if verb.is_left(&patterns) => vec![format!("all but {}", patterns.join(", "))],
            true => Vec::new(),
            false => patterns.into_iter().filter(|pattern| verb.is_of(pattern)).map(Text::into_owned).collect(),
        };
        if !actions.is_empty() {
            self.statements.push(if statement.sid().is_empty() { at.to_string() } else { statement.sid().into_owned() });
            self.actions.extend(actions);
        }
    }

    /// The first few actions.
    fn named(&self) -> String {
        let first = self.actions.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        match self.actions.len().saturating_sub(NAMED) {
            0 => first,
            more => format!("{first} and {more} more"),
        }
    }
}

/// True when AWS calls the policy public.
fn called_public(bucket: Bucket<'_>) -> bool {
    bucket.policy_status().and_then(|status| status.is_public()) == Some(true)
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
        assert_eq!(
            found.of("acl"),
            r#"fail: everybody can read by its access control list {"Actions":[],"Grants":["AllUsers READ"],"Statements":[]}"#
        );
        assert_eq!(
            found.of("policy"),
            r#"fail: everybody can read by its policy (s3:GetObject) {"Actions":["s3:GetObject"],"Grants":[],"Statements":["Site"]}"#
        );
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
        assert_eq!(
            found.of("half"),
            r#"fail: everybody can read by its policy (s3:GetObject) {"Actions":["s3:GetObject"],"Grants":[],"Statements":["Site"]}"#
        );
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
        assert_eq!(
            write.of("all"),
            r#"fail: everybody can write by its policy (s3:*) {"Actions":["s3:*"],"Grants":[],"Statements":["1"]}"#
        );
        assert!(write.of("acl").contains("AuthenticatedUsers FULL_CONTROL") && read.of("acl").starts_with("fail"));
        assert_eq!((read.of("upload"), write.of("upload").starts_with("fail")), ("pass", true));
    }

    /// Verdicts of both rules, of a policy of statements with these members, without the evidence.
    fn both(members: &str, rest: &str) -> (String, String) {
        let policy = format!(r#""Policy": {{"Statement": [{{"Effect": "Allow", {members}}}]}}"#);
        let body = body(&[NO_ACL, NO_BLOCK, &policy, rest]);
        let said = |rule: &Rule| Case::of(rule).given("b", &body).run().of("b").split(" {").next().unwrap_or_default().to_owned();
        (said(&READ), said(&WRITE))
    }

    const UNASKED: &str = r#""PolicyStatus": null"#;

    #[test]
    fn every_action_is_reading_or_writing() {
        let judge = |action: &str| both(&format!(r#""Principal": "*", "Action": {action}"#), UNASKED);
        for action in
            ["s3:GetObjectAcl", "s3:GetObject*", "s3:GETencryptionConfiguration", "s3:List*", "s3:L*", "s3:DescribeJob", "s3:GetWhatIsNew"]
        {
            let (read, write) = judge(&format!("{action:?}"));
            assert_eq!((read, write.as_str()), (format!("fail: everybody can read by its policy ({action})"), "pass"), "{action}");
        }
        for action in [
            "s3:PutEncryptionConfiguration",
            "s3:PutBucketVersioning",
            "s3:PutReplicationConfiguration",
            "s3:PutBucketOwnershipControls",
            "s3:BypassGovernanceRetention",
            "s3:ObjectOwnerOverrideToBucketOwner",
            "s3:Put*",
            "s3:DoWhatIsNew",
        ] {
            let (read, write) = judge(&format!("{action:?}"));
            assert_eq!((read.as_str(), write), ("pass", format!("fail: everybody can write by its policy ({action})")), "{action}");
        }
        for action in ["*", "s3:*", "s3:*Acl", "s3:?etObject", "s3:*Object"] {
            let (read, write) = judge(&format!("{action:?}"));
            assert!(read.contains(&format!("read by its policy ({action})")), "{action}: {read}");
            assert!(write.contains(&format!("write by its policy ({action})")), "{action}: {write}");
        }
    }

    #[test]
    fn actions_are_named_by_the_rule_they_are_for() {
        let many =
            r#""Principal": "*", "Action": ["s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:PutBucketAcl", "s3:PutBucketPolicy"]"#;
        let (read, write) = both(many, UNASKED);
        assert_eq!(read, "fail: everybody can read by its policy (s3:GetObject)");
        assert_eq!(write, "fail: everybody can write by its policy (s3:DeleteObject, s3:PutBucketAcl, s3:PutBucketPolicy and 1 more)");
    }

    #[test]
    fn all_actions_but_some_leave_the_rest() {
        let judge = |spared: &str| both(&format!(r#""Principal": "*", "NotAction": {spared}"#), UNASKED);
        assert_eq!(
            judge(r#"["s3:Get*", "s3:List*"]"#),
            ("pass".into(), "fail: everybody can write by its policy (all but s3:Get*, s3:List*)".into())
        );
        let (read, write) = judge(r#""s3:Put*""#);
        assert!(read.ends_with("(all but s3:Put*)") && write.ends_with("(all but s3:Put*)"), "{read} {write}");
        assert_eq!(judge(r#""s3:*""#), ("pass".to_owned(), "pass".to_owned()));
    }

    #[test]
    fn aws_is_heard_where_no_statement_was_found_to_be_public() {
        let public = r#""PolicyStatus": {"IsPublic": true}"#;
        let pinned = r#""Principal": "*", "Action": "s3:GetObject", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}"#;
        assert_eq!(both(pinned, r#""PolicyStatus": {"IsPublic": false}"#), ("pass".to_owned(), "pass".to_owned()));
        let said = "fail: AWS calls its policy public, by which everybody can read (s3:GetObject)";
        assert_eq!(both(pinned, public), (said.to_owned(), "pass".to_owned()));
        let named = r#""Principal": {"AWS": "111122223333"}, "Action": "s3:PutObject""#;
        assert_eq!(
            both(named, public),
            ("pass".into(), "fail: AWS calls its policy public, by which everybody can write (s3:PutObject)".into())
        );
        let found = r#""Principal": "*", "Action": "s3:GetObject""#;
        assert_eq!(
            both(found, public),
            ("fail: everybody can read by its policy (s3:GetObject)".to_owned(), "pass".to_owned()),
            "AWS means that one"
        );
        let evidence = Case::of(&READ)
            .given("b", &body(&[NO_ACL, NO_BLOCK, public, &format!(r#""Policy": {{"Statement": {{"Effect": "Allow", {pinned}}}}}"#)]))
            .run();
        assert!(evidence.of("b").ends_with(r#"{"Actions":["s3:GetObject"],"IsPublic":true,"Statements":["1"]}"#), "{}", evidence.of("b"));
        let shut = NO_BLOCK.replacen("null", r#"{"RestrictPublicBuckets": true}"#, 1);
        let closed = Case::of(&READ).given("b", &body(&[NO_ACL, &shut, public, OPEN_POLICY])).run();
        assert_eq!(closed.of("b"), "pass", "what is blocked stays blocked");
    }

    #[test]
    fn a_grant_to_one_account_is_not_public() {
        let grant = r#""Owner": {"ID": "o"}, "Grants": [{"Grantee": {"Type": "CanonicalUser", "ID": "x"}, "Permission": "FULL_CONTROL"}, {"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}, "Permission": "WRITE"}]"#;
        let found = Case::of(&WRITE).given("b", &body(&[grant, NO_BLOCK, r#""Policy": null"#])).run();
        assert_eq!(found.of("b"), "pass");
    }
}
