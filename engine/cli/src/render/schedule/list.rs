//! One line for each schedule.

use jiff::Timestamp;
use muster_core::fleet::DeliveryBy;
use muster_core::schedule::WantedState;
use muster_core::scheduled::Listed;

use super::{moment, verb};
use crate::render::style::{Accent, Style};
use crate::render::table::{Cell, Table};
use crate::render::{count, local_time};

/// The whole list.
pub(crate) fn render(rows: &[Listed], now: Timestamp, timezone: Option<&str>, style: &Style) -> String {
    let mut table = Table::indented(2);
    for row in rows {
        table.row(cells(row, now));
    }
    let time = style.paint(Accent::Name, &local_time(now, timezone));
    format!("{time}\n\n{}\n{}\n", table.render(style), closing(rows))
}

fn cells(row: &Listed, now: Timestamp) -> Vec<Cell> {
    let (sign, accent) = match row.state {
        WantedState::Running => ("▶", Accent::Create),
        WantedState::Stopped => ("■", Accent::Plain),
        WantedState::Leave => ("~", Accent::Held),
    };
    let next =
        row.next.map_or_else(|| "never changes".to_owned(), |next| format!("{} {}", verb(next.state), moment(next.at, &row.timezone, now)));
    let findings = if row.findings == 0 { String::new() } else { count(row.findings, "finding") };
    vec![
        Cell::painted(accent, sign),
        Cell::new(&row.name),
        Cell::new(state_word(row.state)),
        Cell::new(next),
        Cell::new(machines(row)),
        Cell::painted(Accent::Change, findings),
        Cell::painted(Accent::Held, format!("{}, {}", row.timezone, delivery(row.delivery))),
    ]
}

/// `left alone` for leave.
pub(crate) const fn state_word(state: WantedState) -> &'static str {
    match state {
        WantedState::Running => "running",
        WantedState::Stopped => "stopped",
        WantedState::Leave => "left alone",
    }
}

/// The word of fleet.yaml.
pub(crate) const fn delivery(by: DeliveryBy) -> &'static str {
    match by {
        DeliveryBy::Loop => "loop",
        DeliveryBy::Eventbridge => "eventbridge",
        DeliveryBy::Both => "both",
    }
}

/// Nothing where the account was not read.
fn machines(row: &Listed) -> String {
    match (row.machines, row.waiting) {
        (None, _) => String::new(),
        (Some(machines), Some(waiting)) if waiting > 0 => format!("{} ({waiting} not made)", count(machines, "machine")),
        (Some(machines), _) => count(machines, "machine"),
    }
}

fn closing(rows: &[Listed]) -> String {
    if rows.is_empty() {
        return "no schedules yet; `schedules: {office: {run: ['mon-fri 09:00-19:00']}}` in fleet.yaml is one.".to_owned();
    }
    let found = rows.iter().filter(|row| row.findings > 0).count();
    let lint = if found == 0 { String::new() } else { "; `muster schedule lint` shows the findings".to_owned() };
    format!("{}{lint}.", count(rows.len(), "schedule"))
}
