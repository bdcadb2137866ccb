//! From what clocks show to real time.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use super::instants::Stretch;

/// Conversions after which looking for the zone's next change pays: that costs about as much as two.
const WARM_UP: u32 = 3;
/// Nothing near a change is taken for calm: no change has ever moved clocks by more than a day.
const NEAR_CHANGE: jiff::SignedDuration = jiff::SignedDuration::from_hours(25);
/// Changes are at whole seconds.
const SECOND: jiff::SignedDuration = jiff::SignedDuration::from_secs(1);

/// The clocks of a zone, which remember the last stretch without a change: a year of windows asks for hundreds of
/// instants and meets two changes.
pub(super) struct Clocks<'a> {
    tz: &'a TimeZone,
    asked: u32,
    calm: Option<Calm>,
}

/// Local times between which one offset holds.
struct Calm {
    from: DateTime,
    to: DateTime,
    offset: Offset,
}

impl<'a> Clocks<'a> {
    pub(super) const fn new(tz: &'a TimeZone) -> Self {
        Self { tz, asked: 0, calm: None }
    }

    /// The first instant at which the clocks show `local`; when they never do, the first after the gap.
    pub(super) fn first(&mut self, local: DateTime) -> Option<Timestamp> {
        self.instant(local, |before, _| before)
    }

    /// The last instant at which the clocks show `local`; when they never do, the first after the gap.
    pub(super) fn last(&mut self, local: DateTime) -> Option<Timestamp> {
        self.instant(local, |_, after| after)
    }

    fn instant(&mut self, local: DateTime, when_repeated: fn(Offset, Offset) -> Offset) -> Option<Timestamp> {
        if let Some(calm) = self.calm.as_ref().filter(|calm| calm.from <= local && local <= calm.to) {
            return calm.offset.to_timestamp(local).ok();
        }
        match self.tz.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => {
                let at = offset.to_timestamp(local).ok()?;
                self.look_around(at, offset);
                Some(at)
            }
            AmbiguousOffset::Fold { before, after } => {
                let offset = match (self.shows(before, local), self.shows(after, local)) {
                    (true, false) => before,
                    (false, true) => after,
                    _ => when_repeated(before, after),
                };
                offset.to_timestamp(local).ok()
            }
            AmbiguousOffset::Gap { before, after } => self.after_gap(after.to_timestamp(local).ok()?, before.to_timestamp(local).ok()?),
        }
    }

    /// Whether the clocks show a local time at this offset. Where a zone's list of changes ends and its yearly rule begins, a
    /// year may be said to repeat an hour that it does not: Nuuk had no summer time in 2023 that could have ended.
    fn shows(&self, offset: Offset, local: DateTime) -> bool {
        offset.to_timestamp(local).is_ok_and(|at| self.tz.to_offset(at) == offset)
    }

    fn look_around(&mut self, at: Timestamp, offset: Offset) {
        self.asked += 1;
        if self.asked.is_multiple_of(WARM_UP) {
            // A change at the instant itself is over: what came before it was shown by other clocks.
            let after = at.saturating_add(SECOND).unwrap_or(at);
            let from = self.tz.preceding(after).next().map_or(Timestamp::MIN, |change| change.timestamp());
            let to = self.tz.following(at).next().map_or(Timestamp::MAX, |change| change.timestamp());
            let local = |at: Timestamp| offset.to_datetime(at);
            let (from, to) = (from.saturating_add(NEAR_CHANGE).ok(), to.saturating_sub(NEAR_CHANGE).ok());
            self.calm = from.zip(to).map(|(from, to)| Calm { from: local(from), to: local(to), offset });
        }
    }

    /// A time inside a gap, read with the offsets on either side, lies before and after the jump; the jump itself is wanted.
    fn after_gap(&self, early: Timestamp, late: Timestamp) -> Option<Timestamp> {
        let offset_before = self.tz.to_offset(early);
        let jump = self.tz.following(early).take_while(|jump| jump.timestamp() <= late).find(|jump| jump.offset() != offset_before);
        Some(jump.map_or(late, |jump| jump.timestamp()))
    }

    /// The instant at which a local date begins.
    pub(super) fn midnight(&mut self, date: Date) -> Option<Timestamp> {
        self.first(date.at(0, 0, 0, 0))
    }

    /// From a date's midnight to the next one's; nothing for a day that the zone skipped.
    pub(super) fn day(&mut self, date: Date) -> Option<Stretch> {
        let stretch = Stretch { from: self.midnight(date)?, to: self.midnight(date.tomorrow().ok()?)? };
        (stretch.from < stretch.to).then_some(stretch)
    }

    /// The day an instant belongs to: from its local midnight to the next one.
    ///
    /// That is the local date, except where clocks go back over midnight (at 00:01 in St John's until 2011): there the
    /// day has begun at its first midnight and does not end again.
    pub(super) fn day_of(&mut self, at: Timestamp) -> Date {
        let date = self.date(at);
        let begun = |next: &Date| self.midnight(*next).is_some_and(|begin| begin <= at);
        date.tomorrow().ok().filter(begun).unwrap_or(date)
    }

    /// The date that the clocks show.
    pub(super) fn date(&self, at: Timestamp) -> Date {
        self.tz.to_datetime(at).date()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::zone::Zone;
    use super::*;

    #[test]
    fn what_is_asked_at_the_change_itself_says_nothing_of_the_time_before() {
        let zone = Zone::find("Pacific/Fakaofo").expect("zone");
        let (skipped, next) = (date(2011, 12, 30).at(0, 0, 0, 0), date(2011, 12, 31).at(0, 0, 0, 0));
        let mut clocks = Clocks::new(zone.tz());
        let jump = clocks.first(next);
        assert_eq!(jump, "2011-12-30T11:00:00Z".parse().ok());
        (0..WARM_UP).for_each(|_| _ = clocks.first(next));
        assert_eq!(clocks.first(skipped), jump);
        assert_eq!(clocks.first(date(2011, 12, 29).at(14, 19, 0, 0)), "2011-12-30T01:19:00Z".parse().ok());
    }

    #[test]
    fn an_hour_is_repeated_only_where_clocks_showed_it_twice() {
        let local = date(2023, 10, 28).at(23, 1, 0, 0);
        let at = |zone: &str| {
            let zone = Zone::find(zone).expect("zone");
            let mut clocks = Clocks::new(zone.tz());
            [clocks.first(local), clocks.last(local)]
        };
        assert_eq!(at("America/Nuuk"), ["2023-10-29T01:01:00Z".parse().ok(); 2]);
    }
}
