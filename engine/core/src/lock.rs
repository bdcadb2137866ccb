//! `fleet.lock`: what floats, pinned.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cloud::Image;

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
