//! Warnings before a stop that a pass has to send.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::ledger::Ledger;
use super::model::Notify;
use super::notice::{Happening, Notice, Resource, Snooze, Stop};
use crate::cloud::{Need, Needs, Place, PlaceView, Snapshot};
use crate::fleet::Fleet;
use crate::name::Name;
use crate::plan::Input;
use crate::plan::draft::Draft;
use crate::plan::run_state::{Judged, Machine, Verdict, judge_all};
use crate::schedule::{Context, RunState, Schedule, WantedState};
use crate::span::Span;

/// A pass: everything that what it tells is a function of.
#[derive(Debug, Clone, Copy)]
pub struct Pass<'a> {
    /// What its plan was made from.
    pub input: Input<'a>,
    /// What earlier passes left.
    pub ledger: &'a Ledger,
    /// True on the embedded account.
    pub sandbox: bool,
}

/// What a pass has to warn of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Due {
    /// One for each schedule and edge.
    pub notices: Vec<Notice>,
    /// Stops of which nobody was warned.
    pub missed: Vec<Missed>,
}

/// A stop whose warning would have been due between two passes that both were too early or too late for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// The schedule.
    pub schedule: String,
    /// Its zone.
    pub timezone: String,
    /// When the stop was due.
    pub at: Timestamp,
    /// `fleet.yaml:31`.
    pub origin: String,
}

/// A schedule whose stops are announced.
#[derive(Clone, Copy)]
struct Announced<'a> {
    schedule: &'a Schedule,
    notify: &'a Notify,
    before: SignedDuration,
}

impl Fleet {
    /// Who is told about a schedule: its own section, which replaces the fleet's whole.
    #[must_use]
    pub fn notify_of<'a>(&'a self, schedule: &'a Schedule) -> Option<&'a Notify> {
        schedule.notify.as_ref().or(self.notify.as_ref())
    }
}

impl<'a> Pass<'a> {
    fn announced(&self) -> Vec<Announced<'a>> {
        let fleet = self.input.fleet;
        let of = |schedule: &'a Schedule| {
            let notify = fleet.notify_of(schedule).filter(|notify| !notify.to.is_empty())?;
            Some(Announced { schedule, notify, before: notify.before_stop? })
        };
        fleet.schedules.values().filter_map(of).collect()
    }

    /// The same pass as if it were another instant.
    fn at(&self, now: Timestamp) -> Draft<'a> {
        Draft::new(Input { now, ..self.input })
    }

    pub(super) fn key(&self, rest: &str) -> String {
        let fleet = self.input.fleet.name.as_ref().map_or("-", |name| name.as_str());
        format!("{fleet}/{rest}")
    }

    fn key_of(&self, schedule: &Name, edge: Timestamp) -> String {
        self.key(&format!("{schedule}/{edge}"))
    }

    /// The instant a warning belongs to. A window shorter than `before-stop` is announced when it begins: nothing runs before that.
    fn instant(&self, of: Announced<'a>, edge: Timestamp) -> Timestamp {
        let context = Context { calendars: &self.input.fleet.calendars, overrides: &[] };
        let from = edge.checked_sub(of.before).unwrap_or(Timestamp::MIN);
        let begins = |at: Timestamp, state| at < edge && state != WantedState::Stopped;
        of.schedule.edges(from, edge, &context).into_iter().rfind(|near| begins(near.at, near.state)).map_or(from, |near| near.at)
    }

    /// Whether the warning of an edge is this pass's to send, or an earlier one's that did not reach everybody.
    fn is_due(&self, of: Announced<'a>, edge: Timestamp) -> bool {
        if self.ledger.was_made(&self.key_of(&of.schedule.name, edge)) {
            return true;
        }
        let instant = self.instant(of, edge);
        match self.ledger.last_pass() {
            Some(last) => last < instant && instant <= self.input.now,
            // Before the first pass there is nothing but its own instant.
            None => instant == self.input.now,
        }
    }
}

/// Warnings that are due now.
#[must_use]
pub fn warnings(pass: &Pass<'_>) -> Due {
    let announced = pass.announced();
    if announced.is_empty() {
        return Due::default();
    }
    let draft = pass.at(pass.input.now);
    let judged = judge_all(&draft);
    let starting: Known = judged.iter().filter(|judged| will_be(judged, RunState::Running)).map(known_as).collect();
    let notices = coming(pass, &announced, &judged).into_iter().flat_map(|(edge, of)| notices(pass, edge, &of, &starting)).collect();
    Due { notices, missed: announced.iter().filter_map(|of| missed(pass, *of, &judged)).collect() }
}

/// What has to be read before [`warnings`] can tell what a stop will really stop: when databases were last started.
#[must_use]
pub fn reads(pass: &Pass<'_>) -> Needs {
    let mut needs = Needs::default();
    let announced = pass.announced();
    let unasked = |view: &PlaceView| !view.db_events.was_read() && !view.databases.seen().is_empty();
    if announced.is_empty() || !pass.input.snapshot.places.values().any(unasked) {
        return needs;
    }
    let draft = pass.at(pass.input.now);
    let judged = judge_all(&draft);
    let due: BTreeSet<&Name> = coming(pass, &announced, &judged).into_values().flatten().map(|of| &of.schedule.name).collect();
    let asks = |judged: &&Judged<'_>| {
        let unread = pass.input.snapshot.places.get(&judged.place).is_some_and(unasked);
        matches!(judged.machine, Machine::Rds(_)) && unread && judged.schedule.is_some_and(|schedule| due.contains(&schedule.name))
    };
    judged.iter().filter(asks).for_each(|judged| needs.add(&judged.place, Need::DatabaseEvents));
    needs
}

/// True when a list of machines is whole in every place; a pass that saw less leaves its interval to the next one.
#[must_use]
pub fn saw_everything(snapshot: &Snapshot) -> bool {
    unread(snapshot).is_empty()
}

/// Lists of machines that could not be read.
fn unread(snapshot: &Snapshot) -> Vec<String> {
    let lists = ["ec2:DescribeInstances", "rds:DescribeDBInstances"];
    let gaps = snapshot.gaps.iter().filter(|gap| lists.contains(&gap.action.as_str()));
    gaps.map(|gap| format!("{} in {} {}", gap.action, gap.account, gap.region)).collect()
}

/// Instants at which something is stopped and of which this pass has to warn, with the schedules concerned. An override that ends, or a
/// date in the tags of one machine, makes a stop that is no edge of the schedule alone, so each machine's own next one is looked at too.
fn coming<'a>(pass: &Pass<'a>, announced: &[Announced<'a>], judged: &[Judged<'_>]) -> BTreeMap<Timestamp, Vec<Announced<'a>>> {
    let (now, fleet) = (pass.input.now, pass.input.fleet);
    let context = Context { calendars: &fleet.calendars, overrides: &[] };
    let mut all: BTreeMap<Timestamp, Vec<Announced<'a>>> = BTreeMap::new();
    for of in announced {
        let end = now.saturating_add(of.before).unwrap_or(Timestamp::MAX);
        let stops = of.schedule.edges(now, end, &context).into_iter().filter(|edge| edge.state == WantedState::Stopped).map(|edge| edge.at);
        let own = judged.iter().filter(|judged| is_of(judged, of.schedule)).filter_map(|judged| judged.next);
        let own = own.filter(|(at, state)| *state == WantedState::Stopped && *at <= end).map(|(at, _)| at);
        let edges: BTreeSet<Timestamp> = stops.chain(own).filter(|edge| *edge > now && pass.is_due(*of, *edge)).collect();
        edges.into_iter().for_each(|edge| all.entry(edge).or_default().push(*of));
    }
    all
}

fn is_of(judged: &Judged<'_>, schedule: &Schedule) -> bool {
    judged.schedule.is_some_and(|own| own.name == schedule.name)
}

/// Machines by place and id.
type Known = BTreeSet<(Place, String)>;

fn known_as(judged: &Judged<'_>) -> (Place, String) {
    (judged.place.clone(), judged.machine.id().to_owned())
}

/// The notices of one instant: every machine judged as the plan of that instant will judge it if nobody does anything, and those that
/// this very pass starts.
fn notices(pass: &Pass<'_>, edge: Timestamp, announced: &[Announced<'_>], starting: &Known) -> Vec<Notice> {
    let just_before = pass.at(edge.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(edge));
    let before = judge_all(&just_before);
    let known = |is: &dyn Fn(&Judged<'_>) -> bool| -> Known { before.iter().filter(|judged| is(judged)).map(known_as).collect() };
    // What stands in spite of its schedule (a snoozed machine) is wanted stopped long before it is.
    let stopped_before = known(&|judged| will_be(judged, RunState::Stopped));
    let unwanted_before = known(&|judged| judged.wanted == Some(RunState::Stopped));
    let draft = pass.at(edge);
    let mut judged = judge_all(&draft);
    judged.retain(|judged| {
        let known = known_as(judged);
        let starts = judged.wanted == Some(RunState::Stopped) && starting.contains(&known) && !unwanted_before.contains(&known);
        starts || (will_be(judged, RunState::Stopped) && !stopped_before.contains(&known))
    });
    let of_schedule = |of: &Announced<'_>| notice(pass, &draft, edge, *of, judged.iter().filter(|judged| is_of(judged, of.schedule)));
    announced.iter().filter_map(of_schedule).collect()
}

/// True when the plan of the instant it was judged at starts or stops it.
fn will_be(judged: &Judged<'_>, state: RunState) -> bool {
    judged.wanted == Some(state) && matches!(judged.verdict, Verdict::Act(..))
}

/// Nothing when nothing will be stopped, or when everybody knows.
fn notice<'j, 'd: 'j>(
    pass: &Pass<'_>,
    draft: &Draft<'d>,
    edge: Timestamp,
    of: Announced<'_>,
    judged: impl Iterator<Item = &'j Judged<'d>>,
) -> Option<Notice> {
    let mut resources: Vec<Resource> = judged.map(|judged| resource(draft, judged)).collect();
    resources.sort();
    let key = pass.key_of(&of.schedule.name, edge);
    let to: Vec<_> = of.notify.to.iter().filter(|target| !pass.ledger.is_warned(&key, target)).cloned().collect();
    if resources.is_empty() || to.is_empty() {
        return None;
    }
    let stop = Stop {
        schedule: of.schedule.name.to_string(),
        at: edge,
        resources,
        snooze: snooze(of.schedule),
        unread: unread(pass.input.snapshot),
    };
    Some(Notice {
        key,
        fleet: pass.input.fleet.name.as_ref().map(ToString::to_string),
        at: pass.input.now,
        timezone: of.schedule.timezone.clone(),
        sandbox: pass.sandbox,
        origin: Some(of.schedule.span.file_line()),
        to,
        what: Happening::Stop(stop),
    })
}

fn resource(draft: &Draft<'_>, judged: &Judged<'_>) -> Resource {
    let hibernates = judged.schedule.is_some_and(|schedule| schedule.hibernate)
        && matches!(judged.machine, Machine::Ec2(instance) if instance.hibernation);
    Resource {
        place: judged.place.to_string(),
        address: judged.address.as_str().to_owned(),
        name: short_name(draft.input.fleet, judged),
        title: judged.machine.tags().get("Name").filter(|_| !judged.owned).cloned(),
        id: judged.machine.id().to_owned(),
        kind: judged.machine.kind().as_str().to_owned(),
        account: draft.sites.get(&judged.place).map(|site| site.account_id.clone()).unwrap_or_default(),
        region: judged.place.region.clone(),
        action: if hibernates { "hibernate" } else { "stop" }.to_owned(),
    }
}

/// What `muster start` takes: the entry's name, with its section where a user and a database are called alike.
fn short_name(fleet: &Fleet, judged: &Judged<'_>) -> String {
    if !judged.owned {
        return judged.machine.id().to_owned();
    }
    let name = judged.address.entry_name();
    let twice = fleet.users.contains_key(name) && fleet.databases.contains_key(name);
    if twice { judged.address.entry() } else { name }.to_owned()
}

/// The schedule's tag for more time, as its section was checked when the file was read.
fn snooze(schedule: &Schedule) -> Option<Snooze> {
    let section = schedule.other.get("snooze")?;
    let max = section.get("max").and_then(|max| max.as_str()).and_then(|text| text.parse::<jiff::Span>().ok());
    let max = max.and_then(|span| span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok());
    Some(Snooze { tag: section.get("tag")?.as_str()?.to_owned(), max })
}

/// The latest stop of a schedule that this pass does and that no pass could announce.
fn missed(pass: &Pass<'_>, of: Announced<'_>, judged: &[Judged<'_>]) -> Option<Missed> {
    let (now, last) = (pass.input.now, pass.ledger.last_pass()?);
    let late =
        judged.iter().any(|judged| is_of(judged, of.schedule) && judged.override_until.is_none() && will_be(judged, RunState::Stopped));
    let context = Context { calendars: &pass.input.fleet.calendars, overrides: &[] };
    let edges = if late { of.schedule.edges(last, now, &context) } else { Vec::new() };
    let edge = edges.into_iter().rfind(|edge| edge.state == WantedState::Stopped)?;
    let unsaid = !pass.ledger.was_made(&pass.key_of(&of.schedule.name, edge.at)) && pass.instant(of, edge.at) > last;
    unsaid.then(|| Missed {
        schedule: of.schedule.name.to_string(),
        timezone: of.schedule.timezone.clone(),
        at: edge.at,
        origin: Span::file_line(&of.schedule.span),
    })
}
