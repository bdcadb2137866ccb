//! What policies are held against beside the rules: the fleet's accounts, regions and zone, and the kinds there are.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use super::Where;
use crate::diag::Diagnostic;
use crate::facet::{self, KindSpec};
use crate::fleet::leaf::zone_named;
use crate::fleet::{Fleet, did_you_mean, listed};
use crate::span::{At, Span};

/// Accounts, regions, zone and kinds.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Ids by the names of fleet.yaml; nothing for the account that credentials belong to.
    pub accounts: BTreeMap<String, Option<String>>,
    /// Regions of the fleet.
    pub regions: BTreeSet<String>,
    /// Packs of fleet.yaml's own, by name, with their places.
    pub packs: BTreeMap<String, Span>,
    /// Zone of `until`.
    pub zone: TimeZone,
    /// The table of kinds; nothing for one that is not collected.
    pub kinds: fn(&str) -> Option<&'static KindSpec>,
}

impl Ground {
    /// The ground of a fleet.
    #[must_use]
    pub fn of(fleet: &Fleet) -> Self {
        Self {
            accounts: fleet.cloud.accounts.iter().map(|(name, account)| (name.clone(), account.id.clone())).collect(),
            regions: fleet.cloud.regions.iter().cloned().collect(),
            packs: BTreeMap::new(),
            zone: fleet.timezone.as_deref().and_then(zone_named).unwrap_or(TimeZone::UTC),
            kinds: facet::kind,
        }
    }

    /// Names and ids of accounts, each with the other; nothing when they are the one account of which the id is not known,
    /// and so all there is.
    pub(super) fn known_as<'a>(&self, written: impl Iterator<Item = &'a str>) -> Option<BTreeSet<String>> {
        let mut all = BTreeSet::new();
        for word in written {
            match self.accounts.get(word) {
                Some(None) => return None,
                Some(Some(id)) => drop(all.insert(id.clone())),
                None => {}
            }
            // An account of which the id is not known yet may be the one that is meant.
            let may_be = |id: &Option<String>| is_id(word) && id.as_deref().is_none_or(|id| id == word);
            all.extend(self.accounts.iter().filter(|(_, id)| may_be(id)).map(|(name, _)| name.clone()));
            all.insert(word.to_owned());
        }
        Some(all)
    }

    /// Names that are no account's, and ids and regions that are not this fleet's.
    pub(super) fn check(&self, written: &Where, problems: &mut Vec<Diagnostic>) {
        for account in written.accounts.iter().flatten() {
            problems.extend(self.account(account));
        }
        for region in written.regions.iter().flatten() {
            problems.extend(self.region(region));
        }
        if let Some(not) = &written.not {
            self.check(&not.value, problems);
        }
    }

    fn account(&self, written: &At<String>) -> Option<Diagnostic> {
        let word = written.value.as_str();
        if self.accounts.iter().any(|(name, id)| name == word || id.as_deref().is_none_or(|id| id == word) && is_id(word)) {
            return None;
        }
        if is_id(word) {
            let foreign = Diagnostic::warning(format!("account {word} is none of this fleet's"), written.span.clone());
            return Some(foreign.help(format!("accounts of this fleet: {}", self.account_words())));
        }
        let mut problem = Diagnostic::error(format!("unknown account `{word}`"), written.span.clone());
        problem.label = did_you_mean(word, self.accounts.keys().map(String::as_str));
        Some(problem.help(format!("accounts of this fleet: {}; an id works too", self.account_words())))
    }

    fn region(&self, written: &At<String>) -> Option<Diagnostic> {
        if self.regions.is_empty() || self.regions.contains(&written.value) {
            return None;
        }
        let mut problem = Diagnostic::warning(format!("region {} is none of this fleet's", written.value), written.span.clone());
        problem.label = did_you_mean(&written.value, self.regions.iter().map(String::as_str));
        Some(problem.help(format!("regions of this fleet: {}", listed(self.regions.iter().map(String::as_str)))))
    }

    fn account_words(&self) -> String {
        listed(self.accounts.keys().map(String::as_str))
    }
}

fn is_id(word: &str) -> bool {
    word.len() == 12 && word.bytes().all(|c| c.is_ascii_digit())
}
