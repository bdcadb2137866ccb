//! What earlier passes told whom. Small: it lives in one file beside fleet.yaml.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::model::Target;
use super::notice::{Happening, Notice};
use crate::text::placeless;

/// Version of the form in which a ledger is kept.
const FORMAT: u32 = 1;
/// How long it is remembered what was told.
pub const KEPT: SignedDuration = SignedDuration::from_hours(40 * 24);

/// What was told, and when the last pass was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Ledger {
    format: u32,
    /// The `now` of the last pass that saw everything; nothing before the first.
    last_pass: Option<Timestamp>,
    /// Warnings by their key.
    warned: BTreeMap<String, Warned>,
    /// Failures that last, by their subject: `schedule/class`, `user/alice`.
    failing: BTreeMap<String, Failing>,
}

/// A warning and who has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Warned {
    edge: Timestamp,
    /// Receivers by [`Target::id`].
    told: BTreeSet<String>,
}

/// What of a subject fails, and who knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Failing {
    /// The pass in which it failed first; a part of the key, so that a failure that comes back is no repeat.
    since: Timestamp,
    /// The last pass in which it failed.
    seen: Timestamp,
    /// Marks of failed steps by receiver ([`Target::id`]).
    told: BTreeMap<String, BTreeSet<String>>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { format: FORMAT, last_pass: None, warned: BTreeMap::new(), failing: BTreeMap::new() }
    }
}

impl Ledger {
    /// Reads a ledger; `Err` says in words why it cannot be one.
    ///
    /// # Errors
    /// When the bytes are not a ledger of this format.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let ledger: Self = serde_json::from_slice(bytes)
            .map_err(|error| format!("line {}, column {}: {}", error.line(), error.column(), placeless(&error)))?;
        if ledger.format == FORMAT { Ok(ledger) } else { Err(format!("its format is {}, this muster reads {FORMAT}", ledger.format)) }
    }

    /// The `now` of the last pass.
    #[must_use]
    pub const fn last_pass(&self) -> Option<Timestamp> {
        self.last_pass
    }

    /// True when a warning of this key was made before, whether or not anybody could be reached.
    pub(super) fn was_made(&self, key: &str) -> bool {
        self.warned.contains_key(key)
    }

    /// True when this receiver has the warning.
    pub(super) fn is_warned(&self, key: &str, target: &Target) -> bool {
        self.warned.get(key).is_some_and(|warned| warned.told.contains(&target.id()))
    }

    /// True when this receiver knows of every one of these failures of a subject.
    pub(super) fn knows(&self, subject: &str, target: &Target, marks: &BTreeSet<String>) -> bool {
        self.failing.get(subject).and_then(|failing| failing.told.get(&target.id())).is_some_and(|told| marks.is_subset(told))
    }

    /// The pass in which a subject that fails failed first.
    pub(super) fn failing_since(&self, subject: &str) -> Option<Timestamp> {
        self.failing.get(subject).map(|failing| failing.since)
    }

    /// Notes that a notice was made, so that who cannot be reached now is tried again by later passes.
    pub fn open(&mut self, notice: &Notice) {
        match &notice.what {
            Happening::Stop(stop) => {
                self.warned.entry(notice.key.clone()).or_insert_with(|| Warned { edge: stop.at, told: BTreeSet::new() });
            }
            Happening::Failure { subject, since, .. } => {
                let failing = || Failing { since: *since, seen: notice.at, told: BTreeMap::new() };
                self.failing.entry(subject.clone()).or_insert_with(failing);
            }
        }
    }

    /// Notes that a receiver has the notice.
    pub fn told(&mut self, notice: &Notice, target: &Target) {
        self.open(notice);
        match &notice.what {
            Happening::Stop(_) => {
                if let Some(warned) = self.warned.get_mut(&notice.key) {
                    warned.told.insert(target.id());
                }
            }
            Happening::Failure { subject, steps, .. } => {
                if let Some(failing) = self.failing.get_mut(subject) {
                    failing.told.entry(target.id()).or_default().extend(steps.iter().map(|step| step.mark.clone()));
                }
            }
        }
    }

    /// Ends a pass: the next one looks at what comes after `now`. What is older than [`KEPT`] is forgotten.
    pub fn passed(&mut self, now: Timestamp) {
        self.last_pass = Some(now);
        let kept = |at: Timestamp| now.duration_since(at) < KEPT;
        self.warned.retain(|_, warned| kept(warned.edge));
        self.failing.retain(|_, failing| kept(failing.seen));
    }

    /// Forgets failures that are over. `still` answers, for a subject, the marks of what failed in this pass, or nothing when this pass
    /// cannot tell.
    pub(super) fn keep_failing(&mut self, now: Timestamp, still: impl Fn(&str) -> Option<BTreeSet<String>>) {
        self.failing.retain(|subject, failing| {
            let Some(marks) = still(subject) else { return true };
            failing.told.values_mut().for_each(|told| told.retain(|mark| marks.contains(mark)));
            failing.seen = now;
            !marks.is_empty()
        });
    }
}
