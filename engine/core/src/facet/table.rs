//! The rows of the table: what a kind is, its facets, and the calls that bring them.

use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};

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
    /// Once in each account, whatever its regions and the kinds that need its answer, and once more for each page.
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
