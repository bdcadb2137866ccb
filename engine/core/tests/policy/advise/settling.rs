//! What comes of the answers.

use muster_core::advise::{Advice, jobs, json, jsonl, settle, view};
use muster_core::facet::{Facts, Spread};
use muster_core::finding::{Severity, Verdict};
use serde_json::{Value, json as value};

use super::world::{
    AWAY, HOME, advice, all_fail, closed_bucket, facts, fleet, judged, machine, now, refused, said, selection, untold, volume,
};

const EXCEPTED: &str = "\
rules: {ec2/alone: on}
exceptions:
  - {rule: ec2/alone, resource: vol-1, owner: alice, reason: known, until: 2026-11-21}
  - {rule: ec2/alone, resource: vol-2, owner: bob, reason: over, until: 2026-11-20}
  - {rule: ec2/*, tags: {data: public}, owner: web team, reason: website, until: 2027-06-30}
  - {rule: ec2/alone, resource: vol-9, owner: carol, reason: gone, until: 2027-06-30}
";

fn excepted() -> Advice {
    let all =
        vec![volume(HOME, "vol-1", &[]), volume(HOME, "vol-2", &[]), volume(HOME, "vol-3", &["data=public"]), volume(AWAY, "vol-4", &[])];
    all_fail(&selection(EXCEPTED), &facts(all, Vec::new()))
}

#[test]
fn a_covered_fail_is_exempt_and_one_whose_exception_is_over_counts_again() {
    let advice = excepted();
    assert_eq!(said(&advice), ["alone fail vol-4", "alone exempt vol-1", "alone fail vol-2", "alone exempt vol-3"]);
    let owners: Vec<_> = advice.findings.iter().map(|one| one.exception.as_ref().map(|note| (note.owner.as_str(), note.over))).collect();
    assert_eq!(owners, [None, Some(("alice", false)), Some(("bob", true)), Some(("web team", false))]);
    let expired: Vec<_> = advice.expired.iter().map(|ended| (ended.note.owner.as_str(), ended.fails)).collect();
    assert_eq!(expired, [("bob", 1)]);
    assert_eq!(advice.unused.iter().map(|note| note.owner.as_str()).collect::<Vec<_>>(), ["carol"]);
    assert_eq!(advice.worst(), Some(Severity::High));
}

#[test]
fn nobody_knows_whether_an_exception_covers_nothing_when_its_rule_did_not_see_everything() {
    let advice = all_fail(&selection(EXCEPTED), &facts(vec![volume(AWAY, "vol-1", &[])], vec![refused(HOME, None, &[])]));
    assert_eq!(advice.unused, []);
}

#[test]
fn everything_is_counted_once() {
    let hidden = untold(HOME, "vol-5");
    let gap = refused(HOME, Some("tags"), &[&hidden]);
    let mut all: Vec<_> = (1..5).map(|n| volume(HOME, &format!("vol-{n}"), &[])).collect();
    all.push(hidden);
    let advice = advice(&selection("rules: {ec2/tagged: on}"), &facts(all, vec![gap]), |_, document| match document.id.as_str() {
        "vol-1" => Some((Verdict::Pass, Value::Null)),
        "vol-2" => Some((Verdict::Fail, Value::Null)),
        "vol-3" => Some((Verdict::Errored, Value::Null)),
        _ => None,
    });
    let run = &advice.rules[0];
    assert_eq!((run.documents, run.pass, run.fail, run.unknown, run.errored, run.exempt, run.not_applicable), (5, 1, 1, 1, 1, 0, 1));
    assert_eq!(advice.gaps[0].rules, ["ec2/tagged"]);
    assert_eq!(advice.felt().count(), 1);
}

#[test]
fn a_gap_that_no_rule_needed_is_listed_and_not_felt() {
    let gap = refused(HOME, Some("tags"), &[]);
    let advice = all_fail(&selection("rules: {ec2/alone: on}"), &facts(vec![volume(AWAY, "vol-1", &[])], vec![gap]));
    assert_eq!((advice.gaps.len(), advice.felt().count()), (1, 0));
}

#[test]
fn a_gap_is_felt_where_something_it_hides_is_or_may_be_in_scope() {
    let felt = |rules: &str, tags: Option<Value>| {
        let (bucket, gap) = closed_bucket("b", tags);
        let advice = all_fail(&selection(rules), &facts(vec![bucket], vec![gap]));
        (advice.of(Verdict::Unknown).count(), advice.felt().count())
    };
    let (tagged, theirs) = ("rules: {s3/open: {where: {tags: {nobody: has}}}}", value!({"nobody": "else"}));
    assert_eq!(felt("rules: {s3/open: on}", Some(theirs.clone())), (1, 1));
    assert_eq!(felt(tagged, Some(theirs.clone())), (0, 0), "out of scope");
    assert_eq!(felt(tagged, Some(value!({"nobody": "has"}))), (1, 1), "in scope");
    assert_eq!(felt(tagged, None), (1, 1), "nobody knows");
    assert_eq!(felt("rules: {s3/all: {where: {tags: {nobody: has}}}}", Some(theirs)).1, 1, "a rule that sees a group is given all of it");
}

#[test]
fn an_exception_names_what_is_ours_as_the_fleet_file_does() {
    let exempt = |resource: &str, of: &str, proof: &str| {
        let ours = volume(HOME, "vol-1", &[&format!("muster:fleet={of}"), "muster:address=user/alice/instance"]);
        let policy = format!(
            "rules: {{ec2/tagged: on}}\nexceptions:\n  - {{rule: ec2/tagged, resource: '{resource}', owner: o, reason: r, until: 2027-01-01}}\n"
        );
        let advice = all_fail(&selection(&policy), &facts(vec![ours, machine(of, "vol-1", proof)], Vec::new()));
        advice.of(Verdict::Exempt).count() == 1
    };
    for named in ["user/alice/instance", "user/alice", "user/*", "vol-1", "arn:aws:ec2:*/vol-1"] {
        assert!(exempt(named, "lms", "i-1"), "{named}");
    }
    for other in ["user/ali", "user/alice/", "alice", "user/bob"] {
        assert!(!exempt(other, "lms", "i-1"), "{other}");
    }
    assert!(!exempt("user/alice", "other", "i-1") && exempt("vol-1", "other", "i-1"), "an address of another fleet is not ours");
    assert!(!exempt("user/*", "lms", "i-9") && exempt("vol-1", "lms", "i-9"), "tags without proof may be copied");
}

#[test]
fn a_rule_that_sees_a_group_judges_for_its_scope_only() {
    let all = facts(vec![volume(HOME, "vol-1", &["env=prod"]), volume(HOME, "vol-2", &["env=dev"])], Vec::new());
    let advice = all_fail(&selection("rules: {ec2/together: {where: {tags: {env: prod}}}}"), &all);
    assert_eq!(said(&advice), ["together fail vol-1"]);
    assert_eq!((advice.rules[0].documents, advice.rules[0].not_applicable), (1, 0));
}

#[test]
fn a_resource_of_ours_says_where_it_stands() {
    let ours = volume(HOME, "vol-1", &["muster:fleet=lms", "muster:address=user/alice/instance"]);
    let theirs = volume(HOME, "vol-2", &["muster:fleet=other", "muster:address=user/alice/instance"]);
    let places = |proof: &str| -> Vec<_> {
        let all = vec![ours.clone(), theirs.clone(), machine("lms", "vol-1", proof)];
        let advice = all_fail(&selection("rules: {ec2/tagged: on}"), &facts(all, Vec::new()));
        advice.findings.iter().map(|one| (one.at.as_ref().map(ToString::to_string), one.address.clone())).collect()
    };
    assert_eq!(places("i-1"), [(Some("fleet.yaml:9:3".to_owned()), Some("user/alice/instance".to_owned())), (None, None)]);
    assert_eq!(places("i-9"), [(None, None), (None, None)], "copied tags are nobody's");
}

#[test]
fn what_is_in_regions_that_the_fleet_does_not_list_is_said() {
    let spread = |regions: &[(&str, usize)]| Spread {
        account: "main".to_owned(),
        kind: "s3.bucket",
        regions: regions.iter().map(|(region, things)| ((*region).to_owned(), *things)).collect(),
    };
    let said = |regions: &[(&str, usize)]| {
        let facts = Facts { spread: vec![spread(regions)], ..facts(Vec::new(), Vec::new()) };
        all_fail(&selection("rules: {s3/open: on}"), &facts).elsewhere.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        said(&[(HOME, 4), ("sa-east-1", 2), ("eu-north-1", 1)]),
        [
            "3 in account main were not judged: in eu-north-1 (1), sa-east-1 (2), which `cloud.regions` of fleet.yaml does not list; list a region to judge them"
        ]
    );
    assert_eq!(
        said(&[("sa-east-1", 1)]),
        [
            "1 in account main was not judged: in sa-east-1 (1), which `cloud.regions` of fleet.yaml does not list; list a region to judge it"
        ]
    );
    assert_eq!(said(&[(HOME, 4), (AWAY, 1), ("sa-east-1", 0)]), [""; 0], "its own regions are no news");
}

#[test]
fn json_is_what_tools_rely_on() {
    let all = facts(vec![volume(HOME, "vol-1", &[])], vec![refused(AWAY, None, &[])]);
    let saves =
        value!({"Size": 8, "saves": {"amount": 0.8, "currency": "USD", "per": "month", "confidence": "exact", "basis": "8 GiB of gp2"}});
    let advice = advice(&selection(EXCEPTED), &all, |_, _| Some((Verdict::Fail, saves.clone())));
    let all = json(&advice);
    assert_eq!(
        all["findings"][1],
        value!({
            "rule": "ec2/alone", "verdict": "exempt", "severity": "high", "kind": "ec2.volume", "resource": "vol-1",
            "arn": "arn:aws:ec2:us-east-1:123456789012:volume/vol-1", "account": "123456789012", "region": "us-east-1",
            "evidence": saves, "where": null, "title": "alone is wrong", "category": "cost", "message": "size 8",
            "saves": {"amount": 0.8, "currency": "USD", "confidence": "exact", "basis": "8 GiB of gp2"},
            "exception": {"policy": "our", "rule": "ec2/alone", "owner": "alice", "reason": "known", "until": "2026-11-21", "over": false, "where": "our.yaml:4:5"},
        })
    );
    assert_eq!(all["findings"][0]["verdict"], "unknown");
    assert_eq!(all["findings"][0]["evidence"], value!({"action": "ec2:DescribeVolumes", "error": "UnauthorizedOperation: not allowed"}));
    assert_eq!(
        all["gaps"],
        value!([{
            "action": "ec2:DescribeVolumes", "account": "123456789012", "region": "eu-west-1", "kind": "ec2.volume", "facet": null,
            "resources": [], "rules": ["ec2/alone"], "error": "UnauthorizedOperation: not allowed", "unreachable": false,
        }])
    );
    assert_eq!(
        all["rules"],
        value!([{
            "rule": "ec2/alone", "pack": "ec2 1.0.0", "title": "alone is wrong", "category": "cost", "risk": "alone costs",
            "remediation": {"text": "Mend alone.", "command": "mend {resource}"}, "controls": ["CIS 1.1"], "severity": "high", "policy": "our",
            "where": "our.yaml:2:9", "documents": 2, "pass": 0, "fail": 0, "unknown": 1, "errored": 0, "exempt": 1, "not-applicable": 0,
        }])
    );
    let lines: Vec<Value> = jsonl(&advice).map(|line| serde_json::from_str(&line).unwrap()).collect();
    let is: Vec<&str> = lines.iter().map(|line| line["is"].as_str().unwrap()).collect();
    assert_eq!(is, ["finding", "finding", "gap", "rule", "exception", "summary"], "of a rule with a gap nobody knows what covers nothing");
    assert_eq!(lines[5]["exempt"], 1);
}

#[test]
fn a_summary_line_says_of_the_run_what_the_document_says() {
    let advice = excepted();
    let (mut all, lines) = (json(&advice), jsonl(&advice).collect::<Vec<_>>());
    let mut last: Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    assert_eq!(last.as_object_mut().unwrap().remove("is"), Some(value!("summary")));
    let mut whole = all["summary"].take();
    for name in ["format", "at", "policies"] {
        whole[name] = all[name].take();
        assert!(!whole[name].is_null(), "{name}");
    }
    assert_eq!(last, whole);
}

#[test]
fn a_pass_does_not_say_what_would_be_wrong() {
    let all = facts(vec![volume(HOME, "vol-1", &[]), volume(HOME, "vol-2", &[])], Vec::new());
    let selection = selection("rules: {ec2/alone: on}");
    let jobs = jobs(&selection, &all);
    let said = |verdict, title: &str| {
        let mut judged = judged(&selection, &jobs, |_, _| Some((verdict, Value::Null)));
        judged[0].message = title.to_owned();
        let settled = settle(&selection, &fleet(), &all, &jobs, judged, now());
        settled.findings.iter().map(|one| one.finding.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(said(Verdict::Pass, "alone is wrong"), ["", "size 8"]);
    assert_eq!(said(Verdict::Fail, "alone is wrong"), ["alone is wrong", "size 8"], "of a fail it is the truth");
}

#[test]
fn the_worst_comes_first_and_money_is_counted_once() {
    let all = facts(vec![volume(HOME, "vol-1", &[]), volume(HOME, "vol-2", &[])], Vec::new());
    let advice = advice(
        &selection("rules: {ec2/alone: on, ec2/again: {severity: low}, ec2/tagged: {severity: low}, ec2/whole: on}"),
        &all,
        |rule, document| {
            let amount = if rule == "alone" { 3 } else { 5 };
            let saves = value!({"saves": {"amount": amount, "currency": "USD", "per": "month"}});
            match (rule, document.id.as_str()) {
                ("whole", _) => Some((Verdict::Pass, Value::Null)),
                ("again", "vol-2") => None,
                _ => Some((Verdict::Fail, saves)),
            }
        },
    );
    let view = view(&advice);
    let failed: Vec<_> = view.failed.iter().map(|group| (group.id, group.severity, group.findings.len())).collect();
    assert_eq!(failed, [("ec2/alone", Severity::High, 2), ("ec2/tagged", Severity::Low, 2), ("ec2/again", Severity::Low, 1)]);
    assert_eq!(view.severities, [(Severity::High, 2), (Severity::Low, 3)]);
    assert_eq!((view.savings.0.get("USD"), view.failed[0].savings.0.get("USD")), (Some(&10.0), Some(&6.0)));
    assert_eq!((view.pass, view.errored.len(), view.exempt.len()), (2, 0, 0));
}
