//! What users log in with, by the credential report.

use muster_rule::iam::{AccessKey, Credentials, User};
use muster_rule::prelude::*;

pub const KEY_ROTATION: Rule = Rule {
    id: "key-rotation",
    title: "Access key is old",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "iam.user", facets: &["credentials"] }],
    params: &[Param::integer("days", 90, "Days after which an access key is replaced").min(1)],
    risk: "The longer a key lives, the more files, logs and laptops it lies in.",
    remediation: Remediation {
        text: "Make a second key, give it to what uses the first, deactivate the first, delete it a week later. A role needs no key at all.",
        command: "aws iam create-access-key --user-name {resource}",
    },
    controls: &["CIS 2.12", "FSBP IAM.3"],
    help: "Keys that are not active are left out.",
    check: Check::each(|ask, doc| judged(User(doc.body), |credentials| rotation(ask, credentials))),
    ..Rule::EMPTY
};

pub const INACTIVE: Rule = Rule {
    id: "inactive-user",
    title: "User has a password or access key that is not used",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "iam.user", facets: &["credentials"] }],
    params: &[Param::integer("days", 45, "Days without use after which a password or key is taken away").min(1)],
    risk: "Nobody notices when somebody else uses it.",
    remediation: Remediation {
        text: "Take away what `Unused` names and nothing else: a key by `aws iam update-access-key --status Inactive`, a password by \
               `aws iam delete-login-profile`; after a while the user.",
        command: "aws iam list-access-keys --user-name {resource}",
    },
    controls: &["CIS 2.11", "FSBP IAM.8", "FSBP IAM.22"],
    help: "A password or key that was never used counts from the day it was made.",
    check: Check::each(|ask, doc| judged(User(doc.body), |credentials| inactive(ask, User(doc.body), credentials))),
    ..Rule::EMPTY
};

pub const TWO_KEYS: Rule = Rule {
    id: "two-active-keys",
    title: "User has two active access keys",
    category: Category::Security,
    severity: Severity::Low,
    needs: &[Need { kind: "iam.user", facets: &["credentials"] }],
    risk: "The second key is for the days of a rotation; left alone it is one more to lose.",
    remediation: Remediation {
        text: "Deactivate the older key, and delete it when nothing breaks.",
        command: "aws iam list-access-keys --user-name {resource}",
    },
    controls: &[],
    check: Check::each(|_, doc| {
        judged(User(doc.body), |credentials| match active_keys(credentials).count() {
            0 => skip(),
            1 => pass(),
            count => fail(format!("{count} active access keys, at most 1 wanted")).with("ActiveKeys", count),
        })
    }),
    ..Rule::EMPTY
};

/// Says beside an answer, a pass too, when the report was made on which it rests: it is up to four hours old.
pub fn reported(answer: Answer, credentials: Credentials<'_>) -> Answer {
    match credentials.generated_time() {
        Some(at) => answer.with("GeneratedTime", at),
        None => answer,
    }
}

/// Judges the credentials of a user; those the report does not know yet cannot be.
pub fn judged<'a>(user: User<'a>, judge: impl FnOnce(Credentials<'a>) -> Answer) -> Answer {
    match user.credentials() {
        Some(credentials) => reported(judge(credentials), credentials),
        None => unknown("the credential report does not know the user yet; AWS makes one every 4 hours at most"),
    }
}

/// `1 day`, `90 days`.
pub fn days(number: i64) -> String {
    if number == 1 { "1 day".to_owned() } else { format!("{number} days") }
}

/// The access keys that can be used.
pub fn active_keys(credentials: Credentials<'_>) -> impl Iterator<Item = AccessKey<'_>> {
    credentials.access_keys().filter(|key| key.active() == Some(true))
}

fn number(key: AccessKey<'_>) -> i64 {
    key.number().unwrap_or(1)
}

fn rotation(ask: &Ask<'_>, credentials: Credentials<'_>) -> Answer {
    let keys = active_keys(credentials).filter_map(|key| Some((ask.now.days_since(key.last_rotated()?), key)));
    let Some((age, key)) = keys.max_by_key(|(age, _)| *age) else { return skip() };
    let limit = ask.params.integer("days");
    if age <= limit {
        return pass();
    }
    fail(format!("key {} is {} old, at most {limit} wanted", number(key), days(age))).with("LastRotated", key.last_rotated())
}

/// A password or key: what it is called, when it was last used, when it was made.
struct Credential {
    name: String,
    used: Option<Time>,
    made: Option<Time>,
}

fn usable(user: User<'_>, credentials: Credentials<'_>) -> Vec<Credential> {
    let born = user.create_date();
    let password = (credentials.password_enabled() == Some(true)).then(|| Credential {
        name: "password".to_owned(),
        used: credentials.password_last_used(),
        made: credentials.password_last_changed().or(born),
    });
    let keys = active_keys(credentials).map(|key| Credential {
        name: format!("key {}", number(key)),
        used: key.last_used_date(),
        made: key.last_rotated().or(born),
    });
    password.into_iter().chain(keys).collect()
}

fn inactive(ask: &Ask<'_>, user: User<'_>, credentials: Credentials<'_>) -> Answer {
    let all = usable(user, credentials);
    if all.is_empty() {
        return skip();
    }
    let limit = ask.params.integer("days");
    let unused = all.into_iter().filter_map(|one| Some((ask.now.days_since(one.used.or(one.made)?), one)));
    let unused: Vec<_> = unused.filter(|(age, _)| *age > limit).collect();
    let word = |(age, one): &(i64, Credential)| match one.used {
        Some(_) => format!("{} unused for {}", one.name, days(*age)),
        None => format!("{} never used in {}", one.name, days(*age)),
    };
    if unused.is_empty() {
        return pass();
    }
    let words = unused.iter().map(word).collect::<Vec<_>>().join(", ");
    fail(format!("{words}, at most {limit} wanted")).with("Unused", unused.iter().map(|(_, one)| one.name.clone()).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn user(password: &str, keys: &[&str]) -> String {
        format!(
            r#"{{"UserName": "u", "CreateDate": "2025-01-01T00:00:00Z", "Credentials": {{{password} "MfaActive": false, "AccessKeys": [{}]}}}}"#,
            keys.join(", ")
        )
    }

    fn key(number: u8, active: bool, rotated: &str, used: &str) -> String {
        let used = if used.is_empty() { String::new() } else { format!(r#", "LastUsedDate": "{used}""#) };
        format!(r#"{{"Number": {number}, "Active": {active}, "LastRotated": "{rotated}"{used}}}"#)
    }

    #[test]
    fn keys_live_for_ninety_days() {
        let found = Case::of(&KEY_ROTATION)
            .given("a", &user("", &[&key(1, true, "2026-08-23T09:00:00Z", "")]))
            .given("b", &user("", &[&key(1, true, "2026-11-01", ""), &key(2, true, "2026-08-22T09:00:00Z", "")]))
            .given("c", &user("", &[&key(1, false, "2020-01-01", "")]))
            .given("d", &user("", &[]))
            .given("e", r#"{"UserName": "new", "Credentials": null}"#)
            .run();
        assert_eq!((found.of("a"), found.of("c"), found.of("d")), ("pass", "skip", "skip"));
        assert_eq!(found.of("b"), r#"fail: key 2 is 91 days old, at most 90 wanted {"LastRotated":"2026-08-22T09:00:00Z"}"#);
        assert_eq!(found.of("e"), "unknown: the credential report does not know the user yet; AWS makes one every 4 hours at most");
    }

    #[test]
    fn what_was_never_used_counts_from_its_making() {
        let password = |used: &str, changed: &str| {
            let used = if used.is_empty() { String::new() } else { format!(r#""PasswordLastUsed": "{used}","#) };
            format!(r#""PasswordEnabled": true, {used} "PasswordLastChanged": "{changed}","#)
        };
        let found = Case::of(&INACTIVE)
            .given("a", &user(&password("2026-10-07T09:00:00Z", "2020-01-01"), &[]))
            .given("b", &user(&password("2026-10-06T09:00:00Z", "2020-01-01"), &[]))
            .given("c", &user(&password("", "2026-11-20"), &[]))
            .given("d", &user(&password("", "2026-01-01T09:00:00Z"), &[&key(1, true, "2026-09-01T09:00:00Z", "")]))
            .given("e", &user(r#""PasswordEnabled": false,"#, &[&key(2, true, "2020-01-01", "2026-11-01")]))
            .given("f", &user(r#""PasswordEnabled": false,"#, &[&key(1, false, "2020-01-01", "")]))
            .run();
        assert_eq!((found.of("a"), found.of("c"), found.of("e"), found.of("f")), ("pass", "pass", "pass", "skip"));
        assert_eq!(found.of("b"), r#"fail: password unused for 46 days, at most 45 wanted {"Unused":["password"]}"#);
        let both = "fail: password never used in 324 days, key 1 never used in 81 days, at most 45 wanted ";
        assert_eq!(found.of("d"), format!(r#"{both}{{"Unused":["password","key 1"]}}"#));
    }

    #[test]
    fn answers_say_how_old_the_report_is() {
        let at = r#""GeneratedTime": "2026-11-21T05:00:00Z", "#;
        let (old, new) = (key(1, true, "2020-01-01", ""), key(1, true, "2026-11-01", ""));
        let found =
            Case::of(&KEY_ROTATION).given("old", &user(at, &[&old])).given("new", &user(at, &[&new])).given("none", &user(at, &[])).run();
        assert!(found.of("old").contains(r#"{"GeneratedTime":"2026-11-21T05:00:00Z","LastRotated":"#), "{}", found.of("old"));
        assert_eq!((found.of("new"), found.of("none")), (r#"pass {"GeneratedTime":"2026-11-21T05:00:00Z"}"#, "skip"));
    }

    #[test]
    fn what_is_unused_is_looked_at_first() {
        assert!(INACTIVE.remediation.command.starts_with("aws iam list-access-keys "), "a key in use, or a password, may stand beside it");
    }

    #[test]
    fn one_key_is_enough() {
        let (one, two, off) = (key(1, true, "2026-11-01", ""), key(2, true, "2026-11-02", ""), key(2, false, "2026-11-02", ""));
        let found = Case::of(&TWO_KEYS)
            .given("a", &user("", &[&one, &off]))
            .given("b", &user("", &[&one, &two]))
            .given("c", &user("", &[&off]))
            .run();
        assert_eq!(found.all(), ["a pass", r#"b fail: 2 active access keys, at most 1 wanted {"ActiveKeys":2}"#]);
    }
}
