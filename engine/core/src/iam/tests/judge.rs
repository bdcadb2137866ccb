//! A small judge of policies: Effect, Action, Resource and the operators that muster's policies use.

use std::collections::BTreeMap;

use serde_json::Value;

/// What AWS would know about a request: condition keys and their values.
pub(super) type Context = BTreeMap<String, Vec<String>>;

pub(super) fn context(pairs: &[(&str, &str)]) -> Context {
    let mut context = Context::new();
    for (key, value) in pairs {
        context.entry((*key).to_owned()).or_default().push((*value).to_owned());
    }
    context
}

/// True when any statement of the documents allows the request.
pub(super) fn allows(documents: &[Value], action: &str, resource: &str, context: &Context) -> bool {
    let statements = documents.iter().flat_map(|document| document["Statement"].as_array().expect("statements"));
    statements.into_iter().any(|statement| allowed_by(statement, action, resource, context))
}

fn allowed_by(statement: &Value, action: &str, resource: &str, context: &Context) -> bool {
    assert_eq!(statement["Effect"], "Allow");
    let any = |member: &str, text: &str| strings(&statement[member]).iter().any(|pattern| like(pattern, text));
    any("Action", action) && any("Resource", resource) && conditions_hold(&statement["Condition"], context)
}

fn conditions_hold(conditions: &Value, context: &Context) -> bool {
    let operators = conditions.as_object().into_iter().flatten();
    operators.into_iter().all(|(operator, keys)| {
        let keys = keys.as_object().expect("keys");
        keys.iter().all(|(key, wanted)| holds(operator, &strings(wanted), context.get(key).map(Vec::as_slice)))
    })
}

fn holds(operator: &str, wanted: &[String], given: Option<&[String]>) -> bool {
    let equal = |value: &String| wanted.contains(value);
    let alike = |value: &String| wanted.iter().any(|pattern| like(pattern, value));
    let given_or_none = given.unwrap_or_default();
    match operator {
        "StringEquals" | "Bool" | "ForAnyValue:StringEquals" => given_or_none.iter().any(equal),
        "StringEqualsIfExists" => given.is_none() || given_or_none.iter().any(equal),
        "StringNotEquals" => !given_or_none.iter().any(equal),
        "StringLike" => given_or_none.iter().any(alike),
        "ForAllValues:StringEquals" => given_or_none.iter().all(equal),
        "ForAllValues:StringLike" => given_or_none.iter().all(alike),
        "Null" => wanted == [given.is_none().to_string()],
        other => panic!("the judge does not know {other}"),
    }
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().expect("a list").iter().map(|item| item.as_str().expect("text").to_owned()).collect()
}

fn like(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text
            .strip_prefix(start)
            .is_some_and(|tail| tail.char_indices().map(|(at, _)| at).chain([tail.len()]).any(|at| like(rest, &tail[at..]))),
    }
}
