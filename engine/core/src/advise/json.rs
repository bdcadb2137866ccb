//! `muster advise --format json` and `jsonl`: what tools may rely on.

use serde_json::{Map, Value as Json, json};

use super::{Advice, Advised, Ended, Need, Note, RuleRun};

/// Version of both forms: members may be added to it, none changes or goes.
const FORMAT: u32 = 1;

/// The whole of it as one object: `{findings, gaps, rules, …}`.
#[must_use]
pub fn json(advice: &Advice) -> Json {
    let mut all = heading(advice);
    all.extend(members(json!({
        "summary": summary(advice),
        "findings": advice.findings.iter().map(finding).collect::<Vec<_>>(),
        "gaps": advice.gaps.iter().map(gap).collect::<Vec<_>>(),
        "rules": advice.rules.iter().map(rule).collect::<Vec<_>>(),
        "exceptions": {
            "expired": advice.expired.iter().map(ended).collect::<Vec<_>>(),
            "unused": advice.unused.iter().map(note).collect::<Vec<_>>(),
        },
    })));
    Json::Object(all)
}

/// The same as lines, each an object that says in `is` what it is: `finding`, `gap`, `rule`, `exception`, and `summary` last, which
/// holds what stands above the rest in one document. An exception with `fails` is one that is over, the others cover nothing.
pub fn jsonl(advice: &Advice) -> impl Iterator<Item = String> {
    let findings = advice.findings.iter().map(|one| line("finding", finding(one)));
    let gaps = advice.gaps.iter().map(|one| line("gap", gap(one)));
    let rules = advice.rules.iter().map(|one| line("rule", rule(one)));
    let expired = advice.expired.iter().map(|one| line("exception", ended(one)));
    let unused = advice.unused.iter().map(|one| line("exception", note(one)));
    let last =
        std::iter::once_with(|| line("summary", Json::Object(heading(advice).into_iter().chain(members(summary(advice))).collect())));
    findings.chain(gaps).chain(rules).chain(expired).chain(unused).chain(last)
}

fn line(is: &str, mut value: Json) -> String {
    if let Some(members) = value.as_object_mut() {
        members.insert("is".to_owned(), is.into());
    }
    value.to_string()
}

/// What both forms say of the run as a whole.
fn heading(advice: &Advice) -> Map<String, Json> {
    members(json!({"format": FORMAT, "at": advice.at.to_string(), "policies": advice.policies}))
}

/// The members of what is written as an object.
fn members(value: Json) -> Map<String, Json> {
    match value {
        Json::Object(members) => members,
        _ => Map::new(),
    }
}

fn summary(advice: &Advice) -> Json {
    let sum = |count: fn(&RuleRun) -> usize| advice.rules.iter().map(count).sum::<usize>();
    json!({
        "rules": advice.rules.len(),
        "pass": sum(|run| run.pass),
        "fail": sum(|run| run.fail),
        "unknown": sum(|run| run.unknown),
        "errored": sum(|run| run.errored),
        "exempt": sum(|run| run.exempt),
        "not-applicable": sum(|run| run.not_applicable),
        "gaps": advice.gaps.len(),
        "worst": advice.worst().map(crate::finding::Severity::word),
    })
}

fn finding(advised: &Advised) -> Json {
    let finding = &advised.finding;
    let mut all = json!({
        "rule": advised.id,
        "verdict": finding.verdict.word(),
        "severity": finding.severity.word(),
        "kind": finding.kind,
        "resource": finding.resource,
        "arn": advised.arn,
        "account": finding.account,
        "region": finding.region,
        "evidence": finding.evidence,
        "where": advised.at.as_ref().map(ToString::to_string),
        "title": advised.title,
        "category": advised.category.word(),
        "message": finding.message,
    });
    if let Some(members) = all.as_object_mut() {
        put(members, "saves", advised.saves.as_ref().map(|saves| json!(saves)));
        put(members, "exception", advised.exception.as_ref().map(note));
        put(members, "fault", finding.fault.as_deref().map(|fault| json!(fault)));
    }
    all
}

/// Members that most findings lack are left out where they are.
fn put(members: &mut Map<String, Json>, name: &str, value: Option<Json>) {
    members.extend(value.map(|value| (name.to_owned(), value)));
}

fn gap(need: &Need) -> Json {
    let gap = &need.gap;
    json!({
        "action": gap.action,
        "account": gap.account,
        "region": gap.region,
        "kind": gap.kind,
        "facet": gap.facet,
        "resources": gap.resources,
        "rules": need.rules,
        "error": gap.error,
        "unreachable": gap.unreachable,
    })
}

fn rule(run: &RuleRun) -> Json {
    json!({
        "rule": run.id,
        "pack": run.pack.to_string(),
        "title": run.rule.title,
        "category": run.rule.category.word(),
        "risk": run.rule.risk,
        "remediation": run.rule.remediation,
        "controls": run.rule.controls,
        "severity": run.severity.word(),
        "policy": run.policy,
        "where": run.at.to_string(),
        "documents": run.documents,
        "pass": run.pass,
        "fail": run.fail,
        "unknown": run.unknown,
        "errored": run.errored,
        "exempt": run.exempt,
        "not-applicable": run.not_applicable,
    })
}

fn note(note: &Note) -> Json {
    json!({
        "policy": note.policy,
        "rule": note.rule,
        "owner": note.owner,
        "reason": note.reason,
        "until": note.until.to_string(),
        "over": note.over,
        "where": note.at.to_string(),
    })
}

fn ended(ended: &Ended) -> Json {
    let mut all = note(&ended.note);
    if let Some(members) = all.as_object_mut() {
        members.insert("fails".to_owned(), ended.fails.into());
    }
    all
}
