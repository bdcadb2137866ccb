//! How many calls a reading costs.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Calls by API operation. A call counts once, however often the SDK had to send it.
#[derive(Debug, Default)]
pub(crate) struct Counts(Mutex<BTreeMap<String, u64>>);

impl Counts {
    /// Counts a call of `action`, whose operation is the part after the colon.
    pub(crate) fn add(&self, action: &str) {
        let operation = action.split_once(':').map_or(action, |(_, operation)| operation);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(operation.to_owned()).or_default() += 1;
    }

    /// The counts so far.
    pub(crate) fn into_map(self) -> BTreeMap<String, u64> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
