//! Findings about schedules that only an account shows.

use std::collections::{BTreeMap, BTreeSet};

use super::moves::Moves;
use crate::name::Name;
use crate::plan::Input;
use crate::plan::draft::Draft;
use crate::plan::run_state::{Judged, background, judge_all};
use crate::plan::stoppable;
use crate::schedule::Schedule;
use crate::schedule::lint::{Code, Lint, sort};

/// How many addresses a message names.
const NAMED: usize = 3;

/// A machine and the schedules that are for it, the highest priority first.
type Claimed<'a> = (Judged<'a>, Vec<&'a Schedule>);

/// Schedules that select nothing, meet on one machine, or are for what cannot be stopped.
#[must_use]
pub fn lint(input: &Input<'_>) -> Vec<Lint> {
    let draft = Draft::new(*input);
    let claimed: Vec<Claimed<'_>> = judge_all(&draft)
        .into_iter()
        .map(|judged| {
            let schedules = background(&draft, &judged).map(|background| background.schedules).unwrap_or_default();
            (judged, schedules)
        })
        .collect();
    let mut all = selects_nothing(input, &claimed);
    all.extend(two_schedules(&claimed));
    all.extend(cannot_be_stopped(&claimed));
    sort(&mut all);
    all
}

/// What could not be read is not absent: with a gap nothing is said.
fn selects_nothing(input: &Input<'_>, claimed: &[Claimed<'_>]) -> Vec<Lint> {
    if !input.snapshot.gaps.is_empty() {
        return Vec::new();
    }
    let moves = Moves::of(input);
    let used: BTreeSet<&Name> = claimed.iter().flat_map(|(_, schedules)| schedules).map(|schedule| &schedule.name).collect();
    let idle = |schedule: &&Schedule| schedule.select.is_some() && !used.contains(&schedule.name) && moves.waiting(&schedule.name) == 0;
    let said = |schedule: &Schedule| Lint {
        code: Code::SelectsNothing,
        message: format!("`{}` selects nothing in this account, and nobody names it", schedule.name),
        help: "check its tags, services and places; `muster schedule explain ID` says why a machine is not selected".to_owned(),
        span: schedule.span.clone(),
        schedules: vec![schedule.name.clone()],
    };
    input.fleet.schedules.values().filter(idle).map(said).collect()
}

fn two_schedules(claimed: &[Claimed<'_>]) -> Vec<Lint> {
    let mut pairs: BTreeMap<(&Name, &Name), (&Schedule, &Schedule, Vec<&str>)> = BTreeMap::new();
    for (judged, schedules) in claimed {
        if let [first, second, ..] = schedules.as_slice()
            && first.priority == second.priority
        {
            let pair = pairs.entry((&first.name, &second.name)).or_insert((first, second, Vec::new()));
            pair.2.push(judged.address.as_str());
        }
    }
    let said = |(one, two, addresses): (&Schedule, &Schedule, Vec<&str>)| Lint {
        code: Code::TwoSchedules,
        message: format!(
            "`{}` and `{}` ({}) are both for {}, held back until one decides",
            one.name,
            two.name,
            two.span.file_line(),
            named(&addresses)
        ),
        help: "give one of them a higher `priority`, or narrow its `select`".to_owned(),
        span: one.span.clone(),
        schedules: vec![one.name.clone(), two.name.clone()],
    };
    pairs.into_values().map(said).collect()
}

fn cannot_be_stopped(claimed: &[Claimed<'_>]) -> Vec<Lint> {
    let mut refused: BTreeMap<(&Name, String), (&Schedule, Vec<&str>)> = BTreeMap::new();
    for (judged, _) in claimed {
        if let Some((schedule, why)) = judged.schedule.zip(stoppable::refusal(judged.machine)) {
            refused.entry((&schedule.name, why)).or_insert((schedule, Vec::new())).1.push(judged.address.as_str());
        }
    }
    let said = |((name, why), (schedule, addresses)): ((&Name, String), (&Schedule, Vec<&str>))| Lint {
        code: Code::CannotBeStopped,
        message: format!("`{name}` is for {}, which can be neither started nor stopped: {why}", named(&addresses)),
        help: "leave it out of the `select` by a tag under `except`".to_owned(),
        span: schedule.span.clone(),
        schedules: vec![name.clone()],
    };
    refused.into_iter().map(said).collect()
}

/// `ec2/i-1, ec2/i-2, ec2/i-3 and 4 more`.
fn named(addresses: &[&str]) -> String {
    let shown = addresses.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match addresses.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
