//! Which tags are in use.

use std::collections::BTreeMap;

use super::machine::Seen;
use crate::tags;

/// The tag by which Instance Scheduler on AWS names a schedule, unless its stack says otherwise.
const INSTANCE_SCHEDULER: &str = "Schedule";
/// The tag that Cloud Custodian's offhours read, unless the policy says otherwise.
const CUSTODIAN: &str = "maid_offhours";
/// Tags of AWS itself, which nobody sets.
const AWS: &str = "aws:";
/// A key with more values than this tells machines apart and not into groups.
const MANY_VALUES: usize = 20;
/// So many machines with a value each are told apart by it.
const FEW_MACHINES: usize = 3;

/// A tag key in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagUse {
    /// The key.
    pub key: String,
    /// Its values, most used first, each with machines by their place in [`super::Survey::machines`].
    pub values: Vec<(String, Vec<usize>)>,
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// It tells machines into groups.
    Groups,
    /// It tells one machine from the other, as a name does.
    Names,
    /// Cloud Custodian reads it.
    Custodian,
    /// Instance Scheduler reads it.
    InstanceScheduler,
}

impl TagUse {
    /// How many machines carry it.
    #[must_use]
    pub fn machines(&self) -> usize {
        self.values.iter().map(|(_, machines)| machines.len()).sum()
    }

    pub(super) fn purpose(&self) -> Purpose {
        let written = |(value, _): &(String, Vec<usize>)| is_offhours(value);
        let (values, machines) = (self.values.len(), self.machines());
        if self.key.eq_ignore_ascii_case(CUSTODIAN) || self.values.iter().all(written) {
            Purpose::Custodian
        } else if self.key == INSTANCE_SCHEDULER {
            Purpose::InstanceScheduler
        } else if self.key == "Name" || values > MANY_VALUES || (machines > FEW_MACHINES && values == machines) {
            Purpose::Names
        } else {
            Purpose::Groups
        }
    }
}

/// `off=(m-f,19);tz=pt`: what nothing but Custodian's offhours reads.
fn is_offhours(value: &str) -> bool {
    let part = |part: &str| ["off=", "on=", "tz="].iter().any(|key| part.trim().starts_with(key));
    value.contains("off=") && value.split(';').all(part)
}

/// The tags of all machines, the most used first.
pub(super) fn of(machines: &[Seen]) -> Vec<TagUse> {
    let mut keys: BTreeMap<&str, BTreeMap<&str, Vec<usize>>> = BTreeMap::new();
    for (at, machine) in machines.iter().enumerate() {
        for (key, value) in machine.tags.iter().filter(|(key, _)| !key.starts_with(AWS) && !tags::is_ours(key)) {
            keys.entry(key).or_default().entry(value).or_default().push(at);
        }
    }
    let mut all: Vec<TagUse> = keys.into_iter().map(|(key, values)| tag_use(key, values)).collect();
    all.sort_by_key(|tag| std::cmp::Reverse(tag.machines()));
    all
}

fn tag_use(key: &str, values: BTreeMap<&str, Vec<usize>>) -> TagUse {
    let mut values: Vec<(String, Vec<usize>)> = values.into_iter().map(|(value, machines)| (value.to_owned(), machines)).collect();
    values.sort_by_key(|(_, machines)| std::cmp::Reverse(machines.len()));
    TagUse { key: key.to_owned(), values }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purpose(key: &str, values: &[(&str, usize)]) -> Purpose {
        let values = values.iter().map(|(value, machines)| ((*value).to_owned(), (0..*machines).collect())).collect();
        TagUse { key: key.to_owned(), values }.purpose()
    }

    #[test]
    fn a_key_is_told_by_its_name_or_by_what_its_values_look_like() {
        assert_eq!(purpose("env", &[("dev", 4), ("prod", 2)]), Purpose::Groups);
        assert_eq!(purpose("env", &[("dev", 1), ("prod", 1)]), Purpose::Groups, "two machines are too few to tell");
        assert_eq!(purpose("Name", &[("a", 2)]), Purpose::Names);
        assert_eq!(purpose("host", &[("a", 1), ("b", 1), ("c", 1), ("d", 1)]), Purpose::Names);
        assert_eq!(purpose("Schedule", &[("office", 2)]), Purpose::InstanceScheduler);
        assert_eq!(purpose("Maid_OffHours", &[("on", 2)]), Purpose::Custodian);
        assert_eq!(purpose("hours", &[("off=(M-F,19);tz=pt", 1)]), Purpose::Custodian);
        assert_eq!(purpose("hours", &[("off=1, see the wiki; really", 1)]), Purpose::Groups);
    }
}
