//! When a machine was last started and stopped.

use jiff::Timestamp;

use super::machine::Machine;
use crate::plan::last_change::{self, LastChange, Life};
use crate::plan::site::Site;

/// What AWS says about it.
#[derive(Debug, Clone)]
pub(super) struct History {
    /// The last start or stop, whichever brought about the present state.
    pub(super) change: LastChange,
    /// Both.
    pub(super) life: Life,
}

impl History {
    pub(super) fn of(machine: Machine<'_>, site: &Site<'_>, now: Timestamp) -> Self {
        Self { change: last_change::of(machine, site, now), life: Life::of(machine, site, now) }
    }
}
