//! What each way of delivery guarantees, and what it does not.

use crate::fleet::DeliveryBy;
use crate::schedule::{Manual, Schedule};

/// What happens in a situation, by each `delivery`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guarantee {
    /// The situation.
    pub situation: &'static str,
    /// With `delivery: loop`.
    pub by_loop: &'static str,
    /// With `delivery: eventbridge`.
    pub by_eventbridge: &'static str,
    /// With `delivery: both`.
    pub by_both: &'static str,
}

impl Guarantee {
    /// What holds with a `delivery`.
    #[must_use]
    pub const fn of(&self, by: DeliveryBy) -> &'static str {
        match by {
            DeliveryBy::Loop => self.by_loop,
            DeliveryBy::Eventbridge => self.by_eventbridge,
            DeliveryBy::Both => self.by_both,
        }
    }
}

const fn row(situation: &'static str, by_loop: &'static str, by_eventbridge: &'static str, by_both: &'static str) -> Guarantee {
    Guarantee { situation, by_loop, by_eventbridge, by_both }
}

const SAME: &str = "next pass";

/// The table of `muster schedule export` and of `docs/schedules/delivery.md`.
pub const GUARANTEES: [Guarantee; 16] = [
    row("nothing of muster runs", "nothing happens", "edges fire", "edges fire"),
    row("an edge is due", "at the next pass", "within a minute, on AWS's clock", "within a minute; the next pass checks"),
    row(
        "an edge is missed or fails",
        "next pass repairs it",
        "tried again for 10 minutes, then kept in the dead-letter queue",
        "repaired by the next pass",
    ),
    row(
        "nothing is applied for longer than the horizon",
        "nothing happens",
        "crons go on, `at()` ends: holidays, overrides, n-weekly and dated windows are not known any more",
        "as EventBridge alone, until something runs again",
    ),
    row("a holiday", "by the calendar", "within the horizon: crons end before it and begin after it", "by the calendar"),
    row("the schedule is edited", SAME, "at the next apply", "next pass; edges at the next apply"),
    row("a new instance between two edges", SAME, "unknown until the next apply (ids), or at its next edge (tags)", SAME),
    row(
        "an instance is gone",
        "not in the plan any more",
        "its own edges fail and nothing else; the next apply removes them",
        "removed by the next apply",
    ),
    row("a start or stop by hand", "by `manual`", "stands until the next edge, whatever `manual` says", "by `manual`, within a pass"),
    row(
        "a start or stop with `--for`",
        "stands until then",
        "its edges are taken out until then (ids), or it is refused if an edge would cut it short (tags)",
        "stands until then; an edge that finds it by tag is undone within a pass",
    ),
    row(
        "clocks go forward",
        "exact: a skipped time is the first instant after",
        "the same, as `at()` within the horizon; a cron alone skips that day",
        "exact",
    ),
    row(
        "clocks go back",
        "exact: from the first begin to the last end",
        "the same, as `at()` within the horizon; a cron alone fires at the first of two",
        "exact",
    ),
    row(
        "RDS starts a database after 7 days",
        "stopped again by the next pass",
        "stays on until the next stop edge",
        "stopped again by the next pass",
    ),
    row(
        "no capacity at a start",
        "tried until the window ends, with fallback types",
        "the call is tried again for 10 minutes, with one type",
        "tried until the window ends, with fallback types",
    ),
    row("a start that does not come up", "awaited, and the reason is told", "not seen", "seen by the next pass"),
    row("what it needs", "a process or a CI job", "a role, a schedule group, a queue", "all of it"),
];

/// What `resolve` decides: situation, `ids`, `tags`.
pub const RESOLVE_TRADE_OFFS: [[&str; 3]; 7] = [
    ["which resources", "those of the last apply", "those with the tag when the edge fires"],
    ["select", "any: several keys, `*`, `except`, named by users and databases", "one key with its values"],
    ["entries in EventBridge", "one for each edge and resource", "one for each edge and service"],
    ["calls", "the service itself", "a runbook of Systems Manager, 50 resources at once, each awaited"],
    ["override of one resource", "taken out of its edges", "not possible: refused if an edge would cut it short"],
    [
        "permissions of the role",
        "start and stop of what carries the tags of `select`, or is the fleet's",
        "the same, reading it, and handing itself to the runbook",
    ],
    ["a bad id", "fails alone, within its own edges", "does not arise"],
];

/// What a schedule asks for that EventBridge alone does not do, as sentences.
#[must_use]
pub fn lost(schedule: &Schedule) -> Vec<&'static str> {
    let has = |key: &str| schedule.other.contains_key(key);
    let scales = schedule.select.as_ref().is_some_and(|select| select.services.contains("asg") || select.services.contains("ecs"));
    let all = [
        (schedule.manual == Manual::Enforce, "`manual: enforce`: a change by hand stands until the next edge"),
        (schedule.manual == Manual::Hold, "`manual: hold`: a change by hand ends with the next edge"),
        (schedule.limit.is_some(), "`limit`: nothing is stopped for having run too long"),
        (has("sizes"), "`sizes`: nothing is resized, and there are no fallback types"),
        (has("capacity") || scales, "`asg`, `ecs`: groups and services are not scaled"),
        (has("after"), "`after`: starts do not wait for each other"),
        (has("rds"), "`rds`: no snapshot before a stop, no regard for maintenance, no second stop after 7 days"),
        (has("notify"), "`notify`: nobody is warned before a stop"),
        (has("snooze"), "`snooze`: the tag is not looked at"),
    ];
    all.into_iter().filter(|(asked, _)| *asked).map(|(_, sentence)| sentence).collect()
}
