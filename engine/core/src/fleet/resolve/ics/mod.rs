//! All-day events of an iCalendar file (RFC 5545): the part of it that public holidays are published in.

mod event;
mod line;
mod repeat;

use std::sync::Arc;

use self::event::Event;
use self::line::{Line, lines};
use crate::diag::Diagnostic;
use crate::fleet::leaf::Days;
use crate::span::Span;

/// Days of an event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// First and last.
    pub(super) days: Days,
    /// One of a row without end, which says nothing about how far the file reaches.
    pub(super) endless: bool,
}

/// The days of a file's events, and what of it is not understood.
pub(super) fn read(file: &Arc<str>, text: &str) -> (Vec<Found>, Vec<Diagnostic>) {
    let lines = lines(file, text);
    if lines.first().is_none_or(|line| !line.is("BEGIN", "VCALENDAR")) {
        let problem = Diagnostic::error(format!("{file} is no iCalendar file"), Span::start_of(file));
        return (Vec::new(), vec![problem.help("it begins with `BEGIN:VCALENDAR`")]);
    }
    let mut reader = Reader::default();
    lines.iter().for_each(|line| reader.take(line));
    if reader.event.is_some() || lines.last().is_none_or(|line| !line.is("END", "VCALENDAR")) {
        let end = lines.last().map_or_else(|| Span::start_of(file), |line| line.span.clone());
        let problem = Diagnostic::error(format!("{file} ends in the middle"), end);
        reader.problems.push(problem.help("its last line is `END:VCALENDAR`; was it cut off?"));
    }
    (reader.found, reader.problems)
}

#[derive(Default)]
struct Reader {
    event: Option<Event>,
    /// How deep inside of something in an event, such as an alarm, whose lines are not the event's.
    inside: usize,
    found: Vec<Found>,
    problems: Vec<Diagnostic>,
}

impl Reader {
    fn take(&mut self, line: &Line) {
        let Some(event) = &mut self.event else {
            self.event = line.is("BEGIN", "VEVENT").then(|| Event::new(line.span.clone()));
            return;
        };
        match line.name.as_str() {
            "BEGIN" => self.inside += 1,
            "END" if self.inside > 0 => self.inside -= 1,
            "END" => self.close(),
            _ if self.inside == 0 => self.problems.extend(event.take(line)),
            _ => {}
        }
    }

    fn close(&mut self) {
        match self.event.take().map(Event::days) {
            Some(Ok(found)) => self.found.extend(found),
            Some(Err(problem)) => self.problems.push(*problem),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(events: &str) -> (Vec<String>, Vec<String>) {
        let text = format!("BEGIN:VCALENDAR\r\n{events}END:VCALENDAR\r\n");
        let (found, problems) = read(&"kr.ics".into(), &text);
        let text = |Days(first, last): Days| if first == last { first.to_string() } else { format!("{first}..{last}") };
        let days = found.into_iter().map(|found| text(found.days)).collect();
        (days, problems.into_iter().map(|problem| format!("{}: {}", problem.span.map_or(0, |span| span.line), problem.message)).collect())
    }

    fn event(lines: &str) -> (Vec<String>, Vec<String>) {
        calendar(&format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT\n"))
    }

    #[test]
    fn all_day_events_and_their_ends() {
        let (days, problems) = calendar(
            "BEGIN:VEVENT\r\nSUMMARY:설날 \r\n 연휴\r\nDTSTART;VALUE=DATE:20260216\r\nDTEND;VALUE=DATE:20260219\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:20260301\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:20260302\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\n",
        );
        assert_eq!(days, ["2026-02-16..2026-02-18", "2026-03-01"]);
        assert_eq!(problems, [""; 0]);
        assert_eq!(event("DTSTART:20260924\nDURATION:P3D").0, ["2026-09-24..2026-09-26"]);
        assert_eq!(event("DTSTART:20260924\nDURATION:P1W").0, ["2026-09-24..2026-09-30"]);
        assert_eq!(event("DTSTART:20260924\nDTEND:20260924").0, ["2026-09-24"]);
        assert_eq!(event("DTSTART:20260924\nRDATE;VALUE=DATE:20261001,20261002\nEXDATE:20261001").0, ["2026-09-24", "2026-10-02"]);
    }

    #[test]
    fn lines_fold_anywhere_and_alarms_are_not_the_events() {
        let (days, problems) = event(
            "DTSTART;VAL\r\n UE=DATE\r\n\t:2026\r\n 0216\r\nX-A;CN=\"a:b\":c\r\nBEGIN:VALARM\r\nDURATION:PT5M\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nDTEND:20260219",
        );
        assert_eq!((days, problems), (vec!["2026-02-16..2026-02-18".to_owned()], vec![]));
    }

    #[test]
    fn yearly_events_repeat() {
        assert_eq!(event("DTSTART:20260815\nRRULE:FREQ=YEARLY;COUNT=3\nEXDATE:20270815").0, ["2026-08-15", "2028-08-15"]);
        assert_eq!(event("DTSTART:20260815\nRRULE:FREQ=YEARLY;COUNT=3;INTERVAL=2").0, ["2026-08-15", "2028-08-15", "2030-08-15"]);
        assert_eq!(event("DTSTART:20240229\nRRULE:FREQ=YEARLY;UNTIL=20330101").0, ["2024-02-29", "2028-02-29", "2032-02-29"]);
        assert_eq!(event("DTSTART:20260101\nRRULE:FREQ=YEARLY").0.len(), 24, "up to the last year");
        let seollal = "DTSTART:20260216\nDTEND:20260219\nRRULE:FREQ=YEARLY;UNTIL=20270301T235959Z;BYMONTH=2;BYMONTHDAY=16";
        assert_eq!(event(seollal).0, ["2026-02-16..2026-02-18", "2027-02-16..2027-02-18"]);
    }

    #[test]
    fn yearly_events_count_weekdays() {
        let thanksgiving = "DTSTART:20261126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=3";
        assert_eq!(event(thanksgiving).0, ["2026-11-26", "2027-11-25", "2028-11-23"]);
        let memorial = "DTSTART:20260525\nRRULE:FREQ=YEARLY;WKST=SU;BYMONTH=5;BYDAY=-1MO;COUNT=2";
        assert_eq!(event(memorial).0, ["2026-05-25", "2027-05-31"]);
    }

    #[test]
    fn only_what_ends_says_how_far_a_file_reaches() {
        let endless = |rule: &str| {
            let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260815\n{rule}\nEND:VEVENT\nEND:VCALENDAR\n");
            read(&"kr.ics".into(), &text).0.iter().all(|found| found.endless)
        };
        assert!(endless("RRULE:FREQ=YEARLY") && !endless("RRULE:FREQ=YEARLY;COUNT=3") && !endless("SUMMARY:once"));
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let problems = |lines: &str| event(lines).1;
        let lines = "DTSTART:20260815T090000Z\nRRULE:FREQ=WEEKLY\nDTEND:20261301";
        assert_eq!(problems(lines), ["3: this event is not all-day", "4: only yearly events repeat here", "5: there is no such day"]);
        for (rule, why) in [
            ("RRULE:FREQ=YEARLY;BYMONTH=9", "4: the event begins on 2026-08-15, which is not a day of this rule"),
            ("RRULE:FREQ=YEARLY;BYMONTHDAY=16", "4: the event begins on 2026-08-15, which is not a day of this rule"),
            ("RRULE:FREQ=YEARLY;BYDAY=3SA", "4: the event begins on 2026-08-15, which is not a day of this rule"),
            ("RRULE:FREQ=YEARLY;BYMONTH=8;BYDAY=SA", "4: `BYDAY=SA` is not read"),
            ("RRULE:FREQ=YEARLY;BYDAY=3SA;BYMONTHDAY=15", "4: BYDAY and BYMONTHDAY together are not read"),
            ("RRULE:FREQ=YEARLY;BYSETPOS=1", "4: `BYSETPOS=1` is not read"),
            ("RRULE:FREQ=YEARLY;INTERVAL=0", "4: `INTERVAL=0` is not read"),
            ("RRULE:FREQ=YEARLY;COUNT=x", "4: `COUNT=x` is not read"),
            ("DTEND:20260801", "4: this event ends before it begins"),
            ("DTEND:20660801", "4: this event is longer than ten years"),
            ("DURATION:PT24H", "4: this event does not last whole days"),
            ("RECURRENCE-ID:20260815", "4: an occurrence that was moved is not read"),
            ("EXRULE:FREQ=YEARLY", "4: EXRULE is not read"),
        ] {
            assert_eq!(problems(&format!("DTSTART:20260815\n{rule}")), [why], "{rule}");
        }
        assert_eq!(problems("SUMMARY:when"), ["2: this event has no DTSTART"]);
    }

    #[test]
    fn what_is_no_calendar_is_said() {
        let first = |text: &str| read(&"kr.ics".into(), text).1.into_iter().map(|problem| problem.message).collect::<Vec<_>>();
        assert_eq!(first("BEGIN:VCALENDAR\nBEGIN:VEVENT\n"), ["kr.ics ends in the middle"]);
        assert_eq!(first("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260815\nEND:VEVENT\n"), ["kr.ics ends in the middle"]);
        assert_eq!(first(""), ["kr.ics is no iCalendar file"]);
    }
}
