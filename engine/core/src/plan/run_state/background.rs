//! What a judgement was made from: for those who ask why.

use std::collections::BTreeSet;

use super::choose::{Target, candidates};
use super::history::History;
use super::judge::{Judged, judge_all, machines};
use super::machine::{foreign_address, owned_address};
use super::overrides;
use crate::address::Address;
use crate::cloud::Place;
use crate::plan::draft::Draft;
use crate::plan::last_change::LastChange;
use crate::schedule::{Interval, Schedule};

/// What a machine is judged by.
#[derive(Debug, Clone)]
pub struct Background<'a> {
    /// Overrides that are about it, those that ended included.
    pub overrides: Vec<Interval>,
    /// Schedules that are for it, the highest priority first.
    pub schedules: Vec<&'a Schedule>,
    /// Its last start or stop.
    pub change: LastChange,
}

/// The background of a judgement; nothing when its place was not read.
#[must_use]
pub fn background<'a>(draft: &Draft<'a>, judged: &Judged<'a>) -> Option<Background<'a>> {
    let site = draft.sites.get(&judged.place)?;
    let target = Target::of(site, judged.machine, &judged.address, judged.owned);
    let change = History::of(judged.machine, site, draft.input.now).change;
    let fleet = draft.input.fleet;
    Some(Background { overrides: overrides::intervals(fleet, &target), schedules: candidates(draft, &target), change })
}

/// Every machine that was seen, judged, or bare where nothing is wanted of it.
#[must_use]
pub fn everything<'a>(draft: &Draft<'a>) -> Vec<Judged<'a>> {
    let mut all = judge_all(draft);
    let known: BTreeSet<(Place, &str)> = all.iter().map(|judged| (judged.place.clone(), judged.machine.id())).collect();
    for site in draft.sites.values() {
        for machine in machines(site).filter(|machine| !known.contains(&(site.place.clone(), machine.id()))) {
            let owned: Option<Address> = owned_address(draft.input.fleet, site, machine);
            let is_owned = owned.is_some();
            all.push(Judged::bare(owned.unwrap_or_else(|| foreign_address(machine)), site.place.clone(), machine, is_owned));
        }
    }
    all
}
