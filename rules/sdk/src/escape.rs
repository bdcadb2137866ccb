//! Text as it is meant of text as it is written.

use std::borrow::Cow;

/// What stands between two quotes, read. Half a surrogate pair becomes U+FFFD, as it is no character.
pub(crate) fn unescape(raw: &str) -> Cow<'_, str> {
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
