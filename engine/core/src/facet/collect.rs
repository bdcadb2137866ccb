//! Asking an account for facts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::attempt::Attempt;
use super::fact::{Fact, Gap};
use super::kinds::kind;
use super::table::{Call, Home, KindSpec};
use crate::cloud::{CloudError, Place};

/// What is asked for: kinds with their facets, everywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Accounts and regions.
    pub places: BTreeSet<Place>,
    /// Facets by kind. A kind of the fleet file asks nothing of an account.
    pub kinds: BTreeMap<&'static str, BTreeSet<&'static str>>,
}

impl Wanted {
    /// Asks for a kind and facets of it. Words that the table lacks are ignored: who names them checked them.
    pub fn add<'f>(&mut self, word: &str, facets: impl IntoIterator<Item = &'f str>) {
        let Some(kind) = kind(word) else { return };
        let wanted = self.kinds.entry(kind.word).or_default();
        wanted.extend(facets.into_iter().filter_map(|facet| kind.facet(facet)).map(|facet| facet.word));
    }

    /// True when the kind is asked for.
    #[must_use]
    pub fn has(&self, kind: &str) -> bool {
        self.kinds.contains_key(kind)
    }

    /// True when the facet is.
    #[must_use]
    pub fn has_facet(&self, kind: &str, facet: &str) -> bool {
        self.kinds.get(kind).is_some_and(|facets| facets.contains(facet))
    }

    /// The rows of the table that are asked for.
    pub fn rows(&self) -> impl Iterator<Item = (&'static KindSpec, &BTreeSet<&'static str>)> {
        self.kinds.iter().filter_map(|(word, facets)| Some((kind(word)?, facets)))
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

    /// True when something must be asked of an account.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.rows().any(|(kind, _)| kind.home != Home::File)
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

/// What was collected.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// When.
    pub at: Timestamp,
    /// By kind and key.
    pub facts: Vec<Fact>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// Account ids by the account's name in fleet.yaml.
    pub accounts: BTreeMap<String, String>,
    /// Calls by API operation.
    pub calls: BTreeMap<String, u64>,
}

impl Facts {
    /// Nothing yet.
    #[must_use]
    pub const fn empty(at: Timestamp) -> Self {
        Self { at, facts: Vec::new(), gaps: Vec::new(), accounts: BTreeMap::new(), calls: BTreeMap::new() }
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

    #[test]
    fn what_is_wanted_names_its_actions() {
        let mut wanted = Wanted::default();
        wanted.add("ec2.volume", ["tags", "no-such-facet"]);
        wanted.add("no.such-kind", []);
        assert_eq!(wanted.actions(), BTreeSet::from(["ec2:DescribeVolumes"]));
        assert!(wanted.has_facet("ec2.volume", "tags") && wanted.asks());
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
