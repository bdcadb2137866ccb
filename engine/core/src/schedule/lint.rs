//! What is allowed in a schedule and is most likely not meant.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::clocks::Clocks;
use super::decide::{Context, HORIZON};
use super::instants::{Frame, Stretch, dates, shifted};
use super::model::Schedule;
use super::window::{DAY, TimeSpan, Window};
use super::zone::Zone;
use crate::span::{At, Span};

/// How far ahead windows are compared and clock changes are met: a year has each kind of both.
const LINT_AHEAD: SignedDuration = SignedDuration::from_hours(24 * 366);

/// One finding about a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// What is the matter.
    pub kind: LintKind,
    /// In words, one line.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// The window's place.
    pub span: Span,
}

/// What may be the matter with a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LintKind {
    /// No date in sight on which it begins.
    NeverFires,
    /// A clock change swallows it whole on this date.
    EmptyOnClockChange(Date),
    /// It ends at 23:59 and so leaves a minute before midnight.
    MinuteBeforeMidnight,
    /// Windows of higher precedence cover it always.
    Hidden,
}

impl Schedule {
    /// All findings about the windows of this schedule, as they are from `now` on.
    #[must_use]
    pub fn lint(&self, now: Timestamp, ctx: &Context<'_>) -> Vec<Lint> {
        let Ok(zone) = Zone::find(&self.timezone) else { return Vec::new() };
        let frame = self.frame(&zone, ctx);
        let keys = [self.stop.as_slice(), &self.run, &self.leave];
        let higher = |key: usize| keys[..key].concat();
        let of_key = |(key, windows): (usize, &&[At<Window>])| {
            let above = higher(key);
            windows.iter().flat_map(|window| lint_window(window, &above, &frame, now)).collect::<Vec<_>>()
        };
        keys.iter().enumerate().flat_map(of_key).collect()
    }
}

fn lint_window(window: &At<Window>, above: &[At<Window>], frame: &Frame<'_>, now: Timestamp) -> Vec<Lint> {
    if let Some(finding) = never_fires(window, frame, now) {
        return vec![finding];
    }
    [minute_before_midnight(window), empty_on_clock_change(window, frame, now), hidden(window, above, frame, now)]
        .into_iter()
        .flatten()
        .collect()
}

fn finding(kind: LintKind, window: &At<Window>, message: String, help: &str) -> Option<Lint> {
    Some(Lint { kind, message, help: help.to_owned(), span: window.span.clone() })
}

/// The stretches of a window that have not ended before `now`.
fn ahead(window: &Window, frame: &Frame<'_>, now: Timestamp, by: SignedDuration) -> Vec<Stretch> {
    let to = now.saturating_add(by).unwrap_or(Timestamp::MAX);
    window.stretches(frame, now, to).filter(|stretch| stretch.to > now).collect()
}

fn never_fires(window: &At<Window>, frame: &Frame<'_>, now: Timestamp) -> Option<Lint> {
    let to = now.saturating_add(HORIZON).unwrap_or(Timestamp::MAX);
    if window.stretches(frame, now, to).any(|stretch| stretch.to > now) {
        return None;
    }
    let message = format!("`{}` never begins in the next four years", window.value);
    finding(LintKind::NeverFires, window, message, "its dates are over or its conditions never hold together; take it out or widen it")
}

fn minute_before_midnight(window: &At<Window>) -> Option<Lint> {
    if !matches!(window.span(), TimeSpan::Clock { .. } | TimeSpan::Week { .. }) || window.span().end() % DAY != DAY - 1 {
        return None;
    }
    let message = format!("`{}` ends at 23:59, a minute before midnight", window.value);
    finding(
        LintKind::MinuteBeforeMidnight,
        window,
        message,
        "the end does not belong to a window: write `24:00`, or one window over midnight such as `20:00-06:00`",
    )
}

fn empty_on_clock_change(window: &At<Window>, frame: &Frame<'_>, now: Timestamp) -> Option<Lint> {
    let tz = window.zone().map_or(frame.tz, |zone| zone.tz());
    let until = now.saturating_add(LINT_AHEAD).unwrap_or(Timestamp::MAX);
    let changes = tz.following(now).map(|change| change.timestamp()).take_while(|at| *at <= until);
    let near = changes.flat_map(|at| {
        let date = tz.to_datetime(at).date();
        dates(shifted(date, -1), date)
    });
    let mut clocks = Clocks::new(tz);
    let empty = |date: &Date| window.begins_on(*date, frame) && window.stretch(&mut clocks, *date).is_none();
    let date = { near }.find(empty)?;
    let message = format!("`{}` is empty on {date}: clocks skip it", window.value);
    finding(
        LintKind::EmptyOnClockChange(date),
        window,
        message,
        "a time that clocks skip moves to the first instant after; let it begin or end outside the skipped hour",
    )
}

fn hidden(window: &At<Window>, above: &[At<Window>], frame: &Frame<'_>, now: Timestamp) -> Option<Lint> {
    let own = ahead(window, frame, now, LINT_AHEAD);
    let cover = united(above.iter().flat_map(|other| ahead(other, frame, now, LINT_AHEAD)).collect());
    let covered = |stretch: &Stretch| {
        let before = cover.partition_point(|other| other.from <= stretch.from.max(now));
        before.checked_sub(1).is_some_and(|i| stretch.to <= cover[i].to)
    };
    if own.is_empty() || !own.iter().all(covered) {
        return None;
    }
    let message = format!("`{}` never decides: windows of higher precedence cover it", window.value);
    finding(
        LintKind::Hidden,
        window,
        message,
        "`stop` comes before `run`, `run` before `leave`; narrow the window above or take this one out",
    )
}

/// The stretches in order, those that touch or overlap made one.
fn united(mut stretches: Vec<Stretch>) -> Vec<Stretch> {
    stretches.sort_unstable();
    let mut out: Vec<Stretch> = Vec::new();
    for stretch in stretches {
        match out.last_mut() {
            Some(last) if stretch.from <= last.to => last.to = last.to.max(stretch.to),
            _ => out.push(stretch),
        }
    }
    out
}
