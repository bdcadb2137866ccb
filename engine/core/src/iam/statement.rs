//! Statements and documents of IAM's policy language, in one fixed order.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// Most characters of a managed policy, blanks not counted (K: IAM User Guide, "IAM and AWS STS quotas").
pub const DOCUMENT_MAX_CHARS: usize = 6_144;

/// What IAM calls a condition block: operator → key → accepted values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Conditions(BTreeMap<&'static str, BTreeMap<String, BTreeSet<String>>>);

impl Conditions {
    /// Adds `operator: {key: values}`.
    pub(super) fn with<V: AsRef<str>>(mut self, operator: &'static str, key: &str, values: impl IntoIterator<Item = V>) -> Self {
        let values = values.into_iter().map(|value| value.as_ref().to_owned());
        self.0.entry(operator).or_default().entry(key.to_owned()).or_default().extend(values);
        self
    }

    /// The key must be in the request.
    pub(super) fn present(self, key: &str) -> Self {
        self.with("Null", key, ["false"])
    }

    /// The key must not be in the request.
    pub(super) fn absent(self, key: &str) -> Self {
        self.with("Null", key, ["true"])
    }
}

/// One `Allow`. Muster's policies hold no `Deny`: what is not listed is not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) sid: String,
    pub(super) actions: BTreeSet<&'static str>,
    pub(super) resources: BTreeSet<String>,
    pub(super) conditions: Conditions,
}

impl Statement {
    fn json(&self) -> Value {
        let mut statement = json!({"Sid": self.sid, "Effect": "Allow", "Action": self.actions, "Resource": self.resources});
        if !self.conditions.0.is_empty() {
            statement["Condition"] = json!(self.conditions.0);
        }
        statement
    }

    /// The same permission in statements of at most `room` characters, as far as its resources can be shared out.
    fn fitting(&self, room: usize) -> Vec<Value> {
        let whole = self.json();
        if length(&whole) <= room || self.resources.len() < 2 {
            return vec![whole];
        }
        let resources: Vec<&String> = self.resources.iter().collect();
        let halves = resources.split_at(resources.len() / 2);
        let part = |letter: &str, resources: &[&String]| Self {
            sid: format!("{}{letter}", self.sid),
            resources: resources.iter().copied().cloned().collect(),
            ..self.clone()
        };
        [part("A", halves.0), part("B", halves.1)].iter().flat_map(|half| half.fitting(room)).collect()
    }
}

/// The statements as documents that IAM accepts, in order, as few as that order allows.
pub(super) fn documents(statements: &[Statement]) -> Vec<Value> {
    let room = DOCUMENT_MAX_CHARS - length(&document(&[]));
    let mut documents = Vec::new();
    let mut current: Vec<Value> = Vec::new();
    let mut used = 0;
    for statement in statements.iter().flat_map(|statement| statement.fitting(room)) {
        let size = length(&statement) + 1;
        if used + size > room && !current.is_empty() {
            documents.push(document(&current));
            current.clear();
            used = 0;
        }
        used += size;
        current.push(statement);
    }
    if !current.is_empty() {
        documents.push(document(&current));
    }
    documents
}

/// One document, for the few statements that always fit.
pub(super) fn single(statements: &[Statement]) -> Value {
    document(&statements.iter().map(Statement::json).collect::<Vec<_>>())
}

/// A whole document.
fn document(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn length(value: &Value) -> usize {
    escaped(&value.to_string()).len()
}

/// A policy as it is printed. IAM takes no character beyond U+00FF (K: IAM API Reference, "CreatePolicy"), so tags of other scripts
/// are written as escapes.
#[must_use]
pub fn text(policy: &Value) -> String {
    escaped(&format!("{policy:#}"))
}

/// Beyond ASCII only strings hold anything in JSON, so escaping the whole text escapes just them.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match c.is_ascii() {
            true => text.push(c),
            false => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(sid: &str, resources: usize) -> Statement {
        let resources = (0..resources).map(|n| format!("arn:aws:ec2:region-{n}:123456789012:instance/*")).collect();
        Statement { sid: sid.to_owned(), actions: ["ec2:StopInstances"].into(), resources, conditions: Conditions::default() }
    }

    fn resources(documents: &[Value]) -> usize {
        let statements = documents.iter().flat_map(|document| document["Statement"].as_array().expect("statements"));
        statements.map(|statement| statement["Resource"].as_array().expect("resources").len()).sum()
    }

    #[test]
    fn documents_are_cut_at_the_limit_and_lose_nothing() {
        let all: Vec<Statement> = (0..40).map(|n| statement(&format!("S{n}"), 5)).collect();
        let documents = documents(&all);
        assert!(documents.len() > 1);
        assert!(documents.iter().all(|document| length(document) <= DOCUMENT_MAX_CHARS));
        assert_eq!(resources(&documents), 200);
    }

    #[test]
    fn a_statement_too_long_for_a_document_shares_out_its_resources() {
        let documents = documents(&[statement("Wide", 300)]);
        assert!(documents.iter().all(|document| length(document) <= DOCUMENT_MAX_CHARS));
        assert_eq!(resources(&documents), 300);
    }

    #[test]
    fn other_scripts_are_printed_as_escapes_that_mean_the_same() {
        let policy = json!({"팀": "😀 é"});
        let printed = text(&policy);
        assert!(printed.is_ascii(), "{printed}");
        assert_eq!(serde_json::from_str::<Value>(&printed).expect("json"), policy);
    }

    #[test]
    fn nothing_to_allow_is_no_document() {
        assert_eq!(documents(&[]), Vec::<Value>::new());
    }
}
