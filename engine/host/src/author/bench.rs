//! What a rule costs. Fuel decides: it is the same on every machine, so a slower rule shows in CI. Time is shown beside it.

use std::collections::BTreeMap;

use muster_core::facet::{self, Fact};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Version of the file's format.
const FORMAT: u32 = 1;
/// How much more fuel than before is still the same, in percent: a compiler's next release moves it by some.
pub(super) const TOLERATED_PERCENT: u64 = 10;

/// What one rule took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Documents it judged.
    pub documents: u64,
    /// Fuel of all calls.
    pub fuel: u64,
    /// Most linear memory of a call, in bytes.
    pub memory: u64,
}

/// What the rules of a pack took before: `bench.json` in its folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Format number.
    format: u32,
    /// By rule id.
    pub rules: BTreeMap<String, Measure>,
}

/// A rule that takes more than before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "rule `{rule}` takes {now} fuel for {documents} documents, {percent} % more than the {before} of before; {TOLERATED_PERCENT} % are tolerated"
)]
pub struct Regression {
    /// Which.
    pub rule: String,
    /// Over how many documents.
    pub documents: u64,
    /// Fuel before.
    pub before: u64,
    /// Fuel now.
    pub now: u64,
    /// By how much more, rounded down.
    pub percent: u64,
}

impl Baseline {
    /// Of these measures.
    #[must_use]
    pub const fn new(rules: BTreeMap<String, Measure>) -> Self {
        Self { format: FORMAT, rules }
    }

    /// Reads the file.
    ///
    /// # Errors
    /// When it is no JSON of this format.
    pub fn read(text: &str) -> Result<Self, String> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if baseline.format == FORMAT { Ok(baseline) } else { Err(format!("it has format {}, this muster reads {FORMAT}", baseline.format)) }
    }

    /// Rules that take more fuel a document than before, beyond what is tolerated. A new rule takes what it takes.
    #[must_use]
    pub fn regressions(&self, now: &BTreeMap<String, Measure>) -> Vec<Regression> {
        let compared = |(rule, now): (&String, &Measure)| {
            let before = self.rules.get(rule)?;
            // Both for as many documents as now.
            let scaled = before.fuel.saturating_mul(now.documents.max(1)) / before.documents.max(1);
            let over = now.fuel.saturating_mul(100) > scaled.saturating_mul(100 + TOLERATED_PERCENT);
            let percent = (now.fuel.saturating_mul(100) / scaled.max(1)).saturating_sub(100);
            over.then(|| Regression { rule: rule.clone(), documents: now.documents, before: scaled, now: now.fuel, percent })
        };
        now.iter().filter_map(compared).collect()
    }
}

/// `count` facts made of some: repeated, each under an id of its own, in the same account and region.
#[must_use]
pub fn spread(facts: &[Fact], count: usize) -> Vec<Fact> {
    let one = |(n, fact): (usize, &Fact)| {
        let kind = facet::kind(fact.kind)?;
        let mut body = fact.body.clone();
        let mut account = fact.account.clone();
        match body.get_mut(kind.id) {
            Some(Value::String(id)) => id.push_str(&format!("-{n}")),
            _ => account = format!("{n:012}"),
        }
        Some(Fact::new(kind, (&account, &fact.region), body))
    };
    facts.iter().cycle().take(if facts.is_empty() { 0 } else { count }).enumerate().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn measures(documents: u64, fuel: u64) -> BTreeMap<String, Measure> {
        BTreeMap::from([("r".to_owned(), Measure { documents, fuel, memory: 1 })])
    }

    #[test]
    fn ten_percent_are_the_same_and_one_more_is_not() {
        let before = Baseline::new(measures(1_000, 1_000_000));
        assert_eq!(before.regressions(&measures(1_000, 1_100_000)), []);
        let regressions = before.regressions(&measures(1_000, 1_100_001));
        assert_eq!(
            regressions[0].to_string(),
            "rule `r` takes 1100001 fuel for 1000 documents, 10 % more than the 1000000 of before; 10 % are tolerated"
        );
        assert_eq!(before.regressions(&measures(500, 550_000)), [], "per document");
        assert_eq!(before.regressions(&measures(500, 600_000))[0].percent, 20);
        assert_eq!(Baseline::new(BTreeMap::new()).regressions(&measures(1, 1)), [], "a new rule");
    }

    #[test]
    fn a_baseline_is_read_as_it_was_written() {
        let baseline = Baseline::new(measures(1, 2));
        let text = serde_json::to_string(&baseline).expect("JSON");
        assert_eq!(Baseline::read(&text), Ok(baseline));
        assert_eq!(Baseline::read(&text.replace(":1,\"rules", ":2,\"rules")), Err("it has format 2, this muster reads 1".to_owned()));
    }

    #[test]
    fn spread_facts_have_keys_of_their_own() {
        let Value::Object(body) = json!({"VolumeId": "vol-1", "Size": 8}) else { unreachable!() };
        let fact = Fact::new(facet::kind("ec2.volume").expect("a kind"), ("123456789012", "us-east-1"), body);
        let many = spread(&[fact], 3);
        let ids: Vec<&str> = many.iter().map(|fact| fact.id.as_str()).collect();
        assert_eq!(ids, ["vol-1-0", "vol-1-1", "vol-1-2"]);
        assert_eq!(spread(&[], 3), []);
    }
}
