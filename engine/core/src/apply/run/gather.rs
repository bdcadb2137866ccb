//! Letting starts and stops of several machines share a call.

use std::collections::BTreeSet;

use super::super::power::{self, Power};
use super::{At, Run};
use crate::cloud::{Change, Clock, Cloud, Place};
use crate::plan::Op;

impl<'r, C: Cloud, K: Clock> Run<'r, C, K> {
    /// Starts and stops that wait for nothing but a call or a wait that is under way.
    pub(super) fn coming(&self) -> BTreeSet<(&'r Place, Power)> {
        let in_flight = |at: &At| matches!(at, At::Calling(_) | At::Waiting(_));
        let next = |(step, at): (usize, &At)| match at {
            At::Calling(op) => Some((step, op + 1)),
            At::Op(0) if self.needs[step].iter().any(|other| in_flight(&self.at[*other])) => Some((step, 0)),
            _ => None,
        };
        let plan = self.plan;
        let power = |(step, op): (usize, usize)| match plan.steps[step].ops.get(op)? {
            Op::Do(change) => Some((&plan.steps[step].place, Power::kind(change)?)),
            _ => None,
        };
        self.at.iter().enumerate().filter_map(next).filter_map(power).collect()
    }

    /// True while a start or stop waits for others to share its call. What it waits for is under way, so this ends.
    pub(super) fn gathers(&mut self, step: usize, change: &Change) -> bool {
        let place = &self.plan.steps[step].place;
        if Power::kind(change).is_none_or(|power| !self.coming.contains(&(place, power))) {
            return false;
        }
        let now = self.clock.now();
        let since = *self.gathering.entry(step).or_insert(now);
        let waiting = self.gathering.keys().filter(|other| matches!(self.at[**other], At::Op(_)));
        now.duration_since(since) < power::GATHER_LIMIT && waiting.count() < power::IDS_PER_CALL
    }
}
