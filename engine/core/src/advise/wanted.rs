//! What has to be read for a selection.

use std::collections::BTreeSet;

use crate::cloud::Place;
use crate::facet::{self, Home, KindSpec, Wanted};
use crate::policy::{Enabled, Selection, TAGS};

/// What the rules of a selection read, in the places where one of them runs.
#[must_use]
pub fn wanted(selection: &Selection, places: impl IntoIterator<Item = Place>) -> Wanted {
    let runs = |place: &Place| selection.enabled.iter().any(|enabled| runs_in(enabled, place));
    let mut wanted = Wanted { places: places.into_iter().filter(runs).collect(), ..Wanted::default() };
    for enabled in &selection.enabled {
        let tags = reads_tags(selection, enabled).then_some(TAGS);
        for (kind, facets) in needs(enabled) {
            // A rule may judge each of its kinds. One without tags has no such facet, and is asked for none.
            wanted.add(kind.word, facets.into_iter().chain(tags));
        }
    }
    wanted
}

/// Whether a rule judges anything in a place: what is of a whole account is asked for in any of its regions.
fn runs_in(enabled: &Enabled, place: &Place) -> bool {
    needs(enabled).any(|(kind, _)| match kind.home {
        Home::Region => enabled.scope.reaches(&place.account, &place.region),
        Home::Account => enabled.scope.reaches(&place.account, ""),
        Home::File => false,
    })
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
