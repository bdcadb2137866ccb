//! What `muster status` shows: each machine as it is, as it should be, and when that changes. A pure view.

mod filter;
mod row;

pub use filter::Filter;
pub use row::{ImageAge, Next, Row};

use jiff::Timestamp;
use serde::Serialize;

use crate::cloud::{Gap, Kind, Place};
use crate::fleet::Fleet;
use crate::plan::Input;
use crate::plan::claim::{Claimable, Claims};
use crate::plan::draft::Draft;
use crate::plan::run_state::{Judged, Machine, Verdict, judge_all};
use crate::plan::site::Site;

/// Everything there is to show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    /// The instant it is true for.
    pub at: Timestamp,
    /// Machines, by place and address.
    pub resources: Vec<Row>,
    /// Other things the fleet owns; only asked for with `--everywhere`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// Something owned that is not a machine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Part {
    /// Its address.
    pub address: String,
    /// Twelve digits.
    pub account: String,
    /// Region.
    pub region: String,
    /// Its kind.
    pub kind: Kind,
    /// AWS id or name.
    pub id: String,
    /// True when fleet.yaml still lists its entry.
    pub listed: bool,
}

/// The view over what was observed.
#[must_use]
pub fn view(input: &Input<'_>, filter: &Filter) -> Status {
    let draft = Draft::new(*input);
    let rows = machines(&draft).into_iter().map(|judged| Row::new(input, &draft.sites[&judged.place], &judged));
    let mut resources: Vec<Row> = rows.filter(|row| filter.takes(row)).collect();
    resources.sort_by(|a, b| (!a.owned, &a.account, &a.region, &a.address).cmp(&(!b.owned, &b.account, &b.region, &b.address)));
    Status { at: input.now, resources, parts: Vec::new(), gaps: input.snapshot.gaps.clone() }
}

/// Every machine that is ours or that a schedule or override is about. Those the schedules do not speak of
/// (no schedule, or on the way out) are there too, with nothing wanted of them.
#[must_use]
pub fn machines<'a>(draft: &Draft<'a>) -> Vec<Judged<'a>> {
    let mut all = judge_all(draft);
    for site in draft.sites.values() {
        let instances = site.instances.ours.iter().flat_map(|(address, all)| all.iter().map(move |one| (address, Machine::Ec2(one.item))));
        let databases = site.databases.ours.iter().flat_map(|(address, all)| all.iter().map(move |one| (address, Machine::Rds(one.item))));
        for (address, machine) in instances.chain(databases) {
            if !all.iter().any(|judged| judged.place == site.place && judged.machine.id() == machine.id()) {
                all.push(unscheduled(&site.place, address.clone(), machine));
            }
        }
    }
    all
}

fn unscheduled<'a>(place: &Place, address: crate::address::Address, machine: Machine<'a>) -> Judged<'a> {
    Judged {
        address,
        place: place.clone(),
        machine,
        owned: true,
        schedule: None,
        wanted: None,
        rule: String::new(),
        span: None,
        next: None,
        override_until: None,
        verdict: Verdict::Fine,
    }
}

/// Everything else the fleet owns in what was observed, listed in the file or not.
#[must_use]
pub fn parts(input: &Input<'_>) -> Vec<Part> {
    let draft = Draft::new(*input);
    let mut all = Vec::new();
    for site in draft.sites.values() {
        add(&mut all, input.fleet, site, Kind::SecurityGroup, &site.groups);
        add(&mut all, input.fleet, site, Kind::KeyPair, &site.keys);
        add(&mut all, input.fleet, site, Kind::Alarm, &site.alarms);
        add(&mut all, input.fleet, site, Kind::ParameterGroup, &site.parameter_groups);
    }
    all.sort();
    all
}

fn add<T: Claimable>(all: &mut Vec<Part>, fleet: &Fleet, site: &Site<'_>, kind: Kind, claims: &Claims<'_, T>) {
    for (address, owned) in &claims.ours {
        all.extend(owned.iter().map(|one| Part {
            address: address.as_str().to_owned(),
            account: site.account_id.clone(),
            region: site.place.region.clone(),
            kind,
            id: one.item.id().to_owned(),
            listed: is_listed(fleet, address),
        }));
    }
}

/// True when the file has the entry an address belongs to.
#[must_use]
pub fn is_listed(fleet: &Fleet, address: &crate::address::Address) -> bool {
    let name = address.entry_name();
    match address.section() {
        "user" => fleet.users.contains_key(name),
        "database" => fleet.databases.contains_key(name),
        "parameter-group" => fleet.parameter_groups.contains_key(name),
        _ => false,
    }
}
