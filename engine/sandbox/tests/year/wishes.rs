//! What the file wants of each resource, read a second time: schedules by their own algebra, which is under property test, and
//! overrides and maintenance windows from tables and arithmetic of this test.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use muster_core::fleet::Fleet;
use muster_core::schedule::{Context, Edge, Schedule, WantedState};

use super::town::{BEGIN, END, Resource, instant};

/// Overrides of fleet.yaml: for whom, the state, from, until.
type Written = (fn(&Resource) -> bool, bool, &'static str, &'static str);

const OVERRIDES: [Written; 4] = [
    (|one| one.crew == "berlin", true, "2026-05-01T00:00:00Z", "2026-05-03T12:00:00Z"),
    (|one| one.crew == "db-rare", true, "2026-06-09T08:00:00Z", "2026-06-10T20:00:00Z"),
    (|one| one.crew == "web", false, "2026-08-15T00:00:00Z", "2026-08-19T09:30:00Z"),
    (|one| ["user/u03", "user/u31"].contains(&one.name.as_str()), false, "2026-07-05T15:00:00Z", "2026-07-19T15:00:00Z"),
];
/// A database is started so long before its maintenance window.
const LEAD: i64 = 10;
const WEEK: i64 = 7 * 24 * 60;
const AROUND: SignedDuration = SignedDuration::from_hours(24 * 9);

/// Which kind of rule speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// An override, of the file or of a tag.
    Override,
    /// A maintenance window.
    Maintenance,
    /// The schedule.
    Schedule,
}

/// A schedule over the year.
struct Crew<'f> {
    first: WantedState,
    edges: Vec<Edge>,
    /// Instants at which types or numbers change.
    sizes: Vec<Timestamp>,
    schedule: &'f Schedule,
}

impl<'f> Crew<'f> {
    fn new(schedule: &'f Schedule, context: &Context<'_>) -> Self {
        let (from, to) = (instant(BEGIN) - AROUND, instant(END) + AROUND);
        let sizes = std::iter::successors(schedule.next_size(from, context), |at| schedule.next_size(*at, context));
        Self {
            first: schedule.decide(from, context).state,
            edges: schedule.edges(from, to, context),
            sizes: sizes.take_while(|at| *at < to).collect(),
            schedule,
        }
    }

    fn at(&self, at: Timestamp) -> WantedState {
        let passed = self.edges.partition_point(|edge| edge.at <= at);
        passed.checked_sub(1).map_or(self.first, |last| self.edges[last].state)
    }
}

/// Everything the file wants.
pub struct Wishes<'f> {
    fleet: &'f Fleet,
    crews: BTreeMap<&'static str, Crew<'f>>,
    overrides: Vec<InForce>,
}

/// An override of the file: of whom, the state, from when and until when.
type InForce = (fn(&Resource) -> bool, bool, Timestamp, Timestamp);

/// An override by tag: the state, and until when. It has no beginning.
pub type Tag = Option<(bool, Timestamp)>;

impl<'f> Wishes<'f> {
    /// Of a fleet, for the crews of these.
    pub fn new(fleet: &'f Fleet, all: &[Resource]) -> Self {
        let context = Context { calendars: &fleet.calendars, overrides: &[] };
        let crew = |one: &Resource| {
            let (_, schedule) = fleet.schedules.iter().find(|(name, _)| name.as_str() == one.crew).expect("a schedule of that name");
            (one.crew, Crew::new(schedule, &context))
        };
        let mut crews = BTreeMap::new();
        for one in all {
            if !crews.contains_key(one.crew) {
                crews.extend([crew(one)]);
            }
        }
        let overrides = OVERRIDES.iter().map(|(whom, on, from, until)| (*whom, *on, instant(from), instant(until))).collect();
        Self { fleet, crews, overrides }
    }

    /// Whether something should run, nothing for leave, and who says so.
    pub fn at(&self, one: &Resource, tag: Tag, at: Timestamp) -> (Option<bool>, Source) {
        if let Some((on, _)) = tag.filter(|(_, until)| at < *until) {
            return (Some(on), Source::Override);
        }
        if let Some((_, on, ..)) = self.overrides.iter().find(|(whom, _, from, until)| whom(one) && *from <= at && at < *until) {
            return (Some(*on), Source::Override);
        }
        if one.crew == "db-office" && in_maintenance(&one.window, at) {
            return (Some(true), Source::Maintenance);
        }
        let wanted = match self.crews[one.crew].at(at) {
            WantedState::Running => Some(true),
            WantedState::Stopped => Some(false),
            WantedState::Leave => None,
        };
        (wanted, Source::Schedule)
    }

    /// The last instant after `from`, up to and including `to`, at which what is wanted changes.
    pub fn edge(&self, one: &Resource, tag: Tag, from: Timestamp, to: Timestamp) -> Option<Timestamp> {
        let second = SignedDuration::from_secs(1);
        let changes = |at: &Timestamp| self.at(one, tag, *at).0 != self.at(one, tag, *at - second).0;
        let crew = &self.crews[one.crew].edges;
        let own = crew[..crew.partition_point(|edge| edge.at <= to)].iter().rev().map(|edge| edge.at).take_while(|at| *at > from);
        let of_file = self.overrides.iter().filter(|(whom, ..)| whom(one)).flat_map(|(_, _, begin, end)| [*begin, *end]);
        let of_tag = tag.into_iter().map(|(_, until)| until);
        let others = of_file.chain(of_tag).chain(maintenance(one, from, to)).filter(|at| from < *at && *at <= to && changes(at)).max();
        own.filter(|at| changes(at)).take(1).chain(others).max()
    }

    /// The last start edge of the schedule alone after `from`, up to and including `to`.
    pub fn start_edge(&self, one: &Resource, from: Timestamp, to: Timestamp) -> bool {
        let edges = &self.crews[one.crew].edges;
        edges.iter().any(|edge| from < edge.at && edge.at <= to && edge.state == WantedState::Running)
    }

    /// The last instant after `from`, up to and including `to`, at which types or numbers change.
    pub fn size_edge(&self, one: &Resource, from: Timestamp, to: Timestamp) -> Option<Timestamp> {
        let sizes = &self.crews[one.crew].sizes;
        sizes[..sizes.partition_point(|at| *at <= to)].last().copied().filter(|at| *at > from)
    }

    /// The types that an instance may have at an instant, best first; none when nobody says.
    pub fn types(&self, one: &Resource, at: Timestamp) -> Vec<String> {
        self.with_size(one, at, |size| size.types.to_vec())
    }

    /// The numbers that a group shall have while it runs; nothing when those of before count.
    pub fn numbers(&self, one: &Resource, at: Timestamp) -> Option<(u32, u32, u32)> {
        self.with_size(one, at, |size| size.numbers.map(|n| (n.min.unwrap_or(0), n.desired.unwrap_or(0), n.max.unwrap_or(0))))
    }

    fn with_size<T>(&self, one: &Resource, at: Timestamp, read: impl Fn(muster_core::schedule::Size<'_>) -> T) -> T {
        let context = Context { calendars: &self.fleet.calendars, overrides: &[] };
        read(self.crews[one.crew].schedule.size(at, &context).expect("one size at a time"))
    }

    /// Every instant of the year at which something is wanted otherwise, whoever it is of.
    pub fn boundaries(&self, all: &[Resource]) -> Vec<Timestamp> {
        let (from, to) = (instant(BEGIN), instant(END));
        let of_crews = self.crews.values().flat_map(|crew| crew.edges.iter().map(|edge| edge.at).chain(crew.sizes.iter().copied()));
        let of_file = self.overrides.iter().flat_map(|(_, _, begin, end)| [*begin, *end]);
        let of_windows = all.iter().flat_map(|one| maintenance(one, from, to));
        let mut instants: Vec<Timestamp> = of_crews.chain(of_file).chain(of_windows).collect();
        instants.sort();
        instants.dedup();
        instants
    }
}

/// Beginning and length of a window in minutes of the week, which begins on Thursday, as the epoch does; the lead counts.
fn weekly(window: &str) -> (i64, i64) {
    let minute = |text: &str| {
        let day = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"].iter().position(|day| text.starts_with(day));
        let clock: Vec<i64> = text[4..].split(':').map(|part| part.parse().expect("a number")).collect();
        (i64::try_from(day.expect("a weekday")).expect("small") * 24 + clock[0]) * 60 + clock[1]
    };
    let (begin, end) = window.split_once('-').expect("a window");
    (minute(begin) - LEAD, minute(end) - minute(begin) + LEAD)
}

fn in_maintenance(window: &str, at: Timestamp) -> bool {
    let (begin, length) = weekly(window);
    (at.as_second().div_euclid(60) - begin).rem_euclid(WEEK) < length
}

/// Begins and ends of what a schedule that honours maintenance makes of a window.
fn maintenance(one: &Resource, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
    if one.crew != "db-office" {
        return Vec::new();
    }
    let (begin, length) = weekly(&one.window);
    let first = (from.as_second().div_euclid(60) - begin).div_euclid(WEEK);
    let begins = (first..).map(|week| begin + week * WEEK).take_while(|minute| minute * 60 <= to.as_second());
    begins.flat_map(|begin| [begin, begin + length]).filter_map(|minute| Timestamp::from_second(minute * 60).ok()).collect()
}
