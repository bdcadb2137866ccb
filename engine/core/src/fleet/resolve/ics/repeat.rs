//! `RRULE:FREQ=YEARLY`: the rules by which holidays repeat.

use jiff::civil::{Date, Weekday};

use super::event::one_day;
use super::line::Line;
use crate::diag::Diagnostic;

/// Last year into which an event that repeats without end is carried. A fixed year, since what a file means cannot depend on the
/// day it is read.
const LAST_YEAR: i16 = 2049;
/// What to do about a rule that is not read.
const HELP: &str = "events repeat by FREQ=YEARLY with INTERVAL, COUNT, UNTIL and BYMONTH with BYDAY such as `4TH`; write others out as events of their own";

/// A yearly rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Repeat {
    interval: usize,
    count: Option<usize>,
    until: Option<Date>,
    month: Option<i8>,
    day: Option<i8>,
    /// `4TH`: the fourth Thursday of the month, `-1MO`: its last Monday.
    weekday: Option<(i8, Weekday)>,
}

impl Repeat {
    /// Reads the value of an RRULE.
    pub(super) fn read(line: &Line) -> Result<Self, Box<Diagnostic>> {
        let mut repeat = Self { interval: 1, count: None, until: None, month: None, day: None, weekday: None };
        let parts = || line.value.split(';').filter(|part| !part.is_empty());
        if !parts().any(|part| part.eq_ignore_ascii_case("FREQ=YEARLY")) {
            return Err(line.refused("only yearly events repeat here", "write FREQ=YEARLY, or the days out"));
        }
        for part in parts() {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            match key.to_ascii_uppercase().as_str() {
                "FREQ" => {}
                "UNTIL" => repeat.until = Some(one_day(value.split('T').next().unwrap_or(value), line)?),
                key => repeat.part(key, value).ok_or_else(|| line.refused(format!("`{part}` is not read"), HELP))?,
            }
        }
        if repeat.day.is_some() && repeat.weekday.is_some() {
            return Err(line.refused("BYDAY and BYMONTHDAY together are not read", HELP));
        }
        Ok(repeat)
    }

    fn part(&mut self, key: &str, value: &str) -> Option<()> {
        match key {
            "INTERVAL" => self.interval = value.parse().ok().filter(|n| *n > 0)?,
            "COUNT" => self.count = Some(value.parse().ok().filter(|n| *n > 0)?),
            "BYMONTH" => self.month = Some(value.parse().ok()?),
            "BYMONTHDAY" => self.day = Some(value.parse().ok()?),
            "BYDAY" => self.weekday = Some(weekday(value)?),
            "WKST" => {}
            _ => return None,
        }
        Some(())
    }

    /// True when it has no end of its own.
    pub(super) const fn is_endless(self) -> bool {
        self.count.is_none() && self.until.is_none()
    }

    /// Whether the event's own begin is a day of the rule, as RFC 5545 asks for.
    pub(super) fn fits(self, begin: Date) -> bool {
        self.of_year(begin.year(), begin) == Some(begin) && self.month.is_none_or(|month| month == begin.month())
    }

    /// The day of each year; 29 February in leap years only, as RFC 5545 has it.
    pub(super) fn firsts(self, begin: Date) -> Vec<Date> {
        let years = (begin.year()..=LAST_YEAR.max(begin.year())).step_by(self.interval);
        let days = years.filter_map(|year| self.of_year(year, begin)).take_while(|day| self.until.is_none_or(|until| *day <= until));
        days.take(self.count.unwrap_or(usize::MAX)).collect()
    }

    fn of_year(self, year: i16, begin: Date) -> Option<Date> {
        match self.weekday {
            // Without a month it would be the nth of the year, which no holiday is.
            Some((nth, weekday)) => Date::new(year, self.month?, 1).ok()?.nth_weekday_of_month(nth, weekday).ok(),
            None => Date::new(year, begin.month(), self.day.unwrap_or(begin.day())).ok(),
        }
    }
}

/// `4TH`, `-1MO`.
fn weekday(text: &str) -> Option<(i8, Weekday)> {
    let at = text.len().checked_sub(2).filter(|at| text.is_char_boundary(*at))?;
    let day = match text[at..].to_ascii_uppercase().as_str() {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    };
    let nth: i8 = text[..at].parse().ok()?;
    (nth != 0 && nth.abs() <= 5).then_some((nth, day))
}
