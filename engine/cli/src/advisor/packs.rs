//! The packs of a fleet: those in the binary, and those that fleet.yaml names and fleet.lock pins.

use std::borrow::Cow;

use muster_core::diag::Diagnostic;
use muster_core::digest::sha256_hex;
use muster_core::finding::{PackId, Rule};
use muster_core::lock::LockedPack;
use muster_core::span::At;
use muster_host::author::Manifest;
use muster_host::{Described, Limits};

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
}

/// Every pack of the fleet. What is wrong with one is shown at its line, and ends the command with 65.
pub(crate) fn known(app: &App, project: &Project) -> Result<Vec<Known>, CommandError> {
    let mut packs = built_in()?;
    let (folder, mut problems) = (Folder::new(&project.folder), Vec::new());
    for listed in &project.fleet.advisor.packs {
        match external(&folder, listed, project.lock.packs.get(path_of(listed))) {
            Ok(pack) if packs.iter().any(|other| other.id.name == pack.id.name) => problems.push(taken(listed, &pack)),
            Ok(pack) => packs.push(pack),
            Err(problem) => problems.push(*problem),
        }
    }
    if problems.is_empty() {
        return Ok(packs);
    }
    app.terminal.block(&diagnostics::text(&problems, &project.sources, &app.terminal.err_style));
    Err(CommandError::invalid(format!("the rule packs are not valid: {}", diagnostics::tally(&problems))))
}

/// Those of this muster.
pub(crate) fn built_in() -> Result<Vec<Known>, CommandError> {
    let one = |pack: &'static muster_host::BuiltIn| {
        let described =
            pack.manifest.described().map_err(|error| CommandError::new(Exit::Bug, "a built-in pack is damaged").because(error))?;
        Ok(Known { id: pack.id(), rules: described.rules, bytes: Cow::Borrowed(pack.bytes), memory: None })
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

fn external(folder: &Folder, listed: &At<String>, locked: Option<&LockedPack>) -> Result<Known, Box<Diagnostic>> {
    let path = path_of(listed);
    let problem = |message: String, help: String| Box::new(Diagnostic::error(message, listed.span.clone()).help(help));
    let bytes = read(folder, path).map_err(|why| {
        problem(format!("cannot read the pack `{path}`: {why}"), "paths count from the folder of the fleet file".to_owned())
    })?;
    let digest = format!("sha256:{}", sha256_hex(&bytes));
    let lock = || format!("look at it with `muster rule inspect {path}`, then `muster rule lock`; commit {LOCK_FILE}");
    let Some(locked) = locked else {
        return Err(problem(format!("the pack `{path}` does not stand in {LOCK_FILE}"), lock()));
    };
    if locked.digest != digest {
        let message = format!("the pack `{path}` is not the one that {LOCK_FILE} pins: it is {digest}, pinned is {}", locked.digest);
        return Err(problem(message, lock()));
    }
    let id = PackId { name: locked.name.clone(), version: locked.version.clone() };
    let described = described(&id, &bytes).map_err(|why| problem(format!("the pack `{path}` cannot be used: {why}"), lock()))?;
    let expected = LockedPack { memory: locked.memory, ..LockedPack::new(&id, &digest, &described.rules) };
    if expected != *locked {
        let message = format!("{LOCK_FILE} does not say what the pack `{path}` reads");
        return Err(problem(message, format!("somebody edited its entry; {}", lock())));
    }
    Ok(Known { id, rules: described.rules, bytes: Cow::Owned(bytes), memory: locked.memory })
}

/// What the pack says of itself in its manifest, which runs and compiles nothing.
fn described(id: &PackId, bytes: &[u8]) -> Result<Described, String> {
    match Manifest::of(bytes).map_err(|error| error.to_string())? {
        None => Err("it does not say what its rules are; `muster rule build` makes packs that do".to_owned()),
        Some(manifest) if manifest.id() != *id => Err(format!("it calls itself {}, {LOCK_FILE} says {id}", manifest.id())),
        Some(manifest) => manifest.described().map_err(|error| error.to_string()),
    }
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
