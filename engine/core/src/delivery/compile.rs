//! From a schedule to timings.

use std::collections::BTreeSet;

use jiff::{RoundMode, Timestamp, TimestampRound, Unit};

use super::candidates::candidates;
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
    let (lasting, seasonal): (Vec<_>, Vec<_>) =
        candidates(schedule, &zone, truth.known.from, window.to).into_iter().partition(|candidate| candidate.lasting);
    let mut fired = BTreeSet::new();
    let mut timings = Vec::new();
    let mut stand = |run: Run, fired: &mut BTreeSet<Timestamp>| {
        fired.extend(run.ahead);
        timings.push(run.timing);
    };
    lasting.iter().flat_map(|candidate| runs(candidate, &truth)).for_each(|run| stand(run, &mut fired));
    let mut others: Vec<Run> = seasonal.iter().flat_map(|candidate| runs(candidate, &truth)).collect();
    while let Some(run) = most_useful(&mut others, &fired) {
        stand(run, &mut fired);
    }
    let left = truth.ahead().filter(|(at, _)| !fired.contains(at));
    timings.extend(left.filter_map(|(at, action)| once(at, action, &zone)));
    timings.sort_by_cached_key(|timing| (timing.start, timing.zone.name().to_owned(), timing.action, timing.expression.to_string()));
    Ok(timings)
}

/// Takes out the run that fires most edges which nothing fires yet.
fn most_useful(runs: &mut Vec<Run>, fired: &BTreeSet<Timestamp>) -> Option<Run> {
    let gain = |run: &Run| run.ahead.iter().filter(|at| !fired.contains(at)).count();
    let (best, _) = runs
        .iter()
        .enumerate()
        .map(|(at, run)| (at, gain(run)))
        .filter(|(_, gain)| *gain > 0)
        .max_by_key(|(at, gain)| (*gain, usize::MAX - at))?;
    Some(runs.remove(best))
}

/// An edge as an `at()`: on the zone's own clocks, or in UTC where those show its time twice.
fn once(at: Timestamp, action: Action, zone: &Zone) -> Option<Timing> {
    let whole = at.round(TimestampRound::new().smallest(Unit::Second).mode(RoundMode::Ceil)).ok()?;
    let twice = zone.tz().to_ambiguous_timestamp(zone.tz().to_datetime(whole)).is_ambiguous();
    let zone = if twice { Zone::find("UTC").ok()? } else { zone.clone() };
    let local = zone.tz().to_datetime(whole);
    Some(Timing { action, expression: Expression::At(local), zone, start: None, end: None })
}
