//! What rules judge, and the one text in which a call gets it.

use std::collections::HashMap;
use std::sync::Arc;

use muster_core::digest::canonical;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::bindings::exports::muster::rule::check;
use crate::text::ascii;

/// One resource as rules see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Facet's word: `ec2.volume`.
    pub(crate) kind: Arc<str>,
    /// Unique among the documents of a job.
    pub(crate) key: Arc<str>,
    /// AWS id, or name in fleet.yaml.
    pub(crate) resource: Arc<str>,
    /// Account id, or nothing.
    pub(crate) account: Arc<str>,
    /// Region, or nothing.
    pub(crate) region: Arc<str>,
    /// Canonical JSON in ASCII.
    pub(crate) body: Arc<str>,
}

/// Why something is no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// A word with characters that could be taken for another part.
    #[error("`{0}` cannot stand beside a document: words there are ASCII without blanks and slashes")]
    Word(String),
    /// No key.
    #[error("a document of {0} has no key")]
    NoKey(String),
}

impl Document {
    /// A document of `kind`, known by `key`, of the resource with AWS id `resource` in `account` and `region` (each may
    /// be empty). `body` is what was observed; it is written canonically.
    ///
    /// # Errors
    /// When kind, account or region hold more than ASCII letters, digits, dots and hyphens, or the key is empty.
    pub fn new(kind: &str, key: &str, resource: &str, (account, region): (&str, &str), body: &Value) -> Result<Self, DocumentError> {
        let plain = |c: char| c.is_ascii_graphic() && c != '/';
        if let Some(word) = [kind, account, region].into_iter().find(|word| !word.chars().all(plain)) {
            return Err(DocumentError::Word(word.to_owned()));
        }
        if key.is_empty() {
            return Err(DocumentError::NoKey(kind.to_owned()));
        }
        Ok(Self {
            kind: kind.into(),
            // Keys are ids and ARNs. The few that hold more than ASCII are escaped as their bodies are.
            key: ascii(key).into(),
            resource: resource.into(),
            account: account.into(),
            region: region.into(),
            body: ascii(&canonical(body)).into(),
        })
    }

    /// How findings name this document.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// What stands in a batch, in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        (self.kind.len() + self.key.len() + self.account.len() + 1 + self.region.len() + self.body.len()) as u64
    }

    /// Account and region as rules see them, and as groups are called.
    pub(crate) fn scope(&self) -> String {
        if self.account.is_empty() && self.region.is_empty() { String::new() } else { format!("{}/{}", self.account, self.region) }
    }
}

/// The documents of one call.
pub(crate) struct Batch<'a> {
    pub(crate) documents: &'a [&'a Document],
    pub(crate) frame: check::Batch,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(documents: &'a [&'a Document]) -> Self {
        let mut text = String::with_capacity(documents.iter().map(|document| document.bytes()).sum::<u64>().try_into().unwrap_or(0));
        let mut ends = Vec::with_capacity(documents.len() * 4);
        for document in documents {
            for part in [&*document.kind, &document.key, &document.scope(), &document.body] {
                text.push_str(part);
                // A batch is cut long before 4 GiB.
                ends.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
            }
        }
        Self { documents, frame: check::Batch { text, ends } }
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.frame.text.len() as u64
    }

    /// Finds documents by key, fast for a guest that answers in the order it was asked.
    pub(crate) fn finder(&self) -> Finder<'_> {
        Finder { documents: self.documents, next: 0, index: None }
    }
}

/// See [`Batch::finder`].
pub(crate) struct Finder<'a> {
    documents: &'a [&'a Document],
    next: usize,
    index: Option<HashMap<&'a str, usize>>,
}

impl Finder<'_> {
    /// Position of the document with this key.
    pub(crate) fn find(&mut self, key: &str) -> Option<usize> {
        if self.index.is_none() {
            let ahead = self.documents[self.next..].iter().position(|document| *document.key == *key);
            if let Some(ahead) = ahead {
                let found = self.next + ahead;
                self.next = found + 1;
                return Some(found);
            }
            self.index = Some(self.documents.iter().enumerate().map(|(at, document)| (&*document.key, at)).collect());
        }
        self.index.as_ref()?.get(key).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(key: &str) -> Document {
        Document::new("ec2.volume", key, key, ("123456789012", "us-east-1"), &json!({"b": "둘", "a": 1})).expect("a document")
    }

    #[test]
    fn a_batch_is_one_ascii_text_with_four_ends_a_document() {
        let (one, two) = (document("vol-1"), document("경보"));
        let documents = [&one, &two];
        let batch = Batch::new(&documents);
        assert_eq!(
            batch.frame.text,
            r#"ec2.volumevol-1123456789012/us-east-1{"a":1,"b":"\ub458"}ec2.volume\uacbd\ubcf4123456789012/us-east-1{"a":1,"b":"\ub458"}"#
        );
        assert_eq!(batch.frame.ends, [10, 15, 37, 57, 67, 79, 101, 121]);
        assert_eq!(batch.bytes(), one.bytes() + two.bytes());
    }

    #[test]
    fn documents_are_found_in_any_order() {
        let documents: Vec<Document> = (0..5).map(|n| document(&format!("vol-{n}"))).collect();
        let documents: Vec<&Document> = documents.iter().collect();
        let batch = Batch::new(&documents);
        let mut finder = batch.finder();
        for (key, place) in
            [("vol-1", Some(1)), ("vol-3", Some(3)), ("vol-0", Some(0)), ("vol-9", None), ("vol-4", Some(4)), ("vol-4", Some(4))]
        {
            assert_eq!(finder.find(key), place, "{key}");
        }
    }

    #[test]
    fn a_word_that_could_be_taken_for_two_is_refused() {
        let made = |kind: &str, key: &str, account: &str| {
            Document::new(kind, key, key, (account, ""), &json!({})).expect_err("refused").to_string()
        };
        assert_eq!(
            made("ec2 volume", "k", ""),
            "`ec2 volume` cannot stand beside a document: words there are ASCII without blanks and slashes"
        );
        assert_eq!(made("a", "k", "1/2"), "`1/2` cannot stand beside a document: words there are ASCII without blanks and slashes");
        assert_eq!(made("a", "", ""), "a document of a has no key");
    }
}
