//! What guests write is shown to people, in terminals and pages: nothing in it may steer either.

use muster_core::text::{escaped, steers};
use serde_json::{Map, Value};

/// `text` with everything that moves a cursor, ends a line, turns the direction of writing or is not seen escaped,
/// cut after `max` bytes.
pub(crate) fn clean(text: &str, max: usize) -> String {
    let mut out = String::with_capacity(text.len().min(max));
    for c in text.chars() {
        if out.len() >= max {
            out.push('…');
            break;
        }
        if steers(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out
}

/// Every key and string of `map`, cleaned.
pub(crate) fn clean_map(map: Map<String, Value>) -> Map<String, Value> {
    map.into_iter().map(|(key, value)| (escaped(key), clean_value(value))).collect()
}

fn clean_value(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(escaped(text)),
        Value::Array(items) => items.into_iter().map(clean_value).collect(),
        Value::Object(map) => Value::Object(clean_map(map)),
        other => other,
    }
}

/// JSON text with everything beyond ASCII as `\uXXXX`. Such characters stand only inside strings.
pub(crate) fn ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            out.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nothing_steers_a_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\nc\u{202e}d\u{7f}", 99), r"a\u{1b}[2Jb\u{a}c\u{202e}d\u{7f}");
        assert_eq!(clean("zwei Wörter, 둘", 99), "zwei Wörter, 둘");
        assert_eq!(clean("abcdef", 3), "abc…");
        let Value::Object(map) = json!({"k\u{7}": ["x\u{9b}", {"y": "\u{2066}z"}], "n": 1}) else { unreachable!() };
        assert_eq!(Value::Object(clean_map(map)), json!({r"k\u{7}": [r"x\u{9b}", {"y": r"\u{2066}z"}], "n": 1}));
    }

    #[test]
    fn ascii_json_means_the_same() {
        let text = json!({"Name": "웹 서버 🚀 ü", "plain": "a\"b"}).to_string();
        let escaped = ascii(&text);
        assert!(escaped.is_ascii());
        assert_eq!(serde_json::from_str::<Value>(&escaped).expect("JSON"), serde_json::from_str::<Value>(&text).expect("JSON"));
    }
}
