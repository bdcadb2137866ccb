//! JSON as it is written, read only where somebody asks: nothing is built, what nobody wants is skipped.
//!
//! Documents and parameters come from the host, which promises valid, canonical JSON. On other text every reader here
//! still ends and answers; what it answers is then of no use. No reader recurses, so no nesting is too deep.

use std::borrow::Cow;

use crate::escape::unescape;
use crate::index;
use crate::slip::{self, Slip};
use crate::time::Time;
use crate::walk::{self, Member};

/// Text of a document. Borrowed unless it holds escapes. Compare with `.as_deref() == Some("…")`.
pub type Text<'a> = Cow<'a, str>;

/// What is known of the members of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Nothing.
    Any,
    /// They are in the order of their names, so that a search may end early.
    Sorted,
    /// They are, and the object is a document of the call: where its members are is remembered while it is read.
    Body,
}

impl Order {
    /// What is known of objects within one of this order.
    const fn inner(self) -> Self {
        match self {
            Self::Any => Self::Any,
            Self::Sorted | Self::Body => Self::Sorted,
        }
    }
}

/// Any JSON value, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value<'a> {
    text: &'a str,
    order: Order,
}

/// A JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object<'a> {
    text: &'a str,
    order: Order,
}

/// A JSON array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct List<'a> {
    text: &'a str,
    order: Order,
}

impl<'a> Value<'a> {
    /// The value in `text`, whose objects may have their members in any order.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        Self { text: text.trim_ascii(), order: Order::Any }
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
        self.text.starts_with('{').then_some(Object { text: self.text, order: self.order })
    }

    /// The list, when it is one.
    #[must_use]
    pub fn list(self) -> Option<List<'a>> {
        self.text.starts_with('[').then_some(List { text: self.text, order: self.order })
    }
}

impl<'a> Object<'a> {
    /// An object without members.
    pub const EMPTY: Object<'static> = Object { text: "{}", order: Order::Sorted };

    /// An object whose members are in the order of their names, as the host gives them: a search may end early.
    #[must_use]
    pub const fn canonical(text: &'a str) -> Self {
        Self { text, order: Order::Sorted }
    }

    /// A document of the call.
    pub(crate) const fn body(text: &'a str) -> Self {
        Self { text, order: Order::Body }
    }

    /// The JSON, as it is written.
    #[must_use]
    pub const fn json(self) -> &'a str {
        self.text
    }

    /// Whether it has no members.
    #[must_use]
    pub fn is_empty(self) -> bool {
        walk::member(self.text.as_bytes(), walk::FIRST).is_none()
    }

    /// The member of this name, `null` included.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Value<'a>> {
        #[cfg(not(target_arch = "wasm32"))]
        crate::spy::note(self.text, name);
        let (start, end) = match self.order {
            Order::Body => index::find(self.text, name),
            order => walk::find(self.text.as_bytes(), name, order == Order::Sorted),
        }?;
        self.value(start, end)
    }

    fn value(self, start: usize, end: usize) -> Option<Value<'a>> {
        Some(Value { text: self.text.get(start..end)?, order: self.order.inner() })
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
        let mut at = walk::FIRST;
        std::iter::from_fn(move || {
            let Member { key, value, .. } = walk::member(self.text.as_bytes(), at)?;
            at = value.1;
            Some((unescape(self.text.get(key.0..key.1)?), self.value(value.0, value.1)?))
        })
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
    pub const EMPTY: List<'static> = List { text: "[]", order: Order::Sorted };

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
        Elements { text: self.text, at: walk::FIRST, order: self.order }
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
    order: Order,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    #[inline]
    fn next(&mut self) -> Option<Value<'a>> {
        let (start, end) = walk::element(self.text.as_bytes(), self.at)?;
        self.at = end;
        Some(Value { text: self.text.get(start..end)?, order: self.order })
    }
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
