//! From what the YAML library counts to bytes, lines and columns; and from bytes to text.

use std::sync::Arc;

use saphyr_parser::Marker;

use crate::diag::Diagnostic;
use crate::span::Span;

/// Characters between two remembered offsets.
const STRIDE: usize = 64;

/// Byte offsets of characters: the library counts characters, spans count bytes.
pub(super) struct Places<'a> {
    file: &'a Arc<str>,
    text: &'a str,
    every: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(file: &'a Arc<str>, text: &'a str) -> Self {
        Self { file, text, every: text.char_indices().step_by(STRIDE).map(|(at, _)| at).collect() }
    }

    fn byte(&self, index: usize) -> usize {
        let Some(base) = self.every.get(index / STRIDE) else { return self.text.len() };
        self.text[*base..].char_indices().nth(index % STRIDE).map_or(self.text.len(), |(at, _)| base + at)
    }

    /// The stretch between two marks.
    pub(super) fn span(&self, start: &Marker, end: &Marker) -> Span {
        let from = self.byte(start.index());
        let to = self.byte(end.index()).max(from);
        Span { file: self.file.clone(), start: from, end: to, line: count(start.line()), column: count(start.col() + 1) }
    }

    /// The one character at a mark.
    pub(super) fn point(&self, mark: &Marker) -> Span {
        let mut span = self.span(mark, mark);
        let written = self.text.trim_end();
        if span.start >= written.len() {
            return self.last(written);
        }
        span.end += self.text[span.start..].chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
        span
    }

    /// The last character of the text: where a file that was cut off ends.
    fn last(&self, written: &str) -> Span {
        let start = written.char_indices().next_back().map_or(0, |(at, _)| at);
        let line_start = written.rfind('\n').map_or(0, |newline| newline + 1);
        let (line, column) = (written.matches('\n').count() + 1, written[line_start..start.max(line_start)].chars().count() + 1);
        Span { file: self.file.clone(), start, end: written.len(), line: count(line), column: count(column) }
    }

    /// Cuts a scalar's span to its text, where the library lets it run into what follows.
    pub(super) fn trim(&self, span: &mut Span) {
        span.end = scalar_end(self.text, span.start, span.end);
    }
}

/// Where a scalar that begins at `start` ends: the library lets it run into blanks, and one in quotes into a comment.
pub(super) fn scalar_end(text: &str, start: usize, end: usize) -> usize {
    let written = &text[start..end];
    let quoted = match written.as_bytes().first() {
        Some(quote @ (b'\'' | b'"')) => closing_quote(written, *quote),
        _ => None,
    };
    start + quoted.unwrap_or_else(|| written.trim_end().len())
}

/// The byte behind the closing quote of a text that begins with one.
fn closing_quote(text: &str, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote == b'"' => at += 2,
            byte if byte == quote && quote == b'\'' && bytes.get(at + 1) == Some(&quote) => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The text of a file, without byte order mark.
///
/// # Errors
/// When it is not UTF-8: one diagnostic that names line and byte.
pub fn decode_utf8<'a>(file: &Arc<str>, bytes: &'a [u8]) -> Result<&'a str, Box<Diagnostic>> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let problem = Diagnostic::error(format!("{file} is UTF-16"), Span::start_of(file));
        return Err(Box::new(problem.help("save it as UTF-8")));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| Box::new(not_utf8(file, bytes, error.valid_up_to())))
}

fn not_utf8(file: &Arc<str>, bytes: &[u8], at: usize) -> Diagnostic {
    let begin = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = std::str::from_utf8(&bytes[begin..at]).map_or(0, |text| text.chars().count()) + 1;
    let span = Span { file: file.clone(), start: at, end: at, line: count(line), column: count(column) };
    let byte = bytes.get(at).copied().unwrap_or_default();
    Diagnostic::error(format!("{file} is not UTF-8: byte 0x{byte:02x} at offset {at}"), span)
        .help("save it as UTF-8 (in a spreadsheet: `CSV UTF-8`)")
}
