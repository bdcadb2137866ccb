//! The embedded account: EC2, RDS, CloudWatch, SSM, EventBridge Scheduler, IAM roles and SQS as far as muster uses them, kept in a file
//! or in memory.
//!
//! It serves the first run, the tests and the simulator. States move over its own clock, which moves only when
//! somebody waits or [`Sandbox::advance`] is called; refusals carry AWS's codes; [`Faults`] makes calls fail,
//! answers get lost, readers lag and callers die, all of it reproducible from numbers. It never opens a socket.

mod clock;
pub mod conformance;
mod estate;
mod facets;
mod faults;
mod hands;
mod messages;
mod observe;
mod sandbox;
mod service;
mod store;
mod survey;
mod table;
mod world;

pub use estate::{Estate, EstateError, PublicImage, Quotas};
pub use faults::{Fault, Faults};
pub use hands::{Show, ShowItem, ShowPlace};
pub use messages::Message;
pub use sandbox::{Sandbox, SandboxError};
