//! The steps of a plan by entry of fleet.yaml, those that read alike as one line.

use std::collections::BTreeMap;

use muster_core::plan::{Action, Plan, Step};

use super::edges;
use super::words::{Line, change, consequence, label, noun, sign};

/// An entry of fleet.yaml and what happens to it.
#[derive(Debug)]
pub(crate) struct Group {
    /// `user/alice`.
    pub(crate) entry: String,
    /// `fleet.yaml:31`.
    pub(crate) origin: String,
    /// In the plan's order.
    pub(crate) lines: Vec<Line>,
}

/// The plan's steps by entry. Parts that are made for the same reason share a line.
pub(crate) fn groups(plan: &Plan) -> Vec<Group> {
    let mut order: Vec<&str> = Vec::new();
    let mut by_entry: BTreeMap<&str, Vec<&Step>> = BTreeMap::new();
    for step in &plan.steps {
        let steps = by_entry.entry(step.address.entry()).or_default();
        if steps.is_empty() {
            order.push(step.address.entry());
        }
        steps.push(step);
    }
    order.into_iter().map(|entry| group(entry, &by_entry[entry])).collect()
}

fn group(entry: &str, steps: &[&Step]) -> Group {
    let origin = steps.iter().find_map(|step| step.origin.clone()).unwrap_or_default();
    let mut lines: Vec<(Line, &Step)> = Vec::new();
    let (edges, others): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(|step| edges::is_edge(step));
    for step in others {
        match lines.iter_mut().find(|(_, first)| reads_alike(first, step)) {
            Some((line, _)) => join(line, step),
            None => lines.push((line(step), step)),
        }
    }
    Group { entry: entry.to_owned(), origin, lines: lines.into_iter().map(|(line, _)| line).chain(edges::lines(&edges)).collect() }
}

fn reads_alike(one: &Step, other: &Step) -> bool {
    let quiet = |step: &Step| matches!(step.action, Action::Create | Action::Delete) && consequence(step).is_none();
    quiet(one) && quiet(other) && one.action == other.action && one.cause == other.cause && one.reason == other.reason
}

fn join(line: &mut Line, step: &Step) {
    line.label = format!("{}, {}", line.label, noun(step));
    if line.change.is_empty() {
        line.change = change(step);
    }
}

fn line(step: &Step) -> Line {
    let (sign, accent) = sign(step.action);
    let words = [Some(step.reason.as_str()).filter(|text| !text.is_empty()), consequence(step)];
    let reason = words.into_iter().flatten().collect::<Vec<_>>().join("; ");
    Line { sign, accent, label: label(step), change: change(step), cause: step.cause, reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    #[test]
    fn parts_made_for_the_same_reason_share_a_line() {
        let plan = sample::plan();
        let groups = groups(&plan);
        let chulsoo = groups.iter().find(|group| group.entry == "user/김철수").expect("group");
        assert_eq!(chulsoo.lines.len(), 1);
        assert_eq!(chulsoo.lines[0].label, "security-group, key, instance");
        assert_eq!(chulsoo.lines[0].change, "t3.small, 30 GiB gp3, ami-0abc");
    }
}
