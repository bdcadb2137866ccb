//! Starts and stops by schedule, over accounts built by hand.
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod choice;
mod limit;
mod newborn;
mod order;
mod overrides;
mod resume;
mod sizes;
mod snooze;
mod stoppable;
mod support;
