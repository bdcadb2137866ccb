//! When a machine was last started and stopped.

use jiff::Timestamp;

use super::machine::Machine;
use crate::plan::last_change::{LastChange, Life, of_database, of_instance};
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
        match machine {
            Machine::Ec2(instance) => Self { change: of_instance(instance), life: Life::of_instance(instance) },
            Machine::Rds(database) => {
                let events = &site.view.db_events;
                Self { change: of_database(database, events.seen(), now), life: Life::of_database(database, events, now) }
            }
        }
    }
}
