//! Steps with several ways to their end.

use std::collections::BTreeSet;

use super::super::call::Called;
use super::super::outcome::Status;
use super::super::wait::Waiting;
use super::super::ways;
use super::{Answer, At, Run, TOO_LATE};
use crate::cloud::{Change, Clock, Cloud};
use crate::event::Progress;
use crate::plan::{Op, Way};

impl<'r, C: Cloud, K: Clock> Run<'r, C, K> {
    pub(super) fn begin_ways(&mut self, step: usize, op: usize, ways: &'r [Way]) {
        if self.is_late(step) {
            return self.end(step, Status::NotTried { why: TOO_LATE.to_owned() });
        }
        let calls: BTreeSet<&str> = ways.iter().flat_map(|way| &way.changes).map(Change::action).collect();
        self.tell(step, Progress::Calling { call: calls.into_iter().collect::<Vec<_>>().join(", ") });
        self.at[step] = At::Calling(op);
        self.touched[step] = true;
        self.in_flight += 1;
        let (cloud, clock, place) = (self.cloud, self.clock, &self.plan.steps[step].place);
        let first = self.ways.get(&step).copied().unwrap_or_default();
        self.futures.push(Box::pin(async move { Answer::Way(step, ways::go(cloud, clock, place, ways, first).await) }));
    }

    pub(super) fn take_way(&mut self, step: usize, tried: ways::Tried) {
        self.ways.insert(step, tried.way);
        self.retreats.extend(tried.retreat.map(|why| (step, why)));
        self.take_calls(vec![Called { step, answer: tried.answer, note: tried.note }]);
    }

    /// A machine that fell back for want of capacity is started in the next way, when there is one.
    pub(super) fn next_way(&mut self, waiting: &Waiting, why: String) {
        let At::Waiting(op) = self.at[waiting.step] else { return };
        let before = op.checked_sub(1).map(|op| &self.plan.steps[waiting.step].ops[op]);
        let next = self.ways.get(&waiting.step).map(|way| way + 1);
        match (before, next) {
            (Some(Op::FirstOf(ways)), Some(next)) if next < ways.len() => {
                self.ways.insert(waiting.step, next);
                self.at[waiting.step] = At::Op(op - 1);
            }
            _ => self.end(waiting.step, Status::Failed { why, error: None }),
        }
    }
}
