//! What schedule and overrides say about one resource.

use jiff::Timestamp;

use super::choose::{Choice, Target, choose};
use super::history::History;
use super::machine::{Machine, foreign_address, owned_address};
use super::want::{Want, want};
use super::{limit, order, overrides, resume, snooze, verdict};
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
    /// What is done about it.
    pub verdict: Verdict,
    /// Which kind of rule decided; nothing when none did.
    pub rank: Option<Rank>,
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
            verdict: Verdict::Fine,
            rank: None,
            note: None,
        }
    }

    fn wants(self, want: Want<'a>) -> Self {
        let Want { schedule, state, rule, span, next, override_until, rank } = want;
        Self { schedule, wanted: state, rule, span, next, override_until, rank, ..self }
    }

    /// True when an override decides.
    #[must_use]
    pub fn is_overridden(&self) -> bool {
        self.rank == Some(Rank::Override)
    }

    /// True when it is to be started or stopped so.
    #[must_use]
    pub fn acts(&self, state: RunState) -> bool {
        self.wanted == Some(state) && matches!(self.verdict, Verdict::Act(..))
    }
}

/// Judges every resource that some schedule or override is about, ours first, in the order of place and address.
#[must_use]
pub fn judge_all<'a>(draft: &Draft<'a>) -> Vec<Judged<'a>> {
    let mut all: Vec<Judged<'a>> = Vec::new();
    for site in draft.sites.values() {
        let machines = site.view.instances.seen().iter().filter(|instance| !instance.state.is_gone()).map(Machine::Ec2);
        let machines = machines.chain(site.view.databases.seen().iter().map(Machine::Rds));
        all.extend(machines.filter_map(|machine| judge(draft, site, machine)));
    }
    all.sort_by(|a, b| (&a.place, !a.owned, &a.address).cmp(&(&b.place, !b.owned, &b.address)));
    order::hold_what_waits(draft, &mut all);
    all
}

/// True when some database of a place is not as its schedule wants, or may have run its longest: only then is it asked
/// when it was last changed.
#[must_use]
pub fn any_scheduled_database(draft: &Draft<'_>, site: &Site<'_>) -> bool {
    let asks = |judged: &Judged<'_>| differs(judged) || judged.schedule.is_some_and(|schedule| schedule.limit.is_some());
    site.view.databases.seen().iter().any(|database| judge(draft, site, Machine::Rds(database)).is_some_and(|judged| asks(&judged)))
}

fn differs(judged: &Judged<'_>) -> bool {
    judged.schedule.is_some() && matches!(judged.verdict, Verdict::Act(..) | Verdict::Stands(_))
}

/// Judges one resource; nothing when neither schedule nor override is about it, or it must not be touched.
pub(super) fn judge<'a>(draft: &Draft<'a>, site: &Site<'a>, machine: Machine<'a>) -> Option<Judged<'a>> {
    let mark = Mark::from_tags(machine.tags());
    let owned = owned_address(site, machine);
    // Marks without proof, of this fleet or another: never touched. Retired: the removal looks after it.
    if mark.retire.is_some() || (mark.fleet.is_some() && owned.is_none()) {
        return None;
    }
    let fleet = draft.input.fleet;
    let is_owned = owned.is_some();
    let address = owned.unwrap_or_else(|| foreign_address(machine));
    if is_owned && !is_listed(fleet, &address, draft.input.now) {
        return None;
    }
    let target = Target::of(site, machine, &address, is_owned);
    let intervals = overrides::intervals(fleet, &target);
    let choice = choose(fleet, &target);
    if matches!(choice, Choice::None) && !is_spoken_of(fleet, &target, &intervals) {
        return None;
    }
    Some(decide(draft, site, Judged::bare(address, site.place.clone(), machine, is_owned), choice, &intervals))
}

/// Whether something without a schedule is judged at all. On what is not ours only an override of the file counts: a tag
/// alone anybody can write.
fn is_spoken_of(fleet: &Fleet, target: &Target<'_>, overrides: &[Interval]) -> bool {
    if target.owned {
        return !overrides.is_empty() || target.tags.contains_key(tags::RESUME_RUNNING);
    }
    fleet.overrides.iter().any(|written| target.is_meant(&written.subject))
}

fn is_listed(fleet: &Fleet, address: &Address, now: Timestamp) -> bool {
    match address.section() {
        "user" => fleet.users.get(address.entry_name()).is_some_and(|user| is_current(user.until_instant, now)),
        "database" => fleet.databases.contains_key(address.entry_name()),
        _ => false,
    }
}

fn decide<'a>(draft: &Draft<'a>, site: &Site<'a>, frame: Judged<'a>, choice: Choice<'a>, overrides: &[Interval]) -> Judged<'a> {
    let now = draft.input.now;
    let context = Context { calendars: &draft.input.fleet.calendars, overrides };
    let mut judged = match want(choice, now, &context) {
        Ok(want) => frame.wants(want),
        Err(conflict) => return Judged { verdict: Verdict::Held(conflict), ..frame },
    };
    let history = History::of(judged.machine, site, now);
    let bounded = limit::bound(&mut judged, &history, &context, now);
    let interrupted = resume::is_interrupted(judged.machine, &history);
    if interrupted && judged.wanted.is_none() {
        judged.wanted = Some(RunState::Running);
    }
    judged.verdict = if bounded || interrupted {
        verdict::by_own_doing(site, &judged, now, interrupted)
    } else {
        verdict::verdict(draft, site, &judged, &history, &context)
    };
    snooze::put_off(&mut judged, &history, &context, now);
    judged
}
