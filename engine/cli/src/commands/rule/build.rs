//! `muster rule build`.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use muster_core::finding::PackId;
use muster_host::author::{BuildError, Built, ComponentizeError, Language, RECIPE_FILE, build, programs};

use super::pack::{Folder, size};
use super::{misfits, sources};
use crate::advisor::place;
use crate::app::App;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::reason;
use crate::render::count;

/// Compiles, wraps, checks and writes a pack, and of which sources.
pub(super) fn run(app: &App, folder: &Path) -> Result<Exit, CommandError> {
    let folder = Folder::open(folder)?;
    misfits::free_in(&folder)?;
    let mut sources = sources::digests(&folder);
    let built = match built(app, &folder) {
        Ok(built) => built,
        Err(error) => return Err(failed(app, &folder, error)?),
    };
    let component = folder.component();
    fs::write(&component, &built.bytes)
        .map_err(|error| CommandError::failed(format!("{} could not be written: {}", component.display(), reason(&error))))?;
    // What the compiler wrote beside, as a lock file, was not there before; what somebody changed meanwhile is not in the component.
    for (path, digest) in sources::digests(&folder) {
        sources.entry(path).or_insert(digest);
    }
    sources::built(&folder, &built.bytes, sources)?;
    let rules = count(built.manifest.rules.len(), "rule");
    app.terminal.result(&format!("{}: {rules}, {}, {}\n", component.display(), size(built.bytes.len() as u64), built.digest))?;
    Ok(Exit::Done)
}

/// What a failed build leaves is of an earlier one.
fn failed(app: &App, folder: &Folder, error: CommandError) -> Result<CommandError, CommandError> {
    if sources::outlived(folder)? {
        app.terminal.warn(&format!("{} is still of an earlier build", folder.component().display()));
    }
    Ok(error)
}

fn built(app: &App, folder: &Folder) -> Result<Built, CommandError> {
    compile(folder)?;
    let recipe = &folder.recipe;
    let module = folder.path.join(&recipe.module);
    let wasm = fs::read(&module).map_err(|error| {
        CommandError::failed(format!("the compiler ended well and wrote no {}: {}", module.display(), reason(&error)))
            .hint("`module` in muster-rule.toml is the file that `build` writes")
    })?;
    let host = place::host(app)?;
    let _ticks = host.ticker()?;
    let id = PackId { name: recipe.name.clone(), version: recipe.version.clone() };
    let message = format!("no pack can be made of {}", recipe.module);
    build(&host, &id, recipe.language.word(), &wasm).map_err(|error| match error {
        BuildError::Misfits(list) => misfits::refused(app, folder, &message, &list),
        BuildError::Componentize(ComponentizeError::Broken(_)) => CommandError::invalid(message)
            .because(error)
            .hint("`module` in muster-rule.toml names what `build` writes: a core module or a component of WebAssembly"),
        error => CommandError::invalid(message).because(error),
    })
}

/// Runs the compiler in the folder of the pack; what it says goes where ours does.
fn compile(folder: &Folder) -> Result<(), CommandError> {
    let recipe = &folder.recipe;
    let language = recipe.language;
    let Some((program, arguments)) = recipe.build.split_first() else { return Ok(()) };
    if language == Language::Rust {
        require_target(language)?;
    }
    let module = folder.path.join(&recipe.module);
    // What an earlier build left must not be taken for this one's.
    match fs::remove_file(&module) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(CommandError::failed(format!("{} could not be replaced: {}", module.display(), reason(&error))));
        }
        _ => {}
    }
    for candidate in programs(program) {
        let mut command = Command::new(candidate);
        command.args(arguments).current_dir(&folder.path).envs(recipe.env.iter().map(|(name, value)| (name, value)));
        // Some compilers report on stdout, which is for our result.
        command.stdout(io::stderr());
        if language == Language::Rust {
            command.env("CARGO_ENCODED_RUSTFLAGS", rust_flags(&folder.path)?);
        }
        match command.status() {
            Ok(status) if status.success() => return Ok(()),
            Ok(status) => return Err(CommandError::failed(format!("{candidate} ended with {status}; what it says stands above"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(CommandError::failed(format!("{candidate} could not be run: {}", reason(&error)))),
        }
    }
    Err(missing(program, language))
}

fn missing(program: &str, language: Language) -> CommandError {
    let error = CommandError::failed(format!("`{program}`, the compiler of this pack in {language}, is not installed"));
    if language == Language::Rust {
        return error.hint(format!("install Rust from https://rustup.rs, then: {}", language.install()));
    }
    if program != language.compiler() {
        return error.hint(format!("install it, or name `{}` in `build` of {RECIPE_FILE}: {}", language.compiler(), language.install()));
    }
    error.hint(language.install()).hint(language.from_scratch())
}

/// The compiler says of a missing target only that it cannot find `core`.
fn require_target(language: Language) -> Result<(), CommandError> {
    let library = rustc(&["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]).ok_or_else(|| missing("rustc", language))?;
    let there = fs::read_dir(&library).is_ok_and(|mut files| files.next().is_some());
    if there {
        return Ok(());
    }
    let error = CommandError::failed("rustc is installed without wasm32-unknown-unknown, the target of packs").hint(language.install());
    let rustup = Command::new("rustup").arg("--version").output().is_ok();
    Err(if rustup { error } else { error.hint(format!("{}; Debian's own Rust takes libstd-rust-dev-wasm32", language.from_scratch())) })
}

fn rustc(arguments: &[&str]) -> Option<PathBuf> {
    let output = Command::new("rustc").args(arguments).output().ok().filter(|output| output.status.success())?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

/// Flags for rustc, set apart as cargo wants them: the vector instructions of WebAssembly, and the same names everywhere for folders
/// of this machine, so that the same sources give the same bytes.
fn rust_flags(pack: &Path) -> Result<OsString, CommandError> {
    let pack =
        pack.canonicalize().map_err(|error| CommandError::failed(format!("{} cannot be read: {}", pack.display(), reason(&error))))?;
    let mut flags = OsString::from("-Ctarget-feature=+simd128");
    let folders = [(Some(pack), "/pack"), (rustc(&["--print", "sysroot"]), "/rustc-sysroot")];
    for (folder, name) in folders {
        let Some(folder) = folder else { continue };
        flags.push("\u{1f}--remap-path-prefix=");
        flags.push(folder);
        flags.push("=");
        flags.push(name);
    }
    Ok(flags)
}
