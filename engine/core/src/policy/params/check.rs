//! Values as a policy has them, held against what a rule wants: problems at the value's own place.

use serde_json::{Map, Value as Json};

use super::{Parameters, Rest, Shape, Spec};
use crate::diag::Diagnostic;
use crate::fleet::did_you_mean;
use crate::fleet::leaf::text_of;
use crate::span::{At, Span};
use crate::yaml::{Node, Plain, Scalar, Value, bool_of, float_of, int_of};

impl Parameters {
    /// Reads one parameter. `of` is what messages call its owner: ``rule `ec2/open-ports` ``.
    pub(in crate::policy) fn member(&self, of: &str, name: &At<String>, value: &Node, problems: &mut Vec<Diagnostic>) -> Option<Json> {
        if let Some(spec) = self.members.get(&name.value) {
            return spec.read(&name.value, value, problems);
        }
        match &self.rest {
            Rest::Refused => {
                problems.push(self.unknown(of, name));
                None
            }
            Rest::Anything => Some(value.to_json()),
            Rest::Of(spec) => spec.read(&name.value, value, problems),
        }
    }

    fn unknown(&self, of: &str, name: &At<String>) -> Diagnostic {
        let mut problem = Diagnostic::error(format!("{of} has no parameter `{}`", name.value), name.span.clone());
        problem.label = did_you_mean(&name.value, self.names());
        let known: Vec<String> = self.members.iter().map(|(name, spec)| spec.summary(name)).collect();
        problem.help(if known.is_empty() { "it has none".to_owned() } else { format!("it has: {}", known.join("; ")) })
    }

    /// Reads all parameters that stand in a map of a file: each is held against its schema, the rest has its default, and what has
    /// to be given and is not is named at `span`. `of` is what messages call their owner: ``rule `old-type` ``.
    pub fn values(&self, of: &str, entries: &[(Node, Node)], span: &Span, problems: &mut Vec<Diagnostic>) -> Map<String, Json> {
        let mut values = Map::new();
        for (key, value) in entries {
            let key = At::new(key.key_text().to_owned(), key.span.clone());
            if let Some(read) = self.member(of, &key, value, problems) {
                values.insert(key.value, read);
            }
        }
        self.fill(&mut values);
        self.missing(of, &values, span, problems);
        values
    }

    /// Names what has to be given and is not.
    pub(in crate::policy) fn missing(&self, of: &str, values: &Map<String, Json>, span: &Span, problems: &mut Vec<Diagnostic>) {
        for name in self.required.iter().filter(|name| !values.contains_key(*name)) {
            let wanted = self.members.get(name).map_or_else(|| "a value".to_owned(), Spec::wanted);
            let missing = Diagnostic::error(format!("{of} needs the parameter `{name}`"), span.clone());
            problems.push(missing.help(format!("write `params: {{{name}: …}}`, {wanted}")));
        }
    }
}

impl Spec {
    /// Reads a value, or says why it is none.
    pub(super) fn read(&self, name: &str, node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Json> {
        let before = problems.len();
        let value = match &self.shape {
            Shape::List(items) => self.list(name, node, items.as_deref(), problems),
            Shape::Map(members) => self.map(name, node, members, problems),
            scalar => self.scalar(name, node, scalar, problems),
        };
        let value = value.filter(|_| problems.len() == before)?;
        self.chosen(name, node, &value, problems).then_some(value)
    }

    fn scalar(&self, name: &str, node: &Node, shape: &Shape, problems: &mut Vec<Diagnostic>) -> Option<Json> {
        let Some(scalar) = node.scalar().filter(|_| !node.is_null()) else {
            problems.push(self.wrong_kind(name, node));
            return None;
        };
        let problem = match shape.scalar(scalar) {
            Ok(value) => return Some(value),
            Err(Wrong::Kind(label)) => self.wrong_kind(name, node).label(label),
            Err(Wrong::Bound(shown)) => Diagnostic::error(format!("`{name}` wants {}, not {shown}", self.wanted()), node.span.clone()),
        };
        problems.push(problem);
        None
    }

    fn list(&self, name: &str, node: &Node, items: Option<&Self>, problems: &mut Vec<Diagnostic>) -> Option<Json> {
        let Value::Seq(nodes) = &node.value else {
            problems.push(self.wrong_kind(name, node));
            return None;
        };
        let one = |item: &Node| items.map_or_else(|| Some(item.to_json()), |spec| spec.read(name, item, problems));
        nodes.iter().map(one).collect::<Vec<_>>().into_iter().collect()
    }

    fn map(&self, name: &str, node: &Node, members: &Parameters, problems: &mut Vec<Diagnostic>) -> Option<Json> {
        let Value::Map(entries) = &node.value else {
            problems.push(self.wrong_kind(name, node));
            return None;
        };
        Some(Json::Object(members.values(&format!("`{name}`"), entries, &node.span, problems)))
    }

    /// Whether the value is one of the only ones there are.
    fn chosen(&self, name: &str, node: &Node, value: &Json, problems: &mut Vec<Diagnostic>) -> bool {
        let Some(choices) = self.choices.as_ref().filter(|choices| !choices.contains(value)) else { return true };
        let shown = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let words: Vec<String> = choices.iter().map(shown).collect();
        let mut problem = Diagnostic::error(format!("`{name}` cannot be `{}`", shown(value)), node.span.clone());
        problem.label = did_you_mean(&shown(value), words.iter().map(String::as_str));
        problems.push(problem.help(format!("it is one of: {}", words.join(", "))));
        false
    }

    fn wrong_kind(&self, name: &str, node: &Node) -> Diagnostic {
        Diagnostic::error(format!("`{name}` wants {}, this is {}", self.wanted(), node.kind()), node.span.clone())
    }

    /// What it wants, in words.
    fn wanted(&self) -> String {
        match &self.shape {
            Shape::Integer { min, max } => format!("a whole number{}", bounds(min.as_ref(), max.as_ref(), "")),
            Shape::Number { min, max } => format!("a number{}", bounds(min.as_ref(), max.as_ref(), "")),
            Shape::Boolean => "`true` or `false`".to_owned(),
            Shape::Text { min, max } => format!("text{}", bounds(min.as_ref(), max.as_ref(), " characters")),
            Shape::List(Some(items)) => format!("a list, each {}", items.wanted()),
            Shape::List(None) => "a list".to_owned(),
            Shape::Map(_) => "a map".to_owned(),
        }
    }

    /// For lists of parameters: `ports: a list, each a whole number, default [22]`.
    fn summary(&self, name: &str) -> String {
        let default = self.default_value().map(|default| format!(", default {default}")).unwrap_or_default();
        format!("{name}: {}{default}", self.wanted())
    }
}

fn bounds<T: std::fmt::Display>(min: Option<&T>, max: Option<&T>, unit: &str) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!(" from {min} to {max}{unit}"),
        (Some(min), None) => format!(" of at least {min}{unit}"),
        (None, Some(max)) => format!(" of at most {max}{unit}"),
        (None, None) => String::new(),
    }
}

/// Why a scalar was refused.
enum Wrong {
    /// It is something else; words to put under it.
    Kind(String),
    /// It is out of bounds, as shown.
    Bound(String),
}

impl Shape {
    fn scalar(&self, scalar: &Scalar) -> Result<Json, Wrong> {
        match self {
            Self::Integer { min, max } => bounded(int_of(scalar), *min, *max),
            Self::Number { min, max } => bounded(float_of(scalar), *min, *max).map(|value| match scalar.plain() {
                // `10` and `10.0` are one number and two texts: a whole one stays whole.
                Plain::Int(whole) => whole.into(),
                _ => value,
            }),
            Self::Boolean => bool_of(scalar).map(Json::Bool).map_err(Wrong::Kind),
            Self::Text { min, max } => text(scalar, *min, *max),
            Self::List(_) | Self::Map(_) => Err(Wrong::Kind("this is a single value".to_owned())),
        }
    }
}

fn bounded<T: PartialOrd + Into<Json> + std::fmt::Display>(read: Result<T, String>, min: Option<T>, max: Option<T>) -> Result<Json, Wrong> {
    let value = read.map_err(Wrong::Kind)?;
    let within = min.is_none_or(|min| min <= value) && max.is_none_or(|max| value <= max);
    if within { Ok(value.into()) } else { Err(Wrong::Bound(value.to_string())) }
}

fn text(scalar: &Scalar, min: Option<usize>, max: Option<usize>) -> Result<Json, Wrong> {
    let text = text_of(scalar).map_err(|flaw| Wrong::Kind(flaw.label.unwrap_or_default()))?;
    let length = text.chars().count();
    let within = min.is_none_or(|min| min <= length) && max.is_none_or(|max| length <= max);
    if within { Ok(text.into()) } else { Err(Wrong::Bound(format!("{length} characters"))) }
}
