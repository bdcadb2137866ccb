//! Evidence as JSON, and what it costs to keep. Its text bounds little: a few bytes may become hundreds in memory.

use muster_core::finding::FaultKind;
use serde_json::{Map, Value};

use crate::call::Stop;
use crate::limits::Limits;
use crate::text::clean_map;

use super::judge::{bad, flood};

/// A value in memory, in bytes.
const VALUE: u64 = size_of::<Value>() as u64;
/// What the allocator keeps of a text or list beside it.
const KEPT: u64 = 16;
/// Room for a member in a map beside its name's text: name, value and hash, and a place in the table.
const MEMBER: u64 = size_of::<String>() as u64 + VALUE + 8 + 9;

/// Evidence about `key`. None is given as an empty text.
pub(super) fn read(key: &str, body: &str, limits: &Limits) -> Result<Map<String, Value>, Stop> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    let map: Map<String, Value> =
        serde_json::from_str(body).map_err(|error| bad(format!("its evidence about {key} is no JSON object: {error}")))?;
    let values = 1 + map.values().map(values).sum::<u64>();
    if values > limits.evidence_values {
        return Err(flood(limits, "evidence_values", format!("its evidence about {key} has {values} values")));
    }
    Ok(clean_map(map))
}

/// What `map` takes in memory beside itself, in bytes; a little more rather than less.
pub(super) fn weight(map: &Map<String, Value>) -> u64 {
    let room = match map.len() as u64 {
        0 => 0,
        // A table has a power of two of places, an eighth of them free.
        few => (few + few / 7 + 1).next_power_of_two().max(4) * MEMBER + KEPT,
    };
    room + map.iter().map(|(name, value)| name.len() as u64 + KEPT + inside(value)).sum::<u64>()
}

/// All evidence of one rule takes more than it may.
pub(super) fn too_much(limits: &Limits) -> Stop {
    Stop::new(FaultKind::Flood, Some(limits.hit("evidence_run_bytes")), "its evidence takes too much memory in one run")
}

/// Whether `stop` is [`too_much`].
pub(super) fn is_too_much(stop: &Stop) -> bool {
    matches!(stop, Stop::Fault { limit: Some(limit), .. } if limit.name == "evidence-run-bytes")
}

/// The value itself and those in it. As deep as the reader goes, which is 128.
fn values(value: &Value) -> u64 {
    1 + match value {
        Value::Array(items) => items.iter().map(values).sum(),
        Value::Object(map) => map.values().map(values).sum(),
        _ => 0,
    }
}

/// What a value holds elsewhere.
fn inside(value: &Value) -> u64 {
    match value {
        Value::String(text) => text.len() as u64 + KEPT,
        // Room grows by doubling.
        Value::Array(items) => 2 * VALUE * items.len() as u64 + KEPT + items.iter().map(inside).sum::<u64>(),
        Value::Object(map) => weight(map),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(text: &str) -> Map<String, Value> {
        serde_json::from_str(text).expect("an object")
    }

    #[test]
    fn values_are_counted_through_lists_and_objects() {
        let limits = |evidence_values| Limits { evidence_values, ..Limits::default() };
        let text = r#"{"a":[1,{"b":null}],"c":"d"}"#;
        assert_eq!(read("k", text, &limits(6)).expect("six values"), map(text));
        let Err(Stop::Fault { kind, limit, cause, .. }) = read("k", text, &limits(5)) else { panic!("six are too many") };
        assert_eq!((kind, cause.as_str()), (FaultKind::Flood, "its evidence about k has 6 values"));
        assert_eq!(limit.expect("a limit").to_string(), "evidence-values (5 values)");
        assert_eq!(read("k", "", &limits(0)).expect("none"), Map::new());
    }

    #[test]
    fn what_is_small_as_text_weighs_what_it_takes() {
        assert_eq!(weight(&map("{}")), 0);
        let zeros = format!(r#"{{"a":[{}0]}}"#, "0,".repeat(999));
        assert!(weight(&map(&zeros)) > 1_000 * VALUE, "2 KB of text");
        let objects = format!(r#"{{"a":[{}{{"":0}}]}}"#, r#"{"":0},"#.repeat(99));
        assert!(weight(&map(&objects)) > 100 * 450, "700 bytes of text");
        let usual = weight(&map(
            r#"{"size":8,"type":"gp2","encrypted":false,"attached":["i-0123456789abcdef0"],"region":"us-east-1","state":"in-use"}"#,
        ));
        assert!((1_000..1_600).contains(&usual), "six members, so that 100,000 findings of them fit: {usual}");
    }

    #[test]
    fn a_long_string_for_evidence_is_quoted_in_part() {
        let Err(Stop::Fault { cause, .. }) = read("k", &format!("\"{}\"", "x".repeat(60_000)), &Limits::default()) else {
            panic!("no object")
        };
        assert!(cause.starts_with("its evidence about k is no JSON object: invalid type: string"), "{cause}");
        assert!(cause.len() <= crate::call::CAUSE_MAX_BYTES + '…'.len_utf8(), "{}", cause.len());
    }
}
