//! Estate files: what an embedded account holds before muster comes.

mod furnish;
mod model;

use std::borrow::Cow;

use jiff::Timestamp;
use serde_saphyr::{DefaultMessageFormatter, Error, Localizer, Location, MessageFormatter};

pub(crate) use furnish::{default_key, furnish, key_arn};
pub use model::{Estate, PublicImage, Quotas};

/// The estate of a fleet that names none: an account with its default network and nothing else.
const EMPTY: &str = include_str!("../../../../examples/estates/empty.yaml");

/// Why an estate file was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct EstateError {
    /// `office.yaml:12:5`, or the file alone.
    pub place: String,
    /// What is wrong with it.
    pub message: String,
}

impl Estate {
    /// Reads an estate file.
    ///
    /// # Errors
    /// At the first key or value that is not one of an estate, with its line and column.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, EstateError> {
        let estate: Self = serde_saphyr::from_str(text).map_err(|error| at(file_name, &error))?;
        estate.check().map_err(|message| EstateError { place: file_name.to_owned(), message })?;
        Ok(estate)
    }

    /// An account with its default network, public images and nothing else.
    ///
    /// # Errors
    /// Never, as long as the file that stands in the repository is right; a test reads it.
    pub fn empty() -> Result<Self, EstateError> {
        Self::parse("empty.yaml", EMPTY)
    }

    /// The instant its clock starts at: the file's, or the wall clock's that the caller read.
    #[must_use]
    pub fn starts_at(&self, wall: Timestamp) -> Timestamp {
        self.now.unwrap_or(wall)
    }
}

fn at(file_name: &str, error: &Error) -> EstateError {
    let place = error.location().map_or_else(|| file_name.to_owned(), |at| format!("{file_name}:{}:{}", at.line(), at.column()));
    let text = error.without_snippet().render_with_formatter(&Placeless);
    EstateError { place, message: text.lines().next().unwrap_or_default().to_owned() }
}

/// The words of the YAML reader without the place it puts behind them: ours stands before them, with the file.
struct Placeless;

impl Localizer for Placeless {
    fn attach_location<'a>(&self, base: Cow<'a, str>, _: Location) -> Cow<'a, str> {
        base
    }

    fn alias_defined_at(&self, _: Location) -> String {
        String::new()
    }

    fn alias_used_at(&self, _: Location) -> String {
        String::new()
    }
}

impl MessageFormatter for Placeless {
    fn localizer(&self) -> &dyn Localizer {
        self
    }

    fn format_message<'a>(&self, error: &'a Error) -> Cow<'a, str> {
        DefaultMessageFormatter.format_message(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFICE: &str = include_str!("../../../../examples/estates/office.yaml");

    #[test]
    fn the_estates_of_the_repository_are_right() {
        let office = Estate::parse("office.yaml", OFFICE).expect("office");
        assert!(office.now.is_some(), "a recorded session needs a fixed clock");
        assert!(office.places[0].instances.len() >= 8 && office.places[0].databases.len() == 2);
        let platform = Estate::parse("platform.yaml", include_str!("../../../../examples/estates/platform.yaml")).expect("platform");
        assert!(platform.now.is_some() && platform.places[0].clusters.len() == 2 && platform.places[0].scaling_groups.len() == 2);
        let audit = Estate::parse("audit.yaml", include_str!("../../../../examples/estates/audit.yaml")).expect("audit");
        assert!(audit.now.is_some() && audit.places[0].facts.contains_key("ec2.instance"));
        assert!(Estate::empty().expect("empty").places.is_empty());
    }

    #[test]
    fn a_wrong_key_is_named_with_its_line() {
        let error = Estate::parse("e.yaml", "images: []\nplaecs: []\n").expect_err("unknown key");
        assert!(error.place.starts_with("e.yaml:2:"), "{error}");
        assert!(error.message.contains("plaecs"), "{error}");
    }

    #[test]
    fn a_place_is_told_once() {
        for (text, place) in [
            ("images: []\nplaecs: []\n", "e.yaml:2:1"),
            ("places:\n  - region: [\n", "e.yaml:"),
            ("places:\n- region: r\n  instances: &a 7\n", "e.yaml:3:"),
        ] {
            let error = Estate::parse("e.yaml", text).expect_err("refused");
            assert!(error.place.starts_with(place), "{error}");
            assert!(!error.message.contains("line ") && !error.message.contains("column "), "{error}");
        }
    }

    #[test]
    fn references_within_an_estate_must_hold() {
        let text = "places:\n- region: r\n  instances:\n  - {image: ami-1, type: t3.small}\n";
        let error = Estate::parse("e.yaml", text).expect_err("unknown image");
        assert!(error.message.contains("ami-1"), "{error}");
        let text = "images: [{id: ami-1, name: n, architecture: x86_64, created: d, owner: '1'}]\nplaces:\n- region: r\n  instances:\n  - {image: ami-1, type: t9.small}\n";
        assert!(Estate::parse("e.yaml", text).expect_err("unknown type").message.contains("t9.small"));
    }
}
