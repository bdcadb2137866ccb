//! The members of a JSON object as they are written, their values unread.

use std::borrow::Cow;

/// Cuts an object into keys and values. Values are only found, not checked: whoever reads one checks it.
///
/// # Errors
/// When the text is not an object in braces.
pub(super) fn members(text: &str) -> Result<Vec<(Cow<'_, str>, &str)>, String> {
    let mut scan = Scan { text, at: 0 };
    scan.expect(b'{')?;
    let mut out = Vec::with_capacity(4);
    if scan.eat(b'}') {
        return scan.end().map(|()| out);
    }
    loop {
        let key = scan.key()?;
        scan.expect(b':')?;
        out.push((key, scan.value()?));
        if !scan.eat(b',') {
            break;
        }
    }
    scan.expect(b'}')?;
    scan.end().map(|()| out)
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    /// The byte that is next, blanks left behind.
    fn next(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.next() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), String> {
        if self.eat(byte) { Ok(()) } else { Err(self.wrong(&format!("`{}`", char::from(byte)))) }
    }

    fn end(&mut self) -> Result<(), String> {
        if self.next().is_none() { Ok(()) } else { Err(self.wrong("the end of the line")) }
    }

    fn wrong(&self, wanted: &str) -> String {
        let column = self.text[..self.at].chars().count() + 1;
        match self.text[self.at..].chars().next() {
            Some(found) => format!("not a JSON object: `{}` at column {column}, where {wanted} should stand", found.escape_debug()),
            None => format!("not a JSON object: it ends where {wanted} should stand"),
        }
    }

    fn key(&mut self) -> Result<Cow<'a, str>, String> {
        if self.next() != Some(b'"') {
            return Err(self.wrong("a key in quotes"));
        }
        let written = self.value()?;
        let plain = &written[1..written.len() - 1];
        if !plain.contains('\\') {
            return Ok(Cow::Borrowed(plain));
        }
        serde_json::from_str(written).map(Cow::Owned).map_err(|error| format!("not a JSON object: a key is no text: {error}"))
    }

    /// A value's text, up to what must follow it.
    fn value(&mut self) -> Result<&'a str, String> {
        let first = self.next();
        let start = self.at;
        let length = match first {
            Some(b'"') => quoted(&self.text.as_bytes()[start..]),
            Some(b'{' | b'[') => nested(&self.text.as_bytes()[start..]),
            _ => Some(plain(&self.text.as_bytes()[start..])),
        };
        let Some(length) = length.filter(|length| *length > 0) else {
            self.at = if length.is_none() { self.text.len() } else { start };
            return Err(self.wrong("a value"));
        };
        self.at += length;
        Ok(&self.text[start..self.at])
    }
}

/// Bytes of a text in quotes, both quotes included; nothing when it does not end.
fn quoted(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Bytes up to the bracket that closes the first one; nothing when none does.
fn nested(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        match bytes.get(at)? {
            b'"' => at += quoted(&bytes[at..])?,
            b'{' | b'[' => (at, depth) = (at + 1, depth + 1),
            b'}' | b']' => (at, depth) = (at + 1, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Bytes of a number or word.
fn plain(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| !matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_as_they_are_written() {
        let found = members(" {\"a\" : [1, {\"x\": \"}\\\"]\"}] ,\"\\u0062\":\"t, }\", \"c\": -1.5e3}\n").expect("object");
        let shown: Vec<(&str, &str)> = found.iter().map(|(key, value)| (&**key, *value)).collect();
        assert_eq!(shown, [("a", "[1, {\"x\": \"}\\\"]\"}]"), ("b", "\"t, }\""), ("c", "-1.5e3")]);
        assert!(members("{}").expect("empty").is_empty());
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in [
            "",
            "[]",
            "{",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{\"a\":1}x",
            "{\"a\":\"",
            "{\"a\":[",
            "{a:1}",
            "{\"\\ud800\":1}",
            "{\"a\\",
        ] {
            assert!(members(text).is_err(), "{text}");
        }
        assert_eq!(members("{\"é\": }").expect_err("value"), "not a JSON object: `}` at column 7, where a value should stand");
    }
}
