//! What a reviewer should not have to look for.

use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// Longest source file, in lines.
const MAX_LINES: usize = 800;
/// Most packages in Cargo.lock.
const MAX_PACKAGES: usize = 440;

fn sources() -> Vec<PathBuf> {
    let mut all = Vec::new();
    // Not the museum under `rules/wit`: what is there stays as it was.
    ["engine", "rules/sdk", "rules/policy", "rules/packs"].iter().for_each(|folder| below(&crate::root().join(folder), &mut all));
    assert!(all.len() > 50, "the sources were not found");
    all
}

fn below(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder that can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            below(&path, all);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push(path);
        }
    }
}

#[test]
fn files_are_short() {
    // Views of kinds are generated, one file for each service.
    for path in sources().iter().filter(|path| !path.to_string_lossy().contains("sdk/src/kinds/")) {
        let lines = fs::read_to_string(path).expect("a source file").lines().count();
        assert!(lines <= MAX_LINES, "{} has {lines} lines; at most {MAX_LINES}", path.display());
    }
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file does not find itself.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("todo", "!("), concat!("unimplemented", "!(")];
    for path in sources() {
        let text = fs::read_to_string(&path).expect("a source file");
        for (at, line) in text.lines().enumerate() {
            let found = marks.iter().find(|mark| line.contains(*mark));
            assert_eq!(found, None, "{}:{}: finish it or write an issue", path.display(), at + 1);
        }
    }
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(crate::root().join("Cargo.toml"))
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .expect("cargo metadata")
}

fn dependencies(package: &Package) -> Vec<&str> {
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == DependencyKind::Normal)
        .map(|dependency| dependency.name.as_str())
        .collect()
}

#[test]
fn the_aws_sdk_stands_below_one_crate() {
    let metadata = metadata();
    for package in metadata.workspace_packages().iter().filter(|package| package.name.as_str() != "muster-aws") {
        let found = dependencies(package).into_iter().find(|name| name.starts_with("aws-"));
        assert_eq!(found, None, "{} would cost everybody minutes to build; only engine/aws knows the SDK", package.name);
    }
}

#[test]
fn the_core_has_no_runtime_and_no_edge_goes_sideways() {
    let metadata = metadata();
    let allowed = |package: &str| -> &[&str] {
        match package {
            "muster" => &["muster-core", "muster-sandbox", "muster-aws", "muster-host"],
            "muster-aws" | "muster-sandbox" | "muster-host" | "xtask" => &["muster-core"],
            _ => &[],
        }
    };
    for package in metadata.workspace_packages() {
        let ours = dependencies(package).into_iter().filter(|name| name.starts_with("muster"));
        for edge in ours {
            assert!(allowed(package.name.as_str()).contains(&edge), "{} may not know {edge}", package.name);
        }
    }
    let core = metadata.workspace_packages().into_iter().find(|package| package.name.as_str() == "muster-core").expect("the core").clone();
    let runtime = dependencies(&core).into_iter().find(|name| ["tokio", "reqwest", "hyper", "wasmtime"].contains(name));
    assert_eq!(runtime, None, "the core reads no network and runs on any executor");
}

#[test]
fn the_binary_does_not_pay_for_rules_it_does_not_run() {
    let metadata = metadata();
    for package in metadata.workspace_packages().iter().filter(|package| package.name.as_str() != "muster-host") {
        let found = dependencies(package).into_iter().find(|name| name.starts_with("wasm") || name.starts_with("cranelift"));
        assert_eq!(found, None, "{} would compile a compiler; only engine/host knows wasmtime", package.name);
    }
}

#[test]
fn unsafe_stands_in_two_audited_files() {
    // Put together here, so that this file does not find itself.
    let word = concat!("unsafe", " {");
    let found: Vec<PathBuf> =
        sources().into_iter().filter(|path| fs::read_to_string(path).expect("a source file").contains(word)).collect();
    // Loads compiled code that the host sealed; crosses from a guest into the host.
    let audited = ["engine/host/src/cache/trusted.rs", "rules/sdk/src/abi.rs"].map(|path| crate::root().join(path));
    assert_eq!(found, audited);
}

#[test]
fn guests_need_nothing_from_a_registry() {
    let lock = fs::read_to_string(crate::root().join("rules/Cargo.lock")).expect("rules/Cargo.lock");
    assert!(!lock.contains("source = "), "a rule is judged by bytes that anybody can make again: no crates there");
}

#[test]
fn the_lock_file_stays_small() {
    let text = fs::read_to_string(crate::root().join("Cargo.lock")).expect("Cargo.lock");
    let packages = text.lines().filter(|line| *line == "[[package]]").count();
    assert!(packages <= MAX_PACKAGES, "{packages} packages; at most {MAX_PACKAGES}");
    assert!(!text.contains("name = \"hyper\"\nversion = \"0."), "hyper 0.14 came back: a feature of the SDK asks for it");
}
