//! Facts as documents: each body written once for each set of facets that some rule reads of it.

use std::collections::{BTreeSet, HashMap};

use muster_core::advice::facets;
use muster_core::facet::{self, Fact};
use muster_core::finding::{Finding, Rule};
use serde_json::Value;

use crate::document::{Document, DocumentError};

/// Kind and facets, as one text.
type View = String;

/// Documents made so far. Ten rules that read the same facets of a thing share its text.
#[derive(Debug, Default)]
pub struct Documents {
    made: HashMap<View, HashMap<String, Document>>,
    /// Keys of facts whose documents' keys had to be escaped.
    escaped: HashMap<String, String>,
}

impl Documents {
    /// What `rule` sees of these facts: base members and those of the facets it declared, nothing else.
    ///
    /// # Errors
    /// When a fact's account or region is no plain word; no collector gives such.
    pub fn of(&mut self, rule: &Rule, facts: &[&Fact]) -> Result<Vec<Document>, DocumentError> {
        let needs = facets(rule);
        let none = BTreeSet::new();
        facts.iter().map(|fact| self.one(fact, needs.get(fact.kind).unwrap_or(&none))).collect()
    }

    fn one(&mut self, fact: &Fact, facets: &BTreeSet<&str>) -> Result<Document, DocumentError> {
        let words: Vec<&str> = facets.iter().copied().collect();
        let made = self.made.entry(format!("{} {}", fact.kind, words.join(" "))).or_default();
        if let Some(document) = made.get(&fact.key) {
            return Ok(document.clone());
        }
        let body = facet::kind(fact.kind).map_or_else(|| fact.body.clone(), |kind| fact.projected(kind, facets));
        let document = Document::new(fact.kind, &fact.key, &fact.id, (&fact.account, &fact.region), &Value::Object(body))?;
        if document.key() != fact.key {
            self.escaped.insert(document.key().to_owned(), fact.key.clone());
        }
        made.insert(fact.key.clone(), document.clone());
        Ok(document)
    }

    /// Gives findings the keys of their facts back.
    pub fn name(&self, findings: &mut [Finding]) {
        for finding in findings.iter_mut().filter(|_| !self.escaped.is_empty()) {
            if let Some(key) = self.escaped.get(&*finding.key) {
                finding.key = key.as_str().into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_core::finding::Rule;
    use serde_json::json;

    fn rule(facets: &[&str]) -> Rule {
        let body = json!({"title": "Volume", "category": "cost", "severity": "low", "needs": [{"kind": "ec2.volume", "facets": facets}]});
        Rule::read("volume", &body.to_string()).expect("a rule")
    }

    fn fact(id: &str) -> Fact {
        let Value::Object(body) = json!({"VolumeId": id, "Size": 8, "Tags": {"env": "dev"}}) else { unreachable!() };
        Fact::new(facet::kind("ec2.volume").expect("a kind"), ("123456789012", "us-east-1"), body)
    }

    #[test]
    fn a_rule_sees_what_it_declared_and_rules_that_see_the_same_share_it() {
        let (mut documents, fact) = (Documents::default(), fact("vol-1"));
        let bare = documents.of(&rule(&[]), &[&fact]).expect("documents");
        assert_eq!(&*bare[0].body, r#"{"Size":8,"VolumeId":"vol-1"}"#);
        let tagged = documents.of(&rule(&["tags"]), &[&fact]).expect("documents");
        assert_eq!(&*tagged[0].body, r#"{"Size":8,"Tags":{"env":"dev"},"VolumeId":"vol-1"}"#);
        let again = documents.of(&rule(&["tags"]), &[&fact]).expect("documents");
        assert!(std::sync::Arc::ptr_eq(&tagged[0].body, &again[0].body));
    }

    #[test]
    fn findings_get_the_keys_of_their_facts_back() {
        let (mut documents, fact) = (Documents::default(), fact("볼륨"));
        let made = documents.of(&rule(&[]), &[&fact]).expect("documents");
        assert!(made[0].key().is_ascii() && !fact.key.is_ascii());
        let finding = |key: &str| Finding {
            rule: "volume".into(),
            pack: std::sync::Arc::new(muster_core::finding::PackId { name: "ec2".into(), version: "1".into() }),
            verdict: muster_core::finding::Verdict::Pass,
            severity: muster_core::finding::Severity::Low,
            kind: "ec2.volume".into(),
            key: key.into(),
            resource: "r".into(),
            account: "".into(),
            region: "".into(),
            message: String::new(),
            evidence: serde_json::Map::new(),
            fault: None,
        };
        let mut findings = [finding(made[0].key()), finding("other")];
        documents.name(&mut findings);
        assert_eq!((&*findings[0].key, &*findings[1].key), (fact.key.as_str(), "other"));
    }
}
