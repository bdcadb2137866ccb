//! Who may take a role with a token or an assertion of another login.

use muster_rule::prelude::*;
use rule_policy::{Statement, statements};

use crate::subject::{is_by_audience, pins_audience, pins_owner, shuts_out};
use crate::trust::trusted;

pub const FEDERATED: Rule = Rule {
    id: "federated-role",
    title: "Role can be taken with anybody's token",
    category: Category::Security,
    severity: Severity::High,
    needs: &[Need { kind: "iam.role", facets: &[] }],
    params: &[Param::boolean("audience", true, "A condition on the audience is wanted besides the one on the subject")],
    risk: "An issuer such as GitHub Actions vouches for everybody's work: whoever opens a repository there gets a token that fits.",
    remediation: Remediation {
        text: "Ask for the subject of your own repository, project or service account (ISSUER:sub), and for the audience (ISSUER:aud); \
               of a SAML login for SAML:aud.",
        command: "aws iam update-assume-role-policy --role-name {resource} --policy-document file://trust.json",
    },
    controls: &[],
    help: "OIDC: the subject must name its owner before the first wildcard: `repo:acme/*`, not `repo:*` nor `repo:acme*`; for issuers that \
           are your own (EKS, your GitLab) it must say more than the words that all begin with. Where an application is what counts (Cognito, \
           Google, Pulumi, Vercel), its audience is enough. SAML: SAML:aud must be asked for. A condition that pins who asks, such as \
           aws:SourceIp, will do as well. Roles without such a login are left out, and those that everybody may take, which `public-role` tells.",
    check: Check::each(|ask, doc| trusted(doc, |document| federated(document, ask.params.boolean("audience")))),
};

fn federated(document: Object<'_>, audience: bool) -> Answer {
    let mut judged = false;
    for statement in statements(document).filter(|statement| statement.allows() && !statement.is_for_everybody()) {
        for login in statement.principals("Federated").filter_map(|who| Login::of(statement, &who)) {
            judged = true;
            if let Some(answer) = login.flaw(statement, audience) {
                return answer;
            }
        }
    }
    if judged { pass() } else { skip() }
}

/// What vouches for who takes a role.
enum Login {
    /// By an issuer: its URL without scheme, as keys of conditions begin.
    Token(String),
    /// By a SAML provider of this name.
    Saml(String),
}

impl Login {
    /// What a principal stands for; nothing where the statement's actions do not let it in.
    fn of(statement: Statement<'_>, principal: &str) -> Option<Self> {
        if let Some((_, name)) = principal.split_once(":saml-provider/") {
            return statement.covers("sts:AssumeRoleWithSAML").then(|| Self::Saml(name.to_owned()));
        }
        let issuer = principal.split_once(":oidc-provider/").map_or(principal, |(_, issuer)| issuer);
        statement.covers("sts:AssumeRoleWithWebIdentity").then(|| Self::Token(issuer.to_owned()))
    }

    /// What lets in those who were not meant.
    fn flaw(&self, statement: Statement<'_>, audience: bool) -> Option<Answer> {
        if statement.is_narrowed() {
            return None;
        }
        match self {
            Self::Saml(_) if statement.tests().any(|test| pins_audience(&test, "SAML")) => None,
            Self::Saml(name) => {
                Some(fail(format!("assertions of {name} count that are meant for other services, SAML:aud wanted")).with("Provider", name))
            }
            Self::Token(issuer) => token_flaw(statement, issuer, audience).map(|answer| answer.with("Provider", issuer)),
        }
    }
}

fn token_flaw(statement: Statement<'_>, issuer: &str, audience: bool) -> Option<Answer> {
    if statement.tests().any(|test| shuts_out(&test, issuer)) {
        return None;
    }
    if !statement.tests().any(|test| pins_owner(&test, issuer)) {
        return Some(ownerless(statement, issuer));
    }
    let lacks = audience && !is_by_audience(issuer) && !statement.tests().any(|test| pins_audience(&test, issuer));
    lacks.then(|| fail(format!("tokens of {issuer} count that are meant for others, a condition on its aud wanted")))
}

/// Nothing says whose token it must be; names the subjects that are asked for in vain.
fn ownerless(statement: Statement<'_>, issuer: &str) -> Answer {
    let claim = if is_by_audience(issuer) { "aud" } else { "sub" };
    let key = format!("{issuer}:{claim}");
    let about = statement.tests().filter(|test| test.key.eq_ignore_ascii_case(&key));
    let asked: Vec<String> = about.flat_map(|test| test.values().map(Text::into_owned).collect::<Vec<_>>()).collect();
    match asked.first() {
        None => fail(format!("any token of {issuer} will do, a condition on its {claim} wanted")),
        Some(first) => fail(format!("{claim} {first} of {issuer} does not say whose token it is")).with("Asked", asked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    const GITHUB: &str = "token.actions.githubusercontent.com";

    fn trust(principals: &[&str], action: &str, condition: &str) -> String {
        let arn = |one: &&str| if one.contains('/') { format!(r#""arn:aws:iam::1:{one}""#) } else { format!(r#""{one}""#) };
        let principals = principals.iter().map(arn).collect::<Vec<_>>().join(", ");
        format!(
            r#"{{"Path": "/", "AssumeRolePolicyDocument": {{"Statement": [{{"Effect": "Allow", "Principal": {{"Federated": [{principals}]}},
                "Action": "{action}", "Condition": {{{condition}}}}}]}}}}"#
        )
    }

    fn web(issuer: &str, condition: &str) -> String {
        trust(&[&format!("oidc-provider/{issuer}")], "sts:AssumeRoleWithWebIdentity", condition)
    }

    fn verdict(body: &str) -> String {
        Case::of(&FEDERATED).given("r", body).run().of("r").to_owned()
    }

    /// A condition on subject and audience, with their operators.
    fn both(issuer: &str, operator: &str, subject: &str) -> String {
        format!(r#""{operator}": {{"{issuer}:sub": "{subject}"}}, "ForAnyValue:StringEquals": {{"{issuer}:aud": "sts.amazonaws.com"}}"#)
    }

    #[test]
    fn a_token_is_of_somebody() {
        let github = |operator: &str, subject: &str| verdict(&web(GITHUB, &both(GITHUB, operator, subject)));
        assert_eq!(github("StringLike", "repo:acme/web:*"), "pass");
        assert_eq!(github("StringEquals", "repo:acme/web:ref:refs/heads/main"), "pass");
        assert_eq!(github("ForAllValues:StringLike", "repo:acme/*"), "pass");
        assert_eq!(
            github("StringLike", "repo:*"),
            format!(r#"fail: sub repo:* of {GITHUB} does not say whose token it is {{"Asked":["repo:*"],"Provider":"{GITHUB}"}}"#)
        );
        assert!(github("StringLike", "repo:acme*").starts_with("fail: sub repo:acme* of"));
        assert!(github("StringNotLike", "repo:evil/*").starts_with("fail: sub repo:evil/* of"));
        assert_eq!(
            verdict(&web(GITHUB, &format!(r#""StringEquals": {{"{GITHUB}:aud": "sts.amazonaws.com"}}"#))),
            format!(r#"fail: any token of {GITHUB} will do, a condition on its sub wanted {{"Provider":"{GITHUB}"}}"#)
        );
        let two = format!(r#""StringLike": {{"{GITHUB}:sub": ["repo:acme/web:*", "repo:*/web:*"], "{GITHUB}:aud": "sts.amazonaws.com"}}"#);
        assert!(verdict(&web(GITHUB, &two)).starts_with("fail: sub repo:acme/web:* of"), "one of the values lets in everybody");
        let by_id = format!(r#""StringEquals": {{"{GITHUB}:repository_owner_id": "123", "{GITHUB}:aud": "sts.amazonaws.com"}}"#);
        assert_eq!(verdict(&web(GITHUB, &by_id)), "pass");
    }

    #[test]
    fn keys_and_issuers_without_regard_to_case_and_with_paths() {
        let eks = "oidc.eks.eu-west-1.amazonaws.com/id/0AA";
        let body = |subject: &str| verdict(&web(eks, &both(&eks.to_ascii_uppercase(), "StringLike", subject)));
        assert_eq!(body("system:serviceaccount:shop:cart"), "pass");
        assert!(body("system:serviceaccount:*").starts_with("fail: sub system:serviceaccount:* of oidc.eks"));
    }

    #[test]
    fn the_audience_is_wanted_unless_a_policy_says_otherwise() {
        let body = web(GITHUB, &format!(r#""StringLike": {{"{GITHUB}:sub": "repo:acme/web:*"}}"#));
        let said =
            format!(r#"fail: tokens of {GITHUB} count that are meant for others, a condition on its aud wanted {{"Provider":"{GITHUB}"}}"#);
        assert_eq!(verdict(&body), said);
        assert_eq!(Case::of(&FEDERATED).params(r#"{"audience": false}"#).given("r", &body).run().of("r"), "pass");
    }

    #[test]
    fn an_application_is_its_audience() {
        let cognito = |condition: &str| verdict(&trust(&["cognito-identity.amazonaws.com"], "sts:AssumeRoleWithWebIdentity", condition));
        assert_eq!(cognito(r#""StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:0aa"}"#), "pass");
        assert!(cognito("").starts_with("fail: any token of cognito-identity.amazonaws.com will do, a condition on its aud wanted"));
        let facebook = trust(&["graph.facebook.com"], "sts:*", r#""StringEquals": {"graph.facebook.com:app_id": "123"}"#);
        assert_eq!(verdict(&facebook), "pass");
    }

    #[test]
    fn a_condition_on_one_issuer_shuts_out_the_others() {
        let two = ["oidc-provider/gitlab.com", "oidc-provider/token.actions.githubusercontent.com"];
        let body = |operator: &str| {
            trust(
                &two,
                "sts:AssumeRoleWithWebIdentity",
                &format!(r#""{operator}": {{"gitlab.com:sub": "project_path:acme/web:x", "gitlab.com:aud": "x"}}"#),
            )
        };
        assert_eq!(verdict(&body("StringEquals")), "pass");
        assert!(verdict(&body("StringEqualsIfExists")).starts_with(&format!("fail: any token of {GITHUB} will do")));
    }

    #[test]
    fn an_assertion_is_meant_for_aws() {
        let saml = |condition: &str| verdict(&trust(&["saml-provider/office"], "sts:AssumeRoleWithSAML", condition));
        assert_eq!(saml(r#""StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}"#), "pass");
        assert_eq!(saml(r#""StringLike": {"saml:aud": "https://*.signin.aws.amazon.com/saml"}"#), "pass");
        let says = r#"fail: assertions of office count that are meant for other services, SAML:aud wanted {"Provider":"office"}"#;
        assert_eq!([saml(""), saml(r#""StringLike": {"SAML:aud": "https://*"}"#)], [says, says]);
    }

    #[test]
    fn other_roles_are_left_out() {
        let narrowed = trust(&["saml-provider/office"], "sts:AssumeRoleWithSAML", r#""IpAddress": {"aws:SourceIp": "203.0.113.0/24"}"#);
        assert_eq!(verdict(&narrowed), "pass");
        for body in [
            trust(&["saml-provider/office"], "sts:TagSession", ""),
            web(GITHUB, "").replace("Allow", "Deny"),
            web(GITHUB, "").replace(r#""Path": "/""#, r#""Path": "/aws-service-role/x/""#),
            r#"{"AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*"}}}"#.to_owned(),
            r#"{"AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow", "Principal": {"Service": "x"}, "Action": "*"}}}"#.to_owned(),
        ] {
            assert_eq!(verdict(&body), "skip", "{body}");
        }
    }
}
