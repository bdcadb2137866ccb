//! A week as bars on the local clock.

use jiff::tz::TimeZone;
use muster_core::schedule::{Bar, WantedState, Week, WeekDay};
use unicode_width::UnicodeWidthStr as _;

use super::{clocks, hours};
use crate::render::style::{Accent, Style};
use crate::render::table::wrap;

/// Columns before the bars: `Mon 23  `.
const LABEL: usize = 8;
/// Columns that the text beside the bars wants.
const BESIDE: usize = 24;
const HOURS: usize = 24;

/// How many columns an hour has, and at which hours the scale has a figure.
#[derive(Clone, Copy)]
struct Scale {
    per_hour: usize,
    every: usize,
}

impl Scale {
    fn of(width: usize) -> Self {
        match width.saturating_sub(LABEL + BESIDE) / HOURS {
            4.. => Self { per_hour: 4, every: 3 },
            2..=3 => Self { per_hour: 2, every: 3 },
            _ => Self { per_hour: 1, every: 6 },
        }
    }

    const fn columns(self) -> usize {
        HOURS * self.per_hour
    }

    fn minutes(self) -> usize {
        60 / self.per_hour
    }

    /// `00    03    06`.
    fn figures(self) -> String {
        let wide = self.every * self.per_hour;
        (0..=HOURS).step_by(self.every).map(|hour| format!("{hour:02}{}", " ".repeat(wide - 2))).collect::<String>().trim_end().to_owned()
    }
}

/// The chart, each line ended.
pub(super) fn chart(week: &Week, style: &Style) -> String {
    let scale = Scale::of(style.width);
    let figures = scale.figures();
    let gap = " ".repeat((scale.columns() + 3).saturating_sub(figures.width()).max(1));
    let mut out = format!("{}{figures}{gap}{}\n", " ".repeat(LABEL), style.paint(Accent::Held, week.zone.name()));
    let mut last_utc = String::new();
    for day in &week.days {
        let utc = utc(day);
        let said = if utc == last_utc { "" } else { utc.as_str() };
        out.push_str(&row(day, said, scale, style));
        last_utc = utc;
    }
    out
}

fn row(day: &WeekDay, utc: &str, scale: Scale, style: &Style) -> String {
    let label = day.date.strftime("%a %d").to_string();
    let said = day.exception.clone().unwrap_or_default();
    let idle = day.bars.iter().all(|bar| bar.state == WantedState::Stopped);
    let (bars, note) = if idle && said.width() <= scale.columns() && !said.is_empty() {
        (format!("{}{}", style.paint(Accent::Held, &said), " ".repeat(scale.columns() - said.width())), String::new())
    } else {
        (painted(&cells(&day.bars, scale), style), said)
    };
    let beside = beside(day, &note, utc);
    let line = format!("{label:<LABEL$}{bars}");
    let room = style.width.saturating_sub(LABEL + scale.columns() + 2);
    if beside.is_empty() {
        return format!("{}\n", line.trim_end());
    }
    if beside.width() <= room {
        return format!("{line}  {beside}\n");
    }
    below(&line, &beside, room, style)
}

/// What does not fit beside the bars: as much of it as fits, the rest below them.
fn below(line: &str, beside: &str, room: usize, style: &Style) -> String {
    let (first, rest) = beside.split_once("   ").unwrap_or(("", beside));
    let first = if first.width() <= room { first } else { "" };
    let rest = if first.is_empty() { beside } else { rest };
    let mut out = format!("{}\n", format!("{line}  {first}").trim_end());
    for text in wrap(rest.trim(), style.width.saturating_sub(LABEL)) {
        out.push_str(&format!("{}{}\n", " ".repeat(LABEL), style.paint(Accent::Held, &text)));
    }
    out
}

/// `10 h   day of 23 h   00:00-10:00 UTC`; nothing for a day on which nothing runs and that is like any other.
fn beside(day: &WeekDay, note: &str, utc: &str) -> String {
    let running = day.running();
    let mut parts = Vec::new();
    parts.extend((!running.is_zero()).then(|| hours(running)));
    parts.extend((day.stretch.length().as_mins() != 24 * 60).then(|| format!("day of {}", hours(day.stretch.length()))));
    parts.extend((!note.is_empty()).then(|| note.to_owned()));
    parts.extend((!utc.is_empty()).then(|| format!("{utc} UTC")));
    parts.join("   ")
}

/// When it runs, on the clock of UTC.
fn utc(day: &WeekDay) -> String {
    let running = day.bars.iter().filter(|bar| bar.state == WantedState::Running);
    running.map(|bar| clocks(bar.stretch, &TimeZone::UTC)).collect::<Vec<_>>().join(", ")
}

fn cells(bars: &[Bar], scale: Scale) -> Vec<char> {
    (0..scale.columns()).map(|column| cell(bars, column * scale.minutes(), scale.minutes())).collect()
}

/// A run is seen however short it is; leaving alone only where it fills most of a column.
fn cell(bars: &[Bar], begin: usize, minutes: usize) -> char {
    let half = minutes.div_ceil(2);
    let of = |state: WantedState, from: usize, to: usize| -> usize {
        let within = |bar: &&Bar| bar.state == state;
        bars.iter().filter(within).map(|bar| usize::from(bar.end).min(to).saturating_sub(usize::from(bar.begin).max(from))).sum()
    };
    let (left, right) = (of(WantedState::Running, begin, begin + half), of(WantedState::Running, begin + half, begin + minutes));
    match (left, right) {
        (0, 0) if of(WantedState::Leave, begin, begin + minutes) >= half => '░',
        (0, 0) => ' ',
        (_, 0) => '▌',
        (0, _) => '▐',
        _ => '█',
    }
}

/// Stretches of one kind in their colour.
fn painted(cells: &[char], style: &Style) -> String {
    let kind = |cell: char| match cell {
        ' ' => Accent::Plain,
        '░' => Accent::Held,
        _ => Accent::Create,
    };
    cells.chunk_by(|a, b| kind(*a) == kind(*b)).map(|run| style.paint(kind(run[0]), &run.iter().collect::<String>())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_core::schedule::Stretch;

    fn bar(begin: u16, end: u16, state: WantedState) -> Bar {
        let instant = |minutes: u16| jiff::Timestamp::from_second(i64::from(minutes) * 60).expect("instant");
        Bar { state, stretch: Stretch { from: instant(begin), to: instant(end) }, begin, end }
    }

    fn drawn(bars: &[Bar], per_hour: usize) -> String {
        cells(bars, Scale { per_hour, every: 3 }).into_iter().collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn bars_are_drawn_to_half_a_column_and_short_ones_are_seen() {
        let office = [bar(0, 525, WantedState::Stopped), bar(525, 610, WantedState::Running), bar(610, 1440, WantedState::Stopped)];
        assert_eq!(drawn(&office, 2), format!("{}▐██▌", " ".repeat(17)));
        let brief = [bar(0, 61, WantedState::Stopped), bar(61, 63, WantedState::Running), bar(63, 1440, WantedState::Leave)];
        assert_eq!(drawn(&brief, 1), format!(" ▌{}", "░".repeat(22)));
    }

    #[test]
    fn the_scale_follows_the_width() {
        assert_eq!(Scale::of(100).figures(), "00    03    06    09    12    15    18    21    24");
        assert_eq!(Scale::of(60).figures(), "00    06    12    18    24");
        assert_eq!((Scale::of(60).columns(), Scale::of(100).columns(), Scale::of(200).columns()), (24, 48, 96));
    }
}
