//! What a rule says of itself: JSON by schema `rule@1`.

use crate::param::object;
use crate::rule::{Need, Rule};
use crate::write;

/// The description of one rule, without its id, which stands beside.
#[must_use]
pub fn describe(rule: &Rule) -> String {
    let mut members = vec![
        ("title", write::json(rule.title)),
        ("category", write::json(rule.category.word())),
        ("severity", write::json(rule.severity.word())),
        ("grouping", write::json(rule.check.word())),
        ("needs", list(rule.needs, need)),
        ("params", params(rule)),
        ("risk", write::json(rule.risk)),
        ("remediation", remediation(rule)),
        ("controls", write::json(rule.controls)),
        ("help", write::json(rule.help)),
    ];
    object(&mut members)
}

/// JSON Schema of all parameters; empty when there are none.
fn params(rule: &Rule) -> String {
    if rule.params.is_empty() {
        return "{}".to_owned();
    }
    let mut properties: Vec<_> = rule.params.iter().map(|param| (param.name, param.schema())).collect();
    let properties = object(&mut properties);
    object(&mut vec![("additionalProperties", write::json(false)), ("properties", properties), ("type", write::json("object"))])
}

fn need(need: &Need) -> String {
    object(&mut vec![("facets", write::json(need.facets)), ("kind", write::json(need.kind))])
}

fn remediation(rule: &Rule) -> String {
    let remediation = rule.remediation;
    object(&mut vec![("command", write::json(remediation.command)), ("text", write::json(remediation.text))])
}

fn list<T>(items: &[T], one: impl Fn(&T) -> String) -> String {
    let items: Vec<String> = items.iter().map(one).collect();
    format!("[{}]", items.join(","))
}
