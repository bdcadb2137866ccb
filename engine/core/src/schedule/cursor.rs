//! Reading a window's text from left to right.

use std::borrow::Cow;
use std::ops::Range;

use super::window::WindowError;

/// A place in the text. Blanks before a token never matter.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

/// A token and where it stands.
pub(super) struct Token<T> {
    pub(super) value: T,
    pub(super) range: Range<usize>,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// What is left, without the blanks before it.
    pub(super) fn rest(&mut self) -> &'a str {
        let rest = self.text[self.at..].trim_start();
        self.at = self.text.len() - rest.len();
        rest
    }

    /// Takes a sign when it is next.
    pub(super) fn eat(&mut self, sign: &str) -> bool {
        let found = self.rest().starts_with(sign);
        self.at += if found { sign.len() } else { 0 };
        found
    }

    fn take(&mut self, belongs: impl Fn(char) -> bool) -> Option<Token<&'a str>> {
        let rest = self.rest();
        let len = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let start = self.at;
        self.at += len;
        (len > 0).then(|| Token { value: &rest[..len], range: start..start + len })
    }

    /// Takes a word of letters, in lower case.
    pub(super) fn word(&mut self) -> Option<Token<Cow<'a, str>>> {
        let token = self.take(char::is_alphabetic)?;
        let is_lower = token.value.bytes().all(|byte| byte.is_ascii_lowercase());
        let value = if is_lower { Cow::Borrowed(token.value) } else { Cow::Owned(token.value.to_lowercase()) };
        Some(Token { value, range: token.range })
    }

    /// The word that is next, which stays.
    pub(super) fn peek_word(&mut self) -> Option<Cow<'a, str>> {
        let at = self.at;
        let word = self.word();
        self.at = at;
        word.map(|token| token.value)
    }

    /// Takes a whole number.
    pub(super) fn number(&mut self) -> Option<Token<u32>> {
        let token = self.take(|c| c.is_ascii_digit())?;
        Some(Token { value: token.value.parse().unwrap_or(u32::MAX), range: token.range })
    }

    /// Takes digits and what holds them together in a time or date.
    pub(super) fn figures(&mut self, joined_by: char) -> Option<Token<&'a str>> {
        self.take(|c| c.is_ascii_digit() || c == joined_by)
    }

    /// Takes everything that is left.
    pub(super) fn remainder(&mut self) -> Option<Token<&'a str>> {
        let rest = self.rest();
        let start = self.at;
        self.at = self.text.len();
        let word = rest.trim_end();
        (!word.is_empty()).then(|| Token { value: word, range: start..start + word.len() })
    }

    /// Whether a time of day is next: digits and a colon.
    pub(super) fn sees_time(&mut self) -> bool {
        let rest = self.rest();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && rest[digits..].starts_with(':')
    }

    /// Whether a date is next: four digits and a hyphen.
    pub(super) fn sees_date(&mut self) -> bool {
        let rest = self.rest();
        rest.bytes().take_while(u8::is_ascii_digit).count() == 4 && rest[4..].starts_with('-')
    }

    /// The token that is next, whatever it is, for messages.
    pub(super) fn offender(&mut self) -> Range<usize> {
        let rest = self.rest();
        let len = match rest.find(|c: char| !c.is_alphanumeric()) {
            Some(0) => rest.chars().next().map_or(0, char::len_utf8),
            Some(len) => len,
            None => rest.len(),
        };
        self.at..self.at + len
    }

    /// An error at what is next: `wanted` names what should stand there.
    pub(super) fn expected<T>(&mut self, wanted: &str, help: &str) -> Result<T, WindowError> {
        let range = self.offender();
        let message = match &self.text[range.clone()] {
            "" => format!("the window ends where {wanted} should stand"),
            found => format!("`{found}` stands where {wanted} should"),
        };
        Err(WindowError { message, range, help: Some(help.to_owned()), unknown_zone: false })
    }
}

/// An error at a place.
pub(super) fn wrong<T>(range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Result<T, WindowError> {
    Err(WindowError { message: message.into(), range, help: Some(help.into()), unknown_zone: false })
}
