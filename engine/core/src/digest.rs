//! SHA-256 over canonical JSON.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Hexadecimal SHA-256 of `bytes`.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    // Every derived name is made of one, in every plan: no formatting of single bytes here.
    let digits = |byte: &u8| [byte >> 4, byte & 0xf].map(|nibble| char::from(b"0123456789abcdef"[usize::from(nibble)]));
    Sha256::digest(bytes).iter().flat_map(digits).collect()
}

/// The canonical JSON text of `value`: keys sorted at every level, no white space.
///
/// Two values that say the same thing have the same text whatever order their maps were written in.
#[must_use]
pub fn canonical(value: &impl Serialize) -> String {
    // Serialising our own types cannot fail: no map has a key that is not a string.
    let tree = serde_json::to_value(value).unwrap_or(Value::Null);
    sorted(tree).to_string()
}

/// `sha256:` and the hexadecimal digest of the canonical text.
#[must_use]
pub fn digest(value: &impl Serialize) -> String {
    format!("sha256:{}", sha256_hex(canonical(value).as_bytes()))
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn key_order_never_moves_a_digest() {
        let one = json!({"b": [1, {"y": 1, "x": 2}], "a": null});
        let two = json!({"a": null, "b": [1, {"x": 2, "y": 1}]});
        assert_eq!(digest(&one), digest(&two));
        assert_eq!(canonical(&one), r#"{"a":null,"b":[1,{"x":2,"y":1}]}"#);
        assert_ne!(digest(&one), digest(&json!({"b": [{"y": 1, "x": 2}, 1], "a": null})));
    }
}
