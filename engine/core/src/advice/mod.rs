//! From facts and findings to advice: what every chosen rule says of every resource, what could not be judged and why, which
//! exceptions count, and what could be saved. Plain data: terminal, JSON and reports are its readers.

mod conclude;
mod exempt;
mod given;
mod model;
mod savings;

#[cfg(test)]
mod tests;

pub use conclude::{Asked, Input, conclude};
pub use given::{Given, Unjudged, concerns, facets, given};
pub use model::{Advice, Exempted, GapRow, Judgement, Note, RuleRow, Tally};
pub use savings::{Saving, Savings, saves};
