//! The key, and what it seals.

use std::fmt;

use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use super::folder::Folder;
use crate::error::CacheError;

/// Bytes of the key, and of a MAC.
const BYTES: usize = 32;
/// Its file.
const KEY_FILE: &str = "key";

/// The user's own key.
pub(super) struct Key([u8; BYTES]);

/// Bytes whose seal was checked. Only [`Key::unseal`] makes one.
pub(super) struct Authentic<'a>(&'a [u8]);

impl<'a> Authentic<'a> {
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Debug for Key {
    /// Says nothing: a key in a log is no key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// Reads the folder's key, or makes one.
    pub(super) fn of(folder: &Folder) -> Result<Self, CacheError> {
        let wrong = || CacheError::Key(folder.path(KEY_FILE));
        let io = |source| CacheError::Io { path: folder.path(KEY_FILE), source };
        let bytes = match folder.read(KEY_FILE, BYTES as u64).map_err(io)? {
            Some(bytes) => bytes,
            None => {
                let mut fresh = [0; BYTES];
                getrandom::fill(&mut fresh).map_err(|_| CacheError::Random)?;
                // Of two first runs one wins, and both use what it wrote.
                folder.write_new(KEY_FILE, &fresh).map_err(io)?;
                folder.read(KEY_FILE, BYTES as u64).map_err(io)?.ok_or_else(wrong)?
            }
        };
        Ok(Self(bytes.try_into().map_err(|_| wrong())?))
    }

    /// The MAC over name and bytes, then the bytes.
    pub(super) fn seal(&self, name: &str, code: &[u8]) -> Vec<u8> {
        let tag = self.mac(name, code).finalize().into_bytes();
        [&tag, code].concat()
    }

    /// The bytes, if the MAC before them is ours for this name.
    pub(super) fn unseal<'a>(&self, name: &str, sealed: &'a [u8]) -> Option<Authentic<'a>> {
        let (tag, code) = sealed.split_at_checked(BYTES)?;
        self.mac(name, code).verify_slice(tag).ok().map(|()| Authentic(code))
    }

    fn mac(&self, name: &str, code: &[u8]) -> Hmac<Sha256> {
        // The length keeps a name's end from becoming the code's beginning.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(&(name.len() as u64).to_be_bytes());
        mac.update(name.as_bytes());
        mac.update(code);
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_holds_for_one_name_and_one_text_under_one_key() {
        let (key, other) = (Key([7; BYTES]), Key([8; BYTES]));
        let sealed = key.seal("pack-a", b"code");
        assert_eq!(key.unseal("pack-a", &sealed).map(|code| code.bytes().to_vec()), Some(b"code".to_vec()));
        assert!(key.unseal("pack-b", &sealed).is_none(), "a file under another's name");
        assert!(key.unseal("pack-", &key.seal("pack-a", b"code")).is_none());
        assert!(other.unseal("pack-a", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[at] ^= 1;
            assert!(key.unseal("pack-a", &bad).is_none(), "byte {at}");
            assert!(key.unseal("pack-a", &sealed[..at]).is_none(), "first {at} bytes");
        }
        assert_eq!(format!("{key:?}"), "Key(…)");
    }
}
