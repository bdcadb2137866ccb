//! Which files go: the folder must not grow for ever, and two versions of muster on one machine must not take each
//! other's code away.

use std::time::{Duration, SystemTime};

use super::folder::Entry;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Unused for longer than this, a file goes: compiling again costs a second, once.
const UNUSED: Duration = DAY.saturating_mul(90);
/// The same for code of another wasmtime, processor or version of the limits. Its muster may still be in use.
const FOREIGN: Duration = DAY.saturating_mul(7);
/// A draft this old belongs to a run that was killed: writing takes seconds.
const DRAFT: Duration = DAY;
/// Most bytes that stay; of more, what was used longest ago goes. Python's 40 MB, twenty-five times.
pub const CACHE_MAX_BYTES: u64 = 1 << 30;
/// How files of compiled code end.
const SUFFIX: &str = ".cwasm";

/// What cleaning removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Cleaned {
    pub(super) fn add(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
    }
}

/// What of `entries` goes, as of `now`. The key and whatever was not written here stay.
pub(super) fn doomed(entries: Vec<Entry>, compatibility: &str, now: SystemTime) -> Vec<Entry> {
    let ours = format!("-{compatibility}{SUFFIX}");
    let (mut doomed, mut kept) = (Vec::new(), Vec::new());
    for entry in entries {
        match patience(&entry.name, &ours) {
            Some(patience) if age(&entry, now) > patience => doomed.push(entry),
            Some(_) => kept.push(entry),
            None => {}
        }
    }
    kept.sort_by(|a, b| a.used.cmp(&b.used).then_with(|| a.name.cmp(&b.name)));
    let mut bytes: u64 = kept.iter().map(|entry| entry.bytes).sum();
    for entry in kept {
        if bytes <= CACHE_MAX_BYTES {
            break;
        }
        bytes -= entry.bytes;
        doomed.push(entry);
    }
    doomed
}

/// A file from the future (a clock was set back) is as good as new.
fn age(entry: &Entry, now: SystemTime) -> Duration {
    now.duration_since(entry.used).unwrap_or_default()
}

/// How long a file of this name may lie unused; nothing for one that is not ours to judge.
fn patience(name: &str, ours: &str) -> Option<Duration> {
    if name.ends_with(ours) {
        return Some(UNUSED);
    }
    if name.ends_with(SUFFIX) {
        return Some(FOREIGN);
    }
    let (whole, random) = name.rsplit_once('.')?;
    let is_draft = random.len() == 16 && random.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_draft && (whole.ends_with(SUFFIX) || whole == "key")).then_some(DRAFT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + DAY * 20_000
    }

    fn entry(name: &str, days: u32, bytes: u64) -> Entry {
        Entry { name: name.to_owned(), bytes, used: now() - DAY * days }
    }

    fn gone(entries: Vec<Entry>) -> Vec<String> {
        doomed(entries, "0a1b-1", now()).into_iter().map(|entry| entry.name).collect()
    }

    #[test]
    fn ours_stay_for_ninety_days_those_of_others_for_seven() {
        let files =
            [("ee-0a1b-1.cwasm", 90), ("ff-0a1b-1.cwasm", 91), ("ee-9999-1.cwasm", 7), ("ff-9999-1.cwasm", 8), ("gg-0a1b-2.cwasm", 8)];
        assert_eq!(gone(files.map(|(name, days)| entry(name, days, 1)).into()), ["ff-0a1b-1.cwasm", "ff-9999-1.cwasm", "gg-0a1b-2.cwasm"]);
    }

    #[test]
    fn drafts_of_killed_runs_go_and_what_is_not_ours_stays() {
        let files =
            ["key", "key.00112233445566aa", "ee-0a1b-1.cwasm.00112233445566aa", "notes.txt", "notes.00112233445566aa", "x.cwasm.zz"];
        assert_eq!(gone(files.map(|name| entry(name, 400, 1)).into()), ["key.00112233445566aa", "ee-0a1b-1.cwasm.00112233445566aa"]);
        assert_eq!(gone(vec![entry("ee-0a1b-1.cwasm.00112233445566aa", 1, 1)]), [] as [&str; 0], "somebody may be writing it");
    }

    #[test]
    fn over_the_bound_what_was_used_longest_ago_goes_first() {
        let half = CACHE_MAX_BYTES / 2;
        let files = || vec![entry("a-0a1b-1.cwasm", 3, half), entry("b-0a1b-1.cwasm", 5, half), entry("c-9999-1.cwasm", 1, 1)];
        assert_eq!(gone(files()), ["b-0a1b-1.cwasm"]);
        assert_eq!(gone(files()[..2].to_vec()), [] as [&str; 0], "exactly the bound");
    }

    #[test]
    fn a_clock_that_was_set_back_empties_nothing() {
        let future = Entry { used: now() + DAY * 1_000, ..entry("a-9999-1.cwasm", 0, 1) };
        assert_eq!(gone(vec![future]), [] as [&str; 0]);
    }
}
