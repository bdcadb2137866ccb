//! What the services share: what is wanted in a place, and where it is put.

use std::cell::RefCell;
use std::collections::BTreeSet;

use futures::stream::{self, StreamExt as _};
use jiff::Timestamp;
use muster_core::cloud::{CloudError, ErrorKind};
use muster_core::facet::s3::PublicAccessBlock;
use muster_core::facet::{Fact, Facts, Gap, Home, KindSpec, Kinds, Members, Progress, kind};
use tokio::sync::OnceCell;

use super::buckets::Buckets;
use crate::paging::Found;
use crate::region::Scope;

/// Calls for single things that are in flight at once in a region.
const AT_ONCE: usize = 16;

/// What one call answers for all places of an account: whichever place needs it first asks, the others wait for that answer.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Its buckets.
    pub(super) buckets: Buckets,
    /// What the account blocks of public access to buckets.
    pub(super) block: OnceCell<Result<Option<PublicAccessBlock>, CloudError>>,
}

/// One place that is being read.
pub(super) struct Gather<'a> {
    /// Where calls go.
    pub(super) scope: Scope<'a>,
    /// Account id.
    pub(super) account: &'a str,
    /// What all places of the account have in common.
    pub(super) shared: &'a Shared,
    wanted: &'a Kinds,
    /// The present instant: ends of metrics.
    pub(super) now: Timestamp,
    progress: &'a dyn Fn(Progress<'_>),
    found: RefCell<Facts>,
}

impl<'a> Gather<'a> {
    pub(super) fn new(
        scope: Scope<'a>,
        account: &'a str,
        shared: &'a Shared,
        wanted: &'a Kinds,
        now: Timestamp,
        progress: &'a dyn Fn(Progress<'_>),
    ) -> Self {
        Self { scope, account, shared, wanted, now, progress, found: RefCell::new(Facts::empty(now)) }
    }

    pub(super) fn into_facts(self) -> Facts {
        self.found.into_inner()
    }

    /// The row of a kind, when it is wanted here.
    pub(super) fn wants(&self, word: &str) -> Option<&'static KindSpec> {
        kind(word).filter(|row| self.wanted.has(row.word))
    }

    /// True when a facet of it is.
    pub(super) fn wants_facet(&self, kind: &KindSpec, facet: &str) -> bool {
        self.wanted.has_facet(kind.word, facet)
    }

    /// Account id and region of a kind: no region for what belongs to the account as a whole.
    pub(super) fn home(&self, kind: &KindSpec) -> (&'a str, &'a str) {
        (self.account, if kind.home == Home::Region { self.scope.place().region.as_str() } else { "" })
    }

    /// What a list gave, as facts; what it did not give is a gap.
    pub(super) fn listed(&self, kind: &'static KindSpec, found: Found<Members>) -> Vec<Fact> {
        found.failures.iter().for_each(|error| self.gap(kind, None, error, BTreeSet::new()));
        found.items.into_iter().map(|body| Fact::new(kind, self.home(kind), body)).collect()
    }

    /// Notes what a failed call leaves unknown.
    pub(super) fn gap(&self, kind: &'static KindSpec, facet: Option<&'static str>, error: &CloudError, resources: BTreeSet<String>) {
        let gap = Gap { resources, ..Gap::new(error, self.home(kind), kind.word, facet) };
        self.found.borrow_mut().gaps.push(gap);
    }

    /// Asks for a facet of each fact, so many at once, when it is wanted. What is gone by now ([`ErrorKind::NotFound`]) is no fact
    /// any more; a setting that a thing lacks is for `ask` to answer as null.
    pub(super) async fn each(
        &self,
        kind: &'static KindSpec,
        facet: &str,
        facts: Vec<Fact>,
        ask: impl AsyncFn(&Fact) -> Result<Members, CloudError>,
    ) -> Vec<Fact> {
        let Some(facet) = kind.facet(facet).filter(|facet| self.wants_facet(kind, facet.word)) else { return facts };
        let (of, place) = (facts.len(), self.scope.place());
        let asked = stream::iter(facts).map(async |fact| {
            let answer = ask(&fact).await;
            (fact, answer)
        });
        let mut asked = std::pin::pin!(asked.buffered(AT_ONCE));
        let (mut kept, mut done) = (Vec::with_capacity(of), 0);
        while let Some((mut fact, answer)) = asked.next().await {
            done += 1;
            (self.progress)(Progress { place, kind: kind.word, facet: Some(facet.word), done, of });
            match answer {
                Ok(members) => fact.body.extend(members),
                Err(error) if error.kind == ErrorKind::NotFound => continue,
                Err(error) => self.unread(kind, facet.word, &error, &mut fact),
            }
            kept.push(fact);
        }
        kept
    }

    /// Gives every fact its part of a facet that one call answers for all, when it is wanted.
    pub(super) async fn bulk<T>(
        &self,
        kind: &'static KindSpec,
        facet: &str,
        facts: &mut [Fact],
        ask: impl Future<Output = Result<T, CloudError>>,
        put: impl Fn(&T, &mut Fact),
    ) {
        let Some(facet) = kind.facet(facet).filter(|facet| self.wants_facet(kind, facet.word)) else { return };
        match ask.await {
            Ok(answer) => facts.iter_mut().for_each(|fact| put(&answer, fact)),
            Err(error) => facts.iter_mut().for_each(|fact| self.unread(kind, facet.word, &error, fact)),
        }
    }

    /// Notes that a facet of one thing is unknown.
    fn unread(&self, kind: &'static KindSpec, facet: &'static str, error: &CloudError, fact: &mut Fact) {
        fact.unread.insert(facet);
        self.gap(kind, Some(facet), error, BTreeSet::from([fact.key.clone()]));
    }

    /// Facts that are as complete as they get.
    pub(super) fn keep(&self, facts: Vec<Fact>) {
        self.found.borrow_mut().facts.extend(facts);
    }
}

/// All pages or the first failure.
pub(super) fn whole<T>(found: Found<T>) -> Result<Vec<T>, CloudError> {
    match found.failures.into_iter().next() {
        Some(error) => Err(error),
        None => Ok(found.items),
    }
}

/// A body as members.
pub(super) fn members(body: &impl serde::Serialize) -> Members {
    match serde_json::to_value(body) {
        Ok(serde_json::Value::Object(members)) => members,
        _ => Members::new(),
    }
}
