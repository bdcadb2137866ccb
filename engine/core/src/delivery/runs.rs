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
    /// Its edges in the window.
    pub(super) ahead: Vec<Timestamp>,
    /// How many edges it fires, known ones before and after the window included.
    right: usize,
    /// Whether one of them is still to come.
    to_come: bool,
}

impl Run {
    fn new(candidate: &Candidate, start: Option<Timestamp>) -> Self {
        let (expression, zone) = (Expression::Cron(candidate.cron.clone()), candidate.zone.clone());
        Self {
            timing: Timing { action: candidate.action, expression, zone, start, end: None },
            ahead: Vec::new(),
            right: 0,
            to_come: false,
        }
    }

    /// Whether it fires nothing before the end of the window.
    fn is_later(&self, truth: &Truth) -> bool {
        self.timing.start.is_some_and(|start| start > truth.window.to)
    }
}

/// The runs of a candidate that are worth an entry.
pub(super) fn runs(candidate: &Candidate, truth: &Truth) -> Vec<Run> {
    let mut all = split(candidate, truth);
    all.retain(|run| run.timing.end.is_none_or(|end| end > truth.window.from));
    let later = all.iter().filter(|run| run.is_later(truth) && run.to_come).count();
    let goes_on = candidate.lasting && later <= MOST_LATER;
    all.retain(|run| match (run.is_later(truth), run.timing.end) {
        (true, _) => goes_on && run.to_come,
        (false, None) if candidate.lasting => run.to_come,
        (false, _) => !run.ahead.is_empty() && run.right >= FEWEST,
    });
    all
}

/// All runs, empty ones included, in order.
fn split(candidate: &Candidate, truth: &Truth) -> Vec<Run> {
    let (tz, action) = (candidate.zone.tz(), candidate.action);
    let mut all = vec![Run::new(candidate, None)];
    let firings = all[0].timing.firings(truth.known.from, truth.known.to);
    for at in firings {
        let verdict = truth.judge(at, action, tz);
        let Some(run) = all.last_mut() else { break };
        match verdict {
            // What does not go on ends with the season that asked for it.
            Verdict::Neutral if candidate.lasting => {}
            Verdict::Wrong | Verdict::Neutral => {
                run.timing.end = at.checked_sub(CLEARANCE).ok();
                all.push(Run::new(candidate, at.checked_add(CLEARANCE).ok()));
            }
            Verdict::Right => {
                run.right += 1;
                run.to_come |= truth.window.from < at;
                if truth.window.from < at && at <= truth.window.to {
                    run.ahead.push(at);
                }
            }
        }
    }
    all
}
