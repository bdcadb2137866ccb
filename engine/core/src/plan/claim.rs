//! Which resources are ours: marks and a proof (semantics 2).

use std::collections::BTreeMap;

use super::mark::Mark;
use crate::address::Address;
use crate::aws_name::{aws_name, client_token};
use crate::cloud::{Alarm, Database, Instance, KeyPair, ParameterGroup, Queue, Role, SecurityGroup};
use crate::fleet::Fleet;
use crate::name::FleetName;

/// Links of the token chain that are tried before an instance that keeps dying is given up.
pub const CHAIN_LENGTH: u32 = 16;

/// A resource whose marks and proof agree.
#[derive(Debug, Clone)]
pub struct Owned<'a, T> {
    /// The resource.
    pub item: &'a T,
    /// Its marks.
    pub mark: Mark,
    /// True when the marks still say an earlier fleet or address (`was`).
    pub renamed: bool,
}

/// A resource that carries our marks without proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookAlike {
    /// The address it claims.
    pub address: Address,
    /// Its AWS id.
    pub id: String,
}

/// All resources of one kind in one place, sorted into ours and not ours.
#[derive(Debug, Clone)]
pub struct Claims<'a, T> {
    /// Ours, by address as the file now calls it.
    pub ours: BTreeMap<Address, Vec<Owned<'a, T>>>,
    /// Ours by marks, without proof.
    pub look_alikes: Vec<LookAlike>,
    /// Address → fleet, for resources with proof of a fleet that is neither this one nor in `was`.
    pub others: BTreeMap<Address, String>,
}

impl<T: Claimable> Claims<'_, T> {
    /// The address of a resource that is ours, when no other proves to be it too.
    #[must_use]
    pub fn address_of(&self, fleet: &Fleet, item: &T) -> Option<Address> {
        let address = renamed(fleet, &item.mark().address?);
        matches!(self.ours.get(&address)?.as_slice(), [one] if one.item.id() == item.id()).then_some(address)
    }
}

/// What a proof is judged by.
pub trait Claimable {
    /// Its marks.
    fn mark(&self) -> Mark;
    /// Its id or name.
    fn id(&self) -> &str;
    /// True when the kind's own proof holds for these marks: the AWS name we derive, or the token chain.
    fn proven(&self, fleet: &FleetName, address: &Address, account: &str, region: &str) -> bool;
    /// What its tags are set by: its id, for RDS its ARN.
    fn tagged_by(&self) -> &str {
        self.id()
    }
    /// False for what is as good as gone.
    fn alive(&self) -> bool {
        true
    }
}

impl Claimable for Instance {
    fn mark(&self) -> Mark {
        Mark::from_tags(&self.tags)
    }
    fn id(&self) -> &str {
        &self.id
    }
    fn proven(&self, fleet: &FleetName, address: &Address, account: &str, region: &str) -> bool {
        self.client_token.as_deref().is_some_and(|token| is_on_chain(token, fleet, address, account, region))
    }
    fn alive(&self) -> bool {
        !self.state.is_gone()
    }
}

impl Claimable for SecurityGroup {
    fn mark(&self) -> Mark {
        Mark::from_tags(&self.tags)
    }
    fn id(&self) -> &str {
        &self.id
    }
    fn proven(&self, fleet: &FleetName, address: &Address, _account: &str, _region: &str) -> bool {
        self.name == aws_name(fleet, address)
    }
}

impl Claimable for KeyPair {
    fn mark(&self) -> Mark {
        Mark::from_tags(&self.tags)
    }
    fn id(&self) -> &str {
        &self.id
    }
    fn proven(&self, fleet: &FleetName, address: &Address, _account: &str, _region: &str) -> bool {
        self.name == aws_name(fleet, address)
    }
}

impl Claimable for Alarm {
    fn mark(&self) -> Mark {
        Mark::from_description(&self.description)
    }
    fn id(&self) -> &str {
        &self.name
    }
    fn proven(&self, fleet: &FleetName, address: &Address, _account: &str, _region: &str) -> bool {
        self.name == aws_name(fleet, address)
    }
}

impl Claimable for Database {
    fn mark(&self) -> Mark {
        Mark::from_tags(&self.tags)
    }
    fn id(&self) -> &str {
        &self.name
    }
    fn proven(&self, fleet: &FleetName, address: &Address, _account: &str, _region: &str) -> bool {
        self.name == aws_name(fleet, address)
    }
    fn tagged_by(&self) -> &str {
        &self.arn
    }
    fn alive(&self) -> bool {
        self.state.0 != "deleting"
    }
}

impl Claimable for ParameterGroup {
    fn mark(&self) -> Mark {
        Mark::from_description(&self.description)
    }
    fn id(&self) -> &str {
        &self.name
    }
    fn proven(&self, fleet: &FleetName, address: &Address, _account: &str, _region: &str) -> bool {
        self.name == aws_name(fleet, address)
    }
}

impl Claimable for Role {
    fn mark(&self) -> Mark {
        Mark::from_description(&self.description)
    }
    fn id(&self) -> &str {
        &self.name
    }
    fn proven(&self, fleet: &FleetName, address: &Address, _account: &str, region: &str) -> bool {
        self.name == super::delivery::role_name(fleet, address, region)
    }
}

impl Claimable for Queue {
    fn mark(&self) -> Mark {
        Mark::from_tags(&self.tags)
    }
    fn id(&self) -> &str {
        &self.name
    }
    fn proven(&self, fleet: &FleetName, address: &Address, _account: &str, _region: &str) -> bool {
        self.name == aws_name(fleet, address)
    }
    fn tagged_by(&self) -> &str {
        &self.arn
    }
}

/// True for a token with which muster asks for the instance at an address.
#[must_use]
pub fn is_on_chain(token: &str, fleet: &FleetName, address: &Address, account: &str, region: &str) -> bool {
    (0..CHAIN_LENGTH).any(|n| token == client_token(fleet, address, account, region, n))
}

/// Sorts the resources of one kind in one place.
#[must_use]
pub fn claim<'a, T: Claimable>(fleet: &Fleet, account: &str, region: &str, items: &'a [T]) -> Claims<'a, T> {
    let mut claims = Claims { ours: BTreeMap::new(), look_alikes: Vec::new(), others: BTreeMap::new() };
    for item in items.iter().filter(|item| item.alive()) {
        sort_in(&mut claims, fleet, account, region, item);
    }
    claims
}

fn sort_in<'a, T: Claimable>(claims: &mut Claims<'a, T>, fleet: &Fleet, account: &str, region: &str, item: &'a T) {
    let mark = item.mark();
    let (Some(marked_fleet), Some(marked_address)) = (&mark.fleet, &mark.address) else { return };
    let Ok(marked) = FleetName::new(marked_fleet) else { return };
    let proven = mark.self_id.as_deref() == Some(item.id()) || item.proven(&marked, marked_address, account, region);
    let current = fleet.name.as_ref() == Some(&marked);
    if !current && !fleet.was.contains(&marked) {
        if proven {
            claims.others.insert(marked_address.clone(), marked_fleet.clone());
        }
        return;
    }
    let address = renamed(fleet, marked_address);
    if !proven {
        claims.look_alikes.push(LookAlike { address, id: item.id().to_owned() });
        return;
    }
    let renamed = !current || address != *marked_address;
    claims.ours.entry(address).or_default().push(Owned { item, mark, renamed });
}

/// What the file now calls an address that may carry a former name of its entry.
fn renamed(fleet: &Fleet, address: &Address) -> Address {
    let old = address.entry_name();
    let rest = address.part().map(|part| format!("/{part}")).unwrap_or_default();
    let new = match address.section() {
        "user" if !fleet.users.contains_key(old) => {
            fleet.users.values().find(|user| user.was.iter().any(|was| was.as_str() == old)).map(|user| &user.name)
        }
        "database" if !fleet.databases.contains_key(old) => {
            fleet.databases.values().find(|database| database.was.iter().any(|was| was.as_str() == old)).map(|database| &database.name)
        }
        _ => None,
    };
    new.map_or_else(|| address.clone(), |new| Address::from_text(&format!("{}/{new}{rest}", address.section())))
}
