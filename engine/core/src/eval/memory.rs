//! What lines asked before.
//!
//! A tool asks for the same few schedules over and over, or for ever another one. What is asked once is only noted: keeping it
//! would cost more than decoding it, and would drive out what is asked again.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::BuildHasher as _;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::Timestamp;

use super::question::{Calendars, Question};

/// Questions that are remembered.
const REMEMBERED: usize = 4096;
/// Bytes of texts and answers that are remembered. Past either bound everything is forgotten and read anew.
const REMEMBERED_BYTES: usize = 32 * 1024 * 1024;
/// Questions that are noted as asked once: 16 times what is remembered.
const NOTED: usize = 16 * REMEMBERED;
/// Texts of calendars that are remembered, and the longest of them: lines about one fleet share theirs.
const CALENDARS: usize = 64;
const LONGEST_CALENDARS: usize = 64 * 1024;

/// A question that was asked more than once, or why it is none.
#[derive(Debug)]
struct Remembered {
    question: Result<Question, String>,
    /// Answers by the instant until before which each holds.
    known: BTreeMap<Timestamp, Known>,
}

/// An answer as it is written, and since when it is known to hold.
#[derive(Debug)]
struct Known {
    from: Timestamp,
    answer: Box<[u8]>,
}

/// Questions by the texts they were asked in.
#[derive(Debug, Default)]
pub(super) struct Memory {
    questions: IndexMap<String, Remembered>,
    /// Hashes of questions that were asked once. That two have the same only means that one is remembered too soon.
    noted: HashSet<u64>,
    calendars: HashMap<String, Result<Arc<Calendars>, String>>,
    bytes: usize,
}

impl Memory {
    /// Where a question is remembered.
    pub(super) fn place(&self, key: &str) -> Option<usize> {
        self.questions.get_index_of(key)
    }

    /// Notes a question that is not remembered; true when it was asked before and is worth remembering.
    pub(super) fn note(&mut self, key: &str) -> bool {
        if self.noted.len() >= NOTED {
            self.noted.clear();
        }
        !self.noted.insert(self.questions.hasher().hash_one(key))
    }

    /// Remembers a question that [`Memory::place`] did not find.
    pub(super) fn remember(&mut self, key: &str, question: Result<Question, String>) -> usize {
        if self.questions.len() >= REMEMBERED || self.bytes + key.len() > REMEMBERED_BYTES {
            self.questions.clear();
            self.bytes = 0;
        }
        self.bytes += key.len();
        self.questions.insert_full(key.to_owned(), Remembered { question, known: BTreeMap::new() }).0
    }

    /// Writes the answer to a remembered question for an instant.
    pub(super) fn answer(&mut self, place: usize, at: Timestamp, out: &mut Vec<u8>) -> Result<(), String> {
        let remembered = &mut self.questions[place];
        let question = remembered.question.as_ref().map_err(Clone::clone)?;
        if let Some((_, known)) = remembered.known.range((Excluded(at), Unbounded)).next().filter(|(_, known)| known.from <= at) {
            out.extend_from_slice(&known.answer);
            return Ok(());
        }
        let start = out.len();
        let until = question.answer(at, out);
        // The same stretch may be known from a later instant on.
        let known = remembered.known.entry(until).or_insert_with(|| Known { from: at, answer: out[start..].into() });
        known.from = known.from.min(at);
        self.bytes += out.len() - start;
        Ok(())
    }

    /// The calendars of a text, decoded once.
    pub(super) fn calendars(&mut self, text: &str, read: impl FnOnce() -> Result<Calendars, String>) -> Result<Arc<Calendars>, String> {
        if let Some(known) = self.calendars.get(text) {
            return known.clone();
        }
        let calendars = read().map(Arc::new);
        if self.calendars.len() >= CALENDARS {
            self.calendars.clear();
        }
        if text.len() <= LONGEST_CALENDARS {
            self.calendars.insert(text.to_owned(), calendars.clone());
        }
        calendars
    }
}
