//! Everything in `docs/` that is made from code: reference pages, JSON Schema, completions, man pages.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Files by their path under `docs/`.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Folders under `docs/` that hold nothing but generated files.
const OWN: [&str; 3] = ["completions", "man", "reference"];

/// Writes the files anew.
pub(crate) fn write(root: &Path) -> Result<(), String> {
    let made = make(root)?;
    let docs = root.join("docs");
    for stale in committed(&docs)?.keys().filter(|path| !made.contains_key(*path)) {
        let path = docs.join(stale);
        fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    for (name, bytes) in &made {
        let path = docs.join(name);
        let folder = path.parent().unwrap_or(&docs);
        fs::create_dir_all(folder).and_then(|()| fs::write(&path, bytes)).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    crate::say(&format!("{} files written below docs/", made.len()));
    Ok(())
}

/// Fails when a committed file is not what the code makes.
pub(crate) fn check(root: &Path) -> Result<(), String> {
    let made = make(root)?;
    let committed = committed(&root.join("docs"))?;
    let names: std::collections::BTreeSet<&PathBuf> = made.keys().chain(committed.keys()).collect();
    let differing: Vec<String> =
        names.into_iter().filter(|name| made.get(*name) != committed.get(*name)).map(|name| format!("docs/{}", name.display())).collect();
    if differing.is_empty() {
        return Ok(());
    }
    Err(format!("not what the code makes: {}; run `cargo xtask generate` and commit", differing.join(", ")))
}

/// Asks a build without the live account, which is there within seconds and knows the same commands.
fn make(root: &Path) -> Result<Files, String> {
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
    Ok(files)
}

fn committed(docs: &Path) -> Result<Files, String> {
    let mut files = Files::new();
    for own in OWN {
        files.extend(read_below(docs, &docs.join(own))?);
    }
    let schema = docs.join("fleet.schema.json");
    if let Ok(bytes) = fs::read(&schema) {
        files.insert("fleet.schema.json".into(), bytes);
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
