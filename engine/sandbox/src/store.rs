//! The file behind the embedded account.
//!
//! Writers hold an advisory lock on a file beside it, read what is there, change it, and put a whole new file
//! in its place. So many processes may write at once, and one that dies in the middle leaves the old state.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::SandboxError;
use crate::world::{FORMAT, World};

/// Enough of the file's beginning to hold format and revision.
const HEAD_BYTES: u64 = 96;

/// Where an embedded account is kept.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    path: PathBuf,
}

/// Held while a process writes.
pub(crate) struct Guard {
    /// Closing it gives the lock back.
    _file: File,
}

impl Store {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Waits for the right to write.
    pub(crate) fn lock(&self) -> Result<Guard, SandboxError> {
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(|why| self.error("cannot make the folder of", &why))?;
        }
        let file = private(&self.beside("lock")).map_err(|why| self.error("cannot lock", &why))?;
        file.lock().map_err(|why| self.error("cannot lock", &why))?;
        Ok(Guard { _file: file })
    }

    /// Reads the whole state; nothing when there is no file yet.
    pub(crate) fn load(&self) -> Result<Option<World>, SandboxError> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(self.error("cannot read", &why)),
        };
        let world: World =
            serde_json::from_slice(&bytes).map_err(|why| self.damaged(format!("line {}: not a sandbox file", why.line())))?;
        if world.format == FORMAT {
            return Ok(Some(world));
        }
        Err(self.damaged(format!("its format is {}, this build reads {FORMAT}", world.format)))
    }

    /// Takes over what another process wrote, if one did.
    pub(crate) fn refresh(&self, world: &mut World) -> Result<(), SandboxError> {
        if self.revision()? != Some(world.revision)
            && let Some(newer) = self.load()?
        {
            *world = newer;
        }
        Ok(())
    }

    /// Puts a new file in place of the old one. Only under [`Store::lock`], which makes the name beside it safe.
    pub(crate) fn save(&self, world: &World, _held: &Guard) -> Result<(), SandboxError> {
        let new = self.beside("new");
        let write = || -> io::Result<()> {
            let mut file = private(&new)?;
            file.set_len(0)?;
            file.write_all(&serde_json::to_vec(world)?)?;
            file.sync_all()?;
            fs::rename(&new, &self.path)
        };
        write().map_err(|why| self.error("cannot write", &why))
    }

    /// The revision in the file, read from its first bytes.
    pub(crate) fn revision(&self) -> Result<Option<u64>, SandboxError> {
        let mut head = String::new();
        match File::open(&self.path).and_then(|file| file.take(HEAD_BYTES).read_to_string(&mut head)) {
            Ok(_) => {}
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(self.error("cannot read", &why)),
        }
        let digits = head.split_once("\"revision\":").map(|(_, rest)| rest.split(',').next().unwrap_or_default());
        Ok(digits.and_then(|digits| digits.parse().ok()))
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.as_os_str().to_owned();
        name.push(".");
        name.push(ending);
        PathBuf::from(name)
    }

    fn error(&self, what: &'static str, why: &io::Error) -> SandboxError {
        SandboxError::File { what, path: self.path.display().to_string(), why: why.to_string() }
    }

    fn damaged(&self, why: String) -> SandboxError {
        SandboxError::Damaged { path: self.path.display().to_string(), why }
    }
}

/// Opens a file for writing that only its owner can read: it may hold private keys.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
