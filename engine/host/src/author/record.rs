//! Writing cases: what a rule found becomes what is expected, and what an account holds becomes what is given.

use std::fmt::Write as _;

use jiff::Timestamp;
use muster_core::facet::{self, Fact};
use muster_core::finding::Rule;
use serde_json::{Map, Value};

use super::case::Expected;
use super::redact::Redactor;

/// The text of a case with `found` as what is expected. Everything else stays byte for byte, comments included.
#[must_use]
pub fn blessed(text: &str, found: &[Expected]) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_key = |line: &&str| line.starts_with(|c: char| c.is_ascii_alphabetic());
    let Some(first) = lines.iter().position(|line| line.starts_with("expect:")) else {
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        return format!("{text}{gap}{}", expectation(found));
    };
    let next = lines[first + 1..].iter().position(is_key).map_or(lines.len(), |at| first + 1 + at);
    // Comments and blank lines before the next key belong to that.
    let own = lines[first + 1..next].iter().rposition(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let end = own.map_or(first + 1, |at| first + 2 + at);
    [&lines[..first].concat(), &expectation(found), &lines[end..].concat()].map(String::as_str).concat()
}

fn expectation(found: &[Expected]) -> String {
    if found.is_empty() {
        return "expect: []\n".to_owned();
    }
    let mut out = "expect:\n".to_owned();
    for one in found {
        out.push_str(&format!("  - resource: {}\n    verdict: {}\n", scalar(&one.resource), one.verdict));
        if !one.message.is_empty() {
            out.push_str(&format!("    message: {}\n", scalar(&one.message)));
        }
        if !one.evidence.is_empty() {
            out.push_str(&format!("    evidence: {}\n", flow(&Value::Object(one.evidence.clone()))));
        }
    }
    out
}

/// A case of what an account holds, with what tells whose it is replaced. `expect` is empty until it is blessed.
#[must_use]
pub fn recorded(rule: &Rule, facts: &[Fact], at: Timestamp) -> String {
    let mut redactor = Redactor::default();
    let mut out = format!(
        "# Recorded from an account; ids, names, addresses, user data, values of variables and of tags are replaced.\nrule: {}\nnow: {at}\n",
        rule.id
    );
    if facts.is_empty() {
        return out + "given: []\nexpect: []\n";
    }
    out.push_str("given:\n");
    let id = |fact: &Fact| facet::kind(fact.kind).map_or("", |kind| kind.id);
    facts.iter().for_each(|fact| redactor.learn(id(fact), &fact.body));
    for fact in facts {
        let id = id(fact);
        let body = redactor.body(id, &fact.body);
        given(&mut out, fact, &redactor.account(&fact.account), &body);
    }
    out + "expect: []\n"
}

fn given(out: &mut String, fact: &Fact, account: &str, body: &Map<String, Value>) {
    let _text = write!(out, "  - kind: {}\n    account: '{account}'\n    region: '{}'\n    body:\n", fact.kind, fact.region);
    for (member, value) in body {
        let _text = writeln!(out, "      {}: {}", scalar(member), flow(value));
    }
}

/// A text as YAML reads it back as that text.
fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.');
    let word = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(plain);
    let special = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_ascii_lowercase().as_str());
    if word && !special {
        return text.to_owned();
    }
    if text.chars().any(char::is_control) { Value::from(text).to_string() } else { format!("'{}'", text.replace('\'', "''")) }
}

/// JSON on one line with blanks, as YAML's flow form has it.
fn flow(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let entries: Vec<String> = map.iter().map(|(name, value)| format!("{}: {}", scalar(name), flow(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::String(text) => scalar(text),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(message: &str) -> Vec<Expected> {
        let evidence = json!({"Size": 8, "odd": "it's: so", "list": [true, null]}).as_object().expect("an object").clone();
        vec![Expected { resource: "vol-1".into(), verdict: "fail".into(), message: message.into(), evidence }]
    }

    #[test]
    fn only_what_is_expected_changes() {
        let text =
            "# why\ngiven: []   # nothing\nexpect:\n  - resource: old   # gone\n    verdict: pass\n\n# when\nnow: 2026-11-21T09:00:00Z\n";
        let new = "# why\ngiven: []   # nothing\nexpect:\n  - resource: vol-1\n    verdict: fail\n    message: 'size 8 GiB, at most 4 wanted'\n    \
                   evidence: {Size: 8, odd: 'it''s: so', list: [true, null]}\n\n# when\nnow: 2026-11-21T09:00:00Z\n";
        assert_eq!(blessed(text, &found("size 8 GiB, at most 4 wanted")), new);
        assert_eq!(blessed(new, &found("size 8 GiB, at most 4 wanted")), new);
        assert_eq!(blessed("given: []\nexpect: []", &[]), "given: []\nexpect: []\n");
        assert_eq!(blessed("given: []", &[]), "given: []\nexpect: []\n");
    }

    #[test]
    fn a_recorded_case_is_read_again_and_names_nobody() {
        let body = json!({"title": "T", "category": "cost", "severity": "low", "needs": [{"kind": "ec2.volume", "facets": ["tags"]}]});
        let rules = vec![Rule::read("t", &body.to_string()).expect("a rule")];
        let Value::Object(body) =
            json!({"VolumeId": "vol-0a1b2c3d4e5f60718", "Size": 8, "Encrypted": true, "Tags": {"owner": "alice", "on": "x"}})
        else {
            unreachable!()
        };
        let fact = Fact::new(facet::kind("ec2.volume").expect("a kind"), ("210987654321", "eu-west-1"), body);
        let text = recorded(&rules[0], &[fact], "2026-11-21T09:00:00Z".parse().expect("an instant"));
        for secret in ["alice", "0a1b2c3d4e5f60718", "210987654321"] {
            assert!(!text.contains(secret), "{text}");
        }
        let case = super::super::case::read("r.yaml", text.as_bytes(), &rules).expect("a case");
        assert_eq!(
            Value::Object(case.given[0].body.clone()),
            json!({"VolumeId": "vol-00000000000000001", "Size": 8, "Encrypted": true, "Tags": {"owner": "value-1", "on": "value-2"}})
        );
        assert_eq!((case.given[0].account.as_str(), case.given[0].region.as_str()), ("111111111111", "eu-west-1"));
    }
}
