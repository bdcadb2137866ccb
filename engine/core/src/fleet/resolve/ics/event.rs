//! An event: its first and last day, and the years in which it comes again.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::Found;
use super::line::Line;
use super::repeat::Repeat;
use crate::diag::Diagnostic;
use crate::fleet::leaf::{Days, MAX_RANGE_DAYS};
use crate::span::Span;

/// An event as its lines say.
pub(super) struct Event {
    opened: Span,
    begin: Option<Date>,
    /// The day after the last one, and where that is said.
    end: Option<(Date, Span)>,
    /// Days, when DURATION says so instead.
    lasting: Option<i32>,
    repeat: Option<(Repeat, Span)>,
    more: Vec<Date>,
    except: Vec<Date>,
    cancelled: bool,
    /// A line was refused, which was said: what is missing because of it is no news.
    broken: bool,
}

impl Event {
    pub(super) const fn new(opened: Span) -> Self {
        Self {
            opened,
            begin: None,
            end: None,
            lasting: None,
            repeat: None,
            more: Vec::new(),
            except: Vec::new(),
            cancelled: false,
            broken: false,
        }
    }

    /// Reads a line of it.
    pub(super) fn take(&mut self, line: &Line) -> Option<Diagnostic> {
        let problem = self.read(line).err()?;
        self.broken = true;
        Some(*problem)
    }

    fn read(&mut self, line: &Line) -> Result<(), Box<Diagnostic>> {
        match line.name.as_str() {
            "DTSTART" => self.begin = Some(one_day(&line.value, line)?),
            "DTEND" => self.end = Some((one_day(&line.value, line)?, line.span.clone())),
            "DURATION" => self.lasting = Some(lasting(line)?),
            "RRULE" => self.repeat = Some((Repeat::read(line)?, line.span.clone())),
            "RDATE" => self.more.extend(several(line)?),
            "EXDATE" => self.except.extend(several(line)?),
            "STATUS" => self.cancelled = line.value.eq_ignore_ascii_case("CANCELLED"),
            "RECURRENCE-ID" => {
                let help = "take the day out of the event that repeats by EXDATE and write it as an event of its own without RECURRENCE-ID";
                return Err(line.refused("an occurrence that was moved is not read", help));
            }
            "EXRULE" => return Err(line.refused("EXRULE is not read", "name the days that are left out by EXDATE")),
            _ => {}
        }
        Ok(())
    }

    /// The days on which it is.
    pub(super) fn days(self) -> Result<Vec<Found>, Box<Diagnostic>> {
        if self.cancelled || self.broken {
            return Ok(Vec::new());
        }
        let Some(begin) = self.begin else {
            let problem = Diagnostic::error("this event has no DTSTART", self.opened);
            return Err(Box::new(problem.help("give it the day it begins on: `DTSTART;VALUE=DATE:20261231`")));
        };
        let length = self.length(begin)?;
        let (firsts, endless) = match &self.repeat {
            Some((repeat, span)) if !repeat.fits(begin) => return Err(misfit(begin, span)),
            Some((repeat, _)) => (repeat.firsts(begin), repeat.is_endless()),
            None => (vec![begin], false),
        };
        let last = |first: Date| first.checked_add((length - 1).days()).unwrap_or(first);
        let found = |first: Date, endless: bool| Found { days: Days(first, last(first)), endless };
        let all = firsts.into_iter().map(|first| (first, endless)).chain(self.more.iter().map(|first| (*first, false)));
        Ok(all.filter(|(first, _)| !self.except.contains(first)).map(|(first, endless)| found(first, endless)).collect())
    }

    fn length(&self, begin: Date) -> Result<i32, Box<Diagnostic>> {
        let place = self.end.as_ref().map_or(&self.opened, |(_, span)| span);
        let length = match &self.end {
            // The same day twice is what some programs write for an event of one day.
            Some((end, _)) if *end == begin => 1,
            Some((end, _)) => (*end - begin).get_days(),
            None => self.lasting.unwrap_or(1),
        };
        match length {
            1..=MAX_RANGE_DAYS => Ok(length),
            ..1 => {
                Err(Box::new(Diagnostic::error("this event ends before it begins", place.clone()).help("DTEND is the day after the last")))
            }
            _ => Err(Box::new(Diagnostic::error("this event is longer than ten years", place.clone()).help("check the year of its end"))),
        }
    }
}

fn misfit(begin: Date, span: &Span) -> Box<Diagnostic> {
    let problem = Diagnostic::error(format!("the event begins on {begin}, which is not a day of this rule"), span.clone());
    Box::new(problem.help("let DTSTART be the first day of the rule; BYDAY needs BYMONTH, as in `BYMONTH=11;BYDAY=4TH`"))
}

fn several(line: &Line) -> Result<Vec<Date>, Box<Diagnostic>> {
    line.value.split(',').map(|part| one_day(part, line)).collect()
}

/// `20261231`; a time makes it something else than a day.
pub(super) fn one_day(text: &str, line: &Line) -> Result<Date, Box<Diagnostic>> {
    if text.contains(['T', 't']) || line.parameters.contains("VALUE=DATE-TIME") || line.parameters.contains("VALUE=PERIOD") {
        return Err(line.refused("this event is not all-day", "a calendar is a set of days: `DTSTART;VALUE=DATE:20261231`"));
    }
    Date::strptime("%Y%m%d", text.trim()).map_err(|_| line.refused("there is no such day", "write it as `20261231`"))
}

/// `P3D`, `P1W`.
fn lasting(line: &Line) -> Result<i32, Box<Diagnostic>> {
    let upper = line.value.to_ascii_uppercase();
    let (number, each) = match upper.strip_prefix('P') {
        Some(rest) if rest.ends_with('D') => (rest.strip_suffix('D'), 1),
        Some(rest) if rest.ends_with('W') => (rest.strip_suffix('W'), 7),
        _ => (None, 0),
    };
    let days = number.and_then(|number| number.parse::<i32>().ok()).and_then(|number| number.checked_mul(each));
    days.ok_or_else(|| {
        line.refused("this event does not last whole days", "write DTEND, the day after the last: `DTEND;VALUE=DATE:20270101`")
    })
}
