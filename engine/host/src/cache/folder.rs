//! A folder nobody else can put files into.

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::error::CacheError;

#[cfg(not(unix))]
use portable as system;
#[cfg(unix)]
use unix as system;

/// An open folder. Its files are reached through it, so that nobody can exchange it after it was looked at.
#[derive(Debug)]
pub(super) struct Folder {
    handle: system::Handle,
    path: PathBuf,
}

/// A file of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) bytes: u64,
    /// When it was last written or [`Folder::touch`]ed.
    pub(super) used: SystemTime,
}

impl Folder {
    /// Opens `base/name`, making both as needed, and refuses links, other people's folders and writable ones.
    pub(super) fn open(base: &Path, name: &str) -> Result<Self, CacheError> {
        system::make(base)?;
        system::open(base)?;
        let path = base.join(name);
        system::make(&path)?;
        Ok(Self { handle: system::open(&path)?, path })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The bytes of a file of ours, `None` when there is none. A link, a file of somebody else and one over `max` bytes
    /// are errors.
    pub(super) fn read(&self, name: &str, max: u64) -> io::Result<Option<Vec<u8>>> {
        let file = match system::open_file(&self.handle, &self.path, name) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        file.take(max + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > max { Err(io::Error::other(format!("larger than {max} bytes"))) } else { Ok(Some(bytes)) }
    }

    /// Writes a file whole or not at all, over an older one.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let draft = self.draft(name, bytes)?;
        system::replace(&self.handle, &self.path, &draft, name).inspect_err(|_| self.discard(&draft))
    }

    /// Writes a file whole, unless there is one.
    pub(super) fn write_new(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let draft = self.draft(name, bytes)?;
        let done = system::link(&self.handle, &self.path, &draft, name);
        self.discard(&draft);
        match done {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        }
    }

    /// Marks a file as used now. Where that cannot be, it looks older than it is, and is compiled again one day.
    pub(super) fn touch(&self, name: &str) {
        let _ = system::touch(&self.handle, &self.path, name);
    }

    /// Its plain files; whatever else lies there is not ours.
    pub(super) fn entries(&self) -> io::Result<Vec<Entry>> {
        system::entries(&self.handle, &self.path)
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        system::remove(&self.handle, &self.path, name)
    }

    fn draft(&self, name: &str, bytes: &[u8]) -> io::Result<String> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
        let draft = format!("{name}.{:016x}", u64::from_ne_bytes(random));
        let mut file = system::create(&self.handle, &self.path, &draft)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).inspect_err(|_| self.discard(&draft))?;
        Ok(draft)
    }

    /// A draft that stays takes room and does no harm.
    fn discard(&self, draft: &str) {
        let _ = self.remove(draft);
    }
}

#[cfg(unix)]
mod unix {
    use std::fs::{DirBuilder, File};
    use std::io;
    use std::os::fd::OwnedFd;
    use std::os::unix::fs::DirBuilderExt as _;
    use std::path::Path;
    use std::time::{Duration, SystemTime};

    use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat, Timespec, Timestamps, UTIME_NOW};
    use rustix::io::Errno;

    use super::Entry;
    use crate::error::CacheError;

    pub(super) type Handle = OwnedFd;

    pub(super) fn make(path: &Path) -> Result<(), CacheError> {
        DirBuilder::new().recursive(true).mode(0o700).create(path).or_else(|source| match source.kind() {
            // `open` says what it is instead.
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => Ok(()),
            _ => Err(CacheError::Io { path: path.to_owned(), source }),
        })
    }

    pub(super) fn open(path: &Path) -> Result<Handle, CacheError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let io = |error: Errno| CacheError::Io { path: path.to_owned(), source: error.into() };
        let handle = rustix::fs::open(path, flags, Mode::empty()).map_err(|error| match error {
            Errno::LOOP | Errno::MLINK => CacheError::Symlink(path.to_owned()),
            // Linux says this of a link too, when it is asked for a folder.
            Errno::NOTDIR if path.is_symlink() => CacheError::Symlink(path.to_owned()),
            Errno::NOTDIR => CacheError::NotAFolder(path.to_owned()),
            other => io(other),
        })?;
        let stat = rustix::fs::fstat(&handle).map_err(io)?;
        if foreign(&stat) {
            return Err(CacheError::Owner { path: path.to_owned(), owner: stat.st_uid });
        }
        if Mode::from_raw_mode(stat.st_mode).intersects(Mode::WGRP | Mode::WOTH) {
            return Err(CacheError::Writable(path.to_owned()));
        }
        Ok(handle)
    }

    fn foreign(stat: &Stat) -> bool {
        stat.st_uid != rustix::process::geteuid().as_raw()
    }

    pub(super) fn open_file(folder: &Handle, _path: &Path, name: &str) -> io::Result<File> {
        // NONBLOCK: a pipe of this name would wait for its writer for ever.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = rustix::fs::openat(folder, name, flags, Mode::empty())?;
        let stat = rustix::fs::fstat(&file)?;
        if foreign(&stat) || FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(io::Error::other("not a file of yours"));
        }
        if Mode::from_raw_mode(stat.st_mode).intersects(Mode::RWXG | Mode::RWXO) {
            return Err(io::Error::other("others may read or write it"));
        }
        Ok(File::from(file))
    }

    pub(super) fn create(folder: &Handle, _path: &Path, name: &str) -> io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(File::from(rustix::fs::openat(folder, name, flags, Mode::RUSR | Mode::WUSR)?))
    }

    pub(super) fn replace(folder: &Handle, _path: &Path, from: &str, to: &str) -> io::Result<()> {
        Ok(rustix::fs::renameat(folder, from, folder, to)?)
    }

    pub(super) fn link(folder: &Handle, _path: &Path, from: &str, to: &str) -> io::Result<()> {
        Ok(rustix::fs::linkat(folder, from, folder, to, AtFlags::empty())?)
    }

    pub(super) fn remove(folder: &Handle, _path: &Path, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(folder, name, AtFlags::empty())?)
    }

    pub(super) fn touch(folder: &Handle, _path: &Path, name: &str) -> io::Result<()> {
        let now = || Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
        Ok(rustix::fs::utimensat(folder, name, &Timestamps { last_access: now(), last_modification: now() }, AtFlags::SYMLINK_NOFOLLOW)?)
    }

    pub(super) fn entries(folder: &Handle, _path: &Path) -> io::Result<Vec<Entry>> {
        let mut all = Vec::new();
        for entry in Dir::read_from(folder)? {
            let entry = entry?;
            let stat = match rustix::fs::statat(folder, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => stat,
                // Another run was faster.
                Err(Errno::NOENT) => continue,
                Err(error) => return Err(error.into()),
            };
            let name = entry.file_name().to_str().ok().filter(|_| FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile);
            if let Some(name) = name {
                let used = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(stat.st_mtime).unwrap_or(0));
                all.push(Entry { name: name.to_owned(), bytes: u64::try_from(stat.st_size).unwrap_or(0), used });
            }
        }
        Ok(all)
    }
}

/// Where folders have no owner and mode of this kind: the profile folder of the user is their own by the system's
/// settings, links are refused, and the seal does the rest.
#[cfg(not(unix))]
mod portable {
    use std::fs::{self, File, OpenOptions};
    use std::io;
    use std::path::Path;

    use super::Entry;
    use crate::error::CacheError;

    pub(super) type Handle = ();

    pub(super) fn make(path: &Path) -> Result<(), CacheError> {
        fs::create_dir_all(path).map_err(|source| CacheError::Io { path: path.to_owned(), source })
    }

    pub(super) fn open(path: &Path) -> Result<Handle, CacheError> {
        let meta = fs::symlink_metadata(path).map_err(|source| CacheError::Io { path: path.to_owned(), source })?;
        match meta.file_type() {
            kind if kind.is_symlink() => Err(CacheError::Symlink(path.to_owned())),
            kind if kind.is_dir() => Ok(()),
            _ => Err(CacheError::NotAFolder(path.to_owned())),
        }
    }

    pub(super) fn open_file(_folder: &Handle, path: &Path, name: &str) -> io::Result<File> {
        let path = path.join(name);
        if !fs::symlink_metadata(&path)?.file_type().is_file() {
            return Err(io::Error::other("not a file of yours"));
        }
        File::open(path)
    }

    pub(super) fn create(_folder: &Handle, path: &Path, name: &str) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).open(path.join(name))
    }

    pub(super) fn replace(_folder: &Handle, path: &Path, from: &str, to: &str) -> io::Result<()> {
        fs::rename(path.join(from), path.join(to))
    }

    pub(super) fn link(_folder: &Handle, path: &Path, from: &str, to: &str) -> io::Result<()> {
        fs::hard_link(path.join(from), path.join(to))
    }

    pub(super) fn remove(_folder: &Handle, path: &Path, name: &str) -> io::Result<()> {
        fs::remove_file(path.join(name))
    }

    /// The time of reading, which the system keeps by itself, has to do.
    pub(super) fn touch(_folder: &Handle, _path: &Path, _name: &str) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn entries(_folder: &Handle, path: &Path) -> io::Result<Vec<Entry>> {
        let mut all = Vec::new();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let meta = entry.metadata()?;
            let used = [meta.modified().ok(), meta.accessed().ok()].into_iter().flatten().max();
            if let (true, Some(used), Ok(name)) = (meta.is_file(), used, entry.file_name().into_string()) {
                all.push(Entry { name, bytes: meta.len(), used });
            }
        }
        Ok(all)
    }
}
