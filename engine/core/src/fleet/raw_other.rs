//! The keys of prices, advisor, history and lease.

use serde_json::{Value as Json, json};

use super::decode::{Cx, Decode, Free, section};
use super::leaf::{Amount, Duration, Flaw, Leaf, RelPath, S3Place, text};
pub(super) use super::raw_schedule::RawOverride;
use crate::policy::PolicyRef;
use crate::span::At;
use crate::yaml::{Node, Scalar, Value};

section! {
    /// What things cost; without a price there are hours and never a guess.
    RawPrices {
        /// Currency of every amount here.
        currency = "currency": Currency,
        /// Ask the AWS Price List API for what is missing.
        api = "api": bool,
        /// An hour of a type or class; a region's name holds a map of its own.
        per_hour = "per-hour": Free<Price>,
        /// A GiB of a volume type for a month.
        per_gib_month = "per-gib-month": Free<Amount>,
    }
}

section! {
    /// Policies and rule packs.
    RawAdvisor {
        /// Built-in ones by a bare word (baseline, cost, strict, cis), else paths under this folder.
        policies = "policies": Vec<At<PolicyName>>,
        /// Compiled rules beside the built-in ones; their digests stand in fleet.lock.
        packs = "packs": Vec<At<RelPath>>,
    }
}

section! {
    /// What is remembered of runs.
    RawHistory {
        /// For how long.
        keep = "keep": Duration,
        /// Where it is copied to.
        s3 = "s3": S3Place,
    }
}

section! {
    /// A lock that saves work.
    RawLease {
        /// Where it lies.
        s3 = "s3" (required): S3Place,
        /// When it expires by itself.
        ttl = "ttl": Duration,
    }
}

text! {
    /// ISO 4217.
    Currency, "a currency such as `USD`", Some("^[A-Z]{3}$"), |text| if text.len() == 3 && text.bytes().all(|c| c.is_ascii_uppercase()) { Ok(text.to_owned()) } else { Err(Flaw::default()) };
}

/// A built-in policy, or a path under this folder.
#[derive(Debug, Clone)]
pub(super) struct PolicyName(pub(super) PolicyRef);

impl Leaf for PolicyName {
    const WANTED: &'static str = PolicyRef::WANTED;

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        let policy = <PolicyRef as Leaf>::read(scalar)?;
        if matches!(policy, PolicyRef::File(_)) {
            RelPath::read(scalar)?;
        }
        Ok(Self(policy))
    }

    fn schema() -> Json {
        json!({"type": "string"})
    }
}

/// A price, or the prices of a region.
#[derive(Debug, Clone)]
pub(super) enum Price {
    /// In every region.
    Everywhere(f64),
    /// By type, in the region that is the key.
    Region(Free<Amount>),
}

impl Decode for Price {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        match &node.value {
            Value::Map(_) => Free::decode(node, cx).map(Self::Region),
            _ => <Amount as Decode>::decode(node, cx).map(|amount| Self::Everywhere(amount.0)),
        }
    }

    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let (one, many) = (<Amount as Decode>::schema(generator), Free::<Amount>::schema(generator));
        schemars::json_schema!({"anyOf": [one, many]})
    }
}
