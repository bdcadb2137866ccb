//! Many selections over many resources: found by tag instead of tried one after the other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::matching::ANY;
use super::model::{Schedule, Select};
use crate::cloud::Place;
use crate::tags::Tags;

/// The schedules of a fleet by one tag that each of them asks for.
#[derive(Debug)]
pub struct Selectors<'a> {
    schedules: Vec<(&'a Schedule, &'a Select)>,
    /// Few keys and many values: most tags of a resource are told from these by a letter or two.
    by_key: BTreeMap<&'a str, OfKey<'a>>,
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
        let mut by_key: BTreeMap<&'a str, OfKey<'a>> = BTreeMap::new();
        let asked = asked(schedules.iter().map(|(_, select)| *select));
        for (at, (_, select)) in schedules.iter().enumerate() {
            let Some((key, values)) = rarest(select, &asked) else { continue };
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
        let mut found: Vec<usize> = self.found(service, tags, place).collect();
        found.sort_unstable();
        found.into_iter().map(|at| self.schedules[at].0).collect()
    }

    /// Adds the schedules that select a resource to others, in no order.
    pub(crate) fn add_matching(&self, service: &str, tags: &Tags, place: &Place, out: &mut Vec<&'a Schedule>) {
        out.extend(self.found(service, tags, place).map(|at| self.schedules[at].0));
    }

    /// Places of the schedules that select a resource: each once, since each is kept under one tag.
    fn found<'s>(&'s self, service: &'s str, tags: &'s Tags, place: &'s Place) -> impl Iterator<Item = usize> + 's {
        let of_tag = |(key, value): (&String, &String)| {
            let of_key = self.by_key.get(key.as_str())?;
            Some(of_key.any.iter().chain(of_key.by_value.get(value.as_str()).into_iter().flatten()))
        };
        tags.iter().filter_map(of_tag).flatten().copied().filter(|at| self.schedules[*at].1.matches(service, tags, place))
    }
}

/// How many selections ask for a tag with a value.
type Asked<'a> = HashMap<(&'a str, &'a str), usize>;

fn asked<'a>(selects: impl Iterator<Item = &'a Select>) -> Asked<'a> {
    let mut asked = Asked::new();
    for (key, values) in selects.flat_map(|select| &select.tags) {
        values.iter().for_each(|value| *asked.entry((key, value)).or_default() += 1);
    }
    asked
}

/// The tag that tells a selection from the others best: one with named values, which the fewest of them ask for too.
fn rarest<'a>(select: &'a Select, asked: &Asked<'_>) -> Option<(&'a str, &'a BTreeSet<String>)> {
    let shared = |key: &str, values: &BTreeSet<String>| values.iter().filter_map(|value| asked.get(&(key, value.as_str()))).sum::<usize>();
    let cost = |(key, values): &(&String, &BTreeSet<String>)| (values.contains(ANY), shared(key, values));
    select.tags.iter().min_by_key(cost).map(|(key, values)| (key.as_str(), values))
}
