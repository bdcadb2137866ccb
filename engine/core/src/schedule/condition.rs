//! Which days a window begins on.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;

use super::instants::Frame;
use super::mask::Mask;

/// Weekdays as they are written, Monday first.
pub(super) const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Months as they are written.
pub(super) const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// How `first sat after tue#2` counts.
pub(super) const ORDINALS: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];

/// One condition on the local date; those of a window must hold together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// `mon-fri,sun`, `tue#2`, `last fri`: any of them.
    Weekdays {
        /// In every week; Monday is 1.
        days: Mask,
        /// In the month.
        nth: BTreeSet<Nth>,
    },
    /// `first sat after tue#2`: counted from the day after the anchor, on into later months where need be.
    After {
        /// 1 is the first.
        ordinal: u8,
        /// Monday is 1.
        weekday: u8,
        /// From where it is counted.
        anchor: Nth,
    },
    /// `day 1-7,15`, `day L-2`, `day 15W`: any of them.
    MonthDays {
        /// By number.
        days: Mask,
        /// By another way.
        special: BTreeSet<MonthDay>,
    },
    /// `workday#3`, `workday#-1`: any of them, of the month, by the schedule's own workdays.
    Workdays(BTreeSet<i8>),
    /// `jan-jun`.
    Months(Mask),
    /// `every 2 weeks from 2026-09-07`: the week of that date, every so many weeks, not before that date. Weeks begin on Monday.
    EveryWeeks {
        /// Every how many.
        weeks: u16,
        /// First possible date.
        from: Date,
    },
    /// `2026-11-27..2026-11-30`, both included: any of them, sorted, apart.
    Dates(Vec<(Date, Date)>),
}

/// A weekday of the month: `tue#2`, `last fri`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Nth {
    /// Monday is 1.
    pub weekday: u8,
    /// 1 to 5; nothing for the last.
    pub n: Option<u8>,
}

/// A day of the month that is not a plain number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MonthDay {
    /// `L-2`: so many days before the last.
    BeforeLast(u8),
    /// `15W`: the day of Monday to Friday nearest to that day, in the same month.
    Nearest(u8),
    /// `LW`: the last day of Monday to Friday.
    NearestLast,
}

/// A local date with what conditions ask about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day {
    date: Date,
    weekday: u8,
    number: u8,
    last: u8,
}

impl Day {
    pub(super) fn new(date: Date) -> Self {
        let weekday = date.weekday().to_monday_one_offset().unsigned_abs();
        Self { date, weekday, number: date.day().unsigned_abs(), last: date.days_in_month().unsigned_abs() }
    }

    /// The weekday that `number` of the same month has.
    fn weekday_of(self, number: u8) -> u8 {
        (self.weekday + 35 + number - self.number - 1) % 7 + 1
    }

    fn is(self, nth: Nth) -> bool {
        let place = match nth.n {
            Some(n) => (self.number - 1) / 7 + 1 == n,
            None => self.number + 7 > self.last,
        };
        self.weekday == nth.weekday && place
    }

    fn is_special(self, special: MonthDay) -> bool {
        match special {
            MonthDay::BeforeLast(n) => self.number + n == self.last,
            MonthDay::Nearest(n) => n <= self.last && self.number == self.nearest(n),
            MonthDay::NearestLast => self.number == self.nearest(self.last),
        }
    }

    /// The number of the day of Monday to Friday nearest to day `n`, without leaving the month.
    fn nearest(self, n: u8) -> u8 {
        match self.weekday_of(n) {
            6 if n == 1 => 3,
            6 => n - 1,
            7 if n == self.last => n - 2,
            7 => n + 1,
            _ => n,
        }
    }

    fn weeks_since(self, from: Date) -> Option<i32> {
        let monday = |date: Date| date.since(Date::constant(1970, 1, 5)).ok().map(|span| span.get_days().div_euclid(7));
        (self.date >= from).then_some(monday(self.date)? - monday(from)?)
    }
}

impl Condition {
    pub(super) fn holds(&self, day: Day, frame: &Frame<'_>) -> bool {
        match self {
            Self::Weekdays { days, nth } => days.contains(day.weekday) || nth.iter().any(|nth| day.is(*nth)),
            Self::After { ordinal, weekday, anchor } => day.weekday == *weekday && is_after(day, *ordinal, *anchor),
            Self::MonthDays { days, special } => days.contains(day.number) || special.iter().any(|special| day.is_special(*special)),
            Self::Workdays(numbers) => frame.is_workday(day.date) && numbers.iter().any(|n| frame.workday_number(day.date, *n < 0) == *n),
            Self::Months(months) => months.contains(day.date.month().unsigned_abs()),
            Self::EveryWeeks { weeks, from } => day.weeks_since(*from).is_some_and(|n| n % i32::from(*weeks) == 0),
            Self::Dates(dates) => dates.iter().any(|(first, last)| (*first..=*last).contains(&day.date)),
        }
    }
}

impl Condition {
    /// The first and the last date on which it may hold, where it names dates.
    pub(super) fn bounds(&self) -> Option<(Date, Date)> {
        match self {
            Self::EveryWeeks { from, .. } => Some((*from, Date::MAX)),
            Self::Dates(dates) => Some((dates.first()?.0, dates.last()?.1)),
            _ => None,
        }
    }
}

/// Whether the anchor stands in the seven days that make this weekday its `ordinal`th after.
fn is_after(day: Day, ordinal: u8, anchor: Nth) -> bool {
    let back = |days: u8| day.date.checked_sub(jiff::SignedDuration::from_hours(24 * i64::from(days))).ok();
    let nearest = 7 * (ordinal - 1) + 1;
    (nearest..nearest + 7).filter_map(back).any(|date| Day::new(date).is(anchor))
}

impl fmt::Display for Nth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weekday = WEEKDAYS[usize::from(self.weekday - 1)];
        match self.n {
            Some(n) => write!(f, "{weekday}#{n}"),
            None => write!(f, "last {weekday}"),
        }
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeforeLast(0) => f.write_str("L"),
            Self::BeforeLast(n) => write!(f, "L-{n}"),
            Self::Nearest(n) => write!(f, "{n}W"),
            Self::NearestLast => f.write_str("LW"),
        }
    }
}

/// The canonical text, which parses to the same condition.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weekdays { days, nth } => {
                let mut list = List::new(f);
                list.named(*days, &WEEKDAYS)?;
                nth.iter().try_for_each(|nth| list.item(nth))
            }
            Self::After { ordinal, weekday, anchor } => {
                write!(f, "{} {} after {anchor}", ORDINALS[usize::from(ordinal - 1)], WEEKDAYS[usize::from(weekday - 1)])
            }
            Self::MonthDays { days, special } => {
                f.write_str("day ")?;
                let mut list = List::new(f);
                days.ranges(31).into_iter().try_for_each(|(first, last)| list.range(first, "-", last))?;
                special.iter().try_for_each(|special| list.item(special))
            }
            Self::Workdays(numbers) => {
                let mut list = List::new(f);
                numbers.iter().try_for_each(|n| list.item(format_args!("workday#{n}")))
            }
            Self::Months(months) => List::new(f).named(*months, &MONTHS),
            Self::EveryWeeks { weeks, from } => write!(f, "every {weeks} weeks from {from}"),
            Self::Dates(dates) => {
                let mut list = List::new(f);
                dates.iter().try_for_each(|(first, last)| list.range(first, "..", last))
            }
        }
    }
}

/// Alternatives with commas between them.
struct List<'w, 'f> {
    f: &'w mut fmt::Formatter<'f>,
    is_first: bool,
}

impl<'w, 'f> List<'w, 'f> {
    const fn new(f: &'w mut fmt::Formatter<'f>) -> Self {
        Self { f, is_first: true }
    }

    fn item(&mut self, item: impl fmt::Display) -> fmt::Result {
        if !std::mem::take(&mut self.is_first) {
            self.f.write_str(",")?;
        }
        item.fmt(self.f)
    }

    fn range<T: fmt::Display + PartialEq>(&mut self, first: T, joint: &str, last: T) -> fmt::Result {
        if first == last { self.item(first) } else { self.item(format_args!("{first}{joint}{last}")) }
    }

    fn named(&mut self, mask: Mask, names: &[&str]) -> fmt::Result {
        let highest = u8::try_from(names.len()).unwrap_or(u8::MAX);
        let name = |n: u8| names[usize::from(n - 1)];
        mask.ranges(highest).into_iter().try_for_each(|(first, last)| self.range(name(first), "-", name(last)))
    }
}
