//! What policies may say: broken ones are answered word for word, order does not matter where it must not, and the
//! built-in ones name rules that are there. And what becomes of them: advice.
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod advise;
mod builtin;
mod ground;
mod laws;
mod world;

use std::fs;
use std::path::{Path, PathBuf};

use muster_core::diag::render;
use muster_core::fleet::{LoadOptions, load};
use muster_core::policy::{LintCode, Policies, PolicyRef, lint, read, schema, select};

use world::{Folder, catalogue, ground, now};

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policy/cases")
}

/// Problems of a policy, then what is found by looking through it.
fn says(policies: &Policies) -> String {
    let (catalogue, ground) = (catalogue(), ground());
    let selection = select(policies, &catalogue, &ground);
    let mut said = render(&selection.diagnostics, &policies.sources, false, 120);
    if selection.is_clean() {
        let found: Vec<_> = lint(policies, &catalogue, &ground, &selection, now()).iter().map(|lint| lint.diagnostic()).collect();
        said += &render(&found, &policies.sources, false, 120);
    }
    if said.is_empty() { "fine\n".to_owned() } else { said }
}

/// Every YAML file of a folder against what is printed about it; `UPDATE=1` writes the latter.
fn golden(folder: &Path, least: usize, says: impl Fn(&Path, &str) -> String) {
    let mut all: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    all.sort();
    assert!(all.len() >= least, "{} cases", all.len());
    let mut wrong = Vec::new();
    for case in all {
        let says = says(&case, &fs::read_to_string(&case).unwrap());
        let golden = case.with_extension("txt");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&golden, &says).unwrap();
        }
        if fs::read_to_string(&golden).unwrap_or_default() != says {
            wrong.push(format!("{}:\n{says}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A line `# with: FILE` lists policies before the case itself.
#[test]
fn broken_policies_are_answered_word_for_word() {
    golden(&cases(), 20, |case, text| {
        let before = text.lines().filter_map(|line| line.strip_prefix("# with: ")).map(|word| PolicyRef::of(word).unwrap());
        let named: Vec<PolicyRef> = before.chain([PolicyRef::File(case.file_name().unwrap().to_str().unwrap().to_owned())]).collect();
        says(&read(&named, &Folder(cases())))
    });
}

/// A policy that is wrong refuses the fleet, one that is not there only advice.
#[test]
fn a_fleet_says_what_is_wrong_with_its_policies() {
    let folder = cases().join("fleet");
    golden(&folder, 3, |_, text| {
        let loaded = load("fleet.yaml", text.as_bytes(), &Folder(folder.clone()), &LoadOptions::default());
        let advisor = loaded.fleet.map(|fleet| fleet.advisor);
        let stands = advisor.map(|advisor| format!("advice can be given: {}; packs: {}\n", advisor.read.is_clean(), advisor.packs.len()));
        render(&loaded.diagnostics, &loaded.sources, false, 120) + &stands.unwrap_or_else(|| "no fleet\n".to_owned())
    });
}

#[test]
fn the_schema_of_policy_files_is_committed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/policy.schema.json");
    let made = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &made).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap(), made, "`cargo xtask generate` writes docs/policy.schema.json");
}

#[test]
fn the_page_about_policies_names_every_finding() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules/policies.md")).unwrap();
    for code in LintCode::ALL {
        let row = format!("| `{}` | {} |", code.as_str(), code.what());
        assert!(page.contains(&row), "docs/rules/policies.md has no line {row}");
    }
}
