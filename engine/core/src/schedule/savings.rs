//! What a schedule saves against machines that always run: hours, and money where prices are given.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};

use super::decide::Context;
use super::model::{Schedule, WantedState};
use crate::cloud::PriceQuery;
use crate::price::{Prices, Rate};

/// For how long each state holds. Serialises as hours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Hours {
    /// Wanted running.
    #[serde(serialize_with = "as_hours")]
    pub running: SignedDuration,
    /// Wanted stopped.
    #[serde(serialize_with = "as_hours")]
    pub stopped: SignedDuration,
    /// Neither started nor stopped: how much of it a machine runs is not the schedule's to say.
    #[serde(serialize_with = "as_hours")]
    pub left: SignedDuration,
}

fn as_hours<S: Serializer>(duration: &SignedDuration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64() / 3600.0)
}

impl Hours {
    /// All of it.
    #[must_use]
    pub fn length(self) -> SignedDuration {
        self.running + self.stopped + self.left
    }

    /// Adds a stretch in a state.
    pub fn add(&mut self, state: WantedState, length: SignedDuration) {
        match state {
            WantedState::Running => self.running += length,
            WantedState::Stopped => self.stopped += length,
            WantedState::Leave => self.left += length,
        }
    }
}

impl std::ops::Sub for Hours {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { running: self.running - other.running, stopped: self.stopped - other.stopped, left: self.left - other.left }
    }
}

/// What is saved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Savings {
    /// The hours of one machine; what is saved of them are those stopped.
    pub hours: Hours,
    /// How many machines it is for.
    pub machines: usize,
    /// Money, of the machines whose price is known; nothing when none is.
    pub amount: Option<Amount>,
    /// Types and classes without a price, each with its region: `ap-northeast-2 t3.small`.
    pub unpriced: BTreeSet<String>,
    /// Why, where the price list was asked.
    pub reasons: BTreeSet<String>,
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Amount {
    /// How much.
    pub value: f64,
    /// Of what: `USD`.
    pub currency: String,
    /// For how many machines.
    pub machines: usize,
}

/// What a machine's price depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Priced<'a> {
    /// Its region.
    pub region: &'a str,
    /// Its type or class.
    pub size: &'a str,
    /// What the price list is asked for it; nothing when that has no single price of it.
    pub query: Option<&'a PriceQuery>,
}

impl Savings {
    /// What machines save that are stopped for `hours.stopped`, at the prices given. A price is never guessed: what has
    /// none adds hours and no money, and is named.
    #[must_use]
    pub fn of<'a>(hours: Hours, machines: impl IntoIterator<Item = Priced<'a>>, prices: &Prices<'_>) -> Self {
        let stopped = hours.stopped.as_secs_f64() / 3600.0;
        let mut savings = Self { hours, machines: 0, amount: None, unpriced: BTreeSet::new(), reasons: BTreeSet::new() };
        for machine in machines {
            savings.machines += 1;
            match prices.hour(machine.region, machine.size, machine.query) {
                Ok(rate) => savings.add(&rate, stopped),
                Err(why) => savings.lack(machine, why),
            }
        }
        savings
    }

    /// Amounts of two currencies are never added: of them the first that was met is told.
    fn add(&mut self, rate: &Rate, hours: f64) {
        let amount = self.amount.get_or_insert_with(|| Amount { value: 0.0, currency: rate.currency.clone(), machines: 0 });
        if amount.currency == rate.currency {
            amount.value += rate.hour * hours;
            amount.machines += 1;
        }
    }

    fn lack(&mut self, machine: Priced<'_>, why: String) {
        self.unpriced.insert(format!("{} {}", machine.region, machine.size));
        self.reasons.extend(Some(why).filter(|why| !why.is_empty()));
    }
}

impl Schedule {
    /// For how long each state is wanted from `from` until before `to`: exact on days of a clock change.
    #[must_use]
    pub fn hours(&self, from: Timestamp, to: Timestamp, ctx: &Context<'_>) -> Hours {
        let mut hours = Hours::default();
        self.states(from, to, ctx).into_iter().for_each(|(stretch, state)| hours.add(state, stretch.length()));
        hours
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::fleet::Money;

    fn prices() -> Money {
        let map = |pairs: &[(&str, f64)]| pairs.iter().map(|(key, price)| ((*key).to_owned(), *price)).collect::<BTreeMap<_, _>>();
        let per_hour = [(String::new(), map(&[("t3.small", 0.02)])), ("us-east-1".to_owned(), map(&[("t3.small", 0.01)]))].into();
        Money { currency: "USD".to_owned(), api: false, per_hour, per_gib_month: BTreeMap::new() }
    }

    fn hours() -> Hours {
        let mut hours = Hours::default();
        hours.add(WantedState::Running, SignedDuration::from_hours(50));
        hours.add(WantedState::Stopped, SignedDuration::from_hours(100));
        hours.add(WantedState::Leave, SignedDuration::from_mins(18 * 60 + 30));
        hours
    }

    #[test]
    fn only_what_is_stopped_and_priced_saves_money() {
        let machine = |region, size| Priced { region, size, query: None };
        let machines = [machine("ap-northeast-2", "t3.small"), machine("us-east-1", "t3.small"), machine("us-east-1", "m7i.large")];
        let prices = prices();
        let savings = Savings::of(hours(), machines, &Prices::of_file(Some(&prices)));
        let amount = savings.amount.expect("two have a price");
        assert!((amount.value - 3.0).abs() < 1e-9, "{}", amount.value);
        assert_eq!((amount.machines, savings.machines, amount.currency.as_str()), (2, 3, "USD"));
        assert_eq!(savings.unpriced.into_iter().collect::<Vec<_>>(), ["us-east-1 m7i.large"]);
    }

    #[test]
    fn without_a_price_there_are_hours() {
        let savings = Savings::of(hours(), [Priced { region: "us-east-1", size: "t3.small", query: None }], &Prices::default());
        assert_eq!((savings.amount, savings.hours.length()), (None, SignedDuration::from_mins(168 * 60 + 30)));
        let json = serde_json::to_value(savings.hours).expect("json");
        assert_eq!(json, serde_json::json!({"running": 50.0, "stopped": 100.0, "left": 18.5}));
    }
}
