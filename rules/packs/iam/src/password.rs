//! What passwords must be like.

use muster_rule::iam::{Account, PasswordPolicy, User};
use muster_rule::prelude::*;

/// Kinds of characters.
const CLASS_WORDS: &[&str] = &["uppercase", "lowercase", "numbers", "symbols"];

pub const POLICY: Rule = Rule {
    id: "password-policy",
    title: "Passwords may be weak",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "iam.account", facets: &["password-policy"] }, Need { kind: "iam.user", facets: &["credentials"] }],
    params: &[
        Param::integer("min-length", 14, "Characters of a password at least").min(6).max(128),
        Param::integer("reuse", 24, "Earlier passwords that are refused at least").min(0).max(24),
        Param::integer("max-age", 90, "Days after which a password must be changed at the latest; 0 when age does not matter").min(0),
        Param::texts("characters", CLASS_WORDS, "Kinds of characters of which a password must have one each").words(CLASS_WORDS),
    ],
    risk: "A short or used password is guessed, and one that leaked elsewhere is tried here.",
    remediation: Remediation {
        text: "Set a policy for the account; people choose better passwords when theirs is next changed.",
        command: "aws iam update-account-password-policy --minimum-password-length 14 --password-reuse-prevention 24 --max-password-age 90 \
                  --require-symbols --require-numbers --require-uppercase-characters --require-lowercase-characters \
                  --allow-users-to-change-password",
    },
    controls: &["CIS 2.8", "CIS 2.9", "FSBP IAM.7", "FSBP IAM.10"],
    help: "An account in which no user has a password for the console is left out; while the credential report does not know a user yet, and \
           none of the others has one, that is not known. Without a policy of its own AWS's default holds: 8 \
           characters of three kinds.",
    check: Check::scope(|ask, batch, found| {
        let passwords = Passwords::of(batch);
        for doc in batch.of("iam.account") {
            let answer = match &passwords {
                Passwords::Some => policy(ask, doc.body),
                Passwords::None => skip(),
                Passwords::Unknown(name) => {
                    unknown(format!("whether anybody has a password is not known: the credential report lacks user {name} yet"))
                }
            };
            found.push(*doc, answer);
        }
        Ok(())
    }),
    ..Rule::EMPTY
};

/// Whether somebody has a password for the console.
enum Passwords<'a> {
    Some,
    None,
    /// Nobody has, of those that the report knows; a user whom it does not know.
    Unknown(Text<'a>),
}

impl<'a> Passwords<'a> {
    fn of(batch: &Batch<'a>) -> Self {
        let users = || batch.of("iam.user").iter().map(|doc| User(doc.body));
        if users().filter_map(User::credentials).any(|one| one.password_enabled() == Some(true)) {
            return Self::Some;
        }
        let unknown = users().find(|user| user.credentials().is_none());
        unknown.map_or(Self::None, |user| Self::Unknown(user.user_name().unwrap_or_default()))
    }
}

fn policy(ask: &Ask<'_>, body: Object<'_>) -> Answer {
    let Some(policy) = Account(body).password_policy() else {
        let wanted = ask.params.integer("min-length");
        return fail(format!("no password policy, so 8 characters will do, at least {wanted} wanted"))
            .with("PasswordPolicy", body.get("PasswordPolicy"));
    };
    let lacks = lacks(ask, policy);
    if lacks.is_empty() { pass() } else { fail(lacks.join("; ")).with("PasswordPolicy", policy.0) }
}

fn lacks(ask: &Ask<'_>, policy: PasswordPolicy<'_>) -> Vec<String> {
    let (length, least) = (policy.minimum_password_length().unwrap_or(0), ask.params.integer("min-length"));
    let (reuse, refused) = (policy.password_reuse_prevention().unwrap_or(0), ask.params.integer("reuse"));
    let (age, oldest) = (policy.max_password_age().unwrap_or(0), ask.params.integer("max-age"));
    let mut lacks = Vec::new();
    if length < least {
        lacks.push(format!("length {length}, at least {least} wanted"));
    }
    if reuse < refused {
        lacks.push(format!("{reuse} earlier passwords refused, {refused} wanted"));
    }
    if oldest > 0 && (age == 0 || age > oldest) {
        let shown = if age == 0 { "never".to_owned() } else { format!("after {age} days") };
        lacks.push(format!("expires {shown}, {oldest} days wanted"));
    }
    let wanted = ask.params.texts("characters");
    let missing = classes(policy).into_iter().filter(|(word, asked)| *asked != Some(true) && wanted.iter().any(|one| one == word));
    let missing: Vec<&str> = missing.map(|(word, _)| word).collect();
    if !missing.is_empty() {
        lacks.push(format!("no {} asked for", missing.join(", ")));
    }
    lacks
}

/// Which of [`CLASS_WORDS`] a policy asks for.
fn classes(policy: PasswordPolicy<'_>) -> [(&'static str, Option<bool>); 4] {
    [
        ("uppercase", policy.require_uppercase_characters()),
        ("lowercase", policy.require_lowercase_characters()),
        ("numbers", policy.require_numbers()),
        ("symbols", policy.require_symbols()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    const USER: &str = r#"{"Credentials": {"PasswordEnabled": true, "MfaActive": true, "AccessKeys": []}}"#;

    fn judged(policy: &str, params: &str, user: &str) -> String {
        let case = Case::of(&POLICY).params(params).scope("1/").given("1", &format!(r#"{{"PasswordPolicy": {policy}}}"#));
        case.given_of("iam.user", "u", user).run().of("1").to_owned()
    }

    fn policy(length: u32, reuse: u32, age: u32, symbols: bool) -> String {
        format!(
            r#"{{"MinimumPasswordLength": {length}, "PasswordReusePrevention": {reuse}, "MaxPasswordAge": {age}, "RequireSymbols": {symbols}, "RequireNumbers": true, "RequireUppercaseCharacters": true, "RequireLowercaseCharacters": true}}"#
        )
    }

    #[test]
    fn every_part_is_asked_for() {
        assert_eq!(judged(&policy(14, 24, 90, true), "", USER), "pass");
        assert!(judged(&policy(13, 24, 90, true), "", USER).starts_with("fail: length 13, at least 14 wanted {"));
        assert!(judged(&policy(14, 23, 90, true), "", USER).starts_with("fail: 23 earlier passwords refused, 24 wanted {"));
        assert!(
            judged(&policy(14, 24, 91, false), "", USER).starts_with("fail: expires after 91 days, 90 days wanted; no symbols asked for {")
        );
        assert!(judged(&policy(14, 24, 0, true), "", USER).starts_with("fail: expires never, 90 days wanted {"));
        assert_eq!(judged(&policy(8, 5, 0, false), r#"{"min-length": 8, "reuse": 5, "max-age": 0, "characters": []}"#, USER), "pass");
    }

    #[test]
    fn without_a_policy_the_default_holds() {
        let wanted = r#"fail: no password policy, so 8 characters will do, at least 14 wanted {"PasswordPolicy":null}"#;
        assert_eq!(judged("null", "", USER), wanted);
    }

    #[test]
    fn without_passwords_there_is_nothing_to_judge() {
        assert_eq!(judged("null", "", r#"{"Credentials": {"PasswordEnabled": false, "MfaActive": false, "AccessKeys": []}}"#), "skip");
    }

    #[test]
    fn a_user_whom_the_report_does_not_know_may_have_a_password() {
        let new = r#"{"UserName": "kim", "Credentials": null}"#;
        let says = "unknown: whether anybody has a password is not known: the credential report lacks user kim yet";
        assert_eq!(judged("null", "", new), says);
        let robot = r#"{"Credentials": {"PasswordEnabled": false, "MfaActive": false, "AccessKeys": []}}"#;
        let case = |other: &str| {
            let case = Case::of(&POLICY).scope("1/").given("1", r#"{"PasswordPolicy": null}"#);
            case.given_of("iam.user", "a", new).given_of("iam.user", "b", other).run().of("1").to_owned()
        };
        assert_eq!(case(robot), says);
        assert!(case(USER).starts_with("fail: no password policy"), "one password is enough");
    }
}
