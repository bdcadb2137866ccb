//! Which resources the ids on the command line are, and whether they may be taken.

use std::collections::BTreeSet;

use muster_core::address::{Address, Part, Section};
use muster_core::cloud::{Kind, Listing, Place, Snapshot};
use muster_core::fleet::Fleet;
use muster_core::name::{FleetName, Name};
use muster_core::plan::claim::Claimable as _;
use muster_core::tags::{self, Tags};

use crate::error::CommandError;
use crate::session::Session;

/// A resource that can be adopted.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    /// What it becomes.
    pub(crate) address: Address,
    /// Where it is.
    pub(crate) place: Place,
    /// Its kind.
    pub(crate) kind: Kind,
    /// Its id or name.
    pub(crate) id: String,
    /// What tags are set on.
    pub(crate) target: String,
    /// Tags it gets.
    pub(crate) tags: Tags,
}

impl Candidate {
    /// Puts the tags onto a copy of what was observed.
    pub(crate) fn mark(&self, snapshot: &mut Snapshot) {
        let Some(view) = snapshot.places.get_mut(&self.place) else { return };
        let tags = match self.kind {
            Kind::Instance => items(&mut view.instances).iter_mut().find(|one| one.id == self.id).map(|one| &mut one.tags),
            Kind::SecurityGroup => items(&mut view.groups).iter_mut().find(|one| one.id == self.id).map(|one| &mut one.tags),
            Kind::KeyPair => items(&mut view.keys).iter_mut().find(|one| one.id == self.id).map(|one| &mut one.tags),
            Kind::Database => items(&mut view.databases).iter_mut().find(|one| one.name == self.id).map(|one| &mut one.tags),
            _ => None,
        };
        if let Some(tags) = tags {
            tags.extend(self.tags.clone());
        }
    }
}

fn items<T>(listing: &mut Listing<T>) -> &mut [T] {
    match listing {
        Listing::Complete(items) | Listing::Incomplete(items) => items,
        Listing::NotRead => &mut [],
    }
}

/// A resource as far as adopting looks at it.
struct Seen<'a> {
    kind: Kind,
    id: &'a str,
    target: &'a str,
    fleet: Option<String>,
    proven_elsewhere: bool,
}

/// Finds each id, and checks kind, place and owner.
pub(crate) fn candidates(session: &Session, snapshot: &Snapshot, text: &str, ids: &[String]) -> Result<Vec<Candidate>, CommandError> {
    let fleet = &session.project.fleet;
    let Some(name) = &fleet.name else {
        return Err(CommandError::usage("this file has no `fleet` name, so it can own nothing").hint("write `fleet: NAME` at its top"));
    };
    let entry = Address::from_text(text);
    let home = home(fleet, &entry)?;
    let mut all = Vec::new();
    for id in ids {
        let (place, seen) = seen(snapshot, id).ok_or_else(|| unknown(id, snapshot))?;
        refuse_owned(name, &seen)?;
        if *place != home {
            return Err(CommandError::usage(format!("{id} is in {place}, but {} lives in {home}", entry.entry()))
                .hint(format!("write `in: {place}` in its entry")));
        }
        all.push(candidate(name, &entry, place, &seen)?);
    }
    refuse_twice(&all)?;
    Ok(all)
}

/// The place of the entry; one that the file does not list yet may be anywhere, so it has to be written first.
fn home(fleet: &Fleet, entry: &Address) -> Result<Place, CommandError> {
    let name = Name::new(entry.entry_name()).ok();
    let found = match (entry.section(), &name) {
        ("user", Some(name)) => fleet.users.get(name).map(|user| user.place.clone()),
        ("database", Some(name)) => fleet.databases.get(name).map(|database| database.place.clone()),
        ("user" | "database", None) => None,
        _ => {
            return Err(CommandError::usage(format!("`{entry}` is no address that can adopt"))
                .hint("`user/NAME` or `database/NAME`, as in fleet.yaml"));
        }
    };
    let first = || fleet.cloud.places().into_iter().next();
    found.or_else(first).ok_or_else(|| CommandError::usage("the fleet has no account and region"))
}

fn unknown(id: &str, snapshot: &Snapshot) -> CommandError {
    let places = snapshot.places.keys().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    CommandError::failed(format!("there is no instance, security group, key pair or database `{id}` in {places}"))
        .hint("check the id and `cloud.accounts` and `cloud.regions` of the file")
}

fn seen<'s>(snapshot: &'s Snapshot, id: &str) -> Option<(&'s Place, Seen<'s>)> {
    snapshot.places.iter().find_map(|(place, view)| {
        let instances = view.instances.seen().iter().filter(|one| one.alive()).map(|one| of(Kind::Instance, one, &one.id));
        let groups = view.groups.seen().iter().map(|one| of(Kind::SecurityGroup, one, &one.id));
        let keys = view.keys.seen().iter().map(|one| of(Kind::KeyPair, one, &one.id));
        let databases = view.databases.seen().iter().map(|one| of(Kind::Database, one, &one.arn));
        instances.chain(groups).chain(keys).chain(databases).find(|seen| seen.id == id).map(|seen| (place, seen))
    })
}

fn of<'s, T: muster_core::plan::claim::Claimable>(kind: Kind, item: &'s T, target: &'s str) -> Seen<'s> {
    let mark = item.mark();
    let proven_elsewhere = mark.self_id.as_deref() == Some(item.id());
    Seen { kind, id: item.id(), target, fleet: mark.fleet, proven_elsewhere }
}

/// Another fleet's things are not taken, whether they prove it or only say so: taking a look-alike of ours is
/// what adopting is for.
fn refuse_owned(name: &FleetName, seen: &Seen<'_>) -> Result<(), CommandError> {
    match &seen.fleet {
        Some(fleet) if fleet != name.as_str() => Err(CommandError::failed(format!("{} belongs to fleet `{fleet}`", seen.id)).hint(
            "`muster unadopt` there lets it go, or write `was: ".to_owned() + fleet + "` at the top of the file to take that fleet over",
        )),
        Some(_) if seen.proven_elsewhere => {
            Err(CommandError::failed(format!("{} is adopted already", seen.id)).hint("`muster status` shows it"))
        }
        _ => Ok(()),
    }
}

fn refuse_twice(all: &[Candidate]) -> Result<(), CommandError> {
    let mut addresses = BTreeSet::new();
    match all.iter().find(|candidate| !addresses.insert(&candidate.address)) {
        Some(twice) => {
            Err(CommandError::usage(format!("two of these would be {}", twice.address))
                .hint("an address is one resource; adopt one of them"))
        }
        None => Ok(()),
    }
}

fn candidate(name: &FleetName, entry: &Address, place: &Place, seen: &Seen<'_>) -> Result<Candidate, CommandError> {
    let address = part(entry, seen)?;
    let pairs = [(tags::FLEET, name.as_str()), (tags::ADDRESS, address.as_str()), (tags::SELF, seen.id)];
    let tags = pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    Ok(Candidate { address, place: place.clone(), kind: seen.kind, id: seen.id.to_owned(), target: seen.target.to_owned(), tags })
}

/// The part of the entry that a resource of this kind is.
fn part(entry: &Address, seen: &Seen<'_>) -> Result<Address, CommandError> {
    let part = match (entry.section(), seen.kind) {
        ("user", Kind::Instance) | ("database", Kind::Database) => Part::Instance,
        ("user" | "database", Kind::SecurityGroup) => Part::SecurityGroup,
        ("user", Kind::KeyPair) => Part::Key,
        (section, kind) => {
            return Err(CommandError::usage(format!("{} is of kind {kind}, which no {section} of fleet.yaml has", seen.id)).hint(format!(
                "`{}/NAME` takes instances, security groups and key pairs; `{}/NAME` databases and security groups",
                Section::User.as_str(),
                Section::Database.as_str()
            )));
        }
    };
    let whole = format!("{}/{}", entry.entry(), part.as_str());
    match entry.part() {
        Some(_) if entry.as_str() != whole => {
            Err(CommandError::usage(format!("{} is of kind {}, not {entry}", seen.id, seen.kind)).hint(format!("it would be {whole}")))
        }
        _ => Ok(Address::from_text(&whole)),
    }
}
