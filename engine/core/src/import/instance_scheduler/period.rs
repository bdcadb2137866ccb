//! One period.

use super::fields::{Expression, Field};
use super::raw::RawPeriod;
use crate::import::days::Days;
use crate::import::draft::DAY;
use crate::schedule::Condition;

/// When it wants what.
#[derive(Debug, Clone)]
pub(super) struct Period {
    /// What Instance Scheduler calls it.
    pub(super) name: String,
    /// Minutes after midnight.
    pub(super) begin: Option<u16>,
    /// Minutes after midnight.
    pub(super) end: Option<u16>,
    fields: Vec<Expression>,
    /// The days it is about.
    pub(super) days: Days,
    /// The type while it runs.
    pub(super) instance_type: Option<String>,
}

impl Period {
    /// Reads a period; a type may stand behind `@` in its name.
    pub(super) fn read(index: usize, raw: RawPeriod, notes: &mut Vec<String>) -> Result<Self, String> {
        let written = raw.name.unwrap_or_else(|| format!("period {}", index + 1));
        let (name, behind) = written.split_once('@').map_or((written.as_str(), None), |(name, behind)| (name, Some(behind.to_owned())));
        let name = name.to_owned();
        let of = |why: String| format!("period `{name}`: {why}");
        let says = [raw.begintime.is_some(), raw.endtime.is_some(), raw.weekdays.is_some(), raw.months.is_some(), raw.monthdays.is_some()];
        if !says.contains(&true) {
            return Err(of("it needs one of begintime, endtime, weekdays, months and monthdays".to_owned()));
        }
        let (begin, end) = (time("begintime", raw.begintime).map_err(of)?, time("endtime", raw.endtime).map_err(of)?);
        if let (Some(begin), Some(end)) = (begin, end) {
            refuse_backwards(begin, end).map_err(of)?;
        }
        let texts = [(Field::Weekdays, raw.weekdays), (Field::Months, raw.months), (Field::MonthDays, raw.monthdays)];
        let written = texts.into_iter().filter_map(|(field, texts)| Some((field, texts?)));
        let fields: Vec<Expression> =
            written.map(|(field, texts)| Expression::parse(field, &texts, notes)).collect::<Result<_, _>>().map_err(of)?;
        let days = Days::of(|day| fields.iter().all(|field| field.holds(day)));
        let period = Self { begin, end, fields, days, instance_type: raw.instance_type.or(behind), name };
        period.note(notes);
        Ok(period)
    }

    fn note(&self, notes: &mut Vec<String>) {
        if let Some(day) = self.fields.iter().find_map(Expression::missing_nearest) {
            notes.push(format!(
                "period `{}`: `{day}W` is no day in a month without day {day}; Instance Scheduler 3.2.8 fails there, and with it every other schedule",
                self.name
            ));
        }
        if self.begin.is_some() && self.begin == self.end {
            notes.push(format!("period `{}` begins when it ends and never runs", self.name));
        }
    }

    /// As conditions of a window.
    pub(super) fn conditions(&self) -> Vec<Condition> {
        self.fields.iter().filter_map(Expression::condition).collect()
    }

    /// From when until when it runs on its days.
    pub(super) fn runs(&self) -> Option<(u16, u16)> {
        let (begin, end) = match (self.begin, self.end) {
            (None, Some(_)) => return None,
            (begin, end) => (begin.unwrap_or(0), end.unwrap_or(DAY)),
        };
        (begin < end).then_some((begin, end))
    }

    /// Until when on its days it wants nothing.
    pub(super) fn leaves(&self) -> Option<u16> {
        let until = match (self.begin, self.end) {
            (Some(begin), None) => begin,
            (None, Some(end)) => end,
            _ => 0,
        };
        (until > 0).then_some(until)
    }

    /// The minutes of the day at which it may change its mind.
    pub(super) fn edges(&self) -> Vec<u16> {
        self.begin.into_iter().chain(self.end).chain([0]).collect()
    }
}

/// `9:00`, `09:00`, `23:59`.
fn time(key: &str, written: Option<String>) -> Result<Option<u16>, String> {
    let Some(text) = written else { return Ok(None) };
    let parsed = text.split_once(':').and_then(|(hour, minute)| {
        let digits = |part: &str, longest: usize| (1..=longest).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        let fits = digits(hour, 2) && digits(minute, 2) && minute.len() == 2;
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        (fits && hour < 24 && minute < 60).then_some(hour * 60 + minute)
    });
    parsed.map(Some).ok_or_else(|| format!("{key} `{text}` is not a time from 00:00 to 23:59"))
}

fn refuse_backwards(begin: u16, end: u16) -> Result<(), String> {
    if begin > end {
        return Err("it ends before it begins; Instance Scheduler refuses that, a night is two periods to it".to_owned());
    }
    Ok(())
}
