//! Status on a terminal: one line a machine, and below it what needs an eye.

use jiff::Timestamp;
use muster_core::schedule::WantedState;
use muster_core::status::{Row, Status};

use super::style::{Accent, Style};
use super::table::{Cell, Table};
use super::{count, instant, local_time, short_account};

/// The whole view.
pub(crate) fn render(status: &Status, timezone: Option<&str>, style: &Style) -> String {
    let mut table = Table::indented(2);
    for row in &status.resources {
        table.row(cells(row, status.at, timezone));
    }
    let mut blocks = vec![format!("{}\n", style.paint(Accent::Name, &local_time(status.at, timezone)))];
    if !status.gaps.is_empty() {
        let what = format!("incomplete: {} could not be made", count(status.gaps.len(), "read"));
        blocks.insert(0, format!("{}\n{}", style.paint(Accent::Destroy, &what), gaps(status, style)));
    }
    blocks.push(table.render(style));
    blocks.push(remarks(status, timezone, style));
    blocks.push(ways_in(status, style));
    blocks.push(parts(status, style));
    blocks.push(kept(status, timezone, style));
    blocks.push(format!("{}\n", closing(status)));
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n")
}

fn gaps(status: &Status, style: &Style) -> String {
    let mut table = Table::indented(2);
    for gap in &status.gaps {
        table.row(vec![
            Cell::new(&gap.action),
            Cell::new(format!("{} {}", gap.account, gap.region)),
            Cell::painted(Accent::Held, &gap.error),
        ]);
    }
    table.render(style)
}

fn cells(row: &Row, now: Timestamp, timezone: Option<&str>) -> Vec<Cell> {
    let (sign, accent) = state_sign(row);
    let next = row.next.as_ref().map(|next| format!("{} {} ({})", verb(next.state), clock(next.at, timezone), distance(now, next.at)));
    let held = |text: String| Cell::painted(Accent::Held, text);
    vec![
        Cell::painted(accent, sign),
        Cell::new(name(row)),
        Cell::painted(accent, &row.actual),
        held(desired(row)),
        held(row.size.clone()),
        Cell::new(row.ip.clone().unwrap_or_default()),
        held(if says_its_id(row) { String::new() } else { row.id.clone() }),
        held(next.unwrap_or_default()),
    ]
}

/// True when the address is the id, or the end of it: `ecs/main/api` of an ARN.
fn says_its_id(row: &Row) -> bool {
    row.address.contains(&row.id) || row.address.strip_prefix("ecs").is_some_and(|path| row.id.ends_with(path))
}

/// `user/alice` for a machine of ours: its part says nothing new.
fn name(row: &Row) -> &str {
    row.address.strip_suffix("/instance").unwrap_or(&row.address)
}

fn state_sign(row: &Row) -> (&'static str, Accent) {
    match row.actual.as_str() {
        "running" | "available" => ("▶", Accent::Create),
        "stopped" => ("■", Accent::Plain),
        _ => ("~", Accent::Change),
    }
}

/// What is wanted, where that is not what is: the rest is noise.
fn desired(row: &Row) -> String {
    let up = matches!(row.actual.as_str(), "running" | "available");
    match row.desired {
        Some(WantedState::Running) if !up => "wanted running",
        Some(WantedState::Stopped) if row.actual != "stopped" => "wanted stopped",
        Some(WantedState::Running | WantedState::Stopped) => "",
        Some(WantedState::Leave) => "left alone",
        None => "no schedule",
    }
    .to_owned()
}

const fn verb(state: WantedState) -> &'static str {
    match state {
        WantedState::Running => "starts",
        WantedState::Stopped => "stops",
        WantedState::Leave => "left alone from",
    }
}

fn clock(at: Timestamp, timezone: Option<&str>) -> String {
    let zone = timezone.and_then(|name| jiff::tz::TimeZone::get(name).ok()).unwrap_or(jiff::tz::TimeZone::UTC);
    at.to_zoned(zone).strftime("%a %H:%M").to_string()
}

/// `in 58 min`, `in 3 h`, `in 2 d`.
fn distance(now: Timestamp, at: Timestamp) -> String {
    let minutes = at.duration_since(now).as_mins();
    match minutes {
        ..=119 => format!("in {minutes} min"),
        120..=2879 => format!("in {} h", minutes / 60),
        _ => format!("in {} d", minutes / 1440),
    }
}

fn remarks(status: &Status, timezone: Option<&str>, style: &Style) -> String {
    let mut table = Table::indented(2);
    for row in &status.resources {
        for remark in remarks_of(row, timezone) {
            table.row(vec![Cell::painted(Accent::Change, "note"), Cell::new(name(row)), Cell::painted(Accent::Held, remark)]);
        }
    }
    table.render(style)
}

fn remarks_of(row: &Row, timezone: Option<&str>) -> Vec<String> {
    let retired = row.retire_after.map(|at| format!("removed from the file; may be deleted after {}", instant(at, timezone)));
    let over = row.override_until.map(|at| format!("override until {}", instant(at, timezone)));
    let image = row.image.as_ref().filter(|image| image.superseded).map(|image| {
        let age = image.age_days.map(|days| format!(", {days} days old")).unwrap_or_default();
        format!("made from {}{age}; fleet.lock has a newer image for the next one", image.id)
    });
    [row.note.clone(), over, retired, image].into_iter().flatten().collect()
}

/// How to reach what is up, on lines of their own: what is copied must not be cut.
fn ways_in(status: &Status, style: &Style) -> String {
    let mut table = Table::indented(2);
    for row in status.resources.iter().filter(|row| matches!(row.actual.as_str(), "running" | "available")) {
        let ways = [("ssh", &row.ssh), ("endpoint", &row.endpoint)];
        for (word, way) in ways.into_iter().filter_map(|(word, way)| Some((word, way.as_ref()?))) {
            table.row(vec![Cell::painted(Accent::Held, word), Cell::new(name(row)), Cell::new(way)]);
        }
    }
    table.render(style)
}

fn parts(status: &Status, style: &Style) -> String {
    let mut table = Table::indented(2);
    for part in &status.parts {
        let listed = if part.listed { "" } else { "no longer in the file" };
        let place = format!("{} {}", part.account, part.region);
        table.row(vec![
            Cell::new(&part.address),
            Cell::painted(Accent::Held, &part.id),
            Cell::new(place),
            Cell::painted(Accent::Change, listed),
        ]);
    }
    table.render(style)
}

fn kept(status: &Status, timezone: Option<&str>, style: &Style) -> String {
    let mut table = Table::indented(2);
    for kept in &status.kept {
        let created = kept.created.map(|at| format!("{}, ", local_time(at, timezone))).unwrap_or_default();
        table.row(vec![
            Cell::new("kept"),
            Cell::new(&kept.address),
            Cell::painted(Accent::Held, &kept.id),
            Cell::new(format!("{created}{} GiB, {} {}", kept.size_gib, short_account(&kept.account), kept.region)),
        ]);
    }
    table.render(style)
}

fn closing(status: &Status) -> String {
    let size: u64 = status.kept.iter().map(|kept| u64::from(kept.size_gib)).sum();
    match status.kept.len() {
        0 => machines(status),
        n => format!("{}\n{} kept of up to {size} GiB; muster never deletes one.", machines(status), count(n, "snapshot")),
    }
}

fn machines(status: &Status) -> String {
    if !status.notes.is_empty() {
        return status.notes.join("\n");
    }
    if status.resources.is_empty() {
        return "no machines yet; `muster plan` shows what would be made.".to_owned();
    }
    let mut states: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for row in &status.resources {
        *states.entry(&row.actual).or_default() += 1;
    }
    let counted: Vec<String> = states.iter().map(|(state, n)| format!("{n} {state}")).collect();
    format!("{}: {}.", count(status.resources.len(), "machine"), counted.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_read_at_a_glance() {
        let now = Timestamp::UNIX_EPOCH;
        let at = |minutes: i64| distance(now, Timestamp::from_second(minutes * 60).expect("instant"));
        assert_eq!([at(58), at(180), at(4 * 1440)], ["in 58 min", "in 3 h", "in 4 d"]);
    }

    #[test]
    fn an_empty_status_says_what_would_be_here() {
        let status = Status {
            at: Timestamp::UNIX_EPOCH,
            resources: Vec::new(),
            parts: Vec::new(),
            kept: Vec::new(),
            notes: Vec::new(),
            gaps: Vec::new(),
        };
        let text = render(&status, None, &Style { color: false, unicode: true, width: 100 });
        assert!(text.contains("no machines") && text.contains("muster plan"), "{text}");
    }
}
