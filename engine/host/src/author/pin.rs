//! What fleet.lock holds of a pack.

use std::collections::{BTreeMap, BTreeSet};

use muster_core::digest::sha256_hex;
use muster_core::facet::{self, Wanted};
use muster_core::finding::Rule;
use muster_core::lock::LockedPack;

use super::manifest::Manifest;

/// What a pack's rules read, by kind: facets of all rules together.
#[must_use]
pub fn needs(rules: &[Rule]) -> BTreeMap<String, BTreeSet<String>> {
    let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for need in rules.iter().flat_map(|rule| &rule.needs) {
        needs.entry(need.kind.clone()).or_default().extend(need.facets.iter().cloned());
    }
    needs
}

/// IAM actions that reading them takes: of the table of facets, never of the pack, which could be wrong.
#[must_use]
pub fn actions(needs: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<&'static str> {
    let mut wanted = Wanted::default();
    needs.iter().for_each(|(kind, facets)| wanted.add(kind, facets.iter().map(String::as_str)));
    wanted.actions()
}

/// Kinds and facets that this muster does not know: `ec2.volume/colour`.
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

/// The entry of a pack, with no more memory than usual.
#[must_use]
pub fn pinned(bytes: &[u8], manifest: &Manifest, rules: &[Rule]) -> LockedPack {
    let needs = needs(rules);
    LockedPack {
        name: manifest.name.clone(),
        version: manifest.version.clone(),
        digest: format!("sha256:{}", sha256_hex(bytes)),
        interface: manifest.interface.clone(),
        actions: actions(&needs).into_iter().map(str::to_owned).collect(),
        needs,
        memory: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(needs: &str) -> Rule {
        let body = format!(r#"{{"title":"T","category":"cost","severity":"low","needs":{needs}}}"#);
        Rule::read("r", &body).expect("a rule")
    }

    #[test]
    fn needs_of_all_rules_are_one_and_actions_come_from_the_table() {
        let rules = [rule(r#"[{"kind":"ec2.volume"}]"#), rule(r#"[{"kind":"ec2.volume","facets":["tags"]}]"#)];
        let needs = needs(&rules);
        assert_eq!(needs, BTreeMap::from([("ec2.volume".to_owned(), BTreeSet::from(["tags".to_owned()]))]));
        assert_eq!(actions(&needs), BTreeSet::from(["ec2:DescribeVolumes"]));
        assert_eq!(unknown(&needs), Vec::<String>::new());
    }

    #[test]
    fn what_the_table_lacks_is_named() {
        let rules = [rule(r#"[{"kind":"ec2.volume","facets":["colour"]},{"kind":"ec2.spaceship"}]"#)];
        assert_eq!(unknown(&needs(&rules)), ["ec2.spaceship", "ec2.volume/colour"]);
    }
}
