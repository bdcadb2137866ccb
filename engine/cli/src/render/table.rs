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
    whole: bool,
}

impl Cell {
    /// Plain text.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self::painted(Accent::Plain, text)
    }

    /// Text with a meaning.
    pub(crate) fn painted(accent: Accent, text: impl Into<String>) -> Self {
        Self { text: one_line(&text.into()), accent, whole: false }
    }

    /// The same, never cut: an id or ARN, which people copy. Where its column has no room for it, the rest of its row goes below.
    #[cfg_attr(not(feature = "rules"), allow(dead_code, reason = "only advice shows ids of whatever an account holds"))]
    pub(crate) fn whole(self) -> Self {
        Self { whole: true, ..self }
    }

    /// Whether it takes no part in how wide its column is, when room is short.
    fn stands_out(&self, width: usize) -> bool {
        self.whole && self.text.width() > width / 2
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

    /// Width of each column but the last of its row. Where they do not fit, the widest gives way; of cells that are never cut only
    /// the longest do, each by breaking its own row.
    fn widths(&self, width: usize) -> Vec<usize> {
        let any = self.columns(|_| true);
        if self.used(&any) + NARROW <= width || !self.cells().flatten().any(|cell| cell.stands_out(width)) {
            return self.narrowed(any, width);
        }
        self.narrowed(self.columns(|cell| !cell.stands_out(width)), width)
    }

    fn cells(&self) -> impl Iterator<Item = &[Cell]> {
        self.rows.iter().filter_map(|row| if let Row::Cells(cells) = row { Some(cells.as_slice()) } else { None })
    }

    /// The widest of those cells in each column, that which ends its row left out.
    fn columns(&self, counts: impl Fn(&Cell) -> bool) -> Vec<usize> {
        let mut widths: Vec<usize> = Vec::new();
        for cells in self.cells() {
            let fixed = cells.len().saturating_sub(1);
            widths.resize(widths.len().max(fixed), 0);
            for (column, cell) in widths.iter_mut().zip(&cells[..fixed]).filter(|(_, cell)| counts(cell)) {
                *column = (*column).max(cell.text.width());
            }
        }
        widths
    }

    /// Where the column behind these begins.
    fn used(&self, widths: &[usize]) -> usize {
        self.indent + widths.iter().filter(|width| **width > 0).map(|width| width + GAP).sum::<usize>()
    }

    fn narrowed(&self, mut widths: Vec<usize>, width: usize) -> Vec<usize> {
        let mut floors = self.columns(|cell| cell.whole && !cell.stands_out(width));
        floors.iter_mut().for_each(|floor| *floor = (*floor).max(NARROWEST));
        loop {
            let over = self.used(&widths).saturating_sub(width + GAP);
            let cuttable = widths.iter_mut().zip(&floors).filter(|(width, floor)| **width > **floor);
            match cuttable.max_by_key(|(width, _)| **width) {
                Some((widest, floor)) if over > 0 => *widest -= over.min(*widest - floor),
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
        let mut out = String::new();
        let mut line = " ".repeat(self.indent);
        let mut column = self.indent;
        for (cell, &width) in fixed.iter().zip(widths) {
            let broken = cell.whole && cell.text.width() > width;
            if broken && column > self.below() && column + cell.text.width() > style.width {
                out.push_str(&format!("{}\n", line.trim_end()));
                line = " ".repeat(self.below());
            }
            let text = if broken { cell.text.clone() } else { truncate_middle(&cell.text, width) };
            line.push_str(&style.paint(cell.accent, &text));
            // A column in which no row says anything takes no room.
            let gap = if width == 0 { 0 } else { GAP };
            column += width + gap;
            if broken {
                out.push_str(&format!("{line}\n"));
                line = " ".repeat(column);
            } else {
                line.push_str(&" ".repeat(width.saturating_sub(text.width()) + gap));
            }
        }
        if !(last.text.is_empty() && line.trim().is_empty() && !out.is_empty()) {
            out.push_str(&self.ended(last, line, column, style));
        }
        out
    }

    /// Where what has no room in its row goes.
    const fn below(&self) -> usize {
        self.indent + 4
    }

    /// The end of a row of which `line` is written up to `column`.
    fn ended(&self, last: &Cell, mut line: String, column: usize, style: &Style) -> String {
        if last.text.is_empty() {
            return format!("{}\n", line.trim_end());
        }
        let mut out = String::new();
        let room = style.width.saturating_sub(column);
        let mut start = column;
        if room < NARROW && column > self.indent && last.text.width() > room {
            start = self.below();
            if !line.trim().is_empty() {
                out.push_str(&format!("{}\n", line.trim_end()));
            }
            line = " ".repeat(start);
        }
        for text in wrap(&last.text, style.width.saturating_sub(start)) {
            out.push_str(&format!("{line}{}\n", style.paint(last.accent, &text)));
            line = " ".repeat(start);
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
    fn what_is_never_cut_breaks_its_own_row_and_no_other() {
        let arn = "arn:aws:iam::123456789012:role/service-role/nightly-export-of-grades";
        let mut table = Table::indented(2);
        let mut row = |name: &str, id: &str| table.row(vec![Cell::new(name), Cell::new(id).whole(), Cell::new("trusts everybody")]);
        row("a name that is longer than what there is room for", "i-0123456789abcdef0");
        row("short", arn);
        row("", "i-1");
        let expected = format!(
            "  a name that is lon… there is room for  i-0123456789abcdef0\n      trusts everybody\n  short\n      {arn}\n      trusts everybody\n\
             {:41}i-1\n      trusts everybody\n",
            ""
        );
        assert_eq!(table.render(&STYLE), expected);
        let wide = Style { width: 200, ..STYLE };
        let aligned = table.render(&wide);
        assert_eq!(aligned.lines().count(), 3, "where there is room columns line up: {aligned}");
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
