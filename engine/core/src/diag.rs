//! Messages about a file: what, where, why, what next.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::span::Span;

mod render;

pub use render::render;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The file is refused.
    Error,
    /// The file is accepted.
    Warning,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad.
    pub severity: Severity,
    /// What is wrong, one line, lower case, no full stop.
    pub message: String,
    /// Where.
    pub span: Option<Span>,
    /// Words under the marked text: `did you mean 'office'?`.
    pub label: Option<String>,
    /// Lines below: why, and what next.
    pub help: Vec<String>,
    /// Other places that belong to it, with words under each: where a key stood first.
    pub also: Vec<(Span, String)>,
    /// A word that stays the same when the message is reworded, where programs tell messages apart: `unknown-zone`.
    pub code: Option<&'static str>,
}

impl Diagnostic {
    /// An error at a place.
    #[must_use]
    pub fn error(message: impl Into<String>, span: Span) -> Self {
        Self::new(Severity::Error, message.into(), span)
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning(message: impl Into<String>, span: Span) -> Self {
        Self::new(Severity::Warning, message.into(), span)
    }

    const fn new(severity: Severity, message: String, span: Span) -> Self {
        Self { severity, message, span: Some(span), label: None, help: Vec::new(), also: Vec::new(), code: None }
    }

    /// Gives it a code.
    #[must_use]
    pub const fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    /// Adds the words under the marked text.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds another place that belongs to it.
    #[must_use]
    pub fn also(mut self, span: Span, label: impl Into<String>) -> Self {
        self.also.push((span, label.into()));
        self
    }

    /// Adds a line of help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

/// The texts of the files that spans point into.
#[derive(Debug, Clone, Default)]
pub struct Sources(pub BTreeMap<Arc<str>, Arc<str>>);
