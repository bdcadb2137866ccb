//! Parameters of rules: the part of JSON Schema that packs describe them with, and values held against it.

mod check;
mod schema;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use crate::finding::Rule;

/// The parameters a rule has.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// By name.
    members: BTreeMap<String, Spec>,
    /// Without a default, and without which the rule does not run.
    required: BTreeSet<String>,
    /// What others may be.
    rest: Rest,
}

/// Why the schema of a pack was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// A keyword beyond the part that is understood: a value could not be held against it, so it is not let through.
    #[error("{place} uses `{keyword}` of JSON Schema; understood are {}", KEYWORDS.join(", "))]
    Keyword {
        /// Parameter it stands in, or all of them.
        place: String,
        /// The keyword.
        keyword: String,
    },
    /// A keyword with a value it cannot have.
    #[error("{place}: `{keyword}` wants {wanted}")]
    Value {
        /// Parameter it stands in.
        place: String,
        /// The keyword.
        keyword: String,
        /// What it wants.
        wanted: String,
    },
    /// A default that the schema itself refuses.
    #[error("{place}: its own schema refuses the default: {why}")]
    Default {
        /// Parameter.
        place: String,
        /// What the check said.
        why: String,
    },
}

/// The keywords that are understood. All others are refused when a pack is loaded.
pub(crate) const KEYWORDS: [&str; 18] = [
    "type",
    "default",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "enum",
    "items",
    "properties",
    "additionalProperties",
    "required",
    "title",
    "description",
    "examples",
    "deprecated",
    "$schema",
    "$id",
    "$comment",
];

/// What one value has to be.
#[derive(Debug, Clone, PartialEq)]
struct Spec {
    shape: Shape,
    default: Option<Json>,
    /// The only values there are.
    choices: Option<Vec<Json>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Shape {
    Integer {
        min: Option<i64>,
        max: Option<i64>,
    },
    Number {
        min: Option<f64>,
        max: Option<f64>,
    },
    Boolean,
    /// Lengths in characters.
    Text {
        min: Option<usize>,
        max: Option<usize>,
    },
    List(Option<Box<Spec>>),
    Map(Box<Parameters>),
}

/// Members that are not named.
#[derive(Debug, Clone, PartialEq)]
enum Rest {
    Refused,
    Anything,
    Of(Box<Spec>),
}

impl Parameters {
    /// Reads what a pack says of a rule's parameters. A rule may have none.
    ///
    /// # Errors
    /// When the schema goes beyond the part that is understood, or refuses its own defaults.
    pub fn read(rule: &Rule) -> Result<Self, SchemaError> {
        schema::parameters(&rule.params, "the parameters")
    }

    /// What the rule is given when a policy says nothing.
    #[must_use]
    pub fn defaults(&self) -> Map<String, Json> {
        let mut values = Map::new();
        self.fill(&mut values);
        values
    }

    /// Adds the defaults of what is not there.
    pub(super) fn fill(&self, values: &mut Map<String, Json>) {
        for (name, spec) in &self.members {
            if let Some(default) = spec.default_value().filter(|_| !values.contains_key(name)) {
                values.insert(name.clone(), default);
            }
        }
    }

    /// The default of one parameter.
    #[must_use]
    pub fn default_of(&self, name: &str) -> Option<Json> {
        self.members.get(name)?.default_value()
    }

    /// Their names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }
}

impl Spec {
    /// Its default with those of its members, if it has any.
    fn default_value(&self) -> Option<Json> {
        match (&self.default, &self.shape) {
            (Some(Json::Object(written)), Shape::Map(members)) => {
                let mut values = written.clone();
                members.fill(&mut values);
                Some(Json::Object(values))
            }
            (Some(default), _) => Some(default.clone()),
            (None, Shape::Map(members)) => Some(members.defaults()).filter(|values| !values.is_empty()).map(Json::Object),
            (None, _) => None,
        }
    }
}
