//! Schedules as sets of instants: pure, without clock or I/O.

mod model;
mod window;

pub use model::{Exception, Limit, Manual, RunState, Schedule, Select, WantedState, Workdays};
pub use window::{Window, WindowError};
