//! Numbers of a group or service, and the tags that remember them.

use jiff::Timestamp;

use super::machine::Machine;
use crate::schedule::Numbers as Capacity;
use crate::tags::{self, Tags};

/// How many a group (at least, after, at most) or a service (after) runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// Least and greatest; a service has none.
    pub bounds: Option<(u32, u32)>,
    /// What it is after.
    pub desired: u32,
}

impl Numbers {
    /// The live numbers of what is scaled; nothing of anything else.
    #[must_use]
    pub const fn of(machine: Machine<'_>) -> Option<Self> {
        match machine {
            Machine::Group(group) => Some(Self { bounds: Some((group.min, group.max)), desired: group.desired }),
            Machine::Service(service) => Some(Self { bounds: None, desired: service.desired }),
            Machine::Ec2(_) | Machine::Rds(_) | Machine::Cluster(_) => None,
        }
    }

    /// Nothing at all, of the same form.
    #[must_use]
    pub const fn none_of(self) -> Self {
        let bounds = if self.bounds.is_some() { Some((0, 0)) } else { None };
        Self { bounds, desired: 0 }
    }

    /// True when nothing may run: a group that may have instances is not stopped, however few it has.
    #[must_use]
    pub const fn is_none(self) -> bool {
        match self.bounds {
            Some((_, max)) => max == 0,
            None => self.desired == 0,
        }
    }

    /// `2/4/8`, or `4` of a service.
    #[must_use]
    pub fn text(self) -> String {
        match self.bounds {
            Some((min, max)) => format!("{min}/{}/{max}", self.desired),
            None => self.desired.to_string(),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let numbers: Vec<u32> = text.split('/').map(str::parse).collect::<Result<_, _>>().ok()?;
        match numbers.as_slice() {
            [desired] => Some(Self { bounds: None, desired: *desired }),
            [min, desired, max] => Some(Self { bounds: Some((*min, *max)), desired: *desired }),
            _ => None,
        }
    }

    /// The numbers a stop remembered, of the form of `self`; nothing when it remembered none, or none that run.
    #[must_use]
    pub fn remembered(self, all: &Tags) -> Option<Self> {
        let number = |key: &str| all.get(key)?.parse::<u32>().ok();
        let desired = number(tags::RESUME_DESIRED)?;
        let bounds = match self.bounds {
            Some(_) => Some((number(tags::RESUME_MIN)?, number(tags::RESUME_MAX)?)),
            None => None,
        };
        let whole = bounds.is_none_or(|(min, max)| min <= desired && desired <= max);
        Some(Self { bounds, desired }).filter(|numbers| whole && !numbers.is_none())
    }

    /// The tags that remember these numbers.
    #[must_use]
    pub fn resume_tags(self) -> Tags {
        let bounds = self.bounds.map(|(min, max)| [(tags::RESUME_MIN, min), (tags::RESUME_MAX, max)]);
        let all = bounds.into_iter().flatten().chain([(tags::RESUME_DESIRED, self.desired)]);
        all.map(|(key, number)| (key.to_owned(), number.to_string())).collect()
    }

    /// What `capacity` makes of these numbers (`base`, of the form of `self`): what it does not say stays, within its bounds.
    #[must_use]
    pub fn under(self, capacity: Capacity, base: Option<Self>) -> Option<Self> {
        let desired = capacity.desired.or(base.map(|base| base.desired));
        if self.bounds.is_none() {
            return desired.map(|desired| Self { bounds: None, desired });
        }
        let bounds = base.and_then(|base| base.bounds);
        let (min, max) = (capacity.min.or(bounds.map(|(min, _)| min)), capacity.max.or(bounds.map(|(_, max)| max)));
        desired.or(min).or(max)?;
        let min = min.unwrap_or(0);
        let max = max.unwrap_or_else(|| min.max(desired.unwrap_or(min)));
        // What the file says holds; what was there before gives way.
        let (min, max) = if capacity.max.is_some() { (min.min(max), max) } else { (min, max.max(min)) };
        Some(Self { bounds: Some((min, max)), desired: desired.unwrap_or(min).clamp(min, max) })
    }
}

/// The value of `muster:resume-set`: the numbers a schedule gave last, and when. What differs from it since was done by somebody
/// else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetTag {
    /// What was given.
    pub numbers: Numbers,
    /// When.
    pub at: Timestamp,
}

impl SetTag {
    /// The tag's value.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{} at={}", self.numbers.text(), self.at)
    }

    /// What a resource carries.
    #[must_use]
    pub fn of(all: &Tags) -> Option<Self> {
        let (numbers, at) = all.get(tags::RESUME_SET)?.split_once(" at=")?;
        Some(Self { numbers: Numbers::parse(numbers)?, at: at.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: Numbers = Numbers { bounds: Some((2, 8)), desired: 4 };
    const SERVICE: Numbers = Numbers { bounds: None, desired: 3 };

    #[test]
    fn what_is_remembered_comes_back() {
        for numbers in [GROUP, SERVICE] {
            assert_eq!(numbers.none_of().remembered(&numbers.resume_tags()), Some(numbers));
            let set = SetTag { numbers, at: "2026-11-20T00:05:00Z".parse().expect("instant") };
            assert_eq!(SetTag::of(&Tags::from([(tags::RESUME_SET.to_owned(), set.text())])), Some(set));
        }
        assert_eq!(GROUP.text(), "2/4/8");
        let damaged = |key: &str, value: &str| {
            let mut all = GROUP.resume_tags();
            all.insert(key.to_owned(), value.to_owned());
            GROUP.remembered(&all)
        };
        assert_eq!(damaged(tags::RESUME_MAX, "many"), None);
        assert_eq!(damaged(tags::RESUME_MAX, "3"), None, "numbers that cannot be together are nobody's");
        assert_eq!(GROUP.none_of().remembered(&GROUP.none_of().resume_tags()), None, "nothing is no number to return to");
    }

    #[test]
    fn capacity_leaves_alone_what_it_does_not_say() {
        let capacity = |min, desired, max| Capacity { min, desired, max };
        let group = |min, desired, max| Some(Numbers { bounds: Some((min, max)), desired });
        assert_eq!(GROUP.under(capacity(Some(1), Some(1), Some(2)), Some(GROUP)), group(1, 1, 2));
        assert_eq!(GROUP.under(capacity(None, Some(6), None), Some(GROUP)), group(2, 6, 8));
        assert_eq!(GROUP.under(capacity(None, None, Some(3)), Some(GROUP)), group(2, 3, 3), "what it is after fits");
        assert_eq!(GROUP.under(capacity(Some(9), None, None), Some(GROUP)), group(9, 9, 9));
        assert_eq!(GROUP.under(capacity(None, None, Some(1)), Some(GROUP)), group(1, 1, 1));
        assert_eq!(GROUP.under(capacity(Some(1), None, Some(2)), None), group(1, 1, 2));
        assert_eq!(GROUP.under(capacity(None, None, None), None), None);
        assert_eq!(SERVICE.under(capacity(Some(1), Some(5), Some(9)), None), Some(Numbers { bounds: None, desired: 5 }));
        assert_eq!(SERVICE.under(capacity(Some(1), None, None), None), None, "a service has a number only when `desired` says it");
    }

    #[test]
    fn a_group_that_may_grow_is_not_stopped() {
        assert!(!Numbers { bounds: Some((0, 8)), desired: 0 }.is_none());
        assert!(GROUP.none_of().is_none() && SERVICE.none_of().is_none());
    }
}
