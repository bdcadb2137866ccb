//! What rules say: about themselves ([`Rule`]), about resources ([`Finding`]), and how a call of one ended badly
//! ([`Fault`]).
//!
//! Plain data. Who runs rules is `engine/host`; who chooses and shows them is above both.

mod fault;
mod rule;
mod words;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use fault::{Fault, FaultKind, LimitHit};
pub use rule::{Grouping, Need, RULE_ID_MAX_CHARS, Remediation, Rule, RuleError};
pub use words::{Category, Severity, Verdict};

/// A pack of rules as people name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PackId {
    /// Name in fleet.yaml or of the built-in pack: `ec2`.
    pub name: String,
    /// Version, as its author or the lock says.
    pub version: String,
}

impl std::fmt::Display for PackId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}

/// One rule's verdict on one resource. Thousands of them share their words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Id of the rule, unique in its pack.
    pub rule: Arc<str>,
    /// The pack it stands in.
    pub pack: Arc<PackId>,
    /// What was found.
    pub verdict: Verdict,
    /// How much it matters when it fails.
    pub severity: Severity,
    /// Facet's word for the resource: `ec2.instance`.
    pub kind: Arc<str>,
    /// Key of the document that was judged, unique in a run: how the caller finds what it gave.
    pub key: Arc<str>,
    /// AWS id, or the name in fleet.yaml.
    pub resource: Arc<str>,
    /// Account id; empty when the document is not of an account.
    pub account: Arc<str>,
    /// Region; empty when the document is not of a region.
    pub region: Arc<str>,
    /// One line for a person. Control characters of the pack's own text are escaped.
    pub message: String,
    /// What the rule looked at.
    pub evidence: Map<String, Value>,
    /// How the call ended, when the verdict is [`Verdict::Errored`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fault: Option<Arc<Fault>>,
}

impl Finding {
    /// What findings are sorted by: rule, then kind, key and the text, so that the order does not depend on threads.
    #[must_use]
    pub fn order(&self) -> (&PackId, &str, &str, &str, &str) {
        (&self.pack, &self.rule, &self.kind, &self.key, &self.message)
    }
}
