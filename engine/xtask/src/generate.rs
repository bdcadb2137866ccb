//! Everything that is made from code: reference pages, JSON Schema, completions, man pages, the views of the rules' SDK.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kinds;

/// Files by their path in the repository.
pub(crate) type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Folders that hold nothing but generated files.
const OWN: [&str; 4] = ["docs/completions", "docs/man", "docs/reference", kinds::VIEWS];
/// Generated files among others.
const SCHEMAS: [&str; 2] = ["docs/fleet.schema.json", "docs/policy.schema.json"];

/// Writes the files anew.
pub(crate) fn write(root: &Path) -> Result<(), String> {
    let made = make(root)?;
    for stale in committed(root)?.keys().filter(|path| !made.contains_key(*path)) {
        let path = root.join(stale);
        fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    put(root, &made)
}

/// Fails when a committed file is not what the code makes.
pub(crate) fn check(root: &Path) -> Result<(), String> {
    let made = make(root)?;
    let committed = committed(root)?;
    let names: BTreeSet<&PathBuf> = made.keys().chain(committed.keys()).collect();
    let differing: Vec<String> =
        names.into_iter().filter(|name| made.get(*name) != committed.get(*name)).map(|name| name.display().to_string()).collect();
    if differing.is_empty() {
        return Ok(());
    }
    Err(format!("not what the code makes: {}; run `cargo xtask generate` and commit", differing.join(", ")))
}

/// Writes files that are not yet so.
pub(crate) fn put(root: &Path, files: &Files) -> Result<(), String> {
    let mut written = 0;
    for (name, bytes) in files {
        let path = root.join(name);
        // What did not change keeps its time, so that nothing is compiled again for it.
        if fs::read(&path).is_ok_and(|before| before == *bytes) {
            continue;
        }
        let folder = path.parent().unwrap_or(root);
        fs::create_dir_all(folder).and_then(|()| fs::write(&path, bytes)).map_err(|error| format!("{}: {error}", path.display()))?;
        written += 1;
    }
    crate::say(&format!("{} files made, {written} of them new or changed", files.len()));
    Ok(())
}

fn make(root: &Path) -> Result<Files, String> {
    let mut files = docs(root)?;
    files.extend(kinds::make(root)?);
    Ok(files)
}

/// Asks a build without the live account, which is there within seconds and knows the same commands.
fn docs(root: &Path) -> Result<Files, String> {
    let folder = root.join("target").join(format!("generated-{}", std::process::id()));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--package", "muster", "--no-default-features", "--", "generate"])
        .arg(&folder)
        .current_dir(root)
        .status()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    if !status.success() {
        return Err("`muster generate` failed".to_owned());
    }
    let files = read_below(&folder, &folder)?;
    fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(files.into_iter().map(|(name, bytes)| (Path::new("docs").join(name), bytes)).collect())
}

fn committed(root: &Path) -> Result<Files, String> {
    let mut files = Files::new();
    for own in OWN {
        files.extend(read_below(root, &root.join(own))?);
    }
    for schema in SCHEMAS {
        if let Ok(bytes) = fs::read(root.join(schema)) {
            files.insert(schema.into(), bytes);
        }
    }
    Ok(files)
}

fn read_below(base: &Path, folder: &Path) -> Result<Files, String> {
    let mut files = Files::new();
    let Ok(entries) = fs::read_dir(folder) else { return Ok(files) };
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            files.extend(read_below(base, &path)?);
        } else {
            let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let name = path.strip_prefix(base).map_err(|error| error.to_string())?;
            files.insert(name.to_owned(), bytes);
        }
    }
    Ok(files)
}
