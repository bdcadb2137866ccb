//! `delivery: eventbridge`: AWS fires the edges, and a pass changes nothing between them.
//!
//! What a pass does all the same is what no edge can: it starts what muster stopped for a change of its own, brings about an override
//! that is in force, and stops what it makes at night.

use super::history::History;
use super::judge::{Judged, Verdict};
use super::numbers::Numbers;
use super::resume;
use crate::fleet::DeliveryBy;
use crate::plan::words;
use crate::schedule::{Schedule, WantedState};

/// True for a schedule whose edges EventBridge alone fires.
pub(super) fn is_sole(schedule: &Schedule) -> bool {
    schedule.delivery.by == DeliveryBy::Eventbridge
}

/// Leaves a machine as it is until its next edge.
pub(super) fn leave(judged: &mut Judged<'_>, history: &History) {
    let Some(schedule) = judged.schedule.filter(|schedule| is_sole(schedule)) else { return };
    if Numbers::of(judged.machine).is_some() {
        // Why it has no edges is said with the edges.
        judged.verdict = Verdict::Fine;
        return;
    }
    if judged.overridden || resume::is_interrupted(judged.machine, history) {
        return;
    }
    if matches!(judged.verdict, Verdict::Act(..) | Verdict::Stands(_)) {
        judged.verdict = Verdict::Stands(words(judged, schedule));
    }
}

fn words(judged: &Judged<'_>, schedule: &Schedule) -> String {
    let sole = format!("EventBridge alone fires the edges of schedule `{}`", schedule.name);
    match judged.next {
        Some((at, state)) => {
            let verb = match state {
                WantedState::Running => "starts it",
                WantedState::Stopped => "stops it",
                WantedState::Leave => "leaves it",
            };
            format!("{sole}; the next one {verb} {}", words::instant(at, &schedule.timezone))
        }
        None => format!("{sole}, and there is none to come; `muster start` or `muster stop` changes it now"),
    }
}
