//! What was retired, is listed again and is started: the start comes before the date is taken off.
//!
//! The date alone says that muster stopped the machine and not a person. Were it gone first and the start failed, the stop would
//! stand as a person's; so the step that takes it off waits, and a start that fails is planned again with it.

use super::draft::Draft;
use super::model::{Action, Op, Step};
use crate::cloud::Change;
use crate::tags;

/// Puts the end of a retirement behind the start of the same machine.
pub(super) fn start_first(draft: &mut Draft<'_>) {
    for at in 0..draft.steps.len() {
        let start = ends_retirement(&draft.steps[at]).then(|| start_of(draft, at)).flatten();
        if let Some(start) = start {
            draft.steps[at..=start].rotate_left(1);
        }
    }
}

fn ends_retirement(step: &Step) -> bool {
    let ends = |op: &Op| matches!(op, Op::Do(Change::RemoveTags { keys, .. }) if keys.iter().any(|key| key == tags::RETIRE_AFTER));
    step.action == Action::Tag && step.ops.iter().any(ends)
}

fn start_of(draft: &Draft<'_>, at: usize) -> Option<usize> {
    let ended = &draft.steps[at];
    let starts = |step: &Step| step.action == Action::Start && step.address == ended.address && step.place == ended.place;
    (at + 1..draft.steps.len()).find(|later| starts(&draft.steps[*later]))
}
