//! SHA-256 over canonical JSON.

mod canonical;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use self::canonical::Canonical;

/// Hexadecimal SHA-256 of `bytes`.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('?');
    Sha256::digest(bytes).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The canonical JSON text of `value`: keys sorted at every level, no white space.
///
/// Two values that say the same thing have the same text whatever order their maps were written in.
#[must_use]
pub fn canonical(value: &impl Serialize) -> String {
    let mut out = Vec::new();
    // Serialising our own types cannot fail: no map has a key that is not a string.
    let written = value.serialize(Canonical(&mut out)).ok().and_then(|()| String::from_utf8(out).ok());
    written.unwrap_or_else(|| "null".to_owned())
}

/// `sha256:` and the hexadecimal digest of the canonical text.
#[must_use]
pub fn digest(value: &impl Serialize) -> String {
    format!("sha256:{}", sha256_hex(canonical(value).as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;

    #[derive(Serialize)]
    enum Kind {
        Unit,
        #[serde(rename = "new \"type\"")]
        Newtype(u8),
        Tuple(i64, Option<bool>),
        Struct {
            z: f64,
            a: char,
        },
    }

    #[derive(Serialize)]
    struct Part {
        zone: &'static str,
        kinds: Vec<Kind>,
        numbered: BTreeMap<i32, ()>,
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
        nothing: Option<u8>,
    }

    /// As it would be written from a tree whose maps are sorted.
    fn sorted(value: Value) -> Value {
        match value {
            Value::Object(map) => {
                map.into_iter().map(|(key, value)| (key, sorted(value))).collect::<BTreeMap<_, _>>().into_iter().collect()
            }
            Value::Array(items) => items.into_iter().map(sorted).collect(),
            other => other,
        }
    }

    #[test]
    fn it_is_what_a_sorted_tree_would_be() {
        let kinds = vec![Kind::Unit, Kind::Newtype(7), Kind::Tuple(-3, None), Kind::Struct { z: 1.0e-7, a: 'é' }];
        let rest = [("ß".to_owned(), json!({"b": [], "a": {}, "10": 1, "9": u64::MAX})), ("a\n".to_owned(), json!(-0.5))];
        let part = Part { zone: "\u{1}\"\\", kinds, numbered: [(10, ()), (-9, ())].into(), rest: rest.into(), nothing: None };
        let tree = serde_json::to_value(&part).map(sorted).expect("a tree");
        assert_eq!(canonical(&part), tree.to_string());
        assert_eq!(sha256_hex(b"")[..8], *"e3b0c442");
    }

    #[test]
    fn key_order_never_moves_a_digest() {
        let one = json!({"b": [1, {"y": 1, "x": 2}], "a": null});
        let two = json!({"a": null, "b": [1, {"x": 2, "y": 1}]});
        assert_eq!(digest(&one), digest(&two));
        assert_eq!(canonical(&one), r#"{"a":null,"b":[1,{"x":2,"y":1}]}"#);
        assert_ne!(digest(&one), digest(&json!({"b": [{"y": 1, "x": 2}, 1], "a": null})));
    }
}
