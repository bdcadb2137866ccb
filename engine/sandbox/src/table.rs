//! A table of one kind of resource whose readers may lag behind its writers, as on AWS.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The instant from which readers are shown a write; nothing when they see it at once.
pub(crate) type Lag = Option<Timestamp>;

/// What readers are still shown of a row that was written.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Stale<T> {
    until: Timestamp,
    was: Option<T>,
}

/// Rows by id. Writers work on the truth; readers are shown it, or what was there before a write that lags.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Table<T> {
    live: BTreeMap<String, T>,
    #[serde(default = "BTreeMap::new", skip_serializing_if = "BTreeMap::is_empty")]
    stale: BTreeMap<String, Stale<T>>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { live: BTreeMap::new(), stale: BTreeMap::new() }
    }
}

impl<T: Clone> Table<T> {
    /// The true row.
    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.live.get(id)
    }

    /// Every true row.
    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.live.values()
    }

    /// Every true row, for what time itself changes.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.live.values_mut()
    }

    /// How many rows there truly are.
    pub(crate) fn len(&self) -> usize {
        self.live.len()
    }

    /// Adds or replaces a row.
    pub(crate) fn insert(&mut self, id: &str, row: T, lag: Lag) {
        self.remember(id, lag);
        self.live.insert(id.to_owned(), row);
    }

    /// A row to change by a call.
    pub(crate) fn edit(&mut self, id: &str, lag: Lag) -> Option<&mut T> {
        if self.live.contains_key(id) {
            self.remember(id, lag);
        }
        self.live.get_mut(id)
    }

    /// Takes a row out.
    pub(crate) fn remove(&mut self, id: &str, lag: Lag) -> Option<T> {
        if self.live.contains_key(id) {
            self.remember(id, lag);
        }
        self.live.remove(id)
    }

    /// Drops rows that time itself removes.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        self.live.retain(|_, row| keep(row));
    }

    /// What readers are shown, sorted by id.
    pub(crate) fn seen(&self, now: Timestamp) -> Vec<&T> {
        if self.stale.is_empty() {
            return self.live.values().collect();
        }
        let mut rows: BTreeMap<&String, Option<&T>> = self.live.iter().map(|(id, row)| (id, Some(row))).collect();
        rows.extend(self.stale.iter().filter(|(_, stale)| stale.until > now).map(|(id, stale)| (id, stale.was.as_ref())));
        rows.into_values().flatten().collect()
    }

    /// What readers are shown of one row.
    pub(crate) fn seen_one(&self, id: &str, now: Timestamp) -> Option<&T> {
        match self.stale.get(id).filter(|stale| stale.until > now) {
            Some(stale) => stale.was.as_ref(),
            None => self.live.get(id),
        }
    }

    /// True when a call may name the row: AWS answers NotFound for an id that it has not yet spread.
    pub(crate) fn is_known(&self, id: &str, now: Timestamp) -> bool {
        self.live.contains_key(id) && self.stale.get(id).is_none_or(|stale| stale.until <= now || stale.was.is_some())
    }

    /// Forgets what no reader is shown any more.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        self.stale.retain(|_, stale| stale.until > now);
    }

    /// Keeps the oldest version that some reader may still be shown.
    fn remember(&mut self, id: &str, lag: Lag) {
        let Some(until) = lag else { return };
        let was = self.live.get(id).cloned();
        self.stale.entry(id.to_owned()).and_modify(|stale| stale.until = stale.until.max(until)).or_insert(Stale { until, was });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("second")
    }

    #[test]
    fn a_lagging_write_is_seen_when_its_time_comes() {
        let mut table = Table::default();
        table.insert("a", 1, Some(at(10)));
        assert_eq!((table.get("a"), table.seen_one("a", at(9))), (Some(&1), None));
        assert!(!table.is_known("a", at(9)), "a call that names it now is answered NotFound");
        assert_eq!(table.seen(at(10)), [&1]);
        *table.edit("a", Some(at(20))).expect("row") = 2;
        assert_eq!((table.seen(at(19)).len(), table.seen_one("a", at(20))), (0, Some(&2)));
    }

    #[test]
    fn a_removed_row_lingers_and_settles() {
        let mut table = Table::default();
        table.insert("a", 1, None);
        table.remove("a", Some(at(5)));
        assert_eq!((table.get("a"), table.seen(at(4))), (None, vec![&1]));
        assert!(!table.is_known("a", at(4)), "a call that names it is refused although readers still see it");
        table.settle(at(5));
        assert!(table.seen(at(4)).is_empty());
    }

    #[test]
    fn without_lag_everything_is_seen_at_once() {
        let mut table = Table::default();
        table.insert("b", 2, None);
        table.insert("a", 1, None);
        assert_eq!(table.seen(at(0)), [&1, &2]);
        assert!(table.is_known("a", at(0)));
    }
}
