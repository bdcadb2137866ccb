//! The reader of the rules' SDK against `serde_json`: the same members and the same values of any JSON, canonical or as a
//! person writes it; and an end, whatever the text.

use muster_core::digest::canonical;
use muster_rule::test::Case;
use muster_rule::{Check, List, Need, Object, Rule, fail};
use serde_json::{Map, Value, json};

use crate::support::Seeded;

const ROUNDS: usize = 3_000;
/// What texts are made of: everything that has a meaning to a reader, and some that has none.
const PIECES: [&str; 16] =
    ["\"", "\\", "{", "}", "[", "]", ",", ":", "\n", "\u{7f}", "é", "보", "😀", "plain text of some length", "u00e9", " "];

fn text(seeded: &mut Seeded) -> String {
    (0..seeded.below(6)).map(|_| PIECES[seeded.below(PIECES.len())]).collect()
}

fn value(seeded: &mut Seeded, depth: usize) -> Value {
    match seeded.below(if depth == 0 { 5 } else { 7 }) {
        0 => Value::Null,
        1 => json!(seeded.below(2) == 0),
        2 => json!(seeded.next().cast_signed() >> seeded.below(64)),
        3 => json!(f64::from(i32::try_from(seeded.below(2_000_000)).expect("a small number")) / 64.0 - 9_999.5),
        4 => json!(text(seeded)),
        5 => (0..seeded.below(5)).map(|_| value(seeded, depth - 1)).collect(),
        _ => object(seeded, depth - 1),
    }
}

fn object(seeded: &mut Seeded, depth: usize) -> Value {
    (0..seeded.below(9)).map(|_| (text(seeded), value(seeded, depth))).collect::<Map<String, Value>>().into()
}

/// As the host writes it: canonical, ASCII.
fn ascii(value: &Value) -> String {
    let escaped = |c: char| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
    canonical(value).chars().map(|c| if c.is_ascii() { c.to_string() } else { escaped(c) }).collect()
}

fn same_object(read: Object<'_>, wanted: &Map<String, Value>) {
    let names: Vec<String> = read.members().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names.len(), wanted.len(), "{}", read.json());
    assert_eq!(read.is_empty(), wanted.is_empty());
    for (name, value) in wanted {
        assert!(names.contains(name), "{name:?} in {}", read.json());
        same(read.get(name).unwrap_or_else(|| panic!("{name:?} in {}", read.json())), value);
        let longer = format!("{name}!");
        assert_eq!(read.get(&longer).is_some(), wanted.contains_key(&longer), "{longer:?} in {}", read.json());
    }
}

fn same_list(read: List<'_>, wanted: &[Value]) {
    assert_eq!((read.len(), read.is_empty()), (wanted.len(), wanted.is_empty()), "{}", read.json());
    read.iter().zip(wanted).for_each(|(read, wanted)| same(read, wanted));
}

fn same(read: muster_rule::Value<'_>, wanted: &Value) {
    assert_eq!(read.is_null(), wanted.is_null(), "{}", read.json());
    assert_eq!(read.boolean(), wanted.as_bool(), "{}", read.json());
    assert_eq!(read.integer(), wanted.as_i64(), "{}", read.json());
    assert_eq!(read.number(), wanted.as_f64(), "{}", read.json());
    assert_eq!(read.text().as_deref(), wanted.as_str(), "{}", read.json());
    match (read.object(), read.list(), wanted) {
        (Some(read), None, Value::Object(wanted)) => same_object(read, wanted),
        (None, Some(read), Value::Array(wanted)) => same_list(read, wanted),
        (None, None, Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {}
        _ => panic!("{} was read as something else", read.json()),
    }
}

#[test]
fn what_serde_reads_the_sdk_reads() {
    let mut seeded = Seeded(1);
    for _ in 0..ROUNDS {
        let wanted = object(&mut seeded, 5);
        let members = wanted.as_object().expect("an object");
        let (canonical, compact, spread) = (ascii(&wanted), wanted.to_string(), format!("\n {wanted:#}\t"));
        same_object(Object::canonical(&canonical), members);
        for text in [&compact, &spread] {
            same_object(muster_rule::Value::parse(text).object().expect("an object"), members);
        }
    }
}

/// Reads everything there is to read, as deep as members and elements go.
fn exhaust(value: muster_rule::Value<'_>, depth: usize) {
    let _ = (value.text(), value.integer(), value.number(), value.time(), value.is_null());
    if depth > 0 {
        value.list().into_iter().flatten().for_each(|value| exhaust(value, depth - 1));
        for (name, member) in value.object().into_iter().flat_map(Object::members) {
            exhaust(member, depth - 1);
            let _ = Object::canonical(value.json()).get(&name);
        }
    }
}

/// The host promises JSON. Should it ever break its word, a rule still comes to an end, without a trap.
#[test]
fn what_is_no_json_is_no_panic() {
    let mut seeded = Seeded(2);
    for _ in 0..ROUNDS {
        let mut text: Vec<char> = ascii(&object(&mut seeded, 4)).chars().collect();
        for _ in 0..=seeded.below(3) {
            let at = seeded.below(text.len());
            match seeded.below(3) {
                0 => text.truncate(at.max(1)),
                1 => text[at] = PIECES[seeded.below(PIECES.len())].chars().next().expect("a piece"),
                _ => {
                    text.remove(at);
                }
            }
            if text.is_empty() {
                text.push('{');
            }
        }
        let text: String = text.into_iter().collect();
        exhaust(muster_rule::Value::parse(&text), 6);
    }
}

/// What a rule reads and gives as evidence is what serde reads back.
#[test]
fn evidence_comes_back_as_it_was() {
    const ECHO: Rule = Rule {
        id: "echo",
        needs: &[Need { kind: "test.thing", facets: &[] }],
        check: Check::each(|_, doc| {
            // A document remembers where its members are: asked for in any order, each is the one that stands there.
            let members: Vec<_> = doc.body.members().collect();
            let mut both = members.iter().rev().chain(&members);
            let same = both.all(|(name, value)| doc.body.get(name) == Some(*value));
            fail("x").with("Text", doc.body.text("Text")).with("All", doc.body).with("Same", same)
        }),
        ..Rule::EMPTY
    };
    let mut seeded = Seeded(3);
    for _ in 0..200 {
        let mut given = object(&mut seeded, 3);
        given["Text"] = json!(text(&mut seeded));
        let found = Case::of(&ECHO).given("a", &given.to_string()).run();
        let evidence: Value = serde_json::from_str(found.of("a").strip_prefix("fail: x ").expect("a finding")).expect("JSON");
        assert_eq!(evidence, json!({"All": given, "Same": true, "Text": given["Text"]}));
    }
}
