//! What rules may read of the embedded account.
//!
//! Machines, disks, databases and whatever else the world holds are shown as they are, so that a rule sees what plan and apply did.
//! Kinds that the world does not have (buckets, functions, users) stand in the estate under `facts`. An entry there that bears the id
//! of something in the world is laid over it: that is how an instance gets user data, or a volume its age.

mod cloudwatch;
mod ec2;
mod iam;
mod lambda;
mod rds;
mod s3;

use std::collections::{BTreeMap, BTreeSet};

use muster_core::cloud::{CloudError, ErrorKind, Place};
use muster_core::facet::{
    Attempt, Call, Collector, FacetSpec, Fact, Facts, Gap, Home, KindSpec, Members, NOT_ATTEMPTED, Per, Progress, Spread, Wanted,
};
use serde_json::Value;

use crate::sandbox::{Sandbox, file_error};
use crate::service;
use crate::world::{Region, World};

/// Who is asked first: without an answer nothing can be trusted.
const WHO: &str = "sts:GetCallerIdentity";
/// Things that a page of any list holds.
const PAGE: usize = 100;

impl Collector for Sandbox {
    async fn collect(&self, wanted: &Wanted, progress: &dyn Fn(Progress<'_>)) -> Result<Facts, CloudError> {
        let collected = self.transact(|inner| {
            let world = &mut inner.world;
            for (place, _) in wanted.places() {
                world.ensure(place);
            }
            let before = world.throttle;
            let (listed, asked) = (BTreeMap::new(), BTreeSet::new());
            let collecting = Collecting { world, facts: Facts::empty(world.now), listed, throttle: before, asked, progress };
            let (facts, throttle) = collecting.all(wanted);
            world.throttle = throttle;
            (facts, throttle != before)
        });
        collected.map_err(|why| file_error(WHO, &why))
    }

    async fn attempt(&self, place: &Place, actions: &BTreeSet<&'static str>) -> Result<Attempt, CloudError> {
        let attempted = self.transact(|inner| {
            let world = &mut inner.world;
            let (before, mut attempt) = (world.throttle, Attempt::default());
            for action in actions.iter().filter(|action| !NOT_ATTEMPTED.contains(*action)) {
                let ended = match refusal(world, place, world.throttle, &[Call::once(action)]) {
                    Some(error) => Err(error),
                    None => Ok(()),
                };
                world.throttle = world.throttle.saturating_sub(1);
                attempt.add(action, ended);
            }
            (attempt, world.throttle != before)
        });
        attempted.map_err(|why| file_error(WHO, &why))
    }
}

/// Why one of the calls fails, when so many of those to come are throttled.
fn refusal(world: &World, place: &Place, throttle: u64, calls: &[Call]) -> Option<CloudError> {
    let first = calls.first()?;
    if throttle > 0 {
        return Some(service::throttled(first.action));
    }
    let denied = calls.iter().find(|call| world.is_denied(call.action))?;
    Some(service::denied(denied.action, denied.action, &world.caller(&place.account)))
}

struct Collecting<'w> {
    world: &'w World,
    facts: Facts,
    /// What lists of whole accounts named, by account and kind.
    listed: BTreeMap<(String, &'static str), Spread>,
    /// So many coming calls are throttled.
    throttle: u64,
    /// Accounts and what was asked of them once for all.
    asked: BTreeSet<(String, &'static str)>,
    progress: &'w dyn Fn(Progress<'_>),
}

impl Collecting<'_> {
    fn all(mut self, wanted: &Wanted) -> (Facts, u64) {
        for (place, kinds) in wanted.places() {
            if !self.facts.accounts.contains_key(&place.account) {
                self.count(WHO, 1);
                self.facts.accounts.insert(place.account.clone(), self.world.account_id(&place.account));
            }
            kinds.rows().for_each(|(kind, facets)| self.kind(place, kind, facets));
        }
        self.facts.spread = self.listed.values().cloned().collect();
        (self.facts.settled(), self.throttle)
    }

    fn kind(&mut self, place: &Place, kind: &'static KindSpec, facets: &BTreeSet<&'static str>) {
        let account = self.world.account_id(&place.account);
        let region = if kind.home == Home::Region { place.region.as_str() } else { "" };
        let home = (account.as_str(), region);
        if let Some(error) = self.refused(place, kind.calls) {
            self.count(&error.action, 1);
            self.facts.gaps.push(Gap::new(&error, home, kind.word, None));
            return;
        }
        let mut found: Vec<Fact> = self.bodies(place, kind).into_iter().map(|body| Fact::new(kind, home, body)).collect();
        kind.calls.iter().for_each(|call| self.count_list((place, home.0), kind, call, found.len()));
        for facet in kind.facets.iter().filter(|facet| facets.contains(facet.word)) {
            (self.progress)(Progress { place, kind: kind.word, facet: Some(facet.word), done: found.len(), of: found.len() });
            self.facet(place, home, (kind, facet), &mut found);
        }
        let all: BTreeSet<&str> = facets.iter().copied().collect();
        for fact in &mut found {
            fact.body = fact.projected(kind, &all);
        }
        self.facts.facts.extend(found);
    }

    /// Reads a facet of what was listed: refused, or not said by the estate, it is unread.
    fn facet(&mut self, place: &Place, home: (&str, &str), (kind, facet): (&'static KindSpec, &'static FacetSpec), found: &mut [Fact]) {
        let refused = self.refused(place, facet.calls);
        facet.calls.iter().for_each(|call| self.count_call(home.0, call, found.len()));
        if (kind.word, facet.word) == ("lambda.function", "environment") {
            self.facts.gaps.extend(lambda::undecrypted(home, (kind, facet), found));
        }
        let unsaid = |fact: &Fact| facet.members.iter().any(|member| !fact.body.contains_key(*member));
        let mut lacking = BTreeSet::new();
        let unknown = |fact: &Fact| !fact.unread.contains(facet.word) && (refused.is_some() || unsaid(fact));
        for fact in found.iter_mut().filter(|fact| unknown(fact)) {
            fact.unread.insert(facet.word);
            facet.members.iter().for_each(|member| drop(fact.body.remove(*member)));
            lacking.insert(fact.key.clone());
        }
        if let Some(error) = refused.or_else(|| (!lacking.is_empty()).then(|| unsaid_by_estate(kind, facet))) {
            self.facts.gaps.push(Gap { resources: lacking, ..Gap::new(&error, home, kind.word, Some(facet.word)) });
        }
    }

    /// Why one of the calls fails.
    fn refused(&mut self, place: &Place, calls: &[Call]) -> Option<CloudError> {
        let refused = refusal(self.world, place, self.throttle, calls);
        if !calls.is_empty() {
            self.throttle = self.throttle.saturating_sub(1);
        }
        refused
    }

    fn count_call(&mut self, account: &str, call: &Call, things: usize) {
        let calls = match call.per {
            Per::Thing => things,
            Per::Once => pages(things),
            Per::Account if self.asked.insert((account.to_owned(), call.action)) => pages(things),
            Per::Account => 0,
        };
        self.count(call.action, calls);
    }

    /// One list of a whole account names what is in all its regions.
    fn count_list(&mut self, (place, account): (&Place, &str), kind: &'static KindSpec, call: &Call, things: usize) {
        if call.per != Per::Account || kind.home != Home::Region {
            return self.count_call(account, call, things);
        }
        let regions = self.regions(&place.account, kind);
        self.count_call(account, call, regions.values().sum());
        let key = (place.account.clone(), kind.word);
        self.listed.entry(key).or_insert_with(|| Spread { account: place.account.clone(), kind: kind.word, regions });
    }

    /// How many of a kind each region of an account holds.
    fn regions(&self, account: &str, kind: &KindSpec) -> BTreeMap<String, usize> {
        let known = self.world.accounts.get(account).into_iter().flat_map(|account| account.regions.keys());
        let said = self.world.estate.places.iter().filter(|home| home.account.as_deref().unwrap_or(&self.world.primary) == account);
        let regions: BTreeSet<&String> = known.chain(said.map(|home| &home.region)).collect();
        let place = |region: &String| Place { account: account.to_owned(), region: region.clone() };
        regions.into_iter().map(|region| (region.clone(), self.bodies(&place(region), kind).len())).collect()
    }

    fn count(&mut self, action: &str, calls: usize) {
        let operation = action.split_once(':').map_or(action, |(_, operation)| operation);
        *self.facts.calls.entry(operation.to_owned()).or_default() += u64::try_from(calls).unwrap_or(u64::MAX);
    }

    /// What the world holds of a kind in a place, with what the estate says of it, and what only the estate holds.
    fn bodies(&self, place: &Place, kind: &KindSpec) -> Vec<Members> {
        let account = self.world.account_id(&place.account);
        let region = self.world.accounts.get(&place.account).and_then(|account| account.regions.get(&place.region));
        let mut bodies = region.map(|region| derived(kind.word, region, self.world)).unwrap_or_default();
        for said in self.said(place, kind) {
            let id = kind.id_of(said, &account);
            match bodies.iter_mut().find(|body| kind.id_of(body, &account) == id) {
                Some(body) => body.extend(said.clone()),
                None => bodies.push(said.clone()),
            }
        }
        self.complete(place, kind, &mut bodies);
        bodies
    }

    /// Adds what follows from where a thing is, so that an estate need not repeat it.
    fn complete(&self, place: &Place, kind: &KindSpec, bodies: &mut [Members]) {
        match kind.word {
            "s3.bucket" => s3::under(muster_core::facet::kind("s3.account").and_then(|account| self.said(place, account).last()), bodies),
            "ec2.instance" => bodies.iter_mut().for_each(|body| {
                body.entry("ClientToken").or_insert(Value::Null);
            }),
            "lambda.function" => lambda::named(&self.world.account_id(&place.account), &place.region, bodies),
            word if ["rds.", "iam.", "cloudwatch."].iter().any(|service| word.starts_with(service)) => {
                let account = self.world.account_id(&place.account);
                bodies.iter_mut().for_each(|body| place_in(body, &account, &place.region));
                iam::reported(self.world.now, bodies);
            }
            _ => {}
        }
    }

    /// What the estate says of a kind: in the place, or anywhere in the account for what belongs to one as a whole.
    fn said<'a>(&'a self, place: &'a Place, kind: &'a KindSpec) -> impl Iterator<Item = &'a Members> {
        let homes = self.world.estate.places.iter().filter(move |home| {
            let account = home.account.as_deref().unwrap_or(&self.world.primary);
            account == place.account && (kind.home == Home::Account || home.region == place.region)
        });
        homes.filter_map(|home| home.facts.get(kind.word)).flatten()
    }
}

/// Pages of a list; an empty one has one too.
fn pages(things: usize) -> usize {
    things.div_ceil(PAGE).max(1)
}

/// What the world holds of a kind, every facet included.
fn derived(kind: &str, region: &Region, world: &World) -> Vec<Members> {
    match kind {
        word if word.starts_with("ec2.") => ec2::derived(word, region, world),
        "s3.account" => vec![Members::new()],
        "rds.instance" => rds::instances(region, world.now),
        "rds.cluster" => rds::clusters(region, world.now),
        "rds.snapshot" => rds::snapshots(region, world.now),
        "rds.cluster-snapshot" => rds::cluster_snapshots(region, world.now),
        "rds.parameter-group" => rds::parameter_groups(region, world.now),
        "rds.cluster-parameter-group" => rds::cluster_parameter_groups(region, world.now),
        "cloudwatch.alarm" => cloudwatch::alarms(region, world.now),
        _ => Vec::new(),
    }
}

/// Fills `{account}` and `{region}` of the texts of a body, so that an estate can name ARNs of whatever account it stands for.
fn place_in(body: &mut Members, account: &str, region: &str) {
    body.iter_mut().for_each(|(_, value)| place_value(value, account, region));
}

fn place_value(value: &mut Value, account: &str, region: &str) {
    match value {
        Value::String(text) if text.contains('{') => *text = text.replace("{account}", account).replace("{region}", region),
        Value::Array(items) => items.iter_mut().for_each(|item| place_value(item, account, region)),
        Value::Object(members) => place_in(members, account, region),
        _ => {}
    }
}

/// A body as members.
pub(crate) fn members(body: &impl serde::Serialize) -> Members {
    match serde_json::to_value(body) {
        Ok(Value::Object(members)) => members,
        _ => Members::new(),
    }
}

fn unsaid_by_estate(kind: &KindSpec, facet: &FacetSpec) -> CloudError {
    let action = facet.calls.first().or(kind.calls.first()).map_or("", |call| call.action);
    let message = format!("the estate does not say {} of every {}", facet.members.join(", "), kind.word);
    CloudError::new(ErrorKind::NotFound, action, "", message)
}
