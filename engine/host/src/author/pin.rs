//! What fleet.lock holds of a pack, and what this muster does not know of it.

use std::collections::{BTreeMap, BTreeSet};

use muster_core::digest::sha256_hex;
use muster_core::facet;
use muster_core::finding::Rule;
use muster_core::lock::LockedPack;

use super::manifest::Manifest;

/// Kinds and facets of `needs` that this muster does not know: `ec2.volume/colour`.
#[must_use]
pub fn unknown(needs: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut unknown = Vec::new();
    for (kind, facets) in needs {
        let Some(spec) = facet::kind(kind) else {
            unknown.push(kind.clone());
            continue;
        };
        unknown.extend(facets.iter().filter(|facet| spec.facet(facet).is_none()).map(|facet| format!("{kind}/{facet}")));
    }
    unknown
}

/// The entry of a component, with no more memory than usual.
#[must_use]
pub fn pinned(bytes: &[u8], manifest: &Manifest, rules: &[Rule]) -> LockedPack {
    LockedPack::new(&manifest.id(), &format!("sha256:{}", sha256_hex(bytes)), &manifest.interface, rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_core::finding::PackId;

    fn rule(needs: &str) -> Rule {
        let body = format!(r#"{{"title":"T","category":"cost","severity":"low","needs":{needs}}}"#);
        Rule::read("r", &body).expect("a rule")
    }

    fn locked(rules: &[Rule]) -> LockedPack {
        LockedPack::new(&PackId { name: "our".into(), version: "1".into() }, "sha256:0", "1.0.0", rules)
    }

    #[test]
    fn needs_of_all_rules_are_one_and_actions_come_from_the_table() {
        let rules = [rule(r#"[{"kind":"ec2.volume"}]"#), rule(r#"[{"kind":"ec2.volume","facets":["tags"]}]"#)];
        let pack = locked(&rules);
        assert_eq!(pack.needs, BTreeMap::from([("ec2.volume".to_owned(), BTreeSet::from(["tags".to_owned()]))]));
        assert_eq!(pack.actions, BTreeSet::from(["ec2:DescribeVolumes".to_owned()]));
        assert_eq!(unknown(&pack.needs), Vec::<String>::new());
    }

    #[test]
    fn what_the_table_lacks_is_named() {
        let rules = [rule(r#"[{"kind":"ec2.volume","facets":["colour"]},{"kind":"ec2.spaceship"}]"#)];
        assert_eq!(unknown(&locked(&rules).needs), ["ec2.spaceship", "ec2.volume/colour"]);
    }
}
