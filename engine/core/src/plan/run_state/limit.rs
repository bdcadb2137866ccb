//! `limit: {max-runtime: 14h}`: what ran that long since its last start is stopped, and stays so until its schedule starts it
//! anew. The limit stands below overrides and calendars and above every window; it holds for a start by hand too.

use jiff::Timestamp;

use super::history::History;
use super::judge::Judged;
use crate::plan::words;
use crate::schedule::{Context, Limit, Rank, RunState, Schedule, WantedState};

/// Edges that are looked through for the next start before it is called unknown.
const EDGES: usize = 64;

/// Applies the limit of a machine's schedule to what its windows want. True when the limit stopped it or does so now: then
/// no person is asked whether their change stands.
pub(super) fn bound(judged: &mut Judged<'_>, history: &History, context: &Context<'_>, now: Timestamp) -> bool {
    let Some((schedule, limit)) = judged.schedule.and_then(|schedule| Some((schedule, schedule.limit.as_ref()?))) else { return false };
    let end = history.life.started.and_then(|started| started.checked_add(limit.max_runtime).ok());
    let (Some(end), Some(rank)) = (end, judged.rank) else { return false };
    match judged.machine.run_state() {
        Some(RunState::Running) if rank < Rank::Limit => while_running(judged, schedule, limit, end, context, now),
        Some(RunState::Stopped) => {
            let stopped = history.life.stopped.filter(|at| *at >= end && would_have_run(schedule, *at, context));
            stopped.is_some_and(|at| while_stopped(judged, schedule, limit, at, context, now))
        }
        _ => false,
    }
}

fn while_running(
    judged: &mut Judged<'_>,
    schedule: &Schedule,
    limit: &Limit,
    end: Timestamp,
    context: &Context<'_>,
    now: Timestamp,
) -> bool {
    if end > now {
        judged.next = judged.next.into_iter().chain([(end, WantedState::Stopped)]).min_by_key(|(at, _)| *at);
        return false;
    }
    let since = words::instant(end, &schedule.timezone);
    decide(judged, schedule, format!("limit `max-runtime: {}`, reached {since}", words::duration(limit.max_runtime)), context, now);
    true
}

/// A stop that the limit made lasts until the schedule's next start.
fn while_stopped(
    judged: &mut Judged<'_>,
    schedule: &Schedule,
    limit: &Limit,
    stopped: Timestamp,
    context: &Context<'_>,
    now: Timestamp,
) -> bool {
    let started_anew = schedule.edges(stopped, now, context).iter().any(|edge| edge.state == WantedState::Running);
    if !started_anew && judged.rank.is_some_and(|rank| rank < Rank::Limit) {
        let rule = format!("limit `max-runtime: {}`, until the schedule's next start", words::duration(limit.max_runtime));
        decide(judged, schedule, rule, context, now);
    }
    true
}

fn decide(judged: &mut Judged<'_>, schedule: &Schedule, rule: String, context: &Context<'_>, now: Timestamp) {
    judged.wanted = Some(RunState::Stopped);
    judged.rule = rule;
    judged.rank = Some(Rank::Limit);
    judged.next = next_start(schedule, now, context).map(|at| (at, WantedState::Running));
}

/// Whether it was the limit that a stop at that instant followed from: everything of lower rank let it run.
fn would_have_run(schedule: &Schedule, at: Timestamp, context: &Context<'_>) -> bool {
    let decision = schedule.decide(at, context);
    decision.rank < Rank::Limit && decision.state != WantedState::Stopped
}

fn next_start(schedule: &Schedule, after: Timestamp, context: &Context<'_>) -> Option<Timestamp> {
    let edges = std::iter::successors(schedule.next_edge(after, context), |edge| schedule.next_edge(edge.at, context));
    edges.take(EDGES).find(|edge| edge.state == WantedState::Running).map(|edge| edge.at)
}
