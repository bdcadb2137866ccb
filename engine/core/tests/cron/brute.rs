//! Next-fire against a clock that is read minute by minute, in zones and stretches with clock changes.
//!
//! `MUSTER_CASES=100000 cargo test -p muster-core --test cron` makes more of it than the default 1,000.

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use muster_core::cron::Expression;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Zones and the dates around which they are read: clock changes by an hour, half an hour and two, at midnight, over it,
/// over a whole day, and none.
const PLACES: [(&str, &str); 16] = [
    ("UTC", "2024-02-20"),
    ("America/New_York", "2026-03-01"),
    ("America/New_York", "2026-10-20"),
    ("Europe/London", "2026-10-15"),
    ("Asia/Seoul", "2026-12-20"),
    ("Australia/Lord_Howe", "2026-03-25"),
    ("Australia/Lord_Howe", "2026-09-25"),
    ("America/Havana", "2026-02-25"),
    ("America/Havana", "2026-10-20"),
    ("Pacific/Apia", "2011-12-15"),
    ("America/St_Johns", "2010-10-25"),
    ("Africa/Cairo", "2026-04-10"),
    ("Antarctica/Troll", "2026-03-15"),
    ("Asia/Pyongyang", "2018-04-20"),
    ("Africa/Casablanca", "2026-02-05"),
    ("America/Nuuk", "2024-03-15"),
];
const DAYS: i64 = 35;

/// A minute of real time: what the clocks show, and whether they show it for the first time.
struct Minute {
    date: Date,
    hour: u32,
    minute: u32,
    first: bool,
}

struct Walk {
    tz: TimeZone,
    from: i64,
    minutes: Vec<Minute>,
}

static WALKS: LazyLock<Vec<Walk>> = LazyLock::new(|| PLACES.iter().map(|(zone, date)| Walk::read(zone, date)).collect());

impl Walk {
    fn read(zone: &str, date: &str) -> Self {
        let tz = TimeZone::get(zone).expect("zone");
        let from = date.parse::<Date>().expect("date").to_zoned(TimeZone::UTC).expect("time").timestamp().as_second() / 60;
        let mut shown = HashSet::new();
        let mut read = |minute: i64| {
            let local = tz.to_datetime(instant(minute));
            let of = |n: i8| u32::from(n.unsigned_abs());
            Minute { date: local.date(), hour: of(local.hour()), minute: of(local.minute()), first: shown.insert(local) }
        };
        // Two days before, so that what came already is known.
        (from - 2 * 1440..from).for_each(|minute| _ = read(minute));
        let minutes = (from..from + DAYS * 1440).map(&mut read).collect();
        Self { tz, from, minutes }
    }
}

fn instant(minute: i64) -> Timestamp {
    Timestamp::from_second(minute * 60).expect("instant")
}

/// An item of a list.
#[derive(Debug, Clone)]
enum Item {
    One(u32),
    Range(u32, u32),
    From(u32, u32),
    RangeStep(u32, u32, u32),
    AllStep(u32),
}

/// A field: low and high of its values, and what is in the list; nothing for `*`.
#[derive(Debug, Clone)]
struct Numbers {
    low: u32,
    high: u32,
    items: Vec<Item>,
}

impl Numbers {
    fn text(&self) -> String {
        let text = |item: &Item| match item {
            Item::One(a) => a.to_string(),
            Item::Range(a, b) => format!("{a}-{b}"),
            Item::From(a, step) => format!("{a}/{step}"),
            Item::RangeStep(a, b, step) => format!("{a}-{b}/{step}"),
            Item::AllStep(step) => format!("*/{step}"),
        };
        if self.items.is_empty() { "*".to_owned() } else { self.items.iter().map(text).collect::<Vec<_>>().join(",") }
    }

    fn holds(&self, n: u32) -> bool {
        self.items.is_empty() || self.items.iter().any(|item| self.item_holds(item, n))
    }

    /// Counting on from the first value, and round the end, meets `n` no later than the last one.
    fn item_holds(&self, item: &Item, n: u32) -> bool {
        let (first, last, step) = match *item {
            Item::One(a) => (a, a, 1),
            Item::Range(a, b) => (a, b, 1),
            Item::From(a, step) => (a, self.high, step),
            Item::RangeStep(a, b, step) => (a, b, step),
            Item::AllStep(step) => (self.low, self.high, step),
        };
        let (mut at, mut count) = (first, 0);
        loop {
            if at == n {
                return count % step == 0;
            }
            if at == last {
                return false;
            }
            at = if at == self.high { self.low } else { at + 1 };
            count += 1;
        }
    }
}

fn numbers(low: u32, high: u32) -> impl Strategy<Value = Numbers> {
    let item = prop_oneof![
        4 => (low..=high).prop_map(Item::One),
        3 => (low..=high, low..=high).prop_map(|(a, b)| Item::Range(a, b)),
        2 => (low..=high, 1..=high).prop_map(|(a, step)| Item::From(a, step)),
        1 => (low..=high, low..=high, 1..=high).prop_map(|(a, b, step)| Item::RangeStep(a, b, step)),
        1 => (1..=high).prop_map(Item::AllStep),
    ];
    prop_oneof![1 => Just(Vec::new()), 3 => vec(item, 1..4)].prop_map(move |items| Numbers { low, high, items })
}

#[derive(Debug, Clone)]
enum Days {
    OfMonth(Numbers),
    BeforeLast(u32),
    Nearest(u32),
    NearestLast,
    OfWeek(Numbers),
    LastOfWeek(u32),
    Nth(u32, u32),
    Saturday,
}

impl Days {
    fn texts(&self) -> (String, String) {
        let any = "?".to_owned();
        match self {
            Self::OfMonth(days) => (days.text(), any),
            Self::BeforeLast(0) => ("L".to_owned(), any),
            Self::BeforeLast(n) => (format!("L-{n}"), any),
            Self::Nearest(n) => (format!("{n}W"), any),
            Self::NearestLast => ("LW".to_owned(), any),
            Self::OfWeek(days) => (any, days.text()),
            Self::LastOfWeek(day) => (any, format!("{day}L")),
            Self::Nth(day, n) => (any, format!("{day}#{n}")),
            Self::Saturday => (any, "L".to_owned()),
        }
    }

    fn holds(&self, date: Date) -> bool {
        let weekday = u32::from(date.weekday().to_sunday_one_offset().unsigned_abs());
        let others = || month_of(date).filter(|other| other.weekday() == date.weekday());
        match self {
            Self::OfMonth(days) => days.holds(u32::from(date.day().unsigned_abs())),
            Self::BeforeLast(n) => month_of(date).rev().nth(*n as usize) == Some(date),
            Self::Nearest(n) => month_of(date).nth(*n as usize - 1).and_then(nearest) == Some(date),
            Self::NearestLast => month_of(date).next_back().and_then(nearest) == Some(date),
            Self::OfWeek(days) => days.holds(weekday),
            Self::LastOfWeek(day) => weekday == *day && others().next_back() == Some(date),
            Self::Nth(day, n) => weekday == *day && others().nth(*n as usize - 1) == Some(date),
            Self::Saturday => date.weekday() == Weekday::Saturday,
        }
    }
}

fn month_of(date: Date) -> impl DoubleEndedIterator<Item = Date> {
    (1..=date.days_in_month()).map(move |day| Date::new(date.year(), date.month(), day).expect("date"))
}

fn nearest(wanted: Date) -> Option<Date> {
    let working = month_of(wanted).filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday));
    working.min_by_key(|day| (*day - wanted).get_days().abs())
}

fn days() -> impl Strategy<Value = Days> {
    prop_oneof![
        5 => numbers(1, 31).prop_map(Days::OfMonth),
        1 => (0..=30_u32).prop_map(Days::BeforeLast),
        1 => (1..=31_u32).prop_map(Days::Nearest),
        1 => Just(Days::NearestLast),
        5 => numbers(1, 7).prop_map(Days::OfWeek),
        1 => (1..=7_u32).prop_map(Days::LastOfWeek),
        1 => (1..=7_u32, 1..=5_u32).prop_map(|(day, n)| Days::Nth(day, n)),
        1 => Just(Days::Saturday),
    ]
}

#[derive(Debug, Clone)]
struct Case {
    walk: usize,
    skip: i64,
    minutes: Numbers,
    hours: Numbers,
    days: Days,
    months: Numbers,
    /// Years of the walk and of those beside it.
    years: Option<(i16, i16)>,
}

fn case() -> impl Strategy<Value = Case> {
    let months = prop_oneof![3 => Just(Numbers { low: 1, high: 12, items: Vec::new() }), 2 => numbers(1, 12)];
    let years = prop::option::weighted(0.3, (-1..=1_i16, 0..=2_i16));
    let fields = (numbers(0, 59), numbers(0, 23), days(), months, years);
    (0..PLACES.len(), 0..DAYS * 1440 / 2, fields).prop_map(|(walk, skip, (minutes, hours, days, months, years))| Case {
        walk,
        skip,
        minutes,
        hours,
        days,
        months,
        years,
    })
}

impl Case {
    fn year(&self) -> i16 {
        WALKS[self.walk].minutes[0].date.year()
    }

    fn text(&self) -> String {
        let (of_month, of_week) = self.days.texts();
        let years = self.years.map_or_else(|| "*".to_owned(), |(a, n)| format!("{}-{}", self.year() + a, self.year() + a + n));
        format!("cron({} {} {of_month} {} {of_week} {years})", self.minutes.text(), self.hours.text(), self.months.text())
    }

    fn date_holds(&self, date: Date) -> bool {
        let year = self.years.is_none_or(|(a, n)| (self.year() + a..=self.year() + a + n).contains(&date.year()));
        year && self.months.holds(u32::from(date.month().unsigned_abs())) && self.days.holds(date)
    }

    /// The minutes after the first one at which it fires, read one by one.
    fn expected(&self) -> Vec<Timestamp> {
        let walk = &WALKS[self.walk];
        let (hours, minutes): (Vec<bool>, Vec<bool>) =
            ((0..24).map(|n| self.hours.holds(n)).collect(), (0..60).map(|n| self.minutes.holds(n)).collect());
        let mut today = (walk.minutes[0].date, self.date_holds(walk.minutes[0].date));
        let mut out = Vec::new();
        for (shown, at) in walk.minutes.iter().zip(walk.from..).skip(usize::try_from(self.skip).expect("minutes") + 1) {
            if shown.date != today.0 {
                today = (shown.date, self.date_holds(shown.date));
            }
            if today.1 && shown.first && hours[shown.hour as usize] && minutes[shown.minute as usize] {
                out.push(instant(at));
            }
        }
        out
    }
}

fn check(case: &Case) -> Result<(), TestCaseError> {
    let walk = &WALKS[case.walk];
    let text = case.text();
    let expression = Expression::parse(&text).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
    let end = instant(walk.from + DAYS * 1440);
    let after = instant(walk.from + case.skip);
    let seen: Vec<Timestamp> = expression.firings(&walk.tz, after).take_while(|at| *at < end).collect();
    prop_assert_eq!(&seen, &case.expected(), "{} in {:?}", text, walk.tz.iana_name());
    let canonical = expression.to_string();
    prop_assert_eq!(&Expression::parse(&canonical).expect("canonical"), &expression, "{} is {}", text, canonical);
    let later = expression.firings(&walk.tz, end).next();
    prop_assert!(later.is_none_or(|at| at > end));
    Ok(())
}

#[test]
fn next_fire_agrees_with_a_clock_read_minute_by_minute() {
    let cases = std::env::var("MUSTER_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    runner.run(&case(), |case| check(&case)).unwrap_or_else(|failure| panic!("{failure}"));
}
