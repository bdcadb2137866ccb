//! Laws over random accounts, gaps, answers and exceptions.

use muster_core::advise::{jobs, settle};
use muster_core::finding::{Finding, Verdict};
use proptest::prelude::*;
use serde_json::Value;

use super::world::{AWAY, HOME, facts, fleet, judged, now, refused, selection, untold, volume};

const EXCEPTIONS: [&str; 5] = [
    "{rule: ec2/alone, resource: 'vol-*', owner: o, reason: r, until: 2027-01-01}",
    "{rule: '*/*', regions: [us-east-1], owner: o, reason: r, until: 2027-01-01}",
    "{rule: ec2/*, tags: {env: dev}, owner: o, reason: r, until: 2027-01-01}",
    "{rule: ec2/tagged, resource: vol-1, owner: o, reason: r, until: 2026-11-20}",
    "{rule: ec2/together, accounts: [main], owner: o, reason: r, until: 2026-11-21}",
];

const VERDICTS: [Option<Verdict>; 5] = [None, Some(Verdict::Pass), Some(Verdict::Fail), Some(Verdict::Unknown), Some(Verdict::Errored)];

/// Things by region, whether their tags were read, and a tag.
fn things() -> impl Strategy<Value = Vec<(bool, bool, bool)>> {
    proptest::collection::vec((any::<bool>(), proptest::bool::weighted(0.8), any::<bool>()), 0..8)
}

fn policy(exceptions: &[usize]) -> String {
    let lines: String = exceptions.iter().map(|at| format!("  - {}\n", EXCEPTIONS[*at])).collect();
    format!("rules: {{ec2/*: on}}\n{}", if lines.is_empty() { String::new() } else { format!("exceptions:\n{lines}") })
}

fn world(things: &[(bool, bool, bool)], listing_refused: bool) -> muster_core::facet::Facts {
    let region = |home: bool| if home { HOME } else { AWAY };
    let one = |(at, (home, told, dev)): (usize, &(bool, bool, bool))| {
        let id = format!("vol-{at}");
        if *told { volume(region(*home), &id, if *dev { &["env=dev"] } else { &[] }) } else { untold(region(*home), &id) }
    };
    let all: Vec<_> = things.iter().enumerate().map(one).collect();
    let mut gaps: Vec<_> =
        all.iter().filter(|fact| !fact.unread.is_empty()).map(|fact| refused(&fact.region, Some("tags"), &[fact])).collect();
    gaps.extend(listing_refused.then(|| refused(AWAY, None, &[])));
    facts(all, gaps)
}

/// What a finding is about.
fn about(finding: &Finding) -> (String, String) {
    (finding.rule.to_string(), finding.key.to_string())
}

proptest! {
    #[test]
    fn exceptions_make_a_fail_exempt_and_nothing_else_of_anything(
        things in things(), listing in any::<bool>(), answers in proptest::collection::vec(0..VERDICTS.len(), 40),
        exceptions in proptest::sample::subsequence((0..EXCEPTIONS.len()).collect::<Vec<_>>(), 0..=EXCEPTIONS.len()),
    ) {
        let facts = world(&things, listing);
        let run = |exceptions: &[usize]| {
            let selection = selection(&policy(exceptions));
            let jobs = jobs(&selection, &facts);
            let place = |rule: &str, id: &str| (rule.len() * 7 + id.bytes().map(usize::from).sum::<usize>()) % answers.len();
            let found = judged(&selection, &jobs, |rule, document| VERDICTS[answers[place(rule, &document.id)]].map(|verdict| (verdict, Value::Null)));
            settle(&selection, &fleet(), &facts, &jobs, found, now())
        };
        let (plain, excepted) = (run(&[]), run(&exceptions));
        prop_assert_eq!(plain.findings.len(), excepted.findings.len());
        for (before, after) in plain.findings.iter().zip(&excepted.findings) {
            prop_assert_eq!(about(&before.finding), about(&after.finding));
            let (before, after) = (before.finding.verdict, after.finding.verdict);
            prop_assert!(before == after || (before, after) == (Verdict::Fail, Verdict::Exempt), "{} became {}", before, after);
        }
    }

    /// Whatever a host says of what it was given, what it could not be given stays unknown.
    #[test]
    fn what_is_unknown_never_becomes_a_pass(things in things(), listing in any::<bool>()) {
        let (facts, selection) = (world(&things, listing), selection(&policy(&[0, 1, 2])));
        let jobs = jobs(&selection, &facts);
        let found = judged(&selection, &jobs, |_, _| Some((Verdict::Pass, Value::Null)));
        let advice = settle(&selection, &fleet(), &facts, &jobs, found, now());
        let unknown: Vec<_> = jobs.plans.iter().flat_map(|plan| &plan.unknown).map(about).collect();
        for one in &advice.findings {
            prop_assert_eq!(one.finding.verdict == Verdict::Unknown, unknown.contains(&about(&one.finding)));
        }
        // Every thing is asked about or unknown, to each rule.
        for plan in &jobs.plans {
            let said = plan.documents.len() + plan.unknown.iter().filter(|finding| finding.key.starts_with("arn:")).count();
            prop_assert_eq!(said, things.len());
        }
        let hidden = things.iter().any(|(_, told, _)| !told);
        let tagged = advice.rules.iter().find(|run| run.id == "ec2/tagged").unwrap();
        prop_assert_eq!(tagged.unknown > 0, hidden || listing);
    }

    #[test]
    fn findings_are_sorted_and_counts_add_up(things in things(), listing in any::<bool>(), seed in 0..VERDICTS.len()) {
        let (facts, selection) = (world(&things, listing), selection(&policy(&[0, 2, 3, 4])));
        let jobs = jobs(&selection, &facts);
        let mut found = judged(&selection, &jobs, |rule, document| {
            VERDICTS[(seed + rule.len() + document.id.len() * 3) % VERDICTS.len()].map(|verdict| (verdict, Value::Null))
        });
        let straight = settle(&selection, &fleet(), &facts, &jobs, found.clone(), now());
        found.reverse();
        prop_assert_eq!(&straight, &settle(&selection, &fleet(), &facts, &jobs, found, now()), "the order of answers means nothing");
        prop_assert!(straight.findings.is_sorted_by(|a, b| a.finding.order() <= b.finding.order()));
        for run in &straight.rules {
            prop_assert_eq!(run.documents, run.pass + run.fail + run.unknown + run.errored + run.exempt + run.not_applicable);
        }
    }
}
