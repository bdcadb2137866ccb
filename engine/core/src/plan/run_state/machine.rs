//! What can be started and stopped.

use crate::address::Address;
use crate::cloud::{Database, IdRef, Instance, InstanceState, Kind};
use crate::plan::model::Await;
use crate::plan::site::Site;
use crate::schedule::RunState;
use crate::tags::Tags;

/// A resource that can be started and stopped.
#[derive(Debug, Clone, Copy)]
pub enum Machine<'a> {
    /// An EC2 instance.
    Ec2(&'a Instance),
    /// An RDS instance.
    Rds(&'a Database),
}

impl<'a> Machine<'a> {
    /// Its tags.
    #[must_use]
    pub const fn tags(self) -> &'a Tags {
        match self {
            Self::Ec2(instance) => &instance.tags,
            Self::Rds(database) => &database.tags,
        }
    }

    /// `ec2` or `rds`, the word of `select.services`.
    #[must_use]
    pub const fn service(self) -> &'static str {
        match self {
            Self::Ec2(_) => "ec2",
            Self::Rds(_) => "rds",
        }
    }

    /// Instance id or database identifier.
    #[must_use]
    pub fn id(self) -> &'a str {
        match self {
            Self::Ec2(instance) => &instance.id,
            Self::Rds(database) => &database.name,
        }
    }

    /// What tags are set on.
    #[must_use]
    pub fn tag_target(self) -> &'a str {
        match self {
            Self::Ec2(instance) => &instance.id,
            Self::Rds(database) => &database.arn,
        }
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Ec2(_) => Kind::Instance,
            Self::Rds(_) => Kind::Database,
        }
    }

    /// AWS's word for its state.
    #[must_use]
    pub fn state_word(self) -> &'a str {
        match self {
            Self::Ec2(instance) => instance.state.as_str(),
            Self::Rds(database) => &database.state.0,
        }
    }

    /// True while it is in neither state and nobody has to do anything for it to run.
    #[must_use]
    pub fn is_coming_up(self) -> bool {
        match self {
            Self::Ec2(instance) => instance.state == InstanceState::Pending,
            Self::Rds(database) => {
                let state = database.state.0.as_str();
                !matches!(state, "stopped" | "stopping" | "deleting" | "failed") && !state.starts_with("incompatible-")
            }
        }
    }

    /// What it means that it is ready for those that come after it.
    #[must_use]
    pub fn readiness(self) -> Option<Await> {
        match self {
            Self::Ec2(instance) => Some(Await::Checked(IdRef::Id(instance.id.clone()))),
            Self::Rds(database) => Some(Await::DbAvailable(database.name.clone())),
        }
    }

    /// Running or stopped; nothing while it is on the way, or in a state no schedule should touch.
    #[must_use]
    pub fn run_state(self) -> Option<RunState> {
        match self {
            Self::Ec2(instance) => match instance.state {
                InstanceState::Running => Some(RunState::Running),
                InstanceState::Stopped => Some(RunState::Stopped),
                _ => None,
            },
            Self::Rds(database) if database.state.is_available() => Some(RunState::Running),
            Self::Rds(database) if database.state.is_stopped() => Some(RunState::Stopped),
            Self::Rds(_) => None,
        }
    }
}

/// The address of a machine when it is ours with proof.
pub(super) fn owned_address(site: &Site<'_>, machine: Machine<'_>) -> Option<Address> {
    let of = |address: &Address| address.clone();
    match machine {
        Machine::Ec2(instance) => {
            site.instances.ours.iter().find(|(_, all)| all.len() == 1 && all[0].item.id == instance.id).map(|(address, _)| of(address))
        }
        Machine::Rds(database) => {
            site.databases.ours.iter().find(|(_, all)| all.len() == 1 && all[0].item.name == database.name).map(|(address, _)| of(address))
        }
    }
}

pub(super) fn foreign_address(machine: Machine<'_>) -> Address {
    match machine {
        Machine::Ec2(instance) => Address::foreign_instance(&instance.id),
        Machine::Rds(database) => Address::foreign_database(&database.name),
    }
}
