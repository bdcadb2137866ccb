//! Whether `cloud`, `notify` or a pack is not what it was in version control (semantics 12). Nothing is remembered
//! outside AWS, so git is asked; where there is none, nothing is said.

use muster_core::fleet::{self, FileSource as _, Reaching};

use crate::app::App;
use crate::env;
use crate::git::{self, Base, Then};
use crate::project::{self, Project};

/// More keys than this are counted.
const KEYS: usize = 4;

/// What a plan says before its steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Remarks {
    /// Sections that differ: `cloud`.
    pub(crate) sections: Vec<String>,
    /// One sentence each.
    pub(crate) notes: Vec<String>,
}

/// Compares the file with the version that the work on it began from.
pub(crate) fn remarks(app: &App, project: &Project) -> Remarks {
    let base = match git::base(&project.folder, env::get(env::GITHUB_BASE_REF).as_deref()) {
        Ok(Some(base)) => base,
        Ok(None) => return Remarks::default(),
        Err(branch) => {
            return unknown(format!(
                "{branch} is not here to compare with, so a change of `cloud`, `notify` or packs would not show; fetch it (with actions/checkout: `fetch-depth: 0`)"
            ));
        }
    };
    let then = Then { folder: &project.folder, commit: &base.commit };
    let name = app.global.fleet.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    // A file that is new there has nothing to differ from.
    let Some(bytes) = then.read(name).ok().filter(|bytes| *bytes != project.bytes) else { return Remarks::default() };
    match fleet::load(name, &bytes, &then, &project::options(app)).fleet {
        Some(before) => told(&project.fleet.reaching_since(&before), &base),
        None => unknown(format!(
            "the file of {} is not valid for this muster, so a change of `cloud`, `notify` or packs would not show; compare it by eye",
            base.words()
        )),
    }
}

fn unknown(note: String) -> Remarks {
    Remarks { sections: Vec::new(), notes: vec![note] }
}

fn told(differing: &[Reaching], base: &Base) -> Remarks {
    let note = |one: &Reaching| {
        let place = one.span.as_ref().map(|span| format!(" at {}", span.file_line())).unwrap_or_default();
        let keys = if one.keys.is_empty() { String::new() } else { format!(": {}", listed(&one.keys)) };
        format!("`{}`{place} differs from {}{keys}", one.section, base.words())
    };
    Remarks { sections: differing.iter().map(|one| one.section.clone()).collect(), notes: differing.iter().map(note).collect() }
}

fn listed(keys: &[String]) -> String {
    match keys.len() {
        n if n > KEYS => format!("{} and {} more", keys[..KEYS].join(", "), n - KEYS),
        _ => keys.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_section_line_commit_and_keys() {
        let base = Base { commit: "1a2b3c4d5e".to_owned(), name: "origin/main".to_owned() };
        let keys = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        let one = Reaching { section: "cloud".to_owned(), keys, span: None };
        let remarks = told(&[one], &base);
        assert_eq!(remarks.notes, ["`cloud` differs from commit 1a2b3c4 (origin/main): a, b, c, d and 1 more"]);
        assert_eq!(remarks.sections, ["cloud"]);
    }
}
