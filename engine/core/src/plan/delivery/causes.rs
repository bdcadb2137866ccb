//! Why a part of delivery is made.

use super::names::Names;
use super::standing::Standing;
use crate::name::Name;
use crate::plan::draft::Draft;
use crate::plan::model::Cause;

/// Cause and reason of making a role or queue that is missing: where other parts of the schedule's delivery stand it is drift.
pub(super) fn of_part(draft: &Draft<'_>, names: &Names, schedule: &Name) -> (Cause, String) {
    if stands_in_part(draft, names, schedule) {
        (Cause::Drift, "deleted outside, or an earlier apply did not finish".to_owned())
    } else {
        (Cause::New, String::new())
    }
}

fn stands_in_part(draft: &Draft<'_>, names: &Names, schedule: &Name) -> bool {
    let Some(site) = draft.sites.get(&names.place) else { return false };
    let entry = format!("schedule/{schedule}");
    let role = site.roles.ours.iter().any(|(address, all)| address.entry() == entry && all.iter().any(|owned| !owned.renamed));
    let queue = site.queues.ours.iter().any(|(address, all)| address.entry() == entry && all.iter().any(|owned| !owned.renamed));
    role || queue || Standing::of(draft, names).edges().any(|edge| edge.in_present && edge.is_of(schedule.as_str()))
}
