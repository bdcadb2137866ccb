//! What mending would save.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value as Json};

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
        (text("per") == "month").then(|| Self { amount, currency: text("currency"), confidence, basis: text("basis") })
    }
}

/// A sum by currency.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Savings(pub BTreeMap<String, f64>);

impl Savings {
    /// Sums what was said of things, by their keys. Two rules may find the same money at one thing (an idle machine of an
    /// old family), and it is saved once: the greater amount counts.
    #[must_use]
    pub fn of<'a>(said: impl IntoIterator<Item = (&'a str, &'a Saves)>) -> Self {
        let mut greatest: BTreeMap<(&str, &str), f64> = BTreeMap::new();
        for (key, saves) in said {
            let most = greatest.entry((saves.currency.as_str(), key)).or_default();
            *most = most.max(saves.amount);
        }
        let mut sum = Self::default();
        for ((currency, _), amount) in greatest {
            *sum.0.entry(currency.to_owned()).or_default() += amount;
        }
        sum
    }

    /// True when nothing would be saved.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
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
    fn what_is_no_amount_is_no_saving() {
        assert_eq!((saves(0.0), saves(-1.0)), (None, None));
        assert_eq!(Saves::of(json!({"saves": {"amount": "3"}}).as_object().expect("an object")), None);
        assert_eq!(Saves::of(json!({"saves": {"amount": 3, "per": "hour"}}).as_object().expect("an object")), None);
        assert_eq!(saves(2.5).map(|saves| (saves.amount, saves.confidence)), Some((2.5, Confidence::Exact)));
    }
}
