//! What an hour of a machine costs: what fleet.yaml says, then what the AWS Price List API says, and never a guess.
//!
//! What the list says counts only when exactly one product with exactly one on-demand price fits everything that was asked;
//! otherwise there is no price and a reason.

mod list;
mod query;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::cloud::{Need, Needs, Place, PriceAnswer, PriceQuery, Snapshot};
use crate::fleet::Money;

pub use list::{Quote, read};
pub use query::{of_database, of_instance};

/// Everything that is known about prices.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prices<'a> {
    file: Option<&'a Money>,
    quotes: BTreeMap<PriceQuery, Result<Quote, String>>,
}

/// What an hour costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rate {
    /// How much.
    pub hour: f64,
    /// Of what: `USD`.
    pub currency: String,
}

impl<'a> Prices<'a> {
    /// Those of fleet.yaml.
    #[must_use]
    pub const fn of_file(file: Option<&'a Money>) -> Self {
        Self { file, quotes: BTreeMap::new() }
    }

    /// Adds what the price list said.
    #[must_use]
    pub fn with_answers(mut self, snapshot: &Snapshot) -> Self {
        for (query, answer) in snapshot.places.values().flat_map(|view| &view.prices) {
            let quote = match answer {
                PriceAnswer::Products(products) => read(query, products),
                PriceAnswer::Unread(why) => Err(why.clone()),
            };
            self.quotes.insert(query.clone(), quote);
        }
        self
    }

    /// The price of an hour; what fleet.yaml says goes first.
    ///
    /// # Errors
    /// With why there is none; empty when nobody was asked.
    pub fn hour(&self, region: &str, size: &str, query: Option<&PriceQuery>) -> Result<Rate, String> {
        if let Some((hour, file)) = self.file.and_then(|file| Some((file.hour(region, size)?, file))) {
            return Ok(Rate { hour, currency: file.currency.clone() });
        }
        let quote = query.and_then(|query| self.quotes.get(query)).ok_or_else(String::new)?.as_ref().map_err(String::clone)?;
        match self.file.filter(|file| file.currency != quote.currency) {
            Some(file) => Err(format!("the price list is in {}, `prices` in {}", quote.currency, file.currency)),
            None => Ok(Rate { hour: quote.hour, currency: quote.currency.clone() }),
        }
    }

    /// When the price lists were published that prices were taken from.
    #[must_use]
    pub fn published(&self) -> BTreeSet<&str> {
        self.quotes.values().flatten().map(|quote| quote.published.as_str()).collect()
    }

    /// What to read for machines whose price no file says; nothing unless the file allows it.
    #[must_use]
    pub fn needs<'q>(&self, queries: impl IntoIterator<Item = (&'q Place, &'q PriceQuery)>) -> Needs {
        let mut wanted: BTreeMap<&Place, BTreeSet<PriceQuery>> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for (place, query) in queries {
            let written = self.file.is_some_and(|file| file.hour(&query.region, &query.size).is_some());
            if !written && seen.insert(query) {
                wanted.entry(place).or_default().insert(query.clone());
            }
        }
        let mut needs = Needs::default();
        wanted.into_iter().for_each(|(place, queries)| needs.add(place, Need::Prices(queries)));
        needs
    }
}
