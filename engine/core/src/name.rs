//! What fleet.yaml may call a thing.

use std::fmt;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;

/// Longest name of an entry in fleet.yaml, in characters.
pub const NAME_MAX_CHARS: usize = 40;
/// Longest fleet name, in characters: it stands in every AWS name beside 8 hex digits and 20 readable ones.
pub const FLEET_NAME_MAX_CHARS: usize = 24;

/// The name of a user, database, schedule or other entry: NFC-normalised, letters and digits of any script
/// plus `._@-`, at most [`NAME_MAX_CHARS`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Name(String);

/// Why a name was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing was written.
    #[error("a name cannot be empty")]
    Empty,
    /// Longer than allowed.
    #[error("a name has at most {max} characters, this one has {len}")]
    TooLong {
        /// Characters allowed.
        max: usize,
        /// Characters written.
        len: usize,
    },
    /// A character outside the allowed set.
    #[error("`{0}` cannot stand in a name; {1}")]
    Character(char, &'static str),
}

impl Name {
    /// Checks and normalises a name.
    ///
    /// # Errors
    /// When it is empty, too long, or holds a character that is neither a letter, a digit nor one of `._@-`.
    pub fn new(text: &str) -> Result<Self, NameError> {
        let name: String = if text.is_ascii() { text.to_owned() } else { text.nfc().collect() };
        let len = name.chars().count();
        if len == 0 {
            return Err(NameError::Empty);
        }
        if len > NAME_MAX_CHARS {
            return Err(NameError::TooLong { max: NAME_MAX_CHARS, len });
        }
        match name.chars().find(|c| !c.is_alphanumeric() && !"._@-".contains(*c)) {
            Some(c) => Err(NameError::Character(c, "letters, digits and `._@-` can")),
            None => Ok(Self(name)),
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two names must differ: without regard to case.
    #[must_use]
    pub fn folded(&self) -> String {
        if self.0.is_ascii() { self.0.to_ascii_lowercase() } else { self.0.to_lowercase().nfc().collect() }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// The identity of a fleet in every ownership tag: ASCII letters, digits and hyphen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct FleetName(String);

impl FleetName {
    /// Checks a fleet name.
    ///
    /// # Errors
    /// When it is empty, too long, or holds anything but ASCII letters, digits and hyphen.
    pub fn new(text: &str) -> Result<Self, NameError> {
        let len = text.chars().count();
        if len == 0 {
            return Err(NameError::Empty);
        }
        if len > FLEET_NAME_MAX_CHARS {
            return Err(NameError::TooLong { max: FLEET_NAME_MAX_CHARS, len });
        }
        match text.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-') {
            Some(c) => Err(NameError::Character(c, "ASCII letters, digits and `-` can")),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FleetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composed_and_decomposed_names_are_one() {
        let composed = Name::new("김철수").expect("composed");
        let decomposed = Name::new(&"김철수".nfd().collect::<String>()).expect("decomposed");
        assert_eq!(composed, decomposed);
        assert_eq!(Name::new("E\u{301}").expect("e"), Name::new("É").expect("é"));
        assert_eq!(Name::new("ÉA").expect("É").folded(), Name::new("éa").expect("é").folded());
    }

    #[test]
    fn limits_of_names() {
        assert!(Name::new(&"a".repeat(40)).is_ok());
        assert_eq!(Name::new(&"a".repeat(41)), Err(NameError::TooLong { max: 40, len: 41 }));
        assert_eq!(Name::new(""), Err(NameError::Empty));
        assert!(Name::new("bob.lee@x-1_").is_ok());
        assert!(matches!(Name::new("a/b"), Err(NameError::Character('/', _))));
        assert!(FleetName::new("lms-2026").is_ok());
        assert!(FleetName::new("김").is_err());
        assert!(FleetName::new(&"f".repeat(25)).is_err());
    }
}
