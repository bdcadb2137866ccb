//! Reading what the chosen rules need, and nothing else.

use std::cell::Cell;
use std::time::{Duration, Instant};

use muster_core::cloud::Place;
use muster_core::facet::{self, Collector as _, Facts, Progress, Wanted};
use muster_core::fleet::Fleet;
use muster_core::policy::{Enabled, Selection};

use crate::app::App;
use crate::error::CommandError;
use crate::world::World;

/// Time between two lines of progress: more than that nobody reads.
const EVERY: Duration = Duration::from_millis(100);
/// The facet that scopes and exceptions look at.
const TAGS: &str = "tags";

/// What the rules of a selection read, in the places where some of them runs.
///
/// Tags tell whose a thing is, so they are asked for wherever they cost no call, and wherever a scope or an exception looks at
/// them.
pub(crate) fn wanted(fleet: &Fleet, selection: &Selection) -> Wanted {
    let reaches = |place: &&Place| selection.enabled.iter().any(|enabled| enabled.scope.reaches(&place.account, &place.region));
    let mut wanted = Wanted { places: fleet.cloud.places().iter().filter(reaches).cloned().collect(), ..Wanted::default() };
    for enabled in &selection.enabled {
        for need in &enabled.rule.needs {
            wanted.add(&need.kind, need.facets.iter().map(String::as_str));
        }
        let subject = enabled.rule.subject();
        if is_free(subject) || looks_at_tags(selection, enabled) {
            wanted.add(subject, [TAGS]);
        }
    }
    wanted
}

/// True when a scope or an exception tells resources of this rule by their tags.
fn looks_at_tags(selection: &Selection, enabled: &Enabled) -> bool {
    let (pack, rule) = (&enabled.pack.name, &enabled.rule.id);
    let mut excepted = selection.exceptions.iter().filter(|granted| granted.exception.rule.value.matches(pack, rule));
    enabled.scope.reads_tags() || excepted.any(|granted| granted.scope.reads_tags())
}

/// True when tags of a kind come with its list.
fn is_free(kind: &str) -> bool {
    facet::kind(kind).and_then(|kind| kind.facet(TAGS)).is_some_and(|tags| tags.calls.is_empty())
}

/// Collects, with a line of progress on a terminal.
pub(crate) async fn collect(app: &App, world: &World, wanted: &Wanted) -> Result<Facts, CommandError> {
    let shown = Cell::new(None::<Instant>);
    let progress = |progress: Progress<'_>| {
        if app.terminal.is_live() && shown.get().is_none_or(|at| at.elapsed() >= EVERY) {
            shown.set(Some(Instant::now()));
            app.terminal.redraw(&line(&progress));
        }
    };
    let collected = world.collect(wanted, &progress).await;
    if shown.get().is_some() {
        app.terminal.redraw("");
    }
    Ok(collected?)
}

fn line(progress: &Progress<'_>) -> String {
    let Progress { place, kind, facet, done, of } = progress;
    let what = facet.map_or_else(|| (*kind).to_owned(), |facet| format!("{facet} of {kind}"));
    let far = if *of > 0 { format!(" {done}/{of}") } else { String::new() };
    format!("reading {what} in {} {}{far}", place.account, place.region)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_core::cloud::Place;

    #[test]
    fn progress_says_what_where_and_how_far() {
        let place = Place { account: "main".to_owned(), region: "us-east-1".to_owned() };
        let at = |facet, of| line(&Progress { place: &place, kind: "s3.bucket", facet, done: 12, of });
        assert_eq!(at(Some("policy"), 340), "reading policy of s3.bucket in main us-east-1 12/340");
        assert_eq!(at(None, 0), "reading s3.bucket in main us-east-1");
    }
}
