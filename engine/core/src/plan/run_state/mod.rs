//! Start and stop by schedule: what each resource should be now, and whether a person's change stands (semantics 8).

mod background;
mod by_eventbridge;
mod choose;
mod history;
mod judge;
mod limit;
mod machine;
mod maintenance;
mod newborn;
mod notes;
mod numbers;
mod order;
mod overrides;
mod resume;
mod scale;
mod sizes;
mod snapshots;
mod snooze;
mod steps;
mod verdict;
mod want;

use jiff::SignedDuration;

pub use background::{Background, background, everything};
pub use choose::{has_scheduled_type, is_enforced};
pub use judge::{Judged, Verdict, any_scheduled_cluster, any_scheduled_database, judge_all};
pub use machine::Machine;
pub(super) use machine::{GROUP_OF, STORAGE_OPTIMIZING};
pub use maintenance::{LEAD, Weekly};
pub use newborn::{Birth, newborn};
pub use notes::{automatic_restart, restart_words};
pub use numbers::{Numbers, SetTag};
pub use resume::while_stopped;
pub use steps::ops_by_hand;
pub use want::Wants;

use self::order::Orders;
use super::draft::Draft;
use crate::schedule::RunState;

/// Clocks further apart than this hold every start and stop back: a stop at the wrong hour is worse than none.
pub const CLOCK_SKEW_LIMIT: SignedDuration = SignedDuration::from_secs(60);

/// Plans starts, stops, and the end of overrides.
pub fn plan(draft: &mut Draft<'_>) {
    let clocks = clocks_disagree(draft);
    let all = judge_all(draft);
    let orders = Orders::new(draft, &all);
    for judged in &all {
        if !draft.left_out(&judged.address) {
            carry_out(draft, judged, &orders, clocks.as_deref());
        }
    }
    if clocks.is_none() {
        newborn::stop_what_is_born_at_night(draft);
    }
}

fn carry_out(draft: &mut Draft<'_>, judged: &Judged<'_>, orders: &Orders, clocks: Option<&str>) {
    notes::of(draft, judged);
    let hold = |draft: &mut Draft<'_>, why: &str| draft.hold(&judged.place, &judged.address, why, judged.span.as_ref());
    match (&judged.verdict, clocks) {
        (Verdict::Held(why), _) => return hold(draft, why),
        (Verdict::Act(..), Some(clocks)) => return hold(draft, clocks),
        (Verdict::Act(cause, reason), None) => {
            steps::act(draft, judged, *cause, reason, orders.of(judged));
        }
        (Verdict::Stands(why), _) => hold(draft, why),
        (Verdict::Fine, None) if !judged.schedule.is_some_and(by_eventbridge::is_sole) => sizes::resize(draft, judged),
        (Verdict::Fine, _) => {}
    }
    if let Some(note) = &judged.note {
        draft.notes.push(format!("{}: {note}", judged.address));
    }
    overrides::end(draft, judged);
    if !judged.acts(RunState::Running) {
        resume::end(draft, judged);
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
