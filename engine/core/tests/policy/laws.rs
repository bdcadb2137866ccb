//! Laws of selections, over random policies.

use std::collections::BTreeMap;

use muster_core::fleet::FileSource as _;
use muster_core::policy::{BUILT_IN, Policies, PolicyRef, Selection, builtin, read, select};
use proptest::prelude::*;

use crate::world::{Files, Folder, catalogue, ground};

const PATTERNS: [&str; 8] = ["'*/*'", "ec2/*", "iam/*", "naming/*", "ec2/open-ports", "ec2/volume-encryption", "iam/root", "naming/names"];
const CHOICES: [&str; 8] = [
    "on",
    "off",
    "{severity: low}",
    "{severity: critical}",
    "{where: {accounts: [main]}}",
    "{where: {not: {accounts: [data]}}}",
    "{}",
    "on",
];

/// A policy as text: rules in the order given.
fn text(name: &str, rules: &[(usize, usize)]) -> String {
    let lines: String = rules.iter().map(|(pattern, choice)| format!("  {}: {}\n", PATTERNS[*pattern], CHOICES[*choice])).collect();
    if lines.is_empty() { format!("policy: {name}\n") } else { format!("policy: {name}\nrules:\n{lines}") }
}

fn policies(files: &[(String, String)]) -> Policies {
    let named: Vec<PolicyRef> = files.iter().map(|(name, _)| PolicyRef::File(name.clone())).collect();
    read(&named, &Files(files.iter().cloned().collect()))
}

/// What a selection says, places and names of policies left out.
fn said(policies: &Policies) -> Vec<String> {
    let selection = selected(policies);
    selection.enabled.iter().map(|one| format!("{} {} {:?} {:?}", one.id(), one.severity, one.params, one.scope)).collect()
}

fn selected(policies: &Policies) -> Selection {
    let selection = select(policies, &known(), &ground());
    assert!(selection.is_clean(), "{:?}", selection.diagnostics);
    selection
}

/// The rules with which nothing is the matter.
fn known() -> Vec<(muster_core::finding::PackId, Vec<muster_core::finding::Rule>)> {
    let mut all = catalogue();
    all.retain(|(pack, _)| pack.name != "odd");
    all.iter_mut().for_each(|(_, rules)| rules.retain(|rule| rule.id != "tags"));
    all
}

/// At most one choice for each pattern, in any order.
fn rules() -> impl Strategy<Value = Vec<(usize, usize)>> {
    proptest::collection::btree_map(0..PATTERNS.len(), 0..CHOICES.len(), 0..PATTERNS.len())
        .prop_map(|map| map.into_iter().collect::<Vec<_>>())
        .prop_shuffle()
}

proptest! {
    /// A map has no order: within a file the narrower pattern goes before the wider, wherever either stands.
    #[test]
    fn the_order_of_lines_means_nothing((rules, shuffled) in rules().prop_flat_map(|rules| (Just(rules.clone()), Just(rules).prop_shuffle()))) {
        let one = |rules: &[(usize, usize)]| said(&policies(&[("a.yaml".to_owned(), text("a", rules))]));
        prop_assert_eq!(one(&rules), one(&shuffled));
    }

    /// Policies that speak of different rules may be listed in any order; the same goes for their exceptions.
    #[test]
    fn the_order_of_strangers_means_nothing(choices in proptest::collection::vec(0..CHOICES.len(), 4), order in Just(vec![0_usize, 1, 2, 3]).prop_shuffle()) {
        let file = |at: usize| (format!("{at}.yaml"), text(&format!("p{at}"), &[(at + 4, choices[at])]));
        let straight: Vec<_> = (0..4).map(file).collect();
        let shuffled: Vec<_> = order.into_iter().map(file).collect();
        prop_assert_eq!(said(&policies(&straight)), said(&policies(&shuffled)));
    }

    /// A policy that extends others is the list of those others with itself behind them.
    #[test]
    fn extending_is_listing(a in rules(), b in rules(), own in rules()) {
        let base = vec![("a.yaml".to_owned(), text("a", &a)), ("b.yaml".to_owned(), text("b", &b))];
        let listed = [base.clone(), vec![("own.yaml".to_owned(), text("own", &own))]].concat();
        let extending = text("own", &own).replacen("policy: own\n", "policy: own\nextends: [a.yaml, b.yaml]\n", 1);
        let files = Files(base.into_iter().chain([("own.yaml".to_owned(), extending)]).collect::<BTreeMap<_, _>>());
        prop_assert_eq!(said(&policies(&listed)), said(&read(&[PolicyRef::File("own.yaml".to_owned())], &files)));
    }

    /// The same bytes give the same selection, with all its places.
    #[test]
    fn a_selection_is_deterministic(rules in rules()) {
        let files = [("a.yaml".to_owned(), text("a", &rules))];
        prop_assert_eq!(format!("{:?}", selected(&policies(&files))), format!("{:?}", selected(&policies(&files))));
    }
}

#[test]
fn strict_is_every_rule_there_is() {
    let strict = read(&[PolicyRef::BuiltIn("strict")], &Files(BTreeMap::new()));
    let all: usize = known().iter().map(|(_, rules)| rules.len()).sum();
    assert_eq!(selected(&strict).enabled.len(), all);
}

#[test]
fn built_in_policies_read_clean_and_are_called_as_they_are_named() {
    for one in BUILT_IN {
        let policies = read(&[PolicyRef::BuiltIn(one.word)], &Files(BTreeMap::new()));
        assert!(policies.is_clean(), "{}: {:?}", one.word, policies.diagnostics);
        assert_eq!(policies.names().last(), Some(one.word));
        assert_eq!(builtin(one.word).map(|found| found.file), Some(one.file));
    }
    assert!(Folder(".".into()).read("no-such-file").is_err());
}
