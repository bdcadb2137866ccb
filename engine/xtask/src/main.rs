//! muster's chores: `cargo xtask generate [--check]`, `kinds`, `packs [--check] [NAME…]`.

mod generate;
mod kinds;
mod packs;
#[cfg(test)]
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask generate [--check] | kinds | packs [--check] [NAME…]
generate  everything that is made from code: docs/, the views of rules/sdk
kinds     of that, what is made from the table of kinds: the views, docs/reference/kinds
packs     the built-in packs of rules/, as WebAssembly, and their manifests";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["generate"] => generate::write(&root()),
        ["generate", "--check"] => generate::check(&root()),
        ["kinds"] => kinds::write(&root()),
        ["packs", "--check", names @ ..] if names.iter().all(|name| is_name(name)) => packs::check(&root(), names),
        ["packs", names @ ..] if names.iter().all(|name| is_name(name)) => packs::write(&root(), names),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            say(&why);
            ExitCode::FAILURE
        }
    }
}

fn is_name(word: &str) -> bool {
    !word.starts_with('-')
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
