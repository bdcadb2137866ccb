//! What muster decides.
//!
//! The pipeline is `fleet.yaml` → [`fleet::Fleet`] → [`cloud::Needs`] → [`cloud::Snapshot`] → [`plan::Plan`] →
//! [`apply`] → outcome. Everything here is a function of its arguments: this crate never reads the clock, a
//! file, the environment or the network, and never prints. Time and the account come in through
//! [`cloud::Clock`], [`cloud::Reader`] and [`cloud::Cloud`].

pub mod address;
pub mod advise;
pub mod apply;
pub mod arn;
pub mod aws_name;
pub mod cloud;
pub mod cron;
pub mod delivery;
pub mod diag;
pub mod digest;
pub mod eval;
pub mod event;
pub mod facet;
pub mod finding;
pub mod fleet;
pub mod iam;
pub mod import;
pub mod keys;
pub mod lock;
pub mod name;
pub mod notify;
pub mod percent;
pub mod plan;
pub mod policy;
pub mod price;
pub mod schedule;
pub mod scheduled;
pub mod span;
pub mod status;
pub mod survey;
pub mod tags;
pub mod text;
pub mod yaml;
