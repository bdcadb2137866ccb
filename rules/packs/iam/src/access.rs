//! Who may do everything, or can come to it.

use muster_rule::iam::{AttachedPolicy, InlinePolicy, Policy, User};
use muster_rule::prelude::*;

use crate::grants::{Boundary, Grant, Grants, Holder};

const NEEDS: &[Need] =
    &[Need { kind: "iam.user", facets: &[] }, Need { kind: "iam.group", facets: &[] }, Need { kind: "iam.policy", facets: &[] }];

/// Puts another version of a policy into force; its ARN has a path that its name does not tell.
const NEW_VERSION: &str = "aws iam create-policy-version --set-as-default --policy-document file://policy.json --policy-arn \
    \"$(aws iam list-policies --scope Local --query \"Policies[?PolicyName=='{resource}'].Arn\" --output text)\"";

pub const ADMINISTRATOR: Rule = Rule {
    id: "administrator",
    title: "User may do everything",
    category: Category::Security,
    severity: Severity::High,
    needs: NEEDS,
    risk: "A leaked key or password of the user is the whole account.",
    remediation: Remediation {
        text: "Give people a role that they take for the hour they need it, and the user only what its work takes.",
        command: "aws iam list-attached-user-policies --user-name {resource}",
    },
    controls: &["CIS 2.14", "FSBP IAM.1"],
    help: "Its own policies count, written into it or attached, and those of its groups. Conditions and prohibitions are not weighed: \
           who may do everything under a condition is told, too. A user with a permissions boundary may only do what that allows; where that was \
           not read, nothing is said.",
    check: Check::scope(|_, batch, found| {
        let grants = Grants::of(batch);
        for doc in batch.of("iam.user") {
            found.push(*doc, administrator(&grants, User(doc.body)));
        }
        Ok(())
    }),
    ..Rule::EMPTY
};

pub const ADMINISTRATOR_POLICY: Rule = Rule {
    id: "administrator-policy",
    title: "Policy allows everything",
    category: Category::Security,
    severity: Severity::High,
    needs: &[Need { kind: "iam.policy", facets: &[] }],
    risk: "Whoever is given it owns the account, and its name does not say so.",
    remediation: Remediation {
        text: "Write down the actions that are needed, in policy.json; use AWS's AdministratorAccess where it must be everything, so that \
               everybody sees it.",
        command: NEW_VERSION,
    },
    controls: &["CIS 2.14", "FSBP IAM.1"],
    help: "Policies that nobody has are left out.",
    check: Check::each(|_, doc| {
        attached(Policy(doc.body), |grant| if grant.is_everything() { fail("allows every action on every resource") } else { pass() })
    }),
    ..Rule::EMPTY
};

pub const ESCALATION: Rule = Rule {
    id: "privilege-escalation",
    title: "User can give itself more rights",
    category: Category::Security,
    severity: Severity::High,
    needs: NEEDS,
    risk: "A few harmless-looking actions together make an administrator of it.",
    remediation: Remediation {
        text: "Name the users, roles and policies in `Resource` instead of `*`, or ask for a permissions boundary in the condition.",
        command: "aws iam list-attached-user-policies --user-name {resource}",
    },
    controls: &[],
    help: "Its own policies and those of its groups are taken together. An action counts when it is allowed on more than single, named \
           things; one on the user's own name does not. Who may do everything is told by `administrator`. Of AWS's own policies, \
           AdministratorAccess, IAMFullAccess and those that only read are known; beside others, what finds no way is unknown.",
    check: Check::scope(|_, batch, found| {
        let grants = Grants::of(batch);
        for doc in batch.of("iam.user") {
            found.push(*doc, escalation(&grants, User(doc.body)));
        }
        Ok(())
    }),
    ..Rule::EMPTY
};

pub const POLICY_ESCALATION: Rule = Rule {
    id: "policy-privilege-escalation",
    title: "Policy lets who has it get more rights",
    category: Category::Security,
    severity: Severity::High,
    needs: &[Need { kind: "iam.policy", facets: &[] }],
    risk: "Whoever is given it, a person or a machine, can make itself an administrator.",
    remediation: Remediation {
        text: "Name the users, roles and policies in `Resource` instead of `*`, or ask for a permissions boundary in the condition; policy.json \
               is the whole of the new version.",
        command: NEW_VERSION,
    },
    controls: &[],
    help: "Policies that nobody has are left out, and those that allow everything, which `administrator-policy` tells.",
    check: Check::each(|_, doc| {
        attached(Policy(doc.body), |grant| match grant.way() {
            _ if grant.is_everything() => skip(),
            Some(way) => fail(format!("more rights by {way}")).with("Way", way),
            None => pass(),
        })
    }),
    ..Rule::EMPTY
};

pub const POLICIES_ON_USERS: Rule = Rule {
    id: "policies-on-users",
    title: "User has policies of its own",
    category: Category::Security,
    severity: Severity::Low,
    needs: &[Need { kind: "iam.user", facets: &[] }],
    risk: "Rights that are given person by person are forgotten person by person.",
    remediation: Remediation {
        text: "Give the policies to a group, or to a role that the user takes, and take them from the user.",
        command: "aws iam list-user-policies --user-name {resource}",
    },
    controls: &["CIS 2.13", "FSBP IAM.2"],
    check: Check::each(|_, doc| {
        let user = User(doc.body);
        let attached = user.attached_managed_policies().filter_map(AttachedPolicy::policy_name);
        let policies: Vec<_> = attached.chain(user.user_policy_list().filter_map(InlinePolicy::policy_name)).collect();
        match policies.len() {
            0 => pass(),
            1 => fail("1 policy of its own, none wanted").with("Policies", policies),
            count => fail(format!("{count} policies of its own, none wanted")).with("Policies", policies),
        }
    }),
    ..Rule::EMPTY
};

/// Fails for whoever may do everything, unless a permissions boundary holds it back.
fn administrator(grants: &Grants<'_>, who: User<'_>) -> Answer {
    everything(grants, who).map_or_else(|answer| answer, told)
}

/// Names what gives everything.
pub fn told(by: Vec<String>) -> Answer {
    let first = by.first().cloned().unwrap_or_default();
    fail(format!("may do everything, by {first}")).with("By", by)
}

/// What gives somebody everything, one name at least. `Err` is the answer where it may not do everything, or where that is not known.
pub fn everything<'a>(grants: &Grants<'_>, who: impl Holder<'a>) -> Result<Vec<String>, Answer> {
    let by = grants.sources(who, Grant::is_everything);
    match grants.boundary(who) {
        _ if by.is_empty() => Err(pass()),
        Boundary::Known(limit) if !limit.is_everything() => Err(pass()),
        Boundary::Unread(arn) => Err(unread(&arn)),
        _ => Ok(by),
    }
}

fn unread(boundary: &str) -> Answer {
    unknown(format!("permissions boundary {boundary} was not read"))
}

fn escalation(grants: &Grants<'_>, user: User<'_>) -> Answer {
    let (grant, boundary) = (grants.held(user), grants.boundary(user));
    let held = if let Boundary::Known(limit) = boundary { grant.within(limit) } else { grant };
    match (held.way(), boundary) {
        _ if held.is_everything() => skip(),
        (Some(_), Boundary::Unread(arn)) => unread(&arn),
        (Some(way), _) => fail(format!("more rights by {way}")).with("Way", way),
        // What was not read gives no more than the boundary leaves.
        (None, Boundary::Known(limit)) if limit.way().is_none() => pass(),
        (None, _) => grants.unread(user).map_or_else(pass, |name| unknown(format!("policy {name} was not read"))),
    }
}

fn attached(policy: Policy<'_>, judge: impl FnOnce(Grant) -> Answer) -> Answer {
    if policy.attachment_count().unwrap_or(0) == 0 {
        return skip();
    }
    match policy.document().and_then(Value::object) {
        Some(document) => judge(Grant::of(document)),
        None => unknown("its document is not known"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    const ALL: &str = r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
    const KEYS: &str = r#"{"Statement": {"Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": "*"}}"#;
    const READ: &str = r#"{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#;
    const AWS_ADMIN: &str = r#"{"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}"#;
    const OURS: &str = r#"{"PolicyName": "ours", "PolicyArn": "arn:aws:iam::1:policy/ours"}"#;

    fn user(groups: &str, attached: &str, inline: &str, rest: &str) -> String {
        let inline = if inline.is_empty() { String::new() } else { format!(r#"{{"PolicyName": "inline", "PolicyDocument": {inline}}}"#) };
        format!(r#"{{"GroupList": [{groups}], "AttachedManagedPolicies": [{attached}], "UserPolicyList": [{inline}]{rest}}}"#)
    }

    fn policy(document: &str, count: u32) -> String {
        format!(r#"{{"Arn": "arn:aws:iam::1:policy/ours", "PolicyName": "ours", "AttachmentCount": {count}, "Document": {document}}}"#)
    }

    fn group(name: &str, attached: &str) -> String {
        format!(r#"{{"GroupName": "{name}", "AttachedManagedPolicies": [{attached}], "GroupPolicyList": []}}"#)
    }

    #[test]
    fn every_way_to_everything_counts() {
        let boundary = r#", "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::1:policy/edge"}"#;
        let found = Case::of(&ADMINISTRATOR)
            .given("a", &user("", AWS_ADMIN, "", ""))
            .given("b", &user("", "", ALL, ""))
            .given("c", &user(r#""admins""#, "", "", ""))
            .given("d", &user("", OURS, "", ""))
            .given("e", &user(r#""readers""#, "", READ, ""))
            .given("f", &user("", AWS_ADMIN, "", boundary))
            .given("g", &user("", AWS_ADMIN, "", &boundary.replace("edge", "lost")))
            .given("h", &user("", AWS_ADMIN, "", &boundary.replace("edge", "ours")))
            .given_of("iam.policy", "e", &policy(READ, 0).replace("policy/ours", "policy/edge"))
            .given_of("iam.group", "1", &group("admins", AWS_ADMIN))
            .given_of("iam.group", "2", &group("readers", ""))
            .given_of("iam.policy", "p", &policy(ALL, 1))
            .run();
        let says = |by: &str| format!(r#"fail: may do everything, by {by} {{"By":["{by}"]}}"#);
        assert_eq!(found.of("a"), says("policy AdministratorAccess"));
        assert_eq!(found.of("b"), says("policy inline"));
        assert_eq!(found.of("c"), says("group admins"));
        assert_eq!(found.of("d"), says("policy ours"));
        assert_eq!((found.of("e"), found.of("f")), ("pass", "pass"));
        assert_eq!(found.of("g"), "unknown: permissions boundary arn:aws:iam::1:policy/lost was not read");
        assert_eq!(found.of("h"), says("policy AdministratorAccess"), "a boundary of everything is none");
    }

    #[test]
    fn a_boundary_holds_back_by_what_it_says() {
        let boundary = |name: &str| format!(r#", "PermissionsBoundary": {{"PermissionsBoundaryArn": "arn:aws:iam::1:policy/{name}"}}"#);
        let power = r#"{"PolicyName": "PowerUserAccess", "PolicyArn": "arn:aws:iam::aws:policy/PowerUserAccess"}"#;
        let found = Case::of(&ESCALATION)
            .given("narrow", &user("", "", KEYS, &boundary("narrow")))
            .given("wide", &user("", "", KEYS, &boundary("ours")))
            .given("lost", &user("", "", KEYS, &boundary("lost")))
            .given("harmless", &user("", "", READ, &boundary("lost")))
            .given("held", &user("", power, "", &boundary("narrow")))
            .given("admin", &user("", AWS_ADMIN, "", &boundary("keys")))
            .given_of("iam.policy", "1", &policy(ALL, 0))
            .given_of("iam.policy", "2", &policy(READ, 0).replace("policy/ours", "policy/narrow"))
            .given_of("iam.policy", "3", &policy(KEYS, 0).replace("policy/ours", "policy/keys"))
            .run();
        assert_eq!(["narrow", "harmless", "held"].map(|key| found.of(key)), ["pass"; 3]);
        assert!(["wide", "admin"].iter().all(|key| found.of(key).starts_with("fail: more rights by iam:CreateAccessKey")));
        assert_eq!(found.of("lost"), "unknown: permissions boundary arn:aws:iam::1:policy/lost was not read");
    }

    #[test]
    fn policies_of_aws_that_are_not_read_are_not_nothing() {
        let aws = |name: &str| format!(r#"{{"PolicyName": "{name}", "PolicyArn": "arn:aws:iam::aws:policy/{name}"}}"#);
        let found = Case::of(&ESCALATION)
            .given("a", &user("", &aws("AWSLambda_FullAccess"), "", ""))
            .given("b", &user(r#""power""#, &aws("SecurityAudit"), "", ""))
            .given("c", &user("", &aws("AmazonS3ReadOnlyAccess"), READ, ""))
            .given("d", &user("", &aws("PowerUserAccess"), KEYS, ""))
            .given_of("iam.group", "1", &group("power", &aws("PowerUserAccess")))
            .run();
        assert_eq!(found.of("a"), "unknown: policy AWSLambda_FullAccess was not read");
        assert_eq!(found.of("b"), "unknown: policy PowerUserAccess was not read");
        assert_eq!(found.of("c"), "pass");
        assert!(found.of("d").starts_with("fail: more rights by iam:CreateAccessKey"));
    }

    #[test]
    fn rights_of_groups_and_users_add_up() {
        let run = r#"{"Statement": {"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*"}}"#;
        let pass_role = r#"{"Statement": {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}}"#;
        let full = r#"{"PolicyName": "IAMFullAccess", "PolicyArn": "arn:aws:iam::aws:policy/IAMFullAccess"}"#;
        let found = Case::of(&ESCALATION)
            .given("a", &user(r#""passers""#, "", run, ""))
            .given("b", &user("", "", run, ""))
            .given("c", &user("", AWS_ADMIN, "", ""))
            .given("d", &user("", full, "", ""))
            .given_of("iam.group", "1", &group("passers", OURS))
            .given_of("iam.policy", "p", &policy(pass_role, 1))
            .run();
        let way = "iam:PassRole with ec2:RunInstances";
        assert_eq!(found.of("a"), format!(r#"fail: more rights by {way} {{"Way":"{way}"}}"#));
        assert_eq!((found.of("b"), found.of("c")), ("pass", "skip"));
        assert!(found.of("d").starts_with("fail: more rights by iam:CreatePolicyVersion"));
    }

    #[test]
    fn policies_that_somebody_has_are_judged() {
        let cases = [(ALL, 1, "fail: allows every action on every resource", "skip"), (READ, 1, "pass", "pass"), (ALL, 0, "skip", "skip")];
        for (document, count, everything, way) in cases {
            let body = policy(document, count);
            assert_eq!(Case::of(&ADMINISTRATOR_POLICY).given("p", &body).run().of("p"), everything);
            assert_eq!(Case::of(&POLICY_ESCALATION).given("p", &body).run().of("p"), way);
        }
        let found = Case::of(&POLICY_ESCALATION).given("p", &policy(KEYS, 2)).run();
        assert_eq!(found.of("p"), r#"fail: more rights by iam:CreateAccessKey {"Way":"iam:CreateAccessKey"}"#);
    }

    #[test]
    fn policies_belong_to_groups_and_roles() {
        let found = Case::of(&POLICIES_ON_USERS)
            .given("a", &user(r#""readers""#, "", "", ""))
            .given("b", &user("", OURS, "", ""))
            .given("c", &user("", OURS, READ, ""))
            .run();
        assert_eq!(found.of("a"), "pass");
        assert_eq!(found.of("b"), r#"fail: 1 policy of its own, none wanted {"Policies":["ours"]}"#);
        assert_eq!(found.of("c"), r#"fail: 2 policies of its own, none wanted {"Policies":["ours","inline"]}"#);
    }
}
