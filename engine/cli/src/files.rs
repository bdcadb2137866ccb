//! Files that fleet.yaml names: read, but only under its own folder.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use muster_core::fleet::FileSource;

/// Largest file that fleet.yaml may name.
const MAX_BYTES: u64 = 10 * 1024 * 1024;

/// The folder of fleet.yaml. A pull request edits that file, so it may name files and never reach out of here.
pub(crate) struct Folder {
    root: PathBuf,
}

impl Folder {
    /// A folder.
    pub(crate) fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The path of a file in it, symbolic links resolved.
    pub(crate) fn resolve(&self, relative: &str) -> Result<PathBuf, String> {
        if Path::new(relative).is_absolute() {
            return Err("it is an absolute path; files stand under the folder of the fleet file".to_owned());
        }
        let root = self.root.canonicalize().map_err(|error| reason(&error))?;
        let path = root.join(relative).canonicalize().map_err(|error| reason(&error))?;
        if path.starts_with(&root) { Ok(path) } else { Err("it lies outside the folder of the fleet file".to_owned()) }
    }
}

impl FileSource for Folder {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        plain(self.resolve(relative)?)
    }
}

fn plain(path: PathBuf) -> Result<Vec<u8>, String> {
    let meta = path.metadata().map_err(|error| reason(&error))?;
    if !meta.is_file() {
        return Err("it is not a file".to_owned());
    }
    if meta.len() > MAX_BYTES {
        return Err("it is larger than 10 MiB".to_owned());
    }
    std::fs::read(path).map_err(|error| reason(&error))
}

/// Files that somebody named on the command line: whoever typed a path may read it, wherever it leads. What such a file names
/// in turn was typed by nobody, so it is read only below the folder of a file that was.
#[cfg(feature = "rules")]
pub(crate) struct Typed<'a>(pub(crate) &'a [String]);

#[cfg(feature = "rules")]
impl Typed<'_> {
    fn allows(&self, resolved: &Path) -> bool {
        let folders = self.0.iter().filter_map(|typed| match Path::new(typed).parent() {
            Some(folder) if folder == Path::new("") => Path::new(".").canonicalize().ok(),
            Some(folder) => folder.canonicalize().ok(),
            None => None,
        });
        folders.into_iter().any(|folder| resolved.starts_with(folder))
    }
}

#[cfg(feature = "rules")]
impl FileSource for Typed<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        if self.0.iter().any(|typed| typed == path) {
            return plain(PathBuf::from(path));
        }
        let resolved = Path::new(path).canonicalize().map_err(|error| reason(&error))?;
        if self.allows(&resolved) { plain(resolved) } else { Err("it lies outside the folder of the policy that extends it".to_owned()) }
    }
}

/// Puts new bytes in the place of a file, whole or not at all: written beside it, then renamed over it. The file must still
/// be what it was when it was read.
pub(crate) fn replace(path: &Path, old: &[u8], new: &[u8]) -> io::Result<()> {
    // A link stays one; what it leads to is replaced.
    let target = path.canonicalize()?;
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = target.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = write_new(&beside, new, &target).and_then(|()| {
        if std::fs::read(&target)? != old {
            return Err(io::Error::other("somebody else changed it meanwhile"));
        }
        std::fs::rename(&beside, &target)
    });
    if written.is_err() {
        let _gone = std::fs::remove_file(&beside);
    }
    written
}

fn write_new(path: &Path, bytes: &[u8], like: &Path) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.set_permissions(std::fs::metadata(like)?.permissions())?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Writes a file whole or not at all, whether or not one of its name is there.
#[cfg(feature = "rules")]
pub(crate) fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link stays one; what it leads to is replaced.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = target.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    let opened = options.write(true).create_new(true).open(&beside);
    let written = opened.and_then(|mut file| file.write_all(bytes)).and_then(|()| std::fs::rename(&beside, &target));
    if written.is_err() {
        let _gone = std::fs::remove_file(&beside);
    }
    written
}

/// Words for what the system said, without its number.
pub(crate) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_folder_is_read() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let root = dir.path().join("fleet");
        std::fs::create_dir_all(root.join("keys")).expect("folder");
        std::fs::write(dir.path().join("secret"), "s").expect("file");
        std::fs::write(root.join("keys/alice.pub"), "k").expect("file");
        let folder = Folder::new(&root);
        assert_eq!(folder.read("keys/alice.pub"), Ok(b"k".to_vec()));
        assert_eq!(folder.read("keys/../keys/alice.pub"), Ok(b"k".to_vec()));
        assert!(folder.read("../secret").expect_err("outside").contains("outside"));
        assert!(folder.read("/etc/hostname").expect_err("absolute").contains("absolute"));
        assert!(folder.read("keys").expect_err("folder").contains("not a file"));
        assert!(folder.read("keys/bob.pub").expect_err("absent").contains("no such file"));
    }

    #[test]
    fn a_file_is_replaced_whole_or_not_at_all() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let path = dir.path().join("fleet.yaml");
        std::fs::write(&path, "old").expect("file");
        replace(&path, b"old", b"new").expect("replaced");
        assert_eq!(std::fs::read(&path).expect("file"), b"new");
        let error = replace(&path, b"old", b"other").expect_err("changed meanwhile");
        assert!(error.to_string().contains("meanwhile"), "{error}");
        assert_eq!(std::fs::read(&path).expect("file"), b"new");
        assert_eq!(std::fs::read_dir(dir.path()).expect("folder").count(), 1, "nothing is left beside it");
    }

    #[cfg(all(unix, feature = "rules"))]
    #[test]
    fn what_is_put_takes_the_place_of_what_is_there() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let (path, link) = (dir.path().join("our.wasm"), dir.path().join("link"));
        put(&path, b"old").expect("written");
        std::os::unix::fs::symlink("our.wasm", &link).expect("link");
        put(&link, b"new").expect("written");
        assert_eq!(std::fs::read(&path).expect("file"), b"new");
        assert_eq!(std::fs::read_dir(dir.path()).expect("folder").count(), 2, "nothing is left beside them");
        assert!(put(&dir.path().join("none/x"), b"").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_out_is_refused() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let root = dir.path().join("fleet");
        std::fs::create_dir(&root).expect("folder");
        std::fs::write(dir.path().join("secret"), "s").expect("file");
        std::os::unix::fs::symlink("../secret", root.join("link")).expect("link");
        assert!(Folder::new(&root).read("link").expect_err("outside").contains("outside"));
    }

    #[cfg(all(unix, feature = "rules"))]
    #[test]
    fn what_a_typed_file_names_is_read_below_its_folder() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let root = dir.path().join("policies");
        std::fs::create_dir(&root).expect("folder");
        std::fs::write(dir.path().join("secret"), "s").expect("file");
        std::fs::write(root.join("base.yaml"), "b").expect("file");
        std::os::unix::fs::symlink("../secret", root.join("link")).expect("link");
        let path = |name: &str| root.join(name).to_string_lossy().into_owned();
        let typed = [path("our.yaml"), path("link")];
        assert_eq!(Typed(&typed).read(&path("base.yaml")), Ok(b"b".to_vec()));
        assert_eq!(Typed(&typed).read(&path("link")), Ok(b"s".to_vec()), "who typed it may read it");
        assert!(Typed(&typed[..1]).read(&path("link")).expect_err("outside").contains("outside"));
        assert!(Typed(&typed[..1]).read(&path("../secret")).expect_err("outside").contains("outside"));
        let secret = dir.path().join("secret").to_string_lossy().into_owned();
        assert!(Typed(&typed).read(&secret).expect_err("absolute, and nobody typed it").contains("outside"));
        std::os::unix::fs::symlink("..", root.join("up")).expect("link");
        assert!(Typed(&typed[..1]).read(&path("up/secret")).expect_err("through a folder").contains("outside"));
        std::os::unix::fs::symlink("base.yaml", root.join("same.yaml")).expect("link");
        assert_eq!(Typed(&typed[..1]).read(&path("same.yaml")), Ok(b"b".to_vec()), "a link within");
    }
}
