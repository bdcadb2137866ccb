//! Columns that fit the width, whatever script the names are in.

use muster_core::text::steers;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::style::{Accent, Style};

/// Columns between two cells.
const GAP: usize = 2;
/// A last column narrower than this goes below its row instead.
const NARROW: usize = 24;
/// No column is cut to less than this.
const NARROWEST: usize = 8;

/// A piece of a row.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    accent: Accent,
}

impl Cell {
    /// Plain text.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self::painted(Accent::Plain, text)
    }

    /// Text with a meaning.
    pub(crate) fn painted(accent: Accent, text: impl Into<String>) -> Self {
        Self { text: one_line(&text.into()), accent }
    }
}

/// Text that came from outside, on one line: what could move the cursor or turn the direction of writing is a blank.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if steers(c) { ' ' } else { c }).collect()
}

#[derive(Debug)]
enum Row {
    Cells(Vec<Cell>),
    Heading(String, String),
    Blank,
}

/// Rows whose columns line up. The last cell of a row takes what is left of the width and wraps.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
    indent: usize,
}

impl Table {
    /// A table that begins at a column.
    pub(crate) fn indented(indent: usize) -> Self {
        Self { rows: Vec::new(), indent }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(Row::Cells(cells));
    }

    /// Adds a line with something on the left and something at the right edge.
    pub(crate) fn heading(&mut self, left: impl Into<String>, right: impl Into<String>) {
        self.rows.push(Row::Heading(one_line(&left.into()), right.into()));
    }

    /// Adds an empty line.
    pub(crate) fn blank(&mut self) {
        self.rows.push(Row::Blank);
    }

    /// The text, each line ended.
    pub(crate) fn render(&self, style: &Style) -> String {
        let widths = self.widths(style.width);
        let mut out = String::new();
        for row in &self.rows {
            match row {
                Row::Blank => out.push('\n'),
                Row::Heading(left, right) => out.push_str(&self.heading_line(left, right, style)),
                Row::Cells(cells) => out.push_str(&self.lines(cells, &widths, style)),
            }
        }
        out
    }

    /// Width of each column but the last of its row. Where they do not fit, the widest gives way.
    fn widths(&self, width: usize) -> Vec<usize> {
        let mut widths: Vec<usize> = Vec::new();
        for row in &self.rows {
            let Row::Cells(cells) = row else { continue };
            for (at, cell) in cells.iter().enumerate().take(cells.len().saturating_sub(1)) {
                if widths.len() <= at {
                    widths.push(0);
                }
                widths[at] = widths[at].max(cell.text.width());
            }
        }
        self.narrowed(widths, width)
    }

    fn narrowed(&self, mut widths: Vec<usize>, width: usize) -> Vec<usize> {
        loop {
            let used: usize = widths.iter().filter(|width| **width > 0).map(|width| width + GAP).sum();
            let over = (self.indent + used).saturating_sub(width + GAP);
            let widest = widths.iter_mut().max();
            match widest {
                Some(widest) if over > 0 && *widest > NARROWEST => *widest -= over.min(*widest - NARROWEST),
                _ => return widths,
            }
        }
    }

    fn heading_line(&self, left: &str, right: &str, style: &Style) -> String {
        let used = self.indent + left.width() + right.width();
        let gap = style.width.saturating_sub(used).max(1);
        let right = if right.is_empty() { String::new() } else { format!("{}{}", " ".repeat(gap), style.paint(Accent::Held, right)) };
        format!("{}{}{right}\n", " ".repeat(self.indent), style.paint(Accent::Name, left))
    }

    fn lines(&self, cells: &[Cell], widths: &[usize], style: &Style) -> String {
        let Some((last, fixed)) = cells.split_last() else { return "\n".to_owned() };
        let mut line = " ".repeat(self.indent);
        let mut column = self.indent;
        for (cell, &width) in fixed.iter().zip(widths) {
            let text = truncate_middle(&cell.text, width);
            line.push_str(&style.paint(cell.accent, &text));
            // A column in which no row says anything takes no room.
            let gap = if width == 0 { 0 } else { GAP };
            line.push_str(&" ".repeat(width.saturating_sub(text.width()) + gap));
            column += width + gap;
        }
        if last.text.is_empty() {
            return format!("{}\n", line.trim_end());
        }
        if style.width.saturating_sub(column) < NARROW && column > self.indent && last.text.width() > style.width.saturating_sub(column) {
            let below = self.indent + 4;
            let mut out = format!("{}\n", line.trim_end());
            for text in wrap(&last.text, style.width.saturating_sub(below)) {
                out.push_str(&format!("{}{}\n", " ".repeat(below), style.paint(last.accent, &text)));
            }
            return out;
        }
        let wrapped = wrap(&last.text, style.width.saturating_sub(column));
        let mut out = String::new();
        for (at, text) in wrapped.iter().enumerate() {
            let start = if at == 0 { std::mem::take(&mut line) } else { " ".repeat(column) };
            out.push_str(&format!("{start}{}\n", style.paint(last.accent, text)));
        }
        out
    }
}

/// Breaks text at blanks so that no line is wider than `width`; a longer word stands alone.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if line.is_empty() {
            word.clone_into(&mut line);
        } else if line.width() + 1 + word.width() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(std::mem::replace(&mut line, word.to_owned()));
        }
    }
    lines.push(line);
    lines
}

/// Text cut in the middle to a width, both ends kept.
pub(crate) fn truncate_middle(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(1);
    let head = take_width(text.chars(), room - room / 2);
    let tail: String = take_width(text.chars().rev(), room / 2).chars().rev().collect();
    format!("{head}…{tail}")
}

fn take_width(chars: impl Iterator<Item = char>, width: usize) -> String {
    let mut used = 0;
    chars
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= width
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style { color: false, unicode: true, width: 60 };

    #[test]
    fn wide_characters_count_as_two_columns() {
        let mut table = Table::indented(2);
        table.row(vec![Cell::new("user/김철수"), Cell::new("running")]);
        table.row(vec![Cell::new("user/alice1"), Cell::new("stopped")]);
        let text = table.render(&STYLE);
        assert_eq!(text, "  user/김철수  running\n  user/alice1  stopped\n");
    }

    #[test]
    fn the_last_column_wraps_under_itself() {
        let mut table = Table::indented(2);
        table.row(vec![Cell::new("held"), Cell::new("a long reason that does not fit on one line of this width at all")]);
        let text = table.render(&STYLE);
        assert!(text.lines().all(|line| line.width() <= 60), "{text}");
        assert!(text.lines().nth(1).expect("second line").starts_with("        "), "{text}");
    }

    #[test]
    fn a_narrow_last_column_goes_below() {
        let mut table = Table::indented(0);
        table.row(vec![Cell::new("x".repeat(30)), Cell::new("y".repeat(20)), Cell::new("why this is held back, in some words")]);
        let text = table.render(&STYLE);
        assert_eq!(text.lines().nth(1), Some("    why this is held back, in some words"));
    }

    #[test]
    fn headings_put_the_place_at_the_right_edge() {
        let mut table = Table::indented(2);
        table.heading("user/alice", "fleet.yaml:31");
        assert_eq!(table.render(&STYLE).trim_end().width(), 60);
    }

    #[test]
    fn long_names_lose_their_middle() {
        assert_eq!(truncate_middle("abcdefghij", 5), "ab…ij");
        assert_eq!(truncate_middle("김철수이영희", 5), "김…희");
        assert_eq!(truncate_middle("short", 5), "short");
    }

    #[test]
    fn text_from_outside_cannot_move_the_cursor() {
        let mut table = Table::default();
        table.row(vec![Cell::new("a\u{1b}[2J\nb\u{202e}c\u{200b}d")]);
        assert_eq!(table.render(&STYLE), "a [2J b c d\n");
    }
}
