//! Start and stop by schedule: what each resource should be now, and whether a person's change stands (semantics 8).

use jiff::{SignedDuration, Timestamp};

use super::draft::Draft;
use super::last_change::{LastChange, of_database, of_instance};
use super::mark::{Mark, OverrideTag};
use super::model::{Action, Await, Cause, Op, Risk, Step};
use super::site::Site;
use super::stoppable;
use super::words;
use crate::address::{Address, Part};
use crate::cloud::{Change, Database, IdRef, Instance, InstanceState, Kind, Place};
use crate::fleet::{Fleet, Subject};
use crate::schedule::{Context, Interval, Manual, RunState, Schedule, WantedState};
use crate::span::Span;
use crate::tags::{self, Tags};

/// Clocks further apart than this hold every start and stop back: a stop at the wrong hour is worse than none.
pub const CLOCK_SKEW_LIMIT: SignedDuration = SignedDuration::from_secs(60);

/// A resource that can be started and stopped.
#[derive(Debug, Clone, Copy)]
pub enum Machine<'a> {
    /// An EC2 instance.
    Ec2(&'a Instance),
    /// An RDS instance.
    Rds(&'a Database),
}

impl<'a> Machine<'a> {
    /// Its tags.
    #[must_use]
    pub const fn tags(self) -> &'a Tags {
        match self {
            Self::Ec2(instance) => &instance.tags,
            Self::Rds(database) => &database.tags,
        }
    }

    /// `ec2` or `rds`, the word of `select.services`.
    #[must_use]
    pub const fn service(self) -> &'static str {
        match self {
            Self::Ec2(_) => "ec2",
            Self::Rds(_) => "rds",
        }
    }

    /// Instance id or database identifier.
    #[must_use]
    pub fn id(self) -> &'a str {
        match self {
            Self::Ec2(instance) => &instance.id,
            Self::Rds(database) => &database.name,
        }
    }

    /// What tags are set on.
    #[must_use]
    pub fn tag_target(self) -> &'a str {
        match self {
            Self::Ec2(instance) => &instance.id,
            Self::Rds(database) => &database.arn,
        }
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Ec2(_) => Kind::Instance,
            Self::Rds(_) => Kind::Database,
        }
    }

    /// AWS's word for its state.
    #[must_use]
    pub fn state_word(self) -> &'a str {
        match self {
            Self::Ec2(instance) => instance.state.as_str(),
            Self::Rds(database) => &database.state.0,
        }
    }

    /// Running or stopped; nothing while it is on the way, or in a state no schedule should touch.
    #[must_use]
    pub fn run_state(self) -> Option<RunState> {
        match self {
            Self::Ec2(instance) => match instance.state {
                InstanceState::Running => Some(RunState::Running),
                InstanceState::Stopped => Some(RunState::Stopped),
                _ => None,
            },
            Self::Rds(database) if database.state.is_available() => Some(RunState::Running),
            Self::Rds(database) if database.state.is_stopped() => Some(RunState::Stopped),
            Self::Rds(_) => None,
        }
    }
}

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

/// Plans starts, stops, and the end of overrides.
pub fn plan(draft: &mut Draft<'_>) {
    let clocks = clocks_disagree(draft);
    for judged in judge_all(draft) {
        if draft.left_out(&judged.address) {
            continue;
        }
        end_override(draft, &judged);
        match &judged.verdict {
            Verdict::Fine => {}
            Verdict::Act(..) if clocks.is_some() => {
                let why = clocks.clone().unwrap_or_default();
                draft.hold(&judged.place, &judged.address, why, judged.span.as_ref());
            }
            Verdict::Act(cause, reason) => act(draft, &judged, *cause, reason),
            Verdict::Stands(why) | Verdict::Held(why) => draft.hold(&judged.place, &judged.address, why.clone(), judged.span.as_ref()),
        }
    }
    if clocks.is_none() {
        stop_what_is_born_at_night(draft);
    }
}

fn clocks_disagree(draft: &Draft<'_>) -> Option<String> {
    let apart = draft.input.snapshot.clock_skew_seconds;
    let skewed = apart.unsigned_abs() > CLOCK_SKEW_LIMIT.unsigned_abs().as_secs();
    let said = draft.input.options.hold_run_state.clone();
    said.or_else(|| {
        skewed.then(|| format!("this machine's clock and AWS's are {} s apart; set the clock (NTP), then plan again", apart.abs()))
    })
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
    all
}

/// True when some database of a place is not as its schedule wants: only then is it asked when it was last changed.
#[must_use]
pub fn any_scheduled_database(draft: &Draft<'_>, site: &Site<'_>) -> bool {
    site.view.databases.seen().iter().any(|database| judge(draft, site, Machine::Rds(database)).is_some_and(|judged| differs(&judged)))
}

fn differs(judged: &Judged<'_>) -> bool {
    judged.schedule.is_some() && matches!(judged.verdict, Verdict::Act(..) | Verdict::Stands(_))
}

/// The address of a machine when it is ours with proof.
fn owned_address(site: &Site<'_>, machine: Machine<'_>) -> Option<Address> {
    let of = |address: &Address| address.clone();
    match machine {
        Machine::Ec2(instance) => {
            site.instances.ours.iter().find(|(_, all)| all.len() == 1 && all[0].item.id == instance.id).map(|(address, _)| of(address))
        }
        Machine::Rds(database) => {
            site.databases.ours.iter().find(|(_, all)| all.len() == 1 && all[0].item.name == database.name).map(|(address, _)| of(address))
        }
    }
}

fn foreign_address(machine: Machine<'_>) -> Address {
    match machine {
        Machine::Ec2(instance) => Address::foreign_instance(&instance.id),
        Machine::Rds(database) => Address::foreign_database(&database.name),
    }
}

fn judge<'a>(draft: &Draft<'a>, site: &Site<'a>, machine: Machine<'a>) -> Option<Judged<'a>> {
    let mark = Mark::from_tags(machine.tags());
    let owned = owned_address(site, machine);
    // Marks without proof, of this fleet or another: never touched. Retired: the removal looks after it.
    if mark.retire.is_some() || (mark.fleet.is_some() && owned.is_none()) {
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
        verdict: Verdict::Fine,
    };
    Some(decide(draft, site, frame, choice, &overrides))
}

fn is_listed(fleet: &Fleet, address: &Address, now: Timestamp) -> bool {
    match address.section() {
        "user" => fleet.users.get(address.entry_name()).is_some_and(|user| super::removal::is_current(user.until_instant, now)),
        "database" => fleet.databases.contains_key(address.entry_name()),
        _ => false,
    }
}

/// Which schedule is for a resource.
enum Choice<'a> {
    None,
    One(&'a Schedule),
    /// Two of equal priority.
    Conflict(&'a Schedule, &'a Schedule),
}

fn choose<'a>(fleet: &'a Fleet, site: &Site<'_>, machine: Machine<'_>, address: &Address, owned: bool) -> Choice<'a> {
    let named = owned.then(|| named_schedule(fleet, address)).flatten();
    let selects = |schedule: &&Schedule| {
        schedule.select.as_ref().is_some_and(|select| select.matches(machine.service(), machine.tags(), &site.place))
    };
    let mut all: Vec<&Schedule> =
        fleet.schedules.values().filter(|schedule| named.is_some_and(|named| named.name == schedule.name) || selects(schedule)).collect();
    all.sort_by_key(|schedule| std::cmp::Reverse(schedule.priority));
    match all.as_slice() {
        [] => Choice::None,
        [first, second, ..] if first.priority == second.priority => Choice::Conflict(first, second),
        [first, ..] => Choice::One(first),
    }
}

fn named_schedule<'a>(fleet: &'a Fleet, address: &Address) -> Option<&'a Schedule> {
    let name = match address.section() {
        "user" => fleet.users.get(address.entry_name())?.schedule.as_ref(),
        "database" => fleet.databases.get(address.entry_name())?.schedule.as_ref(),
        _ => None,
    }?;
    fleet.schedules.get(&name.value)
}

fn is_about(subject: &Subject, site: &Site<'_>, machine: Machine<'_>, address: &Address) -> bool {
    match subject {
        Subject::Select(select) => select.matches(machine.service(), machine.tags(), &site.place),
        Subject::Only(names) => names.iter().any(|name| address.is_under(name)),
    }
}

fn written_about(draft: &Draft<'_>, site: &Site<'_>, machine: Machine<'_>, address: &Address) -> bool {
    draft.input.fleet.overrides.iter().any(|written| is_about(&written.subject, site, machine, address))
}

/// Overrides of the file and of the tag, as intervals. Ended ones stay: they explain a change made in their time.
fn overrides(draft: &Draft<'_>, site: &Site<'_>, machine: Machine<'_>, address: &Address) -> Vec<Interval> {
    let written =
        draft.input.fleet.overrides.iter().filter(|written| is_about(&written.subject, site, machine, address)).map(|written| Interval {
            from: written.from,
            until: written.until,
            state: written.state,
            why: written
                .reason
                .clone()
                .map_or_else(|| written.span.file_line(), |reason| format!("{reason}, {}", written.span.file_line())),
        });
    let tagged = OverrideTag::of(machine.tags()).map(|tag| Interval {
        from: None,
        until: tag.until,
        state: tag.state,
        why: tag.by.map_or_else(|| "by hand".to_owned(), |by| format!("by {by}")),
    });
    // A person's own word for this one resource goes before the file's for many.
    tagged.into_iter().chain(written).collect()
}

fn decide<'a>(draft: &Draft<'a>, site: &Site<'a>, mut judged: Judged<'a>, choice: Choice<'a>, overrides: &[Interval]) -> Judged<'a> {
    let now = draft.input.now;
    let context = Context { calendars: &draft.input.fleet.calendars, overrides };
    let in_force = overrides.iter().find(|interval| interval.from.is_none_or(|from| from <= now) && now < interval.until);
    judged.override_until = in_force.map(|interval| interval.until);
    let schedule = match choice {
        Choice::Conflict(one, two) => {
            judged.verdict = Verdict::Held(format!(
                "schedules `{}` ({}) and `{}` ({}) are both for it; give one a higher `priority` or narrow its `select`",
                one.name,
                one.span.file_line(),
                two.name,
                two.span.file_line()
            ));
            return judged;
        }
        Choice::One(schedule) => Some(schedule),
        Choice::None => None,
    };
    judged.schedule = schedule;
    if let Some(schedule) = schedule {
        let decision = schedule.decide(now, &context);
        judged.wanted = wanted(decision.state);
        judged.rule = decision.rule;
        judged.span = decision.span.or_else(|| Some(schedule.span.clone()));
        judged.next = schedule.next_edge(now, &context).map(|edge| (edge.at, edge.state));
    } else if let Some(interval) = in_force {
        judged.wanted = Some(interval.state);
        judged.rule = format!("override: {}", interval.why);
    }
    judged.verdict = verdict(draft, site, &judged, &context, in_force.is_some());
    judged
}

const fn wanted(state: WantedState) -> Option<RunState> {
    match state {
        WantedState::Running => Some(RunState::Running),
        WantedState::Stopped => Some(RunState::Stopped),
        WantedState::Leave => None,
    }
}

fn verdict(draft: &Draft<'_>, site: &Site<'_>, judged: &Judged<'_>, context: &Context<'_>, overridden: bool) -> Verdict {
    let Some(wanted) = judged.wanted else { return Verdict::Fine };
    let Some(actual) = judged.machine.run_state() else { return Verdict::Fine };
    if actual == wanted {
        return Verdict::Fine;
    }
    if let Some(why) = stoppable::refusal(judged.machine) {
        return Verdict::Held(why);
    }
    if overridden {
        return Verdict::Act(Cause::Override, judged.rule.clone());
    }
    let Some(schedule) = judged.schedule else { return Verdict::Fine };
    let change = match judged.machine {
        Machine::Ec2(instance) => of_instance(instance),
        Machine::Rds(database) => of_database(database, site.view.db_events.seen(), draft.input.now),
    };
    against_people(draft, schedule, judged, context, &change)
}

/// Acts, or lets a person's change stand.
fn against_people(draft: &Draft<'_>, schedule: &Schedule, judged: &Judged<'_>, context: &Context<'_>, change: &LastChange) -> Verdict {
    let rule = || judged.rule.clone();
    let manual = change.is_manual(schedule, context);
    if !manual {
        return Verdict::Act(Cause::Schedule, rule());
    }
    let what = change.words(&schedule.timezone);
    match schedule.manual {
        Manual::Enforce => Verdict::Act(Cause::Manual, format!("{what}; `manual: enforce` puts it back ({})", rule())),
        Manual::Hold => Verdict::Stands(format!("{what}; `manual: hold` lets that stand until it is undone by hand")),
        Manual::UntilNextEdge => until_next_edge(draft, schedule, judged, context, change, &what),
    }
}

fn until_next_edge(
    draft: &Draft<'_>,
    schedule: &Schedule,
    judged: &Judged<'_>,
    context: &Context<'_>,
    change: &LastChange,
    what: &str,
) -> Verdict {
    let superseded = schedule.next_edge(change.earliest, context).is_some_and(|edge| edge.at <= draft.input.now);
    if superseded {
        return Verdict::Act(Cause::Schedule, judged.rule.clone());
    }
    match judged.next {
        Some((at, _)) => Verdict::Stands(format!("{what}; that stands until the next edge, {}", words::instant(at, &schedule.timezone))),
        None => Verdict::Stands(format!(
            "{what}; that stands, since schedule `{}` has no edge to come; `manual: enforce` would put it back",
            schedule.name
        )),
    }
}

fn act(draft: &mut Draft<'_>, judged: &Judged<'_>, cause: Cause, reason: &str) {
    let running = judged.wanted == Some(RunState::Running);
    let hibernates = !running && can_hibernate(judged);
    let action = match (running, hibernates) {
        (true, _) => Action::Start,
        (false, true) => Action::Hibernate,
        (false, false) => Action::Stop,
    };
    let mut step = Step::new(judged.address.clone(), judged.place.clone(), judged.machine.kind(), action, cause);
    step.id = Some(judged.machine.id().to_owned());
    step.reason = reason.to_owned();
    if let Some(schedule) = judged.schedule {
        step.reason = format!("{reason}, by schedule `{}`", schedule.name);
    }
    step.risk = if running { Risk::None } else { Risk::Interrupts };
    step.origin = judged.span.as_ref().map(Span::file_line);
    // Nothing is sent after the edge that turns it around: late, it would be a change against the schedule.
    let ends = if running { WantedState::Stopped } else { WantedState::Running };
    step.deadline = judged.next.filter(|(_, state)| *state == ends).map(|(at, _)| at);
    step.ops = if running { start_ops(draft, judged) } else { stop_ops(judged.machine, hibernates) };
    draft.steps.push(step);
}

fn can_hibernate(judged: &Judged<'_>) -> bool {
    let wanted = judged.schedule.is_some_and(|schedule| schedule.hibernate);
    wanted && matches!(judged.machine, Machine::Ec2(instance) if instance.hibernation)
}

/// What starts or stops a machine now, whatever its schedule says: a person asked for it.
#[must_use]
pub fn ops_by_hand(draft: &Draft<'_>, judged: &Judged<'_>, state: RunState) -> Vec<Op> {
    match state {
        RunState::Running => start_ops(draft, judged),
        RunState::Stopped => stop_ops(judged.machine, can_hibernate(judged)),
    }
}

fn start_ops(draft: &Draft<'_>, judged: &Judged<'_>) -> Vec<Op> {
    match judged.machine {
        Machine::Ec2(instance) => {
            let id = IdRef::Id(instance.id.clone());
            let mut ops = reset_alarm(draft, judged);
            ops.push(Op::Do(Change::StartInstances { ids: vec![id.clone()] }));
            ops.push(Op::Await(Await::Running(id)));
            ops
        }
        Machine::Rds(database) => {
            vec![Op::Do(Change::StartDatabase { name: database.name.clone() }), Op::Await(Await::DbAvailable(database.name.clone()))]
        }
    }
}

/// An idle alarm that stands in ALARM would never fire again: it acts on a change of state only.
fn reset_alarm(draft: &Draft<'_>, judged: &Judged<'_>) -> Vec<Op> {
    let site = draft.sites.get(&judged.place).filter(|_| judged.owned);
    let address = Address::from_text(&format!("{}/{}", judged.address.entry(), Part::Alarm.as_str()));
    let alarms = site.and_then(|site| site.alarms.ours.get(&address)).into_iter().flatten();
    alarms.filter(|owned| owned.item.state == "ALARM").map(|owned| Op::Do(Change::ResetAlarm { name: owned.item.name.clone() })).collect()
}

/// Stops a machine and waits.
fn stop_ops(machine: Machine<'_>, hibernate: bool) -> Vec<Op> {
    match machine {
        Machine::Ec2(instance) => {
            let id = IdRef::Id(instance.id.clone());
            vec![Op::Do(Change::StopInstances { ids: vec![id.clone()], hibernate }), Op::Await(Await::Stopped(id))]
        }
        Machine::Rds(database) => {
            vec![Op::Do(Change::StopDatabase { name: database.name.clone() }), Op::Await(Await::DbStopped(database.name.clone()))]
        }
    }
}

/// The tag of an override that has ended is taken away by the first apply after it.
fn end_override(draft: &mut Draft<'_>, judged: &Judged<'_>) {
    let ended = OverrideTag::of(judged.machine.tags()).filter(|tag| tag.until <= draft.input.now);
    let Some(tag) = ended else { return };
    let mut step = Step::new(judged.address.clone(), judged.place.clone(), judged.machine.kind(), Action::Tag, Cause::Override);
    step.id = Some(judged.machine.id().to_owned());
    step.reason = format!("the override `{}` has ended", tag.state.as_str());
    step.ops = vec![super::draft::remove_tag(judged.machine.kind(), judged.machine.tag_target(), tags::OVERRIDE)];
    draft.steps.push(step);
}

/// A create whose schedule wants stopped now is create and stop: two steps, one apply.
fn stop_what_is_born_at_night(draft: &mut Draft<'_>) {
    let is_birth =
        |step: &&Step| matches!(step.action, Action::Create | Action::Replace) && matches!(step.kind, Kind::Instance | Kind::Database);
    let stops: Vec<Step> = draft.steps.iter().filter(is_birth).filter_map(|birth| stop_of_newborn(draft, birth)).collect();
    draft.steps.extend(stops);
}

fn stop_of_newborn(draft: &Draft<'_>, birth: &Step) -> Option<Step> {
    let fleet = draft.input.fleet;
    let (service, tags) = born(fleet, &birth.address)?;
    let selected = |schedule: &&Schedule| schedule.select.as_ref().is_some_and(|select| select.matches(service, tags, &birth.place));
    let by_tag = || fleet.schedules.values().filter(selected).max_by_key(|schedule| schedule.priority);
    let schedule = named_schedule(fleet, &birth.address).or_else(by_tag)?;
    let overrides = overrides_of_newborn(fleet, &birth.address);
    let decision = schedule.decide(draft.input.now, &Context { calendars: &fleet.calendars, overrides: &overrides });
    if decision.state != WantedState::Stopped {
        return None;
    }
    let mut step = Step::new(birth.address.clone(), birth.place.clone(), birth.kind, Action::Stop, Cause::Schedule);
    step.reason = format!("{}, by schedule `{}`", decision.rule, schedule.name);
    step.origin = decision.span.as_ref().map(Span::file_line);
    let edge = schedule.next_edge(draft.input.now, &Context { calendars: &fleet.calendars, overrides: &overrides });
    step.deadline = edge.filter(|edge| edge.state == WantedState::Running).map(|edge| edge.at);
    let alarm = Address::from_text(&format!("{}/{}", birth.address.entry(), Part::Alarm.as_str()));
    step.after = vec![birth.address.clone(), alarm];
    step.ops = newborn_stop_ops(birth);
    Some(step)
}

/// Service and tags of an entry that is being made.
fn born<'a>(fleet: &'a Fleet, address: &Address) -> Option<(&'static str, &'a Tags)> {
    match address.section() {
        "user" => fleet.users.get(address.entry_name()).map(|user| ("ec2", &user.tags)),
        _ => fleet.databases.get(address.entry_name()).map(|database| ("rds", &database.tags)),
    }
}

fn overrides_of_newborn(fleet: &Fleet, address: &Address) -> Vec<Interval> {
    let about = |subject: &Subject| matches!(subject, Subject::Only(names) if names.iter().any(|name| address.is_under(name)));
    let interval =
        |written: &crate::fleet::Override| Interval { from: written.from, until: written.until, state: written.state, why: String::new() };
    fleet.overrides.iter().filter(|written| about(&written.subject)).map(interval).collect()
}

fn newborn_stop_ops(birth: &Step) -> Vec<Op> {
    let created = birth.ops.iter().find_map(|op| match op {
        Op::Do(Change::CreateDatabase { spec }) => Some(spec.name.clone()),
        _ => None,
    });
    if let Some(name) = created {
        let stop = Op::Do(Change::StopDatabase { name: name.clone() });
        return vec![Op::Await(Await::DbAvailable(name.clone())), stop, Op::Await(Await::DbStopped(name))];
    }
    let id = IdRef::Of(birth.address.clone());
    vec![Op::Do(Change::StopInstances { ids: vec![id.clone()], hibernate: false }), Op::Await(Await::Stopped(id))]
}
