//! What a firing would be, held against the schedule itself.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::timing::Action;
use crate::schedule::{Condition, Context, Schedule, Stretch, WantedState};

/// How far after the window dates that windows name are looked for.
const LOOK_AHEAD: SignedDuration = SignedDuration::from_hours(24 * 400);
/// The same where a window names a later date.
const FURTHEST: SignedDuration = SignedDuration::from_hours(24 * 3653);
/// How long after its last date a window can still run: 31 days, and a zone's worth.
const AFTER_LAST_DATE: SignedDuration = SignedDuration::from_hours(24 * 33);

/// The verdict on a firing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is an edge.
    Right,
    /// After the window: it changes nothing, or nobody knows yet.
    Neutral,
    /// It must not be.
    Wrong,
}

/// The edges of a schedule: all that is known up to the end of the window, windows alone after it.
pub(super) struct Truth {
    /// What is compiled.
    pub(super) window: Stretch,
    /// First and last instant at which firings are judged.
    pub(super) known: Stretch,
    edges: BTreeMap<Timestamp, Action>,
    later: Vec<(Stretch, WantedState)>,
}

impl Truth {
    pub(super) fn of(schedule: &Schedule, ctx: &Context<'_>, window: Stretch) -> Self {
        let known = Stretch { from: known_from(window.from), to: known_until(schedule, window.to) };
        let mut plain = schedule.clone();
        plain.except.clear();
        let plain_ctx = Context { overrides: &[], ..*ctx };
        let edges = schedule.edges(known.from, window.to, ctx).into_iter().chain(plain.edges(window.to, known.to, &plain_ctx));
        let edges = edges.filter_map(|edge| Some((edge.at, Action::of(edge.state)?))).collect();
        Self { window, known, edges, later: plain.states(window.to, known.to, &plain_ctx) }
    }

    /// The edges of the window.
    pub(super) fn ahead(&self) -> impl Iterator<Item = (Timestamp, Action)> + '_ {
        let after = (std::ops::Bound::Excluded(self.window.from), std::ops::Bound::Included(self.window.to));
        self.edges.range(after).map(|(at, action)| (*at, *action))
    }

    pub(super) fn judge(&self, at: Timestamp, action: Action, tz: &TimeZone) -> Verdict {
        if self.edges.get(&at) == Some(&action) {
            return Verdict::Right;
        }
        if at <= self.window.to {
            return Verdict::Wrong;
        }
        let before = self.later.partition_point(|(stretch, _)| stretch.from <= at);
        let wanted = before.checked_sub(1).map(|last| Action::of(self.later[last].1));
        // An hour that comes twice is the one case in which a cron that goes on is early; ending it would be worse.
        let repeated = || tz.to_ambiguous_timestamp(tz.to_datetime(at)).is_ambiguous();
        if wanted.is_none_or(|wanted| wanted == Some(action)) || repeated() { Verdict::Neutral } else { Verdict::Wrong }
    }
}

/// Firings are judged from the beginning of the year before, so that an entry keeps its start date while it stands.
fn known_from(from: Timestamp) -> Timestamp {
    let year = Offset::UTC.to_datetime(from).year();
    let begin = Date::new(year - 1, 1, 1).ok().and_then(|date| Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok());
    begin.unwrap_or(from)
}

/// Dates that windows name are honoured after the window too, as far as they go.
fn known_until(schedule: &Schedule, to: Timestamp) -> Timestamp {
    let windows = schedule.run.iter().chain(&schedule.stop).chain(&schedule.leave);
    let dates = windows.flat_map(|window| window.conditions()).filter_map(|condition| match condition {
        Condition::Dates(ranges) => ranges.iter().map(|range| range.1).max(),
        _ => None,
    });
    let last = dates.max().and_then(|date| Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok());
    let last = last.and_then(|last| last.checked_add(AFTER_LAST_DATE).ok()).unwrap_or(to);
    let (near, far) = (to.saturating_add(LOOK_AHEAD), to.saturating_add(FURTHEST));
    last.clamp(near.unwrap_or(Timestamp::MAX), far.unwrap_or(Timestamp::MAX))
}
