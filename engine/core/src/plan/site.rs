//! One account and region as the planner sees it.

use std::collections::HashMap;

use super::claim::{Claims, Owned, claim};
use super::model::Held;
use crate::address::Address;
use crate::cloud::{
    Alarm, Database, Instance, KeyPair, Kind, Listing, ParameterGroup, Place, PlaceView, Queue, Role, SecurityGroup, Snapshot, Volume,
};
use crate::fleet::Fleet;

/// A place, what was seen there, and what of it is ours.
#[derive(Debug)]
pub struct Site<'a> {
    /// Which.
    pub place: Place,
    /// Twelve digits.
    pub account_id: String,
    /// What was seen.
    pub view: &'a PlaceView,
    /// Instances.
    pub instances: Claims<'a, Instance>,
    /// Security groups.
    pub groups: Claims<'a, SecurityGroup>,
    /// Key pairs.
    pub keys: Claims<'a, KeyPair>,
    /// Alarms.
    pub alarms: Claims<'a, Alarm>,
    /// Databases.
    pub databases: Claims<'a, Database>,
    /// Parameter groups.
    pub parameter_groups: Claims<'a, ParameterGroup>,
    /// Roles that EventBridge works with.
    pub roles: Claims<'a, Role>,
    /// Queues for what it could not deliver.
    pub queues: Claims<'a, Queue>,
    /// Volumes by id.
    volumes: HashMap<&'a str, &'a Volume>,
}

/// What stands at an address.
#[derive(Debug)]
pub enum Found<'s, 'a, T> {
    /// Nothing, and the listing is complete.
    Absent,
    /// One, with proof.
    One(&'s Owned<'a, T>),
    /// It cannot be said, or must not be touched; the text says why and what next.
    Hold(String),
}

impl<'a> Site<'a> {
    /// Sorts what was seen in `place`.
    #[must_use]
    pub fn new(fleet: &Fleet, snapshot: &'a Snapshot, place: &Place, view: &'a PlaceView) -> Self {
        let account_id = snapshot.account_id(&place.account).to_owned();
        let region = place.region.as_str();
        Self {
            instances: claim(fleet, &account_id, region, view.instances.seen()),
            groups: claim(fleet, &account_id, region, view.groups.seen()),
            keys: claim(fleet, &account_id, region, view.keys.seen()),
            alarms: claim(fleet, &account_id, region, view.alarms.seen()),
            databases: claim(fleet, &account_id, region, view.databases.seen()),
            parameter_groups: claim(fleet, &account_id, region, view.parameter_groups.seen()),
            roles: claim(fleet, &account_id, region, view.roles.seen()),
            queues: claim(fleet, &account_id, region, view.queues.seen()),
            volumes: view.volumes.seen().iter().map(|volume| (volume.id.as_str(), volume)).collect(),
            place: place.clone(),
            account_id,
            view,
        }
    }

    /// The root volume of an instance; nothing when volumes could not be read.
    #[must_use]
    pub fn root_volume(&self, instance: &Instance) -> Option<&'a Volume> {
        self.volumes.get(instance.root_volume.as_deref()?).copied()
    }

    /// The security group at an address.
    #[must_use]
    pub fn group(&self, address: &Address) -> Found<'_, 'a, SecurityGroup> {
        find(address, &self.groups, &self.view.groups, Kind::SecurityGroup)
    }

    /// The key pair at an address.
    #[must_use]
    pub fn key(&self, address: &Address) -> Found<'_, 'a, KeyPair> {
        find(address, &self.keys, &self.view.keys, Kind::KeyPair)
    }

    /// The instance at an address.
    #[must_use]
    pub fn instance(&self, address: &Address) -> Found<'_, 'a, Instance> {
        find(address, &self.instances, &self.view.instances, Kind::Instance)
    }

    /// The alarm at an address.
    #[must_use]
    pub fn alarm(&self, address: &Address) -> Found<'_, 'a, Alarm> {
        find(address, &self.alarms, &self.view.alarms, Kind::Alarm)
    }

    /// The database at an address.
    #[must_use]
    pub fn database(&self, address: &Address) -> Found<'_, 'a, Database> {
        find(address, &self.databases, &self.view.databases, Kind::Database)
    }

    /// The parameter group at an address.
    #[must_use]
    pub fn parameter_group(&self, address: &Address) -> Found<'_, 'a, ParameterGroup> {
        find(address, &self.parameter_groups, &self.view.parameter_groups, Kind::ParameterGroup)
    }

    /// A held line about something here.
    #[must_use]
    pub fn held(&self, address: &Address, why: impl Into<String>, origin: Option<String>) -> Held {
        Held { address: address.clone(), place: self.place.clone(), why: why.into(), origin }
    }
}

fn find<'s, 'a, T>(address: &Address, claims: &'s Claims<'a, T>, listing: &Listing<T>, kind: Kind) -> Found<'s, 'a, T>
where
    T: super::claim::Claimable,
{
    match claims.ours.get(address).map(Vec::as_slice) {
        Some([one]) => Found::One(one),
        Some([one, two, ..]) => Found::Hold(format!(
            "{} and {} both prove to be {address}; nothing is done to either until one is gone or `muster unadopt {address} ID` lets go of it",
            one.item.id(),
            two.item.id()
        )),
        _ => absent(address, claims, listing, kind),
    }
}

fn absent<'s, 'a, T>(address: &Address, claims: &Claims<'a, T>, listing: &Listing<T>, kind: Kind) -> Found<'s, 'a, T> {
    if let Some(like) = claims.look_alikes.iter().find(|like| like.address == *address) {
        let entry = address.entry();
        return Found::Hold(format!(
            "look-alike {} carries our tags without proof and is not touched; `muster adopt {entry} {}` makes it ours, removing its tags makes it foreign",
            like.id, like.id
        ));
    }
    if let Some(fleet) = claims.others.get(address) {
        return Found::Hold(format!(
            "fleet `{fleet}` owns {address} here; write `was: {fleet}` at the top of the file to take it over, or use another name"
        ));
    }
    if listing.is_complete() {
        Found::Absent
    } else {
        Found::Hold(format!("the list of {kind} here is incomplete, so it is unknown whether it exists; see gaps"))
    }
}
