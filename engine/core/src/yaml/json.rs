//! JSON read into the same tree as YAML: what tools write is checked by the decoder that reads fleet.yaml.

use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{Node, Scalar, Value};
use crate::span::Span;

/// Reads one JSON value. Its places are all the start of `file`: a line of a tool has no lines of its own.
///
/// # Errors
/// With the reason and the column, when it is not JSON, goes too deep, or has a key twice in one object.
pub fn from_json(file: &Arc<str>, text: &str) -> Result<Node, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let node = Seed(&Span::start_of(file)).deserialize(&mut deserializer)?;
    deserializer.end().map(|()| node)
}

/// Most objects have no more keys than this.
const FEW: usize = 6;

#[derive(Clone, Copy)]
struct Seed<'a>(&'a Span);

impl Seed<'_> {
    fn node(self, value: Value) -> Node {
        Node { span: self.0.clone(), value }
    }

    fn scalar(self, text: impl Into<String>, quoted: bool) -> Node {
        self.node(Value::Scalar(Scalar { text: text.into(), quoted }))
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        Ok(self.scalar(text, true))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Node, E> {
        Ok(self.scalar(text, true))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        Ok(self.scalar(if value { "true" } else { "false" }, false))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node, E> {
        Ok(self.scalar(value.to_string(), false))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
        Ok(self.scalar(value.to_string(), false))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
        Ok(self.scalar(value.to_string(), false))
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(self.scalar("null", false))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut out = Vec::with_capacity(items.size_hint().unwrap_or(0));
        while let Some(item) = items.next_element_seed(self)? {
            out.push(item);
        }
        Ok(self.node(Value::Seq(out)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut out: Vec<(Node, Node)> = Vec::with_capacity(FEW);
        while let Some(key) = entries.next_key_seed(self)? {
            out.push((key, entries.next_value_seed(self)?));
        }
        match twice(&out) {
            Some(key) => Err(A::Error::custom(format!("the key `{key}` stands twice"))),
            None => Ok(self.node(Value::Map(out))),
        }
    }
}

/// A key that stands twice.
fn twice(entries: &[(Node, Node)]) -> Option<&str> {
    if entries.len() <= FEW {
        let again = |(at, (key, _)): &(usize, &(Node, Node))| entries[..*at].iter().any(|(before, _)| before.key_text() == key.key_text());
        return entries.iter().enumerate().find(again).map(|(_, (key, _))| key.key_text());
    }
    let mut keys: Vec<&str> = entries.iter().map(|(key, _)| key.key_text()).collect();
    keys.sort_unstable();
    keys.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Node, String> {
        from_json(&Arc::from("line"), text).map_err(|error| error.to_string())
    }

    #[test]
    fn it_is_the_tree_that_yaml_would_give() {
        let text = r#"{"run": ["mon 09:00-10:00"], "priority": -3, "hibernate": true, "x": null, "f": 1.5}"#;
        assert_eq!(read(text).map(|node| node.to_json()), serde_json::from_str(text).map_err(|error| error.to_string()));
    }

    #[test]
    fn text_that_looks_like_a_number_stays_text() {
        let node = read(r#"{"a": "10", "b": "true", "c": "null"}"#).expect("node");
        assert_eq!(node.to_json(), serde_json::json!({"a": "10", "b": "true", "c": "null"}));
    }

    #[test]
    fn what_is_no_json_is_said_with_its_place() {
        assert!(read(r#"{"a": 1, "b": 2, "a": 3}"#).expect_err("twice").starts_with("the key `a` stands twice"));
        assert!(read(r#"{"a": }"#).expect_err("no value").contains("column 7"));
        assert!(read("{} {}").expect_err("two").contains("trailing"));
        assert!(read(&"[".repeat(100_000)).expect_err("deep").contains("recursion"));
    }
}
