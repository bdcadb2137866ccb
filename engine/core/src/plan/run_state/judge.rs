//! What schedule and overrides say about one resource.

use jiff::Timestamp;

use super::choose::{Choice, Target, choose};
use super::history::History;
use super::machine::{Machine, foreign_address, owned_address, whole};
use super::numbers::Numbers;
use super::want::{Want, want};
use super::{by_eventbridge, limit, maintenance, newborn, order, overrides, resume, scale, snooze, verdict};
use crate::address::Address;
use crate::cloud::Place;
use crate::fleet::Fleet;
use crate::plan::draft::Draft;
use crate::plan::mark::Mark;
use crate::plan::model::Cause;
use crate::plan::removal::is_current;
use crate::plan::site::Site;
use crate::schedule::{Context, Interval, Rank, RunState, Schedule, WantedState};
use crate::span::Span;
use crate::tags;

/// What a schedule says about one resource, and what follows.
#[derive(Debug, Clone)]
pub struct Judged<'a> {
    /// Its address: ours, or `ec2/i-…`.
    pub address: Address,
    /// Where.
    pub place: Place,
    /// The resource.
    pub machine: Machine<'a>,
    /// True when it is ours.
    pub owned: bool,
    /// Schedule that decides; nothing when an override alone does.
    pub schedule: Option<&'a Schedule>,
    /// What should be; nothing for leave.
    pub wanted: Option<RunState>,
    /// The rule that decided, in words.
    pub rule: String,
    /// Where the rule stands.
    pub span: Option<Span>,
    /// Next edge.
    pub next: Option<(Timestamp, WantedState)>,
    /// Override in force.
    pub override_until: Option<Timestamp>,
    /// Numbers a group or service shall have.
    pub scale: Option<Numbers>,
    /// What is done about it.
    pub verdict: Verdict,
    /// Which kind of rule decided; nothing when none did.
    pub rank: Option<Rank>,
    /// True when an override decides.
    pub overridden: bool,
    /// Something about it that cannot be read as it was meant, in words.
    pub note: Option<String>,
}

/// What follows from a judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be, or nothing is wanted.
    Fine,
    /// Start or stop it.
    Act(Cause, String),
    /// A person's change stands; the text says until when.
    Stands(String),
    /// It cannot or may not be done; the text says why.
    Held(String),
}

impl<'a> Judged<'a> {
    /// A machine of which nothing is wanted.
    #[must_use]
    pub const fn bare(address: Address, place: Place, machine: Machine<'a>, owned: bool) -> Self {
        Self {
            address,
            place,
            machine,
            owned,
            schedule: None,
            wanted: None,
            rule: String::new(),
            span: None,
            next: None,
            override_until: None,
            scale: None,
            verdict: Verdict::Fine,
            rank: None,
            overridden: false,
            note: None,
        }
    }

    fn wants(self, want: Want<'a>) -> Self {
        let Want { schedule, state, rule, span, next, override_until, rank, overridden } = want;
        Self { schedule, wanted: state, rule, span, next, override_until, rank, overridden, ..self }
    }

    /// True when it is to be started or stopped so; what runs and is only given other numbers is neither.
    #[must_use]
    pub fn acts(&self, state: RunState) -> bool {
        let moves = self.wanted == Some(state) && self.machine.run_state() != Some(state);
        moves && matches!(self.verdict, Verdict::Act(..))
    }
}

/// Everything in a place that can be started and stopped.
pub(super) fn machines<'a>(site: &Site<'a>) -> impl Iterator<Item = Machine<'a>> {
    let view = site.view;
    let instances = view.instances.seen().iter().filter(|instance| !instance.state.is_gone()).map(Machine::Ec2);
    let databases = view.databases.seen().iter().map(Machine::Rds).chain(view.clusters.seen().iter().map(Machine::Cluster));
    let groups = view.scaling_groups.seen().iter().map(Machine::Group);
    instances.chain(databases).chain(groups).chain(view.services.seen().iter().map(Machine::Service))
}

/// Judges every resource that some schedule or override is about, ours first, in the order of place and address.
#[must_use]
pub fn judge_all<'a>(draft: &Draft<'a>) -> Vec<Judged<'a>> {
    let mut all: Vec<Judged<'a>> = Vec::new();
    for site in draft.sites.values() {
        all.extend(machines(site).filter_map(|machine| judge(draft, site, machine)));
    }
    // What is replaced is gone by the time it would be started or stopped; its successor is judged as newborn.
    let made_anew = newborn::made_anew(draft);
    all.retain(|judged| !made_anew.contains(&(&judged.place, &judged.address)));
    all.sort_by(|a, b| (&a.place, !a.owned, &a.address).cmp(&(&b.place, !b.owned, &b.address)));
    order::hold_what_waits(draft, &mut all);
    all
}

/// True when some database of a place is not as its schedule wants, or may have run its longest: only then is it asked
/// when it was last changed.
#[must_use]
pub fn any_scheduled_database(draft: &Draft<'_>, site: &Site<'_>) -> bool {
    site.view.databases.seen().iter().any(|database| judge(draft, site, Machine::Rds(database)).is_some_and(|judged| asks(&judged)))
}

/// The same of clusters.
#[must_use]
pub fn any_scheduled_cluster(draft: &Draft<'_>, site: &Site<'_>) -> bool {
    site.view.clusters.seen().iter().any(|cluster| judge(draft, site, Machine::Cluster(cluster)).is_some_and(|judged| asks(&judged)))
}

fn asks(judged: &Judged<'_>) -> bool {
    if judged.schedule.is_some_and(by_eventbridge::is_sole) {
        return false;
    }
    differs(judged) || overrides::is_asked_about(judged) || judged.schedule.is_some_and(|schedule| schedule.limit.is_some())
}

fn differs(judged: &Judged<'_>) -> bool {
    judged.schedule.is_some() && matches!(judged.verdict, Verdict::Act(..) | Verdict::Stands(_))
}

/// Judges one resource; nothing when neither schedule nor override is about it, or it must not be touched.
pub(super) fn judge<'a>(draft: &Draft<'a>, site: &Site<'a>, machine: Machine<'a>) -> Option<Judged<'a>> {
    let mark = Mark::from_tags(machine.tags());
    let owned = owned_address(draft.input.fleet, site, machine);
    // Marks without proof, of this fleet or another: never touched. What is ours counts by whether the file lists it, not by the
    // tag of a retirement, which this plan takes off what is listed again.
    if owned.is_none() && (mark.retire.is_some() || mark.fleet.is_some()) {
        return None;
    }
    let fleet = draft.input.fleet;
    if whole(site, machine).is_some_and(|whole| is_spoken_of(draft, site, whole)) {
        return None;
    }
    let is_owned = owned.is_some();
    let address = owned.unwrap_or_else(|| foreign_address(machine));
    if is_owned && !is_listed(fleet, &site.place, &address, draft.input.now) {
        return None;
    }
    let target = Target::of(site, machine, &address, is_owned);
    let intervals = overrides::intervals(fleet, &target);
    let choice = choose(draft, &target);
    if matches!(choice, Choice::None) && !counts_alone(fleet, &target, &intervals) {
        return None;
    }
    Some(decide(draft, site, Judged::bare(address, site.place.clone(), machine, is_owned), choice, &intervals))
}

/// Whether something without a schedule is judged at all. On what is not ours only an override of the file counts: a tag
/// alone anybody can write.
fn counts_alone(fleet: &Fleet, target: &Target<'_>, overrides: &[Interval]) -> bool {
    if target.owned {
        return !overrides.is_empty() || target.tags.contains_key(tags::RESUME_RUNNING);
    }
    fleet.overrides.iter().any(|written| target.is_meant(&written.subject))
}

/// True when a schedule or an override of the file is about the whole that a machine belongs to, which then is judged in its place.
fn is_spoken_of(draft: &Draft<'_>, site: &Site<'_>, whole: Machine<'_>) -> bool {
    let address = foreign_address(whole);
    let target = Target::of(site, whole, &address, false);
    !matches!(choose(draft, &target), Choice::None) || counts_alone(draft.input.fleet, &target, &[])
}

/// In its own place: what an entry left behind in another is the removal's to look after.
fn is_listed(fleet: &Fleet, place: &Place, address: &Address, now: Timestamp) -> bool {
    let name = address.entry_name();
    match address.section() {
        "user" => fleet.users.get(name).is_some_and(|user| user.place == *place && is_current(user.until_instant, now)),
        "database" => fleet.databases.get(name).is_some_and(|database| database.place == *place),
        _ => false,
    }
}

fn decide<'a>(draft: &Draft<'a>, site: &Site<'a>, frame: Judged<'a>, choice: Choice<'a>, overrides: &[Interval]) -> Judged<'a> {
    let now = draft.input.now;
    let schedule = if let Choice::One(schedule) = choice { Some(schedule) } else { None };
    let by_eventbridge = schedule.is_some_and(by_eventbridge::is_sole);
    // Behind the overrides, so that a maintenance window gives way to a person's word and to nothing else.
    let maintenance = maintenance::intervals(site, frame.machine, schedule.filter(|_| !by_eventbridge), now);
    let all: Vec<Interval> = overrides.iter().chain(&maintenance).cloned().collect();
    let context = Context { calendars: &draft.input.fleet.calendars, overrides: &all };
    let mut judged = match want(&draft.wants, choice, now, &context, &maintenance) {
        Ok(want) => frame.wants(want),
        Err(conflict) => return Judged { verdict: Verdict::Held(conflict), ..frame },
    };
    let history = History::of(judged.machine, site, now);
    if let Some(live) = Numbers::of(judged.machine) {
        let overridden = judged.overridden;
        scale::judge(draft, &mut judged, live, &context, overridden);
    } else {
        judged.verdict = of_machine(draft, site, &mut judged, &history, &context);
    }
    by_eventbridge::leave(&mut judged, &history);
    snooze::put_off(&mut judged, &history, &context, now);
    judged
}

/// What follows for what is started and stopped: by muster's own earlier doing, or against people's.
fn of_machine(draft: &Draft<'_>, site: &Site<'_>, judged: &mut Judged<'_>, history: &History, context: &Context<'_>) -> Verdict {
    let now = draft.input.now;
    let bounded = !judged.schedule.is_some_and(by_eventbridge::is_sole) && limit::bound(judged, history, context, now);
    let interrupted = resume::is_interrupted(judged.machine, history);
    if interrupted && judged.wanted.is_none() {
        judged.wanted = Some(RunState::Running);
    }
    if bounded || interrupted {
        return verdict::by_own_doing(site, judged, now, interrupted);
    }
    verdict::verdict(draft, site, judged, history, context)
}
