//! `fleet.lock`: what floats, pinned.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::cloud::Image;
use crate::finding::{PackId, Rule};

/// Version of the file's format.
pub const FORMAT: u32 = 1;

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Format number.
    pub format: u32,
    /// Image by `region/architecture/name`.
    #[serde(default)]
    pub images: BTreeMap<String, LockedImage>,
    /// Rule pack by its path as `advisor.packs` has it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub packs: BTreeMap<String, LockedPack>,
}

/// A pinned pack of rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedPack {
    /// Its name: what stands before the slash in the ids of its rules.
    pub name: String,
    /// Its version, as its author gave it.
    pub version: String,
    /// `sha256:` and the digest of the component's bytes.
    pub digest: String,
    /// Facets its rules read, by kind. It follows from the digest; it stands here so that a pack which wants to see more is a
    /// line of the diff.
    pub needs: BTreeMap<String, BTreeSet<String>>,
    /// Memory of its calls in bytes, when it needs more than every pack has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
}

impl LockedPack {
    /// The entry of a pack with these rules.
    #[must_use]
    pub fn new(id: &PackId, digest: &str, rules: &[Rule]) -> Self {
        let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for need in rules.iter().flat_map(|rule| &rule.needs) {
            needs.entry(need.kind.clone()).or_default().extend(need.facets.iter().cloned());
        }
        Self { name: id.name.clone(), version: id.version.clone(), digest: digest.to_owned(), needs, memory: None }
    }
}

/// A pinned image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedImage {
    /// AMI id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub date: String,
    /// Device name of the root volume.
    pub root_device: String,
    /// How it was found.
    pub source: String,
}

impl Lock {
    /// Key of an entry.
    #[must_use]
    pub fn key(region: &str, architecture: &str, name: &str) -> String {
        format!("{region}/{architecture}/{name}")
    }

    /// The pinned image of a region, architecture and name.
    #[must_use]
    pub fn image(&self, region: &str, architecture: &str, name: &str) -> Option<&LockedImage> {
        self.images.get(&Self::key(region, architecture, name))
    }
}

impl From<&Image> for LockedImage {
    fn from(image: &Image) -> Self {
        Self {
            id: image.id.clone(),
            name: image.name.clone(),
            date: image.created.clone(),
            root_device: image.root_device.clone(),
            source: image.source.clone(),
        }
    }
}
