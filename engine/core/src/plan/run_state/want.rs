//! What a schedule and the overrides want of a resource, whatever state it is in.

use jiff::Timestamp;

use super::choose::Choice;
use crate::schedule::{Context, Rank, RunState, Schedule, WantedState};
use crate::span::Span;

/// What is wanted, and by which rule.
#[derive(Debug, Clone, Default)]
pub(super) struct Want<'a> {
    /// Schedule that decides; nothing when an override alone does.
    pub(super) schedule: Option<&'a Schedule>,
    /// What should be; nothing for leave.
    pub(super) state: Option<RunState>,
    /// The rule that decided, in words.
    pub(super) rule: String,
    /// Where the rule stands.
    pub(super) span: Option<Span>,
    /// Next edge.
    pub(super) next: Option<(Timestamp, WantedState)>,
    /// End of the override in force.
    pub(super) override_until: Option<Timestamp>,
    /// Which kind of rule decided; nothing when none did.
    pub(super) rank: Option<Rank>,
}

/// What is wanted at `now`.
///
/// # Errors
/// Two schedules of equal priority are for it: the text names both lines.
pub(super) fn want<'a>(choice: Choice<'a>, now: Timestamp, context: &Context<'_>) -> Result<Want<'a>, String> {
    let in_force = context.overrides.iter().find(|interval| interval.stretch().contains(now));
    let override_until = in_force.map(|interval| interval.until);
    match (choice, in_force) {
        (Choice::Conflict(one, two), _) => Err(format!(
            "schedules `{}` ({}) and `{}` ({}) are both for it; give one a higher `priority` or narrow its `select`",
            one.name,
            one.span.file_line(),
            two.name,
            two.span.file_line()
        )),
        (Choice::One(schedule), _) => Ok(Want { override_until, ..by_schedule(schedule, now, context) }),
        (Choice::None, Some(interval)) => Ok(Want {
            state: Some(interval.state),
            rule: format!("override: {}", interval.why),
            override_until,
            rank: Some(Rank::Override),
            ..Want::default()
        }),
        (Choice::None, None) => Ok(Want::default()),
    }
}

fn by_schedule<'a>(schedule: &'a Schedule, now: Timestamp, context: &Context<'_>) -> Want<'a> {
    let decision = schedule.decide(now, context);
    Want {
        schedule: Some(schedule),
        state: state(decision.state),
        rule: decision.rule,
        span: decision.span.or_else(|| Some(schedule.span.clone())),
        next: schedule.next_edge(now, context).map(|edge| (edge.at, edge.state)),
        override_until: None,
        rank: Some(decision.rank),
    }
}

const fn state(state: WantedState) -> Option<RunState> {
    match state {
        WantedState::Running => Some(RunState::Running),
        WantedState::Stopped => Some(RunState::Stopped),
        WantedState::Leave => None,
    }
}
