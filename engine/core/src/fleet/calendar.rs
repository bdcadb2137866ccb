//! Sets of days, and how far ahead they are known.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;

use crate::name::Name;
use crate::span::Span;

/// How long before a file's last day it is said that it runs out: holidays of the next year are published by then.
const SAID_BEFORE_DAYS: i64 = 60;

/// A set of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Calendar {
    /// Its name.
    pub name: Name,
    /// Every day in it, files included.
    pub days: BTreeSet<Date>,
    /// Where the days are from.
    #[serde(skip)]
    pub sources: Vec<CalendarSource>,
}

/// One list of days of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarSource {
    /// The file it stands in; nothing for `dates` of fleet.yaml.
    pub file: Option<String>,
    /// Its last day, those left out that repeat every year without end; nothing when all do.
    pub last: Option<Date>,
    /// Where fleet.yaml names it.
    pub span: Span,
}

/// A calendar whose days end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunsOut {
    /// Its last day.
    pub last: Date,
    /// The list that has it.
    pub source: CalendarSource,
}

impl Calendar {
    /// A calendar of days that are from nowhere.
    #[must_use]
    pub fn of_days(name: Name, days: BTreeSet<Date>) -> Self {
        Self { name, days, sources: Vec::new() }
    }

    /// The end of the calendar, when it is near or past on `today`.
    ///
    /// Files count, since they hold the holidays of some years and have to be brought up to date: it is said from 60 days
    /// before their last day on. `dates` in fleet.yaml are mostly days that come once, so a calendar without files
    /// has run out only when all its days are past.
    #[must_use]
    pub fn runs_out(&self, today: Date) -> Option<RunsOut> {
        let has_files = self.sources.iter().any(|source| source.file.is_some());
        let counts = |source: &&CalendarSource| source.file.is_some() == has_files;
        let (last, source) =
            self.sources.iter().filter(counts).filter_map(|source| Some((source.last?, source))).max_by_key(|(last, _)| *last)?;
        let ahead = if has_files { SAID_BEFORE_DAYS } else { 0 };
        let until = today.saturating_add(ahead.days());
        (last < until).then(|| RunsOut { last, source: source.clone() })
    }
}

impl RunsOut {
    /// ``the calendar `kr` lists no day after 2027-12-27``, or that it is over.
    #[must_use]
    pub fn message(&self, calendar: &Name, today: Date) -> String {
        let list = self.source.file.as_ref().map(|file| format!(" ({file})")).unwrap_or_default();
        match self.last < today {
            true => format!("the calendar `{calendar}`{list} ended on {}: no day since is one of it", self.last),
            false => format!("the calendar `{calendar}`{list} lists no day after {}", self.last),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn source(file: Option<&str>, last: Option<&str>) -> CalendarSource {
        let last = last.map(|last| last.parse().expect("date"));
        CalendarSource { file: file.map(str::to_owned), last, span: Span::start_of(&Arc::from("fleet.yaml")) }
    }

    fn said(sources: Vec<CalendarSource>, today: &str) -> Option<String> {
        let name = Name::new("kr").expect("name");
        let calendar = Calendar { sources, ..Calendar::of_days(name.clone(), BTreeSet::new()) };
        let today = today.parse().expect("date");
        calendar.runs_out(today).map(|end| end.message(&name, today))
    }

    #[test]
    fn a_file_is_said_to_run_out_two_months_before() {
        let file = |today: &str| said(vec![source(Some("kr.ics"), Some("2027-12-27")), source(Some("old.ics"), Some("2026-12-25"))], today);
        assert_eq!(file("2027-10-28"), None);
        assert_eq!(file("2027-10-29").as_deref(), Some("the calendar `kr` (kr.ics) lists no day after 2027-12-27"));
        assert_eq!(file("2027-12-28").as_deref(), Some("the calendar `kr` (kr.ics) ended on 2027-12-27: no day since is one of it"));
        assert_eq!(said(vec![source(Some("kr.ics"), None)], "2049-01-01"), None, "every year without end");
    }

    #[test]
    fn days_that_come_once_are_over_when_they_are_past() {
        let dates = |today: &str| said(vec![source(None, Some("2026-12-11"))], today);
        assert_eq!(dates("2026-12-11"), None);
        assert_eq!(dates("2026-12-12").as_deref(), Some("the calendar `kr` ended on 2026-12-11: no day since is one of it"));
        let beside = vec![source(None, Some("2026-12-31")), source(Some("kr.ics"), Some("2027-12-27"))];
        assert_eq!(said(beside, "2027-06-01"), None, "the file counts");
    }
}
