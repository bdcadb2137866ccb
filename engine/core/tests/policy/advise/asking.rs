//! What is read and what is asked.

use std::collections::BTreeSet;

use muster_core::advise::{jobs, wanted};
use muster_core::cloud::Place;
use muster_core::facet::Kinds;
use muster_core::finding::Finding;

use super::world::{AWAY, HOME, facts, fleet, refused, selection, untold, volume};

fn places() -> Vec<Place> {
    fleet().cloud.places()
}

/// Facets of volumes that are asked for, and where.
fn asked(policy: &str) -> (Vec<&'static str>, Vec<String>) {
    let wanted = wanted(&selection(policy), places());
    let of = |kinds: &Kinds| kinds.rows().find(|(kind, _)| kind.word == "ec2.volume").map(|(_, facets)| facets.iter().copied().collect());
    let facets = wanted.places().find_map(|(_, kinds)| of(kinds)).unwrap_or_default();
    (facets, wanted.places_of("ec2.volume").map(ToString::to_string).collect())
}

#[test]
fn only_what_enabled_rules_need_is_read() {
    let both = || vec!["main/eu-west-1".to_owned(), "main/us-east-1".to_owned()];
    assert_eq!(asked("rules: {ec2/alone: on}"), (vec![], both()));
    assert_eq!(asked("rules: {ec2/alone: on, ec2/tagged: on}"), (vec!["tags"], both()));
    assert_eq!(asked("rules: {ec2/alone: {where: {regions: [us-east-1]}}}"), (vec![], vec!["main/us-east-1".to_owned()]));
    assert!(!wanted(&selection("rules: {ec2/*: off}"), places()).asks());
}

/// What is read is not every kind in every place.
#[test]
fn a_kind_is_read_where_a_rule_of_it_runs() {
    let asked = |policy: &str| -> Vec<String> {
        let wanted = wanted(&selection(policy), places());
        let words = |kinds: &Kinds| kinds.rows().map(|(kind, _)| kind.word).collect::<Vec<_>>().join(" ");
        wanted.places().map(|(place, kinds)| format!("{}: {}", place.region, words(kinds))).collect()
    };
    assert_eq!(
        asked("rules: {ec2/alone: {where: {regions: [us-east-1]}}, s3/open: on}"),
        ["eu-west-1: s3.bucket", "us-east-1: ec2.volume s3.bucket"]
    );
    assert_eq!(
        asked("rules: {ec2/alone: {where: {regions: [us-east-1]}}, iam/root: on}"),
        ["eu-west-1: iam.root", "us-east-1: ec2.volume"]
    );
}

#[test]
fn machines_are_read_where_an_exception_calls_their_volumes_by_entry() {
    let asked = |resource: &str| {
        let exceptions = format!("exceptions: [{{rule: ec2/*, resource: {resource}, owner: o, reason: r, until: 2027-01-01}}]");
        let wanted = wanted(&selection(&format!("rules: {{ec2/alone: {{where: {{regions: [us-east-1]}}}}}}\n{exceptions}")), places());
        wanted.places_of("ec2.instance").map(|place| place.region.clone()).collect::<Vec<_>>()
    };
    assert_eq!((asked("user/alice"), asked("vol-1")), (vec!["us-east-1".to_owned()], vec![]));
}

#[test]
fn tags_are_read_when_a_scope_or_an_exception_asks_for_them() {
    let exception = |rule: &str| {
        format!("rules: {{ec2/alone: on}}\nexceptions: [{{rule: {rule}, tags: {{a: b}}, owner: o, reason: r, until: 2027-01-01}}]")
    };
    assert_eq!(asked("rules: {ec2/alone: {where: {not: {tags: {env: lab}}}}}").0, ["tags"]);
    assert_eq!(asked(&exception("ec2/*")).0, ["tags"]);
    assert_eq!(asked(&exception("ec2/again")).0, [""; 0], "an exception from a rule that does not run asks for nothing");
}

fn unknown(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{}: {}", finding.resource, finding.message)).collect()
}

#[test]
fn a_rule_is_given_what_it_declared_once_for_all_that_see_the_same() {
    let facts = facts(vec![volume(HOME, "vol-1", &["env=dev"]), volume(HOME, "vol-2", &[])], Vec::new());
    let jobs = jobs(&selection("rules: {ec2/alone: on, ec2/again: on, ec2/tagged: on}"), &facts);
    assert_eq!(jobs.documents.len(), 4, "two things, seen in two ways");
    let bodies: BTreeSet<String> =
        jobs.plans.iter().map(|plan| serde_json::to_string(&jobs.documents[plan.documents[0]].body).unwrap()).collect();
    let wanted = [r#"{"VolumeId":"vol-1","Size":8,"Tags":{"env":"dev"}}"#, r#"{"VolumeId":"vol-1","Size":8}"#];
    assert_eq!(bodies, wanted.map(str::to_owned).into());
    assert_eq!(jobs.plans[0].documents, jobs.plans[1].documents);
}

#[test]
fn what_was_not_read_is_not_given_and_is_unknown() {
    let (known, hidden) = (volume(HOME, "vol-1", &[]), untold(HOME, "vol-2"));
    let gap = refused(HOME, Some("tags"), &[&hidden]);
    let jobs = jobs(&selection("rules: {ec2/alone: on, ec2/tagged: on}"), &facts(vec![known, hidden], vec![gap]));
    let (alone, tagged) = (&jobs.plans[0], &jobs.plans[1]);
    assert_eq!((alone.documents.len(), alone.unknown.len()), (2, 0), "a rule that does not need tags misses nothing");
    assert_eq!(tagged.documents.len(), 1);
    assert_eq!(unknown(&tagged.unknown), ["vol-2: ec2:DescribeTags was refused: UnauthorizedOperation: not allowed"]);
}

#[test]
fn a_facet_that_is_missing_without_a_gap_is_unknown_all_the_same() {
    let jobs = jobs(&selection("rules: {ec2/tagged: on}"), &facts(vec![untold(HOME, "vol-2")], Vec::new()));
    assert_eq!(unknown(&jobs.plans[0].unknown), ["vol-2: ec2:DescribeVolumes was refused: it was not read"]);
    assert!(jobs.documents.is_empty());
}

#[test]
fn a_refused_list_is_one_unknown_for_the_place_and_what_was_seen_is_judged() {
    let jobs = jobs(
        &selection("rules: {ec2/alone: on}"),
        &facts(vec![volume(HOME, "vol-1", &[])], vec![refused(HOME, None, &[]), refused(AWAY, None, &[])]),
    );
    assert_eq!(jobs.plans[0].documents.len(), 1);
    let words = "ec2:DescribeVolumes was refused: UnauthorizedOperation: not allowed; what there is of `ec2.volume` in 123456789012";
    assert_eq!(
        unknown(&jobs.plans[0].unknown),
        [format!("123456789012: {words}/eu-west-1 is unknown"), format!("123456789012: {words}/us-east-1 is unknown")]
    );
}

#[test]
fn a_rule_that_sees_a_place_at_once_knows_nothing_of_it_when_one_thing_is_missing() {
    let hidden = untold(HOME, "vol-2");
    let gap = refused(HOME, Some("tags"), &[&hidden]);
    let all = facts(vec![volume(HOME, "vol-1", &[]), hidden, volume(AWAY, "vol-3", &[])], vec![gap]);
    let jobs = jobs(&selection("rules: {ec2/together: on, ec2/whole: on}"), &all);
    let (together, whole) = (&jobs.plans[0], &jobs.plans[1]);
    assert_eq!(jobs.documents[together.documents[0]].id, "vol-3", "the other region is judged");
    let why = "ec2:DescribeTags was refused: UnauthorizedOperation: not allowed; the rule sees an account and region at once";
    assert_eq!(unknown(&together.unknown), [format!("vol-1: {why}"), format!("vol-2: {why}")]);
    assert_eq!((whole.documents.len(), whole.unknown.len()), (3, 0), "it does not need tags");
}

#[test]
fn a_rule_that_sees_the_fleet_knows_nothing_when_one_list_is_missing() {
    let all = facts(vec![volume(HOME, "vol-1", &[]), volume(AWAY, "vol-3", &[])], vec![refused(AWAY, None, &[])]);
    let jobs = jobs(&selection("rules: {ec2/together: on, ec2/whole: on}"), &all);
    let (together, whole) = (&jobs.plans[0], &jobs.plans[1]);
    assert_eq!((together.documents.len(), together.unknown.len()), (1, 2), "one thing of the region, and the region itself");
    assert_eq!((whole.documents.len(), whole.unknown.len()), (0, 3));
    assert!(whole.unknown.iter().any(|finding| finding.message.ends_with("the rule sees the fleet at once")));
}

#[test]
fn scopes_bound_what_is_asked() {
    let all = facts(
        vec![volume(HOME, "vol-1", &["env=prod"]), volume(HOME, "vol-2", &["env=dev"]), volume(AWAY, "vol-3", &["env=prod"])],
        Vec::new(),
    );
    let given = |policy: &str| {
        let jobs = jobs(&selection(policy), &all);
        jobs.plans[0].documents.iter().map(|at| jobs.documents[*at].id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(given("rules: {ec2/alone: {where: {tags: {env: prod}}}}"), ["vol-3", "vol-1"]);
    assert_eq!(given("rules: {ec2/alone: {where: {accounts: [main], not: {regions: [eu-west-1]}}}}"), ["vol-1", "vol-2"]);
    assert_eq!(given("rules: {ec2/together: {where: {tags: {env: prod}}}}"), ["vol-3", "vol-1", "vol-2"], "a group is given whole");
}

#[test]
fn a_scope_by_tags_that_were_not_read_is_unknown() {
    let hidden = untold(HOME, "vol-2");
    let gap = refused(HOME, Some("tags"), &[&hidden]);
    let jobs = jobs(&selection("rules: {ec2/alone: {where: {tags: {env: prod}}}}"), &facts(vec![hidden], vec![gap]));
    assert_eq!((jobs.documents.len(), jobs.plans[0].unknown.len()), (0, 1), "whether it is meant is not known");
}

#[test]
fn a_list_of_a_whole_account_hides_something_of_each_region() {
    let all = facts(vec![volume(HOME, "vol-1", &[]), volume(AWAY, "vol-3", &[])], vec![refused("", None, &[])]);
    let jobs = jobs(&selection("rules: {ec2/together: on}"), &all);
    let plan = &jobs.plans[0];
    let resources: Vec<&str> = plan.unknown.iter().map(|finding| &*finding.resource).collect();
    assert_eq!((plan.documents.len(), resources), (0, vec!["123456789012", "vol-3", "vol-1"]), "the list itself is said once");
}
