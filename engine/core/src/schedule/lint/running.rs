//! Schedules as a whole: what is started and never stopped, and what a pass of the loop can miss.

use jiff::{SignedDuration, Timestamp};

use super::{Code, LINT_AHEAD, Lint, Options};
use crate::fleet::DeliveryBy;
use crate::schedule::decide::Context;
use crate::schedule::model::{Schedule, WantedState};
use crate::schedule::window::{DAY, TimeSpan, Window};

pub(super) fn never_stops(schedule: &Schedule, now: Timestamp, ctx: &Context<'_>) -> Option<Lint> {
    if schedule.limit.is_some() || is_meant(schedule) {
        return None;
    }
    let to = now.saturating_add(LINT_AHEAD).unwrap_or(Timestamp::MAX);
    let states = schedule.states(now, to, ctx);
    let wants = |wanted: WantedState| states.iter().any(|(_, state)| *state == wanted);
    if !wants(WantedState::Running) || wants(WantedState::Stopped) {
        return None;
    }
    let (message, help) = if wants(WantedState::Leave) {
        (
            format!("`{}` starts things and never stops them: outside its windows it leaves them alone", schedule.name),
            "write `otherwise: stopped`, a `stop` window, or `limit: {max-runtime: 14h}`",
        )
    } else {
        (
            format!("`{}` never stops anything: its windows cover all of time", schedule.name),
            "if that is meant, say it: `run: ['daily 00:00-24:00']`",
        )
    };
    Some(Lint { code: Code::NeverStops, message, help: help.to_owned(), span: schedule.span.clone(), schedules: Vec::new() })
}

/// Always on in so many words: `daily 00:00-24:00`, or `otherwise: running` and nothing else.
fn is_meant(schedule: &Schedule) -> bool {
    let whole_days = |window: &Window| {
        let span = window.span();
        window.conditions().is_empty() && matches!(span, TimeSpan::Clock { begin: 0, .. }) && span.end() == DAY
    };
    let windows = || schedule.run.iter().chain(&schedule.stop).chain(&schedule.leave);
    schedule.run.iter().any(|window| whole_days(window)) || (schedule.otherwise == WantedState::Running && windows().next().is_none())
}

/// A state that holds for less than the time between two passes may be over before any pass sees it.
pub(super) fn shorter_than_loop(schedule: &Schedule, options: &Options, ctx: &Context<'_>) -> Option<Lint> {
    if schedule.delivery.by == DeliveryBy::Eventbridge {
        return None;
    }
    let to = options.now.saturating_add(LINT_AHEAD).unwrap_or(Timestamp::MAX);
    let edges = schedule.edges(options.now, to, ctx);
    let short = edges.windows(2).find(|pair| pair[1].at.duration_since(pair[0].at) < options.interval)?;
    let lasts = short[1].at.duration_since(short[0].at);
    let decision = schedule.decide(short[0].at, ctx);
    let message = format!(
        "{} lasts {} at {}, less than the {} between two passes",
        decision.rule,
        words(lasts),
        short[0].at,
        words(options.interval)
    );
    let help = "widen it, let the loop run more often, or let EventBridge fire the edges (`delivery: eventbridge`)";
    Some(Lint {
        code: Code::ShorterThanLoop,
        message,
        help: help.to_owned(),
        span: decision.span.unwrap_or_else(|| schedule.span.clone()),
        schedules: Vec::new(),
    })
}

/// `90 s`, `15 min`, `2 h`.
fn words(duration: SignedDuration) -> String {
    match duration.as_secs() {
        seconds if seconds % 3600 == 0 => format!("{} h", seconds / 3600),
        seconds if seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}
