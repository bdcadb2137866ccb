//! From a selection of rules to advice: what to read, what to ask of which rule, what to make of the answers.
//!
//! ```text
//! Selection ──wanted──▶ Wanted ──collect──▶ Facts ──jobs──▶ Jobs ──host──▶ findings ──settle──▶ Advice ──view──▶ what people see
//! ```
//!
//! Everything here is a function of its arguments; what asks an account and what runs a rule stand outside. Its laws: what
//! could not be read is unknown and never a pass; a rule is given only things all of which it asked for was read; an
//! exception makes a fail exempt and nothing else of anything.

mod elsewhere;
mod jobs;
mod json;
mod money;
mod ours;
mod settle;
mod view;
mod wanted;

pub use elsewhere::Elsewhere;
pub use jobs::{DocumentRef, JobPlan, Jobs, jobs};
pub use json::{json, jsonl};
pub use money::{Confidence, Saves, Savings};
pub use settle::{Advice, Advised, Ended, Need, Note, RuleRun, settle};
pub use view::{Group, View, view};
pub use wanted::wanted;
