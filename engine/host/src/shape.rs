//! What a component says it is, read from its names and sizes before anything is compiled or linked.

use wasmparser::{BinaryReaderError, Encoding, Parser, Payload};

use crate::INTERFACE;
use crate::error::LoadError;
use crate::limits::Limits;
use crate::sniff;

/// The interface a pack must export, without its version.
const CHECK: &str = "muster:rule/check";
/// What a pack may import, without versions. `types` holds types only.
const GIVEN: [&str; 2] = ["muster:rule/log", "muster:rule/types"];

/// Refuses what is no pack of ours, is made for another interface, or is too large to compile.
pub(crate) fn inspect(pack: &str, bytes: &[u8], limits: &Limits) -> Result<(), LoadError> {
    let over = |found: u64, limit: &str| LoadError::Size { pack: pack.to_owned(), found, limit: limits.hit(limit) };
    if bytes.len() as u64 > limits.component_bytes {
        return Err(over(bytes.len() as u64, "component_bytes"));
    }
    let shape = Shape::read(bytes).map_err(|error| LoadError::Broken { pack: pack.to_owned(), why: sniff::what(bytes, error.offset()) })?;
    if shape.core {
        return Err(LoadError::CoreModule { pack: pack.to_owned() });
    }
    exported(pack, &shape.exports)?;
    shape.imports.iter().try_for_each(|import| imported(pack, import))?;
    if shape.functions > limits.functions {
        return Err(over(shape.functions, "functions"));
    }
    if shape.largest > limits.function_bytes {
        return Err(over(shape.largest, "function_bytes"));
    }
    Ok(())
}

/// Names and sizes of a component.
#[derive(Default)]
struct Shape {
    core: bool,
    imports: Vec<String>,
    exports: Vec<String>,
    functions: u64,
    /// Bytes of the largest function.
    largest: u64,
}

impl Shape {
    fn read(bytes: &[u8]) -> Result<Self, BinaryReaderError> {
        let (mut shape, mut depth) = (Self::default(), 0_usize);
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::Version { encoding, .. } if depth == 0 => shape.core = encoding == Encoding::Module,
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(section) if depth == 0 => {
                    for import in section {
                        shape.imports.push(import?.name.name.to_owned());
                    }
                }
                Payload::ComponentExportSection(section) if depth == 0 => {
                    for export in section {
                        shape.exports.push(export?.name.name.to_owned());
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    shape.functions += 1;
                    shape.largest = shape.largest.max(body.range().len() as u64);
                }
                _ => {}
            }
        }
        Ok(shape)
    }
}

/// Which version of the interface it speaks: some export must be `muster:rule/check` of our major version.
/// Minor versions do not matter: they never change `check`.
fn exported(pack: &str, exports: &[String]) -> Result<(), LoadError> {
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
fn listed(exports: &[String]) -> String {
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
