//! What stands in EventBridge, beside what should: for those who look.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::compiler::Compiler;
use super::names::{Names, queue_address, role_address};
use super::post::posts;
use super::standing::{Edge, Standing};
use super::wanted::{Wanted, wanted};
use crate::cloud::Place;
use crate::fleet::Fleet;
use crate::plan::draft::{Draft, Input};
use crate::plan::run_state::judge_all;

/// The delivery of a schedule in a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The schedule; nothing for what is left of one that the file no longer has.
    pub schedule: Option<String>,
    /// Name of the account in fleet.yaml.
    pub account: String,
    /// AWS region.
    pub region: String,
    /// The schedule group.
    pub group: String,
    /// False when what stands there could not be read as a whole; then no edge is shown.
    pub read: bool,
    /// Whether its role stands.
    pub role: bool,
    /// Its queue; nothing when it has none.
    pub queue: Option<String>,
    /// Edges in the queue that could not be delivered; nothing when there is none.
    pub undelivered: Option<u64>,
    /// Its edges, those that stand and those that should.
    pub edges: Vec<ShownEdge>,
}

/// An edge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownEdge {
    /// Its name in the group.
    pub name: String,
    /// Whether it is as it should be.
    pub state: State,
    /// `start cron(0 9 ? * MON-FRI *) Asia/Seoul`; nothing for one that nothing wants, since a listing shows no expressions.
    pub fires: Option<String>,
    /// Its next firing, as compiled.
    pub next: Option<Timestamp>,
    /// What it calls: `arn:aws:scheduler:::aws-sdk:ec2:startInstances`.
    pub target: String,
    /// On what: `ec2/i-0abc`, or `ec2/tag`.
    pub acts_on: Option<String>,
}

/// How an edge that stands compares with the one that should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// As it should be.
    Standing,
    /// It should stand and does not.
    Missing,
    /// It stands as it was compiled once; the next apply replaces or removes it.
    Stale,
    /// Somebody changed it.
    Changed,
    /// Somebody disabled it.
    Disabled,
}

/// What stands and what should, in the order of place and file.
#[must_use]
pub fn shown(input: &Input<'_>) -> Vec<Shown> {
    let mut draft = Draft::new(*input);
    let judged = judge_all(&draft);
    let mut compiler = Compiler::new(input.fleet, input.now);
    let mut all = Vec::new();
    for place in draft.sites.keys().cloned().collect::<Vec<Place>>() {
        let Some(names) = Names::of(&draft, &place) else { continue };
        let posts = posts(&draft, &names);
        let standing = Standing::of(&draft, &names);
        let read = !super::unread::hold(&mut draft, &names, &posts, &standing);
        let ready: Vec<_> = posts.iter().map(|post| (post.clone(), false)).collect();
        let wanted = if read { wanted(&mut draft, &names, &ready, &judged, &mut compiler) } else { Vec::new() };
        let mut found = if read { pair(input.fleet, &standing, wanted) } else { BTreeMap::new() };
        for post in &posts {
            let edges = found.remove(&Some(post.schedule.name.to_string())).unwrap_or_default();
            all.push(of_post(&draft, &names, post.schedule, read, edges));
        }
        for (schedule, edges) in found {
            let of_file = schedule.as_deref().and_then(|name| input.fleet.schedules.values().find(|of_file| of_file.name.as_str() == name));
            all.push(match of_file {
                Some(schedule) => of_post(&draft, &names, schedule, read, edges),
                None => Shown { edges, ..empty(&names, schedule, read) },
            });
        }
    }
    all
}

fn empty(names: &Names, schedule: Option<String>, read: bool) -> Shown {
    let Place { account, region } = names.place.clone();
    Shown { schedule, account, region, group: names.group.clone(), read, role: false, queue: None, undelivered: None, edges: Vec::new() }
}

fn of_post(draft: &Draft<'_>, names: &Names, schedule: &crate::schedule::Schedule, read: bool, edges: Vec<ShownEdge>) -> Shown {
    let site = draft.sites.get(&names.place);
    let role = site.is_some_and(|site| site.roles.ours.contains_key(&role_address(&schedule.name)));
    let queue = site.and_then(|site| site.queues.ours.get(&queue_address(&schedule.name))?.first().map(|owned| owned.item));
    let (name, undelivered) = (queue.map(|queue| queue.name.clone()), queue.map(|queue| queue.waiting));
    Shown { role, queue: name, undelivered, edges, ..empty(names, Some(schedule.name.to_string()), read) }
}

/// Every edge that stands or should, by schedule. One that was made for no schedule of the file stands under none.
fn pair(fleet: &Fleet, standing: &Standing<'_>, wanted: Vec<Wanted<'_>>) -> BTreeMap<Option<String>, Vec<ShownEdge>> {
    let mut all: BTreeMap<Option<String>, Vec<ShownEdge>> = BTreeMap::new();
    let mut stands: BTreeMap<&str, Edge<'_>> = standing.edges().map(|edge| (edge.seen.name.as_str(), edge)).collect();
    for edge in wanted {
        let state = match stands.remove(edge.name.as_str()) {
            Some(seen) => state(&seen),
            None if edge.make => State::Missing,
            None => continue,
        };
        all.entry(Some(edge.schedule.name.to_string())).or_default().push(of_wanted(&edge, state));
    }
    for edge in stands.into_values() {
        // A schedule that wants no edge here any more, or none today, is still theirs.
        let names = fleet.schedules.keys().map(|name| name.as_str());
        let schedule = names.filter(|name| edge.is_of(name)).max_by_key(|name| name.len());
        all.entry(schedule.map(str::to_owned)).or_default().push(left_over(&edge));
    }
    all
}

fn state(edge: &Edge<'_>) -> State {
    match (edge.seen.enabled, edge.seen.is_untouched()) {
        (false, _) => State::Disabled,
        (true, false) => State::Changed,
        (true, true) => State::Standing,
    }
}

fn of_wanted(edge: &Wanted<'_>, state: State) -> ShownEdge {
    ShownEdge {
        name: edge.name.clone(),
        state,
        fires: Some(super::edges::fires(edge)),
        next: edge.first,
        target: edge.spec.arn(),
        acts_on: Some(edge.machine.as_ref().map_or_else(|| edge.spec.target.words(), ToString::to_string)),
    }
}

fn left_over(edge: &Edge<'_>) -> ShownEdge {
    ShownEdge {
        name: edge.seen.name.clone(),
        state: State::Stale,
        fires: None,
        next: None,
        target: edge.seen.target.clone(),
        acts_on: None,
    }
}
