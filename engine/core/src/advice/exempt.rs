//! Exceptions at work: which fail each covers, and which do nothing any more.

use jiff::Timestamp;

use super::model::{Exempted, Note};
use crate::address::Address;
use crate::facet::Fact;
use crate::finding::Verdict;
use crate::policy::{Enabled, Granted};

/// The exceptions of a run, each with what it did.
pub(super) struct Exceptions<'a> {
    all: Vec<Used<'a>>,
    at: Timestamp,
}

struct Used<'a> {
    granted: &'a Granted,
    /// Fails it covers, or would if it were not over.
    fails: usize,
    /// What it is about could not be judged, so that nobody knows whether it is needed.
    unclear: bool,
}

impl<'a> Exceptions<'a> {
    pub(super) fn new(granted: &'a [Granted], at: Timestamp) -> Self {
        Self { all: granted.iter().map(|granted| Used { granted, fails: 0, unclear: false }).collect(), at }
    }

    /// What covers this verdict; only fails are covered. One that is over covers nothing, and is remembered.
    pub(super) fn cover(&mut self, enabled: &Enabled, fact: &Fact, address: Option<Address>, verdict: Verdict) -> Option<Exempted> {
        if verdict == Verdict::Pass {
            return None;
        }
        let mut covering = None;
        let at = self.at;
        for used in self.all.iter_mut().filter(|used| is_about(used.granted, enabled, fact, address.as_ref())) {
            if verdict != Verdict::Fail {
                used.unclear = true;
                continue;
            }
            used.fails += 1;
            if covering.is_none() && !used.granted.is_over(at) {
                covering = Some(exempted(used.granted));
            }
        }
        covering
    }

    /// What is to be said of those that are over or that nothing needs. Whether nothing does is only known when every rule was
    /// asked.
    pub(super) fn notes(&self, is_whole: bool) -> Vec<Note> {
        self.all.iter().filter_map(|used| self.note(used, is_whole)).collect()
    }

    fn note(&self, used: &Used<'_>, is_whole: bool) -> Option<Note> {
        let exception = &used.granted.exception;
        let message = match (used.granted.is_over(self.at), used.fails) {
            (true, 0) => return None,
            (true, fails) => {
                let count = if fails == 1 { "1 fail counts".to_owned() } else { format!("{fails} fails count") };
                format!("{count} again: the exception of {} ended on {}", exception.owner, exception.until.value)
            }
            (false, 0) if is_whole && !used.unclear => {
                format!("the exception of {} covers nothing any more: take it out", exception.owner)
            }
            (false, _) => return None,
        };
        Some(Note { about: exception.span.file_line(), message })
    }
}

/// By its id, its ARN, its address (`user/alice/instance`) or its entry (`user/alice`).
fn is_about(granted: &Granted, enabled: &Enabled, fact: &Fact, address: Option<&Address>) -> bool {
    let (rule, place) = ((enabled.pack.name.as_str(), enabled.rule.id.as_str()), (fact.account.as_str(), fact.region.as_str()));
    let tags = fact.tags();
    let called = |id: &str, arn: &str| granted.is_about(rule, (id, arn), place, &tags);
    let arn = fact.arn.as_deref().unwrap_or_default();
    called(&fact.id, arn) || address.is_some_and(|address| called(address.as_str(), "") || called(address.entry(), ""))
}

fn exempted(granted: &Granted) -> Exempted {
    let exception = &granted.exception;
    Exempted {
        owner: exception.owner.clone(),
        reason: exception.reason.clone(),
        until: exception.until.value.to_string(),
        origin: exception.span.file_line(),
    }
}
