//! `users: {from: students.csv}`: a spreadsheet's rows as users.

use std::ops::Range;
use std::sync::Arc;

use super::Resolver;
use super::users::Entry;
use crate::diag::Diagnostic;
use crate::fleet::KeySource;
use crate::fleet::decode::{Either, unknown};
use crate::fleet::leaf::{Leaf, RelPath};
use crate::fleet::raw::{RawUser, RawUserCommon};
use crate::fleet::suggest::did_you_mean;
use crate::name::Name;
use crate::span::{At, Span};
use crate::yaml::Scalar;

/// Columns of a roster.
const COLUMNS: [&str; 6] = ["name", "email", "public-key", "type", "schedule", "until"];

/// A cell: its text without quotes, and its bytes in the file.
struct Cell {
    text: String,
    range: Range<usize>,
}

/// One line of the file.
struct Row {
    line: u32,
    start: usize,
    cells: Vec<Cell>,
}

impl Resolver<'_> {
    /// The users of a roster, in its order.
    pub(super) fn roster(&mut self, path: &At<RelPath>) -> Vec<Entry> {
        let Some((file, text)) = self.text_file(path) else { return Vec::new() };
        let rows = self.rows(&file, &text);
        let mut rows = rows.into_iter();
        let Some(header) = rows.next() else {
            self.error(
                Diagnostic::error(format!("{file} is empty"), path.span.clone()).help(format!("its first line is `{}`", COLUMNS.join(","))),
            );
            return Vec::new();
        };
        let Some(columns) = self.columns(&file, &text, &header) else { return Vec::new() };
        rows.filter_map(|row| self.row(&Source { file: &file, text: &text }, &columns, &row)).collect()
    }

    fn rows(&mut self, file: &Arc<str>, text: &str) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut start = 0;
        for (line, number) in text.split('\n').zip(1_u32..) {
            let bare = line.strip_suffix('\r').unwrap_or(line);
            match cells(bare, start) {
                Ok(_) if bare.trim().is_empty() => {}
                Ok(cells) => rows.push(Row { line: number, start, cells }),
                Err(at) => {
                    let span = Source { file, text }.span(number, start, at..start + bare.len());
                    self.error(
                        Diagnostic::error("the quotes of this cell are not closed on its line", span)
                            .help("a `\"` inside of quotes is written twice"),
                    );
                }
            }
            start += line.len() + 1;
        }
        rows
    }

    /// Which column is what; a header that is not ours is refused whole.
    fn columns(&mut self, file: &Arc<str>, text: &str, header: &Row) -> Option<Vec<&'static str>> {
        let mut columns = Vec::new();
        for cell in &header.cells {
            let span = Source { file, text }.span(header.line, header.start, cell.range.clone());
            let word = cell.text.trim().to_lowercase();
            match COLUMNS.iter().find(|known| **known == word) {
                Some(column) if columns.contains(column) => {
                    self.error(Diagnostic::error(format!("the column `{column}` stands twice"), span))
                }
                Some(column) => columns.push(*column),
                None => {
                    let mut problem = Diagnostic::error(format!("unknown column `{}`", cell.text.trim()), span);
                    problem.label = did_you_mean(&word, COLUMNS);
                    self.error(problem.help(format!("columns of a roster: {}", COLUMNS.join(", "))));
                }
            }
        }
        if columns.len() != header.cells.len() {
            return None;
        }
        if !columns.contains(&"name") {
            let span = Source { file, text }.span(header.line, header.start, header.start..header.start);
            self.error(Diagnostic::error("a roster needs the column `name`", span));
            return None;
        }
        Some(columns)
    }

    fn row(&mut self, source: &Source<'_>, columns: &[&str], row: &Row) -> Option<Entry> {
        if row.cells.len() != columns.len() {
            let last = row.cells.last().map_or(row.start, |cell| cell.range.end);
            let span = source.span(row.line, row.start, row.start..last);
            self.error(
                Diagnostic::error(format!("{} cells, the header has {}", row.cells.len(), columns.len()), span)
                    .help("a cell with a comma stands in quotes"),
            );
            return None;
        }
        let mut entry = (None, None, RawUser::default());
        for (column, cell) in columns.iter().zip(&row.cells).filter(|(_, cell)| !cell.text.trim().is_empty()) {
            self.cell(&mut entry, column, cell, source.span(row.line, row.start, cell.range.clone()));
        }
        let (name, email, raw) = entry;
        let Some(name) = name else {
            if row.cells.iter().zip(columns).any(|(cell, column)| *column == "name" && cell.text.trim().is_empty()) {
                self.error(Diagnostic::error("this row has no name", source.span(row.line, row.start, row.start..row.start)));
            }
            return None;
        };
        self.roster_name(&name);
        Some(Entry { name, raw, email })
    }

    fn roster_name(&mut self, name: &At<Name>) {
        if matches!(name.as_str(), "defaults" | "from") {
            self.error(
                Diagnostic::error(format!("`{}` cannot be a user's name", name.value), name.span.clone())
                    .help("the word means something else under `users`"),
            );
        }
    }

    fn cell(&mut self, entry: &mut (Option<At<Name>>, Option<String>, RawUser), column: &str, cell: &Cell, span: Span) {
        let scalar = Scalar { text: cell.text.trim().to_owned(), quoted: true };
        let common: &mut RawUserCommon = &mut entry.2.common;
        match column {
            "name" => entry.0 = self.leaf("name", &scalar, span),
            "email" if scalar.text.contains('@') => entry.1 = Some(scalar.text),
            "email" => self.error(Diagnostic::error(format!("`{}` is no e-mail address", scalar.text), span)),
            "public-key" => common.key = self.leaf("public-key", &scalar, span).map(|key: At<KeySource>| key.map(Either::Word)),
            "type" => common.instance_type = self.leaf("type", &scalar, span),
            "schedule" => common.schedule = self.leaf("schedule", &scalar, span),
            "until" => entry.2.until = self.leaf("until", &scalar, span),
            _ => self.error(unknown("column", column, span, COLUMNS)),
        }
    }

    fn leaf<T: Leaf>(&mut self, column: &str, scalar: &Scalar, span: Span) -> Option<At<T>> {
        match T::read(scalar) {
            Ok(value) => Some(At::new(value, span)),
            Err(flaw) => {
                self.cx.flaw(column, scalar, &span, T::WANTED, flaw);
                None
            }
        }
    }
}

/// A CSV file: makes spans.
struct Source<'a> {
    file: &'a Arc<str>,
    text: &'a str,
}

impl Source<'_> {
    fn span(&self, line: u32, line_start: usize, range: Range<usize>) -> Span {
        let before = self.text.get(line_start..range.start).map_or(0, |text| text.chars().count());
        Span { file: self.file.clone(), start: range.start, end: range.end, line, column: u32::try_from(before + 1).unwrap_or(u32::MAX) }
    }
}

/// Splits a line at commas outside of quotes (RFC 4180, but no cell runs over its line: a name with a line break is a slip).
/// The CSV crate would lose the columns that messages point at.
///
/// # Errors
/// With the byte at which quotes begin that nothing closes.
fn cells(line: &str, offset: usize) -> Result<Vec<Cell>, usize> {
    let mut out = Vec::new();
    let mut at = 0;
    loop {
        let rest = &line[at..];
        let (text, length) = match rest.strip_prefix('"') {
            Some(inside) => quoted(inside).ok_or(offset + at)?,
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                (rest[..end].to_owned(), end)
            }
        };
        out.push(Cell { text, range: offset + at..offset + at + length });
        at += length;
        match line[at..].find(',') {
            Some(comma) => at += comma + 1,
            None => return Ok(out),
        }
    }
}

/// The text of a quoted cell and its length with both quotes.
fn quoted(inside: &str) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut chars = inside.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' if chars.peek().is_some_and(|(_, next)| *next == '"') => {
                chars.next();
                text.push('"');
            }
            '"' => return Some((text, at + 2)),
            other => text.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::cells;

    #[test]
    fn cells_and_their_places() {
        let read = |line: &str| cells(line, 0).map(|cells| cells.into_iter().map(|cell| (cell.text, cell.range)).collect::<Vec<_>>());
        assert_eq!(read("a,b"), Ok(vec![("a".into(), 0..1), ("b".into(), 2..3)]));
        assert_eq!(read("\"x,\"\"y\"\"\",,"), Ok(vec![("x,\"y\"".into(), 0..9), (String::new(), 10..10), (String::new(), 11..11)]));
        assert_eq!(read("a,\"b"), Err(2));
    }
}
