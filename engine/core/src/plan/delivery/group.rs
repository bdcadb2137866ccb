//! The schedule group of a fleet.

use super::names::{Names, group_address};
use super::post::Post;
use super::standing::{Standing, parts};
use crate::cloud::{Change, EdgeGroup, Kind};
use crate::plan::draft::Draft;
use crate::plan::mark::Mark;
use crate::plan::model::{Action, Cause, Op, Step};

/// Makes the group where something is to stand in it.
pub(super) fn plan(draft: &mut Draft<'_>, names: &Names, posts: &[Post<'_>], standing: &Standing<'_>) {
    if let Some(group) = standing.group {
        return note_foreign(draft, names, group);
    }
    let Some(first) = posts.first() else { return };
    let mut step = Step::new(group_address(), names.place.clone(), Kind::EdgeGroup, Action::Create, Cause::New);
    step.origin = Some(first.schedule.span.file_line());
    let mark = Mark { fleet: Some(names.fleet.to_string()), address: Some(group_address()), ..Mark::default() };
    step.ops = vec![Op::Do(Change::CreateEdgeGroup { name: names.group.clone(), tags: mark.tags() })];
    draft.push(step);
}

/// Schedules in a group of ours that somebody else made, sorted.
pub(super) fn foreign(group: &EdgeGroup) -> Vec<&str> {
    group.edges.iter().map(|edge| edge.name.as_str()).filter(|name| parts(name).is_none()).collect()
}

fn note_foreign(draft: &mut Draft<'_>, names: &Names, group: &EdgeGroup) {
    let foreign = foreign(group);
    if !foreign.is_empty() {
        let note = format!("{}: {} in schedule group {} is not muster's and left alone", names.place, listed(&foreign), group.name);
        draft.notes.push(note);
    }
}

/// The first few of some names, and how many more there are.
pub(super) fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 3;
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
