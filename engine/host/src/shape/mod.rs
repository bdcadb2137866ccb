//! What a component says it is, read from its names and sizes before anything is compiled or linked.
//!
//! Sizes are of what wasmtime makes of the bytes: in them a component of 6 KB may stand for more than a machine holds.

mod expand;
mod flow;
mod module;
mod outline;

use crate::INTERFACE;
use crate::error::LoadError;
use crate::limits::Limits;
use crate::sniff;

use module::Module;
use outline::{Component, Outline, Unread};

/// The interface a pack must export, without its version.
const CHECK: &str = "muster:rule/check";
/// What a pack may import, without versions. `types` holds types only.
const GIVEN: [&str; 2] = ["muster:rule/log", "muster:rule/types"];
/// Definitions up to which they are counted on, so that a refusal can say how many there are.
const COUNTED: u64 = 1 << 20;

/// Refuses what is no pack of ours, is made for another interface, or is too large to compile or to instantiate.
pub(crate) fn inspect(pack: &str, bytes: &[u8], limits: &Limits) -> Result<(), LoadError> {
    let over = |found: u64, limit: &str| LoadError::Size { pack: pack.to_owned(), found, limit: limits.hit(limit) };
    if bytes.len() as u64 > limits.component_bytes {
        return Err(over(bytes.len() as u64, "component_bytes"));
    }
    let outline = outline::read(bytes, limits.nesting).map_err(|unread| match unread {
        Unread::Broken(error) => broken(pack, bytes, &error),
        Unread::Odd(what) => LoadError::Odd { pack: pack.to_owned(), what },
        Unread::Deep(found) => over(found, "nesting"),
        Unread::Long(found) => over(found, "definitions"),
    })?;
    if outline.core {
        return Err(LoadError::CoreModule { pack: pack.to_owned() });
    }
    exported(pack, &outline.exports)?;
    outline.imports.iter().try_for_each(|import| imported(pack, import))?;
    match oversize(&outline, limits) {
        Some((found, limit)) => Err(over(found, limit)),
        None => Ok(()),
    }
}

/// Refuses code that would take a compiler unduly long, whatever its length.
pub(crate) fn weigh(pack: &str, bytes: &[u8], limits: &Limits) -> Result<(), LoadError> {
    let found = flow::points(bytes).map_err(|error| broken(pack, bytes, &error))?;
    if found > limits.control_flow {
        return Err(LoadError::Size { pack: pack.to_owned(), found, limit: limits.hit("control_flow") });
    }
    Ok(())
}

fn broken(pack: &str, bytes: &[u8], error: &wasmparser::BinaryReaderError) -> LoadError {
    LoadError::Broken { pack: pack.to_owned(), why: sniff::what(bytes, error.offset()) }
}

/// The first size over its limit.
fn oversize(outline: &Outline<'_>, limits: &Limits) -> Option<(u64, &'static str)> {
    let over = |found: u64, most: u64, limit| (found > most).then_some((found, limit));
    let root = &outline.root;
    // Instances come before what is as often as they are.
    over(expand::instances(root), limits.instances, "instances").or_else(|| {
        let totals = expand::totals(root, outline.read, limits.definitions.max(COUNTED));
        over(totals.definitions, limits.definitions, "definitions")
            .or_else(|| over(sum(root, &|module| module.functions), limits.functions, "functions"))
            .or_else(|| over(largest(root), limits.function_bytes, "function_bytes"))
            .or_else(|| over(sum(root, &|module| module.declarations), limits.declarations, "declarations"))
            .or_else(|| over(sum(root, &|module| module.image_bytes), limits.image_bytes, "image_bytes"))
            .or_else(|| over(totals.instance_bytes, limits.instance_bytes, "instance_bytes"))
    })
}

/// Over all modules, each once: so often it is compiled.
fn sum(component: &Component<'_>, of: &dyn Fn(&Module) -> u64) -> u64 {
    let own = component.modules.iter().map(of).fold(0, u64::saturating_add);
    component.components.iter().map(|inner| sum(inner, of)).fold(own, u64::saturating_add)
}

fn largest(component: &Component<'_>) -> u64 {
    let own = component.modules.iter().map(|module| module.largest).max();
    component.components.iter().map(largest).max().max(own).unwrap_or(0)
}

/// Which version of the interface it speaks: some export must be `muster:rule/check` of our major version.
/// Minor versions do not matter: they never change `check`.
fn exported(pack: &str, exports: &[&str]) -> Result<(), LoadError> {
    let versions: Vec<&str> = exports.iter().filter_map(|name| version_of(name, CHECK)).collect();
    if versions.iter().any(|version| major(version) == major(INTERFACE)) {
        return Ok(());
    }
    match versions.first() {
        None => Err(LoadError::NotAPack { pack: pack.to_owned(), exports: listed(exports) }),
        Some(theirs) => Err(other(pack, theirs)),
    }
}

/// What a component exports instead, for a message.
fn listed(exports: &[&str]) -> String {
    /// More than this is a wall nobody reads.
    const SHOWN: usize = 3;
    let names: Vec<String> = exports.iter().take(SHOWN).map(|name| format!("`{}`", crate::text::clean(name, 200))).collect();
    match exports.len() {
        0 => "nothing".to_owned(),
        all if all > SHOWN => format!("{} and {} more", names.join(", "), all - SHOWN),
        _ => names.join(", "),
    }
}

fn other(pack: &str, theirs: &str) -> LoadError {
    let (pack, theirs) = (pack.to_owned(), theirs.to_owned());
    if major(&theirs) < major(INTERFACE) {
        LoadError::UpgradePack { pack, theirs, ours: INTERFACE }
    } else {
        LoadError::UpgradeMuster { pack, theirs, ours: INTERFACE }
    }
}

fn imported(pack: &str, import: &str) -> Result<(), LoadError> {
    for given in GIVEN {
        match version_of(import, given) {
            Some(version) if major(version) == major(INTERFACE) => return Ok(()),
            Some(version) => return Err(other(pack, version)),
            None => {}
        }
    }
    Err(LoadError::Import { pack: pack.to_owned(), import: crate::text::clean(import, 200), hint: hint(import) })
}

/// What usually brings an import in.
fn hint(import: &str) -> &'static str {
    if import.starts_with("wasi:clocks") {
        "the time is the argument `now`; build the pack with `muster rule build`, which answers such calls with constants"
    } else if import.starts_with("wasi:") {
        "it comes from the compiler's standard library; build the pack with `muster rule build`, which takes it out"
    } else if import.starts_with("muster:rule/") {
        "a later muster may: upgrade muster"
    } else {
        "remove it, or build the pack with `muster rule build`, which says where it comes from"
    }
}

/// `1.2.3` of `NAME@1.2.3`.
fn version_of<'a>(full: &'a str, name: &str) -> Option<&'a str> {
    full.strip_prefix(name)?.strip_prefix('@')
}

/// The number that must agree. What is no number is newer than anything: it is not ours to read.
fn major(version: &str) -> u64 {
    version.split('.').next().and_then(|number| number.parse().ok()).unwrap_or(u64::MAX)
}
