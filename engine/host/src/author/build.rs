//! From a compiler's output to a pack: component, what it says of itself, digest.

use muster_core::digest::sha256_hex;
use muster_core::finding::PackId;

use super::componentize::{ComponentizeError, componentize};
use super::imports;
use super::manifest::{Manifest, ManifestError, attach};
use super::misfit::{Misfit, misfits};
use crate::error::{DescribeError, LoadError};
use crate::host::{Described, Host};
use crate::sniff;

/// A pack that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Built {
    /// The component with its manifest.
    pub bytes: Vec<u8>,
    /// `sha256:` and the digest of `bytes`.
    pub digest: String,
    /// What it says of itself.
    pub manifest: Manifest,
}

/// Why no pack was made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// No component can be made of what the compiler wrote.
    #[error(transparent)]
    Componentize(#[from] ComponentizeError),
    /// The component does not load.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// It does not say what its rules are.
    #[error(transparent)]
    Describe(#[from] DescribeError),
    /// It says something else when it is asked again.
    #[error("pack {0} describes its rules differently each time; a description depends on nothing")]
    Fickle(String),
    /// Its rules ask for what there is not.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Misfits(Vec<Misfit>),
    /// The manifest could not be written.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

/// Makes a pack of what a compiler wrote, a core module or a component: wraps it, loads it, asks it twice what its rules are, and
/// writes the answer into it.
///
/// # Errors
/// When it cannot be wrapped, imports what rules are not given, does not load, does not describe itself, or has rules that ask for
/// what this muster does not know.
pub fn build(host: &Host, id: &PackId, language: &str, wasm: &[u8]) -> Result<Built, BuildError> {
    let component = componentize(wasm)?;
    let described = describe(host, id, &component)?;
    if describe(host, id, &component)?.bodies != described.bodies {
        return Err(BuildError::Fickle(id.to_string()));
    }
    let misfits = misfits(&described.rules);
    if !misfits.is_empty() {
        return Err(BuildError::Misfits(misfits));
    }
    let manifest = Manifest::new(id, language, &described)?;
    let bytes = attach(&component, &manifest)?;
    Ok(Built { digest: format!("sha256:{}", sha256_hex(&bytes)), bytes, manifest })
}

fn describe(host: &Host, id: &PackId, component: &[u8]) -> Result<Described, BuildError> {
    Ok(host.describe(&host.load(id.clone(), component)?)?)
}

/// Names of what a module or component imports, the world's own included.
///
/// # Errors
/// When the bytes are no WebAssembly.
pub fn imported(wasm: &[u8]) -> Result<Vec<String>, ComponentizeError> {
    imports::imported(wasm).map_err(|error| ComponentizeError::Broken(sniff::what(wasm, error.offset())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    const MUSEUM: &[u8] = include_bytes!("../../../../rules/wit/museum/1.0.0/c.wasm");

    #[test]
    fn a_pack_carries_what_it_says_of_itself() {
        let host = Host::new(Limits::default(), None).expect("a host");
        let id = PackId { name: "museum".into(), version: "1.0.0".into() };
        let built = build(&host, &id, "c", MUSEUM).expect("a pack");
        assert_eq!(Manifest::of(&built.bytes), Ok(Some(built.manifest.clone())));
        let described = host.describe(&host.load(id.clone(), &built.bytes).expect("it loads")).expect("it describes itself");
        assert_eq!(built.manifest.described().expect("rules").rules, described.rules, "the section says what describe says");
        let again = build(&host, &id, "c", &built.bytes).expect("a pack");
        assert_eq!(again, built, "a pack made of a pack is the same pack");
        assert!(imported(&built.bytes).expect("names").iter().all(|name| name.starts_with("muster:rule/")));
    }
}
