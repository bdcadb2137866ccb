//! Imported schedules as a piece of fleet.yaml.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::Imported;
use crate::name::{NAME_MAX_CHARS, Name};

/// Columns of a line of notes.
const WIDTH: usize = 120;

/// The `schedules:` section, with notes as comments above each schedule.
#[must_use]
pub fn yaml(schedules: &[Imported]) -> String {
    let mut out = "schedules:\n".to_owned();
    let mut names: Vec<String> = Vec::new();
    for imported in schedules {
        let name = name(imported.name.as_deref().unwrap_or("imported"), &names);
        for note in &imported.notes {
            comment(&mut out, note);
        }
        out.push_str(&entry(&name, &imported.schedule));
        names.push(name);
    }
    out
}

/// A schedule under its name, as it stands below `schedules:`.
pub(crate) fn entry(name: &str, schedule: &Map<String, Value>) -> String {
    let keys = schedule.iter().map(|(key, value)| format!("    {key}: {}\n", flow(value)));
    std::iter::once(format!("  {name}:\n")).chain(keys).collect()
}

/// A name that fleet.yaml takes and that is not there yet.
pub(crate) fn name(written: &str, taken: &[String]) -> String {
    let kept: String = written.chars().map(|c| if c.is_alphanumeric() || "._@-".contains(c) { c } else { '-' }).collect();
    let kept: String = kept.trim_matches('-').chars().take(NAME_MAX_CHARS - 4).collect();
    let base = Name::new(&kept).map_or_else(|_| "imported".to_owned(), |name| name.to_string());
    let is_free = |name: &String| !taken.iter().any(|other| other.to_lowercase() == name.to_lowercase());
    let numbered = (2..1000).map(|n| format!("{base}-{n}"));
    let name = std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or(base);
    if plain(&name) && !name.starts_with(|c: char| c.is_ascii_digit()) { name } else { quoted(&name) }
}

fn comment(out: &mut String, note: &str) {
    let mut line = String::new();
    for word in note.split_whitespace() {
        if !line.is_empty() && line.chars().count() + word.chars().count() > WIDTH - 5 {
            let _ = writeln!(out, "  # {line}");
            line.clear();
        }
        line.push_str(if line.is_empty() { "" } else { " " });
        line.push_str(word);
    }
    let _ = writeln!(out, "  # {line}");
}

/// A value on one line.
pub(crate) fn flow(value: &Value) -> String {
    match value {
        Value::String(text) if plain(text) => text.clone(),
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) => format!("{{{}}}", pairs(entries)),
        other => other.to_string(),
    }
}

fn pairs(entries: &Map<String, Value>) -> String {
    let key = |key: &str| if plain(key) { key.to_owned() } else { quoted(key) };
    entries.iter().map(|(name, value)| format!("{}: {}", key(name), flow(value))).collect::<Vec<_>>().join(", ")
}

/// Words that are text without quotes, in a list as well, to every reader of YAML.
fn plain(text: &str) -> bool {
    let odd = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let safe = |c: char| c.is_ascii_alphanumeric() || "_-/.".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(safe) && !odd.contains(&text.to_ascii_lowercase().as_str())
}

fn quoted(text: &str) -> String {
    if text.contains(char::is_control) { Value::from(text).to_string() } else { format!("'{}'", text.replace('\'', "''")) }
}
