//! An account looked over: what is there, how much of it runs for nobody, and what schedules would change about that.
//!
//! A pure function of what was observed. Every number is measured or counted; where something is assumed, it says so.
//! [`needs`] and [`follow_up`] say what to read, [`survey`] makes the model, [`text`] writes it as a fleet.yaml that does
//! nothing until somebody takes a `#` away.

mod cpu;
mod effect;
mod machine;
mod propose;
mod render;
mod tagged;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::cloud::{Gap, Need, Needs, Place, Snapshot};
use crate::fleet::Provider;
use crate::import;
use crate::price::Prices;
use crate::schedule::{Schedule, Stretch, Zone};

pub use cpu::{BusyHours, CpuUse};
pub use effect::{Effect, WeekHours};
pub use machine::Seen;
pub use propose::{Origin, Proposal};
pub use render::text;
pub use tagged::TagUse;

/// For how long machines are measured: as far back as CloudWatch keeps five-minute values, in whole weeks.
pub const WEEKS: u16 = 2;
/// The same in hours.
pub const HOURS: u16 = WEEKS * 7 * 24;
/// A machine that never exceeds so many percent of its CPU idles, unless another limit is given.
pub const IDLE_PERCENT: f64 = 5.0;
/// The window that tags are judged by, unless another is given.
pub const OFFICE: &str = "mon-fri 09:00-19:00";

/// What the survey is made from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// What was observed.
    pub snapshot: &'a Snapshot,
    /// The instant it is true for.
    pub now: Timestamp,
    /// How to look at it.
    pub options: &'a Options,
    /// What things cost.
    pub prices: &'a Prices<'a>,
}

/// How to look at an account.
#[derive(Debug, Clone)]
pub struct Options {
    /// Zone of windows and times.
    pub zone: Zone,
    /// The window that tags are judged by: [`OFFICE`].
    pub run: String,
    /// Percent of CPU; what never exceeds it idles.
    pub idle: f64,
    /// What stands under `cloud:`.
    pub cloud: Cloud,
}

/// What the file says about its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cloud {
    /// Whose.
    pub provider: Provider,
    /// Regions that were looked at.
    pub regions: Vec<String>,
    /// Estate of a sandbox, by a path that fleet.yaml can name.
    pub estate: Option<String>,
}

/// What an account looks like.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// When.
    pub at: Timestamp,
    /// What was measured: whole hours.
    pub measured: Stretch,
    /// Twelve digits of each account.
    pub accounts: BTreeSet<String>,
    /// The places.
    pub places: Vec<Place>,
    /// What can be started and stopped, by place, service and name.
    pub machines: Vec<Seen>,
    /// How many belong to a fleet of muster's already, and are left out of everything.
    pub owned: usize,
    /// Tags in use, most used first.
    pub tags: Vec<TagUse>,
    /// Schedules that could be, the most useful first.
    pub proposals: Vec<Proposal>,
    /// Schedules of EventBridge that start and stop nothing, and how many stand in muster's own groups.
    pub other_edges: (Vec<(String, String)>, usize),
    /// When the price lists were published that amounts are from.
    pub published: BTreeSet<String>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// What is read first.
#[must_use]
pub fn needs(places: &[Place]) -> Needs {
    let mut needs = Needs::default();
    for place in places {
        let all = [Need::Instances, Need::Databases, Need::DbClusters, Need::ScalingGroups, Need::EcsServices, Need::EventBridgeSchedules];
        all.into_iter().for_each(|need| needs.add(place, need));
    }
    needs
}

/// What is read once it is known which machines there are: how busy they were.
#[must_use]
pub fn follow_up(snapshot: &Snapshot, now: Timestamp) -> Needs {
    let mut needs = Needs::default();
    let from = measured(now).from;
    for (place, view) in &snapshot.places {
        let living = view.instances.seen().iter().filter(|instance| !instance.state.is_gone());
        let instances: BTreeSet<String> = living.map(|instance| instance.id.clone()).collect();
        if !instances.is_empty() {
            needs.add(place, Need::CpuHistory { instances, from, hours: HOURS });
        }
    }
    needs
}

/// What the price list is asked for them.
#[must_use]
pub fn price_needs(snapshot: &Snapshot) -> Needs {
    let queries: Vec<_> = snapshot.places.iter().flat_map(|(place, view)| machine::queries(place, view)).collect();
    Prices::default().needs(queries.iter().map(|(place, query)| (*place, query)))
}

/// The whole hours of UTC before an instant that are measured.
#[must_use]
pub fn measured(now: Timestamp) -> Stretch {
    let hour = SignedDuration::from_hours(1).as_secs();
    let to = Timestamp::from_second(now.as_second().div_euclid(hour) * hour).unwrap_or(now);
    let from = to.saturating_sub(SignedDuration::from_hours(i64::from(HOURS))).unwrap_or(to);
    Stretch { from, to }
}

/// The schedule that tags are judged by.
///
/// # Errors
/// With the reason, when the window cannot be read.
pub fn reference(options: &Options) -> Result<Schedule, String> {
    import::read(&propose::keys(&options.zone, None, &options.run))
}

/// Looks an account over.
///
/// # Errors
/// When [`Options::run`] is no window.
pub fn survey(input: &Input<'_>) -> Result<Survey, String> {
    let office = reference(input.options)?;
    let snapshot = input.snapshot;
    let (machines, owned) = machine::all(input);
    let tags = tagged::of(&machines);
    let (proposals, other_edges) = propose::all(input, &office, &machines, &tags);
    Ok(Survey {
        at: input.now,
        measured: measured(input.now),
        accounts: snapshot.identities.values().map(|identity| identity.account_id.clone()).collect(),
        places: snapshot.places.keys().cloned().collect(),
        machines,
        owned,
        tags,
        proposals,
        other_edges,
        published: input.prices.published().into_iter().map(str::to_owned).collect(),
        gaps: snapshot.gaps.clone(),
    })
}
