//! Holds a body against the schema of its kind: no member that it lacks, none that it does not know, each of its type.

use muster_core::facet::{KindSpec, Members};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

/// Everything that is wrong with a body that was read with every facet.
pub fn faults(kind: &KindSpec, body: &Members) -> Vec<String> {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schema = (kind.schema)(&mut settings.into_generator()).to_value();
    let mut faults = Vec::new();
    object("", &schema, body, &mut faults);
    for member in kind.facets.iter().flat_map(|facet| facet.members).filter(|member| !body.contains_key(**member)) {
        faults.push(format!("{member} is missing, a member of a facet that was read"));
    }
    faults
}

fn value(path: &str, schema: &Value, value: &Value, faults: &mut Vec<String>) {
    if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
        let fits = choices.iter().any(|choice| {
            let mut wrong = Vec::new();
            self::value(path, choice, value, &mut wrong);
            wrong.is_empty()
        });
        if !fits {
            faults.push(format!("{path} fits none of its schemas: {value}"));
        }
        return;
    }
    if !types(schema).iter().any(|word| is(word, value)) {
        faults.push(format!("{path} is {value}, not {}", types(schema).join(" or ")));
        return;
    }
    match value {
        Value::Object(members) => object(path, schema, members, faults),
        Value::Array(items) => {
            let each = schema.get("items").unwrap_or(&Value::Bool(true));
            items.iter().enumerate().for_each(|(n, item)| self::value(&format!("{path}[{n}]"), each, item, faults));
        }
        _ => {}
    }
}

fn object(path: &str, schema: &Value, members: &Map<String, Value>, faults: &mut Vec<String>) {
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    faults.extend(required.filter(|name| !members.contains_key(*name)).map(|name| format!("{path}.{name} is missing")));
    let known = schema.get("properties").and_then(Value::as_object);
    let others = schema.get("additionalProperties");
    for (name, member) in members {
        let at = format!("{path}.{name}");
        match known.and_then(|known| known.get(name)).or(others) {
            Some(schema) => value(&at, schema, member, faults),
            // A schema without members of its own takes any: a policy document is one.
            None if known.is_none() => {}
            None => faults.push(format!("{at} is not in the schema")),
        }
    }
}

/// The types a schema allows; every one when it names none.
fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(word)) => vec![word],
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
        _ => vec!["any"],
    }
}

fn is(word: &str, value: &Value) -> bool {
    match word {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => true,
    }
}

#[test]
fn a_body_is_held_against_its_schema() {
    let kind = muster_core::facet::kind("ec2.volume").expect("a kind");
    let judged = |body: Value| faults(kind, body.as_object().expect("an object"));
    let whole = serde_json::json!({
        "VolumeId": "vol-1", "Size": 8, "VolumeType": "gp3", "State": "in-use", "Encrypted": true, "Tags": {"env": "dev"},
        "Attachments": [{"InstanceId": "i-1", "Device": "/dev/xvda", "State": "attached", "DeleteOnTermination": true}],
    });
    assert_eq!(judged(whole.clone()), Vec::<String>::new());
    let changed = |member: &str, to: Value| {
        let mut body = whole.clone();
        body[member] = to;
        judged(body)
    };
    assert_eq!(changed("Size", "8".into()), [".Size is \"8\", not integer"]);
    assert_eq!(changed("Sise", 8.into()), [".Sise is not in the schema"]);
    assert_eq!(changed("Tags", serde_json::json!({"env": 1})), [".Tags.env is 1, not string"]);
    let attachment = changed("Attachments", serde_json::json!([{"InstanceId": "i-1", "Device": "d", "State": "attached"}]));
    assert_eq!(attachment, [".Attachments[0].DeleteOnTermination is missing"]);
    let mut bare = whole.as_object().expect("an object").clone();
    bare.remove("Tags");
    assert_eq!(faults(kind, &bare), ["Tags is missing, a member of a facet that was read"]);
}
