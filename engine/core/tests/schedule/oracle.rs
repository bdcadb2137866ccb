//! A second reading of the same rules that shares nothing with the first: clocks are read minute by minute,
//! a time is looked up in what the clocks showed, and days are counted one after the other.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use muster_core::schedule::{RunState, WantedState};

/// Minutes that the clocks are read before and after the range, so that every window which reaches into it is seen whole.
const AROUND: i64 = 11 * 1440;
const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// A weekday of the month; nothing for the last.
pub(crate) type Nth = (u8, Option<u8>);

#[derive(Debug, Clone)]
pub(crate) enum Weekdays {
    Range(u8, u8),
    Nth(Nth),
}

#[derive(Debug, Clone)]
pub(crate) enum MonthDay {
    Range(u8, u8),
    ToLast(u8),
    BeforeLast(u8),
    Nearest(u8),
    LastWeekday,
}

#[derive(Debug, Clone)]
pub(crate) enum Condition {
    Weekdays(Vec<Weekdays>),
    After(u8, u8, Nth),
    MonthDays(Vec<MonthDay>),
    Workdays(Vec<i8>),
    Months(Vec<(u8, u8)>),
    /// Every so many weeks, from so many days after the range's first date.
    Every(u16, i32),
    /// Each from and for how many days, after the range's first date.
    Dates(Vec<(i32, i32)>),
}

#[derive(Debug, Clone)]
pub(crate) enum Span {
    Clock(u32, u32),
    Lasting(u32, u32),
    Week(u8, u32, u8, u32),
}

#[derive(Debug, Clone)]
pub(crate) struct Window {
    pub(crate) conditions: Vec<Condition>,
    pub(crate) span: Span,
    pub(crate) zone: Option<&'static str>,
}

#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    pub(crate) zone: &'static str,
    pub(crate) run: Vec<Window>,
    pub(crate) stop: Vec<Window>,
    pub(crate) leave: Vec<Window>,
    pub(crate) otherwise: WantedState,
    pub(crate) workdays: BTreeSet<i8>,
    pub(crate) except_workdays: bool,
    /// Calendar (0 or 1) and what its days mean.
    pub(crate) except: Vec<(usize, Option<RunState>)>,
    /// Days of the two calendars, after the range's first date.
    pub(crate) calendars: [BTreeSet<i32>; 2],
    /// State, begin and length in minutes after the range's first.
    pub(crate) overrides: Vec<(RunState, Option<i64>, i64)>,
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const LONG_DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const ORDINALS: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];

/// How somebody writes: which of several words for the same.
#[derive(Clone, Copy)]
struct Hand {
    base: Date,
    style: u8,
}

impl Hand {
    fn wday(self, n: u8) -> String {
        let names = if self.style % 5 == 3 { LONG_DAYS } else { DAYS };
        names[usize::from(n - 1)].to_owned()
    }

    fn nth(self, (day, n): Nth) -> String {
        match n {
            None => format!("last {}", self.wday(day)),
            Some(n) if self.style.is_multiple_of(4) => format!("{} {}", ORDINALS[usize::from(n - 1)], self.wday(day)),
            Some(n) => format!("{}#{n}", self.wday(day)),
        }
    }

    fn weekdays(self, item: &Weekdays) -> String {
        match item {
            Weekdays::Range(a, b) => range(self.wday(*a), self.wday(*b)),
            Weekdays::Nth(nth) => self.nth(*nth),
        }
    }

    fn dates(self, from: i32, days: i32) -> String {
        match days {
            0 => days_after(self.base, from).to_string(),
            _ => format!("{}..{}", days_after(self.base, from), days_after(self.base, from + days)),
        }
    }
}

fn range(a: String, b: String) -> String {
    if a == b { a } else { format!("{a}-{b}") }
}

fn clock(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn list<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    items.iter().map(text).collect::<Vec<_>>().join(",")
}

impl MonthDay {
    fn text(&self) -> String {
        match self {
            Self::Range(a, b) => range(a.to_string(), b.to_string()),
            Self::ToLast(a) => format!("{a}-L"),
            Self::BeforeLast(0) => "L".to_owned(),
            Self::BeforeLast(n) => format!("L-{n}"),
            Self::Nearest(n) => format!("{n}W"),
            Self::LastWeekday => "LW".to_owned(),
        }
    }

    fn is(&self, date: Date) -> bool {
        let number = date.day().unsigned_abs();
        match self {
            Self::Range(a, b) => wraps(*a, *b, number),
            Self::ToLast(a) => number >= *a,
            Self::BeforeLast(n) => number + n == date.days_in_month().unsigned_abs(),
            Self::Nearest(n) => nearest_weekday(date, *n) == Some(date),
            Self::LastWeekday => month_of(date).rfind(|d| weekday(*d) < 6) == Some(date),
        }
    }
}

impl Condition {
    fn text(&self, hand: Hand) -> String {
        let month = |n: u8| MONTHS[usize::from(n - 1)].to_owned();
        match self {
            Self::Weekdays(days) => list(days, |item| hand.weekdays(item)),
            Self::After(ordinal, day, anchor) => {
                format!("{} {} after {}", ORDINALS[usize::from(ordinal - 1)], hand.wday(*day), hand.nth(*anchor))
            }
            Self::MonthDays(days) => format!("day {}", list(days, MonthDay::text)),
            Self::Workdays(numbers) => list(numbers, |n| format!("workday#{n}")),
            Self::Months(months) => list(months, |(a, b)| range(month(*a), month(*b))),
            Self::Every(1, from) if hand.style.is_multiple_of(2) => format!("every week from {}", days_after(hand.base, *from)),
            Self::Every(n, from) => format!("every {n} weeks from {}", days_after(hand.base, *from)),
            Self::Dates(dates) => list(dates, |(from, days)| hand.dates(*from, *days)),
        }
    }

    fn holds(&self, date: Date, schedule: &Schedule, base: Date) -> bool {
        match self {
            Self::Weekdays(days) => days.iter().any(|item| match item {
                Weekdays::Range(a, b) => wraps(*a, *b, weekday(date)),
                Weekdays::Nth(nth) => nth_of_month(date, *nth) == Some(date),
            }),
            Self::After(ordinal, day, anchor) => {
                // The fifth weekday after the last of a month may lie two months on.
                let earlier = |months: i32| date.first_of_month().checked_sub(months.months()).expect("month");
                let anchors = (0..=2).filter_map(|months| nth_of_month(earlier(months), *anchor));
                anchors.into_iter().any(|anchor| count_on(anchor, *day, *ordinal) == date)
            }
            Self::MonthDays(days) => days.iter().any(|day| day.is(date)),
            Self::Workdays(numbers) => numbers.iter().any(|n| nth_workday(date, *n, schedule, base) == Some(date)),
            Self::Months(months) => months.iter().any(|(a, b)| wraps(*a, *b, date.month().unsigned_abs())),
            Self::Every(weeks, from) => {
                let from = days_after(base, *from);
                date >= from && (days_between(monday(from), monday(date)) / 7) % i64::from(*weeks) == 0
            }
            Self::Dates(dates) => dates.iter().any(|(from, days)| (*from..=from + days).any(|n| days_after(base, n) == date)),
        }
    }
}

fn days_after(base: Date, days: i32) -> Date {
    base.checked_add(days.days()).expect("date")
}

fn days_between(a: Date, b: Date) -> i64 {
    i64::from((b - a).get_days())
}

fn monday(date: Date) -> Date {
    let mut date = date;
    while date.weekday() != Weekday::Monday {
        date = date.yesterday().expect("yesterday");
    }
    date
}

fn weekday(date: Date) -> u8 {
    date.weekday().to_monday_one_offset().unsigned_abs()
}

/// Whether counting up from `a`, and on from 1 at the end, meets `n` no later than `b`.
fn wraps(a: u8, b: u8, n: u8) -> bool {
    if a <= b { a <= n && n <= b } else { n >= a || n <= b }
}

fn month_of(date: Date) -> impl DoubleEndedIterator<Item = Date> {
    (1..=date.days_in_month()).map(move |day| Date::new(date.year(), date.month(), day).expect("date"))
}

fn nth_of_month(date: Date, (day, n): Nth) -> Option<Date> {
    let mut all = month_of(date).filter(|d| weekday(*d) == day);
    match n {
        Some(n) => all.nth(usize::from(n - 1)),
        None => all.next_back(),
    }
}

fn count_on(anchor: Date, day: u8, ordinal: u8) -> Date {
    let (mut date, mut left) = (anchor, ordinal);
    while left > 0 {
        date = date.tomorrow().expect("tomorrow");
        left -= u8::from(weekday(date) == day);
    }
    date
}

fn nearest_weekday(date: Date, n: u8) -> Option<Date> {
    let wanted = month_of(date).find(|d| d.day().unsigned_abs() == n)?;
    month_of(date).filter(|d| weekday(*d) < 6).min_by_key(|d| days_between(wanted, *d).abs())
}

fn nth_workday(date: Date, n: i8, schedule: &Schedule, base: Date) -> Option<Date> {
    let free = |d: Date| schedule.except_workdays && schedule.calendars[0].iter().any(|n| days_after(base, *n) == d);
    let all: Vec<Date> = month_of(date).filter(|d| schedule.workdays.contains(&d.weekday().to_monday_one_offset()) && !free(*d)).collect();
    let index = usize::from(n.unsigned_abs()) - 1;
    if n > 0 { all.get(index).copied() } else { all.iter().rev().nth(index).copied() }
}

impl Window {
    /// The window as somebody might write it: `style` chooses capitals and blanks.
    pub(crate) fn text(&self, base: Date, style: u8) -> String {
        let hand = Hand { base, style };
        let mut text = self.conditions.iter().map(|c| c.text(hand)).collect::<Vec<_>>().join(" & ");
        if text.is_empty() && !matches!(self.span, Span::Week(..)) && style.is_multiple_of(2) {
            text.push_str("daily");
        }
        text.push(' ');
        text.push_str(&match self.span {
            Span::Clock(begin, end) => format!("{}-{}", clock(begin), clock(end)),
            Span::Lasting(begin, minutes) if minutes % 60 == 0 => format!("{} - +{}h", clock(begin), minutes / 60),
            Span::Lasting(begin, minutes) => format!("{} - +{minutes}m", clock(begin)),
            Span::Week(from, begin, to, end) => format!("{} {} - {} {}", hand.wday(from), clock(begin), hand.wday(to), clock(end)),
        });
        let mut text = match style % 3 {
            0 => text,
            1 => text.replace(" - ", "-").replace(" & ", "&"),
            _ => text.replace(',', " , ").replace('&', " &  ").to_uppercase(),
        };
        if let Some(zone) = self.zone {
            write!(text, " {zone}").expect("string");
        }
        text
    }

    /// Days and minutes after the begin's midnight of begin and end.
    fn minutes(&self) -> (i64, i64) {
        let (begin, end) = match self.span {
            Span::Clock(begin, end) => (begin, if end > begin { end } else { end + 1440 }),
            Span::Lasting(begin, minutes) => (begin, begin + minutes),
            Span::Week(from, begin, to, end) => {
                let later = u32::from((to + 7 - from) % 7) * 1440 + end;
                (begin, if later > begin { later } else { later + 7 * 1440 })
            }
        };
        (i64::from(begin), i64::from(end))
    }

    fn begins_on(&self, date: Date, schedule: &Schedule, base: Date) -> bool {
        let weekly = match self.span {
            Span::Week(from, ..) => weekday(date) == from,
            _ => true,
        };
        weekly && self.conditions.iter().all(|condition| condition.holds(date, schedule, base))
    }
}

/// What a zone's clocks show, in minutes of the civil calendar, for each minute of real time.
struct Clocks {
    first: i64,
    shown: Vec<i64>,
}

impl Clocks {
    fn read(zone: &str, from: i64, to: i64) -> Self {
        let tz = TimeZone::get(zone).expect("zone");
        let (first, last) = (from - AROUND, to + AROUND);
        let offset = |minute: i64| i64::from(tz.to_offset(Timestamp::from_second(minute * 60).expect("instant")).seconds()) / 60;
        Self { first, shown: (first..=last).map(|minute| minute + offset(minute)).collect() }
    }

    /// Where the clocks may show a time: real time is at most a day and a half away from any clock.
    fn near(&self, local: i64) -> std::ops::Range<usize> {
        let len = i64::try_from(self.shown.len()).expect("length");
        let index = |minute: i64| usize::try_from((minute - self.first).clamp(1, len)).expect("index");
        index(local - 2160)..index(local + 2160)
    }

    fn jump_over(&self, local: i64) -> Option<usize> {
        self.near(local).find(|i| self.shown[i - 1] < local && local < self.shown[*i])
    }

    fn begin(&self, local: i64) -> Option<usize> {
        self.near(local).find(|i| self.shown[*i] == local).or_else(|| self.jump_over(local))
    }

    fn end(&self, local: i64) -> Option<usize> {
        self.near(local).rev().find(|i| self.shown[*i] == local).or_else(|| self.jump_over(local))
    }
}

/// What is wanted in each minute from `from` to `to`, both included, counted from the epoch.
pub(crate) fn states(schedule: &Schedule, from: i64, to: i64, base: Date) -> Vec<WantedState> {
    let clocks = Clocks::read(schedule.zone, from, to);
    let offset = usize::try_from(AROUND).expect("minutes");
    let count = usize::try_from(to - from + 1).expect("minutes");
    let mut states = vec![schedule.otherwise; count];
    for (windows, state) in
        [(&schedule.leave, WantedState::Leave), (&schedule.run, WantedState::Running), (&schedule.stop, WantedState::Stopped)]
    {
        windows.iter().for_each(|window| paint(&mut states, window, state, schedule, &clocks, (from, to, base)));
    }
    let mut today = clocks.shown[..offset].iter().map(|local| local.div_euclid(1440)).max().expect("days");
    for (i, state) in states.iter_mut().enumerate() {
        today = today.max(clocks.shown[offset + i].div_euclid(1440));
        let date = days_after(EPOCH, i32::try_from(today).expect("days"));
        let relative = i32::try_from(days_between(base, date)).expect("days");
        if let Some((_, Some(meaning))) = schedule.except.iter().find(|(calendar, _)| schedule.calendars[*calendar].contains(&relative)) {
            *state = (*meaning).into();
        }
        let minute = i64::try_from(i).expect("minute");
        let over = schedule.overrides.iter().find(|(_, begin, end)| begin.is_none_or(|begin| begin <= minute) && minute < *end);
        *state = over.map_or(*state, |(state, ..)| (*state).into());
    }
    states
}

fn paint(states: &mut [WantedState], window: &Window, state: WantedState, schedule: &Schedule, clocks: &Clocks, when: (i64, i64, Date)) {
    let (from, to, base) = when;
    let own = window.zone.map(|zone| Clocks::read(zone, from, to));
    let clocks = own.as_ref().unwrap_or(clocks);
    let offset = usize::try_from(AROUND).expect("minutes");
    let (first, last) = (from.div_euclid(1440) - 10, to.div_euclid(1440) + 2);
    for number in first..=last {
        let date = days_after(EPOCH, i32::try_from(number).expect("days"));
        if !window.begins_on(date, schedule, base) {
            continue;
        }
        let (begin, end) = window.minutes();
        let Some(begin) = clocks.begin(number * 1440 + begin) else { continue };
        let end = clocks.end(number * 1440 + end).unwrap_or(clocks.shown.len());
        let inside = begin.max(offset)..end.min(offset + states.len());
        inside.for_each(|i| states[i - offset] = state);
    }
}
