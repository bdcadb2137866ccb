//! What fleet.yaml may say: the files of this repository load, broken ones are answered word for word.
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

use std::fs;
use std::path::{Path, PathBuf};

use muster_core::diag::{Severity, render};
use muster_core::fleet::{FileSource, Fleet, LoadOptions, Loaded, load, scaffold};

struct Folder(PathBuf);

impl FileSource for Folder {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        fs::read(self.0.join(relative)).map_err(|_| "there is no such file".to_owned())
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn in_folder(folder: &Path, text: &[u8]) -> Loaded {
    load("fleet.yaml", text, &Folder(folder.to_owned()), &LoadOptions::default())
}

fn rendered(loaded: &Loaded) -> String {
    render(&loaded.diagnostics, &loaded.sources, false, 120)
}

fn good(folder: &Path, text: &str) -> Fleet {
    let loaded = in_folder(folder, text.as_bytes());
    assert!(loaded.diagnostics.is_empty(), "{}", rendered(&loaded));
    loaded.fleet.unwrap()
}

#[test]
fn the_sample_of_the_repository_loads() {
    let text = fs::read_to_string(repository().join("fleet.yaml")).unwrap();
    let fleet = good(&repository(), &text);
    assert_eq!((fleet.users.len(), fleet.databases.len(), fleet.schedules.len()), (3, 1, 3));
}

#[test]
fn the_scaffold_loads_without_a_warning() {
    assert!(scaffold().starts_with("# yaml-language-server: $schema="));
    assert_eq!(good(Path::new("."), scaffold()).users.len(), 2);
}

/// Every key there is, with the files it names.
#[test]
fn the_reference_loads_without_an_error() {
    let folder = repository().join("examples/reference");
    let loaded = in_folder(&folder, &fs::read(folder.join("fleet.yaml")).unwrap());
    assert!(loaded.diagnostics.iter().all(|one| one.severity != Severity::Error), "{}", rendered(&loaded));
    let fleet = loaded.fleet.unwrap();
    assert_eq!(fleet.users.len(), 7, "four in the file, three in the roster");
    assert_eq!(fleet.users["박민수"].instance_type.value, "t3.medium");
    assert!(fleet.users["alice"].protect && fleet.users["guest"].schedule.is_none());
}

/// A file per case and what is printed about it; `UPDATE=1` writes the latter.
#[test]
fn broken_files_are_answered_word_for_word() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fleet/cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    cases.sort();
    assert!(cases.len() >= 40, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in cases {
        let loaded = in_folder(&folder.join("files"), &fs::read(&case).unwrap());
        let says = if loaded.diagnostics.is_empty() { "fine\n".to_owned() } else { rendered(&loaded) };
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
