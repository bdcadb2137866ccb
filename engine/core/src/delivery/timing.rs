//! When an entry fires.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::cron::Expression;
use crate::schedule::{RunState, WantedState, Zone};

/// How long before an instant at which a cron must not fire it ends, and how long after it another begins: more than
/// any delay of AWS, less than the 23 hours between two firings of one local time.
pub(super) const CLEARANCE: SignedDuration = SignedDuration::from_hours(1);

/// What an entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Starts.
    Start,
    /// Stops.
    Stop,
}

impl Action {
    /// The word of plans and names.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
        }
    }

    /// What brings a state about; nothing for `leave`.
    #[must_use]
    pub const fn of(state: WantedState) -> Option<Self> {
        match state {
            WantedState::Running => Some(Self::Start),
            WantedState::Stopped => Some(Self::Stop),
            WantedState::Leave => None,
        }
    }

    /// The state it brings about.
    #[must_use]
    pub const fn state(self) -> RunState {
        match self {
            Self::Start => RunState::Running,
            Self::Stop => RunState::Stopped,
        }
    }
}

/// When what happens: an entry of EventBridge Scheduler without its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// What happens.
    pub action: Action,
    /// When, on the clocks of `zone`: a cron or an `at`.
    pub expression: Expression,
    /// Whose clocks.
    pub zone: Zone,
    /// First instant at which it may fire. EventBridge refuses one over five minutes in the past: [`Timing::start_at`].
    pub start: Option<Timestamp>,
    /// First instant at which it may not fire any more.
    pub end: Option<Timestamp>,
}

impl Timing {
    /// The instants after `from`, up to and including `to`, at which it fires.
    #[must_use]
    pub fn firings(&self, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
        let from = self.start.map_or(from, |start| from.max(start.saturating_sub(SignedDuration::from_nanos(1)).unwrap_or(start)));
        let fires = self.expression.firings(self.zone.tz(), from);
        fires.take_while(|at| *at <= to && self.end.is_none_or(|end| *at < end)).collect()
    }

    /// The start date to ask for at `now`: one that is over says nothing and would be refused.
    #[must_use]
    pub fn start_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.start.filter(|start| *start > now)
    }

    /// Whether EventBridge should delete it once it has fired for the last time (`ActionAfterCompletion`).
    #[must_use]
    pub const fn delete_after(&self) -> bool {
        self.end.is_some() || matches!(self.expression, Expression::At(_))
    }
}

/// The first firing after `from` and before `until` that ends a state which a person wants until then.
///
/// Who resolves targets by tag cannot take one resource out of its edges; this says which of them would cut it short.
#[must_use]
pub fn first_against(timings: &[Timing], state: RunState, from: Timestamp, until: Timestamp) -> Option<Timestamp> {
    let against = timings.iter().filter(|timing| timing.action.state() != state);
    against.filter_map(|timing| timing.firings(from, until).first().copied()).filter(|at| *at < until).min()
}
