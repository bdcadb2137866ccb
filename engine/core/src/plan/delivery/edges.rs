//! Edges: made, replaced and pruned by their names alone, which say all that they are.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Names, group_address, queue_address, role_address};
use super::post::Post;
use super::standing::{Edge, Standing};
use super::targets::Born;
use super::wanted::Wanted;
use crate::address::Address;
use crate::cloud::{Change, Kind};
use crate::plan::draft::Draft;
use crate::plan::model::{Action, Cause, FieldChange, Op, Step};
use crate::plan::words;

/// What becomes of the edges of a place.
#[derive(Debug, Default)]
pub(super) struct Edges {
    /// Addresses of steps that take something away: roles, queues and the group go after them.
    pub(super) going: Vec<Address>,
    /// Names of schedules whose edges were left as they are.
    pub(super) left: BTreeSet<String>,
    /// One fires within minutes: what stands and is not wanted may be what fires in its place, and stays until it has.
    pub(super) too_near: bool,
}

/// Plans the edges of a place.
pub(super) fn plan(
    draft: &mut Draft<'_>,
    names: &Names,
    standing: &Standing<'_>,
    ready: &[(Post<'_>, bool)],
    wanted: Vec<Wanted<'_>>,
) -> Edges {
    let mut edges = Edges {
        left: ready.iter().filter(|(post, _)| post.held).map(|(post, _)| post.schedule.name.to_string()).collect(),
        ..Edges::default()
    };
    let contested = wanted.iter().filter(|wanted| wanted.contested).map(|wanted| wanted.schedule.name.to_string());
    edges.left.extend(contested);
    edges.too_near = wanted.iter().any(|wanted| wanted.is_due);
    let matched = Matched::of(standing, wanted);
    let moved = ready.iter().filter(|(_, moved)| *moved).map(|(post, _)| post.schedule.name.to_string()).collect();
    let names_of = ready.iter().map(|(post, _)| &post.schedule.name);
    let fresh = names_of.filter(|name| draft.creates(&names.place, &role_address(name))).map(ToString::to_string).collect();
    let of_file = |edge: &Edge<'_>| schedule_of(draft, edge);
    let orphans: Vec<(Option<String>, Edge<'_>)> = matched.orphans.into_iter().map(|edge| (of_file(&edge), edge)).collect();
    let recut = orphans.iter().filter_map(|(schedule, _)| schedule.clone()).collect();
    let news = News { moved, fresh, recut, reach: reach(ready, standing) };
    let mut made = Made::default();
    for (wanted, stale) in &matched.wanted {
        let why = Why::of(&news, &matched.known, wanted);
        match stale.as_slice() {
            _ if wanted.contested => {}
            _ if wanted.too_near.is_some() => hold_too_near(draft, names, wanted),
            [] if !wanted.make => {}
            [] => {
                made.add(wanted);
                create(draft, names, wanted, why);
            }
            stale if wanted.is_due && stale.iter().all(|edge| edge.seen.name != wanted.name) => {
                let why = "it fires within minutes and is replaced after that; plan again then";
                draft.hold(&names.place, &wanted.spec.address, why, Some(&wanted.schedule.span));
            }
            stale => {
                edges.going.push(wanted.spec.address.clone());
                update(draft, names, wanted, stale, why);
            }
        }
    }
    for (schedule, edge) in orphans {
        let successors = made.before(schedule.as_deref());
        orphan(draft, names, ready, (schedule, edge), successors, &mut edges);
    }
    edges
}

/// Takes every edge away.
pub(super) fn prune(draft: &mut Draft<'_>, names: &Names, standing: &Standing<'_>) -> Edges {
    let mut edges = Edges::default();
    for edge in standing.edges() {
        let schedule = schedule_of(draft, &edge);
        delete(draft, names, &edge, edge.address_to_go(schedule.as_deref()), "`muster destroy`".to_owned(), &mut edges);
    }
    edges
}

/// What is wanted with what stands in its place; an empty list where nothing stands yet. What stands as it is wanted is not in it.
struct Matched<'a, 's> {
    wanted: Vec<(Wanted<'a>, Vec<Edge<'s>>)>,
    orphans: Vec<Edge<'s>>,
    /// Machines and schedules of which some edge stands.
    known: BTreeSet<(String, Option<Address>)>,
}

impl<'a, 's> Matched<'a, 's> {
    fn of(standing: &Standing<'s>, wanted: Vec<Wanted<'a>>) -> Self {
        let mut by_address: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, edge) in wanted.iter().enumerate() {
            by_address.entry(edge.address_hash()).or_default().push(at);
        }
        let mut stale: Vec<Vec<Edge<'s>>> = wanted.iter().map(|_| Vec::new()).collect();
        let (mut fine, mut orphans, mut known) = (vec![false; wanted.len()], Vec::new(), BTreeSet::new());
        for edge in standing.edges() {
            // Among very many edges two addresses share a hash: then the whole name tells, and words that are not its own are another's.
            let alike = by_address.get(edge.address).map(Vec::as_slice).unwrap_or_default();
            let same = alike.iter().find(|at| wanted[**at].name == edge.seen.name);
            let Some(&at) = same.or_else(|| alike.first().filter(|_| alike.len() == 1)) else {
                orphans.push(edge);
                continue;
            };
            known.insert(whose(&wanted[at]));
            if edge.in_present && edge.seen.name == wanted[at].name && edge.seen.is_untouched() {
                fine[at] = true;
            } else {
                stale[at].push(edge);
            }
        }
        let open = wanted.into_iter().zip(stale).zip(fine);
        let mut left = Vec::new();
        for ((mut edge, stale), fine) in open {
            if fine && stale.is_empty() {
                continue;
            }
            // One that stands needs no other: what else has its address goes.
            edge.make &= !fine;
            left.push((edge, stale));
        }
        Self { wanted: left, orphans, known }
    }
}

fn whose(wanted: &Wanted<'_>) -> (String, Option<Address>) {
    (wanted.schedule.name.to_string(), wanted.machine.clone())
}

/// Why an edge is made.
struct Why {
    cause: Cause,
    reason: String,
}

/// Most edges that one which goes waits for.
const MOST_AWAITED: usize = 64;

/// Edges that this plan makes, by schedule. One that goes waits for them: where nothing can be made, nothing is taken away.
#[derive(Default)]
struct Made(BTreeMap<String, Vec<Address>>);

impl Made {
    fn add(&mut self, wanted: &Wanted<'_>) {
        self.0.entry(wanted.schedule.name.to_string()).or_default().push(wanted.spec.address.clone());
    }

    /// What an edge of a schedule goes after; of one that the file no longer has, what any schedule is given. Of very many a share.
    fn before(&self, schedule: Option<&str>) -> Vec<Address> {
        let all: Vec<&Address> = match schedule {
            Some(schedule) => self.0.get(schedule).into_iter().flatten().collect(),
            None => self.0.values().flatten().collect(),
        };
        all.iter().step_by(all.len().div_ceil(MOST_AWAITED).max(1)).map(|address| (*address).clone()).collect()
    }
}

/// Says of an edge that nobody would fire that it is so.
fn hold_too_near(draft: &mut Draft<'_>, names: &Names, wanted: &Wanted<'_>) {
    let Some(at) = wanted.too_near else { return };
    let (action, until) = (wanted.spec.action.as_str(), words::instant(at, &wanted.schedule.timezone));
    let why = format!("its edge at {until} is too near to be made; plan again after it, or `muster {action}` the machine then");
    draft.hold(&names.place, &wanted.spec.address, why, Some(&wanted.schedule.span));
}

/// What is new about the schedules of a place.
struct News {
    /// Those of which edges go that nothing wants any more.
    recut: BTreeSet<String>,
    /// The last day for which each has an `at()`, as `20270809`.
    reach: BTreeMap<String, String>,
    /// Those that read otherwise than when they were last applied.
    moved: BTreeSet<String>,
    /// Those whose role is made by this plan.
    fresh: BTreeSet<String>,
}

impl News {
    /// True of an `at()` beyond all that stand: nobody deleted it, the window had not reached it.
    fn is_ahead(&self, wanted: &Wanted<'_>) -> bool {
        let day = wanted.spec.expression.strip_prefix("at(").and_then(|at| at.split('T').next()).map(|day| day.replace('-', ""));
        day.is_some_and(|day| self.reach.get(wanted.schedule.name.as_str()).is_none_or(|last| day > *last))
    }
}

/// The last day for which each schedule has an `at()`.
fn reach(ready: &[(Post<'_>, bool)], standing: &Standing<'_>) -> BTreeMap<String, String> {
    let days: Vec<(Edge<'_>, String)> = standing.edges().filter_map(|edge| Some((edge, edge.day()?.to_owned()))).collect();
    let of = |name: &str| days.iter().filter(|(edge, _)| edge.is_of(name)).map(|(_, day)| day.clone()).max();
    ready.iter().filter_map(|(post, _)| Some((post.schedule.name.to_string(), of(post.schedule.name.as_str())?))).collect()
}

impl Why {
    fn of(news: &News, known: &BTreeSet<(String, Option<Address>)>, wanted: &Wanted<'_>) -> Self {
        let schedule = wanted.schedule.name.as_str();
        let (moved, is_new) = (news.moved.contains(schedule), news.fresh.contains(schedule));
        let known = known.contains(&whose(wanted));
        let (cause, reason) = match (wanted.overridden, &wanted.renewed) {
            _ if is_new && !known => (Cause::New, String::new()),
            _ if wanted.born.is_some() => (Cause::New, "its machine is made by this plan".to_owned()),
            _ if moved => (Cause::File, String::new()),
            (_, Some(to)) if known => (Cause::Schedule, format!("a month further ahead, to {to}")),
            (Some(override_words), _) => (Cause::Override, override_words.to_owned()),
            _ if !known => (Cause::New, "its machine is new to the schedule".to_owned()),
            _ if news.is_ahead(wanted) => (Cause::Schedule, "further ahead than what stands".to_owned()),
            _ if news.recut.contains(schedule) => (Cause::Schedule, "in place of others, now that more days ahead are known".to_owned()),
            _ => (Cause::Drift, "deleted outside, or an earlier apply did not finish".to_owned()),
        };
        Self { cause, reason }
    }
}

fn create(draft: &mut Draft<'_>, names: &Names, wanted: &Wanted<'_>, why: Why) {
    let mut step = step(names, wanted, Action::Create, why);
    step.fields = vec![FieldChange { field: "fires".to_owned(), from: None, to: Some(fires(wanted)) }];
    step.ops = vec![make(names, wanted)];
    draft.push(step);
}

/// Makes the new one first, so that no edge is missed; where both have one name, the old one has to go before.
fn update(draft: &mut Draft<'_>, names: &Names, wanted: &Wanted<'_>, stale: &[Edge<'_>], why: Why) {
    let touched = stale.iter().find(|edge| edge.in_present && edge.seen.name == wanted.name);
    let why = match touched {
        Some(edge) => Why { cause: Cause::Drift, reason: touched_words(edge) },
        None if stale.iter().any(|edge| !edge.in_present) => {
            Why { cause: Cause::File, reason: "taken over from the group of the fleet's former name".to_owned() }
        }
        None if why.cause == Cause::Drift => Why { cause: Cause::File, reason: String::new() },
        None => why,
    };
    let action = if wanted.make { Action::Update } else { Action::Delete };
    let mut step = step(names, wanted, action, why);
    step.id = stale.first().map(|edge| edge.seen.name.clone());
    let standing: Vec<&str> = stale.iter().map(|edge| edge.seen.name.as_str()).collect();
    step.precondition.insert("standing".to_owned(), standing.join(", "));
    let gone = |edge: &Edge<'_>| Op::Do(Change::DeleteEdge { group: edge.group.to_owned(), name: edge.seen.name.clone() });
    let (before, behind): (Vec<&Edge<'_>>, Vec<&Edge<'_>>) =
        stale.iter().partition(|edge| edge.in_present && edge.seen.name == wanted.name);
    step.ops = before.into_iter().map(gone).collect();
    if wanted.make {
        step.fields = vec![FieldChange { field: "fires".to_owned(), from: None, to: Some(fires(wanted)) }];
        step.ops.push(make(names, wanted));
    }
    step.ops.extend(behind.into_iter().map(gone));
    draft.push(step);
}

fn touched_words(edge: &Edge<'_>) -> String {
    if edge.seen.modified.as_second() > edge.seen.created.as_second() {
        return format!("changed by hand on {}", words::instant(edge.seen.modified, "UTC"));
    }
    "disabled by hand".to_owned()
}

fn step(names: &Names, wanted: &Wanted<'_>, action: Action, why: Why) -> Step {
    let mut step = Step::new(wanted.spec.address.clone(), names.place.clone(), Kind::Edge, action, why.cause);
    step.reason = why.reason;
    step.origin = Some(wanted.schedule.span.file_line());
    step.after = stands_on(wanted);
    step.after.extend(wanted.machine.clone().filter(|_| wanted.born.is_some()));
    step
}

/// What has to stand before an edge does. A queue that it does not write to may be on its way out behind it.
pub(super) fn stands_on(wanted: &Wanted<'_>) -> Vec<Address> {
    let queue = wanted.spec.dead_letter.as_ref().map(|_| queue_address(&wanted.schedule.name));
    [group_address(), role_address(&wanted.schedule.name)].into_iter().chain(queue).collect()
}

/// When it fires, in the words of EventBridge.
pub(super) fn fires(wanted: &Wanted<'_>) -> String {
    format!("{} {} {}", wanted.spec.action.as_str(), wanted.spec.expression, wanted.spec.zone)
}

fn make(names: &Names, wanted: &Wanted<'_>) -> Op {
    let mut edge = Box::new(wanted.spec.clone());
    if wanted.born == Some(Born::Named) {
        edge.awaits = None;
    }
    Op::Do(Change::CreateEdge { group: names.group.clone(), edge })
}

/// One that stands and that nothing wants.
fn orphan(
    draft: &mut Draft<'_>,
    names: &Names,
    ready: &[(Post<'_>, bool)],
    (schedule, edge): (Option<String>, Edge<'_>),
    successors: Vec<Address>,
    edges: &mut Edges,
) {
    if edges.too_near || edges.left.iter().any(|schedule| edge.is_of(schedule)) {
        return;
    }
    let delivered = schedule.as_ref().is_some_and(|name| ready.iter().any(|(post, _)| post.schedule.name.as_str() == name.as_str()));
    let reason = match (&schedule, delivered) {
        (Some(_), true) => "its schedule, its override or its machine has gone or changed".to_owned(),
        (Some(name), false) => format!("schedule `{name}` is not delivered by EventBridge here any more"),
        (None, _) => "its schedule is no longer in the file".to_owned(),
    };
    let address = edge.address_to_go(schedule.as_deref());
    delete(draft, names, &edge, address, reason, edges);
    if let Some(step) = draft.steps.last_mut() {
        step.after.extend(successors);
    }
}

/// The schedule of the file that an edge was made for.
fn schedule_of(draft: &Draft<'_>, edge: &Edge<'_>) -> Option<String> {
    let of = |name: &str| edge.is_of(name).then(|| name.to_owned());
    draft.input.fleet.schedules.keys().filter_map(|name| of(name.as_str())).max_by_key(String::len)
}

fn delete(draft: &mut Draft<'_>, names: &Names, edge: &Edge<'_>, address: Address, reason: String, edges: &mut Edges) {
    let mut step = Step::new(address.clone(), names.place.clone(), Kind::Edge, Action::Delete, Cause::Removed);
    step.id = Some(edge.seen.name.clone());
    step.reason = reason;
    step.precondition.insert("id".to_owned(), edge.seen.name.clone());
    step.ops = vec![Op::Do(Change::DeleteEdge { group: edge.group.to_owned(), name: edge.seen.name.clone() })];
    draft.push(step);
    edges.going.push(address);
}
