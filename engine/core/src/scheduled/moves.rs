//! Which machines each schedule moves.

use std::collections::{BTreeMap, HashMap};

use crate::cloud::{Kind, Place, PriceQuery, Snapshot};
use crate::fleet::Fleet;
use crate::name::Name;
use crate::plan::Input;
use crate::price;
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
    /// Where it is.
    pub place: Place,
    /// What the price list is asked for it; nothing when that has no single price of it.
    pub price: Option<PriceQuery>,
}

impl Moves {
    /// Reads them from what was observed.
    #[must_use]
    pub fn of(input: &Input<'_>) -> Self {
        let mut machines: BTreeMap<String, Vec<Moved>> = BTreeMap::new();
        let rows = view(input, &Filter::default()).resources;
        let index = Index::of(input.snapshot);
        for row in &rows {
            let Some(schedule) = &row.schedule else { continue };
            machines.entry(schedule.clone()).or_default().extend(index.moved(row));
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
    pub fn priced<'s>(&'s self, schedule: &Name) -> impl Iterator<Item = Priced<'s>> + use<'s> {
        let priced = |machine: &'s Moved| Priced { region: &machine.region, size: &machine.size, query: machine.price.as_ref() };
        self.machines(schedule).iter().map(priced)
    }

    /// What the price list is asked for all of them.
    pub fn queries(&self) -> impl Iterator<Item = (&Place, &PriceQuery)> {
        self.machines.values().flatten().filter_map(|machine| Some((&machine.place, machine.price.as_ref()?)))
    }
}

/// What finds a row's place and price without a search for each.
struct Index<'a> {
    places: HashMap<(&'a str, &'a str), &'a Place>,
    queries: HashMap<(&'a Place, Kind, &'a str), PriceQuery>,
}

impl<'a> Index<'a> {
    fn of(snapshot: &'a Snapshot) -> Self {
        let places = snapshot.places.keys().map(|place| ((snapshot.account_id(&place.account), place.region.as_str()), place)).collect();
        let mut queries = HashMap::new();
        for (place, view) in &snapshot.places {
            let instances = view.instances.seen().iter();
            let instances =
                instances.filter_map(|it| Some(((place, Kind::Instance, it.id.as_str()), price::of_instance(&place.region, it).ok()?)));
            let databases = view.databases.seen().iter();
            let databases =
                databases.filter_map(|it| Some(((place, Kind::Database, it.name.as_str()), price::of_database(&place.region, it).ok()?)));
            queries.extend(instances.chain(databases));
        }
        Self { places, queries }
    }

    fn moved(&self, row: &Row) -> Option<Moved> {
        let place = *self.places.get(&(row.account.as_str(), row.region.as_str()))?;
        let price = self.queries.get(&(place, row.kind, row.id.as_str())).cloned();
        Some(Moved { address: row.address.clone(), region: row.region.clone(), size: row.size.clone(), place: place.clone(), price })
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
