//! One observed thing, and what could not be observed.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use super::table::KindSpec;
use crate::cloud::{CloudError, ErrorKind};
use crate::span::Span;
use crate::tags::Tags;

/// Members of a body, by AWS's names.
pub type Members = Map<String, Value>;

/// One observed thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// What it is: a word of the table.
    pub kind: &'static str,
    /// Unique among everything observed: its ARN, or account, region, kind and id.
    pub key: String,
    /// AWS id, or name in fleet.yaml.
    pub id: String,
    /// Its ARN, where AWS gives one.
    pub arn: Option<String>,
    /// Account id; empty for what stands in the file.
    pub account: String,
    /// Region; empty for what belongs to an account as a whole.
    pub region: String,
    /// Every member that was read, those of facets included.
    pub body: Members,
    /// Facets that were asked for and could not be read of this one.
    pub unread: BTreeSet<&'static str>,
    /// Where it stands in fleet.yaml.
    pub span: Option<Span>,
}

impl Fact {
    /// What `body` says of a thing of `kind` in an account and region (which may be empty).
    #[must_use]
    pub fn new(kind: &'static KindSpec, (account, region): (&str, &str), body: Members) -> Self {
        let id = kind.id_of(&body, account);
        let arn = kind.arn_of(&body, &id, account, region);
        let key = arn.clone().unwrap_or_else(|| format!("{account}/{region}/{}/{id}", kind.word));
        let (account, region) = (account.to_owned(), region.to_owned());
        Self { kind: kind.word, key, id, arn, account, region, body, unread: BTreeSet::new(), span: None }
    }

    /// The same from a struct of the kind's module.
    #[must_use]
    pub fn of(kind: &'static KindSpec, home: (&str, &str), body: &impl Serialize) -> Self {
        // Every body is a struct whose maps have text as keys, which JSON always takes.
        let body = match serde_json::to_value(body) {
            Ok(Value::Object(members)) => members,
            _ => Members::new(),
        };
        Self::new(kind, home, body)
    }

    /// Sets a member of a facet. Null says that it was read and there is none.
    pub fn put(&mut self, member: &str, value: impl Into<Value>) {
        self.body.insert(member.to_owned(), value.into());
    }

    /// Its tags, when they were read.
    #[must_use]
    pub fn tags(&self) -> Tags {
        let tags = self.body.get("Tags").and_then(Value::as_object);
        tags.into_iter().flatten().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
    }

    /// The body as a rule gets it that declared `facets`: what belongs to others is not there.
    #[must_use]
    pub fn projected(&self, kind: &KindSpec, facets: &BTreeSet<&str>) -> Members {
        let hidden: BTreeSet<&str> =
            kind.facets.iter().filter(|facet| !facets.contains(facet.word)).flat_map(|facet| facet.members).copied().collect();
        self.body.iter().filter(|(name, _)| !hidden.contains(name.as_str())).map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Gap {
    /// The IAM action that was refused or did not answer.
    pub action: String,
    /// Account id, or its name when not even that is known.
    pub account: String,
    /// Region; empty for an account as a whole.
    pub region: String,
    /// Kind that is unknown because of it.
    pub kind: &'static str,
    /// Facet that is; nothing when the list itself is.
    pub facet: Option<&'static str>,
    /// Keys of the things of which it is unknown; empty for all of the kind in the place.
    pub resources: BTreeSet<String>,
    /// AWS's words.
    pub error: String,
    /// True when it was throttling or the network rather than a permission: another exit code.
    pub unreachable: bool,
}

impl Gap {
    /// What a failed call leaves unknown.
    #[must_use]
    pub fn new(error: &CloudError, (account, region): (&str, &str), kind: &'static str, facet: Option<&'static str>) -> Self {
        let words = if error.code.is_empty() { error.message.clone() } else { format!("{}: {}", error.code, error.message) };
        Self {
            action: error.action.clone(),
            account: account.to_owned(),
            region: region.to_owned(),
            kind,
            facet,
            resources: BTreeSet::new(),
            error: words,
            unreachable: matches!(error.kind, ErrorKind::Throttled | ErrorKind::Unreachable | ErrorKind::Service),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(value: Value) -> Members {
        value.as_object().expect("an object").clone()
    }

    #[test]
    fn a_rule_sees_what_it_asked_for_and_nothing_else() {
        let kind = crate::facet::kind("ec2.volume").expect("a kind");
        let body = members(json!({"VolumeId": "vol-1", "Size": 8, "Tags": {"env": "dev"}}));
        let fact = Fact::new(kind, ("123456789012", "us-east-1"), body);
        assert_eq!(fact.key, "arn:aws:ec2:us-east-1:123456789012:volume/vol-1");
        assert_eq!(fact.tags().get("env").map(String::as_str), Some("dev"));
        assert_eq!(Value::from(fact.projected(kind, &BTreeSet::new())), json!({"VolumeId": "vol-1", "Size": 8}));
        assert_eq!(fact.projected(kind, &BTreeSet::from(["tags"])), fact.body);
    }
}
