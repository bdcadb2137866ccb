//! What stands in EventBridge, below the list of schedules.

use jiff::Timestamp;
use muster_core::plan::delivery::{Shown, ShownEdge, ShownState};

use super::moment;
use crate::render::count;
use crate::render::style::{Accent, Style};
use crate::render::table::{Cell, Table};

/// How a message of the queue is read: it carries what the service answered (EventBridge Scheduler User Guide, "Configuring a
/// dead-letter queue").
const READ: &str = "aws sqs receive-message --message-attribute-names ERROR_CODE ERROR_MESSAGE --queue-url \
                    \"$(aws sqs get-queue-url --query QueueUrl --output text --queue-name";

/// Every schedule that EventBridge delivers, or that it still has edges of; nothing where there is none.
pub(crate) fn render(all: &[Shown], zone_of: &dyn Fn(&str) -> String, now: Timestamp, style: &Style) -> String {
    let mut table = Table::indented(2);
    for shown in all {
        let zone = shown.schedule.as_deref().map_or_else(|| "UTC".to_owned(), zone_of);
        table.heading(heading(shown), "");
        for line in lines(&shown.edges) {
            table.row(cells(&line, &zone, now));
        }
        if let Some(said) = undelivered(shown) {
            table.row(vec![Cell::painted(Accent::Destroy, said)]);
        }
    }
    if all.is_empty() {
        return String::new();
    }
    format!("{}\n{}", style.paint(Accent::Name, "in EventBridge"), table.render(style))
}

/// `office in main/ap-northeast-2, group muster-lms: 4 edges, queue empty`.
fn heading(shown: &Shown) -> String {
    let name = shown.schedule.as_deref().unwrap_or("left behind");
    let place = format!("{name} in {}/{}, group {}", shown.account, shown.region, shown.group);
    if !shown.read {
        return format!("{place}: could not be read as a whole; `muster plan` names the gap");
    }
    // What only has edges to go needs no role any more.
    let leaves = !shown.edges.is_empty() && shown.edges.iter().all(|edge| edge.state == ShownState::Stale);
    let role = if shown.role || shown.schedule.is_none() || leaves { "" } else { ", no role yet" };
    let queue = match (&shown.queue, shown.undelivered) {
        (Some(_), Some(0)) => ", nothing undelivered",
        _ => "",
    };
    format!("{place}: {}{role}{queue}", count(shown.edges.len(), "edge"))
}

fn undelivered(shown: &Shown) -> Option<String> {
    let (name, waiting) = (shown.queue.as_ref()?, shown.undelivered.filter(|waiting| *waiting > 0)?);
    let edges = count(usize::try_from(waiting).unwrap_or(usize::MAX), "edge");
    Some(format!("{edges} could not be delivered; why: `{READ} {name})\"`"))
}

/// Edges that read alike: they fire together and call the same. One that nothing wants does not say when it fires, nor on what, and
/// stands by its name.
struct Line<'s> {
    state: ShownState,
    fires: Option<&'s str>,
    next: Option<Timestamp>,
    call: &'s str,
    on: Vec<&'s str>,
    first: &'s str,
}

fn lines(edges: &[ShownEdge]) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for edge in edges {
        let call = edge.target.rsplit("aws-sdk:").next().unwrap_or(&edge.target);
        let fires = edge.fires.as_deref();
        let alike = |line: &&mut Line<'_>| (line.state, line.fires, line.call, line.next) == (edge.state, fires, call, edge.next);
        let on = edge.acts_on.as_deref().unwrap_or_default();
        match lines.iter_mut().find(alike).filter(|_| fires.is_some()) {
            Some(line) => line.on.push(on),
            None => lines.push(Line { state: edge.state, fires, next: edge.next, call, on: vec![on], first: &edge.name }),
        }
    }
    lines.sort_by_key(|line| (line.next.is_none(), line.next, line.state));
    lines
}

fn cells(line: &Line<'_>, zone: &str, now: Timestamp) -> Vec<Cell> {
    let (sign, accent, word) = match line.state {
        ShownState::Standing => ("✓", Accent::Create, "stands"),
        ShownState::Missing => ("+", Accent::Change, "missing"),
        ShownState::Stale => ("-", Accent::Change, "stale"),
        ShownState::Changed => ("~", Accent::Change, "changed by hand"),
        ShownState::Disabled => ("~", Accent::Change, "disabled by hand"),
    };
    let on = match line.on.as_slice() {
        [] | [""] => String::new(),
        [one] => (*one).to_owned(),
        many => count(many.len(), "machine"),
    };
    vec![
        Cell::painted(accent, sign),
        Cell::new(word),
        Cell::new(line.next.map(|at| moment(at, zone, now)).unwrap_or_default()),
        Cell::new(on),
        Cell::painted(Accent::Held, format!("{} → {}", line.fires.unwrap_or(line.first), line.call)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(name: &str, state: ShownState, fires: Option<&str>, on: &str) -> ShownEdge {
        ShownEdge {
            name: name.to_owned(),
            state,
            fires: fires.map(str::to_owned),
            next: fires.and_then(|_| "2026-11-24T00:00:00Z".parse().ok()),
            target: "arn:aws:scheduler:::aws-sdk:ec2:startInstances".to_owned(),
            acts_on: Some(on.to_owned()),
        }
    }

    #[test]
    fn edges_that_fire_together_are_one_line_and_what_differs_is_said() {
        let fires = Some("start cron(0 9 ? * MON-FRI *) Asia/Seoul");
        let shown = Shown {
            schedule: Some("office".to_owned()),
            account: "main".to_owned(),
            region: "ap-northeast-2".to_owned(),
            group: "muster-lms".to_owned(),
            read: true,
            role: true,
            queue: Some("muster-lms-office-0a1b2c3d".to_owned()),
            undelivered: Some(2),
            edges: vec![
                edge("a", ShownState::Standing, fires, "ec2/i-1"),
                edge("b", ShownState::Standing, fires, "ec2/i-2"),
                edge("c", ShownState::Missing, fires, "ec2/i-3"),
                edge("office-start-1a2b3c4d-5e6f7a8b", ShownState::Stale, None, ""),
                edge("office-start-1a2b3c4d-9c0d1e2f", ShownState::Stale, None, ""),
            ],
        };
        let style = Style { color: false, unicode: true, width: 160 };
        let now = "2026-11-23T03:00:00Z".parse().expect("instant");
        let text = render(&[shown], &|_| "Asia/Seoul".to_owned(), now, &style);
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        assert_eq!(lines[..2], ["in EventBridge", "office in main/ap-northeast-2, group muster-lms: 5 edges"]);
        assert!(lines[2].starts_with("✓  stands") && lines[2].contains("2 machines") && lines[2].contains("Tue 09:00 KST"), "{text}");
        assert!(lines[3].starts_with("+  missing") && lines[3].contains("ec2/i-3"), "{text}");
        assert!(lines[4].starts_with("-  stale") && lines[4].contains("office-start-1a2b3c4d-5e6f7a8b"), "{text}");
        assert!(lines[5].starts_with("-  stale") && lines[5].contains("office-start-1a2b3c4d-9c0d1e2f"), "two of one machine: {text}");
        assert!(!lines[4].contains("machine") && !lines[5].contains("machine"), "{text}");
        assert!(text.contains("2 edges could not be delivered") && text.contains("ERROR_MESSAGE"), "{text}");
        assert_eq!(render(&[], &|_| String::new(), now, &style), "");
    }
}
