//! Advice for programs.

use muster_core::advice::Advice;
use serde_json::{Value, json};

/// Version of the form.
const FORMAT: u32 = 1;

/// One document.
pub(crate) fn document(advice: &Advice, fleet: &str, sandbox: bool) -> Value {
    let mut document = json!({"format": FORMAT, "fleet": fleet, "sandbox": sandbox});
    if let (Value::Object(document), Value::Object(advice)) = (&mut document, json!(advice)) {
        document.extend(advice);
    }
    document
}

/// One object a line, each with its `type`: `finding`, `rule`, `gap`, `note`, and `summary` as the last.
pub(crate) fn lines(advice: &Advice, fleet: &str, sandbox: bool) -> String {
    let typed = |word: &str, value: Value| {
        let mut line = json!({"type": word});
        if let (Value::Object(line), Value::Object(value)) = (&mut line, value) {
            line.extend(value);
        }
        format!("{line}\n")
    };
    let mut out = String::new();
    out.extend(advice.findings.iter().map(|found| typed("finding", json!(found))));
    out.extend(advice.rules.iter().map(|row| typed("rule", json!(row))));
    out.extend(advice.gaps.iter().map(|row| typed("gap", json!(row))));
    out.extend(advice.notes.iter().map(|note| typed("note", json!(note))));
    let summary = json!({
        "format": FORMAT, "fleet": fleet, "sandbox": sandbox, "at": advice.at,
        "tally": advice.tally, "savings": advice.savings, "calls": advice.calls,
    });
    out.push_str(&typed("summary", summary));
    out
}
