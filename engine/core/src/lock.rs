//! `fleet.lock`: what floats, pinned.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::cloud::Image;
use crate::facet::Kinds;
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
    /// Pack of rules by its path as `advisor.packs` writes it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub packs: BTreeMap<String, LockedPack>,
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

/// A pinned pack of rules, with what it may read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedPack {
    /// Its name, by which policies call its rules.
    pub name: String,
    /// Its version, as its author says.
    pub version: String,
    /// `sha256:` and the digest of the file.
    pub digest: String,
    /// Version of the interface it was made for.
    pub interface: String,
    /// Facets its rules read, by kind.
    pub needs: BTreeMap<String, BTreeSet<String>>,
    /// IAM actions that reading them takes.
    pub actions: BTreeSet<String>,
    /// Memory of a call in bytes, where somebody granted more than the usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
}

impl LockedPack {
    /// The entry of a pack with these rules, made for `interface`. What it needs is theirs together; what that takes is the
    /// table of facets', never the pack's own word.
    #[must_use]
    pub fn new(id: &PackId, digest: &str, interface: &str, rules: &[Rule]) -> Self {
        let (mut needs, mut wanted) = (BTreeMap::<String, BTreeSet<String>>::new(), Kinds::default());
        for need in rules.iter().flat_map(|rule| &rule.needs) {
            wanted.add(&need.kind, need.facets.iter().map(String::as_str));
            needs.entry(need.kind.clone()).or_default().extend(need.facets.iter().cloned());
        }
        let actions = wanted.actions().into_iter().map(str::to_owned).collect();
        let [name, version, digest, interface] = [id.name.as_str(), id.version.as_str(), digest, interface].map(str::to_owned);
        Self { name, version, digest, interface, needs, actions, memory: None }
    }

    /// What `new` may read and this may not, one line each: `ec2.volume with tags`, `s3:GetBucketPolicy`. A change that only
    /// takes something away has none.
    #[must_use]
    pub fn widened(&self, new: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        for (kind, facets) in &new.needs {
            let before = self.needs.get(kind);
            let more: Vec<&str> =
                facets.iter().filter(|facet| before.is_none_or(|known| !known.contains(*facet))).map(String::as_str).collect();
            match before {
                None if more.is_empty() => lines.push(kind.clone()),
                _ if more.is_empty() => {}
                _ => lines.push(format!("{kind} with {}", more.join(", "))),
            }
        }
        lines.extend(new.actions.difference(&self.actions).cloned());
        lines
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(needs: &[(&str, &[&str])], actions: &[&str]) -> LockedPack {
        let needs = needs.iter().map(|(kind, facets)| ((*kind).to_owned(), facets.iter().map(|facet| (*facet).to_owned()).collect()));
        LockedPack { needs: needs.collect(), actions: actions.iter().map(|action| (*action).to_owned()).collect(), ..LockedPack::default() }
    }

    #[test]
    fn only_what_a_pack_reads_more_is_a_widening() {
        let old = pack(&[("ec2.volume", &["tags"])], &["ec2:DescribeVolumes"]);
        let new = pack(&[("ec2.volume", &[]), ("s3.bucket", &["acl", "policy"])], &["s3:GetBucketAcl", "s3:ListAllMyBuckets"]);
        assert_eq!(old.widened(&new), ["s3.bucket with acl, policy", "s3:GetBucketAcl", "s3:ListAllMyBuckets"]);
        assert_eq!(old.widened(&pack(&[("ec2.volume", &[])], &[])), Vec::<String>::new());
        assert_eq!(LockedPack::default().widened(&pack(&[("ec2.volume", &[])], &[])), ["ec2.volume"]);
    }

    #[test]
    fn a_lock_without_packs_is_written_as_before() {
        let text = serde_json::to_string(&Lock { format: FORMAT, ..Lock::default() }).expect("JSON");
        assert_eq!(text, r#"{"format":1,"images":{}}"#);
    }
}
