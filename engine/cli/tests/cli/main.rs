//! Whole sessions: what a person types and everything they see, word for word.
//!
//! Each `tests/sessions/*.md` is a page that can be read. Blocks ` ```yaml file=NAME ` write a file, blocks
//! ` ```console ` run commands: `$ muster …`, then stdout as it is, stderr behind `! `, and `[exit N]` when it is
//! not 0. `{id:ADDRESS}` stands for the AWS id at an address, `{digest}` for the last digest shown.
//! `UPDATE=1 cargo test -p muster --no-default-features` writes what was seen into the pages.

mod approved;
#[cfg(all(unix, feature = "rules"))]
mod interrupted;
mod keys;
mod notices;
mod outputs;
mod page;
mod readme;
#[cfg(feature = "rules")]
mod rules;
#[cfg(feature = "rules")]
mod scaffold;
mod schedule_next;
mod schedule_tools;
mod shell;
#[cfg(feature = "rules")]
mod tutorial;
mod versions;

use std::path::{Path, PathBuf};

/// Stands in pages that only a build with the cargo feature `rules` can play.
const NEEDS_RULES: &str = "<!-- needs the feature rules -->";
/// Stands in pages about a build without it.
const WITHOUT_RULES: &str = "<!-- needs a build without the feature rules -->";

fn sessions() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sessions");
    let entries = std::fs::read_dir(folder).expect("the folder of sessions");
    let mut all: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    all.sort();
    all
}

#[test]
fn sessions_read_as_they_are_written() {
    let all = sessions();
    assert!(all.len() >= 10, "the sessions were not found");
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for path in all {
        let written = std::fs::read_to_string(&path).expect("a session");
        // Such a page is played by a build that can run rules; the others have a page of their own about what they answer.
        if written.contains(NEEDS_RULES) && !cfg!(feature = "rules") || written.contains(WITHOUT_RULES) && cfg!(feature = "rules") {
            continue;
        }
        let seen = page::replay(&written);
        if seen == written {
            continue;
        }
        if update {
            std::fs::write(&path, &seen).expect("the session, written anew");
        } else {
            wrong.push(format!("{}\n{}", path.display(), difference(&written, &seen)));
        }
    }
    assert!(wrong.is_empty(), "UPDATE=1 accepts what was seen\n\n{}", wrong.join("\n"));
}

/// The lines around the first difference.
fn difference(written: &str, seen: &str) -> String {
    let (written, seen): (Vec<&str>, Vec<&str>) = (written.lines().collect(), seen.lines().collect());
    let first = (0..).find(|at| written.get(*at) != seen.get(*at)).unwrap_or(0);
    let part =
        |lines: &[&str], sign: &str| -> String { lines.iter().skip(first).take(12).map(|line| format!("{sign} {line}\n")).collect() };
    format!("line {}\n{}{}", first + 1, part(&written, "-"), part(&seen, "+"))
}
