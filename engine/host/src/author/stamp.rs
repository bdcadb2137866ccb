//! Of which sources a component was built: a file beside it, so that an older component is not tried in place of newer sources.
//!
//! Digests and not times: a checkout gives all files the time it was made. It stands beside the component and not in it, so that a
//! comment changes no digest that somebody pinned.

use std::collections::BTreeMap;

use muster_core::digest::sha256_hex;
use serde::{Deserialize, Serialize};

/// Name of the file in the folder of a pack.
pub const STAMP_FILE: &str = "built.json";
/// Version of the file's format.
const FORMAT: u32 = 1;

/// Digests of sources by path in the folder of the pack.
pub type Digests = BTreeMap<String, String>;

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamp {
    /// Format number.
    format: u32,
    /// Digest of the component this is about.
    component: String,
    /// What it was built of; nothing when a later build failed and nobody knows of what it was.
    sources: Option<Digests>,
}

/// Why a component is not what its sources would give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stale {
    /// These are new or say something else, by path.
    Changed(Vec<String>),
    /// A build after it failed.
    Failed,
}

impl Stamp {
    /// Of a component and what it was built of.
    #[must_use]
    pub fn new(component: &[u8], sources: Option<Digests>) -> Self {
        Self { format: FORMAT, component: sha256_hex(component), sources }
    }

    /// Reads the file. One that is damaged or of another muster says nothing.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|stamp: &Self| stamp.format == FORMAT)
    }

    /// The file.
    #[must_use]
    pub fn text(&self) -> String {
        // Text by text, which JSON always takes.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// True when it is about this component, and not one that stood in its place before or came another way.
    #[must_use]
    pub fn is_of(&self, component: &[u8]) -> bool {
        self.component == sha256_hex(component)
    }

    /// Why the component is older than what stands beside it `now`; nothing when it is not. What is gone is no reason: a lock
    /// file that nobody committed is.
    #[must_use]
    pub fn stale(&self, now: &Digests) -> Option<Stale> {
        let Some(then) = &self.sources else { return Some(Stale::Failed) };
        let changed: Vec<String> =
            now.iter().filter(|(path, digest)| then.get(*path) != Some(digest)).map(|(path, _)| path.clone()).collect();
        if changed.is_empty() { None } else { Some(Stale::Changed(changed)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digests(all: &[(&str, &str)]) -> Digests {
        all.iter().map(|(path, digest)| ((*path).to_owned(), (*digest).to_owned())).collect()
    }

    #[test]
    fn what_changed_or_is_new_makes_a_component_stale_and_what_is_gone_does_not() {
        let stamp = Stamp::new(b"wasm", Some(digests(&[("Cargo.lock", "1"), ("rule.c", "2")])));
        assert!(stamp.is_of(b"wasm") && !stamp.is_of(b"other"));
        assert_eq!(stamp.stale(&digests(&[("rule.c", "2")])), None);
        let now = digests(&[("more.c", "1"), ("rule.c", "3")]);
        assert_eq!(stamp.stale(&now), Some(Stale::Changed(vec!["more.c".to_owned(), "rule.c".to_owned()])));
    }

    #[test]
    fn a_failed_build_is_remembered_and_a_damaged_file_says_nothing() {
        let failed = Stamp::new(b"wasm", None);
        assert_eq!(Stamp::read(&failed.text()), Some(failed.clone()));
        assert_eq!(failed.stale(&Digests::new()), Some(Stale::Failed));
        assert_eq!(Stamp::read("{"), None);
        assert_eq!(Stamp::read(&failed.text().replace("\"format\": 1", "\"format\": 2")), None);
    }
}
