//! What a rule is given to judge, and what it cannot judge because something could not be read.

use std::collections::{BTreeMap, BTreeSet};

use crate::facet::{Fact, Facts, Gap};
use crate::finding::{Grouping, Rule};
use crate::policy::Scope;

/// The facet that scopes look at.
const TAGS: &str = "tags";

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
    /// Keys of those it judges. What it says of others is dropped: it only sees them.
    pub judged: BTreeSet<&'f str>,
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

/// True when what is missing is something that a verdict of the rule within its scope rests on.
#[must_use]
pub fn concerns(rule: &Rule, scope: &Scope, gap: &Gap) -> bool {
    let facets = rested_on(rule, scope);
    let reached = rule.grouping == Grouping::Fleet || scope.reaches(&gap.account, &gap.region);
    reached && facets.get(gap.kind).is_some_and(|needed| gap.facet.is_none_or(|facet| needed.contains(facet)))
}

/// What a verdict rests on: what the rule reads, and tags where they decide whether it is asked at all.
fn rested_on<'r>(rule: &'r Rule, scope: &Scope) -> BTreeMap<&'r str, BTreeSet<&'r str>> {
    let mut facets = facets(rule);
    if scope.reads_tags() {
        facets.entry(rule.subject()).or_default().insert(TAGS);
    }
    facets
}

/// Shares out `facts`: what `rule` is given, judging only resources in its scope.
///
/// A rule that looks at each resource alone misses the resources of which something is unread, and no other. One that joins
/// resources would draw conclusions from what it does not see, so a gap in anything it needs makes its whole group unknown; it
/// sees what is out of its scope too, and is not heard about it.
#[must_use]
pub fn given<'f>(rule: &Rule, scope: &Scope, facts: &'f Facts) -> Given<'f> {
    let sharing = Sharing { rule, scope, facts, facets: rested_on(rule, scope) };
    match rule.grouping {
        Grouping::Each => sharing.each(),
        Grouping::Scope | Grouping::Fleet => sharing.joined(),
    }
}

struct Sharing<'r, 'f> {
    rule: &'r Rule,
    scope: &'r Scope,
    facts: &'f Facts,
    facets: BTreeMap<&'r str, BTreeSet<&'r str>>,
}

impl<'f> Sharing<'_, 'f> {
    fn read(&self) -> impl Iterator<Item = &'f Fact> {
        self.facts.facts.iter().filter(|fact| self.facets.contains_key(fact.kind))
    }

    /// Whether the rule judges it; whether it does where its tags are unknown is unknown.
    fn judges(&self, fact: &Fact) -> bool {
        let open = self.scope.reads_tags() && fact.unread.contains(TAGS) && self.scope.reaches(&fact.account, &fact.region);
        fact.kind == self.rule.subject() && (open || self.scope.takes(&fact.account, &fact.region, &fact.tags()))
    }

    fn each(&self) -> Given<'f> {
        let mut given = Given::default();
        for fact in self.read() {
            let (missing, judged) = (self.missing(fact), self.judges(fact));
            if missing.is_empty() && (judged || fact.kind != self.rule.subject()) {
                given.facts.push(fact);
                given.judged.extend(judged.then_some(fact.key.as_str()));
            } else if judged {
                given.unjudged.push(Unjudged { fact, actions: self.actions(fact, &missing) });
            }
        }
        given
    }

    fn joined(&self) -> Given<'f> {
        let tainted = self.tainted();
        let mut given = Given::default();
        for fact in self.read() {
            let judged = self.judges(fact);
            match tainted.get(&self.group(&fact.account, &fact.region)) {
                None => {
                    given.facts.push(fact);
                    given.judged.extend(judged.then_some(fact.key.as_str()));
                }
                Some(actions) if judged => given.unjudged.push(Unjudged { fact, actions: actions.clone() }),
                Some(_) => {}
            }
        }
        given
    }

    /// What is judged together.
    fn group(&self, account: &str, region: &str) -> String {
        match self.rule.grouping {
            Grouping::Scope => format!("{account}/{region}"),
            Grouping::Each | Grouping::Fleet => String::new(),
        }
    }

    /// Groups in which something is missing, with the actions behind it.
    fn tainted(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut tainted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for gap in self.facts.gaps.iter().filter(|gap| concerns(self.rule, self.scope, gap)) {
            tainted.entry(self.group(&gap.account, &gap.region)).or_default().insert(gap.action.clone());
        }
        for fact in self.read() {
            let missing = self.missing(fact);
            if !missing.is_empty() {
                let actions = self.actions(fact, &missing);
                tainted.entry(self.group(&fact.account, &fact.region)).or_default().extend(actions);
            }
        }
        tainted
    }

    /// Facets that could not be read of this one and that a verdict rests on.
    fn missing(&self, fact: &Fact) -> BTreeSet<&'static str> {
        let needed = self.facets.get(fact.kind);
        fact.unread.iter().copied().filter(|facet| needed.is_some_and(|needed| needed.contains(facet))).collect()
    }

    /// The actions behind what is missing: as the gaps say, else as the table does.
    fn actions(&self, fact: &Fact, missing: &BTreeSet<&str>) -> BTreeSet<String> {
        let about = |gap: &&Gap| {
            let facet = gap.facet.is_some_and(|facet| missing.contains(facet));
            let place = gap.account == fact.account && gap.region == fact.region;
            gap.kind == fact.kind && facet && (gap.resources.contains(&fact.key) || (gap.resources.is_empty() && place))
        };
        let said: BTreeSet<String> = self.facts.gaps.iter().filter(about).map(|gap| gap.action.clone()).collect();
        if !said.is_empty() {
            return said;
        }
        let specs = crate::facet::kind(fact.kind).into_iter().flat_map(|kind| kind.facets);
        let calls = specs.filter(|facet| missing.contains(facet.word)).flat_map(|facet| facet.calls);
        calls.map(|call| call.action.to_owned()).collect()
    }
}
