//! The built-in policies against the packs as they are checked in.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use muster_core::diag::render;
use muster_core::facet;
use muster_core::finding::{Category, PackId, Rule};
use muster_core::policy::{Ground, PolicyRef, Selection, read, select};
use serde_json::Value;

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
    let policies = read(&[PolicyRef::BuiltIn(word)], &Files(std::collections::BTreeMap::new()));
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
    let packs: BTreeSet<&str> = baseline.iter().filter_map(|id| id.split_once('/')).map(|(pack, _)| pack).collect();
    assert_eq!(packs, BTreeSet::from(["ec2", "fleet", "iam", "lambda", "rds", "s3"]), "something of every service");
}

#[test]
fn cis_is_exactly_what_implements_a_control_of_it() {
    assert_eq!(ids(&selected("cis")), all(|rule| rule.controls.iter().any(|control| control.starts_with("CIS "))));
}

#[test]
fn cost_is_exactly_what_is_about_money() {
    assert_eq!(ids(&selected("cost")), all(|rule| rule.category == Category::Cost));
}

#[test]
fn strict_is_everything() {
    assert_eq!(ids(&selected("strict")), all(|_| true));
}
