//! YAML 1.2 core, read into a tree in which every value knows its place.
//!
//! This is the only module that knows which library reads YAML and how a plain scalar is understood.

pub mod edit;
mod json;
mod outline;
mod parse;
mod place;
mod scalar;

pub use json::from_json;
pub use parse::parse;
pub use place::decode_utf8;
pub use scalar::{Plain, bool_of, float_of, int_of};

use crate::span::Span;

/// Longest file that is read. A fleet of 500 users with every key written out is about half a megabyte; whatever is
/// longer than this is not a fleet, and refusing it by its length costs nothing.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Deepest nesting. fleet.yaml needs 7 levels; the bound keeps every recursion over the tree far from the stack's end.
pub const MAX_DEPTH: usize = 64;
/// Most values in a file, repeated ones included: bounds the memory that aliases can ask for, and the time of the reader.
pub const MAX_NODES: usize = 200_000;
/// Most bytes of text in a file, repeated ones included: four times what a file can hold without aliases.
pub const MAX_TEXT_BYTES: usize = 4 * MAX_BYTES;

/// Most problems collected of one file: past them nobody reads on.
pub const MAX_PROBLEMS: usize = 200;

/// A value and its place.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it is written; of a collection, its first token.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// What a node is.
#[derive(Debug, Clone)]
pub enum Value {
    /// Text, number, truth value or nothing: see [`Scalar::plain`].
    Scalar(Scalar),
    /// A list.
    Seq(Vec<Node>),
    /// A map in the order of the file; its keys are scalars and differ.
    Map(Vec<(Node, Node)>),
}

/// A scalar as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// Its text, quotes and escapes resolved.
    pub text: String,
    /// True when it stands in quotes or as a block, and so is text whatever it looks like.
    pub quoted: bool,
}

impl Node {
    /// The scalar, when it is one.
    #[must_use]
    pub const fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The text of a key; keys are always scalars.
    #[must_use]
    pub fn key_text(&self) -> &str {
        self.scalar().map_or("", |scalar| &scalar.text)
    }

    /// Keys and values, when it is a map.
    #[must_use]
    pub fn entries(&self) -> &[(Self, Self)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// True for nothing: an empty value, `~` or `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.scalar().is_some_and(|scalar| scalar.plain() == Plain::Null)
    }

    /// What it is, in words: `a list`, `text`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Scalar(scalar) => scalar.plain().kind(),
            Value::Seq(_) => "a list",
            Value::Map(_) => "a map",
        }
    }

    /// The same as JSON, scalars read by the core schema.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Scalar(scalar) => scalar.to_json(),
            Value::Seq(items) => items.iter().map(Self::to_json).collect(),
            Value::Map(entries) => entries.iter().map(|(key, value)| (key.key_text().to_owned(), value.to_json())).collect(),
        }
    }
}
