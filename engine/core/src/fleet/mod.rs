//! What fleet.yaml says, parsed once and validated once.
//!
//! [`load`] is the only way to a [`Fleet`]; a file with one error gives none, and all its errors at once.

mod calendar;
mod cases;
pub(crate) mod decode;
mod facts;
pub(crate) mod leaf;
pub(crate) mod leaf_aws;
mod load;
mod model;
mod raw;
mod raw_other;
mod raw_schedule;
mod reach;
mod resolve;
pub(crate) mod secrets;
pub(crate) mod suggest;

pub use calendar::{Calendar, CalendarSource, RunsOut};
pub use cases::{Case, cases};
pub use load::{FileSource, LoadOptions, Loaded, load, schema};
pub use model::{
    Access, AccountDecl, Advisor, CloudDecl, Create, Database, Delivery, DeliveryBy, Disk, Fleet, IdleStop, ImageChoice, KeySource, Money,
    NetworkChoice, Override, ParameterGroup, Parameters, Provider, Retire, RoleDecl, Subject, User, VpcChoice,
};
pub use reach::Reaching;
pub use resolve::line;
pub use suggest::{did_you_mean, listed};

/// The architecture of an instance type, by its family; nothing when its name is none of an instance type's.
#[must_use]
pub(crate) fn architecture_of(instance_type: &str) -> Option<&'static str> {
    facts::architecture(instance_type.split('.').next()?)
}

/// The file that `muster init` writes.
#[must_use]
pub const fn scaffold() -> &'static str {
    include_str!("scaffold.yaml")
}
