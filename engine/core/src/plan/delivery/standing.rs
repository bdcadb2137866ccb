//! What stands in the fleet's schedule groups of a place.

use super::names::Names;
use crate::address::Address;
use crate::cloud::{EdgeGroup, StandingEdge};
use crate::delivery::{ascii_words, group_name};
use crate::name::FleetName;
use crate::plan::draft::Draft;

/// Length of one of the two hashes that end a name.
const HASH: usize = 8;

/// The groups of the fleet, that of its present name first.
#[derive(Debug, Clone)]
pub(super) struct Standing<'a> {
    /// The group of the present name, when it stands.
    pub(super) group: Option<&'a EdgeGroup>,
    /// False when nobody knows whether it does.
    pub(super) read: bool,
    /// Groups that stand under names the fleet had before.
    pub(super) former: Vec<(FleetName, &'a EdgeGroup)>,
    /// Names the fleet had before whose group could not be read.
    pub(super) unread: Vec<String>,
}

impl<'a> Standing<'a> {
    /// What was seen of them.
    pub(super) fn of(draft: &Draft<'a>, names: &Names) -> Self {
        let groups = draft.sites.get(&names.place).map(|site| &site.view.edge_groups);
        let read = |name: &str| groups.and_then(|groups| groups.get(name)).map(Option::as_ref);
        let was = || draft.input.fleet.was.iter().filter(|was| group_name(was) != names.group);
        let former = was().filter_map(|was| Some((was.clone(), read(&group_name(was))??)));
        let unread = was().map(group_name).filter(|group| read(group).is_none());
        let group = read(&names.group);
        Self { group: group.flatten(), read: group.is_some(), former: former.collect(), unread: unread.collect() }
    }

    /// True when the groups were read and there are none.
    pub(super) fn is_nothing(&self) -> bool {
        self.group.is_none() && self.former.is_empty()
    }

    /// Every schedule in a group of ours that carries a name we would give.
    pub(super) fn edges(&self) -> impl Iterator<Item = Edge<'a>> {
        let all = self.group.into_iter().chain(self.former.iter().map(|(_, group)| *group));
        let present = self.group.map(|group| group.name.as_str());
        all.flat_map(move |group| group.edges.iter().filter_map(move |edge| Edge::of(group, edge, present)))
    }
}

/// A schedule of EventBridge with a name that we would give.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge<'a> {
    /// The group it stands in.
    pub(super) group: &'a str,
    /// False in a group that a former name of the fleet left behind.
    pub(super) in_present: bool,
    /// What the listing says.
    pub(super) seen: &'a StandingEdge,
    /// The words its name begins with.
    pub(super) words: &'a str,
    /// Hash of its address.
    pub(super) address: &'a str,
}

impl<'a> Edge<'a> {
    fn of(group: &'a EdgeGroup, seen: &'a StandingEdge, present: Option<&str>) -> Option<Self> {
        let (words, address, _) = parts(&seen.name)?;
        Some(Self { group: &group.name, in_present: present == Some(group.name.as_str()), seen, words, address })
    }

    /// True when it may have been made for a schedule of this name. Names in other scripts leave no letters in a name of
    /// EventBridge, so several may be right.
    pub(super) fn is_of(&self, schedule: &str) -> bool {
        ["start", "stop"].iter().any(|action| {
            let ascii = ascii_words(&format!("{schedule}-{action}"));
            self.words.strip_prefix(ascii.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        })
    }

    /// The day of an `at()` in the clocks of its schedule, as its name says it: `20270809`.
    pub(super) fn day(&self) -> Option<&str> {
        self.words.split('-').find_map(|word| word.split_once('t').map(|(day, _)| day).filter(|day| is_day(day)))
    }

    /// An address for one that nothing wants any more: its own cannot be read back from a hash.
    pub(super) fn address_to_go(&self, schedule: Option<&str>) -> Address {
        match schedule.or_else(|| self.schedule_words()) {
            Some(schedule) => Address::from_text(&format!("schedule/{schedule}/edge/{}", self.seen.name)),
            None => Address::from_text(&format!("delivery/edge/{}", self.seen.name)),
        }
    }

    /// The name of its schedule in the characters that names of EventBridge hold.
    fn schedule_words(&self) -> Option<&'a str> {
        let at = ["-start-", "-stop-"].iter().filter_map(|action| self.words.find(action)).min()?;
        Some(&self.words[..at]).filter(|words| !words.is_empty())
    }
}

/// Words and both hashes of a name that we would give: `…-8hex-8hex`.
pub(super) fn parts(name: &str) -> Option<(&str, &str, &str)> {
    let (rest, content) = name.rsplit_once('-')?;
    let (words, address) = rest.rsplit_once('-')?;
    let is_hash = |text: &str| text.len() == HASH && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    (is_hash(address) && is_hash(content)).then_some((words, address, content))
}

/// True for eight digits.
fn is_day(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_both_hashes_are_ours() {
        assert_eq!(parts("office-start-0900-mon-fri-1a2b3c4d-5e6f7a8b"), Some(("office-start-0900-mon-fri", "1a2b3c4d", "5e6f7a8b")));
        for foreign in ["backup", "nightly-backup-2026", "office-start-1a2b3c4d", "x-1A2B3C4D-5e6f7a8b", "x-1a2b3c4-5e6f7a8b9"] {
            assert_eq!(parts(foreign), None, "{foreign}");
        }
    }
}
