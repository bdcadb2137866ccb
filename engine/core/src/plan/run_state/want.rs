//! What a schedule and the overrides want of a resource, whatever state it is in.

use jiff::Timestamp;

use super::choose::Choice;
use crate::schedule::{Context, Interval, Rank, RunState, Schedule, WantedState};
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
    /// Which kind of rule decided; nothing when none did. A maintenance window ranks as an override, which it is laid out as.
    pub(super) rank: Option<Rank>,
    /// True when an override decides.
    pub(super) overridden: bool,
}

/// What is wanted at `now`. In the context the `maintenance` windows stand behind the overrides.
///
/// # Errors
/// Two schedules of equal priority are for it: the text names both lines.
pub(super) fn want<'a>(choice: Choice<'a>, now: Timestamp, context: &Context<'_>, maintenance: &[Interval]) -> Result<Want<'a>, String> {
    let words = context.overrides.len().saturating_sub(maintenance.len());
    let in_force = context.overrides[..words].iter().find(|interval| interval.stretch().contains(now));
    let in_maintenance = maintenance.iter().filter(|_| in_force.is_none()).find(|interval| interval.stretch().contains(now));
    let override_until = in_force.map(|interval| interval.until);
    match (choice, in_force) {
        (Choice::Conflict(one, two), _) => Err(format!(
            "schedules `{}` ({}) and `{}` ({}) are both for it; give one a higher `priority` or narrow its `select`",
            one.name,
            one.span.file_line(),
            two.name,
            two.span.file_line()
        )),
        (Choice::One(schedule), _) => {
            let want = by_schedule(schedule, now, context);
            let rule = in_maintenance.map_or(want.rule, |interval| interval.why.clone());
            Ok(Want { override_until, rule, overridden: in_force.is_some(), ..want })
        }
        (Choice::None, Some(interval)) => Ok(Want {
            state: Some(interval.state),
            rule: format!("override: {}", interval.why),
            override_until,
            rank: Some(Rank::Override),
            overridden: true,
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
        overridden: false,
    }
}

const fn state(state: WantedState) -> Option<RunState> {
    match state {
        WantedState::Running => Some(RunState::Running),
        WantedState::Stopped => Some(RunState::Stopped),
        WantedState::Leave => None,
    }
}
