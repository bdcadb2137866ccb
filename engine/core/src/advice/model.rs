//! What advice is made of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Savings;
use crate::facet::Gap;
use crate::finding::{Category, Fault, Severity, Verdict};

/// What chosen rules say of an account.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Advice {
    /// Instant the rules judged at.
    pub at: Timestamp,
    /// Every verdict on every resource, by rule and key.
    pub findings: Vec<Judgement>,
    /// What could not be read, and which rules needed it.
    pub gaps: Vec<GapRow>,
    /// Every rule that was asked, by id.
    pub rules: Vec<RuleRow>,
    /// All verdicts together.
    pub tally: Tally,
    /// What mending would save.
    pub savings: Savings,
    /// What is worth knowing beside the verdicts.
    pub notes: Vec<Note>,
    /// API calls that reading took.
    pub calls: u64,
}

/// One rule's verdict on one resource.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Judgement {
    /// Full id of the rule: `ec2/open-ports`.
    pub rule: Arc<str>,
    /// What was found.
    pub verdict: Verdict,
    /// How much a fail matters, as the policies say.
    pub severity: Severity,
    /// Kind of the resource: `ec2.instance`.
    pub kind: Arc<str>,
    /// AWS id, or the name in fleet.yaml.
    pub resource: Arc<str>,
    /// What people call it: its address in this fleet, else its Name tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its ARN, where AWS gives one.
    pub arn: Option<String>,
    /// Account id; empty for what stands in the file.
    pub account: Arc<str>,
    /// Region; empty for what belongs to an account as a whole.
    pub region: Arc<str>,
    /// One line for a person.
    pub message: String,
    /// What the rule looked at.
    pub evidence: Map<String, Value>,
    /// Line of the file that declares the resource: `fleet.yaml:31`.
    #[serde(rename = "where")]
    pub origin: Option<String>,
    /// The command that mends it, filled in; nothing where the rule has none or there is nothing to mend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// What covers the fail, when the verdict is exempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<Exempted>,
    /// How the call ended, when the verdict is errored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Arc<Fault>>,
    /// Key of the fact, unique among those of its kind.
    #[serde(skip)]
    pub key: Arc<str>,
}

/// An exception that covers a fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Exempted {
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Its last day: `2026-12-31`.
    pub until: String,
    /// Where it stands: `policies/our.yaml:12`.
    #[serde(rename = "where")]
    pub origin: String,
}

/// A gap and the rules that felt it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct GapRow {
    /// What could not be read.
    #[serde(flatten)]
    pub gap: Gap,
    /// Full ids of the rules that needed it; a gap that none needed changes no exit code.
    pub rules: BTreeSet<Arc<str>>,
}

/// A rule that was asked, and its verdicts counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RuleRow {
    /// Full id: `ec2/open-ports`.
    pub id: Arc<str>,
    /// What is wrong when it fails.
    pub title: String,
    /// What it is about.
    pub category: Category,
    /// How much a fail matters, as the policies say.
    pub severity: Severity,
    /// Kind it judges.
    pub kind: String,
    /// Pack with its version: `ec2 1.0.0`.
    pub pack: String,
    /// Its parameters, defaults included.
    pub params: Map<String, Value>,
    /// Why it matters.
    pub risk: String,
    /// How to mend what it finds, in words.
    pub remediation: String,
    /// Controls it implements.
    pub controls: Vec<String>,
    /// Line that chose it, or set it last: `policies/our.yaml:4`.
    #[serde(rename = "where")]
    pub origin: String,
    /// Its verdicts.
    pub tally: Tally,
    /// Resources it was asked about and said nothing of: to it they are not applicable.
    pub not_applicable: usize,
}

/// Verdicts, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tally {
    /// As wanted.
    pub pass: usize,
    /// Not as wanted.
    pub fail: usize,
    /// What was needed could not be read.
    pub unknown: usize,
    /// The rule did not come to an end.
    pub errored: usize,
    /// Fails that an exception covers.
    pub exempt: usize,
}

impl Tally {
    /// Counts one verdict.
    pub fn add(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Fail => &mut self.fail,
            Verdict::Unknown => &mut self.unknown,
            Verdict::Errored => &mut self.errored,
            Verdict::Exempt => &mut self.exempt,
        } += 1;
    }

    /// Counts all of `verdicts`.
    pub fn of(verdicts: impl IntoIterator<Item = Verdict>) -> Self {
        let mut tally = Self::default();
        verdicts.into_iter().for_each(|verdict| tally.add(verdict));
        tally
    }
}

/// Something worth knowing that is no verdict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Note {
    /// What it is about: a rule's full id, or `policies/our.yaml:12`.
    pub about: String,
    /// One line.
    pub message: String,
}

impl Advice {
    /// Fails at or over `severity`, exempt ones not counted.
    #[must_use]
    pub fn failing(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|found| found.verdict == Verdict::Fail && found.severity >= severity).count()
    }

    /// Gaps that some chosen rule needed.
    pub fn felt(&self) -> impl Iterator<Item = &GapRow> {
        self.gaps.iter().filter(|row| !row.rules.is_empty())
    }

    /// Fails by severity, worst first, those without any left out.
    #[must_use]
    pub fn by_severity(&self) -> Vec<(Severity, usize)> {
        let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
        for found in self.findings.iter().filter(|found| found.verdict == Verdict::Fail) {
            *counts.entry(found.severity).or_default() += 1;
        }
        counts.into_iter().rev().collect()
    }
}
