//! What is tested of every service alike.

use std::collections::BTreeSet;

use futures::executor::block_on;
use muster_core::cloud::Place;
use muster_core::facet::{Collector as _, Facts, Home, KindSpec, Wanted, kinds};
use muster_sandbox::{Estate, Faults, Sandbox};

use crate::schema;

const AUDIT: &str = include_str!("../../../../examples/estates/audit.yaml");
const REGION: &str = "us-east-1";

/// The audit estate, fresh.
pub fn audit() -> Sandbox {
    Sandbox::in_memory(Estate::parse("audit.yaml", AUDIT).expect("an estate"), Faults::default())
}

/// The kinds of a service.
fn of(service: &str) -> impl Iterator<Item = &'static KindSpec> {
    kinds().filter(move |kind| kind.word.split('.').next() == Some(service) && kind.home != Home::File)
}

/// Every facet of every kind of a service.
fn wanted(service: &str, regions: &[&str]) -> Wanted {
    let places: Vec<Place> = regions.iter().map(|region| Place { account: "default".to_owned(), region: (*region).to_owned() }).collect();
    let mut wanted = Wanted::default();
    of(service).for_each(|kind| wanted.add(&places, kind.word, kind.facets.iter().map(|facet| facet.word)));
    wanted
}

/// What a sandbox tells of a service.
pub fn collected(sandbox: &Sandbox, service: &str) -> Facts {
    collected_in(sandbox, service, &[REGION])
}

/// What it tells of regions.
pub fn collected_in(sandbox: &Sandbox, service: &str, regions: &[&str]) -> Facts {
    block_on(sandbox.collect(&wanted(service, regions), &|_| ())).expect("facts")
}

/// Each kind is there, more than once where there can be more than one, and every body is as its schema says, all facets included.
pub fn is_whole(service: &str) {
    let facts = collected(&audit(), service);
    assert_eq!(facts.gaps, [], "the estate says everything");
    for kind in of(service) {
        let mine: Vec<_> = facts.facts.iter().filter(|fact| fact.kind == kind.word).collect();
        assert!(mine.len() >= if kind.id.is_empty() { 1 } else { 2 }, "{}: {} of it", kind.word, mine.len());
        for fact in mine {
            assert_eq!(schema::faults(kind, &fact.body), Vec::<String>::new(), "{} {}", kind.word, fact.id);
        }
    }
}

/// Whatever action is refused, exactly what needs it is unknown, and the gap names it.
pub fn names_what_is_refused(service: &str) {
    for action in wanted(service, &[REGION]).actions() {
        let sandbox = audit();
        sandbox.deny(action).expect("denied");
        let facts = collected(&sandbox, service);
        let told: BTreeSet<_> = facts.gaps.iter().map(|gap| (gap.action.as_str(), gap.kind, gap.facet)).collect();
        let unknown: BTreeSet<_> = of(service).flat_map(|kind| needs(kind, action)).map(|(kind, facet)| (action, kind, facet)).collect();
        assert_eq!(told, unknown, "{action} is refused");
        assert_eq!(facts.gaps.len(), unknown.len(), "{action} is named once for each");
        let unread = facts.facts.iter().filter(|fact| !fact.unread.is_empty());
        assert!(unread.clone().all(|fact| told.iter().any(|(_, kind, facet)| *kind == fact.kind && facet.is_some())));
    }
}

/// What of a kind is unknown without an action: the whole list, or the facets that take it.
fn needs(kind: &'static KindSpec, action: &str) -> Vec<(&'static str, Option<&'static str>)> {
    if kind.calls.iter().any(|call| call.action == action) {
        return vec![(kind.word, None)];
    }
    let facets = kind.facets.iter().filter(|facet| facet.calls.iter().any(|call| call.action == action));
    facets.map(|facet| (kind.word, Some(facet.word))).collect()
}
