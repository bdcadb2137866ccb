//! Where a value stands in the file it was read from.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// A stretch of a source file. Lines and columns start at 1; columns count characters, not bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file's name as the user gave it (`fleet.yaml`, `students.csv`).
    pub file: Arc<str>,
    /// First byte of the stretch.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
    /// Line of the first byte.
    pub line: u32,
    /// Column of the first byte, in characters.
    pub column: u32,
}

impl Span {
    /// A span that covers nothing, at the first line of `file`: for errors about the file as a whole.
    #[must_use]
    pub fn start_of(file: &Arc<str>) -> Self {
        Self { file: file.clone(), start: 0, end: 0, line: 1, column: 1 }
    }

    /// `fleet.yaml:31`, the form that plans and reports print.
    #[must_use]
    pub fn file_line(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Spans are written as `file:line:column`.
impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A value and where it stands. Serialises as the value alone, so that moving a line changes no digest.
#[derive(Debug, Clone)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it was written, or where the default that supplied it stands.
    pub span: Span,
}

impl<T> At<T> {
    /// Ties a value to its place.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// Changes the value and keeps the place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> At<U> {
        At { value: change(self.value), span: self.span }
    }
}

/// Two values are equal when they say the same, wherever they stand.
impl<T: PartialEq> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for At<T> {}

impl<T: Serialize> Serialize for At<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<T> std::ops::Deref for At<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}
