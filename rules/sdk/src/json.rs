//! JSON as it is written, read only where somebody asks: nothing is built, what nobody wants is skipped.
//!
//! Documents and parameters come from the host, which promises valid, canonical JSON. On other text every reader here
//! still ends and answers; what it answers is then of no use. No reader recurses, so no nesting is too deep.

use std::borrow::Cow;

use crate::scan;
use crate::slip::{self, Slip};
use crate::time::Time;

/// Text of a document. Borrowed unless it holds escapes. Compare with `.as_deref() == Some("…")`.
pub type Text<'a> = Cow<'a, str>;

/// Any JSON value, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value<'a> {
    text: &'a str,
    /// Whether objects have their members in order, so that a search may end early.
    sorted: bool,
}

/// A JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object<'a> {
    text: &'a str,
    sorted: bool,
}

/// A JSON array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct List<'a> {
    text: &'a str,
    sorted: bool,
}

impl<'a> Value<'a> {
    /// The value in `text`, whose objects may have their members in any order.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        Self { text: text.trim_ascii(), sorted: false }
    }

    /// The JSON, as it is written.
    #[must_use]
    pub const fn json(self) -> &'a str {
        self.text
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.text == "null"
    }

    /// The text, when it is one.
    #[must_use]
    pub fn text(self) -> Option<Text<'a>> {
        Some(unescape(self.text.strip_prefix('"')?.strip_suffix('"')?))
    }

    /// The number, when it is whole and fits.
    #[must_use]
    pub fn integer(self) -> Option<i64> {
        self.text.parse().ok()
    }

    /// The number, when it is one.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        let first = self.text.bytes().next()?;
        if first == b'-' || first.is_ascii_digit() { self.text.parse().ok() } else { None }
    }

    /// `true` or `false`, when it is one.
    #[must_use]
    pub fn boolean(self) -> Option<bool> {
        match self.text {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// The moment, when it is text by RFC 3339 or a date.
    #[must_use]
    pub fn time(self) -> Option<Time> {
        Time::parse(&self.text()?)
    }

    /// The object, when it is one.
    #[must_use]
    pub fn object(self) -> Option<Object<'a>> {
        self.text.starts_with('{').then_some(Object { text: self.text, sorted: self.sorted })
    }

    /// The list, when it is one.
    #[must_use]
    pub fn list(self) -> Option<List<'a>> {
        self.text.starts_with('[').then_some(List { text: self.text, sorted: self.sorted })
    }
}

impl<'a> Object<'a> {
    /// An object without members.
    pub const EMPTY: Object<'static> = Object { text: "{}", sorted: true };

    /// An object whose members are in the order of their names, as the host gives them: a search may end early.
    #[must_use]
    pub const fn canonical(text: &'a str) -> Self {
        Self { text, sorted: true }
    }

    /// The JSON, as it is written.
    #[must_use]
    pub const fn json(self) -> &'a str {
        self.text
    }

    /// Whether it has no members.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.raw().next().is_none()
    }

    /// The member of this name, `null` included.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Value<'a>> {
        #[cfg(not(target_arch = "wasm32"))]
        crate::spy::note(self.text, name);
        for Raw { key, escaped, value } in self.raw() {
            if escaped {
                if unescape(key) == name {
                    return Some(value);
                }
            } else if key == name {
                return Some(value);
            } else if self.sorted && key > name {
                // Only here: what is escaped stands in the order of what it means.
                return None;
            }
        }
        None
    }

    /// The member of this name, unless it is `null`.
    #[must_use]
    pub fn some(self, name: &str) -> Option<Value<'a>> {
        self.get(name).filter(|value| !value.is_null())
    }

    /// Whether the member stands there and is `null`: it was read, and there is none.
    #[must_use]
    pub fn is_null(self, name: &str) -> bool {
        self.get(name).is_some_and(Value::is_null)
    }

    /// All members, in their order.
    pub fn members(self) -> impl Iterator<Item = (Text<'a>, Value<'a>)> {
        self.raw().map(|raw| (unescape(raw.key), raw.value))
    }

    fn raw(self) -> Members<'a> {
        Members { text: self.text, at: 1, sorted: self.sorted }
    }

    /// A member by `read`; one that is there and is something else is told to the host, as its verdict must not count.
    fn typed<T>(self, name: &str, what: &'static str, read: impl Fn(Value<'a>) -> Option<T>) -> Option<T> {
        let value = self.some(name)?;
        let read = read(value);
        if read.is_none() {
            slip::note(|| Slip::Input(format!("`{name}` is no {what}")));
        }
        read
    }

    /// A text. `None` when it is absent or null; a member that is something else makes the document errored. So do the
    /// other readers below.
    #[must_use]
    pub fn text(self, name: &str) -> Option<Text<'a>> {
        self.typed(name, "text", Value::text)
    }

    /// A whole number.
    #[must_use]
    pub fn integer(self, name: &str) -> Option<i64> {
        self.typed(name, "whole number", Value::integer)
    }

    /// A number.
    #[must_use]
    pub fn number(self, name: &str) -> Option<f64> {
        self.typed(name, "number", Value::number)
    }

    /// `true` or `false`.
    #[must_use]
    pub fn boolean(self, name: &str) -> Option<bool> {
        self.typed(name, "boolean", Value::boolean)
    }

    /// A moment.
    #[must_use]
    pub fn time(self, name: &str) -> Option<Time> {
        self.typed(name, "time", Value::time)
    }

    /// An object. Also what maps are: `tags.text("env")`.
    #[must_use]
    pub fn object(self, name: &str) -> Option<Object<'a>> {
        self.typed(name, "object", Value::object)
    }

    /// A list.
    #[must_use]
    pub fn list(self, name: &str) -> Option<List<'a>> {
        self.typed(name, "list", Value::list)
    }
}

impl<'a> List<'a> {
    /// A list without elements.
    pub const EMPTY: List<'static> = List { text: "[]", sorted: true };

    /// The JSON, as it is written.
    #[must_use]
    pub const fn json(self) -> &'a str {
        self.text
    }

    /// Whether it has no elements.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.iter().next().is_none()
    }

    /// How many elements it has.
    #[must_use]
    pub fn len(self) -> usize {
        self.iter().count()
    }

    /// The elements.
    #[must_use]
    pub const fn iter(self) -> Elements<'a> {
        Elements { text: self.text, at: 1, sorted: self.sorted }
    }

    fn typed<T>(self, what: &'static str, read: impl Fn(Value<'a>) -> Option<T>) -> impl Iterator<Item = T> {
        self.iter().filter_map(move |value| {
            let read = read(value);
            if read.is_none() {
                slip::note(|| Slip::Input(format!("an element of a list is no {what}")));
            }
            read
        })
    }

    /// The elements of a list of texts. An element that is something else makes the document errored.
    pub fn texts(self) -> impl Iterator<Item = Text<'a>> {
        self.typed("text", Value::text)
    }

    /// The elements of a list of whole numbers, likewise.
    pub fn integers(self) -> impl Iterator<Item = i64> {
        self.typed("whole number", Value::integer)
    }

    /// The elements of a list of objects, likewise.
    pub fn objects(self) -> impl Iterator<Item = Object<'a>> {
        self.typed("object", Value::object)
    }
}

impl<'a> IntoIterator for List<'a> {
    type Item = Value<'a>;
    type IntoIter = Elements<'a>;

    fn into_iter(self) -> Elements<'a> {
        self.iter()
    }
}

/// See [`List::iter`].
#[derive(Debug, Clone)]
pub struct Elements<'a> {
    text: &'a str,
    at: usize,
    sorted: bool,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    #[inline]
    fn next(&mut self) -> Option<Value<'a>> {
        let bytes = self.text.as_bytes();
        let start = next_item(bytes, self.at)?;
        let end = value_end(bytes, start)?;
        self.at = end;
        Some(Value { text: self.text.get(start..end)?, sorted: self.sorted })
    }
}

/// A member.
struct Raw<'a> {
    /// Its name as it is written.
    key: &'a str,
    /// Whether there are escapes in the name.
    escaped: bool,
    value: Value<'a>,
}

/// See [`Object::members`].
struct Members<'a> {
    text: &'a str,
    at: usize,
    sorted: bool,
}

impl<'a> Iterator for Members<'a> {
    type Item = Raw<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        let start = next_item(bytes, self.at)?;
        if bytes[start] != b'"' {
            return None;
        }
        let (quote, escaped) = string_end(bytes, start + 1)?;
        let colon = blank(bytes, quote + 1);
        if *bytes.get(colon)? != b':' {
            return None;
        }
        let value = blank(bytes, colon + 1);
        let end = value_end(bytes, value)?;
        self.at = end;
        let value = Value { text: self.text.get(value..end)?, sorted: self.sorted };
        Some(Raw { key: self.text.get(start + 1..quote)?, escaped, value })
    }
}

/// Where the next member or element begins, behind a comma if there is one. `None` at the closing bracket.
#[inline]
fn next_item(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = blank(bytes, at);
    if *bytes.get(at)? == b',' {
        at = blank(bytes, at + 1);
    }
    (!matches!(*bytes.get(at)?, b'}' | b']' | b',' | b':')).then_some(at)
}

#[inline]
fn blank(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|byte| *byte <= b' ') {
        at += 1;
    }
    at
}

/// From behind an opening quote to the closing one, and whether there was an escape on the way.
#[inline]
fn string_end(bytes: &[u8], mut at: usize) -> Option<(usize, bool)> {
    let mut escaped = false;
    loop {
        at = scan::quote(bytes, at);
        if *bytes.get(at)? == b'"' {
            return Some((at, escaped));
        }
        escaped = true;
        at += 2;
    }
}

/// Behind the value that begins at `at`. Counts brackets instead of descending.
#[inline]
fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match *bytes.get(at)? {
        b'"' => Some(string_end(bytes, at + 1)?.0 + 1),
        b'{' | b'[' => nested_end(bytes, at),
        _ => {
            let length = bytes[at..].iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b':') || *byte <= b' ');
            Some(length.map_or(bytes.len(), |length| at + length))
        }
    }
}

fn nested_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        at = scan::structure(bytes, at);
        match *bytes.get(at)? {
            b'"' => at = string_end(bytes, at + 1)?.0,
            b'{' | b'[' => depth += 1,
            _ => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
        }
        at += 1;
    }
}

/// What stands between two quotes, read. Half a surrogate pair becomes U+FFFD, as it is no character.
fn unescape(raw: &str) -> Text<'_> {
    let Some(first) = raw.find('\\') else { return Cow::Borrowed(raw) };
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    let mut next = Some(first);
    while let Some(at) = next {
        out.push_str(&rest[..at]);
        rest = escape(&rest[at + 1..], &mut out);
        next = rest.find('\\');
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Reads one escape, from behind its backslash; answers what follows it.
fn escape<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let mut chars = rest.chars();
    let plain = match chars.next() {
        Some('u') => return unicode(chars.as_str(), out),
        Some('n') => '\n',
        Some('t') => '\t',
        Some('r') => '\r',
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some(other) => other,
        None => return "",
    };
    out.push(plain);
    chars.as_str()
}

fn unicode<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let unit = |text: &str| text.get(..4).and_then(|digits| u16::from_str_radix(digits, 16).ok());
    let Some(first) = unit(rest) else { return rest };
    let rest = &rest[4..];
    if let Some(c) = char::from_u32(u32::from(first)) {
        out.push(c);
        return rest;
    }
    let second = rest.strip_prefix("\\u").and_then(unit);
    let pair = second.and_then(|second| char::decode_utf16([first, second]).next()?.ok());
    out.push(pair.unwrap_or(char::REPLACEMENT_CHARACTER));
    if pair.is_some() { &rest[6..] } else { rest }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object<'_> {
        Value::parse(text).object().expect("an object")
    }

    #[test]
    fn members_are_found_wherever_they_stand() {
        let text = r#" { "b" : [1, {"c": "}"}], "a\"" : "x\\", "k\u00e9y":null ,"z":-7.5e2 } "#;
        let read = object(text);
        assert_eq!(read.get("b").map(Value::json), Some(r#"[1, {"c": "}"}]"#));
        assert_eq!(read.text("a\"").as_deref(), Some("x\\"));
        assert_eq!(read.number("z"), Some(-750.0));
        assert!(read.is_null("kéy") && read.get("kéy").is_some() && read.some("kéy").is_none());
        assert!(read.get("c").is_none() && read.get("").is_none() && !read.is_empty());
        let names: Vec<_> = read.members().map(|(name, _)| name.into_owned()).collect();
        assert_eq!(names, ["b", "a\"", "kéy", "z"]);
        assert_eq!(read.list("b").map(List::len), Some(2));
    }

    #[test]
    fn a_canonical_object_ends_early_but_not_at_an_escape() {
        let read = Object::canonical(r#"{"A":1,"\u00fc":2,"B":3}"#);
        assert_eq!((read.integer("A"), read.integer("B"), read.integer("ü"), read.integer("AA")), (Some(1), Some(3), Some(2), None));
        assert_eq!(read.get("\\u00fc"), None, "what a name means counts, not how it is written");
    }

    #[test]
    fn escapes_are_read() {
        let text = |raw: &str| Value::parse(raw).text().map(Cow::into_owned);
        assert_eq!(text(r#""\u002f\/\b\f\n\r\t\\\"""#).as_deref(), Some("//\u{8}\u{c}\n\r\t\\\""));
        assert_eq!(text(r#""\ud83d\ude00 \ubcf4""#).as_deref(), Some("😀 보"));
        assert_eq!(text(r#""\ud83d!""#).as_deref(), Some("\u{fffd}!"));
        assert_eq!(text(r#""\ud83d\u0041""#).as_deref(), Some("\u{fffd}A"));
        assert!(matches!(Value::parse(r#""plain""#).text(), Some(Cow::Borrowed("plain"))));
    }

    #[test]
    fn no_nesting_is_too_deep() {
        let deep = format!(r#"{{"a":{}{},"b":1}}"#, "[".repeat(500_000), "]".repeat(500_000));
        assert_eq!(object(&deep).integer("b"), Some(1));
    }

    #[test]
    fn what_is_no_json_ends() {
        let texts = [
            "{",
            "{\"",
            "{\"a",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":[",
            "{\"a\":\"\\",
            "{,}",
            "{:}",
            "{]",
            "{\"a\":1 2}",
            "[1,,2]",
            "[",
            "[}",
            "{\"a\"é",
            "\"\\u12",
        ];
        for text in texts {
            let value = Value::parse(text);
            let _ = (value.text(), value.number(), value.object().map(|object| object.members().count()), value.list().map(List::len));
            let _ = value.object().map(|object| object.get("a"));
        }
    }

    #[test]
    fn a_member_of_another_type_is_told() {
        let read = object(r#"{"Size":"8","Encrypted":1}"#);
        assert_eq!((read.integer("Size"), slip::take()), (None, Some(Slip::Input("`Size` is no whole number".to_owned()))));
        assert_eq!((read.boolean("Encrypted"), read.boolean("Absent")), (None, None));
        assert_eq!(slip::take(), Some(Slip::Input("`Encrypted` is no boolean".to_owned())));
    }
}
