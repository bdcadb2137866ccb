//! Writes JSON in ASCII: evidence of findings, descriptions of rules.

use std::borrow::Cow;
use std::fmt::Write;

use crate::json::{List, Object, Value};
use crate::time::Time;

/// What can stand in evidence.
pub trait Evidence {
    /// Appends its JSON to `out`.
    fn write(&self, out: &mut String);
}

impl<T: Evidence + ?Sized> Evidence for &T {
    fn write(&self, out: &mut String) {
        T::write(self, out);
    }
}

/// `null` when there is none.
impl<T: Evidence> Evidence for Option<T> {
    fn write(&self, out: &mut String) {
        match self {
            Some(value) => value.write(out),
            None => out.push_str("null"),
        }
    }
}

impl Evidence for str {
    fn write(&self, out: &mut String) {
        quote(self, out);
    }
}

impl Evidence for String {
    fn write(&self, out: &mut String) {
        quote(self, out);
    }
}

impl Evidence for Cow<'_, str> {
    fn write(&self, out: &mut String) {
        quote(self, out);
    }
}

impl Evidence for bool {
    fn write(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

macro_rules! whole {
    ($($number:ty)*) => { $(
        impl Evidence for $number {
            fn write(&self, out: &mut String) {
                let _ = write!(out, "{self}");
            }
        }
    )* };
}
whole!(i32 i64 u32 u64 usize);

/// `null` for what JSON has no number for.
impl Evidence for f64 {
    fn write(&self, out: &mut String) {
        if self.is_finite() {
            let _ = write!(out, "{self}");
        } else {
            out.push_str("null");
        }
    }
}

/// RFC 3339.
impl Evidence for Time {
    fn write(&self, out: &mut String) {
        quote(&self.to_string(), out);
    }
}

impl Evidence for Value<'_> {
    fn write(&self, out: &mut String) {
        out.push_str(self.json());
    }
}

impl Evidence for Object<'_> {
    fn write(&self, out: &mut String) {
        out.push_str(self.json());
    }
}

impl Evidence for List<'_> {
    fn write(&self, out: &mut String) {
        out.push_str(self.json());
    }
}

impl<T: Evidence> Evidence for [T] {
    fn write(&self, out: &mut String) {
        joined('[', self, ']', out, T::write);
    }
}

impl<T: Evidence, const N: usize> Evidence for [T; N] {
    fn write(&self, out: &mut String) {
        self.as_slice().write(out);
    }
}

impl<T: Evidence> Evidence for Vec<T> {
    fn write(&self, out: &mut String) {
        self.as_slice().write(out);
    }
}

/// A JSON object of `members`, in the order of their names; of equal names the last counts.
pub(crate) fn object<N: AsRef<str>>(members: &mut Vec<(N, String)>, out: &mut String) {
    members.sort_by(|a, b| a.0.as_ref().cmp(b.0.as_ref()));
    members.reverse();
    members.dedup_by(|a, b| a.0.as_ref() == b.0.as_ref());
    members.reverse();
    joined('{', members, '}', out, |(name, value), out| {
        quote(name.as_ref(), out);
        out.push(':');
        out.push_str(value);
    });
}

/// JSON of anything, alone.
pub(crate) fn json(value: impl Evidence) -> String {
    let mut out = String::new();
    value.write(&mut out);
    out
}

fn joined<T>(open: char, items: &[T], close: char, out: &mut String, one: impl Fn(&T, &mut String)) {
    out.push(open);
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        one(item, out);
    }
    out.push(close);
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(c),
            _ => units(c, out),
        }
    }
    out.push('"');
}

fn units(c: char, out: &mut String) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        let _ = write!(out, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_json() {
        assert_eq!(json("a\"\\\n보😀\u{7f}"), r#""a\"\\\u000a\ubcf4\ud83d\ude00\u007f""#);
        assert_eq!(
            (json(Some(-3)), json(None::<bool>), json(0.5), json(f64::NAN)),
            ("-3".into(), "null".into(), "0.5".into(), "null".into())
        );
        assert_eq!(json(vec![["a"], ["b"]]), r#"[["a"],["b"]]"#);
        assert_eq!(json(Time(0)), r#""1970-01-01T00:00:00Z""#);
    }

    #[test]
    fn members_are_sorted_and_the_last_of_a_name_counts() {
        let mut out = String::new();
        object(&mut vec![("b", json(1)), ("a", json(2)), ("b", json(3))], &mut out);
        assert_eq!(out, r#"{"a":2,"b":3}"#);
    }
}
