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
    /// Ids by the names of fleet.yaml; no id for the account that credentials belong to. Nothing at all where `cloud` is
    /// wrong, so that no account is held against it.
    pub accounts: BTreeMap<String, Option<String>>,
    /// Regions of the fleet; nothing where they are not known.
    pub regions: BTreeSet<String>,
    /// Packs of fleet.yaml's own, by name, with their places.
    pub packs: BTreeMap<String, Span>,
    /// Packs of fleet.yaml's own of which no rule is known, by the names that fleet.lock has for them, where it has one: what
    /// policies say of their rules cannot be checked.
    pub unread: Vec<Option<String>>,
    /// Where fleet.yaml lists its policies, if it does.
    pub listed: Option<Span>,
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
            unread: Vec::new(),
            listed: fleet.advisor.policies.first().map(|policy| policy.span.clone()).or_else(|| fleet.sections.get("advisor").cloned()),
            zone: fleet.timezone.as_deref().and_then(zone_named).unwrap_or(TimeZone::UTC),
            kinds: facet::kind,
        }
    }

    /// Of a file whose `cloud` is wrong: which accounts and regions there are is not known.
    #[must_use]
    pub(crate) fn without_places(mut self) -> Self {
        self.accounts.clear();
        self.regions.clear();
        self
    }

    /// With ids that credentials gave, by the names of fleet.yaml. Those that the file declares stay.
    #[must_use]
    pub fn identified(mut self, ids: &BTreeMap<String, String>) -> Self {
        for (name, id) in &mut self.accounts {
            *id = id.take().or_else(|| ids.get(name).cloned());
        }
        self
    }

    /// Whether rules of a pack of this name may be in a file that could not be read.
    pub(super) fn may_have(&self, pack: &str) -> bool {
        self.unread.iter().any(|name| name.as_deref().is_none_or(|name| name == pack))
    }

    /// Every account, by its id where that is known, with every region.
    pub(super) fn places(&self) -> impl Iterator<Item = (&str, &str)> {
        let accounts = self.accounts.iter().map(|(name, id)| id.as_deref().unwrap_or(name));
        accounts.flat_map(|account| self.regions.iter().map(move |region| (account, region.as_str())))
    }

    /// Ids among what is written that may be of an account of which fleet.yaml gives no id.
    pub(super) fn untold<'a>(&'a self, written: &'a Where) -> impl Iterator<Item = &'a At<String>> {
        let nameless = self.accounts.values().any(Option::is_none);
        let known = |word: &str| self.accounts.values().flatten().any(|id| id == word);
        let not = written.not.iter().flat_map(|not| not.value.accounts.iter().flatten());
        written.accounts.iter().flatten().chain(not).filter(move |word| nameless && is_id(&word.value) && !known(&word.value))
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
        // Which accounts there are, a file with a wrong `cloud` does not say.
        for account in written.accounts.iter().flatten().filter(|_| !self.accounts.is_empty()) {
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
            let known: Vec<String> =
                self.accounts.iter().map(|(name, id)| id.as_ref().map_or_else(|| name.clone(), |id| format!("{name} ({id})"))).collect();
            return Some(foreign.help(format!("accounts of this fleet: {}", listed(known.iter().map(String::as_str)))));
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
