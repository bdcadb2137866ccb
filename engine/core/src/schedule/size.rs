//! How many a schedule wants of what it scales, and when that changes.

use jiff::Timestamp;
use serde::Serialize;

use super::decide::{Context, HORIZON};
use super::instants::Frame;
use super::model::Schedule;
use super::window::Window;
use super::zone::Zone;
use crate::span::At;

/// Numbers of a group; what is not written stays as it is. ECS reads `desired` only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Capacity {
    /// At least.
    pub min: Option<u32>,
    /// What it is after when the window begins.
    pub desired: Option<u32>,
    /// At most.
    pub max: Option<u32>,
}

/// An entry of `capacity`.
#[derive(Debug, Clone, Serialize)]
pub struct CapacityRule {
    /// Its window; nothing for `else`.
    pub window: Option<At<Window>>,
    /// Its numbers.
    pub numbers: Capacity,
}

impl Schedule {
    /// The numbers a running group shall have at an instant: those of the first entry whose window contains it, else
    /// those of `else`. Nothing when `capacity` says nothing about it.
    #[must_use]
    pub fn capacity(&self, at: Timestamp, ctx: &Context<'_>) -> Option<&CapacityRule> {
        let zone = Zone::find(&self.timezone).ok()?;
        self.rule_at(at, &self.frame(&zone, ctx))
    }

    fn rule_at(&self, at: Timestamp, frame: &Frame<'_>) -> Option<&CapacityRule> {
        let holds = |rule: &&CapacityRule| rule.window.as_ref().is_some_and(|window| window.contains(frame, at));
        self.capacity.iter().find(holds).or_else(|| self.capacity.iter().find(|rule| rule.window.is_none()))
    }

    /// The instants after `from`, up to and including `to`, at which other numbers begin to hold, in order.
    #[must_use]
    pub fn capacity_edges(&self, from: Timestamp, to: Timestamp, ctx: &Context<'_>) -> Vec<Timestamp> {
        let Ok(zone) = Zone::find(&self.timezone) else { return Vec::new() };
        let frame = self.frame(&zone, ctx);
        let windows = self.capacity.iter().filter_map(|rule| rule.window.as_ref());
        let mut marks: Vec<Timestamp> =
            windows.flat_map(|window| window.stretches(&frame, from, to).flat_map(|stretch| [stretch.from, stretch.to])).collect();
        marks.retain(|at| from < *at && *at <= to);
        marks.sort_unstable();
        marks.dedup();
        let numbers = |at: Timestamp| self.rule_at(at, &frame).map(|rule| rule.numbers);
        let mut now = numbers(from);
        marks.retain(|at| std::mem::replace(&mut now, numbers(*at)) != now);
        marks
    }

    /// The first change of the numbers after an instant.
    #[must_use]
    pub fn next_capacity_edge(&self, after: Timestamp, ctx: &Context<'_>) -> Option<Timestamp> {
        if self.capacity.iter().all(|rule| rule.window.is_none()) {
            return None;
        }
        super::decide::looks(after, HORIZON).find_map(|(from, to)| self.capacity_edges(from, to, ctx).first().copied())
    }
}
