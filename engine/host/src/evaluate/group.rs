//! What is judged together.

use std::collections::BTreeMap;

use muster_core::finding::Grouping;

use crate::document::Document;
use crate::limits::Limits;

/// The documents of one call and what messages call them.
pub(super) struct Group<'a> {
    pub(super) name: String,
    pub(super) documents: Vec<&'a Document>,
}

/// Sorts documents by kind and key, so that a rule never sees in which order they were read.
pub(super) fn sorted(documents: &[Document]) -> Vec<&Document> {
    let mut all: Vec<&Document> = documents.iter().collect();
    all.sort_by(|a, b| (&a.kind, &a.key).cmp(&(&b.kind, &b.key)));
    all
}

/// Cuts sorted documents into groups: as the rule asks, and for rules that look at each alone as the limits say.
pub(super) fn groups<'a>(documents: Vec<&'a Document>, grouping: Grouping, limits: &Limits) -> Vec<Group<'a>> {
    match grouping {
        Grouping::Each => chunks(documents, limits),
        Grouping::Scope => scopes(documents),
        Grouping::Fleet if documents.is_empty() => Vec::new(),
        Grouping::Fleet => vec![Group { name: "fleet".to_owned(), documents }],
    }
}

fn scopes(documents: Vec<&Document>) -> Vec<Group<'_>> {
    let mut scopes: BTreeMap<String, Vec<&Document>> = BTreeMap::new();
    for document in documents {
        scopes.entry(document.scope()).or_default().push(document);
    }
    let named = |name: String| if name.is_empty() { "fleet.yaml".to_owned() } else { name };
    scopes.into_iter().map(|(name, documents)| Group { name: named(name), documents }).collect()
}

fn chunks<'a>(documents: Vec<&'a Document>, limits: &Limits) -> Vec<Group<'a>> {
    let (mut all, mut chunk, mut bytes) = (Vec::new(), Vec::new(), 0);
    for document in documents {
        let full = chunk.len() as u64 >= limits.chunk_documents || bytes + document.bytes() > limits.batch_bytes;
        if full && !chunk.is_empty() {
            all.push(chunk_of(std::mem::take(&mut chunk)));
            bytes = 0;
        }
        bytes += document.bytes();
        chunk.push(document);
    }
    if !chunk.is_empty() {
        all.push(chunk_of(chunk));
    }
    all
}

fn chunk_of<'a>(documents: Vec<&'a Document>) -> Group<'a> {
    let name = match &*documents {
        [] => String::new(),
        [one] => one.resource.to_string(),
        [first, .., last] => format!("{} to {}", first.resource, last.resource),
    };
    Group { name, documents }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn documents(regions: &[(&str, &str)]) -> Vec<Document> {
        let one = |&(key, region): &(&str, &str)| Document::new("ec2.volume", key, key, ("1", region), &json!({})).expect("a document");
        regions.iter().map(one).collect()
    }

    fn names(documents: &[Document], grouping: Grouping, limits: &Limits) -> Vec<(String, usize)> {
        groups(sorted(documents), grouping, limits).into_iter().map(|group| (group.name, group.documents.len())).collect()
    }

    #[test]
    fn chunks_are_cut_at_both_limits() {
        let all = documents(&[("c", "x"), ("a", "x"), ("b", "x"), ("d", "x"), ("e", "x")]);
        let two = Limits { chunk_documents: 2, ..Limits::default() };
        assert_eq!(names(&all, Grouping::Each, &two), [("a to b".into(), 2), ("c to d".into(), 2), ("e".into(), 1)]);
        let size = all[0].bytes();
        let exact = Limits { batch_bytes: size * 3, ..Limits::default() };
        assert_eq!(names(&all, Grouping::Each, &exact), [("a to c".into(), 3), ("d to e".into(), 2)]);
        let below = Limits { batch_bytes: size * 3 - 1, ..Limits::default() };
        assert_eq!(names(&all, Grouping::Each, &below)[0], ("a to b".into(), 2));
        // One document over the limit stands alone; the call refuses it.
        let tiny = Limits { batch_bytes: size - 1, ..Limits::default() };
        assert_eq!(names(&all, Grouping::Each, &tiny).len(), 5);
    }

    #[test]
    fn joins_see_their_whole_scope() {
        let all = documents(&[("a", "us-east-1"), ("b", "eu-west-1"), ("c", "us-east-1")]);
        let limits = Limits { chunk_documents: 1, ..Limits::default() };
        assert_eq!(names(&all, Grouping::Scope, &limits), [("1/eu-west-1".into(), 1), ("1/us-east-1".into(), 2)]);
        assert_eq!(names(&all, Grouping::Fleet, &limits), [("fleet".into(), 3)]);
        for grouping in [Grouping::Each, Grouping::Scope, Grouping::Fleet] {
            assert!(names(&[], grouping, &limits).is_empty());
        }
    }
}
