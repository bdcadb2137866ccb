//! Delivery by EventBridge as it is planned, against an account in memory.

mod account;
mod by_hand;
mod cases;
mod kept;
mod laws;
#[path = "../run_state/support.rs"]
#[expect(dead_code, reason = "shared with the tests of run state, which use all of it")]
mod support;
