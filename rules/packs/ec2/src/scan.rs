//! Finds what looks like a secret in a text. It tells the line and the sort, never the secret.

/// A line that holds one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Line, from 1.
    pub line: i64,
    /// `password`, `AWS access key`.
    pub sort: &'static str,
}

/// Beginnings of keys that services hand out, how many characters follow at least, and what they are.
const KEYS: [(&str, usize, &str); 13] = [
    ("AKIA", 16, "AWS access key"),
    ("ASIA", 16, "AWS access key"),
    ("ghp_", 36, "GitHub token"),
    ("gho_", 36, "GitHub token"),
    ("ghs_", 36, "GitHub token"),
    ("github_pat_", 22, "GitHub token"),
    ("glpat-", 20, "GitLab token"),
    ("xoxb-", 20, "Slack token"),
    ("xoxp-", 20, "Slack token"),
    ("sk_live_", 20, "Stripe key"),
    ("AIza", 35, "Google key"),
    ("SG.", 40, "SendGrid key"),
    ("npm_", 36, "npm token"),
];
/// Endings of names whose value is one.
const NAMES: [&str; 10] =
    ["password", "passwd", "secret", "token", "api_key", "apikey", "access_key", "secret_key", "private_key", "client_secret"];
/// Shortest value that counts.
const SHORTEST: usize = 6;

/// Every line with a secret, the first sort of each.
pub fn secrets(text: &str) -> Vec<Hit> {
    let numbered = (1..).zip(text.lines());
    numbered.filter_map(|(line, text)| sort(text).map(|sort| Hit { line, sort })).collect()
}

fn sort(line: &str) -> Option<&'static str> {
    if line.contains("-----BEGIN ") && line.contains("PRIVATE KEY") {
        return Some("private key");
    }
    key(line).or_else(|| has_login(line).then_some("password in an address")).or_else(|| has_assignment(line).then_some("password"))
}

fn key(line: &str) -> Option<&'static str> {
    let found = KEYS.iter().find(|(prefix, length, _)| {
        line.match_indices(prefix).any(|(at, _)| {
            let starts = line[..at].chars().next_back().is_none_or(|before| !before.is_ascii_alphanumeric());
            let rest = line[at + prefix.len()..].chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).count();
            // AWS's documents use keys that end with this word.
            starts && rest >= *length && !line[at..].starts_with("AKIAIOSFODNN7EXAMPLE")
        })
    });
    found.map(|(_, _, sort)| *sort)
}

/// `scheme://user:password@host`.
fn has_login(line: &str) -> bool {
    line.match_indices("://").any(|(at, mark)| {
        let rest = &line[at + mark.len()..];
        let authority = rest.split(['/', ' ', '"', '\'']).next().unwrap_or(rest);
        let login = authority.rsplit_once('@').and_then(|(login, _)| login.split_once(':'));
        login.is_some_and(|(user, password)| !user.is_empty() && is_literal(password))
    })
}

/// `DB_PASSWORD=…`, `token: …`, `--password …`.
fn has_assignment(line: &str) -> bool {
    let small = line.to_ascii_lowercase();
    NAMES.iter().any(|name| {
        small.match_indices(name).any(|(at, _)| {
            let rest = line[at + name.len()..].trim_start_matches(['"', '\'']);
            let is_option = small[..at].rsplit(' ').next().is_some_and(|word| word.starts_with("--"));
            let spaced = rest.trim_start();
            match spaced.strip_prefix(['=', ':']) {
                Some(value) => is_literal(value.trim_start().trim_start_matches(['=', '>'])),
                None => is_option && rest.len() > spaced.len() && is_literal(spaced),
            }
        })
    })
}

/// A value that stands there itself, rather than where it comes from.
fn is_literal(value: &str) -> bool {
    let quoted = value.trim_start();
    let bare = quoted.trim_start_matches(['"', '\'']);
    let end = if bare.len() < quoted.len() { bare.find(['"', '\'']) } else { bare.find([' ', ';', ',', '\t']) };
    let word = &bare[..end.unwrap_or(bare.len())];
    let refers =
        word.starts_with(['$', '<', '{', '`', '%', '(']) || word.starts_with("arn:") || word.starts_with('/') || word.contains("${");
    let masked = word.chars().all(|c| matches!(c, '*' | 'x' | 'X' | '.'));
    word.chars().count() >= SHORTEST && !refers && !masked
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A made-up key, put together so that scanners of this file find none.
    fn made_up(prefix: &str, length: usize) -> String {
        format!("{prefix}{}", "Q7ZK2M9XW4".repeat(4).chars().take(length).collect::<String>())
    }

    #[test]
    fn keys_are_known_by_their_beginning_and_length() {
        for (prefix, length, sort) in KEYS {
            let hit = secrets(&format!("#!/bin/sh\nexport A={}", made_up(prefix, length)));
            assert_eq!(hit, [Hit { line: 2, sort }], "{prefix}");
            let short = made_up(prefix, length - 1);
            assert_eq!(secrets(&format!("export A={short}")), [], "{prefix} is one too short");
        }
        assert_eq!(secrets("AKIAIOSFODNN7EXAMPLE"), [], "AWS's own example");
        assert_eq!(secrets("-----BEGIN RSA PRIVATE KEY-----")[0].sort, "private key");
    }

    #[test]
    fn names_with_a_value_that_stands_there() {
        for line in [
            "DB_PASSWORD=hunter22",
            "password: 'two words here'",
            "mysql --password hunter22",
            "\"secret\": \"abcdef\"",
            "export API_KEY = abcdef1",
        ] {
            assert_eq!(secrets(line), [Hit { line: 1, sort: "password" }], "{line}");
        }
        assert_eq!(secrets("git clone https://bob:hunter22@example.com/x")[0].sort, "password in an address");
    }

    #[test]
    fn references_are_no_secrets() {
        for line in [
            "DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id db)",
            "PASSWORD=${PASSWORD}",
            "password: <your password>",
            "secret_key: arn:aws:secretsmanager:us-east-1:1:secret:x",
            "token=",
            "passwd -l root",
            "echo the password is somewhere else",
            "password=abcde",
            "PASSWORD=********",
            "curl https://example.com:8080/path@home",
        ] {
            assert_eq!(secrets(line), [], "{line}");
        }
    }
}
