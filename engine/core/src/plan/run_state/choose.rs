//! Which schedule is for a resource.

use std::cmp::Reverse;

use super::machine::{Machine, members};
use crate::address::Address;
use crate::cloud::Place;
use crate::fleet::{Fleet, Subject};
use crate::plan::draft::Draft;
use crate::plan::site::Site;
use crate::schedule::{Manual, Schedule, Select};
use crate::tags::Tags;

/// What schedules and overrides are matched against: a machine that is there, or one that is being made.
#[derive(Debug, Clone)]
pub(super) struct Target<'t> {
    /// The word of `select.services`.
    pub(super) service: &'static str,
    /// The tags it has, or will have.
    pub(super) tags: &'t Tags,
    /// Where.
    pub(super) place: &'t Place,
    /// Its address.
    pub(super) address: &'t Address,
    /// True when it is ours.
    pub(super) owned: bool,
    /// Tags of its members: a cluster is selected by its own or by those of a member, which is never stopped alone.
    pub(super) members: Vec<&'t Tags>,
}

impl<'t> Target<'t> {
    /// A machine that is there.
    pub(super) fn of(site: &'t Site<'t>, machine: Machine<'t>, address: &'t Address, owned: bool) -> Self {
        let members = members(site, machine).map(|member| &member.tags).collect();
        Self { service: machine.service(), tags: machine.tags(), place: &site.place, address, owned, members }
    }

    /// True when a selection is about it.
    fn is_selected(&self, select: &Select) -> bool {
        self.all_tags().any(|tags| select.matches(self.service, tags, self.place))
    }

    /// Its own tags and those of its members.
    fn all_tags(&self) -> impl Iterator<Item = &'t Tags> {
        std::iter::once(self.tags).chain(self.members.iter().copied())
    }

    /// True when an override of the file is about it.
    pub(super) fn is_meant(&self, subject: &Subject) -> bool {
        match subject {
            Subject::Select(select) => self.is_selected(select),
            Subject::Only(names) => names.iter().any(|name| self.address.is_under(name)),
        }
    }
}

/// Which schedule is for a resource.
#[derive(Debug, Clone, Copy)]
pub(super) enum Choice<'a> {
    None,
    One(&'a Schedule),
    /// Two of equal priority.
    Conflict(&'a Schedule, &'a Schedule),
}

pub(super) fn choose<'a>(draft: &Draft<'a>, target: &Target<'_>) -> Choice<'a> {
    match candidates(draft, target).as_slice() {
        [] => Choice::None,
        [first, second, ..] if first.priority == second.priority => Choice::Conflict(first, second),
        [first, ..] => Choice::One(first),
    }
}

/// Schedules that are for a resource, the highest priority first, of one priority in the order of the file.
pub(super) fn candidates<'a>(draft: &Draft<'a>, target: &Target<'_>) -> Vec<&'a Schedule> {
    let fleet = draft.input.fleet;
    let mut all: Vec<&Schedule> = target.owned.then(|| named_schedule(fleet, target.address)).flatten().into_iter().collect();
    for tags in target.all_tags() {
        draft.selectors.add_matching(target.service, tags, target.place, &mut all);
    }
    if all.len() > 1 {
        all.sort_by_key(|schedule| (Reverse(schedule.priority), fleet.schedules.get_index_of(&schedule.name)));
        // One that an entry names and that selects it by tag as well, or by the tags of several members, is one.
        all.dedup_by_key(|schedule| &schedule.name);
    }
    all
}

/// True when the type of an instance at this address is its schedule's to say, or that of one of two that both claim it.
#[must_use]
pub fn has_scheduled_type(draft: &Draft<'_>, place: &Place, address: &Address, tags: &Tags) -> bool {
    any_chosen(draft, place, address, tags, |schedule| !schedule.sizing.types.is_empty())
}

/// True when the schedule of an instance at this address, or one of two that both claim it, says `manual: enforce`.
#[must_use]
pub fn is_enforced(draft: &Draft<'_>, place: &Place, address: &Address, tags: &Tags) -> bool {
    any_chosen(draft, place, address, tags, |schedule| schedule.manual == Manual::Enforce)
}

/// Whether something is true of what is chosen for an instance of ours with these tags.
fn any_chosen(draft: &Draft<'_>, place: &Place, address: &Address, tags: &Tags, is_so: impl Fn(&Schedule) -> bool) -> bool {
    match choose(draft, &Target { service: "ec2", tags, place, address, owned: true, members: Vec::new() }) {
        Choice::None => false,
        Choice::One(schedule) => is_so(schedule),
        Choice::Conflict(one, two) => is_so(one) || is_so(two),
    }
}

fn named_schedule<'a>(fleet: &'a Fleet, address: &Address) -> Option<&'a Schedule> {
    let name = match address.section() {
        "user" => fleet.users.get(address.entry_name())?.schedule.as_ref(),
        "database" => fleet.databases.get(address.entry_name())?.schedule.as_ref(),
        _ => None,
    }?;
    fleet.schedules.get(&name.value)
}
