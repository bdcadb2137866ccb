//! From bytes to a fleet or to everything that is wrong with them.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::Fleet;
use super::decode::Decode as _;
use super::raw::RawFleet;
use super::resolve::Resolver;
use super::secrets;
use crate::diag::{Diagnostic, Severity, Sources};
use crate::span::Span;
use crate::yaml::{self, Node};

/// Files beside fleet.yaml, by a path relative to its folder.
pub trait FileSource {
    /// Reads one.
    ///
    /// # Errors
    /// With the reason in words. The implementation guards that nothing outside of the folder is read.
    fn read(&self, relative: &str) -> Result<Vec<u8>, String>;
}

/// What loading takes from outside of the file.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// Region of the environment.
    pub region: Option<String>,
    /// The embedded account is used whatever the file says.
    pub sandbox: bool,
}

/// What loading gives.
#[derive(Debug)]
pub struct Loaded {
    /// The fleet; nothing when there is one error or more.
    pub fleet: Option<Fleet>,
    /// Errors and warnings, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts they point into, secrets blacked out.
    pub sources: Sources,
}

/// Reads fleet.yaml. All errors of the file are found at once, unless its syntax is broken.
#[must_use]
pub fn load(file_name: &str, bytes: &[u8], files: &dyn FileSource, options: &LoadOptions) -> Loaded {
    let file: Arc<str> = file_name.into();
    let mut resolver = Resolver::new(file.clone(), files, options);
    let text = match text_of(&file, bytes) {
        Ok(text) => text,
        Err(problem) => return Loaded { fleet: None, diagnostics: vec![*problem], sources: Sources::default() },
    };
    resolver.sources.0.insert(file.clone(), text.into());
    let fleet = tree(&mut resolver, &file, text).and_then(|root| fleet(&mut resolver, &root));
    finish(resolver, fleet)
}

fn text_of<'a>(file: &Arc<str>, bytes: &'a [u8]) -> Result<&'a str, Box<Diagnostic>> {
    if bytes.len() > yaml::MAX_BYTES {
        let problem =
            Diagnostic::error(format!("{file} has {} bytes; at most {} are read", bytes.len(), yaml::MAX_BYTES), Span::start_of(file));
        return Err(Box::new(problem.help("a fleet of thousands of users fits; put users into a roster (`users: {from: students.csv}`)")));
    }
    yaml::decode_utf8(file, bytes)
}

fn tree(resolver: &mut Resolver<'_>, file: &Arc<str>, text: &str) -> Option<Node> {
    let (root, problems) = yaml::parse(file, text);
    let broken = root.is_none() && !problems.is_empty();
    problems.into_iter().for_each(|problem| resolver.cx.push(problem));
    let root = root.filter(|root| !root.is_null());
    if root.is_none() && !broken {
        let problem = Diagnostic::error(format!("{file} is empty"), Span::start_of(file));
        resolver.cx.push(problem.help("an empty file is no wish to remove everything; `muster init` writes one to begin with"));
    }
    root
}

fn fleet(resolver: &mut Resolver<'_>, root: &Node) -> Option<Fleet> {
    let raw = RawFleet::decode(root, &mut resolver.cx)?;
    let fleet = Fleet { sections: sections(root), ..resolver.fleet(raw) };
    resolver.cx.is_clean().then_some(fleet)
}

/// Where the keys at the top stand, and those below that are spoken of on their own.
fn sections(root: &Node) -> BTreeMap<String, Span> {
    let mut sections = BTreeMap::new();
    for (key, value) in root.entries() {
        sections.insert(key.key_text().to_owned(), key.span.clone());
        for (inner, _) in value.entries().iter().filter(|(inner, _)| (key.key_text(), inner.key_text()) == ("advisor", "packs")) {
            sections.insert("advisor.packs".to_owned(), inner.span.clone());
        }
    }
    sections
}

fn finish(resolver: Resolver<'_>, fleet: Option<Fleet>) -> Loaded {
    let mut sources = resolver.sources;
    secrets::black_out(&mut sources, &resolver.cx.secrets);
    let mut diagnostics = resolver.cx.diagnostics;
    let place = |problem: &Diagnostic| problem.span.as_ref().map(|span| (span.file.clone(), span.start, span.end));
    // The file itself first, then the files it names.
    diagnostics
        .sort_by_key(|problem| (problem.span.as_ref().is_some_and(|span| span.file != resolver.file), place(problem), problem.severity));
    // A default that is wrong is wrong once, however many entries it reaches.
    let mut seen = HashSet::new();
    diagnostics.retain(|problem| seen.insert((place(problem), problem.message.clone())));
    let refused = diagnostics.iter().any(|problem| problem.severity == Severity::Error);
    Loaded { fleet: fleet.filter(|_| !refused), diagnostics, sources }
}

/// The JSON Schema of fleet.yaml, made from the same lists of keys as its reader.
#[must_use]
pub fn schema() -> serde_json::Value {
    let mut generator = schemars::SchemaGenerator::default();
    let mut schema: serde_json::Value = generator.root_schema_for::<RawFleet>().into();
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), "muster fleet".into());
    }
    schema
}
