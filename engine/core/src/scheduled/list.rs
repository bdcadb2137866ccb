//! One line for each schedule.

use jiff::Timestamp;
use serde::Serialize;

use super::moves::Moves;
use crate::fleet::{DeliveryBy, Fleet};
use crate::schedule::lint::Lint;
use crate::schedule::{Context, Schedule, WantedState};
use crate::status::Next;

/// A schedule at an instant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its zone.
    pub timezone: String,
    /// Who fires its edges.
    pub delivery: DeliveryBy,
    /// What it wants now.
    pub state: WantedState,
    /// The rule that wants it.
    pub rule: String,
    /// Its next edge; nothing when it never changes.
    pub next: Option<Next>,
    /// How many machines it moves; nothing when the account was not read.
    pub machines: Option<usize>,
    /// How many users and databases name it that have no machine yet; nothing when the account was not read.
    pub waiting: Option<usize>,
    /// How many findings of lint are about it.
    pub findings: usize,
    /// Where its entry stands.
    #[serde(rename = "where")]
    pub origin: String,
}

/// Every schedule in the order of the file.
#[must_use]
pub fn list(fleet: &Fleet, now: Timestamp, moves: Option<&Moves>, findings: &[Lint]) -> Vec<Listed> {
    let ctx = Context { calendars: &fleet.calendars, overrides: &[] };
    let one = |schedule: &Schedule| {
        let decision = schedule.decide(now, &ctx);
        Listed {
            name: schedule.name.to_string(),
            timezone: schedule.timezone.clone(),
            delivery: schedule.delivery.by,
            state: decision.state,
            rule: decision.rule,
            next: schedule.next_edge(now, &ctx).map(|edge| Next { at: edge.at, state: edge.state }),
            machines: moves.map(|moves| moves.machines(&schedule.name).len()),
            waiting: moves.map(|moves| moves.waiting(&schedule.name)),
            findings: findings.iter().filter(|lint| lint.schedules.contains(&schedule.name)).count(),
            origin: schedule.span.file_line(),
        }
    };
    fleet.schedules.values().map(one).collect()
}
