//! What can be started, stopped and scaled.

use crate::address::Address;
use crate::cloud::{Database, DbCluster, DbState, EcsService, IdRef, Instance, InstanceState, Kind, ScalingGroup};
use crate::fleet::Fleet;
use crate::plan::model::Await;
use crate::plan::site::Site;
use crate::schedule::RunState;
use crate::tags::Tags;

/// State of a database that works, and that RDS does not stop.
pub(in crate::plan) const STORAGE_OPTIMIZING: &str = "storage-optimization";
/// The tag by which an Auto Scaling group marks its instances.
pub(in crate::plan) const GROUP_OF: &str = "aws:autoscaling:groupName";

/// A resource that can be started and stopped.
#[derive(Debug, Clone, Copy)]
pub enum Machine<'a> {
    /// An EC2 instance.
    Ec2(&'a Instance),
    /// An RDS instance.
    Rds(&'a Database),
    /// An RDS cluster with all its members.
    Cluster(&'a DbCluster),
    /// An Auto Scaling group.
    Group(&'a ScalingGroup),
    /// A service of ECS.
    Service(&'a EcsService),
}

impl<'a> Machine<'a> {
    /// Its tags.
    #[must_use]
    pub const fn tags(self) -> &'a Tags {
        match self {
            Self::Ec2(instance) => &instance.tags,
            Self::Rds(database) => &database.tags,
            Self::Cluster(cluster) => &cluster.tags,
            Self::Group(group) => &group.tags,
            Self::Service(service) => &service.tags,
        }
    }

    /// `ec2`, `rds`, `asg` or `ecs`, the word of `select.services`.
    #[must_use]
    pub const fn service(self) -> &'static str {
        match self {
            Self::Ec2(_) => "ec2",
            Self::Rds(_) | Self::Cluster(_) => "rds",
            Self::Group(_) => "asg",
            Self::Service(_) => "ecs",
        }
    }

    /// Instance id, identifier of a database or cluster, name of a group, ARN of a service.
    #[must_use]
    pub fn id(self) -> &'a str {
        match self {
            Self::Ec2(instance) => &instance.id,
            Self::Rds(database) => &database.name,
            Self::Cluster(cluster) => &cluster.name,
            Self::Group(group) => &group.name,
            Self::Service(service) => &service.arn,
        }
    }

    /// What tags are set on.
    #[must_use]
    pub fn tag_target(self) -> &'a str {
        match self {
            Self::Ec2(instance) => &instance.id,
            Self::Rds(database) => &database.arn,
            Self::Cluster(cluster) => &cluster.arn,
            Self::Group(group) => &group.name,
            Self::Service(service) => &service.arn,
        }
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Ec2(_) => Kind::Instance,
            Self::Rds(_) => Kind::Database,
            Self::Cluster(_) => Kind::DbCluster,
            Self::Group(_) => Kind::ScalingGroup,
            Self::Service(_) => Kind::EcsService,
        }
    }

    /// AWS's word for its state; a group or service has none of its own and is `running` or `stopped`.
    #[must_use]
    pub fn state_word(self) -> &'a str {
        match self {
            Self::Ec2(instance) => instance.state.as_str(),
            Self::Rds(database) => &database.state.0,
            Self::Cluster(cluster) => &cluster.state.0,
            Self::Group(_) | Self::Service(_) => self.run_state().map_or("deleting", RunState::as_str),
        }
    }

    /// True while it is in neither state and nobody has to do anything for it to run.
    #[must_use]
    pub fn is_coming_up(self) -> bool {
        match self {
            Self::Ec2(instance) => instance.state == InstanceState::Pending,
            Self::Rds(database) => comes_up(&database.state),
            Self::Cluster(cluster) => comes_up(&cluster.state),
            Self::Group(_) | Self::Service(_) => false,
        }
    }

    /// What it means that it is ready for those that come after it; nothing of what is only scaled.
    #[must_use]
    pub fn readiness(self) -> Option<Await> {
        match self {
            Self::Ec2(instance) => Some(Await::Checked(IdRef::Id(instance.id.clone()))),
            Self::Rds(database) => Some(Await::DbAvailable(database.name.clone())),
            Self::Cluster(cluster) => Some(Await::ClusterAvailable(cluster.name.clone())),
            Self::Group(_) | Self::Service(_) => None,
        }
    }

    /// Running or stopped; nothing while it is on the way, or in a state no schedule should touch.
    #[must_use]
    pub fn run_state(self) -> Option<RunState> {
        let running = |runs: bool| Some(if runs { RunState::Running } else { RunState::Stopped });
        match self {
            Self::Ec2(instance) => match instance.state {
                InstanceState::Running => Some(RunState::Running),
                InstanceState::Stopped => Some(RunState::Stopped),
                _ => None,
            },
            Self::Rds(database) => database_state(&database.state),
            Self::Cluster(cluster) => database_state(&cluster.state),
            Self::Group(group) => running(group.max > 0).filter(|_| group.status.is_none()),
            Self::Service(service) => running(service.desired > 0).filter(|_| service.status == "ACTIVE"),
        }
    }
}

fn comes_up(state: &DbState) -> bool {
    let state = state.0.as_str();
    !matches!(state, "stopped" | "stopping" | "deleting" | "failed") && !state.starts_with("incompatible-")
}

fn database_state(state: &DbState) -> Option<RunState> {
    if state.is_stopped() {
        return Some(RunState::Stopped);
    }
    (state.is_available() || state.0 == STORAGE_OPTIMIZING).then_some(RunState::Running)
}

/// The members of a cluster; nothing of anything else.
pub(super) fn members<'a>(site: &Site<'a>, machine: Machine<'a>) -> impl Iterator<Item = &'a Database> {
    let cluster = if let Machine::Cluster(cluster) = machine { Some(&cluster.name) } else { None };
    let view = site.view;
    view.databases.seen().iter().filter(move |database| cluster.is_some() && database.cluster.as_ref() == cluster)
}

/// What a machine is started and stopped with, when it is not by itself: its cluster, or its Auto Scaling group.
pub(super) fn whole<'a>(site: &Site<'a>, machine: Machine<'a>) -> Option<Machine<'a>> {
    match machine {
        Machine::Rds(database) => {
            let name = database.cluster.as_ref()?;
            site.view.clusters.seen().iter().find(|cluster| cluster.name == *name).map(Machine::Cluster)
        }
        Machine::Ec2(instance) => {
            let name = instance.tags.get(GROUP_OF)?;
            site.view.scaling_groups.seen().iter().find(|group| group.name == *name).map(Machine::Group)
        }
        Machine::Cluster(_) | Machine::Group(_) | Machine::Service(_) => None,
    }
}

/// The address of a machine when it is ours with proof.
pub(super) fn owned_address(fleet: &Fleet, site: &Site<'_>, machine: Machine<'_>) -> Option<Address> {
    match machine {
        Machine::Ec2(instance) => site.instances.address_of(fleet, instance),
        Machine::Rds(database) => site.databases.address_of(fleet, database),
        // Muster makes none of these.
        Machine::Cluster(_) | Machine::Group(_) | Machine::Service(_) => None,
    }
}

pub(super) fn foreign_address(machine: Machine<'_>) -> Address {
    match machine {
        Machine::Ec2(instance) => Address::foreign_instance(&instance.id),
        Machine::Rds(database) => Address::foreign_database(&database.name),
        Machine::Cluster(cluster) => Address::foreign_cluster(&cluster.name),
        Machine::Group(group) => Address::scaling_group(&group.name),
        Machine::Service(service) => Address::ecs_service(&service.cluster, &service.name),
    }
}
