//! All that is to be said about an instant, found in one pass.

use jiff::Timestamp;

use super::decide::{Context, Decision, Edge, HORIZON, Layer, Rank, looks};
use super::model::Schedule;
use super::size::{Ambiguous, Size};
use super::zone::Zone;

/// What is wanted at an instant and what comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// As [`Schedule::decide`].
    pub decision: Decision,
    /// As [`Schedule::next_edge`].
    pub next: Option<Edge>,
    /// No rule begins or ends after the instant and before this one, so that until then the rest stays as it is.
    pub until: Timestamp,
}

/// Which size is wanted at an instant and when that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SizeLook<'a> {
    /// As [`Schedule::size`].
    pub size: Result<Size<'a>, Ambiguous>,
    /// As [`Schedule::next_size`].
    pub next: Option<Timestamp>,
}

impl Schedule {
    /// [`Schedule::decide`] and [`Schedule::next_edge`] at once.
    #[must_use]
    pub fn look(&self, at: Timestamp, ctx: &Context<'_>) -> Look {
        let mut looks = looks(at, HORIZON);
        let to = looks.next().map_or(at, |(_, to)| to);
        let layers = self.layers(at, to, ctx);
        let decision = self.decided_by(&layers, at, ctx);
        let next = self.sweep(&layers, at, to).1.first().copied();
        let later = || looks.find_map(|(from, to)| self.edges(from, to, ctx).first().copied());
        let marks = layers.iter().flat_map(|layer| &layer.stretches).flat_map(|stretch| [stretch.from, stretch.to]);
        let until = marks.filter(|mark| *mark > at).min().map_or(to, |mark| mark.min(to));
        Look { decision, next: next.or_else(later), until }
    }

    /// The decision of the first layer that holds.
    fn decided_by(&self, layers: &[Layer], at: Timestamp, ctx: &Context<'_>) -> Decision {
        let holds = |layer: &&Layer| layer.stretches.iter().any(|stretch| stretch.contains(at));
        let Some(layer) = layers.iter().find(holds) else { return self.outside() };
        let windows = match layer.rank {
            Rank::Stop => &self.stop,
            Rank::Run => &self.run,
            Rank::Leave => &self.leave,
            _ => return self.decide(at, ctx),
        };
        match (windows.as_slice(), Zone::find(&self.timezone)) {
            ([only], _) => self.by_window(layer.rank, only),
            (_, Ok(zone)) => {
                let frame = self.frame(&zone, ctx);
                let held = windows.iter().find(|window| window.contains(&frame, at));
                held.map_or_else(|| self.outside(), |window| self.by_window(layer.rank, window))
            }
            (_, Err(_)) => self.decide(at, ctx),
        }
    }
}
