//! Performs a plan's steps as a graph. Takes no decision of its own.

mod outcome;

pub use outcome::{Outcome, Status, StepOutcome};
