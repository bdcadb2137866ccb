//! Where a rule runs or an exception holds, held against the fleet: ids and names of accounts alike.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ground, Where};
use crate::tags::Tags;

/// Tag keys with the values that count; `*` is any value.
pub type TagSets = BTreeMap<String, BTreeSet<String>>;

/// The value that stands for any.
const ANY: &str = "*";

/// Accounts, regions and tags. Nothing said is everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Names and ids of accounts.
    pub accounts: Option<BTreeSet<String>>,
    /// Regions.
    pub regions: Option<BTreeSet<String>>,
    /// All of these have to be there; values are alternatives.
    pub tags: TagSets,
    /// Whatever matches all of this is left out.
    pub not: Option<Box<Scope>>,
}

impl Scope {
    /// What is written, with ids beside names.
    #[must_use]
    pub(crate) fn of(written: &Where, ground: &Ground) -> Self {
        let regions = written.regions.as_ref().map(|regions| regions.iter().map(|region| region.value.clone()).collect());
        Self {
            accounts: written.accounts.as_ref().and_then(|accounts| ground.known_as(accounts.iter().map(|account| account.value.as_str()))),
            regions,
            tags: written.tags.as_ref().map(|tags| tags.value.clone()).unwrap_or_default(),
            not: written.not.as_ref().map(|not| Box::new(Self::of(&not.value, ground))),
        }
    }

    /// True when tags decide, so that they have to be read.
    #[must_use]
    pub fn reads_tags(&self) -> bool {
        !self.tags.is_empty() || self.not.as_ref().is_some_and(|not| not.reads_tags())
    }

    /// Whether a resource is meant. What is of no account or of no region is not bounded by them; tags that were not read
    /// are not there.
    #[must_use]
    pub fn takes(&self, account: &str, region: &str, tags: &Tags) -> bool {
        self.includes(account, region, Some(tags)) && !self.not.as_ref().is_some_and(|not| not.excludes(account, region, Some(tags)))
    }

    /// Whether anything in a place can be meant: tags are left open.
    #[must_use]
    pub fn reaches(&self, account: &str, region: &str) -> bool {
        let shut = |not: &Self| !not.reads_tags() && not.excludes(account, region, None);
        self.includes(account, region, None) && !self.not.as_ref().is_some_and(|not| shut(not))
    }

    fn includes(&self, account: &str, region: &str, tags: Option<&Tags>) -> bool {
        let within = |set: &Option<BTreeSet<String>>, word: &str| word.is_empty() || set.as_ref().is_none_or(|set| set.contains(word));
        within(&self.accounts, account) && within(&self.regions, region) && tags.is_none_or(|tags| self.carried_by(tags))
    }

    /// As `not`: what it says of accounts or regions holds only for what is of one.
    fn excludes(&self, account: &str, region: &str, tags: Option<&Tags>) -> bool {
        let within = |set: &Option<BTreeSet<String>>, word: &str| set.as_ref().is_none_or(|set| set.contains(word));
        let bounds = self.accounts.is_some() || self.regions.is_some() || !self.tags.is_empty();
        bounds && within(&self.accounts, account) && within(&self.regions, region) && tags.is_none_or(|tags| self.carried_by(tags))
    }

    fn carried_by(&self, tags: &Tags) -> bool {
        let has = |(key, values): (&String, &BTreeSet<String>)| {
            tags.get(key).is_some_and(|value| values.contains(value.as_str()) || values.contains(ANY))
        };
        self.tags.iter().all(has)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(words: &[&str]) -> Option<BTreeSet<String>> {
        Some(words.iter().map(|word| (*word).to_owned()).collect())
    }

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn tag_set(key: &str, values: &[&str]) -> TagSets {
        [(key.to_owned(), set(values).expect("a set"))].into()
    }

    #[test]
    fn parts_are_joined_by_and_words_by_or() {
        let scope = Scope {
            accounts: set(&["main", "123456789012"]),
            regions: set(&["us-east-1", "eu-west-1"]),
            tags: tag_set("env", &["prod", "stage"]),
            not: Some(Box::new(Scope { tags: tag_set("team", &["lab"]), ..Scope::default() })),
        };
        let prod = tags(&[("env", "prod")]);
        assert!(scope.takes("123456789012", "eu-west-1", &prod));
        assert!(!scope.takes("210987654321", "eu-west-1", &prod), "another account");
        assert!(!scope.takes("123456789012", "eu-north-1", &prod), "another region");
        assert!(!scope.takes("123456789012", "eu-west-1", &tags(&[("env", "dev")])), "another tag");
        assert!(!scope.takes("123456789012", "eu-west-1", &tags(&[("env", "prod"), ("team", "lab")])), "left out again");
        assert!(scope.reads_tags() && scope.reaches("123456789012", "eu-west-1") && !scope.reaches("1", "eu-west-1"));
    }

    #[test]
    fn what_is_of_no_region_is_not_bounded_by_one() {
        let scope = Scope { regions: set(&["us-east-1"]), ..Scope::default() };
        assert!(scope.takes("123456789012", "", &Tags::new()));
        let elsewhere = Scope { not: Some(Box::new(scope)), ..Scope::default() };
        assert!(elsewhere.takes("123456789012", "", &Tags::new()) && !elsewhere.reaches("1", "us-east-1"));
    }

    #[test]
    fn a_star_is_any_value_and_an_empty_scope_everything() {
        let scope = Scope { tags: tag_set("owner", &["*"]), ..Scope::default() };
        assert!(scope.takes("", "", &tags(&[("owner", "")])) && !scope.takes("", "", &tags(&[("Owner", "x")])));
        assert!(Scope::default().takes("1", "r", &Tags::new()));
        let nothing_left_out = Scope { not: Some(Box::default()), ..Scope::default() };
        assert!(nothing_left_out.takes("1", "r", &Tags::new()), "an empty `not` takes nothing away");
    }
}
