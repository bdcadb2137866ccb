//! What a pack says of itself, kept in a section of its component: read without running anything of it.

use std::ops::Range;

use muster_core::digest::canonical;
use muster_core::finding::{PackId, Rule, RuleError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use wasm_encoder::{CustomSection, Section};
use wasmparser::{Encoding, Parser, Payload};

use crate::host::Described;

/// Name of the custom section.
pub const SECTION: &str = "muster:manifest";
/// Format of what is in it. Raised when an older muster would read it wrongly.
const FORMAT: u32 = 1;
/// What a component begins with: four bytes of magic, four of version.
const HEADER_BYTES: usize = 8;

/// Name, version and language as the author gave them, and the rules as `describe` did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Manifest {
    /// Format of this section.
    format: u32,
    /// Name of the pack.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it is written in.
    pub language: String,
    /// Version of the interface it was made for.
    pub interface: String,
    /// Its rules by id: each what `describe` said, with the id among its members.
    pub rules: Vec<Map<String, Value>>,
}

/// Why a manifest could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// The bytes around it are no component.
    #[error("this is no WebAssembly component: {0}")]
    Broken(String),
    /// A core module, as compilers write it.
    #[error("this is a core module, not a component; `muster rule build` makes one of it")]
    CoreModule,
    /// The section is not ours.
    #[error("its section `{SECTION}` is no manifest: {0}")]
    Format(String),
    /// Written by a later muster.
    #[error("its section `{SECTION}` has format {0}, this muster reads {FORMAT}: upgrade muster")]
    Newer(u32),
    /// There are two, and the second could contradict the first.
    #[error("it has more than one section `{SECTION}`; build it again")]
    Twice,
    /// A description in it is not one.
    #[error(transparent)]
    Rule(#[from] RuleError),
}

impl Manifest {
    /// The manifest of a pack that described itself.
    ///
    /// # Errors
    /// When a description is no JSON object, which [`Host::describe`](crate::Host::describe) has seen to.
    pub fn new(id: &PackId, language: &str, described: &Described) -> Result<Self, ManifestError> {
        let rules = described.rules.iter().zip(&described.bodies).map(|(rule, body)| entry(&rule.id, body)).collect::<Result<_, _>>()?;
        Ok(Self {
            format: FORMAT,
            name: id.name.clone(),
            version: id.version.clone(),
            language: language.to_owned(),
            interface: crate::INTERFACE.to_owned(),
            rules,
        })
    }

    /// The manifest of a component; nothing if it has none. Runs and compiles nothing.
    ///
    /// # Errors
    /// When the bytes are no component, or the section is damaged, doubled or newer.
    pub fn of(component: &[u8]) -> Result<Option<Self>, ManifestError> {
        let mut found = None;
        for section in sections(component)? {
            if found.replace(Self::read(section)?).is_some() {
                return Err(ManifestError::Twice);
            }
        }
        Ok(found)
    }

    fn read(section: &[u8]) -> Result<Self, ManifestError> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let format = |error: serde_json::Error| ManifestError::Format(error.to_string());
        let head: Head = serde_json::from_slice(section).map_err(format)?;
        if head.format > FORMAT {
            return Err(ManifestError::Newer(head.format));
        }
        serde_json::from_slice(section).map_err(format)
    }

    /// Name and version.
    #[must_use]
    pub fn id(&self) -> PackId {
        PackId { name: self.name.clone(), version: self.version.clone() }
    }

    /// The rules, read as `describe` would have been.
    ///
    /// # Errors
    /// When one is not of schema `rule@1`.
    pub fn described(&self) -> Result<Described, ManifestError> {
        let mut described = Described { rules: Vec::new(), bodies: Vec::new() };
        for entry in &self.rules {
            let mut body = entry.clone();
            let id = body.shift_remove("id").and_then(|id| id.as_str().map(str::to_owned)).unwrap_or_default();
            let body = canonical(&body);
            described.rules.push(Rule::read(&id, &body)?);
            described.bodies.push(body);
        }
        Ok(described)
    }
}

fn entry(id: &str, body: &str) -> Result<Map<String, Value>, ManifestError> {
    let read = |why: serde_json::Error| RuleError::Body { id: id.to_owned(), why: why.to_string() };
    let body: Map<String, Value> = serde_json::from_str(body).map_err(read)?;
    let mut entry = Map::from_iter([("id".to_owned(), Value::from(id))]);
    entry.extend(body.into_iter().filter(|(member, _)| member != "id"));
    Ok(entry)
}

/// The component with this manifest, in place of one it may have had. Same component and manifest, same bytes.
///
/// # Errors
/// When the bytes are no component.
pub fn attach(component: &[u8], manifest: &Manifest) -> Result<Vec<u8>, ManifestError> {
    let mut out = without(component)?;
    CustomSection { name: SECTION.into(), data: canonical(manifest).into_bytes().into() }.append_to(&mut out);
    Ok(out)
}

/// What stands in sections of our name, at the component's own level.
fn sections(component: &[u8]) -> Result<Vec<&[u8]>, ManifestError> {
    Ok(own(component)?.into_iter().filter_map(|(_, manifest)| manifest).collect())
}

/// The component without sections of our name.
fn without(component: &[u8]) -> Result<Vec<u8>, ManifestError> {
    let parts = own(component)?;
    let first = parts.first().map_or(component.len(), |(range, _)| range.start);
    let mut out = component[..first].to_vec();
    parts.into_iter().filter(|(_, manifest)| manifest.is_none()).for_each(|(range, _)| out.extend_from_slice(&component[range]));
    Ok(out)
}

type Part<'a> = (Range<usize>, Option<&'a [u8]>);

/// The component's own sections, each with its id and length, and what is in it if its name is ours.
fn own(component: &[u8]) -> Result<Vec<Part<'_>>, ManifestError> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0_usize, HEADER_BYTES);
    for payload in Parser::new(0).parse_all(component) {
        let payload = payload.map_err(|error| ManifestError::Broken(error.to_string()))?;
        if let (0, Some((_, range))) = (depth, payload.as_section()) {
            let manifest =
                if let Payload::CustomSection(section) = &payload { (section.name() == SECTION).then(|| section.data()) } else { None };
            parts.push((from..range.end, manifest));
            from = range.end;
        }
        match payload {
            Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => return Err(ManifestError::CoreModule),
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BODY: &str = r#"{"title":"EBS volume is not encrypted","category":"security","severity":"high","needs":[{"kind":"ec2.volume"}]}"#;

    fn manifest() -> Manifest {
        let rules = vec![Rule::read("volumes", BODY).expect("a rule")];
        let described = Described { rules, bodies: vec![BODY.to_owned()] };
        Manifest::new(&PackId { name: "our".into(), version: "1.2.0".into() }, "c", &described).expect("a manifest")
    }

    fn component() -> Vec<u8> {
        super::super::componentize(include_bytes!("../../../../rules/wit/museum/1.0.0/c.wasm")).expect("a component")
    }

    #[test]
    fn what_was_attached_is_read_again_and_replaced_whole() {
        let bare = component();
        assert_eq!(Manifest::of(&bare), Ok(None));
        let one = attach(&bare, &manifest()).expect("attached");
        assert_eq!(Manifest::of(&one), Ok(Some(manifest())));
        let later = Manifest { version: "1.3.0".into(), ..manifest() };
        let two = attach(&one, &later).expect("attached");
        assert_eq!(Manifest::of(&two), Ok(Some(later)));
        assert_eq!(without(&two), Ok(bare));
        assert_eq!(attach(&two, &manifest()).expect("attached"), one, "same component and manifest, same bytes");
    }

    #[test]
    fn the_rules_are_what_describe_said() {
        let described = manifest().described().expect("rules");
        assert_eq!(described.rules, [Rule::read("volumes", BODY).expect("a rule")]);
        assert_eq!(serde_json::from_str::<Value>(&described.bodies[0]).expect("JSON"), serde_json::from_str::<Value>(BODY).expect("JSON"));
    }

    #[test]
    fn a_section_that_is_not_ours_is_refused() {
        let with = |data: Value| {
            let mut bytes = component();
            CustomSection { name: SECTION.into(), data: data.to_string().into_bytes().into() }.append_to(&mut bytes);
            bytes
        };
        let said = |bytes: &[u8]| Manifest::of(bytes).expect_err("refused").to_string();
        assert_eq!(said(&with(json!({"format": 2}))), "its section `muster:manifest` has format 2, this muster reads 1: upgrade muster");
        assert!(said(&with(json!([]))).starts_with("its section `muster:manifest` is no manifest: "));
        let once = attach(&component(), &manifest()).expect("attached");
        let twice = [&once[..], &once[component().len()..]].concat();
        assert_eq!(said(&twice), "it has more than one section `muster:manifest`; build it again");
        assert_eq!(said(b"\0asm\x01\0\0\0"), "this is a core module, not a component; `muster rule build` makes one of it");
        assert!(said(b"text").starts_with("this is no WebAssembly component: "));
    }
}
