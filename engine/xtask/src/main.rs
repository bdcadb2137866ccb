//! muster's chores: `cargo xtask generate [--check]`.

mod generate;
#[cfg(test)]
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["generate"] => generate::write(&root()),
        ["generate", "--check"] => generate::check(&root()),
        _ => Err("usage: cargo xtask generate [--check]".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            say(&why);
            ExitCode::FAILURE
        }
    }
}

/// The top of the repository.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Tells whoever runs the chore.
#[expect(clippy::print_stderr, reason = "this is where the chores speak")]
fn say(text: &str) {
    eprintln!("{text}");
}
