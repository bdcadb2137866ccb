//! Where it is remembered between passes what was told: `.muster/notices.json` beside fleet.yaml.
//!
//! Behind a trait, so that another store can take over. Who has taken the memory has it alone: two passes at once do not tell twice.

use std::fs::{self, File, TryLockError};
use std::future::Future;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::Duration;

use muster_core::notify::Ledger;

use crate::files::reason;
use crate::project::Project;
use crate::session::Session;

/// How long another pass may take to send; longer, and this one leaves it to that one.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks whether the other is done.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A taking of what is remembered, under way.
type Taking<'m> = Pin<Box<dyn Future<Output = Result<Box<dyn Taken>, String>> + 'm>>;

/// Something that remembers.
pub(crate) trait Memory {
    /// Takes what is remembered, alone, until it is dropped.
    fn take(&self) -> Taking<'_>;
}

/// What is remembered, taken.
pub(crate) trait Taken {
    /// The ledger.
    fn ledger(&self) -> &Ledger;
    /// The ledger, to change it.
    fn ledger_mut(&mut self) -> &mut Ledger;
    /// Writes it down.
    fn save(&mut self) -> Result<(), String>;
    /// What is to be said about it: that it was damaged.
    fn remark(&self) -> Option<&str>;
}

/// A memory in a file.
pub(crate) struct FileMemory {
    path: PathBuf,
}

/// The embedded account has a memory of its own: its clock is another, and nothing told there was told for real.
pub(crate) fn sandbox_memory_path(project: &Project) -> PathBuf {
    project.folder.join(".muster").join("notices.sandbox.json")
}

impl FileMemory {
    /// The memory of a session's fleet.
    pub(crate) fn of(session: &Session) -> Self {
        let live = || session.project.folder.join(".muster").join("notices.json");
        Self { path: if session.is_sandbox() { sandbox_memory_path(&session.project) } else { live() } }
    }

    async fn lock(&self) -> Result<File, String> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let failed = |error: io::Error| format!("{} cannot be locked: {}", self.path.display(), reason(&error));
        fs::create_dir_all(folder).map_err(failed)?;
        let file = private(&beside(&self.path, "lock")).map_err(failed)?;
        let mut waited = Duration::ZERO;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Err(TryLockError::WouldBlock) if waited >= PATIENCE => {
                    return Err(format!("another muster has been sending for {} s", PATIENCE.as_secs()));
                }
                Err(TryLockError::WouldBlock) => {
                    tokio::time::sleep(LOOK_EVERY).await;
                    waited += LOOK_EVERY;
                }
            }
        }
    }
}

impl Memory for FileMemory {
    fn take(&self) -> Taking<'_> {
        Box::pin(async {
            let lock = self.lock().await?;
            let (ledger, remark) = read(&self.path)?;
            Ok(Box::new(TakenFile { path: self.path.clone(), ledger, remark, _lock: lock }) as Box<dyn Taken>)
        })
    }
}

/// Reads the ledger. A file that is none is set aside: what it knew is lost, and that is said, but nothing stops because of it.
fn read(path: &Path) -> Result<(Ledger, Option<String>), String> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Ledger::default(), None)),
        Err(error) => return Err(format!("{} cannot be read: {}", path.display(), reason(&error))),
    };
    let why = match Ledger::parse(&bytes) {
        Ok(ledger) => return Ok((ledger, None)),
        Err(why) => why,
    };
    let aside = beside(path, "broken");
    fs::rename(path, &aside).map_err(|error| format!("{} is damaged and cannot be set aside: {}", path.display(), reason(&error)))?;
    let remark = format!(
        "{} is no record of notices ({why}); it was set aside as {}, and this pass begins anew: what was due before it is not told",
        path.display(),
        aside.display()
    );
    Ok((Ledger::default(), Some(remark)))
}

struct TakenFile {
    path: PathBuf,
    ledger: Ledger,
    remark: Option<String>,
    /// Closing it gives the lock back.
    _lock: File,
}

impl Taken for TakenFile {
    fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    fn ledger_mut(&mut self) -> &mut Ledger {
        &mut self.ledger
    }

    /// A whole new file takes the old one's place, so that whoever dies in between leaves one of the two.
    fn save(&mut self) -> Result<(), String> {
        let new = beside(&self.path, "new");
        let write = || -> io::Result<()> {
            let mut file = private(&new)?;
            file.set_len(0)?;
            file.write_all(&serde_json::to_vec_pretty(&self.ledger)?)?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            fs::rename(&new, &self.path)
        };
        write().map_err(|error| format!("{}: {}", self.path.display(), reason(&error)))
    }

    fn remark(&self) -> Option<&str> {
        self.remark.as_deref()
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// Opens a file for writing that only its owner can read.
fn private(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_saved_is_there_and_what_is_broken_is_set_aside() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let memory = FileMemory { path: dir.path().join(".muster/notices.json") };
        let now = "2026-11-20T01:00:00Z".parse().expect("instant");
        {
            let mut taken = memory.take().await.expect("taken");
            assert_eq!((taken.ledger().last_pass(), taken.remark()), (None, None));
            taken.ledger_mut().passed(now);
            taken.save().expect("saved");
        }
        assert_eq!(memory.take().await.expect("taken").ledger().last_pass(), Some(now));
        for broken in ["{", r#"{"format": 9, "last-pass": null, "warned": {}, "failing": {}}"#] {
            fs::write(&memory.path, broken).expect("written");
            let taken = memory.take().await.expect("never fatal");
            assert_eq!(taken.ledger().last_pass(), None);
            assert!(taken.remark().is_some_and(|remark| remark.contains("set aside as")), "{:?}", taken.remark());
            assert_eq!(fs::read_to_string(beside(&memory.path, "broken")).expect("set aside"), broken);
        }
    }

    #[tokio::test]
    async fn one_at_a_time_has_it() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let memory = FileMemory { path: dir.path().join("notices.json") };
        let held = memory.take().await.expect("taken");
        let second = tokio::time::timeout(Duration::from_millis(200), memory.take()).await;
        assert!(second.is_err(), "two have it at once");
        drop(held);
        assert!(memory.take().await.is_ok());
    }
}
