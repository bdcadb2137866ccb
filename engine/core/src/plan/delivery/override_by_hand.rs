//! What a start or stop by hand that lasts means to the edges of a machine (semantics 8).

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::compiler::Compiler;
use super::names::Names;
use super::post::{Post, posts};
use super::standing::Standing;
use super::targets::{Aim, target};
use super::wanted::{Wanted, of_aim};
use crate::address::Address;
use crate::cloud::{Change, Kind};
use crate::delivery::{Timing, first_against, tagged};
use crate::fleet::DeliveryBy;
use crate::name::Name;
use crate::plan::draft::Draft;
use crate::plan::mark::OverrideTag;
use crate::plan::model::{Action, Cause, FieldChange, Op, Plan, Step};
use crate::plan::run_state::{Judged, background};
use crate::schedule::{Interval, RunState};

/// An edge that is found by tag, so that no machine can be taken out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutShort {
    /// Its schedule.
    pub schedule: Name,
    /// Who fires edges beside it.
    pub by: DeliveryBy,
    /// `stop cron(0 19 ? * MON-FRI *) Asia/Seoul`.
    pub edge: String,
    /// When it would end the state that a person wants.
    pub at: Timestamp,
}

/// The first edge that would end, before `until`, a state that a person wants of a machine whose edges find it by tag.
#[must_use]
pub fn cut_short(draft: &Draft<'_>, judged: &Judged<'_>, state: RunState, until: Timestamp) -> Option<CutShort> {
    let schedule = judged.schedule?;
    let names = Names::of(draft, &judged.place)?;
    let post = posts(draft, &names).into_iter().find(|post| post.schedule.name == schedule.name && post.by_tag())?;
    tagged(schedule).ok()?;
    let now = draft.input.now;
    let compiled = Compiler::new(draft.input.fleet, now).of(schedule, post.options, &[]).ok()?;
    let timings: Vec<Timing> = compiled.all.iter().map(|timed| timed.timing.clone()).collect();
    let at = first_against(&timings, state, now, until)?;
    let is_it = |timing: &&Timing| timing.action.state() != state && timing.firings(now, until).first() == Some(&at);
    let timing = timings.iter().find(is_it)?;
    let edge = format!("{} {} {}", timing.action.as_str(), timing.expression, timing.zone.name());
    Some(CutShort { schedule: schedule.name.clone(), by: schedule.delivery.by, edge, at })
}

/// The shortest override of a machine with edges: the edge that ends it takes a while to be made.
const LEAST: SignedDuration = SignedDuration::from_mins(3);

/// What of a plan would have to be applied first: edges of the machine's schedule that stand and are not as the file says may end an
/// override that they know nothing of.
#[must_use]
pub fn unapplied(plan: &Plan, judged: &Judged<'_>) -> bool {
    let Some(schedule) = judged.schedule else { return false };
    let entry = format!("schedule/{}", schedule.name);
    let ends =
        |step: &&Step| step.kind == Kind::Edge && matches!(step.action, Action::Delete | Action::Update) && step.place == judged.place;
    plan.steps.iter().filter(ends).any(|step| step.address.is_under(&entry) || step.address.section() == "delivery")
}

/// The steps that put a machine's edges as they are to be with this override in the place of the one it carries, or with none.
/// Nothing where its schedule has no edges for it, or none have been applied yet.
///
/// # Errors
/// Why its edges are not known.
pub fn retimed(draft: &Draft<'_>, judged: &Judged<'_>, over: Option<&OverrideTag>) -> Result<Vec<Step>, String> {
    let Some((names, post, aim)) = delivered(draft, judged) else { return Ok(Vec::new()) };
    let standing = Standing::of(draft, &names);
    if !standing.read {
        return Err(format!(
            "schedule group {} could not be read, so it cannot be taken out of its edges; `muster plan` names the gap",
            names.group
        ));
    }
    let Some(group) = standing.group else { return Ok(Vec::new()) };
    let soonest = draft.input.now.saturating_add(LEAST).unwrap_or(Timestamp::MAX);
    if over.is_some_and(|over| over.until < soonest) {
        return Err(format!(
            "EventBridge fires its edges, and one that ends this cannot be made so late; let it last at least {} minutes",
            LEAST.as_mins()
        ));
    }
    let then = Aim { overrides: with(draft, judged, over), ..aim.clone() };
    let (before, after) = (edges(draft, &post, &aim)?, edges(draft, &post, &then)?);
    let stands: BTreeSet<&str> = group.edges.iter().map(|edge| edge.name.as_str()).collect();
    let wanted: BTreeSet<&str> = after.iter().map(|edge| edge.name.as_str()).collect();
    let made: Vec<Step> =
        after.iter().filter(|edge| edge.make && !stands.contains(edge.name.as_str())).map(|edge| create(&names, edge)).collect();
    let gone = before.iter().filter(|edge| stands.contains(edge.name.as_str()) && !wanted.contains(edge.name.as_str()));
    let behind: Vec<Address> = made.iter().map(|step| step.address.clone()).collect();
    let gone: Vec<Step> = gone.map(|edge| delete(&names, edge, &behind)).collect();
    Ok(made.into_iter().chain(gone).collect())
}

/// The post that delivers a machine's edges by its id, and the machine as it is now.
fn delivered<'a>(draft: &Draft<'a>, judged: &Judged<'a>) -> Option<(Names, Post<'a>, Aim<'a>)> {
    let schedule = judged.schedule?;
    let names = Names::of(draft, &judged.place)?;
    let post = posts(draft, &names).into_iter().find(|post| post.schedule.name == schedule.name && !post.by_tag())?;
    let target = target(schedule, judged.machine).ok()??;
    let overrides = background(draft, judged)?.overrides;
    let machine = judged.address.clone();
    Some((names, post, Aim { schedule, target, machine, overrides, overridden: None, born: None, contested: false }))
}

/// The overrides of a machine with another tag, or none, in the place of the one it carries.
fn with(draft: &Draft<'_>, judged: &Judged<'_>, over: Option<&OverrideTag>) -> Vec<Interval> {
    let tagged = usize::from(OverrideTag::of(judged.machine.tags()).is_some());
    let written = background(draft, judged).map(|background| background.overrides).unwrap_or_default().into_iter().skip(tagged);
    let tag = over.map(|over| Interval { from: None, until: over.until, state: over.state, why: "by hand".to_owned() });
    tag.into_iter().chain(written).collect()
}

fn edges<'a>(draft: &Draft<'a>, post: &Post<'a>, aim: &Aim<'a>) -> Result<Vec<Wanted<'a>>, String> {
    let compiled = Compiler::new(draft.input.fleet, draft.input.now).of(post.schedule, post.options, &aim.overrides)?;
    Ok(of_aim(aim, &post.wiring, &compiled))
}

fn create(names: &Names, edge: &Wanted<'_>) -> Step {
    let mut step = step(names, edge, Action::Create);
    step.fields = vec![FieldChange { field: "fires".to_owned(), from: None, to: Some(super::edges::fires(edge)) }];
    step.after = super::edges::stands_on(edge);
    step.ops = vec![Op::Do(Change::CreateEdge { group: names.group.clone(), edge: Box::new(edge.spec.clone()) })];
    step
}

/// After all that come in its place: where they cannot be made, nothing is taken away.
fn delete(names: &Names, edge: &Wanted<'_>, made: &[Address]) -> Step {
    let mut step = step(names, edge, Action::Delete);
    step.after = made.to_vec();
    step.id = Some(edge.name.clone());
    step.ops = vec![Op::Do(Change::DeleteEdge { group: names.group.clone(), name: edge.name.clone() })];
    step
}

fn step(names: &Names, edge: &Wanted<'_>, action: Action) -> Step {
    let mut step = Step::new(edge.spec.address.clone(), names.place.clone(), Kind::Edge, action, Cause::Override);
    step.reason = "asked for on the command line".to_owned();
    step.origin = Some(edge.schedule.span.file_line());
    step
}
