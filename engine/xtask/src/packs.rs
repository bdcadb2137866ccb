//! The built-in packs: `rules/packs/NAME` made into `rules/packs/built/NAME.wasm` and its manifest beside it.
//!
//! The bytes are checked in, so that nobody needs a second compiler target to build muster. They are the same wherever
//! they are made, as long as the compiler is: paths of the machine are taken out, and nothing comes over the network.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::MetadataCommand;

/// Another compiler makes other bytes.
const COMPILER: &str = "1.95.0";
const TARGET: &str = "wasm32-unknown-unknown";
/// Where the checked-in packs are.
const BUILT: &str = "rules/packs/built";
/// What packs are called as crates.
const PREFIX: &str = "pack-";
/// What would change the code, and is set anew.
const CLEARED: [&str; 4] = ["RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS", "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "CARGO_BUILD_TARGET"];

/// Builds packs, all when `names` is empty, and puts them where they are checked in.
pub(crate) fn write(root: &Path, names: &[&str]) -> Result<(), String> {
    if let Some(why) = missing()? {
        return Err(why);
    }
    let packs = chosen(root, names)?;
    build(root, &packs, &root.join(BUILT))?;
    crate::say(&format!("{} packs written to {BUILT}", packs.len()));
    Ok(())
}

/// Builds packs again and fails when they are not what is checked in. Where they cannot be built, it says so and passes.
pub(crate) fn check(root: &Path, names: &[&str]) -> Result<(), String> {
    if let Some(why) = missing()? {
        crate::say(&format!("SKIPPED packs: {why}"));
        return Ok(());
    }
    let packs = chosen(root, names)?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    build(root, &packs, folder.path())?;
    let files = packs.keys().flat_map(|name| [format!("{name}.wasm"), format!("{name}.json")]);
    let differing: Vec<String> =
        files.filter(|file| fs::read(folder.path().join(file)).ok() != fs::read(root.join(BUILT).join(file)).ok()).collect();
    if !differing.is_empty() {
        return Err(format!("{BUILT}: not what the sources make: {}; run `cargo xtask packs` and commit", differing.join(", ")));
    }
    crate::say(&format!("{} packs are what their sources make", packs.len()));
    Ok(())
}

/// Why packs cannot be built here, if they cannot.
fn missing() -> Result<Option<String>, String> {
    let version = rustc(&["--version"])?;
    let release = version.split_whitespace().nth(1).unwrap_or_default();
    if release != COMPILER {
        return Ok(Some(format!("this is Rust {release}, packs are built with {COMPILER}; `rustup toolchain install {COMPILER}`")));
    }
    let library = rustc(&["--print", "target-libdir", "--target", TARGET])?;
    let there = fs::read_dir(library.trim()).is_ok_and(|mut files| files.next().is_some());
    Ok((!there).then(|| format!("the compiler lacks {TARGET}; `rustup target add {TARGET}`")))
}

/// Versions by name.
type Packs = BTreeMap<String, String>;

fn chosen(root: &Path, names: &[&str]) -> Result<Packs, String> {
    let all = packs(root)?;
    if let Some(strange) = names.iter().find(|name| !all.contains_key(**name)) {
        let known: Vec<&str> = all.keys().map(String::as_str).collect();
        return Err(format!("no pack is called `{strange}`; there are {}", known.join(", ")));
    }
    Ok(all.into_iter().filter(|(name, _)| names.is_empty() || names.contains(&name.as_str())).collect())
}

fn packs(root: &Path) -> Result<Packs, String> {
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("rules/Cargo.toml"))
        .no_deps()
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .map_err(|error| format!("rules/Cargo.toml: {error}"))?;
    let packs =
        metadata.packages.iter().filter_map(|package| Some((package.name.strip_prefix(PREFIX)?.to_owned(), package.version.to_string())));
    Ok(packs.collect())
}

/// Compiles `packs` and writes component and manifest of each into `out`.
fn build(root: &Path, packs: &Packs, out: &Path) -> Result<(), String> {
    fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
    let target = target_folder(root);
    let mut compile = cargo();
    compile.args(["build", "--release", "--locked", "--offline", "--quiet", "--target", TARGET, "--target-dir"]).arg(&target);
    compile.args(packs.keys().flat_map(|name| ["--package".to_owned(), format!("{PREFIX}{name}")]));
    for name in CLEARED {
        compile.env_remove(name);
    }
    compile.env("CARGO_ENCODED_RUSTFLAGS", flags(root)?).current_dir(root.join("rules"));
    run(compile, "the packs could not be compiled")?;

    let mut wrap = Command::new(wrapper(root)?);
    wrap.arg(out).current_dir(root);
    for (name, version) in packs {
        let core = target.join(TARGET).join("release").join(format!("pack_{}.wasm", name.replace('-', "_")));
        wrap.args([name, version]).arg(core);
    }
    run(wrap, "no components could be made of the packs")
}

/// What makes components: an example of `muster-host`, built as the tests build it. For that package alone cargo would
/// choose other features, and compile wasmtime a second time.
fn wrapper(root: &Path) -> Result<PathBuf, String> {
    let mut build = cargo();
    build.args(["build", "--quiet", "--workspace", "--locked", "--example", "packs"]).current_dir(root);
    run(build, "what makes components could not be compiled")?;
    Ok(cargo_target(root).join("debug/examples").join(format!("packs{}", std::env::consts::EXE_SUFFIX)))
}

/// Not the folder of the host's build: other flags would push each other out.
fn target_folder(root: &Path) -> PathBuf {
    cargo_target(root).join("packs")
}

fn cargo_target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// Flags for rustc, set apart as cargo wants them. Paths of this machine are given the same names everywhere.
fn flags(root: &Path) -> Result<OsString, String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).unwrap_or_default();
    let sysroot = PathBuf::from(rustc(&["--print", "sysroot"])?.trim());
    let mut flags = OsString::from("-Ctarget-feature=+simd128");
    for (path, name) in [(root.join("rules"), "/rules"), (home, "/cargo"), (sysroot, "/rustc-sysroot")] {
        flags.push("\u{1f}--remap-path-prefix=");
        flags.push(path);
        flags.push("=");
        flags.push(name);
    }
    Ok(flags)
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn rustc(args: &[&str]) -> Result<String, String> {
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).args(args).output();
    let output = output.map_err(|error| format!("rustc could not be started: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn run(mut command: Command, failed: &str) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("cargo could not be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(failed.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packs_are_the_crates() {
        let all = packs(&crate::root()).expect("packs");
        let names: Vec<&str> = all.keys().map(String::as_str).collect();
        assert_eq!(names, ["ec2", "fleet", "iam", "lambda", "rds", "s3"]);
        let said = chosen(&crate::root(), &["ec3"]).expect_err("refused");
        assert_eq!(said, "no pack is called `ec3`; there are ec2, fleet, iam, lambda, rds, s3");
        assert_eq!(chosen(&crate::root(), &["s3"]).expect("one").len(), 1);
    }

    #[test]
    fn no_path_of_this_machine_is_left() {
        let flags = flags(Path::new("/somewhere")).expect("flags").into_string().expect("text");
        let all: Vec<&str> = flags.split('\u{1f}').collect();
        assert_eq!(all[..2], ["-Ctarget-feature=+simd128", "--remap-path-prefix=/somewhere/rules=/rules"]);
        assert!(all.len() == 4 && all[3].ends_with("=/rustc-sysroot"), "{all:?}");
    }
}
