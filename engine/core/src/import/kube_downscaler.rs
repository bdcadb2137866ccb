//! kube-downscaler's time specs, as GoKubeDownscaler reads them; where the Python one differs there is a note.
//!
//! A spec is a list of spans, and what lies in one of them is up. Weekday and time are those of the instant itself, so a
//! span over midnight belongs to the weekdays of both its halves, each by its own.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::Imported;
use super::clocks::{goes_back_over, zone};
use super::draft::{DAY, Draft, dated, window};
use super::object;
use crate::schedule::{Condition, Mask, Zone};

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const FORM: &str = "spans read like `Mon-Fri 07:30-20:30 Europe/Berlin` or `2026-12-24T00:00:00+00:00-2026-12-27T00:00:00+00:00`";

/// A workload's spec, or what its annotations say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    name: Option<String>,
    /// When it is up.
    #[serde(default, alias = "uptime", alias = "downscaler/uptime")]
    spec: Option<String>,
    /// When it is down, whatever `spec` says.
    #[serde(default, alias = "downscaler/downtime")]
    downtime: Option<String>,
    /// Of spans without a zone.
    #[serde(default, alias = "default-timezone")]
    default_timezone: Option<String>,
    /// Of spans without weekdays: `Mon-Fri`.
    #[serde(default, alias = "default-weekframe")]
    default_weekframe: Option<String>,
}

/// One span.
#[derive(Debug, Clone)]
enum Span {
    Always,
    Never,
    /// On weekdays from a minute of the day to another.
    Weekly {
        days: Mask,
        begin: u16,
        end: u16,
        zone: Zone,
    },
    /// From an instant until another; without the one since ever, without the other for ever.
    Absolute {
        from: Option<Timestamp>,
        until: Option<Timestamp>,
    },
}

/// Reads one spec.
pub(super) fn import(text: &str) -> Result<Imported, String> {
    let raw: Raw = object(text)?;
    let uptime = raw.spec.as_deref().map(|spec| raw.spans(spec)).transpose()?;
    let downtime = raw.downtime.as_deref().map(|spec| raw.spans(spec)).transpose()?;
    if uptime.is_none() && downtime.is_none() {
        return Err(format!("`spec` is missing; {FORM}"));
    }
    let (up, down) = (uptime.unwrap_or_else(|| vec![Span::Always]), downtime.unwrap_or_default());
    let mut draft = Draft { manual: Some("enforce"), ..Draft::new(home(&[up.as_slice(), &down].concat())) };
    if up.iter().any(|span| matches!(span, Span::Always)) {
        draft.otherwise = Some("running");
    } else {
        for span in &up {
            let windows = windows(span, &mut draft);
            draft.run.extend(windows);
        }
    }
    for span in &down {
        let windows = windows(span, &mut draft);
        draft.stop.extend(windows);
    }
    draft.note("how many replicas there are does not carry over; `capacity` of a schedule says that for groups and services");
    Ok(draft.done(raw.name))
}

impl Raw {
    fn spans(&self, spec: &str) -> Result<Vec<Span>, String> {
        spec.split(',').map(str::trim).map(|text| self.span(text).map_err(|why| format!("`{text}`: {why}"))).collect()
    }

    fn span(&self, text: &str) -> Result<Span, String> {
        let folded = text.to_lowercase();
        match folded.as_str() {
            "always" | "true" => return Ok(Span::Always),
            "never" | "false" => return Ok(Span::Never),
            _ => {}
        }
        for (word, from) in [("from", true), ("until", false)] {
            if folded.starts_with(word) {
                let rest = text[word.len()..].trim();
                let at = instant(rest.strip_prefix('-').unwrap_or(rest).trim())?;
                return Ok(Span::Absolute { from: from.then_some(at), until: (!from).then_some(at) });
            }
        }
        absolute(text).map_or_else(|| self.weekly(text), Ok)
    }

    /// `Mon-Fri 07:30-20:30 Europe/Berlin`.
    fn weekly(&self, text: &str) -> Result<Span, String> {
        let mut words = text.split_whitespace().peekable();
        let days = match words.next_if(|word| word.starts_with(|c: char| c.is_ascii_alphabetic())) {
            Some(word) => weekdays(word)?,
            None => weekdays(self.default_weekframe.as_deref().ok_or("it names no weekdays, and there is no default_weekframe")?)?,
        };
        let (begin, end) = words.next().and_then(|word| word.split_once('-')).ok_or_else(|| FORM.to_owned())?;
        let (begin, end) = (time(begin)?, time(end)?);
        let place = words.next().or(self.default_timezone.as_deref()).ok_or("it names no zone, and there is no default_timezone")?;
        match words.next() {
            None => Ok(Span::Weekly { days, begin, end, zone: zone(place)? }),
            Some(_) => Err(FORM.to_owned()),
        }
    }
}

/// Two instants with a hyphen between them, which stands in them as well.
fn absolute(text: &str) -> Option<Span> {
    let hyphens = text.match_indices('-').map(|(at, _)| at);
    let halves = hyphens.map(|at| (text[..at].trim_end(), text[at + 1..].trim_start()));
    let both = { halves }.find_map(|(first, second)| Some((instant(first).ok()?, instant(second).ok()?)));
    both.map(|(from, until)| Span::Absolute { from: Some(from), until: Some(until) })
}

fn instant(text: &str) -> Result<Timestamp, String> {
    // What stands in brackets behind an instant is ours and no part of RFC 3339.
    let parsed = if text.contains('[') { None } else { text.parse().ok() };
    parsed.ok_or_else(|| format!("`{text}` is not an instant with its offset; {FORM}"))
}

fn weekdays(text: &str) -> Result<Mask, String> {
    let day = |name: &str| WEEKDAYS.iter().zip(1..).find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, number)| number);
    let ends = text.split_once('-').and_then(|(first, last)| Some((day(first)?, day(last)?)));
    ends.map(|(first, last)| Mask::range(first, last, 7)).ok_or_else(|| format!("`{text}` are no weekdays such as `Mon-Fri`"))
}

/// `07:30`, up to `24:59`, which is as `24:00`.
fn time(text: &str) -> Result<u16, String> {
    let parsed = text.split_once(':').and_then(|(hour, minute)| {
        let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        let (hours, minutes): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        (digits(hour) && digits(minute) && hours <= 24 && minutes < 60).then_some((hours * 60 + minutes).min(DAY))
    });
    parsed.ok_or_else(|| format!("`{text}` is not a time from 00:00 to 24:00; {FORM}"))
}

/// The zone of the first span that has one.
fn home(spans: &[Span]) -> String {
    let named = spans.iter().find_map(|span| if let Span::Weekly { zone, .. } = span { Some(zone.name()) } else { None });
    named.unwrap_or("UTC").to_owned()
}

/// The windows of a span.
fn windows(span: &Span, draft: &mut Draft) -> Vec<String> {
    match span {
        Span::Always => vec!["daily 00:00-24:00".to_owned()],
        Span::Never => Vec::new(),
        Span::Weekly { days, begin, end, zone } => weekly(*days, *begin, *end, zone, draft),
        Span::Absolute { from, until } => absolute_windows(*from, *until, draft),
    }
}

fn weekly(days: Mask, begin: u16, end: u16, zone: &Zone, draft: &mut Draft) -> Vec<String> {
    let parts = if begin > end { vec![(0, end), (begin, DAY)] } else { vec![(begin, end)] };
    if begin > end {
        draft.note(
            "a span over midnight counts each half by its own weekday, as GoKubeDownscaler does; the Python kube-downscaler never meets it",
        );
    }
    if begin == end {
        draft.note("a span that ends when it begins is never met");
    }
    if goes_back_over(zone.tz(), &[0, begin, end]) {
        draft.note(format!(
            "in the hour that {} has twice when clocks go back, kube-downscaler judges the wall clock; here a window is one run, \
             from the first time of its begin to the last of its end",
            zone.name()
        ));
    }
    let own = if zone.name() == draft.timezone { String::new() } else { format!(" {}", zone.name()) };
    let conditions = if days.is_full(7) { Vec::new() } else { vec![Condition::Weekdays { days, nth: BTreeSet::new() }] };
    let parts = parts.into_iter().filter(|(begin, end)| begin < end);
    parts.map(|(begin, end)| format!("{}{own}", window(&conditions, begin, end))).collect()
}

/// Windows are of whole minutes: a span is widened to them.
fn absolute_windows(from: Option<Timestamp>, until: Option<Timestamp>, draft: &mut Draft) -> Vec<String> {
    if from.zip(until).is_some_and(|(from, until)| from >= until) {
        draft.note("a span that ends before it begins is never met");
        return Vec::new();
    }
    if from.into_iter().chain(until).any(|at| !is_whole(at)) {
        draft.note("windows have no seconds: a span with seconds is widened to whole minutes");
    }
    let minute = |at: Timestamp| at.as_second().div_euclid(60);
    let local = |minute: i64| TimeZone::UTC.to_datetime(Timestamp::from_second(minute * 60).unwrap_or(Timestamp::UNIX_EPOCH));
    let last = until.map(|at| minute(at) + i64::from(!is_whole(at)));
    let own = if draft.timezone == "UTC" { "" } else { " UTC" };
    dated(from.map(minute).map(local), last.map(local)).into_iter().map(|window| format!("{window}{own}")).collect()
}

fn is_whole(at: Timestamp) -> bool {
    at.as_second().rem_euclid(60) == 0 && at.subsec_nanosecond() == 0
}
