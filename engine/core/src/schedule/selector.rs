//! Many selections over many resources: found by tag instead of tried one after the other.

use std::collections::{BTreeSet, HashMap};

use super::matching::ANY;
use super::model::{Schedule, Select};
use crate::cloud::Place;
use crate::tags::Tags;

/// The schedules of a fleet by one tag that each of them asks for.
#[derive(Debug)]
pub struct Selectors<'a> {
    schedules: Vec<(&'a Schedule, &'a Select)>,
    by_key: HashMap<&'a str, OfKey<'a>>,
}

/// Places in the list of schedules.
#[derive(Debug, Default)]
struct OfKey<'a> {
    any: Vec<usize>,
    by_value: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Selectors<'a> {
    /// Sorts schedules by what they select; those without `select` are in no answer.
    #[must_use]
    pub fn new(schedules: impl IntoIterator<Item = &'a Schedule>) -> Self {
        let schedules: Vec<_> = schedules.into_iter().filter_map(|schedule| Some((schedule, schedule.select.as_ref()?))).collect();
        let mut by_key: HashMap<&'a str, OfKey<'a>> = HashMap::new();
        for (at, (_, select)) in schedules.iter().enumerate() {
            let Some((key, values)) = rarest(select) else { continue };
            let of_key = by_key.entry(key).or_default();
            if values.contains(ANY) {
                of_key.any.push(at);
            } else {
                values.iter().for_each(|value| of_key.by_value.entry(value).or_default().push(at));
            }
        }
        Self { schedules, by_key }
    }

    /// The schedules that select a resource, in the order they were given: those for which [`Select::matches`] holds.
    #[must_use]
    pub fn matching(&self, service: &str, tags: &Tags, place: &Place) -> Vec<&'a Schedule> {
        let of_tag = |(key, value): (&String, &String)| {
            let of_key = self.by_key.get(key.as_str());
            let valued = of_key.and_then(|of_key| of_key.by_value.get(value.as_str()));
            of_key.map(|of_key| &of_key.any).into_iter().chain(valued).flatten().copied().collect::<Vec<_>>()
        };
        let mut found: Vec<usize> = tags.iter().flat_map(of_tag).collect();
        found.retain(|at| self.schedules[*at].1.matches(service, tags, place));
        found.sort_unstable();
        found.into_iter().map(|at| self.schedules[at].0).collect()
    }
}

/// The tag that the fewest resources are likely to carry: one with named values, the fewer the better.
fn rarest(select: &Select) -> Option<(&str, &BTreeSet<String>)> {
    let cost = |values: &BTreeSet<String>| if values.contains(ANY) { usize::MAX } else { values.len() };
    select.tags.iter().min_by_key(|(_, values)| cost(values)).map(|(key, values)| (key.as_str(), values))
}
