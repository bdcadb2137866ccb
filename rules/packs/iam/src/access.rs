//! Who may do everything, or can come to it.

use muster_rule::iam::{AttachedPolicy, InlinePolicy, PermissionsBoundary, Policy, User};
use muster_rule::prelude::*;

use crate::grants::{Grant, Grants};

const NEEDS: &[Need] =
    &[Need { kind: "iam.user", facets: &[] }, Need { kind: "iam.group", facets: &[] }, Need { kind: "iam.policy", facets: &[] }];

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
           who may do everything under a condition is told, too. A user with a permissions boundary may only do what that allows.",
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
        text: "Write down the actions that are needed; use AWS's AdministratorAccess where it must be everything, so that everybody sees it.",
        command: "",
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
           AdministratorAccess and IAMFullAccess are known.",
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
        text: "Name the users, roles and policies in `Resource` instead of `*`, or ask for a permissions boundary in the condition.",
        command: "",
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

/// True for a user that a boundary holds back.
fn is_bounded(user: User<'_>) -> bool {
    let arn = user.permissions_boundary().and_then(PermissionsBoundary::permissions_boundary_arn);
    arn.is_some_and(|arn| !arn.ends_with(":iam::aws:policy/AdministratorAccess"))
}

fn administrator(grants: &Grants<'_>, user: User<'_>) -> Answer {
    if !grants.user(user).is_everything() || is_bounded(user) {
        return pass();
    }
    let by = grants.sources(user, Grant::is_everything);
    let first = by.first().cloned().unwrap_or_default();
    fail(format!("may do everything, by {first}")).with("By", by)
}

fn escalation(grants: &Grants<'_>, user: User<'_>) -> Answer {
    let grant = grants.user(user);
    match grant.way() {
        _ if grant.is_everything() => skip(),
        Some(way) if !is_bounded(user) => fail(format!("more rights by {way}")).with("Way", way),
        _ => pass(),
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
