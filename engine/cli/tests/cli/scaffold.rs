//! What `muster rule new --lang rust` writes compiles: natively everywhere, since that takes nothing but cargo, and to a pack whose cases
//! pass where the target of WebAssembly is installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::shell::{Shell, search_path};

/// Where cargo and rustc look for themselves, which a home that is an empty folder would hide.
fn homes() -> Vec<(&'static str, PathBuf)> {
    let home = std::env::home_dir().unwrap_or_default();
    let folder = |variable: &str, name: &str| std::env::var_os(variable).map_or_else(|| home.join(name), PathBuf::from);
    vec![("CARGO_HOME", folder("CARGO_HOME", ".cargo")), ("RUSTUP_HOME", folder("RUSTUP_HOME", ".rustup"))]
}

/// Runs cargo in a folder, with none of the variables of the cargo that runs this test.
fn cargo(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(folder).env_clear().env("PATH", search_path()).envs(homes());
    command.env("HOME", folder).output().expect("cargo can be started")
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn has_target() -> bool {
    let asked = Command::new("rustc").args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]).output();
    asked.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tried must not be taken for tried")]
fn a_new_pack_in_rust_compiles_and_its_tests_pass() {
    let shell = Shell::new();
    let made = shell.muster(&["rule", "new", "our-names", "--lang", "rust"]);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    let folder = shell.path().join("our-names");
    let tested = cargo(&folder, &["test", "--offline", "--quiet", "--target-dir", "target"]);
    assert!(tested.status.success(), "{}", err(&tested));
    assert!(!err(&tested).contains("warning"), "{}", err(&tested));

    if !has_target() {
        eprintln!(
            "SKIPPED muster rule build of a pack in Rust: rustc lacks wasm32-unknown-unknown; `rustup target add wasm32-unknown-unknown`"
        );
        return;
    }
    let homes: Vec<(&str, String)> = homes().into_iter().map(|(name, path)| (name, path.display().to_string())).collect();
    let homes: Vec<(&str, &str)> = homes.iter().map(|(name, path)| (*name, path.as_str())).collect();
    let built = shell.muster_with(&["rule", "build", "--pack", "our-names"], &homes);
    assert_eq!(built.status.code(), Some(0), "{}", err(&built));
    let tried = shell.muster(&["rule", "test", "--pack", "our-names"]);
    assert_eq!(String::from_utf8_lossy(&tried.stdout), "2 cases, all as expected.\n", "{}", err(&tried));
    assert!(err(&tried).is_empty(), "what was built just now is of its sources: {}", err(&tried));
}
