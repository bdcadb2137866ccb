//! What fleet.yaml says, parsed once and validated once.
//!
//! [`load`] is the only way to a [`Fleet`]; a file with one error gives none, and all its errors at once.

mod model;

pub use model::{
    Access, AccountDecl, Calendar, CloudDecl, Create, Database, Delivery, DeliveryBy, Disk, Fleet, IdleStop, ImageChoice, KeySource, Money,
    NetworkChoice, Override, ParameterGroup, Parameters, Provider, Retire, RoleDecl, Subject, User, VpcChoice,
};
