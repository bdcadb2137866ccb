//! What can be started and stopped, with everything that is known about it.

use super::Input;
use super::cpu::CpuUse;
use crate::cloud::{Place, PlaceView, PriceQuery};
use crate::plan::run_state::Machine;
use crate::plan::stoppable;
use crate::price::{self, Rate};
use crate::schedule::RunState;
use crate::tags::{self, Tags};

/// The tag that people name machines by.
const NAME: &str = "Name";

/// A machine, a database, a group or a service.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Where it is.
    pub place: Place,
    /// `ec2`, `rds`, `asg` or `ecs`.
    pub service: &'static str,
    /// What people call it: its Name tag, else its id.
    pub name: String,
    /// Instance id, identifier, name of a group, `CLUSTER/SERVICE`.
    pub id: String,
    /// Type or class; of a cluster its engine; nothing of the rest.
    pub size: String,
    /// Whether it runs, or is about to.
    pub running: bool,
    /// What one hour of it counts: 1, members of a cluster, instances of a group, tasks of a service.
    pub units: u32,
    /// Its tags.
    pub tags: Tags,
    /// Why no schedule can stop it.
    pub refusal: Option<String>,
    /// What an hour of it costs, or why that is not known; the reason is empty when nobody was asked.
    pub rate: Result<Rate, String>,
    /// How busy it was; nothing when that was not measured.
    pub cpu: Option<CpuUse>,
}

impl Seen {
    /// Name and id: `dev-api (i-0abc)`, `service main/api`.
    #[must_use]
    pub fn words(&self) -> String {
        match self.service {
            "asg" => format!("group {}", self.id),
            "ecs" => format!("service {}", self.id),
            _ if self.name == self.id => self.id.clone(),
            _ => format!("{} ({})", self.name, self.id),
        }
    }
}

/// All of them, and how many a fleet of muster's owns already.
pub(super) fn all(input: &Input<'_>) -> (Vec<Seen>, usize) {
    let mut owned = 0;
    let mut all = Vec::new();
    for (place, view) in &input.snapshot.places {
        for machine in machines(view) {
            if machine.tags().contains_key(tags::FLEET) {
                owned += 1;
            } else {
                all.push(seen(input, place, view, machine));
            }
        }
    }
    all.sort_by(|a, b| (&a.place, a.service, &a.name, &a.id).cmp(&(&b.place, b.service, &b.name, &b.id)));
    (all, owned)
}

/// Members of a cluster are stopped with it, and what is terminated is gone.
fn machines(view: &PlaceView) -> Vec<Machine<'_>> {
    let instances = view.instances.seen().iter().filter(|instance| !instance.state.is_gone()).map(Machine::Ec2);
    let databases = view.databases.seen().iter().filter(|database| database.cluster.is_none()).map(Machine::Rds);
    let clusters = view.clusters.seen().iter().map(Machine::Cluster);
    let groups = view.scaling_groups.seen().iter().map(Machine::Group);
    let services = view.services.seen().iter().map(Machine::Service);
    instances.chain(databases).chain(clusters).chain(groups).chain(services).collect()
}

fn seen(input: &Input<'_>, place: &Place, view: &PlaceView, machine: Machine<'_>) -> Seen {
    let id = match machine {
        Machine::Service(service) => service.path(),
        other => other.id().to_owned(),
    };
    let history = view.cpu.get(&id).filter(|_| matches!(machine, Machine::Ec2(_)));
    let size = size(machine);
    Seen {
        place: place.clone(),
        service: machine.service(),
        name: machine.tags().get(NAME).filter(|name| !name.is_empty()).unwrap_or(&id).clone(),
        running: machine.run_state() == Some(RunState::Running),
        units: units(machine),
        tags: machine.tags().clone(),
        refusal: stoppable::refusal(machine),
        rate: rate(input, place, machine, &size),
        cpu: history.map(|history| CpuUse::of(history, input.options.idle, &input.options.zone)),
        size,
        id,
    }
}

fn size(machine: Machine<'_>) -> String {
    match machine {
        Machine::Ec2(instance) => instance.instance_type.clone(),
        Machine::Rds(database) => database.class.clone(),
        Machine::Cluster(cluster) => cluster.engine.clone(),
        Machine::Group(_) | Machine::Service(_) => String::new(),
    }
}

fn units(machine: Machine<'_>) -> u32 {
    match machine {
        Machine::Ec2(_) | Machine::Rds(_) => 1,
        Machine::Cluster(cluster) => u32::try_from(cluster.members.len()).unwrap_or(u32::MAX),
        Machine::Group(group) => group.in_service,
        Machine::Service(service) => service.running,
    }
}

fn rate(input: &Input<'_>, place: &Place, machine: Machine<'_>, size: &str) -> Result<Rate, String> {
    match query(place, machine) {
        Some(Ok(query)) => input.prices.hour(&place.region, size, Some(&query)),
        Some(Err(why)) => input.prices.hour(&place.region, size, None).map_err(|_| why),
        None => Err("only machines of their own have a list price".to_owned()),
    }
}

fn query(place: &Place, machine: Machine<'_>) -> Option<Result<PriceQuery, String>> {
    match machine {
        Machine::Ec2(instance) => Some(price::of_instance(&place.region, instance)),
        Machine::Rds(database) => Some(price::of_database(&place.region, database)),
        Machine::Cluster(_) | Machine::Group(_) | Machine::Service(_) => None,
    }
}

/// What the price list is asked for the machines of a place.
pub(super) fn queries<'a>(place: &'a Place, view: &'a PlaceView) -> impl Iterator<Item = (&'a Place, PriceQuery)> {
    machines(view).into_iter().filter_map(move |machine| Some((place, query(place, machine)?.ok()?)))
}
