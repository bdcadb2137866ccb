//! Which size a schedule wants at an instant: instance types (`sizes`) and numbers of a group (`capacity`).
//!
//! Size and state are answered apart. A size holds whatever the state is, so that a stopped machine is resized before
//! its next start; outside all windows, and without `else`, no size is wanted and the resource keeps what it has.
//!
//! Windows that hold at once and want different sizes are an error. Where clocks go back, of two windows that follow each
//! other the first still runs to the last time of its end while the second has begun with the first time of its begin:
//! there the one that has not yet seen its end counts, and of two that have, the one that saw it last.

use jiff::Timestamp;
use serde::Serialize;

use super::decide::{Context, HORIZON, looks};
use super::instants::Frame;
use super::look::SizeLook;
use super::model::Schedule;
use super::window::Window;
use super::zone::Zone;
use crate::span::{At, Span};

/// Answers by window; of windows that hold at once all must give the same.
#[derive(Debug, Clone)]
pub struct Sizes<T> {
    /// `in`, in the order of the file.
    pub windows: Vec<(At<Window>, T)>,
    /// `else`.
    pub otherwise: Option<T>,
}

impl<T> Default for Sizes<T> {
    fn default() -> Self {
        Self { windows: Vec::new(), otherwise: None }
    }
}

/// `sizes` and `capacity` of a schedule.
#[derive(Debug, Clone, Default)]
pub struct Sizing {
    /// Instance types, the first that can be had.
    pub types: Sizes<Vec<String>>,
    /// Numbers of a group.
    pub numbers: Sizes<Numbers>,
}

/// Numbers of a group; what is not written stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Numbers {
    /// At least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// Wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desired: Option<u32>,
    /// At most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
}

/// What is wanted at an instant; neither when the schedule says nothing then.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size<'a> {
    /// Instance types, best first; empty for none.
    pub types: &'a [String],
    /// Numbers of a group.
    pub numbers: Option<Numbers>,
}

/// Windows that hold at once and want different sizes: a machine would be resized for ever.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("two sizes at once: `{first}` and `{second}` hold together and want different ones")]
pub struct Ambiguous {
    /// The earlier one in the file.
    pub first: String,
    /// The later one.
    pub second: String,
    /// Where the later one stands.
    pub span: Span,
}

/// What holds from an instant on.
type Answer<'a, T> = (Timestamp, Result<Option<&'a T>, Ambiguous>);

impl<T: PartialEq> Sizes<T> {
    /// True when nothing is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.windows.is_empty() && self.otherwise.is_none()
    }

    /// The answer at `from` and every other one after it, up to and including `to`, in order.
    fn answers(&self, frame: &Frame<'_>, from: Timestamp, to: Timestamp) -> Vec<Answer<'_, T>> {
        let mut marks: Vec<(Timestamp, usize, i32)> = Vec::new();
        for (index, (window, _)) in self.windows.iter().enumerate() {
            marks.extend(window.stretches(frame, from, to).flat_map(|it| [(it.from, index, 1), (it.to, index, -1)]));
        }
        marks.sort_unstable_by_key(|mark| mark.0);
        let mut open = vec![0; self.windows.len()];
        let past = marks.partition_point(|mark| mark.0 <= from);
        marks[..past].iter().for_each(|(_, index, step)| open[*index] += step);
        let mut out = vec![(from, self.answer(frame, from, &open))];
        for group in marks[past..].chunk_by(|a, b| a.0 == b.0).take_while(|group| group[0].0 <= to) {
            group.iter().for_each(|(_, index, step)| open[*index] += step);
            let now = self.answer(frame, group[0].0, &open);
            if out.last().is_none_or(|(_, last)| *last != now) {
                out.push((group[0].0, now));
            }
        }
        out
    }

    /// The answer at an instant at which these windows are open.
    fn answer(&self, frame: &Frame<'_>, at: Timestamp, open: &[i32]) -> Result<Option<&T>, Ambiguous> {
        let held = || self.windows.iter().zip(open).filter(|(_, open)| **open > 0).map(|(entry, _)| entry);
        let Some((_, size)) = held().next() else { return Ok(self.otherwise.as_ref()) };
        if held().all(|(_, other)| other == size) {
            return Ok(Some(size));
        }
        let held: Vec<Held<'_, T>> = held().map(|(window, size)| Held::new(window, size, frame, at)).collect();
        let best = held.iter().map(Held::weight).max();
        let mut counting = held.iter().filter(|held| Some(held.weight()) == best);
        let Some(first) = counting.next() else { return Ok(None) };
        counting.find(|other| other.size != first.size).map_or(Ok(Some(first.size)), |other| Err(ambiguous(first.window, other.window)))
    }
}

/// A window that holds.
struct Held<'a, T> {
    window: &'a At<Window>,
    size: &'a T,
    /// When clocks that went back had shown its end before.
    ended_once: Option<Timestamp>,
}

impl<'a, T> Held<'a, T> {
    fn new(window: &'a At<Window>, size: &'a T, frame: &Frame<'_>, at: Timestamp) -> Self {
        let stretch = window.stretches(frame, at, at).filter(|stretch| stretch.contains(at)).last();
        let ended_once = stretch.and_then(|stretch| window.ended_once(frame, &stretch, at));
        Self { window, size, ended_once }
    }

    /// The heaviest counts.
    fn weight(&self) -> Timestamp {
        self.ended_once.unwrap_or(Timestamp::MAX)
    }
}

fn ambiguous(first: &At<Window>, second: &At<Window>) -> Ambiguous {
    Ambiguous { first: first.value.to_string(), second: second.value.to_string(), span: second.span.clone() }
}

impl Schedule {
    /// The size wanted at an instant; none in a zone that does not exist.
    ///
    /// # Errors
    /// When windows that hold then want different sizes.
    pub fn size(&self, at: Timestamp, ctx: &Context<'_>) -> Result<Size<'_>, Ambiguous> {
        let Some(zone) = self.sizing_zone() else { return Ok(Size::default()) };
        let frame = self.frame(&zone, ctx);
        let types = self.sizing.types.answers(&frame, at, at).swap_remove(0).1?;
        let numbers = self.sizing.numbers.answers(&frame, at, at).swap_remove(0).1?;
        Ok(Size { types: types.map_or(&[], Vec::as_slice), numbers: numbers.copied() })
    }

    /// The first instant after another at which the wanted size is a different one, within [`HORIZON`]. An instant at
    /// which it becomes ambiguous counts, [`Schedule::size`] says so then.
    #[must_use]
    pub fn next_size(&self, after: Timestamp, ctx: &Context<'_>) -> Option<Timestamp> {
        let zone = self.sizing_zone()?;
        let frame = self.frame(&zone, ctx);
        looks(after, HORIZON).find_map(|(from, to)| self.size_changes(&frame, from, to).1)
    }

    /// [`Schedule::size`] and [`Schedule::next_size`] at once.
    #[must_use]
    pub fn look_at_size(&self, at: Timestamp, ctx: &Context<'_>) -> SizeLook<'_> {
        let Some(zone) = self.sizing_zone() else { return SizeLook { size: Ok(Size::default()), next: None } };
        let frame = self.frame(&zone, ctx);
        let mut looks = looks(at, HORIZON);
        let to = looks.next().map_or(at, |(_, to)| to);
        let (size, next) = self.size_changes(&frame, at, to);
        SizeLook { size, next: next.or_else(|| looks.find_map(|(from, to)| self.size_changes(&frame, from, to).1)) }
    }

    /// The size at `from`, and the first other one after it, up to and including `to`.
    fn size_changes(&self, frame: &Frame<'_>, from: Timestamp, to: Timestamp) -> (Result<Size<'_>, Ambiguous>, Option<Timestamp>) {
        let mut types = self.sizing.types.answers(frame, from, to).into_iter();
        let mut numbers = self.sizing.numbers.answers(frame, from, to).into_iter();
        let (kind, number) = (types.next().map_or(Ok(None), |first| first.1), numbers.next().map_or(Ok(None), |first| first.1));
        let size = kind.and_then(|kind| Ok(Size { types: kind.map_or(&[], Vec::as_slice), numbers: number?.copied() }));
        (size, types.next().map(|next| next.0).into_iter().chain(numbers.next().map(|next| next.0)).min())
    }

    /// The first two windows of `sizes` or `capacity` between two instants that hold at once and differ.
    #[must_use]
    pub fn ambiguous_size(&self, from: Timestamp, to: Timestamp, ctx: &Context<'_>) -> Option<Ambiguous> {
        let zone = self.sizing_zone()?;
        let frame = self.frame(&zone, ctx);
        let types = self.sizing.types.answers(&frame, from, to).into_iter().find_map(|(_, answer)| answer.err());
        types.or_else(|| self.sizing.numbers.answers(&frame, from, to).into_iter().find_map(|(_, answer)| answer.err()))
    }

    /// The zone, when there is a size to ask for.
    fn sizing_zone(&self) -> Option<Zone> {
        let asked = !(self.sizing.types.is_empty() && self.sizing.numbers.is_empty());
        asked.then(|| Zone::find(&self.timezone).ok()).flatten()
    }
}
