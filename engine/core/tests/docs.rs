//! What the written pages say can be checked: their links lead somewhere, and the README's fleet is one.

use std::fs;
use std::path::{Path, PathBuf};

use muster_core::diag::Severity;
use muster_core::fleet::{FileSource, LoadOptions, load};
use muster_core::schedule::lint::Code;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn pages() -> Vec<PathBuf> {
    let folders = ["docs", "docs/decisions", "docs/schedules", "docs/semantics"].map(|folder| root().join(folder));
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()));
    let pages: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
    assert!(pages.len() > 20, "the pages were not found");
    pages.into_iter().chain(["README.md", "CHANGELOG.md"].map(|page| root().join(page))).collect()
}

/// Targets of `[text](target)`.
fn links(text: &str) -> Vec<&str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect()
}

/// Pages made from code are checked by `cargo xtask generate --check`.
fn is_elsewhere(link: &str) -> bool {
    link.starts_with("http") || link.starts_with('#') || link.contains("reference/") && !link.contains("examples/")
}

#[test]
fn every_link_leads_somewhere() {
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page");
        for link in links(&text).into_iter().filter(|link| !is_elsewhere(link)) {
            let target = page.parent().expect("a folder").join(link.split('#').next().unwrap_or(link));
            assert!(target.exists(), "{} links to {link}, which is not there", page.display());
        }
    }
}

#[test]
fn every_decision_stands_in_the_list_and_numbers_are_used_once() {
    let folder = root().join("docs/decisions");
    let list = fs::read_to_string(folder.join("README.md")).expect("the list");
    let mut names: Vec<String> =
        fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name != "README.md");
    names.sort();
    for (name, number) in names.iter().zip(1..) {
        assert!(name.starts_with(&format!("{number:04}-")), "{name} is not number {number:04}");
        assert!(list.contains(&format!("]({name})")), "{name} is not in the list");
    }
}

/// The findings of lint and the page about them list the same codes in the same order, with the same words.
#[test]
fn lint_codes_and_their_page_agree() {
    let page = fs::read_to_string(root().join("docs/schedules/lint.md")).expect("the page");
    let headings = page.lines().filter_map(|line| line.strip_prefix("### `")).filter_map(|rest| rest.strip_suffix('`'));
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(headings.collect::<Vec<_>>(), codes);
    for code in Code::ALL {
        let section =
            page.split(&format!("### `{}`\n", code.as_str())).nth(1).and_then(|rest| rest.split("\n### ").next()).expect("a section");
        let severity = if code.severity() == Severity::Error { "Error" } else { "Warning" };
        let says = format!("{severity}: {}.", code.what());
        assert!(section.starts_with(&says), "`{}` should begin with: {says}", code.as_str());
    }
}

struct OneKey;

impl FileSource for OneKey {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZm alice\n";
        (relative == "keys/alice.pub").then(|| key.into()).ok_or_else(|| format!("no {relative}"))
    }
}

#[test]
fn the_fleet_in_the_readme_is_one() {
    let readme = fs::read_to_string(root().join("README.md")).expect("the README");
    let yaml = readme.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a fleet");
    let loaded = load("README.md", yaml.as_bytes(), &OneKey, &LoadOptions { region: None, sandbox: false });
    assert_eq!(loaded.diagnostics, []);
    assert_eq!(loaded.fleet.expect("a fleet").users.len(), 2);
}

/// Every `yaml` block of the page about machines is a section of a fleet that loads without a word.
#[test]
fn examples_of_what_a_schedule_does_load() {
    let page = fs::read_to_string(root().join("docs/schedules/machines.md")).expect("the page");
    let blocks: Vec<&str> = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), page.matches("\n## ").count(), "one example for each heading");
    for block in blocks {
        let text = format!("fleet: docs\ncloud: {{provider: aws, regions: [ap-northeast-2]}}\n{block}");
        let options = LoadOptions { region: None, sandbox: false };
        let loaded = load("fleet.yaml", text.as_bytes(), &OneKey, &options);
        assert!(loaded.fleet.is_some() && loaded.diagnostics.is_empty(), "{block}{:#?}", loaded.diagnostics);
    }
}
