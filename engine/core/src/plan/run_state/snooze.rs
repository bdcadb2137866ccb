//! `snooze: {tag, max}`: a tag on a machine that runs puts its stop off until the instant it says.
//!
//! It only ever delays a stop, like an override `running` that begins when the stop is due; a machine that is stopped is not
//! started by it. `max` counts from the instant at which the stop was due, so that a tag nobody takes away ends by itself.

use jiff::{SignedDuration, Timestamp};

use super::history::History;
use super::judge::{Judged, Verdict};
use crate::plan::words;
use crate::schedule::{Context, Rank, RunState, Schedule, Snooze, WantedState};
use crate::tags::Tags;

/// What a machine's tag asks for; nothing without one, an error in words when it is no instant.
fn asked(schedule: &Schedule, tags: &Tags) -> Option<Result<(Snooze, Timestamp), String>> {
    let snooze = schedule.snooze.clone()?;
    let text = tags.get(&snooze.tag)?;
    Some(match text.trim().parse() {
        Ok(until) => Ok((snooze, until)),
        Err(_) => {
            Err(format!("its tag `{}` says `{text}`, which is no instant such as `2026-10-02T11:00Z`, so it delays nothing", snooze.tag))
        }
    })
}

/// The remark on a tag that cannot be read.
pub(super) fn unreadable(schedule: &Schedule, tags: &Tags) -> Option<String> {
    asked(schedule, tags)?.err()
}

/// Until when a stop is put off that was due at `due`; nothing when it is not, or no longer.
pub(super) fn until(schedule: &Schedule, tags: &Tags, due: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let (snooze, asked) = asked(schedule, tags)?.ok()?;
    let latest = snooze.max.and_then(|max| due.unwrap_or(Timestamp::MIN).checked_add(max).ok());
    let until = latest.map_or(asked, |latest| asked.min(latest));
    (until > now).then_some(until)
}

/// When a schedule began to want stopped what it wants stopped at `now`; nothing when that is longer ago than a snooze lasts.
pub(super) fn since(schedule: &Schedule, context: &Context<'_>, now: Timestamp) -> Option<Timestamp> {
    let longest = schedule.snooze.as_ref()?.max.unwrap_or(SignedDuration::ZERO);
    let from = now.checked_sub(longest).ok()?;
    schedule.edges(from, now, context).last().filter(|edge| edge.state == WantedState::Stopped).map(|edge| edge.at)
}

/// Puts off the stop of a machine whose tag asks for it. An override is a later word and goes before it.
pub(super) fn put_off(judged: &mut Judged<'_>, history: &History, context: &Context<'_>, now: Timestamp) {
    let Some(schedule) = judged.schedule else { return };
    judged.note = unreadable(schedule, judged.machine.tags());
    if !judged.acts(RunState::Stopped) || judged.overridden {
        return;
    }
    let limit = schedule.limit.as_ref().filter(|_| judged.rank == Some(Rank::Limit));
    let started = history.life.started;
    let by_limit = limit.and_then(|limit| started?.checked_add(limit.max_runtime).ok());
    // What was started after the edge was due to stop from its start on.
    let due = by_limit.or_else(|| since(schedule, context, now).max(started));
    let Some(until) = until(schedule, judged.machine.tags(), due, now) else { return };
    let tag = schedule.snooze.as_ref().map(|snooze| snooze.tag.as_str()).unwrap_or_default();
    judged.verdict = Verdict::Stands(format!("its tag `{tag}` puts the stop off until {}", words::instant(until, &schedule.timezone)));
    judged.next = judged.next.into_iter().chain([(until, WantedState::Stopped)]).min_by_key(|(at, _)| *at);
}
