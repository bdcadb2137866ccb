//! What a rule says of itself: the JSON of schema `rule@1`, as `describe` of a pack gives it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Category, Severity};

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
}

impl Rule {
    /// Reads what `describe` said of one rule.
    ///
    /// # Errors
    /// When the id, the JSON or a word in it is not of schema `rule@1`.
    pub fn read(id: &str, body: &str) -> Result<Self, RuleError> {
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || id.len() > RULE_ID_MAX_CHARS || !id.chars().all(legal) {
            return Err(RuleError::Id(id.chars().take(RULE_ID_MAX_CHARS).flat_map(char::escape_debug).collect()));
        }
        let rule: Self = serde_json::from_str(body).map_err(|error| RuleError::Body { id: id.to_owned(), why: error.to_string() })?;
        if rule.needs.is_empty() {
            return Err(RuleError::NeedsNothing(id.to_owned()));
        }
        Ok(Self { id: id.to_owned(), ..rule })
    }

    /// The kind this rule judges.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.needs.first().map_or("", |need| &need.kind)
    }
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
