//! Names: what fleet.yaml may call a thing, and what AWS is told.

use std::fmt;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;

use crate::address::Address;
use crate::digest::sha256_hex;

/// Longest name of an entry in fleet.yaml, in characters.
pub const NAME_MAX_CHARS: usize = 40;
/// Longest fleet name, in characters: it stands in every AWS name beside 8 hex digits and 20 readable ones.
pub const FLEET_NAME_MAX_CHARS: usize = 24;
/// Longest readable part of an AWS name, in characters.
const AWS_PART_MAX_CHARS: usize = 20;

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

/// The AWS name of the thing at `address`: `muster-{fleet}-{ASCII part}-{8 hex of sha256(address)}`.
///
/// It is a function of fleet and address alone, so it is its own idempotency token: whoever makes the thing
/// asks for this name, and a Duplicate error means it is there. It fits every kind's rules: lower case (RDS
/// folds case), starts with a letter, no double or trailing hyphen, at most 63 characters.
#[must_use]
pub fn aws_name(fleet: &FleetName, address: &Address) -> String {
    let readable = ascii_part(address.entry_name());
    let hash = &sha256_hex(address.as_str().as_bytes())[..8];
    let fleet = fleet.as_str().to_ascii_lowercase();
    let joined = format!("muster-{fleet}-{readable}-{hash}");
    joined.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// Start of every AWS name of a fleet, for listings by prefix.
#[must_use]
pub fn aws_name_prefix(fleet: &FleetName) -> String {
    let joined = format!("muster-{}", fleet.as_str().to_ascii_lowercase());
    let clean = joined.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    format!("{clean}-")
}

fn ascii_part(name: &str) -> String {
    let kept = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    let mut out = String::new();
    for c in kept {
        if out.len() == AWS_PART_MAX_CHARS {
            break;
        }
        if c != '-' || !(out.is_empty() || out.ends_with('-')) {
            out.push(c);
        }
    }
    out.trim_matches('-').to_owned()
}

/// Link `n` of the chain of client tokens for the instance at `address`.
///
/// Every racer walks the same chain from 0, so two runs at once ask EC2 for the same instance and nothing
/// has to be stored. EC2 takes at most 64 ASCII characters.
#[must_use]
pub fn client_token(fleet: &FleetName, address: &Address, account: &str, region: &str, n: u32) -> String {
    let text = format!("muster/{fleet}/{address}/{account}/{region}/{n}");
    format!("muster-{}", &sha256_hex(text.as_bytes())[..48])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aws(fleet: &str, user: &str) -> String {
        let fleet = FleetName::new(fleet).expect("fleet");
        aws_name(&fleet, &Address::user(&Name::new(user).expect("name"), crate::address::Part::Instance))
    }

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

    #[test]
    fn aws_names_fit_every_kind() {
        for (fleet, user) in [("f", "김철수"), ("A--b-", "bob.lee"), (&"f".repeat(24)[..], &"x".repeat(40)[..]), ("f", "-._@"), ("f", "É")]
        {
            let name = aws(fleet, user);
            assert!(name.len() <= 63, "{name}");
            assert!(!name.contains("--") && !name.ends_with('-'), "{name}");
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{name}");
            assert!(name.starts_with(&aws_name_prefix(&FleetName::new(fleet).expect("fleet"))), "{name}");
        }
    }

    #[test]
    fn names_that_look_alike_stay_apart() {
        assert_ne!(aws("f", "bob.lee"), aws("f", "bob-lee"));
        assert_ne!(aws("f", "김철수"), aws("f", "이영희"));
    }

    #[test]
    fn tokens_form_a_chain() {
        let fleet = FleetName::new("f").expect("fleet");
        let address = Address::user(&Name::new("alice").expect("name"), crate::address::Part::Instance);
        let chain: std::collections::BTreeSet<String> = (0..10).map(|n| client_token(&fleet, &address, "1", "r", n)).collect();
        assert_eq!(chain.len(), 10);
        assert!(chain.iter().all(|token| token.len() <= 64));
        assert_eq!(client_token(&fleet, &address, "1", "r", 3), client_token(&fleet, &address, "1", "r", 3));
        assert_ne!(client_token(&fleet, &address, "1", "r", 0), client_token(&fleet, &address, "2", "r", 0));
    }
}
