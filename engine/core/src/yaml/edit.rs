//! Changes of one value in a YAML text: everything else stays byte for byte, comments and order included.
//!
//! What cannot be changed without touching something else (text of `|`, anchors that other places repeat, a comment inside of
//! what would go) is refused with its place. The caller reads the result again before it is believed.

use std::ops::Range;
use std::sync::Arc;

use super::outline::{Part, Shape, outline};
use crate::diag::Diagnostic;
use crate::span::Span;

/// A scalar to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewScalar {
    text: String,
    yaml: String,
}

impl NewScalar {
    /// A word that YAML reads as it stands: a number, a truth value, a name.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { yaml: text.clone(), text }
    }

    /// Text in single quotes.
    #[must_use]
    pub fn quoted(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { yaml: format!("'{}'", text.replace('\'', "''")), text }
    }
}

/// A value to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewValue {
    /// One scalar.
    One(NewScalar),
    /// A list; one item is written as a scalar where a scalar stands.
    List(Vec<NewScalar>),
}

impl NewValue {
    /// In flow form, on one line.
    fn flow(&self) -> String {
        match self {
            Self::One(scalar) => scalar.yaml.clone(),
            Self::List(items) => format!("[{}]", items.iter().map(|item| item.yaml.as_str()).collect::<Vec<_>>().join(", ")),
        }
    }

    /// In the place of a scalar.
    fn in_place_of_scalar(&self) -> String {
        match self {
            Self::List(items) if items.len() == 1 => items[0].yaml.clone(),
            _ => self.flow(),
        }
    }
}

/// The text with the value at `path` set; maps on the way that are not there are made.
///
/// # Errors
/// When it cannot be done without touching something else; the diagnostic has the place.
pub fn set(file: &Arc<str>, text: &str, path: &[&str], value: &NewValue) -> Result<String, Box<Diagnostic>> {
    let editor = Editor { file, text };
    let root = editor.root()?;
    let (map, rest) = editor.descend(&root, path)?;
    let Some((key, below)) = rest.split_first() else { return Ok(text.to_owned()) };
    if let Some((key, part)) = map.part.entry(key).filter(|_| below.is_empty()) {
        return editor.replace(key, part, value);
    }
    let nested = below.iter().rev().fold(value.flow(), |inner, key| format!("{{{key}: {inner}}}"));
    editor.insert(&map, &format!("{key}: {nested}"))
}

/// The text without the entry at `path`; the same text when there is none.
///
/// # Errors
/// As [`set`].
pub fn remove(file: &Arc<str>, text: &str, path: &[&str]) -> Result<String, Box<Diagnostic>> {
    let editor = Editor { file, text };
    let root = editor.root()?;
    let (map, rest) = editor.descend(&root, path)?;
    let [key] = rest else { return Ok(text.to_owned()) };
    let Shape::Map { flow, entries } = &map.part.shape else { return Ok(text.to_owned()) };
    let Some(at) = entries.iter().position(|(entry, _)| entry.text() == Some(*key)) else { return Ok(text.to_owned()) };
    if entries.len() == 1 {
        return editor.refuse(entries[at].0.start, "it is the only key of its entry");
    }
    let stretches: Vec<Range<usize>> = entries.iter().map(|(key, value)| key.start..editor.entry_end(key, value)).collect();
    if *flow { editor.without_flow(&stretches, at..at + 1) } else { editor.without_lines(stretches[at].clone()) }
}

/// A map on the way, and the key that has it.
struct Found<'p> {
    part: &'p Part,
    key: Option<&'p Part>,
}

struct Editor<'a> {
    file: &'a Arc<str>,
    text: &'a str,
}

type Edited = Result<String, Box<Diagnostic>>;

impl Editor<'_> {
    fn root(&self) -> Result<Part, Box<Diagnostic>> {
        outline(self.text).ok_or_else(|| Box::new(Diagnostic::error(format!("{} is not YAML", self.file), Span::start_of(self.file))))
    }

    /// The deepest map on the path that is there, and what of the path lies below it.
    fn descend<'p, 'k>(&self, root: &'p Part, path: &'k [&'k str]) -> Result<(Found<'p>, &'k [&'k str]), Box<Diagnostic>> {
        let mut found = Found { part: root, key: None };
        for (depth, step) in path.iter().enumerate() {
            self.is_plain(found.part)?;
            let last = depth + 1 == path.len();
            let Some((key, value)) = found.part.entry(step).filter(|_| !last) else { return Ok((found, &path[depth..])) };
            found = Found { part: value, key: Some(key) };
        }
        Ok((found, &[]))
    }

    /// Refuses what other places share.
    fn is_plain(&self, part: &Part) -> Result<(), Box<Diagnostic>> {
        match part.shape {
            _ if part.anchored => self.refuse(part.start, "it carries an anchor, and what repeats it would change with it"),
            Shape::Alias => self.refuse(part.start, "it repeats another place by an alias"),
            Shape::Map { .. } | Shape::Null => Ok(()),
            _ => self.refuse(part.start, "it is no map"),
        }
    }

    fn refuse<T>(&self, at: usize, why: &str) -> Result<T, Box<Diagnostic>> {
        let span = self.span(at);
        let help = format!("edit line {} by hand, then `muster validate`", span.line);
        Err(Box::new(Diagnostic::error(format!("this cannot be edited in place: {why}"), span).help(help)))
    }

    fn span(&self, at: usize) -> Span {
        let at = at.min(self.text.len());
        let begin = self.line_start(at);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let line = count(self.text[..at].matches('\n').count() + 1);
        let end = at + self.text[at..].chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
        Span { file: self.file.clone(), start: at, end, line, column: count(self.text[begin..at].chars().count() + 1) }
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// The end of the line in which a value ends, its line break left out.
    fn line_end(&self, at: usize) -> usize {
        let end = self.text[at..].find('\n').map_or(self.text.len(), |newline| at + newline);
        if self.text[..end].ends_with('\r') { end - 1 } else { end }
    }

    fn newline(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    fn splice(&self, range: Range<usize>, with: &str) -> String {
        format!("{}{with}{}", &self.text[..range.start], &self.text[range.end..])
    }

    /// The place behind the colon of a key; behind the key where it has none.
    fn behind_colon(&self, key: &Part) -> usize {
        let rest = &self.text[key.end..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if rest[blanks..].starts_with(':') { key.end + blanks + 1 } else { key.end }
    }

    /// The place behind an entry; a value of nothing has none of its own.
    fn entry_end(&self, key: &Part, value: &Part) -> usize {
        if matches!(value.shape, Shape::Null) { self.behind_colon(key) } else { value.end }
    }

    fn over<'b>(&'b self, text: &'b str) -> Editor<'b> {
        Editor { file: self.file, text }
    }

    fn replace(&self, key: &Part, part: &Part, value: &NewValue) -> Edited {
        if part.anchored {
            return self.refuse(part.start, "it carries an anchor, and what repeats it would change with it");
        }
        match (&part.shape, value) {
            (Shape::Null, _) => {
                let at = self.behind_colon(key);
                Ok(self.splice(at..at, &format!(" {}", value.in_place_of_scalar())))
            }
            (Shape::Scalar(text), NewValue::One(new)) if *text == new.text => Ok(self.text.to_owned()),
            (Shape::Scalar(_) | Shape::Alias, _) => Ok(self.splice(part.start..part.end, &value.in_place_of_scalar())),
            (Shape::Seq { flow, items }, NewValue::List(new)) if !items.is_empty() => self.items(items, *flow, new),
            (Shape::Seq { flow: true, .. } | Shape::Map { flow: true, .. }, _) => {
                self.no_comment(part.start..part.end)?;
                Ok(self.splice(part.start..part.end, &value.flow()))
            }
            (Shape::BlockScalar, _) => self.refuse(key.start, "it is text of several lines"),
            (Shape::Seq { .. } | Shape::Map { .. }, _) => self.refuse(part.start, "it is written over several lines"),
        }
    }

    /// A comment is somebody's thought: it is never cut away.
    fn no_comment(&self, range: Range<usize>) -> Result<(), Box<Diagnostic>> {
        let comment = self.text[range.clone()].match_indices('#').find(|(at, _)| {
            let before = self.text[..range.start + at].chars().next_back();
            before.is_none_or(char::is_whitespace)
        });
        comment.map_or(Ok(()), |(at, _)| self.refuse(range.start + at, "a comment stands inside of what would be written anew"))
    }

    /// Writes a list over another, item by item: what is the same at its begin and end is not touched.
    fn items(&self, items: &[Part], flow: bool, new: &[NewScalar]) -> Edited {
        let same = |(old, new): (&Part, &NewScalar)| old.text() == Some(new.text.as_str());
        let head = items.iter().zip(new).take_while(|pair| same(*pair)).count();
        let tail = items[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|pair| same(*pair)).count();
        let (old_end, new_end) = (items.len() - tail, new.len() - tail);
        if let Some(part) = items[head..old_end].iter().find(|part| part.anchored) {
            return self.refuse(part.start, "an item carries an anchor");
        }
        let kept = head + (old_end - head).min(new_end - head);
        // From the end to the begin, so that the places before stay where they are.
        let mut text = if new_end > kept { self.more(items, flow, kept, &new[kept..new_end])? } else { self.text.to_owned() };
        if old_end > kept {
            text = self.over(&text).without_items(items, flow, kept..old_end)?;
        }
        for at in (head..kept).rev() {
            text = self.over(&text).splice(items[at].start..items[at].end, &new[at].yaml);
        }
        Ok(text)
    }

    fn without_items(&self, items: &[Part], flow: bool, gone: Range<usize>) -> Edited {
        if flow {
            let stretches: Vec<Range<usize>> = items.iter().map(|item| item.start..item.end).collect();
            return self.without_flow(&stretches, gone);
        }
        let without = |text: String, item: &Part| {
            let editor = self.over(&text);
            let dash = editor.dash(item)?;
            editor.without_lines(dash..item.end)
        };
        items[gone].iter().rev().try_fold(self.text.to_owned(), without)
    }

    /// Adds items before the one at `before`, or behind the last.
    fn more(&self, items: &[Part], flow: bool, before: usize, new: &[NewScalar]) -> Edited {
        let yaml: Vec<&str> = new.iter().map(|item| item.yaml.as_str()).collect();
        if flow {
            return Ok(match before.checked_sub(1) {
                Some(last) => self.splice(items[last].end..items[last].end, &format!(", {}", yaml.join(", "))),
                None => self.splice(items[0].start..items[0].start, &format!("{}, ", yaml.join(", "))),
            });
        }
        let dash = self.dash(&items[0])?;
        let lines = |text: &str| format!("{}- {text}", &self.text[self.line_start(dash)..dash]);
        Ok(match before.checked_sub(1) {
            Some(last) => {
                let at = self.line_end(items[last].end);
                let added: String = yaml.iter().map(|yaml| format!("{}{}", self.newline(), lines(yaml))).collect();
                self.splice(at..at, &added)
            }
            None => {
                let at = self.line_start(dash);
                let added: String = yaml.iter().map(|yaml| format!("{}{}", lines(yaml), self.newline())).collect();
                self.splice(at..at, &added)
            }
        })
    }

    /// Where the `-` of a block item stands: alone before it on its line.
    fn dash(&self, item: &Part) -> Result<usize, Box<Diagnostic>> {
        let line = self.line_start(item.start);
        let before = &self.text[line..item.start];
        match before.trim_end().strip_suffix('-') {
            Some(blanks) if blanks.trim().is_empty() => Ok(line + blanks.len()),
            _ => self.refuse(item.start, "its `-` does not stand alone before it"),
        }
    }

    /// Takes whole lines away; refused when something else stands on them.
    fn without_lines(&self, range: Range<usize>) -> Edited {
        let (begin, end) = (self.line_start(range.start), self.line_end(range.end));
        if !self.text[begin..range.start].trim().is_empty() {
            return self.refuse(range.start, "something else stands on its line");
        }
        let behind = self.text[range.end..end].trim();
        if !behind.is_empty() && !behind.starts_with('#') {
            return self.refuse(range.end, "something else stands on its line");
        }
        self.no_comment(range)?;
        let next = self.text[end..].find('\n').map_or(self.text.len(), |newline| end + newline + 1);
        Ok(self.splice(begin..next, ""))
    }

    /// Takes items or entries of a flow collection away, with as many commas.
    fn without_flow(&self, stretches: &[Range<usize>], gone: Range<usize>) -> Edited {
        let (first, last) = (&stretches[gone.start], &stretches[gone.end - 1]);
        let range = match (stretches.get(gone.end), gone.start.checked_sub(1)) {
            (Some(next), _) => first.start..next.start,
            (None, Some(before)) => stretches[before].end..last.end,
            (None, None) => first.start..last.end,
        };
        self.no_comment(range.clone())?;
        Ok(self.splice(range, ""))
    }

    /// Adds an entry behind the last of a map.
    fn insert(&self, map: &Found<'_>, entry: &str) -> Edited {
        match (&map.part.shape, map.key) {
            (Shape::Map { flow: true, entries }, _) => Ok(match entries.last() {
                Some((key, value)) => {
                    let at = self.entry_end(key, value);
                    self.splice(at..at, &format!(", {entry}"))
                }
                None => self.splice(map.part.start..map.part.end, &format!("{{{entry}}}")),
            }),
            (Shape::Map { flow: false, entries }, _) => {
                let Some(((first, _), (key, value))) = entries.first().zip(entries.last()) else {
                    return self.refuse(map.part.start, "it is an empty map");
                };
                let indent = self.text[self.line_start(first.start)..first.start].chars().count();
                let at = self.line_end(self.entry_end(key, value));
                Ok(self.splice(at..at, &format!("{}{}{entry}", self.newline(), " ".repeat(indent))))
            }
            (Shape::Null, Some(key)) => {
                let at = self.behind_colon(key);
                Ok(self.splice(at..at, &format!(" {{{entry}}}")))
            }
            _ => self.refuse(map.part.start, "it is no map"),
        }
    }
}

#[cfg(test)]
mod tests;
