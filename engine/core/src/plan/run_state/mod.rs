//! Start and stop by schedule: what each resource should be now, and whether a person's change stands (semantics 8).

mod choose;
mod judge;
mod machine;
mod maintenance;
mod newborn;
mod notes;
mod numbers;
mod overrides;
mod scale;
mod snapshots;
mod steps;
mod verdict;

use jiff::SignedDuration;

pub use judge::{Judged, Verdict, any_scheduled_cluster, any_scheduled_database, judge_all};
pub use machine::Machine;
pub(super) use machine::{GROUP_OF, STORAGE_OPTIMIZING};
pub use maintenance::{LEAD, Weekly};
pub use notes::{automatic_restart, restart_words};
pub use numbers::{Numbers, SetTag};
pub use steps::ops_by_hand;

use super::draft::Draft;

/// Clocks further apart than this hold every start and stop back: a stop at the wrong hour is worse than none.
pub const CLOCK_SKEW_LIMIT: SignedDuration = SignedDuration::from_secs(60);

/// Plans starts, stops, and the end of overrides.
pub fn plan(draft: &mut Draft<'_>) {
    let clocks = clocks_disagree(draft);
    for judged in judge_all(draft) {
        if draft.left_out(&judged.address) {
            continue;
        }
        overrides::end_override(draft, &judged);
        notes::of(draft, &judged);
        match &judged.verdict {
            Verdict::Fine => {}
            Verdict::Act(..) if clocks.is_some() => {
                let why = clocks.clone().unwrap_or_default();
                draft.hold(&judged.place, &judged.address, why, judged.span.as_ref());
            }
            Verdict::Act(cause, reason) => steps::act(draft, &judged, *cause, reason),
            Verdict::Stands(why) | Verdict::Held(why) => draft.hold(&judged.place, &judged.address, why.clone(), judged.span.as_ref()),
        }
    }
    if clocks.is_none() {
        newborn::stop_what_is_born_at_night(draft);
    }
}

fn clocks_disagree(draft: &Draft<'_>) -> Option<String> {
    let apart = draft.input.snapshot.clock_skew_seconds;
    let skewed = apart.unsigned_abs() > CLOCK_SKEW_LIMIT.unsigned_abs().as_secs();
    let said = draft.input.options.hold_run_state.clone();
    said.or_else(|| {
        skewed.then(|| format!("this machine's clock and AWS's are {} s apart; set the clock (NTP), then plan again", apart.abs()))
    })
}
