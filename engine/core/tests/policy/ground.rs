//! Policies against a fleet of which not everything is known: an account without an id, packs that cannot be read, a file with
//! other errors.

use std::collections::BTreeMap;

use muster_core::diag::Severity;
use muster_core::fleet::{LoadOptions, Loaded, load};
use muster_core::policy::{Ground, LintCode, Policies, PolicyRef, idle, lint, read, select, strangers};

use crate::world::{Files, catalogue, ground, now};

fn files(text: &str) -> Files {
    Files(BTreeMap::from([("our.yaml".to_owned(), text.to_owned())]))
}

fn policy(text: &str) -> Policies {
    read(&[PolicyRef::File("our.yaml".to_owned())], &files(text))
}

/// A fleet that declares no account.
fn alone() -> Ground {
    Ground { accounts: BTreeMap::from([("default".to_owned(), None)]), ..ground() }
}

const STRANGE: &str = "policy: our
rules:
  ec2/open-ports: {where: {accounts: ['999999999999']}}
exceptions:
  - {rule: ec2/*, accounts: ['888888888888'], owner: kim, reason: moves, until: 2026-12-31}
";

#[test]
fn an_id_that_may_be_another_account_is_spoken_of() {
    let policies = policy(STRANGE);
    let selection = select(&policies, &catalogue(), &alone());
    assert!(selection.diagnostics.is_empty(), "it may be the account that credentials belong to");
    let found = lint(&policies, &catalogue(), &alone(), &selection, now());
    let said: Vec<(LintCode, String)> = found.iter().map(|lint| (lint.code, lint.span.to_string())).collect();
    let untold = |place: &str| (LintCode::AccountUntold, place.to_owned());
    assert_eq!(said, [(LintCode::IdlePack, "fleet.yaml:1:1".to_owned()), untold("our.yaml:3:39"), untold("our.yaml:5:30")]);
    assert!(found[1].message.contains("whether 999999999999 is it is not known"), "{}", found[1].message);
}

#[test]
fn once_the_id_is_known_it_is_told_apart() {
    let policies = policy(STRANGE);
    let selection = select(&policies, &catalogue(), &alone());
    let known = |id: &str| alone().identified(&BTreeMap::from([("default".to_owned(), id.to_owned())]));
    assert!(idle(&policies, &alone(), &selection).is_none() && idle(&policies, &known("999999999999"), &selection).is_none());
    assert_eq!(strangers(&policies, &known("999999999999")).len(), 1, "the exception's");
    let other = known("123456789012");
    let said: Vec<String> = strangers(&policies, &other).iter().map(|one| one.message.clone()).collect();
    assert_eq!(said, ["account 999999999999 is none of this fleet's", "account 888888888888 is none of this fleet's"]);
    let idle = idle(&policies, &other, &selection).unwrap();
    assert_eq!(
        (idle.message.as_str(), idle.span.to_string().as_str()),
        ("no rule that is on runs anywhere in this fleet, so nothing would be judged", "our.yaml:3:3")
    );
    assert!(lint(&policies, &catalogue(), &other, &selection, now()).iter().all(|lint| lint.code != LintCode::AccountUntold));
}

#[test]
fn a_declared_id_stays() {
    let ids = BTreeMap::from([("main".to_owned(), "999999999999".to_owned())]);
    assert_eq!(ground().identified(&ids).accounts, ground().accounts);
}

#[test]
fn no_rule_is_no_success() {
    let of = |text: &str| {
        let policies = policy(text);
        let selection = select(&policies, &catalogue(), &ground());
        idle(&policies, &ground(), &selection).map(|idle| format!("{} {}", idle.span, idle.message))
    };
    let none = Some("our.yaml:1:1 no rule is on, so nothing would be judged".to_owned());
    assert_eq!(of("policy: our\n"), none);
    assert_eq!(of("policy: our\nrules: {ec2/*: off}\n"), Some("our.yaml:2:9 no rule is on, so nothing would be judged".to_owned()));
    assert_eq!(of("policy: our\nrules: {iam/root: on}\n"), None);
    assert_eq!(of("policy: our\nrules: {iam/rot: on}\n"), None, "an error of its own");
}

#[test]
fn rules_of_a_pack_that_cannot_be_read_are_not_unknown() {
    let policies = policy("policy: our\nrules:\n  their/one: on\n  other/one: on\n  ec2/nothing: on\n");
    let said = |unread: Vec<Option<String>>| {
        let selection = select(&policies, &catalogue(), &Ground { unread, ..ground() });
        selection.diagnostics.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>()
    };
    let (their, other, rule) = ("there is no pack `their`", "there is no pack `other`", "pack `ec2` has no rule `nothing`");
    assert_eq!(said(vec![]), [their, other, rule]);
    assert_eq!(said(vec![Some("their".to_owned())]), [other, rule]);
    assert_eq!(said(vec![None]), [rule], "any name may be its");
}

fn fleet(text: &str, policy: &str) -> Loaded {
    load("fleet.yaml", text.as_bytes(), &files(policy), &LoadOptions::default())
}

/// Everything that is wrong with a fleet file and its policies, as `muster validate` puts it together.
fn all(text: &str) -> Vec<String> {
    let mut loaded = fleet(text, "policy: our\nrules:\n  ec2/nothing: on\n  ec2/open-ports: {where: {accounts: [data]}}\n");
    let (advisor, held) = loaded.advisor.clone().unwrap();
    loaded.add(select(&advisor.read, &catalogue(), &Ground { kinds: ground().kinds, ..held }).diagnostics);
    let place = |one: &muster_core::diag::Diagnostic| one.span.as_ref().map(ToString::to_string).unwrap_or_default();
    let errors = loaded.diagnostics.iter().filter(|one| one.severity == Severity::Error);
    errors.map(|one| format!("{} {}", place(one), one.message)).collect()
}

#[test]
fn policies_of_a_file_with_other_errors_are_looked_at_too() {
    let cloud = "cloud: {provider: sandbox, regions: [us-east-1]}\nadvisor: {policies: [our.yaml]}\n";
    let (rule, account) = ("our.yaml:3:3 pack `ec2` has no rule `nothing`", "our.yaml:4:39 unknown account `data`");
    assert_eq!(all(cloud), [rule, account]);
    assert_eq!(all(&format!("{cloud}schedule: {{}}\n")), ["fleet.yaml:3:1 unknown key `schedule`", rule, account]);
    let misspelt = all(&cloud.replace("sandbox", "sandbx"));
    assert!(misspelt.len() == 2 && misspelt[0].starts_with("fleet.yaml:1:19 ") && misspelt[1] == rule, "{misspelt:?}");
    let gone = all(&cloud.replace("cloud", "clod"));
    assert!(gone.contains(&rule.to_owned()) && !gone.contains(&account.to_owned()), "which accounts there are is not known: {gone:?}");
}

#[test]
fn a_policy_that_is_not_there_is_an_error_once_advice_is_asked_for() {
    let mut loaded = fleet("cloud: {provider: sandbox}\nadvisor: {policies: [none.yaml]}\n", "");
    assert_eq!(loaded.diagnostics.iter().map(|one| one.severity).collect::<Vec<_>>(), [Severity::Warning]);
    let (advisor, ground) = loaded.advisor.clone().unwrap();
    loaded.add(select(&advisor.read, &catalogue(), &ground).diagnostics);
    assert_eq!(loaded.diagnostics.iter().map(|one| one.severity).collect::<Vec<_>>(), [Severity::Error], "said once");
}

#[test]
fn what_a_typed_policy_names_stays_below_it() {
    let said = |extends: &str| {
        let policies = policy(&format!("policy: our\nextends: ['{extends}']\nrules: {{ec2/*: on}}\n"));
        policies.diagnostics.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(said("../up.yaml"), ["`../up.yaml` leaves the folder of the policy that was named"]);
    assert_eq!(said("/etc/up.yaml"), ["`/etc/up.yaml` leaves the folder of the policy that was named"]);
    assert_eq!(said("a/../../up.yaml"), ["`a/../../up.yaml` leaves the folder of the policy that was named"]);
    assert_eq!(said("a/../none.yaml"), ["cannot read the policy `none.yaml`: there is no such file"]);
}
