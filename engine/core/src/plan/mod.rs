//! From fleet and snapshot to a plan: a pure function.

mod model;

pub use model::{Action, Await, Cause, Destroy, FORMAT, FieldChange, Held, Op, Options, Plan, Risk, Step, StepNeed, Summary};
