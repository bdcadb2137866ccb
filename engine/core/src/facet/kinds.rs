//! The table itself: the rows of all services together.

use super::table::KindSpec;
use super::{cloudwatch, ec2, fleet, iam, lambda, rds, s3};

/// Every kind, by service.
pub fn kinds() -> impl Iterator<Item = &'static KindSpec> {
    [ec2::KINDS, s3::KINDS, lambda::KINDS, rds::KINDS, iam::KINDS, cloudwatch::KINDS, fleet::KINDS].into_iter().flatten()
}

/// The kind of that name.
#[must_use]
pub fn kind(word: &str) -> Option<&'static KindSpec> {
    kinds().find(|kind| kind.word == word)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::facet::table::Home;

    /// The members that the schema of a kind names, and those that are always there.
    fn members(kind: &KindSpec) -> (BTreeSet<String>, BTreeSet<String>) {
        let mut generator =
            schemars::generate::SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true).into_generator();
        let schema = (kind.schema)(&mut generator).to_value();
        let all = schema["properties"].as_object().expect("an object").keys().cloned().collect();
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        (all, required)
    }

    #[test]
    fn words_and_ids_are_unique_and_well_formed() {
        let mut seen = BTreeSet::new();
        for kind in kinds() {
            assert!(seen.insert(kind.word), "{} stands twice", kind.word);
            let (service, thing) = kind.word.split_once('.').expect("service.thing");
            assert!([service, thing].iter().all(|part| part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')));
            let facets: BTreeSet<_> = kind.facets.iter().map(|facet| facet.word).collect();
            assert_eq!(facets.len(), kind.facets.len(), "{}: a facet stands twice", kind.word);
        }
    }

    #[test]
    fn every_member_that_the_table_names_is_in_the_schema_and_no_facet_is_required() {
        for kind in kinds() {
            let (all, required) = members(kind);
            assert!(kind.id.is_empty() || required.contains(kind.id), "{}: its id {} is not always there", kind.word, kind.id);
            let mut brought = BTreeSet::new();
            for (facet, member) in kind.facets.iter().flat_map(|facet| facet.members.iter().map(move |member| (facet.word, *member))) {
                assert!(all.contains(member), "{}/{facet}: the schema has no {member}", kind.word);
                assert!(!required.contains(member), "{}/{facet}: {member} is only there when it is asked for", kind.word);
                assert!(brought.insert(member), "{}: two facets bring {member}", kind.word);
            }
        }
    }

    #[test]
    fn what_is_asked_is_an_action_and_what_is_in_the_file_asks_nothing() {
        for kind in kinds() {
            let calls: Vec<_> = kind.calls.iter().chain(kind.facets.iter().flat_map(|facet| facet.calls)).collect();
            assert_eq!(kind.calls.is_empty(), kind.home == Home::File, "{}", kind.word);
            assert!(
                calls.iter().all(|call| call.action.split_once(':').is_some_and(|(service, name)| !service.is_empty() && !name.is_empty()))
            );
        }
    }
}
