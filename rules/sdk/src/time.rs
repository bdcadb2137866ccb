//! Moments. A rule has no clock: the host says what time it is.

use std::fmt;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// A moment: seconds since 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time(pub i64);

impl Time {
    /// Reads RFC 3339 (`2026-11-21T09:00:00.123+09:00`; fractions are dropped) or a date (`2026-11-21`, its midnight in UTC).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let date = text.get(..10)?;
        let days = days(number(date, 0, 4)?, number(date, 5, 7)?, number(date, 8, 10)?)?;
        if date.as_bytes()[4] != b'-' || date.as_bytes()[7] != b'-' {
            return None;
        }
        let Some(clock) = text.get(11..).filter(|_| matches!(text.as_bytes()[10], b'T' | b't' | b' ')) else {
            return (text.len() == 10).then_some(Self(days * DAY));
        };
        Some(Self(days * DAY + clock_seconds(clock)?))
    }

    /// Whole days from `earlier` to this; negative when `earlier` is later by a day or more.
    #[must_use]
    pub const fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0) / DAY
    }

    /// This many days before.
    #[must_use]
    pub const fn minus_days(self, days: i64) -> Self {
        Self(self.0 - days * DAY)
    }

    /// The date in UTC: `2026-11-21`.
    #[must_use]
    pub fn date(self) -> String {
        let (year, month, day) = civil(self.0.div_euclid(DAY));
        format!("{year:04}-{month:02}-{day:02}")
    }
}

/// RFC 3339 in UTC, to the second.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.rem_euclid(DAY);
        write!(f, "{}T{:02}:{:02}:{:02}Z", self.date(), seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}

fn number(text: &str, from: usize, to: usize) -> Option<i64> {
    let digits = text.get(from..to)?;
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
}

/// Seconds of `HH:MM:SS[.fff](Z|±HH:MM)` from midnight in UTC.
fn clock_seconds(clock: &str) -> Option<i64> {
    let (hour, minute, second) = (number(clock, 0, 2)?, number(clock, 3, 5)?, number(clock, 6, 8)?);
    let colons = clock.as_bytes()[2] == b':' && clock.as_bytes()[5] == b':';
    // A leap second counts as the second after it.
    if !colons || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let zone = clock.get(8..)?;
    let zone = zone.strip_prefix('.').map_or(zone, |fraction| fraction.trim_start_matches(|c: char| c.is_ascii_digit()));
    Some(hour * 3600 + minute * 60 + second - offset(zone)?)
}

fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let east = number(zone, 1, 3)? * 3600 + number(zone, 4, 6)? * 60;
    match (zone.as_bytes()[0], zone.as_bytes()[3], zone.len()) {
        (b'+', b':', 6) => Some(east),
        (b'-', b':', 6) => Some(-east),
        _ => None,
    }
}

/// Days from 1970-01-01, by Howard Hinnant's `days_from_civil`. `None` for a date that is none.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    (civil(days) == (year, month, day)).then_some(days)
}

/// Year, month and day of a day since 1970-01-01, by Howard Hinnant's `civil_from_days`.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_seconds_agree() {
        for (text, seconds, written) in [
            ("1970-01-01", 0, "1970-01-01T00:00:00Z"),
            ("2026-11-21T09:00:00Z", 1_795_251_600, "2026-11-21T09:00:00Z"),
            ("2026-11-21T18:00:00.999+09:00", 1_795_251_600, "2026-11-21T09:00:00Z"),
            ("2000-02-29T23:59:59-00:30", 951_870_599, "2000-03-01T00:29:59Z"),
            ("1969-12-31T23:59:59Z", -1, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(Time::parse(text), Some(Time(seconds)), "{text}");
            assert_eq!(Time(seconds).to_string(), written);
        }
        for day in (-800_000..800_000).step_by(17) {
            let (year, month, date) = civil(day);
            assert_eq!(days(year, month, date), Some(day), "{year}-{month}-{date}");
        }
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in
            ["", "2026", "2026-02-30", "2026-13-01", "2026-11-21T", "2026-11-21T09:00", "2026-11-21T09:00:00", "2026-11-21T24:00:00Z"]
        {
            assert_eq!(Time::parse(text), None, "{text}");
        }
        for text in ["2026/11/21", "2026-11-21x", "2026-11-21T09:00:00+0900", "2026-11-21T09-00-00Z", "+026-11-21", "2026-11-2é"] {
            assert_eq!(Time::parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_whole() {
        let now = Time(1_795_251_600);
        assert_eq!((now.days_since(now.minus_days(90)), now.days_since(Time(now.0 - 90 * DAY + 1))), (90, 89));
        assert_eq!(now.date(), "2026-11-21");
    }
}
