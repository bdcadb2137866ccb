//! The built-in policies against the packs as they are checked in.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use muster_core::diag::render;
use muster_core::facet;
use muster_core::finding::{Category, PackId, Rule};
use muster_core::policy::{Ground, PolicyRef, Selection, read, select};
use serde_json::{Value, json};

use crate::world::{Files, ground};

/// The rules of the built-in packs, by what their manifests say.
fn packs() -> Vec<(PackId, Vec<Rule>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/packs/built");
    let manifests =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "json"));
    manifests.map(|path| pack(&serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap())).collect()
}

fn pack(manifest: &Value) -> (PackId, Vec<Rule>) {
    let text = |key: &str| manifest[key].as_str().unwrap().to_owned();
    let rule = |body: &Value| Rule::read(body["id"].as_str().unwrap(), &body.to_string()).unwrap();
    (PackId { name: text("name"), version: text("version") }, manifest["rules"].as_array().unwrap().iter().map(rule).collect())
}

fn selected(word: &'static str) -> Selection {
    let policies = read(&[PolicyRef::BuiltIn(word)], &Files(BTreeMap::new()));
    let selection = select(&policies, &packs(), &Ground { kinds: facet::kind, ..ground() });
    assert!(selection.is_clean(), "{}", render(&selection.diagnostics, &policies.sources, false, 120));
    selection
}

fn ids(selection: &Selection) -> BTreeSet<String> {
    selection.enabled.iter().map(|enabled| enabled.id()).collect()
}

fn all(fits: impl Fn(&Rule) -> bool) -> BTreeSet<String> {
    let packs = packs();
    let of_pack = |(pack, rules): &(PackId, Vec<Rule>)| {
        rules.iter().filter(|rule| fits(rule)).map(|rule| format!("{}/{}", pack.name, rule.id)).collect::<Vec<_>>()
    };
    packs.iter().flat_map(of_pack).collect()
}

#[test]
fn baseline_names_rules_that_are_there_and_more_than_a_few() {
    let baseline = ids(&selected("baseline"));
    assert!(baseline.len() >= 20, "{baseline:?}");
    assert!(baseline.is_subset(&all(|_| true)));
    let of = |id: &String| id.split_once('/').map(|(pack, _)| pack.to_owned());
    let has_rules: BTreeSet<String> = packs().into_iter().filter(|(_, rules)| !rules.is_empty()).map(|(pack, _)| pack.name).collect();
    assert_eq!(baseline.iter().filter_map(of).collect::<BTreeSet<_>>(), has_rules, "something of every pack");
}

#[test]
fn cis_is_exactly_what_implements_a_control_of_it() {
    assert_eq!(ids(&selected("cis")), all(|rule| rule.controls.iter().any(|control| control.starts_with("CIS "))));
}

/// What CIS AWS Foundations 7.0 asks of the rules that have numbers and lists to set: the rule, its parameters as the control has them, and
/// why. A parameter that no control speaks of is the rule's own.
fn controls() -> Vec<(&'static str, Value)> {
    let settings = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
    vec![
        // 6.1.1: "in all regions". A region without a volume has one tomorrow.
        ("ec2/ebs-default-encryption", json!({"empty-regions": true})),
        // 6.3, 6.4: "remote server administration ports, such as SSH on port 22 and RDP on port 3389"; 6.1.2: CIFS, "port 445". How wide
        // a network is the internet is the rule's own: CIS has /0 alone, which two halves evade.
        ("ec2/open-ports", json!({"ports": [22, 445, 3389], "every-port": true, "wider-than": 8})),
        // 6.1.1: every volume, of whatever size.
        ("ec2/volume-encryption", json!({"min-size": 0})),
        // 4.7: "flow logs be enabled for packet 'Rejects'".
        ("ec2/vpc-flow-logs", json!({"traffic": "reject"})),
        // 3.2.3: "restrict unauthorized access"; how wide is public is the rule's own.
        ("fleet/database-open", json!({"prefix": 8, "prefix-v6": 16})),
        // 6.3: as for security groups of the account.
        ("fleet/user-ssh-open", json!({"prefix": 8, "prefix-v6": 16})),
        // 2.14: "full administrative privileges"; which roles are meant to have them is the rule's own.
        (
            "iam/administrator-role",
            json!({"exempt": ["OrganizationAccountAccessRole", "AWSControlTowerExecution"], "permission-sets": false}),
        ),
        // 2.11: "unused for 45 days or more": 44 is the most.
        ("iam/inactive-user", json!({"days": 44})),
        // 2.12: "every 90 days or less".
        ("iam/key-rotation", json!({"days": 90})),
        // 2.8: "minimum length of 14 or greater"; 2.9: "number of passwords to remember is set to 24". No control asks for age or characters.
        ("iam/password-policy", json!({"min-length": 14, "reuse": 24, "max-age": 0, "characters": []})),
        // 2.7 names no number of days.
        ("iam/root-use", json!({"days": 90})),
        // 3.2.4: every instance, production or not.
        ("rds/multi-az", json!({"production": []})),
        // 3.2.3: see above.
        ("rds/reachable", json!({"wider-than": 8})),
        // 3.1.4: "Block Public Access" is all four settings.
        ("s3/account-public-access-block", json!({"required": settings})),
        // 3.1.2: "MFA Delete is enabled on S3 buckets": it cannot be where no versions are kept.
        ("s3/mfa-delete", json!({"unversioned": true})),
        // 3.1.4: as for the account.
        ("s3/public-access-block", json!({"required": settings})),
    ]
}

#[test]
fn cis_sets_what_its_controls_say() {
    let selection = selected("cis");
    let set = selection.enabled.iter().map(|enabled| (enabled.id(), Value::Object(enabled.params.clone())));
    let set: BTreeMap<String, Value> = set.filter(|(_, params)| params.as_object().is_some_and(|params| !params.is_empty())).collect();
    let wanted: BTreeMap<String, Value> = controls().into_iter().map(|(id, params)| (id.to_owned(), params)).collect();
    assert_eq!(set, wanted, "a rule whose parameters nobody held against its control, or other numbers than the control has");
}

#[test]
fn cost_is_exactly_what_is_about_money() {
    assert_eq!(ids(&selected("cost")), all(|rule| rule.category == Category::Cost));
}

#[test]
fn strict_is_everything() {
    assert_eq!(ids(&selected("strict")), all(|_| true));
}
