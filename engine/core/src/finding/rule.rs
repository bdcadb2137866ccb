//! What a rule says of itself: the JSON of schema `rule@1`, as `describe` of a pack gives it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Category, Severity};
use crate::text::{escaped, escaped_lines, steers};

/// Longest id of a rule, in characters.
pub const RULE_ID_MAX_CHARS: usize = 80;

/// A rule as its pack describes it. Members this version does not know are left alone, so that the schema can grow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Rule {
    /// Unique in the pack: lower-case letters, digits and hyphens. Stands beside the JSON, not in it.
    #[serde(default, skip_deserializing)]
    pub id: String,
    /// One line: what is wrong when it fails.
    pub title: String,
    /// What it is about.
    pub category: Category,
    /// How much it matters when it fails, unless a policy says otherwise.
    pub severity: Severity,
    /// What it must see at once.
    #[serde(default)]
    pub grouping: Grouping,
    /// What it reads. The first kind is the one it judges.
    pub needs: Vec<Need>,
    /// JSON Schema of its parameters, with defaults; empty when it has none.
    #[serde(default)]
    pub params: Map<String, Value>,
    /// Why it matters.
    #[serde(default)]
    pub risk: String,
    /// How to mend it.
    #[serde(default)]
    pub remediation: Remediation,
    /// Ids of the controls it implements: `CIS 5.2`, `FSBP EC2.19`.
    #[serde(default)]
    pub controls: Vec<String>,
    /// More for those who ask, as Markdown.
    #[serde(default)]
    pub help: String,
}

/// A kind of resource a rule reads, and what of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// Facet's word: `ec2.instance`.
    pub kind: String,
    /// What beyond the resource's own description: `imds`, `tags`.
    #[serde(default)]
    pub facets: Vec<String>,
}

/// How to mend what a rule found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remediation {
    /// In words.
    #[serde(default)]
    pub text: String,
    /// As a command, with `{resource}` and `{region}` to be filled in; empty when there is none.
    #[serde(default)]
    pub command: String,
}

/// What a rule must see at once to judge.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grouping {
    /// Each document alone: the host may cut a batch anywhere.
    #[default]
    Each,
    /// All documents of one account and region.
    Scope,
    /// All documents there are.
    Fleet,
}

/// Why a description was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// The id is not one.
    #[error("`{0}` is no id of a rule: 1 to {RULE_ID_MAX_CHARS} lower-case letters, digits and hyphens are")]
    Id(String),
    /// The JSON is not a description.
    #[error("rule `{id}` describes itself wrongly: {why}")]
    Body {
        /// Which rule.
        id: String,
        /// What the decoder said.
        why: String,
    },
    /// Without a kind to judge there is nothing to collect and nothing to ask.
    #[error("rule `{0}` needs nothing, so there is nothing it could judge; name a kind in `needs`")]
    NeedsNothing(String),
    /// A command is there to be copied into a shell, which runs each line of it and shows nothing of what is invisible.
    #[error("the remedy of rule `{id}` is no command of one line of visible characters: `{command}`; its author writes it as one")]
    Command {
        /// Which rule.
        id: String,
        /// What it says, with the characters in question written out.
        command: String,
    },
}

impl Rule {
    /// Reads what `describe` said of one rule. Its texts are shown to people, so what could steer a terminal is written out in
    /// them; needs that name one kind are one need.
    ///
    /// # Errors
    /// When the id, the JSON or a word in it is not of schema `rule@1`, or when its command is not one line.
    pub fn read(id: &str, body: &str) -> Result<Self, RuleError> {
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || id.len() > RULE_ID_MAX_CHARS || !id.chars().all(legal) {
            return Err(RuleError::Id(id.chars().take(RULE_ID_MAX_CHARS).flat_map(char::escape_debug).collect()));
        }
        let mut rule: Self =
            serde_json::from_str(body).map_err(|error| RuleError::Body { id: id.to_owned(), why: escaped(error.to_string()) })?;
        if rule.needs.is_empty() {
            return Err(RuleError::NeedsNothing(id.to_owned()));
        }
        if rule.remediation.command.contains(steers) {
            return Err(RuleError::Command { id: id.to_owned(), command: escaped(rule.remediation.command) });
        }
        rule.needs = merged(rule.needs);
        Ok(Self { id: id.to_owned(), ..rule.harmless() })
    }

    /// With every text for people such that it cannot steer what shows it. Only `help` is of several lines.
    fn harmless(mut self) -> Self {
        self.title = escaped(self.title);
        self.risk = escaped(self.risk);
        self.remediation.text = escaped(self.remediation.text);
        self.help = escaped_lines(self.help);
        self.controls = self.controls.into_iter().map(escaped).collect();
        self.params.iter_mut().for_each(|(key, value)| described(key, value));
        self
    }

    /// The kind this rule judges.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.needs.first().map_or("", |need| &need.kind)
    }
}

/// Escapes what a schema says for people, at any depth. Everything else in it is held against values and stays.
fn described(key: &str, value: &mut Value) {
    match value {
        Value::String(text) if matches!(key, "description" | "title") => *text = escaped(std::mem::take(text)),
        Value::Object(members) => members.iter_mut().for_each(|(key, value)| described(key, value)),
        Value::Array(items) => items.iter_mut().for_each(|item| described("", item)),
        _ => {}
    }
}

/// One need for each kind, with all that is asked of it, in the order in which it is first named: what is asked for twice
/// would be given twice.
fn merged(needs: Vec<Need>) -> Vec<Need> {
    let mut all: Vec<Need> = Vec::new();
    let mut places: BTreeMap<String, (usize, BTreeSet<String>)> = BTreeMap::new();
    for Need { kind, facets } in needs {
        let (at, seen) = places.entry(kind.clone()).or_insert_with(|| {
            all.push(Need { kind, facets: Vec::new() });
            (all.len() - 1, BTreeSet::new())
        });
        all[*at].facets.extend(facets.into_iter().filter(|facet| seen.insert(facet.clone())));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"title":"EBS volume is not encrypted","category":"security","severity":"high","needs":[{"kind":"ec2.volume"}]}"#;

    #[test]
    fn a_short_description_is_enough_and_a_newer_one_is_read() {
        let rule = Rule::read("ebs-unencrypted", BODY).expect("a rule");
        assert_eq!((rule.subject(), rule.grouping, rule.severity), ("ec2.volume", Grouping::Each, Severity::High));
        let newer = BODY.replacen('{', r#"{"since":"1.7","needs-more":[1],"#, 1);
        assert_eq!(Rule::read("ebs-unencrypted", &newer), Ok(rule));
    }

    #[test]
    fn what_a_pack_says_to_people_cannot_steer_a_terminal() {
        let hostile = "a\u{1b}[2J\u{202e}b\u{200b}\nc";
        let body = serde_json::json!({
            "title": hostile, "category": "security", "severity": "high", "needs": [{"kind": "ec2.volume"}], "risk": hostile, "help": hostile,
            "controls": [hostile], "remediation": {"text": hostile, "command": "aws ec2 x --id {resource}"},
            "params": {"properties": {"a": {"description": hostile, "default": "\u{200b}"}}},
        });
        let rule = Rule::read("a", &body.to_string()).expect("a rule");
        let shown = r"a\u{1b}[2J\u{202e}b\u{200b}\u{a}c";
        assert_eq!([&rule.title, &rule.risk, &rule.remediation.text, &rule.controls[0]], [shown; 4]);
        assert_eq!(rule.help, "a\\u{1b}[2J\\u{202e}b\\u{200b}\nc", "lines of Markdown stay");
        assert_eq!(rule.params["properties"]["a"], serde_json::json!({"description": shown, "default": "\u{200b}"}));
    }

    #[test]
    fn a_command_is_one_line_of_visible_characters() {
        for (command, shown) in [("ls\nrm x", r"ls\u{a}rm x"), ("ls \u{202e}x", r"ls \u{202e}x"), ("ls\u{2028}x", r"ls\u{2028}x")] {
            let remedy = serde_json::json!({"command": command});
            let body = BODY.replacen('{', &format!(r#"{{"remediation":{remedy},"#), 1);
            assert_eq!(Rule::read("a", &body), Err(RuleError::Command { id: "a".to_owned(), command: shown.to_owned() }));
        }
    }

    #[test]
    fn a_kind_is_needed_once_with_all_that_is_asked_of_it() {
        let needs = r#"{"kind":"ec2.volume","facets":["tags"]},{"kind":"ec2.image"},{"kind":"ec2.volume","facets":["days","tags"]}"#;
        let rule = Rule::read("a", &BODY.replace(r#"{"kind":"ec2.volume"}"#, needs)).expect("a rule");
        let need =
            |kind: &str, facets: &[&str]| Need { kind: kind.to_owned(), facets: facets.iter().map(|&facet| facet.to_owned()).collect() };
        assert_eq!(rule.needs, [need("ec2.volume", &["tags", "days"]), need("ec2.image", &[])]);
    }

    #[test]
    fn what_is_not_a_description_is_refused_by_name() {
        let said = |id: &str, body: &str| Rule::read(id, body).expect_err("refused").to_string();
        assert_eq!(said("EBS", BODY), "`EBS` is no id of a rule: 1 to 80 lower-case letters, digits and hyphens are");
        assert_eq!(said("a\u{1b}[2J", BODY), "`a\\u{1b}[2J` is no id of a rule: 1 to 80 lower-case letters, digits and hyphens are");
        assert_eq!(
            said("a", &BODY.replace("high", "urgent")),
            "rule `a` describes itself wrongly: unknown variant `urgent`, expected one of `info`, `low`, `medium`, `high`, `critical` at line 1 column 80"
        );
        assert_eq!(
            said("a", &BODY.replace(r#"{"kind":"ec2.volume"}"#, "")),
            "rule `a` needs nothing, so there is nothing it could judge; name a kind in `needs`"
        );
    }
}
