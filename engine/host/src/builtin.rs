//! The packs that are in the binary: bytes and manifests as `cargo xtask packs` left them under `rules/packs/built`.
//!
//! Manifests are read from text, so that a list of all rules runs and compiles nothing. A test holds them against what the
//! bytes say of themselves.

use std::sync::LazyLock;

use muster_core::digest::sha256_hex;
use muster_core::finding::PackId;
use serde::{Deserialize, Serialize};

use crate::author::Manifest;

/// A built-in pack.
#[derive(Debug, Clone, PartialEq)]
pub struct BuiltIn {
    /// Its component, for [`Host::load`](crate::Host::load).
    pub bytes: &'static [u8],
    /// `sha256:` and the digest of the component.
    pub digest: String,
    /// Its name, version and rules, without running it.
    pub manifest: Manifest,
}

/// What stands in `NAME.json`.
#[derive(Serialize, Deserialize)]
struct Written {
    digest: String,
    #[serde(flatten)]
    manifest: Manifest,
}

macro_rules! built {
    ($($name:literal)*) => {
        [$((
            include_bytes!(concat!("../../../rules/packs/built/", $name, ".wasm")),
            include_str!(concat!("../../../rules/packs/built/", $name, ".json")),
        )),*]
    };
}

/// Component and manifest of each, by name.
static FILES: [(&[u8], &str); 6] = built!["ec2" "fleet" "iam" "lambda" "rds" "s3"];

static BUILTIN: LazyLock<Vec<BuiltIn>> = LazyLock::new(|| FILES.iter().map(|(bytes, manifest)| read(bytes, manifest)).collect());

/// All built-in packs, by name.
#[must_use]
pub fn builtin() -> &'static [BuiltIn] {
    &BUILTIN
}

/// The built-in pack of that name.
#[must_use]
pub fn builtin_named(name: &str) -> Option<&'static BuiltIn> {
    BUILTIN.iter().find(|pack| pack.manifest.name == name)
}

/// The text of `NAME.json` for a component with this manifest.
#[must_use]
pub fn written(component: &[u8], manifest: &Manifest) -> String {
    let written = Written { digest: digest(component), manifest: manifest.clone() };
    // A manifest is texts and maps with texts as keys, which JSON always takes.
    serde_json::to_string_pretty(&written).unwrap_or_default() + "\n"
}

impl BuiltIn {
    /// Name and version.
    #[must_use]
    pub fn id(&self) -> PackId {
        self.manifest.id()
    }
}

fn read(bytes: &'static [u8], manifest: &str) -> BuiltIn {
    let Written { digest, manifest } =
        serde_json::from_str(manifest).expect("a manifest that `cargo xtask packs` wrote; a test reads each");
    BuiltIn { bytes, digest, manifest }
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", sha256_hex(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_are_of_the_bytes() {
        for pack in builtin() {
            let name = &pack.manifest.name;
            assert_eq!(pack.digest, digest(pack.bytes), "{name}: run `cargo xtask packs {name}`");
            assert_eq!(Manifest::of(pack.bytes).expect("a component").as_ref(), Some(&pack.manifest), "{name}");
            assert_eq!(builtin_named(name), Some(pack));
        }
        assert_eq!(builtin_named("ec3"), None);
        assert!(builtin().is_sorted_by_key(|pack| &pack.manifest.name));
    }
}
