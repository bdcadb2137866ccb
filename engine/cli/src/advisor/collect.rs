//! Reading what the chosen rules need, and nothing else.

use std::cell::Cell;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use muster_core::advise;
use muster_core::cloud::Place;
use muster_core::facet::{self, Collector as _, Facts, Progress, Wanted};
use muster_core::fleet::Fleet;
use muster_core::policy::Selection;

use crate::app::App;
use crate::error::CommandError;
use crate::world::World;

/// Facets that tell whose a thing is: its tags, and the token that proves them of an instance.
const WHOSE: [&str; 2] = ["tags", "client-token"];
/// Time between two lines of progress: more than that nobody reads.
const EVERY: Duration = Duration::from_millis(100);

/// What the rules of a selection read, each where it runs. What tells whose a thing is, is asked for wherever it costs no call.
pub(crate) fn wanted(fleet: &Fleet, selection: &Selection) -> Wanted {
    let mut wanted = advise::wanted(selection, fleet.cloud.places());
    for kind in facet::kinds() {
        if !wanted.has(kind.word) {
            continue;
        }
        let free = kind.facets.iter().filter(|facet| WHOSE.contains(&facet.word) && facet.calls.is_empty()).map(|facet| facet.word);
        let places: Vec<Place> = wanted.places_of(kind.word).cloned().collect();
        wanted.add(&places, kind.word, free);
    }
    wanted
}

/// Collects, with a line of progress on a terminal. What stands in the fleet file is read from it, as of `now`.
pub(crate) async fn collect(app: &App, world: &World, fleet: &Fleet, wanted: &Wanted, now: Timestamp) -> Result<Facts, CommandError> {
    let mut facts = if wanted.asks() { asked(app, world, wanted).await? } else { Facts::empty(now) };
    facts.facts.extend(facet::fleet::facts(fleet, now).into_iter().filter(|fact| wanted.has(fact.kind)));
    Ok(facts.settled())
}

async fn asked(app: &App, world: &World, wanted: &Wanted) -> Result<Facts, CommandError> {
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

    #[test]
    fn progress_says_what_where_and_how_far() {
        let place = Place { account: "main".to_owned(), region: "us-east-1".to_owned() };
        let at = |facet, of| line(&Progress { place: &place, kind: "s3.bucket", facet, done: 12, of });
        assert_eq!(at(Some("policy"), 340), "reading policy of s3.bucket in main us-east-1 12/340");
        assert_eq!(at(None, 0), "reading s3.bucket in main us-east-1");
    }
}
