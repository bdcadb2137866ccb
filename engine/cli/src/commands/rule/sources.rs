//! The sources of a pack: what its component was built of, and where a word of it stands.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use muster_core::digest::sha256_hex;
use muster_core::span::Span;
use muster_host::author::{Digests, STAMP_FILE, Stale, Stamp};

use super::bench;
use super::pack::{CASES, Folder};
use crate::error::CommandError;
use crate::files::reason;

/// Folders that hold cases, or what compilers and package managers leave.
const SKIPPED: [&str; 6] = [CASES, "target", "node_modules", "build", "zig-out", "__pycache__"];
/// Endings of what is built or only read by people.
const ENDINGS: [&str; 4] = ["wasm", "o", "pyc", "md"];
/// Deepest folder that is looked into: far below what anybody writes, and a bound on links that lead back.
const MAX_DEPTH: usize = 16;

/// Digests of all sources in the folder.
pub(super) fn digests(folder: &Folder) -> Digests {
    let mut all = Digests::new();
    walk(&folder.path, "", &mut |path, file| {
        if let Ok(bytes) = fs::read(file)
            && path != folder.recipe.module
        {
            all.insert(path.to_owned(), sha256_hex(&bytes));
        }
    });
    all
}

/// Why the component of a folder is older than its sources, in words; nothing when it is not, or nobody knows: it came another way.
pub(super) fn stale(folder: &Folder, component: &[u8]) -> Option<String> {
    let text = fs::read_to_string(folder.path.join(STAMP_FILE)).ok()?;
    let stamp = Stamp::read(&text).filter(|stamp| stamp.is_of(component))?;
    match stamp.stale(&digests(folder))? {
        Stale::Failed => Some("the last build failed".to_owned()),
        Stale::Changed(files) => {
            let named = folder.path.join(files.first()?).display().to_string();
            let more = if files.len() > 1 { format!(" and {} more", files.len() - 1) } else { String::new() };
            Some(format!("{named}{more} changed since it was built"))
        }
    }
}

/// Writes down of what a component was built.
pub(super) fn built(folder: &Folder, component: &[u8], sources: Digests) -> Result<(), CommandError> {
    write(folder, &Stamp::new(component, Some(sources)))
}

/// After a build that failed: a component of which nobody knows the sources must not be taken for theirs. True when there is one.
pub(super) fn outlived(folder: &Folder) -> Result<bool, CommandError> {
    let Ok(component) = fs::read(folder.component()) else { return Ok(false) };
    let known = fs::read_to_string(folder.path.join(STAMP_FILE)).ok().and_then(|text| Stamp::read(&text));
    if !known.is_some_and(|stamp| stamp.is_of(&component)) {
        write(folder, &Stamp::new(&component, None))?;
    }
    Ok(true)
}

fn write(folder: &Folder, stamp: &Stamp) -> Result<(), CommandError> {
    let path = folder.path.join(STAMP_FILE);
    fs::write(&path, stamp.text())
        .map_err(|error| CommandError::failed(format!("{} could not be written: {}", path.display(), reason(&error))))
}

/// Where a word first stands in quotes, with the text of that file.
pub(super) fn place(folder: &Folder, word: &str) -> Option<(Span, Arc<str>)> {
    let mut found = None;
    walk(&folder.path, "", &mut |_, file| {
        if found.is_none()
            && let Ok(text) = fs::read_to_string(file)
            && let Some(at) = quoted(&text, word)
        {
            found = Some((span(file, &text, at, word.len()), Arc::from(text)));
        }
    });
    found
}

/// Byte at which the word stands between quotes, which may be escaped, as in JSON inside of a string.
fn quoted(text: &str, word: &str) -> Option<usize> {
    let quote = |c: char| matches!(c, '"' | '\'' | '`');
    let ends = |rest: &str| rest.starts_with(quote) || rest.starts_with("\\\"");
    let mut places = text.match_indices(word);
    places.find(|(at, _)| !word.is_empty() && text[..*at].ends_with(quote) && ends(&text[at + word.len()..])).map(|(at, _)| at)
}

fn span(file: &Path, text: &str, at: usize, length: usize) -> Span {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Span { file: file.display().to_string().into(), start: at, end: at + length, line: number(line), column: number(column) }
}

/// Calls `each` with the path in the folder and on this machine of every source, sorted. Links are not followed.
fn walk(folder: &Path, above: &str, each: &mut dyn FnMut(&str, &Path)) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut entries: Vec<fs::DirEntry> = entries.flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{above}{name}");
        match entry.file_type() {
            _ if name.starts_with('.') => {}
            Ok(is) if is.is_dir() && !SKIPPED.contains(&name.as_str()) && path.matches('/').count() < MAX_DEPTH => {
                walk(&entry.path(), &format!("{path}/"), each);
            }
            Ok(is) if is.is_file() && is_source(&path) => each(&path, &entry.path()),
            _ => {}
        }
    }
}

fn is_source(path: &str) -> bool {
    let ending = Path::new(path).extension().unwrap_or_default().to_string_lossy();
    path != STAMP_FILE && path != bench::FILE && !ENDINGS.contains(&&*ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_between_quotes_only() {
        assert_eq!(quoted(r#"a tag, "tag""#, "tag"), Some(8));
        assert_eq!(quoted(r#""{\"kind\": \"ec2-volum\"}""#, "ec2-volum"), Some(14));
        assert_eq!(quoted("tag 'tags'", "tag"), None);
        assert_eq!(quoted("\"\"", ""), None);
    }

    #[test]
    fn what_is_built_or_read_by_people_is_no_source() {
        for (path, source) in
            [("rule.c", true), ("src/data.json", true), ("muster-rule.toml", true), ("README.md", false), ("core.wasm", false)]
        {
            assert_eq!(is_source(path), source, "{path}");
        }
        assert!(!is_source("bench.json") && !is_source("built.json"));
    }
}
