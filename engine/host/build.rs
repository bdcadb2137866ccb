//! Embeds what `muster rule new` writes: the examples under `examples/rules`, and the SDK for Rust under `rules/sdk`, so that a new pack
//! is a finished one and builds without a network.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// What is embedded, from the top of the repository.
const FOLDERS: [&str; 2] = ["examples/rules", "rules/sdk"];
/// Folders below that hold what a build left.
const LEFT: [&str; 4] = ["target", "node_modules", "build", ".zig-cache"];

fn main() -> io::Result<()> {
    let top = Path::new(&env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("../..");
    let mut files = Vec::new();
    for folder in FOLDERS {
        println!("cargo:rerun-if-changed={}", top.join(folder).display());
        walk(&top.join(folder), &mut files)?;
    }
    files.sort();
    let mut table = "/// Path from the top of the repository, and text.\nstatic EMBEDDED: &[(&str, &str)] = &[\n".to_owned();
    for file in &files {
        let name = file.strip_prefix(&top).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
        let _text = writeln!(table, "    ({name:?}, include_str!({:?})),", file.canonicalize()?);
    }
    table.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("embedded.rs"), table)
}

/// Texts in a folder and those below it.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !LEFT.contains(&name.as_str()) {
            walk(&path, files)?;
        } else if path.is_file() && !name.ends_with(".wasm") && name != "built.json" {
            files.push(path);
        }
    }
    Ok(())
}
