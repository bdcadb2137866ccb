//! What a judgement was made from: for those who ask why.

use super::choose::{Target, candidates};
use super::history::History;
use super::judge::Judged;
use super::machine::{Machine, foreign_address, owned_address};
use super::overrides;
use crate::address::Address;
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
    Some(Background { overrides: overrides::intervals(fleet, &target), schedules: candidates(fleet, &target), change })
}

/// Every machine that was seen, whether anything is wanted of it or not.
#[must_use]
pub fn everything<'a>(draft: &Draft<'a>) -> Vec<Judged<'a>> {
    let mut all = Vec::new();
    for site in draft.sites.values() {
        let instances = site.view.instances.seen().iter().filter(|instance| !instance.state.is_gone()).map(Machine::Ec2);
        for machine in instances.chain(site.view.databases.seen().iter().map(Machine::Rds)) {
            let owned: Option<Address> = owned_address(site, machine);
            let is_owned = owned.is_some();
            let bare = || Judged::bare(owned.unwrap_or_else(|| foreign_address(machine)), site.place.clone(), machine, is_owned);
            all.push(super::judge::judge(draft, site, machine).unwrap_or_else(bare));
        }
    }
    all
}
