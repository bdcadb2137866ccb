//! What schedule and overrides say about one resource.

use jiff::Timestamp;

use super::choose::{Choice, choose};
use super::machine::{Machine, foreign_address, owned_address, whole};
use super::maintenance;
use super::numbers::Numbers;
use super::overrides::{overrides, written_about};
use super::scale;
use super::verdict::verdict;
use crate::address::Address;
use crate::cloud::Place;
use crate::fleet::Fleet;
use crate::plan::draft::Draft;
use crate::plan::mark::Mark;
use crate::plan::model::Cause;
use crate::plan::removal::is_current;
use crate::plan::site::Site;
use crate::schedule::{Context, Interval, RunState, Schedule, WantedState};
use crate::span::Span;

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

/// Judges every resource that some schedule or override is about, ours first, in the order of place and address.
#[must_use]
pub fn judge_all<'a>(draft: &Draft<'a>) -> Vec<Judged<'a>> {
    let mut all: Vec<Judged<'a>> = Vec::new();
    for site in draft.sites.values() {
        let machines = site.view.instances.seen().iter().filter(|instance| !instance.state.is_gone()).map(Machine::Ec2);
        let machines = machines.chain(site.view.databases.seen().iter().map(Machine::Rds));
        let machines = machines.chain(site.view.clusters.seen().iter().map(Machine::Cluster));
        let machines = machines.chain(site.view.scaling_groups.seen().iter().map(Machine::Group));
        let machines = machines.chain(site.view.services.seen().iter().map(Machine::Service));
        all.extend(machines.filter_map(|machine| judge(draft, site, machine)));
    }
    all.sort_by(|a, b| (&a.place, !a.owned, &a.address).cmp(&(&b.place, !b.owned, &b.address)));
    all
}

/// True when some database of a place is not as its schedule wants: only then is it asked when it was last changed.
#[must_use]
pub fn any_scheduled_database(draft: &Draft<'_>, site: &Site<'_>) -> bool {
    site.view.databases.seen().iter().any(|database| judge(draft, site, Machine::Rds(database)).is_some_and(|judged| differs(&judged)))
}

/// The same of clusters.
#[must_use]
pub fn any_scheduled_cluster(draft: &Draft<'_>, site: &Site<'_>) -> bool {
    site.view.clusters.seen().iter().any(|cluster| judge(draft, site, Machine::Cluster(cluster)).is_some_and(|judged| differs(&judged)))
}

fn differs(judged: &Judged<'_>) -> bool {
    judged.schedule.is_some() && matches!(judged.verdict, Verdict::Act(..) | Verdict::Stands(_))
}

fn judge<'a>(draft: &Draft<'a>, site: &Site<'a>, machine: Machine<'a>) -> Option<Judged<'a>> {
    let mark = Mark::from_tags(machine.tags());
    let owned = owned_address(site, machine);
    // Marks without proof, of this fleet or another: never touched. Retired: the removal looks after it.
    if mark.retire.is_some() || (mark.fleet.is_some() && owned.is_none()) {
        return None;
    }
    if whole(site, machine).is_some_and(|whole| is_spoken_of(draft, site, whole)) {
        return None;
    }
    let fleet = draft.input.fleet;
    let address = owned.clone().unwrap_or_else(|| foreign_address(machine));
    if owned.is_some() && !is_listed(fleet, &address, draft.input.now) {
        return None;
    }
    let overrides = overrides(draft, site, machine, &address);
    let choice = choose(fleet, site, machine, &address, owned.is_some());
    // On what is not ours only a schedule or an override of the file counts; a tag alone anybody can write.
    if matches!(choice, Choice::None) && (overrides.is_empty() || (owned.is_none() && !written_about(draft, site, machine, &address))) {
        return None;
    }
    let frame = Judged {
        address,
        place: site.place.clone(),
        machine,
        owned: owned.is_some(),
        schedule: None,
        wanted: None,
        rule: String::new(),
        span: None,
        next: None,
        override_until: None,
        scale: None,
        verdict: Verdict::Fine,
    };
    Some(decide(draft, site, frame, choice, &overrides))
}

/// True when a schedule or an override of the file is about the whole that a machine belongs to, which then is judged in its place.
fn is_spoken_of(draft: &Draft<'_>, site: &Site<'_>, whole: Machine<'_>) -> bool {
    let address = foreign_address(whole);
    !matches!(choose(draft.input.fleet, site, whole, &address, false), Choice::None) || written_about(draft, site, whole, &address)
}

fn is_listed(fleet: &Fleet, address: &Address, now: Timestamp) -> bool {
    match address.section() {
        "user" => fleet.users.get(address.entry_name()).is_some_and(|user| is_current(user.until_instant, now)),
        "database" => fleet.databases.contains_key(address.entry_name()),
        _ => false,
    }
}

fn decide<'a>(draft: &Draft<'a>, site: &Site<'a>, mut judged: Judged<'a>, choice: Choice<'a>, overrides: &[Interval]) -> Judged<'a> {
    let now = draft.input.now;
    let schedule = if let Choice::One(schedule) = choice { Some(schedule) } else { None };
    // Behind the overrides, so that a maintenance window gives way to a person's word and to nothing else.
    let maintenance = maintenance::intervals(site, judged.machine, schedule, now);
    let all: Vec<Interval> = overrides.iter().chain(&maintenance).cloned().collect();
    let context = Context { calendars: &draft.input.fleet.calendars, overrides: &all };
    let in_force = overrides.iter().find(|interval| interval.from.is_none_or(|from| from <= now) && now < interval.until);
    judged.override_until = in_force.map(|interval| interval.until);
    if let Choice::Conflict(one, two) = choice {
        judged.verdict = Verdict::Held(format!(
            "schedules `{}` ({}) and `{}` ({}) are both for it; give one a higher `priority` or narrow its `select`",
            one.name,
            one.span.file_line(),
            two.name,
            two.span.file_line()
        ));
        return judged;
    }
    judged.schedule = schedule;
    if let Some(schedule) = schedule {
        let decision = schedule.decide(now, &context);
        judged.wanted = wanted(decision.state);
        judged.rule = if in_force.is_none() { in_maintenance(&maintenance, now).unwrap_or(decision.rule) } else { decision.rule };
        judged.span = decision.span.or_else(|| Some(schedule.span.clone()));
        judged.next = schedule.next_edge(now, &context).map(|edge| (edge.at, edge.state));
    } else if let Some(interval) = in_force {
        judged.wanted = Some(interval.state);
        judged.rule = format!("override: {}", interval.why);
    }
    match Numbers::of(judged.machine) {
        Some(live) => scale::judge(draft, &mut judged, live, &context, in_force.is_some()),
        None => judged.verdict = verdict(draft, site, &judged, &context, in_force.is_some()),
    }
    judged
}

fn in_maintenance(maintenance: &[Interval], now: Timestamp) -> Option<String> {
    maintenance.iter().find(|interval| interval.stretch().contains(now)).map(|interval| interval.why.clone())
}

const fn wanted(state: WantedState) -> Option<RunState> {
    match state {
        WantedState::Running => Some(RunState::Running),
        WantedState::Stopped => Some(RunState::Stopped),
        WantedState::Leave => None,
    }
}
