//! The stretches of time in which a cron fires rightly.

use jiff::Timestamp;

use super::candidates::Candidate;
use super::timing::{CLEARANCE, Timing};
use super::truth::{Truth, Verdict};
use crate::cron::Expression;

/// Most stretches that begin after the window and are made all the same, so that a cron goes on after a date that a
/// window names. With more of them it is no date but a rhythm that cron cannot say.
const MOST_LATER: usize = 4;
/// Fewer firings than this are `at()`s.
const FEWEST: usize = 2;

/// Firings of a candidate between two that must not be.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// When, with the dates that keep the others out.
    pub(super) timing: Timing,
    /// The edges that it fires, known ones before and after the window included, in order.
    pub(super) edges: Vec<Timestamp>,
}

impl Run {
    fn new(candidate: &Candidate, start: Option<Timestamp>) -> Self {
        let (expression, zone) = (Expression::Cron(candidate.cron.clone()), candidate.zone.clone());
        Self { timing: Timing { action: candidate.action, expression, zone, start, end: None }, edges: Vec::new() }
    }

    /// Whether it begins after the window.
    fn is_later(&self, truth: &Truth) -> bool {
        self.timing.start.is_some_and(|start| start > truth.window.to)
    }

    /// Whether one of its edges is still to come.
    pub(super) fn is_ahead(&self, truth: &Truth) -> bool {
        self.edges.last().is_some_and(|last| *last > truth.window.from)
    }
}

/// The runs of a candidate that are worth an entry, those that are over included: which others are worth one must not
/// change when one has passed.
pub(super) fn runs(candidate: &Candidate, truth: &Truth) -> Vec<Run> {
    let mut all = split(candidate, truth);
    all.retain(|run| !run.edges.is_empty());
    let later = all.iter().filter(|run| run.is_later(truth)).count();
    let goes_on = candidate.lasting && later <= MOST_LATER;
    all.retain(|run| match run.timing.end {
        _ if run.is_later(truth) => goes_on,
        None if candidate.lasting => true,
        _ => run.edges.len() >= FEWEST && run.edges[0] <= truth.window.to,
    });
    all
}

/// All runs, empty ones included, in order.
fn split(candidate: &Candidate, truth: &Truth) -> Vec<Run> {
    let (tz, action) = (candidate.zone.tz(), candidate.action);
    let mut all = Vec::new();
    let mut run = Run::new(candidate, None);
    for at in run.timing.firings(truth.known.from, truth.known.to) {
        match truth.judge(at, action, tz) {
            Verdict::Right => run.edges.push(at),
            Verdict::Neutral if candidate.lasting => {}
            // What does not go on ends with the season that asked for it.
            Verdict::Wrong | Verdict::Neutral => {
                run.timing.end = at.checked_sub(CLEARANCE).ok();
                all.push(std::mem::replace(&mut run, Run::new(candidate, at.checked_add(CLEARANCE).ok())));
            }
        }
    }
    all.push(run);
    all
}
