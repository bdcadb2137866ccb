//! What stands in regions of which the fleet file says nothing: no rule sees it, and nobody may take that for a pass.

use std::collections::BTreeMap;
use std::fmt;

use crate::facet::Facts;
use crate::fleet::Fleet;

/// Things of a kind in regions that are none of the fleet's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The account's name in fleet.yaml.
    pub account: String,
    /// The kind.
    pub kind: &'static str,
    /// How many in each of these regions; at least one.
    pub regions: BTreeMap<String, usize>,
}

/// What lists of whole accounts named beside the fleet's regions. What a rule's scope leaves out is none of it: that was said.
pub(super) fn elsewhere(fleet: &Fleet, facts: &Facts) -> Vec<Elsewhere> {
    let foreign = |region: &str| !fleet.cloud.regions.iter().any(|own| own == region);
    let all = facts.spread.iter().map(|spread| Elsewhere {
        account: spread.account.clone(),
        kind: spread.kind,
        regions: spread.regions.iter().filter(|(region, things)| foreign(region) && **things > 0).map(|(a, b)| (a.clone(), *b)).collect(),
    });
    all.filter(|elsewhere| !elsewhere.regions.is_empty()).collect()
}

impl Elsewhere {
    /// How many in all.
    #[must_use]
    pub fn things(&self) -> usize {
        self.regions.values().sum()
    }
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let regions: Vec<String> = self.regions.iter().map(|(region, things)| format!("{region} ({things})")).collect();
        let (were, it) = if self.things() == 1 { ("was", "it") } else { ("were", "them") };
        write!(
            f,
            "{} in account {} {were} not judged: in {}, which `cloud.regions` of fleet.yaml does not list; list a region to judge {it}",
            self.things(),
            self.account,
            regions.join(", ")
        )
    }
}
