//! What a pack says of itself, kept in a section of its component: read without running anything of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use muster_core::digest::canonical;
use muster_core::finding::{PackId, Rule, RuleError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use wasm_encoder::{CustomSection, Section};
use wasmparser::{Encoding, Parser, Payload};

use super::recipe::{RecipeError, check_name};
use crate::host::Described;
use crate::limits::Limits;
use crate::sniff;
use crate::text::clean;

/// Name of the custom section.
pub const SECTION: &str = "muster:manifest";
/// Format of what is in it. Raised when an older muster would read it wrongly.
const FORMAT: u32 = 1;
/// Longest version of a pack, in characters.
pub(super) const VERSION_MAX_CHARS: usize = 40;
/// Longest section that is read: 256 rules of four KB each. Parsed JSON takes up to forty times its text.
const SECTION_MAX_BYTES: usize = 1024 * 1024;
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
    /// More than is read of it.
    #[error("its section `{SECTION}` has {0} bytes, at most {SECTION_MAX_BYTES} are read: fewer or shorter rules, or two packs")]
    Long(usize),
    /// A name no policy could write.
    #[error(transparent)]
    Name(#[from] RecipeError),
    /// A version no line could show.
    #[error("`{0}` is no version of a pack: 1 to {VERSION_MAX_CHARS} letters, digits, dots, pluses and hyphens are")]
    Version(String),
    /// More than the host takes of `describe`.
    #[error("its section `{SECTION}` has {0} rules, at most {most} are read", most = Limits::default().rules)]
    Rules(usize),
    /// More than the host takes of one rule.
    #[error("its section `{SECTION}` describes rule `{rule}` in {bytes} bytes, at most {most} are read", most = Limits::default().rule_bytes)]
    RuleBytes {
        /// Which.
        rule: String,
        /// How much it has, with its id.
        bytes: usize,
    },
    /// Two rules of one id.
    #[error("its section `{SECTION}` has two rules `{0}`")]
    RuleTwice(String),
    /// A description in it is not one.
    #[error(transparent)]
    Rule(#[from] RuleError),
}

impl Manifest {
    /// The manifest of a pack that described itself.
    ///
    /// # Errors
    /// When the name or version is none, or a description is no JSON object, which [`Host::describe`](crate::Host::describe) has seen to.
    pub fn new(id: &PackId, language: &str, described: &Described) -> Result<Self, ManifestError> {
        check_id(id)?;
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
        if section.len() > SECTION_MAX_BYTES {
            return Err(ManifestError::Long(section.len()));
        }
        let format = |error: serde_json::Error| ManifestError::Format(clean(&error.to_string(), 200));
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

    /// The rules, read as `describe` would have been and held against the same limits.
    ///
    /// # Errors
    /// When the name or version is none, there are too many rules, one is too long, stands twice, or is not of schema `rule@1`.
    pub fn described(&self) -> Result<Described, ManifestError> {
        check_id(&self.id())?;
        let (limits, mut ids) = (Limits::default(), BTreeSet::new());
        if self.rules.len() as u64 > limits.rules {
            return Err(ManifestError::Rules(self.rules.len()));
        }
        let mut described = Described { rules: Vec::new(), bodies: Vec::new() };
        for entry in &self.rules {
            let mut body = entry.clone();
            let id = body.shift_remove("id").and_then(|id| id.as_str().map(str::to_owned)).unwrap_or_default();
            let body = canonical(&body);
            let bytes = id.len() + body.len();
            if bytes as u64 > limits.rule_bytes {
                return Err(ManifestError::RuleBytes { rule: clean(&id, 80), bytes });
            }
            if !ids.insert(id.clone()) {
                return Err(ManifestError::RuleTwice(clean(&id, 80)));
            }
            described.rules.push(Rule::read(&id, &body)?);
            described.bodies.push(body);
        }
        Ok(described)
    }
}

/// Both are shown, written into files and compared: nothing else may stand in them.
fn check_id(id: &PackId) -> Result<(), ManifestError> {
    check_name(&id.name)?;
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-');
    let ok = (1..=VERSION_MAX_CHARS).contains(&id.version.len()) && id.version.chars().all(legal);
    if ok { Ok(()) } else { Err(ManifestError::Version(clean(&id.version, VERSION_MAX_CHARS))) }
}

/// The first rule of which the manifest says something else than the component itself, by id.
///
/// # Errors
/// When the manifest is not valid.
pub fn contradicted(manifest: &Manifest, asked: &Described) -> Result<Option<String>, ManifestError> {
    let by_id = |described: &Described| -> BTreeMap<String, Option<String>> {
        let one = |(rule, body): (&Rule, &String)| (rule.id.clone(), bare(body));
        described.rules.iter().zip(&described.bodies).map(one).collect()
    };
    let (said, asked) = (by_id(&manifest.described()?), by_id(asked));
    Ok(said.keys().chain(asked.keys()).find(|id| said.get(*id) != asked.get(*id)).cloned())
}

/// A description without a member `id`, which a manifest keeps beside it.
fn bare(body: &str) -> Option<String> {
    let mut body: Map<String, Value> = serde_json::from_str(body).ok()?;
    body.shift_remove("id");
    Some(canonical(&body))
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
/// When the bytes are no component, or the manifest is longer than is read.
pub fn attach(component: &[u8], manifest: &Manifest) -> Result<Vec<u8>, ManifestError> {
    let mut out = without(component)?;
    let section = canonical(manifest);
    if section.len() > SECTION_MAX_BYTES {
        return Err(ManifestError::Long(section.len()));
    }
    CustomSection { name: SECTION.into(), data: section.into_bytes().into() }.append_to(&mut out);
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
        let payload = payload.map_err(|error| ManifestError::Broken(sniff::what(component, error.offset())))?;
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
    fn what_the_host_would_refuse_of_describe_is_refused_of_a_manifest() {
        let said = |manifest: Manifest| manifest.described().expect_err("refused").to_string();
        let one = || manifest().rules[0].clone();
        let named = |name: &str, version: &str| said(Manifest { name: name.into(), version: version.into(), ..manifest() });
        assert_eq!(
            named("Our\u{1b}", "1"),
            "`Our\\u{1b}` is no name of a pack: 1 to 40 lower-case letters, digits and hyphens are, beginning with a letter"
        );
        assert_eq!(named("our", "1 2"), "`1 2` is no version of a pack: 1 to 40 letters, digits, dots, pluses and hyphens are");
        assert_eq!(said(Manifest { rules: vec![one(), one()], ..manifest() }), "its section `muster:manifest` has two rules `volumes`");
        assert_eq!(
            said(Manifest { rules: vec![one(); 257], ..manifest() }),
            "its section `muster:manifest` has 257 rules, at most 256 are read"
        );
        let mut long = one();
        long.insert("help".into(), "x".repeat(65_536).into());
        assert!(said(Manifest { rules: vec![long], ..manifest() }).ends_with("bytes, at most 65536 are read"));
    }

    #[test]
    fn a_manifest_that_says_something_else_than_the_component_is_caught() {
        let asked = |body: &str| Described { rules: vec![Rule::read("volumes", body).expect("a rule")], bodies: vec![body.to_owned()] };
        assert_eq!(contradicted(&manifest(), &asked(BODY)), Ok(None));
        assert_eq!(contradicted(&manifest(), &asked(&BODY.replace("high", "low"))), Ok(Some("volumes".to_owned())));
        assert_eq!(contradicted(&manifest(), &Described { rules: vec![], bodies: vec![] }), Ok(Some("volumes".to_owned())));
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
        let long = said(&with(json!({"format": 1, "rules": "x".repeat(SECTION_MAX_BYTES)})));
        assert!(long.contains("bytes, at most 1048576 are read"), "{long}");
        assert!(said(&with(json!([]))).starts_with("its section `muster:manifest` is no manifest: "));
        let once = attach(&component(), &manifest()).expect("attached");
        let twice = [&once[..], &once[component().len()..]].concat();
        assert_eq!(said(&twice), "it has more than one section `muster:manifest`; build it again");
        assert_eq!(said(b"\0asm\x01\0\0\0"), "this is a core module, not a component; `muster rule build` makes one of it");
        assert_eq!(said(b"text"), "this is no WebAssembly component: it is text");
        let cut = component();
        let cut = &cut[..cut.len() / 2];
        assert!(said(cut).contains("it begins as WebAssembly and is cut short or damaged at byte "), "{}", said(cut));
    }
}
