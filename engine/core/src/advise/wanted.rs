//! What has to be read for a selection.

use std::collections::BTreeSet;

use super::ours::{INSTANCE, VOLUME};
use crate::cloud::Place;
use crate::facet::{self, Home, KindSpec, Wanted};
use crate::policy::{Enabled, Granted, Selection, TAGS};

/// The facet by which an instance is known to be this fleet's.
const TOKEN: &str = "client-token";

/// What the rules of a selection read, each where it runs.
#[must_use]
pub fn wanted(selection: &Selection, places: impl IntoIterator<Item = Place>) -> Wanted {
    let (mut wanted, places) = (Wanted::default(), places.into_iter().collect::<BTreeSet<Place>>());
    for enabled in &selection.enabled {
        let tags = reads_tags(selection, enabled).then_some(TAGS);
        for (kind, facets) in needs(enabled) {
            let runs = places.iter().filter(|place| runs_in(enabled, kind, place));
            // A rule may judge each of its kinds. One without tags has no such facet, and is asked for none.
            wanted.add(runs, kind.word, facets.into_iter().chain(tags));
        }
    }
    if selection.enabled.iter().any(|enabled| names_volumes_by_entry(selection, enabled)) {
        let with_volumes: Vec<Place> = wanted.places_of(VOLUME).cloned().collect();
        wanted.add(&with_volumes, VOLUME, [TAGS]);
        wanted.add(&with_volumes, INSTANCE, [TAGS, TOKEN]);
    }
    wanted
}

/// Whether a rule judges anything of a kind in a place: what is of a whole account is of any of its regions.
fn runs_in(enabled: &Enabled, kind: &KindSpec, place: &Place) -> bool {
    enabled.scope.reaches(&place.account, if kind.home == Home::Region { &place.region } else { "" })
}

/// Whether an exception calls a volume by the entry of its machine, which is then what proves whose it is.
fn names_volumes_by_entry(selection: &Selection, enabled: &Enabled) -> bool {
    let named = |granted: &Granted| {
        let exception = &granted.exception;
        exception.rule.value.matches(&enabled.pack.name, &enabled.rule.id)
            && exception.resources.iter().any(|glob| glob.value.may_be_an_entry())
    };
    needs(enabled).any(|(kind, _)| kind.word == VOLUME) && selection.exceptions.iter().any(named)
}

/// The kinds a rule reads, with the facets it declared.
pub(super) fn needs(enabled: &Enabled) -> impl Iterator<Item = (&'static KindSpec, BTreeSet<&str>)> {
    enabled.rule.needs.iter().filter_map(|need| Some((facet::kind(&need.kind)?, need.facets.iter().map(String::as_str).collect())))
}

/// Whether a rule's tags decide where it runs or what is excepted from it.
pub(super) fn reads_tags(selection: &Selection, enabled: &Enabled) -> bool {
    let excepted = selection.exceptions.iter().filter(|granted| granted.scope.reads_tags());
    enabled.scope.reads_tags()
        || excepted.into_iter().any(|granted| granted.exception.rule.value.matches(&enabled.pack.name, &enabled.rule.id))
}
