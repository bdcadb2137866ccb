//! Which resources a schedule is for.

use std::collections::BTreeSet;

use super::model::{Schedule, Select};
use crate::cloud::Place;
use crate::name::Name;
use crate::tags::Tags;

/// The value that stands for any.
pub(super) const ANY: &str = "*";

impl Select {
    /// Whether a resource is selected: its service is listed, every key of `tags` matches, no key of `except_tags`
    /// does, and its place is one of `places` when any is given.
    ///
    /// Tag keys and values are compared as AWS does, with regard to case. A selection without services or tags
    /// would take a whole account; the loader refuses it, and here it matches nothing.
    #[must_use]
    pub fn matches(&self, service: &str, tags: &Tags, place: &Place) -> bool {
        self.services.contains(service)
            && !self.tags.is_empty()
            && self.tags.iter().all(|wanted| has(tags, wanted))
            && !self.except_tags.iter().any(|unwanted| has(tags, unwanted))
            && (self.places.is_empty() || self.places.contains(place))
    }
}

/// The two schedules of highest priority that are both for a resource, when neither goes before the other. `named` is
/// the schedule that its entry names.
#[must_use]
pub fn tied<'a>(
    schedules: impl IntoIterator<Item = &'a Schedule>,
    named: Option<&Name>,
    service: &str,
    tags: &Tags,
    place: &Place,
) -> Option<(&'a Schedule, &'a Schedule)> {
    let is_for = |schedule: &&Schedule| {
        named == Some(&schedule.name) || schedule.select.as_ref().is_some_and(|select| select.matches(service, tags, place))
    };
    let all: Vec<&Schedule> = schedules.into_iter().filter(is_for).collect();
    let highest = all.iter().map(|schedule| schedule.priority).max()?;
    let mut first = all.into_iter().filter(|schedule| schedule.priority == highest);
    Some((first.next()?, first.next()?))
}

impl Select {
    /// Why a resource is not selected, in words; nothing when it is.
    #[must_use]
    pub fn mismatch(&self, service: &str, tags: &Tags, place: &Place) -> Option<String> {
        if !self.services.contains(service) {
            return Some(format!("it is for {}", joined(&self.services)));
        }
        if let Some((key, values)) = self.tags.iter().find(|wanted| !has(tags, *wanted)) {
            let wanted = format!("it wants `{key}={}`", joined(values));
            return Some(
                tags.get(key).map_or_else(|| format!("{wanted}, there is no such tag"), |value| format!("{wanted}, the tag is `{value}`")),
            );
        }
        if let Some((key, _)) = self.except_tags.iter().find(|unwanted| has(tags, *unwanted)) {
            return Some(format!("its `except` leaves out what carries `{key}`"));
        }
        let elsewhere = !self.places.is_empty() && !self.places.contains(place);
        let unbounded = self.tags.is_empty().then(|| "it names no tag".to_owned());
        if elsewhere {
            Some(format!("it is for {}", self.places.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")))
        } else {
            unbounded
        }
    }
}

fn joined(words: &BTreeSet<String>) -> String {
    words.iter().map(String::as_str).collect::<Vec<_>>().join(" or ")
}

/// Whether the resource has the key with one of the values.
fn has(tags: &Tags, (key, values): (&String, &BTreeSet<String>)) -> bool {
    tags.get(key).is_some_and(|value| values.contains(value) || values.contains(ANY))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    fn sets(pairs: &[(&str, &[&str])]) -> BTreeMap<String, BTreeSet<String>> {
        pairs.iter().map(|(k, values)| ((*k).to_owned(), values.iter().map(|v| (*v).to_owned()).collect())).collect()
    }

    fn place(region: &str) -> Place {
        Place { account: "main".to_owned(), region: region.to_owned() }
    }

    fn office() -> Select {
        Select {
            services: ["ec2", "rds"].map(str::to_owned).into(),
            tags: sets(&[("env", &["dev", "stage"]), ("owner", &["*"])]),
            except_tags: sets(&[("keep", &["*"])]),
            places: BTreeSet::from([place("ap-northeast-2")]),
        }
    }

    #[test]
    fn keys_are_all_needed_and_values_are_alternatives() {
        let (select, seoul) = (office(), place("ap-northeast-2"));
        let matches = |pairs: &[(&str, &str)]| select.matches("ec2", &tags(pairs), &seoul);
        assert!(matches(&[("env", "dev"), ("owner", "kim")]));
        assert!(matches(&[("env", "stage"), ("owner", ""), ("other", "x")]));
        assert!(!matches(&[("env", "dev")]));
        assert!(!matches(&[("env", "Dev"), ("owner", "kim")]));
        assert!(!matches(&[("env", "dev"), ("owner", "kim"), ("keep", "")]));
    }

    #[test]
    fn service_and_place_narrow_it() {
        let both = tags(&[("env", "dev"), ("owner", "kim")]);
        assert!(!office().matches("asg", &both, &place("ap-northeast-2")));
        assert!(!office().matches("ec2", &both, &place("us-east-1")));
        let everywhere = Select { places: BTreeSet::new(), ..office() };
        assert!(everywhere.matches("ec2", &both, &place("us-east-1")));
    }

    #[test]
    fn what_does_not_match_is_said() {
        let seoul = place("ap-northeast-2");
        let said = |service: &str, pairs: &[(&str, &str)], place: &Place| office().mismatch(service, &tags(pairs), place);
        let both = [("env", "dev"), ("owner", "kim")];
        assert_eq!(said("ec2", &both, &seoul), None);
        assert_eq!(said("asg", &both, &seoul).as_deref(), Some("it is for ec2 or rds"));
        assert_eq!(said("ec2", &[("env", "prod")], &seoul).as_deref(), Some("it wants `env=dev or stage`, the tag is `prod`"));
        assert_eq!(said("ec2", &[("env", "dev")], &seoul).as_deref(), Some("it wants `owner=*`, there is no such tag"));
        assert_eq!(
            said("ec2", &[("env", "dev"), ("owner", "kim"), ("keep", "")], &seoul).as_deref(),
            Some("its `except` leaves out what carries `keep`")
        );
        assert_eq!(said("ec2", &both, &place("us-east-1")).as_deref(), Some("it is for main/ap-northeast-2"));
        let untagged = Select { tags: BTreeMap::new(), ..office() };
        assert_eq!(untagged.mismatch("ec2", &tags(&both), &seoul).as_deref(), Some("it names no tag"));
    }

    #[test]
    fn without_tags_nothing_is_selected() {
        let all = Select { tags: BTreeMap::new(), ..office() };
        assert!(!all.matches("ec2", &tags(&[("env", "dev")]), &place("ap-northeast-2")));
    }
}
