//! Messages about files, on stderr.

use muster_core::diag::{Diagnostic, Severity, Sources};
use serde_json::{Value, json};

use super::count;
use super::style::Style;

/// The messages with their source lines.
pub(crate) fn text(diagnostics: &[Diagnostic], sources: &Sources, style: &Style) -> String {
    muster_core::diag::render(diagnostics, sources, style.color, style.width)
}

/// One object a message.
pub(crate) fn json(diagnostics: &[Diagnostic]) -> Value {
    let one = |diagnostic: &Diagnostic| {
        let severity = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
        json!({
            "severity": severity,
            "message": diagnostic.message,
            "where": diagnostic.span.as_ref().map(ToString::to_string),
            "label": diagnostic.label,
            "help": diagnostic.help,
        })
    };
    diagnostics.iter().map(one).collect()
}

/// `2 errors, 1 warning`.
pub(crate) fn tally(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    match diagnostics.len() - errors {
        0 => count(errors, "error"),
        warnings if errors == 0 => count(warnings, "warning"),
        warnings => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}
