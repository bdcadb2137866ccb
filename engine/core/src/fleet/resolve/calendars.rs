//! Calendars: dates in the file, YAML lists and ICS files beside it.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{Resolver, ics};
use crate::diag::Diagnostic;
use crate::fleet::Calendar;
use crate::fleet::decode::{Decode as _, Entries};
use crate::fleet::leaf::{Days, RelPath};
use crate::fleet::raw_schedule::RawCalendar;
use crate::name::Name;
use crate::span::At;

/// Most days in one calendar: a hundred years of holidays.
const MAX_DAYS: usize = 36_600;

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
        let mut ranges: Vec<Days> = raw.dates.map(|dates| dates.value).unwrap_or_default().into_iter().map(|days| days.value).collect();
        for path in raw.files.map(|files| files.value).unwrap_or_default() {
            ranges.extend(self.calendar_file(&path));
        }
        let mut days = BTreeSet::new();
        for range in ranges {
            days.extend(each_day(range).take(MAX_DAYS.saturating_sub(days.len())));
        }
        if days.len() >= MAX_DAYS {
            self.error(Diagnostic::error(format!("the calendar `{}` has over {MAX_DAYS} days", name.value), name.span));
        }
        Calendar { name: name.value, days }
    }

    fn calendar_file(&mut self, path: &At<RelPath>) -> Vec<Days> {
        let Some((file, text)) = self.text_file(path) else { return Vec::new() };
        if path.value.0.to_lowercase().ends_with(".ics") {
            let (days, problems) = ics::read(&file, &text);
            problems.into_iter().for_each(|problem| self.error(problem));
            return days;
        }
        self.list_of_days(&file, &text)
    }

    /// A YAML list of dates and ranges.
    fn list_of_days(&mut self, file: &Arc<str>, text: &str) -> Vec<Days> {
        let (root, problems) = crate::yaml::parse(file, text);
        let broken = !problems.is_empty();
        problems.into_iter().for_each(|problem| self.error(problem));
        let Some(root) = root else {
            if !broken {
                self.error(
                    Diagnostic::error(format!("{file} is empty"), crate::span::Span::start_of(file))
                        .help("write a list of dates: `- 2026-12-31`"),
                );
            }
            return Vec::new();
        };
        let days = self.cx.under("dates", &root.span, |cx| Vec::<At<Days>>::decode(&root, cx));
        days.unwrap_or_default().into_iter().map(|days| days.value).collect()
    }
}

fn each_day(range: Days) -> impl Iterator<Item = Date> {
    range.0.series(1.day()).take_while(move |day| *day <= range.1)
}
