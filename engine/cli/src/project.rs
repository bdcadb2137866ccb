//! fleet.yaml, what stands beside it, and what they say.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use muster_core::diag::{Diagnostic, Severity, Sources};
use muster_core::fleet::{self, Fleet, LoadOptions, Loaded, Provider};
use muster_core::lock::{FORMAT, Lock};
use muster_core::span::Span;
use muster_core::text::placeless;

use crate::app::App;
use crate::env;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::{Folder, reason};
use crate::render::diagnostics;

/// More than the loader accepts, so that it is the loader who says what is wrong with a huge file.
const READ_LIMIT: u64 = 11 * 1024 * 1024;
/// Name of the lock file.
pub(crate) const LOCK_FILE: &str = "fleet.lock";

/// A fleet and its lock.
pub(crate) struct Project {
    /// Folder of the fleet file.
    pub(crate) folder: PathBuf,
    /// What the file says.
    pub(crate) fleet: Fleet,
    /// The fleet file as it was read.
    pub(crate) bytes: Vec<u8>,
    /// What is pinned.
    pub(crate) lock: Lock,
    /// True when there is a lock file.
    pub(crate) is_locked: bool,
    /// The texts of the file and of those it names, for messages.
    pub(crate) sources: Sources,
}

impl Project {
    /// Loads fleet.yaml and fleet.lock; warnings are shown, errors end the command with 65.
    pub(crate) fn load(app: &App, strict: bool) -> Result<Self, CommandError> {
        let bytes = read(&app.global.fleet)?;
        let loaded = load_bytes(app, &bytes);
        let refused = is_refused(&loaded.diagnostics, strict);
        if !loaded.diagnostics.is_empty() {
            app.terminal.block(&diagnostics::text(&loaded.diagnostics, &loaded.sources, &app.terminal.err_style));
        }
        match loaded.fleet {
            Some(fleet) if !refused => {
                let folder = folder(&app.global.fleet);
                let lock = read_lock(&folder)?;
                Ok(Self { is_locked: lock.is_some(), lock: lock.unwrap_or_else(empty_lock), folder, fleet, bytes, sources: loaded.sources })
            }
            _ => Err(invalid(app, &loaded.diagnostics)),
        }
    }

    /// The account that commands of this fleet work on.
    pub(crate) fn provider(&self, app: &App) -> Provider {
        match app.global.sandbox {
            Some(_) => Provider::Sandbox,
            None => self.fleet.cloud.provider.unwrap_or(Provider::Aws),
        }
    }

    /// The fleet's name, or the file's.
    pub(crate) fn name(&self, app: &App) -> String {
        self.fleet.name.as_ref().map_or_else(|| app.global.fleet.display().to_string(), ToString::to_string)
    }

    /// Whether images must stand in the lock.
    pub(crate) fn wants_locked(&self, flag: bool) -> bool {
        flag || (self.is_locked && env::get(env::CI).is_some())
    }
}

/// Reads the fleet file with whatever is wrong with it.
pub(crate) fn load(app: &App) -> Result<Loaded, CommandError> {
    Ok(load_bytes(app, &read(&app.global.fleet)?))
}

/// Reads bytes as if they were the fleet file's.
pub(crate) fn load_bytes(app: &App, bytes: &[u8]) -> Loaded {
    let path = &app.global.fleet;
    fleet::load(&path.display().to_string(), bytes, &Folder::new(folder(path)), &options(app))
}

/// What loading takes from outside of the file.
pub(crate) fn options(app: &App) -> LoadOptions {
    let region = env::first(&[env::REGION, env::DEFAULT_REGION]);
    LoadOptions { region, sandbox: app.global.sandbox.is_some() || cfg!(not(feature = "aws")) }
}

/// True when the messages stop a command.
pub(crate) fn is_refused(diagnostics: &[Diagnostic], strict: bool) -> bool {
    diagnostics.iter().any(|diagnostic| strict || diagnostic.severity == Severity::Error)
}

/// The error after messages were shown.
pub(crate) fn invalid(app: &App, shown: &[Diagnostic]) -> CommandError {
    CommandError::invalid(format!("{} is not valid: {}", app.global.fleet.display(), diagnostics::tally(shown)))
}

/// The bytes of a fleet file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    let mut bytes = Vec::new();
    let opened = File::open(path).and_then(|file| file.take(READ_LIMIT).read_to_end(&mut bytes));
    match opened {
        Ok(_) => Ok(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(no_file(path)),
        Err(error) => Err(CommandError::new(Exit::Invalid, format!("{} cannot be read: {}", path.display(), reason(&error)))
            .hint("`--fleet FILE` or MUSTER_FLEET name the file itself")),
    }
}

fn no_file(path: &Path) -> CommandError {
    CommandError::invalid(format!("there is no {}", path.display()))
        .hint("`muster init` writes one to begin with; `--fleet FILE` or MUSTER_FLEET name another")
}

/// The folder that holds a file.
pub(crate) fn folder(file: &Path) -> PathBuf {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// A file in a folder, without a `./` in front that nobody wrote.
pub(crate) fn beside(folder: &Path, name: &str) -> PathBuf {
    if folder == Path::new(".") { PathBuf::from(name) } else { folder.join(name) }
}

/// A lock that pins nothing.
pub(crate) const fn empty_lock() -> Lock {
    Lock { format: FORMAT, images: std::collections::BTreeMap::new(), packs: std::collections::BTreeMap::new() }
}

/// Reads fleet.lock; nothing when there is none.
pub(crate) fn read_lock(folder: &Path) -> Result<Option<Lock>, CommandError> {
    let path = beside(folder, LOCK_FILE);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(CommandError::invalid(format!("{} cannot be read: {}", path.display(), reason(&error)))),
    };
    let way_out = "restore it from version control, or delete it and run `muster lock`";
    let lock: Lock = serde_json::from_slice(&bytes)
        .map_err(|error| CommandError::invalid(format!("{} is not valid", path.display())).because(error).hint(way_out))?;
    if lock.format != FORMAT {
        let message = format!("{} has format {}, this muster reads format {FORMAT}", path.display(), lock.format);
        return Err(CommandError::invalid(message).hint("use the muster that wrote it, or delete it and run `muster lock`"));
    }
    Ok(Some(lock))
}

/// Reads fleet.lock for whoever tells everything at once: what is wrong with it as a message with its place.
pub(crate) fn look_at_lock(folder: &Path) -> Result<Lock, Box<Diagnostic>> {
    let lock = read_lock(folder).map_err(|error| Box::new(lock_problem(&beside(folder, LOCK_FILE), error)))?;
    Ok(lock.unwrap_or_else(empty_lock))
}

fn lock_problem(path: &Path, error: CommandError) -> Diagnostic {
    let mut span = Span::start_of(&path.display().to_string().into());
    let mut message = error.message;
    if let Some(json) = error.source.as_deref().and_then(|source| source.downcast_ref::<serde_json::Error>()) {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).max(1);
        (span.line, span.column) = (count(json.line()), count(json.column()));
        message = format!("{message}: {}", placeless(json));
    }
    error.hints.into_iter().fold(Diagnostic::error(message, span), Diagnostic::help)
}

/// Writes fleet.lock.
pub(crate) fn write_lock(folder: &Path, lock: &Lock) -> Result<(), CommandError> {
    let path = beside(folder, LOCK_FILE);
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
        CommandError::failed(format!("{} could not be written", path.display())).because(error)
    };
    let mut text = serde_json::to_string_pretty(lock).map_err(|error| failed(error.into()))?;
    text.push('\n');
    std::fs::write(&path, text).map_err(|error| failed(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_read_as_it_was_written() {
        let dir = tempfile::tempdir().expect("temporary folder");
        assert!(read_lock(dir.path()).expect("no lock").is_none());
        write_lock(dir.path(), &empty_lock()).expect("written");
        assert_eq!(read_lock(dir.path()).expect("read"), Some(empty_lock()));
    }

    #[test]
    fn a_broken_or_foreign_lock_is_refused_with_a_way_out() {
        let dir = tempfile::tempdir().expect("temporary folder");
        for text in ["{", r#"{"format": 9}"#, r#"{"format": 1, "surprise": 1}"#] {
            std::fs::write(dir.path().join(LOCK_FILE), text).expect("written");
            let error = read_lock(dir.path()).expect_err("refused");
            assert_eq!(error.exit, Exit::Invalid);
            assert!(error.hints[0].contains("muster lock"), "{error:?}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_lock_has_one_place() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let said = |text: &str| {
            std::fs::write(dir.path().join(LOCK_FILE), text).expect("written");
            *look_at_lock(dir.path()).expect_err("refused")
        };
        let file = dir.path().join(LOCK_FILE).display().to_string();
        let cut = said("{\n  \"format\": ?");
        assert_eq!(cut.message, format!("{file} is not valid: expected value"));
        assert_eq!(cut.span.map(|span| span.to_string()), Some(format!("{file}:2:13")));
        let newer = said(r#"{"format": 9}"#);
        assert_eq!(newer.span.map(|span| span.to_string()), Some(format!("{file}:1:1")));
        assert!(newer.message.contains("format 9"), "{}", newer.message);
    }

    #[test]
    fn the_folder_of_a_bare_name_is_here() {
        assert_eq!(folder(Path::new("fleet.yaml")), Path::new("."));
        assert_eq!(folder(Path::new("infra/fleet.yaml")), Path::new("infra"));
    }
}
