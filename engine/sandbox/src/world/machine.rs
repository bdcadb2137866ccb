//! EC2 instances, volumes and snapshots, and how they move over time.

use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::{Instance, InstanceState, KeptSnapshot, Volume};
use muster_core::tags::{SNAPSHOT_OF, Tags};
use serde::{Deserialize, Serialize};

use super::cpu::Load;

/// Time from `pending` to `running`.
const START: SignedDuration = SignedDuration::from_secs(20);
/// Time from `running` until both status checks have passed.
const CHECKS: SignedDuration = SignedDuration::from_secs(90);
/// Time from `stopping` to `stopped`.
const STOP: SignedDuration = SignedDuration::from_secs(40);
/// Time from `shutting-down` to `terminated`.
const TERMINATE: SignedDuration = SignedDuration::from_secs(30);
/// How long EC2 goes on listing a terminated instance.
const LISTED: SignedDuration = SignedDuration::from_hours(1);

/// What an instance of Linux is charged as.
pub(crate) const LINUX: &str = "Linux/UNIX";

/// An instance and what the API does not show of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) view: Instance,
    /// When the present state ends by itself.
    pub(crate) due: Option<Timestamp>,
    /// True when it is given a public address at each start.
    pub(crate) wants_public_ip: bool,
    /// True once EC2 has stopped listing it.
    pub(crate) forgotten: bool,
    /// `disableApiStop`.
    #[serde(default)]
    pub(crate) stop_protected: bool,
    /// StateReason with which its start falls back to `stopped`.
    #[serde(default)]
    pub(crate) falls_back: Option<String>,
    /// How busy it is.
    #[serde(default)]
    pub(crate) cpu: Load,
}

/// A volume and what the API does not show of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Disk {
    pub(crate) view: Volume,
    /// Last change; the next one is refused for six hours.
    pub(crate) modified: Option<Timestamp>,
}

/// A snapshot of a volume.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Snap {
    pub(crate) id: String,
    pub(crate) volume: String,
    pub(crate) description: String,
    pub(crate) taken: Timestamp,
    pub(crate) tags: Tags,
    #[serde(default)]
    pub(crate) size_gib: u32,
}

impl Snap {
    /// As a list of what removals kept shows it; nothing for any other.
    pub(crate) fn kept(&self) -> Option<KeptSnapshot> {
        let (id, of, source) = (self.id.clone(), self.tags.get(SNAPSHOT_OF)?.clone(), self.volume.clone());
        Some(KeptSnapshot { id, of, source, created: Some(self.taken), size_gib: self.size_gib })
    }
}

/// What a client token was used for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TokenUse {
    /// Digest of the parameters.
    pub(crate) digest: String,
    /// The instance it made.
    pub(crate) instance: String,
}

impl Machine {
    pub(crate) const fn new(view: Instance, wants_public_ip: bool) -> Self {
        Self { view, due: None, wants_public_ip, forgotten: false, stop_protected: false, falls_back: None, cpu: Load::OFFICE }
    }

    /// True once both status checks have passed.
    pub(crate) fn is_checked(&self, now: Timestamp) -> bool {
        self.view.state == InstanceState::Running && now.duration_since(self.view.launch_time) >= START + CHECKS
    }

    /// Puts it into a state that ends by itself, or does not.
    pub(crate) fn enter(&mut self, state: InstanceState, now: Timestamp) {
        let lasts = match state {
            InstanceState::Pending => Some(START),
            InstanceState::Stopping => Some(STOP),
            InstanceState::ShuttingDown => Some(TERMINATE),
            InstanceState::Terminated => Some(LISTED),
            InstanceState::Running | InstanceState::Stopped => None,
        };
        self.view.state = state;
        self.due = lasts.and_then(|lasts| now.checked_add(lasts).ok());
    }

    /// Begins to stop or to end, by a user's call.
    pub(crate) fn leave(&mut self, state: InstanceState, now: Timestamp) {
        self.view.state_reason = Some("Client.UserInitiatedShutdown".to_owned());
        self.view.transition_reason = format!("User initiated ({} GMT)", now.strftime("%Y-%m-%d %H:%M:%S"));
        self.enter(state, now);
    }

    /// Moves on to `now`. Answers true when it was terminated on the way, so that its volumes go with it.
    pub(crate) fn advance(&mut self, now: Timestamp) -> bool {
        let mut ended = false;
        while let Some(at) = self.due.filter(|at| *at <= now) {
            match self.view.state {
                InstanceState::Pending => match self.falls_back.take() {
                    Some(reason) => {
                        self.view.state_reason = Some(reason);
                        self.view.public_ip = None;
                        self.enter(InstanceState::Stopped, at);
                    }
                    None => self.enter(InstanceState::Running, at),
                },
                InstanceState::Stopping => {
                    self.view.public_ip = None;
                    self.enter(InstanceState::Stopped, at);
                }
                InstanceState::ShuttingDown => {
                    self.strip();
                    self.enter(InstanceState::Terminated, at);
                    ended = true;
                }
                InstanceState::Terminated => {
                    self.forgotten = true;
                    self.due = None;
                }
                InstanceState::Running | InstanceState::Stopped => self.due = None,
            }
        }
        ended
    }

    /// True while its network interface holds on to its security groups.
    pub(crate) fn holds_groups(&self) -> bool {
        self.view.state != InstanceState::Terminated
    }

    /// What a terminated instance no longer has.
    fn strip(&mut self) {
        let view = &mut self.view;
        view.groups.clear();
        view.root_volume = None;
        view.public_ip = None;
        view.private_ip = None;
        view.subnet = None;
        view.vpc = None;
    }
}

impl super::Region {
    /// Moves every instance on to `now`; volumes of what ended go with it.
    pub(crate) fn advance_machines(&mut self, now: Timestamp) {
        let mut ended = Vec::new();
        for machine in self.machines.values_mut() {
            if machine.advance(now) {
                ended.push(machine.view.id.clone());
            }
        }
        if !ended.is_empty() {
            self.disks.retain(|disk| disk.view.instance.as_ref().is_none_or(|id| !ended.contains(id)));
        }
        self.machines.retain(|machine| !machine.forgotten);
    }
}
