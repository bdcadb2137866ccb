//! A schedule's week as bars on the local clock.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::clocks::Clocks;
use super::decide::{Context, Rank};
use super::instants::{Stretch, dates, shifted};
use super::model::{Schedule, WantedState};
use super::zone::Zone;

/// Minutes of a clock's day.
const MINUTES: u16 = 24 * 60;

/// Seven days from a Monday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// Zone of the dates and minutes.
    pub zone: Zone,
    /// The days, Monday first; a date that the zone skipped is not among them.
    pub days: Vec<WeekDay>,
}

/// One local day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekDay {
    /// Which.
    pub date: Date,
    /// From its midnight to the next; not 24 hours where clocks change.
    pub stretch: Stretch,
    /// What is wanted, in order and without a hole.
    pub bars: Vec<Bar>,
    /// The calendar entry that decides at its midnight: ``except `kr`: stopped``.
    pub exception: Option<String>,
}

/// A stretch of a day in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// What is wanted.
    pub state: WantedState,
    /// When, in real time.
    pub stretch: Stretch,
    /// Where it begins on a clock of 24 hours, in minutes.
    pub begin: u16,
    /// Where it ends on that clock: not before it begins, even if clocks went back between.
    pub end: u16,
}

impl Week {
    /// How long things are wanted running in it.
    #[must_use]
    pub fn running(&self) -> SignedDuration {
        self.days.iter().map(WeekDay::running).sum()
    }

    /// How long it lasts.
    #[must_use]
    pub fn length(&self) -> SignedDuration {
        self.days.iter().map(|day| day.stretch.length()).sum()
    }
}

impl WeekDay {
    /// How long things are wanted running on that day.
    #[must_use]
    pub fn running(&self) -> SignedDuration {
        self.bars.iter().filter(|bar| bar.state == WantedState::Running).map(|bar| bar.stretch.length()).sum()
    }
}

impl Schedule {
    /// The week in which a date lies; nothing when the schedule's zone does not exist.
    #[must_use]
    pub fn week(&self, date: Date, ctx: &Context<'_>) -> Option<Week> {
        let zone = Zone::find(&self.timezone).ok()?;
        let monday = shifted(date, -i32::from(date.weekday().to_monday_zero_offset()));
        let days = dates(monday, shifted(monday, 6)).filter_map(|date| self.week_day(&zone, date, ctx)).collect();
        Some(Week { zone, days })
    }

    fn week_day(&self, zone: &Zone, date: Date, ctx: &Context<'_>) -> Option<WeekDay> {
        let stretch = Clocks::new(zone.tz()).day(date)?;
        let bars = self.states(stretch.from, stretch.to, ctx).into_iter().map(|(part, state)| bar(zone, stretch, part, state)).collect();
        let decision = self.decide(stretch.from, &Context { overrides: &[], ..*ctx });
        let exception = (decision.rank == Rank::Exception).then_some(decision.rule);
        Some(WeekDay { date, stretch, bars, exception })
    }
}

fn bar(zone: &Zone, day: Stretch, part: Stretch, state: WantedState) -> Bar {
    let begin = if part.from == day.from { 0 } else { minute_of(zone, part.from) };
    let end = if part.to == day.to { MINUTES } else { minute_of(zone, part.to) };
    Bar { state, stretch: part, begin, end: end.max(begin) }
}

fn minute_of(zone: &Zone, at: Timestamp) -> u16 {
    let time = zone.tz().to_datetime(at).time();
    u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())
}
