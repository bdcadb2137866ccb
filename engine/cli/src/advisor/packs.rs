//! The packs of a fleet: those in the binary, and those that fleet.yaml names and fleet.lock pins.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use muster_core::diag::Diagnostic;
use muster_core::digest::sha256_hex;
use muster_core::finding::{PackId, Rule};
use muster_core::fleet::Advisor;
use muster_core::lock::{Lock, LockedPack};
use muster_core::span::{At, Span};
use muster_host::author::{Manifest, pin};
use muster_host::{Limits, LoadError};

use crate::app::App;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::{Folder, reason};
use crate::project::{LOCK_FILE, Project};
use crate::render::diagnostics;

/// A pack and its rules. Nothing of it has been compiled yet.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// Name and version.
    pub(crate) id: PackId,
    /// Its rules, by id.
    pub(crate) rules: Vec<Rule>,
    /// The component.
    pub(crate) bytes: Cow<'static, [u8]>,
    /// Memory of its calls, when fleet.lock gives it more than every pack has.
    pub(crate) memory: Option<u64>,
    /// Where fleet.yaml names it; nothing for a built-in one.
    pub(crate) at: Option<Span>,
}

/// The packs of a fleet, as far as their files tell.
pub(crate) struct Listed {
    /// The built-in ones, then those of the fleet file. One with a problem is among them when it says what its rules are, so
    /// that policies can be held against those; it is not to be run.
    pub(crate) packs: Vec<Known>,
    /// What is wrong with those of the fleet file, each at its line.
    pub(crate) problems: Vec<Diagnostic>,
    /// Those that do not say what their rules are, by the names that fleet.lock has for them.
    pub(crate) unread: Vec<Option<String>>,
}

/// Every pack of the fleet. What is wrong with one is shown at its line, and ends the command with 65.
pub(crate) fn known(app: &App, project: &Project) -> Result<Vec<Known>, CommandError> {
    let listed = listed(&project.folder, &project.fleet.advisor, Some(&project.lock))?;
    if listed.problems.is_empty() {
        return Ok(listed.packs);
    }
    Err(refused(app, project, &listed.problems))
}

/// Looks at every pack that a fleet file names. Nothing is run or compiled. Without a lock (it cannot be read) none is held
/// against it.
pub(crate) fn listed(folder: &Path, advisor: &Advisor, lock: Option<&Lock>) -> Result<Listed, CommandError> {
    let (folder, mut all) = (Folder::new(folder), Listed { packs: built_in()?, problems: Vec::new(), unread: Vec::new() });
    for path in &advisor.packs {
        let pin = lock.map(|lock| lock.packs.get(path_of(path)));
        let (pack, problem) = external(&folder, path, pin);
        all.problems.extend(problem);
        match pack {
            Some(pack) if all.packs.iter().any(|other| other.id.name == pack.id.name) => all.problems.push(taken(path, &pack)),
            Some(pack) => all.packs.push(pack),
            None => all.unread.push(pin.flatten().map(|locked| locked.name.clone())),
        }
    }
    Ok(all)
}

/// Shows what is wrong with packs; the error that ends the command with 65.
pub(super) fn refused(app: &App, project: &Project, problems: &[Diagnostic]) -> CommandError {
    app.terminal.block(&diagnostics::text(problems, &project.sources, &app.terminal.err_style));
    CommandError::invalid(format!("the rule packs are not valid: {}", diagnostics::tally(problems)))
}

/// Those of this muster.
pub(crate) fn built_in() -> Result<Vec<Known>, CommandError> {
    let one = |pack: &'static muster_host::BuiltIn| {
        let described =
            pack.manifest.described().map_err(|error| CommandError::new(Exit::Bug, "a built-in pack is damaged").because(error))?;
        Ok(Known { id: pack.id(), rules: described.rules, bytes: Cow::Borrowed(pack.bytes), memory: None, at: None })
    };
    muster_host::builtin().iter().map(one).collect()
}

fn path_of(listed: &At<String>) -> &str {
    &listed.value
}

fn taken(listed: &At<String>, pack: &Known) -> Diagnostic {
    Diagnostic::error(format!("two packs are called `{}`", pack.id.name), listed.span.clone())
        .help("ids of rules begin with the pack's name, so it stands for one pack; its author names it")
}

/// What fleet.lock says of a pack: nothing when it says nothing of it, and not even that when it cannot be read.
type Pin<'a> = Option<Option<&'a LockedPack>>;

/// The pack that stands at a path, when it says what its rules are, and what is wrong with it.
fn external(folder: &Folder, listed: &At<String>, pin: Pin<'_>) -> (Option<Known>, Option<Diagnostic>) {
    let path = path_of(listed);
    let problem = |message: String, help: String| Diagnostic::error(message, listed.span.clone()).help(help);
    let bytes = match read(folder, path) {
        Ok(bytes) => bytes,
        Err(why) => {
            let help = "paths count from the folder of the fleet file".to_owned();
            return (None, Some(problem(format!("cannot read the pack `{path}`: {why}"), help)));
        }
    };
    let other = pin.and_then(|locked| another(path, &bytes, locked)).map(|message| problem(message, look(path)));
    let (manifest, rules) = match described(&bytes) {
        Ok(described) => described,
        Err(why) => return (None, other.or_else(|| Some(problem(format!("the pack `{path}` cannot be used: {why}"), look(path))))),
    };
    let locked = pin.flatten();
    let differs = locked.map(|locked| differences(&pin::pinned(&bytes, &manifest, &rules), locked)).unwrap_or_default();
    let edited = (!differs.is_empty()).then(|| {
        let message = format!("{LOCK_FILE} says of the pack `{path}` what it is not: {}", differs.join("; "));
        problem(message, format!("somebody edited its entry, or another muster wrote it; {}", look(path)))
    });
    let memory = locked.and_then(|locked| locked.memory);
    let known = Known { id: manifest.id(), rules, bytes: Cow::Owned(bytes), memory, at: Some(listed.span.clone()) };
    let given = memory.and_then(|memory| muster_host::check_memory(&known.id, memory).err());
    let given = given.map(|error| unusable(&error, &listed.span));
    (Some(known), other.or(edited).or(given))
}

/// Why the bytes at a path are not what fleet.lock pins.
fn another(path: &str, bytes: &[u8], locked: Option<&LockedPack>) -> Option<String> {
    let digest = format!("sha256:{}", sha256_hex(bytes));
    match locked {
        None => Some(format!("the pack `{path}` does not stand in {LOCK_FILE}")),
        Some(locked) if locked.digest != digest => {
            Some(format!("the pack `{path}` is not the one that {LOCK_FILE} pins: it is {digest}, pinned is {}", locked.digest))
        }
        Some(_) => None,
    }
}

fn look(path: &str) -> String {
    format!("look at it with `muster rule inspect {path}`, then `muster rule lock`; commit {LOCK_FILE}")
}

/// What is wrong with a pack that cannot be loaded, at its line.
pub(super) fn unusable(error: &LoadError, at: &Span) -> Diagnostic {
    let help = match error {
        LoadError::Memory { .. } => "its `memory` in fleet.lock is in bytes; without it the pack has what every pack has",
        _ => "`muster rule inspect FILE` looks at it; after another is there, `muster rule lock`",
    };
    Diagnostic::error(format!("the pack cannot be used: {error}"), at.clone()).help(help)
}

/// What the pack says of itself in its manifest, which runs and compiles nothing.
fn described(bytes: &[u8]) -> Result<(Manifest, Vec<Rule>), String> {
    let manifest = Manifest::of(bytes).map_err(|error| error.to_string())?;
    let manifest = manifest.ok_or("it does not say what its rules are; `muster rule build` makes packs that do")?;
    let described = manifest.described().map_err(|error| error.to_string())?;
    Ok((manifest, described.rules))
}

/// In what a pack differs from its entry. Memory is left out: people grant it there.
fn differences(pack: &LockedPack, locked: &LockedPack) -> Vec<String> {
    let words = [
        ("name", &pack.name, &locked.name),
        ("version", &pack.version, &locked.version),
        ("interface", &pack.interface, &locked.interface),
    ];
    let words = words.into_iter().filter(|(_, is, says)| is != says);
    let mut all: Vec<String> = words.map(|(what, is, says)| format!("its {what} is {is}, not {says}")).collect();
    if pack.needs != locked.needs {
        all.push(format!("it reads {}, not {}", reads(pack), reads(locked)));
    }
    let listed = |actions: Vec<&String>| actions.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let [more, fewer] = [(pack, locked), (locked, pack)].map(|(one, other)| listed(one.actions.difference(&other.actions).collect()));
    if !more.is_empty() {
        all.push(format!("it takes the IAM actions {more}, which the entry lacks"));
    }
    if !fewer.is_empty() {
        all.push(format!("it does not take the IAM actions {fewer} of the entry"));
    }
    all
}

/// `ec2.volume; s3.bucket with acl, policy`.
fn reads(pack: &LockedPack) -> String {
    let need = |(kind, facets): (&String, &BTreeSet<String>)| {
        let facets: Vec<&str> = facets.iter().map(String::as_str).collect();
        if facets.is_empty() { kind.clone() } else { format!("{kind} with {}", facets.join(", ")) }
    };
    let all: Vec<String> = pack.needs.iter().map(need).collect();
    if all.is_empty() { "nothing".to_owned() } else { all.join("; ") }
}

/// The bytes of a component under the folder; over the host's limit not even they are read.
fn read(folder: &Folder, path: &str) -> Result<Vec<u8>, String> {
    let path = folder.resolve(path)?;
    let meta = path.metadata().map_err(|error| reason(&error))?;
    let most = Limits::default().component_bytes;
    match meta.len() {
        _ if !meta.is_file() => Err("it is not a file".to_owned()),
        bytes if bytes > most => Err(format!("it has {bytes} bytes, at most {most} are read")),
        _ => std::fs::read(path).map_err(|error| reason(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_of_an_entry_but_memory_is_held_against_the_pack() {
        let body = r#"{"title":"T","category":"cost","severity":"low","needs":[{"kind":"ec2.volume","facets":["tags"]}]}"#;
        let id = PackId { name: "our".to_owned(), version: "1.2.0".to_owned() };
        let pack = LockedPack::new(&id, "sha256:0", "1.0.0", &[Rule::read("r", body).expect("a rule")]);
        assert_eq!(differences(&pack, &LockedPack { memory: Some(99), ..pack.clone() }), Vec::<String>::new());
        let locked = LockedPack {
            name: "cis".to_owned(),
            version: "1.1.0".to_owned(),
            interface: "0.9.0".to_owned(),
            needs: [("ec2.volume".to_owned(), [].into())].into(),
            actions: ["s3:GetObject".to_owned()].into(),
            ..pack.clone()
        };
        let expected = [
            "its name is our, not cis",
            "its version is 1.2.0, not 1.1.0",
            "its interface is 1.0.0, not 0.9.0",
            "it reads ec2.volume with tags, not ec2.volume",
            "it takes the IAM actions ec2:DescribeVolumes, which the entry lacks",
            "it does not take the IAM actions s3:GetObject of the entry",
        ];
        assert_eq!(differences(&pack, &locked), expected);
    }
}
