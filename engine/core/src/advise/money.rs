//! What mending would save.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value as Json};

/// The member of evidence that names the other things whose price is in the amount.
const COVERS: &str = "covers";

/// What a rule says that mending one thing saves: the member `saves` of its evidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Saves {
    /// A month, in `currency`.
    pub amount: f64,
    /// ISO 4217.
    pub currency: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// How it was reckoned.
    pub basis: String,
    /// Keys of other things whose price is in the amount, as the evidence `covers` names them: who terminates a machine pays no more
    /// for its disks.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub covers: BTreeSet<String>,
}

/// How sure an amount is; ordered, the surest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// From what is configured alone.
    Static,
    /// From what was measured.
    Metric,
    /// From a price and a quantity.
    Exact,
}

impl Saves {
    /// What the evidence says. An amount that is none, or not above zero, is no saving.
    #[must_use]
    pub fn of(evidence: &Map<String, Json>) -> Option<Self> {
        let saves = evidence.get("saves")?.as_object()?;
        let text = |key: &str| saves.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
        let amount = saves.get("amount")?.as_f64().filter(|amount| *amount > 0.0)?;
        let confidence = match text("confidence").as_str() {
            "exact" => Confidence::Exact,
            "metric" => Confidence::Metric,
            _ => Confidence::Static,
        };
        let covers = evidence.get(COVERS).and_then(Json::as_array).into_iter().flatten();
        let covers = covers.filter_map(Json::as_str).map(str::to_owned).collect();
        (text("per") == "month").then(|| Self { amount, currency: text("currency"), confidence, basis: text("basis"), covers })
    }
}

/// A sum by currency.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Savings(pub BTreeMap<String, f64>);

impl Savings {
    /// Sums what was said of things, by their keys. Money is saved once: who deletes a volume does not also make it cheaper. So
    /// the greatest amounts are taken first, and each counts only when nothing it is about (its thing, and what it covers) was
    /// counted before. The sum is never more than can be saved.
    #[must_use]
    pub fn of<'a>(said: impl IntoIterator<Item = (&'a str, &'a Saves)>) -> Self {
        let mut said: Vec<(&str, &Saves)> = said.into_iter().collect();
        said.sort_by(greatest_first);
        let mut counted: BTreeSet<(&str, &str)> = BTreeSet::new();
        let mut sum = Self::default();
        for (key, saves) in said {
            let things = || saves.covers.iter().map(String::as_str).chain([key]).map(|thing| (saves.currency.as_str(), thing));
            if things().any(|thing| counted.contains(&thing)) {
                continue;
            }
            counted.extend(things());
            *sum.0.entry(saves.currency.clone()).or_default() += saves.amount;
        }
        sum
    }

    /// True when nothing would be saved.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// By amount, then by key; of equal ones at one thing the one that covers more, so that the order in which rules spoke means nothing.
fn greatest_first((a_key, a): &(&str, &Saves), (b_key, b): &(&str, &Saves)) -> Ordering {
    let more = b.covers.len().cmp(&a.covers.len()).then_with(|| a.covers.cmp(&b.covers));
    b.amount.total_cmp(&a.amount).then_with(|| a_key.cmp(b_key)).then(more)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn saves(amount: f64) -> Option<Saves> {
        let evidence =
            json!({"saves": {"amount": amount, "currency": "USD", "per": "month", "confidence": "exact", "basis": "8 GiB of gp3"}});
        Saves::of(evidence.as_object().expect("an object"))
    }

    #[test]
    fn money_at_one_thing_is_saved_once() {
        let (three, five) = (saves(3.0).expect("a saving"), saves(5.0).expect("a saving"));
        let sum = Savings::of([("vol-1", &three), ("vol-1", &five), ("vol-2", &three)]);
        assert_eq!(sum.0, BTreeMap::from([("USD".to_owned(), 8.0)]));
        assert!(Savings::of([]).is_empty());
    }

    #[test]
    fn what_an_amount_covers_is_not_added_to_it() {
        let evidence = |amount: f64, covers: Json| {
            let evidence = json!({"saves": {"amount": amount, "currency": "USD", "per": "month"}, "covers": covers});
            Saves::of(evidence.as_object().expect("an object")).expect("a saving")
        };
        let sum = |said: &[(&str, &Saves)]| {
            let (sum, mut turned) = (Savings::of(said.iter().copied()), said.to_vec());
            turned.reverse();
            assert_eq!(sum, Savings::of(turned), "the order in which rules spoke means nothing");
            sum.0["USD"]
        };
        let (stopped, smaller) = (evidence(20.0, json!(["vol-1", "vol-2"])), evidence(3.0, Json::Null));
        assert_eq!(stopped.covers, BTreeSet::from(["vol-1".to_owned(), "vol-2".to_owned()]));
        assert_eq!(sum(&[("i-1", &stopped), ("vol-1", &smaller), ("vol-2", &smaller), ("vol-3", &smaller)]), 23.0);
        // Two machines share a disk: its price is saved once, and an honest sum is rather too small.
        assert_eq!(sum(&[("i-1", &stopped), ("i-2", &evidence(12.0, json!(["vol-2"])))]), 20.0);
        // What covers little and brings less than one thing of it alone.
        assert_eq!(sum(&[("i-1", &evidence(1.0, json!(["vol-1"]))), ("vol-1", &smaller), ("i-1", &smaller)]), 6.0);
    }

    #[test]
    fn what_is_no_amount_is_no_saving() {
        assert_eq!((saves(0.0), saves(-1.0)), (None, None));
        assert_eq!(Saves::of(json!({"saves": {"amount": "3"}}).as_object().expect("an object")), None);
        assert_eq!(Saves::of(json!({"saves": {"amount": 3, "per": "hour"}}).as_object().expect("an object")), None);
        assert_eq!(saves(2.5).map(|saves| (saves.amount, saves.confidence)), Some((2.5, Confidence::Exact)));
    }
}
