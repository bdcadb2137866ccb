//! What a policy can set of a rule: declared as constants, described as JSON Schema, read with a default.

use std::borrow::Cow;

use crate::json::{List, Object, Text, Value};
use crate::slip::{self, Slip};
use crate::write::{self, Evidence};

/// A parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Param {
    pub(crate) name: &'static str,
    says: &'static str,
    kind: Kind,
}

/// Type, default and bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Integer { default: i64, min: Option<i64>, max: Option<i64> },
    Number { default: f64, min: Option<f64>, max: Option<f64> },
    Boolean(bool),
    Text { default: &'static str, words: &'static [&'static str] },
    Texts { default: &'static [&'static str], words: &'static [&'static str] },
    Integers { default: &'static [i64], min: Option<i64>, max: Option<i64> },
    Map(&'static [(&'static str, &'static str)]),
}

impl Param {
    const fn new(name: &'static str, kind: Kind, says: &'static str) -> Self {
        Self { name, says, kind }
    }

    /// A whole number.
    #[must_use]
    pub const fn integer(name: &'static str, default: i64, says: &'static str) -> Self {
        Self::new(name, Kind::Integer { default, min: None, max: None }, says)
    }

    /// A number.
    #[must_use]
    pub const fn number(name: &'static str, default: f64, says: &'static str) -> Self {
        Self::new(name, Kind::Number { default, min: None, max: None }, says)
    }

    /// `true` or `false`.
    #[must_use]
    pub const fn boolean(name: &'static str, default: bool, says: &'static str) -> Self {
        Self::new(name, Kind::Boolean(default), says)
    }

    /// A text.
    #[must_use]
    pub const fn text(name: &'static str, default: &'static str, says: &'static str) -> Self {
        Self::new(name, Kind::Text { default, words: &[] }, says)
    }

    /// A list of texts.
    #[must_use]
    pub const fn texts(name: &'static str, default: &'static [&'static str], says: &'static str) -> Self {
        Self::new(name, Kind::Texts { default, words: &[] }, says)
    }

    /// A list of whole numbers.
    #[must_use]
    pub const fn integers(name: &'static str, default: &'static [i64], says: &'static str) -> Self {
        Self::new(name, Kind::Integers { default, min: None, max: None }, says)
    }

    /// A map from text to text.
    #[must_use]
    pub const fn map(name: &'static str, default: &'static [(&'static str, &'static str)], says: &'static str) -> Self {
        Self::new(name, Kind::Map(default), says)
    }

    /// The least a whole number, or each of a list, can be. For numbers, likewise.
    #[must_use]
    pub const fn min(mut self, least: i64) -> Self {
        match &mut self.kind {
            Kind::Integer { min, .. } | Kind::Integers { min, .. } => *min = Some(least),
            Kind::Number { min, .. } => *min = Some(least as f64),
            _ => {}
        }
        self
    }

    /// The most a whole number, or each of a list, can be. For numbers, likewise.
    #[must_use]
    pub const fn max(mut self, most: i64) -> Self {
        match &mut self.kind {
            Kind::Integer { max, .. } | Kind::Integers { max, .. } => *max = Some(most),
            Kind::Number { max, .. } => *max = Some(most as f64),
            _ => {}
        }
        self
    }

    /// The words a text, or each of a list, must be one of.
    #[must_use]
    pub const fn words(mut self, closed: &'static [&'static str]) -> Self {
        match &mut self.kind {
            Kind::Text { words, .. } | Kind::Texts { words, .. } => *words = closed,
            _ => {}
        }
        self
    }

    /// Its JSON Schema.
    pub(crate) fn schema(&self) -> String {
        let mut members = match self.kind {
            Kind::Integer { default, min, max } => typed("integer", default, bounds(min, max)),
            Kind::Number { default, min, max } => typed("number", default, bounds(min, max)),
            Kind::Boolean(default) => typed("boolean", default, Vec::new()),
            Kind::Text { default, words } => typed("string", default, closed(words)),
            Kind::Texts { default, words } => list(default, item("string", closed(words))),
            Kind::Integers { default, min, max } => list(default, item("integer", bounds(min, max))),
            Kind::Map(default) => {
                let mut pairs: Vec<_> = default.iter().map(|(name, value)| (*name, write::json(*value))).collect();
                vec![("additionalProperties", item("string", Vec::new())), ("default", object(&mut pairs)), ("type", write::json("object"))]
            }
        };
        members.push(("description", write::json(self.says)));
        object(&mut members)
    }

    /// Its default as JSON.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn default(&self) -> String {
        match self.kind {
            Kind::Integer { default, .. } => write::json(default),
            Kind::Number { default, .. } => write::json(default),
            Kind::Boolean(default) => write::json(default),
            Kind::Text { default, .. } => write::json(default),
            Kind::Texts { default, .. } => write::json(default),
            Kind::Integers { default, .. } => write::json(default),
            Kind::Map(default) => object(&mut default.iter().map(|(name, value)| (*name, write::json(*value))).collect()),
        }
    }

    /// Whether `value` is of its type and within its bounds; else what it should be.
    fn refuse(&self, value: Value<'_>) -> Option<String> {
        let name = self.name;
        let fits = match self.kind {
            Kind::Integer { min, max, .. } => value.integer().is_some_and(|number| within(number, min, max)),
            Kind::Number { min, max, .. } => value.number().is_some_and(|number| within(number, min, max)),
            Kind::Boolean(_) => value.boolean().is_some(),
            Kind::Text { words, .. } => value.text().is_some_and(|text| one_of(&text, words)),
            Kind::Texts { words, .. } => each(value, |value| value.text().is_some_and(|text| one_of(&text, words))),
            Kind::Integers { min, max, .. } => each(value, |value| value.integer().is_some_and(|number| within(number, min, max))),
            Kind::Map(_) => value.object().is_some_and(|map| map.members().all(|(_, value)| value.text().is_some())),
        };
        (!fits).then(|| format!("`{name}` is {}, which its schema does not allow: {}", value.json(), self.schema()))
    }
}

fn typed(kind: &str, default: impl Evidence, mut bounds: Members) -> Members {
    bounds.extend([("default", write::json(default)), ("type", write::json(kind))]);
    bounds
}

fn list(default: impl Evidence, items: String) -> Members {
    typed("array", default, vec![("items", items)])
}

fn item(kind: &str, mut bounds: Members) -> String {
    bounds.push(("type", write::json(kind)));
    object(&mut bounds)
}

fn bounds(min: Option<impl Evidence>, max: Option<impl Evidence>) -> Members {
    let bound = |name, bound: Option<String>| bound.map(|bound| (name, bound));
    [bound("minimum", min.map(write::json)), bound("maximum", max.map(write::json))].into_iter().flatten().collect()
}

fn closed(words: &[&str]) -> Members {
    if words.is_empty() { Vec::new() } else { vec![("enum", write::json(words))] }
}

type Members = Vec<(&'static str, String)>;

pub(crate) fn object<N: AsRef<str>>(members: &mut Vec<(N, String)>) -> String {
    let mut out = String::new();
    write::object(members, &mut out);
    out
}

fn within<T: PartialOrd>(number: T, min: Option<T>, max: Option<T>) -> bool {
    min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max)
}

fn one_of(text: &str, words: &[&str]) -> bool {
    words.is_empty() || words.contains(&text)
}

fn each(value: Value<'_>, fits: impl Fn(Value<'_>) -> bool) -> bool {
    value.list().is_some_and(|list| list.iter().all(fits))
}

/// The parameters of a call: what the policy set, and defaults for the rest.
#[derive(Debug)]
pub struct Params<'a> {
    params: &'a [Param],
    /// What was set, in the order of `params`.
    given: Vec<Option<Value<'a>>>,
}

impl<'a> Params<'a> {
    /// Holds the JSON of a call against what the rule declares.
    pub(crate) fn read(params: &'a [Param], json: &'a str) -> Result<Self, String> {
        let json = if json.trim().is_empty() { "{}" } else { json };
        let object: Object<'a> = Value::parse(json).object().ok_or("the parameters are no JSON object")?;
        let known = |name: &str| params.iter().any(|param| param.name == name);
        if let Some((name, _)) = object.members().find(|(name, _)| !known(name)) {
            return Err(format!("there is no parameter `{name}`"));
        }
        let given: Vec<Option<Value<'a>>> = params.iter().map(|param| object.get(param.name)).collect();
        let refused = params.iter().zip(&given).find_map(|(param, value)| param.refuse((*value)?));
        refused.map_or(Ok(Self { params, given }), Err)
    }

    /// What was set and the declaration, of a type that `pick` knows. A rule that asks for what it did not declare is
    /// errored by the note.
    fn find<T>(&self, name: &str, pick: impl Fn(Kind) -> Option<T>) -> Option<(Option<Value<'a>>, T)> {
        let found =
            self.params.iter().position(|param| param.name == name).and_then(|at| Some((self.given[at], pick(self.params[at].kind)?)));
        if found.is_none() {
            slip::note(|| Slip::Rule(format!("the rule reads a parameter `{name}` that it does not declare, or not as that type")));
        }
        found
    }

    /// A whole number.
    #[must_use]
    pub fn integer(&self, name: &str) -> i64 {
        let found = self.find(name, |kind| if let Kind::Integer { default, .. } = kind { Some(default) } else { None });
        found.map_or(0, |(given, default)| given.and_then(Value::integer).unwrap_or(default))
    }

    /// A number.
    #[must_use]
    pub fn number(&self, name: &str) -> f64 {
        let found = self.find(name, |kind| if let Kind::Number { default, .. } = kind { Some(default) } else { None });
        found.map_or(0.0, |(given, default)| given.and_then(Value::number).unwrap_or(default))
    }

    /// `true` or `false`.
    #[must_use]
    pub fn boolean(&self, name: &str) -> bool {
        let found = self.find(name, |kind| if let Kind::Boolean(default) = kind { Some(default) } else { None });
        found.is_some_and(|(given, default)| given.and_then(Value::boolean).unwrap_or(default))
    }

    /// A text.
    #[must_use]
    pub fn text(&self, name: &str) -> Text<'a> {
        let found = self.find(name, |kind| if let Kind::Text { default, .. } = kind { Some(default) } else { None });
        found.map_or(Cow::Borrowed(""), |(given, default)| given.and_then(Value::text).unwrap_or(Cow::Borrowed(default)))
    }

    /// A list of texts.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<Text<'a>> {
        let found = self.find(name, |kind| if let Kind::Texts { default, .. } = kind { Some(default) } else { None });
        let Some((given, default)) = found else { return Vec::new() };
        let plain = || default.iter().map(|text| Cow::Borrowed(*text)).collect();
        given.and_then(Value::list).map_or_else(plain, |list| List::texts(list).collect())
    }

    /// A list of whole numbers.
    #[must_use]
    pub fn integers(&self, name: &str) -> Vec<i64> {
        let found = self.find(name, |kind| if let Kind::Integers { default, .. } = kind { Some(default) } else { None });
        let Some((given, default)) = found else { return Vec::new() };
        given.and_then(Value::list).map_or_else(|| default.to_vec(), |list| List::integers(list).collect())
    }

    /// A map from text to text.
    #[must_use]
    pub fn map(&self, name: &str) -> Vec<(Text<'a>, Text<'a>)> {
        let found = self.find(name, |kind| if let Kind::Map(default) = kind { Some(default) } else { None });
        let Some((given, default)) = found else { return Vec::new() };
        let plain = || default.iter().map(|(name, value)| (Cow::Borrowed(*name), Cow::Borrowed(*value))).collect();
        let read = |map: Object<'a>| map.members().filter_map(|(name, value)| Some((name, value.text()?))).collect();
        given.and_then(Value::object).map_or_else(plain, read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[Param] = &[
        Param::integer("days", 7, "days").min(1).max(35),
        Param::number("share", 0.5, "share").min(0),
        Param::boolean("strict", true, "strict"),
        Param::text("mode", "all", "mode").words(&["all", "some"]),
        Param::texts("names", &["a", "b"], "names"),
        Param::integers("ports", &[22, 3389], "ports").min(0),
        Param::map("tags", &[("env", "prod")], "tags"),
    ];

    #[test]
    fn defaults_count_until_something_is_set() {
        let plain = Params::read(ALL, "").expect("parameters");
        assert_eq!(
            (plain.integer("days"), plain.number("share"), plain.boolean("strict"), plain.text("mode").as_ref()),
            (7, 0.5, true, "all")
        );
        assert_eq!((plain.texts("names"), plain.integers("ports")), (vec!["a".into(), "b".into()], vec![22, 3389]));
        assert_eq!(plain.map("tags"), [("env".into(), "prod".into())]);
        let json = r#"{"days":9,"mode":"some","names":[],"ports":[1],"share":2,"strict":false,"tags":{"\u0061":"b"}}"#;
        let set = Params::read(ALL, json).expect("parameters");
        assert_eq!((set.integer("days"), set.number("share"), set.boolean("strict"), set.text("mode").as_ref()), (9, 2.0, false, "some"));
        assert_eq!((set.texts("names").len(), set.integers("ports"), set.map("tags")), (0, vec![1], vec![("a".into(), "b".into())]));
        assert_eq!(slip::take(), None);
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        let refused = |json: &str| Params::read(ALL, json).expect_err("refused");
        let schema = r#"{"default":7,"description":"days","maximum":35,"minimum":1,"type":"integer"}"#;
        assert_eq!(refused(r#"{"days":0}"#), format!("`days` is 0, which its schema does not allow: {schema}"));
        assert_eq!(refused(r#"{"dayz":8}"#), "there is no parameter `dayz`");
        assert_eq!(refused("[]"), "the parameters are no JSON object");
        for json in
            [r#"{"mode":"none"}"#, r#"{"ports":[-1]}"#, r#"{"tags":{"a":1}}"#, r#"{"strict":1}"#, r#"{"days":36}"#, r#"{"share":-0.1}"#]
        {
            refused(json);
        }
    }

    #[test]
    fn an_undeclared_parameter_is_told() {
        let params = Params::read(ALL, "{}").expect("parameters");
        assert_eq!((params.integer("day"), params.text("days").as_ref()), (0, ""));
        let Some(Slip::Rule(said)) = slip::take() else { panic!("nothing was told") };
        assert_eq!(said, "the rule reads a parameter `day` that it does not declare, or not as that type");
    }
}
