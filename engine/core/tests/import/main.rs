//! Imported schedules: documented examples word for word, and random ones against how the other tool decides.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

mod custodian;
mod eventbridge;
mod fuzz;
mod golden;
mod instance_scheduler;
mod kube_downscaler;
mod support;
