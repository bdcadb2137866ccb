//! Compiled packs, kept between runs.
//!
//! ```text
//! FOLDER/v1/key                               32 random bytes, made at the first run, 0600
//! FOLDER/v1/SHA256-COMPATIBILITY-LIMITS.cwasm 32 bytes of HMAC, then what wasmtime wrote
//! ```
//! wasmtime loads compiled code without looking at it: of 401 copies with one flipped bit it took 397, and each could
//! do anything this process can. So every file carries a MAC over its own name and bytes under a key that only this user
//! can read, and only bytes whose MAC was checked are loaded, from memory, never again from the file. Whoever can read
//! the key is the user anyway; the MAC is against files that were swapped, restored, synchronised or that rotted.
//!
//! Whatever is doubtful is compiled again and written anew. Nothing here makes a run fail. What nobody needs any more
//! goes: see `clean.rs`.

mod clean;
mod folder;
mod seal;
mod trusted;

use std::fmt;
use std::path::Path;
use std::time::SystemTime;

use wasmtime::Engine;
use wasmtime::component::Component;

use crate::error::CacheError;
pub use clean::{CACHE_MAX_BYTES, Cleaned};
use folder::Folder;
use seal::Key;

/// Version of the layout above. Another layout is another folder.
const LAYOUT: &str = "v1";
/// Largest file that is written and read, in bytes: Python's 18 MiB become 40.
const FILE_MAX_BYTES: u64 = 256 << 20;

/// A folder of compiled packs and the key that seals them.
#[derive(Debug)]
pub struct Cache {
    folder: Folder,
    key: Key,
    /// [`FILE_MAX_BYTES`], but in tests.
    most: u64,
}

/// Why a file of the cache was not used. The pack was compiled instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// It could not be read.
    Unreadable(String),
    /// Its seal is not ours, or not for this pack and compiler.
    Seal,
    /// Sealed by us, and yet wasmtime refused it.
    Refused(String),
    /// The new one could not be written.
    Unwritten(String),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => write!(f, "its file in the cache could not be read: {why}"),
            Self::Seal => f.write_str("its file in the cache was changed, and is not used"),
            Self::Refused(why) => write!(f, "its file in the cache does not load: {why}"),
            Self::Unwritten(why) => write!(f, "it could not be kept in the cache: {why}"),
        }
    }
}

impl Cache {
    /// Opens the cache below `folder`, making it and its key as needed.
    ///
    /// # Errors
    /// When the folder or its key is a link, belongs to somebody else, or can be written by others.
    pub fn open(folder: &Path) -> Result<Self, CacheError> {
        let folder = Folder::open(folder, LAYOUT)?;
        let key = Key::of(&folder)?;
        Ok(Self { folder, key, most: FILE_MAX_BYTES })
    }

    /// The component of this name, `None` when there is none yet.
    pub(crate) fn load(&self, engine: &Engine, name: &str) -> Result<Option<Component>, Doubt> {
        let sealed = match self.folder.read(name, self.most) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(None),
            Err(error) => return Err(Doubt::Unreadable(error.to_string())),
        };
        let code = self.key.unseal(name, &sealed).ok_or(Doubt::Seal)?;
        let component = trusted::component(engine, code).map_err(|error| Doubt::Refused(format!("{error:#}")))?;
        self.folder.touch(name);
        Ok(Some(component))
    }

    /// Keeps a component, unless its file would be larger than any that is read: such a one is compiled each time.
    pub(crate) fn store(&self, name: &str, component: &Component) -> Result<(), Doubt> {
        let code = component.serialize().map_err(|error| Doubt::Unwritten(format!("{error:#}")))?;
        let sealed = self.key.seal(name, &code);
        if sealed.len() as u64 > self.most {
            return Err(Doubt::Unwritten(format!("it has {} bytes as machine code, at most {} are kept", sealed.len(), self.most)));
        }
        self.folder.write(name, &sealed).map_err(|error| Doubt::Unwritten(error.to_string()))
    }

    /// Removes what nobody needs, as of `now`; `compatibility` is what code of this muster carries in its name.
    pub(crate) fn clean(&self, compatibility: &str, now: SystemTime) -> Result<Cleaned, CacheError> {
        let failed = |source| CacheError::Io { path: self.folder.path(""), source };
        let mut cleaned = Cleaned::default();
        for entry in clean::doomed(self.folder.entries().map_err(failed)?, compatibility, now) {
            match self.folder.remove(&entry.name) {
                Ok(()) => cleaned.add(entry.bytes),
                // Another run was faster.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(cleaned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The smallest component: a header.
    const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

    #[test]
    fn what_is_too_large_to_be_read_is_not_written() {
        let place = tempfile::tempdir().expect("a folder");
        let engine = crate::compile::engine().expect("an engine");
        let component = Component::from_binary(&engine, EMPTY).expect("a component");
        let mut cache = Cache::open(place.path()).expect("a cache");
        let bytes = cache.key.seal("a", &component.serialize().expect("code")).len() as u64;
        cache.most = bytes - 1;
        let doubt = cache.store("a", &component).expect_err("one byte too many");
        assert_eq!(
            doubt.to_string(),
            format!("it could not be kept in the cache: it has {bytes} bytes as machine code, at most {} are kept", bytes - 1)
        );
        assert!(cache.load(&engine, "a").expect("no doubt").is_none(), "nothing is there to be refused at every run");
        cache.most = bytes;
        cache.store("a", &component).expect("exactly as many");
        assert!(cache.load(&engine, "a").expect("no doubt").is_some());
        cache.most = bytes - 1;
        let doubt = cache.load(&engine, "a").map(|found| found.is_some()).expect_err("larger than it may be");
        assert_eq!(doubt, Doubt::Unreadable(format!("larger than {} bytes", bytes - 1)));
    }
}
