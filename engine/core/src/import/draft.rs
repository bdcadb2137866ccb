//! A schedule while it is being put together.

use jiff::civil::{Date, DateTime, date};
use serde_json::{Map, Value, json};

use super::Imported;
use super::days::text;
use crate::schedule::{Condition, LONGEST_SPAN_MINUTES};

/// Minutes of a day.
pub(super) const DAY: u16 = 24 * 60;

/// What stands for since ever and for ever.
const EVER: (Date, Date) = (date(1, 1, 1), date(9999, 12, 30));

/// What comes out, in the order in which people write it.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// Zone of all windows without their own.
    pub(super) timezone: String,
    /// `select`.
    pub(super) select: Option<Value>,
    /// `run`.
    pub(super) run: Vec<String>,
    /// `stop`.
    pub(super) stop: Vec<String>,
    /// `leave`.
    pub(super) leave: Vec<String>,
    /// Outside all windows; nothing for stopped.
    pub(super) otherwise: Option<&'static str>,
    /// `in` and the type.
    pub(super) sizes: Vec<(String, String)>,
    /// `capacity`.
    pub(super) capacity: Option<Value>,
    /// `manual`.
    pub(super) manual: Option<&'static str>,
    /// `hibernate`.
    pub(super) hibernate: bool,
    /// `rds`.
    pub(super) rds: Option<Value>,
    /// What a person should know.
    pub(super) notes: Vec<String>,
}

impl Draft {
    /// A draft in a zone.
    pub(super) fn new(timezone: impl Into<String>) -> Self {
        Self { timezone: timezone.into(), ..Self::default() }
    }

    /// Adds a note, once.
    pub(super) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// What stands under a schedule's name.
    pub(super) fn done(self, name: Option<String>) -> Imported {
        let mut schedule = Map::new();
        schedule.insert("timezone".to_owned(), self.timezone.into());
        schedule.extend(self.select.map(|select| ("select".to_owned(), select)));
        let windowless = self.run.is_empty() && self.stop.is_empty() && self.leave.is_empty();
        for (key, windows) in [("run", self.run), ("stop", self.stop), ("leave", self.leave)] {
            if !windows.is_empty() {
                schedule.insert(key.to_owned(), windows.into());
            }
        }
        if let Some(state) = self.otherwise.or(windowless.then_some("stopped")) {
            schedule.insert("otherwise".to_owned(), state.into());
        }
        if !self.sizes.is_empty() {
            let sizes: Value = self.sizes.into_iter().map(|(window, name)| json!({"in": window, "types": [name]})).collect();
            schedule.insert("sizes".to_owned(), sizes);
        }
        let manual = self.manual.map(Value::from);
        let hibernate = self.hibernate.then_some(Value::Bool(true));
        for (key, value) in [("capacity", self.capacity), ("manual", manual), ("hibernate", hibernate), ("rds", self.rds)] {
            schedule.extend(value.map(|value| (key.to_owned(), value)));
        }
        Imported { name, schedule, notes: self.notes }
    }
}

/// A window from one minute of a day to another, which may be past the day's end.
pub(super) fn window(conditions: &[Condition], begin: u16, end: u16) -> String {
    format!("{} {}", text(conditions), span(begin, end))
}

/// `09:00-17:00`, `20:00-06:00`.
pub(super) fn span(begin: u16, end: u16) -> String {
    let end = if end > DAY { end - DAY } else { end };
    format!("{}-{}", clock(begin), clock(end))
}

/// `09:00`.
pub(super) fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Windows from one local time until another, of whole minutes; without the one since ever, without the other for ever.
pub(super) fn dated(first: Option<DateTime>, last: Option<DateTime>) -> Vec<String> {
    let length = first.zip(last).map(|(first, last)| last.duration_since(first).as_mins());
    if let (Some(first), Some(length)) = (first, length.filter(|length| *length <= i64::from(LONGEST_SPAN_MINUTES))) {
        return vec![format!("{} - +{length}m", first.strftime("%Y-%m-%d %H:%M"))];
    }
    let (mut out, (mut begin, mut end)) = (Vec::new(), EVER);
    let minute = |at: DateTime| u16::from(at.hour().unsigned_abs()) * 60 + u16::from(at.minute().unsigned_abs());
    if let Some(first) = first {
        let inside = minute(first) > 0;
        begin = if inside { first.date().tomorrow().unwrap_or(EVER.1) } else { first.date() };
        out.extend(inside.then(|| format!("{} {}-24:00", first.date(), clock(minute(first)))));
    }
    if let Some(last) = last {
        end = last.date().yesterday().unwrap_or(EVER.0);
        out.extend((minute(last) > 0).then(|| format!("{} 00:00-{}", last.date(), clock(minute(last)))));
    }
    out.extend((begin <= end).then(|| format!("{begin}..{end} 00:00-24:00")));
    out
}
