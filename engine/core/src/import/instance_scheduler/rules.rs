//! From periods to windows.

use super::period::Period;
use super::window_of;
use crate::import::days::Days;
use crate::import::draft::{DAY, Draft, window};

/// Writes the windows and sizes of periods.
pub(super) fn write(periods: &[Period], draft: &mut Draft) {
    let gaps = gaps(periods);
    for period in periods {
        if let Some((begin, end)) = period.runs() {
            let days = period.days;
            let longer = gaps.iter().any(|gap| !gap.is_next_day() && gap.minute == end && gap.days == days);
            draft.run.push(window_of(period, begin, end + u16::from(longer)));
        }
        draft.leave.extend(period.leaves().map(|until| window_of(period, 0, until)));
    }
    for gap in gaps.iter().filter(|gap| !gap.is_swallowed(periods)) {
        draft.run.extend(windows(&gap.days, gap.minute, gap.minute + 1, periods));
    }
    if periods.iter().any(|period| period.instance_type.is_some()) {
        sizes(periods, &gaps, draft);
    }
}

/// Windows that begin on these days, in a period's own words where they are its days.
fn windows(days: &Days, begin: u16, end: u16, periods: &[Period]) -> Vec<String> {
    match periods.iter().find(|period| period.days == *days) {
        Some(period) => vec![window_of(period, begin, end)],
        None => days.conditions().iter().map(|conditions| window(conditions, begin, end)).collect(),
    }
}

/// A minute of stopped between two of running: rule of Instance Scheduler for 23:59 and 00:00.
struct Gap {
    /// 1 to 1439 on the day itself; 1440 is the first minute of the day after.
    minute: u16,
    days: Days,
}

impl Gap {
    fn is_next_day(&self) -> bool {
        self.minute == DAY
    }

    /// Whether a window of its days was made a minute longer.
    fn is_swallowed(&self, periods: &[Period]) -> bool {
        let ends = |period: &&Period| period.runs().is_some_and(|(_, end)| end == self.minute);
        !self.is_next_day() && periods.iter().filter(ends).any(|period| period.days == self.days)
    }
}

fn gaps(periods: &[Period]) -> Vec<Gap> {
    if periods.len() < 2 {
        return Vec::new();
    }
    let mut ends: Vec<u16> = periods.iter().filter_map(Period::runs).map(|(_, end)| end).collect();
    ends.sort_unstable();
    ends.dedup();
    let gaps = ends.into_iter().map(|minute| Gap { minute, days: days_of_gap(periods, minute) });
    gaps.filter(|gap| !gap.days.is_empty()).collect()
}

/// The days on which a minute is neither running nor any, while the minutes around it run.
fn days_of_gap(periods: &[Period], minute: u16) -> Days {
    let before = on(minute - 1, |minute| running(periods, minute));
    let after = on(minute + 1, |minute| running(periods, minute));
    let decided = on(minute, |minute| running(periods, minute).or(left(periods, minute)));
    before.and(after).without(decided)
}

/// What a day says of a minute that may be the next day's.
fn on(minute: u16, days: impl Fn(u16) -> Days) -> Days {
    if minute < DAY { days(minute) } else { days(minute - DAY).eves() }
}

fn running(periods: &[Period], minute: u16) -> Days {
    let at = periods.iter().filter(|period| runs_at(period, minute));
    at.fold(Days::NONE, |days, period| days.or(period.days))
}

fn runs_at(period: &Period, minute: u16) -> bool {
    period.runs().is_some_and(|(begin, end)| (begin..end).contains(&minute))
}

fn left(periods: &[Period], minute: u16) -> Days {
    let at = periods.iter().filter(|period| period.leaves().is_some_and(|until| minute < until));
    at.fold(Days::NONE, |days, period| days.or(period.days))
}

/// A type for some days from one minute to another.
struct Piece {
    name: String,
    days: Days,
    begin: u16,
    end: u16,
}

/// Who decides the type changes only where a period begins or ends, so the day is cut there.
fn sizes(periods: &[Period], gaps: &[Gap], draft: &mut Draft) {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut cuts: Vec<u16> = periods.iter().filter_map(Period::runs).flat_map(|(begin, end)| [begin, end]).collect();
    cuts.extend(gaps.iter().flat_map(|gap| [gap.minute, gap.minute + 1]));
    cuts.sort_unstable();
    cuts.dedup();
    for (begin, end) in cuts.iter().zip(cuts.iter().skip(1)) {
        for (name, days) in types_from(periods, gaps, *begin) {
            add(&mut pieces, Piece { name, days, begin: *begin, end: *end });
        }
    }
    for piece in pieces {
        for window in windows(&piece.days, piece.begin, piece.end, periods) {
            draft.sizes.push((window, piece.name.clone()));
        }
    }
    note_ties(periods, draft);
}

/// Adds a piece, as the end of the one before it where nothing but the time differs.
fn add(pieces: &mut Vec<Piece>, piece: Piece) {
    if piece.days.is_empty() {
        return;
    }
    let joins = |other: &&mut Piece| other.end == piece.begin && other.name == piece.name && other.days == piece.days && piece.end <= DAY;
    match pieces.iter_mut().find(joins) {
        Some(other) => other.end = piece.end,
        None => pieces.push(piece),
    }
}

/// The types from a minute to the next cut, each with its days. In a gap it is the type of the period behind it.
fn types_from(periods: &[Period], gaps: &[Gap], minute: u16) -> Vec<(String, Days)> {
    let mut types = if minute < DAY { types_at(periods, minute) } else { Vec::new() };
    if let Some(gap) = gaps.iter().find(|gap| gap.minute == minute) {
        let (after, over) = if minute + 1 < DAY { (minute + 1, false) } else { (minute + 1 - DAY, true) };
        for (name, days) in types_at(periods, after) {
            let days = if over { days.eves() } else { days }.and(gap.days);
            match types.iter_mut().find(|(other, _)| *other == name) {
                Some((_, mine)) => *mine = mine.or(days),
                None => types.push((name, days)),
            }
        }
    }
    types
}

/// Of the periods that run, the one that began last decides; of those that began together the first in the list.
fn types_at(periods: &[Period], minute: u16) -> Vec<(String, Days)> {
    let mut running: Vec<&Period> = periods.iter().filter(|period| runs_at(period, minute)).collect();
    running.sort_by_key(|period| std::cmp::Reverse(period.begin));
    let mut rest = Days::all();
    let mut out: Vec<(String, Days)> = Vec::new();
    for period in running {
        let days = period.days;
        let mine = days.and(rest);
        rest = rest.without(days);
        let Some(name) = period.instance_type.clone() else { continue };
        match out.iter_mut().find(|(other, _)| *other == name) {
            Some((_, days)) => *days = days.or(mine),
            None => out.push((name, mine)),
        }
    }
    out
}

/// Instance Scheduler keeps periods as a set, so which of two is the first is chance.
fn note_ties(periods: &[Period], draft: &mut Draft) {
    for (index, one) in periods.iter().enumerate() {
        let tied = |other: &&Period| {
            one.begin == other.begin
                && one.instance_type != other.instance_type
                && one.runs().is_some()
                && other.runs().is_some()
                && !one.days.and(other.days).is_empty()
        };
        if let Some(other) = periods[index + 1..].iter().find(tied) {
            draft.note(format!(
                "periods `{}` and `{}` begin together with different types; the first one listed counts here, chance decides in Instance Scheduler",
                one.name, other.name
            ));
        }
    }
}
