//! Whose a token is: what issuers put into it, and whether a test of a condition pins that.

use rule_policy::Test;

/// Issuer of GitHub's own runners, for every repository there is.
const GITHUB: &str = "token.actions.githubusercontent.com";
/// What names an owner of GitHub: claims, and words of a subject. Owners choose which words theirs are made of, so that one without any of
/// these (`environment:prod`) is anybody's.
const OWNERS: [&str; 8] =
    ["repo", "repository", "repository_id", "repository_owner", "repository_owner_id", "job_workflow_ref", "enterprise", "enterprise_id"];
/// Issuers that many customers share and whose subjects begin with a word and the customer: `organization:acme:…`.
/// K: IAM User Guide, "Identity-provider controls for shared OIDC providers".
const SHARED: [&str; 8] = [
    "agent.buildkite.com",
    "app.terraform.io",
    "gitlab.com",
    "oidc-configuration.audit-log.githubusercontent.com",
    "oidc.codefresh.io",
    "proidc.upbound.io",
    "scalr.io",
    "vstoken.actions.githubusercontent.com",
];
/// Issuers whose tokens belong to an application, which the audience names; the subject is one of its users.
/// K: the same page, and "Available keys for AWS OIDC federation".
const BY_AUDIENCE: [&str; 7] = [
    "accounts.google.com",
    "api.pulumi.com/oidc",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "oidc.vercel.com",
    "sandboxes.cloud",
    "www.amazon.com",
];
/// Claims that name an application.
const APPLICATIONS: [&str; 4] = ["aud", "oaud", "azp", "app_id"];
/// How subjects of everybody begin, where the issuer is nobody else's.
const COMMON: [&str; 7] = ["system", "serviceaccount", "repo", "project_path", "organization", "account", "org"];

/// True where tokens are told apart by their audience rather than by their subject.
pub fn is_by_audience(issuer: &str) -> bool {
    BY_AUDIENCE.contains(&issuer)
}

/// True when a test pins an issuer's tokens to an owner, or to an application where that is what counts.
pub fn pins_owner(test: &Test<'_>, issuer: &str) -> bool {
    let Some(claim) = claim(test, issuer) else { return false };
    if claim == "sub" {
        return fits_only(test, |text| names_owner(issuer, text));
    }
    let word = OWNERS.iter().find(|word| issuer == GITHUB && **word == claim);
    match word {
        Some(word) => fits_only(test, |text| text.prefixed(word, has_owner)),
        None => is_by_audience(issuer) && APPLICATIONS.contains(&claim) && fits_only(test, says_something),
    }
}

/// True when a test pins for whom an issuer's tokens, or the assertions of a SAML login, are meant.
pub fn pins_audience(test: &Test<'_>, issuer: &str) -> bool {
    claim(test, issuer) == Some("aud") && fits_only(test, says_something)
}

/// True when no token of an issuer fits a test, since it asks for what another issuer says and does not do without.
pub fn shuts_out(test: &Test<'_>, issuer: &str) -> bool {
    let other = test.key.rsplit_once(':').map(|(other, _)| other).filter(|other| other.contains('.'));
    let asks = !test.operator.ends_with("IfExists") && !test.operator.starts_with("ForAllValues:");
    asks && wildcards(&test.operator).is_some() && other.is_some_and(|other| !other.eq_ignore_ascii_case(issuer))
}

/// The claim of an issuer that a test is about.
fn claim<'t>(test: &'t Test<'_>, issuer: &str) -> Option<&'t str> {
    let (of, claim) = test.key.rsplit_once(':')?;
    of.eq_ignore_ascii_case(issuer).then_some(claim)
}

/// Whether a positive operator on text knows wildcards. Tokens always have a subject and an audience, so that those operators count,
/// too, which let in who has none.
fn wildcards(operator: &str) -> Option<bool> {
    let plain = operator.strip_prefix("ForAnyValue:").or_else(|| operator.strip_prefix("ForAllValues:")).unwrap_or(operator);
    match plain.strip_suffix("IfExists").unwrap_or(plain) {
        "StringEquals" | "StringEqualsIgnoreCase" => Some(false),
        "StringLike" => Some(true),
        _ => None,
    }
}

/// True when all values of a test do what `fixed` asks for.
fn fits_only(test: &Test<'_>, fixed: impl Fn(Pattern<'_>) -> bool) -> bool {
    let Some(wild) = wildcards(&test.operator) else { return false };
    let mut values = test.values().peekable();
    values.peek().is_some() && values.all(|value| fixed(Pattern::of(&value, wild)))
}

/// A value of a test.
#[derive(Clone, Copy)]
struct Pattern<'v> {
    /// All of it, or what stands before the first wildcard.
    start: &'v str,
    /// True without a wildcard.
    whole: bool,
    all: &'v str,
}

impl<'v> Pattern<'v> {
    fn of(all: &'v str, wild: bool) -> Self {
        let start = if wild { all.split(['*', '?']).next().unwrap_or_default() } else { all };
        Self { start, whole: start.len() == all.len(), all }
    }

    /// The answer for this one with `word:` before it.
    fn prefixed(self, word: &str, judge: impl Fn(Pattern<'_>) -> bool) -> bool {
        let (start, all) = (format!("{word}:{}", self.start), format!("{word}:{}", self.all));
        judge(Pattern { start: &start, whole: self.whole, all: &all })
    }
}

/// True for more than wildcards and a scheme.
fn says_something(value: Pattern<'_>) -> bool {
    value.all.trim_start_matches("https://").contains(char::is_alphanumeric)
}

/// True when a subject says whose it is before the first wildcard.
fn names_owner(issuer: &str, subject: Pattern<'_>) -> bool {
    match issuer {
        GITHUB => has_owner(subject),
        _ if subject.whole => !subject.start.is_empty(),
        _ if SHARED.contains(&issuer) => {
            // `word:customer:`, so that nothing can be put behind the customer's name.
            let mut parts = subject.start.splitn(3, [':', '/']);
            let (word, customer) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            !word.is_empty() && !customer.is_empty() && parts.next().is_some()
        }
        _ => subject.start.split([':', '/']).any(|part| !part.is_empty() && !COMMON.contains(&part)),
    }
}

/// True when a subject of GitHub has one of [`OWNERS`], and the name behind it ends before the first wildcard.
fn has_owner(subject: Pattern<'_>) -> bool {
    let parts: Vec<&str> = subject.start.split(':').collect();
    let ends = |at: usize| subject.whole || parts[at].contains('/') || parts.len() > at + 1;
    let named = |at: usize| parts[at].split('/').next().is_some_and(|owner| !owner.is_empty());
    (1..parts.len()).any(|at| OWNERS.contains(&parts[at - 1]) && named(at) && ends(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(issuer: &str, subject: &str) -> bool {
        names_owner(issuer, Pattern::of(subject, true))
    }

    #[test]
    fn a_repository_of_github_has_an_owner() {
        for subject in [
            "repo:acme/web:ref:refs/heads/main",
            "repo:acme/web:*",
            "repo:acme/*",
            "repo:acme@123/web@456:*",
            "repository_owner:acme:*",
            "repository_owner_id:123:environment:*",
            "environment:prod:repo:acme/web",
            "job_workflow_ref:acme/flows/.github/workflows/*",
        ] {
            assert!(owner(GITHUB, subject), "{subject}");
        }
        for subject in [
            "*",
            "",
            "repo:*",
            "repo:*/web:ref:refs/heads/main",
            "repo:acme*",
            "repo:?cme/web:*",
            "repo:/web",
            "repository_owner:acme*",
            "environment:prod",
            "ref:refs/heads/main",
            "pull_request",
        ] {
            assert!(!owner(GITHUB, subject), "{subject}");
        }
    }

    #[test]
    fn a_customer_of_a_shared_issuer_is_named_whole() {
        for (issuer, subject) in [
            ("gitlab.com", "project_path:acme/*"),
            ("gitlab.com", "project_path:acme/web:ref_type:branch:ref:main"),
            ("app.terraform.io", "organization:acme:*"),
            ("agent.buildkite.com", "organization:acme:pipeline:web:*"),
        ] {
            assert!(owner(issuer, subject), "{issuer} {subject}");
        }
        for (issuer, subject) in [
            ("gitlab.com", "project_path:*/web:ref_type:branch:ref:main"),
            ("gitlab.com", "project_path:acme*"),
            ("app.terraform.io", "organization:*:project:web:*"),
            ("app.terraform.io", "*"),
            ("scalr.io", ""),
        ] {
            assert!(!owner(issuer, subject), "{issuer} {subject}");
        }
    }

    #[test]
    fn an_issuer_of_ones_own_tells_its_own_apart() {
        let eks = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF";
        for subject in ["system:serviceaccount:shop:cart", "system:serviceaccount:shop:*", "system:serviceaccount:shop-*", "{0aa}:*"] {
            assert!(owner(eks, subject), "{subject}");
        }
        for subject in ["*", "system:serviceaccount:*", "system:serviceaccount:*:cart", "repo:*", "project_path:*"] {
            assert!(!owner(eks, subject), "{subject}");
        }
    }

    #[test]
    fn operators_that_a_token_must_fit() {
        for operator in ["StringEquals", "StringEqualsIfExists", "ForAllValues:StringEquals", "ForAnyValue:StringEqualsIgnoreCase"] {
            assert_eq!(wildcards(operator), Some(false), "{operator}");
        }
        assert_eq!(wildcards("ForAnyValue:StringLike"), Some(true));
        assert_eq!((wildcards("StringNotEquals"), wildcards("StringNotLike"), wildcards("Null")), (None, None, None));
        // What looks like a wildcard is a character where the operator knows none.
        assert!(names_owner("gitlab.com", Pattern::of("project_path:*", false)));
    }
}
