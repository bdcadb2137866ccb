//! What rules may read of a live account: one file per service, each turning AWS's answers into the bodies of `muster_core::facet`.

mod attempt;
mod buckets;
mod cloudwatch;
mod ec2;
mod gather;
mod iam;
mod iam_bodies;
mod iam_report;
mod lambda;
mod metrics;
mod rds;
mod rds_bodies;
mod s3;
mod s3_bodies;

use std::collections::{BTreeMap, BTreeSet};

use futures::future::{FutureExt as _, LocalBoxFuture, join_all};
use jiff::Timestamp;
use muster_core::cloud::{CloudError, ErrorKind, Place};
use muster_core::facet::{Attempt, Collector, Fact, Facts, Gap, Home, Kinds, Progress, Wanted};

use crate::count::Counts;
use crate::live::Live;
use crate::region::Scope;
use gather::{Gather, Shared};

impl Collector for Live {
    async fn collect(&self, wanted: &Wanted, progress: &dyn Fn(Progress<'_>)) -> Result<Facts, CloudError> {
        let counts = Counts::default();
        let mut facts = Facts::empty(Timestamp::now());
        let refused = self.known(wanted, &counts, &mut facts).await?;
        let shared: BTreeMap<String, Shared> = facts.accounts.keys().map(|account| (account.clone(), Shared::default())).collect();
        let known = wanted.places().filter_map(|(place, kinds)| Some((place, kinds, shared.get(&place.account)?)));
        let parts = join_all(known.map(|(place, kinds, shared)| self.gathered(place, kinds, shared, &facts, &counts, progress)));
        for part in parts.await {
            let part = part?;
            facts.facts.extend(part.facts);
            facts.gaps.extend(part.gaps);
        }
        facts.gaps.extend(refused.iter().flat_map(|(account, error)| unread(wanted, account, error)));
        facts.spread = shared.iter().filter_map(|(account, shared)| shared.buckets.spread(account)).collect();
        facts.calls = counts.into_map();
        Ok(facts.settled())
    }

    async fn attempt(&self, place: &Place, actions: &BTreeSet<&'static str>) -> Result<Attempt, CloudError> {
        let counts = Counts::default();
        let account = self.verified(&place.account, &counts).await?.identity.account_id;
        let region = self.region(place)?;
        Ok(attempt::all(Scope::new(&region, &counts), &account, actions).await)
    }
}

/// Everything that was wanted of an account that would not say who we are there.
fn unread(wanted: &Wanted, account: &str, error: &CloudError) -> Vec<Gap> {
    let places = wanted.places().filter(|(place, _)| place.account == account);
    let gaps = places.flat_map(|(place, kinds)| {
        kinds.rows().map(|(kind, _)| {
            let region = if kind.home == Home::Region { place.region.as_str() } else { "" };
            Gap::new(error, (account, region), kind.word, None)
        })
    });
    gaps.collect()
}

impl Live {
    /// Asks every account who we are there. Answers those that said no; an error when all did, or when one turned out to be another
    /// account than the declared one.
    async fn known(&self, wanted: &Wanted, counts: &Counts, facts: &mut Facts) -> Result<Vec<(String, CloudError)>, CloudError> {
        let names: BTreeSet<&str> = wanted.places().map(|(place, _)| place.account.as_str()).collect();
        let answers = join_all(names.iter().map(|name| self.verified(name, counts))).await;
        let mut refused = Vec::new();
        for (name, answer) in names.into_iter().zip(answers) {
            match answer {
                Ok(verified) => drop(facts.accounts.insert(name.to_owned(), verified.identity.account_id)),
                Err(error) if error.kind == ErrorKind::WrongAccount => return Err(error),
                Err(error) => refused.push((name.to_owned(), error)),
            }
        }
        match refused.first() {
            Some((_, error)) if facts.accounts.is_empty() => Err(error.clone()),
            _ => Ok(refused),
        }
    }

    async fn gathered(
        &self,
        place: &Place,
        kinds: &Kinds,
        shared: &Shared,
        facts: &Facts,
        counts: &Counts,
        progress: &dyn Fn(Progress<'_>),
    ) -> Result<Facts, CloudError> {
        let region = self.region(place)?;
        let account = facts.accounts.get(&place.account).map_or(place.account.as_str(), String::as_str);
        let gather = Gather::new(Scope::new(&region, counts), account, shared, kinds, facts.at, progress);
        join_all(services(&gather)).await;
        Ok(gather.into_facts())
    }
}

/// Every service, each a task of its own.
fn services<'a>(gather: &'a Gather<'a>) -> Vec<LocalBoxFuture<'a, ()>> {
    vec![
        ec2::gather(gather).boxed_local(),
        s3::gather(gather).boxed_local(),
        lambda::gather(gather).boxed_local(),
        rds::gather(gather).boxed_local(),
        iam::gather(gather).boxed_local(),
        cloudwatch::gather(gather).boxed_local(),
    ]
}

/// What two rounds that ran at once know of the same things. What was gone in one of them is no fact.
fn joined(all: Vec<Fact>, round: Vec<Fact>) -> Vec<Fact> {
    let mut round: BTreeMap<String, Fact> = round.into_iter().map(|fact| (fact.key.clone(), fact)).collect();
    let both = all.into_iter().filter_map(|mut fact| {
        let other = round.remove(&fact.key)?;
        fact.body.extend(other.body);
        fact.unread.extend(other.unread);
        Some(fact)
    });
    both.collect()
}

/// A policy document, which AWS gives as text.
fn document(action: &str, text: &str) -> Result<serde_json::Value, CloudError> {
    let unread = |error| CloudError::new(ErrorKind::Service, action, "", format!("the policy in the answer is no JSON: {error}"));
    serde_json::from_str(text).map_err(unread)
}
