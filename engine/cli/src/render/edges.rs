//! Edges of a schedule in EventBridge: hundreds of steps that read as a line or two.

use std::collections::BTreeSet;

use muster_core::cloud::Kind;
use muster_core::plan::{Action, Step};

use super::count;
use super::words::{Line, sign};

/// More different firings than this are counted instead of said.
const SAID: usize = 4;
/// More machines than this are counted instead of named.
const NAMED: usize = 2;

/// True for a step about an edge.
pub(crate) fn is_edge(step: &Step) -> bool {
    step.kind == Kind::Edge
}

/// The edges of an entry: one line for each place, action and reason.
pub(crate) fn lines(steps: &[&Step]) -> Vec<Line> {
    let places: BTreeSet<_> = steps.iter().map(|step| &step.place).collect();
    let mut shared: Vec<Vec<&Step>> = Vec::new();
    for step in steps {
        match shared.iter_mut().find(|first| reads_alike(first[0], step)) {
            Some(with) => with.push(step),
            None => shared.push(vec![step]),
        }
    }
    shared.iter().map(|steps| line(steps, places.len() > 1)).collect()
}

fn reads_alike(one: &Step, other: &Step) -> bool {
    let of = |step: &Step| (step.place.clone(), step.action, step.cause, step.reason.clone());
    of(one) == of(other)
}

fn line(steps: &[&Step], several_places: bool) -> Line {
    let first = steps[0];
    let (sign, accent) = sign(first.action);
    let edges = count(steps.len(), "edge");
    let label = if first.action == Action::Delete { format!("delete {edges}") } else { edges };
    let place = if several_places { format!(" in {}", first.place) } else { String::new() };
    let reason = [fires(steps), first.reason.clone()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ");
    Line { sign, accent, label: format!("{label}{place}"), change: on(steps), cause: first.cause, reason }
}

/// `start cron(0 9 ? * MON-FRI *) Asia/Seoul, stop cron(…) Asia/Seoul`, or how many such there are.
fn fires(steps: &[&Step]) -> String {
    let of = |step: &&Step| step.fields.iter().find(|field| field.field == "fires").and_then(|field| field.to.clone());
    let said: BTreeSet<String> = steps.iter().filter_map(of).collect();
    if said.len() > SAID { format!("at {}", count(said.len(), "time")) } else { said.into_iter().collect::<Vec<_>>().join(", ") }
}

/// `500 machines`, or the one or two that there are.
fn on(steps: &[&Step]) -> String {
    let machines: BTreeSet<&str> = steps.iter().filter_map(|step| machine(step)).collect();
    if machines.len() > NAMED { count(machines.len(), "machine") } else { machines.into_iter().collect::<Vec<_>>().join(", ") }
}

/// `ec2/i-0abc` of `schedule/office/edge/ec2/i-0abc/start-0900-mon-fri`; nothing of one that is known by its name alone.
fn machine(step: &Step) -> Option<&str> {
    let (_, rest) = step.address.as_str().split_once("/edge/")?;
    rest.rsplit_once('/').map(|(machine, _)| machine)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_core::address::Address;
    use muster_core::cloud::Place;
    use muster_core::plan::{Cause, FieldChange};

    fn edge(machine: usize, when: &str, action: Action) -> Step {
        let place = Place { account: "main".to_owned(), region: "ap-northeast-2".to_owned() };
        let address = Address::from_text(&format!("schedule/office/edge/ec2/i-{machine}/{when}"));
        let mut step = Step::new(address, place, Kind::Edge, action, Cause::New);
        step.fields = vec![FieldChange { field: "fires".to_owned(), from: None, to: Some(format!("{when} Asia/Seoul")) }];
        step
    }

    #[test]
    fn a_thousand_edges_are_one_line() {
        let all: Vec<Step> = (0..500).flat_map(|n| ["start-0900", "stop-1900"].map(|when| edge(n, when, Action::Create))).collect();
        let lines = lines(&all.iter().collect::<Vec<_>>());
        assert_eq!(lines.len(), 1);
        assert_eq!((lines[0].label.as_str(), lines[0].sign), ("1000 edges", "+"));
        assert_eq!((lines[0].change.as_str(), lines[0].reason.as_str()), ("500 machines", "start-0900 Asia/Seoul, stop-1900 Asia/Seoul"));
    }

    #[test]
    fn what_is_done_elsewhere_or_for_another_reason_has_a_line_of_its_own() {
        let mut all = [edge(1, "a", Action::Create), edge(2, "a", Action::Create), edge(3, "a", Action::Delete)];
        all[1].place.region = "us-east-1".to_owned();
        let lines = lines(&all.iter().collect::<Vec<_>>());
        let said: Vec<&str> = lines.iter().map(|line| line.label.as_str()).collect();
        assert_eq!(said, ["1 edge in main/ap-northeast-2", "1 edge in main/us-east-1", "delete 1 edge in main/ap-northeast-2"]);
        assert_eq!((lines[0].change.as_str(), lines[0].reason.as_str()), ("ec2/i-1", "a Asia/Seoul"));
    }
}
