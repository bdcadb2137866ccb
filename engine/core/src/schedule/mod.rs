//! Schedules as sets of instants: pure, without clock or I/O.

mod model;

pub use model::{Limit, Manual, RunState, Schedule, Select, WantedState};
