//! Advice for programs: what `core::advise` says of it, with what people call things and the commands that mend them.

use std::collections::BTreeMap;

use muster_core::advise::{self, Elsewhere, Savings};
use muster_core::finding::Verdict;
use serde_json::{Value, json};

use super::advice::{Remark, Shown};

/// One document.
pub(crate) fn document(shown: &Shown<'_>) -> Value {
    let mut document = advise::json(shown.advice);
    if let Some(findings) = document.get_mut("findings").and_then(Value::as_array_mut) {
        findings.iter_mut().zip(&shown.advice.findings).for_each(|(value, advised)| named(value, shown, advised));
    }
    extend(&mut document, around(shown));
    extend(&mut document, json!({"notes": notes(shown).collect::<Vec<_>>()}));
    document
}

/// One object a line, each saying in `is` what it is; the summary is the last.
pub(crate) fn lines(shown: &Shown<'_>) -> String {
    let mut out = String::new();
    let mut findings = shown.advice.findings.iter();
    let mut notes = notes(shown).map(|note| typed("note", note));
    for line in advise::jsonl(shown.advice) {
        // They were written by the same library a moment ago.
        let mut value: Value = serde_json::from_str(&line).unwrap_or_default();
        match value["is"].as_str() {
            Some("finding") => findings.by_ref().take(1).for_each(|advised| named(&mut value, shown, advised)),
            Some("summary") => {
                out.extend(notes.by_ref().map(|line| format!("{line}\n")));
                extend(&mut value, around(shown));
            }
            _ => {}
        }
        out.push_str(&format!("{value}\n"));
    }
    out
}

fn named(value: &mut Value, shown: &Shown<'_>, advised: &advise::Advised) {
    for (member, text) in [("name", shown.name(advised)), ("command", shown.command(advised))] {
        if let Some(text) = text {
            extend(value, Value::from_iter([(member, text)]));
        }
    }
}

/// What stands around the advice.
fn around(shown: &Shown<'_>) -> Value {
    let frame = shown.frame;
    let fails = shown.advice.of(Verdict::Fail).filter_map(|advised| Some((&*advised.finding.key, advised.saves.as_ref()?)));
    let savings: BTreeMap<String, f64> = Savings::of(fails).0;
    json!({"fleet": frame.fleet, "sandbox": frame.sandbox, "calls": frame.calls, "resources": frame.resources, "saves-per-month": savings})
}

/// What rules logged, and what no rule saw.
fn notes<'a>(shown: &'a Shown<'_>) -> impl Iterator<Item = Value> + 'a {
    let remark = |remark: &Remark| json!({"rule": remark.about, "message": remark.message});
    let elsewhere = |one: &Elsewhere| json!({"kind": one.kind, "account": one.account, "regions": one.regions, "message": one.to_string()});
    shown.frame.remarks.iter().map(remark).chain(shown.advice.elsewhere.iter().map(elsewhere))
}

fn typed(is: &str, mut value: Value) -> Value {
    extend(&mut value, json!({"is": is}));
    value
}

fn extend(value: &mut Value, more: Value) {
    if let (Value::Object(value), Value::Object(more)) = (value, more) {
        value.extend(more);
    }
}

#[cfg(test)]
mod tests {
    use muster_core::facet::Fact;
    use muster_core::finding::Finding;

    use super::*;
    use crate::render::advice_sample::{facts, found, frame, refused, shown};

    /// Lists of the document by what a line says it is.
    const LISTS: [(&str, &str); 4] = [("finding", "/findings"), ("gap", "/gaps"), ("rule", "/rules"), ("note", "/notes")];

    fn both() -> (Value, String) {
        let findings = |facts: &[Fact]| -> Vec<Finding> {
            let verdicts = [Verdict::Fail, Verdict::Pass, Verdict::Fail];
            facts.iter().zip(verdicts).map(|(fact, verdict)| found("unattached", fact, verdict, "as it is", json!({"Size": 8}))).collect()
        };
        let facts = facts(&["vol-1", "vol-2", "vol-3"], vec![refused("ec2:DescribeVolumes", "eu-west-1", None, &[])]);
        shown(facts, &frame(), findings, |shown| (document(shown), lines(shown)))
    }

    #[test]
    fn lines_and_the_document_say_the_same() {
        let (mut document, lines) = both();
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let of = |is: &str| -> Vec<Value> {
            let without = |line: &Value| {
                Value::from_iter(
                    line.as_object()
                        .into_iter()
                        .flatten()
                        .filter(|(name, _)| *name != "is")
                        .map(|(name, value)| (name.clone(), value.clone())),
                )
            };
            lines.iter().filter(|line| line["is"] == is).map(without).collect()
        };
        for (is, list) in LISTS {
            assert!(!of(is).is_empty(), "the sample has no {is}");
            assert_eq!(document.pointer_mut(list).map(Value::take), Some(Value::Array(of(is))), "{is}");
        }
        let (over, unused): (Vec<Value>, Vec<Value>) = of("exception").into_iter().partition(|exception| exception.get("fails").is_some());
        assert_eq!(document["exceptions"], json!({"expired": over, "unused": unused}));
        let mut whole = document["summary"].take();
        for (name, value) in document.as_object().expect("an object").iter().filter(|(_, value)| !value.is_null()) {
            whole.as_object_mut().expect("an object").insert(name.clone(), value.clone());
        }
        whole.as_object_mut().expect("an object").remove("exceptions");
        assert_eq!(lines.last().expect("a summary")["is"], "summary");
        assert_eq!(of("summary"), [whole]);
    }

    #[test]
    fn a_rule_carries_what_it_declares() {
        let (document, _) = both();
        let rule = &document["rules"][0];
        assert_eq!(rule["rule"], "ec2/unattached");
        assert_eq!(rule["remediation"], json!({"text": "Delete it.", "command": "aws ec2 set --region {region}"}));
        assert_eq!((&rule["risk"], &rule["controls"], &rule["category"]), (&json!("It costs."), &json!(["FSBP EC2.1"]), &json!("cost")));
    }
}
