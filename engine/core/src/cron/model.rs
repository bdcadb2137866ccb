//! What a cron expression says.

use std::fmt;

use super::fields::{Field, Set};

/// The six fields of `cron(…)`. [`fmt::Display`] writes them canonically, without the word around them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cron {
    /// 0 to 59.
    pub minutes: Set,
    /// 0 to 23.
    pub hours: Set,
    /// Which days: both day fields, of which one is always `?`.
    pub days: Days,
    /// 1 to 12.
    pub months: Set,
    /// Which years.
    pub years: Years,
}

/// Days of a month. Weekdays have EventBridge's numbers: Sunday is 1, Saturday 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Days {
    /// By number, 1 to 31; a day that a month lacks is no day.
    OfMonth(Set),
    /// `L`, or `L-3`: so many days before the last.
    BeforeLast(u32),
    /// `15W`: the day of Monday to Friday nearest to it in the same month; none where the month lacks it.
    Nearest(u32),
    /// `LW`: the last day of Monday to Friday.
    NearestLast,
    /// By weekday, not all seven.
    OfWeek(Set),
    /// `6L`: the last one of a weekday.
    LastOfWeek(u32),
    /// `3#2`: the second Tuesday.
    Nth {
        /// 1 to 7.
        weekday: u32,
        /// 1 to 5.
        n: u32,
    },
}

impl Days {
    /// All days.
    #[must_use]
    pub fn every() -> Self {
        Self::OfMonth(Set::full(Field::DayOfMonth))
    }

    /// By weekday; all seven are every day.
    #[must_use]
    pub fn of_week(days: Set) -> Self {
        if days == Set::full(Field::DayOfWeek) { Self::every() } else { Self::OfWeek(days) }
    }

    /// Which days these are of a month with `last` days whose first is a `first_weekday`.
    #[must_use]
    pub fn in_month(self, first_weekday: u32, last: u32) -> Set {
        let weekday = |day: u32| (first_weekday + day - 2) % 7 + 1;
        let month: Set = (1..=last).collect();
        match self {
            Self::OfMonth(days) => days.and(month),
            Self::BeforeLast(n) => (1..=last).filter(|day| day + n == last).collect(),
            Self::Nearest(n) => (1..=last).filter(|_| n <= last).filter(|day| *day == nearest(n, weekday(n), last)).collect(),
            Self::NearestLast => std::iter::once(nearest(last, weekday(last), last)).collect(),
            Self::OfWeek(days) => (1..=last).filter(|day| days.contains(weekday(*day))).collect(),
            Self::LastOfWeek(wanted) => (1..=last).filter(|day| day + 7 > last && weekday(*day) == wanted).collect(),
            Self::Nth { weekday: wanted, n } => (1..=last).filter(|day| (day - 1) / 7 + 1 == n && weekday(*day) == wanted).collect(),
        }
    }

    /// The texts of day-of-month and day-of-week.
    fn texts(self) -> (String, String) {
        let any = || "?".to_owned();
        match self {
            Self::OfMonth(days) => (days.text(Field::DayOfMonth), any()),
            Self::BeforeLast(0) => ("L".to_owned(), any()),
            Self::BeforeLast(n) => (format!("L-{n}"), any()),
            Self::Nearest(n) => (format!("{n}W"), any()),
            Self::NearestLast => ("LW".to_owned(), any()),
            Self::OfWeek(days) => (any(), days.text(Field::DayOfWeek)),
            Self::LastOfWeek(day) => (any(), format!("{day}L")),
            Self::Nth { weekday, n } => (any(), format!("{weekday}#{n}")),
        }
    }
}

/// The day of Monday to Friday nearest to day `n`, which is a `weekday`, without leaving the month.
const fn nearest(n: u32, weekday: u32, last: u32) -> u32 {
    match weekday {
        7 if n == 1 => 3,
        7 => n - 1,
        1 if n == last => n - 2,
        1 => n + 1,
        _ => n,
    }
}

/// Years from 1970 to 2199, as ranges in order that do not touch.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Years(Vec<(i16, i16)>);

impl Years {
    /// All years.
    #[must_use]
    pub fn every() -> Self {
        Self(vec![(1970, 2199)])
    }

    /// The ranges, both ends included.
    #[must_use]
    pub fn ranges(&self) -> &[(i16, i16)] {
        &self.0
    }

    /// The first year of these that is not before `year`.
    #[must_use]
    pub fn next_from(&self, year: i16) -> Option<i16> {
        self.0.iter().find(|(_, last)| year <= *last).map(|(first, _)| year.max(*first))
    }
}

impl FromIterator<i16> for Years {
    fn from_iter<I: IntoIterator<Item = i16>>(years: I) -> Self {
        let mut years: Vec<i16> = years.into_iter().collect();
        years.sort_unstable();
        let mut ranges: Vec<(i16, i16)> = Vec::new();
        for year in years {
            match ranges.last_mut() {
                Some((_, last)) if year <= *last + 1 => *last = year,
                _ => ranges.push((year, year)),
            }
        }
        Self(ranges)
    }
}

impl fmt::Display for Years {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::every() {
            return f.write_str("*");
        }
        let text = |(first, last): &(i16, i16)| if first == last { first.to_string() } else { format!("{first}-{last}") };
        f.write_str(&self.0.iter().map(text).collect::<Vec<_>>().join(","))
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (of_month, of_week) = self.days.texts();
        let (minutes, hours, months) = (self.minutes.text(Field::Minutes), self.hours.text(Field::Hours), self.months.text(Field::Month));
        write!(f, "{minutes} {hours} {of_month} {months} {of_week} {}", self.years)
    }
}
