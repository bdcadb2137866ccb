//! What a schedule and the overrides want of a resource, whatever state it is in.

use std::cell::RefCell;
use std::collections::HashMap;

use jiff::Timestamp;

use super::choose::Choice;
use crate::name::Name;
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

/// What schedules want at the instant of a plan, each worked out once: most of what a schedule is for is under the same
/// overrides, and finding the next edge costs more than all else that is judged about a machine.
#[derive(Debug, Default)]
pub struct Wants(RefCell<HashMap<Name, Vec<Known>>>);

/// What a schedule wants under some overrides.
type Known = (Vec<Interval>, Want<'static>);

/// Sets of overrides that are remembered of one schedule. Where every machine has its own, looking for one costs more than it saves.
const REMEMBERED: usize = 8;

impl Wants {
    fn of<'a>(&self, schedule: &'a Schedule, now: Timestamp, context: &Context<'_>) -> Want<'a> {
        Want { schedule: Some(schedule), ..self.known(schedule, now, context) }
    }

    fn known(&self, schedule: &Schedule, now: Timestamp, context: &Context<'_>) -> Want<'static> {
        let mut all = self.0.borrow_mut();
        if let Some((_, want)) = all.get(&schedule.name).into_iter().flatten().find(|(overrides, _)| overrides == context.overrides) {
            return want.clone();
        }
        let want = by_schedule(schedule, now, context);
        let of_schedule = all.entry(schedule.name.clone()).or_default();
        if of_schedule.len() < REMEMBERED {
            of_schedule.push((context.overrides.to_vec(), want.clone()));
        }
        want
    }
}

/// What is wanted at `now`. In the context the `maintenance` windows stand behind the overrides.
///
/// # Errors
/// Two schedules of equal priority are for it: the text names both lines.
pub(super) fn want<'a>(
    wants: &Wants,
    choice: Choice<'a>,
    now: Timestamp,
    context: &Context<'_>,
    maintenance: &[Interval],
) -> Result<Want<'a>, String> {
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
            let want = wants.of(schedule, now, context);
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

/// Without the schedule itself, which whoever asks has.
fn by_schedule(schedule: &Schedule, now: Timestamp, context: &Context<'_>) -> Want<'static> {
    let decision = schedule.decide(now, context);
    Want {
        schedule: None,
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
