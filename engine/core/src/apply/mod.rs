//! Performs a plan's steps as a graph.
//!
//! It takes no decision of its own: what is done, and in which order, stands in the plan. Calls in flight are
//! bounded; waiting is not a call. All waiting is central: one read for everything that is waited for, so that
//! fifty starting instances cost one DescribeInstances and not fifty. Killed at any instruction, it leaves an
//! account that the next plan completes.

mod call;
mod existing;
mod graph;
mod launch;
mod outcome;
mod power;
mod run;
mod wait;
mod ways;

pub use outcome::{Outcome, Status, StepOutcome};
pub use run::{Settings, run};
