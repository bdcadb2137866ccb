//! When a machine was last started or stopped, read from the machine itself: nothing is stored.

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::run_state::Machine;
use super::site::Site;
use super::words;
use crate::cloud::{Database, DbCluster, DbEvent, Instance, InstanceState, Listing};
use crate::schedule::{Context, RunState, Schedule, WantedState};

/// RDS keeps events so long (RDS User Guide, "Viewing Amazon RDS events").
const RDS_EVENTS_KEPT: SignedDuration = SignedDuration::from_hours(14 * 24);
/// A root volume is attached within seconds of the launch; a later start keeps its attach time.
const ATTACHED_AT_LAUNCH: SignedDuration = SignedDuration::from_secs(90);

/// The last start or stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastChange {
    /// What it brought about.
    pub to: RunState,
    /// When; nothing when AWS does not say.
    pub at: Option<Timestamp>,
    /// The change was not before this.
    pub earliest: Timestamp,
    /// It was the creation, which is never manual.
    pub creation: bool,
    /// Nobody asked for it: RDS's own start after seven days, or a start that failed and fell back.
    pub automatic: bool,
}

impl LastChange {
    /// True when the schedule, as it now reads, wanted the opposite at that instant, or the instant is unknown.
    #[must_use]
    pub fn is_manual(&self, schedule: &Schedule, context: &Context<'_>) -> bool {
        if self.creation || self.automatic {
            return false;
        }
        let Some(at) = self.at else { return true };
        let opposite = match self.to {
            RunState::Running => WantedState::Stopped,
            RunState::Stopped => WantedState::Running,
        };
        schedule.decide(at, context).state == opposite
    }

    /// `stopped by hand Mon 2026-11-23 19:00 KST (10:00 UTC)`.
    #[must_use]
    pub fn words(&self, zone: &str) -> String {
        let did = match self.to {
            RunState::Running => "started",
            RunState::Stopped => "stopped",
        };
        match self.at {
            Some(at) => format!("{did} by hand {}", words::instant(at, zone)),
            None => format!("{did} at a time AWS does not give, which counts as by hand since {}", words::instant(self.earliest, zone)),
        }
    }
}

/// When a machine was last started, and last stopped; nothing where AWS does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Life {
    /// The last start, or the creation when there was none since. Of a database that ran through all events that are kept,
    /// the instant since which they are.
    pub started: Option<Timestamp>,
    /// The stop of a stopped one.
    pub stopped: Option<Timestamp>,
}

impl Life {
    /// Of a machine of a place. What is scaled has no start that AWS would tell.
    #[must_use]
    pub fn of(machine: Machine<'_>, site: &Site<'_>, now: Timestamp) -> Self {
        let view = site.view;
        match machine {
            Machine::Ec2(instance) => Self::of_instance(instance),
            Machine::Rds(database) => Self::of_events(&database.name, database.state.is_stopped(), database.created, &view.db_events, now),
            Machine::Cluster(cluster) => {
                Self::of_events(&cluster.name, cluster.state.is_stopped(), cluster.created, &view.cluster_events, now)
            }
            Machine::Group(_) | Machine::Service(_) => Self::default(),
        }
    }

    /// Of an EC2 instance: its launch time outlives a stop.
    #[must_use]
    pub fn of_instance(instance: &Instance) -> Self {
        let stopped = (instance.state == InstanceState::Stopped).then(|| transition_time(&instance.transition_reason)).flatten();
        Self { started: Some(instance.launch_time), stopped }
    }

    /// Nothing while the events are not known to be complete.
    fn of_events(name: &str, stopped: bool, created: Option<Timestamp>, events: &Listing<DbEvent>, now: Timestamp) -> Self {
        if !events.is_complete() {
            return Self::default();
        }
        let last = |started: bool| {
            let of_it = |event: &&DbEvent| event.name == name && event.started == started;
            events.seen().iter().filter(of_it).map(|event| event.at).max()
        };
        let kept_since = now.checked_sub(RDS_EVENTS_KEPT).unwrap_or(Timestamp::MIN);
        let started = last(true).or_else(|| created.map(|created| created.max(kept_since)));
        Self { started, stopped: stopped.then(|| last(false)).flatten() }
    }
}

/// The last change of an EC2 instance: its launch time, or the time in StateTransitionReason.
#[must_use]
pub fn of_instance(instance: &Instance) -> LastChange {
    if instance.state == InstanceState::Stopped {
        let at = transition_time(&instance.transition_reason);
        let automatic = fell_back(instance);
        return LastChange { to: RunState::Stopped, at, earliest: at.unwrap_or(instance.launch_time), creation: false, automatic };
    }
    let launched = instance.root_attached.is_some_and(|attached| attached.duration_since(instance.launch_time).abs() <= ATTACHED_AT_LAUNCH);
    LastChange {
        to: RunState::Running,
        at: Some(instance.launch_time),
        earliest: instance.launch_time,
        creation: launched,
        automatic: false,
    }
}

/// True when a start came to nothing: StateReason then names an error of EC2 or of a key and no shutdown that somebody asked
/// for (EC2 API Reference, StateReason).
fn fell_back(instance: &Instance) -> bool {
    const FAILED_STARTS: [&str; 5] = [
        "Client.InternalError",
        "Client.InvalidSnapshot.NotFound",
        "Client.VolumeLimitExceeded",
        "Server.InsufficientInstanceCapacity",
        "Server.InternalError",
    ];
    instance.state_reason.as_deref().is_some_and(|reason| FAILED_STARTS.contains(&reason))
}

/// `User initiated (2026-10-02 09:12:44 GMT)`; a guest that shuts itself down leaves no time.
fn transition_time(reason: &str) -> Option<Timestamp> {
    let inner = reason.rsplit_once('(')?.1.strip_suffix(" GMT)")?;
    let local: DateTime = inner.parse().ok()?;
    local.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// The last change of a database, from its events; `now` bounds what is no longer kept.
#[must_use]
pub fn of_database(database: &Database, events: &[DbEvent], now: Timestamp) -> LastChange {
    of_events(&database.name, database.state.is_stopped(), database.created, events, now)
}

/// The last change of a cluster, from its events.
#[must_use]
pub fn of_cluster(cluster: &DbCluster, events: &[DbEvent], now: Timestamp) -> LastChange {
    of_events(&cluster.name, cluster.state.is_stopped(), cluster.created, events, now)
}

fn of_events(name: &str, stopped: bool, created: Option<Timestamp>, events: &[DbEvent], now: Timestamp) -> LastChange {
    let to = if stopped { RunState::Stopped } else { RunState::Running };
    let own = || events.iter().filter(|event| event.name == name);
    let last = own().filter(|event| event.started != stopped).map(|event| event.at).max();
    let kept_since = now.checked_sub(RDS_EVENTS_KEPT).unwrap_or(Timestamp::MIN);
    // A creation longer ago than events are kept says nothing about the last start.
    let created = created.filter(|created| !stopped && last.is_none() && *created >= kept_since);
    let stop = own().filter(|event| !event.started).map(|event| event.at).max();
    // RDS says first that it begins to start, then that it has started; since the last stop both are the same start.
    let automatic = !stopped && own().any(|event| event.automatic && stop.is_none_or(|stop| event.at >= stop));
    LastChange { to, at: last.or(created), earliest: last.or(created).unwrap_or(kept_since), creation: created.is_some(), automatic }
}

/// The last change of a machine of a place. What is scaled has none that AWS would tell; it is judged by what it was given.
#[must_use]
pub fn of(machine: Machine<'_>, site: &Site<'_>, now: Timestamp) -> LastChange {
    match machine {
        Machine::Ec2(instance) => of_instance(instance),
        Machine::Rds(database) => of_database(database, site.view.db_events.seen(), now),
        Machine::Cluster(cluster) => of_cluster(cluster, site.view.cluster_events.seen(), now),
        Machine::Group(_) | Machine::Service(_) => {
            let to = machine.run_state().unwrap_or(RunState::Stopped);
            LastChange { to, at: None, earliest: now, creation: false, automatic: false }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_after_seven_days_is_nobody_s_until_the_next_stop() {
        let at = |day: u8, hour: u8| format!("2026-11-{day:02}T{hour:02}:00:00Z").parse::<Timestamp>().expect("instant");
        let event = |at, started, automatic| DbEvent { name: "app".to_owned(), at, started, automatic };
        let began = [event(at(10, 9), false, false), event(at(17, 9), true, true)];
        let change = of_events("app", false, None, &began, at(17, 10));
        assert!(change.automatic, "seen before the start is done");
        let mut all = [&began[..], &[event(at(17, 10), true, false)]].concat();
        let change = of_events("app", false, None, &all, at(17, 11));
        assert_eq!((change.automatic, change.at), (true, Some(at(17, 10))));
        all.extend([event(at(17, 12), false, false), event(at(17, 14), true, false)]);
        assert!(!of_events("app", false, None, &all, at(17, 15)).automatic, "a person started it after that");
        assert!(!of_events("other", false, None, &all, at(17, 15)).automatic);
        assert!(!of_events("app", true, None, &began, at(17, 15)).automatic, "it is stopped");
    }

    #[test]
    fn the_time_of_a_stop() {
        let at = "2026-10-02T09:12:44Z".parse().expect("instant");
        assert_eq!(transition_time("User initiated (2026-10-02 09:12:44 GMT)"), Some(at));
        assert_eq!(transition_time("Server.ScheduledStop: Stopped due to scheduled retirement (2026-10-02 09:12:44 GMT)"), Some(at));
        for unknown in ["", "Client.InstanceInitiatedShutdown", "User initiated (yesterday GMT)", "User initiated ()"] {
            assert_eq!(transition_time(unknown), None, "{unknown}");
        }
    }
}
