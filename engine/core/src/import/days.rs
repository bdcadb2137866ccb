//! Sets of days by what the calendar makes of them, and the conditions of windows that say the same.
//!
//! Every condition that schedulers know (weekday, nth and last weekday, month, day of the month, last day, nearest
//! workday) looks at four things: the month, how long it is, the day's number, its weekday. A set of days is therefore a
//! table of 13 months (February has two lengths) by 31 days by 7 weekdays; what can be asked of sets is asked of tables,
//! and a table is written as windows again.

use std::collections::BTreeSet;

use crate::schedule::{Condition, Mask, MonthDay};

/// Months of the table: January to December of a common year, and February of a leap year.
const MONTHS: usize = 13;
/// February of a common year.
const FEBRUARY: usize = 1;
/// February of a leap year.
const LEAP_FEBRUARY: usize = 12;
/// Every weekday.
const ALL_WEEKDAYS: u8 = 0x7f;
/// From this day on the length of the month may matter: it is a week and a day before the end of the shortest.
const LATE: u8 = 21;

/// One day of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    /// Row of the table.
    month: usize,
    /// 1 to 31.
    pub(super) number: u8,
    /// 0 is Monday.
    pub(super) weekday: u8,
}

impl Day {
    /// 1 to 12.
    pub(super) fn month(self) -> u8 {
        month_number(self.month)
    }

    /// How long its month is.
    pub(super) fn last(self) -> u8 {
        length(self.month)
    }

    /// The weekday of another day of its month; 0 is Monday.
    pub(super) fn weekday_of(self, number: u8) -> u8 {
        (self.weekday + 35 + number - self.number) % 7
    }

    /// The next day. The row after January is February of a common year: on the first nothing depends on the length.
    fn next(self) -> Self {
        let weekday = (self.weekday + 1) % 7;
        if self.number < self.last() {
            return Self { number: self.number + 1, weekday, ..self };
        }
        let month = if self.month == LEAP_FEBRUARY { FEBRUARY + 1 } else { (self.month + 1) % 12 };
        Self { month, number: 1, weekday }
    }
}

fn month_number(month: usize) -> u8 {
    if month == LEAP_FEBRUARY { 2 } else { u8::try_from(month + 1).unwrap_or(12) }
}

/// Days of a row's month.
fn length(month: usize) -> u8 {
    match month {
        FEBRUARY => 28,
        LEAP_FEBRUARY => 29,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

/// A set of days: weekdays (bit 0 is Monday) by month and day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days([[u8; 31]; MONTHS]);

impl Days {
    /// The days for which something holds.
    pub(super) fn of(holds: impl Fn(Day) -> bool) -> Self {
        let mut days = [[0; 31]; MONTHS];
        for (month, row) in days.iter_mut().enumerate() {
            for (number, weekdays) in (1..=length(month)).zip(row) {
                *weekdays = (0..7).filter(|weekday| holds(Day { month, number, weekday: *weekday })).fold(0, |mask, bit| mask | 1 << bit);
            }
        }
        Self(days)
    }

    /// Every day.
    pub(super) fn all() -> Self {
        Self::of(|_| true)
    }

    /// No day.
    pub(super) const NONE: Self = Self([[0; 31]; MONTHS]);

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::NONE
    }

    fn has(&self, day: Day) -> bool {
        self.0[day.month][usize::from(day.number - 1)] >> day.weekday & 1 == 1
    }

    fn both(self, other: Self, join: impl Fn(u8, u8) -> u8) -> Self {
        let mut out = self;
        for (mine, theirs) in out.0.iter_mut().flatten().zip(other.0.iter().flatten()) {
            *mine = join(*mine, *theirs);
        }
        out
    }

    pub(super) fn and(self, other: Self) -> Self {
        self.both(other, |a, b| a & b)
    }

    pub(super) fn or(self, other: Self) -> Self {
        self.both(other, |a, b| a | b)
    }

    pub(super) fn without(self, other: Self) -> Self {
        self.both(other, |a, b| a & !b)
    }

    /// The days whose next day is in the set.
    pub(super) fn eves(&self) -> Self {
        Self::of(|day| self.has(day.next()))
    }

    /// The days from `LATE` on, or those before.
    fn part(self, late: bool) -> Self {
        self.and(Self::of(|day| (day.number >= LATE) == late))
    }

    /// Conditions under which a day is in the set: those of one list must hold together, one list is enough.
    pub(super) fn conditions(&self) -> Vec<Vec<Condition>> {
        let whole = [self.by_rows(From::Start, None), self.by_rows(From::End, None)];
        let late = self.part(true);
        let ends = [late.by_rows(From::Start, None), late.by_rows(From::End, Some(LATE))];
        let shortest = |ways: [Option<Vec<Vec<Condition>>>; 2]| ways.into_iter().flatten().min_by_key(Vec::len);
        let split = self.part(false).by_rows(From::Start, None).zip(shortest(ends)).map(|(early, late)| [early, late].concat());
        shortest([shortest(whole), split]).unwrap_or_else(|| self.with_february_apart())
    }

    /// Months that are alike become one list. Nothing when the two Februaries differ, which no condition on months says.
    fn by_rows(&self, from: From, only_after: Option<u8>) -> Option<Vec<Vec<Condition>>> {
        let mut groups: Vec<Group> = Vec::new();
        for month in 0..MONTHS {
            let row = from.row(&self.0[month], month, only_after);
            match groups.iter_mut().find(|group| group.takes(&row)) {
                Some(group) => group.take(month, &row),
                None => groups.push(Group { months: vec![month], row }),
            }
        }
        groups.retain(|group| group.row.iter().flatten().any(|weekdays| *weekdays != 0));
        let torn = groups.iter().any(|group| group.months.contains(&FEBRUARY) != group.months.contains(&LEAP_FEBRUARY));
        (!torn).then(|| groups.iter().flat_map(|group| group.lists(from, only_after)).collect())
    }

    /// February day by day, each found by its number and its distance from the end; the other months by rows.
    fn with_february_apart(&self) -> Vec<Vec<Condition>> {
        let others = self.and(Self::of(|day| day.month() != 2));
        let mut out = others.by_rows(From::Start, None).unwrap_or_default();
        for month in [FEBRUARY, LEAP_FEBRUARY] {
            for (number, weekdays) in (1..=length(month)).zip(self.0[month]).filter(|(_, weekdays)| *weekdays != 0) {
                let mut list = weekdays_in(weekdays);
                list.push(Condition::MonthDays { days: Mask::range(number, number, 31), special: BTreeSet::new() });
                list.push(From::End.days(&[length(month) - number]));
                list.push(Condition::Months(Mask::range(2, 2, 12)));
                out.push(list);
            }
        }
        out
    }
}

/// From where days are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    /// The first is 0.
    Start,
    /// The last is 0.
    End,
}

/// Weekdays by place; nothing where the month has no such day.
type Row = [Option<u8>; 31];

impl From {
    fn row(self, weekdays: &[u8; 31], month: usize, only_after: Option<u8>) -> Row {
        let mut row = [None; 31];
        let last = length(month);
        for number in only_after.unwrap_or(1)..=last {
            let place = if self == Self::Start { number - 1 } else { last - number };
            row[usize::from(place)] = Some(weekdays[usize::from(number - 1)]);
        }
        row
    }

    /// The condition that a day stands at one of these places.
    fn days(self, places: &[u8]) -> Condition {
        let mut days = Mask::EMPTY;
        let mut special = BTreeSet::new();
        for place in places {
            match self {
                Self::Start => days.insert(place + 1),
                Self::End => _ = special.insert(MonthDay::BeforeLast(*place)),
            }
        }
        Condition::MonthDays { days, special }
    }
}

/// Months whose rows say the same as far as both go.
struct Group {
    months: Vec<usize>,
    row: Row,
}

impl Group {
    fn takes(&self, row: &Row) -> bool {
        self.row.iter().zip(row).all(|(a, b)| a.is_none() || b.is_none() || a == b)
    }

    fn take(&mut self, month: usize, row: &Row) {
        self.months.push(month);
        for (mine, theirs) in self.row.iter_mut().zip(row) {
            *mine = mine.or(*theirs);
        }
    }

    fn lists(&self, from: From, only_after: Option<u8>) -> Vec<Vec<Condition>> {
        let ways = [self.by_weekdays(), self.by_days()];
        let rows = ways.into_iter().min_by_key(Vec::len).unwrap_or_default();
        rows.into_iter().map(|(weekdays, places)| self.list(weekdays, &places, from, only_after)).collect()
    }

    /// Days with the same weekdays together.
    fn by_weekdays(&self) -> Vec<(u8, Vec<u8>)> {
        let mut out: Vec<(u8, Vec<u8>)> = Vec::new();
        for (place, weekdays) in (0..).zip(&self.row) {
            let Some(weekdays) = weekdays.filter(|weekdays| *weekdays != 0) else { continue };
            match out.iter_mut().find(|(mask, _)| *mask == weekdays) {
                Some((_, places)) => places.push(place),
                None => out.push((weekdays, vec![place])),
            }
        }
        out
    }

    /// Weekdays with the same days together.
    fn by_days(&self) -> Vec<(u8, Vec<u8>)> {
        let mut out: Vec<(u8, Vec<u8>)> = Vec::new();
        for weekday in 0..7_u8 {
            let has = |mask: &Option<u8>| mask.is_some_and(|mask| mask >> weekday & 1 == 1);
            let places: Vec<u8> = (0..).zip(&self.row).filter(|(_, mask)| has(mask)).map(|(place, _)| place).collect();
            match out.iter_mut().find(|(_, others)| *others == places) {
                _ if places.is_empty() => {}
                Some((mask, _)) => *mask |= 1 << weekday,
                None => out.push((1 << weekday, places)),
            }
        }
        out
    }

    fn list(&self, weekdays: u8, places: &[u8], from: From, only_after: Option<u8>) -> Vec<Condition> {
        let mut list = weekdays_in(weekdays);
        let there = self.row.iter().filter(|place| place.is_some()).count();
        if places.len() < there || only_after.is_some() {
            list.push(from.days(places));
        }
        let shortest = self.months.iter().map(|month| length(*month)).min().unwrap_or(31);
        if let Some(first) = only_after.filter(|first| places.iter().any(|place| shortest - first < *place)) {
            list.push(Condition::MonthDays { days: Mask::range(first, 31, 31), special: BTreeSet::new() });
        }
        let mut months = Mask::EMPTY;
        self.months.iter().for_each(|month| months.insert(month_number(*month)));
        if !months.is_full(12) {
            list.push(Condition::Months(months));
        }
        list
    }
}

/// The condition on weekdays; none when all are in.
fn weekdays_in(weekdays: u8) -> Vec<Condition> {
    if weekdays == ALL_WEEKDAYS {
        return Vec::new();
    }
    let mut days = Mask::EMPTY;
    (0..7).filter(|bit| weekdays >> bit & 1 == 1).for_each(|bit| days.insert(bit + 1));
    vec![Condition::Weekdays { days, nth: BTreeSet::new() }]
}

/// Conditions as a window has them; `daily` for none.
pub(super) fn text(conditions: &[Condition]) -> String {
    if conditions.is_empty() {
        return "daily".to_owned();
    }
    let mut sorted = conditions.to_vec();
    sorted.sort();
    sorted.iter().map(ToString::to_string).collect::<Vec<_>>().join(" & ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::Date;

    use super::*;
    use crate::schedule::{Frame, Window, Workdays};

    fn texts(days: &Days) -> Vec<String> {
        days.conditions().iter().map(|list| text(list)).collect()
    }

    fn on(date: Date) -> Day {
        let leap = date.month() == 2 && date.in_leap_year();
        let month = if leap { LEAP_FEBRUARY } else { usize::try_from(date.month() - 1).expect("month") };
        let weekday = u8::try_from(date.weekday().to_monday_zero_offset()).expect("weekday");
        Day { month, number: u8::try_from(date.day()).expect("day"), weekday }
    }

    /// 28 years hold every month on every weekday, leap years included.
    fn dates() -> impl Iterator<Item = Date> {
        jiff::civil::date(2001, 1, 1).series(jiff::Span::new().days(1)).take(28 * 366)
    }

    fn is_said(days: &Days) {
        let workdays = Workdays { days: BTreeSet::new(), except: None };
        let frame = Frame { tz: &jiff::tz::TimeZone::UTC, workdays: &workdays, holidays: None };
        let said: Vec<Window> = texts(days).iter().map(|text| Window::parse(&format!("{text} 00:00-24:00")).expect("window")).collect();
        for date in dates() {
            let begins = said.iter().any(|window| window.begins_on(date, &frame));
            assert_eq!(begins, days.has(on(date)), "{date} {:?}", texts(days));
        }
    }

    #[test]
    fn sets_are_said_as_people_would() {
        let cases: [(Days, &[&str]); 8] = [
            (Days::all(), &["daily"]),
            (Days::of(|day| day.weekday < 5), &["mon-fri"]),
            (Days::of(|day| day.weekday == 0 && day.number <= 7), &["mon & day 1-7"]),
            (Days::of(|day| day.number == day.last()), &["day L"]),
            (Days::of(|day| day.month() == 2), &["feb"]),
            (Days::of(|day| day.weekday == 4 && day.number + 7 > day.last()), &["fri & day L,L-1,L-2,L-3,L-4,L-5,L-6"]),
            (Days::of(|day| day.number == 1 || day.number == day.last()), &["day 1", "day L"]),
            (Days::of(|day| (5..=9).contains(&day.month()) && day.weekday >= 5), &["sat,sun & may-sep"]),
        ];
        for (days, wanted) in cases {
            assert_eq!(texts(&days), wanted);
            is_said(&days);
        }
        assert!(Days::NONE.conditions().is_empty());
    }

    #[test]
    fn sets_that_tear_february_are_said_too() {
        for days in [
            Days::of(|day| day.month == LEAP_FEBRUARY),
            Days::of(|day| day.number == 28 && day.last() == 28),
            Days::of(|day| day.weekday == 2 && day.number > 21 && day.number + 7 <= day.last()),
            Days::of(|day| day.number % 5 == 3 || day.last() - day.number == 4),
            Days::of(|day| (usize::from(day.number) * 7 + usize::from(day.weekday) * 3 + day.month * 5) % 11 == 0),
        ] {
            is_said(&days);
        }
    }

    #[test]
    fn eves_are_the_days_before() {
        for days in [Days::of(|day| day.number == 1 && day.weekday < 3), Days::of(|day| day.number == day.last() && day.month() == 2)] {
            let eves = days.eves();
            for date in dates() {
                assert_eq!(eves.has(on(date)), days.has(on(date.tomorrow().expect("date"))), "{date}");
            }
        }
    }
}
