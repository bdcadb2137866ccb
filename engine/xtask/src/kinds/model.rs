//! A service's kinds as the generators need them, read from their JSON Schemas.

use muster_core::facet::KindSpec;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

/// A service: `ec2`.
pub(super) struct Service {
    pub(super) word: &'static str,
    pub(super) kinds: Vec<Kind>,
    /// What stands inside documents, by name.
    pub(super) parts: Vec<Part>,
}

/// A kind with its document.
pub(super) struct Kind {
    pub(super) spec: &'static KindSpec,
    pub(super) body: Part,
    /// JSON Schema of the document, everything it refers to included.
    pub(super) schema: Value,
}

/// An object with named members.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) says: String,
    pub(super) members: Vec<Member>,
}

/// A member of an object.
pub(super) struct Member {
    /// AWS's name.
    pub(super) name: String,
    pub(super) says: String,
    pub(super) of: Type,
}

/// What a member is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Time,
    Integer,
    Number,
    Boolean,
    /// Text by text.
    Map,
    /// Anything.
    Any,
    /// A part by its name.
    Part(String),
    List(Box<Type>),
}

/// The service a kind belongs to.
pub(super) fn service_of(kind: &KindSpec) -> &'static str {
    kind.word.split('.').next().unwrap_or(kind.word)
}

impl Service {
    /// Reads kinds that are all of one service.
    pub(super) fn read(specs: &[&'static KindSpec]) -> Result<Self, String> {
        // One generator for all, so that equal names of different structs are told apart.
        let mut shared = generator();
        let bodies: Vec<Value> = specs.iter().map(|spec| (spec.schema)(&mut shared).to_value()).collect();
        let defs = Definitions(shared.take_definitions(true));
        let parts: Vec<Part> = defs.0.iter().filter(|(_, schema)| is_part(schema)).map(|(name, schema)| defs.part(name, schema)).collect();
        let kinds: Vec<Kind> = specs.iter().zip(&bodies).map(|(spec, body)| Kind::read(spec, body, &defs)).collect();
        let twice = parts.iter().find(|part| kinds.iter().any(|kind| kind.body.name == part.name));
        if let Some(part) = twice {
            return Err(format!("{} is both a kind of {} and a part of one; rename the struct", part.name, service_of(specs[0])));
        }
        Ok(Self { word: service_of(specs[0]), kinds, parts })
    }

    /// Name of its module.
    pub(super) fn module(&self) -> String {
        self.word.replace('-', "_")
    }
}

impl Kind {
    fn read(spec: &'static KindSpec, body: &Value, defs: &Definitions) -> Self {
        let thing = spec.word.split_once('.').map_or(spec.word, |(_, thing)| thing);
        let body = Part { says: spec.says.to_owned(), ..defs.part(&pascal(thing), body) };
        Self { spec, body, schema: schema(spec) }
    }

    /// The facet a member belongs to; nothing for one that is always there.
    pub(super) fn facet_of(&self, member: &str) -> Option<&'static str> {
        self.spec.facets.iter().find(|facet| facet.members.contains(&member)).map(|facet| facet.word)
    }
}

fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12().into_generator()
}

/// The whole schema of one kind. A member of a facet carries its name as `x-facet`.
fn schema(spec: &'static KindSpec) -> Value {
    let mut generator = generator();
    let mut schema = (spec.schema)(&mut generator).to_value();
    let parts: Map<String, Value> = generator.take_definitions(true);
    for facet in spec.facets {
        for member in facet.members {
            if let Some(Value::Object(member)) = schema["properties"].get_mut(*member) {
                member.insert("x-facet".to_owned(), facet.word.into());
            }
        }
    }
    if let Value::Object(members) = &mut schema {
        members.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
        members.insert("title".to_owned(), spec.word.into());
        if !parts.is_empty() {
            members.insert("$defs".to_owned(), parts.into());
        }
    }
    schema
}

/// What schemas refer to by name.
struct Definitions(Map<String, Value>);

/// Whether it has members of its own, and so a view.
fn is_part(schema: &Value) -> bool {
    schema["properties"].is_object()
}

impl Definitions {
    fn part(&self, name: &str, schema: &Value) -> Part {
        let properties = schema["properties"].as_object().into_iter().flatten();
        let mut members: Vec<Member> = properties.map(|(name, schema)| self.member(name, schema)).collect();
        members.sort_by(|a, b| a.name.cmp(&b.name));
        Part { name: name.to_owned(), says: says(schema), members }
    }

    fn member(&self, name: &str, schema: &Value) -> Member {
        let says = says(schema);
        let of = match self.kind(schema) {
            // Times are text to JSON; their comment names the form.
            Type::Text if says.contains("RFC 3339") => Type::Time,
            of => of,
        };
        Member { name: name.to_owned(), says, of }
    }

    fn kind(&self, schema: &Value) -> Type {
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
            return self.named(name);
        }
        if let Some(choices) = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
            return self.choice(choices);
        }
        match word(&schema["type"]) {
            Some("string") => Type::Text,
            Some("integer") => Type::Integer,
            Some("number") => Type::Number,
            Some("boolean") => Type::Boolean,
            Some("array") => Type::List(Box::new(self.kind(&schema["items"]))),
            Some("object") if word(&schema["additionalProperties"]["type"]) == Some("string") => Type::Map,
            _ => Type::Any,
        }
    }

    /// A struct has a view; the name of anything else, such as a closed list of words, is no matter.
    fn named(&self, name: &str) -> Type {
        match self.0.get(name) {
            Some(schema) if is_part(schema) => Type::Part(name.to_owned()),
            Some(schema) => self.kind(schema),
            None => Type::Any,
        }
    }

    /// One of several that are not null: their type when they share one.
    fn choice(&self, choices: &[Value]) -> Type {
        let mut kinds = choices.iter().filter(|choice| choice["type"] != "null").map(|choice| self.kind(choice));
        let first = kinds.next().unwrap_or(Type::Any);
        if kinds.all(|kind| kind == first) { first } else { Type::Any }
    }
}

impl Type {
    /// The word in tables.
    pub(super) fn word(&self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Time => "time".to_owned(),
            Self::Integer => "integer".to_owned(),
            Self::Number => "number".to_owned(),
            Self::Boolean => "boolean".to_owned(),
            Self::Map => "map".to_owned(),
            Self::Any => "any".to_owned(),
            Self::Part(name) => name.clone(),
            Self::List(of) => format!("list of {}", of.word()),
        }
    }
}

/// The type that is not null.
fn word(kind: &Value) -> Option<&str> {
    match kind {
        Value::String(word) => Some(word),
        Value::Array(words) => words.iter().filter_map(Value::as_str).find(|word| *word != "null"),
        _ => None,
    }
}

/// The comment, without links into the code it came from, in one paragraph.
fn says(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.replace("[`", "`").replace("`]", "`").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn pascal(word: &str) -> String {
    let capital = |part: &str| part[..1].to_uppercase() + &part[1..];
    word.split('-').filter(|part| !part.is_empty()).map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_member_is_what_its_schema_says() {
        let word = json!({"oneOf": [{"type": "string", "const": "a"}, {"type": "string", "const": "b"}]});
        let defs = json!({"Day": {"properties": {}}, "Word": word});
        let defs = Definitions(defs.as_object().cloned().expect("an object"));
        let of = |schema: Value| defs.member("A", &schema).of;
        assert_eq!(of(json!({"type": ["integer", "null"], "format": "int64"})), Type::Integer);
        assert_eq!(of(json!({"type": "string"})), Type::Text);
        assert_eq!(of(json!({"type": "string", "description": "When it was made, RFC 3339."})), Type::Time);
        assert_eq!(of(json!({"anyOf": [{"$ref": "#/$defs/Day"}, {"type": "null"}]})), Type::Part("Day".to_owned()));
        assert_eq!(of(json!({"$ref": "#/$defs/Word"})), Type::Text);
        assert_eq!(of(json!({"anyOf": [{"type": "string"}, {"type": "integer"}]})), Type::Any);
        assert_eq!(of(json!({"type": "array", "items": {"type": "string"}})), Type::List(Box::new(Type::Text)));
        assert_eq!(of(json!({"type": "object", "additionalProperties": {"type": "string"}})), Type::Map);
        assert_eq!((of(json!(true)), of(json!({"type": "object"}))), (Type::Any, Type::Any));
        assert_eq!(pascal("security-group"), "SecurityGroup");
    }

    #[test]
    fn a_schema_says_which_facet_a_member_belongs_to() {
        let schema = schema(muster_core::facet::kind("ec2.volume").expect("a kind"));
        assert_eq!((&schema["title"], &schema["properties"]["Tags"]["x-facet"]), (&json!("ec2.volume"), &json!("tags")));
        assert!(schema["properties"]["Size"].get("x-facet").is_none() && schema["$defs"]["Attachment"].is_object());
    }
}
