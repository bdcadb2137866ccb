//! The tutorial of rules, run from an empty folder: every command of the page, and what it shows.
//!
//! Its compiler is zig 0.17.0; `tests/languages/run.py` installs it where [`Shell`](crate::shell::Shell) finds it. Without it the page is skipped, aloud.

use std::path::Path;
use std::process::Command;

use crate::page;
use crate::shell;

/// The compiler whose bytes the page shows the digest of.
const VERSION: &str = "0.17.0";

#[test]
#[expect(clippy::print_stderr, reason = "a page that was not tried must not be taken for tried")]
fn the_tutorial_does_what_it_says() {
    let found = ["zig", "python-zig"].iter().find(|program| {
        let output = Command::new(program).arg("version").env("PATH", shell::search_path()).output();
        output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim() == VERSION)
    });
    if found.is_none() {
        eprintln!("SKIPPED tutorial: zig {VERSION} is not installed; `pip install ziglang=={VERSION}`");
        return;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules/tutorial.md");
    let written = std::fs::read_to_string(&path).expect("the tutorial");
    let seen = page::replay(&written);
    if seen != written && std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &seen).expect("the tutorial, written anew");
    } else {
        assert_eq!(seen, written, "UPDATE=1 accepts what was seen");
    }
}
