//! Replay files of a run: what is needed to see a fault again.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use muster_core::finding::{Fault, Finding};
use muster_host::{Replay, is_replay};

use crate::app::App;
use crate::project::beside;

/// Most bytes of replay files that one run writes. Each holds a component; who has more faults than this has one cause.
const RUN_MAX_BYTES: usize = 256 << 20;

/// Replay files that a project keeps, those of the present run included, which writes at most three for a rule. Each is kept to be looked
/// at or sent to the rule's author; what ten rules left is more than anybody looks at, and holds what was observed of the account.
const KEEP: usize = 32;

/// Writes them under `.muster/replay` and says where; nothing when none was written. A finding whose replay was not names
/// none, so this comes before anybody sees them.
pub(crate) fn write(app: &App, folder: &Path, replays: &[Replay], findings: &mut [Finding]) -> Option<String> {
    if replays.is_empty() {
        return None;
    }
    let top = beside(folder, ".muster");
    let folder = top.join("replay");
    let mut written = BTreeSet::new();
    let files = replays.iter().map(|replay| (replay.file_name(), replay.encode()));
    let done = make(&top).and_then(|()| make_own(&folder)).and_then(|()| put_all(&folder, files, RUN_MAX_BYTES, &mut written));
    if let Err(error) = done {
        let (left, all) = (replays.len() - written.len(), replays.len());
        // The system's own word for a full disk comes with its number.
        let full = error.kind() == io::ErrorKind::QuotaExceeded && error.raw_os_error().is_none();
        let next = if full { "`muster advise --rule` asks one rule at a time" } else { "mend that, then `muster advise` again" };
        let folder = folder.display();
        app.terminal.warn(&format!("{left} of {all} replay files not written below {folder}: {error}; {next}"));
        forget(findings, &written);
    }
    if written.is_empty() {
        return None;
    }
    if let Err(error) = prune(&folder, &written) {
        app.terminal.say(&format!("note: earlier replay files below {} could not be removed: {error}", folder.display()));
    }
    Some(folder.display().to_string())
}

/// Removes the oldest of the files that muster wrote there, so that [`KEEP`] are left; those of this run stay. Anything else that
/// stands there is somebody's: links, folders, files of another name or content.
fn prune(folder: &Path, written: &BTreeSet<String>) -> io::Result<()> {
    let mut earlier = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let Ok(name) = entry?.file_name().into_string() else { continue };
        let path = folder.join(&name);
        if let Some(at) = Some(&name).filter(|name| !written.contains(*name)).and_then(|name| written_at(&path, name)) {
            earlier.push((Reverse(at), path));
        }
    }
    earlier.sort();
    earlier.into_iter().skip(KEEP.saturating_sub(written.len())).try_for_each(|(_, path)| match std::fs::remove_file(path) {
        // Another run was faster.
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    })
}

/// When muster wrote a replay file; nothing for what is none, or cannot be looked at. A link counts as what it is.
fn written_at(path: &Path, name: &str) -> Option<SystemTime> {
    let meta = std::fs::symlink_metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    let own = is_replay(name, &mut BufReader::new(File::open(path).ok()?)).ok()?;
    own.then(|| meta.modified().ok())?
}

/// Writes files up to `most` bytes together, and says which in `written`. The one that is too much is a quota exceeded.
fn put_all(folder: &Path, files: impl Iterator<Item = (String, Vec<u8>)>, most: usize, written: &mut BTreeSet<String>) -> io::Result<()> {
    let mut bytes = 0;
    for (name, file) in files {
        bytes += file.len();
        if bytes > most {
            let why = format!("one run writes at most {} MiB of them", most >> 20);
            return Err(io::Error::new(io::ErrorKind::QuotaExceeded, why));
        }
        put(folder, &name, &file)?;
        written.insert(name);
    }
    Ok(())
}

/// Takes the names of files that are not there out of the findings.
fn forget(findings: &mut [Finding], written: &BTreeSet<String>) {
    for finding in findings {
        let Some(fault) = finding.fault.as_ref().filter(|fault| fault.replay.as_ref().is_some_and(|file| !written.contains(file))) else {
            continue;
        };
        let without = Fault { replay: None, ..(**fault).clone() };
        finding.message = without.to_string();
        finding.fault = Some(Arc::new(without));
    }
}

/// Makes a folder, unless it is there. A link does not count as one: it may come with the repository and lead anywhere.
fn make(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => return made,
    }
    if std::fs::symlink_metadata(folder)?.is_dir() { Ok(()) } else { Err(refused(folder, "is not a folder of its own")) }
}

/// Makes a folder that only the user reads, also when it was there before.
fn make_own(folder: &Path) -> io::Result<()> {
    make(folder)?;
    #[cfg(unix)]
    std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

fn refused(path: &Path, why: &str) -> io::Error {
    io::Error::other(format!("{} {why}", path.display()))
}

/// Written whole or not at all, for the user's eyes only: it holds what was observed of the account.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let path = folder.join(name);
    if std::fs::symlink_metadata(&path).is_ok_and(|meta| !meta.is_file()) {
        return Err(refused(&path, "is not a file of its own"));
    }
    let draft = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    // A draft of a process of that number, which is gone. Of a link the link goes, not what it leads to.
    match std::fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&draft).and_then(|mut file| file.write_all(bytes)).and_then(|()| std::fs::rename(&draft, &path));
    if written.is_err() {
        let _gone = std::fs::remove_file(&draft);
    }
    written
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use muster_core::finding::{Severity, Verdict};
    use serde_json::json;

    use super::*;

    #[cfg(unix)]
    #[test]
    fn links_are_refused_and_nobody_else_reads_what_is_written() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};

        let dir = tempfile::tempdir().expect("temporary folder");
        let (folder, link, out) = (dir.path().join("replay"), dir.path().join("link"), dir.path().join("out"));
        std::fs::create_dir(&folder).expect("folder");
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).expect("mode");
        std::fs::write(&out, "kept").expect("file");
        symlink(&folder, &link).expect("link");
        assert!(make_own(&link).expect_err("a link").to_string().contains("not a folder of its own"));
        make_own(&folder).expect("a folder");
        symlink(&out, folder.join("b.replay")).expect("link");
        symlink(&out, folder.join(format!(".a.replay.{}.tmp", std::process::id()))).expect("a stale draft");
        put(&folder, "a.replay", b"a").expect("written");
        assert!(put(&folder, "b.replay", b"b").expect_err("a link").to_string().contains("not a file of its own"));
        let mode = |path: &Path| std::fs::symlink_metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join("a.replay"))), (0o700, 0o600));
        assert_eq!(std::fs::read_to_string(&out).expect("file"), "kept");
    }

    /// A replay file as far as its name depends on it.
    fn replay(folder: &Path, about: &str, age: u64) -> PathBuf {
        let line = format!("{{\"about\":\"{about}\"}}");
        let name = format!("our-slow-{}.replay", &muster_core::digest::sha256_hex(line.as_bytes())[..16]);
        let path = folder.join(name);
        std::fs::write(&path, format!("muster-replay 1\n{line}\ncomponent")).expect("a replay");
        let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 - age);
        File::options().write(true).open(&path).and_then(|file| file.set_modified(then)).expect("its age");
        path
    }

    #[test]
    fn the_newest_files_are_kept_and_those_of_this_run_in_any_case() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let (oldest, old) = (replay(dir.path(), "oldest", 900), replay(dir.path(), "old", 800));
        let newer: Vec<PathBuf> = (0..30).map(|at| replay(dir.path(), &at.to_string(), 100)).collect();
        // Of this run, whatever its clock says.
        let now = replay(dir.path(), "now", 9_999);
        let written = BTreeSet::from([now.file_name().and_then(|name| name.to_str()).expect("a name").to_owned()]);
        prune(dir.path(), &written).expect("pruned");
        assert!(!oldest.exists() && old.exists() && now.exists() && newer.iter().all(|path| path.exists()));
        prune(dir.path(), &written).expect("pruned");
        assert_eq!(std::fs::read_dir(dir.path()).expect("folder").count(), KEEP);
    }

    #[cfg(unix)]
    #[test]
    fn what_muster_did_not_write_stays() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let (folder, out) = (dir.path().join("replay"), dir.path().join("out"));
        [&folder, &out].into_iter().for_each(|path| std::fs::create_dir(path).expect("folder"));
        let (target, renamed) = (replay(&out, "elsewhere", 900), replay(&folder, "renamed", 900));
        let mine = folder.join("mine-0123456789abcdef.replay");
        std::fs::rename(renamed, &mine).expect("renamed");
        let link = folder.join(target.file_name().expect("a name"));
        std::os::unix::fs::symlink(&target, &link).expect("link");
        std::os::unix::fs::symlink("nowhere", folder.join("our-slow-1123456789abcdef.replay")).expect("link");
        let notes = folder.join("our-slow-2123456789abcdef.replay");
        std::fs::write(&notes, "notes of mine").expect("file");
        std::fs::create_dir(folder.join("our-slow-3123456789abcdef.replay")).expect("folder");
        let gone = replay(&folder, "the one to go", 800);
        (0..KEEP).for_each(|at| drop(replay(&folder, &at.to_string(), 100)));
        prune(&folder, &BTreeSet::new()).expect("pruned");
        assert!(!gone.exists(), "an old one of muster's");
        assert_eq!(std::fs::read_dir(&folder).expect("folder").count(), KEEP + 5);
        assert!(mine.exists() && notes.exists() && target.exists() && std::fs::symlink_metadata(&link).is_ok());
    }

    #[test]
    fn a_run_writes_so_many_bytes_and_no_more() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let most = 2 << 20;
        let put = |last: usize| {
            let files = [("a.replay", 1 << 20), ("b.replay", (1 << 20) - 1), ("c.replay", last)];
            let mut written = BTreeSet::new();
            let files = files.into_iter().map(|(name, bytes)| (name.to_owned(), vec![0; bytes]));
            let done = put_all(dir.path(), files, most, &mut written).map_err(|error| (error.kind(), error.to_string()));
            (done, written.into_iter().collect::<Vec<_>>())
        };
        assert_eq!(put(1), (Ok(()), vec!["a.replay".into(), "b.replay".into(), "c.replay".into()]));
        std::fs::remove_file(dir.path().join("c.replay")).expect("removed");
        let full = (io::ErrorKind::QuotaExceeded, "one run writes at most 2 MiB of them".to_owned());
        assert_eq!(put(2), (Err(full), vec!["a.replay".into(), "b.replay".into()]));
        assert!(!dir.path().join("c.replay").exists());
    }

    #[test]
    fn a_finding_names_no_file_that_is_not_there() {
        let fault = |file: &str| {
            json!({
                "pack": {"name": "our", "version": "1"}, "rule": "slow", "group": "fleet", "kind": "trap", "cause": "unreachable",
                "among": 1, "frames": [], "log": [], "replay": file,
            })
        };
        let finding = |file: &str| {
            let fault: Fault = serde_json::from_value(fault(file)).expect("a fault");
            Finding {
                rule: "slow".into(),
                pack: Arc::new(fault.pack.clone()),
                verdict: Verdict::Errored,
                severity: Severity::Low,
                kind: "ec2.volume".into(),
                key: "vol-1".into(),
                resource: "vol-1".into(),
                account: "1".into(),
                region: "r".into(),
                message: fault.to_string(),
                evidence: serde_json::Map::new(),
                fault: Some(Arc::new(fault)),
            }
        };
        let mut findings = [finding("a.replay"), finding("b.replay")];
        forget(&mut findings, &BTreeSet::from(["a.replay".to_owned()]));
        assert!(findings[0].message.ends_with("; seen again with a.replay"), "{}", findings[0].message);
        assert!(!findings[1].message.contains("replay"), "{}", findings[1].message);
        assert_eq!(findings[1].fault.as_ref().and_then(|fault| fault.replay.clone()), None);
    }
}
