//! What an edit changes: lines of the file, and hours of the coming week.

use jiff::{SignedDuration, Timestamp};
use muster_core::fleet::Fleet;
use muster_core::schedule::{Context, Schedule, Stretch, WantedState};

use super::hours;
use super::list::state_word;
use crate::render::style::{Accent, Style};
use crate::render::table::{Cell, Table};

/// How far ahead a change is shown.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The lines that differ, with the number of the first.
pub(crate) fn diff(file: &str, old: &str, new: &str, style: &Style) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let head = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let tail = before[head..].iter().rev().zip(after[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let mut out = format!("{}\n", style.paint(Accent::Name, &format!("{file}:{}", head + 1)));
    for (lines, sign, accent) in [(&before, "-", Accent::Destroy), (&after, "+", Accent::Create)] {
        for line in &lines[head..lines.len() - tail] {
            out.push_str(&format!("{}\n", style.paint(accent, &format!("{sign} {}", shown(line)))));
        }
    }
    out
}

/// Control characters of the file do not reach the terminal.
fn shown(line: &str) -> String {
    line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim_end().to_owned()
}

/// A stretch in which two schedules want different things.
struct Differs {
    stretch: Stretch,
    old: WantedState,
    new: WantedState,
}

/// What is wanted otherwise in the seven days after `now`.
pub(crate) fn week(old: (&Schedule, &Fleet), new: (&Schedule, &Fleet), now: Timestamp, style: &Style) -> String {
    let end = now.saturating_add(WEEK).unwrap_or(Timestamp::MAX);
    let states =
        |(schedule, fleet): (&Schedule, &Fleet)| schedule.states(now, end, &Context { calendars: &fleet.calendars, overrides: &[] });
    let (before, after) = (states(old), states(new));
    let zone = &new.0.timezone;
    let mut table = Table::indented(2);
    for Differs { stretch, old, new } in differences(&before, &after) {
        let change = format!("{} → {}", state_word(old), state_word(new));
        let when = super::stretch(stretch, zone, now);
        table.row(vec![Cell::new(change), Cell::new(hours(stretch.length())), Cell::painted(Accent::Held, when)]);
    }
    let running = |states: &[(Stretch, WantedState)]| -> SignedDuration {
        states.iter().filter(|(_, state)| *state == WantedState::Running).map(|(stretch, _)| stretch.length()).sum()
    };
    let rows = table.render(style);
    if rows.is_empty() {
        return format!("the coming week stays as it was: {} on.\n", hours(running(&before)));
    }
    let (was, is) = (running(&before), running(&after));
    let instead = if was == is { ", as before".to_owned() } else { format!(" instead of {}", hours(was)) };
    format!("in the coming week\n{rows}{} on{instead}.\n", hours(is))
}

/// Where two rows of states differ; both begin and end at the same instants and have no hole.
fn differences(before: &[(Stretch, WantedState)], after: &[(Stretch, WantedState)]) -> Vec<Differs> {
    let mut out: Vec<Differs> = Vec::new();
    for (old_stretch, old) in before {
        for (new_stretch, new) in after {
            let stretch = Stretch { from: old_stretch.from.max(new_stretch.from), to: old_stretch.to.min(new_stretch.to) };
            if stretch.from >= stretch.to || old == new {
                continue;
            }
            match out.last_mut() {
                Some(last) if last.stretch.to == stretch.from && last.old == *old && last.new == *new => last.stretch.to = stretch.to,
                _ => out.push(Differs { stretch, old: *old, new: *new }),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_lines_between_are_shown() {
        let style = Style { color: false, unicode: true, width: 80 };
        let text = diff("fleet.yaml", "a\nb\nc\nd\n", "a\nx\ny\nd\n", &style);
        assert_eq!(text, "fleet.yaml:2\n- b\n- c\n+ x\n+ y\n");
        assert_eq!(diff("f", "a\n", "a\nb\n", &style), "f:2\n+ b\n");
    }

    #[test]
    fn differences_are_stretches_of_both() {
        let at = |hour: i64| Timestamp::from_second(hour * 3600).expect("instant");
        let stretch = |from, to| Stretch { from: at(from), to: at(to) };
        let (on, off) = (WantedState::Running, WantedState::Stopped);
        let before = [(stretch(0, 9), off), (stretch(9, 19), on), (stretch(19, 24), off)];
        let after = [(stretch(0, 10), off), (stretch(10, 21), on), (stretch(21, 24), off)];
        let found: Vec<_> = differences(&before, &after).into_iter().map(|one| (one.stretch, one.old, one.new)).collect();
        assert_eq!(found, [(stretch(9, 10), on, off), (stretch(19, 21), off, on)]);
    }
}
