//! The compiler of a pack, run in its folder. What is left of one that did not end well is removed.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use muster_host::author::{Compiler, Language, RECIPE_FILE, programs};

use super::pack::Folder;
use crate::error::CommandError;
use crate::files::reason;

/// Between two looks whether a compiler has ended.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Variables by which programs find the folder for what they need meanwhile, on one system or the other.
const TEMPORARY: [&str; 3] = ["TMPDIR", "TMP", "TEMP"];
/// How many folders of one process are tried before it is given up.
const FOLDERS_MAX: u32 = 100;

/// Runs the compiler in the folder of the pack; what it says goes where ours does. Dropped before that, it ends the compiler.
pub(super) async fn compile(folder: &Folder) -> Result<(), CommandError> {
    let recipe = &folder.recipe;
    let language = recipe.language;
    let Some((program, arguments)) = recipe.build.split_first() else { return Ok(()) };
    if language == Language::Rust {
        require_target(language)?;
    }
    let mut unfinished = Unfinished::begin(folder.path.join(&recipe.module))?;
    for candidate in programs(program) {
        let mut command = Command::new(candidate);
        command.args(arguments).current_dir(&folder.path);
        // Cargo may start a server that outlives it (sccache), which must not lose its folder.
        if language != Language::Rust {
            command.envs(TEMPORARY.map(|name| (name, &unfinished.temporary)));
        }
        command.envs(recipe.env.iter().map(|(name, value)| (name, value)));
        if language == Language::Rust {
            command.env("CARGO_ENCODED_RUSTFLAGS", rust_flags(&folder.path)?);
        }
        // Some compilers report on stdout, which is for our result.
        command.stdout(io::stderr());
        match status(command).await {
            Ok(status) if status.success() => {
                unfinished.module = None;
                return Ok(());
            }
            Ok(status) => return Err(CommandError::failed(format!("{candidate} ended with {status}; what it says stands above"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(CommandError::failed(format!("{candidate} could not be run: {}", reason(&error)))),
        }
    }
    Err(missing(program, language))
}

/// Runs a command to its end; Ctrl-C is heard meanwhile.
async fn status(command: Command) -> io::Result<ExitStatus> {
    let mut compiler = Compiler::start(command)?;
    loop {
        if let Some(status) = compiler.ended()? {
            return Ok(status);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// What a compiler leaves when it does not end well: half a module, and a folder of its own.
struct Unfinished {
    /// Where the module is to be; nothing once it is whole.
    module: Option<PathBuf>,
    temporary: PathBuf,
}

impl Unfinished {
    /// Removes what an earlier build left, which must not be taken for this one's, and makes the folder.
    fn begin(module: PathBuf) -> Result<Self, CommandError> {
        match fs::remove_file(&module) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(CommandError::failed(format!("{} could not be replaced: {}", module.display(), reason(&error))));
            }
            _ => {}
        }
        let temporary = temporary().map_err(|error| {
            CommandError::failed(format!("no folder could be made for the compiler in {}", std::env::temp_dir().display())).because(error)
        })?;
        Ok(Self { module: Some(module), temporary })
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.temporary);
        if let Some(module) = &self.module {
            let _gone = fs::remove_file(module);
        }
    }
}

/// A new folder that nobody else reads.
fn temporary() -> io::Result<PathBuf> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let folder = |number| std::env::temp_dir().join(format!("muster-build-{}-{number}", std::process::id()));
    let mut made = Err(io::Error::from(io::ErrorKind::AlreadyExists));
    for folder in (0..FOLDERS_MAX).map(folder) {
        made = builder.create(&folder).map(|()| folder);
        if !made.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::AlreadyExists) {
            break;
        }
    }
    made
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
