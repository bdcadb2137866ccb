//! A judge of IAM policies: whom a role trusts and what it may do.

use std::collections::BTreeMap;

use serde_json::Value;

/// What AWS knows about a request: condition key → value, keys in lower case.
pub(crate) type Facts = BTreeMap<String, String>;

/// The facts of `pairs`.
pub(crate) fn facts<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Facts {
    pairs.into_iter().map(|(key, value)| (key.to_ascii_lowercase(), value.to_owned())).collect()
}

/// Whether a trust policy lets a service assume the role.
pub(crate) fn trusts(document: &str, service: &str, facts: &Facts) -> bool {
    decide(document, |statement| {
        let services = texts(&statement["Principal"]["Service"]);
        names(statement, "Action", "sts:AssumeRole") && services.contains(&service) && conditions_hold(&statement["Condition"], facts)
    })
}

/// Whether a policy of a role allows an action on a resource.
pub(crate) fn allows(document: &str, action: &str, resource: &str, facts: &Facts) -> bool {
    decide(document, |statement| {
        names(statement, "Action", action) && matches(statement, "Resource", resource) && conditions_hold(&statement["Condition"], facts)
    })
}

/// Whether a policy allows a grant on a key, under some condition: by which aliases a key goes nobody here knows.
pub(crate) fn may_grant(document: &str, key: &str) -> bool {
    decide(document, |statement| names(statement, "Action", "kms:CreateGrant") && matches(statement, "Resource", key))
}

/// The policy's answer: allowed by a statement that applies, and forbidden by none.
fn decide(document: &str, applies: impl Fn(&Value) -> bool) -> bool {
    let Ok(document) = serde_json::from_str::<Value>(document) else { return false };
    let statements = match &document["Statement"] {
        Value::Array(statements) => statements.as_slice(),
        one => std::slice::from_ref(one),
    };
    let any = |effect: &str| statements.iter().any(|statement| statement["Effect"] == effect && applies(statement));
    any("Allow") && !any("Deny")
}

/// Actions are compared without regard to case, and `*` stands for anything.
fn names(statement: &Value, member: &str, action: &str) -> bool {
    texts(&statement[member]).iter().any(|pattern| like(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase()))
}

fn matches(statement: &Value, member: &str, text: &str) -> bool {
    texts(&statement[member]).iter().any(|pattern| like(pattern, text))
}

fn conditions_hold(conditions: &Value, facts: &Facts) -> bool {
    conditions.as_object().into_iter().flatten().all(|(operator, keys)| {
        let mut keys = keys.as_object().into_iter().flatten();
        keys.all(|(key, wanted)| holds(operator, &texts(wanted), facts.get(&key.to_ascii_lowercase()).map(String::as_str)))
    })
}

/// One condition. An operator that nothing here writes does not hold: what cannot be judged is not allowed.
fn holds(operator: &str, wanted: &[&str], given: Option<&str>) -> bool {
    let (operator, optional) = operator.strip_suffix("IfExists").map_or((operator, false), |plain| (plain, true));
    if optional && given.is_none() {
        return true;
    }
    match operator {
        "StringEquals" | "Bool" | "ForAnyValue:StringEquals" => given.is_some_and(|given| wanted.contains(&given)),
        "StringNotEquals" => given.is_none_or(|given| !wanted.contains(&given)),
        "StringLike" | "ArnLike" | "ArnEquals" => given.is_some_and(|given| wanted.iter().any(|pattern| like(pattern, given))),
        "Null" => wanted.iter().any(|wanted| *wanted == given.is_none().to_string()),
        _ => false,
    }
}

/// A text or a list of texts.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        Value::Bool(true) => vec!["true"],
        Value::Bool(false) => vec!["false"],
        _ => Vec::new(),
    }
}

/// True when `text` fits a pattern in which `*` stands for anything and `?` for one character.
fn like(pattern: &str, text: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return text.is_empty() };
    let rest = &pattern[first.len_utf8()..];
    match first {
        '*' => text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| like(rest, &text[at..])),
        '?' => text.chars().next().is_some_and(|c| like(rest, &text[c.len_utf8()..])),
        _ => text.strip_prefix(first).is_some_and(|tail| like(rest, tail)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
        "Principal":{"Service":["scheduler.amazonaws.com"]},"Condition":{"StringEquals":{"aws:SourceAccount":"1"}}}]}"#;

    #[test]
    fn a_trust_is_held_to_service_and_conditions() {
        let of = |account| facts([("aws:SourceAccount", account)]);
        assert!(trusts(TRUST, "scheduler.amazonaws.com", &of("1")));
        assert!(!trusts(TRUST, "scheduler.amazonaws.com", &of("2")) && !trusts(TRUST, "ssm.amazonaws.com", &of("1")));
        assert!(!trusts(TRUST, "scheduler.amazonaws.com", &Facts::new()) && !trusts("no JSON", "scheduler.amazonaws.com", &of("1")));
    }

    #[test]
    fn a_policy_allows_what_a_statement_names_and_none_forbids() {
        let policy = r#"{"Statement":[
            {"Effect":"Allow","Action":["ec2:Start*"],"Resource":"arn:aws:ec2:r:1:instance/*",
             "Condition":{"StringEquals":{"aws:ResourceTag/env":["dev","qa"]},"Null":{"aws:ResourceTag/muster:fleet":"true"}}},
            {"Effect":"Deny","Action":"*","Resource":"arn:aws:ec2:r:1:instance/i-2"}]}"#;
        let tagged = |pairs: &[(&'static str, &'static str)]| facts(pairs.iter().copied());
        let dev = tagged(&[("aws:ResourceTag/env", "dev")]);
        assert!(allows(policy, "ec2:StartInstances", "arn:aws:ec2:r:1:instance/i-1", &dev));
        assert!(!allows(policy, "ec2:StopInstances", "arn:aws:ec2:r:1:instance/i-1", &dev));
        assert!(!allows(policy, "ec2:StartInstances", "arn:aws:ec2:r:1:instance/i-2", &dev), "denied");
        assert!(!allows(policy, "ec2:StartInstances", "arn:aws:ec2:r:2:instance/i-1", &dev), "another region");
        let owned = tagged(&[("aws:ResourceTag/env", "dev"), ("aws:ResourceTag/muster:fleet", "lms")]);
        assert!(!allows(policy, "ec2:StartInstances", "arn:aws:ec2:r:1:instance/i-1", &owned));
    }
}
