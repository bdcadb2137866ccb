//! What the edges of a schedule act on in a place.

use super::names::{Names, edges_address};
use super::post::Post;
use crate::address::Address;
use crate::cloud::{Change, Kind};
use crate::delivery::Target;
use crate::fleet::DeliveryBy;
use crate::plan::draft::Draft;
use crate::plan::mark::OverrideTag;
use crate::plan::model::Op;
use crate::plan::run_state::{Background, Birth, Judged, Machine, STORAGE_OPTIMIZING, Verdict, background, newborn};
use crate::plan::stoppable;
use crate::schedule::{Interval, Schedule};

/// A machine and its edges' circumstances.
#[derive(Debug, Clone)]
pub(super) struct Aim<'a> {
    /// The schedule.
    pub(super) schedule: &'a Schedule,
    /// What EventBridge is told.
    pub(super) target: Target,
    /// `user/alice/instance`, `ec2/i-0abc`.
    pub(super) machine: Address,
    /// Overrides that are still to count for it.
    pub(super) overrides: Vec<Interval>,
    /// What about it speaks of an override, if one is in force or ahead, or has just ended.
    pub(super) overridden: Option<&'static str>,
    /// The step that makes it.
    pub(super) born: Option<Born>,
    /// Edges that stand stay; none are made, since two schedules claim it.
    pub(super) contested: bool,
}

/// How a machine comes to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Born {
    /// Its id is known when it is there.
    Unnamed,
    /// Its name is known already.
    Named,
}

/// Every machine in a place that one of the posts delivers by id.
pub(super) fn aims<'a>(draft: &mut Draft<'a>, names: &Names, posts: &[&Post<'a>], judged: &[Judged<'a>]) -> Vec<Aim<'a>> {
    let by_id = |schedule: &Schedule| posts.iter().find(|post| post.schedule.name == schedule.name && !post.by_tag()).copied();
    let mut found = Vec::new();
    for judged in judged.iter().filter(|judged| judged.place == names.place) {
        let Some(background) = background(draft, judged) else { continue };
        let (claims, contested) = claims(judged, &background);
        for schedule in claims {
            let Some(post) = by_id(schedule) else { continue };
            match target(schedule, judged.machine) {
                Ok(Some(target)) => found.push(aim(draft, judged, &background, post, target, contested)),
                Ok(None) => {}
                Err(why) => {
                    let address = Address::from_text(&format!("{}/{}", edges_address(&schedule.name), judged.address));
                    draft.hold(&names.place, &address, why, Some(&schedule.span));
                }
            }
        }
    }
    found.extend(newborn(draft, &names.place).into_iter().filter_map(|birth| born(&birth, &by_id)));
    found
}

/// The schedules whose edges a machine has: the one that decides, or both of two that claim it.
fn claims<'a>(judged: &Judged<'a>, background: &Background<'a>) -> (Vec<&'a Schedule>, bool) {
    match (judged.schedule, &judged.verdict) {
        (Some(schedule), _) => (vec![schedule], false),
        (None, Verdict::Held(_)) => (background.schedules.clone(), true),
        (None, _) => (Vec::new(), false),
    }
}

fn aim<'a>(
    draft: &Draft<'a>,
    judged: &Judged<'a>,
    background: &Background<'a>,
    post: &Post<'a>,
    target: Target,
    contested: bool,
) -> Aim<'a> {
    let now = draft.input.now;
    let ended = OverrideTag::of(judged.machine.tags()).is_some_and(|tag| tag.until <= now);
    // The tag's own interval stands first; this plan takes it away when it has ended.
    let overrides: Vec<Interval> = background.overrides.iter().skip(usize::from(ended)).cloned().collect();
    let overridden = match overrides.iter().any(|interval| interval.until > now) {
        _ if ended => Some("its override has ended"),
        true => Some("by its override"),
        false => None,
    };
    Aim { schedule: post.schedule, target, machine: judged.address.clone(), overrides, overridden, born: None, contested }
}

/// What EventBridge is told of a machine; nothing where the loop looks after it.
///
/// # Errors
/// Why EventBridge cannot start or stop it, and the way out.
pub(super) fn target(schedule: &Schedule, machine: Machine<'_>) -> Result<Option<Target>, String> {
    if let Some(why) = refusal(machine) {
        return Err(format!("no edges for it: {why}"));
    }
    Ok(Some(match machine {
        Machine::Ec2(instance) => Target::Instance { id: instance.id.clone(), hibernate: schedule.hibernate && instance.hibernation },
        Machine::Rds(database) => Target::Database { id: database.name.clone() },
        Machine::Cluster(cluster) => Target::Cluster { id: cluster.name.clone() },
        Machine::Group(_) | Machine::Service(_) if schedule.delivery.by == DeliveryBy::Both => return Ok(None),
        Machine::Group(_) | Machine::Service(_) => return Err(not_by_eventbridge(machine)),
    }))
}

/// Why a group or service stays as it is under EventBridge alone.
fn not_by_eventbridge(machine: Machine<'_>) -> String {
    format!(
        "EventBridge has no edges for `{}`, whose numbers muster has to look up first; write `delivery: both` or `loop`, or take it out of `services`",
        machine.service()
    )
}

/// A refusal that lasts; storage is optimized for hours, and its edges would only come and go.
fn refusal(machine: Machine<'_>) -> Option<String> {
    if matches!(machine, Machine::Rds(database) if database.state.0 == STORAGE_OPTIMIZING && database.cluster.is_none()) {
        return None;
    }
    stoppable::refusal(machine)
}

/// A machine that this plan makes.
fn born<'a, 'p>(birth: &Birth<'a>, by_id: &dyn Fn(&Schedule) -> Option<&'p Post<'a>>) -> Option<Aim<'a>>
where
    'a: 'p,
{
    let post = by_id(birth.schedule)?;
    let name = birth.step.ops.iter().find_map(|op| match op {
        Op::Do(Change::CreateDatabase { spec }) => Some(spec.name.clone()),
        _ => None,
    });
    let (target, born) = match (birth.step.kind, name) {
        (Kind::Database, Some(id)) => (Target::Database { id }, Born::Named),
        // What muster launches is not launched to hibernate.
        (Kind::Instance, _) => (Target::Instance { id: String::new(), hibernate: false }, Born::Unnamed),
        _ => return None,
    };
    Some(Aim {
        schedule: post.schedule,
        target,
        machine: birth.step.address.clone(),
        overrides: birth.overrides.clone(),
        overridden: None,
        born: Some(born),
        contested: false,
    })
}
