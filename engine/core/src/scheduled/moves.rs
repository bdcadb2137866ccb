//! Which machines each schedule moves.

use std::collections::BTreeMap;

use crate::fleet::Fleet;
use crate::name::Name;
use crate::plan::Input;
use crate::schedule::Priced;
use crate::status::{Filter, Row, view};

/// The machines of an account by the schedule that decides over each.
#[derive(Debug, Clone, Default)]
pub struct Moves {
    machines: BTreeMap<String, Vec<Moved>>,
    waiting: BTreeMap<String, usize>,
}

/// A machine that a schedule moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Its address.
    pub address: String,
    /// Its region.
    pub region: String,
    /// Type or class.
    pub size: String,
}

impl Moves {
    /// Reads them from what was observed.
    #[must_use]
    pub fn of(input: &Input<'_>) -> Self {
        let mut machines: BTreeMap<String, Vec<Moved>> = BTreeMap::new();
        let rows = view(input, &Filter::default()).resources;
        for row in &rows {
            let Some(schedule) = &row.schedule else { continue };
            let moved = Moved { address: row.address.clone(), region: row.region.clone(), size: row.size.clone() };
            machines.entry(schedule.clone()).or_default().push(moved);
        }
        Self { machines, waiting: waiting(input.fleet, &rows) }
    }

    /// The machines of one schedule.
    #[must_use]
    pub fn machines(&self, schedule: &Name) -> &[Moved] {
        self.machines.get(schedule.as_str()).map(Vec::as_slice).unwrap_or_default()
    }

    /// How many users and databases name it that have no machine yet.
    #[must_use]
    pub fn waiting(&self, schedule: &Name) -> usize {
        self.waiting.get(schedule.as_str()).copied().unwrap_or_default()
    }

    /// What prices of its machines depend on.
    pub fn priced(&self, schedule: &Name) -> impl Iterator<Item = Priced<'_>> {
        self.machines(schedule).iter().map(|machine| Priced { region: &machine.region, size: &machine.size })
    }
}

fn waiting(fleet: &Fleet, rows: &[Row]) -> BTreeMap<String, usize> {
    let users = fleet.users.values().map(|user| ("user", &user.name, &user.schedule));
    let databases = fleet.databases.values().map(|database| ("database", &database.name, &database.schedule));
    let mut waiting = BTreeMap::new();
    for (section, name, schedule) in users.chain(databases) {
        let Some(schedule) = schedule else { continue };
        let address = format!("{section}/{name}/instance");
        if !rows.iter().any(|row| row.address == address) {
            *waiting.entry(schedule.value.to_string()).or_default() += 1;
        }
    }
    waiting
}
