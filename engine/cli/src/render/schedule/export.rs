//! Entries of EventBridge Scheduler, and what each delivery guarantees.

use jiff::Timestamp;
use muster_core::delivery::{GUARANTEES, Options, Resolve, Timing};
use muster_core::fleet::DeliveryBy;
use muster_core::schedule::{Schedule, Stretch};

use super::instant;
use super::list::delivery;
use crate::render::style::{Accent, Style};
use crate::render::table::{Cell, Table, wrap};

/// A compiled schedule.
pub(crate) struct Exported<'a> {
    /// The schedule.
    pub(crate) schedule: &'a Schedule,
    /// What its `delivery` says beside who delivers.
    pub(crate) options: Options,
    /// The time that was compiled.
    pub(crate) window: Stretch,
    /// The entries, without their targets.
    pub(crate) timings: Vec<Timing>,
    /// Why its resources cannot be found by tag when an edge fires; nothing when they can.
    pub(crate) not_by_tag: Option<String>,
    /// What EventBridge alone does not do of it.
    pub(crate) lost: Vec<&'static str>,
}

impl Exported<'_> {
    /// How targets are found, in words.
    pub(crate) fn resolve_text(&self) -> String {
        match (self.options.resolve, &self.not_by_tag) {
            (Resolve::Ids, _) => "resolve: ids; each entry once for each resource".to_owned(),
            (Resolve::Tags, None) => "resolve: tags; each entry once for each service".to_owned(),
            (Resolve::Tags, Some(why)) => format!("resolve: tags, which is refused: {why}"),
        }
    }
}

/// Columns of the words before a guarantee: `  eventbridge  `.
const INDENT: usize = 15;

/// Every schedule, then the table of guarantees.
pub(crate) fn render(exported: &[Exported<'_>], style: &Style) -> String {
    let mut blocks: Vec<String> = exported.iter().map(|one| block(one, style)).collect();
    blocks.push(guarantees(style));
    blocks.join("\n")
}

fn block(exported: &Exported<'_>, style: &Style) -> String {
    let mut out = head(exported, style);
    let mut table = Table::indented(2);
    for timing in &exported.timings {
        table.row(vec![
            Cell::painted(Accent::Run, timing.action.as_str()),
            Cell::new(timing.expression.to_string()),
            Cell::painted(Accent::Held, timing.zone.name()),
            Cell::painted(Accent::Held, bounds(timing)),
        ]);
    }
    out.push_str(&format!("\n{}", table.render(style)));
    if !exported.lost.is_empty() {
        out.push_str("\nnot done by EventBridge:\n");
        exported.lost.iter().flat_map(|text| wrap(text, style.width - 2)).for_each(|line| out.push_str(&format!("  {line}\n")));
    }
    out
}

fn head(exported: &Exported<'_>, style: &Style) -> String {
    let schedule = exported.schedule;
    let entries = match exported.timings.len() {
        1 => "1 entry".to_owned(),
        n => format!("{n} entries"),
    };
    let mut table = Table::indented(0);
    table.heading(format!("{}, {entries}", schedule.name), schedule.span.file_line());
    let mut out = table.render(style);
    let (from, to) = (instant(exported.window.from, &schedule.timezone), instant(exported.window.to, &schedule.timezone));
    let about =
        [format!("edges from {from} to {to}"), format!("delivery: {}; {}", delivery(schedule.delivery.by), exported.resolve_text())];
    for line in about.iter().flat_map(|text| wrap(text, style.width)) {
        out.push_str(&format!("{}\n", style.paint(Accent::Held, &line)));
    }
    out
}

/// `from 2026-11-26 08:00, until 2026-12-25 08:00`, local.
fn bounds(timing: &Timing) -> String {
    let local = |at: Timestamp| timing.zone.tz().to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string();
    let start = timing.start.map(|at| format!("from {}", local(at)));
    let end = timing.end.map(|at| format!("until {}", local(at)));
    start.into_iter().chain(end).collect::<Vec<_>>().join(", ")
}

fn guarantees(style: &Style) -> String {
    let mut out = format!("{}\n", style.paint(Accent::Name, "what each delivery guarantees"));
    for row in &GUARANTEES {
        out.push_str(&format!("{}\n", row.situation));
        for by in [DeliveryBy::Loop, DeliveryBy::Eventbridge, DeliveryBy::Both] {
            for (at, line) in wrap(row.of(by), style.width.saturating_sub(INDENT)).iter().enumerate() {
                let word = if at == 0 { delivery(by) } else { "" };
                out.push_str(&format!("  {}{line}\n", style.paint(Accent::Held, &format!("{word:<width$}", width = INDENT - 2))));
            }
        }
    }
    out
}
