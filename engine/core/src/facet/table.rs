//! The table itself: its row types, and the rows of all services together.

use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};

use super::{cloudwatch, ec2, fleet, iam, lambda, rds, s3};
use crate::arn::partition;

/// A sort of thing that rules judge.
#[derive(Debug)]
pub struct KindSpec {
    /// As rules, policies and findings name it: `ec2.volume`.
    pub word: &'static str,
    /// What it is, in a sentence.
    pub says: &'static str,
    /// What it belongs to.
    pub home: Home,
    /// Member of the body that is its id; empty when there is one in each account (and region), whose id is the account's.
    pub id: &'static str,
    /// Its ARN.
    pub arn: Arn,
    /// What lists them.
    pub calls: &'static [Call],
    /// What a rule may ask for beyond that.
    pub facets: &'static [FacetSpec],
    /// JSON Schema of a body with every facet.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
}

/// A part of a thing that is there only for rules that ask for it.
#[derive(Debug)]
pub struct FacetSpec {
    /// As rules name it: `tags`.
    pub word: &'static str,
    /// What it tells, in a sentence.
    pub says: &'static str,
    /// The members of the body that it brings.
    pub members: &'static [&'static str],
    /// What reads it; empty when the kind's own calls answer it.
    pub calls: &'static [Call],
}

/// What a kind belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// A region of an account.
    Region,
    /// An account.
    Account,
    /// The fleet file: nothing is asked of any account.
    File,
}

/// Where an ARN comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arn {
    /// Put together: `{partition}`, `{region}`, `{account}` and `{id}` are filled in.
    Of(&'static str),
    /// A member of the body.
    Member(&'static str),
    /// AWS has none.
    None,
}

/// An API call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// The IAM action it needs: `ec2:DescribeVolumes`.
    pub action: &'static str,
    /// How often it is made.
    pub per: Per,
}

/// How often a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// Once in each place, and once more for each page.
    Once,
    /// Once in each account, whatever the regions and the kinds that need its answer.
    Account,
    /// Once for each thing.
    Thing,
}

impl Call {
    /// Made once in each place.
    pub const fn once(action: &'static str) -> Self {
        Self { action, per: Per::Once }
    }

    /// Made once in each account.
    pub const fn once_in_account(action: &'static str) -> Self {
        Self { action, per: Per::Account }
    }

    /// Made for each thing.
    pub const fn each(action: &'static str) -> Self {
        Self { action, per: Per::Thing }
    }
}

impl KindSpec {
    /// The facet of that name.
    #[must_use]
    pub fn facet(&self, word: &str) -> Option<&'static FacetSpec> {
        self.facets.iter().find(|facet| facet.word == word)
    }

    /// The id that a body carries, the account's for what there is one of.
    #[must_use]
    pub fn id_of(&self, body: &Map<String, Value>, account: &str) -> String {
        match body.get(self.id) {
            Some(Value::String(id)) => id.clone(),
            Some(other) => other.to_string(),
            None => account.to_owned(),
        }
    }

    /// The ARN of a thing.
    #[must_use]
    pub fn arn_of(&self, body: &Map<String, Value>, id: &str, account: &str, region: &str) -> Option<String> {
        match self.arn {
            Arn::Of(pattern) => {
                let filled = pattern.replace("{partition}", partition(region)).replace("{region}", region);
                Some(filled.replace("{account}", account).replace("{id}", id))
            }
            Arn::Member(name) => body.get(name).and_then(Value::as_str).map(str::to_owned),
            Arn::None => None,
        }
    }
}

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

    use super::*;

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
