//! All-day events of an iCalendar file (RFC 5545): the part of it that public holidays are published in.

use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::diag::Diagnostic;
use crate::fleet::leaf::{Days, MAX_RANGE_DAYS};
use crate::span::Span;

/// Last year into which an event that repeats without end is carried. A fixed year, since what a file means cannot depend on the
/// day it is read.
const LAST_YEAR: i16 = 2049;

/// A content line, unfolded, and where its first line stands.
struct Line {
    name: String,
    parameters: String,
    value: String,
    span: Span,
}

/// An event as its lines say.
#[derive(Default)]
struct Event {
    begin: Option<(Date, Span)>,
    end: Option<Date>,
    repeat: Option<Repeat>,
    except: Vec<Date>,
    cancelled: bool,
}

/// `RRULE:FREQ=YEARLY`.
#[derive(Clone, Copy)]
struct Repeat {
    interval: i16,
    count: usize,
    until: Option<Date>,
}

/// The days of a file's events, and what of it is not understood.
pub(super) fn read(file: &Arc<str>, text: &str) -> (Vec<Days>, Vec<Diagnostic>) {
    let (mut days, mut problems) = (Vec::new(), Vec::new());
    let mut event: Option<Event> = None;
    let lines = unfold(file, text);
    if lines.first().is_none_or(|line| line.name != "BEGIN" || !line.value.eq_ignore_ascii_case("VCALENDAR")) {
        problems
            .push(Diagnostic::error(format!("{file} is no iCalendar file"), Span::start_of(file)).help("it begins with `BEGIN:VCALENDAR`"));
        return (days, problems);
    }
    for line in &lines {
        match (line.name.as_str(), line.value.to_ascii_uppercase().as_str(), &mut event) {
            ("BEGIN", "VEVENT", _) => event = Some(Event::default()),
            ("END", "VEVENT", open) => days.extend(open.take().map(|event| event.days()).unwrap_or_default()),
            (_, _, Some(event)) => problems.extend(event.take(line).err().map(|problem| *problem)),
            _ => {}
        }
    }
    if event.is_some() || lines.last().is_none_or(|line| line.name != "END") {
        let end = lines.last().map_or_else(|| Span::start_of(file), |line| line.span.clone());
        problems
            .push(Diagnostic::error(format!("{file} ends in the middle"), end).help("its last line is `END:VCALENDAR`; was it cut off?"));
    }
    (days, problems)
}

/// Joins folded lines and splits them into name, parameters and value.
fn unfold(file: &Arc<str>, text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut start = 0;
    for (raw, number) in text.split('\n').zip(1_u32..) {
        let bare = raw.strip_suffix('\r').unwrap_or(raw);
        let span = Span { file: file.clone(), start, end: start + bare.len(), line: number, column: 1 };
        start += raw.len() + 1;
        match (bare.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some(last)) => last.value.push_str(more),
            _ if bare.trim().is_empty() => {}
            _ => lines.push(split(bare, span)),
        }
    }
    lines
}

fn split(text: &str, span: Span) -> Line {
    let (head, value) = text.split_once(':').unwrap_or((text, ""));
    let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
    Line { name: name.trim().to_ascii_uppercase(), parameters: parameters.to_ascii_uppercase(), value: value.trim().to_owned(), span }
}

impl Event {
    fn take(&mut self, line: &Line) -> Result<(), Box<Diagnostic>> {
        match line.name.as_str() {
            "DTSTART" => self.begin = Some((day(line)?, line.span.clone())),
            "DTEND" => self.end = Some(day(line)?),
            "RRULE" => self.repeat = Some(repeat(line)?),
            "EXDATE" => {
                for part in line.value.split(',') {
                    self.except.push(one_day(part, line)?);
                }
            }
            "STATUS" => self.cancelled = line.value.eq_ignore_ascii_case("CANCELLED"),
            "RDATE" | "DURATION" => {
                return Err(refused(
                    line,
                    "dates and lengths of this kind are not read",
                    "write the day as an event of its own with DTSTART and DTEND",
                ));
            }
            _ => {}
        }
        Ok(())
    }

    /// DTEND is the day after the last one.
    fn days(self) -> Vec<Days> {
        let Some((begin, _)) = self.begin.filter(|_| !self.cancelled) else { return Vec::new() };
        let length = self.end.map_or(1, |end| (end - begin).get_days()).clamp(1, MAX_RANGE_DAYS);
        let last = |first: Date| first.checked_add((length - 1).days()).unwrap_or(first);
        let firsts = self.repeat.map_or_else(|| vec![begin], |repeat| repeat.firsts(begin));
        firsts.into_iter().filter(|first| !self.except.contains(first)).map(|first| Days(first, last(first))).collect()
    }
}

impl Repeat {
    /// The same day of each year; 29 February in leap years only, as RFC 5545 has it.
    fn firsts(self, begin: Date) -> Vec<Date> {
        let years = (begin.year()..=LAST_YEAR.max(begin.year())).step_by(usize::from(self.interval.unsigned_abs().max(1)));
        let same_day = years.filter_map(|year| Date::new(year, begin.month(), begin.day()).ok());
        same_day.take_while(|day| self.until.is_none_or(|until| *day <= until)).take(self.count).collect()
    }
}

fn refused(line: &Line, message: &str, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(message, line.span.clone()).help(help))
}

fn day(line: &Line) -> Result<Date, Box<Diagnostic>> {
    one_day(&line.value, line)
}

fn one_day(text: &str, line: &Line) -> Result<Date, Box<Diagnostic>> {
    if text.contains('T') || line.parameters.contains("VALUE=DATE-TIME") {
        return Err(refused(line, "this event is not all-day", "a calendar is a set of days: `DTSTART;VALUE=DATE:20261231`"));
    }
    Date::strptime("%Y%m%d", text.trim()).map_err(|_| refused(line, "there is no such day", "write it as `20261231`"))
}

fn repeat(line: &Line) -> Result<Repeat, Box<Diagnostic>> {
    let mut repeat = Repeat { interval: 1, count: usize::MAX, until: None };
    let mut yearly = false;
    for part in line.value.split(';').filter(|part| !part.is_empty()) {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let not_read = || {
            refused(
                line,
                &format!("`{part}` is not read"),
                "events repeat by FREQ=YEARLY with INTERVAL, COUNT and UNTIL; write others out as events of their own",
            )
        };
        match key.to_ascii_uppercase().as_str() {
            "FREQ" => yearly = value.eq_ignore_ascii_case("YEARLY"),
            "INTERVAL" => repeat.interval = value.parse().ok().filter(|n| *n > 0).ok_or_else(not_read)?,
            "COUNT" => repeat.count = value.parse().map_err(|_| not_read())?,
            "UNTIL" => repeat.until = Some(one_day(value.split('T').next().unwrap_or(value), line)?),
            // The day of DTSTART again, as most calendars write it beside FREQ=YEARLY.
            "BYMONTH" | "BYMONTHDAY" if value.parse::<i8>().is_ok() => {}
            "WKST" => {}
            _ => return Err(not_read()),
        }
    }
    if yearly { Ok(repeat) } else { Err(refused(line, "only yearly events repeat here", "write FREQ=YEARLY, or the days out")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(events: &str) -> (Vec<String>, Vec<String>) {
        let text = format!("BEGIN:VCALENDAR\r\n{events}END:VCALENDAR\r\n");
        let (days, problems) = read(&"kr.ics".into(), &text);
        let days =
            days.into_iter().map(|Days(first, last)| if first == last { first.to_string() } else { format!("{first}..{last}") }).collect();
        (days, problems.into_iter().map(|problem| format!("{}: {}", problem.span.map_or(0, |span| span.line), problem.message)).collect())
    }

    #[test]
    fn all_day_events_and_their_ends() {
        let (days, problems) = calendar(
            "BEGIN:VEVENT\r\nSUMMARY:설날 \r\n 연휴\r\nDTSTART;VALUE=DATE:20260216\r\nDTEND;VALUE=DATE:20260219\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:20260301\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:20260302\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\n",
        );
        assert_eq!(days, ["2026-02-16..2026-02-18", "2026-03-01"]);
        assert_eq!(problems, [""; 0]);
    }

    #[test]
    fn yearly_events_repeat() {
        let (days, _) = calendar("BEGIN:VEVENT\nDTSTART:20260815\nRRULE:FREQ=YEARLY;COUNT=3\nEXDATE:20270815\nEND:VEVENT\n");
        assert_eq!(days, ["2026-08-15", "2028-08-15"]);
        let (days, _) = calendar("BEGIN:VEVENT\nDTSTART:20240229\nRRULE:FREQ=YEARLY;UNTIL=20330101\nEND:VEVENT\n");
        assert_eq!(days, ["2024-02-29", "2028-02-29", "2032-02-29"]);
        assert_eq!(calendar("BEGIN:VEVENT\nDTSTART:20260101\nRRULE:FREQ=YEARLY\nEND:VEVENT\n").0.len(), 24, "up to the last year");
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let (_, problems) = calendar("BEGIN:VEVENT\nDTSTART:20260815T090000Z\nRRULE:FREQ=WEEKLY\nDTEND:20261301\nEND:VEVENT\n");
        assert_eq!(problems, ["3: this event is not all-day", "4: only yearly events repeat here", "5: there is no such day"]);
        let (_, problems) = read(&"kr.ics".into(), "BEGIN:VCALENDAR\nBEGIN:VEVENT\n");
        assert_eq!(problems.len(), 1);
        assert_eq!(read(&"kr.ics".into(), "").1.len(), 1);
    }
}
