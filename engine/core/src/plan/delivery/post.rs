//! A schedule that EventBridge delivers in a place.

use std::collections::BTreeSet;

use super::names::Names;
use crate::cloud::Place;
use crate::delivery::{Options, Resolve, Service, Wiring};
use crate::fleet::{DeliveryBy, Fleet};
use crate::name::Name;
use crate::plan::draft::Draft;
use crate::schedule::{Schedule, Select};
use crate::span::At;
use crate::tags::Tags;

/// What a schedule is for in a place, as far as EventBridge has calls for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::plan) struct Serves<'a> {
    /// What it selects there: the selection, and which services of it.
    pub(super) selects: Option<(&'a Select, Vec<Service>)>,
    /// A user names it.
    pub(super) users: bool,
    /// A database names it.
    pub(super) databases: bool,
    /// Services of which the fleet owns something there, which a selection may be about too.
    pub(super) owned: Vec<Service>,
    /// KMS keys under which disks of users lie that it is for.
    pub(super) keys: BTreeSet<&'a str>,
}

impl Serves<'_> {
    /// True when there is nothing.
    pub(super) const fn is_nothing(&self) -> bool {
        self.selects.is_none() && !self.users && !self.databases
    }
}

/// What a schedule is for in a place, by the file alone: what happens to stand there today changes no role.
pub(in crate::plan) fn serves<'a>(fleet: &'a Fleet, schedule: &'a Schedule, place: &Place) -> Serves<'a> {
    let users = || fleet.users.values().filter(|user| user.place == *place);
    let databases = || fleet.databases.values().filter(|database| database.place == *place);
    let names_it = |name: &Option<At<Name>>| name.as_ref().is_some_and(|name| name.value == schedule.name);
    let covered = schedule.select.as_ref().filter(|select| select.places.is_empty() || select.places.contains(place));
    let services =
        |select: &Select| [Service::Ec2, Service::Rds].into_iter().filter(|service| select.services.contains(service.as_str())).collect();
    Serves {
        selects: covered.map(|select| (select, services(select))).filter(|(_, services): &(_, Vec<Service>)| !services.is_empty()),
        users: users().any(|user| names_it(&user.schedule)),
        databases: databases().any(|database| names_it(&database.schedule)),
        owned: [(users().next().is_some(), Service::Ec2), (databases().next().is_some(), Service::Rds)]
            .into_iter()
            .filter_map(|(any, service)| any.then_some(service))
            .collect(),
        keys: users()
            .filter(|user| covered.is_some() || names_it(&user.schedule))
            .filter_map(|user| user.disk.value.kms_key.as_deref())
            .collect(),
    }
}

/// A schedule with all that its edges in a place share.
#[derive(Debug, Clone)]
pub(super) struct Post<'a> {
    /// The schedule.
    pub(super) schedule: &'a Schedule,
    /// What it is for there.
    pub(super) serves: Serves<'a>,
    /// What its `delivery` says.
    pub(super) options: Options,
    /// Role and queue of its edges.
    pub(super) wiring: Wiring,
    /// Something it needs was held back, so its edges are left as they are.
    pub(super) held: bool,
}

impl Post<'_> {
    /// Users and databases in a place that name the schedule and do not carry the tags by which edges find machines.
    pub(super) fn named_untagged(&self, fleet: &Fleet, place: &Place) -> Vec<String> {
        let lacks = |service: &str, tags: &Tags| self.schedule.select.as_ref().is_none_or(|select| !select.matches(service, tags, place));
        let names_it = |name: &Option<At<Name>>| name.as_ref().is_some_and(|name| name.value == self.schedule.name);
        let users = fleet.users.values().filter(|user| user.place == *place && names_it(&user.schedule) && lacks("ec2", &user.tags));
        let databases = fleet.databases.values().filter(|one| one.place == *place && names_it(&one.schedule) && lacks("rds", &one.tags));
        let databases = databases.map(|database| format!("database/{}", database.name));
        users.map(|user| format!("user/{}", user.name)).chain(databases).collect()
    }

    /// True when its targets are found by tag.
    pub(super) const fn by_tag(&self) -> bool {
        matches!(self.options.resolve, Resolve::Tags)
    }
}

/// The schedules that EventBridge delivers in a place, in the order of the file.
pub(super) fn posts<'a>(draft: &Draft<'a>, names: &Names) -> Vec<Post<'a>> {
    let fleet = draft.input.fleet;
    let delivered = fleet.schedules.values().filter(|schedule| schedule.delivery.by != DeliveryBy::Loop);
    let post = |schedule: &'a Schedule| {
        let options = Options::of(&schedule.delivery);
        let wiring = Wiring {
            partition: names.partition.to_owned(),
            role: names.role_arn(&schedule.name),
            dead_letter: options.dead_letter.then(|| names.queue_arn(&schedule.name)),
        };
        Post { schedule, serves: serves(fleet, schedule, &names.place), options, wiring, held: false }
    };
    delivered.map(post).filter(|post| !post.serves.is_nothing()).collect()
}
