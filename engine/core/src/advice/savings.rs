//! Money in the evidence of fails: `saves: {amount, currency, per, confidence, basis, as-of}`.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::Judgement;
use crate::finding::Verdict;

/// The member of evidence that carries it.
const MEMBER: &str = "saves";

/// What mending one finding saves.
#[derive(Debug, Clone, PartialEq)]
pub struct Saving {
    /// How much, a month.
    pub amount: f64,
    /// ISO 4217: `USD`.
    pub currency: String,
    /// `exact`, `metric` or `static`.
    pub confidence: String,
}

/// What mending saves in a month.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Savings {
    /// Amount by currency.
    pub monthly: BTreeMap<String, f64>,
    /// Amount by currency and by how sure it is: `exact`, `metric`, `static`.
    pub by_confidence: BTreeMap<String, BTreeMap<String, f64>>,
    /// Resources it comes from.
    pub resources: usize,
}

/// What a finding says it would save. Anything but a positive amount a month is none.
#[must_use]
pub fn saves(finding: &Judgement) -> Option<Saving> {
    let saves = finding.evidence.get(MEMBER)?;
    let text = |member: &str| saves.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    let amount = saves.get("amount").and_then(Value::as_f64).filter(|amount| *amount > 0.0 && amount.is_finite())?;
    (text("per") == "month").then(|| Saving { amount, currency: text("currency"), confidence: text("confidence") })
}

impl Savings {
    /// Adds up what fails would save. Of several findings on one resource the largest counts: who deletes a volume does not
    /// also make it cheaper.
    #[must_use]
    pub fn of(findings: &[Judgement]) -> Self {
        let mut largest: BTreeMap<(&str, &str), Saving> = BTreeMap::new();
        for found in findings.iter().filter(|found| found.verdict == Verdict::Fail) {
            let Some(saving) = saves(found) else { continue };
            let known = largest.entry((&found.kind, &found.key)).or_insert_with(|| saving.clone());
            if saving.amount > known.amount {
                *known = saving;
            }
        }
        let mut sum = Self { resources: largest.len(), ..Self::default() };
        for saving in largest.into_values() {
            *sum.monthly.entry(saving.currency.clone()).or_default() += saving.amount;
            *sum.by_confidence.entry(saving.currency).or_default().entry(saving.confidence).or_default() += saving.amount;
        }
        let amounts = sum.monthly.values_mut().chain(sum.by_confidence.values_mut().flat_map(BTreeMap::values_mut));
        amounts.for_each(|amount| *amount = cents(*amount));
        sum
    }
}

/// Sums of fractions leave dust behind; nobody is paid in it.
fn cents(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}
