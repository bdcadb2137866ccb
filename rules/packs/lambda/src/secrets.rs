//! Secrets in environment variables. Evidence names variables, never their values.

use muster_rule::lambda::Function;
use muster_rule::prelude::*;

pub const SECRETS: Rule = Rule {
    id: "secrets-in-environment",
    title: "Environment variables hold a secret",
    category: Category::Security,
    severity: Severity::High,
    needs: &[Need { kind: "lambda.function", facets: &["environment"] }],
    params: &[Param::texts("ignore", &[], "Names of variables that hold no secret whatever they look like")],
    risk: "Everybody who may look at the function reads it, and it ends in templates, histories and logs.",
    remediation: Remediation {
        text: "Keep it in Secrets Manager or the parameter store and give the function its name; then make a new one, this one was seen.",
        command: "aws lambda update-function-configuration --function-name {resource} --region {region} --environment file://environment.json",
    },
    help: "A value counts when it has the form of a known sort of key, a private key, or a URL with a password; or when the name says password, \
        pass phrase, secret, token or key and the value is no reference. Values never leave the rule.",
    check: Check::each(|ask, doc| {
        let Some(environment) = Function(doc.body).environment() else { return skip() };
        let ignored = ask.params.texts("ignore");
        let judged = environment.variables().members().filter(|(name, _)| !ignored.contains(name));
        let secret = judged.filter(|(name, value)| value.text().is_some_and(|value| is_secret(name, &value)));
        let names: Vec<String> = secret.map(|(name, _)| name.into_owned()).collect();
        match names.as_slice() {
            [] if environment.variables().is_empty() => skip(),
            [] => pass(),
            [one] => fail(format!("variable {one} looks like a secret")).with("Variables", names),
            _ => fail(format!("{} variables look like secrets", names.len())).with("Variables", names),
        }
    }),
    ..Rule::EMPTY
};

/// How names of secrets read.
const NAMES: [&str; 9] = ["password", "passwd", "secret", "token", "apikey", "api_key", "access_key", "private_key", "credential"];
/// Last words of names of secrets.
const LAST: [&str; 5] = ["pass", "pwd", "passphrase", "pgpass", "dbpass"];
/// How names of keys end that open nothing.
const HARMLESS: [&str; 12] = [
    "public_key",
    "publishable_key",
    "kms_key",
    "partition_key",
    "sort_key",
    "hash_key",
    "range_key",
    "primary_key",
    "foreign_key",
    "object_key",
    "s3_key",
    "cache_key",
];
/// How names end that only tell where a secret is, or about it.
const ABOUT: [&str; 13] =
    ["_arn", "_name", "_id", "_path", "_parameter", "_param", "_url", "_uri", "_file", "_ttl", "_expiry", "_version", "_endpoint"];
/// How values begin that refer to a secret.
const REFERENCES: [&str; 4] = ["arn:", "{{", "ssm:", "secretsmanager:"];
/// Shortest value that can be a secret by its name.
const SHORTEST: usize = 8;
/// How known sorts of keys begin, and how long they are at least.
const KEYS: [(&str, usize); 12] = [
    ("AKIA", 20),
    ("ASIA", 20),
    ("AIza", 39),
    ("ghp_", 40),
    ("gho_", 40),
    ("ghs_", 40),
    ("github_pat_", 40),
    ("glpat-", 26),
    ("sk_live_", 24),
    ("xoxb-", 24),
    ("xoxp-", 24),
    ("SG.", 60),
];

fn is_secret(name: &str, value: &str) -> bool {
    has_form(value) || (is_named(&name.to_ascii_lowercase()) && !is_reference(value))
}

/// True for a value that is a secret whatever it is called.
fn has_form(value: &str) -> bool {
    let one_word = !value.contains(char::is_whitespace);
    let key = KEYS.iter().any(|(start, length)| value.starts_with(start) && value.len() >= *length);
    (key && one_word) || (value.contains("-----BEGIN") && value.contains("PRIVATE KEY")) || has_password(value)
}

/// True for a URL with a password: `postgres://user:password@host`.
fn has_password(value: &str) -> bool {
    let Some((_, rest)) = value.split_once("://") else { return false };
    let authority = rest.split('/').next().unwrap_or_default();
    let login = authority.rsplit_once('@').and_then(|(login, _)| login.split_once(':'));
    login.is_some_and(|(_, password)| !password.is_empty() && !is_reference_within(password))
}

/// True for what is filled in later: `${PASSWORD}`.
fn is_reference_within(text: &str) -> bool {
    text.starts_with("${") || text.starts_with("{{")
}

fn is_named(name: &str) -> bool {
    let named = NAMES.iter().any(|word| name.contains(word)) || ends_like_secret(name);
    named && !ABOUT.iter().any(|end| name.ends_with(end))
}

/// True when the last word says secret, or says key and another says of what.
fn ends_like_secret(name: &str) -> bool {
    match name.rsplit_once('_') {
        Some((what, "key")) => !what.is_empty() && !HARMLESS.iter().any(|end| name.ends_with(end)),
        Some((_, last)) => LAST.contains(&last),
        None => LAST.contains(&name),
    }
}

/// True for a value that is no secret though its name reads like one.
fn is_reference(value: &str) -> bool {
    let plain = value.len() < SHORTEST || value.bytes().all(|byte| byte.is_ascii_digit()) || value.contains(char::is_whitespace);
    let refers = REFERENCES.iter().any(|start| value.starts_with(start)) || is_path(value) || is_variable(value);
    plain || refers || (value.contains("://") && !has_password(value))
}

/// True for `/prod/db/password`. What is encoded in base64 can begin with a slash as well.
fn is_path(value: &str) -> bool {
    let Some(path) = value.strip_prefix('/') else { return false };
    let word = |text: &str| !text.is_empty() && text.chars().all(|char| char.is_ascii_alphanumeric() || "_-.".contains(char));
    path.contains('/') && path.split('/').all(word)
}

/// True for `${password}` and `$PASSWORD`. Hashes of passwords begin with a dollar as well.
fn is_variable(value: &str) -> bool {
    let Some(name) = value.strip_prefix('$') else { return false };
    let letter = |char: char| char.is_ascii_uppercase() || char == '_';
    let plain = name.starts_with(letter) && name.chars().all(|char| letter(char) || char.is_ascii_digit());
    plain || (name.starts_with('{') && name.ends_with('}'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn verdict(variables: &str) -> String {
        let body = format!(r#"{{"Environment": {{"Variables": {{{variables}}}}}}}"#);
        Case::of(&SECRETS).given("f", &body).run().of("f").to_owned()
    }

    #[test]
    fn variables_are_named_and_values_are_not() {
        let one = verdict(r#""DB_PASSWORD": "correct horse", "STAGE": "prod", "DB_PASS": "x", "API_KEY": "hunter2hunter2""#);
        assert_eq!(one, r#"fail: variable API_KEY looks like a secret {"Variables":["API_KEY"]}"#);
        let two = verdict(r#""API_KEY": "hunter2hunter2", "X": "AKIAIOSFODNN7EXAMPLE""#);
        assert_eq!(two, r#"fail: 2 variables look like secrets {"Variables":["API_KEY","X"]}"#);
        assert!(!two.contains("hunter2") && !two.contains("AKIA"));
    }

    #[test]
    fn references_and_settings_are_no_secrets() {
        for harmless in [
            r#""DB_SECRET": "arn:aws:secretsmanager:us-east-1:1:secret:db""#,
            r#""TOKEN_PATH": "some-long-value""#,
            r#""TOKEN": "/prod/token/of/ours""#,
            r#""PWD": "/var/task""#,
            r#""SORT_KEY": "created_at_day""#,
            r#""JWT_PUBLIC_KEY": "0123456789abcdef""#,
            r#""KEY": "0123456789abcdef""#,
            r#""BYPASS": "0123456789abcdef""#,
            r#""TOKEN": "$TOKEN_OF_STAGE_2""#,
            r#""TOKEN_TTL": "3600000000""#,
            r#""ACCESS_TOKEN_SECONDS": "3600000000""#,
            r#""PASSWORD": "${password-of-db}""#,
            r#""SECRET_PROVIDER": "https://vault.example/v1""#,
            r#""DATABASE": "postgres://db.example/app""#,
            r#""DATABASE": "postgres://user@db.example/app""#,
        ] {
            assert_eq!(verdict(harmless), "pass", "{harmless}");
        }
    }

    #[test]
    fn names_and_values_that_only_look_harmless() {
        for name in ["DB_PASS", "MYSQL_PWD", "PGPASS", "KEY_PASSPHRASE", "SIGNING_KEY", "ENCRYPTION_KEY"] {
            let found = verdict(&format!(r#""{name}": "hunter2hunter2""#));
            assert_eq!(found, format!(r#"fail: variable {name} looks like a secret {{"Variables":["{name}"]}}"#));
        }
        for value in ["/9j+4AAQ/SkZJRg=", "/hunter2hunter2", "/a//b/hunter2", "$2b$10$N9qo8uLOickgx2", "$hunter2hunter2", "${HALF}hunter2"]
        {
            assert!(verdict(&format!(r#""TOKEN": "{value}""#)).starts_with("fail"), "{value}");
        }
    }

    #[test]
    fn forms_that_give_a_secret_away() {
        for secret in [
            r#""A": "AKIAIOSFODNN7EXAMPLE""#,
            r#""A": "-----BEGIN RSA PRIVATE KEY-----\nMIIE""#,
            r#""A": "postgres://user:hunter2@db.example/app""#,
            r#""A": "ghp_0123456789abcdefghijABCDEFGHIJ0123456789""#,
        ] {
            assert_eq!(verdict(secret), r#"fail: variable A looks like a secret {"Variables":["A"]}"#, "{secret}");
        }
        assert_eq!(verdict(r#""A": "AKIAIOSFODNN7EXAMPL""#), "pass");
    }

    #[test]
    fn nothing_to_judge_without_variables_and_a_policy_may_ignore_some() {
        let case = Case::of(&SECRETS).params(r#"{"ignore": ["API_KEY"]}"#);
        let found = case
            .given("known", r#"{"Environment": {"Variables": {"API_KEY": "hunter2hunter2"}}}"#)
            .given("none", r#"{"Environment": null}"#)
            .given("empty", r#"{"Environment": {"Variables": {}}}"#)
            .run();
        assert_eq!((found.of("known"), found.of("none"), found.of("empty")), ("pass", "skip", "skip"));
    }
}
