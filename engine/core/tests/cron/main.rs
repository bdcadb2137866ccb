//! EventBridge's expressions against the AWS documents and against a clock read minute by minute.

mod brute;
#[path = "../effort/mod.rs"]
mod effort;
mod errors;
mod table;
