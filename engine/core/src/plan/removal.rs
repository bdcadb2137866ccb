//! Removal in two phases, and `muster destroy` (semantics 5).
//!
//! Phase one stops and writes a date; phase two, at that date and with `--allow-destroy`, deletes after a last
//! snapshot. Phase two reads only the tag: the entry that would say otherwise is gone.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::awake;
use super::claim::{Claims, Owned};
use super::draft::{Draft, set_tags};
use super::mark::RetireTag;
use super::model::{Action, Await, Cause, Op, Risk, Step, StepNeed};
use super::users;
use crate::address::{Address, Part};
use crate::cloud::{Alarm, Change, Database, DbPatch, IdRef, Instance, InstanceState, KeyPair, Kind, ParameterGroup, Place, SecurityGroup};
use crate::digest::sha256_hex;
use crate::fleet::Fleet;
use crate::tags::{self, Tags};

/// A plan that retires more of the owned entries than one in this many needs `--allow-destroy` already.
const MASS_ONE_IN: usize = 5;
/// Up to this many are never "many".
const MASS_AT_LEAST: usize = 3;
/// Hexadecimal digits that tell databases of one name apart in the names of their snapshots.
const LIFE_DIGITS: usize = 4;

/// Everything an entry owns in one place.
#[derive(Debug, Clone, Default)]
struct Parts<'a> {
    instance: Option<Owned<'a, Instance>>,
    database: Option<Owned<'a, Database>>,
    groups: Vec<(Address, Owned<'a, SecurityGroup>)>,
    keys: Vec<(Address, Owned<'a, KeyPair>)>,
    alarms: Vec<(Address, Owned<'a, Alarm>)>,
    parameter_groups: Vec<(Address, Owned<'a, ParameterGroup>)>,
    /// Addresses that two resources prove to be.
    doubled: Vec<Address>,
}

impl Parts<'_> {
    fn protected(&self) -> bool {
        self.instance.as_ref().is_some_and(|owned| owned.mark.protect) || self.database.as_ref().is_some_and(|owned| owned.mark.protect)
    }

    fn retire(&self) -> Option<RetireTag> {
        let instance = self.instance.as_ref().and_then(|owned| owned.mark.retire);
        instance.or_else(|| self.database.as_ref().and_then(|owned| owned.mark.retire))
    }

    /// Every address that an entry with these parts owns.
    fn addresses(&self, entry: &str) -> BTreeSet<Address> {
        let mut all: BTreeSet<Address> = self.has_body().then(|| body_address(entry)).into_iter().collect();
        all.extend(self.groups.iter().map(|(address, _)| address.clone()));
        all.extend(self.keys.iter().map(|(address, _)| address.clone()));
        all.extend(self.alarms.iter().map(|(address, _)| address.clone()));
        all.extend(self.parameter_groups.iter().map(|(address, _)| address.clone()));
        all.extend(self.doubled.iter().cloned());
        all
    }

    /// True when there is something that phase one can stop.
    const fn has_body(&self) -> bool {
        self.instance.is_some() || self.database.is_some()
    }
}

/// An entry: `user/alice` in a place.
type Entry = (Place, String);

/// Plans the removal of every owned entry that the file no longer lists.
pub fn plan(draft: &mut Draft<'_>) {
    let removed = owned_entries(draft, |place, entry| !is_listed(draft, place, entry));
    if removed.is_empty() {
        return;
    }
    let owned = Counts::of(draft);
    let fresh = removed.values().filter(|parts| parts.retire().is_none() && parts.has_body()).count();
    let too_many = is_mass(fresh, &owned, &removed) && !draft.input.options.allow_destroy;
    for (entry, parts) in &removed {
        if let Some(why) = untouchable(draft, entry, parts) {
            hold(draft, entry, why);
        } else if parts.protected() {
            hold_protected(draft, entry);
        } else if let Some(tag) = parts.retire() {
            second_phase(draft, entry, parts, tag);
        } else if too_many {
            hold(
                draft,
                entry,
                format!("{fresh} of {} owned entries would be retired at once; `--allow-destroy` says that this is meant", owned.entries),
            );
        } else if parts.has_body() {
            first_phase(draft, entry, parts);
        } else {
            leftovers(draft, entry, parts);
        }
    }
}

/// Plans the end of everything the fleet owns (`muster destroy`).
pub fn destroy(draft: &mut Draft<'_>, keep_snapshots: bool) {
    let mut kept = BTreeMap::new();
    for (entry, parts) in &owned_entries(draft, |_, _| true) {
        if let Some(why) = refusal(draft, entry, parts) {
            refuse_each(draft, entry, parts, &why);
            kept.insert(entry.clone(), why);
        } else {
            let keep = keep_snapshots && wants_snapshot(draft, entry);
            delete(draft, entry, parts, keep, "`muster destroy`");
        }
    }
    keep_what_it_stands_on(draft, &kept);
}

/// Why `muster destroy` leaves an entry, and the way out.
fn refusal(draft: &Draft<'_>, entry: &Entry, parts: &Parts<'_>) -> Option<String> {
    let protected = || {
        let again =
            if is_listed(draft, &entry.0, &entry.1) { "write `protect: false` in" } else { "list it again with `protect: false` in" };
        format!("protected by its tag {}; {again} its entry, `muster apply`, then `muster destroy` again", tags::PROTECT)
    };
    untouchable(draft, entry, parts).or_else(|| parts.protected().then(protected))
}

/// Names every address of a refused entry: what protects its machine keeps all that belongs to it.
fn refuse_each(draft: &mut Draft<'_>, (place, entry): &Entry, parts: &Parts<'_>, why: &str) {
    parts.addresses(entry).iter().for_each(|address| draft.hold(place, address, why, None));
}

/// AWS would refuse to delete a group that something kept still uses, so it stays with it.
fn keep_what_it_stands_on(draft: &mut Draft<'_>, kept: &BTreeMap<Entry, String>) {
    let user_of =
        |step: &Step| step.after.iter().find(|address| kept.contains_key(&(step.place.clone(), address.entry().to_owned()))).cloned();
    let (stay, go): (Vec<Step>, Vec<Step>) = std::mem::take(&mut draft.steps).into_iter().partition(|step| user_of(step).is_some());
    draft.steps = go;
    for step in stay {
        let why =
            user_of(&step).map(|user| format!("{user} is kept and uses it; it can be destroyed together with that")).unwrap_or_default();
        draft.hold(&step.place, &step.address, why, None);
    }
}

/// `final-snapshot: false` counts for as long as the entry is there to say it; of a removed one only the tag speaks.
fn wants_snapshot(draft: &Draft<'_>, (_, entry): &Entry) -> bool {
    let address = Address::from_text(entry);
    let listed = draft.input.fleet.databases.get(address.entry_name()).filter(|_| address.section() == "database");
    listed.is_none_or(|database| database.final_snapshot)
}

/// Why an entry may not be removed whatever else is known: a machine that was not seen may be alive and protected.
fn untouchable(draft: &Draft<'_>, (place, _): &Entry, parts: &Parts<'_>) -> Option<String> {
    let view = draft.sites.get(place)?.view;
    if !view.instances.is_complete() || !view.databases.is_complete() {
        return Some("the lists of machines here are incomplete, so nothing of it is removed; see gaps".to_owned());
    }
    let doubled = parts.doubled.first()?;
    Some(format!(
        "two resources prove to be {doubled}; nothing is done to either until one is gone or `muster unadopt {doubled}` lets go of it"
    ))
}

/// How much is owned, listed or not.
struct Counts {
    entries: usize,
    users: usize,
}

impl Counts {
    fn of(draft: &Draft<'_>) -> Self {
        let mut entries: BTreeSet<(&Place, &str)> = BTreeSet::new();
        for (place, site) in &draft.sites {
            let bodies = site.instances.ours.keys().chain(site.databases.ours.keys());
            let parts = site.groups.ours.keys().chain(site.keys.ours.keys()).chain(site.alarms.ours.keys());
            let all = bodies.chain(parts).chain(site.parameter_groups.ours.keys());
            entries.extend(all.map(|address| (place, address.entry())));
        }
        Self { entries: entries.len(), users: entries.iter().filter(|(_, entry)| is_user(entry)).count() }
    }
}

fn is_user(entry: &str) -> bool {
    entry.starts_with("user/")
}

/// What the fleet owns of the entries that are asked for.
fn owned_entries<'a>(draft: &Draft<'a>, asked: impl Fn(&Place, &str) -> bool) -> BTreeMap<Entry, Parts<'a>> {
    let mut entries: BTreeMap<Entry, Parts<'a>> = BTreeMap::new();
    for (place, site) in &draft.sites {
        let asked = |entry: &str| asked(place, entry);
        each(&site.instances, place, &mut entries, asked, |parts, _, owned| parts.instance = Some(owned));
        each(&site.databases, place, &mut entries, asked, |parts, _, owned| parts.database = Some(owned));
        each(&site.groups, place, &mut entries, asked, |parts, address, owned| parts.groups.push((address, owned)));
        each(&site.keys, place, &mut entries, asked, |parts, address, owned| parts.keys.push((address, owned)));
        each(&site.alarms, place, &mut entries, asked, |parts, address, owned| parts.alarms.push((address, owned)));
        each(&site.parameter_groups, place, &mut entries, asked, |parts, address, owned| parts.parameter_groups.push((address, owned)));
    }
    entries
}

/// Two with proof for one address are remembered as such: neither is touched, nor what hangs on them.
fn each<'a, T>(
    claims: &Claims<'a, T>,
    place: &Place,
    entries: &mut BTreeMap<Entry, Parts<'a>>,
    asked: impl Fn(&str) -> bool,
    put: impl Fn(&mut Parts<'a>, Address, Owned<'a, T>),
) where
    Owned<'a, T>: Clone,
{
    for (address, owned) in claims.ours.iter().filter(|(address, _)| asked(address.entry())) {
        let parts = entries.entry((place.clone(), address.entry().to_owned())).or_default();
        match owned.as_slice() {
            [one] => put(parts, address.clone(), one.clone()),
            _ => parts.doubled.push(address.clone()),
        }
    }
}

/// True when the file still lists the entry there, and its last day has not passed.
fn is_listed(draft: &Draft<'_>, place: &Place, entry: &str) -> bool {
    let fleet = draft.input.fleet;
    let (section, name) = entry.split_once('/').unwrap_or((entry, ""));
    match section {
        "user" => fleet.users.get(name).is_some_and(|user| user.place == *place && is_current(user.until_instant, draft.input.now)),
        "database" => fleet.databases.get(name).is_some_and(|database| database.place == *place),
        "parameter-group" => fleet.parameter_groups.get(name).is_some_and(|group| group.places.contains(place)),
        // A section this version does not know is not for it to remove.
        _ => true,
    }
}

/// True while an entry with this end still counts.
#[must_use]
pub fn is_current(until: Option<Timestamp>, now: Timestamp) -> bool {
    until.is_none_or(|until| now < until)
}

fn is_mass(fresh: usize, owned: &Counts, removed: &BTreeMap<Entry, Parts<'_>>) -> bool {
    let every_user = owned.users > 0 && fresh > 0 && removed.keys().filter(|(_, entry)| is_user(entry)).count() == owned.users;
    every_user || (fresh > MASS_AT_LEAST && fresh * MASS_ONE_IN > owned.entries)
}

fn reason(draft: &Draft<'_>, entry: &str) -> String {
    let address = Address::from_text(entry);
    let until =
        draft.input.fleet.users.get(address.entry_name()).filter(|_| address.section() == "user").and_then(|user| user.until.as_ref());
    until.map_or_else(|| "no longer in the file".to_owned(), |until| format!("its last day was {}", until.value))
}

/// A shared parameter group has no parts: the entry is the thing.
fn body_address(entry: &str) -> Address {
    let whole = Address::from_text(entry);
    if whole.section() == "parameter-group" {
        return whole;
    }
    Address::from_text(&format!("{entry}/{}", Part::Instance.as_str()))
}

fn hold(draft: &mut Draft<'_>, (place, entry): &Entry, why: String) {
    let place = place.clone();
    draft.hold(&place, &body_address(entry), why, None);
}

fn hold_protected(draft: &mut Draft<'_>, entry: &Entry) {
    hold(draft, entry, format!("protected by its tag {}; list it again with `protect: false`, apply, then remove it", tags::PROTECT));
}

fn first_phase(draft: &mut Draft<'_>, (place, entry): &Entry, parts: &Parts<'_>) {
    let retire = &draft.input.fleet.retire;
    let after = draft.input.now.checked_add(retire.after).unwrap_or(Timestamp::MAX);
    // Whole seconds: a tag is read by people.
    let after = Timestamp::from_second(after.as_second()).unwrap_or(after);
    let tag: Tags = [(tags::RETIRE_AFTER.to_owned(), RetireTag { after, snapshot: retire.snapshot }.text())].into();
    let grace = crate::plan::words::duration(retire.after);
    let mut step = Step::new(body_address(entry), place.clone(), Kind::Instance, Action::Retire, Cause::Removed);
    step.reason = format!("{}; stopped now, deleted {grace} later when `--allow-destroy` is given", reason(draft, entry));
    step.risk = Risk::Interrupts;
    step.precondition.insert("retire-after".to_owned(), String::new());
    if let Some(owned) = &parts.instance {
        step.id = Some(owned.item.id.clone());
        step.ops.push(set_tags(Kind::Instance, &owned.item.id, tag.clone()));
        step.ops.extend(stop_ops(owned.item));
    }
    if let Some(owned) = &parts.database {
        step.kind = Kind::Database;
        step.id = Some(owned.item.name.clone());
        step.ops.push(set_tags(Kind::Database, &owned.item.arn, tag));
        if owned.item.state.is_available() {
            step.ops.push(Op::Do(Change::StopDatabase { name: owned.item.name.clone() }));
            step.ops.push(Op::Await(Await::DbStopped(owned.item.name.clone())));
        }
    }
    draft.push(step);
}

/// Stops an instance that runs, and waits.
#[must_use]
pub fn stop_ops(instance: &Instance) -> Vec<Op> {
    if !instance.state.is_up() {
        return Vec::new();
    }
    let id = IdRef::Id(instance.id.clone());
    vec![Op::Do(Change::StopInstances { ids: vec![id.clone()], hibernate: false }), Op::Await(Await::Stopped(id))]
}

fn second_phase(draft: &mut Draft<'_>, entry: &Entry, parts: &Parts<'_>, tag: RetireTag) {
    let due = draft.input.now >= tag.after;
    if due && draft.input.options.allow_destroy {
        return delete(draft, entry, parts, tag.snapshot, &reason(draft, &entry.1));
    }
    let how = if tag.snapshot { "after a last snapshot" } else { "without a snapshot" };
    let after = crate::plan::words::instant(tag.after, draft.input.fleet.timezone.as_deref().unwrap_or("UTC"));
    let why = if due {
        format!("retired; due since {after} to be deleted {how}, which needs `--allow-destroy`")
    } else {
        format!("retired; deleted {how} from {after} on, with `--allow-destroy`")
    };
    hold(draft, entry, why);
    stop_again(draft, entry, parts);
}

/// A retired thing that was started, or that RDS woke after seven days, is stopped again.
fn stop_again(draft: &mut Draft<'_>, (place, entry): &Entry, parts: &Parts<'_>) {
    let mut step = Step::new(body_address(entry), place.clone(), Kind::Instance, Action::Stop, Cause::Removed);
    step.reason = "retired, and running again".to_owned();
    if let Some(owned) = parts.instance.as_ref().filter(|owned| owned.item.state == InstanceState::Running) {
        step.id = Some(owned.item.id.clone());
        step.ops = stop_ops(owned.item);
    } else if let Some(owned) = parts.database.as_ref().filter(|owned| owned.item.state.is_available()) {
        step.kind = Kind::Database;
        step.id = Some(owned.item.name.clone());
        step.ops =
            vec![Op::Do(Change::StopDatabase { name: owned.item.name.clone() }), Op::Await(Await::DbStopped(owned.item.name.clone()))];
    } else {
        return;
    }
    draft.push(step);
}

/// Parts whose instance or database is gone already: an interrupted phase two, or deleted by hand.
fn leftovers(draft: &mut Draft<'_>, entry: &Entry, parts: &Parts<'_>) {
    if draft.input.options.allow_destroy {
        let why = reason(draft, &entry.1);
        delete(draft, entry, parts, false, &why);
    } else {
        hold(draft, entry, format!("{}, but parts of it are left; `--allow-destroy` deletes them", reason(draft, &entry.1)));
    }
}

fn delete(draft: &mut Draft<'_>, (place, entry): &Entry, parts: &Parts<'_>, snapshot: bool, reason: &str) {
    let mut steps = Steps { place, reason, all: Vec::new() };
    for (address, owned) in &parts.alarms {
        steps.push(address, Kind::Alarm, &owned.item.name, Vec::new(), vec![Op::Do(Change::DeleteAlarm { name: owned.item.name.clone() })]);
    }
    let body = body_address(entry);
    let alarms: Vec<Address> = parts.alarms.iter().map(|(address, _)| address.clone()).collect();
    if let Some(owned) = &parts.instance {
        steps.push(&body, Kind::Instance, &owned.item.id, alarms, terminate_ops(&body, owned.item, snapshot));
        steps.snapshot(snapshot);
    }
    if let Some(owned) = &parts.database {
        let ops = delete_database_ops(draft.input.now, &body, owned.item, snapshot);
        steps.push(&body, Kind::Database, &owned.item.name, Vec::new(), ops);
        steps.snapshot(snapshot);
        steps.start(needs_start(owned.item, snapshot));
    }
    for (address, owned) in &parts.groups {
        // Rules of other groups may refer to this one: their owners go first.
        let after = [vec![body.clone()], referring(draft, place, &owned.item.id)].concat();
        steps.push(
            address,
            Kind::SecurityGroup,
            &owned.item.id,
            after,
            vec![Op::Do(Change::DeleteSecurityGroup { group: owned.item.id.clone() })],
        );
    }
    for (address, owned) in &parts.keys {
        let ops = delete_key_ops(draft.input.fleet, address, owned);
        steps.push(address, Kind::KeyPair, &owned.item.id, vec![body.clone()], ops);
    }
    for (address, owned) in &parts.parameter_groups {
        let after = using(draft, place, &owned.item.name);
        steps.push(
            address,
            Kind::ParameterGroup,
            &owned.item.name,
            after,
            vec![Op::Do(Change::DeleteParameterGroup { group: owned.item.name.clone() })],
        );
    }
    draft.steps.append(&mut steps.all);
}

/// Delete steps of one entry.
struct Steps<'r> {
    place: &'r Place,
    reason: &'r str,
    all: Vec<Step>,
}

impl Steps<'_> {
    fn push(&mut self, address: &Address, kind: Kind, id: &str, after: Vec<Address>, ops: Vec<Op>) {
        let mut step = Step::new(address.clone(), self.place.clone(), kind, Action::Delete, Cause::Removed);
        step.id = Some(id.to_owned());
        self.reason.clone_into(&mut step.reason);
        step.risk = Risk::Destroys;
        step.precondition.insert("id".to_owned(), id.to_owned());
        step.after = after;
        step.ops = ops;
        self.all.push(step);
    }

    /// Marks the last step as one that keeps a snapshot.
    fn snapshot(&mut self, keep: bool) {
        if let (true, Some(step)) = (keep, self.all.last_mut()) {
            step.needs.push(StepNeed::Snapshot);
        }
    }

    /// Marks the last step as one that needs its database up.
    fn start(&mut self, up: bool) {
        if let (true, Some(step)) = (up, self.all.last_mut()) {
            step.needs.push(StepNeed::Start);
        }
    }
}

/// A kept snapshot says what it was made from, and not that it is the fleet's.
fn snapshot_tags(address: &Address) -> Tags {
    [(tags::SNAPSHOT_OF.to_owned(), address.as_str().to_owned())].into()
}

/// A snapshot of the root volume.
#[must_use]
pub fn snapshot_ops(address: &Address, instance: &Instance) -> Vec<Op> {
    let of = |volume: &String| {
        let description = format!("muster: last of {}", instance.id);
        Op::Do(Change::CreateSnapshot { volume: volume.clone(), description, tags: snapshot_tags(address) })
    };
    instance.root_volume.iter().map(of).collect()
}

fn terminate_ops(address: &Address, instance: &Instance, snapshot: bool) -> Vec<Op> {
    let mut ops = if snapshot { snapshot_ops(address, instance) } else { Vec::new() };
    ops.push(Op::Do(Change::TerminateInstance { id: instance.id.clone() }));
    ops.push(Op::Await(Await::Terminated(instance.id.clone())));
    ops
}

/// RDS neither takes a snapshot of a stopped database nor changes its protection.
const fn needs_start(database: &Database, snapshot: bool) -> bool {
    snapshot || database.deletion_protection
}

/// The snapshot is complete before anything is deleted, and tagged by the call that makes it: DeleteDBInstance can take
/// one too, but tells it nothing, and a run that dies before it is tagged would leave one that nobody knows.
fn delete_database_ops(now: Timestamp, address: &Address, database: &Database, snapshot: bool) -> Vec<Op> {
    let name = database.name.clone();
    let mut ops = if needs_start(database, snapshot) { awake::wake(database) } else { awake::settle(database) };
    if database.deletion_protection {
        let patch = DbPatch { deletion_protection: Some(false), immediately: true, ..DbPatch::default() };
        ops.push(Op::Do(Change::ModifyDatabase { name: name.clone(), patch: Box::new(patch) }));
        ops.push(Op::Await(Await::DbAvailable(name.clone())));
    }
    if snapshot {
        let last = last_snapshot_name(database, now);
        ops.push(Op::Do(Change::CreateDbSnapshot { database: name.clone(), name: last.clone(), tags: snapshot_tags(address) }));
        ops.push(Op::Await(Await::DbSnapshotAvailable(last)));
    }
    ops.push(Op::Do(Change::DeleteDatabase { name: name.clone() }));
    ops.push(Op::Await(Await::DbGone(name)));
    ops
}

/// One per minute of planning and database: a run repeated within the minute finds its snapshot, a later one takes another, since what
/// was written meanwhile is in none before it. A database that was made anew under the same name has another.
fn last_snapshot_name(database: &Database, now: Timestamp) -> String {
    let life = sha256_hex(format!("{} {:?}", database.arn, database.created).as_bytes());
    format!("{}-{}-{}", database.name, now.strftime("%Y%m%d-%H%M"), &life[..LIFE_DIGITS])
}

fn delete_key_ops(fleet: &Fleet, address: &Address, owned: &Owned<'_, KeyPair>) -> Vec<Op> {
    let name = &owned.item.name;
    let mut ops = Vec::new();
    if users::is_generated(&owned.mark) {
        ops = users::delete_secrets(users::secrets_of_pair(fleet, address, name));
    }
    ops.push(Op::Do(Change::DeleteKeyPair { name: name.clone() }));
    ops
}

/// Addresses of owned groups whose rules refer to a group.
fn referring(draft: &Draft<'_>, place: &Place, group: &str) -> Vec<Address> {
    let Some(site) = draft.sites.get(place) else { return Vec::new() };
    let refers = |owned: &Owned<'_, SecurityGroup>| owned.item.ingress.iter().any(|rule| rule.source == group) && owned.item.id != group;
    site.groups.ours.iter().filter(|(_, all)| all.iter().any(refers)).map(|(address, _)| address.clone()).collect()
}

/// Addresses of owned databases that use a parameter group.
fn using(draft: &Draft<'_>, place: &Place, group: &str) -> Vec<Address> {
    let Some(site) = draft.sites.get(place) else { return Vec::new() };
    let uses = |owned: &Owned<'_, Database>| owned.item.parameter_group.as_ref().is_some_and(|(name, _)| name == group);
    site.databases.ours.iter().filter(|(_, all)| all.iter().any(uses)).map(|(address, _)| address.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_parameter_group_is_held_under_its_own_address() {
        let held = |entry| body_address(entry).as_str().to_owned();
        assert_eq!(held("parameter-group/tuned"), "parameter-group/tuned");
        assert_eq!((held("user/alice"), held("database/app")), ("user/alice/instance".into(), "database/app/instance".into()));
    }
}
