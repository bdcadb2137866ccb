//! Which schedule is for a resource.

use super::machine::{Machine, is_selected};
use crate::address::Address;
use crate::fleet::Fleet;
use crate::plan::site::Site;
use crate::schedule::Schedule;

/// Which schedule is for a resource.
pub(super) enum Choice<'a> {
    None,
    One(&'a Schedule),
    /// Two of equal priority.
    Conflict(&'a Schedule, &'a Schedule),
}

pub(super) fn choose<'a>(fleet: &'a Fleet, site: &Site<'_>, machine: Machine<'_>, address: &Address, owned: bool) -> Choice<'a> {
    let named = owned.then(|| named_schedule(fleet, address)).flatten();
    let selects = |schedule: &&Schedule| schedule.select.as_ref().is_some_and(|select| is_selected(select, site, machine));
    let mut all: Vec<&Schedule> =
        fleet.schedules.values().filter(|schedule| named.is_some_and(|named| named.name == schedule.name) || selects(schedule)).collect();
    all.sort_by_key(|schedule| std::cmp::Reverse(schedule.priority));
    match all.as_slice() {
        [] => Choice::None,
        [first, second, ..] if first.priority == second.priority => Choice::Conflict(first, second),
        [first, ..] => Choice::One(first),
    }
}

pub(super) fn named_schedule<'a>(fleet: &'a Fleet, address: &Address) -> Option<&'a Schedule> {
    let name = match address.section() {
        "user" => fleet.users.get(address.entry_name())?.schedule.as_ref(),
        "database" => fleet.databases.get(address.entry_name())?.schedule.as_ref(),
        _ => None,
    }?;
    fleet.schedules.get(&name.value)
}
