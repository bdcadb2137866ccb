//! From bytes to a fleet or to everything that is wrong with them.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::decode::Decode as _;
use super::raw::RawFleet;
use super::resolve::Resolver;
use super::{Advisor, Fleet, secrets};
use crate::diag::{Diagnostic, Severity, Sources};
use crate::policy::Ground;
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
    /// Which policies and packs judge it, with what they are held against, also of a file that is refused for something else;
    /// nothing when not even its keys could be read.
    pub advisor: Option<(Advisor, Ground)>,
    file: Arc<str>,
}

impl Loaded {
    /// Adds what others found wrong with what the file names. A message that is there already counts as it is said now.
    pub fn add(&mut self, problems: Vec<Diagnostic>) {
        let again = |known: &Diagnostic| problems.iter().any(|one| one.message == known.message && one.span == known.span);
        self.diagnostics.retain(|known| !again(known));
        self.diagnostics.extend(problems);
        sort(&mut self.diagnostics, &self.file);
    }
}

/// Reads fleet.yaml. All errors of the file are found at once, unless its syntax is broken.
#[must_use]
pub fn load(file_name: &str, bytes: &[u8], files: &dyn FileSource, options: &LoadOptions) -> Loaded {
    let file: Arc<str> = file_name.into();
    let mut resolver = Resolver::new(file.clone(), files, options);
    let text = match text_of(&file, bytes) {
        Ok(text) => text,
        Err(problem) => return Loaded { fleet: None, diagnostics: vec![*problem], sources: Sources::default(), advisor: None, file },
    };
    resolver.sources.0.insert(file.clone(), text.into());
    let read = tree(&mut resolver, &file, text).and_then(|root| fleet(&mut resolver, &root));
    finish(resolver, read)
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

/// The fleet with what its policies are held against.
fn fleet(resolver: &mut Resolver<'_>, root: &Node) -> Option<(Fleet, Ground)> {
    let raw = RawFleet::decode(root, &mut resolver.cx)?;
    let fleet = Fleet { sections: sections(root), ..resolver.fleet(raw) };
    let ground = Ground::of(&fleet);
    let ground = if is_cloud_right(&resolver.cx.diagnostics, root) { ground } else { ground.without_places() };
    Some((fleet, ground))
}

/// Whether accounts and regions are what the file means. Without `cloud` any error may be a misspelt one.
fn is_cloud_right(problems: &[Diagnostic], root: &Node) -> bool {
    let keys: Vec<&Node> = root.entries().iter().map(|(key, _)| key).collect();
    let cloud = keys.iter().position(|key| key.key_text() == "cloud");
    let begin = cloud.map_or(0, |at| keys[at].span.start);
    let end = cloud.and_then(|at| keys.get(at + 1)).map_or(usize::MAX, |key| key.span.start);
    let within = |span: &Span| span.file == root.span.file && (begin..end).contains(&span.start);
    !problems.iter().any(|problem| problem.severity == Severity::Error && problem.span.as_ref().is_some_and(within))
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

fn finish(resolver: Resolver<'_>, read: Option<(Fleet, Ground)>) -> Loaded {
    let mut sources = resolver.sources;
    secrets::black_out(&mut sources, &resolver.cx.secrets);
    let mut diagnostics = resolver.cx.diagnostics;
    sort(&mut diagnostics, &resolver.file);
    let refused = diagnostics.iter().any(|problem| problem.severity == Severity::Error);
    let advisor = read.as_ref().map(|(fleet, ground)| (fleet.advisor.clone(), ground.clone()));
    let fleet = read.map(|(fleet, _)| fleet).filter(|_| !refused);
    Loaded { fleet, diagnostics, sources, advisor, file: resolver.file }
}

/// The file itself first, then the files it names; every message of a place once.
fn sort(diagnostics: &mut Vec<Diagnostic>, file: &Arc<str>) {
    let place = |problem: &Diagnostic| problem.span.as_ref().map(|span| (span.file.clone(), span.start, span.end));
    diagnostics.sort_by_key(|problem| (problem.span.as_ref().is_some_and(|span| span.file != *file), place(problem), problem.severity));
    // A default that is wrong is wrong once, however many entries it reaches.
    let mut seen = HashSet::new();
    diagnostics.retain(|problem| seen.insert((place(problem), problem.message.clone())));
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
