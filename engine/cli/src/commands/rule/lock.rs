//! `muster rule lock`.

use std::collections::BTreeMap;

use muster_core::diag::Diagnostic;
use muster_core::lock::{Lock, LockedPack};
use muster_core::span::At;

use super::inspect::known;
use super::pack::read;
use crate::app::App;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::Folder;
use crate::project::{LOCK_FILE, Project, write_lock};
use crate::render::{count, diagnostics};

/// Writes the packs of the fleet into fleet.lock.
pub(super) fn run(app: &App) -> Result<Exit, CommandError> {
    let project = Project::load(app, false)?;
    let packs = kept(&project.lock, packs(app, &project)?);
    let lines = differences(&project.lock.packs, &packs);
    if lines.is_empty() {
        app.terminal.say(&format!("{LOCK_FILE} is up to date: {}", count(packs.len(), "pack")));
        return Ok(Exit::Done);
    }
    let lock = Lock { packs, ..project.lock };
    write_lock(&project.folder, &lock)?;
    app.terminal.say(&format!("{LOCK_FILE} pins {}", count(lock.packs.len(), "pack")));
    lines.iter().for_each(|line| app.terminal.say(line));
    Ok(Exit::Done)
}

/// What each pack of the fleet is, by its path there. What is wrong with one is shown at its line.
pub(super) fn packs(app: &App, project: &Project) -> Result<BTreeMap<String, LockedPack>, CommandError> {
    let (mut packs, mut problems) = (BTreeMap::new(), Vec::new());
    for listed in &project.fleet.advisor.packs {
        match one(app, project, listed) {
            Ok(locked) => drop(packs.insert(listed.value.clone(), locked)),
            Err(error) => {
                let help = error.chain().split_off(1).into_iter().chain(error.hints);
                problems.push(help.fold(Diagnostic::error(error.message, listed.span.clone()), Diagnostic::help));
            }
        }
    }
    if problems.is_empty() {
        return Ok(packs);
    }
    app.terminal.block(&diagnostics::text(&problems, &project.sources, &app.terminal.err_style));
    Err(CommandError::invalid(format!("the packs of {} are not valid: {}", app.global.fleet.display(), diagnostics::tally(&problems))))
}

fn one(app: &App, project: &Project, listed: &At<String>) -> Result<LockedPack, CommandError> {
    let path = Folder::new(&project.folder).resolve(&listed.value).map_err(|why| {
        CommandError::invalid(format!("cannot read the pack `{}`: {why}", listed.value))
            .hint("paths count from the folder of the fleet file")
    })?;
    let bytes = read(&path)?;
    let known = known(app, &path, &bytes)?;
    if known.unrun {
        return Ok(known.locked);
    }
    Err(CommandError::invalid(format!("the pack `{}` does not say what its rules are", listed.value))
        .hint("`muster rule build` makes packs that do"))
}

/// Memory that somebody granted a pack stays granted.
fn kept(old: &Lock, mut packs: BTreeMap<String, LockedPack>) -> BTreeMap<String, LockedPack> {
    for (path, pack) in &mut packs {
        pack.memory = old.packs.get(path).and_then(|before| before.memory);
    }
    packs
}

/// What changed, a line for each pack and one for each thing it reads more than before.
pub(super) fn differences(old: &BTreeMap<String, LockedPack>, new: &BTreeMap<String, LockedPack>) -> Vec<String> {
    let mut lines = Vec::new();
    for (path, pack) in new {
        let before = old.get(path);
        match before {
            None => lines.push(format!("  + {path}: {} {}, {}", pack.name, pack.version, pack.digest)),
            Some(before) if before == pack => continue,
            Some(before) => lines.push(format!("  ~ {path}: {} {} → {}, {}", pack.name, before.version, pack.version, pack.digest)),
        }
        let widened = before.map_or_else(|| LockedPack::default().widened(pack), |before| before.widened(pack));
        let word = if before.is_some() { "reads more" } else { "reads" };
        lines.extend(widened.into_iter().map(|what| format!("      {word}: {what}")));
    }
    lines
        .extend(old.keys().filter(|path| !new.contains_key(*path)).map(|path| format!("  - {path}: fleet.yaml does not name it any more")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(version: &str, kinds: &[&str]) -> LockedPack {
        let needs = kinds.iter().map(|kind| ((*kind).to_owned(), std::collections::BTreeSet::new())).collect();
        LockedPack {
            name: "our".to_owned(),
            version: version.to_owned(),
            digest: format!("sha256:{version}"),
            needs,
            ..LockedPack::default()
        }
    }

    #[test]
    fn what_a_pack_reads_more_is_a_line_of_its_own() {
        let old = BTreeMap::from([("a.wasm".to_owned(), pack("1", &["ec2.volume"])), ("b.wasm".to_owned(), pack("1", &[]))]);
        let new = BTreeMap::from([
            ("a.wasm".to_owned(), pack("2", &["ec2.volume", "s3.bucket"])),
            ("c.wasm".to_owned(), pack("1", &["ec2.volume"])),
        ]);
        assert_eq!(
            differences(&old, &new),
            [
                "  ~ a.wasm: our 1 → 2, sha256:2",
                "      reads more: s3.bucket",
                "  + c.wasm: our 1, sha256:1",
                "      reads: ec2.volume",
                "  - b.wasm: fleet.yaml does not name it any more",
            ]
        );
        assert_eq!(differences(&new, &new), Vec::<String>::new());
    }

    #[test]
    fn granted_memory_outlives_a_new_version() {
        let old = Lock { packs: [("a.wasm".to_owned(), LockedPack { memory: Some(99), ..pack("1", &[]) })].into(), ..Lock::default() };
        let new = kept(&old, BTreeMap::from([("a.wasm".to_owned(), pack("2", &[]))]));
        assert_eq!(new["a.wasm"].memory, Some(99));
    }
}
