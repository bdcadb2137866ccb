//! Sets of days as few cron day fields.

use std::cmp::Reverse;
use std::sync::LazyLock;

use super::reference::{MONTHS, MonthDays};
use crate::cron::{Days, Field, Set};

/// More crons than this for one time of day are not few.
const FEW: usize = 6;
/// Where they are not, a cron must say at least one in so many of the days.
const WORTH: u32 = 12;

/// Days of some months: what three fields of a cron say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pattern {
    pub(super) days: Days,
    pub(super) months: Set,
}

/// The smallest things that the day fields can say, with the days they are in each of the [`MONTHS`]. Only forms that
/// the AWS documents name: neither `LW` nor `L-3`.
static ATOMS: LazyLock<Vec<(Days, MonthDays)>> = LazyLock::new(|| {
    let one = |n| std::iter::once(n).collect::<Set>();
    let weekdays = (1..=7).map(|day| Days::OfWeek(one(day)));
    let numbers = (1..=31).map(|day| Days::OfMonth(one(day)));
    let nth = (1..=7).flat_map(|weekday| (1..=5).map(move |n| Days::Nth { weekday, n }));
    let rest = (1..=7).map(Days::LastOfWeek).chain((1..=31).map(Days::Nearest));
    let all = weekdays.chain(numbers).chain([Days::BeforeLast(0)]).chain(nth).chain(rest);
    all.map(|days| (days, MONTHS.iter().map(|month| month.days(days)).collect())).collect()
});

impl Pattern {
    /// Its days in each of the [`MONTHS`].
    fn month_days(self) -> MonthDays {
        MONTHS.iter().map(|month| if self.months.contains(month.number) { month.days(self.days) } else { Set::default() }).collect()
    }

    /// Whether it says no day that is not wanted.
    fn is_within(self, wanted: &[Set]) -> bool {
        self.month_days().iter().zip(wanted).all(|(days, wanted)| days.without(*wanted).is_empty())
    }

    fn gain(self, left: &[Set]) -> u32 {
        self.month_days().iter().zip(left).map(|(days, left)| days.and(*left).len()).sum()
    }
}

/// Few patterns that together say as many of the wanted days as cron can say, and no other day. Days that `known` patterns
/// say already are left to those.
pub(super) fn cover(wanted: &[Set], known: &[Pattern]) -> Vec<Pattern> {
    let mut left = wanted.to_vec();
    known.iter().filter(|pattern| pattern.is_within(wanted)).for_each(|pattern| take(&mut left, *pattern));
    let atoms: Vec<(&(Days, MonthDays), Set)> = ATOMS.iter().map(|atom| (atom, full_months(atom, wanted))).collect();
    let total: u32 = wanted.iter().map(|days| days.len()).sum();
    let mut chosen: Vec<(Pattern, u32)> = Vec::new();
    while let Some(best) = best(&atoms, &left) {
        chosen.push((best, best.gain(&left)));
        take(&mut left, best);
    }
    let few = chosen.len() <= FEW;
    chosen.retain(|(_, gain)| few || gain * WORTH >= total);
    chosen.into_iter().map(|(pattern, _)| pattern).collect()
}

fn take(left: &mut [Set], pattern: Pattern) {
    left.iter_mut().zip(pattern.month_days()).for_each(|(left, days)| *left = left.without(days));
}

/// The months in which all days of an atom are wanted, in all years; with those in which it has none at all, so that the
/// 31st of every month needs no list of months. None when it has no day in any of the others. `31W` does need the list:
/// the documents do not say what it is in April, and Quartz takes the 30th.
fn full_months((atom, days): &(Days, MonthDays), wanted: &[Set]) -> Set {
    let unsaid = |days: &Set| matches!(atom, Days::Nearest(_)) && days.is_empty();
    let (mut some, mut wrong) = (Set::default(), Set::default());
    for ((month, days), wanted) in MONTHS.iter().zip(days).zip(wanted) {
        if unsaid(days) || !days.without(*wanted).is_empty() {
            wrong.insert(month.number);
        } else if !days.is_empty() {
            some.insert(month.number);
        }
    }
    if some.without(wrong).is_empty() { Set::default() } else { Set::full(Field::Month).without(wrong) }
}

/// The pattern that says most of what is left: weekdays and days of the month with the same months count as one. It leaves
/// out the months in which all of its days are said already.
fn best(atoms: &[(&(Days, MonthDays), Set)], left: &[Set]) -> Option<Pattern> {
    let useful = |(atom, months): &&(&(Days, MonthDays), Set)| {
        let mut days = MONTHS.iter().zip(&atom.1).zip(left).filter(|((month, _), _)| months.contains(month.number));
        days.any(|((_, days), left)| !days.and(*left).is_empty())
    };
    let mut patterns: Vec<Pattern> = Vec::new();
    for (atom, months) in atoms.iter().filter(useful) {
        match patterns.iter_mut().find_map(|pattern| joined(pattern, atom.0, *months).map(|days| (pattern, days))) {
            Some((pattern, days)) => pattern.days = days,
            None => patterns.push(Pattern { days: atom.0, months: *months }),
        }
    }
    let best = patterns.into_iter().min_by_key(|pattern| Reverse(pattern.gain(left)))?;
    let pattern = Pattern { days: whole_week(best.days), ..best };
    Some(Pattern { months: pattern.months.without(idle(pattern, left)), ..pattern })
}

/// The months in which a pattern has days and none of them is left.
fn idle(pattern: Pattern, left: &[Set]) -> Set {
    let (mut said, mut gains) = (Set::default(), Set::default());
    for ((month, days), left) in MONTHS.iter().zip(pattern.month_days()).zip(left) {
        if !days.and(*left).is_empty() {
            gains.insert(month.number);
        } else if !days.is_empty() {
            said.insert(month.number);
        }
    }
    said.without(gains)
}

fn joined(pattern: &Pattern, days: Days, months: Set) -> Option<Days> {
    match (pattern.days, days) {
        _ if pattern.months != months => None,
        (Days::OfWeek(a), Days::OfWeek(b)) => Some(Days::OfWeek(a.or(b))),
        (Days::OfMonth(a), Days::OfMonth(b)) => Some(Days::OfMonth(a.or(b))),
        _ => None,
    }
}

fn whole_week(days: Days) -> Days {
    match days {
        Days::OfWeek(days) => Days::of_week(days),
        other => other,
    }
}
