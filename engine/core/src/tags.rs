//! Every tag muster writes, in one table.

use std::collections::BTreeMap;

/// Tags of a resource, sorted by key.
pub type Tags = BTreeMap<String, String>;

/// Start of every tag that is muster's own; such tags are never read as drift.
pub const PREFIX: &str = "muster:";
/// The fleet that owns the resource.
pub const FLEET: &str = "muster:fleet";
/// The address of the resource in that fleet.
pub const ADDRESS: &str = "muster:address";
/// Digest of the settings it was last made to have ([`crate::plan::fields::Fields::digest`]).
pub const DIGEST: &str = "muster:digest";
/// The resource's own id or name, written by adopt and on a rename: proof of ownership that a copy loses.
pub const SELF: &str = "muster:self";
/// `true` on a resource that may not be removed.
pub const PROTECT: &str = "muster:protect";
/// When a stopped, removed resource is deleted: RFC 3339, with ` snapshot=no` behind it when none is wanted.
pub const RETIRE_AFTER: &str = "muster:retire-after";
/// A start or stop by hand that ends: `running until=2026-10-02T11:00Z by=kim`.
pub const OVERRIDE: &str = "muster:override";
/// On a kept snapshot: the address of what it was made from; behind it the schedule that took it before a stop, if one did.
pub const SNAPSHOT_OF: &str = "muster:snapshot-of";
/// On what a schedule scaled to nothing: its least number before, to return to.
pub const RESUME_MIN: &str = "muster:resume-min";
/// On what a schedule scaled to nothing: the number it was after before, to return to.
pub const RESUME_DESIRED: &str = "muster:resume-desired";
/// On what a schedule scaled to nothing: its greatest number before, to return to.
pub const RESUME_MAX: &str = "muster:resume-max";
/// On what a schedule scales: the numbers it gave last, and when: `2/4/8 at=2026-11-20T00:05:00Z`.
pub const RESUME_SET: &str = "muster:resume-set";
/// On a machine that muster stops to change it and will start again: when it did, RFC 3339.
pub const RESUME_RUNNING: &str = "muster:resume-running";

/// Key, writer and meaning of each of muster's tags; the documentation is made from it.
pub const TABLE: [(&str, &str, &str); 13] = [
    (FLEET, "create, adopt", "the fleet that owns the resource"),
    (ADDRESS, "create, adopt", "its address in fleet.yaml"),
    (DIGEST, "create, update", "digest of the settings it was last made to have"),
    (SELF, "adopt, rename", "its own id or name: proof that the tags were not copied"),
    (PROTECT, "`protect: true`", "it may not be removed"),
    (RETIRE_AFTER, "removal, phase one", "when it may be deleted"),
    (OVERRIDE, "`start` and `stop --for`", "the state a person asked for, and until when"),
    (SNAPSHOT_OF, "removal, phase two; a stop by schedule", "on a kept snapshot: what it was made from, and by which schedule"),
    (RESUME_MIN, "a stop of a group by schedule", "its least number before, to return to"),
    (RESUME_DESIRED, "a stop of a group or service by schedule", "the number it was after before, to return to"),
    (RESUME_MAX, "a stop of a group by schedule", "its greatest number before, to return to"),
    (RESUME_SET, "scaling by schedule", "the numbers a schedule gave last, and when"),
    (RESUME_RUNNING, "a change that stops a running machine", "muster stopped it then and starts it again; gone once it did"),
];

/// Most of them on one resource that muster owns: what groups and services carry, it does not own.
pub const MOST_ON_ONE: usize = 8;

/// Most tags AWS keeps on a resource.
pub const AWS_LIMIT: usize = 50;

/// True for a tag that belongs to muster.
#[must_use]
pub fn is_ours(key: &str) -> bool {
    key.starts_with(PREFIX)
}

/// The characters RDS, CloudWatch and IAM accept in a tag value besides letters, digits and blanks.
const VALUE_PUNCTUATION: &str = "_.:/=+-@";

/// The first character that not every service accepts in a tag value.
#[must_use]
pub fn bad_value_char(value: &str) -> Option<char> {
    value.chars().find(|c| !c.is_alphanumeric() && *c != ' ' && !VALUE_PUNCTUATION.contains(*c))
}
