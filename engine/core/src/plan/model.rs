//! What a plan is made of.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::cloud::{Change, Gap, IdRef, Kind, Place};

/// Version of the plan's JSON.
pub const FORMAT: u32 = 1;

/// What a step does, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Makes it.
    Create,
    /// Changes settings in place.
    Update,
    /// Removes it and makes a new one.
    Replace,
    /// Phase one of a removal: stop, and a date.
    Retire,
    /// Removes it for good.
    Delete,
    /// Starts it.
    Start,
    /// Stops it.
    Stop,
    /// Hibernates it.
    Hibernate,
    /// Changes its size by schedule.
    Resize,
    /// Changes a group's capacity by schedule.
    Scale,
    /// Takes a snapshot.
    Snapshot,
    /// Changes muster's own tags only.
    Tag,
}

impl Action {
    /// The word of plan and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Retire => "retire",
            Self::Delete => "delete",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Hibernate => "hibernate",
            Self::Resize => "resize",
            Self::Scale => "scale",
            Self::Snapshot => "snapshot",
            Self::Tag => "tag",
        }
    }

    /// True for steps that follow from the clock and are not in the digest.
    #[must_use]
    pub const fn is_run_state(self) -> bool {
        matches!(self, Self::Start | Self::Stop | Self::Hibernate | Self::Resize | Self::Scale)
    }
}

/// Why a step is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Live differs from what muster last set.
    Drift,
    /// The file differs from what muster last set.
    File,
    /// Nothing was there.
    New,
    /// The entry is gone, or its last day has passed.
    Removed,
    /// fleet.lock changed.
    Lock,
    /// A schedule wants it.
    Schedule,
    /// An override wants it.
    Override,
    /// A person asked for it on the command line, or a manual change is undone.
    Manual,
}

impl Cause {
    /// The word of plan and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Drift => "drift",
            Self::File => "file",
            Self::New => "new",
            Self::Removed => "removed",
            Self::Lock => "lock",
            Self::Schedule => "schedule",
            Self::Override => "override",
            Self::Manual => "manual",
        }
    }
}

/// What a step can cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// Nothing anybody notices.
    None,
    /// Opens something to the world.
    Exposure,
    /// Interrupts work for minutes.
    Interrupts,
    /// Data or a machine is gone afterwards.
    Destroys,
}

/// What else happens to carry out a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepNeed {
    /// The instance is stopped for it and started again if it ran.
    Stop,
    /// A reboot.
    Reboot,
    /// A snapshot is taken first.
    Snapshot,
    /// The database runs for it: it is started, and stopped again, where it was stopped.
    Start,
}

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Its name in fleet.yaml's words.
    pub field: String,
    /// Live value; nothing when there is none.
    pub from: Option<String>,
    /// Wanted value.
    pub to: Option<String>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What it is called in fleet.yaml.
    pub address: Address,
    /// Where.
    pub place: Place,
    /// What it is.
    pub kind: Kind,
    /// AWS id, when it exists.
    pub id: Option<String>,
    /// What is done.
    pub action: Action,
    /// Why, in one word.
    pub cause: Cause,
    /// Why, in words.
    pub reason: String,
    /// Fields that change.
    pub fields: Vec<FieldChange>,
    /// What it can cost.
    pub risk: Risk,
    /// What else happens.
    pub needs: Vec<StepNeed>,
    /// `fleet.yaml:31`.
    #[serde(rename = "where")]
    pub origin: Option<String>,
    /// Live values of the fields it changes, as they were planned on.
    pub precondition: BTreeMap<String, String>,
    /// Addresses whose steps of the same plan must be done first.
    pub after: Vec<Address>,
    /// Machines whose start or stop in the same plan must be done first, wherever they are.
    #[serde(default)]
    pub follows: Vec<(Place, Address)>,
    /// Instant from which it is no longer sent: the edge that ends the window of a start.
    pub deadline: Option<Timestamp>,
    /// What is performed, in order.
    pub ops: Vec<Op>,
}

impl Step {
    /// A step that does nothing yet.
    #[must_use]
    pub fn new(address: Address, place: Place, kind: Kind, action: Action, cause: Cause) -> Self {
        Self {
            address,
            place,
            kind,
            id: None,
            action,
            cause,
            reason: String::new(),
            fields: Vec::new(),
            risk: Risk::None,
            needs: Vec::new(),
            origin: None,
            precondition: BTreeMap::new(),
            after: Vec::new(),
            follows: Vec::new(),
            deadline: None,
            ops: Vec::new(),
        }
    }

    /// True when it makes something new at its address.
    #[must_use]
    pub const fn makes(&self) -> bool {
        matches!(self.action, Action::Create | Action::Replace)
    }

    /// True when it follows from the clock and is not in the digest.
    #[must_use]
    pub const fn is_run_state(&self) -> bool {
        let by_schedule = matches!(self.cause, Cause::Schedule | Cause::Override | Cause::Manual);
        self.action.is_run_state() || (by_schedule && matches!(self.action, Action::Tag | Action::Snapshot))
    }
}

/// A part of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Op {
    /// A change.
    Do(Change),
    /// RunInstances on the token chain of the step's address, then a read of what it answered.
    Launch {
        /// Tokens, from link 0.
        tokens: Vec<String>,
        /// What to run.
        spec: Box<crate::cloud::InstanceSpec>,
    },
    /// Waiting for a state.
    Await(Await),
    /// Waiting for all of these states, wherever they are.
    AwaitAll(Vec<(Place, Await)>),
    /// From an instant on, the ops behind it are left out: what they begin would come after the edge that ends its window.
    SkipFrom {
        /// The edge.
        at: Timestamp,
        /// How many ops are left out.
        ops: usize,
        /// What the outcome says then.
        why: String,
    },
    /// Ways to the same end, tried in order while AWS cannot give what a way needs.
    FirstOf(Vec<Way>),
}

impl Op {
    /// True for what starts, stops, marks it or waits for it: it follows from the clock and from how things stand, and nobody approves it.
    #[must_use]
    pub fn is_run_state(&self) -> bool {
        match self {
            Self::Await(_) | Self::AwaitAll(_) | Self::SkipFrom { .. } => true,
            Self::Do(Change::SetTags { tags, .. }) => tags.keys().all(|key| key == crate::tags::RESUME_RUNNING),
            Self::Do(Change::RemoveTags { keys, .. }) => keys.iter().all(|key| key == crate::tags::RESUME_RUNNING),
            Self::Do(change) => change.is_power(),
            Self::Launch { .. } | Self::FirstOf(_) => false,
        }
    }
}

/// One way to an end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Way {
    /// What it comes to, for the outcome: `c7i.4xlarge`.
    pub name: String,
    /// What is performed, in order.
    pub changes: Vec<Change>,
    /// The way back: the step has failed when it was gone, and yet is carried to its end.
    #[serde(default)]
    pub retreat: bool,
}

/// A state to wait for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Await {
    /// The instance runs.
    Running(IdRef),
    /// The instance is stopped.
    Stopped(IdRef),
    /// The instance is terminated.
    Terminated(String),
    /// The database is available (bounded by `--wait` unless a later op needs it).
    DbAvailable(String),
    /// The database is stopped.
    DbStopped(String),
    /// The database is gone.
    DbGone(String),
    /// The instance runs and has passed both of EC2's status checks.
    Checked(IdRef),
    /// The snapshot of a database is complete.
    DbSnapshotAvailable(String),
    /// The database is available and stays so after a change, which RDS may show as `modifying` only a while later.
    DbSettled(String),
    /// The cluster and its members are available.
    ClusterAvailable(String),
    /// The cluster and its members are stopped.
    ClusterStopped(String),
    /// The snapshot of a cluster is complete.
    ClusterSnapshotAvailable(String),
}

/// Something that was considered and not done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Held {
    /// What.
    pub address: Address,
    /// Where.
    pub place: Place,
    /// Why, and the way out.
    pub why: String,
    /// `fleet.yaml:31`.
    #[serde(rename = "where")]
    pub origin: Option<String>,
}

/// Counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "one field for each action, and held and gaps")]
pub struct Summary {
    pub create: usize,
    pub update: usize,
    pub replace: usize,
    pub retire: usize,
    pub delete: usize,
    pub start: usize,
    pub stop: usize,
    pub hibernate: usize,
    pub resize: usize,
    pub scale: usize,
    pub snapshot: usize,
    pub tag: usize,
    pub held: usize,
    pub gaps: usize,
}

impl Summary {
    /// Counts steps.
    #[must_use]
    pub fn of(steps: &[Step], held: usize, gaps: usize) -> Self {
        let count = |action| steps.iter().filter(|step| step.action == action).count();
        Self {
            create: count(Action::Create),
            update: count(Action::Update),
            replace: count(Action::Replace),
            retire: count(Action::Retire),
            delete: count(Action::Delete),
            start: count(Action::Start),
            stop: count(Action::Stop),
            hibernate: count(Action::Hibernate),
            resize: count(Action::Resize),
            scale: count(Action::Scale),
            snapshot: count(Action::Snapshot),
            tag: count(Action::Tag),
            held,
            gaps,
        }
    }
}

/// What the caller of plan chose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// Steps that destroy may be planned.
    pub allow_destroy: bool,
    /// Addresses or entries to restrict the plan to; empty means all.
    pub only: Vec<String>,
    /// Images must stand in fleet.lock.
    pub locked: bool,
    /// Databases may be rebooted for parameters.
    pub allow_reboot: bool,
    /// Retire and delete everything the fleet owns at once (`muster destroy`).
    pub destroy: Option<Destroy>,
    /// Skip every run-state step and say why (the clocks disagree).
    pub hold_run_state: Option<String>,
}

/// How `muster destroy` ends things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destroy {
    /// Keep a last snapshot of each root volume and database.
    pub snapshots: bool,
}

/// An immutable list of steps with what was held back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Format number.
    pub format: u32,
    /// The instant it was planned for.
    pub now: Timestamp,
    /// Digest over settings steps, preconditions, fleet, accounts, gaps (semantics 4): `sha256:…`.
    pub digest: String,
    /// Digest of the canonical fleet and lock.
    pub fleet_digest: String,
    /// Account ids by name.
    pub accounts: BTreeMap<String, String>,
    /// What was chosen.
    pub options: Options,
    /// Counts.
    pub summary: Summary,
    /// Steps sorted by address and order.
    pub steps: Vec<Step>,
    /// What was held back.
    pub held: Vec<Held>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// True when a gap touched something the file declares.
    pub gaps_matter: bool,
    /// Remarks that are neither steps nor held (`quota could not be read`).
    pub notes: Vec<String>,
}

impl Plan {
    /// True when applying it would change nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}
