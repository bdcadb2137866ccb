//! Bodies that people write, in cases of rules, held against the schema of their kind: each problem at its own place.
//!
//! A member that is missing is no problem: AWS leaves out what it does not have, and a case says only what its rule looks at. A
//! member that no kind has, or of another type than the kind's, is one: a rule would be tried on what it never meets.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value as Json};

use super::KindSpec;
use crate::diag::Diagnostic;
use crate::fleet::did_you_mean;
use crate::yaml::{Node, Plain, Value};

/// The schema of a kind with every facet, ready to hold bodies against.
#[derive(Debug, Clone)]
pub struct BodySchema {
    kind: &'static str,
    root: Json,
}

impl BodySchema {
    /// Of a kind.
    #[must_use]
    pub fn of(kind: &KindSpec) -> Self {
        let mut generator = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true).into_generator();
        Self { kind: kind.word, root: (kind.schema)(&mut generator).to_value() }
    }

    /// Adds what is wrong with a body: members the kind does not have, and values of another type.
    pub fn check(&self, body: &Node, problems: &mut Vec<Diagnostic>) {
        Held { kind: self.kind, problems }.value(&self.root, body, "");
    }
}

struct Held<'a> {
    kind: &'static str,
    problems: &'a mut Vec<Diagnostic>,
}

impl Held<'_> {
    /// Holds a value against its schema. `path` is how messages call it: `Attachments[0].State`; empty for the body.
    fn value(&mut self, schema: &Json, node: &Node, path: &str) {
        let schema = unwrapped(schema, node);
        let types = types(schema);
        if !types.is_empty() && !types.iter().any(|word| is(word, node)) {
            let problem = self.wrong_type(&types, node, path);
            return self.problems.push(problem);
        }
        match &node.value {
            Value::Map(entries) => entries.iter().for_each(|(key, value)| self.member(schema, key, value, path)),
            Value::Seq(items) => {
                let Some(each) = schema.get("items") else { return };
                items.iter().enumerate().for_each(|(at, item)| self.value(each, item, &format!("{path}[{at}]")));
            }
            Value::Scalar(_) => {}
        }
    }

    fn member(&mut self, schema: &Json, key: &Node, value: &Node, path: &str) {
        let name = key.key_text();
        let known = schema.get("properties").and_then(Json::as_object);
        let rest = schema.get("additionalProperties");
        let path_of = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match (known.and_then(|known| known.get(name)), rest, known) {
            (Some(schema), _, _) | (None, Some(schema @ Json::Object(_)), _) => self.value(schema, value, &path_of(name)),
            (None, None | Some(Json::Bool(false)), Some(known)) => {
                let problem = self.unknown(known, key, path);
                self.problems.push(problem);
            }
            // A map of anything, as a policy document is.
            _ => {}
        }
    }

    fn unknown(&self, known: &Map<String, Json>, key: &Node, path: &str) -> Diagnostic {
        let (kind, name) = (self.kind, key.key_text());
        let place = if path.is_empty() { kind.to_owned() } else { format!("`{path}` of {kind}") };
        let mut problem = Diagnostic::error(format!("{place} has no member `{name}`"), key.span.clone());
        problem.label = did_you_mean(name, known.keys().map(String::as_str));
        let all: Vec<&str> = known.keys().map(String::as_str).collect();
        problem.help(format!("it has: {}", all.join(", ")))
    }

    fn wrong_type(&self, types: &[&str], node: &Node, path: &str) -> Diagnostic {
        let path = if path.is_empty() { "the body" } else { path };
        let wanted: Vec<&str> = types.iter().map(|word| in_words(word)).collect();
        let message = format!("`{path}` of {} wants {}, this is {}", self.kind, wanted.join(" or "), node.kind());
        let problem = Diagnostic::error(message, node.span.clone());
        let unquoted = types.contains(&"string") && node.scalar().is_some() && !node.is_null();
        if unquoted { problem.label("in quotes it is text") } else { problem }
    }
}

/// Of `X or nothing` the one that the value can be, so that a problem is about what somebody meant.
fn unwrapped<'s>(schema: &'s Json, node: &Node) -> &'s Json {
    let Some(variants) = schema.get("anyOf").and_then(Json::as_array) else { return schema };
    let fits = |variant: &&Json| types(variant).iter().any(|word| is(word, node));
    variants.iter().find(fits).or(variants.first()).unwrap_or(schema)
}

/// The types a schema allows; none when it allows all.
fn types(schema: &Json) -> Vec<&str> {
    match schema.get("type") {
        Some(Json::String(word)) => vec![word],
        Some(Json::Array(words)) => words.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Whether a value is of a type of JSON Schema.
fn is(word: &str, node: &Node) -> bool {
    let plain = node.scalar().map(crate::yaml::Scalar::plain);
    match word {
        "object" => matches!(node.value, Value::Map(_)),
        "array" => matches!(node.value, Value::Seq(_)),
        "null" => node.is_null(),
        "string" => node.to_json().is_string(),
        "boolean" => node.to_json().is_boolean(),
        "integer" => matches!(plain, Some(Plain::Int(_))),
        _ => node.to_json().is_number(),
    }
}

fn in_words(word: &str) -> &str {
    match word {
        "object" => "a map",
        "array" => "a list",
        "null" => "nothing",
        "string" => "text",
        "boolean" => "`true` or `false`",
        "integer" => "a whole number",
        _ => "a number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facet;
    use std::sync::Arc;

    fn said(kind: &str, body: &str) -> Vec<String> {
        let (root, problems) = crate::yaml::parse(&Arc::from("a.yaml"), body);
        assert!(problems.is_empty(), "{problems:?}");
        let mut problems = Vec::new();
        BodySchema::of(facet::kind(kind).expect("a kind")).check(&root.expect("a body"), &mut problems);
        let place = |problem: &Diagnostic| problem.span.as_ref().map_or((0, 0), |span| (span.line, span.column));
        let line = |problem: &Diagnostic| {
            let label = problem.label.as_ref().map(|label| format!(" ({label})")).unwrap_or_default();
            format!("{}:{} {}{label}", place(problem).0, place(problem).1, problem.message)
        };
        problems.iter().map(line).collect()
    }

    #[test]
    fn what_aws_prints_is_no_problem_and_neither_is_less_of_it() {
        let whole =
            "{VolumeId: vol-1, Size: 8, Encrypted: true, Attachments: [{InstanceId: i-1, DeleteOnTermination: true}], Tags: {a: '1'}}";
        assert_eq!(said("ec2.volume", whole), Vec::<String>::new());
        assert_eq!(said("ec2.volume", "{VolumeId: vol-1}"), Vec::<String>::new());
        assert_eq!(said("ec2.volume", "{VolumeId: vol-1, KmsKeyId: null}"), Vec::<String>::new(), "AWS has none");
    }

    #[test]
    fn a_member_that_the_kind_lacks_is_named_with_the_nearest() {
        assert_eq!(
            said("ec2.volume", "{VolumeId: v, Encryptd: true}"),
            ["1:15 ec2.volume has no member `Encryptd` (did you mean `Encrypted`?)"]
        );
        assert_eq!(
            said("ec2.volume", "Attachments:\n  - {InstanceId: i-1}\n  - {Instance: i-1}\n"),
            ["3:6 `Attachments[1]` of ec2.volume has no member `Instance` (did you mean `InstanceId`?)"]
        );
    }

    #[test]
    fn a_value_of_another_type_is_refused_at_its_place() {
        assert_eq!(
            said("ec2.volume", "{Size: '8', Encrypted: yes, VolumeId: 17, Attachments: {}, Tags: {a: 1}}"),
            [
                "1:8 `Size` of ec2.volume wants a whole number, this is text",
                "1:24 `Encrypted` of ec2.volume wants `true` or `false`, this is text",
                "1:39 `VolumeId` of ec2.volume wants text, this is a number (in quotes it is text)",
                "1:56 `Attachments` of ec2.volume wants a list, this is a map",
                "1:70 `Tags.a` of ec2.volume wants text, this is a number (in quotes it is text)",
            ]
        );
        assert_eq!(said("ec2.volume", "{Size: null}"), ["1:8 `Size` of ec2.volume wants a whole number, this is nothing"]);
        assert_eq!(said("ec2.volume", "[]"), ["1:1 `the body` of ec2.volume wants a map, this is a list"]);
    }

    /// A schema that says more than the check understands would let through what it forbids.
    #[test]
    fn every_schema_is_understood() {
        fn walk(kind: &str, schema: &Json) {
            let Some(object) = schema.as_object() else { return };
            for (keyword, value) in object {
                match keyword.as_str() {
                    "properties" => value.as_object().expect("members").values().for_each(|member| walk(kind, member)),
                    "items" | "additionalProperties" => walk(kind, value),
                    "anyOf" => {
                        let variants = value.as_array().expect("variants");
                        assert!(variants.len() == 2 && variants[1] == serde_json::json!({"type": "null"}), "{kind}: {value}");
                        walk(kind, &variants[0]);
                    }
                    "type" | "required" | "title" | "description" | "format" | "default" | "$schema" | "minimum" | "maximum" => {}
                    other => panic!("{kind}: the check does not know `{other}`"),
                }
            }
        }
        facet::kinds().for_each(|kind| walk(kind.word, &BodySchema::of(kind).root));
    }
}
