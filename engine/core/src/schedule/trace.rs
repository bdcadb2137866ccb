//! Every rule of a schedule at an instant, in order of precedence: why it is as it is.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::clocks::Clocks;
use super::decide::{Context, Rank};
use super::instants::{Frame, Stretch};
use super::model::{Schedule, WantedState};
use super::window::duration;
use super::zone::Zone;
use crate::span::Span;

/// One rule and what it says at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Considered {
    /// The rule in words: ``run `mon-fri 09:00-19:00` ``.
    pub rule: String,
    /// Where it is written; an override has a place of its own, in its words.
    #[serde(rename = "where", serialize_with = "as_place")]
    pub span: Option<Span>,
    /// Which kind of rule it is.
    #[serde(skip)]
    pub rank: Rank,
    /// What it wants; nothing for an entry of `except` that says `ignore`.
    pub wants: Option<WantedState>,
    /// Whether it holds at the instant.
    pub holds: bool,
    /// Whether it is the one that decides.
    pub decides: bool,
    /// From when to when it holds, where it does and that is known.
    pub stretch: Option<Stretch>,
}

fn as_place<S: Serializer>(span: &Option<Span>, serializer: S) -> Result<S::Ok, S::Error> {
    span.as_ref().map(ToString::to_string).serialize(serializer)
}

impl Schedule {
    /// Every rule in order of precedence, the deciding one marked. Rules below it are judged all the same: they say what would
    /// hold without it.
    ///
    /// `started` is when the resource was last started, which `limit` counts from; without it `limit` does not hold.
    #[must_use]
    pub fn trace(&self, at: Timestamp, started: Option<Timestamp>, ctx: &Context<'_>) -> Vec<Considered> {
        let Ok(zone) = Zone::find(&self.timezone) else { return Vec::new() };
        let mut rules: Vec<Considered> = overrides(at, ctx).collect();
        rules.extend(self.exceptions_at(&zone, at, ctx));
        rules.extend(self.limit_at(at, started));
        let frame = self.frame(&zone, ctx);
        for (rank, state, windows) in self.ranked() {
            rules.extend(windows.iter().map(|window| {
                let stretch = covering(&window.value, &frame, at);
                considered(rank, format!("{} `{}`", rank.word(), window.value), Some(&window.span), Some(state), stretch)
            }));
        }
        rules.push(Considered {
            holds: true,
            ..considered(Rank::Otherwise, self.otherwise_text(), Some(&self.span), Some(self.otherwise), None)
        });
        mark_decider(&mut rules);
        rules
    }

    fn exceptions_at(&self, zone: &Zone, at: Timestamp, ctx: &Context<'_>) -> Vec<Considered> {
        if self.except.is_empty() {
            return Vec::new();
        }
        let mut clocks = Clocks::new(zone.tz());
        let date = clocks.day_of(at);
        let day = clocks.day(date);
        let one = |exception: &super::model::Exception| {
            let has = ctx.calendars.get(&exception.calendar).is_some_and(|calendar| calendar.days.contains(&date));
            let word = exception.state.map_or("ignore", super::model::RunState::as_str);
            let rule = format!("except `{}`: {word}", exception.calendar);
            considered(Rank::Exception, rule, Some(&exception.span), exception.state.map(WantedState::from), day.filter(|_| has))
        };
        self.except.iter().map(one).collect()
    }

    fn limit_at(&self, at: Timestamp, started: Option<Timestamp>) -> Option<Considered> {
        let longest = self.limit.as_ref()?.max_runtime;
        let over = started.and_then(|started| started.checked_add(longest).ok()).filter(|end| *end <= at);
        let stretch = over.map(|end| Stretch { from: end, to: Timestamp::MAX });
        let rule = format!("limit {}", duration(u32::try_from(longest.as_mins()).unwrap_or(u32::MAX)));
        Some(considered(Rank::Limit, rule, Some(&self.span), Some(WantedState::Stopped), stretch))
    }
}

fn considered(rank: Rank, rule: String, span: Option<&Span>, wants: Option<WantedState>, stretch: Option<Stretch>) -> Considered {
    Considered { rule, span: span.cloned(), rank, wants, holds: stretch.is_some(), decides: false, stretch }
}

fn overrides(at: Timestamp, ctx: &Context<'_>) -> impl Iterator<Item = Considered> {
    let one = move |over: &super::decide::Interval| {
        let rule = format!("override {}: {}", over.state.as_str(), over.why);
        let stretch = over.stretch();
        let holds = stretch.contains(at);
        Considered { holds, ..considered(Rank::Override, rule, None, Some(over.state.into()), Some(stretch)) }
    };
    ctx.overrides.iter().map(one)
}

/// The stretch of a window in which an instant lies; of several the one that ends last.
fn covering(window: &super::window::Window, frame: &Frame<'_>, at: Timestamp) -> Option<Stretch> {
    window.stretches(frame, at, at).filter(|stretch| stretch.contains(at)).max_by_key(|stretch| stretch.to)
}

/// The first that holds decides; the first exception of the day ends the question of exceptions even where it says `ignore`.
fn mark_decider(rules: &mut [Considered]) {
    let mut day_is_settled = false;
    for rule in rules {
        let exception = rule.rank == Rank::Exception;
        if !rule.holds || (exception && day_is_settled) {
            continue;
        }
        day_is_settled |= exception;
        if rule.wants.is_some() {
            rule.decides = true;
            return;
        }
    }
}
