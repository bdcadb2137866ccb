//! Two sizes at one time: the source of machines that are resized for ever.

use jiff::Timestamp;

use super::{Code, LINT_AHEAD, Lint};
use crate::schedule::decide::Context;
use crate::schedule::model::Schedule;

pub(super) fn ambiguous(schedule: &Schedule, now: Timestamp, ctx: &Context<'_>) -> Option<Lint> {
    let to = now.saturating_add(LINT_AHEAD).unwrap_or(Timestamp::MAX);
    let found = schedule.ambiguous_size(now, to, ctx)?;
    let help = "let one window begin where the other ends; nothing is resized while both hold".to_owned();
    let message = found.to_string();
    Some(Lint { code: Code::AmbiguousSize, message, help, span: found.span, schedules: Vec::new() })
}
