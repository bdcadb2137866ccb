//! Exceptions: a fail that somebody answers for, until a day.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{RulePattern, Scope, Where};
use crate::address::Section;
use crate::span::{At, Span};
use crate::tags::Tags;

/// A fail that is known, with who answers for it, why, and its last day.
#[derive(Debug, Clone)]
pub struct Exception {
    /// Policy it stands in.
    pub policy: String,
    /// Of which rules.
    pub rule: At<RulePattern>,
    /// Of which resources, by AWS id, ARN or name in fleet.yaml; of all that `scope` takes when empty.
    pub resources: Vec<At<Glob>>,
    /// In which accounts and regions, with which tags.
    pub scope: Where,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Its last day, in the fleet's zone or UTC.
    pub until: At<Date>,
    /// Where it stands.
    pub span: Span,
}

impl Exception {
    /// The first instant at which it no longer holds.
    #[must_use]
    pub fn ends(&self, zone: &TimeZone) -> Timestamp {
        let midnight = self.until.value.tomorrow().and_then(|day| day.to_zoned(zone.clone()));
        midnight.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
    }

    /// Whether it names the resource: one of the words it is known by (id, ARN, address, entry) is one of `resources`, or none
    /// are named.
    #[must_use]
    pub fn names(&self, known_by: &[&str]) -> bool {
        self.resources.is_empty() || self.resources.iter().any(|glob| known_by.iter().any(|word| glob.value.matches(word)))
    }
}

/// An exception held against the fleet.
#[derive(Debug, Clone)]
pub struct Granted {
    /// As written.
    pub exception: Exception,
    /// Where it holds.
    pub scope: Scope,
    /// The first instant at which it no longer holds.
    pub ends: Timestamp,
}

impl Granted {
    /// Whether it is about this rule and resource, be it over or not.
    #[must_use]
    pub fn is_about(&self, (pack, rule): (&str, &str), known_by: &[&str], (account, region): (&str, &str), tags: &Tags) -> bool {
        self.exception.rule.value.matches(pack, rule)
            && self.exception.names(known_by)
            && self.is_bounded_by(account, region)
            && self.scope.takes(account, region, tags)
    }

    /// Whether what it says of accounts and regions can be said of a resource at all. A rule that is bounded by a region judges what
    /// is of none all the same, since that judges more; an exception would hide more.
    fn is_bounded_by(&self, account: &str, region: &str) -> bool {
        let written = &self.exception.scope;
        (!account.is_empty() || written.accounts.is_none()) && (!region.is_empty() || written.regions.is_none())
    }

    /// True from its end on.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.ends <= now
    }
}

/// Text in which `*` stands for any run of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(pub String);

impl Glob {
    /// Whether it fits whatever there is: made of stars alone, it bounds nothing.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.0.bytes().all(|c| c == b'*')
    }

    /// Whether an address of the fleet file, `user/alice`, could fit. What fits all there is needs none to.
    #[must_use]
    pub fn may_be_an_entry(&self) -> bool {
        let begins = self.0.split('*').next().unwrap_or_default();
        let sections = [Section::User, Section::Database, Section::ParameterGroup].map(|section| format!("{}/", section.as_str()));
        let starred = begins.len() < self.0.len();
        !self.is_any() && sections.iter().any(|section| begins.starts_with(section) || (starred && section.starts_with(begins)))
    }

    /// Whether all of `text` fits.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let mut parts = self.0.split('*');
        let Some(rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
        let mut middle: Vec<&str> = parts.collect();
        let Some(last) = middle.pop() else { return rest.is_empty() };
        let after = middle.into_iter().try_fold(rest, |rest, part| rest.find(part).map(|at| &rest[at + part.len()..]));
        after.is_some_and(|rest| rest.ends_with(last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(accounts: Option<&str>, regions: Option<&str>) -> Granted {
        let span = Span::start_of(&"our.yaml".into());
        let words = |word: Option<&str>| word.map(|word| vec![At { value: word.to_owned(), span: span.clone() }]);
        let set = |word: Option<&str>| word.map(|word| [word.to_owned()].into());
        let exception = Exception {
            policy: "our".to_owned(),
            rule: At { value: RulePattern::All, span: span.clone() },
            resources: Vec::new(),
            scope: Where { accounts: words(accounts), regions: words(regions), ..Where::default() },
            owner: "o".to_owned(),
            reason: "r".to_owned(),
            until: At { value: Date::constant(2027, 1, 1), span: span.clone() },
            span,
        };
        Granted { exception, scope: Scope { accounts: set(accounts), regions: set(regions), ..Scope::default() }, ends: Timestamp::MAX }
    }

    #[test]
    fn what_is_of_no_account_or_region_is_not_excepted_by_one() {
        let about = |granted: &Granted, place| granted.is_about(("iam", "root"), &[], place, &Tags::new());
        let (region, account) = (granted(None, Some("us-east-1")), granted(Some("lab"), None));
        assert!(about(&region, ("lab", "us-east-1")) && about(&account, ("lab", "us-east-1")) && about(&account, ("lab", "")));
        assert!(!about(&region, ("lab", "")), "a root user is of no region");
        assert!(!about(&account, ("", "")), "a user of fleet.yaml is of no account");
        // The only account, of which the id is not known: its name bounds nothing, and yet it is one.
        let only = Granted { scope: Scope::default(), ..account };
        assert!(about(&only, ("123456789012", "")) && !about(&only, ("", "")));
        assert!(about(&granted(None, None), ("", "")));
    }

    #[test]
    fn entries_are_told_from_ids() {
        for (glob, may_be) in [
            ("user/alice", true),
            ("user/*", true),
            ("us*", true),
            ("*alice*", true),
            ("database/app", true),
            ("vol-1", false),
            ("user", false),
            ("vol-*", false),
            ("arn:aws:ec2:*/vol-1", false),
            ("*", false),
        ] {
            assert_eq!(Glob(glob.to_owned()).may_be_an_entry(), may_be, "{glob}");
        }
    }

    #[test]
    fn a_star_is_any_run() {
        for (glob, text, fits) in [
            ("sg-0abc", "sg-0abc", true),
            ("sg-0abc", "sg-0abcd", false),
            ("lab-*", "lab-", true),
            ("lab-*", "my-lab-1", false),
            ("*-logs", "app-logs", true),
            ("*-logs", "app-logs-old", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("ab*ba", "aba", false),
            ("*", "", true),
            ("arn:aws:s3:::*", "arn:aws:s3:::x", true),
            ("둘*", "둘째", true),
        ] {
            assert_eq!(Glob(glob.to_owned()).matches(text), fits, "{glob} {text}");
        }
    }
}
