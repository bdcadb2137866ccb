//! What is planned, done, and found again on the embedded account.

mod databases;
mod groups;
mod keys;
mod last_snapshots;
mod replacement;
mod retired;
mod run_state;
mod world;
