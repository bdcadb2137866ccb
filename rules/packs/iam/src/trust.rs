//! Who may take a role.

use muster_rule::iam::Role;
use muster_rule::prelude::*;
use rule_policy::{Statement, statements};

/// Keys that say on whose behalf a service may take a role.
const ON_BEHALF: [&str; 4] = ["aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths"];

pub const CONFUSED_DEPUTY: Rule = Rule {
    id: "confused-deputy",
    title: "Service may take a role on behalf of anybody",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "iam.role", facets: &[] }],
    params: &[Param::texts(
        "exempt",
        &["ec2.amazonaws.com", "lambda.amazonaws.com", "edgelambda.amazonaws.com", "pods.eks.amazonaws.com"],
        "Services that take roles for their own account only",
    )],
    risk: "Somebody in another account can have the service use this role for them, who knows no more than its name.",
    remediation: Remediation {
        text: "Add a condition on aws:SourceAccount or aws:SourceArn to the trust policy.",
        command: "aws iam get-role --role-name {resource} --query Role.AssumeRolePolicyDocument",
    },
    controls: &[],
    help: "A condition counts when it narrows: not one of `*`, and not one that a request without the key fits. A role that anybody may \
           assume fails, too. Roles that neither anybody nor a service may take are left out, and those that AWS made for its services.",
    check: Check::each(|ask, doc| {
        let role = Role(doc.body);
        if role.path().is_some_and(|path| path.starts_with("/aws-service-role/")) {
            return skip();
        }
        let Some(document) = role.assume_role_policy_document().and_then(Value::object) else {
            return unknown("its trust policy is not known");
        };
        deputy(&ask.params.texts("exempt"), document)
    }),
    ..Rule::EMPTY
};

fn deputy<T: AsRef<str>>(exempt: &[T], document: Object<'_>) -> Answer {
    if statements(document).any(|statement| statement.is_public() && statement.covers("sts:AssumeRole")) {
        return fail("anybody may assume it").with("Principal", "*");
    }
    let mut judged = false;
    for statement in statements(document).filter(|statement| statement.allows()) {
        let Some(service) = service(exempt, statement) else { continue };
        judged = true;
        if !statement.is_narrowed_by(&ON_BEHALF) {
            return fail(format!("{service} may take it without a condition on aws:SourceAccount or aws:SourceArn"))
                .with("Service", service);
        }
    }
    if judged { pass() } else { skip() }
}

/// The first service that a statement lets in and that takes roles for others. Everybody is no service.
fn service<'a, T: AsRef<str>>(exempt: &[T], statement: Statement<'a>) -> Option<Text<'a>> {
    let judged = |service: &Text<'a>| service != "*" && !exempt.iter().any(|one| one.as_ref() == service.as_ref());
    statement.principals("Service").find(judged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn role(principal: &str, condition: &str) -> String {
        format!(
            r#"{{"Path": "/", "AssumeRolePolicyDocument": {{"Statement": [{{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {principal}{condition}}}]}}}}"#
        )
    }

    #[test]
    fn a_service_acts_for_one_account() {
        let condition = r#", "Condition": {"StringEquals": {"AWS:SourceAccount": "123456789012"}}"#;
        let found = Case::of(&CONFUSED_DEPUTY)
            .given("a", &role(r#"{"Service": "scheduler.amazonaws.com"}"#, condition))
            .given("b", &role(r#"{"Service": ["ec2.amazonaws.com", "scheduler.amazonaws.com"]}"#, ""))
            .given("c", &role(r#"{"Service": "ec2.amazonaws.com"}"#, ""))
            .given("d", &role(r#"{"AWS": "arn:aws:iam::210987654321:root"}"#, ""))
            .given("e", &role(r#"{"Service": "config.amazonaws.com"}"#, "").replace(r#""/""#, r#""/aws-service-role/config/""#))
            .given("f", &role(r#""*""#, ""))
            .given("g", &role(r#"{"AWS": "*"}"#, r#", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}"#))
            .given("h", &role(r#"{"AWS": ["*"]}"#, r#", "Condition": {"Bool": {"aws:SecureTransport": "true"}}"#))
            .given("i", &role(r#"{"Service": "sns.amazonaws.com"}"#, r#", "Condition": {"ArnLike": {"aws:SourceArn": "*"}}"#))
            .given("j", &role(r#"{"Service": "sns.amazonaws.com"}"#, r#", "Condition": {"StringNotEquals": {"aws:SourceAccount": "1"}}"#))
            .given(
                "k",
                &role(
                    r#"{"Service": "sns.amazonaws.com"}"#,
                    r#", "Condition": {"StringEquals": {"aws:userid": "AROA"}, "Null": {"aws:SourceArn": "false"}}"#,
                ),
            )
            .run();
        assert_eq!(["a", "c", "d", "e", "g"].map(|key| found.of(key)), ["pass", "skip", "skip", "skip", "skip"]);
        assert_eq!([found.of("f"), found.of("h")], [r#"fail: anybody may assume it {"Principal":"*"}"#; 2]);
        assert!(["i", "j", "k"].iter().all(|key| found.of(key).starts_with("fail: sns.amazonaws.com may take it without")));
        let says = "fail: scheduler.amazonaws.com may take it without a condition on aws:SourceAccount or aws:SourceArn ";
        assert_eq!(found.of("b"), format!(r#"{says}{{"Service":"scheduler.amazonaws.com"}}"#));
    }

    #[test]
    fn which_services_are_exempt_can_be_set() {
        let body = role(r#"{"Service": "ec2.amazonaws.com"}"#, "");
        assert!(Case::of(&CONFUSED_DEPUTY).params(r#"{"exempt": []}"#).given("a", &body).run().of("a").starts_with("fail: ec2"));
    }
}
