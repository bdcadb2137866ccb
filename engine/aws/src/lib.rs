//! The live account: [`muster_core::cloud::Cloud`] on the official AWS SDK.
//!
//! The crate carries requests and answers and decides nothing. What it adds to the SDK: every list is read to
//! its last page or counted as incomplete, every call waits for its turn in the account's own token buckets,
//! every error becomes one of muster's kinds, and nothing but the account's answer leaves the crate (no
//! bodies, no headers, no printing).
//!
//! One file per service. [`Live::connect`] is the way in.

mod account;
mod autoscaling;
mod clock;
mod cloud;
mod cloudwatch;
mod connect;
mod convert;
mod count;
mod doctor;
mod ec2;
mod ecs;
mod endpoint;
mod errors;
mod facets;
mod iam;
mod live;
mod observe;
mod pacing;
mod paging;
mod perform;
mod pricing;
mod profile;
mod quotas;
mod rds;
mod region;
mod roles;
mod scheduler;
mod scheduler_survey;
mod sns;
mod sqs;
mod ssm;
mod sts;
mod webhook;
#[cfg(test)]
mod wire_tests;

pub use clock::WallClock;
pub use connect::{ConnectOptions, Role, base_config};
pub use live::Live;
pub use webhook::post_json;
