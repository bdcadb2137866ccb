//! Roles that may do everything.

use muster_rule::iam::Role;
use muster_rule::prelude::*;
use rule_policy::{matches, statements};

use crate::access::{everything, told};
use crate::grants::Grants;
use crate::trust::is_of_service;

/// Where IAM Identity Center puts the roles of its permission sets.
const PERMISSION_SETS: &str = "/aws-reserved/sso.amazonaws.com/";

pub const ADMINISTRATOR: Rule = Rule {
    id: "administrator-role",
    title: "Role may do everything",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "iam.role", facets: &[] }, Need { kind: "iam.policy", facets: &[] }],
    params: &[
        Param::texts(
            "exempt",
            &["OrganizationAccountAccessRole", "AWSControlTowerExecution"],
            "Names or ARNs of roles that are meant to; `*` stands for any text",
        ),
        Param::boolean("permission-sets", false, "Roles of IAM Identity Center are judged, too"),
    ],
    risk: "Whoever comes to take it, a person, a machine or a pipeline, is the whole account.",
    remediation: Remediation {
        text: "Give it what its work takes; a role that is meant to do everything goes into `exempt`, with a trust policy that names few.",
        command: "aws iam list-attached-role-policies --role-name {resource}",
    },
    controls: &["CIS 2.14"],
    help: "Its policies count, written into it or attached. Conditions and prohibitions are not weighed. A role with a permissions boundary \
           may only do what that allows; where that was not read, nothing is said. Roles that AWS made for its services are left out, and \
           those of IAM Identity Center, which follow their permission set. Who may take it is in the evidence.",
    check: Check::scope(|ask, batch, found| {
        let (grants, exempt) = (Grants::of(batch), ask.params.texts("exempt"));
        let sets = ask.params.boolean("permission-sets");
        for doc in batch.of("iam.role") {
            let role = Role(doc.body);
            let left_out = is_of_service(role) || is_exempt(&exempt, role) || (!sets && is_of_permission_set(role));
            found.push(*doc, if left_out { skip() } else { judged(&grants, role) });
        }
        Ok(())
    }),
};

fn judged(grants: &Grants<'_>, role: Role<'_>) -> Answer {
    match everything(grants, role) {
        Ok(by) => told(by).with("Principals", principals(role)),
        Err(answer) => answer,
    }
}

fn is_of_permission_set(role: Role<'_>) -> bool {
    role.path().is_some_and(|path| path.starts_with(PERMISSION_SETS))
}

fn is_exempt(patterns: &[Text<'_>], role: Role<'_>) -> bool {
    let named = [role.role_name(), role.arn()];
    patterns.iter().any(|pattern| named.iter().flatten().any(|name| matches(pattern, name)))
}

/// Whom its trust policy lets in, of whatever sort, each once.
fn principals(role: Role<'_>) -> Vec<String> {
    let trust = role.assume_role_policy_document().and_then(Value::object);
    let letting_in = trust.into_iter().flat_map(statements).filter(|statement| statement.allows());
    let mut all: Vec<String> = letting_in
        .flat_map(|statement| ["AWS", "Service", "Federated"].into_iter().flat_map(move |sort| statement.principals(sort)))
        .map(Text::into_owned)
        .collect();
    all.sort();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::{Case, Found};

    const AWS_ADMIN: &str = r#"{"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}"#;
    const OURS: &str = r#"{"PolicyName": "ours", "PolicyArn": "arn:aws:iam::1:policy/ours"}"#;
    const ALL: &str = r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
    const READ: &str = r#"{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#;
    const TRUST: &str = r#"{"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com", "AWS": ["2", "2"]}, "Action": "sts:AssumeRole"}]}"#;

    fn role(name: &str, path: &str, attached: &str, inline: &str) -> String {
        let inline = if inline.is_empty() { String::new() } else { format!(r#"{{"PolicyName": "inline", "PolicyDocument": {inline}}}"#) };
        format!(
            r#"{{"RoleName": "{name}", "Arn": "arn:aws:iam::1:role{path}{name}", "Path": "{path}", "AssumeRolePolicyDocument": {TRUST},
                "AttachedManagedPolicies": [{attached}], "RolePolicyList": [{inline}]}}"#
        )
    }

    fn bounded(by: &str) -> String {
        let boundary = format!(r#""PermissionsBoundary": {{"PermissionsBoundaryArn": "{by}"}}, "RoleName""#);
        role("r", "/", AWS_ADMIN, "").replacen(r#""RoleName""#, &boundary, 1)
    }

    fn policy(name: &str, document: &str) -> String {
        format!(r#"{{"Arn": "arn:aws:iam::1:policy/{name}", "PolicyName": "{name}", "AttachmentCount": 1, "Document": {document}}}"#)
    }

    fn asked(params: &str, roles: &[(&str, String)]) -> Found {
        let case = Case::of(&ADMINISTRATOR).params(params).given_of("iam.policy", "1", &policy("ours", ALL)).given_of(
            "iam.policy",
            "2",
            &policy("narrow", READ),
        );
        roles.iter().fold(case, |case, (key, body)| case.given(key, body)).run()
    }

    #[test]
    fn every_way_to_everything_counts() {
        let found = asked(
            "{}",
            &[
                ("aws", role("r", "/", AWS_ADMIN, "")),
                ("ours", role("r", "/", OURS, "")),
                ("inline", role("r", "/", "", ALL)),
                ("reader", role("r", "/", "", READ)),
                ("bare", role("r", "/", "", "")),
            ],
        );
        let says = |by: &str| format!(r#"fail: may do everything, by {by} {{"By":["{by}"],"Principals":["2","ec2.amazonaws.com"]}}"#);
        assert_eq!(found.of("aws"), says("policy AdministratorAccess"));
        assert_eq!((found.of("ours"), found.of("inline")), (&*says("policy ours"), &*says("policy inline")));
        assert_eq!((found.of("reader"), found.of("bare")), ("pass", "pass"));
    }

    #[test]
    fn a_boundary_holds_a_role_back_by_what_it_says() {
        let found = asked(
            "{}",
            &[
                ("narrow", bounded("arn:aws:iam::1:policy/narrow")),
                ("everything", bounded("arn:aws:iam::1:policy/ours")),
                ("lost", bounded("arn:aws:iam::1:policy/lost")),
            ],
        );
        assert_eq!(found.of("narrow"), "pass");
        assert!(
            found.of("everything").starts_with("fail: may do everything, by policy AdministratorAccess"),
            "a boundary of everything is none"
        );
        assert_eq!(found.of("lost"), "unknown: permissions boundary arn:aws:iam::1:policy/lost was not read");
    }

    #[test]
    fn roles_of_aws_and_those_that_are_meant_to_are_left_out() {
        let roles = [
            ("service", role("AWSServiceRoleForX", "/aws-service-role/x.amazonaws.com/", AWS_ADMIN, "")),
            ("set", role("AWSReservedSSO_Admin_1", "/aws-reserved/sso.amazonaws.com/eu-west-1/", AWS_ADMIN, "")),
            ("organization", role("OrganizationAccountAccessRole", "/", AWS_ADMIN, "")),
            ("deploy", role("deploy-web", "/ci/", AWS_ADMIN, "")),
        ];
        let found = asked("{}", &roles);
        assert_eq!(["service", "set", "organization"].map(|key| found.of(key)), ["skip"; 3]);
        assert!(found.of("deploy").starts_with("fail"));
        for pattern in ["deploy-*", "arn:aws:iam::*:role/ci/*"] {
            let found = asked(&format!(r#"{{"exempt": ["{pattern}"], "permission-sets": true}}"#), &roles);
            assert_eq!((found.of("service"), found.of("deploy")), ("skip", "skip"), "{pattern}");
            assert!(["set", "organization"].iter().all(|key| found.of(key).starts_with("fail")), "{pattern}");
        }
    }
}
