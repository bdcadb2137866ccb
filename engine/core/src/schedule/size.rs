//! Which size a schedule wants at an instant: instance types (`sizes`) and numbers of a group (`capacity`).
//!
//! Size and state are answered apart. A size holds whatever the state is, so that a stopped machine is resized before
//! its next start; outside all windows, and without `else`, no size is wanted and the resource keeps what it has.

use jiff::Timestamp;
use serde::Serialize;

use super::decide::{Context, HORIZON, looks};
use super::instants::Frame;
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
        let mut out = vec![(from, self.answer(&open))];
        for group in marks[past..].chunk_by(|a, b| a.0 == b.0).take_while(|group| group[0].0 <= to) {
            group.iter().for_each(|(_, index, step)| open[*index] += step);
            let now = self.answer(&open);
            if out.last().is_none_or(|(_, last)| *last != now) {
                out.push((group[0].0, now));
            }
        }
        out
    }

    /// The answer while these windows are open.
    fn answer(&self, open: &[i32]) -> Result<Option<&T>, Ambiguous> {
        let mut held = self.windows.iter().zip(open).filter(|(_, open)| **open > 0).map(|(entry, _)| entry);
        let Some((first, size)) = held.next() else { return Ok(self.otherwise.as_ref()) };
        match held.find(|(_, other)| other != size) {
            None => Ok(Some(size)),
            Some((second, _)) => {
                Err(Ambiguous { first: first.value.to_string(), second: second.value.to_string(), span: second.span.clone() })
            }
        }
    }
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
        looks(after, HORIZON).find_map(|(from, to)| {
            let types = self.sizing.types.answers(&frame, from, to).get(1).map(|(at, _)| *at);
            let numbers = self.sizing.numbers.answers(&frame, from, to).get(1).map(|(at, _)| *at);
            types.into_iter().chain(numbers).min()
        })
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
