//! Why a machine is on or off, rule by rule.

use jiff::Timestamp;
use muster_core::schedule::{Considered, RunState, WantedState};
use muster_core::scheduled::{Change, Explanation};

use super::{instant, moment, verb};
use crate::render::local_time;
use crate::render::style::{Accent, Style};
use crate::render::table::{Cell, Table};

/// The whole explanation. `as_of` is when the machine's own state was read.
pub(crate) fn render(explanation: &Explanation, as_of: Timestamp, timezone: Option<&str>, style: &Style) -> String {
    let zone = explanation.timezone.as_deref().or(timezone).unwrap_or("UTC");
    let mut blocks = vec![head(explanation, as_of, zone, style), schedules(explanation, style)];
    if !explanation.rules.is_empty() {
        blocks.push(rules(explanation, zone, style));
    }
    blocks.push(rest(explanation, zone, style));
    blocks.join("\n")
}

fn head(explanation: &Explanation, as_of: Timestamp, zone: &str, style: &Style) -> String {
    let mut table = Table::indented(0);
    let place = format!("{}/{}", explanation.account, explanation.region);
    let id = if explanation.address.contains(&explanation.id) { String::new() } else { format!("  {}", explanation.id) };
    table.heading(format!("{}{id}", explanation.address), place);
    let wanted = match explanation.desired {
        Some(WantedState::Leave) => "left alone".to_owned(),
        Some(state) => format!("wanted {}", state.as_str()),
        None => "nothing is wanted of it".to_owned(),
    };
    let at = local_time(explanation.at, Some(zone));
    let said = match explanation.at == as_of {
        true => format!("{at}: {}, {wanted}", explanation.actual),
        false => format!("{at}: {wanted} ({} as of {})", explanation.actual, local_time(as_of, Some(zone))),
    };
    format!("{}{said}\n", table.render(style))
}

fn schedules(explanation: &Explanation, style: &Style) -> String {
    let mut table = Table::indented(2);
    for claim in &explanation.schedules {
        let decides = explanation.schedule.as_deref() == Some(&claim.schedule);
        let accent = if claim.applies { Accent::Plain } else { Accent::Held };
        table.row(vec![
            Cell::new(if decides { "▶" } else { "" }),
            Cell::painted(accent, format!("schedule {}", claim.schedule)),
            Cell::painted(Accent::Held, &claim.origin),
            Cell::painted(accent, &claim.why),
        ]);
    }
    table.render(style)
}

fn rules(explanation: &Explanation, zone: &str, style: &Style) -> String {
    let mut table = Table::indented(2);
    for rule in &explanation.rules {
        let accent = if rule.holds { Accent::Plain } else { Accent::Held };
        let place = rule.span.as_ref().map(muster_core::span::Span::file_line).unwrap_or_default();
        table.row(vec![
            Cell::new(if rule.decides { "▶" } else { "" }),
            Cell::painted(accent, &rule.rule),
            Cell::painted(Accent::Held, place),
            Cell::painted(accent, said(rule, explanation.at, zone)),
        ]);
    }
    table.render(style)
}

/// `decides, until Fri 19:00 KST (10:00 UTC)`, `does not hold`.
fn said(rule: &Considered, at: Timestamp, zone: &str) -> String {
    let until = rule.stretch.filter(|stretch| rule.holds && stretch.to < Timestamp::MAX);
    let until = until.map(|stretch| format!(", until {}", moment(stretch.to, zone, at))).unwrap_or_default();
    match (rule.decides, rule.holds) {
        (true, _) => format!("decides{until}"),
        (false, true) => format!("holds{until}"),
        (false, false) => "does not hold".to_owned(),
    }
}

fn rest(explanation: &Explanation, zone: &str, style: &Style) -> String {
    let mut table = Table::indented(2);
    let mut row = |what: &str, text: String| table.row(vec![Cell::painted(Accent::Held, what), Cell::new(text)]);
    if let Some(change) = &explanation.last_change {
        row("last change", changed(change, zone));
    }
    row("verdict", explanation.verdict.clone());
    if let Some(note) = &explanation.note {
        row("note", note.clone());
    }
    if explanation.schedule.is_some() || explanation.next.is_some() {
        let next = explanation.next.map(|next| format!("{} {}", verb(next.state), moment(next.at, zone, explanation.at)));
        row("next edge", next.unwrap_or_else(|| "none, it never changes".to_owned()));
    }
    table.render(style)
}

fn changed(change: &Change, zone: &str) -> String {
    let did = match (change.creation, change.to) {
        (true, _) => "created",
        (false, RunState::Running) => "started",
        (false, RunState::Stopped) => "stopped",
    };
    let at = change.at.map_or_else(|| "at a time AWS does not give".to_owned(), |at| instant(at, zone));
    let judged = change.judgement.as_ref().map(|judgement| format!("; {judgement}")).unwrap_or_default();
    format!("{did} {at}{judged}")
}
