//! Calendars: dates in the file, YAML lists and ICS files beside it.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::civil::Date;

use super::{Resolver, ics};
use crate::diag::Diagnostic;
use crate::fleet::decode::{Decode as _, Entries};
use crate::fleet::leaf::{Days, RelPath};
use crate::fleet::raw_schedule::RawCalendar;
use crate::fleet::{Calendar, CalendarSource};
use crate::name::Name;
use crate::span::{At, Span};

/// Most days in one calendar: a hundred years of holidays.
const MAX_DAYS: usize = 36_600;
/// Most days that are looked at for one calendar, repeated ones included: bounds the time that a file can ask for.
const MAX_LOOKS: usize = 4 * MAX_DAYS;

/// Days of one source, and how far it reaches.
struct Source {
    ranges: Vec<Days>,
    origin: CalendarSource,
}

impl Source {
    /// `finite` are the ranges that say how far the source reaches.
    fn new(ranges: Vec<Days>, finite: impl Iterator<Item = Days>, file: Option<String>, span: Span) -> Self {
        Self { ranges, origin: CalendarSource { file, last: finite.map(|days| days.1).max(), span } }
    }
}

impl Resolver<'_> {
    pub(super) fn calendars(&mut self, raw: Entries<RawCalendar>) -> IndexMap<Name, Calendar> {
        self.unique("calendar", raw.0.iter().map(|(name, _)| name));
        raw.0.into_iter().map(|(name, raw)| (name.value.clone(), self.calendar(name, raw))).collect()
    }

    fn calendar(&mut self, name: At<Name>, raw: RawCalendar) -> Calendar {
        if raw.files.is_none() && raw.dates.is_none() && raw.refused.is_empty() {
            let problem = Diagnostic::error(format!("the calendar `{}` has no day", name.value), name.span.clone());
            self.error(problem.help("write `dates: [2026-12-31]` or `files: [calendars/kr.ics]`"));
        }
        let mut sources: Vec<Source> = raw.dates.map(|dates| written(dates.value, None, dates.span)).into_iter().collect();
        for path in raw.files.map(|files| files.value).unwrap_or_default() {
            sources.extend(self.calendar_file(&path));
        }
        let mut days = BTreeSet::new();
        let all = sources.iter().flat_map(|source| &source.ranges).flat_map(|range| each_day(*range));
        let looks = all.take(MAX_LOOKS).map(|day| days.insert(day)).count();
        if days.len() > MAX_DAYS || looks == MAX_LOOKS {
            self.error(Diagnostic::error(format!("the calendar `{}` has over {MAX_DAYS} days", name.value), name.span));
        }
        Calendar { name: name.value, days, sources: sources.into_iter().map(|source| source.origin).collect() }
    }

    fn calendar_file(&mut self, path: &At<RelPath>) -> Option<Source> {
        let (file, text) = self.text_file(path)?;
        if !path.value.0.to_lowercase().ends_with(".ics") {
            let days = self.list_of_days(&file, &text)?;
            return Some(written(days, Some(path.value.0.clone()), path.span.clone()));
        }
        let (found, problems) = ics::read(&file, &text);
        problems.into_iter().for_each(|problem| self.error(problem));
        let finite = found.iter().filter(|found| !found.endless).map(|found| found.days);
        let ranges = found.iter().map(|found| found.days).collect();
        Some(Source::new(ranges, finite, Some(path.value.0.clone()), path.span.clone()))
    }

    /// A YAML list of dates and ranges.
    fn list_of_days(&mut self, file: &Arc<str>, text: &str) -> Option<Vec<At<Days>>> {
        let (root, problems) = crate::yaml::parse(file, text);
        let broken = !problems.is_empty();
        problems.into_iter().for_each(|problem| self.error(problem));
        let Some(root) = root else {
            if !broken {
                let problem = Diagnostic::error(format!("{file} is empty"), Span::start_of(file));
                self.error(problem.help("write a list of dates: `- 2026-12-31`"));
            }
            return None;
        };
        self.cx.under("dates", &root.span, |cx| Vec::<At<Days>>::decode(&root, cx))
    }
}

/// A source whose days are written one by one.
fn written(days: Vec<At<Days>>, file: Option<String>, span: Span) -> Source {
    let ranges: Vec<Days> = days.into_iter().map(|days| days.value).collect();
    let finite = ranges.clone();
    Source::new(ranges, finite.into_iter(), file, span)
}

fn each_day(range: Days) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(range.0), |day| day.tomorrow().ok()).take_while(move |day| *day <= range.1)
}
