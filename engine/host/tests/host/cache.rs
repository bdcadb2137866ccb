//! Compiled packs between runs: used when they are ours and unchanged, and compiled anew in every other case.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use muster_host::{Cache, Doubt, Host, Limits, Origin};

use crate::support::{Guest, ask_with, documents, id, menagerie, short};
use muster_core::finding::Grouping;

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn folder(&self) -> PathBuf {
        self.0.path().join("compiled")
    }

    fn host(&self) -> Host {
        Host::new(Limits::default(), Some(Cache::open(&self.folder()).expect("a cache"))).expect("a host")
    }

    /// Loads, checks that it works, and says where the code came from.
    fn load(&self, bytes: &[u8]) -> (Origin, Option<Doubt>) {
        let host = self.host();
        let pack = host.load(id("test"), bytes).expect("a pack");
        (pack.origin, pack.doubt)
    }

    /// The compiled files.
    fn files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.folder().join("v1")).expect("a folder").map(|entry| entry.expect("an entry").path());
        let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|extension| extension == "cwasm")).collect();
        files.sort();
        files
    }
}

fn said(folder: &Path) -> String {
    Cache::open(folder).map(|_| ()).expect_err("refused").to_string().replace(&folder.display().to_string(), "FOLDER")
}

#[test]
fn the_second_run_does_not_compile() {
    let place = Place::new();
    let bytes = menagerie();
    assert_eq!(place.load(&bytes), (Origin::Compiled, None));
    assert_eq!(place.load(&bytes), (Origin::Cached, None));
    let host = place.host();
    let pack = host.load(id("test"), &bytes).expect("a pack");
    assert_eq!(pack.origin, Origin::Cached);
    let evaluation = ask_with(&host, &pack, Grouping::Each, &documents(["p1", "f2", "t3"]));
    assert_eq!(short(&evaluation.findings), ["f2 fail", "p1 pass", "t3 errored"], "cached code does the same");
    assert_eq!(place.load(&Guest::default().component()), (Origin::Compiled, None), "another pack");
    assert_eq!(place.files().len(), 2);
}

/// Changes the one file, and checks that it is not used, is made anew, and is then used again.
fn is_not_believed(change: impl Fn(&Path)) -> Doubt {
    let place = Place::new();
    let bytes = menagerie();
    place.load(&bytes);
    let file = place.files().remove(0);
    change(&file);
    let (origin, doubt) = place.load(&bytes);
    assert_eq!(origin, Origin::Compiled);
    assert_eq!(place.load(&bytes), (Origin::Cached, None), "made anew");
    doubt.expect("a doubt")
}

#[test]
fn a_truncated_file() {
    for keep in [0, 1, 31, 32, 33, 1_000] {
        assert_eq!(is_not_believed(|file| fs::write(file, &fs::read(file).expect("bytes")[..keep]).expect("written")), Doubt::Seal);
    }
}

#[test]
fn a_flipped_bit_anywhere() {
    let place = Place::new();
    let bytes = menagerie();
    place.load(&bytes);
    let file = place.files().remove(0);
    let good = fs::read(&file).expect("bytes");
    for at in (0..good.len()).step_by(good.len() / 23) {
        let mut bad = good.clone();
        bad[at] ^= 4;
        fs::write(&file, &bad).expect("written");
        assert_eq!(place.load(&bytes), (Origin::Compiled, Some(Doubt::Seal)), "byte {at}");
    }
    assert_eq!(Doubt::Seal.to_string(), "its file in the cache was changed, and is not used");
}

/// Two good files, sealed by us, each under the other's name.
#[test]
fn swapped_files() {
    let place = Place::new();
    let (one, two) = (menagerie(), Guest::default().component());
    place.load(&one);
    place.load(&two);
    let files = place.files();
    let (first, second) = (fs::read(&files[0]).expect("bytes"), fs::read(&files[1]).expect("bytes"));
    fs::write(&files[0], second).expect("written");
    fs::write(&files[1], first).expect("written");
    assert_eq!(place.load(&one), (Origin::Compiled, Some(Doubt::Seal)));
    assert_eq!(place.load(&two), (Origin::Compiled, Some(Doubt::Seal)));
}

/// A file from another user's cache, or from a backup before the key changed.
#[test]
fn a_file_under_another_key() {
    let (ours, theirs) = (Place::new(), Place::new());
    let bytes = menagerie();
    ours.load(&bytes);
    theirs.load(&bytes);
    fs::copy(&theirs.files()[0], &ours.files()[0]).expect("copied");
    assert_eq!(ours.load(&bytes), (Origin::Compiled, Some(Doubt::Seal)));
}

#[test]
fn a_key_that_is_none() {
    let place = Place::new();
    place.load(&menagerie());
    let key = place.folder().join("v1/key");
    assert_eq!(fs::read(&key).expect("a key").len(), 32);
    fs::write(&key, [1; 31]).expect("written");
    assert_eq!(
        said(&place.folder()),
        "the cache of compiled rules is not used: FOLDER/v1/key is no key of ours; delete it and it is made again"
    );
    fs::remove_file(&key).expect("removed");
    assert_eq!(place.load(&menagerie()), (Origin::Compiled, Some(Doubt::Seal)), "old files are not ours any more");
}

#[test]
fn what_nobody_used_for_long_is_removed() {
    let place = Place::new();
    let (one, two) = (menagerie(), Guest::default().component());
    place.load(&one);
    place.load(&two);
    let (now, day) = (SystemTime::now(), Duration::from_secs(24 * 60 * 60));
    let files = place.files();
    let bytes = fs::metadata(&files[0]).expect("a file").len();
    fs::File::options().write(true).open(&files[0]).expect("a file").set_modified(now - day * 91).expect("set");
    let cleaned = place.host().clean_cache(now).expect("cleaned");
    assert_eq!((cleaned.files, cleaned.bytes, place.files()), (1, bytes, files[1..].to_vec()));
    assert_eq!(place.host().clean_cache(now).expect("cleaned").files, 0);
    assert!(place.folder().join("v1/key").exists());
}

/// Loading marks a file as used, so what is used every day stays for ever.
#[cfg(unix)]
#[test]
fn what_is_used_stays() {
    let place = Place::new();
    let bytes = menagerie();
    place.load(&bytes);
    let (now, day) = (SystemTime::now(), Duration::from_secs(24 * 60 * 60));
    fs::File::options().write(true).open(&place.files()[0]).expect("a file").set_modified(now - day * 300).expect("set");
    assert_eq!(place.load(&bytes), (Origin::Cached, None));
    assert_eq!(place.host().clean_cache(now).expect("cleaned").files, 0);
}

#[test]
fn a_file_instead_of_a_folder() {
    let place = Place::new();
    fs::write(place.folder(), "x").expect("written");
    assert_eq!(said(&place.folder()), "the cache of compiled rules is not used: FOLDER is no folder");
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

    #[test]
    fn a_symlinked_folder() {
        let place = Place::new();
        let real = place.0.path().join("elsewhere");
        fs::create_dir(&real).expect("a folder");
        symlink(&real, place.folder()).expect("a link");
        assert_eq!(said(&place.folder()), "the cache of compiled rules is not used: FOLDER is a symbolic link");
        fs::remove_file(place.folder()).expect("removed");
        fs::create_dir(place.folder()).expect("a folder");
        symlink(&real, place.folder().join("v1")).expect("a link");
        assert_eq!(said(&place.folder()), "the cache of compiled rules is not used: FOLDER/v1 is a symbolic link");
        assert_eq!(fs::read_dir(&real).expect("a folder").count(), 0, "nothing was written through the link");
    }

    #[test]
    fn a_symlinked_file() {
        let doubt = is_not_believed(|file| {
            let elsewhere = file.with_extension("elsewhere");
            fs::rename(file, &elsewhere).expect("moved");
            symlink(&elsewhere, file).expect("a link");
        });
        assert!(matches!(doubt, Doubt::Unreadable(_)), "{doubt}");
    }

    #[test]
    fn a_pipe_does_not_make_us_wait() {
        let doubt = is_not_believed(|file| {
            fs::remove_file(file).expect("removed");
            rustix::fs::mknodat(rustix::fs::CWD, file, rustix::fs::FileType::Fifo, rustix::fs::Mode::from_raw_mode(0o600), 0)
                .expect("a pipe");
        });
        assert_eq!(doubt.to_string(), "its file in the cache could not be read: not a file of yours");
    }

    #[test]
    fn a_folder_that_others_may_write_to() {
        let place = Place::new();
        place.load(&menagerie());
        fs::set_permissions(place.folder(), fs::Permissions::from_mode(0o777)).expect("a mode");
        assert_eq!(said(&place.folder()), "the cache of compiled rules is not used: others may write to FOLDER; run: chmod 700 FOLDER");
    }

    #[test]
    fn a_key_that_others_may_read() {
        let place = Place::new();
        place.load(&menagerie());
        fs::set_permissions(place.folder().join("v1/key"), fs::Permissions::from_mode(0o644)).expect("a mode");
        assert_eq!(said(&place.folder()), "the cache of compiled rules is not used: FOLDER/v1/key");
    }

    #[test]
    fn only_the_user_can_read_what_is_written() {
        let place = Place::new();
        place.load(&menagerie());
        let mode = |path: &Path| fs::metadata(path).expect("a file").mode() & 0o777;
        assert_eq!((mode(&place.folder()), mode(&place.folder().join("v1"))), (0o700, 0o700));
        assert_eq!((mode(&place.folder().join("v1/key")), mode(&place.files()[0])), (0o600, 0o600));
        assert_eq!(fs::read_dir(place.folder().join("v1")).expect("a folder").count(), 2, "no draft stays behind");
    }
}
