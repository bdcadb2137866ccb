//! Delivery by EventBridge Scheduler: its laws by random schedules, its entries by examples.

mod cases;
mod entries;
mod laws;
#[path = "../schedule/support.rs"]
#[allow(dead_code, reason = "shared with the tests of schedules, which use all of it")]
mod support;
