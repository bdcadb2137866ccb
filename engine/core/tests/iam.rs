//! The policies of the fleets that the repository shows: real files, read as the command line reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use muster_core::fleet::{FileSource, Fleet, LoadOptions, load};
use muster_core::iam::{DOCUMENT_MAX_CHARS, Policies, policies, text};
use serde_json::Value;

struct Folder(PathBuf);

impl FileSource for Folder {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        std::fs::read(self.0.join(relative)).map_err(|error| error.to_string())
    }
}

fn fleet(example: &str) -> Fleet {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(example);
    let bytes = std::fs::read(folder.join("fleet.yaml")).expect("an example");
    let options = LoadOptions { region: None, sandbox: false };
    let loaded = load("fleet.yaml", &bytes, &Folder(folder), &options);
    loaded.fleet.unwrap_or_else(|| panic!("{example} is not valid: {:?}", loaded.diagnostics))
}

fn of(example: &str) -> Policies {
    let accounts = BTreeMap::from([("default".to_owned(), "123456789012".to_owned())]);
    policies(&fleet(example), &accounts)
}

fn statements(documents: &[Value]) -> impl Iterator<Item = &Value> {
    documents.iter().flat_map(|document| document["Statement"].as_array().expect("statements"))
}

fn strings(documents: &[Value], member: &str) -> BTreeSet<String> {
    let lists = statements(documents).flat_map(|statement| statement[member].as_array().expect("a list"));
    lists.map(|item| item.as_str().expect("text").to_owned()).collect()
}

#[test]
fn a_class_gets_two_policies_and_every_arn_names_its_region_and_account() {
    let Policies { plan, apply, .. } = of("class-50");
    assert_eq!(plan.len(), 1);
    assert!(apply.len() <= 3, "{} documents; a role takes ten", apply.len());
    for arn in strings(&apply, "Resource").iter().filter(|arn| *arn != "*") {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        assert!(parts[3] == "ap-northeast-2" || parts[2] == "iam", "{arn}");
        assert!(parts[4] == "123456789012" || ["image/*", "snapshot/*"].contains(&parts[5]) || arn.contains(":parameter/aws/"), "{arn}");
    }
}

#[test]
fn a_class_selects_nothing_so_it_reaches_nothing_foreign() {
    let apply = of("class-50").apply;
    let changing = ["ec2:StopInstances", "ec2:StartInstances", "ec2:TerminateInstances", "rds:StopDBInstance", "rds:DeleteDBInstance"];
    for statement in statements(&apply) {
        let actions: BTreeSet<&str> = statement["Action"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        if changing.iter().any(|action| actions.contains(action)) {
            let owners = &statement["Condition"]["StringEquals"]["aws:ResourceTag/muster:fleet"];
            assert_eq!(owners, &serde_json::json!(["class-50"]), "{statement:#}");
        }
    }
}

#[test]
fn every_document_of_every_example_is_one_that_iam_accepts() {
    for example in ["class-50", "reference"] {
        let Policies { plan, apply, adopt, .. } = of(example);
        for document in plan.iter().chain(&apply).chain(&adopt) {
            let printed = text(document);
            let counted = printed.chars().filter(|c| !c.is_whitespace()).count();
            assert!(printed.is_ascii() && counted <= DOCUMENT_MAX_CHARS, "{example}: {counted} characters");
        }
    }
}

#[test]
fn the_reference_fleet_reaches_each_place_and_each_selection() {
    let Policies { plan, apply, .. } = of("reference");
    let resources = strings(&apply, "Resource");
    for (region, account) in [("ap-northeast-2", "123456789012"), ("us-east-1", "123456789012"), ("ap-northeast-2", "210987654321")] {
        assert!(resources.contains(&format!("arn:aws:ec2:{region}:{account}:instance/*")), "{region} {account}");
    }
    // It was another fleet once, and what that one owned carries its name.
    let owners = statements(&apply).find(|statement| statement["Sid"].as_str().is_some_and(|sid| sid.starts_with("OwnedInstances")));
    assert_eq!(owners.expect("a statement")["Condition"]["StringEquals"]["aws:ResourceTag/muster:fleet"].as_array().map(Vec::len), Some(2));
    let foreign =
        |key: &str| statements(&apply).any(|statement| statement["Condition"].to_string().contains(&format!("aws:ResourceTag/{key}\"")));
    for key in ["env", "owner", "keep", "app", "patch", "team"] {
        assert!(foreign(key), "nothing speaks of the tag {key}");
    }
    let changes =
        |action: &&String| !["Describe", "Get", "List"].iter().any(|verb| action.split(':').nth(1).unwrap_or_default().starts_with(verb));
    assert_eq!(strings(&plan, "Action").iter().find(changes), None);
}
