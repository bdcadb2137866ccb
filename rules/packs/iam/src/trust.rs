//! Who may take a role.

use muster_rule::iam::Role;
use muster_rule::prelude::*;
use rule_policy::{Statement, statements};

/// Actions by which a role is taken.
const TAKE: [&str; 3] = ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"];
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
    help: "A condition counts when it narrows: not one of `*`, and not one that a request without the key fits. Roles that no service may \
           take are left out, and those that AWS made for its services. A role that everybody may take is told by `public-role`.",
    check: Check::each(|ask, doc| trusted(doc, |document| deputy(&ask.params.texts("exempt"), document))),
    ..Rule::EMPTY
};

pub const PUBLIC: Rule = Rule {
    id: "public-role",
    title: "Everybody may take the role",
    category: Category::Security,
    severity: Severity::Critical,
    needs: &[Need { kind: "iam.role", facets: &[] }],
    risk: "Anybody with an AWS account who learns or guesses its name has its rights in yours.",
    remediation: Remediation {
        text: "Name the accounts or roles that may take it in `Principal`, or ask for your organization by aws:PrincipalOrgID.",
        command: "aws iam update-assume-role-policy --role-name {resource} --policy-document file://trust.json",
    },
    controls: &[],
    help: "Everybody is `*`, or all but those of a `NotPrincipal`. A condition counts when it pins who asks (aws:PrincipalOrgID, \
           aws:PrincipalArn, aws:SourceArn, aws:SourceIp, sts:ExternalId and their like) to values without wildcards. Prohibitions are not \
           subtracted. Roles that AWS made for its services are left out.",
    check: Check::each(|_, doc| trusted(doc, public)),
    ..Rule::EMPTY
};

/// True for a role that AWS made for one of its services, and that nobody else can change.
pub fn is_of_service(role: Role<'_>) -> bool {
    role.path().is_some_and(|path| path.starts_with("/aws-service-role/"))
}

/// Judges the trust policy of a role.
pub fn trusted<'a>(doc: Doc<'a>, judge: impl FnOnce(Object<'a>) -> Answer) -> Answer {
    let role = Role(doc.body);
    if is_of_service(role) {
        return skip();
    }
    match role.assume_role_policy_document().and_then(Value::object) {
        Some(document) => judge(document),
        None => unknown("its trust policy is not known"),
    }
}

fn public(document: Object<'_>) -> Answer {
    let open = |statement: &Statement<'_>| statement.is_public() && TAKE.iter().any(|action| statement.covers(action));
    let Some(statement) = statements(document).find(open) else { return pass() };
    let answer = match statement.names_everybody() {
        true => fail("everybody may take it").with("Principal", "*"),
        false => fail("everybody but a few may take it").with("NotPrincipal", true),
    };
    match statement.0.text("Sid") {
        Some(sid) => answer.with("Sid", sid),
        None => answer,
    }
}

fn deputy<T: AsRef<str>>(exempt: &[T], document: Object<'_>) -> Answer {
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
        assert_eq!(["a", "c", "d", "e", "f", "g", "h"].map(|key| found.of(key)), ["pass", "skip", "skip", "skip", "skip", "skip", "skip"]);
        assert!(["i", "j", "k"].iter().all(|key| found.of(key).starts_with("fail: sns.amazonaws.com may take it without")));
        let says = "fail: scheduler.amazonaws.com may take it without a condition on aws:SourceAccount or aws:SourceArn ";
        assert_eq!(found.of("b"), format!(r#"{says}{{"Service":"scheduler.amazonaws.com"}}"#));
    }

    #[test]
    fn which_services_are_exempt_can_be_set() {
        let body = role(r#"{"Service": "ec2.amazonaws.com"}"#, "");
        assert!(Case::of(&CONFUSED_DEPUTY).params(r#"{"exempt": []}"#).given("a", &body).run().of("a").starts_with("fail: ec2"));
    }

    #[test]
    fn everybody_is_let_in_or_not() {
        let aws = |condition: &str| role(r#"{"AWS": "*"}"#, &format!(r#", "Condition": {{{condition}}}"#));
        let found = Case::of(&PUBLIC)
            .given("bare", &role(r#""*""#, ""))
            .given("aws", &role(r#"{"AWS": ["210987654321", "*"]}"#, ""))
            .given("tls", &aws(r#""Bool": {"aws:SecureTransport": "true"}"#))
            .given("maybe", &aws(r#""StringEqualsIfExists": {"sts:ExternalId": "b1946ac9"}"#))
            .given("any-id", &aws(r#""StringLike": {"sts:ExternalId": "*"}"#))
            .given("id", &aws(r#""StringEquals": {"sts:ExternalId": "b1946ac9"}"#))
            .given("organization", &aws(r#""StringEquals": {"aws:PrincipalOrgID": "o-1"}"#))
            .given("account", &aws(r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::210987654321:role/*"}"#))
            .given("named", &role(r#"{"AWS": "arn:aws:iam::210987654321:root"}"#, ""))
            .given("service", &role(r#"{"Service": "ec2.amazonaws.com"}"#, ""))
            .given("tags", &role(r#""*""#, "").replace("sts:AssumeRole", "sts:TagSession"))
            .given("denied", &role(r#""*""#, "").replace("Allow", "Deny"))
            .given("linked", &role(r#""*""#, "").replace(r#""/""#, r#""/aws-service-role/config/""#))
            .given("lost", r#"{"Path": "/"}"#)
            .run();
        let says = r#"fail: everybody may take it {"Principal":"*"}"#;
        assert_eq!(["bare", "aws", "tls", "maybe", "any-id"].map(|key| found.of(key)), [says; 5]);
        assert_eq!(["id", "organization", "account", "named", "service", "tags", "denied"].map(|key| found.of(key)), ["pass"; 7]);
        assert_eq!((found.of("linked"), found.of("lost")), ("skip", "unknown: its trust policy is not known"));
    }

    #[test]
    fn all_but_a_few_are_everybody() {
        let body = role(r#"{"AWS": "210987654321"}"#, "").replace(r#""Principal""#, r#""NotPrincipal""#);
        let named = body.replace(r#""Effect""#, r#""Sid": "open", "Effect""#);
        let found = Case::of(&PUBLIC).given("a", &body).given("b", &named).run();
        let said = "fail: everybody but a few may take it ";
        assert_eq!(found.of("a"), format!(r#"{said}{{"NotPrincipal":true}}"#));
        assert_eq!(found.of("b"), format!(r#"{said}{{"NotPrincipal":true,"Sid":"open"}}"#));
    }
}
