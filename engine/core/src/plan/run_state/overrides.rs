//! Overrides of one resource: of the file, and of its own tag.

use super::judge::Judged;
use super::machine::{Machine, is_selected};
use crate::address::Address;
use crate::fleet::Subject;
use crate::plan::draft::{Draft, remove_tag};
use crate::plan::mark::OverrideTag;
use crate::plan::model::{Action, Cause, Step};
use crate::plan::site::Site;
use crate::schedule::Interval;
use crate::tags;

fn is_about(subject: &Subject, site: &Site<'_>, machine: Machine<'_>, address: &Address) -> bool {
    match subject {
        Subject::Select(select) => is_selected(select, site, machine),
        Subject::Only(names) => names.iter().any(|name| address.is_under(name)),
    }
}

pub(super) fn written_about(draft: &Draft<'_>, site: &Site<'_>, machine: Machine<'_>, address: &Address) -> bool {
    draft.input.fleet.overrides.iter().any(|written| is_about(&written.subject, site, machine, address))
}

/// Overrides of the file and of the tag, as intervals. Ended ones stay: they explain a change made in their time.
pub(super) fn overrides(draft: &Draft<'_>, site: &Site<'_>, machine: Machine<'_>, address: &Address) -> Vec<Interval> {
    let written =
        draft.input.fleet.overrides.iter().filter(|written| is_about(&written.subject, site, machine, address)).map(|written| Interval {
            from: written.from,
            until: written.until,
            state: written.state,
            why: written
                .reason
                .clone()
                .map_or_else(|| written.span.file_line(), |reason| format!("{reason}, {}", written.span.file_line())),
        });
    let tagged = OverrideTag::of(machine.tags()).map(|tag| Interval {
        from: None,
        until: tag.until,
        state: tag.state,
        why: tag.by.map_or_else(|| "by hand".to_owned(), |by| format!("by {by}")),
    });
    // A person's own word for this one resource goes before the file's for many.
    tagged.into_iter().chain(written).collect()
}

/// The tag of an override that has ended is taken away by the first apply after it.
pub(super) fn end_override(draft: &mut Draft<'_>, judged: &Judged<'_>) {
    let ended = OverrideTag::of(judged.machine.tags()).filter(|tag| tag.until <= draft.input.now);
    let Some(tag) = ended else { return };
    let mut step = Step::new(judged.address.clone(), judged.place.clone(), judged.machine.kind(), Action::Tag, Cause::Override);
    step.id = Some(judged.machine.id().to_owned());
    step.reason = format!("the override `{}` has ended", tag.state.as_str());
    step.ops = vec![remove_tag(judged.machine.kind(), judged.machine.tag_target(), tags::OVERRIDE)];
    draft.steps.push(step);
}
