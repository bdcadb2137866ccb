//! Overrides of one resource: of the file, and of its own tag.

use super::choose::Target;
use super::judge::Judged;
use super::numbers::Numbers;
use crate::fleet::Fleet;
use crate::plan::draft::{Draft, remove_tag};
use crate::plan::last_change;
use crate::plan::mark::OverrideTag;
use crate::plan::model::{Action, Cause, Op, Step};
use crate::schedule::{Context, Interval, Manual, RunState, Schedule};
use crate::tags;

/// Overrides of the file and of the tag, as intervals. Ended ones stay: they explain a change made in their time.
pub(super) fn intervals(fleet: &Fleet, target: &Target<'_>) -> Vec<Interval> {
    let written = fleet.overrides.iter().filter(|written| target.is_meant(&written.subject)).map(|written| Interval {
        from: written.from,
        until: written.until,
        state: written.state,
        why: written.reason.clone().map_or_else(|| written.span.file_line(), |reason| format!("{reason}, {}", written.span.file_line())),
    });
    let tagged = OverrideTag::of(target.tags).map(|tag| Interval {
        from: None,
        until: tag.until,
        state: tag.state,
        why: tag.by.map_or_else(|| "by hand".to_owned(), |by| format!("by {by}")),
    });
    // A person's own word for this one resource goes before the file's for many.
    tagged.into_iter().chain(written).collect()
}

/// The tag of an override that has ended is taken away by the first apply after it, behind the start or stop that follows from
/// its end: without the tag a change made in its time would read like one made by hand against the schedule. For the same reason
/// it stays while that start or stop may be left to a later apply, and while the last change is of its time and would count for
/// good as a person's.
pub(super) fn end(draft: &mut Draft<'_>, judged: &Judged<'_>) {
    let ended = OverrideTag::of(judged.machine.tags()).filter(|tag| tag.until <= draft.input.now);
    let Some(tag) = ended.filter(|_| !may_come_later(draft, judged) && !explains(draft, judged)) else { return };
    let mut step = Step::new(judged.address.clone(), judged.place.clone(), judged.machine.kind(), Action::Tag, Cause::Override);
    step.id = Some(judged.machine.id().to_owned());
    step.reason = format!("the override `{}` has ended", tag.state.as_str());
    step.ops = vec![remove_tag(judged.machine.kind(), judged.machine.tag_target(), tags::OVERRIDE)];
    draft.push(step);
}

/// True when what this plan does to a machine begins with a wait, for a snapshot or for what comes before it: such a wait may be
/// cut short, and what is behind it is then for a later apply.
fn may_come_later(draft: &Draft<'_>, judged: &Judged<'_>) -> bool {
    let waits = |step: &Step| step.action == Action::Snapshot || matches!(step.ops.first(), Some(Op::Await(_) | Op::AwaitAll(_)));
    draft.steps.iter().any(|step| step.address == judged.address && step.place == judged.place && waits(step))
}

/// True when the tag alone says that nobody made the last change by hand, and the schedule would never forget that somebody had.
/// Until the next edge such a change is right in any case: since the tag has ended, one has come.
fn explains(draft: &Draft<'_>, judged: &Judged<'_>) -> bool {
    let lasting = |schedule: &&Schedule| schedule.manual != Manual::UntilNextEdge;
    let Some((schedule, site)) = judged.schedule.filter(lasting).zip(draft.sites.get(&judged.place)) else { return false };
    if judged.acts(RunState::Running) || judged.acts(RunState::Stopped) || Numbers::of(judged.machine).is_some() {
        return false;
    }
    let target = Target::of(site, judged.machine, &judged.address, judged.owned);
    let all = intervals(draft.input.fleet, &target);
    let change = last_change::of(judged.machine, site, draft.input.now);
    let manual = |overrides: &[Interval]| change.is_manual(schedule, &Context { calendars: &draft.input.fleet.calendars, overrides });
    // The tag's own is the first.
    manual(all.get(1..).unwrap_or_default()) && !manual(&all)
}

/// True when a machine carries a tag that [`explains`] may ask about.
pub(super) fn is_asked_about(judged: &Judged<'_>) -> bool {
    judged.machine.tags().contains_key(tags::OVERRIDE) && judged.schedule.is_some_and(|schedule| schedule.manual != Manual::UntilNextEdge)
}
