//! What became of each step.

use serde::Serialize;

use crate::address::Address;
use crate::cloud::{CloudError, Kind, Place};
use crate::plan::Action;

/// What became of one step.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "status")]
pub enum Status {
    /// Done; `note` says what is still under way (a database being created).
    Done {
        /// Remark.
        note: Option<String>,
    },
    /// AWS refused, or a wait ended badly.
    Failed {
        /// Why, in words.
        why: String,
        /// The call that failed.
        error: Option<CloudError>,
    },
    /// Not tried, because of another step or Ctrl-C.
    NotTried {
        /// Why.
        why: String,
    },
    /// The world is no longer what the step was planned on.
    Stale {
        /// What moved.
        why: String,
    },
    /// Asked for and not allowed: it is protected, or something protected needs it.
    Refused {
        /// Why, and the way out.
        why: String,
    },
}

/// One step and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepOutcome {
    /// Of what.
    pub address: Address,
    /// Where.
    pub place: Place,
    /// Kind.
    pub kind: Kind,
    /// Doing what.
    pub action: Action,
    /// AWS id.
    pub id: Option<String>,
    /// How it ended.
    #[serde(flatten)]
    pub status: Status,
    /// True when a mutating call of it was made, even if the step then failed.
    pub touched: bool,
}

/// All of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Outcome {
    /// In the plan's order.
    pub steps: Vec<StepOutcome>,
    /// True when the run was interrupted.
    pub interrupted: bool,
}
