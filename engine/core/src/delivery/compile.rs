//! From a schedule to timings.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jiff::{RoundMode, Timestamp, TimestampRound, Unit};

use super::candidates::{Candidate, candidates};
use super::runs::{Run, runs};
use super::timing::{Action, Timing};
use super::truth::Truth;
use crate::cron::Expression;
use crate::schedule::{Context, Schedule, Stretch, Zone, ZoneError};

/// The timings that fire the edges of a schedule after `window.from`, up to and including `window.to`: exactly those, with
/// starts as starts and stops as stops; and the crons among them go on as the module's text says. In a fixed order.
///
/// `ctx` has the overrides of the resources meant: those with other overrides have timings of their own. Edges between
/// two seconds are fired at the later one, since EventBridge knows no parts of them; a firing may come up to a minute late.
///
/// # Errors
/// When the schedule's zone does not exist, which the loader refuses.
pub fn compile(schedule: &Schedule, ctx: &Context<'_>, window: Stretch) -> Result<Vec<Timing>, ZoneError> {
    let zone = Zone::find(&schedule.timezone)?;
    let truth = Truth::of(schedule, ctx, window);
    let chosen: Vec<Run> = chosen(&candidates(schedule, &zone, truth.known.from, window.to), &truth);
    let ahead: Vec<Run> = chosen.into_iter().filter(|run| run.is_ahead(&truth)).collect();
    let fired: BTreeSet<Timestamp> = ahead.iter().flat_map(|run| &run.edges).copied().collect();
    let left = truth.ahead().filter(|(at, _)| !fired.contains(at)).filter_map(|(at, action)| once(at, action, &zone));
    let mut timings: Vec<Timing> = left.chain(ahead.into_iter().map(|run| run.timing)).collect();
    timings.sort_by_cached_key(|timing| (timing.start, timing.zone.name().to_owned(), timing.action, timing.expression.to_string()));
    Ok(timings)
}

/// All runs of candidates that last, and as many of the others as fire an edge that nothing fires yet.
fn chosen(candidates: &[Candidate], truth: &Truth) -> Vec<Run> {
    let (lasting, seasonal): (Vec<_>, Vec<_>) = candidates.iter().partition(|candidate| candidate.lasting);
    let mut chosen: Vec<Run> = lasting.into_iter().flat_map(|candidate| runs(candidate, truth)).collect();
    let mut fired: BTreeSet<Timestamp> = chosen.iter().flat_map(|run| &run.edges).copied().collect();
    let mut others: Vec<Run> = seasonal.into_iter().flat_map(|candidate| runs(candidate, truth)).collect();
    while let Some(run) = most_useful(&mut others, &fired) {
        fired.extend(&run.edges);
        chosen.push(run);
    }
    chosen
}

/// Takes out the run that fires most edges which nothing fires yet; of equal ones the first.
fn most_useful(runs: &mut Vec<Run>, fired: &BTreeSet<Timestamp>) -> Option<Run> {
    let gains = runs.iter().map(|run| run.edges.iter().filter(|at| !fired.contains(at)).count());
    let (best, gain) = gains.enumerate().min_by_key(|(_, gain)| Reverse(*gain))?;
    (gain > 0).then(|| runs.remove(best))
}

/// An edge as an `at()`: on the zone's own clocks, or in UTC where those show its time twice.
fn once(at: Timestamp, action: Action, zone: &Zone) -> Option<Timing> {
    let whole = at.round(TimestampRound::new().smallest(Unit::Second).mode(RoundMode::Ceil)).ok()?;
    let twice = zone.tz().to_ambiguous_timestamp(zone.tz().to_datetime(whole)).is_ambiguous();
    let zone = if twice { Zone::find("UTC").ok()? } else { zone.clone() };
    let local = zone.tz().to_datetime(whole);
    Some(Timing { action, expression: Expression::At(local), zone, start: None, end: None })
}
