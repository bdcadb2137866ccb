//! `muster rule lock`.

use std::collections::BTreeMap;
use std::path::Path;

use muster_core::diag::Diagnostic;
use muster_core::lock::{Lock, LockedPack};
use muster_core::span::At;
use muster_host::author::{Manifest, contradicted, pin};
use muster_host::{Host, Limits, MEMORY_MAX_BYTES};

use super::inspect::known;
use super::pack::{self, read};
use super::sources;
use crate::advisor::place;
use crate::app::App;
use crate::args::RuleLock;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::Folder;
use crate::project::{LOCK_FILE, Project, write_lock};
use crate::render::{count, diagnostics};

/// Writes the packs of the fleet into fleet.lock.
pub(super) fn run(app: &App, args: &RuleLock) -> Result<Exit, CommandError> {
    let project = Project::load(app, false)?;
    let host = place::host(app)?;
    let ticks = host.ticker()?;
    let packs = kept(&project.lock, packs(app, &project, Some(&host), args.as_built)?);
    drop(ticks);
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

/// What each pack of the fleet is, by its path there. What is wrong with one is shown at its line. With a `host` each is asked
/// whether it says itself what its manifest does, and one that is older than its sources is refused unless `as_built`.
pub(super) fn packs(
    app: &App,
    project: &Project,
    host: Option<&Host>,
    as_built: bool,
) -> Result<BTreeMap<String, LockedPack>, CommandError> {
    let (mut packs, mut problems) = (BTreeMap::new(), Vec::new());
    let mut names: Vec<String> = muster_host::builtin().iter().map(|pack| pack.id().name).collect();
    for listed in &project.fleet.advisor.packs {
        match one(app, project, listed, host, as_built) {
            Ok(locked) if names.contains(&locked.name) => {
                let message = format!("two packs are called `{}`", locked.name);
                let help = "ids of rules begin with the pack's name, so it stands for one pack; its author names it";
                problems.push(Diagnostic::error(message, listed.span.clone()).help(help));
            }
            Ok(locked) => {
                names.push(locked.name.clone());
                packs.insert(listed.value.clone(), locked);
            }
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

fn one(app: &App, project: &Project, listed: &At<String>, host: Option<&Host>, as_built: bool) -> Result<LockedPack, CommandError> {
    let path = Folder::new(&project.folder).resolve(&listed.value).map_err(|why| {
        CommandError::invalid(format!("cannot read the pack `{}`: {why}", listed.value))
            .hint("paths count from the folder of the fleet file")
    })?;
    let bytes = read(&path)?;
    let known = known(app, &path, &bytes)?;
    if !known.unrun {
        return Err(CommandError::invalid(format!("the pack `{}` does not say what its rules are", listed.value))
            .hint("`muster rule build` makes packs that do"));
    }
    match stale(&listed.value, &path, &bytes) {
        Some(error) if host.is_some() && !as_built => return Err(error),
        Some(error) => app.terminal.warn(&format!("{}; next: {}", error.message, error.hints.join(", "))),
        None => {}
    }
    usable(&listed.value, &known.locked, project.lock.packs.get(&listed.value))?;
    host.map_or(Ok(()), |host| honest(host, &listed.value, &known.manifest, &bytes))?;
    Ok(known.locked)
}

/// Whether a pack that is built in this repository is older than its sources, which reviewers read in its place.
fn stale(listed: &str, path: &Path, bytes: &[u8]) -> Option<CommandError> {
    let shown = Path::new(listed).parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let folder = pack::Folder::open(path.parent()?).ok().filter(|folder| folder.component().file_name() == path.file_name())?;
    let why = sources::stale(&folder, bytes)?;
    let why = why.replace(&folder.path.display().to_string(), &shown.display().to_string());
    let build = pack::Folder { path: shown.to_owned(), ..folder }.build_command();
    let error = CommandError::invalid(format!("the pack `{listed}` is older than its sources: {why}"));
    Some(error.hint(format!("`{build}`, or `muster rule lock --as-built` pins what was built before")))
}

/// Refuses what `advise` could not use: kinds nobody reads, memory nobody may have.
fn usable(path: &str, pack: &LockedPack, before: Option<&LockedPack>) -> Result<(), CommandError> {
    let unknown = pin::unknown(&pack.needs);
    if !unknown.is_empty() {
        let message = format!("the pack `{path}` reads {}, which this muster does not know", unknown.join(", "));
        return Err(CommandError::invalid(message).hint("upgrade muster, or have the pack built for this one"));
    }
    let least = Limits::default().memory_bytes;
    match before.filter(|before| before.name == pack.name).and_then(|before| before.memory) {
        Some(bytes) if !(least..=MEMORY_MAX_BYTES).contains(&bytes) => Err(CommandError::invalid(format!(
            "{LOCK_FILE} gives the pack `{path}` {bytes} bytes of memory; an entry may say {least} to {MEMORY_MAX_BYTES}"
        ))
        .hint("change or remove `memory` of its entry")),
        _ => Ok(()),
    }
}

/// Asks the component itself: what is pinned, and what is asked of the account, must be what it says when it runs.
fn honest(host: &Host, path: &str, manifest: &Manifest, bytes: &[u8]) -> Result<(), CommandError> {
    let unusable =
        |error: Box<dyn std::error::Error + Send + Sync>| CommandError::invalid(format!("the pack `{path}` cannot be used")).because(error);
    let pack = host.load(manifest.id(), bytes).map_err(|error| unusable(error.into()))?;
    let asked = host.describe(&pack).map_err(|error| unusable(error.into()))?;
    match contradicted(manifest, &asked).map_err(|error| unusable(error.into()))? {
        None => Ok(()),
        Some(rule) => Err(CommandError::invalid(format!(
            "the pack `{path}` says something else of rule `{rule}` in its manifest than when it is asked"
        ))
        .hint("`muster rule build` writes what it says; somebody changed the manifest afterwards")),
    }
}

/// Memory that somebody granted a pack stays granted, to that pack and not to another in its place.
pub(super) fn kept(old: &Lock, mut packs: BTreeMap<String, LockedPack>) -> BTreeMap<String, LockedPack> {
    for (path, pack) in &mut packs {
        pack.memory = old.packs.get(path).filter(|before| before.name == pack.name).and_then(|before| before.memory);
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
    fn what_advise_would_refuse_is_not_locked() {
        let said = |pack: &LockedPack, before: Option<&LockedPack>| usable("a.wasm", pack, before).err().map(|error| error.message);
        let good = pack("1", &["ec2.volume"]);
        assert_eq!(said(&good, None), None);
        assert_eq!(
            said(&pack("1", &["ec2.spaceship"]), None).as_deref(),
            Some("the pack `a.wasm` reads ec2.spaceship, which this muster does not know")
        );
        let given = |memory| LockedPack { memory: Some(memory), ..good.clone() };
        assert_eq!(said(&good, Some(&given(MEMORY_MAX_BYTES))), None);
        assert_eq!(
            said(&good, Some(&given(1))).as_deref(),
            Some("fleet.lock gives the pack `a.wasm` 1 bytes of memory; an entry may say 67108864 to 536870912")
        );
    }

    #[test]
    fn granted_memory_outlives_a_new_version() {
        let old = Lock { packs: [("a.wasm".to_owned(), LockedPack { memory: Some(99), ..pack("1", &[]) })].into(), ..Lock::default() };
        let new = kept(&old, BTreeMap::from([("a.wasm".to_owned(), pack("2", &[]))]));
        assert_eq!(new["a.wasm"].memory, Some(99));
        let other = LockedPack { name: "their".to_owned(), ..pack("2", &[]) };
        assert_eq!(kept(&old, BTreeMap::from([("a.wasm".to_owned(), other)]))["a.wasm"].memory, None, "another pack in its place");
    }
}
