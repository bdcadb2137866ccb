//! How a call of a rule ended badly.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::PackId;

/// Why a rule gave no verdict. One fault may stand behind many findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Whose rule.
    pub pack: PackId,
    /// Its id.
    pub rule: String,
    /// What was judged together: `account/region`, `fleet`, or the chunk's first and last key.
    pub group: String,
    /// What happened.
    pub kind: FaultKind,
    /// The limit it ran into, if it was one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limit: Option<LimitHit>,
    /// What the machine or the rule itself said, escaped.
    pub cause: String,
    /// The resource whose document does it, found by halving the batch; nothing when no single one does.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub resource: Option<String>,
    /// Documents in the smallest batch that was seen to fail.
    pub among: usize,
    /// The guest's functions when it stopped, innermost first.
    pub frames: Vec<String>,
    /// Its last log lines, escaped.
    pub log: Vec<String>,
    /// Name of the replay file that does it again, if one was made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replay: Option<String>,
}

/// What happened to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The guest stopped itself, or did what WebAssembly forbids.
    Trap,
    /// It ran too long, by fuel or by time.
    Time,
    /// It asked for more memory, tables or stack than it may have, or was given more than fits.
    Space,
    /// It said too much: findings, text or log lines.
    Flood,
    /// What it said is not what the interface allows.
    BadOutput,
    /// It answered that it cannot judge.
    Declared,
    /// It could not be started.
    Start,
}

/// A limit of the host that was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitHit {
    /// Its name in `docs/rules/limits.md`: `fuel`.
    pub name: String,
    /// Its value, in `unit`.
    pub value: u64,
    /// What is counted: `bytes`, `lines`.
    pub unit: String,
}

impl fmt::Display for LimitHit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.name, self.value, self.unit)
    }
}

impl FaultKind {
    const fn phrase(self) -> &'static str {
        match self {
            Self::Trap => "trapped",
            Self::Time => "ran too long",
            Self::Space => "asked for too much",
            Self::Flood => "said too much",
            Self::BadOutput => "gave an answer that is not one",
            Self::Declared => "said that it cannot judge",
            Self::Start => "did not start",
        }
    }
}

impl fmt::Display for Fault {
    /// What, of which rule, on which resource, why, and how to see it again. One line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rule `{}` of pack {} {}", self.rule, self.pack, self.kind.phrase())?;
        match (&self.resource, self.among) {
            (Some(resource), _) => write!(f, " on {resource}")?,
            (None, 0) => {}
            (None, 1) => f.write_str(" on one resource")?,
            (None, many) => write!(f, " on {many} resources together")?,
        }
        write!(f, " in {}: {}", self.group, self.cause)?;
        if let Some(limit) = &self.limit {
            write!(f, "; limit {limit}")?;
        }
        match &self.replay {
            Some(file) => write!(f, "; seen again with {file}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault() -> Fault {
        Fault {
            pack: PackId { name: "our".into(), version: "1.2.0".into() },
            rule: "slow".into(),
            group: "123456789012/us-east-1".into(),
            kind: FaultKind::Time,
            limit: Some(LimitHit { name: "fuel".into(), value: 102_000_000, unit: "units".into() }),
            cause: "all fuel consumed by WebAssembly".into(),
            resource: Some("vol-1".into()),
            among: 1,
            frames: Vec::new(),
            log: Vec::new(),
            replay: Some("our-slow-0123456789abcdef.replay".into()),
        }
    }

    #[test]
    fn a_fault_names_everything_one_needs() {
        assert_eq!(
            fault().to_string(),
            "rule `slow` of pack our 1.2.0 ran too long on vol-1 in 123456789012/us-east-1: all fuel consumed by WebAssembly; \
             limit fuel (102000000 units); seen again with our-slow-0123456789abcdef.replay"
        );
        let vague = Fault { resource: None, among: 250, limit: None, replay: None, kind: FaultKind::Trap, ..fault() };
        assert_eq!(
            vague.to_string(),
            "rule `slow` of pack our 1.2.0 trapped on 250 resources together in 123456789012/us-east-1: all fuel consumed by WebAssembly"
        );
    }

    #[test]
    fn a_fault_survives_json() {
        let text = serde_json::to_string(&fault()).expect("JSON");
        assert_eq!(serde_json::from_str::<Fault>(&text).expect("a fault"), fault());
    }
}
