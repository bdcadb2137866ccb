//! JSON Schema as packs write it, read into [`Parameters`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::{KEYWORDS, Parameters, Rest, SchemaError, Shape, Spec};
use crate::yaml;

type Object = Map<String, Json>;

/// Deepest nesting of parameters, far above what anybody writes: the reader calls itself.
const MAX_DEPTH: usize = 16;

/// Reads the schema of an object. An empty one has no members; members nobody named are refused unless it says otherwise,
/// since they would be slips of the pen.
pub(super) fn parameters(schema: &Object, place: &str) -> Result<Parameters, SchemaError> {
    members(schema, place, 0)
}

fn members(schema: &Object, place: &str, depth: usize) -> Result<Parameters, SchemaError> {
    known(schema, place)?;
    if schema.get("type").is_some_and(|word| word != "object") {
        return Err(wrong(place, "type", "`object`"));
    }
    let mut members = BTreeMap::new();
    for (name, member) in object(schema, "properties", place)? {
        members.insert(name.clone(), spec(member, &format!("parameter `{name}`"), depth + 1)?);
    }
    let rest = match schema.get("additionalProperties") {
        None | Some(Json::Bool(false)) => Rest::Refused,
        Some(Json::Bool(true)) => Rest::Anything,
        Some(other) => Rest::Of(Box::new(spec(other, place, depth + 1)?)),
    };
    Ok(Parameters { members, required: texts(schema, "required", place)?, rest })
}

fn spec(schema: &Json, place: &str, depth: usize) -> Result<Spec, SchemaError> {
    let Some(schema) = schema.as_object().filter(|_| depth < MAX_DEPTH) else {
        return Err(wrong(place, "properties", "a schema for each, not too deep"));
    };
    known(schema, place)?;
    let shape = match schema.get("type").and_then(Json::as_str) {
        Some("integer") => Shape::Integer { min: whole(schema, "minimum", place)?, max: whole(schema, "maximum", place)? },
        Some("number") => Shape::Number { min: number(schema, "minimum", place)?, max: number(schema, "maximum", place)? },
        Some("boolean") => Shape::Boolean,
        Some("string") => Shape::Text { min: length(schema, "minLength", place)?, max: length(schema, "maxLength", place)? },
        Some("array") => Shape::List(schema.get("items").map(|items| spec(items, place, depth + 1).map(Box::new)).transpose()?),
        Some("object") => Shape::Map(Box::new(members(schema, place, depth)?)),
        _ => return Err(wrong(place, "type", "one of integer, number, boolean, string, array, object")),
    };
    let choices = match schema.get("enum") {
        None => None,
        Some(Json::Array(all)) if !all.is_empty() => Some(all.clone()),
        Some(_) => return Err(wrong(place, "enum", "a list of values")),
    };
    let spec = Spec { shape, default: schema.get("default").cloned(), choices };
    sound(&spec, place)?;
    Ok(spec)
}

/// A default is checked as if somebody had written it.
fn sound(spec: &Spec, place: &str) -> Result<(), SchemaError> {
    let Some(default) = &spec.default else { return Ok(()) };
    let refused = |why: String| SchemaError::Default { place: place.to_owned(), why };
    let node = yaml::from_json(&Arc::from("default"), &default.to_string()).map_err(|error| refused(error.to_string()))?;
    let mut problems = Vec::new();
    spec.read("default", &node, &mut problems);
    problems.first().map_or(Ok(()), |problem| Err(refused(problem.message.clone())))
}

fn known(schema: &Object, place: &str) -> Result<(), SchemaError> {
    let unknown = schema.keys().find(|keyword| !KEYWORDS.contains(&keyword.as_str()));
    unknown.map_or(Ok(()), |keyword| Err(SchemaError::Keyword { place: place.to_owned(), keyword: keyword.clone() }))
}

fn wrong(place: &str, keyword: &str, wanted: &str) -> SchemaError {
    SchemaError::Value { place: place.to_owned(), keyword: keyword.to_owned(), wanted: wanted.to_owned() }
}

/// A keyword's value, read by `read`.
fn read<T>(
    schema: &Object,
    keyword: &str,
    place: &str,
    wanted: &str,
    read: impl FnOnce(&Json) -> Option<T>,
) -> Result<Option<T>, SchemaError> {
    schema.get(keyword).map(|value| read(value).ok_or_else(|| wrong(place, keyword, wanted))).transpose()
}

fn whole(schema: &Object, keyword: &str, place: &str) -> Result<Option<i64>, SchemaError> {
    read(schema, keyword, place, "a whole number", Json::as_i64)
}

fn number(schema: &Object, keyword: &str, place: &str) -> Result<Option<f64>, SchemaError> {
    read(schema, keyword, place, "a number", Json::as_f64)
}

fn length(schema: &Object, keyword: &str, place: &str) -> Result<Option<usize>, SchemaError> {
    read(schema, keyword, place, "a whole number, 0 or more", |value| value.as_u64()?.try_into().ok())
}

fn object<'s>(schema: &'s Object, keyword: &str, place: &str) -> Result<impl Iterator<Item = (&'s String, &'s Json)>, SchemaError> {
    match schema.get(keyword) {
        None => Ok(None),
        Some(Json::Object(members)) => Ok(Some(members)),
        Some(_) => Err(wrong(place, keyword, "an object")),
    }
    .map(|members| members.into_iter().flatten())
}

fn texts(schema: &Object, keyword: &str, place: &str) -> Result<BTreeSet<String>, SchemaError> {
    let all = |value: &Json| value.as_array()?.iter().map(|word| word.as_str().map(str::to_owned)).collect();
    Ok(read(schema, keyword, place, "a list of names", all)?.unwrap_or_default())
}
