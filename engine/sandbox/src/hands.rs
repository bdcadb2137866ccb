//! Hands: what a newcomer or a test does to the account behind muster's back.

use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::{Change, CloudError, ErrorKind, IdRef, InstanceState, Kind, Place, ResourceRef};
use muster_core::cron::Expression;
use muster_core::tags::Tags;
use serde::Serialize;

use crate::estate::Estate;
use crate::sandbox::{Sandbox, SandboxError};
use crate::service;
use crate::world::{Edge, Region, RoleRow, World};

/// What the account holds, for a person to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Show {
    /// Where its clock stands.
    pub now: Timestamp,
    /// Actions that are refused.
    pub denied: Vec<String>,
    /// So many coming calls are throttled.
    pub throttled: u64,
    /// Instance types of which there is no machine to give.
    pub no_capacity: Vec<String>,
    /// Each account and region that anybody looked at.
    pub places: Vec<ShowPlace>,
    /// What was sent out of it, oldest first.
    pub messages: Vec<crate::messages::Message>,
}

/// One account and region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShowPlace {
    /// Which.
    pub place: Place,
    /// Twelve digits.
    pub account_id: String,
    /// Everything in it, by kind and id.
    pub items: Vec<ShowItem>,
}

/// One resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShowItem {
    /// What it is.
    pub kind: Kind,
    /// Id or name.
    pub id: String,
    /// State, size and the like: `running t3.small`.
    pub text: String,
    /// Its tags.
    pub tags: Tags,
}

impl Sandbox {
    /// Throws everything away and begins afresh as `estate` says.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn reset(&self, estate: &Estate, accounts: &[(String, Option<String>)], wall: Timestamp) -> Result<(), SandboxError> {
        self.replace(|seed| World::new(estate.clone(), accounts, estate.starts_at(wall), seed))
    }

    /// Moves the clock, and everything with it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn advance(&self, duration: SignedDuration) -> Result<Timestamp, SandboxError> {
        let now = self.look(|inner| inner.world.now)?;
        self.at(now.saturating_add(duration).unwrap_or(now))
    }

    /// Moves the clock to an instant.
    ///
    /// # Errors
    /// When that instant has passed, or the file cannot be written.
    pub fn at(&self, asked: Timestamp) -> Result<Timestamp, SandboxError> {
        let now = self.look(|inner| inner.world.now)?;
        if asked < now {
            return Err(SandboxError::Past { now, asked });
        }
        self.move_clock(asked)?;
        Ok(asked)
    }

    /// Stops an instance, database or cluster, as somebody in the console would.
    ///
    /// # Errors
    /// When there is none of that id, its state does not allow it, or the file cannot be written.
    pub fn stop(&self, id: &str) -> Result<(), SandboxError> {
        let change = |kind| match kind {
            Kind::Database => Change::StopDatabase { name: id.to_owned() },
            Kind::DbCluster => Change::StopCluster { name: id.to_owned() },
            _ => Change::StopInstances { ids: vec![IdRef::Id(id.to_owned())], hibernate: false },
        };
        self.by_hand(id, "instance, database or cluster", &[Kind::Instance, Kind::Database, Kind::DbCluster], change)
    }

    /// Starts an instance, database or cluster.
    ///
    /// # Errors
    /// When there is none of that id, its state does not allow it, or the file cannot be written.
    pub fn start(&self, id: &str) -> Result<(), SandboxError> {
        let change = |kind| match kind {
            Kind::Database => Change::StartDatabase { name: id.to_owned() },
            Kind::DbCluster => Change::StartCluster { name: id.to_owned() },
            _ => Change::StartInstances { ids: vec![IdRef::Id(id.to_owned())] },
        };
        self.by_hand(id, "instance, database or cluster", &[Kind::Instance, Kind::Database, Kind::DbCluster], change)
    }

    /// Gives an Auto Scaling group other numbers (least, after, greatest), by its name, or an ECS service another number of tasks,
    /// by `CLUSTER/SERVICE`; a service takes the middle one.
    ///
    /// # Errors
    /// When there is none of that name, the numbers do not go together, or the file cannot be written.
    pub fn scale(&self, id: &str, (min, desired, max): (u32, u32, u32)) -> Result<(), SandboxError> {
        let change = |kind| match (kind, id.split_once('/')) {
            (Kind::EcsService, Some((cluster, service))) => {
                Change::ScaleService { cluster: cluster.to_owned(), service: service.to_owned(), desired }
            }
            _ => Change::ScaleGroup { name: id.to_owned(), min, desired, max },
        };
        self.by_hand(id, "group or service", &[Kind::ScalingGroup, Kind::EcsService], change)
    }

    /// Sets a tag of anything that has tags, by its id or name.
    ///
    /// # Errors
    /// When there is nothing of that id, or the file cannot be written.
    pub fn set_tag(&self, id: &str, key: &str, value: &str) -> Result<(), SandboxError> {
        let tags = Tags::from([(key.to_owned(), value.to_owned())]);
        let change = |kind| Change::SetTags { resource: ResourceRef { kind, id: IdRef::Id(id.to_owned()) }, tags: tags.clone() };
        self.by_hand(id, "resource", &TAGGED, change)
    }

    /// Deletes an alarm.
    ///
    /// # Errors
    /// When there is none of that name, or the file cannot be written.
    pub fn delete_alarm(&self, name: &str) -> Result<(), SandboxError> {
        self.by_hand(name, "alarm", &[Kind::Alarm], |_| Change::DeleteAlarm { name: name.to_owned() })
    }

    /// Disables a schedule of EventBridge, or enables it again.
    ///
    /// # Errors
    /// When there is none of that name, or the file cannot be written.
    pub fn enable_edge(&self, name: &str, enabled: bool) -> Result<(), SandboxError> {
        self.edit_edge(name, |edge, _| edge.view.enabled = enabled)
    }

    /// Has a schedule of EventBridge fire at other times, on the same zone's clocks.
    ///
    /// # Errors
    /// When there is none of that name, `expression` is none of EventBridge's, or the file cannot be written.
    pub fn move_edge(&self, name: &str, expression: &str) -> Result<(), SandboxError> {
        let expression = Expression::parse(expression).map_err(|error| {
            let (action, code) = ("scheduler:UpdateSchedule", "ValidationException");
            SandboxError::Refused(CloudError::new(ErrorKind::Invalid, action, code, error.to_string()))
        })?;
        self.edit_edge(name, |edge, now| {
            edge.expression = expression.to_string();
            edge.next = edge.next_after(now);
        })
    }

    /// Deletes a schedule of EventBridge, a group of them, a queue, or a role with its policy.
    ///
    /// # Errors
    /// When there is none of that name, or the file cannot be written.
    pub fn delete_delivery(&self, name: &str) -> Result<(), SandboxError> {
        let kinds = [Kind::Edge, Kind::EdgeGroup, Kind::Role, Kind::Queue];
        let group = self.look(|inner| edge_named(&inner.world, name).map(|(_, group, _)| group))?.unwrap_or_default();
        let named = || name.to_owned();
        let role = self.look(|inner| find(&inner.world, name, &[Kind::Role]))?;
        if let Some((place, _)) = role {
            self.hand(&place, &Change::DeleteRolePolicy { role: named() })?;
        }
        self.by_hand(name, "schedule, group, role or queue", &kinds, |kind| match kind {
            Kind::Edge => Change::DeleteEdge { group: group.clone(), name: named() },
            Kind::EdgeGroup => Change::DeleteEdgeGroup { name: named() },
            Kind::Role => Change::DeleteRole { name: named() },
            _ => Change::DeleteQueue { name: named() },
        })
    }

    /// Changes a schedule as UpdateSchedule does, which its date of modification shows.
    fn edit_edge(&self, name: &str, change: impl FnOnce(&mut Edge, Timestamp)) -> Result<(), SandboxError> {
        let found = self.look(|inner| edge_named(&inner.world, name))?;
        let (place, _, key) = found.ok_or_else(|| SandboxError::NotFound { what: "schedule", id: name.to_owned() })?;
        self.transact(|inner| {
            let now = inner.world.now;
            let edge = inner.world.ensure(&place).edges.edit(&key, None);
            edge.map_or(((), false), |edge| {
                change(edge, now);
                edge.view.modified = now;
                ((), true)
            })
        })
    }

    /// Does to the account of `place` whatever `change` says, past every fault and denial: a person's hand.
    ///
    /// # Errors
    /// What the account refuses, or when the file cannot be written.
    pub fn hand(&self, place: &Place, change: &Change) -> Result<(), SandboxError> {
        self.transact(|inner| {
            let denied = std::mem::take(&mut inner.world.denied);
            let done = service::perform(&mut inner.world, place, change, None);
            inner.world.denied = denied;
            let changed = done.is_ok();
            (done, changed)
        })?
        .map(|_| ())
        .map_err(SandboxError::Refused)
    }

    /// Refuses an IAM action from now on; `ec2:*` refuses all of a service.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn deny(&self, action: &str) -> Result<(), SandboxError> {
        self.transact(|inner| ((), inner.world.denied.insert(action.to_owned())))
    }

    /// Allows an action again. Answers false when it was not refused.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn allow(&self, action: &str) -> Result<bool, SandboxError> {
        self.transact(|inner| {
            let was = inner.world.denied.remove(action);
            (was, was)
        })
    }

    /// Throttles the next `calls` calls.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn throttle(&self, calls: u64) -> Result<(), SandboxError> {
        self.transact(|inner| {
            inner.world.throttle = calls;
            ((), true)
        })
    }

    /// Has no machine of a type to give from now on, or has some again. Answers false when it was so already.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn capacity(&self, instance_type: &str, there: bool) -> Result<bool, SandboxError> {
        self.transact(|inner| {
            let none = &mut inner.world.no_capacity;
            let changed = if there { none.remove(instance_type) } else { none.insert(instance_type.to_owned()) };
            (changed, changed)
        })
    }

    /// Has the next start of an instance fall back to `stopped` with that reason, as EC2 does when it finds out late.
    ///
    /// # Errors
    /// When there is no such instance, or the file cannot be written.
    pub fn fall_back(&self, id: &str, reason: &str) -> Result<(), SandboxError> {
        let found = self.look(|inner| find(&inner.world, id, &[Kind::Instance]))?;
        let (place, _) = found.ok_or_else(|| SandboxError::NotFound { what: "instance", id: id.to_owned() })?;
        self.transact(|inner| {
            let machine = inner.world.ensure(&place).machines.edit(id, None);
            machine.map_or(((), false), |machine| {
                machine.falls_back = Some(reason.to_owned());
                ((), true)
            })
        })
    }

    /// What the account truly holds, whatever readers are shown.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn show(&self) -> Result<Show, SandboxError> {
        self.look(|inner| show(&inner.world))
    }

    /// Performs by hand what `change` says about the thing called `id`, wherever it is.
    fn by_hand(&self, id: &str, what: &'static str, kinds: &[Kind], change: impl Fn(Kind) -> Change) -> Result<(), SandboxError> {
        let found = self.look(|inner| find(&inner.world, id, kinds))?;
        let (place, kind) = found.ok_or_else(|| SandboxError::NotFound { what, id: id.to_owned() })?;
        self.hand(&place, &change(kind))
    }
}

/// Kinds that have tags, in the order in which a name is looked for.
const TAGGED: [Kind; 14] = [
    Kind::Instance,
    Kind::Volume,
    Kind::SecurityGroup,
    Kind::KeyPair,
    Kind::Snapshot,
    Kind::Alarm,
    Kind::Database,
    Kind::ParameterGroup,
    Kind::KeyParameter,
    Kind::DbCluster,
    Kind::ScalingGroup,
    Kind::EdgeGroup,
    Kind::Role,
    Kind::Queue,
];

/// Where a schedule is: its place, its group and its key.
fn edge_named(world: &World, name: &str) -> Option<(Place, String, String)> {
    let of_account = |(account, content): (&String, &crate::world::Account)| {
        content.regions.iter().find_map(|(region, content)| {
            let edge = content.edges.values().find(|edge| edge.view.name == name)?;
            Some((Place { account: account.clone(), region: region.clone() }, edge.group.clone(), edge.key()))
        })
    };
    world.accounts.iter().find_map(of_account)
}

/// Where a thing is, and which of `kinds` it is.
fn find(world: &World, id: &str, kinds: &[Kind]) -> Option<(Place, Kind)> {
    let places = show(world).places;
    let among = |place: &ShowPlace| {
        let kind = kinds.iter().find(|kind| place.items.iter().any(|item| item.kind == **kind && item.id == id))?;
        Some((place.place.clone(), *kind))
    };
    places.iter().find_map(among)
}

fn show(world: &World) -> Show {
    let of_account = |(name, account): (&String, &crate::world::Account)| {
        let of_region = |(region, content): (&String, &Region)| ShowPlace {
            place: Place { account: name.clone(), region: region.clone() },
            account_id: account.id.clone(),
            items: items(content, world.now),
        };
        let mut places: Vec<ShowPlace> = account.regions.iter().map(of_region).collect();
        // IAM knows no regions; its roles are shown once.
        if let Some(place) = places.first_mut() {
            place.items.extend(account.roles.values().map(role));
        }
        places
    };
    Show {
        now: world.now,
        denied: world.denied.iter().cloned().collect(),
        throttled: world.throttle,
        no_capacity: world.no_capacity.iter().cloned().collect(),
        places: world.accounts.iter().flat_map(of_account).collect(),
        messages: world.messages.clone(),
    }
}

fn role(row: &RoleRow) -> ShowItem {
    let policy = if row.view.policy.is_some() { "" } else { ", no policy" };
    ShowItem { kind: Kind::Role, id: row.view.name.clone(), text: format!("{}{policy}", row.view.path), tags: row.tags.clone() }
}

fn items(region: &Region, now: Timestamp) -> Vec<ShowItem> {
    let item = |kind, id: &str, text: String, tags: &Tags| ShowItem { kind, id: id.to_owned(), text, tags: tags.clone() };
    let mut items = Vec::new();
    items.extend(region.machines.values().map(|row| {
        let gone = row.view.state == InstanceState::Terminated;
        let address = row.view.public_ip.as_deref().filter(|_| !gone).map(|ip| format!(" {ip}")).unwrap_or_default();
        item(Kind::Instance, &row.view.id, format!("{} {}{address}", row.view.state.as_str(), row.view.instance_type), &row.view.tags)
    }));
    items.extend(region.disks.values().map(|row| {
        let view = &row.view;
        let encrypted = if view.encrypted { ", encrypted" } else { "" };
        item(Kind::Volume, &view.id, format!("{} GiB {}{encrypted}", view.size_gib, view.volume_type), &view.tags)
    }));
    items.extend(region.groups.values().map(|row| {
        item(
            Kind::SecurityGroup,
            &row.id,
            format!("{}, {} rule{}", row.name, row.ingress.len(), if row.ingress.len() == 1 { "" } else { "s" }),
            &row.tags,
        )
    }));
    items.extend(region.keys.values().map(|row| item(Kind::KeyPair, &row.id, row.name.clone(), &row.tags)));
    items.extend(
        region.snapshots.values().map(|row| item(Kind::Snapshot, &row.id, format!("of {}: {}", row.volume, row.description), &row.tags)),
    );
    items.extend(region.alarms.values().map(|row| item(Kind::Alarm, &row.view.name, row.view.state.clone(), &row.tags)));
    items.extend(region.servers.values().map(|row| {
        let view = &row.view;
        item(Kind::Database, &view.name, format!("{} {} {} {}", view.state.0, view.engine, view.engine_version, view.class), &view.tags)
    }));
    items.extend(region.db_snapshots.values().map(|row| item(Kind::DbSnapshot, &row.name, format!("of {}", row.database), &row.tags)));
    items
        .extend(region.parameter_groups.values().map(|row| item(Kind::ParameterGroup, &row.view.name, row.view.family.clone(), &row.tags)));
    items.extend(region.clusters.values().map(|row| {
        let view = &row.view;
        let text = format!("{} {} of {}", view.state.0, view.engine, view.members.join(", "));
        item(Kind::DbCluster, &view.name, text, &view.tags)
    }));
    items.extend(
        region.cluster_snapshots.values().map(|row| item(Kind::DbClusterSnapshot, &row.name, format!("of {}", row.cluster), &row.tags)),
    );
    items.extend(region.scaling_groups.values().map(|row| {
        let view = &row.view;
        let text = format!("{}/{}/{}, {} in service", view.min, view.desired, view.max, view.in_service);
        item(Kind::ScalingGroup, &view.name, text, &view.tags)
    }));
    items.extend(region.services.values().map(|row| {
        let view = &row.view;
        item(Kind::EcsService, &view.path(), format!("{} wanted, {} running", view.desired, view.running), &view.tags)
    }));
    items.extend(region.secrets.values().map(|row| item(Kind::KeyParameter, &row.name, "private key, not shown".to_owned(), &row.tags)));
    items.extend(region.edge_groups.values().map(|row| {
        let edges = region.edges.values().filter(|edge| edge.group == row.name).count();
        item(Kind::EdgeGroup, &row.name, format!("{edges} schedule{}", if edges == 1 { "" } else { "s" }), &row.tags)
    }));
    items.extend(region.edges.values().map(|row| {
        let disabled = if row.view.enabled { "" } else { "disabled, " };
        item(Kind::Edge, &row.view.name, format!("{disabled}{} {}", row.expression, row.zone), &Tags::new())
    }));
    items.extend(region.queues.values().map(|row| {
        let waiting = row.view(now).waiting;
        item(Kind::Queue, &row.view.name, format!("{waiting} message{}", if waiting == 1 { "" } else { "s" }), &row.view.tags)
    }));
    items
}
