//! What a schedule says.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde::Serialize;

use super::size::Sizing;
use super::window::Window;
use crate::name::Name;
use crate::span::{At, Span};

/// Running or stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunState {
    /// On.
    Running,
    /// Off.
    Stopped,
}

impl RunState {
    /// The word of fleet.yaml and of JSON output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopped => "stopped",
        }
    }
}

/// What a schedule wants at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WantedState {
    /// On.
    Running,
    /// Off.
    Stopped,
    /// Neither started nor stopped.
    Leave,
}

impl WantedState {
    /// The word of fleet.yaml and of JSON output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Leave => "leave",
        }
    }
}

/// What stands when a person started or stopped something against the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Manual {
    /// It stands until the schedule's next edge.
    UntilNextEdge,
    /// It stands until undone by hand.
    Hold,
    /// It is put back at the next pass.
    Enforce,
}

/// Which resources a schedule is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Select {
    /// `ec2`, `rds`, `asg`, `ecs`.
    pub services: BTreeSet<String>,
    /// All keys must match; values are alternatives, `*` matches any.
    pub tags: BTreeMap<String, BTreeSet<String>>,
    /// Whatever matches this is left out.
    pub except_tags: BTreeMap<String, BTreeSet<String>>,
    /// Places it is narrowed to; empty means all.
    pub places: BTreeSet<crate::cloud::Place>,
}

/// What only databases have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RdsRules {
    /// The database runs for its maintenance window, and no stop falls into it.
    pub maintenance: bool,
    /// How many snapshots taken before a stop are kept; nothing when none is taken.
    pub snapshot: Option<u32>,
    /// RDS's own start after seven days is undone; else it stands until the next edge.
    pub restop: bool,
}

impl Default for RdsRules {
    fn default() -> Self {
        Self { maintenance: false, snapshot: None, restop: true }
    }
}

/// Longest run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// Since the last start.
    pub max_runtime: SignedDuration,
}

/// One schedule. Its windows are in `run`, `stop` and `leave`.
#[derive(Debug, Clone, Serialize)]
pub struct Schedule {
    /// Its name.
    pub name: Name,
    /// Where its entry begins.
    #[serde(skip)]
    pub span: Span,
    /// What it selects; nothing when users and databases name it.
    pub select: Option<Select>,
    /// IANA zone of windows without their own.
    pub timezone: String,
    /// Windows in which things run.
    pub run: Vec<At<Window>>,
    /// Windows in which they do not, whatever `run` says.
    pub stop: Vec<At<Window>>,
    /// Windows in which nothing is done.
    pub leave: Vec<At<Window>>,
    /// Outside all windows.
    pub otherwise: WantedState,
    /// Calendar days on which something else holds; the first match wins.
    pub except: Vec<Exception>,
    /// What `workday` counts.
    pub workdays: Workdays,
    /// Against people.
    pub manual: Manual,
    /// Higher decides when two match.
    pub priority: i64,
    /// Hibernate instead of stop where possible.
    pub hibernate: bool,
    /// Longest run.
    pub limit: Option<Limit>,
    /// Delivery of edges.
    pub delivery: crate::fleet::Delivery,
    /// Keys that other parts read (`sizes`, `capacity`, `rds`, `after`, `notify`, `snooze`), checked and kept as JSON.
    pub other: BTreeMap<String, serde_json::Value>,
    /// `sizes` and `capacity` of [`Schedule::other`] as windows.
    #[serde(skip)]
    pub sizing: Sizing,
    /// Who is told, instead of whom the fleet tells. What it says counts in the digest through `other`.
    #[serde(skip)]
    pub notify: Option<crate::notify::Notify>,
    /// `after` of [`Schedule::other`]: what has to run before this does.
    #[serde(skip)]
    pub after: Vec<After>,
    /// `snooze` of [`Schedule::other`].
    #[serde(skip)]
    pub snooze: Option<Snooze>,
    /// `rds` of [`Schedule::other`]: what only databases have.
    #[serde(skip)]
    pub rds: RdsRules,
}

/// Another schedule whose machines run before, and stop after, those of this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// Which.
    pub schedule: Name,
    /// Running is not enough: a database is available, an instance has passed its status checks.
    pub ready: bool,
    /// Where it is written.
    pub span: Span,
}

/// A tag by which people ask for more time: its value is the instant until which a machine is not stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snooze {
    /// Its key.
    pub tag: String,
    /// Longest delay, counted from the instant at which the stop was due.
    pub max: Option<SignedDuration>,
}

/// What a calendar's day means to a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exception {
    /// Which calendar.
    pub calendar: Name,
    /// What holds on its days; nothing means the day is as any other (`ignore`), later entries included.
    pub state: Option<RunState>,
    /// Where it is written.
    #[serde(skip)]
    pub span: Span,
}

/// What `workday` counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Workdays {
    /// Monday is 1, Sunday 7.
    pub days: BTreeSet<i8>,
    /// A calendar whose days do not count.
    pub except: Option<Name>,
}
