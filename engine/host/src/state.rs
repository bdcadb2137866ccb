//! What a store carries: the counters of one call.

use muster_core::finding::{FaultKind, LimitHit};
use wasmtime::{Error, ResourceLimiter, Result, Store, UpdateDeadline};

use crate::bindings::muster::rule::{log, types};
use crate::limits::Limits;
use crate::pulse::Cancel;

/// A line of a guest's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) level: String,
    pub(crate) message: String,
}

/// Why the host itself ended a call; found again in wasmtime's error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Ended {
    #[error("{cause}")]
    Limit { kind: FaultKind, limit: LimitHit, cause: &'static str },
    #[error("cancelled")]
    Cancelled,
}

/// Counters of one call.
pub(crate) struct State {
    limits: Limits,
    cancel: Cancel,
    ticks_left: u64,
    /// Linear memory so far, in bytes.
    pub(crate) memory: u64,
    elements: u64,
    log_bytes: u64,
    /// Log lines so far.
    pub(crate) log: Vec<Line>,
    /// The limit that last refused to let something grow. A guest that then stops itself most likely ran out of it.
    pub(crate) refused: Option<&'static str>,
}

impl State {
    /// A store with every limit armed. Nothing of the guest has run yet: its start function runs under them too.
    pub(crate) fn store(engine: &wasmtime::Engine, limits: Limits, cancel: Cancel, fuel: u64) -> Result<Store<Self>> {
        let state =
            Self { limits, cancel, ticks_left: limits.call_ticks, memory: 0, elements: 0, log_bytes: 0, log: Vec::new(), refused: None };
        let mut store = Store::new(engine, state);
        store.limiter(|state| state);
        store.set_fuel(fuel)?;
        store.set_hostcall_fuel(size(limits.hostcall_bytes));
        store.set_max_component_handles(size(limits.component_handles));
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut store| store.data_mut().tick());
        Ok(store)
    }

    fn tick(&mut self) -> Result<UpdateDeadline> {
        if self.cancel.is_cancelled() {
            return Err(Error::new(Ended::Cancelled));
        }
        self.ticks_left = self.ticks_left.saturating_sub(1);
        if self.ticks_left == 0 {
            return Err(self.ended(FaultKind::Time, "call_ticks", "the time of a call is over"));
        }
        Ok(UpdateDeadline::Continue(1))
    }

    fn ended(&self, kind: FaultKind, limit: &str, cause: &'static str) -> Error {
        Error::new(Ended::Limit { kind, limit: self.limits.hit(limit), cause })
    }

    fn grow(&mut self, name: &'static str, used: u64, max: u64, by: usize) -> Option<u64> {
        let wanted = used.saturating_add(by as u64);
        if wanted > max {
            self.refused = Some(name);
            return None;
        }
        Some(wanted)
    }
}

/// A limit as a size of memory on this machine.
pub(crate) fn size(limit: u64) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

impl ResourceLimiter for State {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        let grown = self.grow("memory_bytes", self.memory, self.limits.memory_bytes, desired.saturating_sub(current));
        self.memory = grown.unwrap_or(self.memory);
        Ok(grown.is_some())
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        let grown = self.grow("table_elements", self.elements, self.limits.table_elements, desired.saturating_sub(current));
        self.elements = grown.unwrap_or(self.elements);
        Ok(grown.is_some())
    }

    fn instances(&self) -> usize {
        size(self.limits.instances)
    }

    fn tables(&self) -> usize {
        size(self.limits.tables)
    }

    fn memories(&self) -> usize {
        size(self.limits.memories)
    }
}

impl types::Host for State {}

impl log::Host for State {
    fn emit(&mut self, level: String, message: String) -> Result<()> {
        self.log_bytes = self.log_bytes.saturating_add((level.len() + message.len()) as u64);
        if self.log.len() as u64 >= self.limits.log_lines {
            return Err(self.ended(FaultKind::Flood, "log_lines", "too many log lines"));
        }
        if self.log_bytes > self.limits.log_bytes {
            return Err(self.ended(FaultKind::Flood, "log_bytes", "too much log text"));
        }
        self.log.push(Line { level, message });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(limits: Limits) -> State {
        let engine = crate::compile::engine().expect("an engine");
        State::store(&engine, limits, Cancel::default(), 1).expect("a store").into_data()
    }

    #[test]
    fn a_call_has_exactly_its_ticks() {
        let mut state = state(Limits { call_ticks: 3, ..Limits::default() });
        assert!(matches!(state.tick(), Ok(UpdateDeadline::Continue(1))));
        assert!(matches!(state.tick(), Ok(UpdateDeadline::Continue(1))));
        let error = state.tick().err().expect("the third is the last");
        let Some(Ended::Limit { kind, limit, .. }) = error.downcast_ref() else { panic!("{error:?}") };
        assert_eq!((*kind, limit.to_string().as_str()), (FaultKind::Time, "call-ticks (3 ticks of 10 ms)"));
    }

    #[test]
    fn a_cancelled_call_ends_at_its_next_tick() {
        let engine = crate::compile::engine().expect("an engine");
        let cancel = Cancel::default();
        let mut state = State::store(&engine, Limits::default(), cancel.clone(), 1).expect("a store").into_data();
        assert!(matches!(state.tick(), Ok(UpdateDeadline::Continue(1))));
        cancel.cancel();
        let error = state.tick().err().expect("the next is the last");
        assert_eq!(error.downcast_ref(), Some(&Ended::Cancelled));
    }

    #[test]
    fn memories_and_tables_count_together() {
        let mut state = state(Limits { memory_bytes: 100, table_elements: 10, ..Limits::default() });
        assert!(state.memory_growing(0, 60, None).expect("an answer"), "the first memory");
        assert!(!state.memory_growing(0, 41, None).expect("an answer"), "a second, one byte too much");
        assert_eq!(state.refused, Some("memory_bytes"));
        assert!(state.memory_growing(0, 40, None).expect("an answer"));
        assert!(state.table_growing(5, 15, None).expect("an answer"));
        assert!(!state.table_growing(0, 1, None).expect("an answer"));
        assert_eq!(state.refused, Some("table_elements"));
    }
}
