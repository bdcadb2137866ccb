//! Windows that never begin, are swallowed, hide each other or are a minute short.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{Code, LINT_AHEAD, Lint};
use crate::schedule::clocks::Clocks;
use crate::schedule::decide::{Context, HORIZON, Rank};
use crate::schedule::instants::{Frame, Stretch, dates, shifted};
use crate::schedule::model::Schedule;
use crate::schedule::window::{DAY, TimeSpan, Window};
use crate::span::{At, Span};

pub(super) fn lint(schedule: &Schedule, frame: &Frame<'_>, now: Timestamp) -> Vec<Lint> {
    let mut found = Vec::new();
    let mut above: Vec<Stretch> = Vec::new();
    for (rank, _, windows) in schedule.ranked() {
        let alive: Vec<&At<Window>> = windows.iter().filter(|window| !never_fires(window, frame, now)).collect();
        found.extend(windows.iter().filter(|window| never_fires(window, frame, now)).map(dead));
        found.extend(alive.iter().flat_map(|window| alone(window, frame, now)));
        let stretches: Vec<Vec<Stretch>> = alive.iter().map(|window| ahead(window, frame, now, LINT_AHEAD)).collect();
        found.extend(hidden(rank, &alive, &stretches, &above));
        above.extend(stretches.into_iter().flatten());
    }
    found
}

/// Findings about a window that need no other.
fn alone(window: &At<Window>, frame: &Frame<'_>, now: Timestamp) -> Vec<Lint> {
    [minute_before_midnight(window), begin_is_end(window), empty_on_clock_change(window, frame, now)].into_iter().flatten().collect()
}

fn finding(code: Code, window: &At<Window>, message: String, help: &str) -> Lint {
    Lint { code, message, help: help.to_owned(), span: window.span.clone(), schedules: Vec::new() }
}

/// The stretches of a window that have not ended before `now`.
pub(super) fn ahead(window: &Window, frame: &Frame<'_>, now: Timestamp, by: SignedDuration) -> Vec<Stretch> {
    let to = now.saturating_add(by).unwrap_or(Timestamp::MAX);
    window.stretches(frame, now, to).filter(|stretch| stretch.to > now).collect()
}

fn never_fires(window: &Window, frame: &Frame<'_>, now: Timestamp) -> bool {
    let to = now.saturating_add(HORIZON).unwrap_or(Timestamp::MAX);
    !window.stretches(frame, now, to).any(|stretch| stretch.to > now)
}

fn dead(window: &At<Window>) -> Lint {
    let message = format!("`{}` never begins in the next four years", window.value);
    finding(Code::NeverFires, window, message, "its dates are over or its conditions never hold together; take it out or widen it")
}

fn minute_before_midnight(window: &At<Window>) -> Option<Lint> {
    if !matches!(window.span(), TimeSpan::Clock { .. } | TimeSpan::Week { .. }) || window.span().end() % DAY != DAY - 1 {
        return None;
    }
    let message = format!("`{}` ends at 23:59, a minute before midnight", window.value);
    let help = "the end does not belong to a window: write `24:00`, or one window over midnight such as `20:00-06:00`";
    Some(finding(Code::MinuteBeforeMidnight, window, message, help))
}

fn begin_is_end(window: &At<Window>) -> Option<Lint> {
    let (same, lasts) = match window.span() {
        TimeSpan::Clock { begin, end } => (begin == end, "24 hours"),
        TimeSpan::Week { from, begin, to, end } => (from == to && begin == end, "a week"),
        TimeSpan::Lasting { .. } => (false, ""),
    };
    let help = "write `00:00-24:00` for whole days; an end that is not after the begin is the next day's, or the next week's";
    same.then(|| finding(Code::BeginIsEnd, window, format!("`{}` ends where it begins, so it lasts {lasts}", window.value), help))
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
    let empty = |date: &jiff::civil::Date| window.begins_on(*date, frame) && window.stretch(&mut clocks, *date).is_none();
    let date = { near }.find(empty)?;
    let message = format!("`{}` is empty on {date}: clocks skip it", window.value);
    let help = "a time that clocks skip moves to the first instant after; let it begin or end outside the skipped hour";
    Some(finding(Code::EmptyOnClockChange, window, message, help))
}

/// Windows that other windows cover always: of higher keys, or of their own. Of two that cover each other the later is said.
fn hidden(rank: Rank, windows: &[&At<Window>], stretches: &[Vec<Stretch>], above: &[Stretch]) -> Vec<Lint> {
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    let mut found = Vec::new();
    for at in (0..windows.len()).rev() {
        let beside = (0..windows.len()).filter(|other| *other != at && !gone.contains(other)).flat_map(|other| &stretches[other]);
        let by_above = covers(above.iter().copied(), &stretches[at]);
        if !by_above && !covers(above.iter().chain(beside).copied(), &stretches[at]) {
            continue;
        }
        gone.insert(at);
        found.push(covered(rank, windows[at], by_above));
    }
    found.reverse();
    found
}

fn covered(rank: Rank, window: &At<Window>, by_above: bool) -> Lint {
    if by_above {
        let message = format!("`{}` never decides: windows of higher precedence cover it", window.value);
        let help = "`stop` comes before `run`, `run` before `leave`; narrow the window above or take this one out";
        return finding(Code::Hidden, window, message, help);
    }
    let message = format!("`{}` adds nothing: the other windows of `{}` cover it", window.value, rank.word());
    finding(
        Code::Hidden,
        window,
        message,
        "windows of one key are united, and none of them ends another; take it out, or say `stop` for what is off",
    )
}

/// Whether every stretch lies within the union of others.
fn covers(others: impl Iterator<Item = Stretch>, stretches: &[Stretch]) -> bool {
    let cover = united(others.collect());
    let covered = |stretch: &Stretch| {
        let before = cover.partition_point(|other| other.from <= stretch.from);
        before.checked_sub(1).is_some_and(|i| stretch.to <= cover[i].to)
    };
    !stretches.is_empty() && stretches.iter().all(covered)
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

/// Entries of `except` whose days all belong to entries before them.
pub(super) fn hidden_exceptions(schedule: &Schedule, ctx: &Context<'_>) -> Vec<Lint> {
    let days = |at: usize| ctx.calendars.get(&schedule.except[at].calendar).map(|calendar| &calendar.days);
    let is_hidden = |at: &usize| {
        days(*at).is_some_and(|own| {
            !own.is_empty() && own.iter().all(|day| (0..*at).any(|before| days(before).is_some_and(|d| d.contains(day))))
        })
    };
    let said = |at: usize| {
        let span: Span = schedule.except[at].span.clone();
        let message = format!("except `{}` never decides: entries before it have all its days", schedule.except[at].calendar);
        Lint {
            code: Code::Hidden,
            message,
            help: "the first entry that has the day counts; move it up or take it out".to_owned(),
            span,
            schedules: Vec::new(),
        }
    };
    (1..schedule.except.len()).filter(is_hidden).map(said).collect()
}
