//! The keys of a policy file.

use jiff::civil::Date;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Value as Json, json};

use super::pattern::RulePattern;
use super::read::PolicyRef;
use crate::finding::Severity;
use crate::fleet::decode::{Cx, Decode, Either, Free, OneOrMany, section};
use crate::fleet::did_you_mean;
use crate::fleet::leaf::{AsWritten, Flaw, Leaf, Text, text_of};
use crate::fleet::leaf_aws::Region;
use crate::name::Name;
use crate::span::At;
use crate::yaml::{Node, Scalar, Value};

section! {
    /// A policy: which rules run, how they are set, where, and what is excepted from them.
    RawPolicy {
        /// Its name, as in output.
        policy = "policy" (required): Name,
        /// Policies it begins from: built-in ones by a word (baseline, cost, strict, cis), else paths beside this file. Later ones win, this file last.
        extends = "extends": OneOrMany<PolicyRef>,
        /// Rules by `PACK/RULE`, `PACK/*` or `*/*`; the narrower wins. Rules not named are off.
        rules = "rules": RawRules,
        /// Fails that somebody answers for, until a day.
        exceptions = "exceptions": RawExceptions,
    }
}

section! {
    /// How a rule is set; what is not said stays as it was.
    RawTuning {
        /// Instead of the rule's own: info, low, medium, high or critical.
        severity = "severity": Severity,
        /// The rule's parameters; those not named have the rule's defaults.
        params = "params": RawParams,
        /// Where it runs; everywhere without it.
        scope = "where": RawWhere,
    }
}

section! {
    /// Where a rule runs. Parts are joined by "and", words of a part by "or".
    RawWhere {
        /// Names of fleet.yaml or account ids.
        accounts = "accounts": OneOrMany<Text>,
        /// Regions.
        regions = "regions": OneOrMany<Region>,
        /// All keys must match; a list is alternatives, `*` matches any value.
        tags = "tags": Free<OneOrMany<AsWritten>>,
        /// Whatever matches all of this is left out.
        not = "not": RawNot,
    }
}

section! {
    /// What is left out again. Parts are joined by "and".
    RawNot {
        /// Names of fleet.yaml or account ids.
        accounts = "accounts": OneOrMany<Text>,
        /// Regions.
        regions = "regions": OneOrMany<Region>,
        /// All keys must match; a list is alternatives, `*` matches any value.
        tags = "tags": Free<OneOrMany<AsWritten>>,
    }
}

section! {
    /// A fail that somebody answers for, until a day.
    RawException {
        /// `PACK/RULE`, `PACK/*` or `*/*`.
        rule = "rule" (required): RulePattern,
        /// AWS ids, ARNs or names; `*` stands for any run of characters.
        resource = "resource": OneOrMany<Text>,
        /// Or what carries these tags.
        tags = "tags": Free<OneOrMany<AsWritten>>,
        /// Only in these accounts.
        accounts = "accounts": OneOrMany<Text>,
        /// Only in these regions.
        regions = "regions": OneOrMany<Region>,
        /// Who answers for it.
        owner = "owner" (required): Text,
        /// Why it is right.
        reason = "reason" (required): Text,
        /// Its last day, in the fleet's zone or UTC; afterwards the fail counts again.
        until = "until" (required): Date,
    }
}

/// What stands behind a rule.
pub(super) type RawChoice = Either<Switch, RawTuning>;

/// `on` or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Switch {
    On,
    Off,
}

impl Leaf for Switch {
    const WANTED: &'static str = "`on`, `off` or `{severity: …, params: {…}, where: {…}}`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        match scalar.text.as_str() {
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            "true" | "yes" | "enabled" => Err(Flaw::label("write `on`")),
            "false" | "no" | "disabled" => Err(Flaw::label("write `off`")),
            word if <Severity as Leaf>::read(scalar).is_ok() => Err(Flaw::label(format!("write `{{severity: {word}}}`"))),
            word => Err(Flaw { label: did_you_mean(word, ["off", "on"]), ..Flaw::default() }),
        }
    }

    fn schema() -> Json {
        json!({"enum": ["on", "off"]})
    }
}

/// Every severity, the worst last.
const SEVERITIES: [Severity; 5] = [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

impl Leaf for Severity {
    const WANTED: &'static str = "`info`, `low`, `medium`, `high` or `critical`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        let text = scalar.text.as_str();
        let label = || Flaw { label: did_you_mean(text, SEVERITIES.map(Self::word)), ..Flaw::default() };
        SEVERITIES.into_iter().find(|severity| severity.word() == text).ok_or_else(label)
    }

    fn schema() -> Json {
        json!({"enum": SEVERITIES.map(Self::word)})
    }
}

impl Leaf for RulePattern {
    const WANTED: &'static str = "`PACK/RULE`, `PACK/*` or `'*/*'`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        Self::read(text_of(scalar)?)
            .map_err(|why| Flaw::default().message(format!("`{}` names no rule", scalar.text)).help(why.to_string()))
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": r"^([a-z0-9-]+/([a-z0-9-]+|\*)|\*/\*)$"})
    }
}

/// Rules with what is said of them, in the order of the file.
#[derive(Debug, Clone, Default)]
pub(super) struct RawRules(pub(super) Vec<(At<RulePattern>, RawChoice)>);

impl Decode for RawRules {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let entries = map_of(node, cx, "a map of rules such as `ec2/open-ports: on`")?;
        let mut all = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let pattern = key.scalar().and_then(|scalar| match <RulePattern as Leaf>::read(scalar) {
                Ok(pattern) => Some(pattern),
                Err(flaw) => {
                    cx.flaw("rules", scalar, &key.span, RulePattern::WANTED, flaw);
                    None
                }
            });
            let choice = cx.under(key.key_text(), &key.span, |cx| RawChoice::decode(value, cx));
            all.extend(pattern.zip(choice).map(|(pattern, choice)| (At::new(pattern, key.span.clone()), choice)));
        }
        Some(Self(all))
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let choice = RawChoice::schema(generator);
        json_schema!({"type": "object", "propertyNames": <RulePattern as Leaf>::schema(), "additionalProperties": choice})
    }
}

/// Parameters by name. What each has to be, only its rule knows.
#[derive(Debug, Clone, Default)]
pub(super) struct RawParams(pub(super) Vec<(At<String>, Node)>);

impl Decode for RawParams {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let entries = map_of(node, cx, "a map of parameters")?;
        Some(Self(entries.iter().map(|(key, value)| (At::new(key.key_text().to_owned(), key.span.clone()), value.clone())).collect()))
    }

    fn over(mut self, base: Self) -> Self {
        let missing = base.0.into_iter().filter(|(key, _)| !self.0.iter().any(|(own, _)| own == key)).collect::<Vec<_>>();
        self.0.extend(missing);
        self
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "object"})
    }
}

/// Exceptions; what is missing in one is said at that one.
#[derive(Debug, Clone, Default)]
pub(super) struct RawExceptions(pub(super) Vec<At<RawException>>);

impl Decode for RawExceptions {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let Value::Seq(items) = &node.value else {
            cx.wrong_kind(node, "a list of exceptions");
            return None;
        };
        let one = |item: &Node, cx: &mut Cx| cx.under("exception", &item.span, |cx| RawException::decode(item, cx));
        Some(Self(items.iter().filter_map(|item| Some(At::new(one(item, cx)?, item.span.clone()))).collect()))
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let items = <RawException as Decode>::schema(generator);
        json_schema!({"type": "array", "items": items})
    }
}

fn map_of<'n>(node: &'n Node, cx: &mut Cx, wanted: &str) -> Option<&'n [(Node, Node)]> {
    if let Value::Map(entries) = &node.value {
        return Some(entries);
    }
    cx.wrong_kind(node, wanted);
    None
}

/// The JSON Schema of a policy file, made from the same lists of keys as its reader.
#[must_use]
pub fn schema() -> Json {
    let mut generator = SchemaGenerator::default();
    let mut schema: Json = generator.root_schema_for::<RawPolicy>().into();
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), "muster policy".into());
    }
    schema
}
