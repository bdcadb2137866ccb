//! Asking an account for facts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::attempt::Attempt;
use super::fact::{Fact, Gap};
use super::kinds::kind;
use super::table::{Call, Home, KindSpec};
use crate::cloud::{CloudError, Place};

/// Kinds with the facets that are asked for of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kinds(BTreeMap<&'static str, BTreeSet<&'static str>>);

impl Kinds {
    /// Asks for a kind and facets of it. Words that the table lacks are ignored: who names them checked them.
    pub fn add<'f>(&mut self, word: &str, facets: impl IntoIterator<Item = &'f str>) {
        let Some(kind) = kind(word) else { return };
        let wanted = self.0.entry(kind.word).or_default();
        wanted.extend(facets.into_iter().filter_map(|facet| kind.facet(facet)).map(|facet| facet.word));
    }

    /// True when the kind is asked for.
    #[must_use]
    pub fn has(&self, kind: &str) -> bool {
        self.0.contains_key(kind)
    }

    /// True when the facet is.
    #[must_use]
    pub fn has_facet(&self, kind: &str, facet: &str) -> bool {
        self.0.get(kind).is_some_and(|facets| facets.contains(facet))
    }

    /// The rows of the table that are asked for.
    pub fn rows(&self) -> impl Iterator<Item = (&'static KindSpec, &BTreeSet<&'static str>)> {
        self.0.iter().filter_map(|(word, facets)| Some((kind(word)?, facets)))
    }

    /// Every IAM action that reading it takes.
    #[must_use]
    pub fn actions(&self) -> BTreeSet<&'static str> {
        self.calls().map(|call| call.action).collect()
    }

    /// Every call that reading it makes, as often as the table names it.
    pub(super) fn calls(&self) -> impl Iterator<Item = &'static Call> {
        self.rows().flat_map(|(kind, facets)| {
            let chosen = kind.facets.iter().filter(|facet| facets.contains(facet.word)).flat_map(|facet| facet.calls);
            kind.calls.iter().chain(chosen)
        })
    }
}

/// What is asked for, place by place: a rule that is bounded to one region has nothing read in another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// By account and region. What belongs to an account as a whole is asked for in one place of it; a place in which nothing is
    /// asked for does not stand here.
    places: BTreeMap<Place, Kinds>,
    /// Of the fleet file, which asks nothing of an account.
    file: Kinds,
}

impl Wanted {
    /// Asks for a kind and facets of it in `places`: of a whole account in the first of each account, or in the one in which it is
    /// asked for already.
    pub fn add<'p, 'f>(&mut self, places: impl IntoIterator<Item = &'p Place>, word: &str, facets: impl IntoIterator<Item = &'f str>) {
        let Some(kind) = kind(word) else { return };
        let facets: Vec<&str> = facets.into_iter().collect();
        if kind.home == Home::File {
            return self.file.add(word, facets);
        }
        for place in places {
            let there = |(other, kinds): (&Place, &Kinds)| (other.account == place.account && kinds.has(word)).then(|| other.clone());
            let asked = if kind.home == Home::Account { self.places.iter().find_map(there) } else { None };
            self.places.entry(asked.unwrap_or_else(|| place.clone())).or_default().add(word, facets.iter().copied());
        }
    }

    /// Places in which something is asked for, with what that is.
    pub fn places(&self) -> impl Iterator<Item = (&Place, &Kinds)> {
        self.places.iter()
    }

    /// Places in which a kind is asked for.
    pub fn places_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Place> {
        self.places.iter().filter(move |(_, kinds)| kinds.has(kind)).map(|(place, _)| place)
    }

    /// True when the kind is asked for anywhere.
    #[must_use]
    pub fn has(&self, kind: &str) -> bool {
        self.all().any(|kinds| kinds.has(kind))
    }

    /// Every IAM action that reading it takes.
    #[must_use]
    pub fn actions(&self) -> BTreeSet<&'static str> {
        self.all().flat_map(Kinds::actions).collect()
    }

    /// True when something must be asked of an account.
    #[must_use]
    pub fn asks(&self) -> bool {
        !self.places.is_empty()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Kinds> {
        self.places.values().chain([&self.file])
    }
}

/// How far a collection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The place.
    pub place: &'a Place,
    /// Kind that is being read.
    pub kind: &'static str,
    /// Facet that is, thing by thing; nothing for the list.
    pub facet: Option<&'static str>,
    /// Things done.
    pub done: usize,
    /// Things there are.
    pub of: usize,
}

/// Where a list that names things of all regions found those of a kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spread {
    /// The account's name in fleet.yaml.
    pub account: String,
    /// The kind.
    pub kind: &'static str,
    /// How many in each region.
    pub regions: BTreeMap<String, usize>,
}

/// What was collected.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// When.
    pub at: Timestamp,
    /// By kind and key.
    pub facts: Vec<Fact>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// In which regions lists of a whole account named things, asked for or not.
    pub spread: Vec<Spread>,
    /// Account ids by the account's name in fleet.yaml.
    pub accounts: BTreeMap<String, String>,
    /// Calls by API operation.
    pub calls: BTreeMap<String, u64>,
}

impl Facts {
    /// Nothing yet.
    #[must_use]
    pub const fn empty(at: Timestamp) -> Self {
        Self { at, facts: Vec::new(), gaps: Vec::new(), spread: Vec::new(), accounts: BTreeMap::new(), calls: BTreeMap::new() }
    }

    /// Sorts what was gathered in whatever order answers came, joins gaps of one cause, and drops a thing
    /// that two lists named.
    #[must_use]
    pub fn settled(mut self) -> Self {
        self.facts.sort_by(|a, b| (a.kind, &a.key).cmp(&(b.kind, &b.key)));
        self.facts.dedup_by(|later, first| (later.kind, &later.key) == (first.kind, &first.key));
        // AWS's words name the thing, so they differ where the cause does not; the first stand for all.
        let mut joined: BTreeMap<_, Gap> = BTreeMap::new();
        self.gaps.sort();
        for mut gap in std::mem::take(&mut self.gaps) {
            let whole = gap.resources.is_empty();
            let cause = (gap.action.clone(), gap.account.clone(), gap.region.clone(), gap.kind, gap.facet, gap.unreachable, whole);
            match joined.get_mut(&cause) {
                Some(first) => first.resources.append(&mut gap.resources),
                None => drop(joined.insert(cause, gap)),
            }
        }
        self.gaps = joined.into_values().collect();
        self
    }
}

/// An account that can be asked for facts. It reads and changes nothing.
#[expect(async_fn_in_trait, reason = "muster runs it on one thread; no caller needs the future to be Send")]
pub trait Collector {
    /// Reads what is wanted, and records a [`Gap`] for each call that was refused or did not arrive; no page is left out silently.
    ///
    /// # Errors
    /// Only when nothing can be trusted: no credentials, credentials of another account than fleet.yaml declares, or no answer at
    /// all.
    async fn collect(&self, wanted: &Wanted, progress: &dyn Fn(Progress<'_>)) -> Result<Facts, CloudError>;

    /// Makes one call of each action in a place, for as few things as AWS lets it ask, and keeps nothing of the answers: it tells what
    /// may be read. Actions that are not among [`Wanted::attempts`] of anything are left out.
    ///
    /// # Errors
    /// When the account cannot be asked at all, or is another than fleet.yaml declares.
    async fn attempt(&self, place: &Place, actions: &BTreeSet<&'static str>) -> Result<Attempt, CloudError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(account: &str, region: &str) -> Place {
        Place { account: account.to_owned(), region: region.to_owned() }
    }

    #[test]
    fn what_is_wanted_names_its_actions() {
        let (mut wanted, here) = (Wanted::default(), place("main", "r"));
        wanted.add([&here], "ec2.volume", ["tags", "no-such-facet"]);
        wanted.add([&here], "no.such-kind", []);
        assert_eq!(wanted.actions(), BTreeSet::from(["ec2:DescribeVolumes"]));
        let (_, kinds) = wanted.places().next().expect("a place");
        assert!(kinds.has_facet("ec2.volume", "tags") && wanted.asks());
    }

    #[test]
    fn each_place_is_asked_for_its_own_kinds() {
        let mut wanted = Wanted::default();
        let (all, last) = ([place("data", "a"), place("main", "a"), place("main", "b")], place("main", "b"));
        wanted.add([&last], "ec2.volume", []);
        wanted.add(&all, "iam.root", []);
        wanted.add(&all, "fleet.user", []);
        wanted.add([&last], "iam.root", []);
        let said: Vec<_> =
            wanted.places().map(|(place, kinds)| (place.to_string(), kinds.rows().map(|(kind, _)| kind.word).collect())).collect();
        let expected: [(&str, Vec<&str>); 3] = [("data/a", vec!["iam.root"]), ("main/a", vec!["iam.root"]), ("main/b", vec!["ec2.volume"])];
        assert_eq!(said, expected.map(|(place, kinds)| (place.to_owned(), kinds)));
        assert!(wanted.has("fleet.user") && wanted.has("iam.root") && !wanted.has("iam.user"));
    }

    #[test]
    fn the_fleet_file_is_no_place() {
        let mut wanted = Wanted::default();
        wanted.add([], "fleet.user", []);
        assert!(wanted.has("fleet.user") && !wanted.asks() && wanted.actions().is_empty());
    }

    #[test]
    fn gaps_of_one_cause_are_one() {
        let gap = |resource: &str| Gap {
            action: "s3:GetBucketPolicy".to_owned(),
            account: "1".to_owned(),
            region: "r".to_owned(),
            kind: "s3.bucket",
            facet: Some("policy"),
            resources: BTreeSet::from([resource.to_owned()]),
            error: format!("AccessDenied: not authorized on {resource}"),
            unreachable: false,
        };
        let facts = Facts { gaps: vec![gap("b"), gap("a")], ..Facts::empty(Timestamp::UNIX_EPOCH) };
        assert_eq!(facts.settled().gaps, [Gap { resources: BTreeSet::from(["a".to_owned(), "b".to_owned()]), ..gap("a") }]);
    }
}
