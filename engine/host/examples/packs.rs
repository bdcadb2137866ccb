//! Makes built-in packs of what the compiler wrote; `cargo xtask packs` runs it:
//! `packs FOLDER [NAME VERSION CORE]…`.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use muster_core::finding::PackId;
use muster_host::author::{Manifest, attach, componentize};
use muster_host::{Host, Limits, written};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = env::args().skip(1).collect();
    let [folder, packs @ ..] = words.as_slice() else { return Err("usage: packs FOLDER [NAME VERSION CORE]…".into()) };
    let host = Host::new(Limits::default(), None)?;
    for pack in packs.chunks(3) {
        let [name, version, core] = pack else { return Err("each pack is NAME VERSION CORE".into()) };
        make(&host, Path::new(folder), PackId { name: name.clone(), version: version.clone() }, &fs::read(core)?)?;
    }
    Ok(())
}

/// Writes component and manifest of one pack.
fn make(host: &Host, folder: &Path, id: PackId, core: &[u8]) -> Result<(), Box<dyn Error>> {
    let component = componentize(core)?;
    let described = host.describe(&host.load(id.clone(), &component)?)?;
    let manifest = Manifest::new(&id, "rust", &described)?;
    let component = attach(&component, &manifest)?;
    fs::write(folder.join(format!("{}.json", id.name)), written(&component, &manifest))?;
    fs::write(folder.join(format!("{}.wasm", id.name)), component)?;
    Ok(())
}
