//! What a schedule wants at an instant, and when that changes.
//!
//! The order of precedence, highest first:
//!
//! 1. an override that holds at the instant; of several the first in [`Context::overrides`];
//! 2. the first entry of `except` whose calendar has the day. A calendar's day is the local date in the schedule's
//!    zone, from its local midnight to the next; in a zone that skips midnight or the whole day, what is left of it;
//!    where midnight comes twice, from the first one. Entries that say `ignore` make it a day as any other;
//! 3. `limit` (`max-runtime`), which is not decided here: it depends on when the resource was last started, which no
//!    schedule knows. Whoever has that instant applies it to a decision whose [`Decision::rank`] is below
//!    [`Rank::Limit`];
//! 4. `stop` windows; 5. `run` windows; 6. `leave` windows; 7. `otherwise`.
//!
//! Windows of one key are united before edges are looked for, so that two which touch or overlap have none between.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use indexmap::IndexMap;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::clocks::Clocks;
use super::instants::{Frame, Stretch, shifted};
use super::model::{Exception, RunState, Schedule, WantedState};
use super::window::Window;
use super::zone::Zone;
use crate::fleet::Calendar;
use crate::name::Name;
use crate::plan::words;
use crate::span::{At, Span};

/// How far ahead [`Schedule::next_edge`] looks. The longest wait that the calendar itself makes is for 29 February,
/// four years; what does not change within them is called unchanging.
pub const HORIZON: SignedDuration = SignedDuration::from_hours(24 * (4 * 366 + 31));
/// The first stretch in which an edge is looked for: most schedules have one before the weekend is over.
const FIRST_LOOK: SignedDuration = SignedDuration::from_hours(24 * 3);
/// Bytes that most rules take in words.
const USUAL_RULE: usize = 48;
/// By how much the next stretch is longer than the last.
const LOOK_FURTHER: i32 = 4;

/// Stretches that follow each other from an instant on, each longer than the last, as far as the horizon.
pub(super) fn looks(after: Timestamp, horizon: SignedDuration) -> impl Iterator<Item = (Timestamp, Timestamp)> {
    let end = after.saturating_add(horizon).unwrap_or(Timestamp::MAX);
    let until = move |from: Timestamp, look| from.saturating_add(look).unwrap_or(end).min(end);
    let first = (after < end).then(|| (after, until(after, FIRST_LOOK), FIRST_LOOK));
    let next = move |(_, from, look): &(Timestamp, Timestamp, SignedDuration)| {
        (*from < end).then(|| (*from, until(*from, *look * LOOK_FURTHER), *look * LOOK_FURTHER))
    };
    std::iter::successors(first, next).map(|(from, to, _)| (from, to))
}

/// What a schedule is read against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The fleet's calendars. One that is named and not here has no days.
    pub calendars: &'a IndexMap<Name, Calendar>,
    /// Overrides of the resource in question; the first that holds decides.
    pub overrides: &'a [Interval],
}

/// An override of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// First instant; nothing for since ever.
    pub from: Option<Timestamp>,
    /// First instant after.
    pub until: Timestamp,
    /// What holds.
    pub state: RunState,
    /// Why, in words for the decision.
    pub why: String,
}

impl Interval {
    /// The stretch of time in which it holds.
    #[must_use]
    pub fn stretch(&self) -> Stretch {
        Stretch { from: self.from.unwrap_or(Timestamp::MIN), to: self.until }
    }

    /// The decision that it is while it holds.
    pub(super) fn decision(&self, zone: &str) -> Decision {
        let rule = format!("override, {} until {}: {}", self.state.as_str(), words::instant(self.until, zone), self.why);
        Decision { state: self.state.into(), rule, span: None, rank: Rank::Override }
    }
}

/// Which kind of rule decided, lowest precedence first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rank {
    /// `otherwise`.
    Otherwise,
    /// A `leave` window.
    Leave,
    /// A `run` window.
    Run,
    /// A `stop` window.
    Stop,
    /// `limit`: never the rank of a decision made here.
    Limit,
    /// A calendar's day.
    Exception,
    /// An override.
    Override,
}

impl Rank {
    /// The key of fleet.yaml that such a rule stands under.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Otherwise => "otherwise",
            Self::Leave => "leave",
            Self::Run => "run",
            Self::Stop => "stop",
            Self::Limit => "limit",
            Self::Exception => "except",
            Self::Override => "override",
        }
    }
}

/// What is wanted at an instant, and which rule says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What is wanted.
    pub state: WantedState,
    /// The rule in words: ``run `mon-fri 09:00-19:00` ``.
    pub rule: String,
    /// Where the rule is written; nothing for an override, which has a place of its own.
    pub span: Option<Span>,
    /// Which kind of rule it was.
    pub rank: Rank,
}

/// A change of what is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The first instant of the new state.
    pub at: Timestamp,
    /// The new state.
    pub state: WantedState,
}

impl From<RunState> for WantedState {
    fn from(state: RunState) -> Self {
        match state {
            RunState::Running => Self::Running,
            RunState::Stopped => Self::Stopped,
        }
    }
}

impl Schedule {
    /// What is wanted at an instant.
    ///
    /// A zone that does not exist, which the loader refuses, leaves things alone: no zone is ever taken for another.
    #[must_use]
    pub fn decide(&self, at: Timestamp, ctx: &Context<'_>) -> Decision {
        if let Some(over) = ctx.overrides.iter().find(|over| over.stretch().contains(at)) {
            return over.decision(&self.timezone);
        }
        let zone = match Zone::find(&self.timezone) {
            Ok(zone) => zone,
            Err(error) => return self.decision(WantedState::Leave, error.to_string(), &self.span, Rank::Otherwise),
        };
        let frame = self.frame(&zone, ctx);
        self.exception(&zone, at, ctx).or_else(|| self.windows(at, &frame)).unwrap_or_else(|| self.outside())
    }

    fn decision(&self, state: WantedState, rule: String, span: &Span, rank: Rank) -> Decision {
        Decision { state, rule, span: Some(span.clone()), rank }
    }

    pub(super) fn exception(&self, zone: &Zone, at: Timestamp, ctx: &Context<'_>) -> Option<Decision> {
        if self.except.is_empty() {
            return None;
        }
        let date = Clocks::new(zone.tz()).day_of(at);
        let exception = self.except.iter().find(|exception| covers(exception, date, ctx))?;
        let state = exception.state?;
        let rule = format!("except `{}`: {}", exception.calendar, state.as_str());
        Some(self.decision(state.into(), rule, &exception.span, Rank::Exception))
    }

    fn windows(&self, at: Timestamp, frame: &Frame<'_>) -> Option<Decision> {
        self.ranked().into_iter().find_map(|(rank, _, windows)| {
            windows.iter().find(|window| window.contains(frame, at)).map(|window| self.by_window(rank, window))
        })
    }

    /// The decision that a window of a rank is while it holds.
    pub(super) fn by_window(&self, rank: Rank, window: &At<Window>) -> Decision {
        let state = match rank {
            Rank::Stop => WantedState::Stopped,
            Rank::Run => WantedState::Running,
            _ => WantedState::Leave,
        };
        let mut rule = String::with_capacity(USUAL_RULE);
        // Writing to a string cannot fail.
        let _ = write!(rule, "{} `{}`", rank.word(), window.value);
        self.decision(state, rule, &window.span, rank)
    }

    pub(super) fn outside(&self) -> Decision {
        self.decision(self.otherwise, self.otherwise_text(), &self.span, Rank::Otherwise)
    }

    /// `otherwise stopped`.
    pub(super) fn otherwise_text(&self) -> String {
        format!("otherwise {}", self.otherwise.as_str())
    }

    /// The windows by key, highest precedence first.
    pub(super) fn ranked(&self) -> [(Rank, WantedState, &[At<Window>]); 3] {
        [
            (Rank::Stop, WantedState::Stopped, self.stop.as_slice()),
            (Rank::Run, WantedState::Running, self.run.as_slice()),
            (Rank::Leave, WantedState::Leave, self.leave.as_slice()),
        ]
    }

    /// What the windows of this schedule are read with.
    #[must_use]
    pub fn frame<'a>(&'a self, zone: &'a Zone, ctx: &Context<'a>) -> Frame<'a> {
        let holidays = self.workdays.except.as_ref().and_then(|name| ctx.calendars.get(name)).map(|calendar| &calendar.days);
        Frame { tz: zone.tz(), workdays: &self.workdays, holidays }
    }

    /// The first change after an instant, within [`HORIZON`]; a change at the instant itself has happened.
    #[must_use]
    pub fn next_edge(&self, after: Timestamp, ctx: &Context<'_>) -> Option<Edge> {
        looks(after, HORIZON).find_map(|(from, to)| self.edges(from, to, ctx).first().copied())
    }

    /// All changes after `from`, up to and including `to`, in order: what a pass at `to` has to do when the last one was at `from`.
    #[must_use]
    pub fn edges(&self, from: Timestamp, to: Timestamp, ctx: &Context<'_>) -> Vec<Edge> {
        self.changes(from, to, ctx).1
    }

    /// How long things are wanted running from `from` until before `to`.
    #[must_use]
    pub fn hours_running(&self, from: Timestamp, to: Timestamp, ctx: &Context<'_>) -> SignedDuration {
        let running = self.states(from, to, ctx).into_iter().filter(|(_, state)| *state == WantedState::Running);
        running.map(|(stretch, _)| stretch.length()).sum()
    }

    /// The states from `from` until before `to`, each with the stretch in which it holds, without a hole.
    #[must_use]
    pub fn states(&self, from: Timestamp, to: Timestamp, ctx: &Context<'_>) -> Vec<(Stretch, WantedState)> {
        let (mut state, edges) = self.changes(from, to, ctx);
        let mut out = Vec::with_capacity(edges.len() + 1);
        let mut begin = from;
        for edge in edges {
            out.push((Stretch { from: begin, to: edge.at }, state));
            (begin, state) = (edge.at, edge.state);
        }
        out.push((Stretch { from: begin, to }, state));
        out.retain(|(stretch, _)| stretch.from < stretch.to);
        out
    }

    /// The state at `from` and the changes after it, up to and including `to`.
    fn changes(&self, from: Timestamp, to: Timestamp, ctx: &Context<'_>) -> (WantedState, Vec<Edge>) {
        self.sweep(&self.layers(from, to, ctx), from, to)
    }

    /// The state at `from` and the changes after it, up to and including `to`, by what decides between them.
    pub(super) fn sweep(&self, layers: &[Layer], from: Timestamp, to: Timestamp) -> (WantedState, Vec<Edge>) {
        let mut marks: Vec<Mark> =
            layers.iter().enumerate().flat_map(|(layer, it)| it.stretches.iter().flat_map(move |s| marks(layer, s))).collect();
        marks.sort_unstable_by_key(|mark| mark.at);
        let mut open = vec![0_i32; layers.len()];
        let wanted = |open: &[i32]| layers.iter().zip(open).find(|(_, n)| **n > 0).map_or(self.otherwise, |(layer, _)| layer.state);
        let past = marks.partition_point(|mark| mark.at <= from);
        marks[..past].iter().for_each(|mark| open[mark.layer] += mark.step);
        let first = wanted(&open);
        let (mut state, mut edges) = (first, Vec::new());
        for group in marks[past..].chunk_by(|a, b| a.at == b.at).take_while(|group| group[0].at <= to) {
            group.iter().for_each(|mark| open[mark.layer] += mark.step);
            let now = wanted(&open);
            if now != state {
                edges.push(Edge { at: group[0].at, state: now });
            }
            state = now;
        }
        (first, edges)
    }

    /// Everything that may decide between two instants, highest precedence first, down to what decides always.
    pub(super) fn layers(&self, from: Timestamp, to: Timestamp, ctx: &Context<'_>) -> Vec<Layer> {
        let over = |over: &Interval| Layer { state: over.state.into(), rank: Rank::Override, stretches: vec![over.stretch()] };
        let mut layers: Vec<Layer> = ctx.overrides.iter().map(over).collect();
        let Ok(zone) = Zone::find(&self.timezone) else {
            layers.push(Layer { state: WantedState::Leave, rank: Rank::Otherwise, stretches: vec![Stretch::ALWAYS] });
            return layers;
        };
        if !self.except.is_empty() {
            layers.extend(self.exception_layers(&zone, from, to, ctx));
        }
        let (frame, mut clocks) = (self.frame(&zone, ctx), Clocks::new(zone.tz()));
        for (rank, state, windows) in self.ranked() {
            if windows.iter().any(|window| window.is_always()) {
                layers.push(Layer { state, rank, stretches: vec![Stretch::ALWAYS] });
                break;
            }
            let mut stretches = Vec::new();
            windows.iter().for_each(|window| window.stretches_by(&mut clocks, &frame, from, to, &mut stretches));
            layers.push(Layer { state, rank, stretches });
        }
        layers
    }

    /// The days on which a calendar decides.
    fn exception_layers(&self, zone: &Zone, from: Timestamp, to: Timestamp, ctx: &Context<'_>) -> [Layer; 2] {
        let mut clocks = Clocks::new(zone.tz());
        let (first, last) = (shifted(clocks.date(from), -1), shifted(clocks.date(to), 1));
        let days = self.except.iter().filter_map(|exception| days_of(exception, ctx)).flat_map(|days| days.range(first..=last));
        let days: BTreeSet<Date> = days.copied().collect();
        [RunState::Stopped, RunState::Running].map(|state| {
            let decided =
                |date: &Date| self.except.iter().find(|exception| covers(exception, *date, ctx)).and_then(|e| e.state) == Some(state);
            let stretches = days.iter().filter(|date| decided(date)).filter_map(|date| clocks.day(*date));
            Layer { state: state.into(), rank: Rank::Exception, stretches: stretches.collect() }
        })
    }
}

fn days_of<'a>(exception: &Exception, ctx: &Context<'a>) -> Option<&'a BTreeSet<Date>> {
    ctx.calendars.get(&exception.calendar).map(|calendar| &calendar.days)
}

fn covers(exception: &Exception, date: Date, ctx: &Context<'_>) -> bool {
    days_of(exception, ctx).is_some_and(|days| days.contains(&date))
}

/// Where the rules of one kind hold.
pub(super) struct Layer {
    state: WantedState,
    pub(super) rank: Rank,
    pub(super) stretches: Vec<Stretch>,
}

/// One end of a stretch.
#[derive(Clone, Copy)]
struct Mark {
    at: Timestamp,
    layer: usize,
    /// 1 where it begins, -1 where it ends.
    step: i32,
}

fn marks(layer: usize, stretch: &Stretch) -> [Mark; 2] {
    [Mark { at: stretch.from, layer, step: 1 }, Mark { at: stretch.to, layer, step: -1 }]
}
