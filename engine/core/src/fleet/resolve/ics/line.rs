//! Content lines of iCalendar: unfolded, split into name, parameters and value (RFC 5545, 3.1).

use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::span::Span;

/// A content line and where its first line stands.
pub(super) struct Line {
    /// In capitals.
    pub(super) name: String,
    /// In capitals, without the first `;`.
    pub(super) parameters: String,
    /// As written, blanks around it cut.
    pub(super) value: String,
    pub(super) span: Span,
}

impl Line {
    pub(super) fn refused(&self, message: impl Into<String>, help: &str) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(message, self.span.clone()).help(help))
    }

    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.name == name && self.value.eq_ignore_ascii_case(value)
    }
}

/// Joins folded lines and splits them. Line ends are CRLF by the standard and LF in many files.
pub(super) fn lines(file: &Arc<str>, text: &str) -> Vec<Line> {
    let mut unfolded: Vec<(String, Span)> = Vec::new();
    let mut start = 0;
    for (raw, number) in text.split('\n').zip(1_u32..) {
        let bare = raw.strip_suffix('\r').unwrap_or(raw);
        let span = Span { file: file.clone(), start, end: start + bare.len(), line: number, column: 1 };
        start += raw.len() + 1;
        match (bare.strip_prefix([' ', '\t']), unfolded.last_mut()) {
            (Some(more), Some((last, _))) => last.push_str(more),
            _ if bare.trim().is_empty() => {}
            _ => unfolded.push((bare.to_owned(), span)),
        }
    }
    unfolded.into_iter().map(|(text, span)| split(&text, span)).collect()
}

fn split(text: &str, span: Span) -> Line {
    let (head, value) = colon(text).map_or((text, ""), |at| (&text[..at], &text[at + 1..]));
    let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
    Line { name: name.trim().to_ascii_uppercase(), parameters: parameters.to_ascii_uppercase(), value: value.trim().to_owned(), span }
}

/// The first colon that is not inside of a quoted parameter.
fn colon(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b':' && !quoted
    })
}
