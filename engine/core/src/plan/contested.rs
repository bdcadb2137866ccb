//! Machines that two schedules of equal priority are for. A plan holds them back and goes on; with `--strict` they
//! are an error (semantics 8).

use super::draft::{Draft, Input};
use super::run_state::{Judged, judge_all};
use crate::address::Address;
use crate::fleet::Fleet;
use crate::name::Name;
use crate::schedule::{Schedule, tied};

/// A machine and the two schedules.
#[derive(Debug, Clone)]
pub struct Contested<'a> {
    /// The machine.
    pub address: Address,
    /// The schedules, in the order of the file.
    pub schedules: (&'a Schedule, &'a Schedule),
}

/// Every such machine among those that were asked for, in the order of place and address.
#[must_use]
pub fn contested<'a>(input: &Input<'a>) -> Vec<Contested<'a>> {
    let draft = Draft::new(*input);
    let asked = judge_all(&draft).into_iter().filter(|judged| !draft.left_out(&judged.address));
    asked.filter_map(|judged| Some(Contested { schedules: rivals(input.fleet, &judged)?, address: judged.address })).collect()
}

fn rivals<'a>(fleet: &'a Fleet, judged: &Judged<'_>) -> Option<(&'a Schedule, &'a Schedule)> {
    let machine = judged.machine;
    let named = judged.owned.then(|| named(fleet, &judged.address)).flatten();
    tied(fleet.schedules.values(), named, machine.service(), machine.tags(), &judged.place)
}

fn named<'a>(fleet: &'a Fleet, address: &Address) -> Option<&'a Name> {
    let name = match address.section() {
        "user" => fleet.users.get(address.entry_name())?.schedule.as_ref(),
        "database" => fleet.databases.get(address.entry_name())?.schedule.as_ref(),
        _ => None,
    };
    name.map(|name| &name.value)
}
