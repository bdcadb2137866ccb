//! What a rule is given to judge, and what it cannot judge because something could not be read.

use std::collections::{BTreeMap, BTreeSet};

use crate::facet::{Fact, Facts, Gap};
use crate::finding::{Grouping, Rule};

/// A resource without a verdict: nobody asked the rule, since what it needs could not be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Unjudged<'f> {
    /// The resource.
    pub fact: &'f Fact,
    /// The IAM actions that were refused or did not answer.
    pub actions: BTreeSet<String>,
}

/// What one rule is given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given<'f> {
    /// Facts of every kind it needs, each with every facet it needs.
    pub facts: Vec<&'f Fact>,
    /// Resources that it should judge and cannot.
    pub unjudged: Vec<Unjudged<'f>>,
}

/// Facets a rule reads, by kind.
#[must_use]
pub fn facets(rule: &Rule) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut kinds: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for need in &rule.needs {
        kinds.entry(&need.kind).or_default().extend(need.facets.iter().map(String::as_str));
    }
    kinds
}

/// True when what is missing is something the rule reads.
#[must_use]
pub fn concerns(rule: &Rule, gap: &Gap) -> bool {
    let needs = rule.needs.iter().filter(|need| need.kind == gap.kind);
    needs.into_iter().any(|need| gap.facet.is_none_or(|facet| need.facets.iter().any(|needed| needed == facet)))
}

/// Shares out `facts`: what `rule` is given, judging only resources that `applies` accepts.
///
/// A rule that looks at each resource alone misses the resources of which something is unread, and no other. One that joins
/// resources would draw conclusions from what it does not see, so a gap in anything it needs makes its whole group unknown.
#[must_use]
pub fn given<'f>(rule: &Rule, facts: &'f Facts, applies: impl Fn(&Fact) -> bool) -> Given<'f> {
    let kinds = facets(rule);
    let read = facts.facts.iter().filter(|fact| kinds.contains_key(fact.kind));
    match rule.grouping {
        Grouping::Each => each(rule, facts, read.filter(|fact| applies(fact))),
        Grouping::Scope | Grouping::Fleet => joined(rule, facts, read, applies),
    }
}

fn each<'f>(rule: &Rule, facts: &'f Facts, read: impl Iterator<Item = &'f Fact>) -> Given<'f> {
    let kinds = facets(rule);
    let mut given = Given::default();
    for fact in read {
        let missing = missing(&kinds, fact);
        if missing.is_empty() {
            given.facts.push(fact);
        } else if fact.kind == rule.subject() {
            given.unjudged.push(Unjudged { fact, actions: actions(facts, fact, &missing) });
        }
    }
    given
}

fn joined<'f>(rule: &Rule, facts: &'f Facts, read: impl Iterator<Item = &'f Fact>, applies: impl Fn(&Fact) -> bool) -> Given<'f> {
    let kinds = facets(rule);
    let read: Vec<&Fact> = read.collect();
    let group = |account: &str, region: &str| match rule.grouping {
        Grouping::Scope => format!("{account}/{region}"),
        _ => String::new(),
    };
    let mut tainted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for gap in facts.gaps.iter().filter(|gap| concerns(rule, gap)) {
        tainted.entry(group(&gap.account, &gap.region)).or_default().insert(gap.action.clone());
    }
    for fact in &read {
        let missing = missing(&kinds, fact);
        if !missing.is_empty() {
            tainted.entry(group(&fact.account, &fact.region)).or_default().extend(actions(facts, fact, &missing));
        }
    }
    let mut given = Given::default();
    for fact in read {
        match tainted.get(&group(&fact.account, &fact.region)) {
            None => given.facts.push(fact),
            Some(actions) if fact.kind == rule.subject() && applies(fact) => {
                given.unjudged.push(Unjudged { fact, actions: actions.clone() });
            }
            Some(_) => {}
        }
    }
    given
}

/// Facets that the rule reads of this one and that could not be read.
fn missing<'f>(kinds: &BTreeMap<&str, BTreeSet<&str>>, fact: &'f Fact) -> BTreeSet<&'f str> {
    let needed = kinds.get(fact.kind);
    fact.unread.iter().copied().filter(|facet| needed.is_some_and(|needed| needed.contains(facet))).collect()
}

/// The actions behind what is missing: as the gaps say, else as the table does.
fn actions(facts: &Facts, fact: &Fact, missing: &BTreeSet<&str>) -> BTreeSet<String> {
    let about = |gap: &&Gap| {
        let facet = gap.facet.is_some_and(|facet| missing.contains(facet));
        let place = gap.account == fact.account && gap.region == fact.region;
        gap.kind == fact.kind && facet && (gap.resources.contains(&fact.key) || (gap.resources.is_empty() && place))
    };
    let said: BTreeSet<String> = facts.gaps.iter().filter(about).map(|gap| gap.action.clone()).collect();
    if !said.is_empty() {
        return said;
    }
    let specs = crate::facet::kind(fact.kind).into_iter().flat_map(|kind| kind.facets);
    let calls = specs.filter(|facet| missing.contains(facet.word)).flat_map(|facet| facet.calls);
    calls.map(|call| call.action.to_owned()).collect()
}
